import { writeResult } from './lib/data.ts';
import { load } from './lib/load.ts';
import { mixFolder, readMix } from './lib/mix.ts';
import { geometricMean, machine, short, table } from './lib/report.ts';
import { type GraphName, labelOf, type ServerName } from './lib/servers.ts';
import { startAll } from './lib/start-all.ts';

/** How to measure each query. */
export interface EachOptions {
  readonly graphs: readonly GraphName[];
  readonly only: readonly ServerName[];
  /** Seconds for each query. */
  readonly seconds: number;
  readonly ror: string;
}

/**
 * Measures each query by itself, one at a time, uncached: the processor time that it costs a server, which a busy
 * machine hardly changes, and how long it takes. Shows where the time of a mix goes.
 */
export async function measureEach({ graphs, only, seconds, ror }: EachOptions): Promise<void> {
  for (const graph of graphs) {
    const queries = readMix(mixFolder(graph));
    const { servers } = await startAll(
      graph,
      only.filter((name) => name !== 'hello'),
      ror,
    );
    const wanted = servers.filter(({ name }) => only.includes(name));
    const costs = new Map<ServerName, { name: string; cpu: number; p50: number }[]>();
    try {
      for (const { url, pid, name: server } of wanted) {
        const once = { url, pid, lengths: new Map<string, number>(), connections: 1, unique: true };
        // Code is compiled first.
        await load({ ...once, queries, seconds: 4 });
        costs.set(server, []);
        for (const query of queries) {
          const { cpuPerRequest, p50 } = await load({ ...once, queries: [query], seconds });
          costs.get(server)?.push({ name: query.name, cpu: cpuPerRequest, p50 });
        }
      }
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
    const lists = [...costs.values()];
    const summary = (what: string, of: (values: number[]) => number): string[] => [
      what,
      ...lists.flatMap((list) => [short(of(list.map(({ cpu }) => cpu))), short(of(list.map(({ p50 }) => p50)))]),
    ];
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    process.stdout.write(
      `\n## Each query, uncached, one at a time: ${graph}\n\n${table(
        ['query', ...[...costs.keys()].flatMap((name) => [`${labelOf(name)}: CPU ms`, 'p50 ms'])],
        [
          ...queries.map(({ name }, index) => [
            name,
            ...lists.flatMap((list) => [short(list[index]?.cpu ?? Number.NaN), short(list[index]?.p50 ?? Number.NaN)]),
          ]),
          summary('mean', mean),
          summary('geometric mean', geometricMean),
        ],
      )}\n`,
    );
    await writeResult(`each-${graph}`, {
      date: new Date().toISOString(),
      machine: machine(),
      costs: Object.fromEntries(costs),
    });
  }
}
