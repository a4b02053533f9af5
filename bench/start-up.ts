import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ourGround, rorGround, writeResult } from './lib/data.ts';
import { getPath, mixFolder, readMix, uniquePath } from './lib/mix.ts';
import { cpuSeconds, freePort, machineLoad, memoryMiB, type Started, start } from './lib/processes.ts';
import { machine, median, ratio, short, table } from './lib/report.ts';
import {
  environment,
  file,
  type GraphName,
  type Ground,
  known,
  ourCommand,
  startServer,
  waitForAnswer,
} from './lib/servers.ts';

/** How to measure starting. */
export interface StartUpOptions {
  readonly graphs: readonly GraphName[];
  /** How often each is started; the medians are told. */
  readonly repeat: number;
  /** Seconds that a server is left alone before its memory is measured. */
  readonly rest: number;
  readonly ror: string;
}

interface StartMeasure {
  readonly what: string;
  /** To the first answer, in seconds of processor time, children included. */
  readonly cpu: number;
  /** To the first answer, in seconds. */
  readonly wall: number;
  /** A few seconds later, in MiB. */
  readonly memory: number;
}

/** Measures what it takes to the first answer, memory at rest, and how fast a stopped worker is replaced. */
export async function measureStartUp(options: StartUpOptions): Promise<void> {
  for (const graph of options.graphs) await measureGraph(graph, options);
}

async function measureGraph(graph: GraphName, { repeat, rest, ror }: StartUpOptions): Promise<void> {
  const busy = await machineLoad(2);
  const ground = await makeGround(graph, ror);
  const rows: StartMeasure[] = [];
  const measure = async (what: string, once: () => Promise<StartMeasure>, times = repeat): Promise<void> => {
    const runs = [];
    for (let run = 0; run < times; run++) runs.push(await once());
    const middle = {
      what,
      cpu: median(runs.map(({ cpu }) => cpu)),
      wall: median(runs.map(({ wall }) => wall)),
      memory: median(runs.map(({ memory }) => memory)),
    };
    rows.push(middle);
    process.stderr.write(
      `${what}: ${short(middle.cpu)} s of CPU, ${short(middle.wall)} s, ${short(middle.memory)} MiB\n`,
    );
  };

  const lookup = path.join(mixFolder(graph), 'lookup.rq');
  await measure('the engine alone, same load, one query', () =>
    timeProcess('engine', rest, () =>
      start(process.execPath, [file('../peers/engine-alone.mjs'), ground.file, lookup]),
    ),
  );
  await measure('this server, nothing prepared', () => coldStart(ground, rest), graph === 'ours' ? repeat : 1);
  await measure('this server, prepared', () =>
    timeServer(rest, (port) => start(process.execPath, ourCommand(ground, port), environment(port))),
  );
  if (graph === 'ours')
    await measure('npm start, prepared', () => timeServer(rest, (port) => start('npm', ['start'], environment(port))));
  await measure('Express + Oxigraph, one thread', () =>
    timeServer(rest, (port) =>
      start(process.execPath, [file('../peers/express-oxigraph.mjs'), ground.file], environment(port)),
    ),
  );
  await measure('Comunica, 1 worker (default)', () => timePeer('comunica-1', ground, rest), 1);

  const alone = rows[0] as StartMeasure;
  const { cores, memoryGiB, node } = machine();
  const out = (text = ''): void => void process.stdout.write(`${text}\n`);
  out(`\n## Start and rest: ${graph === 'ours' ? 'our graph' : 'the ROR slice'}\n`);
  out(
    `${new Date().toISOString().slice(0, 10)}; ${cores} cores, ${memoryGiB} GB, Node ${node}; medians of ${repeat}; the machine was ${Math.round(busy * 100)}% busy before.\n`,
  );
  out(
    table(
      ['to the first answer', 'CPU s', 'of the engine alone', 'wall s', `MiB after ${rest} s`],
      rows.map(({ what, cpu, wall, memory }) => [what, short(cpu), ratio(cpu / alone.cpu), short(wall), short(memory)]),
    ),
  );
  const replaced = await timeReplacement(ground, Math.max(5, repeat));
  out();
  out(
    `A worker stopped at its time limit: the next query was answered after ${short(median(replaced) * 1000)} ms (median of ${replaced.length}; at most ${short(Math.max(...replaced) * 1000)} ms), with one worker.`,
  );
  await writeResult(`start-up-${graph}`, {
    date: new Date().toISOString(),
    machine: machine(),
    busyBefore: busy,
    rows,
    replacedSeconds: replaced,
  });
}

