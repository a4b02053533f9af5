import { type LoadPlan, load } from './load.ts';
import { median } from './report.ts';
import { startServer } from './servers.ts';
import { askSteadily } from './steady.ts';

/** How long answers take, in milliseconds, and how many there are a second. */
interface Latency {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** With pauses between the requests, and as fast as they are answered. */
interface Latencies {
  readonly steady: Latency;
  readonly full: Latency;
}

/** Lookups, and the same requests to a server that says hello to each: what HTTP and the machine take by themselves. */
export interface Lookups {
  readonly ours: Latencies;
  readonly bare: Latencies;
}

/** Requests a second, where they come with pauses. */
const steadyRate = 100;
/** The two servers are asked in turns: a virtual machine is slow now and then, and both are to meet that. */
const rounds = 5;

/** Asks both servers in turns, and gives the medians of the rounds. */
export async function timeLookups(plan: LoadPlan): Promise<Lookups> {
  const hello = await startServer('hello', { graph: 'ror', file: '' });
  const plans = { ours: plan, bare: { ...plan, url: hello.url, pid: hello.pid, lengths: new Map<string, number>() } };
  const found = { ours: [] as Latencies[], bare: [] as Latencies[] };
  const seconds = plan.seconds / 2;
  try {
    for (let round = 0; round < rounds; round++)
      for (const side of ['ours', 'bare'] as const) {
        const full = await load({ ...plans[side], seconds });
        // Its first second is not counted.
        const steady = await askSteadily({ ...plans[side], perSecond: steadyRate, seconds: seconds + 1 });
        const failures = full.failures + steady.failures;
        if (failures) process.stderr.write(`${failures} lookups without an answer, or with another one\n`);
        found[side].push({ full, steady });
      }
  } finally {
    await hello.stop();
  }
  return { ours: medians(found.ours), bare: medians(found.bare) };
}

const medians = (rounds: readonly Latencies[]): Latencies => ({
  steady: medianOf(rounds.map(({ steady }) => steady)),
  full: medianOf(rounds.map(({ full }) => full)),
});

const medianOf = (rounds: readonly Latency[]): Latency => ({
  perSecond: median(rounds.map(({ perSecond }) => perSecond)),
  p50: median(rounds.map(({ p50 }) => p50)),
  p99: median(rounds.map(({ p99 }) => p99)),
});
