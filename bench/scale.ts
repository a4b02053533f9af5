import { rmSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Asker } from './lib/asker.ts';
import { askAll, differences } from './lib/compare.ts';
import { writeResult } from './lib/data.ts';
import { type EngineTimes, timeEngines } from './lib/engines.ts';
import { type LoadResult, load, quantile } from './lib/load.ts';
import { type Lookups, timeLookups } from './lib/lookups.ts';
import { getPath, type MixQuery, mixFolder, readMix, uniquePath } from './lib/mix.ts';
import { cpuSeconds, freePort, machineLoad, memoryMiB, type Started, start, watchMemory } from './lib/processes.ts';
import { machine, median } from './lib/report.ts';
import { scaleData } from './lib/scale-data.ts';
import { scalePage } from './lib/scale-page.ts';
import {
  environment,
  file as projectFile,
  type Server,
  startServer,
  waitForAnswer,
  workFolder,
} from './lib/servers.ts';

/** How to measure growth. */
export interface ScaleOptions {
  readonly ror: string;
  readonly sizes: readonly number[];
  readonly max: number;
  readonly seconds: number;
  readonly comunica: number;
  readonly note: string;
  readonly print: boolean;
}

/** What was measured at a size. Times are in seconds where nothing else is said. */
export interface ScaleMeasure {
  /** Distinct triples. */
  readonly triples: number;
  readonly load: { readonly seconds: number; readonly cpu: number; readonly peakMiB: number };
  readonly bytes: { readonly nquads: number; readonly image: number; readonly dumps: number };
  /** From snapshot to the first answer. */
  readonly start: { readonly seconds: number; readonly cpu: number };
  /** With two workers: some seconds after the start, and the most while everything was measured. */
  readonly memory: { readonly restMiB: number; readonly peakMiB: number };
  readonly mix: LoadResult;
  readonly lookups: Lookups;
  /** Median and longest time of each kind of page, in milliseconds. */
  readonly pages: Readonly<Record<string, { readonly median: number; readonly longest: number }>>;
  readonly dump: { readonly seconds: number; readonly peakMiB: number };
  /** The median time of each query by itself; Comunica's where it was measured. */
  readonly alone: Readonly<Record<string, Alone>>;
}

/** One query by itself, in milliseconds: over HTTP, and in the engines of this program without it. */
interface Alone {
  readonly ours: number;
  readonly comunica?: number;
  readonly engines?: EngineTimes | undefined;
}

/** All of it. */
export interface ScaleResult {
  readonly date: string;
  readonly machine: ReturnType<typeof machine>;
  readonly busyBefore: number;
  readonly note: string;
  readonly measures: readonly ScaleMeasure[];
}

/** Queries of the mix that only look something up. */
const lookups: ReadonlySet<string> = new Set([
  'lookup',
  'lookup-reverse',
  'values',
  'describe',
  'named-graph',
  'identifier',
]);
const connections = 8;
/** Each query by itself is asked so often. */
const aloneTimes = 5;

const main = projectFile('../../dist/main.js');
const store = path.join(workFolder, 'scale-store');
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Measures at each size, prints the tables, keeps the numbers, and writes the page. */
export async function measureScale(options: ScaleOptions): Promise<void> {
  const busyBefore = await machineLoad(2);
  const measures: ScaleMeasure[] = [];
  const result = (): ScaleResult => ({
    date: new Date().toISOString(),
    machine: machine(),
    busyBefore,
    note: options.note,
    measures,
  });
  for (const size of options.sizes.filter((each) => each <= options.max)) {
    const measure = await measureSize(size, options);
    if (!measure) break;
    measures.push(measure);
    // After each size: the largest may take the whole machine.
    await writeResult('scale', result());
  }
  process.stdout.write(`${await scalePage(result(), options.print)}\n`);
}

