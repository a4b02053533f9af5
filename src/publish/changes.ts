import { setImmediate } from 'node:timers/promises';
import type { Quad } from '@rdfjs/types';
import type { DatasetFacts } from '../dataset/build.ts';
import type { Edition } from '../dataset/versions.ts';
import { compareLines } from '../rdf/canonical.ts';
import { linesOf } from '../rdf/sorted-lines.ts';
import { quad, rdf } from '../rdf/terms.ts';
import { writeNTriples } from '../rdf/write-turtle.ts';
import { type Diff, readLines } from './diff.ts';
import { GraphIndex, labelProperties } from './graph-index.ts';

/** How many statements were removed and added. */
export interface Count {
  readonly removed: number;
  readonly added: number;
}

/** One statement that is there no more, or that is new. */
export interface Statement {
  readonly change: 'removed' | 'added';
  readonly quad: Quad;
}

/** What changed of one thing. */
export interface ThingChanges extends Count {
  /** Its IRI; for what has none, a label that holds in this comparison. */
  readonly thing: string;
  /** The first of them: by property, and what was removed before what was added. */
  readonly statements: readonly Statement[];
}

/** Things to which the same has happened. */
export interface ChangedThings {
  /** All of them. */
  readonly count: number;
  /** The first of them, by IRI. */
  readonly shown: readonly ThingChanges[];
}

/** What changed in one graph. */
export interface GraphChanges extends Count {
  /** Its name; empty for the default graph. */
  readonly graph: string;
  /** The part of the dataset that it belongs to; empty if none is known. */
  readonly part: string;
}

/** What has happened to a thing: `unnamed` is for blank nodes, of which nobody can tell which is which. */
export type Happening = 'appeared' | 'gone' | 'changed' | 'unnamed';

/** A difference, told by thing and by graph. */
export interface Changes {
  readonly from: string;
  readonly to: string;
  /** In all graphs. */
  readonly total: Count;
  /** Statements that both versions have. */
  readonly kept: number;
  /** What only follows from the rest, and what the dataset says of itself: counted, and not in what comes below. */
  readonly inferred: Count;
  readonly catalogue: Count;
  /** By part and name. */
  readonly graphs: readonly GraphChanges[];
  /** A thing has appeared when nothing was stated of it before, and is gone when nothing is any more. */
  readonly things: Readonly<Record<Happening, ChangedThings>>;
  /** What things, properties and graphs in it are called, in the newer version if it says so. */
  readonly index: GraphIndex;
}

/** How to tell a difference. */
export interface ChangesOptions {
  /** The dataset; its publication says which graphs are apart. */
  readonly facts: DatasetFacts;
  /** List what follows from the rest with what is stated. */
  readonly inferred?: boolean;
  /** Things of each kind, and statements of each thing, that are shown. */
  readonly limit?: number;
}

/** What is shown if nothing else is said: a page that browsers take, and that somebody may read. */
export const shownLimit = 100;

/** Tells a difference by thing and by graph. Other work goes on between its steps. */
export async function tellChanges(
  diff: Diff,
  from: Edition,
  to: Edition,
  { facts, inferred = false, limit = shownLimit }: ChangesOptions,
): Promise<Changes> {
  const { publication } = facts;
  const inferredGraph = publication && publication.base + publication.inferredGraph;
  const catalogueGraph = publication?.catalogueGraph && publication.base + publication.catalogueGraph;
  const parts = partsOf([from, to]);
  const counts = new Map<string, GraphChanges>();
  const subjects = new Map<string, Statement[]>();
  const apart = { inferred: nothing, catalogue: nothing };
  for (const change of ['removed', 'added'] as const) {
    for (let start = 0; start < diff[change].length; start += readAtOnce) {
      for (const each of readLines(diff[change].slice(start, start + readAtOnce))) {
        const graph = each.graph.value;
        if (graph === catalogueGraph && graph) {
          apart.catalogue = countOne(apart.catalogue, change);
          continue;
        }
        const follows = graph === inferredGraph && graph !== '';
        if (follows) apart.inferred = countOne(apart.inferred, change);
        else {
          const known = counts.get(graph) ?? { graph, part: parts.get(graph) ?? '', ...nothing };
          counts.set(graph, countOne(known, change));
        }
        if (follows && !inferred) continue;
        const subject = `${each.subject.termType === 'BlankNode' ? '_:' : ''}${each.subject.value}`;
        const own = subjects.get(subject);
        if (own) own.push({ change, quad: each });
        else subjects.set(subject, [{ change, quad: each }]);
      }
      await setImmediate();
    }
  }
  const leftOut = [inferredGraph, catalogueGraph].filter((graph) => graph !== undefined);
  const [before, after] = [await stated(from, subjects.keys(), leftOut), await stated(to, subjects.keys(), leftOut)];
  const sorted: Record<Happening, string[]> = { appeared: [], gone: [], changed: [], unnamed: [] };
  for (const subject of [...subjects.keys()].sort(compareLines))
    sorted[
      subject.startsWith('_:')
        ? 'unnamed'
        : !before.has(subject) && after.has(subject)
          ? 'appeared'
          : before.has(subject) && !after.has(subject)
            ? 'gone'
            : 'changed'
    ].push(subject);
  const show = (names: readonly string[]): ChangedThings => ({
    count: names.length,
    shown: names.slice(0, limit).map((thing) => thingChanges(thing, subjects.get(thing) ?? [], limit)),
  });
  const things = {
    appeared: show(sorted.appeared),
    gone: show(sorted.gone),
    changed: show(sorted.changed),
    unnamed: show(sorted.unnamed),
  };
  const graphs = [...counts.values()].sort((a, b) => compareLines(a.part, b.part) || compareLines(a.graph, b.graph));
  return {
    from: diff.from,
    to: diff.to,
    total: { removed: diff.removed.length, added: diff.added.length },
    kept: diff.kept,
    inferred: apart.inferred,
    catalogue: apart.catalogue,
    graphs,
    things,
    index: await nameIndex(facts, from, to, namesIn(things, graphs, parts)),
  };
}

