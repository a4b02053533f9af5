import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPlain } from '../src/dataset/build.ts';
import { QueryFault, type QueryRequest } from '../src/engine/engine.ts';
import type { QueryService } from '../src/engine/query-service.ts';
import { createApp } from '../src/http/app.ts';
import { BodyCache } from '../src/http/body-cache.ts';
import { acceptedCodings, isCompressible } from '../src/http/compress.ts';
import { findMatch } from '../src/http/conditional.ts';
import { readParameters } from '../src/http/parameters.ts';
import type { Site } from '../src/http/site.ts';
import { readAssets } from '../src/load/assets.ts';
import { Collections } from '../src/publish/collections.ts';
import { GraphIndex } from '../src/publish/graph-index.ts';
import { Tables } from '../src/publish/tables.ts';

const never = new AbortController().signal;
const bytes = (length: number, fill = 'a'): Uint8Array => Buffer.alloc(length, fill);

describe('the cache of bodies', () => {
  test('makes a body once, however often and by whomever it is asked for', async () => {
    const cache = new BodyCache(1e6);
    let made = 0;
    const make = async () => {
      made++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return bytes(10);
    };
    const all = await Promise.all([1, 2, 3].map(() => cache.get('key', undefined, never, make)));
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
    await cache.get('key', undefined, never, make);
    expect(made).toBe(1);
    expect(cache.find('key', undefined)?.body).toBe(all[0]?.body);
    expect(cache.find('other', undefined)).toBeUndefined();
  });

  test('codes a body once for each coding, and knows what is coded', async () => {
    const cache = new BodyCache(1e6);
    const body = bytes(5000);
    for (const [coding, decode] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const found = await cache.get('key', coding, never, async () => body);
      expect(found.coding).toBe(coding);
      expect(found.body.length).toBeLessThan(body.length);
      expect(decode(found.body)).toEqual(body);
      expect(cache.find('key', coding)).toEqual(found);
    }
    expect(cache.find('key', undefined)).toEqual({ body, coding: undefined });
  });

  test('leaves a small body as it is', async () => {
    const cache = new BodyCache(1e6);
    expect((await cache.get('key', 'br', never, async () => bytes(1023))).coding).toBeUndefined();
    expect(cache.find('key', 'br')?.coding).toBeUndefined();
  });

  test('keeps no more than its bytes, and forgets first what was used least', async () => {
    const cache = new BodyCache(8000);
    for (let key = 0; key < 20; key++) {
      await cache.get(`${key}`, undefined, never, async () => bytes(900));
      cache.find('0', undefined);
      expect(cache.bytes).toBeLessThanOrEqual(8000);
    }
    expect(cache.find('0', undefined)).toBeDefined();
    expect(cache.find('1', undefined)).toBeUndefined();
    expect(cache.find('19', undefined)).toBeDefined();
  });

  test('does not keep, nor code, a body of more than a quarter of it', async () => {
    const cache = new BodyCache(16_000);
    expect((await cache.get('key', 'br', never, async () => bytes(4001))).coding).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });

  test('keeps nothing when it has no bytes', async () => {
    const cache = new BodyCache(0);
    expect((await cache.get('key', undefined, never, async () => bytes(1))).body).toHaveLength(1);
    expect(cache.find('key', undefined)).toBeUndefined();
  });

  test('keeps no failure', async () => {
    const cache = new BodyCache(1e6);
    const failing = Promise.all(
      [1, 2].map(() => cache.get('key', undefined, never, () => Promise.reject(new Error('no')))),
    );
    await expect(failing).rejects.toThrow('no');
    expect((await cache.get('key', undefined, never, async () => bytes(1))).body).toHaveLength(1);
  });

  test('stops the work when all who wait have gone, and not before', async () => {
    const cache = new BodyCache(1e6);
    const clients = [new AbortController(), new AbortController()];
    let stopped = false;
    const make = (signal: AbortSignal): Promise<Uint8Array> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped = true;
          reject(new Error('stopped'));
        });
      });
    const waiting = clients.map(({ signal }) =>
      cache.get('key', undefined, signal, make).catch((error) => error.message),
    );
    clients[0]?.abort();
    expect(stopped).toBe(false);
    clients[1]?.abort();
    expect(stopped).toBe(true);
    // Who comes now is not given the failure of the others.
    expect((await cache.get('key', undefined, never, async () => bytes(1))).body).toHaveLength(1);
    expect(await Promise.all(waiting)).toEqual(['stopped', 'stopped']);
  });

  test('stops at once for a client that has gone already', async () => {
    const cache = new BodyCache(1e6);
    const gone = new AbortController();
    gone.abort();
    const make = async (signal: AbortSignal) => {
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      return bytes(1);
    };
    await expect(cache.get('key', undefined, gone.signal, make)).rejects.toThrow('aborted');
  });
});

