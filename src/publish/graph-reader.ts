import { AsyncLocalStorage } from 'node:async_hooks';
import type { Quad, Term } from '@rdfjs/types';
import { LRUCache } from 'lru-cache';
import { QueryFault } from '../engine/engine.ts';
import type { Answering } from './ask.ts';
import { type Given, kinds } from './reading-queries.ts';
import type { Answers, Want } from './wants.ts';

/** What a reader fills. */
export interface Filled {
  readonly add: (quads: Iterable<Quad>) => void;
  /** Whether the default graph is the merge of all graphs. */
  readonly merging: boolean;
  /** How many quads there are. */
  readonly size: () => number;
  readonly clear: () => void;
}

/** How to read. */
export interface ReaderOptions {
  /** Seconds after which the engine may answer otherwise; left out where it never does. */
  readonly maxAge?: number;
  /** Told of each list of which only the beginning was read. */
  readonly onCut?: (want: string) => void;
}

/** Rounds in which work must have found all that it looks up: a page takes some eight. */
const mostRounds = 40;
/** Quads that are kept: a million would take some 700 MB. */
const mostQuads = 200_000;
/** Quads above which no more is read for work that is under way. */
const mostAtOnce = 5 * mostQuads;
/** What one round of work may miss. */
const mostWanted = 100_000;
/** Other answers that are kept. */
const mostFacts = 20_000;
/** Kinds of which an answer, or those to all that may be asked, can have many megabytes. */
const large: ReadonlySet<Want['kind']> = new Set<Want['kind']>(['types', 'names', 'sample', 'called']);

/** Things that one query asks for, and characters of their list. */
const batchSize = 200;
const batchLength = 12_000;

/** Queries that are asked at a time. */
const lanes = 4;

/** An answer that is no triple. */
interface Fact {
  readonly is: unknown;
}

/** Work under way: what it has missed since it was last begun. */
interface Round {
  readonly wanted: Map<string, Want>;
  /** What is too large to be kept when the work is done. */
  readonly own: ReadonlyMap<string, unknown>;
  misses: number;
}

/**
 * Brings what is looked up from an engine into memory.
 *
 * What makes pages looks things up in the middle of its work, and cannot wait there. So it works on what there is; what
 * was missing meanwhile is asked for, many things with one query, and the work begins anew, until nothing is missing.
 */
export class Reader {
  readonly #engine: Answering;
  readonly #options: ReaderOptions;
  readonly #rounds = new AsyncLocalStorage<Round>();
  /** What was read, by the key of the want: triples, which are in the index, and anything else. */
  #triples = new Map<string, true>();
  #facts = new LRUCache<string, Fact>({ max: mostFacts });
  readonly #pending = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  /** How much work is under way. */
  #underWay = 0;
  #index: Filled | undefined;
  #epoch = 0;
  #since = performance.now();

  constructor(engine: Answering, options: ReaderOptions = {}) {
    this.#engine = engine;
    this.#options = options;
  }

  /** Names the index that is filled. */
  attach(index: Filled): void {
    this.#index = index;
  }

  /** Whether the engine may answer otherwise after a while. */
  get isLive(): boolean {
    return this.#options.maxAge !== undefined;
  }

  /** How often all was dropped because it might have changed. */
  epoch(): number {
    const { maxAge } = this.#options;
    if (maxAge !== undefined && performance.now() - this.#since > maxAge * 1000) {
      this.#drop();
      this.#facts.clear();
      this.#epoch++;
      this.#since = performance.now();
    }
    return this.#epoch;
  }

