import { setTimeout as sleep } from 'node:timers/promises';
import { Asker } from './asker.ts';
import { quantile } from './load.ts';
import { getPath, type MixQuery, uniquePath } from './mix.ts';

/** What to ask at a steady rate. */
export interface SteadyPlan {
  readonly url: string;
  readonly queries: readonly MixQuery[];
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** What came of it, in milliseconds. */
export interface SteadyResult {
  readonly perSecond: number;
  readonly failures: number;
  readonly p50: number;
  readonly p99: number;
}

let sent = 0;

/**
 * Asks at a rate, as many people do who do not wait for each other; a load without pauses measures how long the queue
 * of its own requests is. An answer that comes late counts from when its request was due. No text is asked twice.
 */
export async function askSteadily(plan: SteadyPlan): Promise<SteadyResult> {
  const { url, queries, connections, perSecond, seconds } = plan;
  const times: number[] = [];
  let failures = 0;
  const asker = new Asker(connections);
  const start = performance.now();
  const lane = async (first: number): Promise<void> => {
    for (let place = first; place < perSecond * seconds; place += connections) {
      const { text, accept } = queries[place % queries.length] as MixQuery;
      const due = start + (place * 1000) / perSecond;
      const early = due - performance.now();
      if (early > 0) await sleep(early);
      // Timers come late by themselves.
      const since = early > 0 ? performance.now() : due;
      const answered = await asker.ask(url + uniquePath(getPath(text), ++sent + 2_000_000), accept);
      // The first second is for both sides to get going.
      if (place < perSecond) continue;
      if (!answered) failures++;
      times.push(performance.now() - since);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, place) => lane(place)));
  asker.close();
  return { perSecond, failures, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
