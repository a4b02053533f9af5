import { countRows, getPath, type MixQuery } from './mix.ts';
import type { Server } from './servers.ts';

/** What one server answers to a mix. */
export interface Answers {
  readonly server: Server;
  /** Rows (or triples) of each query's answer; a text says why there is none. */
  readonly rows: ReadonlyMap<string, number | string>;
  /** Characters of each query's answer. */
  readonly lengths: ReadonlyMap<string, number>;
}

/** Asks a server each query once. */
export async function askAll(server: Server, queries: readonly MixQuery[]): Promise<Answers> {
  const rows = new Map<string, number | string>();
  const lengths = new Map<string, number>();
  for (const query of queries) {
    const response = await fetch(server.url + getPath(query.text), { headers: { accept: query.accept } });
    const body = await response.text();
    lengths.set(query.name, body.length);
    try {
      rows.set(query.name, response.ok ? countRows(query, body) : `status ${response.status}`);
    } catch (error) {
      rows.set(query.name, (error as Error).message);
    }
  }
  return { server, rows, lengths };
}

/** Where servers' answers differ in their number of rows, a line for each query; none if they agree. */
export function differences(answers: readonly Answers[], queries: readonly MixQuery[]): string[] {
  return queries.flatMap(({ name }) => {
    const found = answers.map(({ server, rows }) => ({ server: server.name, rows: rows.get(name) }));
    const agree = found.every(({ rows }) => typeof rows === 'number' && rows === found[0]?.rows);
    return agree ? [] : `${name}: ${found.map(({ server, rows }) => `${server} ${rows}`).join(', ')}`;
  });
}
