import { distance } from 'fastest-levenshtein';
import { type Entity, type IndexedName, type NameIndex, readName } from './name-index.ts';
import { isShortName, lettersOf, nearestMeaning } from './words.ts';

/** How well a name fits, and whether so well that it is that name but for its spelling. */
export interface Fit {
  readonly entity: Entity;
  /** From 0 to 100. */
  readonly score: number;
  /** Nothing is left over on either side. */
  readonly complete: boolean;
  /** The name that fits best. */
  readonly name: string;
}

/** Characters of a name that are read: no name is as long. */
const longest = 300;

/** A score at which a name is the same but for its spelling. */
export const sure = 90;
/** How far the best must be ahead of the next to be taken without asking. */
export const lead = 4;
/** Below this there is nothing in common that would help a person. */
const least = 35;

/** The things that a name may mean, the likeliest first. */
export function matchName(index: NameIndex, given: string): Fit[] {
  // "University Medical Center (UMC)": the name and its acronym both count.
  const text = given.slice(0, longest);
  const [, before = '', inside = ''] = /^(.*\S)\s*\(([^()]+)\)\s*$/.exec(text) ?? [];
  const readings = [text, before].filter((each) => lettersOf(each) !== '');
  const fits = new Map<string, Fit>();
  for (const reading of readings)
    for (const fit of matchPlain(index, reading)) {
      const known = fits.get(fit.entity.iri);
      if (!known || fit.score > known.score) fits.set(fit.entity.iri, fit);
    }
  // What stands in brackets must not speak against it: "Springfield University (SU)" is not the other SU.
  const acronym = lettersOf(inside);
  const meant = acronym && isShortName(inside) ? index.called(acronym) : new Set<string>();
  return [...fits.values()]
    .map((fit) =>
      meant.size && !meant.has(fit.entity.iri) ? { ...fit, complete: false, score: fit.score * 0.9 } : fit,
    )
    .sort((a, b) => b.score - a.score || b.entity.weight - a.entity.weight || (a.entity.iri < b.entity.iri ? -1 : 1));
}

function matchPlain(index: NameIndex, text: string): Fit[] {
  const asked = readName(text);
  return index
    .candidates(asked.words, asked.letters)
    .map((entity) => bestFit(index, asked, entity))
    .filter(({ score }) => score >= least);
}

function bestFit(index: NameIndex, asked: IndexedName, entity: Entity): Fit {
  let best: Fit = { entity, score: 0, complete: false, name: '' };
  for (const name of entity.names) {
    const { score, complete } = compare(index, asked, name);
    if (score > best.score) best = { entity, score, complete, name: name.text };
  }
  return best;
}

function compare(index: NameIndex, asked: IndexedName, name: IndexedName): { score: number; complete: boolean } {
  if (asked.letters === name.letters) return { score: 100, complete: true };
  // Of acronyms each letter counts: LUMC is not UMCU with a slip of the pen.
  if (asked.short && name.short) return { score: 0, complete: false };
  const words = compareWords(index, asked, name);
  if (asked.short || name.short) return words;
  // Names that differ in where a word ends.
  const length = Math.max(asked.letters.length, name.letters.length);
  const together = length > 7 ? 100 * (1 - distance(asked.letters, name.letters) / length) - 4 : 0;
  return together > words.score ? { score: together, complete: together >= sure && words.complete } : words;
}

/** Compares words as sets: how much of what is said on either side is said on both, rare words counting for more. */
function compareWords(index: NameIndex, asked: IndexedName, name: IndexedName): { score: number; complete: boolean } {
  const left = new Set(name.words);
  let shared = 0;
  let total = 0;
  let unmatched = 0;
  for (const word of asked.words) {
    const weight = index.tells(word);
    total += weight;
    const { found, likeness } = closest(index, word, left);
    if (found === undefined) {
      unmatched++;
      continue;
    }
    left.delete(found);
    const other = index.tells(found);
    total += other;
    shared += (weight + other) * likeness;
  }
  for (const word of left) total += index.tells(word);
  const score = total ? (98 * shared) / total : 0;
  // A name that says a word again speaks of two things: "Ghent University and UMC Ghent" is not the latter.
  return { score, complete: unmatched === 0 && left.size === 0 && name.repetitions <= asked.repetitions };
}

/** The word most like one: the same, or one that differs by a slip of the pen. */
function closest(
  index: NameIndex,
  word: string,
  among: ReadonlySet<string>,
): { found: string | undefined; likeness: number } {
  if (among.has(word)) return { found: word, likeness: 1 };
  let best: { found: string | undefined; likeness: number } = { found: undefined, likeness: 0 };
  // A word that other names have is no misspelling of this one.
  if (word.length < 4 || index.knows(word)) return best;
  for (const other of among) {
    const length = Math.max(word.length, other.length);
    if (other.length < 4) continue;
    const likeness = 1 - distance(word, other) / length;
    if (likeness >= 0.74 && likeness > best.likeness) best = { found: other, likeness };
  }
  if (best.found !== undefined) return best;
  // A slip of the pen in a word that stands for another one: "univeristeit".
  const meant = nearestMeaning(word);
  return meant !== undefined && among.has(meant) ? { found: meant, likeness: 0.9 } : best;
}

/** Whether the first is sure enough to be taken without asking a person. */
export function isSure(fits: readonly Fit[], { confirmed = false } = {}): boolean {
  const [first, ...others] = fits;
  const second = others.find(({ complete }) => complete);
  if (!first?.complete || first.score < sure) return false;
  // One that has more words, or fewer, is another name: it is no rival to one that has just these.
  if (second && first.score - second.score < lead) return false;
  // Two or three letters stand for too many things in the world for one graph to know.
  return confirmed || lettersOf(first.name).length > 3;
}
