import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import { withoutComments } from '../engine/query-form.ts';
import { baseOf } from '../html/view.ts';
import { createApp } from '../http/app.ts';
import { answerBrokenRequest } from '../http/broken-request.ts';
import { searchIndexOf } from '../http/search.ts';
import { Drain, stopOnSignals } from '../http/shutdown.ts';
import type { Site } from '../http/site.ts';
import { firstExample } from '../load/query-files.ts';
import { reconcilerOf } from '../publish/reconcile/reconciler.ts';
import { holdRequests, listen } from './listen.ts';
import { makeSite } from './make-site.ts';
import { openDataset } from './open.ts';
import { endProgress, say, showProgress } from './progress.ts';
import { type ServeOptions, serveOptions } from './serve-options.ts';
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
