import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch as fetchFrom } from 'undici';
import { type Attack, attacks } from './attack/queries.ts';
import { askAll } from './lib/compare.ts';
import { rorGround, writeResult } from './lib/data.ts';
import { type LoadResult, load } from './lib/load.ts';
import { mixFolder, readMix } from './lib/mix.ts';
import { machineLoad, memoryMiB } from './lib/processes.ts';
import { machine, ratio, short, table } from './lib/report.ts';
import { type GraphName, type Ground, type Server, startServer } from './lib/servers.ts';

/** How to attack. */
export interface AttackOptions {
  readonly graphs: readonly GraphName[];
  /** Seconds that the attack lasts. */
  readonly seconds: number;
  /** Seconds that the server is left alone afterwards before its memory is measured. */
  readonly settle: number;
  /** Connections on which lookups are asked. */
  readonly connections: number;
  /** Lookups a second, all connections together. */
  readonly rate: number;
  readonly ror: string;
}

/** Queries of the mixes that only look something up. */
const lookups = ['lookup', 'lookup-reverse', 'values', 'describe', 'named-graph', 'identifier'];

/** How much slower the slowest lookups may be under attack. */
const allowedRatio = 3;

/**
 * Throws fifty runaway queries at this server, from another client, over and over, while lookups are measured.
 * Gives what is wrong: lookups refused or too slow, a process that ended, memory that is not given back.
 */
export async function measureAttack(options: AttackOptions): Promise<string[]> {
  const faults: string[] = [];
  for (const graph of options.graphs) faults.push(...(await attackGraph(graph, options)));
  return faults;
}

async function attackGraph(graph: GraphName, options: AttackOptions): Promise<string[]> {
  const busy = await machineLoad(2);
  const ground: Ground = graph === 'ror' ? await rorGround(options.ror) : { graph, file: '' };
  const server = await startServer('ours', ground);
  try {
    const queries = readMix(mixFolder(graph)).filter(({ name }) => lookups.includes(name));
    const { lengths } = await askAll(server, queries);
    const measure = (seconds: number): Promise<LoadResult> =>
      load({
        url: server.url,
        pid: server.pid,
        queries,
        lengths,
        connections: options.connections,
        rate: options.rate,
        seconds,
        unique: true,
      });
    // Warm: code compiled, memory taken.
    await measure(5);
    await sleep(5000);
    const memoryBefore = memoryMiB(server.pid);
    const before = await measure(Math.min(options.seconds, 15));
    const [during, outcomes, memoryPeak] = await underAttack(server, options.seconds, measure);
    await sleep(1000);
    const after = await measure(Math.min(options.seconds, 15));
    await sleep(options.settle * 1000);
    const memoryAfter = memoryMiB(server.pid);

    const { cores, memoryGiB, node } = machine();
    const out = (text = ''): void => void process.stdout.write(`${text}\n`);
    out(`\n## Under attack: ${graph === 'ours' ? 'our graph' : 'the ROR slice'}\n`);
    out(
      `${new Date().toISOString().slice(0, 10)}; ${cores} cores, ${memoryGiB} GB, Node ${node}; ${attacks.length} runaway queries at a time for ${options.seconds} s, ${options.rate} lookups/s on ${options.connections} connections; the machine was ${Math.round(busy * 100)}% busy before.\n`,
    );
    const row = (what: string, { requests, perSecond, p50, p99, failures }: LoadResult): (string | number)[] => [
      what,
      requests,
      short(perSecond),
      short(p50),
      short(p99),
      ratio(p99 / before.p99),
      failures,
    ];
    out(
      table(
        ['lookups', 'answered', 'a second', 'p50 ms', 'p99 ms', 'p99 of undisturbed', 'failed'],
        [row('undisturbed', before), row('during the attack', during), row('after it', after)],
      ),
    );
    out();
    out(
      table(
        ['lookup', 'undisturbed: p50 ms', 'longest', 'during: p50 ms', 'longest'],
        queries.map(({ name }) => [
          name,
          ...[before, during].flatMap(({ byQuery, longest }) => [
            short(byQuery[name] ?? Number.NaN),
            short(longest[name] ?? Number.NaN),
          ]),
        ]),
      ),
    );
    out(
      `\nMemory: ${short(memoryBefore)} MiB before, at most ${short(memoryPeak)} MiB during, ${short(memoryAfter)} MiB ${options.settle} s after. The process ${server.exited() ? 'ENDED' : 'is the same'}.\n`,
    );
    out(
      table(
        ['attack', 'times', 'answers (status, number, longest time)'],
        [...outcomes].map(([name, list]) => [name, list.length, describeOutcomes(list)]),
      ),
    );
    await writeResult(`attack-${graph}`, {
      date: new Date().toISOString(),
      machine: machine(),
      busyBefore: busy,
      before,
      during,
      after,
      memory: { before: memoryBefore, peak: memoryPeak, after: memoryAfter },
      outcomes: Object.fromEntries(outcomes),
    });
    return [
      ...(server.exited() ? [`${graph}: the process ended.`] : []),
      ...(during.failures
        ? [`${graph}: ${during.failures} lookups failed during the attack: ${JSON.stringify(during.faults)}.`]
        : []),
      ...(during.p99 > allowedRatio * before.p99
        ? [
            `${graph}: p99 of lookups was ${short(during.p99)} ms during the attack, ${short(before.p99)} ms before: more than ${allowedRatio} times.`,
          ]
        : []),
      ...(memoryAfter > 1.25 * memoryBefore
        ? [
            `${graph}: memory was ${short(memoryBefore)} MiB before the attack and is ${short(memoryAfter)} MiB after it.`,
          ]
        : []),
    ];
  } finally {
    await server.stop();
  }
}

