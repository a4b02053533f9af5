import { EngineFull } from '../engine/engine.ts';
import { makeImage, type WrittenImage, writeImageApart } from '../engine/image.ts';
import { checksumOf, closeFile, type KeepFile, keepVersion, openFile, type Store } from '../load/store.ts';
import { TooManyTriples, wayOut } from '../load/triple-limit.ts';
import { type Dataset, engineNQuads } from './build.ts';
import type { LargeDataset } from './build-large.ts';
import { type Manifest, preparedFiles } from './prepared.ts';

/** How a dataset is kept. */
interface Keeping {
  /** The fingerprint of what it was made from. */
  readonly made: string;
  /** Keeps further files beside it. */
  readonly addFiles: (keepFile: KeepFile) => Promise<void>;
  /** How many versions stay, the newest. */
  readonly keep: number;
  /** Whether an image of the engine inside this program is kept too. */
  readonly image: boolean;
}

/** Keeps a dataset with all that a server needs to start: it is then read, not made. */
export async function keepPrepared(
  store: Store,
  dataset: Dataset | LargeDataset,
  { made, addFiles, keep, image: wanted }: Keeping,
): Promise<void> {
  const fill = async (keepFile: KeepFile): Promise<void> => {
    const image =
      'file' in dataset
        ? keepLarge(dataset, addFiles, keepFile, wanted)
        : keepSmall(dataset, addFiles, keepFile, wanted);
    const { inputs, counts, version, graphs } = dataset;
    const facts = { inputs, counts, version, graphs, image: await full(image, dataset) };
    const manifest: Manifest = { ...facts, prepared: new Date().toISOString() };
    await keepFile(preparedFiles.manifest, JSON.stringify(manifest));
  };
  await keepVersion(store, dataset.version, made, fill, keep);
}

async function keepSmall(
  dataset: Dataset,
  addFiles: (keepFile: KeepFile) => Promise<void>,
  keepFile: KeepFile,
  wanted: boolean,
): Promise<WrittenImage | undefined> {
  await addFiles(keepFile);
  await keepFile(preparedFiles.quads, dataset.canonical);
  if (!wanted) return undefined;
  const image = await makeImage('oxigraph', Buffer.from(engineNQuads(dataset)));
  if (!(image?.memory instanceof SharedArrayBuffer)) throw new Error('Oxigraph gives no image of its memory.');
  const bytes = new Uint8Array(image.memory);
  await keepFile(preparedFiles.image, bytes);
  return { maker: image.maker, places: image.places, checksum: checksumOf(bytes) };
}

// The image is made in a thread of its own, while this one writes the other files.
async function keepLarge(
  { file, sha256 }: LargeDataset,
  addFiles: (keepFile: KeepFile) => Promise<void>,
  keepFile: KeepFile,
  wanted: boolean,
): Promise<WrittenImage | undefined> {
  await keepFile(preparedFiles.quads, { sameAs: file });
  if (!wanted) {
    await addFiles(keepFile);
    return undefined;
  }
  const nquads = openFile(file);
  try {
    let image: WrittenImage | undefined;
    const writtenBy = async (into: number): Promise<void> => {
      image = await writeImageApart({ engine: 'oxigraph', nquads, sha256, into });
    };
    await Promise.all([keepFile(preparedFiles.image, { writtenBy }), addFiles(keepFile)]);
    return image as WrittenImage;
  } finally {
    closeFile(nquads);
  }
}

/** Says in words for people that an image does not fit. */
async function full<T>(work: Promise<T>, { counts }: Dataset | LargeDataset): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EngineFull)) throw error;
    const triples = counts.asserted + counts.inferred + counts.described;
    throw new TooManyTriples(
      `${error.message} The dataset has ${triples} triples, more than the engine inside this program can hold. ${wayOut}`,
    );
  }
}
