import { execFileSync } from 'node:child_process';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, type Started, start } from './processes.ts';

/** The graphs to measure on: ours, or the slice of ROR. */
export type GraphName = 'ours' | 'ror';

/** What servers are started on. */
export interface Ground {
  readonly graph: GraphName;
  /** The graph as N-Quads, the merge of all graphs in the default graph; for the peers. */
  readonly file: string;
}

/** A server that answers. */
export interface Server extends Started {
  readonly name: ServerName;
  readonly url: string;
  /** Seconds from start to the first answer. */
  readonly startSeconds: number;
}

interface Kind {
  readonly name: string;
  readonly label: string;
  readonly command: (ground: Ground, port: number) => readonly string[];
  /** Whether it answers queries. */
  readonly sparql: boolean;
}

/** What is kept between measurements. */
export const workFolder = path.join(tmpdir(), 'umcnl-bench');

/** Where this server keeps the datasets that it has prepared. */
export const storeFolder = path.join(workFolder, 'store');

/** A file of the project, by its place beside this module. */
export const file = (place: string): string => fileURLToPath(new URL(place, import.meta.url));
const main = file('../../dist/main.js');
const comunica = file('../../node_modules/.bin/comunica-sparql-file-http');

/** As many threads as this server uses when nobody says anything. */
export const threads = Math.max(2, Math.min(4, availableParallelism()));

let help: string | undefined;

/** The options that this build of the server knows, of those wanted. */
export function known(options: Readonly<Record<string, string>>): string[] {
  help ??= execFileSync(process.execPath, [main, 'serve', '--help'], { encoding: 'utf8' });
  return Object.entries(options).flatMap(([name, value]) => (help?.includes(`${name} `) ? [name, value] : []));
}

/** The command of this server on a graph. */
export const ourCommand = ({ graph, file: data }: Ground, port: number, more: readonly string[] = []): string[] => [
  main,
  'serve',
  '--port',
  String(port),
  ...(graph === 'ours' ? [] : ['--plain', '--data', data]),
  // All requests of a measurement come from one client.
  ...known({ '--rate-limit': '0' }),
  ...more,
];

const comunicaCommand =
  (workers: number) =>
  ({ file: data }: Ground, port: number): string[] => [
    comunica,
    data,
    ...['--port', String(port), '--workers', String(workers), '--timeout', '300'],
  ];

/** The servers that are compared. */
export const kinds = [
  { name: 'ours', label: 'this server', command: (ground, port) => ourCommand(ground, port), sparql: true },
  {
    name: 'comunica',
    label: `Comunica, ${threads} workers`,
    command: comunicaCommand(threads),
    sparql: true,
  },
  { name: 'comunica-1', label: 'Comunica, 1 worker (default)', command: comunicaCommand(1), sparql: true },
  {
    name: 'express-oxigraph',
    label: 'Express + Oxigraph, one thread',
    command: (ground) => [file('../peers/express-oxigraph.mjs'), ground.file],
    sparql: true,
  },
  { name: 'hello', label: 'bare Express', command: () => [file('../peers/hello.mjs')], sparql: false },
] as const satisfies readonly Kind[];

/** The name of a server that is compared. */
export type ServerName = (typeof kinds)[number]['name'];

/** What a server is called in a table. */
export const labelOf = (name: ServerName): string => kinds.find((kind) => kind.name === name)?.label ?? name;

/** Starts one of the servers and waits for its first answer. */
export async function startServer(name: ServerName, ground: Ground): Promise<Server> {
  const kind = kinds.find((each) => each.name === name) as Kind;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = start(process.execPath, kind.command(ground, port), environment(port));
  const startSeconds = await waitForAnswer(started, url);
  return { ...started, name, url, startSeconds };
}

/** The environment in which servers are started. */
export const environment = (port: number, store = storeFolder): Record<string, string> => ({
  PORT: String(port),
  UMCNL_STORE: store,
});

const anyQuery = encodeURIComponent('SELECT * WHERE { ?s ?p ?o } LIMIT 1');

/** Asks until there is an answer; gives the seconds since now. Throws if the server ends or takes half an hour. */
export async function waitForAnswer(started: Started, url: string): Promise<number> {
  const since = performance.now();
  const seconds = (): number => (performance.now() - since) / 1000;
  while (seconds() < 1800) {
    if (started.exited()) throw new Error(`A server ended before it answered:\n${started.output().slice(-2000)}`);
    try {
      const response = await fetch(`${url}/sparql?query=${anyQuery}`, {
        headers: { accept: 'application/sparql-results+json' },
      });
      await response.arrayBuffer();
      if (response.ok) return seconds();
    } catch {
      // Not listening yet.
    }
    await sleep(20);
  }
  await started.stop();
  throw new Error(`A server gave no answer for half an hour:\n${started.output().slice(-2000)}`);
}
