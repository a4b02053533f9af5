import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readOwnQueries } from '../src/commands/fair.ts';
import { readProfiles } from '../src/commands/fair-profiles.ts';
import type { Running } from '../src/commands/serve.ts';
import { type Check, Notes, principles, type Result } from '../src/fair/check.ts';
import { Client } from '../src/fair/client.ts';
import { Instance, type InstanceOptions } from '../src/fair/instance.ts';
import { parseLinks, parseLinkset } from '../src/fair/links.ts';
import { locationsOf, structuredData } from '../src/fair/page.ts';
import { listChecks } from '../src/fair/report.ts';
import { checks, judgePrinciples, runChecks } from '../src/fair/run.ts';
import { serve } from './setup/server.ts';
import { runCommand } from './support/command.ts';

let running: Running;
let options: InstanceOptions;

beforeAll(async () => {
  running = await serve({ federation: false });
  options = {
    sample: 3,
    random: false,
    external: false,
    timeLimit: 20_000,
    sizeLimit: 64 * 2 ** 20,
    concurrency: 2,
    queries: await readOwnQueries(),
    profiles: [],
  };
});
afterAll(() => running?.stop());

/** An answer on its way from the server to the client. */
interface Passing {
  readonly path: string;
  readonly method: string;
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** What a broken proxy does to what it passes on. */
interface Sabotage {
  /** Changes what is asked. */
  readonly ask?: (headers: Record<string, string | string[] | undefined>, path: string) => unknown;
  /** Changes what is answered. */
  readonly answer?: (passing: Passing) => unknown;
  /** Answers by itself; says whether it has. */
  readonly instead?: (path: string, response: ServerResponse) => boolean;
}

interface Proxy {
  readonly url: string;
  readonly server: Server;
  /** The most requests that it had to answer at the same time. */
  busiest: number;
  readonly methods: Set<string>;
}

const proxies: Proxy[] = [];
afterEach(() => {
  for (const { server } of proxies.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A proxy in front of the server that breaks what it passes on. */
async function startProxy({ ask, answer, instead }: Sabotage): Promise<Proxy> {
  let busy = 0;
  const server = createServer((asked, response) => {
    busy += 1;
    proxy.busiest = Math.max(proxy.busiest, busy);
    proxy.methods.add(asked.method ?? '');
    response.once('close', () => {
      busy -= 1;
    });
    const target = asked.url ?? '/';
    if (instead?.(target, response)) return;
    const headers: Record<string, string | string[] | undefined> = { ...asked.headers };
    delete headers['connection'];
    ask?.(headers, target);
    const passed = request(
      `${running.url}${target}`,
      { method: asked.method, headers: headers as never },
      async (got) => {
        const passing: Passing = {
          path: target,
          method: asked.method ?? '',
          status: got.statusCode ?? 0,
          headers: { ...got.headers },
          body: await buffer(got),
        };
        const { length } = passing.body;
        delete passing.headers['transfer-encoding'];
        answer?.(passing);
        // Who changes a body sends it with its own length.
        if (passing.body.length !== length) passing.headers['content-length'] = String(passing.body.length);
        for (const [name, value] of Object.entries(passing.headers))
          if (value !== undefined) response.setHeader(name, value);
        response.writeHead(passing.status).end(asked.method === 'HEAD' ? undefined : passing.body);
      },
    );
    passed.on('error', () => response.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: Proxy = { url, server, busiest: 0, methods: new Set() };
  proxies.push(proxy);
  return proxy;
}

/** Does some checks: whole groups, or single ones. */
async function check(
  url: string,
  only: readonly string[] = [],
  more: Partial<InstanceOptions> = {},
): Promise<Result[]> {
  const instance = await Instance.open(url, { ...options, ...more });
  try {
    return await runChecks(
      instance,
      only.length ? checks.filter(({ id }) => only.some((name) => `${id}.`.startsWith(`${name}.`))) : checks,
    );
  } finally {
    instance.client.close();
  }
}

const outcomes = (results: readonly Result[]): Record<string, string> =>
  Object.fromEntries(results.map(({ check: { id }, outcome }) => [id, outcome]));
const failing = (results: readonly Result[]): string[] =>
  results.filter(({ outcome }) => outcome === 'fail').map(({ check: { id } }) => id);
const told = (results: readonly Result[], id: string): string =>
  results
    .find(({ check }) => check.id === id)
    ?.evidence.filter(({ outcome }) => outcome !== 'pass')
    .map(({ asked, came }) => `${asked}: ${came}`)
    .join('\n') ?? '';

describe('an instance as it should be', () => {
  test('passes all checks but for the mailbox, which nobody has set', async () => {
    const proxy = await startProxy({});
    const results = await check(proxy.url);
    expect(results.map(({ check: { id } }) => id)).toEqual(checks.map(({ id }) => id));
    const notable = Object.entries(outcomes(results)).filter(([, outcome]) => outcome !== 'pass');
    expect(Object.fromEntries(notable)).toEqual({
      'catalogue.contact': 'warning',
      // The proxy is not the address that the server gives others.
      'catalogue.public-url': 'warning',
      'catalogue.shapes': 'skipped',
      'dereferencing.withdrawn': 'skipped',
      'http.secure': 'skipped',
      'permanence.resolves': 'skipped',
    });
    expect(told(results, 'catalogue.contact')).toContain('example.org');
    for (const {
      check: { id },
      evidence,
    } of results)
      expect(evidence.length, id).toBeGreaterThan(0);
    // Two at a time, and nothing that could change anything.
    expect(proxy.busiest).toBeLessThanOrEqual(2);
    expect([...proxy.methods].sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  }, 300_000);
});

const isTurtle = ({ headers }: Passing): boolean => String(headers['content-type']).startsWith('text/turtle');
const isDump = ({ path: address }: Passing): boolean => /^\/dumps\/[0-9a-f]{16}\//.test(address);
const edit = (passing: Passing, change: (text: string) => string): void => {
  passing.body = Buffer.from(change(String(passing.body)));
};

const drop =
  (...names: string[]) =>
  ({ headers }: Pick<Passing, 'headers'>): void => {
    for (const name of names) delete headers[name];
  };
/** Changes status, body or headers. */
const put =
  ({ status, body, ...headers }: { status?: number; body?: Buffer } & Record<string, unknown>) =>
  (passing: Partial<Passing> & Pick<Passing, 'headers'>): void => {
    Object.assign(passing.headers, headers);
    if (status !== undefined) passing.status = status;
    if (body) passing.body = body;
  };

/** A broken server: what is wrong with it, which checks are done, and just which of them fail. */
const broken: readonly [story: string, sabotage: Sabotage, only: readonly string[], fail: readonly string[]][] = [
  [
    'drops Vary',
    { answer: drop('vary') },
    ['http.vary', 'http.language', 'http.compression', 'http.etag', 'http.head'],
    ['http.vary', 'http.language', 'http.compression'],
  ],
  [
    'drops ETag and Last-Modified',
    { answer: drop('etag', 'last-modified') },
    ['http.etag', 'http.last-modified', 'http.caching', 'dumps.permanent'],
    ['http.etag', 'http.last-modified', 'dumps.permanent'],
  ],
  ['has one ETag for all', { answer: put({ etag: '"1"' }) }, ['http.etag'], ['http.etag']],
  [
    'answers conditional requests in full',
    { ask: (headers) => drop('if-none-match', 'if-modified-since')({ headers }) },
    ['http.etag', 'http.last-modified', 'http.vary'],
    ['http.etag', 'http.last-modified'],
  ],
  [
    'hides Accept from the server',
    { ask: (headers) => put({ accept: 'text/html' })({ headers }) },
    ['http.preferences', 'http.not-acceptable', 'dereferencing.pages', 'discovery.robots'],
    ['dereferencing.pages', 'http.preferences', 'http.not-acceptable'],
  ],
  [
    'answers each language with English',
    { ask: (headers) => put({ 'accept-language': 'en' })({ headers }) },
    ['http.language', 'http.vary'],
    ['http.language'],
  ],
  [
    'refuses HEAD',
    { answer: (passing) => passing.method === 'HEAD' && put({ status: 405 })(passing) },
    ['http.head', 'dumps.downloads', 'dereferencing.pages'],
    ['http.head', 'dumps.downloads'],
  ],
  [
    'keeps answers from pages of others',
    { answer: drop('access-control-allow-origin') },
    ['http.cors', 'json-ld.context', 'http.open'],
    ['http.cors', 'json-ld.context'],
  ],
  [
    'wants a password',
    {
      instead: (address, response) =>
        address.startsWith('/dumps') && !!response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end(),
    },
    ['http.open', 'catalogue.document', 'dumps.list', 'dumps.checksum-file'],
    ['http.open', 'dumps.checksum-file', 'dumps.list'],
  ],
  [
    'takes PUT and DELETE',
    { answer: (passing) => passing.method === 'OPTIONS' && put({ allow: 'GET, HEAD, PUT, DELETE' })(passing) },
    ['http.read-only', 'http.cors'],
    ['http.read-only'],
  ],
  [
    'says that Turtle is plain text',
    { answer: (passing) => isTurtle(passing) && put({ 'content-type': 'text/plain; charset=utf-8' })(passing) },
    ['dereferencing.things', 'dereferencing.pages', 'catalogue.document', 'fdp.root', 'fdp.formats', 'sparql.protocol'],
    ['dereferencing.things', 'dereferencing.pages', 'catalogue.document', 'fdp.root'],
  ],
  [
    'sends permanent redirects instead of 303',
    { answer: (passing) => passing.status === 303 && put({ status: 301 })(passing) },
    ['dereferencing.things', 'dereferencing.pages'],
    ['dereferencing.things'],
  ],
  [
    'sends things in circles',
    {
      instead: (address, response) =>
        address.startsWith('/about/') && !!response.writeHead(303, { Location: `/about/${Math.random()}` }).end(),
    },
    ['dereferencing.things', 'signposting.cite-as', 'catalogue.document', 'fdp.root'],
    ['dereferencing.things', 'signposting.cite-as'],
  ],
  [
    'has another graph in one format',
    {
      answer: (passing) =>
        String(passing.headers['content-type']).startsWith('application/rdf+xml') &&
        edit(passing, (text) =>
          text.replace(
            '</rdf:RDF>',
            '<rdf:Description rdf:about="urn:a"><rdf:value xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">1</rdf:value></rdf:Description></rdf:RDF>',
          ),
        ),
    },
    ['dereferencing.formats', 'dereferencing.things', 'dumps.same-graph'],
    ['dereferencing.formats', 'dumps.same-graph'],
  ],
  [
    'drops Link',
    { answer: drop('link') },
    ['signposting', 'discovery.api-catalog', 'json-ld.shape'],
    [
      'signposting.landing-page',
      'signposting.cite-as',
      'signposting.linkset',
      'signposting.home',
      'discovery.api-catalog',
    ],
  ],
  [
    'has no linksets',
    { instead: (address, response) => address.startsWith('/linkset/') && !!response.writeHead(404).end() },
    ['signposting'],
    ['signposting.linkset'],
  ],
  [
    'takes scripts out of pages',
    {
      answer: (passing) =>
        String(passing.headers['content-type']).startsWith('text/html') &&
        edit(passing, (text) => text.replace(/<script[\s\S]*?<\/script>/g, '')),
    },
    ['json-ld.pages', 'discovery.structured-data', 'discovery.data-catalog', 'dereferencing.pages'],
    ['json-ld.pages', 'discovery.structured-data', 'discovery.data-catalog'],
  ],
  [
    'has lost the JSON-LD context',
    { instead: (address, response) => address.startsWith('/context.jsonld') && !!response.writeHead(404).end() },
    ['json-ld.context', 'json-ld.shape', 'dereferencing.formats'],
    ['dereferencing.formats', 'json-ld.context'],
  ],
  [
    'changes a byte of each file',
    {
      answer: (passing) => {
        if (isDump(passing) && passing.status === 200) passing.body[passing.body.length - 1] = 7;
      },
    },
    ['dumps'],
    ['dumps.checksums', 'dumps.checksum-file', 'dumps.compressed', 'dumps.same-graph', 'dumps.whole'],
  ],
  [
    'drops the length of files',
    { answer: (passing) => isDump(passing) && drop('content-length')(passing) },
    ['dumps.downloads', 'dumps.checksums'],
    ['dumps.downloads'],
  ],
  [
    'knows no ranges',
    { ask: (headers) => drop('range')({ headers }) },
    ['dumps.ranges', 'dumps.checksums'],
    ['dumps.ranges'],
  ],
  [
    'states a checksum that is not that of the file',
    {
      answer: (passing) =>
        passing.path === '/catalog' && edit(passing, (text) => text.replace(/"[0-9a-f]{64}"/g, `"${'0'.repeat(64)}"`)),
    },
    ['dumps.checksums', 'dumps.checksum-file', 'dumps.downloads', 'dumps.list'],
    ['dumps.checksums', 'dumps.checksum-file', 'dumps.list'],
  ],
  [
    'has a catalogue without licences and with times of one day',
    {
      answer: (passing) =>
        passing.path === '/catalog' &&
        isTurtle(passing) &&
        edit(passing, (text) =>
          text
            .replace(/\s*dcterms:license\s+<[^>]*>\s*;/g, '')
            .replace(/T\d\d:\d\d:\d\dZ"\^\^xsd:dateTime/g, '"^^xsd:date'),
        ),
    },
    ['catalogue.document', 'catalogue.datasets', 'catalogue.licence', 'catalogue.times', 'catalogue.publisher'],
    ['catalogue.document', 'catalogue.datasets', 'catalogue.licence', 'catalogue.times'],
  ],
  [
    'counts wrongly',
    {
      answer: (passing) =>
        passing.path === '/.well-known/void' &&
        edit(passing, (text) => text.replace(/(void:triples|void:entities) \d/g, '$1 9')),
    },
    ['void'],
    ['void.totals', 'void.classes', 'void.properties', 'void.linksets'],
  ],
  [
    'answers each query with 500',
    {
      instead: (address, response) =>
        address.startsWith('/sparql') && !!response.writeHead(500).end('Error: at run (/srv/app.js:1:1)'),
    },
    ['sparql', 'void.totals', 'void.document', 'dereferencing.things', 'http.open'],
    [
      'http.open',
      'void.totals',
      'sparql.description',
      'sparql.protocol',
      'sparql.formats',
      'sparql.errors',
      'sparql.read-only',
      'sparql.graphs',
      'sparql.citable',
    ],
  ],
  [
    'sends garbage for RDF',
    {
      answer: (passing) =>
        isTurtle(passing) && put({ body: Buffer.from('<html>\u0000\u001b[2J this is "no Turtle') })(passing),
    },
    ['fdp', 'catalogue.document', 'void.document', 'discovery.robots'],
    ['catalogue.document', 'void.document', 'fdp.root', 'fdp.walk', 'fdp.profiles'],
  ],
  [
    'leaves out a dataset on the way down',
    {
      answer: (passing) =>
        passing.path === '/catalog' &&
        isTurtle(passing) &&
        edit(passing, (text) => text.replace(/(ldp:contains\s+)<[^>]*\/dataset\/[^>]*>\s*,/, '$1')),
    },
    ['fdp'],
    ['fdp.walk', 'fdp.containers'],
  ],
  [
    'keeps robots out',
    {
      answer: (passing) =>
        passing.path === '/robots.txt' && put({ body: Buffer.from('User-agent: *\nDisallow: /\n') })(passing),
    },
    ['discovery.robots', 'discovery.sitemap'],
    ['discovery.robots'],
  ],
  [
    'has a sitemap of another host',
    {
      answer: (passing) =>
        passing.path === '/sitemap.xml' &&
        edit(passing, (text) => text.replace(/<loc>http:\/\/[^/]*/g, '<loc>https://example.org')),
    },
    ['discovery.robots', 'discovery.sitemap', 'discovery.sitemap-catalogue'],
    ['discovery.sitemap', 'discovery.sitemap-catalogue'],
  ],
  [
    'answers what there is not with a page',
    { answer: (passing) => passing.status === 404 && put({ status: 200 })(passing) },
    ['dereferencing.unknown', 'dumps.unknown-version', 'dereferencing.things'],
    ['dereferencing.unknown', 'dumps.unknown-version'],
  ],
  [
    'closes the connection in the midst of an answer',
    {
      instead: (address, response) => {
        if (!address.startsWith('/sitemap')) return false;
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write('<?xml', () => response.destroy());
        return true;
      },
    },
    ['discovery.sitemap', 'discovery.robots'],
    ['discovery.sitemap'],
  ],
];

describe('a broken instance', () => {
  test.each(
    broken.map(([story, ...rest]) => ({ story, rest })),
  )('that $story is told what fails, and the rest goes on', async ({ rest }) => {
    const [sabotage, only, fail] = rest;
    const { url } = await startProxy(sabotage);
    const results = await check(url, only);
    expect(failing(results), results.map(({ check: { id } }) => told(results, id)).join('\n')).toEqual(fail);
    for (const { evidence } of results) for (const { came } of evidence) expect(came.length).toBeLessThan(310);
  });

  test('that never ends an answer is given up, by size and by time', async () => {
    const { url } = await startProxy({
      instead: (address, response) => {
        if (address !== '/catalog' && address !== '/fdp') return false;
        response.writeHead(200, { 'Content-Type': 'text/turtle' });
        // The one sends without end, the other nothing.
        if (address === '/fdp') return true;
        const more = (): void => {
          if (!response.destroyed) response.write(Buffer.alloc(65_536, '#'), more);
        };
        more();
        return true;
      },
    });
    const only = ['catalogue.document', 'fdp.root', 'discovery.robots'];
    const results = await check(url, only, { sizeLimit: 2 ** 20, timeLimit: 2000 });
    expect(outcomes(results)).toEqual({ 'catalogue.document': 'fail', 'fdp.root': 'fail', 'discovery.robots': 'pass' });
    expect(told(results, 'catalogue.document')).toContain('more than 1 MiB');
    expect(told(results, 'fdp.root')).toContain('within 2 s');
  });

  test('that leads to other hosts is not followed there, unless this is asked for', async () => {
    const asked: string[] = [];
    const other = createServer((got, response) => {
      asked.push(got.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { url } = await startProxy({
      instead: (address, response) =>
        address === '/fdp' && !!response.writeHead(302, { Location: `${elsewhere}/fdp` }).end(),
    });
    const results = await check(url, ['fdp.root']);
    expect(outcomes(results)).toEqual({ 'fdp.root': 'warning' });
    expect(told(results, 'fdp.root')).toContain('--external');
    expect(asked).toEqual([]);
    expect(outcomes(await check(url, ['fdp.root'], { external: true }))).toEqual({ 'fdp.root': 'fail' });
    expect(asked).toEqual(['/fdp']);
    other.closeAllConnections();
    other.close();
  });

  test('that has too much to do is asked again when it said so', async () => {
    let refused = 0;
    const { url } = await startProxy({
      instead: (address, response) =>
        address.startsWith('/robots') && refused++ === 0 && !!response.writeHead(429, { 'Retry-After': '1' }).end(),
    });
    expect(outcomes(await check(url, ['discovery.robots']))).toEqual({ 'discovery.robots': 'pass' });
    expect(refused).toBe(2);
  });
});

describe('shapes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'umcnl-fair-'));
    const shape = (name: string, property: string): string => `@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<http://example.org/${name}> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path ${property} ; sh:minCount 1 ; sh:message "There is none."@en ] .
`;
    writeFileSync(path.join(folder, 'title.ttl'), shape('title', 'dcterms:title'));
    writeFileSync(path.join(folder, 'data.ttl'), '<http://example.org/a> <http://example.org/b> "c" .\n');
    writeFileSync(path.join(folder, 'never.ttl'), shape('never', 'dcterms:never'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('of a file or a folder are held against each document of the catalogue', async () => {
    const of = async (name: string): Promise<Result[]> =>
      check(running.url, ['catalogue.shapes'], { profiles: await readProfiles(path.join(folder, name)) });
    expect(outcomes(await of('title.ttl'))).toEqual({ 'catalogue.shapes': 'pass' });
    const results = await of('');
    expect(outcomes(results)).toEqual({ 'catalogue.shapes': 'fail' });
    expect(told(results, 'catalogue.shapes')).toContain('http://purl.org/dc/terms/never');
  });

  test('have to be there', async () => {
    await expect(readProfiles(path.join(folder, 'data.ttl'))).rejects.toThrow('no file with SHACL shapes');
    await expect(readProfiles(path.join(folder, 'nothing'))).rejects.toThrow('no file with SHACL shapes');
  });
});

describe('the checks', () => {
  test('have each an id of its own, by its group, and all that is told of them', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { id, asks, standard, remedy, supports } of checks) {
      expect(id).toMatch(/^[a-z-]+\.[a-z-]+$/);
      for (const text of [asks, standard, remedy]) expect(text.length, id).toBeGreaterThan(8);
      expect(supports.length, id).toBeGreaterThan(0);
    }
  });

  test('support every FAIR principle', () => {
    const results = checks.map((each: Check): Result => ({ check: each, outcome: 'pass', evidence: [] }));
    for (const { principle, outcome } of judgePrinciples(results)) expect(outcome, principle).toBe('pass');
    expect(judgePrinciples(results)).toHaveLength(Object.keys(principles).length);
    const [first, ...rest] = results as [Result, ...Result[]];
    const judged = judgePrinciples([{ ...first, outcome: 'fail' }, ...rest]);
    expect(judged.filter(({ outcome }) => outcome === 'fail').map(({ principle }) => principle)).toEqual([
      ...first.check.supports,
    ]);
  });

  test('are listed in docs/fair.md as the command lists them', () => {
    const page = readFileSync(new URL('../docs/fair.md', import.meta.url), 'utf8');
    expect(page.endsWith(listChecks())).toBe(true);
  });

  test('come to the worst of what they note', () => {
    const notes = new Notes();
    expect(notes.outcome).toBe('skipped');
    notes.skip('a', 'b');
    expect(notes.outcome).toBe('skipped');
    notes.pass('a', 'b');
    expect(notes.outcome).toBe('pass');
    notes.warn('a', 'b');
    expect(notes.outcome).toBe('warning');
    notes.fail('a', '\u001b[31mred\nline');
    expect(notes.outcome).toBe('fail');
    expect(notes.evidence.at(-1)?.came).toBe('[31mred line');
  });
});

describe('what is read of answers', () => {
  test('links', () => {
    const text =
      '<a>; rel="next prev"; type="text/html", </b?c=1,2>;rel=item;rel=other, <d>; title="x, <y>"; rel="up"; anchor="#e", <f>';
    expect(
      parseLinks(text, 'http://h/p/q').map(({ target, rel, type, anchor }) => [anchor, rel, target, type]),
    ).toEqual([
      ['http://h/p/q', 'next', 'http://h/p/a', 'text/html'],
      ['http://h/p/q', 'prev', 'http://h/p/a', 'text/html'],
      ['http://h/p/q', 'item', 'http://h/b?c=1,2', undefined],
      ['http://h/p/q#e', 'up', 'http://h/p/d', undefined],
    ]);
  });

  test('linksets, and what is none', () => {
    const set = { linkset: [{ anchor: 'http://a/', item: [{ href: 'http://b/', type: 'text/html' }] }] };
    expect(parseLinkset(JSON.stringify(set))).toEqual([
      { anchor: 'http://a/', rel: 'item', target: 'http://b/', type: 'text/html' },
    ]);
    for (const wrong of ['{}', '{"linkset":1}', '{"linkset":[{"item":1}]}', '{"linkset":[{"item":[{}]}]}', 'no'])
      expect(() => parseLinkset(wrong), wrong).toThrow();
  });

  test('sitemaps and scripts', () => {
    expect(locationsOf('<url><loc> http://a/?b=1&amp;c=2 </loc></url><url><loc>http://d/</loc></url>')).toEqual([
      'http://a/?b=1&c=2',
      'http://d/',
    ]);
    expect(structuredData('<script type="application/ld+json">{"a":1}</script><script>x</script>')).toEqual([{ a: 1 }]);
    expect(() => structuredData('<script type="application/ld+json">{</script>')).toThrow();
  });

  test('addresses of the web only', async () => {
    const client = new Client(running.url, options);
    for (const address of ['file:///etc/passwd', 'ftp://a/', 'no address'])
      await expect(client.ask(address), address).rejects.toThrow('no address of the web');
    await expect(client.ask('http://example.org/')).rejects.toThrow('another host');
    client.close();
  });
});

describe('the command', () => {
  test('tells the results and exits with 0 when nothing fails', async () => {
    const { code, stdout } = await runCommand([
      'fair',
      running.url,
      '--only',
      'discovery',
      '--only',
      'catalogue.contact',
      '--sample',
      '2',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}pass +discovery\.robots /m);
    expect(stdout).toMatch(/^ {2}WARNING +catalogue\.contact /m);
    expect(stdout).toContain('→ Set --contact-email');
    expect(stdout).toMatch(/^ {2}WARNING +R1\.2 /m);
    expect(stdout).toMatch(/\d+ pass, 1 warnings, 0 fail, 0 skipped; \d+ requests in/);
  });

  test('writes JSON, and exits with 1 when something fails', async () => {
    const { url } = await startProxy({ answer: drop('vary') });
    const { code, stdout } = await runCommand(['fair', `${url}/`, '--only', 'http.vary', '--json']);
    expect(code).toBe(1);
    const {
      checks: told,
      publicUrl,
      principles: judged,
    } = JSON.parse(stdout) as {
      publicUrl: string;
      checks: { id: string; outcome: string; evidence: { came: string }[] }[];
      principles: { principle: string; outcome: string }[];
    };
    expect(publicUrl).toBe(running.url);
    expect(told).toMatchObject([{ id: 'http.vary', outcome: 'fail' }]);
    expect(told[0]?.evidence[0]?.came).toContain('Vary: none');
    expect(judged.find(({ principle }) => principle === 'A1')?.outcome).toBe('fail');
  });

  test.each([
    [['no address'], 2, 'no address such as'],
    [['ftp://example.org/'], 2, 'no address such as'],
    [[], 2, 'Give the address'],
    [['http://127.0.0.1:9', '--only', 'nothing'], 2, 'no such check'],
    [['http://127.0.0.1:9', '--shapes', '/nothing'], 2, 'no file with SHACL shapes'],
    [['http://127.0.0.1:9'], 1, 'does the server run'],
  ])('of %j exits with %i', async (args, expected, message) => {
    const { code, stdout, stderr } = await runCommand(['fair', ...args]);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(message);
  });

  test('lists the checks', async () => {
    const { code, stdout } = await runCommand(['fair', '--list']);
    expect([code, stdout]).toEqual([0, listChecks()]);
  });
});
