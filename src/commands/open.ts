import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { access, constants, mkdir, mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Option } from 'commander';
import { openPrepared, type Prepared } from '../dataset/prepared.ts';
import { keptVersions, type Versions } from '../dataset/versions.ts';
import type { Publication } from '../load/publication.ts';
import { findVersion, fingerprint, type Store } from '../load/store.ts';
import { TripleLimit } from '../load/triple-limit.ts';
import { type DataOptions, dataOptions, maxTriplesOption, placeGraph, whole } from './options.ts';
import { say, showProgress } from './progress.ts';
import { configOption, Setting, withoutSettings } from './settings.ts';
import { listSources } from './sources.ts';

/** Where prepared datasets are kept. */
export interface StoreOptions {
  readonly store: string;
  readonly keep: number;
}

/** Options of what prepares a dataset. */
export interface PrepareOptions extends DataOptions, StoreOptions {
  readonly allowInvalid: boolean;
  readonly maxTriples: number;
  /** Whether the engine inside this program is to start from what is prepared. */
  readonly image: boolean;
}

/** Where prepared datasets are kept when nothing is said. */
export const defaultStore = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'umcnl');

/** Where prepared datasets are kept, for every command that looks there. */
export const storeOption = (): Option =>
  new Setting('--store <folder>', 'where prepared datasets are kept')
    .default(defaultStore, 'umcnl in the user’s cache folder')
    .asPath();

/** Options of every command that prepares. */
export const prepareOptions = (): Option[] => [
  configOption(),
  ...dataOptions(),
  maxTriplesOption(),
  new Setting(
    '--no-image',
    'give no memory image to start the engine of this program from (--engine <url> needs none)',
  ),
  storeOption(),
  new Setting('--keep <n>', 'versions of the dataset that are kept').argParser(whole(1, 1000)).default(5),
  new Setting('--allow-invalid', 'take a graph that breaks its shapes all the same').default(false),
];

/** Why a dataset could not be prepared: what the preparing process said, and its exit code. */
export class PrepareFault extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A prepared dataset, and what goes with it. */
export interface Opened {
  /** The fingerprint of all that it was made from. */
  readonly made: string;
  readonly prepared: Prepared;
  /** What is kept of it, to be looked at. */
  readonly versions: Versions;
  /** An earlier version, or undefined when it is not kept. */
  readonly openVersion: (version: string) => Promise<Prepared | undefined>;
  /** Gives back what is open of it and of earlier versions. Call it once, when no worker starts from it any more. */
  readonly close: () => void;
}

