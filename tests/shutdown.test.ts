import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sendFile } from '../src/http/file.ts';
import { Problem } from '../src/http/problem.ts';
import { Drain, type StopSteps } from '../src/http/shutdown.ts';
import { type ServerProcess, startProcess } from './support/process.ts';

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** For what takes a moment on a machine that does other things too. */
const patience = { timeout: 20_000 };

/** A server with a drain. */
async function start(listener: RequestListener) {
  const server = createServer();
  const drain = new Drain(server);
  server.on('request', listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { drain, port };
}

/** A connection on which requests are written as text, and what has come back. */
function open(port: number) {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const seen = { text: '', closed: false };
  socket.on('data', (data) => {
    seen.text += String(data);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    seen.closed = true;
  });
  return { socket, seen, ask: (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`) };
}

const steps = (limit: number, more: Partial<StopSteps> = {}): StopSteps => ({
  limit,
  close: () => Promise.resolve(),
  ...more,
});

/** Seconds that something takes. */
async function seconds(task: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await task;
  return (performance.now() - started) / 1000;
}

test('answers that a client has asked for ahead end with its connection', async () => {
  const closed: string[] = [];
  const { drain, port } = await start((request, response) => {
    response.once('close', () => closed.push(request.url ?? ''));
    // The second has been written, and waits for the first.
    if (request.url === '/b') response.end('well');
  });
  const { socket } = open(port);
  socket.write(['/a', '/b', '/c'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
  await expect.poll(() => drain.open).toBe(3);
  socket.destroy();
  await expect.poll(() => drain.open).toBe(0);
  expect(closed.sort()).toEqual(['/a', '/b', '/c']);
  expect(await seconds(drain.stop(steps(5)))).toBeLessThan(1);
});

test.runIf(existsSync('/proc/self/fd'))(
  'files that a client has asked for ahead are closed with its connection',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'shutdown-test-'));
    const file = path.join(folder, 'large');
    writeFileSync(file, Buffer.alloc(4 << 20));
    const opened = (): number =>
      readdirSync('/proc/self/fd').filter((name) => {
        try {
          return readlinkSync(`/proc/self/fd/${name}`) === file;
        } catch {
          return false;
        }
      }).length;
    const { port } = await start((request, response) => {
      if (request.url === '/a') return;
      const sent = {
        path: file,
        headers: {},
        bytes: 4 << 20,
        sha256: '00',
        absent: () => new Problem(404, 'not-found', 'It is gone.'),
      };
      void sendFile(request as never, response as never, sent);
    });
    const { socket } = open(port);
    socket.write(['/a', '/b', '/c'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    await expect.poll(opened).toBe(2);
    socket.destroy();
    await expect.poll(opened).toBe(0);
    rmSync(folder, { recursive: true });
  },
);

describe('a server that stops', () => {
  test('closes at once what is idle, and takes no more connections', async () => {
    const { drain, port } = await start((_request, response) => void response.end('well'));
    const kept = open(port);
    kept.ask('/');
    await expect.poll(() => kept.seen.text).toContain('well');
    expect(drain.stopping).toBe(false);
    expect(await seconds(drain.stop(steps(5)))).toBeLessThan(1);
    expect(drain.stopping).toBe(true);
    await expect.poll(() => kept.seen.closed).toBe(true);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  test('lets an answer under way come to its end, and closes its connection', async () => {
    const { drain, port } = await start(async (_request, response) => {
      await pause(300);
      response.end('all of it');
    });
    const { seen, ask } = open(port);
    ask('/');
    await expect.poll(() => drain.open).toBe(1);
    let closedAt = 0;
    const close = async (): Promise<void> => {
      closedAt = performance.now();
    };
    const started = performance.now();
    expect(await seconds(drain.stop(steps(5, { close })))).toBeLessThan(2);
    // The workers end after the answers.
    expect(closedAt - started).toBeGreaterThan(200);
    await expect.poll(() => seen.closed).toBe(true);
    expect(seen.text).toMatch(/^HTTP\/1\.1 200[\s\S]*Connection: close[\s\S]*all of it/);
  });

  test('closes the connection of an answer that had begun before', async () => {
    const { drain, port } = await start(async (_request, response) => {
      response.write('one');
      await pause(300);
      response.end('two');
    });
    const { seen, ask } = open(port);
    ask('/');
    await expect.poll(() => seen.text).toContain('one');
    expect(await seconds(drain.stop(steps(5)))).toBeLessThan(2);
    await expect.poll(() => seen.closed).toBe(true);
    expect(seen.text).toContain('two');
  });

  test('refuses what has not ended shortly before the limit', async () => {
    let refuse: () => void = () => undefined;
    const { drain, port } = await start((_request, response) => {
      refuse = () => void response.writeHead(503).end('stopping');
    });
    const { seen, ask } = open(port);
    ask('/');
    await expect.poll(() => drain.open).toBe(1);
    const taken = await seconds(drain.stop(steps(1, { close: async () => refuse() })));
    expect(taken).toBeGreaterThan(0.5);
    expect(taken).toBeLessThan(1.2);
    await expect.poll(() => seen.closed).toBe(true);
    expect(seen.text).toMatch(/^HTTP\/1\.1 503[\s\S]*stopping/);
  });

  test('ends within the limit whatever hangs: an answer, the workers, half a request', async () => {
    const { drain, port } = await start(() => undefined);
    const hanging = open(port);
    hanging.ask('/');
    const half = open(port);
    half.socket.write('GET / HTTP/1.1\r\nHo');
    await expect.poll(() => drain.open).toBe(1);
    const taken = await seconds(drain.stop(steps(1, { close: () => new Promise(() => undefined) })));
    expect(taken).toBeLessThan(1.3);
    await expect.poll(() => hanging.seen.closed && half.seen.closed).toBe(true);
  });

  test('refuses what waits at once, and stops only once', async () => {
    const told: string[] = [];
    const { drain } = await start(() => undefined);
    const both = steps(1, {
      refuseWaiting: () => told.push('waiting'),
      close: async () => void told.push('close'),
    });
    await Promise.all([drain.stop(both), drain.stop(both)]);
    expect(told).toEqual(['waiting', 'close']);
  });
});

describe('the process', () => {
  let folder: string;
  const started: ServerProcess[] = [];
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'shutdown-'));
    const triples = Array.from({ length: 100 }, (_, number) => `<http://e/s${number}> <http://e/p> ${number} .`);
    writeFileSync(path.join(folder, 'a.ttl'), triples.join('\n'));
  });
  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function serve(...options: string[]): Promise<ServerProcess> {
    const data = ['--plain', '--data', path.join(folder, 'a.ttl'), '--store', path.join(folder, 'store')];
    const server = await startProcess([...data, '--rate-limit', '0', ...options]);
    started.push(server);
    return server;
  }

  /** A query over so many times 100 by 100 pairs of triples. Each call makes another one, so that no cache knows it. */
  let asked = 0;
  const pairs = (times: number): string =>
    `SELECT (COUNT(*) AS ?n${++asked}) { VALUES ?x { ${Array.from({ length: times }, (_, number) => number).join(' ')} } ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?x))) > 0) }`;
  const runaway = (): string =>
    `SELECT (COUNT(*) AS ?n${++asked}) { ${'abcdefgh'.replace(/./g, '?s$& ?p$& ?o$& . ')} }`;
  const ask = (server: ServerProcess, query: string): Promise<Response> =>
    fetch(`${server.url}/sparql?${new URLSearchParams({ query })}`, { headers: { Connection: 'close' } });
  const busy = async (server: ServerProcess): Promise<number> =>
    Number(/^sparql_workers_busy (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);

  test('lets a query that runs come to its end, and exits with 0', async () => {
    const server = await serve('--stop-limit', '30', '--timeout', '30');
    // So many as take this machine a second or so.
    let times = 1;
    while ((await seconds(ask(server, pairs(times)))) < 0.7) times *= 2;
    const running = ask(server, pairs(times));
    await expect.poll(() => busy(server), patience).toBe(1);
    server.child.kill('SIGTERM');
    const response = await running;
    expect(response.status).toBe(200);
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.json()).toMatchObject({
      results: { bindings: [{ [`n${asked}`]: { value: `${times * 10_000}` } }] },
    });
    expect(await server.ended).toBe(0);
    // Nothing of the log is lost.
    expect(server.output.stdout.trimEnd().split('\n').at(-1)).toContain('"outcome":"ok"');
  });

  test('refuses what waits at once and what runs away at the limit, and exits with 0 within it', async () => {
    const server = await serve('--stop-limit', '3', '--timeout', '60', '--workers', '1');
    const asks = [runaway(), runaway(), runaway(), runaway(), runaway()].map(async (query) => {
      const response = await ask(server, query);
      const { type } = (await response.json()) as { type: string };
      return { status: response.status, retry: response.headers.get('retry-after'), type, at: performance.now() };
    });
    await expect.poll(() => busy(server), patience).toBeGreaterThan(0);
    await pause(500);
    const told = performance.now();
    server.child.kill('SIGTERM');
    const answers = await Promise.all(asks);
    expect(await server.ended).toBe(0);
    expect((performance.now() - told) / 1000).toBeLessThan(4);
    for (const { status, retry, type } of answers) {
      expect(status).toBe(503);
      expect(Number(retry)).toBeGreaterThan(0);
      expect(type).toMatch(/query-closed$/);
    }
    const waits = answers.map(({ at }) => (at - told) / 1000);
    expect(Math.min(...waits)).toBeLessThan(1);
    expect(Math.max(...waits)).toBeGreaterThan(1.5);
  });

  test('ends at once at a second signal', async () => {
    const server = await serve('--stop-limit', '30', '--timeout', '60');
    void ask(server, runaway()).catch(() => undefined);
    await expect.poll(() => busy(server), patience).toBe(1);
    server.child.kill('SIGINT');
    // The same signal again within a moment is npm's, that passes on what the terminal has sent already.
    server.child.kill('SIGINT');
    await pause(1000);
    expect(server.child.exitCode).toBeNull();
    const told = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(128 + 15);
    expect((performance.now() - told) / 1000).toBeLessThan(2);
  });

  // A request that came between listening and the making of the site was never answered.
  test('answers whoever asks from the moment it listens', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const starting = serve('--port', String(port));
    const url = `http://127.0.0.1:${port}/healthz`;
    const statuses: number[] = [];
    for (const end = performance.now() + 60_000; statuses.length < 20 && performance.now() < end; await pause(2)) {
      const response = await fetch(url, {
        signal: AbortSignal.timeout(20_000),
        headers: { Connection: 'close' },
      }).catch((error: Error) => {
        // It does not listen yet.
        if (error.name === 'TimeoutError') throw error;
      });
      if (response) statuses.push(response.status);
    }
    await starting;
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('ends also where nobody reads its log any more', async () => {
    const server = await serve();
    server.child.stdout?.destroy();
    await fetch(server.url);
    // While the line about that request still waits to be written.
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  test('with nothing to do exits at once', async () => {
    const server = await serve('--stop-limit', '30');
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, patience).toBe(200);
    server.child.kill('SIGTERM');
    expect(await seconds(server.ended)).toBeLessThan(3);
    expect(await server.ended).toBe(0);
  });
});
