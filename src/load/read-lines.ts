import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { SyntaxFault } from '../rdf/read.ts';

/** Bytes that are read at a time. */
const pieceSize = 1 << 20;
/** Bytes that a line may have: what is no text at all, and has no line ends, must not fill the memory. */
const longestLine = 1 << 26;
const lineFeed = 10;
const byteOrderMark = Buffer.from('\uFEFF');

/**
 * The bytes of a file in UTF-8, unpacked if its name ends in `.gz`, in pieces that end at line ends. The mark that some
 * programs put first is left out. Throws {@link SyntaxFault} where the file is not UTF-8.
 */
export async function* readPieces(file: string): AsyncGenerator<Buffer> {
  const source = path.relative(process.cwd(), file);
  const bytes = createReadStream(file, { highWaterMark: pieceSize });
  const unpacked = file.endsWith('.gz') ? bytes.pipe(createGunzip({ chunkSize: pieceSize })) : bytes;
  // A pipe hands on no errors.
  if (unpacked !== bytes) bytes.on('error', (error) => unpacked.destroy(error));
  let first = true;
  let open: Buffer[] = [];
  const take = (end: Buffer): Buffer => {
    const whole = open.length ? Buffer.concat([...open, end]) : end;
    open = [];
    if (!isUtf8(whole)) throw new SyntaxFault(source, 'The file is not UTF-8. Save it in that encoding.');
    const marked = first && whole.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    first = false;
    return marked ? whole.subarray(byteOrderMark.length) : whole;
  };
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf(lineFeed) + 1;
      if (end) yield take(chunk.subarray(0, end));
      if (end < chunk.length) open.push(chunk.subarray(end));
      if (open.length * pieceSize > longestLine)
        throw new SyntaxFault(source, `A line has more than ${longestLine} bytes. Break it into several.`);
    }
    if (open.length) yield take(Buffer.alloc(0));
  } finally {
    bytes.destroy();
  }
}

/** The bytes of a file as they are, block by block. */
export const readBlocks = (file: string): AsyncIterable<Buffer> =>
  createReadStream(file, { highWaterMark: pieceSize }) as AsyncIterable<Buffer>;

/** The text of a file, in pieces that end at line ends. */
export async function* readTextPieces(file: string): AsyncGenerator<string> {
  for await (const piece of readPieces(file)) yield piece.toString('utf8');
}

/** One line of a file, counted from 1. */
export async function readLineAt(file: string, wanted: number): Promise<string> {
  let line = 1;
  for await (const piece of readTextPieces(file)) {
    const lines = piece.split(/\r\n|\n|\r/);
    // What follows the last line end begins the next piece.
    if (wanted < line + lines.length - 1 || !piece.endsWith('\n')) return lines[wanted - line] ?? '';
    line += lines.length - 1;
  }
  return '';
}
