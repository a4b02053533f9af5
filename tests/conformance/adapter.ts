import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Quad, Term } from '@rdfjs/types';
import {
  type IQueryEngine,
  type IQueryResult,
  QueryResultBindings,
  QueryResultBoolean,
  QueryResultQuads,
} from 'rdf-test-suite';
import { SparqlJsonParser } from 'sparqljson-parse';
import {
  type Engine,
  type EngineImage,
  QueryFault,
  type QueryRequest,
  type QueryResult,
} from '../../src/engine/engine.ts';
import { findFormat } from '../../src/rdf/formats.ts';
import { readRdf } from '../../src/rdf/read.ts';
import { namedNode, quad } from '../../src/rdf/terms.ts';
import { writeNQuads } from '../../src/rdf/write-turtle.ts';
import { fileOf } from './suites.ts';

const turtle = findFormat('turtle') as NonNullable<ReturnType<typeof findFormat>>;

/** Makes an engine, without data or from an image. */
export type CreateEngine = (image?: EngineImage) => Promise<Engine>;

/**
 * An engine with data in it: they go in by our N-Quads writer. One that can start from an image of its memory does, as it
 * does in a server.
 */
export async function engineOver(create: CreateEngine, data: readonly Quad[]): Promise<Engine> {
  const engine = await create();
  await engine.load([writeNQuads(data)]);
  const image = engine.takeImage?.();
  return image ? create(image) : engine;
}

/**
 * An engine of ours as the test runner asks it: rows come back as SPARQL JSON, graphs as Turtle of our writer, and are
 * read again.
 */
export function adapt(create: CreateEngine, folder: string): IQueryEngine {
  let withoutData: Promise<Engine> | undefined;
  const ask = async (data: readonly Quad[], query: string, options: Partial<QueryRequest>): Promise<QueryResult> => {
    withoutData ??= engineOver(create, []);
    const engine = await (data.length ? engineOver(create, data) : withoutData);
    return engine.query({ query, resultFormat: 'json', graphFormat: 'turtle', prefixes: {}, ...options });
  };

  return {
    // An engine has no way to parse alone: it answers over no data.
    async parse(query, { baseIRI }) {
      try {
        await ask([], query, { baseIRI });
      } catch (fault) {
        if (!(fault instanceof QueryFault && wasRead(fault))) throw fault;
      }
    },

    async query(data, query, { baseIRI, checkOrder }) {
      const found = data.length ? (data as Quad[]) : await graphsOf(query, baseIRI, folder);
      return readResult(await ask(found, query, { baseIRI }), baseIRI, checkOrder);
    },

    async queryResultFormat(data, query, mediaType, { baseIRI }) {
      const resultFormat = mediaType === 'text/csv' ? 'csv' : 'tsv';
      const { body } = await ask(data as Quad[], query, { baseIRI, resultFormat });
      return Readable.from([Buffer.from(body)]);
    },
  };
}

/** Faults of a query that was read: what the engine has not, such as an extension function, or whom it may not ask. */
const wasRead = ({ kind }: QueryFault): boolean => ['unsupported', 'forbidden', 'remote'].includes(kind);

async function readResult({ kind, body }: QueryResult, baseIRI: string, ordered: boolean): Promise<IQueryResult> {
  const text = Buffer.from(body).toString();
  if (kind === 'graph')
    return new QueryResultQuads((await readRdf(text, turtle, { source: 'the answer', baseIRI })) as never);
  const parser = new SparqlJsonParser({ prefixVariableQuestionMark: true });
  const json = JSON.parse(text);
  if (kind === 'boolean') return new QueryResultBoolean(parser.parseJsonBoolean(json));
  return new QueryResultBindings(
    json.head.vars.map((name: string) => `?${name}`),
    parser.parseJsonResults(json) as Record<string, Term>[] as never,
    ordered,
  );
}

/** The graphs that FROM and FROM NAMED name: some tests give no data but these. */
async function graphsOf(query: string, baseIRI: string, folder: string): Promise<Quad[]> {
  const names = [...query.matchAll(/\bFROM\s+(?:NAMED\s+)?<([^>]*)>/gi)].map(
    ([, iri]) => new URL(String(iri), baseIRI).href,
  );
  const graphs = [...new Set(names)].map(async (iri) => {
    const text = await readFile(fileOf(folder, iri), 'utf8');
    return (await readRdf(text, turtle, { source: iri, baseIRI: iri })).map(({ subject, predicate, object }) =>
      quad(subject as never, predicate as never, object as never, namedNode(iri)),
    );
  });
  return (await Promise.all(graphs)).flat() as unknown as Quad[];
}
