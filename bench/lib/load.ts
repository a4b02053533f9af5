import autocannon, { type Client, type Request } from 'autocannon';
import { getPath, type MixQuery, uniquePath } from './mix.ts';
import { cpuSeconds } from './processes.ts';

/** What to send, and how. */
export interface LoadPlan {
  readonly url: string;
  /** Whose processor time is measured. */
  readonly pid: number;
  readonly queries: readonly MixQuery[];
  /** How long each query's answer is, in characters: an answer of another length is a failure. */
  readonly lengths: ReadonlyMap<string, number>;
  readonly connections: number;
  /** About how long to measure; whole rounds of the mix are run, at least one. */
  readonly seconds: number;
  /** Whether no query is to be asked twice. */
  readonly unique: boolean;
  /** Requests a second; as many as it takes, if not given. */
  readonly rate?: number;
}

/** What came of it. Times are in milliseconds. */
export interface LoadResult {
  readonly connections: number;
  readonly unique: boolean;
  readonly requests: number;
  readonly failures: number;
  /** How often what went wrong. */
  readonly faults: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the server a request. */
  readonly cpuPerRequest: number;
  /** The median time of each query. */
  readonly byQuery: Readonly<Record<string, number>>;
  /** The longest time of each query. */
  readonly longest: Readonly<Record<string, number>>;
}

let sent = 0;

/**
 * Loads a server with a mix: all connections take the next query of one common round, so that the mix has the same
 * proportions at every number of connections and on slow servers too. It ends after a whole number of rounds.
 */
export async function load(plan: LoadPlan): Promise<LoadResult> {
  const { queries, connections, unique } = plan;
  const paths = queries.map(({ text }) => getPath(text));
  const times = new Map<string, number[]>(queries.map(({ name }) => [name, []]));
  const all: number[] = [];
  let next = 0;
  const faults: Record<string, number> = {};
  const fail = (what: string): void => {
    faults[what] = (faults[what] ?? 0) + 1;
  };
  let completed = 0;
  let end = 0;
  let cpuAtEnd = 0;

  const request: Request = {
    method: 'GET',
    setupRequest: (template, context) => {
      const index = next++ % queries.length;
      Object.assign(context, { index });
      const path = paths[index] as string;
      return {
        ...template,
        path: unique ? uniquePath(path, ++sent) : path,
        headers: { accept: (queries[index] as MixQuery).accept },
      };
    },
    onResponse: (status, body, context) => {
      const { name } = queries[(context as { index: number }).index] as MixQuery;
      if (status < 200 || status > 299) fail(`status ${status}`);
      else if (!isWhole(body, plan.lengths.get(name))) fail(`incomplete answer to ${name}`);
      last = name;
    },
  };
  let last = '';

  const cpuAtStart = cpuSeconds(plan.pid);
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    const instance = autocannon(
      {
        url: plan.url,
        connections,
        // It ends by the number of answers, or late: a slow server gets its one round.
        duration: Math.max(60, plan.seconds * 10),
        timeout: 120,
        requests: [request],
        sampleInt: 50,
        ...(plan.rate ? { overallRate: plan.rate } : {}),
      } as autocannon.Options,
      (error) => (error ? reject(error) : resolve()),
    );
    const count = (): void => {
      completed++;
      if (end) return;
      const elapsed = (performance.now() - start) / 1000;
      const wholeRound = completed % queries.length === 0 && completed >= 2 * connections;
      if (!wholeRound || elapsed < plan.seconds) return;
      end = performance.now();
      cpuAtEnd = cpuSeconds(plan.pid);
      instance.stop();
    };
    instance.on('response', (_client: Client, _status: number, _bytes: number, time: number) => {
      if (end) return;
      all.push(time);
      times.get(last)?.push(time);
      count();
    });
    instance.on('reqError', (error: Error) => {
      if (end) return;
      fail(error.message);
      count();
    });
  });
  if (!end) {
    end = performance.now();
    cpuAtEnd = cpuSeconds(plan.pid);
  }
  const seconds = (end - start) / 1000;
  return {
    connections,
    unique,
    requests: all.length,
    failures: Object.values(faults).reduce((sum, each) => sum + each, 0),
    faults,
    seconds,
    perSecond: all.length / seconds,
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    cpuPerRequest: ((cpuAtEnd - cpuAtStart) * 1000) / Math.max(1, all.length),
    byQuery: Object.fromEntries([...times].map(([name, list]) => [name, quantile(list, 0.5)])),
    longest: Object.fromEntries([...times].map(([name, list]) => [name, quantile(list, 1)])),
  };
}

// A character cut in two by the load generator becomes several: allow for that, and for nothing like half an answer.
function isWhole(body: string, length: number | undefined): boolean {
  return length === undefined || Math.abs(body.length - length) <= 16 + length / 100;
}

/** The value below which a share of the values lies (nearest rank); not a number for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
