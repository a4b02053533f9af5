import { QueryEngine } from '@comunica/query-sparql';
import type { Quad, Term } from '@rdfjs/types';
import { Parser, Store } from 'n3';
import { defaultGraph, indexQuads, namedNode, quad } from '../rdf/terms.ts';
import { encodeBoolean, encodeRows, requireResultFormat, writeGraph } from './answers.ts';
import { type Engine, QueryFault, type QueryRequest, type QueryResult } from './engine.ts';
import { asksElsewhere, readForm, withoutComments } from './query-form.ts';
import { skolemize, unskolemize } from './skolem.ts';

/** How a query reaches beyond the dataset, where it may. */
export interface Outside {
  /** An address that a query names, as it will be asked; throws {@link QueryFault} if it may not be. */
  readonly check: (address: string) => string;
  /** The graph at an address, with IRIs for blank nodes; throws {@link QueryFault}. */
  readonly graph: (address: string) => Promise<readonly Quad[]>;
  /** All that Comunica asks for goes through it. */
  readonly fetch: typeof fetch;
  /** The addresses, as asked, whose servers have failed. */
  readonly failed: ReadonlySet<string>;
  /** What was refused while the query ran, even where the query silences faults. */
  readonly refusal: QueryFault | undefined;
  /** Ends what is still under way. */
  readonly close: () => void;
}

// Without an outside it keeps nothing of a query: one is enough, and it takes a tenth of a second to make.
let inward: QueryEngine | undefined;
const shareInward = (): QueryEngine => {
  inward ??= new QueryEngine();
  return inward;
};

/**
 * Comunica over a store in memory: a second, independent reading of the same queries, and the one that can ask others.
 * `open` gives each query its way out; without it, no query leaves this process.
 */
export function createComunica(open?: () => Outside): Engine {
  const store = new Store();
  const engine = open ? new QueryEngine() : shareInward();

  return {
    async load(nquads) {
      for (const piece of nquads) {
        const quads = new Parser({ format: 'application/n-quads', blankNodePrefix: '_:' }).parse(piece);
        // Other servers are sent rows of ours, and no blank node can stand in a query.
        store.addQuads(open ? (quads.map((each) => skolemize(each as Quad)) as never) : quads);
      }
    },

    async query(request: QueryRequest): Promise<QueryResult> {
      const outside = open?.();
      try {
        const result = await answer(engine, store, request, outside);
        if (outside?.refusal) throw outside.refusal;
        return result;
      } catch (error) {
        throw outside?.refusal ?? explain(error as Error, request.query);
      } finally {
        outside?.close();
        // What was found out about a remote server, or failed, holds for this query only.
        if (outside) await engine.invalidateHttpCache();
      }
    },
  };
}

async function answer(
  engine: QueryEngine,
  store: Store,
  request: QueryRequest,
  outside: Outside | undefined,
): Promise<QueryResult> {
  // Comunica would follow any address, those inside our network included.
  if (!outside && asksElsewhere(request.query)) throw noService();
  readForm(request.query);
  const operation = await parse(engine, request);
  const services = servicesIn(operation);
  if (!outside && services.length) throw noService();
  for (const { name } of services) if (name.termType === 'NamedNode') outside?.check(name.value);
  // A service within the pattern for another is asked by that other, and stays as it is written.
  const asked = servicesIn(operation, 'outermost')
    .filter(({ name }) => name.termType === 'NamedNode')
    .map((service) => ({ service, address: outside?.check(service.name.value) ?? '' }));
  const loud = new Set(asked.flatMap(({ service, address }) => (service.silent ? [] : [address])));
  const dataset = await chooseDataset(store, request, operation, outside);
  // Comunica asks a silent service once for each row, and forgives it row by row. Here a silent service is asked like any
  // other; if it fails, it is all one solution without bindings (SPARQL 1.1 Federated Query, section 3.1).
  for (const { service } of asked) service.silent = false;
  for (;;) {
    try {
      return await evaluate(engine, request, operation, dataset, outside);
    } catch (error) {
      const silenced = asked.filter(
        ({ service, address }) =>
          service.type === 'service' && outside?.failed.has(address) && !loud.has(address) && !outside.refusal,
      );
      if (!silenced.length) throw error;
      for (const { service } of silenced) Object.assign(service, { type: 'bgp', patterns: [] });
    }
  }
}

