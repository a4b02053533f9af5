import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Command, InvalidArgumentError, type Option } from 'commander';
import { engineNQuads } from '../dataset/build.ts';
import { type Prepared, preparedFiles } from '../dataset/prepared.ts';
import type { Versions } from '../dataset/versions.ts';
import { pieces } from '../engine/pieces.ts';
import { withoutComments } from '../engine/query-form.ts';
import { type DatasetSource, QueryService } from '../engine/query-service.ts';
import { figures } from '../html/figures/figures.ts';
import { baseOf } from '../html/view.ts';
import { createApp } from '../http/app.ts';
import { answerBrokenRequest } from '../http/broken-request.ts';
import { logLevels } from '../http/log.ts';
import { createOperations, defaultOperations, type OperationsOptions } from '../http/operations.ts';
import { parseTrustProxy } from '../http/rate-limit.ts';
import { searchIndexOf } from '../http/search.ts';
import { Drain, stopOnSignals } from '../http/shutdown.ts';
import type { Site } from '../http/site.ts';
import { readAssets } from '../load/assets.ts';
import { type PageSpec, readPages } from '../load/page-specs.ts';
import { isEmail, type Publication, PublicationFault } from '../load/publication.ts';
import { firstExample, type QueryFile, readQueries } from '../load/query-files.ts';
import { askRows } from '../publish/ask.ts';
import { Collections } from '../publish/collections.ts';
import type { DumpIndex, KeptDumps } from '../publish/dumps.ts';
import { GraphIndex } from '../publish/graph-index.ts';
import { reconcilerOf } from '../publish/reconcile/reconciler.ts';
import { Tables } from '../publish/tables.ts';
import { federationBeside, readFederation, userAgent } from './federation.ts';
import { type Opened, openDataset, type PrepareOptions, prepareOptions } from './open.ts';
import { type EngineOptions, engineOptions, port, positive, whole } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';
import { Setting } from './settings.ts';

/** Options of `serve`. */
export interface ServeOptions extends PrepareOptions, EngineOptions, OperationsOptions {
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: string;
  /** The mailbox of who hosts this instance. */
  readonly contactEmail?: string;
  /** Mebibytes of written answers that are kept. */
  readonly cache: number;
  /** A file, or false for none; left out, it is the one beside the publication if there is one. */
  readonly federation?: string | false;
}

/** `serve`: publishes the graph over HTTP until it is told to stop. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Publish the graph: SPARQL, linked-data pages, JSON-LD and dumps.')
    .addOption(new Setting('--port <n>', 'TCP port').also('PORT').argParser(port).default(3000))
    .addOption(new Setting('--host <address>', 'address to listen on').also('HOST').default('127.0.0.1'))
    .addOption(
      new Setting('--public-url <url>', 'address under which others reach this server')
        .also('PUBLIC_URL')
        .argParser(webAddress)
        .default(undefined, 'http://localhost:<port>'),
    )
    .addOption(
      new Setting('--contact-email <address>', 'mailbox of who hosts this server, for the catalogue')
        .argParser(email)
        .default(undefined, 'what the publication says'),
    );
  const options = [...prepareOptions(), ...engineOptions(), ...serviceOptions(), ...operationsOptions()];
  for (const option of options) command.addOption(option);
  return command.action(async (given: ServeOptions) => {
    const running = await startServer(given);
    stopOnSignals(running.stop);
  });
}

const serviceOptions = (): Option[] => [
  new Setting('--cache <MiB>', 'answers that are kept in memory').argParser(whole(0, 65_536)).default(64),
  new Setting('--federation <file>', 'endpoints that queries may ask beside us (JSON)')
    .default(undefined, 'federation.json beside the publication')
    .asPath(),
  new Setting('--no-federation', 'let queries ask nobody beside us'),
];

const operationsOptions = (): Option[] => [
  new Setting('--log-level <level>', 'what is logged').also('LOG_LEVEL').choices(logLevels).default('info'),
  new Setting('--log-addresses', 'log the addresses of clients: personal data').default(false),
  new Setting('--no-metrics', 'give no /metrics'),
  new Setting('--rate-limit <n>', 'queries that a client may send in a minute; 0 for no limit')
    .argParser(whole(0, 1_000_000))
    .default(defaultOperations.rateLimit),
  new Setting('--trust-proxy <n|list>', 'how many proxies are in front, or their addresses')
    .argParser(trusted)
    .default(defaultOperations.trustProxy, 'none'),
  new Setting('--stop-limit <seconds>', 'time that answers get when the server is told to stop')
    .argParser(positive)
    .default(defaultOperations.stopLimit),
];

function email(value: string): string {
  if (!isEmail(value)) throw new InvalidArgumentError('Give a mailbox such as name@example.org.');
  return value;
}

function webAddress(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || /[?#]/.test(value))
    throw new InvalidArgumentError(
      'Give a web address such as https://graph.example.org, with nothing after its path.',
    );
  return value;
}

function trusted(value: string): OperationsOptions['trustProxy'] {
  try {
    return parseTrustProxy(value);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** A running server. */
export interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Opens the dataset, starts the workers and listens. */
export async function startServer(options: ServeOptions): Promise<Running> {
  const started = performance.now();
  const opened = await openDataset(options);
  showProgress('Starting the query workers …');
  const pool = await startQueries(options, opened);
  endProgress();
  let server: Server | undefined;
  try {
    server = await listen(options);
    const drain = new Drain(server);
    const answer = holdRequests(server);
    const { port: actual } = server.address() as AddressInfo;
    const publicUrl = (options.publicUrl ?? `http://localhost:${actual}`).replace(/\/$/, '');
    const site = await makeSite(options, opened, pool, publicUrl, () => drain.stopping);
    server.on('clientError', answerBrokenRequest(publicUrl));
    answer(createApp(site));
    // Queries are answered all the same; /readyz says that pages are not.
    // The names are read ahead, beside the first answers: whoever reconciles or searches first would wait for them.
    site.loading.whenDone
      .then(() => reconcilerOf(site.index, baseOf(site)))
      .then(() => searchIndexOf(site))
      .catch((error: unknown) => site.report(error));
    greet(site, (performance.now() - started) / 1000);
    const close = async (): Promise<void> => {
      await site.loading.whenDone.catch(() => undefined);
      await pool.close();
    };
    const stop = (): Promise<void> =>
      drain.stop({ limit: options.stopLimit, refuseWaiting: () => void pool.drain(), close });
    return { url: publicUrl, stop };
  } catch (error) {
    // A server that still listens would keep the process alive, and answer nobody.
    server?.close();
    server?.closeAllConnections();
    await pool.close();
    throw error;
  }
}

/** Bytes. */
const mebibyte = 2 ** 20;

async function startQueries(options: ServeOptions, { prepared, openVersion }: Opened): Promise<QueryService> {
  const { federation = federationBeside(options.publication), timeout } = options;
  return QueryService.start({
    engine: options.engine,
    workers: options.workers,
    timeLimit: timeout,
    queueLimit: options.queue,
    memoryLimit: options.memory * mebibyte,
    resultLimit: options.resultSize * mebibyte,
    version: prepared.version,
    ...sourceOf(prepared),
    hasGraph: (iri) => iri in prepared.graphs,
    openVersion: async (version) => {
      const found = await openVersion(version);
      return found && sourceOf(found);
    },
    federation:
      federation === false
        ? undefined
        : await readFederation(federation, options.federation !== undefined, { timeLimit: 0.8 * timeout, userAgent }),
  });
}

const sourceOf = ({ image, canonical, publication }: Prepared): DatasetSource => ({
  image,
  nquads: async () => engineNQuads({ canonical: String(await canonical()), publication }),
});

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

