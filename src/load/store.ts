import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, read } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { KnownSums } from './known-sums.ts';
import { listOwnCode } from './own-code.ts';

/** A folder that keeps prepared datasets: `<name>/<version>/`, and which version comes from which files. */
export interface Store {
  readonly folder: string;
  /** The name of the publication; versions of it lie together. */
  readonly name: string;
}

/** What becomes the content of a file: bytes, a text, bytes piece by piece, or what another file has. */
export type FileContent = Uint8Array | string | AsyncIterable<Uint8Array> | SameAs;

/** The content of a file that nobody changes any more. */
export interface SameAs {
  readonly sameAs: string;
}

/** Keeps a file of a prepared dataset; its name may begin with a folder. */
export type KeepFile = (name: string, content: FileContent) => Promise<void>;

/** Writes a file, and its folder where there is none. */
export async function writeContent(file: string, content: FileContent): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  // What is there may be the same file under two names: it is replaced, never written into.
  await rm(file, { force: true });
  if (typeof content === 'object' && 'sameAs' in content) {
    // The same bytes under two names, where the disk can do so.
    await link(content.sameAs, file).catch(() => copyFile(content.sameAs, file));
  } else await writeFile(file, content, { flush: true });
}

/** A folder for what is needed while a dataset is prepared; `use` has it, then it goes. */
export async function withWorkFolder<T>({ folder, name }: Store, use: (folder: string) => Promise<T>): Promise<T> {
  // The dot tells it from a version, so that it is tidied up when a process was stopped.
  const work = path.join(folder, name, `work.${randomUUID()}`);
  await mkdir(work, { recursive: true });
  try {
    return await whileInUse(work, () => use(work));
  } finally {
    await remove(work);
  }
}

const versionFolder = ({ folder, name }: Store, version: string): string => path.join(folder, name, version);
const pointerFolder = ({ folder, name }: Store): string => path.join(folder, name, 'made-from');
/** What is known of large files, so that an unchanged one is not read again. */
const knownSums = ({ folder, name }: Store): KnownSums => new KnownSums(path.join(folder, name, 'known-sums'));
/** The names of versions that are no longer kept: who asks for one is told so. */
const removedFolder = ({ folder, name }: Store): string => path.join(folder, name, 'removed');
const pointerFile = (store: Store, fingerprint: string): string => path.join(pointerFolder(store), fingerprint);

/**
 * What the files hold, in one number: SHA-256 over their names and contents, over what else counts, and over the code
 * of this program that prepares: other pages are no reason to prepare anew. A file that cannot be read counts as absent:
 * whoever reads it says what is wrong.
 */
export async function fingerprint(store: Store, files: readonly string[], facts: unknown): Promise<string> {
  const own = await listOwnCode('commands/prepare.js');
  const hash = createHash('sha256').update(JSON.stringify(facts));
  const known = knownSums(store);
  for (const file of [...own, ...files]) hash.update(`\n${file} ${await digest(file, known)}`);
  return hash.digest('hex').slice(0, 32);
}

/** What files hold, in one number: SHA-256 over their contents and over their names, as seen from a folder. */
export async function hashFiles(files: readonly string[], folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...new Set(files)].sort()) hash.update(`\n${path.relative(folder, file)} ${await digest(file)}`);
  return hash.digest('hex').slice(0, 32);
}

async function digest(file: string, known?: KnownSums): Promise<string> {
  const compute = async (): Promise<string> => {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer);
    return hash.digest('hex');
  };
  try {
    return await (known ? known.of(file, compute) : compute());
  } catch {
    return 'absent';
  }
}

/** The version that was prepared from files with that fingerprint, or undefined. */
export async function findVersion(store: Store, made: string): Promise<string | undefined> {
  try {
    const version = await readFile(pointerFile(store, made), 'utf8');
    await stat(path.join(versionFolder(store, version), 'manifest.json'));
    return version;
  } catch {
    return undefined;
  }
}

/** The versions that are kept, the newest first. */
export async function listVersions(store: Store): Promise<string[]> {
  const found: { version: string; time: number }[] = [];
  for (const version of await readdir(path.join(store.folder, store.name)).catch(() => [])) {
    if (isDraft(version)) continue;
    const manifest = await stat(path.join(versionFolder(store, version), 'manifest.json')).catch(() => undefined);
    if (manifest) found.push({ version, time: manifest.mtimeMs });
  }
  return found.sort((a, b) => b.time - a.time).map(({ version }) => version);
}

/** The versions that were kept once and are no longer. */
export async function listRemoved(store: Store): Promise<string[]> {
  const kept = await listVersions(store);
  return (await readdir(removedFolder(store)).catch(() => [])).filter((version) => !kept.includes(version));
}

/**
 * Keeps a prepared dataset: all of its files or none. `fill` hands them over one by one, so that they are never in
 * memory together. The newest `keep` versions stay.
 */
