import { setImmediate } from 'node:timers/promises';
import type { Quad } from '@rdfjs/types';
import type { GraphIndex } from './graph-index.ts';
import { describeStatements, sourceGraphs, statementOf } from './statements.ts';

/** How many statements are named before other requests get their turn: some ten milliseconds of work. */
const batch = 500;

/** The triple that a statement of a source is about, by the statement's IRI; undefined if there is none of that IRI. */
export async function findStatement(index: GraphIndex, iri: string): Promise<Quad | undefined> {
  const { publication } = index.dataset;
  if (!publication || !/^statement\/[0-9a-f]+$/.test(iri.slice(publication.base.length))) return undefined;
  // A hash cannot be turned back: all are made once, when the first one is asked for.
  return (await index.later(nameAll, publication.base)).get(iri);
}

const nameAll = (index: GraphIndex, base: string): Promise<ReadonlyMap<string, Quad>> =>
  index.reading(() => nameEach(index, base));

async function nameEach(index: GraphIndex, base: string): Promise<ReadonlyMap<string, Quad>> {
  const named = new Map<string, Quad>();
  let count = 0;
  for (const graph of sourceGraphs(index.dataset))
    for (const triple of index.stated(graph)) {
      const statement = statementOf(base, triple);
      if (statement.termType === 'NamedNode') named.set(statement.value, triple);
      if (++count % batch === 0) await setImmediate();
    }
  return named;
}

/** What sources say of where triples come from: statements that were derived from their graphs. */
export function statementsOf(index: GraphIndex, triples: readonly Quad[]): Quad[] {
  const { publication } = index.dataset;
  if (!publication) return [];
  const sources = sourceGraphs(index.dataset);
  const inSources = triples.flatMap((triple) => index.inGraphs(triple));
  return [...describeStatements(inSources, { base: publication.base, sources, form: 'rdf-1.1' })];
}
