import type { Text } from '../load/publication.ts';
import type { QueryFile } from '../load/query-files.ts';

/** Asks a SELECT query: one record a row, values as strings. */
export type Ask = (query: string) => Promise<readonly Readonly<Record<string, string>>[]>;

/** A list of things under a short address. */
export interface Collection {
  readonly name: string;
  readonly title: Text;
  readonly description: Text;
  readonly members: readonly string[];
}

/** The collections of a dataset: each is a query whose first variable is its members. Asked once, then kept. */
export class Collections {
  readonly #queries: ReadonlyMap<string, QueryFile>;
  readonly #ask: Ask;
  readonly #found = new Map<string, Promise<Collection>>();

  constructor(queries: readonly QueryFile[], ask: Ask) {
    this.#queries = new Map(queries.map((query) => [query.name, query]));
    this.#ask = ask;
  }

  get names(): string[] {
    return [...this.#queries.keys()];
  }

  /** Name, title and description of each, without asking for members. */
  get list(): QueryFile[] {
    return [...this.#queries.values()];
  }

  async get(name: string): Promise<Collection | undefined> {
    const query = this.#queries.get(name);
    if (!query) return undefined;
    const found = this.#found.get(name) ?? this.#select(query);
    this.#found.set(name, found);
    // A failure is not kept: the next request asks again.
    return found.catch((error) => {
      this.#found.delete(name);
      throw error;
    });
  }

  async #select({ name, title, description, query }: QueryFile): Promise<Collection> {
    const rows = await this.#ask(query);
    const members = [...new Set(rows.flatMap((row) => Object.values(row).slice(0, 1)))];
    return { name, title, description, members };
  }
}
