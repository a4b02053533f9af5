import { constants, createReadStream } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Prepared, preparedFiles } from '../dataset/prepared.ts';
import type { Versions } from '../dataset/versions.ts';
import { pieces } from '../engine/pieces.ts';
import type { SparqlService } from '../engine/sparql-service.ts';
import { figures } from '../html/figures/figures.ts';
import type { BodyCache } from '../http/body-cache.ts';
import type { Operations } from '../http/operations.ts';
import type { Site } from '../http/site.ts';
import type { Assets } from '../load/assets.ts';
import { type PageSpec, readPages } from '../load/page-specs.ts';
import { type Publication, PublicationFault } from '../load/publication.ts';
import { type QueryFile, readQueries } from '../load/query-files.ts';
import { askRows } from '../publish/ask.ts';
import { Collections } from '../publish/collections.ts';
import { type DumpIndex, type KeptDumps, largeGraph } from '../publish/dumps.ts';
import { GraphIndex } from '../publish/graph-index.ts';
import { Reader } from '../publish/graph-reader.ts';
import { Tables } from '../publish/tables.ts';
import type { Opened } from './open.ts';
import type { ServeOptions } from './serve-options.ts';
import { editionOf } from './sources.ts';

/** What a server has for as long as it runs, whichever dataset it serves. */
export interface Lasting {
  readonly publicUrl: string;
  readonly operations: Operations;
  readonly assets: Assets;
  /** Where written answers are kept. */
  readonly cache: BodyCache;
}

// A page with a figure that does not exist would fail when somebody opens it: better at start.
async function pagesOf(publication: Publication | undefined): Promise<PageSpec[]> {
  const pages = publication ? await readPages(publication) : [];
  for (const { path: page, sections } of pages)
    for (const { figure } of sections)
      if (figure !== undefined && !Object.hasOwn(figures, figure))
        throw new PublicationFault(
          `The page "${page}" has the figure "${figure}". There are: ${Object.keys(figures).join(', ')}.`,
        );
  return pages;
}

/** Makes what the routes serve from an opened dataset and what answers queries over it. */
export async function makeSite(
  options: ServeOptions,
  { prepared, versions }: Opened,
  pool: SparqlService,
  { operations, ...lasting }: Lasting,
): Promise<Site> {
  const { publication } = prepared;
  const folder = publication && path.join(publication.folder, publication.queries);
  const read = async (name: string) => (folder ? readQueries(path.join(folder, name)) : []);
  const onCut = (want: string): void =>
    operations.log.warn({ want: want.slice(0, 500) }, 'A list is too long to be read whole: pages show its beginning.');
  // What pages are made of is as old as what they are read from.
  const epoch = (): number => (graph.loading.done() ? graph.index.epoch : 0);
  const rest: Omit<Site, 'index' | 'loading'> = {
    ...lasting,
    edition: await editionOf(options),
    contactEmail: options.contactEmail,
    engine: pool.engine,
    live: pool.live,
    dataset: prepared,
    versions,
    pool,
    operations,
    collections: new Collections(await read('collections'), (query) => askRows(pool, query), epoch, onCut),
    examples: [...(await read('examples')), ...(await askable(await read('federated'), pool))],
    pages: await pagesOf(publication),
    tables: new Tables(pool, epoch),
    context: JSON.parse(String(await prepared.file(preparedFiles.context))) as Record<string, unknown>,
    dumps: await readIndex(prepared),
    modified: prepared.modified,
    readDump: (file) => prepared.file(`${preparedFiles.dumpFolder}/${file}`),
    hasDump: (file) =>
      access(prepared.path(`${preparedFiles.dumpFolder}/${file}`), constants.R_OK).then(
        () => true,
        () => false,
      ),
    // Opens nothing until somebody reads: a HEAD does not.
    streamDump: async function* (file) {
      yield* createReadStream(prepared.path(`${preparedFiles.dumpFolder}/${file}`)) as AsyncIterable<Uint8Array>;
    },
    openDumps: (wanted) => openDumps(versions, wanted),
    report: (error, request) => operations.log.error({ error, request }, 'Nobody foresaw this error.'),
  };
  // Last, when nothing can be wrong any more: it begins to read, and nobody would end that. The index is a getter: it
  // must not be asked for yet.
  const graph = indexOf(options, prepared, pool, onCut);
  return Object.assign(graph, rest);
}

/** Of queries that ask other servers, those that would not be refused here. */
async function askable(queries: readonly QueryFile[], pool: SparqlService): Promise<QueryFile[]> {
  const allowed = await Promise.all(
    queries.map(async ({ endpoints }) =>
      (await Promise.all(endpoints.map((each) => pool.mayAsk(each)))).every(Boolean),
    ),
  );
  return queries.filter((_, at) => allowed[at]);
}

const readIndex = async (prepared: Prepared): Promise<DumpIndex> =>
  JSON.parse(String(await prepared.file(preparedFiles.dumps))) as DumpIndex;

// Read anew each time: another release of this program may have written the files of a version again. A version that an
// earlier release has prepared has no list of its dumps.
async function openDumps(versions: Versions, version: string): Promise<KeptDumps | undefined> {
  try {
    const kept = (await versions.list()).find((each) => each.version === version);
    if (kept?.prepared === undefined) return undefined;
    const index = JSON.parse(await readFile(versions.pathOf(version, preparedFiles.dumps), 'utf8')) as DumpIndex;
    const pathOf = (file: string): string => versions.pathOf(version, path.join(preparedFiles.dumpFolder, file));
    return { ...index, version, modified: new Date(kept.prepared), pathOf };
  } catch {
    return undefined;
  }
}

/** Milliseconds in which queries are answered first. */
const head = 200;

/** Seconds for which pages may show what an engine has said whose data can change at any time. */
const liveTime = 60;

/** What pages are read from: see `--pages`. */
function indexOf(options: ServeOptions, prepared: Prepared, pool: SparqlService, onCut: (want: string) => void) {
  const { asserted, inferred, described } = prepared.counts;
  const isLarge = pool.live || asserted + inferred + described > largeGraph;
  if (options.pages === 'memory' || (options.pages === 'auto' && !isLarge)) return loadLater(prepared);
  const reader = new Reader(pool, { onCut, ...(pool.live ? { maxAge: liveTime } : {}) });
  return { index: GraphIndex.over(prepared, reader), loading: { done: () => true, whenDone: Promise.resolve() } };
}

// Queries are answered before what pages need has been read.
function loadLater(prepared: Prepared): Pick<Site, 'index' | 'loading'> {
  let index: GraphIndex | undefined;
  const read = async (): Promise<void> => {
    index = await GraphIndex.read(prepared, pieces(await prepared.canonical(), 1 << 18));
  };
  return {
    get index() {
      if (!index) throw new Error('The index is not read yet.');
      return index;
    },
    loading: { done: () => index !== undefined, whenDone: setTimeout(head).then(read) },
  };
}
