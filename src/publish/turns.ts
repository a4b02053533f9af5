import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work after which others get a turn: an answer that is held up so long is not felt as late. */
const turn = 10;

/**
 * For work that takes long on the thread that answers requests: await what this gives between two steps, and other work
 * goes on whenever a turn is over.
 */
export function takeTurns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < turn) return;
    await setImmediate();
    since = performance.now();
  };
}
