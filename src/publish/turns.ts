import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds of work after which others get a turn: an answer that is held up so long is not felt as late. */
const turn = 10;
/** Milliseconds of work, and of rest after it, where nobody waits for what comes of the work. */
const beside = { turn: 3, rest: 9 } as const;

/** Whether somebody waits for what long work makes: until then it takes a quarter of the time. */
export class Pace {
  #waiting = false;

  /** Somebody waits now. */
  hurry(): void {
    this.#waiting = true;
  }

  /** Whether somebody waits. */
  get waiting(): boolean {
    return this.#waiting;
  }
}

/**
 * For work that takes long on the thread that answers requests: await what this gives between two steps, and other work
 * goes on whenever a turn is over. A request takes several turns of the loop, and each may come behind such work.
 */
export function takeTurns(pace?: Pace): () => Promise<void> {
  let since = performance.now();
  return async () => {
    const unhurried = pace !== undefined && !pace.waiting;
    if (performance.now() - since < (unhurried ? beside.turn : turn)) return;
    await (unhurried ? sleep(beside.rest) : setImmediate());
    since = performance.now();
  };
}
