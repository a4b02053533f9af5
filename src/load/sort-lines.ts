import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ByteLine } from '../rdf/byte-line.ts';

/** Bytes of lines that are sorted in memory; more go to the disk in sorted pieces. */
const pieceLimit = 1 << 26;
/** Bytes that are read or written at a time. */
const blockSize = 1 << 20;
/** Sorted pieces that are merged at a time: each takes an open file, and some megabytes of memory. */
const mergedAtOnce = 64;

/** How to sort. */
export interface SortOptions {
  /** Where sorted pieces lie while they are needed. */
  readonly folder: string;
  /** Bytes of lines in memory. */
  readonly limit?: number | undefined;
}

/**
 * Sorts any number of lines in little memory: pieces are sorted, written to the disk, and merged while they are read
 * again. Each line comes out once.
 */
export class LineSorter {
  readonly #folder: string;
  readonly #limit: number;
  /** The files of sorted pieces. */
  readonly #pieces: string[] = [];
  #lines: ByteLine[] = [];
  #bytes = 0;

  constructor({ folder, limit = pieceLimit }: SortOptions) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** Takes a line, without its line end. */
  add(line: ByteLine): void {
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    if (this.#bytes >= this.#limit) this.#write(distinct(this.#take()));
  }

  /** The lines in order, each once. What was taken is then given back: it can be asked for once. */
  *sorted(): Generator<ByteLine> {
    try {
      const memory = this.#take();
      while (this.#pieces.length > mergedAtOnce) {
        this.#write(mergeFiles(this.#pieces.slice(0, mergedAtOnce)));
        for (const file of this.#pieces.splice(0, mergedAtOnce)) rmSync(file);
      }
      yield* this.#pieces.length ? mergeFiles(this.#pieces, memory) : distinct(memory);
    } finally {
      this.close();
    }
  }

  /** Gives back what it has taken. */
  close(): void {
    this.#lines = [];
    for (const file of this.#pieces.splice(0)) rmSync(file, { force: true });
  }

  #take(): ByteLine[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    return lines.sort();
  }

  /** Writes a sorted piece. */
  #write(lines: Iterable<ByteLine>): void {
    const file = path.join(this.#folder, `piece-${randomUUID()}`);
    const descriptor = openSync(file, 'wx');
    this.#pieces.push(file);
    try {
      // All of it: a single write may stop in the middle of a block where the disk is full.
      for (const block of inBlocks(lines)) writeFileSync(descriptor, block);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** The lines of sorted files, and more that are sorted, in order and each once. */
function* mergeFiles(files: readonly string[], more: readonly ByteLine[] = []): Generator<ByteLine> {
  const descriptors: number[] = [];
  try {
    for (const file of files) descriptors.push(openSync(file, 'r'));
    yield* distinct(merge([...descriptors.map(linesIn), more[Symbol.iterator]()]));
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

/** Lines that stand together and are the same, once. */
function* distinct(lines: Iterable<ByteLine>): Generator<ByteLine> {
  let before: ByteLine | undefined;
  for (const line of lines) {
    if (line !== before) yield line;
    before = line;
  }
}

/** Lines with their line ends, in blocks of bytes to be written. */
export function* inBlocks(lines: Iterable<ByteLine>): Generator<Buffer> {
  let block: ByteLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    block.push(line);
    bytes += line.length + 1;
    if (bytes < blockSize) continue;
    yield Buffer.from(`${block.join('\n')}\n`, 'latin1');
    block = [];
    bytes = 0;
  }
  if (block.length) yield Buffer.from(`${block.join('\n')}\n`, 'latin1');
}

/** The lines of a file. */
export function* linesOf(file: string): Generator<ByteLine> {
  const descriptor = openSync(file, 'r');
  try {
    yield* linesIn(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The lines of an open file from its beginning. */
function* linesIn(descriptor: number): Generator<ByteLine> {
  const block = Buffer.allocUnsafe(blockSize);
  let open = '';
  for (let at = 0; ; ) {
    const read = readSync(descriptor, block, 0, block.length, at);
    if (!read) break;
    at += read;
    const lines = (open + block.toString('latin1', 0, read)).split('\n');
    open = lines.pop() ?? '';
    yield* lines;
  }
  if (open) yield open;
}

interface Head {
  line: ByteLine;
  readonly rest: Iterator<ByteLine>;
}

// The first line of each source in a binary heap.
function* merge(sources: readonly Iterator<ByteLine>[]): Generator<ByteLine> {
  const heap: Head[] = [];
  const advance = (head: Head): boolean => {
    const { done, value } = head.rest.next();
    if (done) return false;
    head.line = value;
    return true;
  };
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && (heap[child] as Head).line < (heap[least] as Head).line) least = child;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least] as Head, heap[at] as Head];
      at = least;
    }
  };
  for (const rest of sources) {
    const head: Head = { line: '', rest };
    if (advance(head)) heap.push(head);
  }
  for (let at = heap.length >> 1; at >= 0; at--) sink(at);
  for (let [head] = heap; head; [head] = heap) {
    yield head.line;
    if (!advance(head)) {
      const last = heap.pop() as Head;
      if (last === head) continue;
      heap[0] = last;
    }
    sink(0);
  }
}
