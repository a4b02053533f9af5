import type { Quad, Term } from '@rdfjs/types';
import { Writer } from 'n3';
import { quad, rdf, xsd } from './terms.ts';

/** Prefix → namespace IRI. */
export type Prefixes = Readonly<Record<string, string>>;

const type = rdf('type');
const key = (term: Term): string => {
  if (term.termType === 'Quad') return `${key(term.subject)} ${key(term.predicate)} ${key(term.object)}`;
  if (term.termType === 'Literal')
    return `${term.value}\u0000${term.language}\u0000${term.direction ?? ''}\u0000${term.datatype.value}`;
  return term.value;
};
const compareUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const hasSurrogate = (text: string): boolean => /[\uD800-\uDFFF]/.test(text);
const compareCodePoints = (a: string, b: string): number =>
  hasSurrogate(a) || hasSurrogate(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : compareUnits(a, b);

/** Lists that are in order already: whoever writes one in several formats has it sorted once. */
const inOrder = new WeakSet<object>();
/** Those of them whose triples are all in the default graph, and each there once. */
const distinct = new WeakSet<object>();

/** Quads in a fixed order: graph, subject, `rdf:type` first, predicate, object. The order is by code point, the same on every machine. */
export function sortQuads(quads: Iterable<Quad>): readonly Quad[] {
  if (inOrder.has(quads)) return quads as readonly Quad[];
  const keyed = [...quads].map((quad) => ({
    quad,
    graph: key(quad.graph),
    subject: key(quad.subject),
    predicate: quad.predicate.value === type ? '' : quad.predicate.value,
    object: key(quad.object),
  }));
  // UTF-16 order, the quick one, is that of code points unless there is a character above U+FFFF.
  const compare = keyed.some((each) => [each.object, each.subject, each.predicate, each.graph].some(hasSurrogate))
    ? compareCodePoints
    : compareUnits;
  const sorted = keyed
    .sort(
      (a, b) =>
        compare(a.graph, b.graph) ||
        compare(a.subject, b.subject) ||
        compare(a.predicate, b.predicate) ||
        compare(a.object, b.object),
    )
    .map(({ quad }) => quad);
  inOrder.add(sorted);
  return sorted;
}

/** Triples in the same order, each once, graph names left out. */
export function sortTriples(quads: Iterable<Quad>): readonly Quad[] {
  if (distinct.has(quads)) return quads as readonly Quad[];
  const sorted = sortQuads([...quads].map(toTriple)).filter(
    (triple, index, all) => index === 0 || !triple.equals(all[index - 1] as Quad),
  );
  inOrder.add(sorted);
  distinct.add(sorted);
  return sorted;
}

const byLine: ReadonlySet<string> = new Set(['application/n-triples', 'application/n-quads']);

const fail = (error?: Error): void => {
  if (error) throw error;
};

function write(format: string, quads: Iterable<Quad>, prefixes: Prefixes = {}): string {
  const writer = new Writer({ format, prefixes: { ...prefixes } });
  // Within a triple term the writer says `a` for rdf:type in these formats too, which have no such word.
  if (byLine.has(format)) {
    const inside = writer as unknown as { _encodePredicate: unknown; _encodeIriOrBlank: unknown };
    inside._encodePredicate = inside._encodeIriOrBlank;
  }
  for (const each of quads) {
    // Given a callback, the writer hands its errors over; without one it swallows them.
    (writer.addQuad as (quad: unknown, done: typeof fail) => void).call(writer, each, fail);
  }
  let text = '';
  // Without an output stream the writer calls back before `end` returns.
  writer.end((error, result) => {
    if (error) throw error;
    text = result;
  });
  return text;
}

const toTriple = (each: Quad): Quad => {
  const { subject, predicate, object, graph } = each;
  if (graph.termType === 'DefaultGraph') return each;
  return quad(subject as never, predicate as never, object as never) as unknown as Quad;
};

const unwritten: ReadonlySet<string> = new Set([xsd('string'), rdf('langString')]);

/** The namespaces of lists that have been looked through already. */
const namespaces = new WeakMap<readonly Quad[], ReadonlySet<string>>();

/** What the IRIs in the quads have up to their last sign of `#` or `/`. */
function namespacesOf(quads: readonly Quad[]): ReadonlySet<string> {
  const known = namespaces.get(quads);
  if (known) return known;
  const found = new Set<string>();
  const iris = new Set<string>();
  const note = (term: Term): void => {
    if (term.termType === 'NamedNode') iris.add(term.value);
    // Plain and language-tagged texts are written without their datatype.
    else if (term.termType === 'Literal' && !unwritten.has(term.datatype.value)) iris.add(term.datatype.value);
  };
  for (const { subject, predicate, object, graph } of quads) {
    note(subject);
    note(predicate);
    note(object);
    note(graph);
  }
  for (const iri of iris) found.add(iri.slice(0, Math.max(iri.lastIndexOf('#'), iri.lastIndexOf('/')) + 1));
  namespaces.set(quads, found);
  return found;
}

/** The prefixes that some IRI in the quads begins with. */
export function usedPrefixes(quads: readonly Quad[], prefixes: Prefixes): Prefixes {
  const used = namespacesOf(quads);
  return Object.fromEntries(
    Object.entries(prefixes)
      .filter(([, iri]) => used.has(iri))
      .sort(([a], [b]) => compareUnits(a, b)),
  );
}

/** Turtle: sorted, each triple once, graph names left out. */
export function writeTurtle(quads: Iterable<Quad>, prefixes: Prefixes): string {
  const sorted = sortTriples(quads);
  return write('text/turtle', sorted, usedPrefixes(sorted, prefixes));
}

/** N-Triples: sorted, each triple once, graph names left out. */
export function writeNTriples(quads: Iterable<Quad>): string {
  return write('application/n-triples', sortTriples(quads));
}

/** N-Quads, sorted. */
export function writeNQuads(quads: Iterable<Quad>): string {
  return write('application/n-quads', sortQuads(quads));
}

/** TriG, sorted by graph. */
export function writeTrig(quads: Iterable<Quad>, prefixes: Prefixes): string {
  const sorted = sortQuads(quads);
  return write('application/trig', sorted, usedPrefixes(sorted, prefixes));
}
