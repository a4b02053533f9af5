import { createComunica, type Outside } from '../comunica.ts';
import type { Engine } from '../engine.ts';
import { guardRequests, type RemoteRequests, remoteFault } from './guarded-fetch.ts';
import type { FederationOptions } from './options.ts';
import type { Resolve } from './remote-address.ts';
import { readRemoteGraph } from './remote-graph.ts';
import { NotResults, skolemizeResults } from './remote-results.ts';

const resultTypes = ['application/sparql-results+json', 'application/json'];

/**
 * Comunica over the dataset and, where a query says so, over other servers: `SERVICE` (SPARQL 1.1 Federated Query), and
 * `FROM` with an address that is no graph of ours. Only addresses that the options allow are asked, within their limits.
 *
 * `resolve` finds the network addresses of a name; by default the system does. Throws RangeError for options that cannot
 * be read.
 */
export function createFederated(options: FederationOptions, resolve?: Resolve): Engine {
  const openRequests = guardRequests(options, resolve);
  return createComunica(() => openOutside(openRequests()));
}

function openOutside(requests: RemoteRequests): Outside {
  const failed = new Set<string>();
  return {
    check: (address) => requests.check(address).href,
    graph: (address) => readRemoteGraph(address, requests),
    fetch: async (input, init) => {
      const address = input instanceof Request ? input.url : String(input);
      try {
        return await answerFetch(address, init, requests);
      } catch (error) {
        // A short query stands in the address itself.
        failed.add(address.replace(/[?&]query=.*$/s, ''));
        throw error;
      }
    },
    failed,
    get refusal() {
      return requests.refusal;
    },
    close: () => requests.close(),
  };
}

/** What Comunica gets when it fetches. It asks for two things: what an endpoint says of itself, and rows. */
async function answerFetch(
  address: string,
  init: RequestInit | undefined,
  requests: RemoteRequests,
): Promise<Response> {
  const headers = new Headers(init?.headers);
  const method = init?.method ?? 'GET';
  if (!headers.get('accept')?.includes('sparql-results')) {
    const description = describeEndpoint(requests.check(address).href);
    return new Response(description, { headers: { 'content-type': 'application/n-triples' } });
  }
  const mediaType = headers.get('content-type') ?? 'application/x-www-form-urlencoded';
  const body = method === 'GET' ? undefined : { mediaType, text: String(init?.body ?? '') };
  const answer = await requests.ask({ address, accept: resultTypes, body });
  try {
    const results = skolemizeResults(answer.text, `remote${answer.number}`);
    return new Response(results, { headers: { 'content-type': resultTypes[0] as string } });
  } catch (error) {
    if (error instanceof NotResults) throw remoteFault(answer.address, 'answered no SPARQL results');
    throw error;
  }
}

// SERVICE says that it is a SPARQL endpoint. Nothing else is asked or followed: descriptions can point anywhere.
const describeEndpoint = (address: string): string =>
  `_:service <http://www.w3.org/ns/sparql-service-description#endpoint> <${address}> .\n`;
