import { fileURLToPath } from 'node:url';
import { saidPort, startServerProcess } from './server-process.ts';
import type { RunningServer, ServerOptions, SparqlServer } from './sparql-server.ts';

const program = fileURLToPath(new URL('oxigraph-server.mjs', import.meta.url));

/** The oxigraph package, served by a process of its own. */
export const oxigraph: SparqlServer = {
  name: 'oxigraph',
  install: 'npm ci',
  absent: () => undefined,
  ownDefaultGraph: true,
  atomic: true,
  start: async (options) => {
    const { found, stop } = await startServerProcess(
      async () => ({ command: process.execPath, args: [program], env: environmentOf(options) }),
      saidPort,
    );
    return serverAt(found, stop);
  },
};

/** What tells a server of ours how to behave. */
export const environmentOf = ({ union = true, authorization }: ServerOptions = {}): Record<string, string> => ({
  UNION: String(union),
  ...(authorization === undefined ? {} : { AUTHORIZATION: authorization }),
});

/** Where a server of ours answers. */
export const serverAt = (port: number, stop: () => Promise<void>): RunningServer => ({
  query: `http://127.0.0.1:${port}/query`,
  update: `http://127.0.0.1:${port}/update`,
  store: `http://127.0.0.1:${port}/store`,
  stop,
});
