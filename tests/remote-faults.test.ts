import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { resultFormats } from '../src/engine/engine.ts';
import { cleanMessage, unexplained } from '../src/engine/remote/clean-message.ts';
import { compareWithRemote } from '../src/engine/remote/compare.ts';
import { nameLiterals } from '../src/engine/remote/literal-types.ts';
import { RemoteService } from '../src/engine/remote/remote-service.ts';
import { readResults, writeResults } from '../src/engine/remote/write-rows.ts';
import { serve } from './setup/server.ts';
import { startProcess } from './support/process.ts';
import {
  answers,
  cutsAfter,
  drips,
  endsAfter,
  type FaultyServer,
  failsLoudly,
  hangsUp,
  isBusy,
  leadsTo,
  neverAnswers,
  type Reaction,
  refuses,
  saysNothing,
  secrets,
  sendsForEver,
  sendsGarbage,
  sendsPage,
  startFaultyServer,
  waits,
} from './support/sparql-servers/faulty-server.ts';
import { oxigraph } from './support/sparql-servers/oxigraph.ts';
import type { RunningServer } from './support/sparql-servers/sparql-server.ts';

const ex = 'http://example.org/';
const rowsType = 'application/sparql-results+json';
const folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
const file = path.join(folder, 'a.ttl');
writeFileSync(file, `<${ex}a> <${ex}b> "c" .`);
// Pages from memory: what they read from the engine by themselves would meet the faults of the test that is on.
const plain = {
  plain: true,
  graph: [`${ex}g=${file}`],
  store: path.join(folder, 'store'),
  federation: false,
  pages: 'memory',
} as const;

let behind: RunningServer;
let faulty: FaultyServer;
/** A second and a half for a query, a megabyte for an answer, two requests at a time and one that waits. */
let small: Running;
/** What suits large answers. */
let large: Running;

beforeAll(async () => {
  behind = await oxigraph.start();
  faulty = await startFaultyServer(undefined, behind);
  const engine = faulty.query;
  small = await serve({ ...plain, engine, timeout: 1.5, resultSize: 1, engineConnections: 2, queue: 1 });
  large = await serve({ ...plain, engine, timeout: 20, resultSize: 512, engineTime: 'timeout={milliseconds}ms' });
});
afterEach(async () => {
  faulty.react(() => undefined);
  await expect.poll(faulty.open).toBe(0);
});
afterAll(async () => {
  await Promise.all([small?.stop(), large?.stop()]);
  await Promise.all([faulty?.stop(), behind?.stop()]);
  rmSync(folder, { recursive: true });
});

const select = 'SELECT ?s { GRAPH ?g { ?s ?p ?o } }';
const ask = (accept: string, server = small, init: RequestInit = {}): Promise<Response> =>
  fetch(`${server.url}/sparql?${new URLSearchParams({ query: select })}`, {
    ...init,
    headers: { accept, ...init.headers },
  });
const whole = `{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"${ex}a"}}]}}`;

/** An answer of so many bytes in rows. */
const rowsOf =
  (bytes: number, end = ']}}'): Reaction =>
  async (_, response) => {
    response.setMaxListeners(0).writeHead(200, { 'content-type': rowsType });
    response.write('{"head":{"vars":["s"]},"results":{"bindings":[');
    const row = `${JSON.stringify({ s: { type: 'literal', value: 'x'.repeat(8000) } })},`.repeat(8);
    for (let sent = 0; sent < bytes && !response.closed; sent += row.length)
      if (!response.write(row)) await new Promise((go) => response.once('drain', go).once('close', go));
    response.end(`{}${end}`);
  };

