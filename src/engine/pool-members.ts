import { setPriority } from 'node:os';
import type { EngineImage } from './engine.ts';
import { type EngineKind, type EngineName, engines } from './engines.ts';
import { type Host, type HostEvents, type Place, startHost } from './host.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';

/** What the workers of a pool are made of. */
export interface MemberOptions {
  readonly engine: EngineName;
  /** The dataset as N-Quads; triples without a graph are the default graph. Left out where there is an image. */
  readonly nquads?: string | Uint8Array;
  /** A loaded engine's memory, to start from. */
  readonly image?: EngineImage | undefined;
  /** What the engine itself has to know. */
  readonly engineOptions?: unknown;
  /** Bytes that a worker may need beside the dataset. */
  readonly memoryLimit?: number;
  /** Bytes that an answer may have. */
  readonly resultLimit?: number;
}

/** What a worker may need beside the dataset where nothing is said, in bytes. */
export const defaultMemoryLimit = 512 * 2 ** 20;
/** What an answer may have where nothing is said, in bytes. */
export const defaultResultLimit = 64 * 2 ** 20;

/** A worker of a pool, and the job that it does. */
export interface Member<Job> {
  readonly send: (message: ToWorker) => void;
  readonly end: () => Promise<void>;
  ready: boolean;
  thread: number | undefined;
  /** Bytes of its engine when it was ready. */
  memory: number;
  job: Job | undefined;
  /** When it began its job, or ended its last. */
  since: number;
  lowPriority: boolean;
}

/** What the pool says to its members, and hears of them. */
export interface MemberEvents<Job> {
  /** How many there ought to be. */
  readonly wanted: () => number;
  readonly onReady: () => void;
  readonly onMessage: (member: Member<Job>, message: Exclude<FromWorker, { kind: 'ready' }>) => void;
  /** It has ended, and not because it was told to. */
  readonly onEnd: (member: Member<Job>, end: Parameters<HostEvents['onEnd']>[0]) => void;
}

/** What every worker of a pool is started with. */
export interface MemberStart {
  readonly place: Place;
  readonly start: WorkerStart;
  /** Mebibytes that JavaScript may take in a worker. */
  readonly heap: number;
}

/** Seconds, of a clock that only goes forward. */
export const now = (): number => performance.now() / 1000;

/** Does what is to be done once for all workers. */
export async function prepareMembers(options: MemberOptions): Promise<MemberStart> {
  const { engine, image, nquads, engineOptions } = options;
  const { memoryLimit = defaultMemoryLimit, resultLimit = defaultResultLimit } = options;
  const { compile, place }: EngineKind = engines[engine];
  // N-Quads take up to eight times their size when they are loaded.
  const memory = (image?.memory.byteLength ?? 8 * (nquads?.length ?? 0)) + memoryLimit;
  const code = await compile?.(Math.min(2 ** 32, memory));
  // In a thread, the engine's own limit has to be reached first: see Place.
  const heap = place === 'process' ? memory : 4 * (memoryLimit + resultLimit);
  return {
    place,
    start: {
      engine,
      start: { code, image, options: engineOptions, resultLimit },
      nquads: nquads === undefined ? undefined : share(nquads),
    },
    heap: Math.ceil(heap / 2 ** 20),
  };
}

/** The workers of a pool: starts as many as are wanted, and others for those that end. */
export class Members<Job> implements Iterable<Member<Job>> {
  readonly #start: MemberStart;
  readonly #events: MemberEvents<Job>;
  readonly #members = new Set<Member<Job>>();
  #closed = false;
  #failedStarts = 0;
  #waiting: NodeJS.Timeout | undefined;
  #restarts = 0;
  /** Seconds that the last worker took to start. */
  #startTime = 0;

  constructor(start: MemberStart, events: MemberEvents<Job>) {
    this.#start = start;
    this.#events = events;
  }

  [Symbol.iterator](): IterableIterator<Member<Job>> {
    return this.#members.values();
  }

  get size(): number {
    return this.#members.size;
  }

  /** Those that were ended and replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Seconds that the last one took to start. */
  get startTime(): number {
    return this.#startTime;
  }

  has(member: Member<Job>): boolean {
    return this.#members.has(member);
  }

  /** Starts one; resolves when it has the dataset. */
  add(): Promise<void> {
    const { place, start, heap } = this.#start;
    const created = now();
    return new Promise((resolve, reject) => {
      const host: Host = startHost(place, start, heap, {
        onMessage: (message) => {
          if (message.kind !== 'ready') return this.#events.onMessage(member, message);
          Object.assign(member, { ready: true, thread: message.thread, memory: message.memory, since: now() });
          this.#startTime = member.since - created;
          this.#failedStarts = 0;
          resolve();
          this.#events.onReady();
        },
        onEnd: (end) => {
          reject(end.error);
          this.#events.onEnd(member, end);
        },
      });
      const member: Member<Job> = {
        ...host,
        ready: false,
        thread: undefined,
        memory: 0,
        job: undefined,
        since: created,
        lowPriority: false,
      };
      this.#members.add(member);
    });
  }

  /** Starts those that are missing. */
  refill(): void {
    if (this.#closed || this.#waiting) return;
    const missing = this.#events.wanted() - this.#members.size;
    for (let added = 0; added < missing; added++) void this.add().catch(() => undefined);
  }

  /** Ends one that is not wanted any more. */
  dismiss(member: Member<Job>): void {
    this.#members.delete(member);
    void member.end();
  }

  /** Ends one, whatever it does, and starts another if one is missing then. */
  replace(member: Member<Job>): void {
    this.dismiss(member);
    this.#restarts++;
    if (!member.ready) {
      // A worker that dies before it is ready would be started again for ever: wait longer each time.
      this.#waiting ??= setTimeout(
        () => {
          this.#waiting = undefined;
          this.refill();
        },
        Math.min(30_000, 250 * 2 ** this.#failedStarts++),
      ).unref();
    }
    this.refill();
  }

  /** Ends all; there will be no others. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#waiting);
    const members = [...this.#members];
    this.#members.clear();
    await Promise.all(members.map((member) => member.end()));
  }
}

/** Lets all other threads go before that of a member. Where the system has no such thing, all stay equal. */
export function lowerPriority(member: Member<unknown>): void {
  if (member.lowPriority || member.thread === undefined) return;
  member.lowPriority = true;
  try {
    setPriority(member.thread, 19);
  } catch {
    // Equal it is.
  }
}

function share(nquads: string | Uint8Array): Uint8Array {
  const bytes = typeof nquads === 'string' ? Buffer.from(nquads) : nquads;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
