import { createHash } from 'node:crypto';
import type { Quad, Term } from '@rdfjs/types';
import canonize from 'rdf-canonize';
import { blankNode, indexQuads, quad } from './terms.ts';
import { writeNQuads } from './write-turtle.ts';

const isBlank = (term: Term): boolean =>
  term.termType === 'BlankNode' || (term.termType === 'Quad' && [term.subject, term.object].some(isBlank));
const isTriple = (term: Term): boolean => term.termType === 'Quad';
const terms = ({ subject, object, graph }: Quad): Term[] => [subject, object, graph];

/** Whether there is a blank node in a statement, or in a triple term in it. */
export const hasBlank = (quad: Quad): boolean => terms(quad).some(isBlank);
/** Whether there is a triple term in a statement. */
export const hasTriple = (quad: Quad): boolean => terms(quad).some(isTriple);

/**
 * Canonical N-Quads (W3C RDFC-1.0): the same text for every isomorphic dataset, sorted by code point.
 *
 * RDFC-1.0 is defined for RDF 1.1: a dataset with triple terms is written as sorted N-Quads with the labels that its
 * blank nodes happen to have, which is the same text for the same files.
 */
export async function canonicalNQuads(given: readonly Quad[]): Promise<string> {
  // A dataset is a set: a quad said twice would count twice in the hashes of its blank nodes.
  const quads = [...indexQuads(given)];
  const triplesInside = quads.some(hasTriple);
  // Only quads with blank nodes take part in the labelling: the rest is just sorted, which is a hundred times faster.
  const labelled = triplesInside ? [] : quads.filter(hasBlank);
  const plain = triplesInside ? quads : quads.filter((quad) => !hasBlank(quad));
  const lines = writeNQuads(plain).split('\n');
  if (labelled.length) {
    const text: string = await canonize.canonize(labelled.map(relabel) as never, {
      algorithm: 'RDFC-1.0',
      maxWorkFactor: 3,
      format: 'application/n-quads',
    });
    for (const line of text.split('\n')) lines.push(line);
  }
  const unique = sortByCodePoint([...new Set(lines.filter(Boolean))]);
  return unique.length ? `${unique.join('\n')}\n` : '';
}

// The package takes a label that begins like those it gives out (c14n) for one of its own, and two nodes became one.
function relabel({ subject, predicate, object, graph }: Quad): Quad {
  const [s, o, g] = [subject, object, graph].map((term: Term) =>
    term.termType === 'BlankNode' ? blankNode(`b${term.value}`) : term,
  );
  return quad(s as never, predicate as never, o as never, g as never) as unknown as Quad;
}

/** The SHA-256 of a text in lower-case hexadecimal. */
export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

// UTF-16 order, the default, is code point order unless a line holds a character above U+FFFF.
function sortByCodePoint(lines: string[]): string[] {
  if (!lines.some((line) => surrogate.test(line))) return lines.sort();
  return lines
    .map((line) => Buffer.from(line))
    .sort(Buffer.compare)
    .map(String);
}

const surrogate = /[\uD800-\uDFFF]/;

/** Compares two lines of canonical N-Quads by code point, in the order in which these are sorted. */
export function compareLines(a: string, b: string): number {
  if (a === b) return 0;
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
