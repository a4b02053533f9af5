/** UTF-8 text in pieces of about a megabyte, cut at line ends: strings of that size load fastest and need least memory. */
export function* pieces(bytes: Uint8Array, size = 1 << 20): Generator<string> {
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length; ) {
    const lineEnd = start + size < bytes.length ? bytes.indexOf(10, start + size) : -1;
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    // TextDecoder takes no shared memory: copy the piece.
    yield decoder.decode(bytes.slice(start, end));
    start = end;
  }
}
