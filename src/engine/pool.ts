import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { type EngineImage, QueryFault, type QueryRequest, type QueryResult } from './engine.ts';
import { type EngineKind, type EngineName, engines } from './engines.ts';
import { isLookup } from './lookup.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';

/** How a pool works. */
export interface PoolOptions {
  readonly engine: EngineName;
  /** The dataset as N-Quads; triples without a graph are the default graph. Left out where there is an image. */
  readonly nquads?: string | Uint8Array;
  /** A loaded engine's memory, to start from. */
  readonly image?: EngineImage | undefined;
  /** What the engine itself has to know. */
  readonly engineOptions?: unknown;
  /** Threads that answer queries. */
  readonly workers: number;
  /** Seconds that one query may take, and that it may wait before it is begun. */
  readonly timeLimit: number;
  /** Queries that may wait for a free worker. */
  readonly queueLimit: number;
  /** Bytes that a worker may need beside the dataset. */
  readonly memoryLimit?: number;
  /** Bytes that an answer may have. */
  readonly resultLimit?: number;
}

/** What a pool does at the moment. */
export interface PoolState {
  readonly workers: number;
  readonly ready: number;
  readonly busy: number;
  readonly queued: number;
  /** Workers that were ended and replaced, since the start. */
  readonly restarts: number;
}

/** What a worker may need beside the dataset where nothing is said, in bytes. */
export const defaultMemoryLimit = 512 * 2 ** 20;
/** What an answer may have where nothing is said, in bytes. */
export const defaultResultLimit = 64 * 2 ** 20;
/** Bytes that an engine may have grown by before it is replaced: it gives none back. */
const growthLimit = 64 * 2 ** 20;
/** Seconds between looks at what runs and waits. */
const lookEvery = 0.025;
/** A query is slow when it has run for so many times longer than a worker takes to start, within bounds in seconds. */
const slowAfter = { starts: 4, least: 0.1, most: 1 } as const;
/** Seconds after which a query's thread has to let all others go first. */
const lowPriorityAfter = 1;
/** Seconds that a worker more than needed is kept. */
const spareTime = 5;

interface Job {
  readonly id: number;
  readonly request: QueryRequest;
  readonly queued: number;
  /** It has run before, or one like it has, and was slow. */
  slow: boolean;
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (fault: QueryFault) => void;
}

interface Member {
  readonly worker: Worker;
  readonly created: number;
  ready: boolean;
  thread: number | undefined;
  /** Bytes of its engine when it was ready. */
  memory: number;
  job: Job | undefined;
  /** When it began its query, or ended its last. */
  since: number;
  lowPriority: boolean;
}

// Under a TypeScript loader (tests) this file is source, and threads can only be started from built JavaScript.
const workerFile = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/engine/worker.js', import.meta.url)
  : new URL('./worker.js', import.meta.url);

/** Seconds, of a clock that only goes forward. */
const now = (): number => performance.now() / 1000;

/**
 * Worker threads that hold the dataset and answer queries, one at a time each.
 *
 * A query that passes its time is ended by ending its worker: WebAssembly has no cancel. A fresh one takes its place.
 * Slow queries do not hold up the quick ones: while some run, as many more workers answer, up to twice the number. When
 * that many are slow, a further slow query is stopped and waits until it can be begun anew, and one worker is kept for
 * lookups.
 */
export class EnginePool {
  readonly #options: PoolOptions;
  readonly #start: WorkerStart;
  readonly #members = new Set<Member>();
  readonly #queue: Job[] = [];
  /** Queries that were slow at their last run. */
  readonly #knownSlow = new LRUCache<string, true>({ max: 500 });
  #look: NodeJS.Timeout | undefined;
  #lastId = 0;
  #closed = false;
  #draining: (() => void) | undefined;
  #failedStarts = 0;
  #waiting: NodeJS.Timeout | undefined;
  #restarts = 0;
  /** Seconds that the last worker took to start. */
  #startTime = 0;