// Undefined where it cannot be loaded: growth ends there.
async function measureSize(size: number, options: ScaleOptions): Promise<ScaleMeasure | undefined> {
  const { file } = await scaleData(options.ror, size);
  const data = ['--plain', '--data', file, '--max-triples', '1000000000'];
  rmSync(store, { recursive: true, force: true });
  say(`${size} triples: loading`);
  const loaded = await runToEnd([main, 'prepare', ...data, '--store', store, '--keep', '1']);
  if (loaded.code !== 0) {
    say(`${size} triples cannot be loaded: ${loaded.output.trim().split('\n').at(-1)}`);
    return undefined;
  }
  const version = loaded.output.trim().split('\n').at(-1) as string;
  const folder = path.join(store, 'plain', version);
  const bytes = {
    nquads: statSync(path.join(folder, 'dataset.nq')).size,
    image: statSync(path.join(folder, 'oxigraph.image')).size,
    dumps: await sizeOfAll(path.join(folder, 'dumps')),
  };
  // The system has written what was kept, and its files have rested: a first start does what only a first one does.
  await sleep(3000);
  await startOnce(data);
  say(`${size} triples: starting`);
  const starts = [await startOnce(data), await startOnce(data), await startOnce(data)];
  const port = await freePort();
  const server = startOurs(data, port);
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitForAnswer(server, url);
    await sleep(8000);
    const restMiB = memoryMiB(server.pid);
    const stopWatching = watchMemory(server.pid, 1000);
    say(`${size} triples: asking`);
    const queries = readMix(mixFolder('ror'));
    const ours = { ...server, name: 'ours', url, startSeconds: 0 } as const;
    const { lengths, rows } = await askAll(ours, queries);
    const failed = [...rows].filter(([, found]) => typeof found === 'string');
    if (failed.length) say(`${size} triples: without an answer: ${failed.map((each) => each.join(': ')).join('; ')}`);
    const answered = queries.filter(({ name }) => typeof rows.get(name) === 'number');
    const common = { url, pid: server.pid, lengths, connections, unique: true };
    const looking = answered.filter(({ name }) => lookups.has(name));
    await load({ ...common, queries: answered, seconds: 3 });
    const lookupTimes = await timeLookups({ ...common, queries: looking, seconds: options.seconds });
    const mix = await load({ ...common, queries: answered, seconds: options.seconds });
    const pages = await timePages(url);
    const alone = await timeAlone(ours, answered, file, size <= options.comunica, options.seconds);
    const peakMiB = stopWatching();
    await server.stop();
    if (size <= options.comunica) {
      say('the engines alone');
      const engines = await timeEngines(file, answered, options.seconds);
      for (const [name, each] of engines) alone[name] = { ...(alone[name] as Alone), engines: each };
    }
    say(`${size} triples: writing dumps`);
    const out = path.join(workFolder, 'scale-dumps');
    const dump = await runToEnd([main, 'dump', ...data.slice(0, 3), '--out', out]);
    rmSync(out, { recursive: true, force: true });
    return {
      triples: await countTriples(folder),
      load: loaded,
      bytes,
      start: { seconds: median(starts.map(({ seconds }) => seconds)), cpu: median(starts.map(({ cpu }) => cpu)) },
      memory: { restMiB, peakMiB },
      mix,
      lookups: lookupTimes,
      pages,
      dump,
      alone,
    };
  } finally {
    if (!server.exited()) await server.stop();
  }
}

const startOurs = (data: readonly string[], port: number): Started =>
  start(
    process.execPath,
    // Pages of the records are at their paths.
    [
      main,
      'serve',
      '--port',
      String(port),
      ...data,
      '--rate-limit',
      '0',
      '--workers',
      '2',
      '--public-url',
      'https://ror.org',
    ],
    environment(port, store),
  );

async function startOnce(data: readonly string[]): Promise<{ seconds: number; cpu: number }> {
  const port = await freePort();
  const server = startOurs(data, port);
  try {
    const seconds = await waitForAnswer(server, `http://127.0.0.1:${port}`);
    return { seconds, cpu: cpuSeconds(server.pid) };
  } finally {
    await server.stop();
  }
}

