import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PoliteFetch, type PoliteOptions } from '../src/load/polite-fetch.ts';
import { acceptRdf, checkAnswer } from '../src/registries/check-answer.ts';
import { checkAgainstRecord, type Link, type LinkedThing } from '../src/registries/check-links.ts';
import { type RegistryRecord, readRegistryRecord } from '../src/registries/registry-record.ts';
import { runCommand } from './support/command.ts';

const root = new URL('..', import.meta.url).pathname;
const sameAs = 'http://www.w3.org/2002/07/owl#sameAs';
const link = (more: Partial<Link> = {}): Link => ({
  thing: 'https://example.org/lumc',
  property: sameAs,
  target: 'https://ror.org/05xvt9f17',
  label: 'Leiden University Medical Center',
  ...more,
});
const thing: LinkedThing = {
  names: ['LUMC', 'Leids Universitair Medisch Centrum'],
  keys: new Map([
    ['ror', ['05xvt9f17']],
    ['wikidata', ['Q2406409']],
  ]),
};

describe('a link against the record that it points to', () => {
  const record: RegistryRecord = {
    registry: 'ror',
    key: '05xvt9f17',
    names: ['Leiden University Medical Center', 'LUMC'],
    status: 'active',
    successors: [],
    keys: new Map([
      ['ror', ['05xvt9f17']],
      ['wikidata', ['Q2406409', 'Q1']],
    ]),
  };
  const kinds = (more: Partial<RegistryRecord>, one: Link = link()): string[] =>
    checkAgainstRecord(one, thing, { ...record, ...more }).map(({ kind, message }) => `${kind}: ${message}`);

  test.each([
    ['nothing has changed', {}, []],
    ['only case and order of the name have', { names: ['medical center, LEIDEN university'] }, []],
    [
      'the record has a successor',
      { status: 'inactive', successors: ['https://ror.org/027bh9e22'] },
      [
        'status: The record "Leiden University Medical Center" is inactive. Its successor is https://ror.org/027bh9e22.',
      ],
    ],
    [
      'it was withdrawn',
      { status: 'withdrawn' },
      ['status: The record "Leiden University Medical Center" is withdrawn.'],
    ],
    [
      'it is called otherwise now',
      { names: ['Another Hospital'] },
      ['name: The record is called "Another Hospital", no longer "Leiden University Medical Center".'],
    ],
    [
      'it says that it is another',
      { keys: new Map([['wikidata', ['Q42']]]) },
      ['identifier: The record has Wikidata item Q42, we have Q2406409.'],
    ],
    ['it says nothing of it', { keys: new Map() }, []],
  ])('%s', (_, more, expected) => expect(kinds(more)).toEqual(expected));

  test('keys count for identity alone: what is near may have others', () => {
    const near = link({ property: 'http://www.w3.org/2004/02/skos/core#closeMatch' });
    expect(kinds({ keys: new Map([['wikidata', ['Q42']]]) }, near)).toEqual([]);
  });
});

describe('records of other registries', () => {
  test('OpenAlex', () => {
    const record = readRegistryRecord({
      id: 'https://openalex.org/I4210151833',
      display_name: 'Amsterdam University Medical Centers',
      display_name_alternatives: ['Amsterdam UMC'],
      display_name_acronyms: [],
      ids: { ror: 'https://ror.org/05grdyy37', grid: 'grid.509540.d', wikidata: null },
    });
    expect([record?.registry, record?.key, record?.names]).toEqual([
      'openalex',
      'I4210151833',
      ['Amsterdam University Medical Centers', 'Amsterdam UMC'],
    ]);
    expect(Object.fromEntries(record?.keys ?? [])).toEqual({ ror: ['05grdyy37'], grid: ['grid.509540.d'] });
  });

  test('OpenAIRE', () => {
    const record = readRegistryRecord({
      id: 'openorgs____::2ce10b2528220091bd0363c1e39394c1',
      legalName: 'Amsterdam University Medical Centers',
      legalShortName: 'Amsterdam UMC',
      alternativeNames: [],
      pids: [
        { scheme: 'FundRef', value: '100019573' },
        { scheme: 'fundref', value: '100019573' },
        { scheme: 'LinkedIn', value: 'x' },
      ],
    });
    expect(record?.registry).toBe('openaire');
    expect(Object.fromEntries(record?.keys ?? [])).toEqual({ 'crossref-funder': ['100019573'] });
  });

  test.each([[null], ['text'], [{}], [{ id: 'https://example.org/x' }]])('%j is of none', (record) => {
    expect(readRegistryRecord(record)).toBeUndefined();
  });
});