describe('what the database does wrong is a problem document, without what it tells of itself', () => {
  test.each<[string, Reaction, number, string]>([
    ['never answers', neverAnswers, 503, 'query-too-slow'],
    ['answers late', waits(4000, answers(200, rowsType, whole)), 503, 'query-too-slow'],
    ['drips', drips(rowsType, whole, 50), 503, 'query-too-slow'],
    ['hangs up', hangsUp, 502, 'engine-failed'],
    ['breaks off', cutsAfter(20, rowsType, whole), 502, 'engine-failed'],
    ['ends as if it were whole', endsAfter(60, rowsType, whole), 502, 'engine-failed'],
    ['sends a page', sendsPage, 502, 'engine-failed'],
    ['sends garbage', answers(200, rowsType, 'no JSON at all'), 502, 'engine-failed'],
    ['sends no type', answers(200, '', whole), 502, 'engine-failed'],
    ['sends another type', answers(200, 'text/csv', 's\n'), 502, 'engine-failed'],
    ['says nothing', saysNothing, 502, 'engine-failed'],
    ['fails loudly', failsLoudly, 502, 'engine-failed'],
    ['refuses', refuses(401), 502, 'engine-failed'],
    ['forbids', refuses(403), 502, 'engine-failed'],
    ['is busy', isBusy(503, '1'), 503, 'query-overloaded'],
    ['has had enough', isBusy(429), 503, 'query-overloaded'],
    ['gives up', answers(504, 'text/plain', 'secret.internal.example timed out'), 503, 'query-too-slow'],
    ['gives a part', answers(206, rowsType, whole), 503, 'query-too-slow'],
    ['says that time is over', answers(200, rowsType, whole, { 'x-sql-state': 'S1TAT' }), 503, 'query-too-slow'],
    ['cuts rows', answers(200, rowsType, whole, { 'x-sparql-maxrows': '1' }), 400, 'query-too-large'],
    ['says that it is packed', answers(200, rowsType, whole, { 'content-encoding': 'gzip' }), 502, 'engine-failed'],
    ['leads elsewhere', leadsTo('http://db-7.internal.example/query'), 502, 'engine-failed'],
    ['leads to a file', leadsTo('file:///srv/triples/secret.jnl'), 502, 'engine-failed'],
    ['leads round', leadsTo('/query', 307), 502, 'engine-failed'],
    ['blames the query', answers(400, 'text/plain', blame()), 400, 'query-syntax'],
  ])('%s', async (_, reaction, status, name) => {
    faulty.react(() => reaction);
    for (const accept of [rowsType, 'text/html']) {
      const response = await ask(accept);
      const body = await response.text();
      expect([response.status, body.includes(`/problems/${name}`) || body.includes(name)]).toEqual([status, true]);
      const said = JSON.stringify([...response.headers]) + body;
      for (const each of [...secrets, new URL(faulty.url).host, 'java.', 'Journal', 'internal.example', 'at com.'])
        expect(said.includes(each), each).toBe(false);
    }
  });

  test('a redirect on the same host is followed', async () => {
    faulty.react(({ url }) => (url === '/query' ? leadsTo('/moved', 308) : answers(200, rowsType, whole)));
    const response = await ask(rowsType);
    expect([response.status, await response.text()]).toEqual([200, whole]);
  });

  test('garbage that begins and ends well is none for a page', async () => {
    faulty.react(() => sendsGarbage);
    expect((await ask('text/html')).status).toBe(502);
  });
});

function blame(): string {
  return [
    'org.apache.example.QueryParseException: Lexical error at line 1, column 8 (http://db-7.internal.example:8890/sparql)',
    '\tat com.example.store.Journal.read(Journal.java:211)',
  ].join('\n');
}

