import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import type { Request } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { graphStore } from '../src/http/graph-store.ts';
import type { Site } from '../src/http/site.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readNQuads, readRdf } from '../src/rdf/read.ts';
import { mergeGraphs, rdf, sd, voidTerm } from '../src/rdf/terms.ts';
import { ownPublication, serve } from './setup/server.ts';

const { base, name } = JSON.parse(readFileSync(ownPublication, 'utf8')) as { base: string; name: string };

let running: Running;
/** All graphs, as the dump has them; that it has what the files say is tested with the dumps. */
let quads: readonly Quad[];
let version: string;

beforeAll(async () => {
  running = await serve();
  version = ((await (await get('/', { Accept: 'application/json' })).json()) as { version: string }).version;
  const dump = await get(`/dumps/${version}/${name}.nq`);
  quads = await parse(await dump.text(), findFormat('n-quads') as Format);
});
afterAll(() => running?.stop());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(running.url + path, { redirect: 'manual', method, headers: { Connection: 'close', ...headers } });
const mediaType = (response: Response): string | undefined => response.headers.get('content-type')?.split(';')[0];
const parse = (text: string, format: Format): Promise<Quad[]> =>
  readRdf(text, format, { source: 'answer', baseIRI: 'http://e/' });
const detail = async (response: Response): Promise<string> => ((await response.json()) as { detail: string }).detail;

/** A request just as written, without what `fetch` adds or corrects. */
const raw = (path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(running.url);
    httpRequest({ hostname, port, path, headers }, resolve).on('error', reject).end();
  });

/** A port that is free now: the address that others reach may differ from it. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const passage = 'document/lumc-mission-statement/01-mission';
/** One graph of each layer: what the project says, documents, passages, readings, registries, links, inferences. */
const samples = ['ontology', 'graph/places', 'graph/inferred', passage, 'registry/ror', 'links/themes'];
const indirect = (path: string): string => `/graphs?graph=${encodeURIComponent(base + path)}`;
const merged = (): Quad[] => [...mergeGraphs(quads)];
const ofGraph = (path: string): Quad[] => quads.filter(({ graph }) => graph.value === base + path);

const sameTriples = async (found: readonly Quad[], expected: Iterable<Quad>): Promise<void> => {
  for (const { graph } of found) expect(graph.termType).toBe('DefaultGraph');
  expect(await canonicalNQuads(found)).toBe(await canonicalNQuads([...mergeGraphs(expected)]));
};

// Content

test.each(formats)('a graph in $mediaType is that graph, in the default graph of the answer', async (format) => {
  for (const path of [indirect(passage), `/graphs/${passage}`]) {
    const response = await get(path, { Accept: format.mediaType });
    expect(response.status).toBe(200);
    expect(mediaType(response)).toBe(format.mediaType);
    await sameTriples(await parse(await response.text(), format), ofGraph(passage));
  }
});

