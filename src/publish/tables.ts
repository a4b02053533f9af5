import type { Term } from '@rdfjs/types';
import type { QueryFile } from '../load/query-files.ts';
import { type Answering, askTerms } from './ask.ts';

/** What a query answers for one of its solutions, by variable. */
export type Row = Readonly<Record<string, Term>>;

/** The answers to queries of ours over one dataset: each is asked once, then kept. */
export class Tables {
  readonly #pool: Answering;
  readonly #found = new Map<string, Promise<readonly Row[]>>();

  constructor(pool: Answering) {
    this.#pool = pool;
  }

  rows({ query }: QueryFile): Promise<readonly Row[]> {
    const found = this.#found.get(query) ?? askTerms(this.#pool, query);
    this.#found.set(query, found);
    // A failure is not kept: the next request asks again.
    return found.catch((error) => {
      this.#found.delete(query);
      throw error;
    });
  }
}
