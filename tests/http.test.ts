import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Quad } from '@rdfjs/types';
import jsonld from 'jsonld';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { indexQuads, mergeGraphs } from '../src/rdf/terms.ts';
import { ownPublication, serve } from './setup/server.ts';

const root = new URL('..', import.meta.url).pathname;
const { base, name } = JSON.parse(readFileSync(ownPublication, 'utf8')) as { base: string; name: string };
const thing = 'id/centre/lumc';
const things = [
  thing,
  'document/lumc-mission-statement',
  'document/lumc-mission-statement/01-mission',
  'concept/core-task/research',
  'ontology#Centre',
];
const collections = readdirSync(`${root}queries/collections`).map((file) => file.replace(/\.rq$/, ''));
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

let running: Running;
let context: object;

beforeAll(async () => {
  running = await serve();
  context = ((await (await fetch(`${running.url}/context.jsonld`)).json()) as { '@context': object })['@context'];
});
afterAll(() => running?.stop());

// Server and client share this thread: while a dump is parsed, a connection kept alive would run out unnoticed.
const get = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> => {
  const all = { Connection: 'close', ...headers, ...(init.headers as Record<string, string>) };
  return fetch(running.url + path, { redirect: 'manual', ...init, headers: all });
};
const inUrl = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
const mediaType = (response: Response): string | undefined => response.headers.get('content-type')?.split(';')[0];
const varies = (response: Response): string[] =>
  (response.headers.get('vary') ?? '').split(',').map((field) => field.trim().toLowerCase());

/** A request just as written, without what `fetch` adds or corrects. */
const raw = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(running.url);
    httpRequest({ hostname, port, path, headers, method }, resolve).on('error', reject).end();
  });

async function ask(query: string): Promise<Record<string, string>[]> {
  const response = await get('/sparql', { Accept: '*/*' }, { method: 'POST', body: form({ query }) });
  expect(response.status).toBe(200);
  const { results } = (await response.json()) as { results: { bindings: Record<string, { value: string }>[] } };
  return results.bindings.map((row) => Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])));
}

const form = (fields: Record<string, string>): URLSearchParams => new URLSearchParams(fields);
const parse = (body: string, format: Format): Promise<Quad[]> =>
  readRdf(body, format, { source: 'answer', baseIRI: 'http://example.org/' });

/** JSON-LD that names our context, read with that context put in; nothing may be dropped. */
async function parseWithContext(body: string): Promise<Quad[]> {
  const document = JSON.parse(body) as Record<string, unknown>;
  expect(document['@context']).toBe(`${running.url}/context.jsonld`);
  const options = { format: 'application/n-quads', safe: true };
  const nquads = await jsonld.toRDF({ ...document, '@context': context } as never, options as never);
  return parse(nquads as unknown as string, findFormat('n-quads') as Format);
}

// Names

test.each(things.filter((each) => !each.includes('#')))('/%s is sent on to the document about it', async (path) => {
  const response = await get(`/${path}`);
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe(`/about/${path}`);
  expect(varies(response)).toContain('accept');
  expect((await get(`/about/${path}`)).status).toBe(200);
});

test.each([
  'id/centre/nowhere',
  'about/id/centre/nowhere',
  'about/id/centre/nowhere.ttl',
  'nothing',
  'id/',
])('/%s is not found', async (path) => {
  expect((await get(`/${path}`)).status).toBe(404);
});

// Negotiation

const types = formats.flatMap(({ mediaType: type, aliases }) =>
  [type, ...aliases].map((asked): [string, string] => [asked, type]),
);

test.each<[string, string]>([
  ...types,
  ['*/*', 'text/html'],
  [browser, 'text/html'],
  ['application/xhtml+xml', 'text/html'],
  ['text/*', 'text/html'],
  ['application/*', 'application/ld+json'],
  ['text/html;q=0, */*', 'text/turtle'],
  ['text/html, text/turtle;q=0.9', 'text/html'],
  ['text/html;q=0.5, text/turtle;q=0.9', 'text/turtle'],
  ['application/rdf+xml;q=0.7, application/ld+json;q=0.8', 'application/ld+json'],
  ['text/turtle;q=0.3, */*;q=0.1', 'text/turtle'],
  ['image/png, application/trig;q=0.001', 'application/trig'],
  ['text/turtle;q=0, application/n-quads;q=0.2', 'application/n-quads'],
  ['TEXT/Turtle', 'text/turtle'],
])('who accepts "%s" is told of a thing in %s', async (accept, expected) => {
  const response = await get(`/about/${thing}`, { Accept: accept });
  expect(response.status).toBe(200);
  expect(mediaType(response)).toBe(expected);
  expect(varies(response)).toContain('accept');
});

