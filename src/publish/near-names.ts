import { distance } from 'fastest-levenshtein';
import type { GraphIndex } from './graph-index.ts';

/** How many names are suggested. */
const most = 5;
/** Characters of a name that is looked for: a longer one is no slip of the pen, and costs the more. */
const longest = 100;
/** How many names one is held against. */
const limit = 20_000;

/** The IRI up to its last slash: what things of one kind have in common. */
export const kindOf = (iri: string): string => iri.slice(0, iri.lastIndexOf('/') + 1);

/**
 * Things of the same kind as one that is not there, with a name much like it, the nearest first: whoever mistypes an
 * address finds it.
 */
export function findNear(index: GraphIndex, iri: string): string[] {
  const kind = kindOf(iri);
  const name = iri.slice(kind.length).toLowerCase();
  if (!name || name.length > longest) return [];
  return index
    .ofKind(kind)
    .slice(0, limit)
    .map((each) => ({ iri: each, far: farness(name, each.slice(kind.length).toLowerCase()) }))
    .filter(({ far }) => far <= 0.5)
    .sort((a, b) => a.far - b.far || (a.iri < b.iri ? -1 : 1))
    .slice(0, most)
    .map((each) => each.iri);
}

// From 0, equal, to 1. Part of a name is near to it: who asks for "utrecht" may mean "umc-utrecht".
function farness(name: string, other: string): number {
  if (name.length > 2 && other.split('-').includes(name)) return 0.1;
  const length = Math.max(name.length, other.length);
  // Lengths alone can rule it out, far cheaper than the distance.
  return Math.abs(name.length - other.length) / length > 0.5 ? 1 : distance(name, other) / length;
}
