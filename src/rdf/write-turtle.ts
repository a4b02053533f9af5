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
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Quads in a fixed order: graph, subject, `rdf:type` first, predicate, object. The order is by code point, the same on every machine. */
export function sortQuads(quads: Iterable<Quad>): Quad[] {
  return [...quads]
    .map((quad) => ({
      quad,
      graph: key(quad.graph),
      subject: key(quad.subject),
      predicate: quad.predicate.value === type ? '' : quad.predicate.value,
      object: key(quad.object),
    }))
    .sort(
      (a, b) =>
        compare(a.graph, b.graph) ||
        compare(a.subject, b.subject) ||
        compare(a.predicate, b.predicate) ||
        compare(a.object, b.object),
    )
    .map(({ quad }) => quad);
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

function* triples(quads: Iterable<Quad>): Generator<Quad> {
  let previous: Quad | undefined;
  for (const quad of sortQuads([...quads].map(toTriple))) {
    if (!previous || !quad.equals(previous)) yield quad;
    previous = quad;
  }
}

const unwritten: ReadonlySet<string> = new Set([xsd('string'), rdf('langString')]);

/** The prefixes that some IRI in the quads begins with. */
export function usedPrefixes(quads: readonly Quad[], prefixes: Prefixes): Prefixes {
  const namespaces = new Set<string>();
  const noteIri = (iri: string): void => {
    namespaces.add(iri.slice(0, Math.max(iri.lastIndexOf('#'), iri.lastIndexOf('/')) + 1));
  };
  const note = (term: Term): void => {
    if (term.termType === 'NamedNode') noteIri(term.value);
    // Plain and language-tagged texts are written without their datatype.
    else if (term.termType === 'Literal' && !unwritten.has(term.datatype.value)) noteIri(term.datatype.value);
  };
  for (const { subject, predicate, object, graph } of quads)
    for (const term of [subject, predicate, object, graph]) note(term);
  return Object.fromEntries(
    Object.entries(prefixes)
      .filter(([, iri]) => namespaces.has(iri))
      .sort(([a], [b]) => compare(a, b)),
  );
}

/** Turtle: sorted, each triple once, graph names left out. */
export function writeTurtle(quads: Iterable<Quad>, prefixes: Prefixes): string {
  const sorted = [...triples(quads)];
  return write('text/turtle', sorted, usedPrefixes(sorted, prefixes));
}

/** N-Triples: sorted, each triple once, graph names left out. */
export function writeNTriples(quads: Iterable<Quad>): string {
  return write('application/n-triples', triples(quads));
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
