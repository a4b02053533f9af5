import { createHash } from 'node:crypto';
import type { Quad, Term } from '@rdfjs/types';
import type { DatasetFacts } from '../dataset/build.ts';
import { blankNode, namedNode, prov, quad, rdf } from '../rdf/terms.ts';
import { writeNTriples } from '../rdf/write-turtle.ts';

/** How a statement refers to its triple: by three properties, or with a triple term of RDF 1.2. */
export type StatementForm = 'rdf-1.1' | 'rdf-1.2';

/** The graphs whose statements are made by a source: passages, registry records. */
export function sourceGraphs({ publication, inputs }: Pick<DatasetFacts, 'publication' | 'inputs'>): Set<string> {
  const layers = new Set(publication?.layers.filter(({ source }) => source).map(({ name }) => name));
  return new Set(inputs.flatMap(({ layer, graph }) => (graph && layers.has(layer) ? [graph] : [])));
}

/**
 * The provenance of each triple that stands in a source graph, for formats that have no graphs: a statement that refers
 * to the triple (`rdf:Statement` of RDF 1.1, or a reifier of RDF 1.2) and was derived from those graphs. The triple
 * itself is not among the quads that come back.
 */
export const describeStatements = (
  quads: Iterable<Quad>,
  { base, sources, form }: { base: string; sources: ReadonlySet<string>; form: StatementForm },
): Generator<Quad> => writeStatements(collectStatements(quads, { base, sources }), form);

/** A triple that sources state. */
export interface Statement {
  /** What stands for the statement: see {@link statementOf}. */
  readonly node: Term;
  readonly triple: Quad;
  readonly sources: readonly Quad['graph'][];
}

/** The statements of source graphs, each once. */
export function collectStatements(
  quads: Iterable<Quad>,
  { base, sources }: { base: string; sources: ReadonlySet<string> },
): Statement[] {
  const statements = new Map<string, Statement & { readonly sources: Quad['graph'][] }>();
  for (const { subject, predicate, object, graph } of quads) {
    if (!sources.has(graph.value)) continue;
    const triple = quad(subject as never, predicate as never, object as never) as unknown as Quad;
    const line = lineOf(triple);
    const known = statements.get(line);
    if (known) known.sources.push(graph);
    else statements.set(line, { node: nodeOf(base, line, triple), triple, sources: [graph] });
  }
  return [...statements.values()];
}

/** What there is to say of statements, in RDF 1.1 or 1.2. */
export function* writeStatements(statements: Iterable<Statement>, form: StatementForm): Generator<Quad> {
  for (const { node, triple, sources } of statements) {
    const say = (property: string, object: Term): Quad =>
      quad(node as never, namedNode(property), object as never) as unknown as Quad;
    if (form === 'rdf-1.2') yield say(rdf('reifies'), triple);
    else {
      yield say(rdf('type'), namedNode(rdf('Statement')) as Term);
      yield say(rdf('subject'), triple.subject);
      yield say(rdf('predicate'), triple.predicate);
      yield say(rdf('object'), triple.object);
    }
    for (const graph of sources) yield say(prov('wasDerivedFrom'), graph);
  }
}

/**
 * What stands for the statement of a triple, the same whoever makes it and in every version: an IRI with a hash of the
 * triple's line in canonical N-Triples. A triple with a blank node has no line of its own, so that its statement is a
 * blank node too.
 */
export const statementOf = (base: string, triple: Quad): Term => nodeOf(base, lineOf(triple), triple);

const nodeOf = (base: string, line: string, { subject, object }: Quad): Term => {
  const hash = createHash('sha256').update(line).digest('hex').slice(0, hashLength);
  const node = isBlank(subject) || isBlank(object) ? blankNode(`s${hash}`) : namedNode(`${base}statement/${hash}`);
  return node as unknown as Term;
};

// 128 bits: among a thousand million triples the odds that two share an IRI are below 1 to 10^20, and even who tries to
// make such a pair needs 2^64 attempts. All 256 bits would make the dumps a fifth larger.
const hashLength = 32;

const lineOf = (triple: Quad): string => writeNTriples([triple]).trimEnd();

const isBlank = (term: Term): boolean =>
  term.termType === 'BlankNode' || (term.termType === 'Quad' && (isBlank(term.subject) || isBlank(term.object)));
