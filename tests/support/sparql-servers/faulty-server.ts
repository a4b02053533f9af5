import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from './sparql-server.ts';

/** A request that the server got. */
export interface Got {
  readonly method: string;
  /** With its query string. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Whether the client went away before it had the whole answer. */
  readonly isAborted: () => boolean;
}

/** What the server does with a request. */
export type Reaction = (got: Got, response: ServerResponse) => void | Promise<void>;

/** A server that does wrong what it is told to do wrong, in this process. */
export interface FaultyServer extends RunningServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** All requests so far, those it does well as well. */
  readonly got: readonly Got[];
  /** Requests that have neither their whole answer nor been given up by the client. */
  readonly open: () => number;
  /** Decides anew what happens to requests from now on. */
  readonly react: (choose: (got: Got) => Reaction | undefined) => void;
}

/**
 * Starts a faulty server. What `choose` leaves alone is passed on to the server behind it, with path and all; without
 * one, it is 404.
 */
export async function startFaultyServer(
  choose: (got: Got) => Reaction | undefined = () => undefined,
  behind?: RunningServer,
): Promise<FaultyServer> {
  const got: Got[] = [];
  const waiting = new Set<ServerResponse>();
  let chosen = choose;
  const server = createServer(async (request, response) => {
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
    response.on('error', () => undefined);
    try {
      const each: Got = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: await buffer(request),
        isAborted: () => response.closed && !response.writableFinished,
      };
      got.push(each);
      await (chosen(each) ?? (behind ? passOn(behind) : answers(404, 'text/plain', 'There is nothing here.')))(
        each,
        response,
      );
    } catch {
      // The client went away while it sent.
      response.destroy();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const at = (address: string | undefined, otherwise: string): string =>
    url + (address === undefined ? otherwise : new URL(address).pathname);
  return {
    url,
    query: at(behind?.query, '/query'),
    update: at(behind?.update, '/update'),
    store: at(behind?.store, '/store'),
    got,
    open: () => waiting.size,
    react: (next) => {
      chosen = next;
    },
    ended: () => undefined,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** Has another server answer. */
export const passOn =
  (behind: RunningServer): Reaction =>
  async (got, response) => {
    const answer = await send(behind, got).catch(() => undefined);
    if (!answer) return void response.destroy();
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    await pipeline(answer, response).catch(() => undefined);
  };

/** Has another server answer, and says that it is a product of another name. */
export const passOnAs =
  (product: string, behind: RunningServer): Reaction =>
  (got, response) => {
    response.setHeader('server', product);
    return passOn(behind)(got, response);
  };

/** Has another server do what is asked, and closes the connection instead of telling so. */
export const losesAnswerOf =
  (behind: RunningServer): Reaction =>
  async (got, response) => {
    await buffer(await send(behind, got));
    response.destroy();
  };

const send = ({ query }: RunningServer, { method, url, headers, body }: Got): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { 'transfer-encoding': _, connection: __, ...others } = headers;
    const options = { method, headers: { ...others, 'content-length': body.length } };
    ask(new URL(url, query), options, resolve).once('error', reject).end(body);
  });

/** Always the same. */
export const answers =
  (status: number, mediaType: string, body: string, headers: Readonly<Record<string, string>> = {}): Reaction =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': mediaType, ...headers }).end(body);

/** Does nothing at all. */
export const neverAnswers: Reaction = () => undefined;

/** Closes the connection without a word. */
export const hangsUp: Reaction = (_, response) => void response.destroy();

/** Takes its time before the head, then does as it is told. */
export const waits =
  (milliseconds: number, then: Reaction): Reaction =>
  async (got, response) => {
    await sleep(milliseconds);
    if (!response.closed) await then(got, response);
  };

/** Sends the head at once, and then one byte after the other. */
export const drips =
  (mediaType: string, body: string, milliseconds: number): Reaction =>
  async (_, response) => {
    response.writeHead(200, { 'content-type': mediaType });
    for (const byte of Buffer.from(body)) {
      if (response.closed) return;
      response.write(Buffer.of(byte));
      await sleep(milliseconds);
    }
    response.end();
  };

/** Breaks the connection in the middle of its answer, after so many bytes. */
export const cutsAfter =
  (bytes: number, mediaType: string, body: string): Reaction =>
  async (_, response) => {
    response.writeHead(200, { 'content-type': mediaType });
    await new Promise((sent) => response.write(Buffer.from(body).subarray(0, bytes), sent));
    response.destroy();
  };

/** Ends its answer too early, as if it were whole. */
export const endsAfter = (bytes: number, mediaType: string, body: string): Reaction =>
  answers(200, mediaType, Buffer.from(body).subarray(0, bytes).toString());

/** Sends for as long as somebody takes it, and never more than fits. */
export const sendsForEver =
  (mediaType: string, head: string, piece: string): Reaction =>
  async (_, response) => {
    response.writeHead(200, { 'content-type': mediaType });
    response.write(head);
    while (!response.closed)
      if (!response.write(piece))
        await new Promise<void>((resolve) => {
          const go = (): void => {
            response.off('drain', go).off('close', go);
            resolve();
          };
          response.on('drain', go).on('close', go);
        });
  };

/** A page for people, with status 200, as a proxy in front of a server that is down may send. */
export const sendsPage: Reaction = answers(200, 'text/html', '<!doctype html><title>Welcome</title><h1>It works!</h1>');

/** Looks like JSON from afar. */
export const sendsGarbage: Reaction = answers(200, 'application/sparql-results+json', '{"head":{"vars":["s"]},,]');

/** Says that all went well, and nothing else. */
export const saysNothing: Reaction = (_, response) => void response.writeHead(204).end();

/** What must not reach those who ask us. */
export const secrets = ['db-7.internal.example', '/srv/triples/secret.jnl', 'com.example.store.Journal', '10.1.2.3'];

/** Fails, and tells all about its inside. */
export const failsLoudly: Reaction = answers(
  500,
  'text/plain',
  `java.io.IOException: cannot read /srv/triples/secret.jnl on db-7.internal.example (10.1.2.3:8890)
\tat com.example.store.Journal.read(Journal.java:211)
\tat com.example.http.Servlet.doGet(Servlet.java:58)
Caused by: java.lang.NullPointerException
\t... 12 more\n`,
);

/** Lets nobody in. */
export const refuses = (status: 401 | 403): Reaction =>
  answers(status, 'text/plain', 'No.', status === 401 ? { 'www-authenticate': 'Basic realm="store"' } : {});

/** Has too much to do; says for how long, in seconds or as a date, or does not say. */
export const isBusy = (status: 429 | 503, retryAfter?: string): Reaction =>
  answers(status, 'text/plain', 'Busy.', retryAfter === undefined ? {} : { 'retry-after': retryAfter });

/** Leads elsewhere: to a path here, another host, itself again, or `file:`. */
export const leadsTo =
  (location: string | ((got: Got) => string), status: 301 | 302 | 303 | 307 | 308 = 302): Reaction =>
  (got, response) =>
    void response.writeHead(status, { location: typeof location === 'string' ? location : location(got) }).end();

/** Does one thing after the other, one for each request, and then what it does well. */
export function inTurn(...reactions: readonly Reaction[]): () => Reaction | undefined {
  const left = [...reactions];
  return () => left.shift();
}
