import type { Quad, Term } from '@rdfjs/types';
import { withoutComments } from '../engine/query-form.ts';
import type { Text } from '../load/publication.ts';
import type { QueryFile } from '../load/query-files.ts';
import { dcterms, hydra, literal, namedNode, quad, rdf, xsd } from '../rdf/terms.ts';
import { viewTriples } from './description.ts';
import type { GraphIndex } from './graph-index.ts';
import { Kept } from './kept.ts';

/** How many members a page of a collection has, and may have at most. */
export const pageSizes = { usual: 100, most: 200 } as const;

/** Asks a SELECT query: one record a row, values as strings. */
export type Ask = (query: string) => Promise<readonly Readonly<Record<string, string>>[]>;

/** A list of things under a short address. */
export interface Collection {
  readonly name: string;
  readonly title: Text;
  readonly description: Text;
  readonly members: readonly string[];
  /** How many members there are in all: of a very long list, `members` are the first. */
  readonly total: number;
}

/**
 * Members that one query asks for, and that are listed at most: their IRIs take some 20 MB. Virtuoso as it comes sorts no
 * more than 10,000 rows where there is a LIMIT.
 */
const memberLimits = { asked: 5000, listed: 200_000 } as const;

/** The collections of a dataset: each is a query whose first variable is its members. Asked once, then kept. */
export class Collections {
  readonly #queries: ReadonlyMap<string, QueryFile>;
  readonly #ask: Ask;
  readonly #found: Kept<Collection>;
  readonly #onCut: ((name: string) => void) | undefined;

  /** @param onCut is told of each list of which only the beginning was read */
  constructor(queries: readonly QueryFile[], ask: Ask, epoch?: () => number, onCut?: (name: string) => void) {
    this.#queries = new Map(queries.map((query) => [query.name, query]));
    this.#ask = ask;
    this.#found = new Kept(epoch);
    this.#onCut = onCut;
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
    return this.#found.get(name, () => this.#select(query));
  }

  // In pieces: the engine gives no answer as long as the longest lists are.
  async #select({ name, title, description, query }: QueryFile): Promise<Collection> {
    const found = new Set<string>();
    const hasLimit = /\b(?:limit|offset)\b/i.test(withoutComments(query));
    for (let offset = 0; ; offset += memberLimits.asked) {
      const rows = await this.#ask(hasLimit ? query : `${query}\nLIMIT ${memberLimits.asked} OFFSET ${offset}`);
      for (const row of rows) for (const member of Object.values(row).slice(0, 1)) found.add(member);
      if (hasLimit || rows.length < memberLimits.asked) break;
      if (found.size >= memberLimits.listed) {
        const total = await this.#count(query);
        if (total > memberLimits.listed) this.#onCut?.(name);
        return { name, title, description, members: [...found].slice(0, memberLimits.listed), total };
      }
    }
    return { name, title, description, members: [...found], total: found.size };
  }

  async #count(query: string): Promise<number> {
    const [, prologue = '', body = ''] = /^([\s\S]*?)(\bselect\b[\s\S]*)$/i.exec(withoutComments(query)) ?? [];
    const [, member] = /\?(\w+)/.exec(body) ?? [];
    const [row] = await this.#ask(`${prologue} SELECT (COUNT(DISTINCT ?${member}) AS ?total) WHERE { { ${body} } }`);
    return Number(row?.['total'] ?? 0);
  }
}

/** Some of a collection's members: a page, counted from 1. */
export interface CollectionPage {
  readonly collection: Collection;
  readonly page: number;
  readonly pages: number;
  readonly size: number;
  readonly members: readonly string[];
}

/** A page of a collection; undefined if it has none of that number. An empty collection has one page. */
export function pageOf(collection: Collection, page: number, size: number): CollectionPage | undefined {
  const pages = Math.max(1, Math.ceil(collection.members.length / size));
  if (page > pages) return undefined;
  return { collection, page, pages, size, members: collection.members.slice((page - 1) * size, page * size) };
}

/** The query part of the address of one of the pages. */
export const pageQuery = ({ size }: Pick<CollectionPage, 'size'>, page: number): string =>
  `?page=${page}${size === pageSizes.usual ? '' : `&size=${size}`}`;

/** A page of a collection as triples: what the collection is, and of each member its classes and texts. */
export function describeCollection(
  index: GraphIndex,
  { collection, page, pages, size, members }: CollectionPage,
  address: string,
): { triples: Quad[]; about: Quad[] } {
  const say = (property: string, object: Term): Quad =>
    quad(namedNode(address), namedNode(property), object as never) as unknown as Quad;
  const texts = (property: string, text: Text): Quad[] =>
    Object.entries(text).map(([language, value]) => say(property, literal(value, language)));
  const about = [
    say(rdf('type'), namedNode(hydra('Collection'))),
    ...texts(dcterms('title'), collection.title),
    ...texts(dcterms('description'), collection.description),
    say(hydra('totalItems'), literal(String(collection.total), namedNode(xsd('integer')))),
    ...members.map((member) => say(hydra('member'), namedNode(member))),
    ...viewTriples(address, page, pages, (each) => address + pageQuery({ size }, each)),
  ];
  const facts = members.flatMap((member) =>
    index
      .find(namedNode(member), null, null)
      .filter((each) => each.predicate.value === rdf('type') || each.object.termType === 'Literal')
      .filter((each) => !index.isInferred(each)),
  );
  return { triples: [...about, ...new Set(facts)], about };
}
