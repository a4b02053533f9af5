import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server in a process of its own. */
export interface ServerProcess {
  /** What it has written so far. */
  readonly output: () => string;
  /** How it ended, if it did so by itself, and the last that it wrote. */
  readonly ended: () => string | undefined;
  /** Ends it; its folder goes as well. */
  readonly stop: () => Promise<void>;
}

/** How to start a server in a folder of its own, and how to see that it answers. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

// The server ends, and its folder goes, when the pipe from here closes: also when the tests themselves are killed.
const guarded = `
exec 3<&0
"$@" < /dev/null 3<&- & server=$!
{ cat <&3; kill -KILL $server; } > /dev/null 2>&1 &
wait $server
status=$?
rm -rf "$FOLDER"
exit $status
`;

/** Starts a server, and waits until `find` finds what it looks for in what it says or does. */
export async function startServerProcess<T>(
  prepare: (folder: string) => Promise<Launch>,
  find: (output: string) => T | undefined | Promise<T | undefined>,
  timeLimit = 90,
): Promise<ServerProcess & { readonly found: T }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sparql-server-'));
  const { command, args, env } = await prepare(folder).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const child = spawn('sh', ['-c', guarded, 'sh', command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env, FOLDER: folder },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      said += String(data);
    });
  child.stdin.on('error', () => undefined);
  let end: string | undefined;
  let stopping = false;
  const exit = once(child, 'exit').then(([status]) => {
    // As shells have it: 128 and the number of the signal.
    end = Number(status) > 128 ? `was ended by signal ${Number(status) - 128}` : `ended with status ${String(status)}`;
  });
  const stop = async (): Promise<void> => {
    stopping = true;
    child.stdin.end();
    await exit;
  };
  const story = (): string => `${command} ${end ?? `did not answer within ${timeLimit} s`}: ${said.slice(-2000)}`;
  const ended = (): string | undefined => (end === undefined || stopping ? undefined : story());
  const since = performance.now();
  while (end === undefined && performance.now() - since < timeLimit * 1000) {
    const found = await find(said);
    if (found !== undefined) return { found, output: () => said, ended, stop };
    await sleep(50);
  }
  const fault = new Error(story());
  await stop();
  throw fault;
}

/** The port that a server says that it listens on. */
export const saidPort = (output: string): number | undefined => {
  const [, port] = /^listening on (\d+)$/m.exec(output) ?? [];
  return port === undefined ? undefined : Number(port);
};
