import { QueryFault } from '../engine.ts';

/** How many may be at work, and wait. */
export interface PlacesOptions {
  readonly count: number;
  /** How many may wait. */
  readonly queueLimit: number;
  /** Seconds that one may wait. */
  readonly timeLimit: number;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (fault: QueryFault) => void;
}

/** Lets some work at a time; others wait in the order in which they came. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #queue: Waiting[] = [];
  #busy = 0;
  #closed = false;
  #whenEmpty: (() => void)[] = [];

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  get busy(): number {
    return this.#busy;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Waits for a place; resolves with what gives it back. Throws `QueryFault` when there is none in time. */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (this.#closed) throw stopping();
    const { count, queueLimit } = this.#options;
    if (this.#busy >= count) {
      if (this.#queue.length >= queueLimit)
        throw new QueryFault('overloaded', `${queueLimit} queries are waiting already. Try again in a few seconds.`);
      await this.#wait(signal);
    } else this.#busy++;
    let given = true;
    return () => {
      if (given) this.#leave();
      given = false;
    };
  }

  /** Refuses who waits and who still comes; resolves when nobody is at work. */
  drain(): Promise<void> {
    this.#closed = true;
    for (const { refuse } of this.#queue.splice(0)) refuse(stopping());
    return this.#busy ? new Promise((resolve) => this.#whenEmpty.push(resolve)) : Promise.resolve();
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { timeLimit } = this.#options;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
      };
      const refuse = (fault: QueryFault): void => {
        end();
        reject(fault);
      };
      const onAbort = (): void => refuse(new QueryFault('closed', 'Nobody waits for the answer.'));
      const waiting: Waiting = {
        begin: () => {
          end();
          resolve();
        },
        refuse,
      };
      const timer = setTimeout(
        () =>
          refuse(
            new QueryFault('overloaded', `The query waited ${timeLimit} s behind others. Try again in a few seconds.`),
          ),
        timeLimit * 1000,
      );
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiting);
    });
  }

  // The place goes to who waits longest.
  #leave(): void {
    const next = this.#queue.shift();
    if (next) {
      next.begin();
      return;
    }
    this.#busy--;
    if (!this.#busy) for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }
}

const stopping = (): QueryFault => new QueryFault('closed', 'The server is stopping.');