// A server that plays the catalogues: each address answers in its own way, and every request is written down.
let server: Server;
let base: string;
let requests: { path: string; at: number; headers: IncomingMessage['headers'] }[] = [];
let open = 0;
let mostOpen = 0;
let busy = 0;
const turtle = (iri: string, name: string): string =>
  `<${iri}> <http://www.w3.org/2000/01/rdf-schema#label> "${name}"@en .\n`;

const answers: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  '/good': (response, request) => {
    if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end();
    response.writeHead(200, { 'content-type': 'text/turtle; charset=utf-8', etag: '"1"' });
    response.end(turtle(`${base}/good`, 'Leiden University Medical Center'));
  },
  '/renamed': (response) =>
    void response.writeHead(200, { 'content-type': 'text/turtle' }).end(turtle(`${base}/renamed`, 'Another Hospital')),
  '/json': (response) =>
    void response.writeHead(200, { 'content-type': 'application/ld+json' }).end(
      JSON.stringify({
        '@id': `${base}/json`,
        'http://www.w3.org/2000/01/rdf-schema#label': 'LUMC',
      }),
    ),
  '/page': (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>LUMC</h1>'),
  '/broken': (response) => void response.writeHead(200, { 'content-type': 'text/turtle' }).end('<a> <b'),
  '/other': (response) =>
    void response.writeHead(200, { 'content-type': 'text/turtle' }).end(turtle('http://x.example/', 'x')),
  '/missing': (response) => void response.writeHead(404).end(),
  '/gone': (response) => void response.writeHead(410).end(),
  '/failing': (response) => void response.writeHead(500).end(),
  '/see': (response) => void response.writeHead(303, { location: '/good' }).end(),
  '/moved': (response) => void response.writeHead(301, { location: '/page' }).end(),
  '/loop': (response) => void response.writeHead(302, { location: '/loop' }).end(),
  '/nowhere': (response) => void response.writeHead(302, { location: 'ftp://x.example/' }).end(),
  '/busy': (response) => {
    if (busy++ < 2) return void response.writeHead(429, { 'retry-after': '0' }).end();
    response.writeHead(200, { 'content-type': 'text/html' }).end('at last');
  },
  '/overloaded': (response) => void response.writeHead(429, { 'retry-after': '86400' }).end(),
  '/slow': () => undefined,
  '/cut': (response) => void response.socket?.destroy(),
};

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'link-check-'));
  server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', at: performance.now(), headers: request.headers });
    mostOpen = Math.max(mostOpen, ++open);
    response.on('close', () => open--);
    (answers[request.url ?? ''] ?? answers['/missing'])?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  requests = [];
  busy = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

let caches = 0;
const polite = (more: Partial<PoliteOptions> = {}): PoliteFetch =>
  new PoliteFetch({
    userAgent: 'umcnl-link-check (+mailto:librarian@example.org)',
    accept: acceptRdf,
    delay: 0,
    timeout: 500,
    redirects: 3,
    cache: path.join(folder, `cache-${caches++}`),
    maxAge: 60_000,
    patience: 1000,
    ...more,
  });