async function runToEnd(args: readonly string[]) {
  const since = performance.now();
  const started = start(process.execPath, args);
  const stopWatching = watchMemory(started.pid, 500);
  let cpu = 0;
  const code = await new Promise<number>((resolve) => {
    const timer = setInterval(() => {
      cpu = Math.max(cpu, cpuSeconds(started.pid));
      if (!started.exited()) return;
      clearInterval(timer);
      resolve(started.exitCode() ?? 1);
    }, 50);
  });
  const seconds = (performance.now() - since) / 1000;
  const output = started.output();
  const peakMiB = stopWatching();
  await started.stop();
  return { code, output, seconds, cpu, peakMiB };
}

async function countTriples(folder: string): Promise<number> {
  const { graphs } = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
    graphs: Readonly<Record<string, number>>;
  };
  return Object.values(graphs).reduce((sum, each) => sum + each, 0);
}

async function sizeOfAll(folder: string): Promise<number> {
  return (await readdir(folder)).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

const words = [
  'university',
  'hospital',
  'institute',
  'zorg',
  'leiden',
  'research',
  'medical centre',
  'foundation',
  'museum',
  'agency',
];
const things = ['05xvt9f17', '02feahw73', '03cv38k47', '027bh9e22', '012p63287'];

/** Pages as somebody sees them; nobody has asked for them before. */
const pageKinds: Readonly<Record<string, readonly string[]>> = {
  home: ['/', '/?lang=nl'],
  'page of a thing': things.flatMap((thing) => [`/about/${thing}`, `/about/${thing}?lang=nl`]),
  'page of a list': ['en', 'nl'].flatMap((lang) =>
    [1, 2, 5, 9].map(
      (page) =>
        `/about/02feahw73?property=${encodeURIComponent('http://www.w3.org/ns/org#subOrganizationOf')}&page=${page}&lang=${lang}`,
    ),
  ),
  search: words.map((word) => `/search?q=${encodeURIComponent(word)}`),
};

async function timePages(url: string): Promise<ScaleMeasure['pages']> {
  const found: Record<string, { median: number; longest: number }> = {};
  for (const [kind, addresses] of Object.entries(pageKinds)) {
    const times: number[] = [];
    for (const address of addresses) {
      const since = performance.now();
      const response = await fetch(url + address, { headers: { accept: 'text/html' } });
      await response.arrayBuffer();
      if (response.ok) times.push(performance.now() - since);
      else say(`${address}: ${response.status}`);
    }
    if (times.length) found[kind] = { median: quantile(times, 0.5), longest: quantile(times, 1) };
  }
  return found;
}

async function timeAlone(
  ours: Server,
  queries: readonly MixQuery[],
  file: string,
  withComunica: boolean,
  seconds: number,
): Promise<Record<string, Alone>> {
  const own = await timeEach(ours, queries, seconds);
  if (!withComunica) return Object.fromEntries([...own].map(([name, time]) => [name, { ours: time }]));
  say('Comunica');
  const peer = await startServer('comunica-1', { graph: 'ror', file });
  try {
    const answers = [await askAll(ours, queries), await askAll(peer, queries)];
    for (const difference of differences(answers, queries)) say(`Answers differ: ${difference}`);
    const other = await timeEach(peer, queries, seconds);
    return Object.fromEntries(
      [...own].map(([name, time]) => [name, { ours: time, comunica: other.get(name) ?? Number.NaN }]),
    );
  } finally {
    await peer.stop();
  }
}

let asked = 0;

/** The median time of each query, one at a time, never the same text twice: at least five of each. */
async function timeEach({ url }: Server, queries: readonly MixQuery[], seconds: number): Promise<Map<string, number>> {
  const medians = new Map<string, number>();
  const asker = new Asker(1);
  for (const { name, text, accept } of queries) {
    const times: number[] = [];
    const until = performance.now() + (seconds * 1000) / queries.length;
    while (times.length < aloneTimes || performance.now() < until) {
      const since = performance.now();
      if (!(await asker.ask(url + uniquePath(getPath(text), ++asked + 1_000_000), accept)))
        throw new Error(`${name} was not answered.`);
      times.push(performance.now() - since);
    }
    medians.set(name, quantile(times, 0.5));
  }
  asker.close();
  return medians;
}
