import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

/** The triples of one graph, as N-Triples that are read from disk when they are wanted, and never as a whole. */
export interface GraphTriples {
  readonly triples: number;
  readonly bytes: number;
  /** The same triples have the same: the first 16 hexadecimal digits of the SHA-256 of their lines. */
  readonly digest: string;
  /** Where there are any, the lines belong in one document: in two, the same label means two nodes. */
  readonly blankNodes: boolean;
  /** The lines, in pieces of about that many bytes; in one where there are blank nodes. */
  readonly pieces: (size: number) => Promise<readonly Piece[]>;
}

/** Whole lines of N-Triples. */
export interface Piece {
  readonly bytes: number;
  /** Can be read again: what failed is sent a second time. */
  readonly read: () => Readable;
}

/** A dataset, graph by graph. */
export interface GraphFiles {
  readonly named: ReadonlyMap<string, GraphTriples>;
  /** Triples in no graph. */
  readonly unnamed: GraphTriples | undefined;
  /** The merge of all graphs, each triple once; where it was wanted. */
  readonly merged: GraphTriples | undefined;
}

/** Subject, predicate and object of a line of N-Quads, and the graph if there is one. */
const statement =
  /^(\S+ \S+ (?:<[^<>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@\S+|\^\^<[^<>]*>)?|<<.*>>))(?: (?:<([^<>]*)>|_:\S+))? \.$/;

/** Characters that wait in memory until they are written. */
const bufferSize = 1 << 24;

/**
 * Parts a file of canonical N-Quads by graph, into files in a folder. Canonical lines are sorted, so that those with
 * the same triple follow each other: the merge needs no memory. Throws when the file is not of that kind.
 */
export async function splitGraphs(source: string, folder: string, { merge }: { merge: boolean }): Promise<GraphFiles> {
  const drafts = new Map<string, Draft>();
  const unnamed = startDraft(path.join(folder, 'unnamed.nt'));
  const merged = startDraft(path.join(folder, 'merged.nt'));
  let waiting = 0;
  let before = '';
  const flush = async (): Promise<void> => {
    for (const draft of [...drafts.values(), unnamed, merged]) await write(draft);
    waiting = 0;
  };
  for await (const line of lines(source)) {
    const [, triple, graph] = statement.exec(line) ?? [];
    if (triple === undefined) throw new Error(`${source}: this is no canonical N-Quads: ${line.slice(0, 200)}`);
    if (graph === undefined) add(unnamed, triple);
    else {
      const draft = drafts.get(graph) ?? startDraft(path.join(folder, `${drafts.size}.nt`));
      drafts.set(graph, draft);
      add(draft, triple);
    }
    if (merge && triple !== before) add(merged, triple);
    before = triple;
    waiting += line.length;
    if (waiting > bufferSize) await flush();
  }
  await flush();
  return {
    named: new Map([...drafts].map(([graph, draft]) => [graph, finish(draft)])),
    unnamed: unnamed.triples ? finish(unnamed) : undefined,
    merged: merge ? finish(merged) : undefined,
  };
}

interface Draft {
  readonly file: string;
  readonly hash: Hash;
  text: string[];
  triples: number;
  bytes: number;
  blankNodes: boolean;
}

const startDraft = (file: string): Draft => ({
  file,
  hash: createHash('sha256'),
  text: [],
  triples: 0,
  bytes: 0,
  blankNodes: false,
});

function add(draft: Draft, triple: string): void {
  draft.text.push(`${triple} .\n`);
  draft.triples++;
  draft.blankNodes ||= triple.startsWith('_:') || / _:\S+$/.test(triple);
}

async function write(draft: Draft): Promise<void> {
  if (!draft.text.length) return;
  const bytes = Buffer.from(draft.text.join(''));
  draft.text = [];
  draft.hash.update(bytes);
  draft.bytes += bytes.length;
  // Not left open: there may be more graphs than a process may have files.
  await appendFile(draft.file, bytes);
}

function finish({ file, hash, triples, bytes, blankNodes }: Draft): GraphTriples {
  return {
    triples,
    bytes,
    blankNodes,
    digest: hash.digest('hex').slice(0, 16),
    pieces: async (size) => {
      const ends = blankNodes ? [bytes] : await lineEnds(file, bytes, size);
      return ends.map((end, index) => {
        const start = ends[index - 1] ?? 0;
        return { bytes: end - start, read: () => createReadStream(file, { start, end: end - 1 }) };
      });
    },
  };
}

// Where pieces of about that size end, each with a line.
async function lineEnds(file: string, bytes: number, size: number): Promise<number[]> {
  const ends: number[] = [];
  const handle = await open(file);
  const window = Buffer.alloc(1 << 16);
  try {
    for (let at = size; at < bytes; ) {
      const { bytesRead } = await handle.read(window, 0, window.length, at - 1);
      const end = window.subarray(0, bytesRead).indexOf(10);
      if (end < 0) at += window.length;
      else if (at + end < bytes) {
        ends.push(at + end);
        at += end + size;
      } else break;
    }
  } finally {
    await handle.close();
  }
  return bytes ? [...ends, bytes] : [];
}

async function* lines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const found = (rest + chunk).split('\n');
    rest = found.pop() ?? '';
    yield* found;
  }
  if (rest) yield rest;
}

/** Takes a folder with graph files away. */
export const removeGraphFiles = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
