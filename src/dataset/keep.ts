import { makeImage } from '../engine/image.ts';
import { checksumOf, keepVersion, type Store, type StoredFile } from '../load/store.ts';
import { type Dataset, engineNQuads } from './build.ts';
import { type Manifest, preparedFiles } from './prepared.ts';

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
  if (!(image?.memory instanceof SharedArrayBuffer)) throw new Error('Oxigraph gives no image of its memory.');
  const { inputs, counts, version, graphs } = dataset;
  const bytes = new Uint8Array(image.memory);
  const { maker, places } = image;
  const facts = { maker, places, checksum: checksumOf(bytes) };
  const manifest: Manifest = { inputs, counts, version, graphs, image: facts };
  const files: StoredFile[] = [
    ...more,
    [preparedFiles.quads, dataset.canonical],
    [preparedFiles.image, bytes],
    [preparedFiles.manifest, JSON.stringify(manifest)],
  ];
  await keepVersion(store, version, made, files, keep);
}
