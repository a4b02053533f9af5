import { makeImage } from '../engine/image.ts';
import { checksumOf, type KeepFile, keepVersion, type Store } from '../load/store.ts';
import { type Dataset, engineNQuads } from './build.ts';
import { type Manifest, preparedFiles } from './prepared.ts';

/**
 * Keeps a dataset with all that a server needs to start: it is then read, not made. `made` is the fingerprint of what
 * it was made from, `addFiles` keeps further files beside it, and the newest `keep` versions stay.
 */
export async function keepPrepared(
  store: Store,
  made: string,
  dataset: Dataset,
  addFiles: (keepFile: KeepFile) => Promise<void>,
  keep: number,
): Promise<void> {
  const fill = async (keepFile: KeepFile): Promise<void> => {
    await addFiles(keepFile);
    await keepFile(preparedFiles.quads, dataset.canonical);
    const image = await keepImage(dataset, keepFile);
    const { inputs, counts, version, graphs } = dataset;
    const manifest: Manifest = { inputs, counts, version, graphs, image, prepared: new Date().toISOString() };
    await keepFile(preparedFiles.manifest, JSON.stringify(manifest));
  };
  await keepVersion(store, dataset.version, made, fill, keep);
}

async function keepImage(dataset: Dataset, keepFile: KeepFile): Promise<Manifest['image']> {
  const image = await makeImage('oxigraph', Buffer.from(engineNQuads(dataset)));
  if (!(image?.memory instanceof SharedArrayBuffer)) throw new Error('Oxigraph gives no image of its memory.');
  const bytes = new Uint8Array(image.memory);
  await keepFile(preparedFiles.image, bytes);
  return { maker: image.maker, places: image.places, checksum: checksumOf(bytes) };
}
