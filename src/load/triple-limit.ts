import { getHeapStatistics } from 'node:v8';

/** Says that there are more triples than the engine inside this program can hold. */
export class TooManyTriples extends Error {}

/** How many triples are to be read at most. Reading stops when a file, or a piece of one that is read in pieces, has more. */
export class TripleLimit {
  readonly most: number;
  readonly #why: string;

  /** `why` says whose limit it is. */
  constructor(most: number, why = 'the engine inside this program takes that many (--max-triples)') {
    this.most = most;
    this.#why = why;
  }

  /** Throws {@link TooManyTriples} when more have been read; `source` is where the last of them came from. */
  check(read: number, source: string): void {
    if (read <= this.most) return;
    throw new TooManyTriples(
      `${source}: there are more than ${this.most} triples up to here, and ${this.#why}. ${wayOut}`,
    );
  }
}

/**
 * Bytes of JavaScript objects that a triple takes where it is reasoned over and described: with 600,000 beside our graph
 * a process had 3.9 GB and was not done, with a million it was ended at 4.1 GB.
 */
const reasonedBytes = 8000;

/** How many triples can be reasoned over in the memory that Node gives this process. */
export function reasonedLimit(most: number, heap = getHeapStatistics().heap_size_limit): TripleLimit {
  const fits = Math.floor(heap / reasonedBytes);
  if (most <= fits) return new TripleLimit(most);
  return new TripleLimit(
    fits,
    `that many can be reasoned over in the ${Math.round(heap / 2 ** 20)} MiB that Node gives this program (NODE_OPTIONS=--max-old-space-size=<MiB> changes it); files that are served just as they are, by themselves and with --plain, need no such memory`,
  );
}

/** Where to go with more triples than the engine inside this program can hold. */
export const wayOut =
  'Load them into a SPARQL store with "umcnl push <store>", and publish from it with --engine <URL of its SPARQL endpoint>.';