async function makeSite(
  options: ServeOptions,
  { prepared, versions }: Opened,
  pool: QueryService,
  publicUrl: string,
  stopping: () => boolean,
): Promise<Site> {
  const { publication, version, counts } = prepared;
  const folder = publication && path.join(publication.folder, publication.queries);
  const read = async (name: string) => (folder ? readQueries(path.join(folder, name)) : []);
  const operations = createOperations(options, {
    workers: () => pool.state,
    dataset: () => ({ version, ...counts }),
    stopping,
  });
  const rest: Omit<Site, 'index' | 'loading'> = {
    publicUrl,
    contactEmail: options.contactEmail,
    engine: options.engine,
    dataset: prepared,
    versions,
    pool,
    operations,
    collections: new Collections(await read('collections'), (query) => askRows(pool, query)),
    examples: [...(await read('examples')), ...(await askable(await read('federated'), pool))],
    assets: await readAssets(),
    pages: await pagesOf(publication),
    tables: new Tables(pool),
    context: JSON.parse(String(await prepared.file(preparedFiles.context))) as Record<string, unknown>,
    dumps: await readIndex(prepared),
    modified: prepared.modified,
    readDump: (file) => prepared.file(`${preparedFiles.dumpFolder}/${file}`),
    openDumps: (wanted) => openDumps(versions, wanted),
    limits: { cacheBytes: options.cache * mebibyte },
    report: (error, request) => operations.log.error({ error, request }, 'Nobody foresaw this error.'),
  };
  // The index is a getter: it must not be asked for yet.
  return Object.assign(loadLater(prepared), rest);
}

/** Of queries that ask other servers, those that would not be refused here. */
async function askable(queries: readonly QueryFile[], pool: QueryService): Promise<QueryFile[]> {
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

/** Seconds without anything sent or read, after which a connection is given up (an answer under way gets twice that), if no query may last longer. */
const standstill = 60;

function listen({ port: wanted, host, timeout }: ServeOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Above what the application takes for an address, so that it can say so itself.
    // Who sends a request drop by drop gives its connection back after a minute.
    const server = createServer({ maxHeaderSize: 65_536, headersTimeout: 20_000, requestTimeout: 60_000 });
    // Who takes an answer and does not read it would keep all of it in memory.
    server.setTimeout(1000 * Math.max(standstill, 2 * timeout));
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new Error(`Port ${wanted} is in use. Stop what listens there, or choose another with --port.`));
    });
    server.listen(wanted, host, () => resolve(server));
  });
}

// Whoever asks before the site is there waits for it: a request that no listener takes is never answered.
function holdRequests(server: Server): (app: RequestListener) => void {
  const held: Parameters<RequestListener>[] = [];
  const hold: RequestListener = (...asked) => void held.push(asked);
  server.on('request', hold);
  return (app) => {
    server.off('request', hold).on('request', app);
    for (const asked of held) app(...asked);
  };
}

function greet({ dataset, publicUrl, examples }: Site, seconds: number): void {
  const layers = new Map<string, number>();
  for (const { layer } of dataset.inputs) layers.set(layer, (layers.get(layer) ?? 0) + 1);
  const loaded = [...layers].map(([layer, files]) => `${layer} ${files}`).join(', ');
  const query = firstExample(examples) ?? 'SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }';
  // The greeting is talk, not data: stderr.
  const { asserted, inferred, described } = dataset.counts;
  const triples = `${asserted} triples asserted, ${inferred} inferred${described ? `, ${described} about itself` : ''}`;
  say(`Loaded files: ${loaded}. Graph: ${triples}, in ${seconds.toFixed(1)} s. Version ${dataset.version}.`);
  say(`  Pages   ${publicUrl}/`);
  say(`  SPARQL  ${publicUrl}/sparql`);
  say(`  Dumps   ${publicUrl}/dumps/`);
  say(`Try: curl ${publicUrl}/sparql -H 'Accept: text/csv' --data-urlencode 'query=${oneLine(query)}'`);
}

// Comments would swallow the rest of a single line.
const oneLine = (query: string): string => withoutComments(query).replace(/\s+/g, ' ').trim();
