import type { RequestListener } from 'node:http';

/** What answers requests until another takes its place. */
export interface Served {
  readonly app: RequestListener;
  /** Ends what it answers from. */
  readonly close: () => Promise<void>;
}

/** One that answers or has answered, with the answers that it has under way. */
interface Turn<T> {
  readonly served: T;
  open: number;
  readonly ended: Promise<void>;
  /** Called when no request is left to it; the first call counts. */
  end: () => void;
}

/**
 * Gives each request to what is served at that moment. What was served before ends with the last of its answers, so
 * that no answer is made of two datasets.
 */
export class Handover<T extends Served> {
  #turn: Turn<T>;
  readonly #leaving = new Set<Turn<T>>();

  constructor(first: T) {
    this.#turn = turnOf(first);
  }

  /** What answers the next request. */
  get current(): T {
    return this.#turn.served;
  }

  /** Those before it that have answers under way. */
  get leaving(): readonly T[] {
    return [...this.#leaving].map(({ served }) => served);
  }

  /** Answers a request. */
  readonly answer: RequestListener = (request, response) => {
    // Its client went while the request was held: no event would tell that it has ended.
    if (response.destroyed) return;
    const turn = this.#turn;
    turn.open++;
    // Comes once, after the last byte or when the client has gone.
    response.once('close', () => {
      turn.open--;
      this.#endIfIdle(turn);
    });
    turn.served.app(request, response);
  };

  /**
   * Lets another answer from now on. The former one is closed when its last answer has ended, or after so many seconds:
   * a client that does not read would keep it in memory. Resolves then.
   */
  replace(next: T, limit: number): Promise<void> {
    const former = this.#turn;
    this.#turn = turnOf(next);
    this.#leaving.add(former);
    const timer = setTimeout(former.end, limit * 1000).unref();
    this.#endIfIdle(former);
    return former.ended.finally(() => {
      clearTimeout(timer);
      this.#leaving.delete(former);
    });
  }

  /** Ends all, whatever they do. */
  async close(): Promise<void> {
    for (const turn of [...this.#leaving, this.#turn]) turn.end();
    await Promise.all([...this.#leaving, this.#turn].map(({ ended }) => ended));
  }

  #endIfIdle(turn: Turn<T>): void {
    if (turn !== this.#turn && !turn.open) turn.end();
  }
}

function turnOf<T extends Served>(served: T): Turn<T> {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = () => {
      end = () => undefined;
      served.close().then(resolve, reject);
    };
  });
  return { served, open: 0, ended, end: () => end() };
}