describe('content codings', () => {
  test.each<[string | undefined, string[]]>([
    [undefined, []],
    ['', []],
    ['identity', []],
    ['gzip', ['gzip']],
    ['br', ['br']],
    ['gzip, deflate, br, zstd', ['br', 'gzip']],
    ['BR', ['br']],
    ['*', ['br', 'gzip']],
    ['br;q=0, *', ['gzip']],
    ['br;q=0.1, gzip;q=0.2', ['gzip', 'br']],
    ['gzip;q=0', []],
    ['gzip; q=0.0', []],
    ['gzip;q=x', []],
    ['deflate', []],
    [';;,,;q=,=', []],
  ])('Accept-Encoding: %s means %j', (header, codings) => {
    expect(acceptedCodings(header)).toEqual(codings);
  });

  test.each([
    ['text/html', true],
    ['text/csv', true],
    ['application/json', true],
    ['application/ld+json', true],
    ['application/sparql-results+xml', true],
    ['application/n-quads', true],
    ['application/trig', true],
    ['application/gzip', false],
    ['image/png', false],
  ])('%s is compressed: %s', (mediaType, compressed) => {
    expect(isCompressible(mediaType)).toBe(compressed);
  });
});

test.each<[string, string | undefined]>([
  ['"tag"', '"tag"'],
  ['W/"tag"', '"tag"'],
  ['"a", "tag", "b"', '"tag"'],
  ['"a","tag-br"', '"tag-br"'],
  ['"tag-gzip"', undefined],
  ['"tag-"', undefined],
  ['tag', undefined],
  ['"ta', undefined],
  ['*', undefined],
  ['', undefined],
])('If-None-Match: %s finds %s for who takes br', (header, found) => {
  expect(findMatch(header, 'tag', ['br'])).toBe(found);
});

describe('parameters', () => {
  test.each<[string, [string, string[]][]]>([
    ['', []],
    [
      'a=1&b=2&a=3',
      [
        ['a', ['1', '3']],
        ['b', ['2']],
      ],
    ],
    ['a+b=c+d%2B', [['a b', ['c d+']]]],
    ['a', [['a', ['']]]],
    ['&&a==b&', [['a', ['=b']]]],
    ['z=Zo%C3%AB%F0%9D%94%98', [['z', ['Zoë𝔘']]]],
    [
      '__proto__=1&toString=2',
      [
        ['__proto__', ['1']],
        ['toString', ['2']],
      ],
    ],
  ])('%s are read', (text, expected) => {
    expect([...readParameters(text)]).toEqual(expected);
  });

  test.each(['a=%', 'a=%E0%A4', 'a=%FF', '%zz=1', 'a=%ED%A0%80'])('%s are refused', (text) => {
    expect(() => readParameters(text)).toThrow('wrongly encoded');
  });

  test('are no more than a thousand', () => {
    expect(() => readParameters('a=1&'.repeat(1001))).toThrow('1000');
  });
});