describe('asking the addresses of others', () => {
  test.each([
    ['/good', []],
    ['/see', ['remark no-rdf: Its text/turtle gives no name of']],
    ['/json', []],
    ['/renamed', ['name: It is called "Another Hospital" there, none of ours']],
    ['/page', ['remark no-rdf: It answers text/html, no RDF']],
    ['/broken', ['remark no-rdf: It answers text/turtle that cannot be read']],
    ['/other', ['remark no-rdf: Its text/turtle gives no name of']],
    ['/missing', ['gone:']],
    ['/gone', ['gone:']],
    ['/failing', ['remark unreachable:']],
    ['/moved', ['remark moved: It has moved for good to', 'remark no-rdf:']],
    ['/busy', ['remark no-rdf: It answers text/html']],
    ['/overloaded', ['remark unreachable:']],
  ])('%s', async (at, expected) => {
    const answer = await polite().get(base + at);
    if (answer.kind !== 'answer') throw new Error(answer.because);
    const found = await checkAnswer(link({ target: base + at }), thing, answer);
    expect(found.length).toBe(expected.length);
    for (const [index, { kind, message, remark }] of found.entries())
      expect(`${remark ? 'remark ' : ''}${kind}: ${message}`).toContain(expected[index]);
  });

  test.each([
    ['/loop', 'more than 3 redirects'],
    ['/nowhere', 'not on the web'],
    ['/slow', 'no answer within 0.5 s'],
    ['/cut', 'the connection failed'],
  ])('%s gives no answer, and says why', async (at, told) => {
    const answer = await polite().get(base + at);
    expect(answer.kind === 'none' && answer.because).toContain(told);
  });

  test('an entry that leads to another entry is a fault', async () => {
    const answer = {
      kind: 'answer' as const,
      address: 'https://ror.org/05xvt9f17',
      final: 'https://ror.org/027bh9e22',
      moved: true,
      status: 200,
      mediaType: 'text/html',
      text: '',
      asked: 0,
    };
    const [found] = await checkAnswer(link(), thing, answer);
    expect([found?.kind, found?.remark]).toEqual(['moved', undefined]);
  });

  test('says who asks and what is wanted', async () => {
    await polite().get(`${base}/good`);
    expect(requests[0]?.headers['user-agent']).toContain('librarian@example.org');
    expect(requests[0]?.headers.accept).toMatch(/^text\/turtle/);
  });

  test('asks a host one thing at a time, with a pause between', async () => {
    mostOpen = 0;
    const asking = polite({ delay: 80 });
    await Promise.all(['/good', '/page', '/renamed', '/missing'].map((at) => asking.get(base + at)));
    expect(mostOpen).toBe(1);
    const pauses = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(75);
  });

  test('goes on where it stopped: what was answered is not asked again', async () => {
    const cache = path.join(folder, 'kept');
    await polite({ cache }).get(`${base}/good`);
    await polite({ cache }).get(`${base}/missing`);
    await polite({ cache }).get(`${base}/failing`);
    expect(requests.length).toBe(3);
    const again = polite({ cache });
    const answer = await again.get(`${base}/good`);
    await again.get(`${base}/missing`);
    expect(again.requests).toBe(0);
    expect(answer).toMatchObject({ kind: 'answer', status: 200 });
    // A server that failed is asked again.
    await again.get(`${base}/failing`);
    expect(again.requests).toBe(1);
    expect(readdirSync(cache).length).toBe(2);
  });

  test('an old answer is asked for by its tag, and stays when it still holds', async () => {
    const cache = path.join(folder, 'old');
    await polite({ cache }).get(`${base}/good`);
    const answer = await polite({ cache, maxAge: 0 }).get(`${base}/good`);
    expect(requests[1]?.headers['if-none-match']).toBe('"1"');
    expect(answer).toMatchObject({ kind: 'answer', status: 200, text: expect.stringContaining('Leiden') });
  });
});

