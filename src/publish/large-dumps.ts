import { createHash } from 'node:crypto';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { LargeDataset } from '../dataset/build-large.ts';
import { readBlocks } from '../load/read-lines.ts';
import { inBlocks, LineSorter } from '../load/sort-lines.ts';
import { writeBlocks } from '../load/write-blocks.ts';
import { type ByteLine, type LineTerms, tripleKey } from '../rdf/byte-line.ts';
import { formats } from '../rdf/formats.ts';
import { codings, type DumpChoice, type DumpCoding, type DumpFile, type DumpIndex, type DumpTarget } from './dumps.ts';

/** Bytes of triples that are sorted in memory; their keys take as much again. */
const sortedAtOnce = 1 << 25;

/** A file with a dump, before it is compressed. */
interface Plain extends DumpFile {
  /** Where its content is. */
  readonly from: string;
}

/**
 * The dumps of a large dataset: N-Triples and N-Quads of the whole, the same bytes as {@link writeDumps} makes. They are
 * written and compressed piece by piece, in memory that does not grow with them.
 */
export class LargeDumps {
  readonly #folder: string;
  readonly #triples: LineSorter;
  readonly #choice: DumpChoice;

  /** `folder` is for what is needed on the way; so many bytes of triples are sorted in memory. */
  constructor(folder: string, choice: DumpChoice = {}, limit = sortedAtOnce) {
    this.#folder = folder;
    this.#choice = choice;
    this.#triples = new LineSorter({ folder, keyOf: tripleKey, limit });
  }

  #wants(format: DumpFile['format']): boolean {
    return (this.#choice.part ?? '') === '' && (this.#choice.format ?? format) === format;
  }

  /** Takes a statement of the dataset: all are shown to it, in any order. */
  visit(line: ByteLine, { graph }: LineTerms): void {
    if (!graph && this.#wants('n-triples')) this.#triples.add(line);
  }

  /** Writes all files. */
  async write(dataset: LargeDataset, { save }: Pick<DumpTarget, 'save'>): Promise<DumpIndex> {
    const plain = [...(await this.#writeTriples(dataset)), ...this.#describeQuads(dataset)];
    const files = await twoAtATime(
      plain.flatMap(({ from, ...dump }) => [
        async (): Promise<DumpFile> => {
          await save(dump.file, { sameAs: from });
          return dump;
        },
        ...Object.entries(codings).map(([coding, { ending, stream }]) => async (): Promise<DumpFile> => {
          const file = dump.file + ending;
          const measured = measure(through(readBlocks(from), stream(dump.bytes)));
          await save(file, measured.pieces);
          return { ...dump, file, coding: coding as DumpCoding, ...measured.read() };
        }),
      ]),
    );
    const graphs = Object.keys(dataset.graphs).filter((graph) => graph !== '');
    return { parts: [{ name: '', title: {}, description: {}, graphs, triples: dataset.triples }], files };
  }

  /** Writes the one file that was chosen, and says where it is; undefined where no such file is made of a large dataset. */
  async writePlain(dataset: LargeDataset): Promise<string | undefined> {
    const [plain] = [...(await this.#writeTriples(dataset)), ...this.#describeQuads(dataset)];
    return plain?.from;
  }

  async #writeTriples({ triples }: LargeDataset): Promise<Plain[]> {
    if (!this.#wants('n-triples')) return [];
    const from = path.join(this.#folder, 'dataset.nt');
    const hash = createHash('sha256');
    let bytes = 0;
    await writeBlocks(from, inBlocks(this.#triples.sorted()), (block) => {
      hash.update(block);
      bytes += block.length;
    });
    return [
      { file: fileOf('n-triples'), part: '', format: 'n-triples', from, bytes, sha256: hash.digest('hex'), triples },
    ];
  }

  #describeQuads({ file: from, bytes, sha256, graphs }: LargeDataset): Plain[] {
    if (!this.#wants('n-quads')) return [];
    const triples = Object.values(graphs).reduce((sum, each) => sum + each, 0);
    return [{ file: fileOf('n-quads'), part: '', format: 'n-quads', from, bytes, sha256, triples }];
  }
}

const fileOf = (name: DumpFile['format']): string =>
  `dataset.${formats.find((format) => format.name === name)?.extension}`;

function through(source: AsyncIterable<Uint8Array>, transform: NodeJS.ReadWriteStream): AsyncIterable<Uint8Array> {
  const reading = Readable.from(source);
  // A pipe hands on no errors.
  reading.on('error', (error) => transform.emit('error', error));
  return reading.pipe(transform) as unknown as AsyncIterable<Uint8Array>;
}

/** Counts and hashes what passes. */
function measure(source: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  };
  return { pieces: pieces(), read: () => ({ bytes, sha256: hash.digest('hex') }) };
}

/** Each runs on another thread: more than two would only take more memory. */
async function twoAtATime<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const waiting = [...tasks.entries()];
  const run = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [place, task] = next;
      results[place] = await task();
    }
  };
  await Promise.all([run(), run()]);
  return results;
}
