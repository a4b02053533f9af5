import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Quad } from '@rdfjs/types';
import type { IQueryEngine } from 'rdf-test-suite';
import type { Engine } from '../../src/engine/engine.ts';
import { createFederated } from '../../src/engine/federation/federated.ts';
import { federationDefaults } from '../../src/engine/federation/options.ts';
import { writeNQuads } from '../../src/rdf/write-turtle.ts';
import { adapt } from './adapter.ts';

/**
 * Starts the engine for federated queries as the test runner asks it. The endpoints of the tests have addresses that
 * nobody serves: each is served on loopback, under an address that stands for it in queries and data and is put back in
 * what comes out. An endpoint without data is not there.
 */
export async function startFederation(folder: string): Promise<{ engine: IQueryEngine; stop: () => Promise<void> }> {
  const endpoints = new Map<string, Engine>();
  const server = createServer(async (request, response) => {
    try {
      const result = await endpoints.get(request.url?.replace(/\?.*/s, '') ?? '')?.query({
        query: await queryOf(request),
        resultFormat: 'json',
        graphFormat: undefined,
        prefixes: {},
      });
      response.writeHead(result ? 200 : 404, { 'Content-Type': result?.mediaType ?? 'text/plain' }).end(result?.body);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const create = (): Engine =>
    renaming(
      createFederated({ ...federationDefaults, allow: [base], allowInsecure: true, allowPrivate: ['127.0.0.1'] }),
      base,
    );
  const inner = adapt(async () => create(), folder);
  const engine: IQueryEngine = {
    ...inner,
    async query(data, query, options) {
      endpoints.clear();
      for (const [endpoint, quads] of Object.entries<Quad[]>(options['serviceData'] ?? {})) {
        const served = create();
        await served.load([writeNQuads(quads)]);
        endpoints.set(`/${encodeURIComponent(endpoint)}`, served);
      }
      return inner.query(data, query, options);
    },
  };
  return { engine, stop: () => new Promise((resolve) => void server.close(() => resolve())) };
}

/** The query of a request of the SPARQL 1.1 Protocol, by GET or by a form. */
async function queryOf(request: IncomingMessage): Promise<string> {
  const form = request.method === 'POST' ? await text(request) : request.url?.replace(/^[^?]*/, '');
  return new URLSearchParams(form).get('query') ?? '';
}

/** The engine over texts where an address on loopback stands for each endpoint. */
function renaming({ load, query }: Engine, base: string): Engine {
  const inside = (text: string): string =>
    text.replace(/<(http:[^<>\s]*\/sparql)>/g, (_iri, endpoint) => `<${base}${encodeURIComponent(endpoint)}>`);
  const outside = (text: string): string =>
    text.replaceAll(new RegExp(`${base}(http%3A[\\w.%-]*)`, 'g'), (_iri, endpoint) => decodeURIComponent(endpoint));
  return {
    load: (nquads) => load([...nquads].map(inside)),
    async query(request) {
      const result = await query({ ...request, query: inside(request.query) });
      return { ...result, body: Buffer.from(outside(Buffer.from(result.body).toString())) };
    },
  };
}
