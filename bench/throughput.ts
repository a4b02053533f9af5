import { askAll, differences } from './lib/compare.ts';
import { countLines, writeResult } from './lib/data.ts';
import { type LoadResult, load } from './lib/load.ts';
import { type MixQuery, mixFolder, readMix } from './lib/mix.ts';
import { machineLoad, memoryMiB } from './lib/processes.ts';
import { geometricMean, machine, median, ratio, short, table } from './lib/report.ts';
import { type GraphName, type Ground, kinds, labelOf, type Server, type ServerName } from './lib/servers.ts';
import { startAll } from './lib/start-all.ts';

/** How to measure throughput. */
export interface ThroughputOptions {
  readonly graphs: readonly GraphName[];
  readonly only: readonly ServerName[];
  readonly connections: readonly number[];
  /** Seconds of each measurement. */
  readonly seconds: number;
  /** How often all is measured; the medians are told. */
  readonly repeat: number;
  /** The file with the ROR records. */
  readonly ror: string;
}

/** What was measured of one server at one number of connections, repeated or not. */
type Measured = LoadResult & { readonly server: ServerName };

/** Answers that do not agree: nothing was measured. */
export class Disagreement extends Error {}

/** Measures the servers on the graphs, prints the tables, keeps the numbers. Gives the number of failed requests. */
export async function measureThroughput(options: ThroughputOptions): Promise<number> {
  let failures = 0;
  for (const graph of options.graphs) failures += await measureGraph(graph, options);
  return failures;
}

async function measureGraph(graph: GraphName, options: ThroughputOptions): Promise<number> {
  const before = await machineLoad(2);
  const queries = readMix(mixFolder(graph));
  const { servers, ground } = await startAll(graph, options.only, options.ror);
  try {
    const answers = [];
    for (const server of servers.filter(answersQueries)) answers.push(await askAll(server, queries));
    const different = differences(answers, queries);
    if (different.length)
      throw new Disagreement(
        `The servers' answers differ in their number of rows, so their speeds cannot be compared:\n${different.join('\n')}`,
      );
    const measured: Measured[] = [];
    for (const server of servers)
      for (const connections of options.connections)
        for (const unique of [true, false]) {
          // Without queries there is nothing to be cold or warm.
          if (unique && !answersQueries(server)) continue;
          const runs = [];
          for (let run = 0; run < options.repeat; run++)
            runs.push(
              await load({
                url: server.url,
                pid: server.pid,
                queries: answersQueries(server) ? queries : [hello],
                lengths: answers.find((each) => each.server === server)?.lengths ?? new Map(),
                connections,
                seconds: options.seconds,
                unique,
              }),
            );
          measured.push({ server: server.name, ...middle(runs) });
          progress(measured.at(-1) as Measured);
        }
    print(graph, ground, before, servers, queries, measured, options);
    await writeResult(`throughput-${graph}`, {
      date: new Date().toISOString(),
      machine: machine(),
      busyBefore: before,
      rows: answers[0] && Object.fromEntries(answers[0].rows),
      servers: servers.map(({ name, startSeconds, pid }) => ({ name, startSeconds, memoryMiB: memoryMiB(pid) })),
      measured,
    });
    return measured.reduce((sum, each) => sum + each.failures, 0);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

const hello: MixQuery = { name: 'hello', text: '', accept: '*/*', graph: false };

const answersQueries = ({ name }: Server): boolean => kinds.some((kind) => kind.name === name && kind.sparql);

/** Of several runs, the one with the middle throughput; the failures of all. */
function middle(runs: readonly LoadResult[]): LoadResult {
  const rate = median(runs.map(({ perSecond }) => perSecond));
  const run = runs.find(({ perSecond }) => perSecond === rate) as LoadResult;
  return { ...run, failures: runs.reduce((sum, { failures }) => sum + failures, 0) };
}

function progress({ server, connections, unique, perSecond, p50, p99, failures, faults }: Measured): void {
  process.stderr.write(
    `${server}, ${connections} connections, ${unique ? 'uncached' : 'repeated'}: ${short(perSecond)}/s, p50 ${short(p50)} ms, p99 ${short(p99)} ms${failures ? `, FAILED: ${JSON.stringify(faults)}` : ''}\n`,
  );
}

function print(
  graph: GraphName,
  ground: Ground,
  busy: number,
  servers: readonly Server[],
  queries: readonly MixQuery[],
  measured: readonly Measured[],
  { seconds, repeat, connections }: ThroughputOptions,
): void {
  const { cores, memoryGiB, node } = machine();
  const out = (text = ''): void => void process.stdout.write(`${text}\n`);
  const find = (server: ServerName, at: number, unique: boolean): Measured | undefined =>
    measured.find((each) => each.server === server && each.connections === at && each.unique === unique);
  out(`\n## ${graph === 'ours' ? 'Our graph' : 'The ROR slice'}\n`);
  out(
    `${new Date().toISOString().slice(0, 10)}; ${cores} cores, ${memoryGiB} GB, Node ${node}; ${countLines(ground.file)} statements; ${queries.length} queries; ${seconds} s each${repeat > 1 ? `, medians of ${repeat}` : ''}; the machine was ${Math.round(busy * 100)}% busy before.\n`,
  );
  for (const unique of [true, false]) {
    out(unique ? '### Uncached: no query is asked twice\n' : '### Repeated queries\n');
    out(
      table(
        ['server', 'connections', 'requests/s', 'p50 ms', 'p99 ms', 'CPU ms/request', 'failed', 'this server is'],
        connections.flatMap((at) =>
          servers.flatMap(({ name }) => {
            const found = find(name, at, unique) ?? (unique ? undefined : find(name, at, false));
            if (!found) return [];
            const ours = find('ours', at, unique);
            return [
              [
                labelOf(name),
                at,
                short(found.perSecond),
                short(found.p50),
                short(found.p99),
                short(found.cpuPerRequest),
                found.failures,
                name === 'ours' || !ours ? '' : ratio(ours.perSecond / found.perSecond),
              ],
            ];
          }),
        ),
      ),
    );
    out();
  }
  const at = Math.min(...connections);
  const peers = servers.filter((server) => answersQueries(server) && find(server.name, at, true));
  out(`### Each query, uncached, ${at} connection${at > 1 ? 's' : ''}: median ms\n`);
  const of = (server: Server, query: MixQuery): number =>
    find(server.name, at, true)?.byQuery[query.name] ?? Number.NaN;
  out(
    table(
      ['query', ...peers.map(({ name }) => labelOf(name))],
      [
        ...queries.map((query) => [query.name, ...peers.map((server) => short(of(server, query)))]),
        ['geometric mean', ...peers.map((server) => short(geometricMean(queries.map((query) => of(server, query)))))],
      ],
    ),
  );
}
