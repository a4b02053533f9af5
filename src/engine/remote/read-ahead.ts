/** Bytes that are there before an answer begins: faults up to here are told in full. */
export const aheadSize = 1 << 16;

/**
 * Reads the beginning of an answer before anything of it is passed on. What is small is there in full, and known to be
 * whole.
 */
export async function readAhead(pieces: AsyncGenerator<Uint8Array>): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < aheadSize) {
    const { done, value } = await pieces.next();
    if (done) return Buffer.concat(first);
    first.push(value);
    size += value.length;
  }
  return rest(first, pieces);
}

// Not a generator: one that nobody has begun to read ends without ending what is under it.
function rest(first: readonly Uint8Array[], pieces: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  const left = [...first];
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => {
      const value = left.shift();
      return value ? { done: false, value } : pieces.next();
    },
    return: () => pieces.return(undefined),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