describe('an answer that has begun', () => {
  test('is cut off for the client where it is cut off here: never shortened', async () => {
    faulty.react(() => cutsAfter(300_000, rowsType, whole.padEnd(400_000)));
    const response = await ask(rowsType, large);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  test('is cut off where it ends as if it were whole', async () => {
    faulty.react(() => rowsOf(300_000, ''));
    await expect((await ask(rowsType, large)).text()).rejects.toThrow();
  });

  test('is cut off beyond the limit of size, and the database is told', async () => {
    faulty.react(() => sendsForEver(rowsType, '{"head":{},"results":{"bindings":[', '{},'.repeat(10_000)));
    await expect((await ask(rowsType)).text()).rejects.toThrow();
    await expect.poll(() => faulty.got.at(-1)?.isAborted()).toBe(true);
  });

  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('is packed on its way as %s', async (coding, unpack) => {
    faulty.react(() => rowsOf(300_000));
    const response = await raw(large, { 'accept-encoding': coding });
    expect(response.headers).toMatchObject({ 'content-encoding': coding, 'cache-control': 'no-store' });
    expect(response.headers['content-length']).toBeUndefined();
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const packed = Buffer.concat(pieces);
    const { results } = JSON.parse(String(unpack(packed))) as { results: { bindings: unknown[] } };
    expect(packed.length).toBeLessThan(100_000);
    expect(results.bindings.length).toBeGreaterThan(30);
  });

  test('ends in the database when the client goes', async () => {
    faulty.react(() => sendsForEver(rowsType, '{"head":{},"results":{"bindings":[', '{},'.repeat(10_000)));
    const response = await raw(large);
    await new Promise((read) => response.once('data', read));
    expect(faulty.open()).toBe(1);
    response.destroy();
    await expect.poll(() => faulty.got.at(-1)?.isAborted()).toBe(true);
  });

  test('is not begun when the client goes before', async () => {
    faulty.react(() => neverAnswers);
    const gone = new AbortController();
    const asked = ask(rowsType, large, { signal: gone.signal }).catch(() => undefined);
    await expect.poll(faulty.open).toBe(1);
    gone.abort();
    await asked;
    await expect.poll(faulty.open).toBe(0);
  });

  test('is not fetched for HEAD', async () => {
    faulty.react(() => sendsForEver(rowsType, '{"head":{},"results":{"bindings":[', '{},'.repeat(10_000)));
    const response = await ask(rowsType, large, { method: 'HEAD' });
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([200, '', rowsType]);
    await expect.poll(faulty.open).toBe(0);
  });

  test('passes no faster than the client reads, and takes little memory however large it is', async () => {
    let sent = 0;
    const size = 200e6;
    faulty.react(() => async (got, response) => {
      const write = response.write.bind(response);
      response.write = (piece: string) => {
        sent += piece.length;
        return write(piece);
      };
      await rowsOf(size)(got, response);
    });
    const response = await raw(large);
    await sleep(1000);
    const held = sent;
    // What the connections and the buffers on the way hold, on both sides.
    expect(held).toBeLessThan(25e6);
    await sleep(500);
    expect(sent).toBe(held);
    global.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    let received = 0;
    for await (const piece of response) {
      received += (piece as Buffer).length;
      if (received % 32 === 0) most = Math.max(most, process.memoryUsage().rss);
    }
    expect(received).toBeGreaterThan(size);
    expect(most - before).toBeLessThan(120e6);
  });
});

/** A request whose answer is not read by itself. */
const raw = (server: Running, headers: Record<string, string> = {}): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const url = `${server.url}/sparql?${new URLSearchParams({ query: select })}`;
    const sent = httpRequest(url, { headers: { accept: rowsType, ...headers } }, resolve);
    sent.on('error', reject).end();
  });

