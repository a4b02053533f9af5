import { QueryEngine } from '@comunica/query-sparql';
import type { Quad } from '@rdfjs/types';
import { Parser, Store } from 'n3';
import { indexQuads, namedNode, quad } from '../rdf/terms.ts';
import { encode, requireResultFormat, writeGraph } from './answers.ts';
import { type Engine, QueryFault, type QueryRequest, type QueryResult, type ResultFormat } from './engine.ts';
import { asksElsewhere, readForm } from './query-form.ts';

/** Comunica over a store in memory: a second, independent reading of the same queries. */
export function createComunica(): Engine {
  const engine = new QueryEngine();
  const store = new Store();

  return {
    async load(nquads) {
      for (const piece of nquads)
        store.addQuads(new Parser({ format: 'application/n-quads', blankNodePrefix: '_:' }).parse(piece));
    },

    async query(request: QueryRequest): Promise<QueryResult> {
      const form = readForm(request.query);
      // Comunica would follow any address, files of this machine included.
      if (asksElsewhere(request.query)) throw noService();
      const context = {
        sources: [{ type: 'rdfjs' as const, value: dataset(store, request) as never }] as [never],
        ...(request.baseIRI ? { baseIRI: request.baseIRI } : {}),
      };
      try {
        const parsed = await engine.explain(request.query, { ...context }, 'parsed');
        if (asksService(parsed.data)) throw noService();
        if (form === 'construct' || form === 'describe')
          return await writeGraph(
            request,
            async () => (await (await engine.queryQuads(request.query, context)).toArray()) as unknown as Quad[],
          );
        const { name, mediaType } = requireResultFormat(request);
        if (form === 'select') {
          const result = await engine.query(request.query, context);
          return { kind: 'rows', mediaType, body: encode(await serialize(engine, result, mediaType)) };
        }
        return {
          kind: 'boolean',
          mediaType,
          body: encode(booleans[name](await engine.queryBoolean(request.query, context))),
        };
      } catch (error) {
        if (error instanceof QueryFault || error instanceof RangeError) throw error;
        throw explain(error as Error, request.query);
      }
    },
  };
}

// Comunica writes booleans in JSON alone: its writer of XML fails over them, and CSV and TSV have no word for them.
const booleans: Readonly<Record<ResultFormat['name'], (answer: boolean) => string>> = {
  json: (answer) => JSON.stringify({ head: {}, boolean: answer }),
  xml: (answer) =>
    `<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>${answer}</boolean></sparql>`,
  csv: String,
  tsv: String,
};

const noService = (): QueryFault =>
  new QueryFault('unsupported', 'SERVICE is not answered here: this endpoint asks no other endpoints.');

// The text is searched for SERVICE before; this is what its own parser made of it.
function asksService(operation: unknown): boolean {
  if (Array.isArray(operation)) return operation.some(asksService);
  if (typeof operation !== 'object' || operation === null) return false;
  if ((operation as { type?: unknown }).type === 'service') return true;
  return Object.values(operation).some(asksService);
}

// Its parser tells the place as an offset, or as a line, or only within a drawing of the text.
function explain({ message, name }: Error, query: string): QueryFault {
  if (!/pars|lex|syntax|unexpected|prefix/i.test(`${name} ${message}`))
    return new QueryFault('unsupported', firstLine(message));
  const [, offset] = /offset:? (\d+)/i.exec(message) ?? [];
  const [, onLine] = /on line (\d+)/i.exec(message) ?? [];
  // Under the line that it quotes, an arrow points to the place.
  const arrow = /^(-*)\^$/m.exec(message)?.[1]?.length ?? 0;
  const before = offset ? query.slice(0, Number(offset)).split('\n') : undefined;
  const line = before?.length ?? onLine;
  const column = before ? (before.at(-1)?.length ?? 0) + 1 : arrow + 1;
  const [, prefix] = /Unknown prefix: (\S*)/.exec(message) ?? [];
  if (prefix !== undefined)
    return new QueryFault('syntax', `Syntax error: the prefix "${prefix}:" is not declared. Add a PREFIX line for it.`);
  const [, found] = /but found: (.*)$/m.exec(message) ?? [];
  const detail = found ? `unexpected ${found}` : firstLine(message);
  return new QueryFault('syntax', line ? `Syntax error at line ${line}, column ${column}: ${detail}` : detail);
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;

async function serialize(engine: QueryEngine, result: unknown, mediaType: string): Promise<string> {
  const { data } = await engine.resultToString(result as never, mediaType);
  let text = '';
  for await (const chunk of data) text += chunk;
  return text;
}

// A dataset of the request's own (SPARQL 1.1 Protocol, section 2.1.4): the merge of some graphs, and some named ones.
function dataset(store: Store, { defaultGraphs, namedGraphs }: QueryRequest): unknown {
  if (!defaultGraphs?.length && !namedGraphs?.length) return store;
  const chosen = indexQuads([]);
  for (const iri of defaultGraphs ?? [])
    for (const { subject, predicate, object } of store.getQuads(null, null, null, namedNode(iri)))
      chosen.add(quad(subject, predicate, object) as never);
  for (const iri of namedGraphs ?? [])
    for (const each of store.getQuads(null, null, null, namedNode(iri))) chosen.add(each as never);
  return chosen;
}
