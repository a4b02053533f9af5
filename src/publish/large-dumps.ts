import { createHash } from 'node:crypto';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { LargeDataset } from '../dataset/build-large.ts';
import { allEnded } from '../load/all-ended.ts';
import { readBlocks } from '../load/read-lines.ts';
import { inBlocks, linesOf } from '../load/sort-lines.ts';
import { writeContent } from '../load/store.ts';
import { writeBlocks } from '../load/write-blocks.ts';
import { type ByteLine, termsOf } from '../rdf/byte-line.ts';
import { formats } from '../rdf/formats.ts';
import { codings, type DumpChoice, type DumpCoding, type DumpFile, type DumpIndex, type DumpTarget } from './dumps.ts';

/** Bytes that lie in a file, and what there is to know of them. */
interface Content extends Pick<DumpFile, 'bytes' | 'sha256' | 'triples'> {
  readonly from: string;
}

/**
 * The dumps of a large dataset: N-Triples and N-Quads of the whole. Both have the lines in canonical order, that of
 * `LC_ALL=C sort`. They are written and compressed piece by piece, in memory that does not grow with them; where all is
 * in the default graph they are the same bytes, and made once. `folder` is for what is needed on the way.
 */
export class LargeDumps {
  readonly #dataset: LargeDataset;
  readonly #folder: string;
  readonly #choice: DumpChoice;

  constructor(dataset: LargeDataset, folder: string, choice: DumpChoice = {}) {
    this.#dataset = dataset;
    this.#folder = folder;
    this.#choice = choice;
  }

  /** Writes all files. */
  async write({ save }: Pick<DumpTarget, 'save'>): Promise<DumpIndex> {
    const { graphs, triples } = this.#dataset;
    const plain = await this.#contents();
    const once = [...new Map([...plain.values()].map((each) => [each.from, each])).values()];
    const made = await twoAtATime(
      once.flatMap((each) =>
        Object.entries(codings).map(([coding, { ending, stream }]) => async () => {
          const from = each.from + ending;
          const measured = measure(through(readBlocks(each.from), stream(each.bytes)));
          await writeContent(from, measured.pieces);
          return { of: each.from, from, ending, coding: coding as DumpCoding, ...measured.read() };
        }),
      ),
    );
    const files: DumpFile[] = [];
    for (const [format, content] of plain)
      for (const { from, ending, ...facts } of [
        { ...content, ending: '' },
        ...made.flatMap(({ of, ...each }) => (of === content.from ? [{ ...each, triples: content.triples }] : [])),
      ]) {
        const file = fileOf(format) + ending;
        await save(file, { sameAs: from });
        files.push({ file, part: '', format, ...facts });
      }
    const named = Object.keys(graphs).filter((graph) => graph !== '');
    return { parts: [{ name: '', title: {}, description: {}, graphs: named, triples }], files };
  }

  /** Writes the one file that was chosen, and says where it is; undefined where no such file is made of a large dataset. */
  async writePlain(): Promise<string | undefined> {
    const [content] = (await this.#contents()).values();
    return content?.from;
  }

  // Those that were chosen, before they are compressed.
  async #contents(): Promise<ReadonlyMap<DumpFile['format'], Content>> {
    const { part = '', format } = this.#choice;
    const makers = { 'n-triples': () => this.#triples(), 'n-quads': () => this.#quads() };
    const found = new Map<DumpFile['format'], Content>();
    for (const name of ['n-triples', 'n-quads'] as const)
      if (part === '' && (format ?? name) === name) found.set(name, await makers[name]());
    return found;
  }

  #quads(): Content {
    const { file: from, bytes, sha256, graphs } = this.#dataset;
    return { from, bytes, sha256, triples: Object.values(graphs).reduce((sum, each) => sum + each, 0) };
  }

  async #triples(): Promise<Content> {
    const { file, graphs, triples } = this.#dataset;
    if (Object.keys(graphs).every((graph) => graph === '')) return this.#quads();
    const from = path.join(this.#folder, 'dataset.nt');
    const hash = createHash('sha256');
    let bytes = 0;
    await writeBlocks(from, inBlocks(inDefaultGraph(linesOf(file))), (block) => {
      hash.update(block);
      bytes += block.length;
    });
    return { from, bytes, sha256: hash.digest('hex'), triples };
  }
}

function* inDefaultGraph(lines: Iterable<ByteLine>): Generator<ByteLine> {
  for (const line of lines) if (!termsOf(line).graph) yield line;
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
      results[place] = await task().catch((error: unknown) => {
        // What has not begun does not begin any more.
        waiting.length = 0;
        throw error;
      });
    }
  };
  await allEnded([run(), run()]);
  return results;
}