  private constructor(options: PoolOptions, code: unknown) {
    this.#options = options;
    this.#start = {
      engine: options.engine,
      start: { code, image: options.image, options: options.engineOptions },
      nquads: options.nquads === undefined ? undefined : share(options.nquads),
      resultLimit: options.resultLimit ?? defaultResultLimit,
    };
  }

  /** Starts the workers; resolves when all have the dataset. */
  static async start(options: PoolOptions): Promise<EnginePool> {
    const kind: EngineKind = engines[options.engine];
    const size = options.image?.memory.byteLength ?? 4 * (options.nquads?.length ?? 0);
    const code = await kind.compile?.(Math.min(2 ** 32, size + (options.memoryLimit ?? defaultMemoryLimit)));
    const pool = new EnginePool(options, code);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.#add()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  get engine(): EngineName {
    return this.#options.engine;
  }

  get state(): PoolState {
    const members = [...this.#members];
    return {
      workers: members.length,
      ready: members.filter(({ ready }) => ready).length,
      busy: members.filter(({ job }) => job).length,
      queued: this.#queue.length,
      restarts: this.#restarts,
    };
  }

  /**
   * Answers a query, or throws a {@link QueryFault}. When the signal is given off, a query that waits is dropped, and
   * one that runs is stopped.
   */
  query(request: QueryRequest, signal?: AbortSignal): Promise<QueryResult> {
    if (this.#closed || this.#draining) return Promise.reject(stopping());
    if (this.#queue.length >= this.#options.queueLimit)
      return Promise.reject(
        new QueryFault('overloaded', `${this.#queue.length} queries are waiting already. Try again in a few seconds.`),
      );
    return new Promise((resolve, reject) => {
      const slow = this.#knownSlow.has(request.query);
      const job: Job = { id: ++this.#lastId, request, queued: now(), slow, resolve, reject };
      signal?.addEventListener('abort', () => this.#cancel(job), { once: true });
      this.#queue.push(job);
      this.#assign();
    });
  }

  /** Takes no more queries, and resolves when all that it has are answered. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#draining = resolve;
      for (const job of this.#queue.splice(0)) job.reject(stopping());
      this.#checkDrained();
    });
  }

  /** Ends all workers; queries still running or waiting are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#look);
    clearTimeout(this.#waiting);
    for (const job of this.#queue.splice(0)) job.reject(stopping());
    const members = [...this.#members];
    this.#members.clear();
    for (const member of members) this.#finish(member)?.reject(stopping());
    await Promise.all(members.map(({ worker }) => worker.terminate()));
  }

  #add(): Promise<void> {
    const created = now();
    // What an engine prints when it panics is of use to nobody here: the query's fault says what can be said.
    const worker = new Worker(workerFile, { workerData: this.#start, stderr: true });
    const member: Member = {
      worker,
      created,
      ready: false,
      thread: undefined,
      memory: 0,
      job: undefined,
      since: created,
      lowPriority: false,
    };
    this.#members.add(member);
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          Object.assign(member, { ready: true, thread: message.thread, memory: message.memory, since: now() });
          this.#startTime = member.since - created;
          this.#failedStarts = 0;
          resolve();
        } else this.#settle(member, message);
        this.#assign();
      });
      worker.on('error', (error) => {
        reject(error);
        this.#replace(member, broken());
      });
      worker.on('exit', () => {
        reject(new Error('A query worker ended before it was ready.'));
        this.#replace(member, new QueryFault('crashed', 'The engine that answered the query ended. Try again.'));
      });
    });
  }

  #assign(): void {
    for (const member of this.#members) {
      if (!member.ready || member.job) continue;
      const job = this.#next();
      if (!job) break;
      member.job = job;
      member.since = now();
      member.worker.postMessage({ id: job.id, request: job.request } satisfies ToWorker);
    }
    this.#refill();
    const active = this.#queue.length > 0 || [...this.#members].some(({ job }) => job);
    const spare = this.#members.size > this.#options.workers;
    if ((active || spare) && !this.#closed) this.#look ??= setInterval(() => this.#lookAround(), lookEvery * 1000);
    else {
      clearInterval(this.#look);
      this.#look = undefined;
    }
  }

  // The first in the queue; but while queries are slow, lookups go first and the last free worker is for them alone,
  // and a query known to be slow waits for one of the places that slow ones may have.
  #next(): Job | undefined {
    const slow = this.#slowOnes();
    if (!slow.length && !this.#queue[0]?.slow) return this.#queue.shift();
    const others = [...this.#members].filter(
      ({ job, ready }) => ready && (!job || !slow.some((each) => each.job === job)),
    );
    const free = others.filter(({ job }) => !job).length;
    const placesLeft = slow.length < this.#options.workers;
    const index = (wanted: (job: Job) => boolean): number => this.#queue.findIndex(wanted);
    const candidates = [
      index(({ slow: known, request }) => !known && isLookup(request.query)),
      ...(free > 1 || others.length === 1 ? [index(({ slow: known }) => !known)] : []),
      ...(placesLeft ? [index(({ slow: known }) => known)] : []),
    ];
    const chosen = candidates.find((at) => at >= 0);
    return chosen === undefined ? undefined : this.#queue.splice(chosen, 1)[0];
  }

  get #slowTime(): number {
    const { starts, least, most } = slowAfter;
    return Math.min(most, Math.max(least, starts * this.#startTime));
  }

  #slowOnes(): Member[] {
    return [...this.#members].filter(({ job }) => job?.slow);
  }

  // What runs too long is ended, what is slow gets a worker more or has to wait, what waits too long is refused.
  #lookAround(): void {
    const { timeLimit, workers } = this.#options;
    const time = now();
    for (const member of this.#members) {
      const { job, since } = member;
      if (!job) continue;
      const running = time - since;
      if (running > timeLimit) this.#replace(member, this.#tooSlow());
      else if (!job.slow && running > this.#slowTime) this.#slowDown(member, job);
      else if (running > lowPriorityAfter) lowerPriority(member);
    }
    for (const job of this.#queue.filter(({ queued }) => time - queued > timeLimit)) {
      this.#queue.splice(this.#queue.indexOf(job), 1);
      job.reject(
        new QueryFault('overloaded', `The query waited ${timeLimit} s behind long ones. Try again in a few seconds.`),
      );
    }
    const spare = [...this.#members].filter(({ job, since, ready }) => ready && !job && time - since > spareTime);
    for (const member of spare) if (this.#members.size > workers) this.#dismiss(member);
    this.#assign();
  }

  #slowDown(member: Member, job: Job): void {
    const slow = this.#slowOnes().length;
    job.slow = true;
    this.#knownSlow.set(job.request.query, true);
    // No place for it now, and others wait: it is begun anew when there is one.
    if (slow < this.#options.workers || !this.#queue.length) return;
    this.#finish(member);
    this.#queue.push(job);
    this.#replace(member, broken());
  }

  // As many workers as wanted beside those with slow queries, up to twice the number in all.
  #refill(): void {
    const { workers } = this.#options;
    if (this.#closed || this.#waiting) return;
    const quick = this.#members.size - this.#slowOnes().length;
    const missing = Math.min(workers - quick, 2 * workers - this.#members.size);
    for (let added = 0; added < missing; added++) void this.#add().catch(() => undefined);
  }

  #tooSlow(): QueryFault {
    return new QueryFault(
      'too-slow',
      `The query was stopped after ${this.#options.timeLimit} s. Add a LIMIT, bind more of its variables, or look for patterns that share no variable.`,
    );
  }

  #settle(member: Member, message: Exclude<FromWorker, { kind: 'ready' }>): void {
    if (member.job?.id !== message.id) return;
    if (message.kind === 'broken') {
      const { memoryLimit = defaultMemoryLimit } = this.#options;
      // Engines grow by doubling: what fails for want of memory fails at half of it or more.
      this.#replace(member, message.memory > member.memory + 0.4 * memoryLimit ? tooMuchMemory(memoryLimit) : broken());
      return;
    }
    const job = this.#finish(member);
    member.since = now();
    if (message.kind === 'answer') {
      if (!job?.slow) this.#knownSlow.delete(job?.request.query ?? '');
      job?.resolve(message.result);
    } else job?.reject(new QueryFault(message.fault, message.message));
    const grown = message.kind === 'answer' && message.memory - member.memory > growthLimit;
    if (grown || member.lowPriority) this.#renew(member);
    this.#checkDrained();
  }

  #cancel(job: Job): void {
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
    const member = [...this.#members].find((each) => each.job === job);
    const gone = new QueryFault('closed', 'Who asked is gone.');
    if (member) this.#replace(member, gone);
    else job.reject(gone);
  }

  #finish(member: Member): Job | undefined {
    const { job } = member;
    member.job = undefined;
    return job;
  }

  #checkDrained(): void {
    if (![...this.#members].some(({ job }) => job)) this.#draining?.();
  }

  #dismiss(member: Member): void {
    this.#members.delete(member);
    void member.worker.terminate();
  }

  // A fresh worker for one that answers still, but takes more memory or gets less time than it should.
  #renew(member: Member): void {
    this.#dismiss(member);
    this.#restarts++;
    this.#refill();
  }

  #replace(member: Member, fault: QueryFault): void {
    if (!this.#members.has(member)) return;
    this.#finish(member)?.reject(fault);
    this.#dismiss(member);
    this.#checkDrained();
    if (this.#closed) return;
    this.#restarts++;
    if (!member.ready) {
      // A worker that dies before it is ready would be started again for ever: wait longer each time.
      this.#waiting ??= setTimeout(
        () => {
          this.#waiting = undefined;
          this.#refill();
        },
        Math.min(30_000, 250 * 2 ** this.#failedStarts++),
      ).unref();
    }
    this.#refill();
  }
}

function share(nquads: string | Uint8Array): SharedArrayBuffer {
  const bytes = typeof nquads === 'string' ? Buffer.from(nquads) : nquads;
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

// Where the system has no such thing, all threads stay equal.
function lowerPriority(member: Member): void {
  if (member.lowPriority || member.thread === undefined) return;
  member.lowPriority = true;
  try {
    setPriority(member.thread, 19);
  } catch {
    // Equal it is.
  }
}

const stopping = (): QueryFault => new QueryFault('closed', 'The server is stopping.');

const broken = (): QueryFault =>
  new QueryFault(
    'crashed',
    'The query broke the engine that answered it. Others go on; change the query before you try again.',
  );

const tooMuchMemory = (limit: number): QueryFault =>
  new QueryFault(
    'too-large',
    `The query needed more than ${Math.round(limit / 2 ** 20)} MiB of memory. Add a LIMIT, sort or group less, or look for patterns that share no variable.`,
  );