  #drop(): void {
    this.#triples = new Map();
    this.#index?.clear();
  }

  /** How much the work under way has missed so far. */
  missing(): number {
    return this.#rounds.getStore()?.misses ?? 0;
  }

  /** Whether what fits is in the index; if not, it will be in the next round. */
  has(want: Want): boolean {
    return this.ask(want) !== undefined;
  }

  /** What the engine says, as far as that is known; if not, it will be in the next round. */
  ask<W extends Want>(want: W): Answers[W['kind']] | undefined {
    const key = keyOf(want);
    const round = this.#rounds.getStore();
    const known = this.#triples.get(key) ?? this.#facts.get(key)?.is ?? round?.own.get(key);
    if (known !== undefined) return known as Answers[W['kind']];
    if (!round) throw new Error(`Nobody waits for what is read of the engine: ${key.slice(0, 200)}`);
    round.wanted.set(key, want);
    round.misses++;
    return undefined;
  }

  /** Does the work until it has missed nothing. */
  async reading<T>(work: () => T | Promise<T>): Promise<T> {
    this.epoch();
    // Work under way would have to read again what it has: that waits until there is none, or far too much.
    if (this.#size > (this.#underWay ? 2 * mostQuads : mostQuads)) this.#drop();
    this.#underWay++;
    try {
      return await this.#work(work);
    } finally {
      this.#underWay--;
    }
  }

  get #size(): number {
    return this.#index?.size() ?? 0;
  }

  async #work<T>(work: () => T | Promise<T>): Promise<T> {
    const own = new Map<string, unknown>();
    for (let round = 0; round < mostRounds; round++) {
      const wanted = new Map<string, Want>();
      let failed: { readonly error: unknown } | undefined;
      let made: T | undefined;
      try {
        made = await this.#rounds.run({ wanted, own, misses: 0 }, async () => work());
      } catch (error) {
        failed = { error };
      }
      if (wanted.size > mostWanted) throw tooMuch();
      if (wanted.size) await this.#fetch(wanted, own);
      else if (failed) throw failed.error;
      else return made as T;
    }
    throw tooMuch();
  }

  // Whoever wants what is being read already waits for the same answer.
  async #fetch(wanted: ReadonlyMap<string, Want>, own: Map<string, unknown>): Promise<void> {
    const open = new Map<Want['kind'], [string, Want][]>();
    const waited = new Set<Promise<void>>();
    for (const [key, want] of wanted) {
      const pending = this.#pending.get(key);
      if (pending) waited.add(pending);
      else {
        const same = open.get(want.kind);
        if (same) same.push([key, want]);
        else open.set(want.kind, [[key, want]]);
      }
    }
    for (const [kind, wants] of open)
      for (const batch of batchesOf(kind, wants)) {
        const read = this.#inLane(() => this.#read(kind, batch, own)).finally(() => {
          for (const { key } of batch) this.#pending.delete(key);
        });
        for (const { key } of batch) this.#pending.set(key, read);
        waited.add(read);
      }
    await Promise.all(waited);
  }

  // Pages are read beside what others ask.
  async #inLane(work: () => Promise<void>): Promise<void> {
    while (this.#busy >= lanes) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy++;
    try {
      await work();
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  async #read(name: Want['kind'], batch: readonly Item[], own: Map<string, unknown>): Promise<void> {
    if (this.#size > mostAtOnce) throw tooMuch();
    // All may be dropped meanwhile: whoever wants it then misses it again.
    const known = this.#triples;
    const keep = (key: string, is: unknown) => (large.has(name) ? own.set(key, is) : this.#facts.set(key, { is }));
    const kind = kinds[name] as AnyKind;
    const list = batch.flatMap(({ written }) => written ?? []).join(' ');
    if ('ask' in kind) {
      const { onCut } = this.#options;
      for (const { key, want } of batch) keep(key, await kind.ask(this.#engine, want as never, () => onCut?.(key)));
    } else if ('facts' in kind) {
      const found = list ? await kind.facts(this.#engine, list) : new Map();
      for (const { key, want } of batch) keep(key, found.get((want as { iri: string }).iri) ?? kind.otherwise);
    } else {
      const triples = list ? await kind.triples(this.#engine, list) : [];
      // A list that is too long for one answer is cut only where it is by itself.
      if (triples.length > kind.limit && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        await this.#read(name, batch.slice(0, middle), own);
        return this.#read(name, batch.slice(middle), own);
      }
      if (triples.length > kind.limit) this.#options.onCut?.(batch[0]?.key ?? '');
      if (known !== this.#triples) return;
      this.#fill(triples.slice(0, kind.limit));
      for (const { key } of batch) known.set(key, true);
    }
  }

  // A triple that is in a graph, and in the default graph of a dataset that is the merge of its graphs, is there once.
  #fill(rows: readonly Given[]): void {
    const index = this.#index;
    if (!index) return;
    const inGraph = rows.filter(({ graph }) => graph);
    const stated = new Set(index.merging ? inGraph.map(({ line }) => line) : []);
    index.add(inGraph.map(({ quad }) => quad));
    index.add(rows.filter(({ graph, line }) => !graph && !stated.has(line)).map(({ quad }) => quad));
  }
}

const tooMuch = (): QueryFault =>
  new QueryFault('too-complex', 'What is asked for hangs together with more than can be read at a time.');

/** A want on its way to a query. */
interface Item {
  readonly key: string;
  readonly want: Want;
  /** As it stands in the list of a query; undefined for what is asked by itself, or can be in no graph. */
  readonly written: string | undefined;
}

/** A kind, whatever it wants. */
type AnyKind = (typeof kinds)[Want['kind']];

// Terms are told apart by all that they have; anything else is text, numbers and lists of texts.
const keyOf = (want: Want): string =>
  Object.values(want)
    .map((value) => (isTerm(value) ? termKey(value) : JSON.stringify(value)))
    .join(' ');

const isTerm = (value: unknown): value is Term => typeof value === 'object' && value !== null && 'termType' in value;

const termKey = (term: Term): string =>
  term.termType === 'Literal' ? JSON.stringify([term.value, term.language, term.datatype.value]) : `<${term.value}>`;

// As many as one query may have, by their number and by the length of its text, in which the list stands twice.
function batchesOf(name: Want['kind'], wants: readonly [string, Want][]): Item[][] {
  const kind = kinds[name] as AnyKind;
  const batches: Item[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const [key, want] of wants) {
    const text = 'write' in kind ? (kind.write as (want: Want) => string | undefined)(want) : undefined;
    // What is longer than a query may be is in no graph that anybody could ask.
    const written = text === undefined || text.length > batchLength ? undefined : text;
    length += written?.length ?? 0;
    if (length > batchLength || (batches.at(-1)?.length ?? batchSize) >= batchSize || 'ask' in kind) {
      batches.push([]);
      length = written?.length ?? 0;
    }
    batches.at(-1)?.push({ key, want, written });
  }
  return batches;
}
