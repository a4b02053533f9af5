import { createHash } from 'node:crypto';
import type { EngineImage } from './engine.ts';
import { type EngineKind, type EngineName, engines } from './engines.ts';
import { pieces } from './pieces.ts';

/**
 * The memory of an engine that has loaded the N-Quads, where the engine's memory can be copied. The same N-Quads give
 * the same memory, and so the same order of rows where a query leaves it open: cited answers stay as they are.
 */
export async function makeImage(name: EngineName, nquads: Uint8Array): Promise<EngineImage | undefined> {
  const kind: EngineKind = engines[name];
  return withoutChance(nquads, async () => {
    const engine = await kind.create({});
    if (!engine.takeImage) return undefined;
    await engine.load(pieces(nquads));
    return engine.takeImage();
  });
}

// Engines draw numbers for their tables of hashes when they load. Here they follow from the data.
async function withoutChance<T>(seed: Uint8Array, work: () => Promise<T>): Promise<T> {
  const start = createHash('sha256').update(seed).digest('hex');
  let drawn = 0;
  const draw = <A extends Uint8Array>(into: A): A => {
    for (let at = 0; at < into.length; at += 32)
      into.set(
        createHash('sha256')
          .update(`${start} ${drawn++}`)
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
