import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Drain, type StopSteps } from '../src/http/shutdown.ts';

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

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
