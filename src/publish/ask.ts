import type { QueryRequest, QueryResult } from '../engine/engine.ts';

/** What answers queries. */
export interface Answering {
  query(request: QueryRequest): Promise<QueryResult>;
}

/** Asks a SELECT query of ours and gives its rows, values as strings. */
export async function askRows(pool: Answering, query: string): Promise<Record<string, string>[]> {
  const { body } = await pool.query({ query, resultFormat: 'json', graphFormat: undefined, prefixes: {} });
  const { results } = JSON.parse(new TextDecoder().decode(body)) as {
    results: { bindings: Record<string, { value: string }>[] };
  };
  return results.bindings.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, { value }]) => [name, value])),
  );
}
