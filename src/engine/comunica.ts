import { QueryEngine } from '@comunica/query-sparql';
import type { Quad } from '@rdfjs/types';
import { Parser, Store } from 'n3';
import { findFormat } from '../rdf/formats.ts';
import { indexQuads, namedNode, quad } from '../rdf/terms.ts';
import { type Engine, QueryFault, type QueryRequest, type QueryResult, resultFormats } from './engine.ts';
import { asksElsewhere, readForm } from './query-form.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

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
      if (asksElsewhere(request.query))
        throw new QueryFault('unsupported', 'SERVICE is not answered here: this endpoint asks no other endpoints.');
      const context = {
        sources: [{ type: 'rdfjs' as const, value: dataset(store, request) as never }] as [never],
        ...(request.baseIRI ? { baseIRI: request.baseIRI } : {}),
      };
      try {
        if (form === 'ask') {
          const format = resultFormats.find(({ name }) => name === request.resultFormat);
          if (!format) throw new QueryFault('not-acceptable', 'An ASK query has no answer in the formats you accept.');
          const answer = await engine.queryBoolean(request.query, context);
          // Comunica writes no booleans in CSV and TSV.
          if (format.name === 'csv' || format.name === 'tsv')
            return { kind: 'boolean', mediaType: format.mediaType, body: encode(String(answer)) };
          const result = { resultType: 'boolean' as const, execute: async () => answer, context: undefined };
          return {
            kind: 'boolean',
            mediaType: format.mediaType,
            body: encode(await serialize(engine, result, format.mediaType)),
          };
        }
        if (form === 'select') {
          const format = resultFormats.find(({ name }) => name === request.resultFormat);
          if (!format)
            throw new QueryFault('not-acceptable', 'A SELECT query has no answer in the formats you accept.');
          const result = await engine.query(request.query, context);
          return {
            kind: 'rows',
            mediaType: format.mediaType,
            body: encode(await serialize(engine, result, format.mediaType)),
          };
        }
        const format = request.graphFormat && findFormat(request.graphFormat);
        if (!format)
          throw new QueryFault(
            'not-acceptable',
            'A CONSTRUCT or DESCRIBE query has no answer in the formats you accept.',
          );
        const quads = (await (await engine.queryQuads(request.query, context)).toArray()) as unknown as Quad[];
        return {
          kind: 'graph',
          mediaType: format.mediaType,
          body: encode(await format.write(quads, request.prefixes)),
        };
      } catch (error) {
        if (error instanceof QueryFault) throw error;
        const { message, name } = error as Error;
        throw new QueryFault(
          /pars|lex|syntax|unexpected/i.test(`${name} ${message}`) ? 'syntax' : 'unsupported',
          message.split('\n')[0] ?? message,
        );
      }
    },
  };
}

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
