import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { countRows } from './count-rows.ts';
import { answerTooLarge, type Engine, LastFault, QueryFault } from './engine.ts';
import { engines } from './engines.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { pieces } from './pieces.ts';

/** The way to who started this worker: a thread or a process. */
interface Line {
  readonly start: WorkerStart;
  readonly send: (message: FromWorker, transfer?: ArrayBuffer[]) => void;
  readonly onMessage: (listener: (message: ToWorker) => void) => void;
  /** The system's number of the thread or process, where it has one. */
  readonly number: number | undefined;
}

const { start, send, onMessage, number } = parentPort ? threadLine(parentPort) : await processLine();
const { engine: name, nquads } = start;

const engine: Engine = await engines[name].create(start.start);
if (nquads) await engine.load(pieces(nquads));
const memory = (): number => engine.memorySize?.() ?? 0;
onMessage(async ({ id, request }) => {
  try {
    const result = await engine.query(request);
    const resultLimit = Math.min(...[request, start.start].map((each) => each.resultLimit ?? Number.POSITIVE_INFINITY));
    if (result.body.length > resultLimit)
      throw new QueryFault('too-large', answerTooLarge(result.body.length, resultLimit));
    send({ kind: 'answer', id, memory: memory(), result: { ...result, rows: countRows(result) } }, [
      result.body.buffer as ArrayBuffer,
    ]);
  } catch (error) {
    const fault = error instanceof QueryFault ? { kind: error.kind, message: error.message } : undefined;
    if (fault && !(error instanceof LastFault)) send({ kind: 'fault', id, memory: memory(), fault });
    // A WebAssembly instance that has panicked or run out of stack answers wrongly from then on.
    else send({ kind: 'broken', id, memory: memory(), fault });
  }
});
send({ kind: 'ready', memory: memory(), thread: number });

function threadLine(port: NonNullable<typeof parentPort>): Line {
  return {
    start: workerData as WorkerStart,
    send: (message, transfer = []) => port.postMessage(message, transfer),
    onMessage: (listener) => void port.on('message', listener),
    number: threadNumber(),
  };
}

async function processLine(): Promise<Line> {
  // Who started it stops it: a signal from a terminal goes to all processes at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.exit());
  const [start] = (await once(process, 'message')) as [WorkerStart];
  return {
    start,
    send: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
    number: process.pid,
  };
}

// Linux tells a thread its number; elsewhere it has none that we could use.
function threadNumber(): number | undefined {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0]) || undefined;
  } catch {
    return undefined;
  }
}
