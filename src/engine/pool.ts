import { LRUCache } from 'lru-cache';
import { QueryFault, type QueryFaultKind, type QueryRequest, type QueryResult } from './engine.ts';
import { type EngineKind, type EngineName, engines } from './engines.ts';
import { isLookup } from './lookup.ts';
import type { FromWorker } from './messages.ts';
import {
  defaultMemoryLimit,
  lowerPriority,
  type MemberOptions,
  type MemberStart,
  Members,
  now,
  type Member as PoolMember,
  prepareMembers,
} from './pool-members.ts';

/** How a pool works. */
export interface PoolOptions extends MemberOptions {
  /** Workers that answer queries. */
  readonly workers: number;
  /** Seconds that one query may take, and that it may wait before it is begun. */
  readonly timeLimit: number;
  /** Queries that may wait for a free worker. */
  readonly queueLimit: number;
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

/** Bytes that an engine may have grown by before it is replaced: it gives none back. */
const growthLimit = 64 * 2 ** 20;
/** Seconds between looks at what runs and waits. */
const lookEvery = 0.025;
/** A query is slow when it has run for so many times longer than a worker takes to start, within bounds in seconds. */
const slowAfter = { starts: 2, least: 0.1, most: 1 } as const;
/** Seconds after which a query's thread has to let all others go first. */
const lowPriorityAfter = 1;
/** Seconds that a worker more than needed is kept; one that took long to start, twice as long as that. */
const spareTime = 5;

interface Job {
  readonly id: number;
  readonly request: QueryRequest;
  readonly queued: number;
  /** It has run before, or one like it has, and was slow. */
  slow: boolean;
  /** Whether it is a lookup, as soon as somebody wanted to know. */
  lookup?: boolean;
  /** Nobody waits for the answer any more. */
  gone: boolean;
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (fault: QueryFault) => void;
}

type Member = PoolMember<Job>;

/**
 * Workers that hold the dataset and answer queries, one at a time each.
 *
 * A query that passes its time is ended by ending its worker: WebAssembly has no cancel. A fresh one takes its place.
 * Slow queries do not hold up the quick ones: while some run, as many more workers answer, up to twice the number. When
 * that many are slow, a further slow query is stopped and waits until it can be begun anew, and one worker is kept for
 * lookups.
 */
export class EnginePool {
  readonly #options: PoolOptions;
  readonly #members: Members<Job>;
  readonly #queue: Job[] = [];
  /** Queries that were slow at their last run. */
  readonly #knownSlow = new LRUCache<string, true>({ max: 500 });
  #look: NodeJS.Timeout | undefined;
  #lastId = 0;
  #closed = false;
  #drained: Promise<void> | undefined;
  #whenDrained: () => void = () => undefined;

