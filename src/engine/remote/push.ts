import { randomUUID } from 'node:crypto';
import type { GraphTriples, Piece } from '../../load/graph-files.ts';
import { UpdateRefusal } from './attempts.ts';
import { writesAtOnce } from './known-servers.ts';
import { type Loaded, type Marker, markerPiece, noMarker, readMarker, seesNamedGraphs } from './push-marker.ts';
import type { RemoteStore } from './remote-store.ts';
import { copyText, dropText, type GraphName, insertParts } from './update-texts.ts';

/** What is pushed. */
export interface PushContent {
  readonly version: string;
  readonly graphs: ReadonlyMap<string, GraphTriples>;
  /** What the default graph holds where it is one of its own. */
  readonly defaultGraph: GraphTriples | undefined;
  /** How many of its triples stand in no named graph: a store whose default graph is not filled has no place for them. */
  readonly unnamed: number;
  /** The graph in which pushes to this store note what they left. */
  readonly marker: string;
}

/**
 * How new graphs come into the place of old ones: `request`, by one request with all that is new in it; `staged`, loaded
 * beside the old ones first, counted there, and then copied by one request; `each`, one graph after the other.
 */
export const swaps = ['request', 'staged', 'each'] as const;
export type Swap = (typeof swaps)[number];

/** What the default graph of a store is to hold: what the store needs; every triple once; nothing. */
export const defaultGraphs = ['auto', 'merge', 'none'] as const;

/** How to push. */
export interface PushOptions {
  /** Left out, as the store takes it. */
  readonly swap?: Swap | undefined;
  readonly defaultGraph: (typeof defaultGraphs)[number];
  /** Loads all, also what the store has already, and overwrites a default graph that no push has filled. */
  readonly force: boolean;
  /** Puts graphs in place although the store counts them otherwise. */
  readonly allowDifferences: boolean;
  /** Bytes of one request, about. */
  readonly requestSize: number;
  /** Requests at a time. */
  readonly connections: number;
  readonly say: (remark: string) => void;
  readonly progress: (text: string) => void;
}

/** A graph that has not the triples that it should. */
export interface Difference {
  readonly graph: GraphName;
  readonly expected: number;
  readonly found: number;
}

/** How a push went. */
export interface Pushed {
  /** How graphs were put in place; undefined where nothing was. */
  readonly swap: Swap | undefined;
  /** Graphs that were loaded, the default graph not counted. */
  readonly loaded: number;
  readonly dropped: number;
  /** Whether the default graph was filled. */
  readonly filled: boolean;
  /** Triples that were loaded, those of the default graph as well. */
  readonly triples: number;
  readonly differences: readonly Difference[];
}

/** A store that is not written to as things are. */
export class PushRefused extends Error {}

/** What is to be done in a store. */
interface Plan {
  /** The name of this push, which no other has. */
  readonly id: string;
  readonly before: Marker;
  /** With the default graph, if it is to be filled. */
  readonly changed: readonly (readonly [GraphName, GraphTriples])[];
  readonly gone: readonly string[];
  /** Whether a query without GRAPH sees the named graphs. */
  readonly isUnion: boolean;
  /** What the marker says when all is done. */
  readonly after: Marker;
  /** What counted otherwise, and need not be loaded. */
  readonly isDone: boolean;
}

/**
 * Brings a store to a version of a dataset, and counts what is there then. What it loads is noted in the store before
 * and after: a push that was cut off is made good by the next.
 */
export async function pushDataset(store: RemoteStore, content: PushContent, options: PushOptions): Promise<Pushed> {
  options.progress('Counting what the store has …');
  let plan = await makePlan(store, content, options);
  const { changed, gone } = plan;
  const result = {
    loaded: changed.filter(([graph]) => graph !== undefined).length,
    dropped: gone.length,
    filled: changed.some(([graph, { triples }]) => graph === undefined && triples > 0),
    triples: changed.reduce((sum, [, { triples }]) => sum + triples, 0),
  };
  if (plan.isDone) return { ...result, swap: undefined, differences: [] };
  const [first, ...others] = options.swap ? [options.swap] : waysFor(store, plan, options);
  for (let way: Swap = first as Swap; ; ) {
    try {
      const { differences, inPlace } = await ways[way](store, content, plan, options);
      return { ...result, swap: inPlace ? way : undefined, differences };
    } catch (error) {
      const next = others.shift();
      if (!(error instanceof UpdateRefusal) || !next) throw error;
      options.say(`${error.message} ${explanations[next]}`);
      way = next;
      // With what the refused way has left.
      plan = { ...plan, before: (await readMarker(store, content.marker)) ?? plan.before };
    }
  }
}