async function makeGround(graph: GraphName, ror: string): Promise<Ground> {
  if (graph === 'ror') return rorGround(ror);
  const server = await startServer('ours', { graph, file: '' });
  try {
    return await ourGround(server.url);
  } finally {
    await server.stop();
  }
}

// An empty store: it has to build and check before it answers.
async function coldStart(ground: Ground, rest: number): Promise<StartMeasure> {
  const store = await mkdtemp(path.join(tmpdir(), 'umcnl-bench-cold-'));
  try {
    return await timeServer(rest, (port) =>
      start(process.execPath, ourCommand(ground, port), environment(port, store)),
    );
  } finally {
    await rm(store, { recursive: true });
  }
}

async function timeServer(rest: number, begin: (port: number) => Started): Promise<StartMeasure> {
  const port = await freePort();
  const started = begin(port);
  try {
    const wall = await waitForAnswer(started, `http://127.0.0.1:${port}`);
    const cpu = cpuSeconds(started.pid);
    await sleep(rest * 1000);
    return { what: '', cpu, wall, memory: memoryMiB(started.pid) };
  } finally {
    await started.stop();
  }
}

async function timePeer(name: 'comunica-1', ground: Ground, rest: number): Promise<StartMeasure> {
  const server = await startServer(name, ground);
  try {
    const cpu = cpuSeconds(server.pid);
    await sleep(rest * 1000);
    return { what: '', cpu, wall: server.startSeconds, memory: memoryMiB(server.pid) };
  } finally {
    await server.stop();
  }
}

/** A process that says "answered" and stays. */
async function timeProcess(what: string, rest: number, begin: () => Started): Promise<StartMeasure> {
  const since = performance.now();
  const started = begin();
  try {
    while (!started.output().includes('answered')) {
      if (started.exited()) throw new Error(`It ended before it answered:\n${started.output()}`);
      await sleep(10);
    }
    const wall = (performance.now() - since) / 1000;
    const cpu = cpuSeconds(started.pid);
    await sleep(rest * 1000);
    return { what, cpu, wall, memory: memoryMiB(started.pid) };
  } finally {
    await started.stop();
  }
}

/** Never ends by itself on a graph of some size: every triple with every other, thrice. */
const runaway = 'SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STR(?a) < STR(?g)) }';

/** With one worker: seconds from the refusal of a query that took too long to the answer of the next. */
async function timeReplacement(ground: Ground, times: number): Promise<number[]> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Shorter than it takes the pool to see that a query is slow and to have another worker ready beforehand.
  const options = known({ '--workers': '1', '--timeout': '0.09' });
  const started = start(process.execPath, ourCommand(ground, port, options), environment(port));
  const [lookup] = readMix(mixFolder(ground.graph)).filter(({ name }) => name === 'values');
  const headers = { accept: 'application/sparql-results+json' };
  try {
    await waitForAnswer(started, url);
    const seconds: number[] = [];
    for (let run = 0; run < times; run++) {
      const refused = await fetch(url + uniquePath(getPath(runaway), run), { headers });
      await refused.arrayBuffer();
      if (refused.ok) throw new Error(`The runaway query was answered with ${refused.status}.`);
      const since = performance.now();
      const elapsed = (): number => (performance.now() - since) / 1000;
      // So short a limit holds for the time that a query waits, too: ask until there is an answer.
      for (let attempt = 0; ; attempt++) {
        const next = await fetch(url + uniquePath(getPath(lookup?.text ?? ''), attempt), { headers });
        await next.arrayBuffer();
        if (next.ok) break;
        if (elapsed() > 30) throw new Error(`After a runaway query, lookups get ${next.status} for 30 s.`);
        await sleep(5);
      }
      seconds.push(elapsed());
      await sleep(500);
    }
    return seconds;
  } finally {
    await started.stop();
  }
}