describe('umcnl link check', () => {
  // A publication of links alone: the real one would ask the real catalogues.
  const publish = (turtleText: string): string => {
    const home = mkdtempSync(path.join(folder, 'publication-'));
    mkdirSync(path.join(home, 'links'));
    writeFileSync(path.join(home, 'links', 'test.ttl'), turtleText);
    const description = {
      base: 'https://example.org/',
      name: 'test',
      title: { en: 'Test' },
      description: { en: 'Test' },
      license: 'https://creativecommons.org/publicdomain/zero/1.0/',
      layers: [{ name: 'links', files: 'links/*.ttl', graph: 'links/{1}' }],
      inferredGraph: 'inferred',
      rules: 'rules/*.n3',
      shapes: 'shapes/*.ttl',
      shapesRules: 'rules/*.n3',
      queries: path.relative(home, path.join(root, 'queries')),
      prefixes: {},
    };
    writeFileSync(path.join(home, 'dataset.json'), JSON.stringify(description));
    return path.join(home, 'dataset.json');
  };
  const mapping = (name: string, target: string, label: string): string => `
<https://example.org/links/test#${name}>
  a <http://www.w3.org/2002/07/owl#Axiom> , <https://w3id.org/sssom/Mapping> ;
  <http://www.w3.org/2002/07/owl#annotatedSource> <https://example.org/${name}> ;
  <http://www.w3.org/2002/07/owl#annotatedProperty> <${sameAs}> ;
  <http://www.w3.org/2002/07/owl#annotatedTarget> <${target}> ;
  <https://w3id.org/sssom/object_label> "${label}" .
`;
  const extract = path.join(root, 'tests/fixtures/registries/ror-extract.jsonl');

  test('offline: against files, and it says what it could not check', async () => {
    const publication = publish(
      mapping('lumc', 'https://ror.org/05xvt9f17', 'Leiden University Medical Center') +
        mapping('umcg', 'https://ror.org/03cv38k47', 'A former name') +
        mapping('absent', 'https://ror.org/00f7hpc57', 'Absent') +
        mapping('typo', 'https://ror.org/05xvt9f18', 'Typo') +
        mapping('page', 'https://www.lumc.nl/', 'LUMC'),
    );
    const { code, stdout, stderr } = await runCommand(['link', 'check', extract, '--publication', publication]);
    expect(code).toBe(1);
    expect(stdout.match(/^fault \(.*?\): <.*?>/gm)?.sort()).toEqual([
      'fault (absent): <https://example.org/absent>',
      'fault (name): <https://example.org/umcg>',
      'fault (wrong-identifier): <https://example.org/typo>',
    ]);
    expect(stderr).toContain('5 links: 3 faults, 0 remarks.');
    expect(stderr).toContain('1 of www.lumc.nl');
    const partial = await runCommand(['link', 'check', extract, '--partial', '--publication', publication]);
    expect(partial.stdout).not.toContain('absent');
  });

  test('online: asks each address once, and ends with 0 when there are remarks alone', async () => {
    const publication = publish(
      mapping('lumc', `${base}/good`, 'Leiden University Medical Center') +
        mapping('also', `${base}/good`, 'Leiden University Medical Center') +
        mapping('page', `${base}/page`, 'LUMC'),
    );
    const cache = path.join(folder, 'online');
    const args = ['link', 'check', '--publication', publication, '--online', '--delay', '0', '--cache', cache];
    const { code, stdout, stderr } = await runCommand([...args, '--contact', 'mailto:librarian@example.org']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('3 links: no faults, 1 remarks.')]);
    expect(stdout).toMatch(/^remark \(no-rdf\): <https:\/\/example\.org\/page>/);
    expect(requests.map((request) => request.path).sort()).toEqual(['/good', '/page']);
    const refused = await runCommand(args);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--contact')]);
  });

  test('a file without records is refused', async () => {
    const publication = publish(mapping('lumc', 'https://ror.org/05xvt9f17', 'LUMC'));
    const file = path.join(folder, 'none.json');
    writeFileSync(file, '[{"id": "x"}]');
    const { code, stderr } = await runCommand(['link', 'check', file, '--publication', publication]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no record of ROR, OpenAlex or OpenAIRE')]);
  });
});