const explanations: Readonly<Record<Swap, string>> = {
  request: '',
  staged: 'So the graphs are loaded beside the old ones first.',
  each: 'So graphs are replaced one after the other: until all are, readers see some of this version and some of the last.',
};

// The ways that a store may take, the best first.
function waysFor(store: RemoteStore, { isUnion, changed }: Plan, { requestSize, say }: PushOptions): readonly Swap[] {
  if (!store.canUpdate) {
    say(`The store has no address for updates (--engine-update). ${explanations.each}`);
    return ['each'];
  }
  const bytes = changed.reduce((sum, [, triples]) => sum + triples.bytes, 0);
  // Where every query sees every graph, graphs beside the others are no secret: better without, if it all fits.
  if (!isUnion) return ['staged', 'each'];
  return bytes <= requestSize ? ['request', 'staged', 'each'] : ['staged', 'each'];
}

async function makePlan(store: RemoteStore, content: PushContent, options: PushOptions): Promise<Plan> {
  const { graphs, marker, version } = content;
  const found = await readMarker(store, marker);
  const before = found ?? noMarker;
  // It has to be there to be looked for.
  if (!found) await replaceMarker(store, marker, noMarker);
  const isUnion = await seesNamedGraphs(store, marker);
  const counts = await countAll(store, [...graphs.keys()], options);
  const touched = before.changing ?? [];
  if (before.begun)
    options.say(
      `A push that began at ${before.begun.at} has not ended: this one makes it good. If it is still under way, it stops before it puts anything in place.`,
    );
  const isSame = (graph: string, triples: GraphTriples): boolean =>
    !options.force &&
    !touched.includes(graph) &&
    isLoaded(before.graphs[graph], triples) &&
    counts.get(graph) === triples.triples;
  const changed: [GraphName, GraphTriples][] = [...graphs].filter(([graph, triples]) => !isSame(graph, triples));
  const gone = [...new Set([...Object.keys(before.graphs), ...touched])].filter((graph) => !graphs.has(graph));
  const wanted = wantedDefaultGraph(content, options, isUnion, before);
  if (wanted && (await mustFill(store, before, wanted, options))) changed.push([undefined, wanted]);
  const filled: Loaded | null = wanted?.triples ? [wanted.triples, wanted.digest] : null;
  const after: Marker = {
    version,
    graphs: Object.fromEntries([...graphs].map(([graph, { triples, digest }]) => [graph, [triples, digest]])),
    // What is left alone stays as it was noted.
    defaultGraph: wanted ? filled : before.defaultGraph,
    staged: [],
  };
  const isDone =
    !changed.length && !gone.length && !before.changing && !before.staged.length && before.version === version;
  return { id: randomUUID(), before, changed, gone, isUnion, after, isDone };
}

const isLoaded = (loaded: Loaded | null | undefined, { triples, digest }: GraphTriples): boolean =>
  loaded?.[0] === triples && loaded[1] === digest;

const noTriples: GraphTriples = { triples: 0, bytes: 0, digest: '', blankNodes: false, pieces: async () => [] };

