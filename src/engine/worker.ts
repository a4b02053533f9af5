import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type Engine, QueryFault } from './engine.ts';
import { engines } from './engines.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { pieces } from './pieces.ts';

const { engine: name, start, nquads, resultLimit } = workerData as WorkerStart;
const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread only.');
const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

const engine: Engine = await engines[name].create(start);
if (nquads) await engine.load(pieces(new Uint8Array(nquads)));
const memory = (): number => engine.memorySize?.() ?? 0;
send({ kind: 'ready', memory: memory(), thread: threadNumber() });

port.on('message', async ({ id, request }: ToWorker) => {
  try {
    const result = await engine.query(request);
    if (result.body.length > resultLimit)
      throw new QueryFault(
        'too-large',
        `The answer has ${megabytes(result.body.length)} MB; ${megabytes(resultLimit)} MB is the limit. Ask for less of it at a time with LIMIT and OFFSET, or take a dump.`,
      );
    send({ kind: 'answer', id, result, memory: memory() }, [result.body.buffer as ArrayBuffer]);
  } catch (error) {
    if (error instanceof QueryFault) send({ kind: 'fault', id, fault: error.kind, message: error.message });
    // A WebAssembly instance that has panicked or run out of stack answers wrongly from then on.
    else send({ kind: 'broken', id, message: (error as Error).message, memory: memory() });
  }
});

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

// Linux tells a thread its number; elsewhere it has none that we could use.
function threadNumber(): number | undefined {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0]) || undefined;
  } catch {
    return undefined;
  }
}
