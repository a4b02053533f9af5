import { parentPort, workerData } from 'node:worker_threads';
import { QueryFault } from './engine.ts';
import { engines } from './engines.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';

const { engine: name, nquads } = workerData as WorkerStart;
const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread only.');
const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

const engine = await engines[name]();
await engine.load(pieces(new Uint8Array(nquads)));
send({ kind: 'ready' });

port.on('message', async ({ id, request }: ToWorker) => {
  try {
    const result = await engine.query(request);
    send({ kind: 'answer', id, result }, [result.body.buffer as ArrayBuffer]);
  } catch (error) {
    if (error instanceof QueryFault) send({ kind: 'fault', id, fault: error.kind, message: error.message });
    // A WebAssembly instance that has panicked or run out of stack answers wrongly from then on.
    else send({ kind: 'broken', id, message: (error as Error).message });
  }
});

/** About a megabyte at a time, cut at line ends: whole strings of that size load fastest and need least memory. */
function* pieces(bytes: Uint8Array, size = 1 << 20): Generator<string> {
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length; ) {
    const lineEnd = start + size < bytes.length ? bytes.indexOf(10, start + size) : -1;
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    // TextDecoder takes no shared memory: copy the piece.
    yield decoder.decode(bytes.slice(start, end));
    start = end;
  }
}