// What it is to hold; undefined where it is left alone.
function wantedDefaultGraph(
  { defaultGraph, unnamed }: PushContent,
  { defaultGraph: choice, say }: PushOptions,
  isUnion: boolean,
  before: Marker,
): GraphTriples | undefined {
  // What an earlier push has put there goes when this one has nothing for it.
  if (choice === 'merge' || (choice === 'auto' && !isUnion))
    return defaultGraph ?? (before.defaultGraph ? noTriples : undefined);
  if (unnamed && choice === 'auto')
    throw new PushRefused(
      `${unnamed} triples stand in no graph, and the default graph of this store is the union of its graphs. Give their file a graph (--graph <iri=file>), or leave them out (--default-graph none).`,
    );
  if (unnamed) say(`${unnamed} triples that stand in no graph are left out.`);
  return undefined;
}

// What others have in the default graph is not ours to clear.
async function mustFill(
  store: RemoteStore,
  { defaultGraph, changing }: Marker,
  wanted: GraphTriples,
  { force }: PushOptions,
): Promise<boolean> {
  if (force) return true;
  const found = await store.count(undefined);
  if (found && !changing && defaultGraph?.[0] !== found)
    throw new PushRefused(
      `The default graph of the store has ${found} triples that no push has put there. Keep it as it is with --default-graph none, or have it overwritten with --force.`,
    );
  return Boolean(changing) || !isLoaded(defaultGraph, wanted) || found !== wanted.triples;
}

type Way = (
  store: RemoteStore,
  content: PushContent,
  plan: Plan,
  options: PushOptions,
) => Promise<{ readonly differences: readonly Difference[]; readonly inPlace: boolean }>;

const ways: Readonly<Record<Swap, Way>> = {
  request: async (store, content, plan, options) => {
    const { marker } = content;
    await begin(store, marker, plan, []);
    options.progress('Sending the update …');
    const inserts: [GraphName, readonly Piece[]][] = [[marker, [markerPiece(marker, plan.after)]]];
    for (const [graph, triples] of plan.changed) inserts.push([graph, await triples.pieces(options.requestSize)]);
    await requireTurn(store, marker, plan);
    const drops = [...plan.gone, ...plan.before.staged, ...inserts.map(([graph]) => graph)].map(dropText);
    await store.update([`${drops.join(' ;\n')} ;\n`, ...insertParts(inserts)]);
    return { differences: await countDifferences(store, plan, options), inPlace: true };
  },

  staged: async (store, content, plan, options) => {
    const { marker } = content;
    if (plan.isUnion)
      options.say(
        'Every query of this store sees every graph: while it loads, queries without GRAPH see both versions.',
      );
    const stages = plan.changed.map(([graph, triples], index) => {
      // No other push has graphs of these names, be it of the same version.
      const stage = `${marker}/${plan.id}/${graph === undefined ? 'default' : index}`;
      return { graph, triples, stage };
    });
    const staged = stages.map(({ stage }) => stage);
    await begin(store, marker, plan, staged);
    await store.drop(plan.before.staged.filter((graph) => !staged.includes(graph)));
    await loadAll(
      store,
      stages.map(({ stage, triples }) => [stage, triples]),
      options,
    );
    const differences = await differencesOf(
      store,
      stages.map(({ stage, triples }) => [stage, triples.triples]),
      options,
    );
    await requireTurn(store, marker, plan, staged);
    if (differences.length && !options.allowDifferences) {
      await store.drop(staged);
      // One that has begun before may still be under way; this one is not.
      const { begun, ...before } = plan.before;
      await replaceMarker(store, marker, begun?.by === plan.id ? before : plan.before);
      const graphOf = new Map<GraphName, GraphName>(stages.map(({ stage, graph }) => [stage, graph]));
      const named = differences.map((each) => ({ ...each, graph: graphOf.get(each.graph) }));
      return { differences: named, inPlace: false };
    }
    options.progress('Putting the graphs in place …');
    await store.update([
      `${[...stages.map(({ stage, graph }) => copyText(stage, graph)), ...[...plan.gone, marker].map(dropText)].join(' ;\n')} ;\n`,
      ...insertParts([[marker, [markerPiece(marker, { ...plan.after, staged })]]]),
    ]);
    await store.drop(staged);
    await replaceMarker(store, marker, plan.after);
    return { differences: await countDifferences(store, plan, options), inPlace: true };
  },

  each: async (store, content, plan, options) => {
    const { marker } = content;
    await begin(store, marker, plan, []);
    await loadAll(store, plan.changed, options);
    await requireTurn(store, marker, plan, 'replaced');
    await store.drop([...plan.gone, ...plan.before.staged]);
    const differences = await countDifferences(store, plan, options);
    // Until then, the next push takes what was changed here for unknown.
    await replaceMarker(store, marker, plan.after);
    return { differences, inPlace: true };
  },
};

