import { distance } from 'fastest-levenshtein';

/** A name of a thing in a language. */
export interface Labelled {
  readonly thing: string;
  readonly label: string;
  readonly language: string;
}

/** Two things of one kind whose names are nearly equal. */
export interface SimilarPair {
  readonly first: Labelled;
  readonly second: Labelled;
  /** From 0 to 1, equal names. */
  readonly similarity: number;
}

/**
 * Pairs of different things of one kind (IRIs equal up to the last slash) whose names in one language are at least so
 * similar: letters only, words in any order, edit distance over the longer length. The most similar come first.
 */
export function findSimilar(labels: readonly Labelled[], least: number): SimilarPair[] {
  const groups = new Map<string, { from: Labelled; text: string }[]>();
  for (const from of labels) {
    const group = `${from.language} ${from.thing.slice(0, from.thing.lastIndexOf('/'))}`;
    groups.set(group, [...(groups.get(group) ?? []), { from, text: normalise(from.label) }]);
  }
  const pairs: SimilarPair[] = [];
  for (const members of groups.values()) {
    for (const [index, a] of members.entries()) {
      for (const b of members.slice(index + 1)) {
        if (a.from.thing === b.from.thing) continue;
        const length = Math.max(a.text.length, b.text.length, 1);
        // Lengths alone can rule a pair out, far cheaper than the distance.
        if (1 - Math.abs(a.text.length - b.text.length) / length < least) continue;
        const similarity = 1 - distance(a.text, b.text) / length;
        if (similarity >= least) pairs.push({ first: a.from, second: b.from, similarity });
      }
    }
  }
  return pairs.sort((a, b) => b.similarity - a.similarity || (a.first.thing < b.first.thing ? -1 : 1));
}

const normalise = (label: string): string =>
  (
    label
      .normalize('NFD')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
    .sort()
    .join(' ');
