import { buildDataset, buildPlain, type Dataset } from '../dataset/build.ts';
import { CallFault, listArguments } from '../load/files.ts';
import { readPublication } from '../load/publication.ts';
import type { DataOptions } from './options.ts';

/** Reads and reasons, as the options say. Throws what is wrong with options or files. */
export async function loadDataset(options: DataOptions): Promise<Dataset> {
  const inputs = await listArguments(options.data, options.graph);
  if (options.plain) {
    if (!inputs.length)
      throw new CallFault('--plain serves only what --data and --graph name. Name at least one file.');
    return buildPlain(inputs);
  }
  return buildDataset(await readPublication(options.publication), { extra: inputs, sameAs: options.sameAs });
}