test('who sends no Accept gets the page', async () => {
  const response = await raw(`/about/${thing}`);
  response.resume();
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
});

test.each([
  'image/png',
  'text/html;q=0',
  'application/x-nothing, image/*',
])('who accepts only "%s" is told what there is', async (accept) => {
  const response = await get(`/about/${thing}`, { Accept: accept });
  expect(response.status).toBe(406);
  expect(varies(response)).toContain('accept');
  const problem = (await response.json()) as { available: string[]; detail: string };
  expect(problem.available).toEqual(['text/html', ...formats.map(({ mediaType: type }) => type)]);
  for (const type of problem.available) expect(problem.detail).toContain(type);
});

test.each([
  ...formats.map(({ extension, mediaType: type }): [string, string] => [extension, type]),
  ['html', 'text/html'],
])('the ending .%s gives %s whatever the client likes better', async (extension, type) => {
  const response = await get(`/about/${thing}.${extension}`, { Accept: 'text/turtle;q=0.2, text/html, */*;q=0.1' });
  expect(response.status).toBe(200);
  expect(mediaType(response)).toBe(type);
});

test('an unknown ending is not found', async () => {
  expect((await get(`/about/${thing}.pdf`)).status).toBe(404);
});

// Descriptions

test.each(things)('every format says the same triples of %s', async (path) => {
  const said = new Map<string, string>();
  for (const format of formats) {
    const response = await get(`/about/${inUrl(path)}`, { Accept: format.mediaType });
    expect(response.status, format.name).toBe(200);
    const body = await response.text();
    const bySuffix = await get(`/about/${inUrl(path)}.${format.extension}`);
    expect(await bySuffix.text(), format.name).toBe(body);
    const quads = format.name === 'json-ld' ? await parseWithContext(body) : await parse(body, format);
    said.set(format.name, await canonicalNQuads([...mergeGraphs(quads)]));
  }
  expect(said.get('turtle')).toContain(`<${base}${path}>`);
  for (const [format, nquads] of said) expect(nquads, format).toBe(said.get('turtle'));
});

test.each(things)('the description of %s holds what SPARQL knows of it', async (path) => {
  const iri = base + path;
  const turtle = findFormat('turtle') as Format;
  const described = indexQuads(await parse(await (await get(`/about/${inUrl(path)}.ttl`)).text(), turtle));
  const body = form({ query: `CONSTRUCT WHERE { <${iri}> ?p ?o }` });
  const answer = await get('/sparql', { Accept: 'text/turtle' }, { method: 'POST', body });
  const known = await parse(await answer.text(), turtle);
  expect(known.length).toBeGreaterThan(2);
  for (const each of known) expect(described.has(each), each.object.value).toBe(true);
});

test('the ontology is one document in every format', async () => {
  const page = await get('/ontology', { Accept: 'text/html' });
  expect(await page.text()).toContain('id="Centre"');
  const said = new Set<string>();
  for (const format of formats) {
    const response = await get('/ontology', { Accept: format.mediaType });
    expect(mediaType(response)).toBe(format.mediaType);
    const body = await response.text();
    const quads = format.name === 'json-ld' ? await parseWithContext(body) : await parse(body, format);
    said.add(await canonicalNQuads(quads));
  }
  expect(said.size).toBe(1);
  expect([...said][0]).toContain(`<${base}ontology#Centre>`);
});

// Caches

const cacheable: [string, string][] = [
  ['/', 'text/html'],
  [`/about/${thing}`, 'text/html'],
  [`/about/${thing}`, 'application/ld+json'],
  ['/context.jsonld', '*/*'],
  ['/sparql?query=ASK%7B%7D', 'text/csv'],
  [`/${collections[0]}`, 'application/ld+json'],
];

test.each(cacheable)('%s as %s has an ETag, and is not sent to who has it', async (path, accept) => {
  // Not by fetch: with If-None-Match it also asks for no cache.
  const first = await raw(path, { Accept: accept });
  expect(first.statusCode).toBe(200);
  expect((await text(first)).length).toBeGreaterThan(0);
  const etag = first.headers.etag ?? '';
  expect(etag).toMatch(/^"[^"]+"$/);
  const again = await raw(path, { Accept: accept, 'If-None-Match': etag });
  expect(again.statusCode).toBe(304);
  expect(again.headers.etag).toBe(etag);
  expect(again.headers.vary).toBe(first.headers.vary);
  expect(await text(again)).toBe('');
  const other = await raw(path, { Accept: accept, 'If-None-Match': '"other"' });
  other.resume();
  expect(other.statusCode).toBe(200);
});

