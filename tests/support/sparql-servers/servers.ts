import { afterEach, describe, test } from 'vitest';
import { jena } from './jena.ts';
import { oxigraph } from './oxigraph.ts';
import type { RunningServer, SparqlServer } from './sparql-server.ts';
import { virtuoso } from './virtuoso.ts';

/**
 * SPARQL 1.1 servers by others that tests start for themselves, each empty and on a free port. RDF4J is not among them:
 * Debian packages its parsers and its model, and neither a repository nor anything that evaluates queries.
 */
export const sparqlServers = [oxigraph, jena, virtuoso] as const satisfies readonly SparqlServer[];

/** With this (in CI), a server that is absent is a fault; else its tests are left out. */
const allNeeded = Boolean(process.env['NEED_SERVERS'] ?? process.env['CI']);

/** Describes tests once for each server that is here. `among` leaves out those that cannot do what is tested. */
export function describeEachServer(
  name: string,
  tests: (server: SparqlServer) => void,
  among: (server: SparqlServer) => boolean = () => true,
): void {
  for (const server of (sparqlServers as readonly SparqlServer[]).filter(among)) {
    const absent = server.absent();
    describe(`${name}, ${server.name}`, () => {
      if (absent === undefined) return tests(watched(server));
      const advice = `${server.name} is not tested: ${absent} (${server.install})`;
      if (allNeeded)
        test(advice, () => {
          throw new Error(`${advice}.`);
        });
      else test.skip(advice, () => undefined);
    });
  }
}

// Whoever loses a connection to a server learns here that it is gone, and how: its tests would only say that it refuses.
function watched(server: SparqlServer): SparqlServer {
  const started: RunningServer[] = [];
  afterEach(() => {
    for (const { ended } of started) {
      const end = ended();
      if (end !== undefined) throw new Error(`The server is gone: ${end}`);
    }
  });
  return {
    ...server,
    start: async (options) => {
      const running = await server.start(options);
      started.push(running);
      return running;
    },
  };
}