const replaceMarker = (store: RemoteStore, graph: string, marker: Marker): Promise<void> =>
  store.replace(graph, { pieces: async () => [markerPiece(graph, marker)] });

/** Notes what will be changed, before it is. */
function begin(store: RemoteStore, marker: string, plan: Plan, staged: readonly string[]): Promise<void> {
  const { before, id } = plan;
  return replaceMarker(store, marker, {
    ...before,
    changing: changing(before, plan),
    staged: [...new Set([...before.staged, ...staged])],
    begun: { by: id, at: new Date().toISOString() },
  });
}

const changing = ({ changing = [] }: Marker, { changed, gone }: Plan): readonly string[] =>
  [...new Set([...changing, ...changed.map(([graph]) => graph ?? ''), ...gone])].filter(Boolean);

/**
 * Looks whether this push is still the last that has begun, and steps back where it is not: takes its own graphs away,
 * or says which of the others it has replaced. It cannot lock: one that begins right after this is not seen.
 */
async function requireTurn(
  store: RemoteStore,
  marker: string,
  plan: Plan,
  left: readonly string[] | 'replaced' = [],
): Promise<void> {
  const now = (await readMarker(store, marker)) ?? noMarker;
  if (now.begun?.by === plan.id) return;
  if (left === 'replaced') await replaceMarker(store, marker, { ...now, changing: changing(now, plan) });
  else await store.drop(left);
  throw new PushRefused(
    left === 'replaced'
      ? 'Another push to this store has begun meanwhile, and this one has replaced graphs already. When the other has ended, push once more with --force.'
      : 'Another push to this store has begun meanwhile: this one has put nothing in place.',
  );
}

async function loadAll(
  store: RemoteStore,
  graphs: readonly (readonly [GraphName, GraphTriples])[],
  { connections, progress, say }: PushOptions,
): Promise<void> {
  const writes = writesAtOnce(store.server, connections);
  if (writes < Math.min(connections, graphs.length))
    say(`The store is ${store.server}: no more than ${writes} at a time, or it deadlocks.`);
  let done = 0;
  await inParallel(graphs, writes, async ([graph, triples]) => {
    await store.replace(graph, triples);
    progress(`Loading graphs: ${++done} of ${graphs.length} …`);
  });
}

async function countAll(
  store: RemoteStore,
  graphs: readonly GraphName[],
  { connections }: PushOptions,
): Promise<Map<GraphName, number>> {
  const counts = new Map<GraphName, number>();
  await inParallel(graphs, connections, async (graph) => {
    counts.set(graph, await store.count(graph));
  });
  return counts;
}

async function differencesOf(
  store: RemoteStore,
  expected: readonly (readonly [GraphName, number])[],
  options: PushOptions,
): Promise<Difference[]> {
  options.progress('Counting …');
  const counts = await countAll(
    store,
    expected.map(([graph]) => graph),
    options,
  );
  return expected
    .map(([graph, number]) => ({ graph, expected: number, found: counts.get(graph) ?? 0 }))
    .filter((each) => each.expected !== each.found);
}

const countDifferences = (store: RemoteStore, { changed, gone }: Plan, options: PushOptions): Promise<Difference[]> =>
  differencesOf(
    store,
    [...changed.map(([graph, { triples }]) => [graph, triples] as const), ...gone.map((graph) => [graph, 0] as const)],
    options,
  );

/** Does work for each item, so many at a time. After a failure nothing further is begun, and what runs is waited for. */
async function inParallel<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const item of rest) {
      if (failed) return;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, lane));
  const fault = ended.find((each) => each.status === 'rejected');
  if (fault) throw fault.reason;
}