test('formats and languages of one address have ETags of their own', async () => {
  const asked = [
    { Accept: 'text/html', 'Accept-Language': 'en' },
    { Accept: 'text/html', 'Accept-Language': 'nl' },
    ...formats.map(({ mediaType: Accept }) => ({ Accept })),
  ];
  const tags = await Promise.all(
    asked.map(async (headers) => (await get(`/about/${thing}`, headers)).headers.get('etag')),
  );
  expect(tags).not.toContain(null);
  expect(new Set(tags).size).toBe(asked.length);
});

test.each([
  ['/', 'text/html'],
  ['/sparql', 'text/html'],
  ['/sparql?query=ASK%7B%7D', 'text/html'],
  ['/sparql?query=ASK%7B%7D', 'application/json'],
  [`/about/${thing}`, 'text/turtle'],
  [`/about/${thing}.jsonld`, '*/*'],
  [`/${thing}`, '*/*'],
  ['/dumps/', 'text/html'],
  ['/healthz', '*/*'],
  ['/ontology', 'application/rdf+xml'],
  [`/${collections[0]}`, 'text/html'],
  ['/nothing', '*/*'],
  ['/nothing', 'text/html'],
  [`/about/${thing}`, 'image/png'],
])('HEAD %s as %s tells what GET does, without a body', async (path, accept) => {
  const got = await get(path, { Accept: accept });
  await got.arrayBuffer();
  const head = await get(path, { Accept: accept }, { method: 'HEAD' });
  const tell = ({ status, headers }: Response): unknown => [
    status,
    Object.fromEntries(
      [...headers].filter(([key]) => !['date', 'connection', 'keep-alive', 'x-request-id'].includes(key)),
    ),
  ];
  expect(tell(head)).toEqual(tell(got));
  expect(await head.text()).toBe('');
});

// Other origins and methods

test.each([
  ['/', 'GET, HEAD, OPTIONS'],
  ['/sparql', 'GET, HEAD, POST, QUERY, OPTIONS'],
  [`/${thing}`, 'GET, HEAD, OPTIONS'],
  [`/about/${thing}`, 'GET, HEAD, OPTIONS'],
  [`/dumps/${name}.ttl`, 'GET, HEAD, OPTIONS'],
  ['/context.jsonld', 'GET, HEAD, OPTIONS'],
])('OPTIONS %s allows %s, to any origin', async (path, methods) => {
  const preflight = { Origin: 'https://example.org', 'Access-Control-Request-Headers': 'content-type' };
  const { status, headers } = await get(path, preflight, { method: 'OPTIONS' });
  expect(status).toBe(204);
  expect(headers.get('allow')).toBe(methods);
  expect(headers.get('access-control-allow-methods')).toBe(methods);
  expect(headers.get('access-control-allow-headers')).toBe('*');
  expect(headers.get('access-control-allow-origin')).toBe('*');
});

