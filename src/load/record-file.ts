import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
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

/** How files begin that are packed in a way that is not read here, or that are something else; in hexadecimal. */
const magic: readonly (readonly [string, string])[] = [
  ['28b52ffd', 'packed with zstd; unpack it first'],
  ['fd377a585a', 'packed with xz; unpack it first'],
  ['425a68', 'packed with bzip2; unpack it first'],
  ['377abcaf', 'a 7z archive; unpack it first'],
  ['25504446', 'a PDF'],
  ['89504e47', 'a picture'],
  ['ffd8ff', 'a picture'],
  ['53514c69746520666f726d6174', 'an SQLite database'],
];

/** What texts look like that are often given by mistake. */
const otherTexts: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(?:!DOCTYPE html|html)/i, 'a web page'],
  [/^\s*<\?xml|^\s*<rdf:/i, 'XML'],
  [/^\s*(?:@prefix|@base|PREFIX|<[a-z]+:[^>]*>\s)/i, 'RDF already'],
  [/^[^\n{[]*[,\t;][^\n]*\n/, 'a table (CSV or TSV)'],
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
  const head = await readHead(file);
  const start = head.toString('hex', 0, 16);
  if (/^504b(?:0304|0506)/.test(start)) return openArchive(file, choose);
  const packed = start.startsWith('1f8b');
  if (!packed) refuseOther(head, file);
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
  return { name: file, done: () => read / size, records: () => guard(bytes(), file) };
}

async function readHead(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
      if (!bytesRead) throw new CallFault(`${file}: the file is empty.`);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code) throw new CallFault(`${file}: the file cannot be read (${code}).`);
    throw error;
  }
}

const wanted = 'Give a file of JSON records: an array or one record a line, plain, .gz or the published .zip.';

function refuseOther(head: Buffer, file: string): void {
  const text = new TextDecoder().decode(head);
  if (/^\s*[[{]/.test(text)) return;
  const start = head.toString('hex', 0, 16);
  const [, what] =
    magic.find(([bytes]) => start.startsWith(bytes)) ?? otherTexts.find(([pattern]) => pattern.test(text)) ?? [];
  throw new CallFault(`${file}: this is ${what ?? 'no JSON'}. ${wanted}`);
}

async function openArchive(
  file: string,
  choose: (entries: readonly string[]) => string | undefined,
): Promise<RecordFile> {
  const broken = (error: unknown): never => {
    throw new CallFault(`${file}: the zip archive cannot be read: ${(error as Error).message}. Fetch it again.`);
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
    throw new CallFault(`${file}: the archive holds no JSON file, only ${names.join(', ') || 'nothing'}. ${wanted}`);
  }
  let read = 0;
  const count = counter((length) => {
    read += length;
  });
  return {
    name: `${file}, ${chosen.fileName}`,
    done: () => read / chosen.uncompressedSize,
    async *records() {
      try {
        const stream = await archive.openReadStreamPromise(chosen);
        yield* guard(pass(stream, count), `${file}, ${chosen.fileName}`);
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
