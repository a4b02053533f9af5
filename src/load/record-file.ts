import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Duplex, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';
import { CallFault } from './files.ts';
import { type RecordText, splitRecords } from './split-records.ts';

/** A file of JSON records, however it is packed. */
export interface RecordFile {
  /** What is read, for people: the file, and in an archive its entry. */
  readonly name: string;
  /** The share that has been read, from 0 to 1. */
  readonly done: () => number;
  /** The records, some at a time, in the order of the file. Once only. */
  readonly records: () => AsyncIterable<RecordText[]>;
}

/** First bytes of what is often given by mistake. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^\x28\xb5\x2f\xfd/, 'packed with zstd; unpack it first'],
  [/^\xfd7zXZ/, 'packed with xz; unpack it first'],
  [/^BZh/, 'packed with bzip2; unpack it first'],
  [/^7z\xbc\xaf/, 'a 7z archive; unpack it first'],
  [/^%PDF/, 'a PDF'],
  [/^\x89PNG|^\xff\xd8\xff/, 'a picture'],
  [/^SQLite format 3/, 'an SQLite database'],
  [/^\s*<(?:!DOCTYPE html|html)/i, 'a web page'],
  [/^\s*<\?xml|^\s*<rdf:/i, 'XML'],
  [/^\s*(?:@prefix|@base|PREFIX|<[a-z]+:[^>]*>\s)/i, 'RDF already'],
  [/^[^\n{[]*(?:,|\t|;)[^\n]*\n/, 'a table (CSV or TSV)'],
];

/**
 * Opens a file of JSON records: an array, one record a line or one record; plain, gzip or in a zip archive. What it is
 * is told by its first bytes, not by its name. Throws {@link CallFault} for what is no such file.
 *
 * @param choose picks an entry of an archive among the names of its JSON files.
 */
export async function openRecordFile(
  file: string,
  choose: (entries: readonly string[]) => string | undefined = ([first]) => first,
): Promise<RecordFile> {
  const source = path.relative(process.cwd(), file) || file;
  const head = await readHead(file, source);
  if (head.startsWith('PK\x03\x04')) return openArchive(file, source, choose);
  const packed = head.startsWith('\x1f\x8b');
  if (!packed) refuseOther(head, source);
  const { size } = await stat(file);
  let read = 0;
  const bytes = (): AsyncIterable<Uint8Array> => {
    const input = createReadStream(file, { highWaterMark: 1 << 18 });
    const counted = pass(
      input,
      counter((length) => {
        read += length;
      }),
    );
    return packed ? pass(counted, createGunzip()) : counted;
  };
  return { name: source, done: () => read / size, records: () => guard(bytes(), source) };
}

async function readHead(file: string, source: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
      if (!bytesRead) throw new CallFault(`${source}: the file is empty.`);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code) throw new CallFault(`${source}: the file cannot be read (${code}).`);
    throw error;
  }
}

const wanted = 'Give a file of JSON records: an array or one record a line, plain, .gz or the published .zip.';

function refuseOther(head: string, source: string): void {
  const text = head.replace(/^\xef\xbb\xbf/, '');
  if (/^\s*[[{]/.test(text)) return;
  const [, what] = others.find(([pattern]) => pattern.test(text)) ?? [];
  throw new CallFault(`${source}: this is ${what ?? 'no JSON'}. ${wanted}`);
}

async function openArchive(
  file: string,
  source: string,
  choose: (entries: readonly string[]) => string | undefined,
): Promise<RecordFile> {
  const broken = (error: unknown): never => {
    throw new CallFault(`${source}: the zip archive cannot be read: ${(error as Error).message}. Fetch it again.`);
  };
  const archive = await openPromise(file, { autoClose: false }).catch(broken);
  const entries: Entry[] = [];
  try {
    for await (const entry of archive.eachEntry()) entries.push(entry);
  } catch (error) {
    archive.close();
    broken(error);
  }
  const names = entries.map(({ fileName }) => fileName);
  const usable = names.filter((name) => /\.jsonl?$/i.test(name) && !/(^|\/)(\.|__MACOSX)/.test(name));
  const chosen = entries.find(({ fileName }) => fileName === choose(usable));
  if (!chosen || !usable.length) {
    archive.close();
    throw new CallFault(`${source}: the archive holds no JSON file, only ${names.join(', ') || 'nothing'}. ${wanted}`);
  }
  let read = 0;
  const count = counter((length) => {
    read += length;
  });
  return {
    name: `${source}, ${chosen.fileName}`,
    done: () => read / chosen.uncompressedSize,
    async *records() {
      try {
        const stream = await archive.openReadStreamPromise(chosen);
        yield* guard(pass(stream, count), `${source}, ${chosen.fileName}`);
      } finally {
        archive.close();
      }
    },
  };
}

const counter = (add: (length: number) => void): Transform =>
  new Transform({
    transform(piece: Buffer, _, done) {
      add(piece.length);
      done(null, piece);
    },
  });

// A pipe alone keeps the fault of its source to itself, and the reader waits for ever.
function pass<T extends Duplex>(from: Readable, to: T): T {
  from.on('error', (error) => to.destroy(error));
  return from.pipe(to);
}

// A packed file that is cut off breaks while it is read: say which, and that it is not ours to mend.
async function* guard(bytes: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<RecordText[]> {
  try {
    yield* splitRecords(bytes);
  } catch (error) {
    throw new CallFault(`${source}: reading stopped: ${(error as Error).message.replace(/\.$/, '')}. Fetch it again.`);
  }
}
