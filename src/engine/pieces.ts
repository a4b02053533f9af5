import { readSync } from 'node:fs';
import { type GrowingFile, waitForMore } from './growing-file.ts';

/** How long pieces are if nothing is said: strings of that size load fastest and need least memory. */
const usual = 1 << 20;

/** UTF-8 text in pieces of about a megabyte, cut at line ends. */
export function* pieces(bytes: Uint8Array, size = usual): Generator<string> {
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length; ) {
    const lineEnd = start + size < bytes.length ? bytes.indexOf(10, start + size) : -1;
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    // TextDecoder takes no shared memory: copy the piece.
    yield decoder.decode(bytes.slice(start, end));
    start = end;
  }
}

/** The text of a file in the same pieces, read one after the other, as soon as they are there. */
export function* filePieces(file: GrowingFile, size = usual): Generator<string> {
  const decoder = new TextDecoder();
  // A line that begins before the end of a piece is read with it.
  let room = Buffer.alloc(size + (1 << 16));
  for (let start = 0; ; ) {
    let held = 0;
    let end = 0;
    while (!end) {
      const { bytes, isWhole } = waitForMore(file, start + held);
      const there = bytes - start;
      if (isWhole && !there) return;
      const read = readSync(file.descriptor, room, held, Math.min(room.length, there) - held, start + held);
      if (!read && held < there) throw new Error('The file with the dataset is cut short.');
      held += read;
      const lineEnd = held > size ? room.indexOf(10, size) : -1;
      if (lineEnd >= 0 && lineEnd < held) end = lineEnd + 1;
      else if (isWhole && held === there) end = held;
      else if (held === room.length) room = Buffer.concat([room, Buffer.alloc(room.length)]);
    }
    yield decoder.decode(room.subarray(0, end));
    start += end;
  }
}
