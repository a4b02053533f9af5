import type { Term } from '@rdfjs/types';
import type { QueryFile } from '../load/query-files.ts';
import { type Answering, askTerms } from './ask.ts';
import { Kept } from './kept.ts';

/** What a query answers for one of its solutions, by variable. */
export type Row = Readonly<Record<string, Term>>;

/** The answers to queries of ours over one dataset: each is asked once, then kept. */
export class Tables {
  readonly #pool: Answering;
  readonly #found: Kept<readonly Row[]>;

  constructor(pool: Answering, epoch?: () => number) {
    this.#pool = pool;
    this.#found = new Kept(epoch);
  }

  rows({ query }: QueryFile): Promise<readonly Row[]> {
    return this.#found.get(query, () => askTerms(this.#pool, query));
  }
}
