import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { countRows } from '../src/engine/count-rows.ts';
import { QueryFault } from '../src/engine/engine.ts';
import { createApp } from '../src/http/app.ts';
import { createLog, type LogLevel } from '../src/http/log.ts';
import { createMetrics, type MetricSources, type Metrics } from '../src/http/metrics.ts';
import { note, noteQuery, observe, observeQuery, requestId } from '../src/http/observe.ts';
import { defaultOperations } from '../src/http/operations.ts';
import type { Problem } from '../src/http/problem.ts';
import { limitRate, parseTrustProxy } from '../src/http/rate-limit.ts';
import { routes } from '../src/http/routes.ts';
import type { Site } from '../src/http/site.ts';
import { type ServerProcess, startProcess } from './support/process.ts';

type Line = Record<string, unknown>;

/** A log that is kept, and its lines so far. */
function keepLog(level: LogLevel = 'info') {
  const texts: string[] = [];
  const keep = new Writable({
    write(chunk, _encoding, done) {
      texts.push(String(chunk));
      done();
    },
  });
  return { log: createLog(level, keep), lines: () => texts.map((text) => JSON.parse(text) as Line) };
}

const sources: MetricSources = {
  workers: () => ({ ready: 2, busy: 1, queued: 3, restarts: 4 }),
  dataset: () => ({ version: '0123456789abcdef', asserted: 8, inferred: 9, described: 7 }),
};

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function listen(app: Express): Promise<string> {
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Problems as their status and text. */
const plainProblem: ErrorRequestHandler = (error: Problem, _request, response, _next) =>
  void response.status(error.status).send(error.message);

/** An observed application with some routes. */
function observed(options: { addresses?: boolean; level?: LogLevel } = {}) {
  const { log, lines } = keepLog(options.level);
  const metrics = createMetrics(sources);
  const observer = { log, metrics, addresses: options.addresses ?? false };
  const app = express();
  app.use(observe(observer));
  app.get('/thing/:name', (request, response) => void response.send(requestId(request)));
  app.get('/same', (request, response) => {
    note(request, { cache: 'hit' });
    response.status(304).end();
  });
  app.get('/healthz', (_request, response) => void response.send('ok'));
  app.get('/refused', (request, response) => {
    note(request, { outcome: 'not-acceptable' });
    response.status(406).end();
  });
  app.get('/never', (_request, response) => void response.write('{'));
  app.get('/sparql', async (request, response) => {
    const query = String(request.query['query']);
    noteQuery(request, query);
    note(request, { form: 'select' });
    try {
      const answer = await observeQuery(metrics, request, async () => {
        if (query.includes('slow')) throw new QueryFault('too-slow', 'Stopped.');
        if (query.includes('bug')) throw new TypeError('x is not a function');
        return { engine: 'oxigraph', rows: 3, waited: 0.0012345 };
      });
      response.json(answer);
    } catch {
      response.status(503).end();
    }
  });
  return { app, lines, metrics };
}

const lineOf = async (lines: () => Line[]): Promise<Line> => {
  await expect.poll(() => lines().length).toBeGreaterThan(0);
  return lines().at(-1) as Line;
};

describe('a line of the log', () => {
  test('says what was asked and what became of it', async () => {
    const { app, lines } = observed();
    const url = await listen(app);
    const response = await fetch(`${url}/thing/a?secret=1`);
    const body = await response.text();
    const line = await lineOf(lines);
    expect(line).toMatchObject({
      level: 'info',
      message: 'request',
      method: 'GET',
      path: '/thing/a',
      route: '/thing/:name',
      status: 200,
      outcome: 'ok',
      request: response.headers.get('x-request-id'),
    });
    expect(body).toBe(line['request']);
    expect(new Date(String(line['time'])).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(line['ms']).toBeGreaterThan(0);
    expect(line['bytes']).toBeGreaterThan(body.length);
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  test('has the hash of a query, never its text', async () => {
    const { app, lines } = observed();
    const url = await listen(app);
    await fetch(`${url}/sparql?query=${encodeURIComponent('SELECT * { ?s ?p "private" }')}`);
    const line = await lineOf(lines);
    expect(line).toMatchObject({ form: 'select', engine: 'oxigraph', rows: 3, queued: 1.2, outcome: 'ok' });
    expect(line['query']).toMatch(/^[\da-f]{16}$/);
    expect(JSON.stringify(line)).not.toContain('private');
  });

  test.each([
    ['/sparql?query=slow', 'too-slow'],
    ['/sparql?query=bug', 'error'],
    ['/same', 'not-modified'],
    ['/refused', 'not-acceptable'],
    ['/nothing', 'refused'],
  ])('of %s says %s', async (path, outcome) => {
    const { app, lines } = observed();
    await fetch((await listen(app)) + path);
    expect(await lineOf(lines)).toMatchObject({ outcome });
  });

  test('comes also when the client goes before the end', async () => {
    const { app, lines } = observed();
    const { port } = new URL(await listen(app));
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.once('data', () => socket.destroy());
    expect(await lineOf(lines)).toMatchObject({ outcome: 'aborted', path: '/never' });
  });

  test.each([
    [{}, undefined],
    [{ addresses: true }, '127.0.0.1'],
  ])('with %j has the address %s', async (options, address) => {
    const { app, lines } = observed(options);
    await fetch(`${await listen(app)}/thing/a`);
    expect((await lineOf(lines))['address']).toBe(address);
  });

  test('is not written for what asks every few seconds, unless wanted', async () => {
    for (const level of ['info', 'debug'] as const) {
      const { app, lines } = observed({ level });
      const url = await listen(app);
      await fetch(`${url}/healthz`);
      await fetch(`${url}/thing/a`);
      await expect.poll(() => lines().at(-1)?.['path']).toBe('/thing/a');
      expect(lines()).toHaveLength(level === 'debug' ? 2 : 1);
    }
  });

  test('of an error has its stack', () => {
    const { log, lines } = keepLog();
    log.error({ error: new TypeError('x is not a function'), request: 'r' }, 'Not foreseen');
    expect(lines()[0]).toMatchObject({ level: 'error', request: 'r', error: { type: 'TypeError' } });
    expect(JSON.stringify(lines()[0])).toContain('observability.test');
  });

  test('is not there below the level, nor when silent', () => {
    for (const level of ['warn', 'silent'] as const) {
      const { log, lines } = keepLog(level);
      log.info({}, 'x');
      expect(lines()).toEqual([]);
    }
  });
});

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const made = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;

test.each<[Record<string, string>, string | RegExp]>([
  [{ 'X-Request-Id': 'abc-DEF_1.23' }, 'abc-DEF_1.23'],
  [{ traceparent: `00-${trace}-00f067aa0ba902b7-01` }, trace],
  [{ 'X-Request-Id': 'well-formed', traceparent: `00-${trace}-00f067aa0ba902b7-01` }, 'well-formed'],
  [{ 'X-Request-Id': 'bad id', traceparent: `00-${trace}-00f067aa0ba902b7-01` }, trace],
  [{ 'X-Request-Id': 'short' }, made],
  [{ 'X-Request-Id': 'x'.repeat(65) }, made],
  [{ 'X-Request-Id': '<script>alert(1)</script>' }, made],
  [{ 'X-Request-Id': '{"level":"error"}' }, made],
  [{ traceparent: `ff-${trace}-00f067aa0ba902b7-01` }, made],
  [{ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }, made],
  [{ traceparent: `00-${trace.toUpperCase()}-00f067aa0ba902b7-01` }, made],
  [{}, made],
])('a request with %j has the id %s', async (headers, id) => {
  const { app } = observed({ level: 'silent' });
  const response = await fetch(`${await listen(app)}/thing/a`, { headers });
  expect(response.headers.get('x-request-id')).toMatch(typeof id === 'string' ? new RegExp(`^${id}$`) : id);
});

const nasty = '{"[\\\\"\\n<result>\\r\\n}';
test.each([
  ['application/sparql-results+json', '{"head":{"vars":[]},"results":{"bindings":[]}}', 0],
  [
    'application/sparql-results+json',
    `{"head":{"link":[],"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":${JSON.stringify(nasty)}}}, {}]}}`,
    2,
  ],
  ['application/sparql-results+xml', '<sparql><head/><results></results></sparql>', 0],
  ['application/sparql-results+xml', '<results><result>&lt;result></result><result>\n</result></results>', 2],
  ['text/csv', 'a\r\n', 0],
  ['text/csv', 'a,b\r\n"x\r\ny ""z""",\r\n,\r\n', 2],
  ['text/tab-separated-values', '?a\n"\\""\n"x"', 2],
])('rows are counted in %s: %s', (mediaType, body, rows) => {
  expect(countRows({ kind: 'rows', mediaType, body: new TextEncoder().encode(body) })).toBe(rows);
});

/** The samples of a metric: labels to value. */
async function samples(metrics: Metrics, name: string): Promise<Record<string, number>> {
  const found = (await metrics.write())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    found.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('the metrics', () => {
  test('count requests by pattern, so that paths do not fill memory', async () => {
    const { app, metrics, lines } = observed();
    const url = await listen(app);
    for (const name of ['a', 'b', 'c']) await fetch(`${url}/thing/${name}`);
    for (const name of ['x', 'y']) await fetch(`${url}/${name}`, { method: 'PROPFIND' });
    await expect.poll(() => lines().length).toBe(5);
    expect(await samples(metrics, 'http_requests_total')).toEqual({
      '{route="/thing/:name",method="GET",status="200"}': 3,
      '{route="none",method="other",status="404"}': 2,
    });
    expect((await samples(metrics, 'http_request_duration_seconds_count'))['{route="/thing/:name"}']).toBe(3);
  });

  test('count queries by form, outcome and engine', async () => {
    const { app, metrics, lines } = observed();
    const url = await listen(app);
    for (const query of ['quick', 'quick', 'slow', 'bug']) await fetch(`${url}/sparql?query=${query}`);
    await expect.poll(() => lines().length).toBe(4);
    expect(await samples(metrics, 'sparql_queries_total')).toEqual({
      '{form="select",outcome="ok",engine="oxigraph"}': 2,
      '{form="select",outcome="too-slow",engine="none"}': 1,
      '{form="select",outcome="error",engine="none"}': 1,
    });
  });

  test('count what the cache had', async () => {
    const { app, metrics, lines } = observed();
    await fetch(`${await listen(app)}/same`);
    expect(await lineOf(lines)).toMatchObject({ cache: 'hit' });
    expect(await samples(metrics, 'answer_cache_lookups_total')).toEqual({ '{result="hit"}': 1 });
  });

  test.each([
    ['sparql_workers_ready', { '': 2 }],
    ['sparql_workers_busy', { '': 1 }],
    ['sparql_queue_length', { '': 3 }],
    ['sparql_worker_restarts_total', { '': 4 }],
    ['answer_cache_bytes', { '': 7 }],
    ['dataset_info', { '{version="0123456789abcdef"}': 1 }],
    ['dataset_triples', { '{kind="asserted"}': 8, '{kind="inferred"}': 9, '{kind="described"}': 7 }],
  ])('have %s', async (name, expected) => {
    const metrics = createMetrics(sources);
    metrics.addCache(() => 7);
    await metrics.write();
    // Asked twice, a counter that others keep has not doubled.
    expect(await samples(metrics, name)).toEqual(expected);
  });

  test('are in the format of Prometheus, with those of the process', async () => {
    const text = await createMetrics(sources).write();
    const line = /^(# (HELP|TYPE) .+|[a-z_][a-z0-9_]*(\{([a-z]+="[^"]*",?)+\})? (-?[\d.]+(e[+-]?\d+)?|NaN|\+Inf))?$/i;
    for (const each of text.split('\n')) expect(each).toMatch(line);
    expect(text).toContain('process_cpu_seconds_total');
  });

  test('are of one server each', async () => {
    const [one, other] = [createMetrics(sources), createMetrics(sources)];
    one.countQuery({ form: 'ask', outcome: 'ok', engine: 'oxigraph', seconds: 0.1 });
    expect(await samples(other, 'sparql_queries_total')).toEqual({});
  });
});

describe('the limit on how often', () => {
  async function limited(perMinute: number, trustProxy: unknown = 0) {
    const { log, lines } = keepLog();
    const app = express();
    app.set('trust proxy', trustProxy);
    const limit = limitRate(perMinute, log);
    if (limit) app.use(limit);
    app.use((_request, response) => void response.send('well'));
    app.use(plainProblem);
    return { url: await listen(app), lines };
  }
  const statuses = async (url: string, forwarded: readonly string[], method = 'GET'): Promise<number[]> => {
    const found: number[] = [];
    for (const address of forwarded)
      found.push((await fetch(url, { method, headers: address ? { 'X-Forwarded-For': address } : {} })).status);
    return found;
  };

  test('refuses with 429, and says when to come back', async () => {
    const { url } = await limited(2);
    const first = await fetch(url);
    expect(first.headers.get('ratelimit')).toMatch(/^"queries-per-client"; r=1; t=\d+$/);
    expect(first.headers.get('ratelimit-policy')).toMatch(/^"queries-per-client"; q=2; w=60; pk=/);
    await fetch(url);
    const third = await fetch(url);
    expect(third.status).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await third.text()).toMatch(/2 times within a minute/);
  });

  test('does not count preflights', async () => {
    const { url } = await limited(1);
    expect(await statuses(url, ['', '', ''], 'OPTIONS')).toEqual([200, 200, 200]);
  });

  test('of 0 is none', async () => {
    const { url } = await limited(0);
    expect(await statuses(url, ['', '', ''])).toEqual([200, 200, 200]);
  });

  test('does not believe what a client says of its address, and says so once', async () => {
    const { url, lines } = await limited(2);
    expect(await statuses(url, ['192.0.2.1', '192.0.2.2', '192.0.2.3'])).toEqual([200, 200, 429]);
    expect(lines().map(({ level }) => level)).toEqual(['warn']);
  });

  test('takes clients apart behind a proxy that is trusted', async () => {
    const { url, lines } = await limited(1, 1);
    expect(await statuses(url, ['192.0.2.1', '192.0.2.2', '192.0.2.1'])).toEqual([200, 200, 429]);
    expect(lines()).toEqual([]);
  });

  test('counts the IPv6 addresses of one network together', async () => {
    const { url } = await limited(1, ['loopback']);
    const addresses = ['2001:db8:1:2::1', '2001:db8:1:3::9', '2001:db8:2::1'];
    expect(await statuses(url, addresses)).toEqual([200, 429, 200]);
  });

  test.each<[string, unknown]>([
    ['0', 0],
    ['2', 2],
    ['loopback', ['loopback']],
    ['10.0.0.0/8, 192.0.2.1,::1', ['10.0.0.0/8', '192.0.2.1', '::1']],
  ])('trusts the proxies "%s"', (text, expected) => {
    expect(parseTrustProxy(text)).toEqual(expected);
  });

  test.each([
    'true',
    '',
    '-1',
    '10.0.0.0/33',
    '10.0.0',
    'example.org',
    '::1/x',
    '1.2.3.4/8/9',
  ])('trusts no proxies "%s"', (text) => {
    expect(() => parseTrustProxy(text)).toThrow(/is no number of proxies/);
  });
});

describe('what the application does', () => {
  const { log, lines } = keepLog();
  /** As much of a site as these routes ask, and a fault that nobody foresaw. */
  const site = (facts: { stopping?: boolean; loaded?: boolean; workers?: number } = {}): Site => {
    const { stopping = false, loaded = true, workers = 2 } = facts;
    const operations = {
      options: defaultOperations,
      log,
      metrics: createMetrics(sources),
      addresses: false,
      limit: undefined,
      stopping: () => stopping,
    };
    return {
      publicUrl: 'http://example.org',
      dataset: { version: '0123456789abcdef' },
      pool: { state: { ready: workers }, check: async () => (workers ? undefined : 'No query worker is ready.') },
      loading: { done: () => loaded, whenDone: Promise.resolve() },
      index: { epoch: 0, reading: async (work: () => unknown) => work() },
      collections: {
        names: [],
        get: () => {
          throw new TypeError('Cannot read /secret/path');
        },
      },
      operations,
      report: (error: unknown, request?: string) => log.error({ error, request }, 'unforeseen'),
    } as unknown as Site;
  };

  test('with an error that nobody foresaw: the client gets an id to tell, the log the stack', async () => {
    const response = await fetch(`${await listen(createApp(site()))}/anything`, { headers: { Accept: '*/*' } });
    expect(response.status).toBe(500);
    const body = await response.text();
    const id = response.headers.get('x-request-id') as string;
    expect(JSON.parse(body)).toMatchObject({ status: 500, request: id, detail: expect.stringContaining(id) });
    expect(body).not.toMatch(/secret|\.ts/);
    await expect.poll(() => lines().length).toBe(2);
    expect(lines()[0]).toMatchObject({ level: 'error', request: id, error: { message: 'Cannot read /secret/path' } });
    expect(lines()[1]).toMatchObject({ request: id, status: 500, outcome: 'internal-error', route: '/:collection' });
  });

  test.each([
    [{}, 200],
    [{ stopping: true }, 503],
    [{ loaded: false }, 503],
    [{ workers: 0 }, 503],
  ])('/readyz with %j is %i', async (facts, status) => {
    const url = await listen(createApp(site(facts)));
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ version: '0123456789abcdef' });
    if (status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('limits how often a client may ask what takes work: queries, comparisons of versions, reconciliation, search', () => {
    const limited = routes.filter((route) => route.limited).map(({ path }) => path.split('/')[1]);
    expect([...new Set(limited)].sort()).toEqual([
      'changes',
      'changes.atom',
      'reconcile',
      'search',
      'search{.:suffix}',
      'sparql',
    ]);
  });
});

describe('a running server', () => {
  let folder: string;
  let server: ServerProcess;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'observability-'));
    writeFileSync(path.join(folder, 'a.ttl'), '<http://e/a> <http://e/p> "one", "two" .');
    const data = ['--plain', '--data', path.join(folder, 'a.ttl'), '--store', path.join(folder, 'store')];
    server = await startProcess([...data, '--rate-limit', '4', '--workers', '1']);
  });
  afterAll(async () => {
    server?.child.kill('SIGKILL');
    await server?.ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const logged = (): Line[] =>
    server.output.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);

  test('logs, counts and limits queries', async () => {
    const ask = (query: string): Promise<Response> =>
      fetch(`${server.url}/sparql?${new URLSearchParams({ query })}`, { headers: { Accept: 'text/csv' } });
    const query = 'SELECT ?o { <http://e/a> ?p ?o }';
    for (let count = 0; count < 2; count++)
      expect(await (await ask(query)).text()).toMatch(/^o\r\n(one|two)\r\n(one|two)\r\n$/);
    expect((await ask('SELECT')).status).toBe(400);
    expect((await ask('DROP ALL')).status).toBe(400);
    const limited = await ask(query);
    expect(limited.status).toBe(429);
    expect(limited.headers.get('content-type')).toContain('application/problem+json');
    expect(limited.headers.get('access-control-allow-origin')).toBe('*');
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await limited.json()).toMatchObject({ status: 429, type: expect.stringMatching(/too-many-requests$/) });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

    await expect.poll(() => logged().length).toBe(5);
    const common = { route: '/sparql', method: 'GET', level: 'info' };
    expect(logged()).toMatchObject([
      {
        ...common,
        form: 'select',
        engine: 'oxigraph',
        rows: 2,
        queued: expect.any(Number),
        cache: 'miss',
        outcome: 'ok',
      },
      { ...common, form: 'select', cache: 'hit', outcome: 'ok' },
      { ...common, outcome: 'query-syntax' },
      { ...common, outcome: 'query-update' },
      { ...common, outcome: 'too-many-requests', status: 429 },
    ]);
    expect(logged()[1]?.['query']).toBe(logged()[0]?.['query']);
    expect(server.output.stdout).not.toMatch(/SELECT|127\.0\.0\.1/);

    const response = await fetch(`${server.url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = await response.text();
    for (const line of [
      'http_requests_total{route="/sparql",method="GET",status="200"} 2',
      'http_requests_total{route="/sparql",method="GET",status="429"} 1',
      'sparql_queries_total{form="select",outcome="ok",engine="oxigraph"} 1',
      'sparql_queries_total{form="select",outcome="syntax",engine="none"} 1',
      'sparql_workers_ready 1',
      'dataset_triples{kind="asserted"} 2',
    ])
      expect(text).toContain(`${line}\n`);
    expect(text).toMatch(/^answer_cache_hits_total 1$|^answer_cache_lookups_total\{result="hit"\} 1$/m);
  });

  test('is ready', async () => {
    const ready = async (): Promise<unknown> => (await fetch(`${server.url}/readyz`)).json();
    await expect.poll(ready, { timeout: 20_000 }).toMatchObject({ status: 'ready', workers: 1 });
  });
});
