import { Worker } from 'node:worker_threads';
import { QueryFault, type QueryRequest, type QueryResult } from './engine.ts';
import type { EngineName } from './engines.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';

/** How a pool works. */
export interface PoolOptions {
  readonly engine: EngineName;
  /** The dataset as N-Quads; triples without a graph are the default graph. */
  readonly nquads: string;
  /** Threads that answer queries. */
  readonly workers: number;
  /** Seconds that one query may take. */
  readonly timeLimit: number;
  /** Queries that may wait for a free worker. */
  readonly queueLimit: number;
}

/** Seconds after which a query counts as slow, and a further worker takes over the quick ones. */
const slowAfter = 0.5;

interface Job {
  readonly id: number;
  readonly request: QueryRequest;
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (fault: QueryFault) => void;
}

interface Member {
  readonly worker: Worker;
  ready: boolean;
  job: Job | undefined;
  /** Its query has taken so long that another worker was started in its place. */
  slow: boolean;
  timers: NodeJS.Timeout[];
}

// Under a TypeScript loader (tests) this file is source, and threads can only be started from built JavaScript.
const workerFile = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/engine/worker.js', import.meta.url)
  : new URL('./worker.js', import.meta.url);

const broken = (): QueryFault =>
  new QueryFault(
    'crashed',
    'The query broke the engine that answered it. Others go on; change the query before you try again.',
  );

/**
 * Worker threads that hold the dataset and answer queries, one at a time each.
 *
 * A query that passes its time is ended by ending its worker: WebAssembly has no cancel. A fresh one takes its place.
 * A slow query does not hold up the quick ones: for as long as it runs, one more worker answers, up to twice the number.
 */
export class EnginePool {
  readonly #options: PoolOptions;
  readonly #nquads: SharedArrayBuffer;
  readonly #members = new Set<Member>();
  readonly #queue: Job[] = [];
  #lastId = 0;
  #closed = false;
  #failedStarts = 0;

  private constructor(options: PoolOptions) {
    this.#options = options;
    const bytes = Buffer.from(options.nquads);
    this.#nquads = new SharedArrayBuffer(bytes.length);
    new Uint8Array(this.#nquads).set(bytes);
  }

  /** Starts the workers; resolves when all have the dataset. */
  static async start(options: PoolOptions): Promise<EnginePool> {
    const pool = new EnginePool(options);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.#add()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** Workers that could answer now, or are answering. */
  get ready(): number {
    return [...this.#members].filter(({ ready }) => ready).length;
  }

  /** Answers a query, or throws a {@link QueryFault}. */
  query(request: QueryRequest): Promise<QueryResult> {
    if (this.#closed) return Promise.reject(new QueryFault('closed', 'The server is stopping.'));
    if (this.#queue.length >= this.#options.queueLimit)
      return Promise.reject(
        new QueryFault('overloaded', `${this.#queue.length} queries are waiting already. Try again in a few seconds.`),
      );
    return new Promise((resolve, reject) => {
      this.#queue.push({ id: ++this.#lastId, request, resolve, reject });
      this.#assign();
    });
  }

  /** Ends all workers; queries still running or waiting are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    const stopping = new QueryFault('closed', 'The server is stopping.');
    for (const job of this.#queue.splice(0)) job.reject(stopping);
    const members = [...this.#members];
    this.#members.clear();
    for (const member of members) this.#finish(member)?.reject(stopping);
    await Promise.all(members.map(({ worker }) => worker.terminate()));
  }

  #add(): Promise<void> {
    const start: WorkerStart = { engine: this.#options.engine, nquads: this.#nquads };
    const worker = new Worker(workerFile, { workerData: start });
    const member: Member = { worker, ready: false, job: undefined, slow: false, timers: [] };
    this.#members.add(member);
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          member.ready = true;
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
      const job = this.#queue.shift();
      if (!job) return;
      member.job = job;
      member.timers = [
        setTimeout(() => this.#relieve(member), slowAfter * 1000),
        setTimeout(() => this.#replace(member, this.#tooSlow()), this.#options.timeLimit * 1000),
      ];
      member.worker.postMessage({ id: job.id, request: job.request } satisfies ToWorker);
    }
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
      this.#replace(member, broken());
      return;
    }
    const job = this.#finish(member);
    if (member.slow) this.#dismiss(member);
    if (message.kind === 'answer') job?.resolve(message.result);
    else job?.reject(new QueryFault(message.fault, message.message));
  }

  #finish(member: Member): Job | undefined {
    for (const timer of member.timers.splice(0)) clearTimeout(timer);
    const { job } = member;
    member.job = undefined;
    return job;
  }

  #relieve(member: Member): void {
    if (this.#members.size >= 2 * this.#options.workers) return;
    member.slow = true;
    void this.#add().catch(() => undefined);
  }

  // A slow query's worker has been replaced already: it goes when it is done.
  #dismiss(member: Member): void {
    this.#members.delete(member);
    void member.worker.terminate();
  }

  #replace(member: Member, fault: QueryFault): void {
    if (!this.#members.has(member)) return;
    this.#finish(member)?.reject(fault);
    this.#dismiss(member);
    if (this.#closed || member.slow) return;
    // A worker that dies before it is ready would be started again for ever: wait longer each time.
    const delay = member.ready ? 0 : Math.min(30_000, 250 * 2 ** this.#failedStarts++);
    const start = (): void => void (this.#closed || this.#add().catch(() => undefined));
    if (delay) setTimeout(start, delay).unref();
    else start();
  }
}