interface Outcome {
  readonly status: string;
  readonly seconds: number;
}

async function underAttack(
  server: Server,
  seconds: number,
  measure: (seconds: number) => Promise<LoadResult>,
): Promise<[LoadResult, Map<string, Outcome[]>, number]> {
  const outcomes = new Map<string, Outcome[]>(attacks.map(({ name }) => [name, []]));
  const stop = new AbortController();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryMiB(server.pid));
  }, 1000);
  // Another client than the one that looks things up: another address of the loopback network.
  const dispatcher = new Agent({ connect: { localAddress: '127.0.0.2' }, headersTimeout: 0, bodyTimeout: 0 });
  const attackers = attacks.map((attack) => keepAttacking(server, attack, dispatcher, stop.signal, outcomes));
  // All have been sent when measuring begins.
  await sleep(1000);
  const during = await measure(seconds);
  stop.abort();
  await Promise.all(attackers);
  clearInterval(watch);
  await dispatcher.destroy();
  return [during, outcomes, peak];
}

let sent = 0;

// One after the other on a connection of its own; a new text each time, so that nobody knows it from before.
async function keepAttacking(
  { url }: Server,
  { name, query }: Attack,
  dispatcher: Agent,
  signal: AbortSignal,
  outcomes: ReadonlyMap<string, Outcome[]>,
): Promise<void> {
  while (!signal.aborted) {
    const since = performance.now();
    const note = (status: string): void =>
      void outcomes.get(name)?.push({ status, seconds: (performance.now() - since) / 1000 });
    try {
      const response = await fetchFrom(`${url}/sparql`, {
        method: 'POST',
        headers: { 'content-type': 'application/sparql-query' },
        body: `PREFIX n${++sent}: <urn:n:${sent}>\n${query}`,
        dispatcher,
        signal,
      });
      try {
        for await (const _ of response.body ?? []);
        note(String(response.status));
      } catch (error) {
        if (signal.aborted) throw error;
        note(`${response.status}, cut`);
      }
    } catch {
      if (signal.aborted) return;
      note('no answer');
    }
    await sleep(1000);
  }
}

function describeOutcomes(outcomes: readonly Outcome[]): string {
  const statuses = [...new Set(outcomes.map(({ status }) => status))];
  return statuses
    .map((status) => {
      const times = outcomes.filter((each) => each.status === status).map(({ seconds }) => seconds);
      return `${status} × ${times.length}, ${short(Math.max(...times))} s`;
    })
    .join('; ');
}
