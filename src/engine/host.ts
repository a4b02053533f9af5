import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';

/**
 * Where a worker runs. Threads share the dataset, but not their fate alone: a thread whose JavaScript runs out of memory
 * ends the whole process when it wants much at a time. What keeps its data in JavaScript has a process of its own.
 */
export type Place = 'thread' | 'process';

/** A running worker, seen from outside. */
export interface Host {
  readonly send: (message: ToWorker) => void;
  /** Ends it at once, whatever it does. */
  readonly end: () => Promise<void>;
}

/** What becomes of a worker. */
export interface HostEvents {
  readonly onMessage: (message: FromWorker) => void;
  /** It has ended, and not because it was told to. */
  readonly onEnd: (end: { readonly error: Error; readonly outOfMemory: boolean }) => void;
}

// Under a TypeScript loader (tests) this file is source, and threads can only be started from built JavaScript.
const workerFile = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/engine/worker.js', import.meta.url)
  : new URL('./worker.js', import.meta.url);

/** Starts a worker; `heap` is what JavaScript may take in it, in mebibytes. */
export function startHost(place: Place, start: WorkerStart, heap: number, events: HostEvents): Host {
  return place === 'thread' ? startThread(start, heap, events) : startProcess(start, heap, events);
}

function startThread(start: WorkerStart, heap: number, { onMessage, onEnd }: HostEvents): Host {
  // What an engine prints when it panics is of use to nobody here: the query's fault says what can be said.
  const worker = new Worker(workerFile, {
    workerData: start,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heap },
  });
  worker.stderr.resume();
  let ended = false;
  const end = (error: NodeJS.ErrnoException): void => {
    if (!ended) onEnd({ error, outOfMemory: error.code === 'ERR_WORKER_OUT_OF_MEMORY' });
    ended = true;
  };
  worker.on('message', onMessage);
  worker.on('error', end);
  worker.on('exit', () => end(endedEarly()));
  return {
    send: (message) => worker.postMessage(message),
    end: async () => {
      ended = true;
      await worker.terminate();
    },
  };
}

function startProcess(start: WorkerStart, heap: number, { onMessage, onEnd }: HostEvents): Host {
  const child = fork(fileURLToPath(workerFile), {
    execArgv: [`--max-old-space-size=${heap}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let ended = false;
  const end = (error: Error, outOfMemory: boolean): void => {
    if (!ended) onEnd({ error, outOfMemory });
    ended = true;
  };
  child.on('message', (message) => onMessage(message as FromWorker));
  child.on('error', (error) => end(error, false));
  // Nobody else ends it by a signal: Node does so when there is no memory left, and the system then, too.
  child.on('exit', (_code, signal) => end(endedEarly(), signal !== null));
  // A process that has ended says so in its own event. One that could not be started, for want of files that this
  // process may open, has no channel at all: `send` would throw before anybody hears of it.
  const send = (message: WorkerStart | ToWorker): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  send(start);
  return {
    send,
    end: async () => {
      ended = true;
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const endedEarly = (): Error => new Error('A query worker ended by itself.');
