import type { Term } from '@rdfjs/types';
import type { QueryRequest, QueryResult } from '../engine/engine.ts';
import { blankNode, literal, namedNode } from '../rdf/terms.ts';

/** What answers queries. */
export interface Answering {
  query(request: QueryRequest): Promise<QueryResult>;
}

/** A term as SPARQL's results in JSON write it (section 3.2.2 there). */
interface WrittenTerm {
  readonly type: string;
  readonly value: string;
  readonly datatype?: string;
  readonly 'xml:lang'?: string;
}

/** Asks a SELECT query of ours and gives its rows, values as strings. */
export const askRows = (pool: Answering, query: string): Promise<Record<string, string>[]> =>
  ask(pool, query, ({ value }) => value);

/** Asks a SELECT query of ours and gives its rows, values as terms. */
export const askTerms = (pool: Answering, query: string): Promise<Record<string, Term>[]> => ask(pool, query, termOf);

async function ask<T>(pool: Answering, query: string, read: (term: WrittenTerm) => T): Promise<Record<string, T>[]> {
  const { body } = await pool.query({ query, resultFormat: 'json', graphFormat: undefined, prefixes: {} });
  const { results } = JSON.parse(new TextDecoder().decode(body)) as {
    results: { bindings: Record<string, WrittenTerm>[] };
  };
  return results.bindings.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, term]) => [name, read(term)])),
  );
}

function termOf({ type, value, datatype, 'xml:lang': language }: WrittenTerm): Term {
  if (type === 'uri') return namedNode(value);
  if (type === 'bnode') return blankNode(value);
  return literal(value, language ?? (datatype === undefined ? undefined : namedNode(datatype)));
}