test.each([
  '/',
  `/${thing}`,
  `/about/${thing}`,
  '/sparql?query=ASK%7B%7D',
  '/context.jsonld',
  '/nothing',
  '/sparql',
])('%s is open to any origin', async (path) => {
  const { headers } = await get(path, { Origin: 'https://example.org', Accept: 'application/json' });
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('access-control-expose-headers')).toContain('ETag');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

// Problems

const sparqlBody = { method: 'POST', headers: { 'Content-Type': 'application/sparql-query' } };
const problems: [string, string, RequestInit, number][] = [
  ['a thing that is not there', '/id/centre/nowhere', {}, 404],
  ['a dump that is not there', '/dumps/other.ttl', {}, 404],
  ['a path with dots', '/dumps/..%2f..%2fpackage.json', {}, 404],
  ['a method that is not there', '/sparql', { method: 'PUT', body: 'x' }, 405],
  ['deleting a thing', `/${thing}`, { method: 'DELETE' }, 405],
  ['posting to a thing', `/about/${thing}`, { method: 'POST', body: 'x' }, 405],
  ['a body that is too large', '/sparql', { ...sparqlBody, body: ' '.repeat(1024 * 1024 + 1) }, 413],
  ['a form that is too large', '/sparql', { method: 'POST', body: form({ query: ' '.repeat(2 ** 20) }) }, 413],
  ['a body of the wrong type', '/sparql', { method: 'POST', body: 'ASK {}' }, 415],
  ['no query', '/sparql', { method: 'POST', body: form({}) }, 400],
  [
    'a charset that is not read',
    '/sparql',
    { ...sparqlBody, headers: { 'Content-Type': 'application/sparql-query; charset=x-none' }, body: 'ASK {}' },
    415,
  ],
  ['a syntax error', '/sparql?query=SELEC', {}, 400],
  ['a format that is not there', '/sparql?query=ASK%7B%7D&format=pdf', {}, 400],
  ['a path that is wrongly encoded', '/id/%E0%A4%A', {}, 400],
  ['a path with a NUL', '/id/%00', {}, 404],
];

test.each(problems)('%s is explained as JSON and as a page', async (_, path, init, status) => {
  for (const [accept, type] of [
    ['*/*', 'application/problem+json'],
    ['application/json', 'application/problem+json'],
    [browser, 'text/html'],
  ] as const) {
    const headers = { ...(init.headers as Record<string, string>), Accept: accept };
    const response = await get(path, {}, { ...init, headers });
    expect(response.status).toBe(status);
    expect(mediaType(response)).toBe(type);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const body = await response.text();
    if (type === 'text/html') expect(body).toContain(`<h1>${status} `);
    else {
      const problem = JSON.parse(body) as Record<string, unknown>;
      expect(problem).toMatchObject({ status, type: expect.stringContaining('/problems/') });
      expect(problem['title']).toMatch(/^[A-Z]/);
      expect(problem['detail']).toMatch(/^[A-Z].{15,}[.]$/s);
    }
    for (const secret of [root, process.cwd(), 'node_modules', 'file://'])
      expect(body.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(body).not.toMatch(/^\s+at |\.[jt]sx?:\d+/m);
  }
});

test.each([
  ['PUT', '/sparql', 'GET, HEAD, POST, QUERY, OPTIONS'],
  ['PATCH', '/', 'GET, HEAD, OPTIONS'],
  ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
  ['DELETE', `/dumps/${name}.ttl`, 'GET, HEAD, OPTIONS'],
])('%s %s is refused with what is allowed', async (method, path, allow) => {
  const response = await get(path, {}, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
});

test('an address that is too long is refused with the limit', async () => {
  const response = await raw(`/sparql?query=${'a'.repeat(16_384)}`);
  const body = await text(response);
  expect(response.statusCode).toBe(414);
  expect((JSON.parse(body) as { detail: string }).detail).toContain('16384');
});

test('a syntax error is placed by line and column', async () => {
  const query = 'SELECT ?x\nWHER { ?s ?p ?o }';
  const response = await get('/sparql', {}, { method: 'POST', body: form({ query }) });
  expect(response.status).toBe(400);
  const problem = (await response.json()) as { detail: string };
  expect(problem).toMatchObject({ line: 2, column: 6 });
  expect(problem.detail).toContain('line 2, column 6');
});

test('what a client sends is shown, not run', async () => {
  const page = await (await get(`/${encodeURIComponent('<script>alert(1)</script>')}`, { Accept: browser })).text();
  expect(page).toContain('&lt;script>');
  expect(page).not.toContain('<script>');
});

// Collections, context, dumps

test('the home page and its summary lead to every collection', async () => {
  const summary = (await (await get('/', { Accept: 'application/json' })).json()) as { collections: string[] };
  expect(summary.collections.sort()).toEqual(collections.map((each) => `${running.url}/${each}`).sort());
  const page = await (await get('/', { Accept: 'text/html' })).text();
  for (const each of collections) expect(page).toContain(`href="/${each}?lang=en"`);
});

test.each(collections)('the collection %s is JSON-LD with the members of its query', async (collection) => {
  const query = readFileSync(`${root}queries/collections/${collection}.rq`, 'utf8');
  const wanted = new Set((await ask(query)).map((row) => Object.values(row)[0]));
  expect(wanted.size).toBeGreaterThan(0);
  const response = await get(`/${collection}?size=200`, { Accept: 'application/ld+json' });
  expect(mediaType(response)).toBe('application/ld+json');
  const quads = await parseWithContext(await response.text());
  const hydra = 'http://www.w3.org/ns/hydra/core#';
  const own = quads.filter(({ subject }) => subject.value.startsWith(`${running.url}/${collection}`));
  const members = own.filter(({ predicate }) => predicate.value === `${hydra}member`);
  expect(new Set(members.map(({ object }) => object.value))).toEqual(wanted);
  const total = own.find(({ predicate }) => predicate.value === `${hydra}totalItems`);
  expect(total?.object.value).toBe(String(wanted.size));
  // What it says of its members, the graph says too.
  const dump = await (await get(`/dumps/${name}.nt`, {}, { redirect: 'follow' })).text();
  const graph = indexQuads(await parse(dump, findFormat('n-triples') as Format));
  const rest = quads.filter((each) => !own.includes(each));
  expect(rest.length).toBeGreaterThan(wanted.size);
  expect(rest.filter((each) => !graph.has(each))).toEqual([]);
});

test.each(collections)('the collection %s is a page that links its members', async (collection) => {
  const query = readFileSync(`${root}queries/collections/${collection}.rq`, 'utf8');
  const page = await (await get(`/${collection}?size=200`, { Accept: browser })).text();
  for (const row of await ask(query)) {
    const member = String(Object.values(row)[0]);
    expect(page).toContain(
      `href="${member.startsWith(base) ? `/about/${member.slice(base.length)}?lang=en` : member}"`,
    );
  }
});

test('the context is one for JSON-LD 1.1', async () => {
  const response = await get('/context.jsonld');
  expect(mediaType(response)).toBe('application/ld+json');
  expect(response.headers.get('cache-control')).toContain('max-age');
  const expanded = await jsonld.expand({
    '@context': context,
    id: `${base}x`,
    label: { nl: 'naam', none: 'x' },
  } as never);
  expect(expanded).toEqual([
    {
      '@id': `${base}x`,
      'http://www.w3.org/2000/01/rdf-schema#label': [{ '@language': 'nl', '@value': 'naam' }, { '@value': 'x' }],
    },
  ]);
});

test('the default graph is the merge of all named graphs', async () => {
  const [row] = await ask(`SELECT (COUNT(*) AS ?merged) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }`);
  const [all] = await ask('SELECT (COUNT(*) AS ?merged) { ?s ?p ?o }');
  expect(Number(all?.['merged'])).toBeGreaterThan(10_000);
  expect(row).toEqual(all);
});

test('healthz says that all is well, and which version this is', async () => {
  const response = await get('/healthz');
  expect(response.status).toBe(200);
  const version = expect.stringMatching(/^[0-9a-f]{16}$/);
  expect(await response.json()).toEqual({ status: 'ok', version, workers: expect.any(Number) });
  // A worker that was slow goes before another has taken its place.
  const workers = async (): Promise<unknown> => ((await (await get('/healthz')).json()) as { workers: number }).workers;
  await expect.poll(workers, { timeout: 20_000 }).toBe(2);
});

test('the style sheet is there', async () => {
  const response = await get('/assets/style.css');
  expect(mediaType(response)).toBe('text/css');
  expect(await response.text()).toContain('{');
});

// Languages

const pages = [
  '/',
  '/sparql',
  '/sparql?query=ASK%7B%7D',
  '/dumps/',
  '/ontology',
  `/about/${thing}`,
  `/${collections[0]}`,
];

test.each(pages)('%s is a page in Dutch and in English', async (path) => {
  const texts = new Set<string>();
  for (const [language, word] of [
    ['en', 'Skip to content'],
    ['nl', 'Naar de inhoud'],
  ] as const) {
    const header = await get(path, { Accept: browser, 'Accept-Language': `${language}-XX, de;q=0.8` });
    const body = await header.text();
    expect(body).toContain(`<html lang="${language}">`);
    expect(body).toContain(word);
    expect(header.headers.get('content-language')).toBe(language);
    expect(varies(header)).toEqual(expect.arrayContaining(['accept', 'accept-language']));
    const other = language === 'en' ? 'nl' : 'en';
    const byQuery = `${path}${path.includes('?') ? '&' : '?'}lang=${language}`;
    const chosen = await get(byQuery, { Accept: browser, 'Accept-Language': other });
    expect(await chosen.text()).toContain(`<html lang="${language}">`);
    texts.add(body);
  }
  expect(texts.size).toBe(2);
});

test.each([
  ['de, fr;q=0.5', 'en'],
  ['nl;q=0.4, en;q=0.3', 'nl'],
  ['nl;q=0, *', 'en'],
  ['nl-BE', 'nl'],
  ['*', 'en'],
])('who reads "%s" gets a page in %s', async (accepted, language) => {
  const response = await get('/', { Accept: browser, 'Accept-Language': accepted });
  expect(await response.text()).toContain(`<html lang="${language}">`);
});

test('a problem is a page in the language of the reader', async () => {
  const page = await (await get('/nothing', { Accept: browser, 'Accept-Language': 'nl' })).text();
  expect(page).toContain('<html lang="nl">');
  expect(page).toContain('Naar de beginpagina');
});

test('texts on a page carry their own language', async () => {
  const page = await (await get(`/about/${thing}?lang=en`, { Accept: browser })).text();
  expect(page).toMatch(/<span lang="nl">Universitair medisch centrum/);
  expect(page).toMatch(/<span lang="en">University medical centre/);
});
