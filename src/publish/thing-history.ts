import type { DatasetFacts } from '../dataset/build.ts';
import type { KeptVersion, Versions } from '../dataset/versions.ts';
import type { Text } from '../load/publication.ts';
import { type Happening, isInGraph, type Statement, type ThingChanges, thingChanges } from './changes.ts';
import { readLines } from './diff.ts';
import { labelProperties } from './graph-index.ts';

/** What changed of one thing from one version to the next. */
export interface ThingStep extends ThingChanges {
  readonly from: string;
  readonly to: KeptVersion;
  readonly happening: Happening;
}

/** What is kept of one thing's past. */
export interface ThingHistory {
  readonly thing: string;
  /** What the newest version that speaks of it calls it, by language. */
  readonly names: Text;
  /** The newest first; a step in which nothing changed is left out. */
  readonly steps: readonly ThingStep[];
  /** Whether any of the versions states anything of it. */
  readonly known: boolean;
}

/** Statements of a step that are told: more were added at once, and nobody reads them one by one. */
const mostStatements = 100;

/**
 * What was stated of a thing in each of some versions, told as what changed from one to the next. What only follows from
 * other statements, and what the dataset says of itself, is left out.
 *
 * @param kept the versions, the newest first
 */
export async function thingHistory(
  thing: string,
  kept: readonly KeptVersion[],
  versions: Versions,
  { publication }: Pick<DatasetFacts, 'publication'>,
): Promise<ThingHistory> {
  const leftOut = publication
    ? [publication.inferredGraph, publication.catalogueGraph].flatMap((name) => (name ? [publication.base + name] : []))
    : [];
  const states: { readonly version: KeptVersion; readonly lines: ReadonlySet<string> }[] = [];
  for (const version of kept) {
    const all = await versions.linesOf(version.version, thing);
    if (!all) continue;
    const lines = all.filter((line) => !leftOut.some((graph) => isInGraph(line, graph)));
    states.push({ version, lines: new Set(lines.map(withoutLabels)) });
  }
  const steps = states.slice(0, -1).flatMap(({ version, lines }, index): ThingStep[] => {
    const before = states[index + 1] as (typeof states)[number];
    const removed = [...before.lines].filter((line) => !lines.has(line));
    const added = [...lines].filter((line) => !before.lines.has(line));
    if (!removed.length && !added.length) return [];
    const statements = [...asStatements(removed, 'removed'), ...asStatements(added, 'added')];
    return [
      {
        ...thingChanges(thing, statements, mostStatements),
        from: before.version.version,
        to: version,
        happening: !before.lines.size ? 'appeared' : lines.size ? 'changed' : 'gone',
      },
    ];
  });
  const newest = states.find(({ lines }) => lines.size > 0);
  return { thing, names: newest ? namesIn([...newest.lines]) : {}, steps, known: newest !== undefined };
}

function namesIn(lines: readonly string[]): Text {
  const quads = readLines(lines);
  const names: Record<string, string> = {};
  for (const property of labelProperties)
    for (const { predicate, object } of quads)
      if (predicate.value === property && object.termType === 'Literal')
        names[object.language || 'und'] ??= object.value;
  return names;
}

// Labels of blank nodes in two versions have nothing to do with each other.
const withoutLabels = (line: string): string =>
  line.includes(' _:') ? line.replace(/ _:\S+(?= (?:<[^<>]*> )?\.$)/, ' _:b') : line;

const asStatements = (lines: readonly string[], change: Statement['change']): Statement[] =>
  readLines(lines).map((quad) => ({ change, quad }));
