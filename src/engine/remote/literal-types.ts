/** Bytes in which the beginning of what is looked for may stand at the end of a piece. */
const overlap = 64;
// Within a text of JSON, quotation marks have a backslash: what is looked for stands in no text.
const oldName = /"type"(\s*:\s*)"typed-literal"/g;

/**
 * SPARQL results in JSON, with literals named as the standard has it. Virtuoso up to 7.2.5 still calls those with a
 * datatype `typed-literal`, as a note of 2007 did, and readers that keep to the standard do not know them.
 */
export async function* nameLiterals(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const all = rename(rest.length ? Buffer.concat([rest, piece]) : Buffer.from(piece));
    const cut = Math.max(0, all.length - overlap);
    rest = all.subarray(cut);
    if (cut) yield all.subarray(0, cut);
  }
  if (rest.length) yield rest;
}

// Latin 1 keeps each byte as it is.
function rename(bytes: Buffer): Buffer {
  if (!bytes.includes('typed-literal')) return bytes;
  return Buffer.from(bytes.toString('latin1').replace(oldName, '"type"$1"literal"'), 'latin1');
}
