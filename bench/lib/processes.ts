import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Linux counts processor time in hundredths of a second (`getconf CLK_TCK`), on every machine that runs Node. */
const ticksPerSecond = 100;

const started = new Set<ChildProcess>();
const logs = new Set<string>();

/** A process and all that it starts, ended with us whatever happens. */
export interface Started {
  readonly pid: number;
  /** What it has written to stdout and stderr so far. */
  readonly output: () => string;
  readonly exited: () => boolean;
  /** Its exit code, when it has ended by itself. */
  readonly exitCode: () => number | null;
  readonly stop: () => Promise<void>;
}

/** Starts a command in a process group of its own, so that its children end with it. */
export function start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  // Into a file, as in production: reading what a server logs would slow down the load generator.
  const log = path.join(mkdtempSync(path.join(tmpdir(), 'umcnl-bench-log-')), 'output');
  logs.add(path.dirname(log));
  const descriptor = openSync(log, 'w');
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  closeSync(descriptor);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} cannot be started.`);
  started.add(child);
  let exited = false;
  const end = new Promise<void>((resolve) => {
    child.once('exit', () => {
      exited = true;
      started.delete(child);
      resolve();
    });
  });
  return {
    pid,
    output: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    exited: () => exited,
    exitCode: () => child.exitCode,
    stop: async () => {
      signalGroup(pid, 'SIGTERM');
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), 3000);
      await end;
      clearTimeout(timer);
      // Those whom it left behind.
      signalGroup(pid, 'SIGKILL');
      rmSync(path.dirname(log), { recursive: true, force: true });
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

/** Ends what is still running when this process ends, be it by an error or by Control-C. */
export function endWithUs(): void {
  process.on('exit', () => {
    for (const { pid } of started) if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    for (const folder of logs) rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
}

/** A TCP port that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuSeconds: number;
}

// proc(5): the name in parentheses may hold spaces; utime, stime, cutime and cstime are fields 14 to 17.
function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), cpuSeconds: ticks / ticksPerSecond };
  } catch {
    return undefined;
  }
}

function tree(root: number): Stat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const found = all.filter(({ pid }) => pid === root);
  for (let index = 0; index < found.length; index++)
    found.push(...all.filter(({ parent }) => parent === found[index]?.pid));
  return found;
}

/** Processor time of a process and all its children, those that have ended included, in seconds. */
export const cpuSeconds = (pid: number): number => tree(pid).reduce((sum, stat) => sum + stat.cpuSeconds, 0);

/** Memory of a process and all its children, pages that they share counted once, in MiB. */
export function memoryMiB(pid: number): number {
  let kibibytes = 0;
  for (const stat of tree(pid)) {
    try {
      const text = readFileSync(`/proc/${stat.pid}/smaps_rollup`, 'latin1');
      kibibytes += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
    } catch {
      // Gone already.
    }
  }
  return kibibytes / 1024;
}

/** Looks at the memory of a process and all its children until it is told to stop, and gives the most that it saw, in MiB. */
export function watchMemory(pid: number, everyMs = 250): () => number {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, memoryMiB(pid));
  }, everyMs);
  return () => {
    clearInterval(timer);
    return most;
  };
}

/** The share of all cores that is in use, over a moment (0 to 1). */
export async function machineLoad(seconds = 1): Promise<number> {
  const before = readMachine();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = readMachine();
  return (after.busy - before.busy) / Math.max(1, after.all - before.all);
}

function readMachine(): { busy: number; all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const numbers = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = numbers.reduce((sum, each) => sum + each, 0);
  // The fourth and fifth are idle time and waiting for disks.
  return { busy: all - (numbers[3] ?? 0) - (numbers[4] ?? 0), all };
}
