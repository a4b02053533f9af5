import type { Server } from 'node:http';
import { Command } from 'commander';
import { renewOnSignal, stopOnSignals } from '../http/shutdown.ts';
import { listen } from './listen.ts';
import { openDataset } from './open.ts';
import { endProgress, say, showProgress } from './progress.ts';
import type { Running } from './serve-on.ts';
import { type ServeOptions, serveOptions } from './serve-options.ts';
import { startQueries } from './start-queries.ts';
import { isRemote } from './start-remote.ts';

export type { Running };

/** `serve`: publishes the graph over HTTP until it is told to stop. */
export function serveCommand(): Command {
  const command = new Command('serve').description('Publish the graph: SPARQL, linked-data pages, JSON-LD and dumps.');
  for (const option of serveOptions()) command.addOption(option);
  return command.action(async (given: ServeOptions) => {
    const renewWith = renewOnSignal();
    const { stop, renew } = await startServer(given);
    stopOnSignals(stop);
    renewWith(renew);
  });
}

/** Opens the dataset, starts the workers and listens. */
export async function startServer(given: ServeOptions): Promise<Running> {
  // What answers elsewhere has no use for the memory of the engine here.
  const options = isRemote(given) ? { ...given, image: false } : given;
  const started = performance.now();
  const opened = await openDataset(options);
  showProgress('Starting the query workers …');
  // Half of the code answers over HTTP: it is read while the workers read the dataset.
  const [pool, { serveOn }, { serveDataset }] = await Promise.all([
    startQueries(options, opened, ({ data, abilities }) => {
      say(`Queries are answered by ${new URL(options.engine).host}.`);
      for (const remark of [...data, ...abilities]) say(`  ${remark}`);
    }),
    import('./serve-on.ts'),
    import('./served.ts'),
  ]);
  endProgress();
  let server: Server | undefined;
  try {
    server = await listen(options);
    return await serveOn(server, options, (lasting) => serveDataset(options, opened, pool, lasting), started);
  } catch (error) {
    // A server that still listens would keep the process alive, and answer nobody.
    server?.close();
    server?.closeAllConnections();
    await pool.close();
    throw error;
  }
}