/** How a process prepares a dataset. */
export interface Preparing {
  /** The folder from which its messages name files, if not the working directory. */
  readonly folder?: string | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * The prepared dataset for the options. When the files have changed since it was prepared, a process of its own
 * prepares it anew: it gives back all the memory that this takes. Throws {@link PrepareFault}.
 */
export async function openDataset(options: PrepareOptions, how: Preparing = {}): Promise<Opened> {
  // A store that can only be read, as in a container's image, does for as long as nothing has to be made.
  const { store, made, publication, prepared } =
    (await find(options)) ?? (await findOrPrepare({ ...options, store: await writableStore(options) }, how));
  const opened = new Map<string, Promise<Prepared | undefined>>();
  return {
    made,
    prepared,
    versions: keptVersions(store),
    // Opened once each: a file that is open for the workers stays open.
    openVersion: async (wanted) => {
      if (!/^[0-9a-f]{16}$/.test(wanted)) return undefined;
      const opening = opened.get(wanted) ?? openPrepared(store, wanted, publication).catch(() => undefined);
      opened.set(wanted, opening);
      const found = await opening;
      if (!found) opened.delete(wanted);
      return found;
    },
    close: () => {
      for (const each of [prepared, ...opened.values()]) void Promise.resolve(each).then((found) => found?.close());
    },
  };
}

interface Found extends Identity {
  readonly prepared: Prepared;
}

// What is kept but damaged is as good as absent.
async function find(options: PrepareOptions): Promise<Found | undefined> {
  const identity = await identify(options);
  const { store, made, publication } = identity;
  const version = await findVersion(store, made);
  const prepared =
    version === undefined
      ? undefined
      : await openPrepared(store, version, publication, options.image).catch(() => undefined);
  if (!prepared || (options.image && !prepared.image)) return undefined;
  try {
    if (options.image)
      new TripleLimit(options.maxTriples).check(prepared.counts.asserted + prepared.counts.inferred, 'The dataset');
  } catch (error) {
    prepared.close();
    throw error;
  }
  return { ...identity, prepared };
}

// Whoever edits files while they are read has them read again.
async function findOrPrepare(options: PrepareOptions, how: Preparing, attempts = 3): Promise<Found> {
  const found = await find(options);
  if (found) return found;
  if (!attempts) throw new PrepareFault('The files change while they are read. Start again when they are at rest.', 1);
  showProgress('Preparing the dataset …');
  await prepareApart(options, how);
  return findOrPrepare(options, how, attempts - 1);
}

/** What stands in for a store to which nothing can be written. */
const standIns = new Map<string, string>();

// Where nothing may be written, a dataset lasts as long as the process that serves it.
async function writableStore({ store }: StoreOptions): Promise<string> {
  try {
    await mkdir(store, { recursive: true });
    await access(store, constants.W_OK);
    return store;
  } catch {
    const before = standIns.get(store);
    if (before) return before;
    const folder = await mkdtemp(path.join(tmpdir(), 'umcnl-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    standIns.set(store, folder);
    say(`${store}: nothing can be written there, so every start prepares the dataset anew. Choose another --store.`);
    return folder;
  }
}

/** What a dataset is made from, and where it is kept. */
export interface Identity {
  readonly store: Store;
  /** The fingerprint of all that the dataset is made from. */
  readonly made: string;
  readonly publication: Publication | undefined;
}

/** Names what the options stand for, without reading more than the bytes of the files. */
export async function identify(options: Omit<PrepareOptions, 'maxTriples' | 'image'>): Promise<Identity> {
  const { publication, inputs, files } = await listSources(options);
  const { plain, sameAs, allowInvalid } = options;
  const store = { folder: options.store, name: publication?.name ?? 'plain' };
  return {
    publication,
    store,
    made: await fingerprint(store, files, { inputs, plain, sameAs, allowInvalid }),
  };
}

// Under a TypeScript loader (tests) this file is source, and Node runs built JavaScript only.
const program = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/main.js', import.meta.url)
    : new URL('../main.js', import.meta.url),
);

function prepareApart(
  { publication, data, graph, plain, sameAs, store, keep, allowInvalid, maxTriples, image }: PrepareOptions,
  { folder = process.cwd(), signal }: Preparing,
): Promise<void> {
  const flags = { plain, 'same-as': sameAs, 'allow-invalid': allowInvalid, 'no-image': !image };
  const args = [
    ['prepare', '--publication', path.resolve(publication), '--store', path.resolve(store)],
    ['--keep', String(keep), '--max-triples', String(maxTriples)],
    data.flatMap((each) => ['--data', path.resolve(each)]),
    graph.flatMap((each) => ['--graph', placeGraph(each, process.cwd())]),
    Object.entries(flags).flatMap(([name, set]) => (set ? [`--${name}`] : [])),
  ].flat();
  return new Promise<void>((resolve, reject) => {
    // The channel tells it when nobody waits for it any more, however this process ends.
    const child = fork(program, args, {
      cwd: folder,
      silent: true,
      execArgv: [],
      env: withoutSettings(process.env),
      ...(signal ? { signal } : {}),
    });
    let said = '';
    child.stdout?.resume();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', (error) => reject(new PrepareFault(error.message, 1)));
    child.on('close', (code) => {
      if (code) return reject(new PrepareFault(said.trimEnd(), code));
      if (code === null) return reject(new PrepareFault('The process that prepares the dataset was ended.', 1));
      if (said) say(said.trimEnd());
      resolve();
    });
  });
}
