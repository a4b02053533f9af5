import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Command, Option } from 'commander';
import { nquadsOf, type Prepared, preparedFiles } from '../dataset/prepared.ts';
import { pieces } from '../engine/pieces.ts';
import { withoutComments } from '../engine/query-form.ts';
import { QueryService } from '../engine/query-service.ts';
import { createApp } from '../http/app.ts';
import type { Site } from '../http/site.ts';
import { readQueries } from '../load/query-files.ts';
import { askRows } from '../publish/ask.ts';
import { Collections } from '../publish/collections.ts';
import { GraphIndex } from '../publish/graph-index.ts';
import { openDataset, type PrepareOptions, prepareOptions } from './open.ts';
import { type EngineOptions, engineOptions, port } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';

/** Options of `serve`. */
export interface ServeOptions extends PrepareOptions, EngineOptions {
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: string;
}

/** `serve`: publishes the graph over HTTP until it is told to stop. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Publish the graph: SPARQL, linked-data pages, JSON-LD and dumps.')
    .addOption(new Option('--port <n>', 'TCP port').env('PORT').argParser(port).default(3000))
    .addOption(new Option('--host <address>', 'address to listen on').env('HOST').default('127.0.0.1'))
    .addOption(
      new Option('--public-url <url>', 'address under which others reach this server')
        .env('PUBLIC_URL')
        .default(undefined, 'http://localhost:<port>'),
    );
  for (const option of [...prepareOptions(), ...engineOptions()]) command.addOption(option);
  return command.action(async (options: ServeOptions) => {
    const running = await startServer(options);
    const stop = (): void => void running.stop().then(() => process.exit(0));
    process.once('SIGTERM', stop).once('SIGINT', stop);
  });
}

/** A running server. */
export interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Opens the dataset, starts the workers and listens. */
export async function startServer(options: ServeOptions): Promise<Running> {
  const started = performance.now();
  const { prepared, openVersion } = await openDataset(options);
  showProgress('Starting the query workers …');
  const pool = await QueryService.start({
    engine: options.engine,
    workers: options.workers,
    timeLimit: options.timeout,
    queueLimit: options.queue,
    memoryLimit: options.memory * mebibyte,
    resultLimit: options.resultSize * mebibyte,
    version: prepared.version,
    image: prepared.image,
    nquads: () => nquadsOf(prepared),
    hasGraph: (iri) => iri in prepared.graphs,
    openVersion: async (version) => (await openVersion(version))?.image,
  });
  endProgress();
  try {
    const parts = await prepareSite(prepared, pool);
    const server = await listen(options);
    const { port: actual } = server.address() as AddressInfo;
    const publicUrl = (options.publicUrl ?? `http://localhost:${actual}`).replace(/\/$/, '');
    const site: Site = { ...parts, publicUrl };
    server.on('request', createApp(site));
    greet(site, (performance.now() - started) / 1000);
    return { url: publicUrl, stop: () => stopServer(server, pool) };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** Bytes. */
const mebibyte = 2 ** 20;

// All of a site but its address, which is known only when the server listens.
async function prepareSite(prepared: Prepared, pool: QueryService): Promise<Omit<Site, 'publicUrl'>> {
  const { publication } = prepared;
  const folder = publication && path.join(publication.folder, publication.queries);
  const read = async (name: string) => (folder ? readQueries(path.join(folder, name)) : []);
  return {
    dataset: prepared,
    pool,
    index: await GraphIndex.read(prepared, pieces(await prepared.canonical(), 1 << 18)),
    collections: new Collections(await read('collections'), (query) => askRows(pool, query)),
    examples: await read('examples'),
    context: JSON.parse(String(await prepared.file(preparedFiles.context))) as Record<string, unknown>,
    readDump: (dump) => prepared.file(dump.file),
    report: (error) => say(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  };
}

function listen({ port: wanted, host }: ServeOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Above what the application takes for an address, so that it can say so itself.
    const server = createServer({ maxHeaderSize: 65_536 });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new Error(`Port ${wanted} is in use. Stop what listens there, or choose another with --port.`));
    });
    server.listen(wanted, host, () => resolve(server));
  });
}

async function stopServer(server: Server, pool: QueryService): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // Answers under way get a moment; then their connections are cut.
    setTimeout(() => server.closeAllConnections(), 5000).unref();
  });
  await pool.close();
}

function greet({ dataset, publicUrl, examples }: Site, seconds: number): void {
  const layers = new Map<string, number>();
  for (const { layer } of dataset.inputs) layers.set(layer, (layers.get(layer) ?? 0) + 1);
  const loaded = [...layers].map(([layer, files]) => `${layer} ${files}`).join(', ');
  const query =
    examples.find(({ tags }) => tags.includes('first'))?.query ?? 'SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }';
  // The greeting is talk, not data: stderr.
  say(
    `Loaded files: ${loaded}. Graph: ${dataset.counts.asserted} triples asserted, ${dataset.counts.inferred} inferred, in ${seconds.toFixed(1)} s. Version ${dataset.version}.`,
  );
  say(`  Pages   ${publicUrl}/`);
  say(`  SPARQL  ${publicUrl}/sparql`);
  say(`  Dumps   ${publicUrl}/dumps/`);
  say(`Try: curl ${publicUrl}/sparql -H 'Accept: text/csv' --data-urlencode 'query=${oneLine(query)}'`);
}

// Comments would swallow the rest of a single line.
const oneLine = (query: string): string => withoutComments(query).replace(/\s+/g, ' ').trim();
