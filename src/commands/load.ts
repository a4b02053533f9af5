import path from 'node:path';
import { buildDataset, buildPlain, type Dataset } from '../dataset/build.ts';
import { CallFault, listArguments } from '../load/files.ts';
import { type Publication, readPublication } from '../load/publication.ts';
import { readQueries } from '../load/query-files.ts';
import { reasonedLimit, TripleLimit } from '../load/triple-limit.ts';
import { describeDataset } from '../publish/describe-dataset.ts';
import type { DataOptions } from './options.ts';

/** Where the example queries of a publication are: they are a part of what it says of itself. */
export const examplesFolder = ({ folder, queries }: Publication): string => path.join(folder, queries, 'examples');

/**
 * Reads and reasons, as the options say, and has the dataset describe itself: all that anybody is served, asks or
 * downloads. Throws what is wrong with options or files.
 */
export const loadDataset = (options: LoadOptions): Promise<Dataset> => load(options, true);

/** The same without what the dataset says of itself, which no curator wrote: for what checks and measures the data. */
export const loadData = (options: LoadOptions): Promise<Dataset> => load(options, false);

/** What to load, and how much of it where an engine has to hold it. */
interface LoadOptions extends DataOptions {
  readonly maxTriples?: number;
}

async function load(options: LoadOptions, described: boolean): Promise<Dataset> {
  const inputs = await listArguments(options.data, options.graph);
  const { maxTriples } = options;
  if (options.plain) {
    if (!inputs.length)
      throw new CallFault('--plain serves only what --data and --graph name. Name at least one file.');
    return buildPlain(inputs, maxTriples === undefined ? undefined : new TripleLimit(maxTriples));
  }
  const publication = await readPublication(options.publication);
  const examples = described ? await readQueries(examplesFolder(publication)) : [];
  return buildDataset(publication, {
    extra: inputs,
    sameAs: options.sameAs,
    limit: reasonedLimit(maxTriples ?? Number.POSITIVE_INFINITY),
    ...(described ? { describe: (data) => describeDataset(data, examples) } : {}),
  });
}
