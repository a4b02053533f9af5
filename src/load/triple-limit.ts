/** Says that there are more triples than the engine inside this program can hold. */
export class TooManyTriples extends Error {}

/** How many triples the engine inside this program is to hold. Reading stops as soon as there are more. */
export class TripleLimit {
  readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** Throws {@link TooManyTriples} when more have been read; `source` is where the last of them came from. */
  check(read: number, source: string): void {
    if (read <= this.most) return;
    throw new TooManyTriples(
      `${source}: there are more than ${this.most} triples up to here, and the engine inside this program takes that many (--max-triples). ${wayOut}`,
    );
  }
}

/** Where to go with more triples than the engine inside this program can hold. */
export const wayOut =
  'Load them into a SPARQL store with "umcnl push <store>", and publish from it with --engine <URL of its SPARQL endpoint>.';
