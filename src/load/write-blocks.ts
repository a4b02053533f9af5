import { open } from 'node:fs/promises';

/** Writes a file block by block, and shows each block when it is there; other work goes on in between. */
export async function writeBlocks(
  file: string,
  blocks: Iterable<Uint8Array>,
  show: (block: Uint8Array) => void,
): Promise<void> {
  const target = await open(file, 'w');
  try {
    for (const block of blocks) {
      await target.writeFile(block);
      show(block);
    }
    // Versions hold the file under another name: after a failure of power it must not be cut short there.
    await target.sync();
  } finally {
    await target.close();
  }
}
