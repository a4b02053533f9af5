import type { EngineImage } from '../engine/engine.ts';
import { imageMaker } from '../engine/oxigraph-module.ts';
import type { Publication } from '../load/publication.ts';
import { closeStored, openStored, readStored, type Store, storedPath, touchVersion } from '../load/store.ts';
import type { DatasetFacts } from './build.ts';

/** What is kept of a dataset beside its quads and the image. */
export interface Manifest extends Omit<DatasetFacts, 'publication'> {
  /** What there is to know of the image of Oxigraph's memory without its bytes, where one is kept. */
  readonly image?: (Omit<EngineImage, 'memory'> & { readonly checksum: number }) | undefined;
  /** When it was prepared here, in ISO 8601. */
  readonly prepared: string;
}

/** The files of a prepared dataset. */
export const preparedFiles = {
  manifest: 'manifest.json',
  /** Canonical N-Quads of all graphs. */
  quads: 'dataset.nq',
  /** Oxigraph's memory with the dataset in it. */
  image: 'oxigraph.image',
  /** The JSON-LD context. */
  context: 'context.json',
  /** What dumps there are. */
  dumps: 'dumps.json',
  /** The folder in which the dumps lie. */
  dumpFolder: 'dumps',
} as const;

/** A dataset that is kept: its files are read when somebody asks for them. */
export interface Prepared extends DatasetFacts {
  /** Left out where none is wanted or kept, where it is not as it was kept, and where another Oxigraph made it. */
  readonly image: EngineImage | undefined;
  /** Canonical N-Quads of all graphs. */
  readonly canonical: () => Promise<Buffer>;
  /** One of the further files that are kept beside it. */
  readonly file: (name: string) => Promise<Buffer>;
  /** Where that file lies. */
  readonly path: (name: string) => string;
  /** When it was prepared here. */
  readonly modified: Date;
  /** Gives back what is open of it. Call it once, when no worker starts from the image any more. */
  readonly close: () => void;
}

/** Opens a dataset that is kept, with its image or without. Throws when it is not there, or cannot be read. */
export async function openPrepared(
  store: Store,
  version: string,
  publication: Publication | undefined,
  withImage = true,
): Promise<Prepared> {
  await touchVersion(store, version);
  const manifest = JSON.parse(String(await readStored(store, version, preparedFiles.manifest))) as Manifest;
  const { image, prepared, ...facts } = manifest;
  const opened = withImage ? await openImage(store, version, image) : undefined;
  return {
    ...facts,
    publication,
    image: opened,
    canonical: () => readStored(store, version, preparedFiles.quads),
    file: (name) => readStored(store, version, name),
    path: (name) => storedPath(store, version, name),
    modified: new Date(prepared),
    close: () => {
      if (opened) closeStored(opened.memory.descriptor);
    },
  };
}

async function openImage(
  store: Store,
  version: string,
  image: Manifest['image'],
): Promise<(EngineImage & { readonly memory: { readonly descriptor: number } }) | undefined> {
  if (image?.maker !== imageMaker()) return undefined;
  const { maker, places, checksum } = image;
  const memory = await openStored(store, version, preparedFiles.image, checksum);
  return memory && { maker, memory, places };
}
