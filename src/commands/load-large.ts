import { stat } from 'node:fs/promises';
import { buildLarge, type LargeDataset } from '../dataset/build-large.ts';
import { listArguments } from '../load/files.ts';
import { TripleLimit } from '../load/triple-limit.ts';
import { type TermUsage, UsageReader } from '../publish/context.ts';
import { type DumpChoice, largeGraph } from '../publish/dumps.ts';
import { LargeDumps } from '../publish/large-dumps.ts';
import type { DataOptions } from './options.ts';
import { say } from './progress.ts';

/** A large dataset, and what was found out while it was read. */
export interface Large {
  readonly dataset: LargeDataset;
  readonly usage: TermUsage;
  readonly dumps: LargeDumps;
}

/** Bytes of files that cannot hold a large graph. */
const smallFiles = 4 << 20;
/** How much RDF shrinks at most when it is compressed. */
const mostCompression = 25;

/**
 * Reads files that are taken as they are from disk to disk, where they hold a large graph; else undefined, and they are
 * read into memory. `folder` must last as long as what is given back. Throws what is wrong with options or files.
 */
export async function loadLarge(
  { plain, data, graph, maxTriples, image }: DataOptions & { readonly maxTriples?: number; readonly image?: boolean },
  folder: string,
  choice: DumpChoice = {},
): Promise<Large | undefined> {
  if (!plain) return undefined;
  const inputs = await listArguments(data, graph);
  if ((await sizeOf(inputs.map(({ file }) => file))) < smallFiles) return undefined;
  const usage = new UsageReader();
  const dataset = await buildLarge(inputs, {
    folder,
    limit: maxTriples === undefined ? undefined : new TripleLimit(maxTriples),
    visit: (terms) => usage.visit(terms),
    imageAbove: image ? largeGraph : undefined,
  });
  if (dataset.counts.asserted <= largeGraph) return undefined;
  if (dataset.givenLabels)
    say(
      'There are too many blank nodes to give them canonical labels: they keep those of their files. Other labels will make another version of the dataset.',
    );
  return { dataset, usage: usage.read(), dumps: new LargeDumps(dataset, folder, choice) };
}

// Who reads them says which cannot be read.
async function sizeOf(files: readonly string[]): Promise<number> {
  const sizes = files.map(async (file) => {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    return file.endsWith('.gz') ? size * mostCompression : size;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
