import { parentPort, workerData } from 'node:worker_threads';
import { EngineFull } from './engine.ts';
import { type ImageMessage, type ImageTask, writeImage } from './image.ts';

const say = (message: ImageMessage): void => parentPort?.postMessage(message);

try {
  say({ written: await writeImage(workerData as ImageTask) });
} catch (error) {
  if (!(error instanceof EngineFull)) throw error;
  // An error loses its class on its way to another thread.
  say({ full: error.message });
}
