import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Parser } from 'n3';

/** A query of a mix, ready to be sent. */
export interface MixQuery {
  readonly name: string;
  readonly text: string;
  readonly accept: string;
  readonly graph: boolean;
}

/** The folders with the mixes. */
export const mixFolder = (graph: 'ours' | 'ror'): string =>
  new URL(graph === 'ours' ? '../mix/' : '../mix-ror/', import.meta.url).pathname;

/** Reads a folder of queries, in the order of their names. */
export function readMix(folder: string): MixQuery[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.rq'))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      const graph = /^(?:CONSTRUCT|DESCRIBE)\b/m.test(text);
      return {
        name: file.replace(/\.rq$/, ''),
        text,
        accept: graph ? 'text/turtle' : 'application/sparql-results+json',
        graph,
      };
    });
}

/** The path of a GET request (SPARQL 1.1 Protocol, section 2.1.1). */
export const getPath = (text: string): string => `/sparql?query=${encodeURIComponent(text)}`;

/**
 * The same request with a prefix that nothing uses and that no request had before: it means the same and costs the
 * parser the same, but no cache that compares texts, comments and spaces aside, has the answer.
 */
export function uniquePath(pathOfQuery: string, number: number): string {
  return pathOfQuery.replace('query=', `query=PREFIX%20n${number}%3A%20%3Curn%3An%3A${number}%3E%0A`);
}

/** An answer's number of rows, or triples, or 1 for an ASK that is true; throws if it is no complete answer. */
export function countRows({ graph }: MixQuery, body: string): number {
  if (graph) return new Set(new Parser().parse(body).map((quad) => JSON.stringify(quad))).size;
  const answer = JSON.parse(body) as { boolean?: boolean; results?: { bindings: unknown[] } };
  if (typeof answer.boolean === 'boolean') return Number(answer.boolean);
  if (!answer.results) throw new Error('The answer has neither rows nor a boolean.');
  return answer.results.bindings.length;
}
