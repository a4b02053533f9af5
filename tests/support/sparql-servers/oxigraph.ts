import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type ServerProcess, saidPort, startServerProcess } from './server-process.ts';
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
    const started = await startServerProcess(
      async () => ({ command: execPath, args: [program], env: environmentOf(options) }),
      saidPort,
    );
    return serverAt(started);
  },
};

/** What tells a server of ours how to behave. */
export const environmentOf = ({ union = true, authorization }: ServerOptions = {}): Record<string, string> => ({
  UNION: String(union),
  ...(authorization === undefined ? {} : { AUTHORIZATION: authorization }),
});

/** Where a server of ours answers. */
export const serverAt = ({ found, ended, stop }: ServerProcess & { readonly found: number }): RunningServer => ({
  query: `http://127.0.0.1:${found}/query`,
  update: `http://127.0.0.1:${found}/update`,
  store: `http://127.0.0.1:${found}/store`,
  ended,
  stop,
});
