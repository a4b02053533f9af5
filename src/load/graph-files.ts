import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, open } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { type ByteLine, fromBytes, termsOf } from '../rdf/byte-line.ts';
import { CallFault } from './files.ts';
import { readPieces } from './read-lines.ts';

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

/** Bytes that wait in memory until they are written. */
const bufferSize = 1 << 24;

/**
 * Parts a file of canonical N-Quads by graph, into files in a folder. Canonical lines are sorted, so that those with
 * the same triple follow each other: the merge needs no memory.
 */
export async function splitGraphs(source: string, folder: string, { merge }: { merge: boolean }): Promise<GraphFiles> {
  const drafts = new Map<string, Draft>();
  const unnamed = startDraft(path.join(folder, 'unnamed.nt'));
  const merged = startDraft(path.join(folder, 'merged.nt'));
  let waiting = 0;
  let before: ByteLine = '';
  const flush = async (): Promise<void> => {
    for (const draft of [...drafts.values(), unnamed, merged]) await write(draft);
    waiting = 0;
  };
  for await (const piece of readPieces(source)) {
    for (const line of piece.toString('latin1').split('\n')) {
      if (!line) continue;
      const { subject, predicate, object, graph } = termsOf(line);
      const triple = `${subject} ${predicate} ${object}`;
      if (graph === '') add(unnamed, triple);
      else if (graph.startsWith('_:'))
        throw new CallFault(`The graph ${graph} is named by a blank node. No other store can know it: give it an IRI.`);
      else {
        const draft = drafts.get(graph) ?? startDraft(path.join(folder, `${drafts.size}.nt`));
        drafts.set(graph, draft);
        add(draft, triple);
      }
      if (merge && triple !== before) add(merged, triple);
      before = triple;
    }
    waiting += piece.length;
    if (waiting > bufferSize) await flush();
  }
  await flush();
  return {
    named: new Map([...drafts].map(([graph, draft]) => [fromBytes(graph.slice(1, -1)), finish(draft)])),
    unnamed: unnamed.triples ? finish(unnamed) : undefined,
    merged: merge ? finish(merged) : undefined,
  };
}

interface Draft {
  readonly file: string;
  readonly hash: Hash;
  text: ByteLine[];
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

function add(draft: Draft, triple: ByteLine): void {
  draft.text.push(`${triple} .\n`);
  draft.triples++;
  draft.blankNodes ||= triple.startsWith('_:') || / _:\S+$/.test(triple);
}

async function write(draft: Draft): Promise<void> {
  if (!draft.text.length) return;
  const bytes = Buffer.from(draft.text.join(''), 'latin1');
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