describe('the application', () => {
  let site: Site;
  let server: Server;
  let asked: QueryRequest[] = [];
  let answerQuery: (signal: AbortSignal | undefined) => Promise<string>;

  beforeAll(async () => {
    const dataset = await buildPlain([]);
    site = {
      publicUrl: 'http://example.org',
      dataset,
      index: GraphIndex.of(dataset),
      pool: {
        federates: false,
        query: async (request: QueryRequest, { signal }: { signal?: AbortSignal }) => {
          asked.push(request);
          const body = Buffer.from(await answerQuery(signal));
          return { kind: 'rows', mediaType: 'text/csv', engine: 'oxigraph', body };
        },
      } as unknown as QueryService,
      loading: { done: () => true, whenDone: Promise.resolve() },
      collections: new Collections([], async () => []),
      examples: [],
      pages: [],
      tables: new Tables({ query: async () => Promise.reject(new Error('Nothing is asked here.')) }),
      assets: await readAssets(),
      context: {},
      dumps: { parts: [], files: [] },
      modified: new Date(0),
      readDump: async () => Buffer.from(''),
      hasDump: async () => true,
      streamDump: async function* () {},
      openDumps: async () => undefined,
      report: () => undefined,
      limits: { cacheBytes: 200_000 },
    };
  });
  beforeEach(async () => {
    asked = [];
    answerQuery = async () => 'x\r\n1\r\n';
    server = createServer(createApp(site)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  interface Got {
    readonly status: number;
    readonly headers: IncomingMessage['headers'];
    readonly body: Buffer;
  }
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET', content?: string): Promise<Got> =>
    new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const request = httpRequest({ port, path, headers: { Accept: 'text/csv', ...headers }, method }, (response) => {
        buffer(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        );
      });
      request.on('error', reject).end(content);
    });
  const query = (text: string): string => `/sparql?query=${encodeURIComponent(text)}`;
  const type = { 'Content-Type': 'application/sparql-query' };

  test('asks the engine once for one query, in whatever way and order it comes', async () => {
    const first = await get(query('SELECT * {}'));
    const others = [
      await get(query('SELECT * {}')),
      await get(query('SELECT * {}'), {}, 'HEAD'),
      await get(`${query('SELECT * {}')}&unknown=1`),
      await get('/sparql', type, 'POST', 'SELECT * {}'),
      await get('/sparql', type, 'QUERY', 'SELECT * {}'),
      await get('/sparql', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'POST', 'query=SELECT+*+%7B%7D'),
    ];
    for (const { status, headers } of others) {
      expect(status).toBe(200);
      expect(headers.etag).toBe(first.headers.etag);
      expect(headers['content-length']).toBe(first.headers['content-length']);
    }
    expect(asked).toHaveLength(1);
  });

  test('asks again for another query, format or dataset', async () => {
    const tags = new Set<string | undefined>();
    for (const [path, headers] of [
      [query('SELECT * {}'), {}],
      [query('SELECT * { }'), {}],
      [query('SELECT * {}'), { Accept: 'text/tab-separated-values' }],
      [`${query('SELECT * {}')}&format=xml`, {}],
    ] as [string, Record<string, string>][])
      tags.add((await get(path, headers)).headers.etag);
    expect(tags.size).toBe(4);
    expect(asked).toHaveLength(4);
  });

  test('shares the work among who asks at the same time', async () => {
    answerQuery = () => new Promise((resolve) => setTimeout(() => resolve('x\r\n'), 100));
    const all = await Promise.all(Array.from({ length: 10 }, () => get(query('SELECT * {}'))));
    for (const { status, body } of all) expect([status, String(body)]).toEqual([200, 'x\r\n']);
    expect(asked).toHaveLength(1);
  });

  test('asks no engine for who has the answer already', async () => {
    const { headers } = await get(query('SELECT * {}'));
    server.close();
    // Another process, of the same software, that has answered nothing yet.
    server = createServer(createApp(site)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    for (const method of ['GET', 'HEAD']) {
      const again = await get(query('SELECT * {}'), { 'If-None-Match': `"x", ${headers.etag}` }, method);
      expect(again.status).toBe(304);
      expect(again.headers).toMatchObject({ etag: headers.etag, vary: headers.vary, link: headers.link });
      expect(again.headers['cache-control']).toBe(headers['cache-control']);
      expect(again.headers['content-type']).toBeUndefined();
    }
    const byQuery = await get('/sparql', { ...type, 'If-None-Match': `${headers.etag}` }, 'QUERY', 'SELECT * {}');
    expect(byQuery.status).toBe(304);
    expect(asked).toHaveLength(1);
    const posted = await get('/sparql', { ...type, 'If-None-Match': `${headers.etag}` }, 'POST', 'SELECT * {}');
    expect(posted.status).toBe(200);
  });

  test('takes a star in If-None-Match as any answer, if there is one', async () => {
    expect((await get(query('SELECT * {}'), { 'If-None-Match': '*' })).status).toBe(304);
    answerQuery = () => Promise.reject(new QueryFault('syntax', 'Syntax error at line 1, column 1: no.'));
    expect((await get(query('SELECT'), { 'If-None-Match': '*' })).status).toBe(400);
  });

  test('asks no engine for who takes none of the formats', async () => {
    const { status, body } = await get(query('SELECT * {}'), { Accept: 'text/turtle' });
    expect(status).toBe(406);
    expect(JSON.parse(String(body)).available).toContain('text/csv');
    expect(asked).toHaveLength(0);
  });

  test.each([
    'SELECT (NOW() AS ?x) {}',
    'SELECT (rand() AS ?x) {}',
    'SELECT (StrUUID() AS ?x) {}',
    'SELECT (BNODE() AS ?x) {}',
  ])('keeps no answer to %s', async (text) => {
    for (let time = 0; time < 2; time++) {
      const { status, headers } = await get(query(text));
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.etag).toBeUndefined();
      expect(headers.link).toBeUndefined();
    }
    expect(asked).toHaveLength(2);
  });

  test('keeps no failure', async () => {
    answerQuery = () => Promise.reject(new QueryFault('overloaded', 'Too many queries are waiting.'));
    const { status, headers } = await get(query('SELECT * {}'));
    expect([status, headers['retry-after'], headers['cache-control']]).toEqual([503, '5', 'no-store']);
    answerQuery = async () => 'x\r\n';
    expect((await get(query('SELECT * {}'))).status).toBe(200);
  });

  test.each(['br', 'gzip'] as const)('sends %s to who takes it, with a tag of its own', async (coding) => {
    answerQuery = async () => `x\r\n${'1\r\n'.repeat(1000)}`;
    const plain = await get(query('SELECT * {}'));
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.vary).toBe('Accept, Accept-Encoding');
    for (let time = 0; time < 2; time++) {
      const coded = await get(query('SELECT * {}'), { 'Accept-Encoding': coding });
      expect(coded.headers['content-encoding']).toBe(coding);
      expect(coded.headers['content-length']).toBe(String(coded.body.length));
      expect(coded.body.length).toBeLessThan(plain.body.length / 10);
      expect(coding === 'br' ? brotliDecompressSync(coded.body) : gunzipSync(coded.body)).toEqual(plain.body);
      expect(coded.headers.etag).toBe(plain.headers.etag?.replace(/"$/, `-${coding}"`));
      const again = await get(query('SELECT * {}'), {
        'Accept-Encoding': coding,
        'If-None-Match': `${coded.headers.etag}`,
      });
      expect([again.status, again.headers.etag]).toEqual([304, coded.headers.etag]);
    }
    // Who no longer takes the coding does not have the answer that it may be given.
    const other = await get(query('SELECT * {}'), { 'If-None-Match': `${plain.headers.etag?.replace(/"$/, '-br"')}` });
    expect(other.status).toBe(200);
    expect(asked).toHaveLength(1);
  });

  test('compresses what it does not keep, too', async () => {
    answerQuery = async () => `x\r\n${'1\r\n'.repeat(1000)}`;
    const { headers, body } = await get(query('SELECT (NOW() AS ?x) {}'), { 'Accept-Encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(String(gunzipSync(body))).toMatch(/^x\r\n1/);
  });

  test('gives a large answer as it is, and does not keep it', async () => {
    answerQuery = async () => 'x'.repeat(50_001);
    for (let time = 0; time < 2; time++) {
      const { headers, body } = await get(query('SELECT * {}'), { 'Accept-Encoding': 'br' });
      expect(headers['content-encoding']).toBeUndefined();
      expect(body).toHaveLength(50_001);
    }
    expect(asked).toHaveLength(2);
  });

  test('stops the query of a client that has gone', async () => {
    let stopped: () => void = () => undefined;
    const whenStopped = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    let started: () => void = () => undefined;
    const whenStarted = new Promise<void>((resolve) => {
      started = resolve;
    });
    answerQuery = (signal) =>
      new Promise((_resolve, reject) => {
        started();
        signal?.addEventListener('abort', () => {
          stopped();
          reject(new QueryFault('closed', 'Nobody waits for it.'));
        });
      });
    const { port } = server.address() as AddressInfo;
    const request = httpRequest({ port, path: query('SELECT * {}') }).on('error', () => undefined);
    request.end();
    await whenStarted;
    request.destroy();
    await whenStopped;
  });

  test('says how long an answer may be kept', async () => {
    const { version } = site.dataset;
    answerQuery = async () => '{"head":{"vars":[]},"results":{"bindings":[]}}';
    const cases: [string, string | undefined][] = [
      [query('SELECT * {}'), 'public, no-cache'],
      [`${query('SELECT * {}')}&version=${version}`, 'public, max-age=31536000, immutable'],
      [`${query('SELECT * {}')}&version=${version}&format=html`, 'public, no-cache'],
      ['/nothing', 'no-store'],
      ['/sparql', 'no-store'],
      ['/healthz', 'no-store'],
    ];
    for (const [path, expected] of cases) {
      const got = await get(path, path === '/healthz' ? { Accept: '*/*' } : {});
      expect(got.headers['cache-control'], path).toBe(expected);
    }
  });
});
