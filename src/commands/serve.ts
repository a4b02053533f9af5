import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import { withoutComments } from '../engine/query-form.ts';
import { BodyCache } from '../http/body-cache.ts';
import { answerBrokenRequest } from '../http/broken-request.ts';
import { Handover } from '../http/handover.ts';
import { createOperations } from '../http/operations.ts';
import { Drain, stopOnSignals } from '../http/shutdown.ts';
import type { Site } from '../http/site.ts';
import { readAssets } from '../load/assets.ts';
import { firstExample } from '../load/query-files.ts';
import { holdRequests, listen } from './listen.ts';
import { openDataset } from './open.ts';
import { endProgress, say, showProgress } from './progress.ts';
import { type ServeOptions, serveOptions } from './serve-options.ts';
import { serveDataset } from './served.ts';
import { startQueries } from './start-queries.ts';

/** `serve`: publishes the graph over HTTP until it is told to stop. */
export function serveCommand(): Command {
  const command = new Command('serve').description('Publish the graph: SPARQL, linked-data pages, JSON-LD and dumps.');
  for (const option of serveOptions()) command.addOption(option);
  return command.action(async (given: ServeOptions) => {
    const running = await startServer(given);
    stopOnSignals(running.stop);
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
    const cache = new BodyCache(options.cache * mebibyte);
    const operations = createOperations(options, {
      workers: () => handover.current.pool.state,
      dataset: () => {
        const { version, counts } = handover.current.site.dataset;
        return { version, ...counts };
      },
      stopping: () => drain.stopping,
    });
    operations.metrics.addCache(() => cache.bytes);
    const lasting = { publicUrl, operations, cache, assets: await readAssets() };
    const first = await serveDataset(options, opened, pool, lasting);
    const handover = new Handover(first);
    server.on('clientError', answerBrokenRequest(publicUrl));
    answer(handover.answer);
    // Queries are answered all the same; /readyz says that pages are not.
    first.warm().catch((error: unknown) => first.site.report(error));
    greet(first.site, (performance.now() - started) / 1000);
    const stop = (): Promise<void> =>
      drain.stop({
        limit: options.stopLimit,
        refuseWaiting: () => {
          for (const each of [...handover.leaving, handover.current]) void each.pool.drain();
        },
        close: () => handover.close(),
      });
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
