import type { EngineImage } from '../engine/engine.ts';
import type { Publication } from '../load/publication.ts';
import { openStored, readStored, type Store, touchVersion } from '../load/store.ts';
import type { DatasetFacts } from './build.ts';

/** What is kept of a dataset beside its quads and the image. */
export interface Manifest extends Omit<DatasetFacts, 'publication'> {
  /** Where things are in the image of Oxigraph's memory. */
  readonly places: EngineImage['places'];
}

/** The files of a prepared dataset; its dumps lie beside them. */
export const preparedFiles = {
  manifest: 'manifest.json',
  /** Canonical N-Quads of all graphs. */
  quads: 'dataset.nq',
  /** Oxigraph's memory with the dataset in it. */
  image: 'oxigraph.image',
  /** The JSON-LD context. */
  context: 'context.json',
} as const;

/** A dataset that is kept: its files are read when somebody asks for them. */
export interface Prepared extends DatasetFacts {
  readonly image: EngineImage;
  /** Canonical N-Quads of all graphs. */
  readonly canonical: () => Promise<Buffer>;
  /** One of the further files that are kept beside it. */
  readonly file: (name: string) => Promise<Buffer>;
}

/** Opens a dataset that is kept. */
export async function openPrepared(
  store: Store,
  version: string,
  publication: Publication | undefined,
): Promise<Prepared> {
  await touchVersion(store, version);
  const { places, ...facts } = JSON.parse(String(await readStored(store, version, preparedFiles.manifest))) as Manifest;
  return {
    ...facts,
    publication,
    image: { memory: await openStored(store, version, preparedFiles.image), places },
    canonical: () => readStored(store, version, preparedFiles.quads),
    file: (name) => readStored(store, version, name),
  };
}