  private constructor(options: PoolOptions, start: MemberStart) {
    this.#options = options;
    this.#members = new Members<Job>(start, {
      wanted: () => this.#wanted(),
      onReady: () => this.#assign(),
      onMessage: (member, message) => {
        this.#settle(member, message);
        this.#assign();
      },
      onEnd: (member, { outOfMemory }) => this.#replace(member, outOfMemory ? this.#tooMuchMemory() : broken()),
    });
  }

  /** Starts the workers; resolves when all have the dataset. */
  static async start(options: PoolOptions): Promise<EnginePool> {
    const pool = new EnginePool(options, await prepareMembers(options));
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.#members.add()));
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
      restarts: this.#members.restarts,
    };
  }

  /**
   * Answers a query, or throws a {@link QueryFault}. When the signal is raised, a query that waits is dropped, and one
   * that runs is stopped unless it ends soon.
   */
  async query(request: QueryRequest, signal?: AbortSignal): Promise<QueryResult> {
    if (this.#closed || this.#drained) throw stopping();
    if (signal?.aborted) throw gone();
    let cancel = (): void => undefined;
    try {
      return await new Promise<QueryResult>((resolve, reject) => {
        const slow = this.#knownSlow.has(request.query);
        const job: Job = { id: ++this.#lastId, request, queued: now(), slow, gone: false, resolve, reject };
        cancel = () => this.#cancel(job);
        signal?.addEventListener('abort', cancel, { once: true });
        this.#queue.push(job);
        this.#assign();
        this.#shorten();
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Refuses the queries that wait and those that still come, and resolves when those that run are answered. */
  drain(): Promise<void> {
    this.#drained ??= new Promise((resolve) => {
      this.#whenDrained = resolve;
    });
    for (const job of this.#queue.splice(0)) job.reject(stopping());
    this.#checkDrained();
    return this.#drained;
  }

  /** Ends all workers; queries still running or waiting are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#look);
    for (const job of this.#queue.splice(0)) job.reject(stopping());
    for (const member of this.#members) this.#finish(member)?.reject(stopping());
    const ended = this.#members.close();
    this.#checkDrained();
    await ended;
  }

  #assign(): void {
    for (const member of this.#members) {
      if (!member.ready || member.job) continue;
      const job = this.#next();
      if (!job) break;
      member.job = job;
      member.since = now();
      member.send({ id: job.id, request: job.request });
    }
    this.#members.refill();
    const active = this.#queue.length > 0 || [...this.#members].some(({ job }) => job);
    const spare = this.#members.size > this.#options.workers;
    if ((active || spare) && !this.#closed) this.#look ??= setInterval(() => this.#lookAround(), lookEvery * 1000);
    else {
      clearInterval(this.#look);
      this.#look = undefined;
    }
  }

  // In the order in which they came, as long as no query is slow. Then lookups go first, the last free worker is for
  // them alone where there are more, and a query known to be slow waits for one of the places that slow ones have.
  #next(): Job | undefined {
    const slow = this.#slowOnes().length;
    if (!slow) return this.#queue.shift();
    const quick = this.#members.size - slow;
    const free = [...this.#members].filter(({ ready, job }) => ready && !job).length;
    const mayStart = (job: Job): boolean =>
      job.slow ? free > 1 && slow < this.#options.workers : free > 1 || quick === 1;
    const lookup = this.#queue.findIndex((job) => rank(job) === 0);
    const at = lookup < 0 ? this.#queue.findIndex(mayStart) : lookup;
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0];
  }

  // Too many wait: a slow one has to go, else one that is no lookup, and of these the last.
  #shorten(): void {
    while (this.#queue.length > this.#options.queueLimit) {
      const ranks = this.#queue.map(rank);
      const [job] = this.#queue.splice(ranks.lastIndexOf(Math.max(...ranks)), 1);
      job?.reject(
        new QueryFault('overloaded', `${this.#queue.length} queries are waiting already. Try again in a few seconds.`),
      );
    }
  }

  get #slowTime(): number {
    const { starts, least, most } = slowAfter;
    return Math.min(most, Math.max(least, starts * this.#members.startTime));
  }

  #slowOnes(): Member[] {
    return [...this.#members].filter(({ job }) => job?.slow);
  }

  // What runs too long is ended, what is slow gets a worker more or has to wait, what waits too long is refused.
  #lookAround(): void {
    const { timeLimit, workers } = this.#options;
    const time = now();
    for (const member of [...this.#members]) {
      const { job, since } = member;
      if (!job) continue;
      const running = time - since;
      if (running > timeLimit) this.#replace(member, this.#tooSlow());
      else if (running > this.#slowTime && job.gone) this.#replace(member, gone());
      // One that waits for others takes nothing from anybody.
      else if (this.#waits) continue;
      else if (running > this.#slowTime && !job.slow) this.#slowDown(member, job, running);
      else if (running > lowPriorityAfter) this.#letOthersGoFirst(member, running);
    }
    for (const job of this.#queue.filter(({ queued }) => time - queued > timeLimit)) {
      this.#queue.splice(this.#queue.indexOf(job), 1);
      job.reject(
        new QueryFault('overloaded', `The query waited ${timeLimit} s behind long ones. Try again in a few seconds.`),
      );
    }
    const keptFor = Math.max(spareTime, 2 * this.#members.startTime);
    const spare = [...this.#members].filter(({ job, since, ready }) => ready && !job && time - since > keptFor);
    const more = this.#members.size - this.#slowOnes().length - workers;
    for (const member of spare.slice(0, Math.max(0, more))) this.#members.dismiss(member);
    this.#assign();
  }

  #slowDown(member: Member, job: Job, running: number): void {
    const { workers } = this.#options;
    const before = this.#slowOnes().length;
    job.slow = true;
    this.#knownSlow.set(job.request.query, true);
    if (this.#queue.length) this.#letOthersGoFirst(member, running);
    if (before < workers || (!this.#queue.length && before + 1 < 2 * workers)) return;
    // No place for it now, and others wait or might come: it is begun anew when there is one.
    this.#finish(member);
    this.#queue.push(job);
    this.#replace(member, broken());
  }

  // Low priority is for good, so another worker takes its place afterwards: not worth it where that takes longer.
  #letOthersGoFirst(member: Member, running: number): void {
    if (running > this.#members.startTime) lowerPriority(member);
  }

  // As many workers as were asked for beside those with slow queries, up to twice the number in all.
  #wanted(): number {
    const { workers } = this.#options;
    return Math.min(workers + this.#slowOnes().length, 2 * workers);
  }

  get #waits(): boolean {
    const kind: EngineKind = engines[this.#options.engine];
    return kind.waits ?? false;
  }

  get #memoryLimit(): number {
    return this.#options.memoryLimit ?? defaultMemoryLimit;
  }

  #tooMuchMemory(): QueryFault {
    return new QueryFault(
      'too-large',
      `The query needed more than ${Math.round(this.#memoryLimit / 2 ** 20)} MiB of memory. Add a LIMIT, sort or group less, or look for patterns that share no variable.`,
    );
  }

  #tooSlow(): QueryFault {
    return new QueryFault(
      'too-slow',
      `The query was stopped after ${this.#options.timeLimit} s. Add a LIMIT, bind more of its variables, or look for patterns that share no variable.`,
    );
  }

  #settle(member: Member, message: Exclude<FromWorker, { kind: 'ready' }>): void {
    if (member.job?.id !== message.id) return;
    const grown = message.memory - member.memory;
    if (message.kind === 'broken') {
      // Engines grow by doubling: what fails for want of memory fails at half of it or more.
      const why = grown > 0.4 * this.#memoryLimit ? this.#tooMuchMemory() : broken();
      this.#replace(member, message.fault ? faultOf(message.fault) : why);
      return;
    }
    const time = now();
    const job = this.#finish(member);
    if (job && time - member.since < this.#slowTime) this.#knownSlow.delete(job.request.query);
    const waited = job ? member.since - job.queued : 0;
    member.since = time;
    if (message.kind === 'answer') job?.resolve({ ...message.result, waited });
    else job?.reject(faultOf(message.fault));
    // It answers still, but takes more memory or gets less time than it should.
    if (grown > growthLimit || member.lowPriority) this.#members.replace(member);
    this.#checkDrained();
  }

  #cancel(job: Job): void {
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
    // One that runs may end sooner than a fresh worker would be there: it is ended when it is slow.
    job.gone = true;
    job.reject(gone());
  }

  #finish(member: Member): Job | undefined {
    const { job } = member;
    member.job = undefined;
    return job;
  }

  #checkDrained(): void {
    if (this.#drained && ![...this.#members].some(({ job }) => job)) this.#whenDrained();
  }

  #replace(member: Member, fault: QueryFault): void {
    if (!this.#members.has(member)) return;
    this.#finish(member)?.reject(fault);
    this.#members.replace(member);
    this.#checkDrained();
  }
}

// Who is let in first, and who last: lookups, what is not known yet, what is known to be slow.
function rank(job: Job): number {
  if (job.slow) return 2;
  job.lookup ??= isLookup(job.request.query);
  return job.lookup ? 0 : 1;
}

const faultOf = ({ kind, message }: { kind: QueryFaultKind; message: string }): QueryFault =>
  new QueryFault(kind, message);

const stopping = (): QueryFault => new QueryFault('closed', 'The server is stopping.');

const gone = (): QueryFault => new QueryFault('closed', 'Who asked is gone.');

const broken = (): QueryFault =>
  new QueryFault(
    'crashed',
    'The query broke the engine that answered it. Others go on; change the query before you try again.',
  );
