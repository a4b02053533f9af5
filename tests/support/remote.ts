import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOxigraph } from '../../src/engine/oxigraph.ts';
import { findFormat, formats } from '../../src/rdf/formats.ts';
import { readRdf } from '../../src/rdf/read.ts';

/** A request that a remote server got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  /** With its question mark. */
  readonly search: string;
  readonly query: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

/** What a remote server does at a path. */
export type Behaviour = (request: Received, response: ServerResponse) => void | Promise<void>;

/** A server of somebody else, on this machine. */
export interface Remote {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  readonly stop: () => Promise<void>;
}

/** Starts a server that does, at each path, what it is told; anything else is 404. */
export async function startRemote(behaviours: Readonly<Record<string, Behaviour>>): Promise<Remote> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const query = searchParams.get('query') ?? new URLSearchParams(body).get('query') ?? undefined;
    const each: Received = { method: request.method ?? '', path: pathname, search, query, headers: request.headers };
    received.push(each);
    const behaviour = behaviours[pathname];
    if (behaviour) await behaviour(each, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** A SPARQL endpoint over a graph in Turtle. */
export async function endpoint(turtle: string): Promise<Behaviour> {
  const engine = await createOxigraph();
  const nquads = findFormat('n-quads') ?? formats[0];
  const quads = await readRdf(turtle, formats[0], { source: 'remote', baseIRI: 'http://example.org/' });
  await engine.load([await nquads.write(quads, {})]);
  return async ({ query }, response) => {
    try {
      const request = { query: query ?? '', resultFormat: 'json', graphFormat: 'n-triples', prefixes: {} } as const;
      const { mediaType, body } = await engine.query(request);
      response.writeHead(200, { 'content-type': mediaType }).end(body);
    } catch (error) {
      response.writeHead(400).end((error as Error).message);
    }
  };
}

/** Always the same answer. */
export const sends =
  (mediaType: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(200, { 'content-type': mediaType, ...headers }).end(body);

/** Leads elsewhere, with the same query. */
export const redirects =
  (location: () => string, status = 302): Behaviour =>
  ({ search }, response) =>
    void response.writeHead(status, { location: location() + search }).end();