async function parse(engine: QueryEngine, { query, baseIRI }: QueryRequest): Promise<Operation> {
  const context = { sources: [] as never, ...(baseIRI ? { baseIRI } : {}) };
  try {
    return keepReduced((await engine.explain(query, context, 'parsed')).data as Operation);
  } catch (error) {
    throw explain(error as Error, query, 'reading');
  }
}

// REDUCED permits to drop rows, and asks for nothing (SPARQL 1.1, section 15.3.2). Comunica tells rows apart there by
// their text alone, and drops "a"@nl after "a"@en: all are kept.
function keepReduced<T>(operation: T): T {
  if (typeof operation !== 'object' || operation === null) return operation;
  const { type, input } = operation as { type?: unknown; input?: T };
  if (type === 'reduced' && input) return keepReduced(input);
  for (const [key, value] of Object.entries(operation)) {
    const kept = keepReduced(value);
    if (kept !== value) Object.assign(operation, { [key]: kept });
  }
  return operation;
}

async function evaluate(
  engine: QueryEngine,
  request: QueryRequest,
  operation: Operation,
  dataset: unknown,
  outside: Outside | undefined,
): Promise<QueryResult> {
  const form = readForm(request.query);
  // Its own FROM is left out: the dataset has been chosen.
  const query = (operation.type === 'from' ? operation.input : operation) as never as string;
  const baseIRI = readBase(request);
  const restore = outside ? unskolemize : (term: Term): Term => term;
  const context = {
    sources: [{ type: 'rdfjs' as const, value: dataset as never }] as [never],
    ...(baseIRI ? { baseIRI } : {}),
    fetch: outside?.fetch ?? stayInside,
    serviceAllowVariableTargets: outside !== undefined,
  };
  if (form === 'construct' || form === 'describe')
    return writeGraph(
      request,
      async () => ((await (await engine.queryQuads(query, context)).toArray()) as Quad[]).map(restore) as Quad[],
    );
  const format = requireResultFormat(request);
  const { name, mediaType } = format;
  if (form === 'select') {
    const result = await engine.query(query, context);
    if (outside && result.resultType === 'bindings') {
      const { execute } = result;
      result.execute = async () => (await execute()).map((row) => row.map(restore as never));
    }
    return { kind: 'rows', mediaType, body: encodeRows(await serialize(engine, result, mediaType), format) };
  }
  // Comunica writes booleans in JSON alone: its writer of XML fails over them, and CSV and TSV have no word for them.
  return { kind: 'boolean', mediaType, body: encodeBoolean(await engine.queryBoolean(query, context), name) };
}

/** As much of Comunica's algebra as is looked at here. */
interface Operation {
  readonly type: string;
  readonly input?: unknown;
  readonly default?: readonly Term[];
  readonly named?: readonly Term[];
}

const noService = (): QueryFault =>
  new QueryFault('unsupported', 'SERVICE is not answered here: this endpoint asks no other endpoints.');

// Nothing asks for it; should Comunica find a way all the same, it ends here.
const stayInside: typeof fetch = () => Promise.reject(noService());

interface Service {
  readonly type: string;
  readonly name: Term;
  silent: boolean;
}

/** The SERVICE patterns of a query, as Comunica's own parser reads it: all, or those in no other's pattern. */
function servicesIn(operation: unknown, which: 'all' | 'outermost' = 'all'): Service[] {
  if (Array.isArray(operation)) return operation.flatMap((each) => servicesIn(each, which));
  if (typeof operation !== 'object' || operation === null) return [];
  const own = (operation as Operation).type === 'service' ? [operation as Service] : [];
  if (own.length && which === 'outermost') return own;
  return [...own, ...Object.values(operation).flatMap((each) => servicesIn(each, which))];
}