test.each(samples)('the graph %s is answered directly and indirectly, with one tag', async (path) => {
  expect(ofGraph(path).length).toBeGreaterThan(0);
  const format = findFormat('n-triples') as Format;
  const answers = [];
  for (const address of [indirect(path), `/graphs/${path}`]) {
    const response = await get(address, { Accept: format.mediaType });
    expect(response.status, address).toBe(200);
    answers.push(response.headers.get('etag'));
    await sameTriples(await parse(await response.text(), format), ofGraph(path));
  }
  expect(answers[0]).toMatch(/^"/);
  expect(answers[1]).toBe(answers[0]);
});

test('the default graph is the merge of all', async () => {
  const response = await get('/graphs?default', { Accept: 'application/n-triples' });
  expect(response.status).toBe(200);
  const found = await parse(await response.text(), findFormat('n-triples') as Format);
  expect(found.length).toBe(merged().length);
  await sameTriples(found, merged());
  const again = await get('/graphs?default=', { Accept: 'application/n-triples' });
  expect(again.headers.get('etag')).toBe(response.headers.get('etag'));
});

// Negotiation

test('a large dump that is gone is written anew, before the answer has begun', async () => {
  const dump = { part: '', format: 'n-triples', file: 'gone.nt', bytes: 2 ** 30 };
  const site = {
    publicUrl: 'https://example.org',
    dataset: { publication: undefined },
    dumps: { files: [dump] },
    pool: { live: false },
    index: { isWhole: true, defaultGraph: readNQuads('<x:a> <x:p> "1" .\n') },
    hasDump: async () => false,
    streamDump: () => expect.unreachable(),
  } as unknown as Site;
  const answer = await graphStore(site, { url: '/graphs?default&format=n-triples', method: 'GET' } as Request);
  if (answer.kind !== 'single') throw new Error('One format was asked for.');
  const body = await answer.variant.stream?.(new AbortController().signal);
  expect(String(body)).toBe('<x:a> <x:p> "1" .\n');
});

test('who sends no Accept gets RDF, as the protocol wants', async () => {
  const response = await raw(indirect(passage));
  response.resume();
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('text/turtle; charset=utf-8');
});

test.each([
  ['*/*', 'text/turtle'],
  ['text/*', 'text/turtle'],
  ['application/json', 'application/ld+json'],
  ['text/turtle; charset=utf-8', 'text/turtle'],
  [
    'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded, a"; q=0.5, text/turtle;q=0.4',
    'application/ld+json',
  ],
  ['text/turtle;q=0.1;charset="utf-8", application/n-quads; version=1.1;q=0.2', 'application/n-quads'],
  ['text/html;q=0.9, application/trig', 'application/trig'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
])('who accepts %s gets a graph in %s', async (accept, expected) => {
  const response = await get(indirect(passage), { Accept: accept });
  expect(response.status).toBe(200);
  expect(mediaType(response)).toBe(expected);
  expect(response.headers.get('vary')?.toLowerCase()).toContain('accept');
});

test('who accepts nothing that there is is told what there is', async () => {
  const response = await get(indirect(passage), { Accept: 'image/png' });
  expect(response.status).toBe(406);
  const { available } = (await response.json()) as { available: string[] };
  expect(available).toEqual([...formats.map((format) => format.mediaType), 'text/html']);
});

test.each<[string, string]>([
  ...formats.map(({ name, mediaType: type }): [string, string] => [name, type]),
  ...formats.map(({ extension, mediaType: type }): [string, string] => [extension, type]),
  ['text/turtle', 'text/turtle'],
  ['HTML', 'text/html'],
])('?format=%s gives %s whatever Accept says', async (format, expected) => {
  const name = encodeURIComponent(format);
  for (const address of [`${indirect(passage)}&format=${name}`, `/graphs/${passage}?format=${name}`]) {
    const response = await get(address, { Accept: 'image/png' });
    expect(response.status).toBe(200);
    expect(mediaType(response)).toBe(expected);
  }
});

// HTTP

test('HEAD has the headers of GET, and a tag that brings 304', async () => {
  for (const address of [indirect(passage), `/graphs/${passage}`, '/graphs?default', '/graphs']) {
    const [head, whole] = [await get(address, {}, 'HEAD'), await get(address)];
    expect(head.status, address).toBe(200);
    for (const header of ['content-type', 'content-length', 'etag', 'vary', 'cache-control'])
      expect(head.headers.get(header), `${address} ${header}`).toBe(whole.headers.get(header));
    expect(await head.text()).toBe('');
    const again = await get(address, { 'If-None-Match': whole.headers.get('etag') as string });
    expect(again.status, address).toBe(304);
    expect(await again.text()).toBe('');
  }
});

test('OPTIONS says what is possible', async () => {
  for (const address of ['/graphs', indirect(passage), `/graphs/${passage}`]) {
    const response = await get(address, {}, 'OPTIONS');
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  }
});

test.each(['PUT', 'POST', 'DELETE', 'PATCH'])('%s is refused, and changes nothing', async (method) => {
  for (const address of [
    '/graphs',
    '/graphs?default',
    indirect(passage),
    `/graphs/${passage}`,
    indirect('new'),
    '/graphs/new',
  ]) {
    const body = method === 'DELETE' ? null : '<http://e/s> <http://e/p> 1 .';
    const headers = { Connection: 'close', 'Content-Type': 'text/turtle' };
    const response = await fetch(running.url + address, { method, headers, body });
    expect(response.status, `${method} ${address}`).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  }
  expect((await get(indirect('new'))).status).toBe(404);
  const response = await get(indirect(passage), { Accept: 'text/turtle' });
  await sameTriples(await parse(await response.text(), findFormat('turtle') as Format), ofGraph(passage));
});

// What is not there, and what cannot be read

test.each([
  '/graphs?graph=http%3A%2F%2Fe%2Fnowhere',
  '/graphs?graph=urn:nothing',
  '/graphs/nowhere',
  '/graphs/id/centre/lumc',
  `/graphs/${passage}.ttl`,
])('%s is no graph', async (address) => {
  for (const method of ['GET', 'HEAD']) expect((await get(address, {}, method)).status).toBe(404);
  expect(await detail(await get(address))).toMatch(/There is no graph <.*\/graphs/);
});

test.each([
  ['a relative IRI', '/graphs?graph=document/x', /"document\/x".*no absolute IRI/],
  ['a path', '/graphs?graph=%2Fdocument%2Fx', /no absolute IRI/],
  ['no IRI', '/graphs?graph=', /no absolute IRI/],
  ['an IRI with a space', '/graphs?graph=http://e/a%20b', /no absolute IRI/],
  ['an IRI with a bracket', '/graphs?graph=http://e/%3E', /no absolute IRI/],
  ['a graph and the default graph', '/graphs?default&graph=http://e/g', /exclude each other/],
  ['two graphs', '/graphs?graph=http://e/g&graph=http://e/h', /more than once/],
  ['one graph twice', '/graphs?graph=http://e/g&graph=http://e/g', /more than once/],
  ['the default graph twice', '/graphs?default&default', /more than once/],
  ['a default graph with a value', '/graphs?default=true', /without a value/],
  ['two formats', '/graphs?default&format=turtle&format=trig', /more than once/],
  ['a format that is none', '/graphs?default&format=docx', /no format "docx".*turtle/],
  ['a format that is none for the list', '/graphs?format=docx', /no format "docx"/],
  ['a graph in a graph', `/graphs/${passage}?graph=http://e/g`, /names a graph itself/],
  ['a default graph in a graph', `/graphs/${passage}?default`, /names a graph itself/],
  ['bytes that are no UTF-8', '/graphs?graph=http://e/%FF', /./],
])('%s is a bad request', async (_name, address, told) => {
  const response = await get(address, { Accept: 'application/json' });
  expect(response.status).toBe(400);
  expect(await detail(response)).toMatch(told);
});

// Names that are graphs

test('a passage is no document: its IRI leads to a description of it, which holds what its graph states', async () => {
  const response = await get(`/${passage}`);
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe(`/about/${passage}`);
});

test.each([
  'graph/inferred',
  'graph/places',
])('%s names a graph and nothing else: it leads to the graph', async (path) => {
  const response = await get(`/${path}`, { Accept: 'text/turtle' });
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe(`/graphs/${path}`);
});

// The list

describe('/graphs', () => {
  test('lists every graph in JSON, each with the address that answers it', async () => {
    const response = await get('/graphs', { Accept: 'application/json' });
    expect(mediaType(response)).toBe('application/json');
    const list = (await response.json()) as {
      version: string;
      default: { url: string; triples: number };
      graphs: { graph: string; url: string; triples: number; title: Record<string, string> }[];
    };
    expect(list.version).toBe(version);
    expect(list.default).toEqual({ url: `${running.url}/graphs?default`, triples: merged().length });
    const names = [...new Set(quads.map(({ graph }) => graph.value))].sort();
    expect(list.graphs.map(({ graph }) => graph)).toEqual(names);
    for (const { url, triples } of list.graphs.slice(0, 5)) {
      const text = await (await fetch(url, { headers: { Accept: 'application/n-triples' } })).text();
      expect(text.trim().split('\n')).toHaveLength(triples);
    }
    const found = list.graphs.find(({ graph }) => graph === base + passage);
    expect(Object.keys(found?.title ?? {})).toEqual(expect.arrayContaining(['en', 'nl']));
  });

  test.each(formats)('describes the dataset in $mediaType', async (format) => {
    for (const [address, accept] of [
      ['/graphs', format.mediaType],
      [`/graphs?format=${format.name}`, 'text/html'],
    ] as const) {
      const response = await get(address, { Accept: accept });
      expect(mediaType(response)).toBe(format.mediaType);
      const found = await parse(await response.text(), format);
      const types = found.filter(({ predicate }) => predicate.value === rdf('type')).map(({ object }) => object.value);
      expect(types.filter((type) => type === sd('NamedGraph'))).toHaveLength(
        new Set(quads.map(({ graph }) => graph.value)).size,
      );
      expect(types.filter((type) => type === sd('Dataset'))).toHaveLength(1);
      expect(found.some(({ predicate }) => predicate.value === voidTerm('triples'))).toBe(true);
    }
  });

  test.each([
    ['en', 'Graphs', 'Default graph'],
    ['nl', 'Grafen', 'Standaardgraaf'],
  ])('is a page in %s', async (language, title, standard) => {
    const response = await get(`/graphs?lang=${language}`, { Accept: 'text/html' });
    expect(response.headers.get('content-language')).toBe(language);
    const page = await response.text();
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(standard);
    expect(page).toContain(`<a href="/graphs/${passage}?lang=${language}">`);
  });
});

test('the page of a graph shows its triples, leads to its formats and keeps the graph in the other language', async () => {
  const page = await (await get(`/graphs/${passage}`, { Accept: 'text/html' })).text();
  expect(page).toContain(`${base}${passage}`);
  expect(page).toContain(`href="/${passage}"`);
  for (const { name } of formats) expect(page).toContain(`href="/graphs/${passage}?format=${name}"`);
  const whole = await (await get('/graphs?default', { Accept: 'text/html' })).text();
  expect(whole).toContain(`(500 of ${merged().length})`);
  expect(whole).toContain('href="/graphs?default&amp;lang=nl"');
});

describe('plain files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'graph-store-'));
  const publicUrl = 'http://example.org';
  let plain: Running;
  let address: string;

  beforeAll(async () => {
    const file = path.join(folder, 'given.trig');
    writeFileSync(
      file,
      `@prefix : <http://example.org/> .
      @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
      :a :p "in the default graph" .
      <urn:other> { :a :price "1.50"^^xsd:decimal ; :count "007"^^xsd:integer . }
      <http://example.org/a+b> { :a :p "plus" . }
      :below { :a :p "below the address of the instance" . }
      <http://example.org/graphs/own> { :a :p "named by its own address" . }
      <http://example.org/café/a%20b> { :a :p "not ASCII" . }
      _:blank { :a :p "nameless" . }`,
    );
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    plain = await serve({ plain: true, data: [file], workers: 1, port, publicUrl });
  });
  afterAll(async () => {
    await plain?.stop();
    rmSync(folder, { recursive: true });
  });

  const read = async (where: string): Promise<string> => {
    const response = await fetch(address + where, {
      headers: { Accept: 'application/n-triples', Connection: 'close' },
    });
    expect(response.status, where).toBe(200);
    return response.text();
  };

  test('literals are as in the file, where an engine would rewrite them', async () => {
    const text = await read('/graphs?graph=urn:other');
    expect(text).toContain('"1.50"^^');
    expect(text).toContain('"007"^^');
  });

  test.each([
    '/graphs?graph=http://example.org/a+b',
    '/graphs?graph=http%3A%2F%2Fexample.org%2Fa%2Bb',
    '/graphs/a+b',
  ])('a plus sign is a plus sign: %s', async (where) => {
    expect(await read(where)).toContain('"plus"');
  });

  test.each([
    '/graphs/below',
    '/graphs?graph=http://example.org/below',
  ])('the base is the address of the instance: %s', async (where) => {
    expect(await read(where)).toContain('"below');
  });

  test.each([
    '/graphs/own',
    '/graphs/graphs/own',
  ])('a graph can be named by the very address that answers it: %s', async (where) => {
    expect(await read(where)).toContain('"named by its own address"');
  });

  test('the default graph is what the files say it is', async () => {
    for (const format of formats) {
      const response = await fetch(`${address}/graphs?default&format=${format.name}`);
      const found = await parse(await response.text(), format);
      expect(found.map(({ object }) => object.value)).toEqual(['in the default graph']);
    }
  });

  test('the list has every graph that has a name, under an address that answers it', async () => {
    const response = await fetch(`${address}/graphs`, { headers: { Accept: 'application/json' } });
    const { default: own, graphs } = (await response.json()) as {
      default: { triples: number };
      graphs: { graph: string; url: string; triples: number }[];
    };
    expect(own.triples).toBe(1);
    expect(graphs.map(({ graph, triples }) => [graph, triples])).toEqual([
      ['http://example.org/a+b', 1],
      ['http://example.org/below', 1],
      ['http://example.org/café/a%20b', 1],
      ['http://example.org/graphs/own', 1],
      ['urn:other', 2],
    ]);
    for (const { url, triples } of graphs)
      expect((await read(url.replace(publicUrl, ''))).trim().split('\n'), url).toHaveLength(triples);
  });
});
