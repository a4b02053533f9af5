import type { EngineImage } from './engine.ts';
import { type EngineKind, type EngineName, engines } from './engines.ts';
import { pieces } from './pieces.ts';

/** The memory of an engine that has loaded the N-Quads, where the engine's memory can be copied. */
export async function makeImage(name: EngineName, nquads: Uint8Array): Promise<EngineImage | undefined> {
  const kind: EngineKind = engines[name];
  const engine = await kind.create({});
  if (!engine.takeImage) return undefined;
  await engine.load(pieces(nquads));
  return engine.takeImage();
}
