import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRemoteClient, type RemoteCall, RemoteFailure } from '../src/engine/remote/remote-client.ts';

let server: Server;
let base: string;
const open = new Set<ServerResponse>();
const heads: IncomingMessage['headers'][] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    heads.push(request.headers);
    const { pathname } = new URL(request.url ?? '/', base);
    if (pathname === '/never') return;
    if (pathname === '/drops') return void response.writeHead(200).write('begun');
    if (pathname === '/packed')
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
    if (pathname === '/moved') return void response.writeHead(307, { location: '/echo' }).end();
    if (pathname === '/loop') return void response.writeHead(301, { location: '/loop' }).end();
    if (pathname === '/away')
      return void response.writeHead(302, { location: `http://localhost:${port()}/echo` }).end();
    if (pathname === '/file') return void response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    if (pathname === '/other') return void response.writeHead(303, { location: '/echo' }).end();
    const body = await text(request);
    response.writeHead(200, { 'content-type': 'Text/Plain; charset=utf-8' }).end(`${request.method} ${body}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${port()}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const port = (): number => (server.address() as AddressInfo).port;
const secret = 'correct-horse';
const client = createRemoteClient({
  connections: 4,
  credentials: { kind: 'basic', user: 'reader', password: secret },
});
afterAll(() => client.close());
const send = (path: string, call: Partial<RemoteCall> = {}) =>
  client.send({ url: `${base}${path}`, method: 'GET', timeLimit: 5, ...call });
const failure = async (...asked: Parameters<typeof send>): Promise<RemoteFailure> => {
  const error = await send(...asked).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(RemoteFailure);
  expect((error as Error).message).not.toContain(secret);
  return error as RemoteFailure;
};

test('content is sent, and sent again where a redirect on the same host leads', async () => {
  const body = { mediaType: 'text/plain', content: 'hello' };
  for (const path of ['/echo', '/moved']) {
    const answer = await send(path, { method: 'POST', body });
    expect([answer.status, answer.mediaType, await text(answer.body)]).toEqual([200, 'text/plain', 'POST hello']);
    expect(heads.at(-1)).toMatchObject({
      authorization: `Basic ${Buffer.from(`reader:${secret}`).toString('base64')}`,
      'accept-encoding': 'identity',
    });
  }
});

test.each([
  ['/away', 'redirect', /redirects to http:\/\/localhost/],
  ['/file', 'redirect', /redirects to null|redirects to file/],
  ['/other', 'redirect', /status 303/],
  ['/loop', 'redirect', /more than 3 times/],
  ['/packed', 'coded', /gzip/],
])('%s is not followed or taken', async (path, kind, message) => {
  const before = heads.length;
  const fault = await failure(path);
  expect([fault.kind, fault.message]).toEqual([kind, expect.stringMatching(message)]);
  expect(heads.length - before).toBe(path === '/loop' ? 4 : 1);
});

test('an answer that does not begin is given up', async () => {
  const fault = await failure('/never', { timeLimit: 0.2 });
  expect(fault).toMatchObject({ kind: 'slow', message: expect.stringContaining('within 0.2 s') });
  await expect.poll(() => open.size).toBe(0);
});

test('the limit is for the head: a body that has begun may take longer, until the signal', async () => {
  const gone = new AbortController();
  const { body } = await send('/drops', { timeLimit: 0.2, signal: gone.signal });
  await new Promise((done) => setTimeout(done, 400));
  expect(open.size).toBe(1);
  gone.abort();
  await expect(text(body)).rejects.toThrow();
  await expect.poll(() => open.size).toBe(0);
});

test('a server that is not there is named', async () => {
  const fault = await createRemoteClient({ connections: 1 })
    .send({ url: 'http://127.0.0.1:9/', method: 'GET', timeLimit: 5 })
    .catch((error: unknown) => error);
  expect(fault).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('127.0.0.1:9') });
});
