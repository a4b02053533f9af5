import { QueryFault } from '../engine.ts';
import { markerQuery, parseMarker } from './push-marker.ts';
import type { RemoteService } from './remote-service.ts';
import { type Results, readResults } from './write-rows.ts';

/** What a remote server is held against. */
export interface Expected {
  /** Triples of each named graph. */
  readonly graphs: ReadonlyMap<string, number>;
  /** Whether the default graph is the merge of all graphs. */
  readonly merged: boolean;
  /** The version of the dataset, and the graph in which a push says which one is there. */
  readonly pushed?: { readonly version: string; readonly marker: string } | undefined;
}

const choices = [
  ['clauses', 'FROM and FROM NAMED'],
  ['parameters', 'default-graph-uri and named-graph-uri'],
] as const;

/** What is said to have been too slow or refused. */
const unknown = Symbol();

const countGraphs = 'SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph';
// A few: to look at all takes long where there are billions.
const missesGraphs =
  'ASK { { SELECT ?s ?p ?o WHERE { GRAPH ?graph { ?s ?p ?o FILTER(isIRI(?s) && isIRI(?o)) } } LIMIT 20 } FILTER NOT EXISTS { ?s ?p ?o } }';
const triplesOf = 'ASK { GRAPH ?graph { ?s ?p ?o } }';
const tripleTerm = 'ASK { VALUES ?triple { <<( <urn:a> <urn:b> <urn:c> )>> } }';

/** What an operator should know of a remote server: a sentence each. */
export interface Remarks {
  /** What it lacks of the dataset that is published from it. */
  readonly data: readonly string[];
  /** What it cannot do. */
  readonly abilities: readonly string[];
}

/** Holds a remote server against the dataset that is published from it. */
export async function compareWithRemote(
  service: RemoteService,
  { graphs, merged, pushed }: Expected,
): Promise<Remarks> {
  const data = await remarksOnGraphs(service, graphs);
  if (!data.length && pushed) data.push(...(await remarksOnPush(service, pushed)));
  const abilities: string[] = [];
  if (merged && (await yes(service, triplesOf)) === true) {
    const misses = await yes(service, missesGraphs);
    if (misses === unknown) abilities.push('Whether its default graph holds the named graphs could not be found out.');
    else if (misses)
      abilities.push(
        'Its default graph does not hold the named graphs: queries without GRAPH do not see them. Set it to be their union, or load the merge with umcnl push --default-graph merge.',
      );
  }
  for (const [how, name] of choices) {
    const keeps = await unlessFaulty(service.keepsToChoice(how));
    if (keeps === unknown)
      abilities.push(`Whether it keeps to ${name} could not be found out: until it can, such queries fail here.`);
    else if (!keeps) abilities.push(`It does not keep to ${name}: such queries are refused here.`);
  }
  abilities.push('Earlier versions of the dataset are not answered, and answers are not kept: its data can change.');
  if ((await yes(service, tripleTerm)) === unknown) abilities.push('It does not know SPARQL 1.2 (triple terms).');
  return { data, abilities };
}

async function remarksOnGraphs(service: RemoteService, graphs: ReadonlyMap<string, number>): Promise<string[]> {
  if (!graphs.size) return [];
  const results = await ask(service, countGraphs);
  if (results === unknown) return ['Its graphs were not counted: it does not answer that in time.'];
  const found = new Map(
    (results.results?.bindings ?? []).map(({ graph, triples }) => [textOf(graph), Number(textOf(triples))]),
  );
  const missing = [...graphs.keys()].filter((graph) => !found.has(graph));
  const other = [...graphs].filter(([graph, triples]) => (found.get(graph) ?? triples) !== triples);
  if (missing.length === graphs.size)
    return [`It has none of the ${graphs.size} graphs of this dataset: load them with umcnl push.`];
  return [
    ...(missing.length
      ? [
          `It lacks ${missing.length} of the ${graphs.size} graphs of this dataset, among them <${missing[0]}>: load them with umcnl push.`,
        ]
      : []),
    ...(other.length
      ? [
          `${other.length} of its graphs have another number of triples than here, among them <${other[0]?.[0]}>: ${found.get(other[0]?.[0] ?? '')} there, ${other[0]?.[1]} here.`,
        ]
      : []),
  ];
}

// Graphs can say something else with as many triples.
async function remarksOnPush(
  service: RemoteService,
  { version, marker }: NonNullable<Expected['pushed']>,
): Promise<string[]> {
  const results = await ask(service, markerQuery(marker));
  const [row] = results === unknown ? [] : (results.results?.bindings ?? []);
  if (!row) return [];
  try {
    const { version: there, changing } = parseMarker(textOf(row['text']));
    if (changing) return ['A push to it has not ended: run umcnl push again, unless one is under way.'];
    // One that was refused has left a marker, and nothing else.
    return there === null || there === version
      ? []
      : [`It was loaded with version ${there}, and here is ${version}: run umcnl push.`];
  } catch {
    return [];
  }
}

const textOf = (term: unknown): string => String((term as { value?: unknown } | undefined)?.value ?? '');

async function yes(service: RemoteService, query: string): Promise<boolean | typeof unknown> {
  const results = await ask(service, query);
  return results === unknown ? unknown : results.boolean === true;
}

function ask(service: RemoteService, query: string): Promise<Results | typeof unknown> {
  const asked = service.query({ query, resultFormat: 'json', graphFormat: undefined, prefixes: {} });
  return unlessFaulty(asked.then(({ body }) => readResults(new TextDecoder().decode(body))));
}

async function unlessFaulty<T>(answer: Promise<T>): Promise<T | typeof unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof QueryFault) return unknown;
    throw error;
  }
}
