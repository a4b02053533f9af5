import { setImmediate } from 'node:timers/promises';
import type { Quad } from '@rdfjs/types';
import type { Edition } from '../dataset/versions.ts';
import { canonicalNQuads, compareLines } from '../rdf/canonical.ts';
import { readNQuads } from '../rdf/read.ts';
import { lines } from '../rdf/sorted-lines.ts';

/**
 * What changed between two editions of a dataset, as lines of N-Quads in the order of code points. Who takes the removed
 * lines from the first edition and adds the others has a dataset that is isomorphic to the second.
 */
export interface Diff {
  /** The versions. */
  readonly from: string;
  readonly to: string;
  /** Blank nodes have the labels of the first edition's canonical N-Quads. */
  readonly removed: readonly string[];
  /** Blank nodes have labels that occur in no edition: those of the second, marked with its version. */
  readonly added: readonly string[];
  /** Quads that both hold. */
  readonly kept: number;
}

/** Says that two editions differ in more quads than somebody wants to hold in memory. */
export class TooManyChanges extends Error {}

/**
 * The difference of two editions. Quads without blank nodes are compared by their lines. Canonical labels of two
 * versions do not correspond, so quads with blank nodes are compared in groups that hang together: a group is kept when
 * the other edition has one that is isomorphic, else it is removed or added whole.
 *
 * Other work goes on between two pieces. Throws {@link TooManyChanges} when more than `most` quads differ.
 */
export async function diffEditions(from: Edition, to: Edition, most = Number.POSITIVE_INFINITY): Promise<Diff> {
  const removed: string[] = [];
  const added: string[] = [];
  const oldGroups = new BlankGroups();
  const newGroups = new BlankGroups();
  const check = (): void => {
    if (removed.length + added.length > most)
      throw new TooManyChanges(`Versions ${from.version} and ${to.version} differ in more than ${most} statements.`);
  };
  let kept = 0;
  const left = groundLines(from.canonical, oldGroups);
  const right = groundLines(to.canonical, newGroups);
  let before = next(left);
  let after = next(right);
  for (let compared = 1; before !== undefined || after !== undefined; compared++) {
    const order = before === undefined ? 1 : after === undefined ? -1 : compareLines(before, after);
    if (order === 0) kept++;
    else if (order < 0) removed.push(before as string);
    else added.push(after as string);
    if (order <= 0) before = next(left);
    if (order >= 0) after = next(right);
    check();
    if (compared % linesAtOnce === 0) await setImmediate();
  }
  if (oldGroups.size || newGroups.size) {
    const changed = await compareGroups(oldGroups.list(), newGroups.list());
    kept += changed.kept;
    removed.push(...changed.removed);
    for (const line of changed.added) added.push(relabel(line, (label) => `b${to.version}${label}`));
    check();
    removed.sort(compareLines);
    added.sort(compareLines);
  }
  return { from: from.version, to: to.version, removed, added, kept };
}

/** Lines that are compared before other work has its turn. */
const linesAtOnce = 2000;

const next = (lines: Iterator<string>): string | undefined => lines.next().value as string | undefined;

/** The lines of an edition without blank nodes, in their order; those with some go to the groups. */
function* groundLines(canonical: Uint8Array, groups: BlankGroups): Generator<string> {
  for (const line of lines(canonical)) {
    const labels = blankLabels(line);
    if (labels.length) groups.add(line, labels);
    else yield line;
  }
}

// Each term of a line, so that what looks like a blank node within a text or an IRI is taken for none.
const terms = /<[^<>"{}|^`\s]*>|"(?:[^"\\]|\\.)*"|_:[^\s()<>]+/g;

const blankLabels = (line: string): string[] =>
  line.includes('_:') ? (line.match(terms) ?? []).filter((term) => term.startsWith('_:')) : [];

const relabel = (line: string, change: (label: string) => string): string =>
  line.replace(terms, (term) => (term.startsWith('_:') ? `_:${change(term.slice(2))}` : term));

/** Lines that hang together by their blank nodes. */
class BlankGroups {
  readonly #lines: string[] = [];
  /** The first line with each label; of each line, an earlier one of the same group, or itself. */
  readonly #first = new Map<string, number>();
  readonly #earlier: number[] = [];

  get size(): number {
    return this.#lines.length;
  }

  add(line: string, labels: readonly string[]): void {
    const index = this.#lines.push(line) - 1;
    this.#earlier.push(index);
    for (const label of labels) {
      const first = this.#first.get(label);
      if (first === undefined) this.#first.set(label, index);
      else this.#join(first, index);
    }
  }

  #join(a: number, b: number): void {
    const [one, other] = [this.#root(a), this.#root(b)];
    this.#earlier[Math.max(one, other)] = Math.min(one, other);
  }

  #root(index: number): number {
    let root = index;
    while (this.#earlier[root] !== root) root = this.#earlier[root] as number;
    // Shortens the way for those who ask next: without, long chains take quadratic time.
    for (let at = index; at !== root; ) {
      const up = this.#earlier[at] as number;
      this.#earlier[at] = root;
      at = up;
    }
    return root;
  }

  list(): string[][] {
    const groups = new Map<number, string[]>();
    for (const [index, line] of this.#lines.entries()) {
      const root = this.#root(index);
      const group = groups.get(root);
      if (group) group.push(line);
      else groups.set(root, [line]);
    }
    return [...groups.values()];
  }
}

// Two groups that are isomorphic have the same outline. Only where outlines meet is the canonical form worth its time.
async function compareGroups(
  before: readonly string[][],
  after: readonly string[][],
): Promise<{ readonly removed: string[]; readonly added: string[]; readonly kept: number }> {
  const outlines = new Set(before.map(outline));
  const waiting = new Map<string, string[][]>();
  const added: string[] = [];
  for (const group of after) {
    if (!outlines.has(outline(group))) {
      added.push(...group);
      continue;
    }
    const form = await canonicalForm(group);
    waiting.set(form, [...(waiting.get(form) ?? []), group]);
  }
  const shared = new Set(after.map(outline));
  const removed: string[] = [];
  let kept = 0;
  for (const group of before) {
    const match = shared.has(outline(group)) ? waiting.get(await canonicalForm(group))?.pop() : undefined;
    if (match) kept += group.length;
    else removed.push(...group);
  }
  for (const groups of waiting.values()) for (const group of groups) added.push(...group);
  return { removed, added, kept };
}

const outline = (group: readonly string[]): string =>
  group
    .map((line) => line.replace(/_:\S+/g, '_:'))
    .sort()
    .join('\n');

/** The same text for groups that are isomorphic; at worst, for those alone that have the same labels too. */
async function canonicalForm(group: readonly string[]): Promise<string> {
  await setImmediate();
  const text = `${group.join('\n')}\n`;
  try {
    return await canonicalNQuads(readNQuads(text));
  } catch {
    // Made to be hard: what cannot be told in time counts as another group, and the difference still is right.
    return text;
  }
}

/** Lines of a difference as quads. */
export const readLines = (lines: readonly string[]): Quad[] => readNQuads(lines.join('\n'));
