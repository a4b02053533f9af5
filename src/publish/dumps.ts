import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Dataset, DatasetFacts } from '../dataset/build.ts';
import { type Format, formats } from '../rdf/formats.ts';

/** A file that holds the whole graph. */
export interface Dump {
  readonly file: string;
  readonly format: Format;
  readonly gzip: boolean;
}

/** Triples beyond which files that are served as they are get dumps by line only: others would take minutes to write. */
const largeGraph = 250_000;

/** The dumps of a dataset: each format, plain and gzip. */
export function listDumps({ publication, counts }: DatasetFacts): Dump[] {
  const name = publication?.name ?? 'dataset';
  const byLine = !publication && counts.asserted > largeGraph;
  const offered = formats.filter((format) => !byLine || ['n-triples', 'n-quads'].includes(format.name));
  return offered.flatMap((format: Format) =>
    [false, true].map((gzip) => ({ file: `${name}.${format.extension}${gzip ? '.gz' : ''}`, format, gzip })),
  );
}

/**
 * The bytes of a dump, the same for the same dataset. Formats without graphs hold the default graph; N-Quads are in
 * canonical form (RDFC-1.0).
 */
export async function writeDump(dataset: Dataset, { format, gzip }: Dump): Promise<Buffer> {
  const text =
    format.name === 'n-quads'
      ? dataset.canonical
      : await format.write(format.graphs ? dataset.quads : dataset.defaultGraph, dataset.publication?.prefixes ?? {});
  // gzip's header holds no time and no name here, so that equal graphs make equal bytes.
  return gzip ? gzipSync(text, { level: 9 }) : Buffer.from(text);
}

/** Writes dumps into a folder; calls back after each. */
export async function saveDumps(
  dataset: Dataset,
  dumps: readonly Dump[],
  folder: string,
  saved: (file: string, bytes: number) => void,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const dump of dumps) {
    const bytes = await writeDump(dataset, dump);
    await writeFile(path.join(folder, dump.file), bytes);
    saved(dump.file, bytes.length);
  }
}