test('so many are sent at a time, so many wait, and the others are refused', async () => {
  faulty.react(() => neverAnswers);
  const asked = [1, 2, 3, 4, 5].map(() => ask(rowsType));
  await expect.poll(faulty.open).toBe(2);
  const statuses = await Promise.all(
    asked.map(async (each) => ((await (await each).json()) as { type: string }).type.replace(/.*\//, '')),
  );
  // The one that waited had its turn, or waited as long as it may.
  expect(statuses.filter((each) => each === 'query-too-slow').length).toBeGreaterThanOrEqual(2);
  expect(statuses.filter((each) => each === 'query-overloaded').length).toBeGreaterThanOrEqual(2);
  faulty.react(() => undefined);
  expect((await ask(rowsType)).status).toBe(200);
});

test('it is told the time limit, if there is a way to', async () => {
  await (await ask(rowsType, large)).text();
  expect(new URLSearchParams(String(faulty.got.at(-1)?.body)).get('timeout')).toBe('20000ms');
  await (await ask(rowsType, small)).text();
  expect(new URLSearchParams(String(faulty.got.at(-1)?.body)).get('timeout')).toBeNull();
});

test('after a failure it is used again as soon as it answers', async () => {
  const ready = async (): Promise<number> => (await fetch(`${small.url}/readyz`)).status;
  faulty.react(() => hangsUp);
  expect((await ask(rowsType)).status).toBe(502);
  const before = faulty.got.length;
  expect(await Promise.all([ready(), ready()])).toEqual([503, 503]);
  const asked = faulty.got.length;
  expect(asked).toBeGreaterThan(before);
  // Each question whether it is ready asked the database anew while it did not answer.
  expect(await ready()).toBe(503);
  expect(faulty.got.length).toBe(asked);
  expect((await fetch(`${small.url}/healthz`)).status).toBe(200);
  faulty.react(() => undefined);
  expect((await ask(rowsType)).status).toBe(200);
  expect(await ready()).toBe(200);
  faulty.react(() => hangsUp);
  expect((await ask(rowsType)).status).toBe(502);
  expect(await ready()).toBe(503);
  faulty.react(() => undefined);
  await expect.poll(ready, { timeout: 20_000 }).toBe(200);
});

describe('the process', () => {
  const secret = 'correct-horse-battery';
  const args = [
    '--plain',
    '--graph',
    plain.graph[0] as string,
    '--store',
    plain.store,
    '--no-federation',
    '--pages',
    'memory',
  ];

  test('sends credentials, logs the cause of a failure, and never the credentials', async () => {
    process.env['UMCNL_ENGINE_PASSWORD'] = secret;
    const engine = ['--engine', faulty.query, '--engine-user', 'reader'];
    const started = await startProcess([...args, ...engine]).finally(() => {
      delete process.env['UMCNL_ENGINE_PASSWORD'];
    });
    try {
      const { authorization } = faulty.got.at(-1)?.headers ?? {};
      expect(authorization).toBe(`Basic ${Buffer.from(`reader:${secret}`).toString('base64')}`);
      faulty.react(() => failsLoudly);
      expect((await ask(rowsType, { url: started.url } as Running)).status).toBe(502);
      await expect.poll(() => started.output.stdout).toContain('answered with status 500');
      const line = started.output.stdout.split('\n').find((each) => each.includes('engine-failed')) ?? '{}';
      expect(JSON.parse(line)).toMatchObject({ status: 502, cause: expect.stringContaining(new URL(faulty.url).host) });
      const said = started.output.stdout + started.output.stderr;
      for (const each of [secret, Buffer.from(`reader:${secret}`).toString('base64')]) expect(said).not.toContain(each);
      expect(started.output.stderr).toContain('It has none of the 1 graphs of this dataset');
    } finally {
      started.child.kill('SIGTERM');
      expect(await started.ended).toBe(0);
    }
  });

  test.each<[string, Reaction, RegExp]>([
    ['does not let it in', refuses(401), /answered with status 401: .*--engine-user/],
    ['is a page', sendsPage, /answered text\/html, which was not asked for/],
    ['leads elsewhere', leadsTo('http://db-7.internal.example/'), /redirects to http:\/\/db-7\.internal\.example/],
    ['hangs up', hangsUp, /cannot be reached/],
    ['fails', failsLoudly, /answered with status 500/],
  ])('does not start where the address %s', async (_, reaction, message) => {
    faulty.react(() => reaction);
    const fault = await serve({ ...plain, engine: faulty.query }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Error);
    expect((fault as Error).message).toMatch(message);
    expect((fault as Error).message).toContain(new URL(faulty.url).host);
  });

  test('does not start where no graphs can be had', async () => {
    faulty.react(({ headers }) =>
      /triples|turtle/.test(headers.accept ?? '') ? answers(406, 'text/plain', 'no') : undefined,
    );
    const fault = await serve({ ...plain, engine: faulty.query }).catch((error: unknown) => error);
    expect((fault as Error).message).toMatch(/does not answer graphs as N-Triples or Turtle/);
  });
});

test('nothing is kept for the engine here, so that a dataset may be larger than it can hold', async () => {
  const store = path.join(folder, 'large');
  const more = path.join(folder, 'more.ttl');
  writeFileSync(more, `<${ex}a> <${ex}b> "c", "d" .`);
  const options = { ...plain, graph: [`${ex}g=${more}`], store, maxTriples: 1 };
  const here = await serve(options).catch((error: unknown) => error);
  expect((here as Error).message).toMatch(/more than 1 triples .*--engine/);
  const elsewhere = await serve({ ...options, engine: faulty.query });
  try {
    expect((await ask(rowsType, elsewhere)).status).toBe(200);
    const kept = readdirSync(store, { recursive: true, encoding: 'utf8' }).map((each) => path.basename(each));
    expect(kept).toContain('dataset.nq');
    expect(kept).not.toContain('oxigraph.image');
  } finally {
    await elsewhere.stop();
  }
  // Whoever comes back to the engine here gets what it starts from.
  const back = await serve({ ...options, maxTriples: 2 });
  await back.stop();
  expect(readdirSync(store, { recursive: true, encoding: 'utf8' }).join()).toContain('oxigraph.image');
});

const startService = (timeLimit: number): Promise<RemoteService> =>
  RemoteService.start({
    endpoint: faulty.query,
    connections: 2,
    timeLimit,
    queueLimit: 5,
    resultLimit: 1e6,
    version: 'v',
    hasGraph: () => true,
  });

test('queries that choose graphs are refused where the database passes over the choice', async () => {
  faulty.react(({ body }) =>
    /FROM\+%3Curn|default-graph-uri=urn/.test(String(body))
      ? answers(200, rowsType, '{"head":{},"boolean":true}')
      : undefined,
  );
  const service = await startService(5);
  const request = { resultFormat: 'json', graphFormat: undefined, prefixes: {} } as const;
  const before = faulty.got.length;
  try {
    for (const asked of [
      { query: `SELECT * FROM <${ex}g> { ?s ?p ?o }` },
      { query: 'SELECT * { ?s ?p ?o }', defaultGraphs: [`${ex}g`] },
    ])
      await expect(service.query({ ...request, ...asked })).rejects.toMatchObject({ kind: 'unsupported' });
    // Nothing but the questions whether it keeps to them.
    expect(faulty.got.length - before).toBe(2);
    expect((await compareWithRemote(service, { graphs: new Map(), merged: false })).abilities).toEqual(
      expect.arrayContaining([
        expect.stringContaining('does not keep to FROM'),
        expect.stringContaining('does not keep to default-graph-uri'),
      ]),
    );
  } finally {
    await service.close();
  }
});

// A server did not start where its database refused these questions, and said why in words for clients.
test.each<[string, Reaction, string, string]>([
  ['refuses', answers(400, 'text/plain', 'No FROM here.'), 'It does not keep to', 'unsupported'],
  ['fails at', failsLoudly, 'could not be found out', 'engine'],
  ['never answers', neverAnswers, 'could not be found out', 'too-slow'],
])('a database that %s the question whether it keeps to a choice of graphs', async (_, reaction, remark, kind) => {
  faulty.react(({ body }) => (/FROM\+%3Curn|default-graph-uri=urn/.test(String(body)) ? reaction : undefined));
  const service = await startService(0.5);
  try {
    const { abilities } = await compareWithRemote(service, { graphs: new Map(), merged: false });
    expect(abilities.filter((each) => each.includes(remark))).toHaveLength(2);
    const query = `SELECT * FROM <${ex}g> { ?s ?p ?o }`;
    const request = { query, resultFormat: 'json', graphFormat: undefined, prefixes: {} } as const;
    await expect(service.query(request)).rejects.toMatchObject({ kind });
  } finally {
    await service.close();
  }
});

describe('what a database says of a query', () => {
  test.each([
    [
      'Parse error: \nEncountered " "}" "} "" at line 1, column 18.\nWas expecting one of:\n    <IRIref> ...',
      'Parse error: Encountered " "}" "} "" at line 1, column 18.',
    ],
    ['{"exception":"Token \\"x\\" at line 2","status":"ERROR"}', 'Token "x" at line 2'],
    [
      '<html><head><title>Error</title></head><body><h1>Bad</h1><p>Unknown prefix &lt;q:a&gt;</p></body></html>',
      'Bad Unknown prefix <q:a>',
    ],
    [
      'Unknown function <http://example.org/f> (see https://db.internal/doc)',
      'Unknown function <http://example.org/f> (see …)',
    ],
    ['java.lang.RuntimeException: no space left on /var/lib/db/a.dat at 10.0.0.7:3030', 'no space left on … at …'],
    ['db-3.cluster.local refused C:\\data\\db.jnl and \\\\share\\x', '… refused … and …'],
    ['\tat com.example.A.b(A.java:1)\n', unexplained],
    ['', unexplained],
    ['x'.repeat(2000), 'x'.repeat(500)],
  ])('%j', (said, told) => {
    expect(cleanMessage(said, 'SELECT * { ?s <http://example.org/f> ?o }')).toBe(told);
  });
});

test('literals are named as the standard has it, wherever a piece ends', async () => {
  const old = '{"a":{ "type" : "typed-literal","value":"\\"type\\":\\"typed-literal\\" é"}}'.repeat(3);
  const named = old.replaceAll('"type" : "typed-literal"', '"type" : "literal"');
  expect(named).not.toBe(old);
  const bytes = Buffer.from(old);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const pieces = async function* () {
      yield bytes.subarray(0, cut);
      yield bytes.subarray(cut);
    };
    const out: Uint8Array[] = [];
    for await (const piece of nameLiterals(pieces())) out.push(piece);
    expect(String(Buffer.concat(out))).toBe(named);
  }
});

test('rows that it does not write are written here', () => {
  const results = readResults(
    JSON.stringify({
      head: { vars: ['a', 'b'] },
      results: {
        bindings: [
          { a: { type: 'uri', value: `${ex}a` }, b: { type: 'typed-literal', value: '1', datatype: `${ex}t` } },
          { a: { type: 'literal', value: 'x,"\t\n&<', 'xml:lang': 'nl' } },
          {
            b: {
              type: 'triple',
              value: {
                subject: { type: 'bnode', value: 'n' },
                predicate: { type: 'uri', value: `${ex}p` },
                object: { type: 'literal', value: 'o' },
              },
            },
          },
        ],
      },
    }),
  );
  const written = Object.fromEntries(
    resultFormats.map((format) => [format.name, new TextDecoder().decode(writeResults(results, format))]),
  );
  expect(written['csv']).toBe(`a,b\r\n${ex}a,1\r\n"x,""\t\n&<",\r\n,"<<( _:n <${ex}p> ""o"" )>>"\r\n`);
  expect(written['tsv']).toBe(`?a\t?b\n<${ex}a>\t"1"^^<${ex}t>\n"x,\\"\\t\\n&<"@nl\t\n\t<<( _:n <${ex}p> "o" )>>\n`);
  expect(written['xml']).toContain(
    `<binding name="a"><literal xml:lang="nl">x,&quot;\t\n&amp;&lt;</literal></binding></result>`,
  );
  expect(JSON.parse(written['json'] ?? '')).toMatchObject({ head: { vars: ['a', 'b'] } });
  expect(() => readResults('{"head":{}}')).toThrow(SyntaxError);
});
