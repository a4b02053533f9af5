import type { EngineImage } from '../engine/engine.ts';
import { makeImage } from '../engine/image.ts';
import type { Publication } from '../load/publication.ts';
import { keepVersion, readShared, readStored, type Store, type StoredFile, touchVersion } from '../load/store.ts';
import { type Dataset, type DatasetFacts, engineNQuads } from './build.ts';

/** What is kept of a dataset beside its quads and the image. */
interface Manifest extends Omit<DatasetFacts, 'publication'> {
  /** Where things are in the image of Oxigraph's memory. */
  readonly places: EngineImage['places'];
}

const quadsFile = 'dataset.nq';
const imageFile = 'oxigraph.image';
const manifestFile = 'manifest.json';

/**
 * Keeps a dataset with all that a server needs to start: it is then read, not made. `made` is the fingerprint of what
 * it was made from, `more` are further files to keep beside it, and the newest `keep` versions stay.
 */
export async function keepPrepared(
  store: Store,
  made: string,
  dataset: Dataset,
  more: readonly StoredFile[],
  keep: number,
): Promise<void> {
  const image = await makeImage('oxigraph', Buffer.from(engineNQuads(dataset)));
  if (!image) throw new Error('Oxigraph gives no image of its memory.');
  const { inputs, counts, version, graphs } = dataset;
  const manifest: Manifest = { inputs, counts, version, graphs, places: image.places };
  const files: StoredFile[] = [
    ...more,
    [quadsFile, dataset.canonical],
    [imageFile, new Uint8Array(image.memory)],
    [manifestFile, JSON.stringify(manifest)],
  ];
  await keepVersion(store, version, made, files, keep);
}

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
  const { places, ...facts } = JSON.parse(String(await readStored(store, version, manifestFile))) as Manifest;
  return {
    ...facts,
    publication,
    image: { memory: await readShared(store, version, imageFile), places },
    canonical: () => readStored(store, version, quadsFile),
    file: (name) => readStored(store, version, name),
  };
}

/** The dataset of a {@link Prepared} as N-Quads for an engine that starts from no image. */
export async function nquadsOf({ canonical, publication }: Prepared): Promise<string> {
  const named = String(await canonical());
  if (!publication) return named;
  // The merge: every line without its graph, each once.
  const merged = new Set(named.split('\n').map((line) => line.replace(/ <[^<>]*> \.$/, ' .')));
  return named + [...merged].join('\n');
}
