import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const main = new URL('../../dist/main.js', import.meta.url).pathname;

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly output: { stdout: string; stderr: string };
  /** Its exit code when it has ended; a signal's name if that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts `serve` on a free port. Resolves when it has said its address; `begun` has the process before that. */
export async function startProcess(
  options: readonly string[],
  begun: (child: ChildProcess) => void = () => undefined,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  begun(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    output.stdout += String(data);
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (data) => {
      output.stderr += String(data);
      // The last line of the greeting: all is said when it comes.
      const [, port] = /^Try: curl http:\/\/localhost:(\d+)\//m.exec(output.stderr) ?? [];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    void ended.then((code) => reject(new Error(`The server ended with ${code}: ${output.stderr}`)));
  });
  return { url, child, output, ended };
}