/** Lines that become quads before other work has its turn. */
const readAtOnce = 500;

const nothing: Count = { removed: 0, added: 0 };
const countOne = <T extends Count>(count: T, change: keyof Count): T => ({ ...count, [change]: count[change] + 1 });

/** Which part each graph belongs to; the newer edition is asked last, and so decides. */
function partsOf(editions: readonly Edition[]): Map<string, string> {
  const parts = new Map<string, string>();
  for (const { inputs } of editions)
    for (const { graph, part } of inputs) if (graph !== undefined && part !== undefined) parts.set(graph, part);
  return parts;
}

/** The changes of a thing in the order in which they are told. */
export function thingChanges(thing: string, statements: readonly Statement[], limit: number): ThingChanges {
  const key = ({ change, quad: { predicate, object, graph } }: Statement): string =>
    [
      predicate.value === rdf('type') ? '' : predicate.value,
      change === 'removed' ? 0 : 1,
      object.value,
      graph.value,
    ].join('\n');
  const removed = statements.filter(({ change }) => change === 'removed').length;
  const sorted = statements.map((each) => ({ each, key: key(each) })).sort((a, b) => compareLines(a.key, b.key));
  return {
    thing,
    removed,
    added: statements.length - removed,
    statements: sorted.slice(0, limit).map(({ each }) => each),
  };
}

/** Which of some subjects an edition states anything of, in other graphs than those left out. */
async function stated(
  { canonical }: Edition,
  subjects: Iterable<string>,
  leftOut: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  await inTurns(subjects, (subject) => {
    for (const line of linesOf(canonical, subject)) {
      if (leftOut.some((graph) => isInGraph(line, graph))) continue;
      found.add(subject);
      return;
    }
  });
  return found;
}

/** Whether a line of N-Quads with an IRI as subject has that graph. */
export function isInGraph(line: string, graph: string): boolean {
  const ending = ` <${graph}> .`;
  // Three terms stand before the last: a triple may have the graph's name as object.
  return line.endsWith(ending) && line.slice(line.indexOf('> ') + 2, -ending.length).includes(' ');
}

/** Visits all, and lets other work have its turn now and then. */
async function inTurns<T>(all: Iterable<T>, visit: (each: T) => void): Promise<void> {
  let visited = 0;
  for (const each of all) {
    visit(each);
    if (++visited % visitedAtOnce === 0) await setImmediate();
  }
}

const visitedAtOnce = 200;

/** All that is shown and may have a name. */
function namesIn(
  things: Changes['things'],
  graphs: readonly GraphChanges[],
  parts: ReadonlyMap<string, string>,
): Set<string> {
  const names = new Set(graphs.map(({ graph }) => graph));
  const wanted = new Set(graphs.map(({ part }) => part));
  // A part is called what its first graph is named after.
  for (const [graph, part] of parts) if (wanted.delete(part)) names.add(graph);
  for (const { shown } of Object.values(things)) {
    for (const { thing, statements } of shown) {
      names.add(thing);
      for (const { quad } of statements)
        for (const term of [quad.predicate, quad.object, quad.graph])
          if (term.termType === 'NamedNode') names.add(term.value);
    }
  }
  return names;
}

/** An index of nothing but names and classes. What the newer edition says of a thing stands before the older one. */
async function nameIndex(
  facts: DatasetFacts,
  from: Edition,
  to: Edition,
  names: ReadonlySet<string>,
): Promise<GraphIndex> {
  const known = await readNames(facts, [to, from], names);
  const classes = new Set<string>();
  for (const { predicate, object } of known)
    if (predicate.value === rdf('type') && !names.has(object.value)) classes.add(object.value);
  const all = [...known, ...(await readNames(facts, [to, from], classes))];
  // Named in the default graph: so they are found in plain files too.
  return GraphIndex.read(facts, inPieces(writeNTriples(all).split('\n')));
}

function* inPieces(lines: readonly string[]): Generator<string> {
  for (let start = 0; start < lines.length; start += readAtOnce)
    yield `${lines.slice(start, start + readAtOnce).join('\n')}\n`;
}

async function readNames(
  { publication }: DatasetFacts,
  editions: readonly Edition[],
  names: Iterable<string>,
): Promise<Quad[]> {
  const properties = new Set([rdf('type'), ...labelProperties].map((property) => `<${property}>`));
  const inferred = publication && publication.base + publication.inferredGraph;
  const wanted: string[] = [];
  await inTurns(names, (name) => {
    const before = wanted.length;
    for (const { canonical } of editions) {
      for (const line of linesOf(canonical, name)) {
        const start = line.indexOf('> ') + 2;
        if (!properties.has(line.slice(start, line.indexOf(' ', start)))) continue;
        // A class that only follows from others says less than the one that is stated.
        if (inferred === undefined || !isInGraph(line, inferred)) wanted.push(line);
      }
      // What one says of a thing is not mixed with what the other says.
      if (wanted.length > before) return;
    }
  });
  return readLines(wanted).map(
    ({ subject, predicate, object }) => quad(subject as never, predicate as never, object as never) as unknown as Quad,
  );
}