/** The base of a query (SPARQL 1.1, section 4.1.1.2), which Comunica learns only where it parses the text itself. */
function readBase({ query, baseIRI }: QueryRequest): string | undefined {
  const [prologue = ''] =
    /^(?:\s+|PREFIX\s+[^\s<]*:\s*<[^>]*>|VERSION\s*\S+|BASE\s*<[^>]*>)*/i.exec(withoutComments(query)) ?? [];
  let base = baseIRI;
  for (const [, iri = ''] of prologue.matchAll(/BASE\s*<([^>]*)>/gi))
    if (URL.canParse(iri, base)) base = new URL(iri, base).href;
  return base;
}

// Its parser tells the place as an offset, or as a line, or only within a drawing of the text.
// What it finds wrong beyond the grammar while it reads, it says without a place.
function explain(error: Error, query: string, step: 'reading' | 'answering' = 'answering'): Error {
  if (error instanceof QueryFault || error instanceof RangeError) return error;
  const { message, name } = error;
  const [, address] = /^Could not dereference '([^']*)'/.exec(message) ?? [];
  if (address) return new QueryFault('forbidden', `<${address}> is not asked: it is no http or https address.`);
  if (step === 'answering' && !/pars|lex|syntax|unexpected|prefix/i.test(`${name} ${message}`))
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
  const detail = found ? `unexpected ${found}` : (unclear[message] ?? firstLine(message));
  return new QueryFault('syntax', `Syntax error${line ? ` at line ${line}, column ${column}` : ''}: ${detail}`);
}

const unclear: Readonly<Record<string, string>> = {
  'Note 17 violation': 'only a triple with a predicate can be reified or annotated, not one with a path',
};

const firstLine = (text: string): string => text.split('\n')[0] ?? text;

// It writes triple terms as RDF-star had them: <<s p o>>, now <<( s p o )>> (SPARQL 1.2 Query Results CSV and TSV). The
// signs within texts and around IRIs stay.
const tsvTokens = /"(?:[^"\\]|\\.)*"|<[^<>\s]+>|<<|>>/g;
const nameTripleTerm = (token: string): string => (token === '<<' ? '<<( ' : token === '>>' ? ' )>>' : token);

async function serialize(engine: QueryEngine, result: unknown, mediaType: string): Promise<string> {
  const { data } = await engine.resultToString(result as never, mediaType);
  let text = '';
  for await (const chunk of data) text += chunk;
  if (mediaType === 'text/tab-separated-values') return text.replace(tsvTokens, nameTripleTerm);
  // Its JSON has no list of variables where a row has none; clients rely on it (Query Results JSON, section 3.1.1).
  return text.replace(/^\{"head": \{\}/, '{"head": {"vars":[]}');
}

// A dataset of the request's own (SPARQL 1.1 Protocol, section 2.1.4) or of the query's (SPARQL 1.1, section 13.2): the
// merge of some graphs, and some named ones. That of the request goes first.
async function chooseDataset(
  store: Store,
  { defaultGraphs = [], namedGraphs = [] }: QueryRequest,
  operation: Operation,
  outside: Outside | undefined,
): Promise<unknown> {
  const ofRequest = defaultGraphs.length > 0 || namedGraphs.length > 0;
  if (!ofRequest && operation.type !== 'from') return store;
  const merged = ofRequest ? defaultGraphs : (operation.default ?? []).map(({ value }) => value);
  const named = ofRequest ? namedGraphs : (operation.named ?? []).map(({ value }) => value);
  const graphs = new Map<string, readonly Quad[]>();
  for (const iri of new Set([...merged, ...named])) {
    const own = store.getQuads(null, null, null, namedNode(iri)) as unknown as Quad[];
    graphs.set(iri, own.length || !outside ? own : await outside.graph(iri));
  }
  const chosen = indexQuads([]);
  const add = (iri: string, graph: Term): void => {
    for (const { subject, predicate, object } of graphs.get(iri) ?? [])
      chosen.add(quad(subject as never, predicate as never, object as never, graph as never) as never);
  };
  for (const iri of merged) add(iri, defaultGraph());
  for (const iri of named) add(iri, namedNode(iri));
  return chosen;
}
