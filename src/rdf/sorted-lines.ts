/** Bytes that are decoded at a time: about a thousand lines. */
const pieceSize = 1 << 18;
const lineFeed = 10;

/** The lines of canonical N-Quads, in their order. */
export function* lines(canonical: Uint8Array): Generator<string> {
  const bytes = asBuffer(canonical);
  for (let start = 0; start < bytes.length; ) {
    const end = lineEnd(bytes, Math.min(start + pieceSize, bytes.length - 1));
    for (const line of bytes.toString('utf8', start, end).split('\n')) if (line) yield line;
    start = end + 1;
  }
}

/**
 * The lines of canonical N-Quads that have an IRI as subject. They are sorted by code point, which is the order of their
 * bytes in UTF-8: so they are found without looking at the others.
 */
export function* linesOf(canonical: Uint8Array, subject: string): Generator<string> {
  const bytes = asBuffer(canonical);
  const beginning = Buffer.from(`<${subject}> `);
  // Not before this byte, and not after that one, the first such line begins.
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const start = middle === 0 ? 0 : bytes.lastIndexOf(lineFeed, middle - 1) + 1;
    if (bytes.compare(beginning, 0, beginning.length, start, Math.min(start + beginning.length, bytes.length)) < 0)
      low = lineEnd(bytes, middle) + 1;
    else high = start;
  }
  for (let start = low; start < bytes.length; ) {
    if (bytes.compare(beginning, 0, beginning.length, start, Math.min(start + beginning.length, bytes.length))) return;
    const end = lineEnd(bytes, start);
    yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
}

// The same bytes, not a copy.
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(lineFeed, from);
  return end < 0 ? bytes.length : end;
}
