import { createHash } from 'node:crypto';
import { fsyncSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { EngineFull, type EngineImage } from './engine.ts';
import { type EngineKind, type EngineName, engines } from './engines.ts';
import type { GrowingFile } from './growing-file.ts';
import { filePieces, pieces } from './pieces.ts';

/**
 * The memory of an engine that has loaded the N-Quads, where the engine's memory can be copied. The same N-Quads give
 * the same memory, and so the same order of rows where a query leaves it open: cited answers stay as they are.
 */
export async function makeImage(name: EngineName, nquads: Uint8Array): Promise<EngineImage | undefined> {
  const kind: EngineKind = engines[name];
  return withoutChance(async () => {
    const engine = await kind.create({});
    if (!engine.takeImage) return undefined;
    await engine.load(pieces(nquads));
    return engine.takeImage();
  });
}

/** What a large image is made of. All of it can be sent to a thread. */
export interface ImageTask {
  readonly engine: EngineName;
  /** N-Quads, which may still be written. */
  readonly nquads: GrowingFile;
  /** The open file that the image is written to. */
  readonly into: number;
}

/** What there is to know of an image that was written to a file. */
export interface WrittenImage extends Omit<EngineImage, 'memory'> {
  /** CRC-32 of its bytes. */
  readonly checksum: number;
}

/** The same image as {@link makeImage} gives, from a file and into a file: N-Quads and image are never held beside the engine. */
export async function writeImage({ engine: name, nquads, into }: ImageTask): Promise<WrittenImage> {
  const kind: EngineKind = engines[name];
  return withoutChance(async () => {
    const engine = await kind.create({});
    if (!engine.writeImage) throw new Error(`${name} gives no image of its memory.`);
    await engine.load(filePieces(nquads));
    let checksum = 0;
    const facts = engine.writeImage((piece) => {
      checksum = crc32(piece, checksum);
      for (let at = 0; at < piece.length; ) at += writeSync(into, piece, at);
    });
    fsyncSync(into);
    return { ...facts, checksum };
  });
}

/**
 * The same in a thread of its own, so that other work goes on. Throws {@link EngineFull} where it does not fit. The
 * signal ends the thread, also where it waits for N-Quads that nobody writes any more.
 */
export function writeImageApart(task: ImageTask, signal?: AbortSignal): Promise<WrittenImage> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(imageWorker, { workerData: task, stderr: true });
    // What an engine prints when it panics is of use to nobody.
    worker.stderr.resume();
    worker.on('message', ({ written, full }: ImageMessage) => {
      if (written) resolve(written);
      else reject(new EngineFull(full));
    });
    worker.on('error', reject);
    signal?.addEventListener('abort', () => void worker.terminate(), { once: true });
    worker.on('exit', () => reject(new Error('The thread that makes the image ended by itself.')));
  });
}

/** What the thread says: one of the two. */
export interface ImageMessage {
  readonly written?: WrittenImage;
  readonly full?: string;
}

// Under a TypeScript loader (tests) this file is source, and threads can only be started from built JavaScript.
const imageWorker = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/engine/image-worker.js', import.meta.url)
  : new URL('./image-worker.js', import.meta.url);

// Engines draw numbers for their tables of hashes when they load. Here they are always the same.
async function withoutChance<T>(work: () => Promise<T>): Promise<T> {
  let drawn = 0;
  const draw = <A extends Uint8Array>(into: A): A => {
    for (let at = 0; at < into.length; at += 32)
      into.set(
        createHash('sha256')
          .update(String(drawn++))
          .digest()
          .subarray(0, into.length - at),
        at,
      );
    return into;
  };
  Object.defineProperty(crypto, 'getRandomValues', { value: draw, configurable: true });
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(crypto, 'getRandomValues');
  }
}
