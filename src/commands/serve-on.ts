import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withoutComments } from '../engine/query-form.ts';
import { BodyCache } from '../http/body-cache.ts';
import { answerBrokenRequest } from '../http/broken-request.ts';
import { Handover } from '../http/handover.ts';
import { createOperations, type Operations } from '../http/operations.ts';
import { Drain } from '../http/shutdown.ts';
import type { Site } from '../http/site.ts';
import { readAssets } from '../load/assets.ts';
import { firstExample } from '../load/query-files.ts';
import { holdRequests } from './listen.ts';
import type { Lasting } from './make-site.ts';
import { say } from './progress.ts';
import { Renewal } from './renewal.ts';
import type { ServeOptions } from './serve-options.ts';
import type { ServedDataset } from './served.ts';
import { type Watch, watchFiles } from './watch.ts';

/** Bytes. */
const mebibyte = 2 ** 20;

/** A running server. */
export interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** Takes up what the files say now; resolves when that is served, or is found not to be fit for it. */
  readonly renew: () => Promise<void>;
}

/**
 * Answers requests on a server that listens, over a first dataset and those that follow it.
 *
 * Nothing here but the handover may know the first dataset: functions that last would keep it for as long as they do.
 */
export async function serveOn(
  server: Server,
  options: ServeOptions,
  makeFirst: (lasting: Lasting) => Promise<ServedDataset>,
  started: number,
): Promise<Running> {
  const drain = new Drain(server);
  const answer = holdRequests(server);
  const { port } = server.address() as AddressInfo;
  const publicUrl = (options.publicUrl ?? `http://localhost:${port}`).replace(/\/$/, '');
  const cache = new BodyCache(options.cache * mebibyte);
  const operations = createOperations(options, {
    workers: () => {
      const state = handover.current.pool.state;
      const former = handover.leaving.map(({ pool }) => pool.state);
      const restarts = [...former, state].reduce((sum, each) => sum + each.restarts, renewal.restarts);
      return { ...state, restarts };
    },
    dataset: () => {
      const { version, counts } = handover.current.site.dataset;
      return { version, ...counts };
    },
    stopping: () => drain.stopping,
    renewed: () => renewal.state,
  });
  operations.metrics.addCache(() => cache.bytes);
  const lasting = { publicUrl, operations, cache, assets: await readAssets() };
  const handover = new Handover(await makeFirst(lasting));
  const renewal = new Renewal({ options, handover, lasting });
  server.on('clientError', answerBrokenRequest(publicUrl));
  answer(handover.answer);
  warmUp(handover.current);
  const watch = options.watch ? await watchFor(options, renewal, operations) : undefined;
  greet(handover.current.site, (performance.now() - started) / 1000);
  const stop = (): Promise<void> =>
    drain
      .stop({
        limit: options.stopLimit,
        refuseWaiting: () => {
          watch?.stop();
          void renewal.stop();
          for (const { pool } of [...handover.leaving, handover.current]) void pool.drain();
        },
        close: async () => {
          await renewal.stop();
          await handover.close();
        },
      })
      .finally(() => operations.log.flush());
  return { url: publicUrl, stop, renew: () => renewal.renew() };
}

// Queries are answered all the same; /readyz says that pages are not.
const warmUp = ({ warm, site }: ServedDataset): void => void warm().catch((error: unknown) => site.report(error));

async function watchFor(options: ServeOptions, renewal: Renewal, { log }: Operations): Promise<Watch> {
  const watch = await watchFiles(options, {
    onChange: () => renewal.renew(),
    onDeaf: (error) =>
      log.warn({ error }, 'Folders cannot be watched: changes of files are found by looking every ten seconds.'),
  });
  // Not before: a change between the two would be the state that the watch starts from.
  void renewal.wait();
  return watch;
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
