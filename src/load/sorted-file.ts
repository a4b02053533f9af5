import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that are read at a time. */
const pieceSize = 1 << 14;
const lineFeed = 10;

/**
 * The lines of a file that begin so. The file is sorted by its bytes, and each line ends with a line feed: so they are
 * found without reading the others.
 */
export async function linesBeginning(file: string, text: string): Promise<string[]> {
  const handle = await open(file);
  try {
    const beginning = Buffer.from(text);
    const { size } = await handle.stat();
    // The first line that starts at `low` or later may still be before those that are wanted; at `high` it is not.
    let [low, high] = [0, size];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const start = await lineStart(handle, middle, size);
      const before = start < size && (await readAt(handle, start, beginning.length)).compare(beginning) < 0;
      if (before) low = start + 1;
      else high = middle;
    }
    return await readLines(handle, await lineStart(handle, low, size), beginning);
  } finally {
    await handle.close();
  }
}

/** Where the first line starts at a place or after it. */
async function lineStart(handle: FileHandle, place: number, size: number): Promise<number> {
  if (place === 0) return 0;
  for (let at = place - 1; at < size; at += pieceSize) {
    const found = (await readAt(handle, at, pieceSize)).indexOf(lineFeed);
    if (found >= 0) return at + found + 1;
  }
  return size;
}

async function readLines(handle: FileHandle, start: number, beginning: Buffer): Promise<string[]> {
  const lines: string[] = [];
  let rest = Buffer.alloc(0);
  for (let at = start; ; ) {
    // A long line comes in pieces that double, so that it is not copied over and over.
    const piece = await readAt(handle, at, Math.max(pieceSize, rest.length));
    at += piece.length;
    rest = Buffer.concat([rest, piece]);
    for (let end = rest.indexOf(lineFeed); end >= 0; end = rest.indexOf(lineFeed)) {
      if (!rest.subarray(0, beginning.length).equals(beginning)) return lines;
      lines.push(rest.toString('utf8', 0, end));
      rest = rest.subarray(end + 1);
    }
    if (!piece.length || !startsAlike(rest, beginning)) return lines;
  }
}

// Of a line, perhaps not even all of what is compared has been read.
function startsAlike(line: Buffer, beginning: Buffer): boolean {
  const length = Math.min(line.length, beginning.length);
  return line.compare(beginning, 0, length, 0, length) === 0;
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
