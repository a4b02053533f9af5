import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { readStated } from '../load/canonical-lines.ts';
import { faultOf, type Input } from '../load/files.ts';
import { inBlocks, LineSorter } from '../load/sort-lines.ts';
import type { TripleLimit } from '../load/triple-limit.ts';
import { writeBlocks } from '../load/write-blocks.ts';
import { type ByteLine, fromBytes, type LineTerms, lineWriter, termsOf, toBytes } from '../rdf/byte-line.ts';
import { canonicalNQuads, hasBlank, hasTriple } from '../rdf/canonical.ts';
import type { SyntaxFault } from '../rdf/read.ts';
import { BrokenFiles, type DatasetFacts } from './build.ts';
import { LargeImage } from './large-image.ts';

/** A dataset that is too large to hold as quads: its canonical N-Quads lie in a file. */
export interface LargeDataset extends DatasetFacts {
  /** Canonical N-Quads of all graphs. */
  readonly file: string;
  readonly bytes: number;
  /** Of that file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Triples of the default graph, each counted once. */
  readonly triples: number;
  /** Whether blank nodes have the labels of their files, as there are too many to give them canonical ones. */
  readonly givenLabels: boolean;
  readonly image: LargeImage | undefined;
}

/** How to build a large dataset. */
export interface LargeOptions {
  /** A folder for the file that is made, and for what is needed on the way. */
  readonly folder: string;
  readonly limit?: TripleLimit | undefined;
  /** Is shown the terms of each statement of the dataset, in canonical order. */
  readonly visit?: (terms: LineTerms) => void;
  /** Statements with blank nodes that are held in memory, to give them canonical labels. */
  readonly blankLimit?: number;
  /** Bytes of statements that are sorted in memory; the rest is on the disk. */
  readonly sortedAtOnce?: number | undefined;
  /** An image of the engine is made too, if there are more statements than that. */
  readonly imageAbove?: number | undefined;
}

/** Canonical labels (RDFC-1.0) need all statements with blank nodes in memory at once. */
export const defaultBlankLimit = 200_000;

/**
 * Takes files just as they are, as {@link buildPlain} does, in memory that does not grow with them: the same files have
 * the same canonical N-Quads and the same version. Above the limit, blank nodes keep the labels of their files: the same
 * files still make the same version, but other labels another. Throws {@link BrokenFiles}.
 */
export async function buildLarge(inputs: readonly Input[], options: LargeOptions): Promise<LargeDataset> {
  const { imageAbove = Number.POSITIVE_INFINITY } = options;
  const sorter = new LineSorter({ folder: options.folder, limit: options.sortedAtOnce });
  try {
    const { read, givenLabels } = await readAll(inputs, sorter, options);
    const file = path.join(options.folder, 'dataset.nq');
    const hash = createHash('sha256');
    const counts = new Map<string, number>();
    const visited = function* (): Generator<ByteLine> {
      for (const line of sorter.sorted()) {
        const terms = termsOf(line);
        counts.set(terms.graph, (counts.get(terms.graph) ?? 0) + 1);
        options.visit?.(terms);
        yield line;
      }
    };
    let bytes = 0;
    writeFileSync(file, '');
    const image = read > imageAbove ? new LargeImage(file, path.join(options.folder, 'engine.image')) : undefined;
    try {
      await writeBlocks(file, inBlocks(visited()), (block) => {
        hash.update(block);
        bytes += block.length;
        image?.grow(bytes);
      });
      image?.finish();
    } catch (error) {
      await image?.cancel();
      throw error;
    }
    const sha256 = hash.digest('hex');
    return {
      publication: undefined,
      inputs,
      file,
      bytes,
      sha256,
      version: sha256.slice(0, 16),
      triples: counts.get('') ?? 0,
      counts: { asserted: read, inferred: 0, described: 0 },
      graphs: Object.fromEntries([...counts].map(([graph, count]) => [nameOf(graph), count])),
      givenLabels,
      image,
    };
  } finally {
    sorter.close();
  }
}

// As a term has it: an IRI without its brackets, a blank node without the sign before its label.
const nameOf = (graph: string): string => fromBytes(graph.startsWith('<') ? graph.slice(1, -1) : graph.slice(2));

async function readAll(
  inputs: readonly Input[],
  sorter: LineSorter,
  { limit, blankLimit = defaultBlankLimit }: LargeOptions,
): Promise<{ readonly read: number; readonly givenLabels: boolean }> {
  const faults: SyntaxFault[] = [];
  const write = lineWriter();
  let withBlank: Quad[] = [];
  let givenLabels = false;
  let withTriples = false;
  let read = 0;
  for (const [index, input] of inputs.entries()) {
    const source = path.relative(process.cwd(), input.file);
    try {
      for await (const { lines, quads } of readStated(input, index)) {
        read += lines.length + quads.length;
        limit?.check(read, source);
        for (const line of lines) sorter.add(line);
        for (const each of quads) {
          withTriples ||= hasTriple(each);
          if (hasBlank(each)) withBlank.push(each);
          else sorter.add(write(each));
        }
        if (withBlank.length > blankLimit) givenLabels = true;
        if (givenLabels) for (const each of withBlank.splice(0)) sorter.add(write(each));
      }
    } catch (error) {
      faults.push(faultOf(error, source));
    }
  }
  if (faults.length) throw new BrokenFiles(faults);
  // There are no canonical labels beside triple terms, wherever these are.
  if (withTriples) for (const each of withBlank) sorter.add(write(each));
  else for (const line of (await canonicalNQuads(withBlank)).split('\n')) if (line) sorter.add(toBytes(line));
  withBlank = [];
  return { read, givenLabels };
}
