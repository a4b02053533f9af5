import { EngineFull } from '../engine/engine.ts';
import { makeImage, type WrittenImage } from '../engine/image.ts';
import { allEnded } from '../load/all-ended.ts';
import { checksumOf, type KeepFile, keepVersion, type Store } from '../load/store.ts';
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
  /** Whether an image of the engine inside this program is kept too. A large dataset has it with it. */
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
      'file' in dataset ? keepLarge(dataset, addFiles, keepFile) : keepSmall(dataset, addFiles, keepFile, wanted);
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

async function keepLarge(
  { file, image }: LargeDataset,
  addFiles: (keepFile: KeepFile) => Promise<void>,
  keepFile: KeepFile,
): Promise<WrittenImage | undefined> {
  await keepFile(preparedFiles.quads, { sameAs: file });
  const adding = addFiles(keepFile);
  // Otherwise its thread would go on for minutes, and keep the process with it.
  adding.catch(() => image?.cancel());
  const [written] = await allEnded([Promise.resolve(image?.written), adding]);
  if (image) await keepFile(preparedFiles.image, { sameAs: image.file });
  return written;
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