export async function keepVersion(
  store: Store,
  version: string,
  made: string,
  fill: (keepFile: KeepFile) => Promise<void>,
  keep: number,
): Promise<void> {
  const target = versionFolder(store, version);
  const draft = `${target}.${randomUUID()}`;
  try {
    await mkdir(draft, { recursive: true });
    await whileInUse(draft, () => fill((name, content) => writeContent(path.join(draft, name), content)));
    await rename(draft, target).catch(async (error: NodeJS.ErrnoException) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(error.code ?? '')) throw error;
      // A version that is there already is replaced: another release of this program may have made it.
      await replaceFiles(draft, target);
    });
  } finally {
    await remove(draft);
  }
  await mkdir(pointerFolder(store), { recursive: true });
  await writeFile(pointerFile(store, made), version);
  await tidy(store, keep);
}

// File by file, what tells of the others last: who serves this version finds each of them at every moment.
async function replaceFiles(from: string, to: string): Promise<void> {
  const files = await listFiles(from);
  for (const name of files.sort((a, b) => Number(a === manifest) - Number(b === manifest))) {
    await mkdir(path.dirname(path.join(to, name)), { recursive: true });
    await rename(path.join(from, name), path.join(to, name));
  }
  for (const name of await listFiles(to)) if (!files.includes(name)) await remove(path.join(to, name));
}

const manifest = 'manifest.json';

async function listFiles(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile())
    .map((each) => path.relative(folder, path.join(each.parentPath, each.name)));
}

/** A version's folder while it is written or taken away. */
const isDraft = (name: string): boolean => name.includes('.');
/** Milliseconds after which a draft is taken for the rest of a process that was stopped. */
const draftTime = 3_600_000;

/** Works with a draft, and shows other processes now and then that somebody does. */
async function whileInUse<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const touch = (): void => {
    const now = new Date();
    void utimes(folder, now, now).catch(() => undefined);
  };
  const timer = setInterval(touch, draftTime / 12).unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

const remove = (file: string): Promise<void> => rm(file, { recursive: true, force: true });

// Takes away the oldest versions, what leads to none, and drafts that nobody ends any more.
async function tidy(store: Store, keep: number): Promise<void> {
  const folder = path.join(store.folder, store.name);
  for (const old of (await listVersions(store)).slice(keep)) {
    await remove(versionFolder(store, old));
    await mkdir(removedFolder(store), { recursive: true });
    await writeFile(path.join(removedFolder(store), old), '');
  }
  for (const name of (await readdir(folder)).filter(isDraft)) {
    const age = Date.now() - ((await stat(path.join(folder, name)).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > draftTime) await remove(path.join(folder, name));
  }
  for (const made of await readdir(pointerFolder(store)))
    if ((await findVersion(store, made)) === undefined) await remove(pointerFile(store, made));
}

/** Marks a version as in use: those used last are kept. */
export async function touchVersion(store: Store, version: string): Promise<void> {
  const now = new Date();
  await utimes(path.join(versionFolder(store, version), 'manifest.json'), now, now).catch(() => undefined);
}

/** Where a file of a prepared dataset lies. */
export const storedPath = (store: Store, version: string, name: string): string =>
  path.join(versionFolder(store, version), name);

/** A file of a prepared dataset. */
export const readStored = (store: Store, version: string, name: string): Promise<Buffer> =>
  readFile(storedPath(store, version, name));

/** A file that is open to be read. */
export interface OpenFile {
  readonly descriptor: number;
  readonly byteLength: number;
}

/**
 * A file of a prepared dataset, opened until it is closed: threads read it by its descriptor, also after the file has
 * been replaced. Undefined when it is absent, or has not the checksum that it was kept with.
 */
export async function openStored(
  store: Store,
  version: string,
  name: string,
  checksum: number,
): Promise<OpenFile | undefined> {
  let descriptor: number | undefined;
  try {
    const file = path.join(versionFolder(store, version), name);
    const open = openSync(file, 'r');
    descriptor = open;
    const found = await knownSums(store).of(
      file,
      async () => String(await checksumOfFile(open)),
      () => fstatSync(open, { bigint: true }),
    );
    if (found === String(checksum)) return { descriptor, byteLength: fstatSync(descriptor).size };
  } catch {
    // What cannot be read is as good as absent.
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}

/** Closes what {@link openStored} has opened. No thread may be about to read it. */
export const closeStored = (descriptor: number): void => closeSync(descriptor);

const readPiece = promisify(read);

/** A number that tells whether bytes are as they were. */
export const checksumOf = (bytes: Uint8Array, before = 0): number => crc32(bytes, before);

// In turns with other work: a server opens another dataset while it answers.
async function checksumOfFile(descriptor: number): Promise<number> {
  const piece = new Uint8Array(1 << 20);
  let checksum = 0;
  for (let at = 0; ; ) {
    const { bytesRead } = await readPiece(descriptor, piece, 0, piece.length, at);
    if (!bytesRead) return checksum;
    checksum = checksumOf(piece.subarray(0, bytesRead), checksum);
    at += bytesRead;
  }
}
