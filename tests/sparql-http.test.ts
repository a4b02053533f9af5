import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Quad } from '@rdfjs/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { localEngines } from '../src/engine/engines.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { serve } from './setup/server.ts';

const prefix = 'PREFIX ex: <http://example.org/>';
const files = {
  'default.ttl': `@prefix ex: <http://example.org/> .
    ex:a ex:name "Zoë"@nl, "C++ 100% – naïef 𝔘" ; ex:knows ex:b ; ex:age 42 .
    ex:b ex:name "<script>alert(1)</script>" .`,
  'one.ttl': '@prefix ex: <http://example.org/> . ex:a ex:in "one" ; ex:also "both" .',
  'two.ttl': '@prefix ex: <http://example.org/> . ex:a ex:in "two" ; ex:also "both" .',
  'three.ttl': '@prefix ex: <http://example.org/> . ex:a ex:in "three" .',
};
const graph = (name: string): string => `http://example.org/graph/${name}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sparql-http-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (engine: (typeof localEngines)[number]): Promise<Running> =>
  serve({
    engine,
    federation: false,
    timeout: 2,
    plain: true,
    data: [path.join(folder, 'default.ttl')],
    graph: ['one', 'two', 'three'].map((name) => `${graph(name)}=${path.join(folder, `${name}.ttl`)}`),
  });

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const mediaType = (response: Response): string | undefined => response.headers.get('content-type')?.split(';')[0];
const parse = (body: string, format: string): Promise<Quad[]> =>
  readRdf(body, findFormat(format) as Format, { source: 'answer', baseIRI: 'http://example.org/' });

type Fields = [string, string][];
type Way = (url: string, fields: Fields, headers?: Record<string, string>) => Promise<Response>;

/** The three ways in which the SPARQL 1.1 Protocol sends a query, and the safe method with content (RFC 10008). */
const ways: Record<string, Way> = {
  GET: (url, fields, headers = {}) => fetch(`${url}/sparql?${new URLSearchParams(fields)}`, { headers }),
  'POST of a form': (url, fields, headers = {}) =>
    fetch(`${url}/sparql`, { method: 'POST', body: new URLSearchParams(fields), headers }),
  'POST of the query': (url, fields, headers = {}) =>
    fetch(`${url}/sparql?${new URLSearchParams(fields.filter(([name]) => name !== 'query'))}`, {
      method: 'POST',
      body: fields.find(([name]) => name === 'query')?.[1] ?? '',
      headers: { 'Content-Type': 'application/sparql-query', ...headers },
    }),
  'QUERY of the query': (url, fields, headers = {}) =>
    fetch(`${url}/sparql?${new URLSearchParams(fields.filter(([name]) => name !== 'query'))}`, {
      method: 'QUERY',
      body: fields.find(([name]) => name === 'query')?.[1] ?? '',
      headers: { 'Content-Type': 'application/sparql-query', ...headers },
    }),
  'QUERY of a form': (url, fields, headers = {}) =>
    fetch(`${url}/sparql`, { method: 'QUERY', body: new URLSearchParams(fields), headers }),
};
const GET = ways['GET'] as Way;

describe.each(localEngines)('with %s', (engine) => {
  let running: Running;
  beforeAll(async () => {
    running = await start(engine);
  });
  afterAll(() => running?.stop());

  /** The values of the only column, sorted. */
  async function column(response: Response): Promise<string[]> {
    expect(response.status).toBe(200);
    const { head, results } = (await response.json()) as {
      head: { vars: [string] };
      results: { bindings: Record<string, { value: string }>[] };
    };
    return results.bindings.map((row) => String(row[head.vars[0]]?.value)).sort();
  }
  const names = `${prefix} SELECT ?name { ex:a ex:name ?name }`;
  const inGraphs = `${prefix} SELECT ?in { ex:a ex:in ?in }`;
  const inNamed = `${prefix} SELECT ?in { GRAPH ?g { ex:a ex:in ?in } }`;

  describe.each(Object.entries(ways))('%s', (_, send) => {
    test('answers in UTF-8', async () => {
      expect(await column(await send(running.url, [['query', names]]))).toEqual(['C++ 100% – naïef 𝔘', 'Zoë']);
    });

    test.each([
      ['Zoë', 'nl'],
      ['C++ 100% – naïef 𝔘', ''],
    ])('takes "%s" in the query as it is', async (name, language) => {
      const literal = `"${name}"${language && `@${language}`}`;
      const query = `${prefix}\nASK { ?s ex:name ${literal} } # &=+%`;
      expect(await (await send(running.url, [['query', query]])).json()).toMatchObject({ boolean: true });
    });

    const given = (kind: string, ...graphs: string[]): Fields =>
      graphs.map((each) => [`${kind}-graph-uri`, graph(each)]);

    test.each<[string, Fields, string, string[]]>([
      ['none', [], inGraphs, []],
      ['none', [], inNamed, ['one', 'three', 'two']],
      ['one default', given('default', 'one'), inGraphs, ['one']],
      ['one default', given('default', 'one'), inNamed, []],
      ['two default', given('default', 'one', 'two'), inGraphs, ['one', 'two']],
      ['one named', given('named', 'two'), inNamed, ['two']],
      ['one named', given('named', 'two'), inGraphs, []],
      ['two named', given('named', 'two', 'three'), inNamed, ['three', 'two']],
      ['one of each', [...given('default', 'one'), ...given('named', 'two')], inGraphs, ['one']],
      ['one of each', [...given('default', 'one'), ...given('named', 'two')], inNamed, ['two']],
    ])('with %s in the dataset: %j, %s', async (_name, dataset, query, expected) => {
      expect(await column(await send(running.url, [['query', query], ...dataset]))).toEqual(expected);
    });

    test('merges default graphs: a triple in two of them is one', async () => {
      const query = `${prefix} SELECT ?also { ex:a ex:also ?also }`;
      const dataset = given('default', 'one', 'two');
      expect(await column(await send(running.url, [['query', query], ...dataset]))).toEqual(['both']);
    });

    test.each(['default-graph-uri', 'named-graph-uri'])('refuses a %s that is no IRI', async (parameter) => {
      for (const value of ['not an IRI', '']) {
        const response = await send(running.url, [
          ['query', 'ASK {}'],
          [parameter, value],
        ]);
        expect(response.status, `"${value}"`).toBe(400);
        expect(((await response.json()) as { detail: string }).detail).toContain(parameter);
      }
    });

    test.each(['default-graph-uri', 'named-graph-uri'])('refuses a %s that it does not have', async (parameter) => {
      const response = await send(running.url, [
        ['query', 'ASK {}'],
        ['default-graph-uri', graph('one')],
        [parameter, graph('nowhere')],
      ]);
      expect(response.status).toBe(400);
      const problem = (await response.json()) as { type: string; detail: string };
      expect(problem.type).toMatch(/\/problems\/unknown-graph$/);
      expect(problem.detail).toContain(`<${graph('nowhere')}>`);
    });

    test('wants a query', async () => {
      const response = await send(running.url, [], { Accept: 'application/sparql-results+json' });
      expect(response.status).toBe(400);
      expect(((await response.json()) as { detail: string }).detail).toContain('"query" is missing');
    });

    test.each([
      'INSERT DATA { <http://e/s> <http://e/p> 1 }',
      'DROP ALL',
      `${prefix} CLEAR ALL`,
    ])('refuses the update %s', async (query) => {
      const response = await send(running.url, [['query', query]]);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { detail: string }).detail).toMatch(/update.*only answers queries/);
      expect(await column(await send(running.url, [['query', inNamed]]))).toHaveLength(3);
    });

    test('places a syntax error', async () => {
      const query = 'SELECT ?x\nWHER { ?s ?p ?o }';
      const response = await send(running.url, [['query', query]]);
      expect(response.status).toBe(400);
      const problem = (await response.json()) as { detail: string };
      // One parser stops at the word that is wrong, the other at the brace after it.
      const column = engine === 'comunica' ? 1 : 6;
      expect(problem).toMatchObject({ line: 2, column });
      expect(problem.detail).toContain(`line 2, column ${column}`);
    });

    test('refuses to ask other endpoints', async () => {
      const response = await send(running.url, [['query', 'SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }']]);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { detail: string }).detail).toContain('SERVICE');
    });

    test.each([
      ['application/sparql-results+json', 'application/sparql-results+json'],
      ['application/json', 'application/sparql-results+json'],
      ['*/*', 'application/sparql-results+json'],
      ['application/sparql-results+xml', 'application/sparql-results+xml'],
      ['application/xml', 'application/sparql-results+xml'],
      ['text/csv', 'text/csv'],
      ['text/tab-separated-values', 'text/tab-separated-values'],
      ['text/csv;q=0.2, application/sparql-results+xml;q=0.3', 'application/sparql-results+xml'],
      ['text/turtle, text/csv;q=0.1', 'text/csv'],
    ])('gives rows to who accepts %s in %s', async (accept, expected) => {
      const response = await send(running.url, [['query', names]], { Accept: accept });
      expect(response.status).toBe(200);
      expect(mediaType(response)).toBe(expected);
      expect(response.headers.get('vary')?.toLowerCase()).toContain('accept');
      expect(await response.text()).toContain('C++ 100% – naïef');
    });
  });

  test.each([
    ['json', 'application/sparql-results+json', '"Zoë"'],
    ['xml', 'application/sparql-results+xml', '<literal xml:lang="nl">Zoë</literal>'],
    ['csv', 'text/csv', 'Zoë'],
    ['tsv', 'text/tab-separated-values', '"Zoë"@nl'],
    ['html', 'text/html', '<span lang="nl">Zoë</span>'],
    ['text/csv', 'text/csv', 'Zoë'],
    ['JSON', 'application/sparql-results+json', '"Zoë"'],
  ])('?format=%s gives rows in %s, whatever Accept says', async (format, type, part) => {
    for (const accept of ['*/*', browser, 'text/csv', 'text/html', 'image/png']) {
      const response = await GET(running.url, [...Object.entries({ query: names, format })], { Accept: accept });
      expect(response.status, accept).toBe(200);
      expect(mediaType(response)).toBe(type);
      expect(await response.text()).toContain(part);
    }
  });

  test.each([
    ['json', '"boolean":true'],
    ['xml', '<boolean>true</boolean>'],
    ['csv', 'true'],
    ['tsv', 'true'],
  ])('ASK is answered in %s', async (format, part) => {
    const response = await GET(running.url, [...Object.entries({ query: 'ASK { ?s ?p ?o }', format })]);
    expect((await response.text()).replace(/\s/g, '')).toContain(part);
  });

  test('CSV is as its standard says', async () => {
    const query = `${prefix} SELECT ?s ?name ?none { ?s ex:name ?name . FILTER(LANG(?name) = "nl") }`;
    const response = await GET(running.url, [...Object.entries({ query, format: 'csv' })]);
    expect(await response.text()).toBe('s,name,none\r\nhttp://example.org/a,Zoë,\r\n');
  });

  test.each(
    formats.map(({ name, mediaType: type }): [string, string] => [name, type]),
  )('CONSTRUCT gives the same graph as %s', async (name, type) => {
    const query = `${prefix} CONSTRUCT { ?s ex:called ?name ; ex:aged ?age } { ?s ex:name ?name OPTIONAL { ?s ex:age ?age } }`;
    const expected = await canonicalNQuads(
      await parse(
        `@prefix ex: <http://example.org/> .
           ex:a ex:called "Zoë"@nl, "C++ 100% – naïef 𝔘" ; ex:aged 42 .
           ex:b ex:called "<script>alert(1)</script>" .`,
        'turtle',
      ),
    );
    const byAccept = await GET(running.url, [['query', query]], { Accept: type });
    const byFormat = await GET(running.url, [...Object.entries({ query, format: name })], { Accept: browser });
    for (const response of [byAccept, byFormat]) {
      expect(response.status).toBe(200);
      expect(mediaType(response)).toBe(type);
      expect(await canonicalNQuads(await parse(await response.text(), name))).toBe(expected);
    }
  });

  test('DESCRIBE says what the thing says', async () => {
    const response = await GET(running.url, [['query', 'DESCRIBE <http://example.org/b>']], { Accept: 'text/turtle' });
    const expected = await parse(
      '<http://example.org/b> <http://example.org/name> "<script>alert(1)</script>" .',
      'nt',
    );
    expect(await canonicalNQuads(await parse(await response.text(), 'turtle'))).toBe(await canonicalNQuads(expected));
  });

  test.each([
    ['SELECT * { ?s ?p ?o }', 'text/turtle'],
    ['ASK {}', 'application/rdf+xml'],
    ['CONSTRUCT WHERE { ?s ?p ?o }', 'text/csv'],
    ['ASK {}', 'image/png'],
  ])('%s has no answer in %s', async (query, accept) => {
    const response = await GET(running.url, [['query', query]], { Accept: accept });
    expect(response.status).toBe(406);
    expect(mediaType(response)).toBe('application/problem+json');
  });

  test('an unknown format is refused with those there are', async () => {
    const response = await GET(running.url, [...Object.entries({ query: 'ASK {}', format: 'pdf' })]);
    expect(response.status).toBe(400);
    const { detail } = (await response.json()) as { detail: string };
    for (const name of ['pdf', 'json', 'csv', 'turtle', 'html']) expect(detail).toContain(name);
  });

  test('a browser gets the answer as a page', async () => {
    const select = await GET(running.url, [['query', `${prefix} SELECT ?who ?name { ?who ex:name ?name }`]], {
      Accept: browser,
    });
    expect(mediaType(select)).toBe('text/html');
    const page = await select.text();
    expect(page).toContain('<th scope="col">who</th>');
    expect(page).toContain('<span lang="nl">Zoë</span>');
    expect(page).toContain('href="http://example.org/a"');
    expect(page).toMatch(/<textarea[^>]*>PREFIX ex:/);
    expect(page).not.toContain('<script>alert');
    const ask = await GET(running.url, [...Object.entries({ query: 'ASK {}', lang: 'nl' })], { Accept: browser });
    expect(await ask.text()).toContain('<p class="query-boolean">Ja</p>');
    const construct = await GET(running.url, [['query', 'CONSTRUCT WHERE { ?s ?p ?o }']], { Accept: browser });
    expect(await construct.text()).toMatch(/<pre class="query-raw">[^<]*&quot;Zoë&quot;@nl/);
    const broken = await GET(running.url, [['query', 'SELEC']], { Accept: browser });
    expect(broken.status).toBe(400);
    expect(await broken.text()).toContain('400 Syntax error in the query</h1>');
  });
});

describe('the endpoint', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start('oxigraph');
  });
  afterAll(() => running?.stop());

  const detail = async (response: Response): Promise<string> => ((await response.json()) as { detail: string }).detail;

  test('shows a form to a browser that brings no query', async () => {
    const response = await fetch(`${running.url}/sparql`, { headers: { Accept: browser } });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<textarea id="query" name="query"');
  });

  const send = (query: string, init: RequestInit): Promise<Response> => fetch(`${running.url}/sparql${query}`, init);
  const asForm = 'application/x-www-form-urlencoded';
  const asQuery = 'application/sparql-query';
  const post = (type: string, body: BodyInit): RequestInit => ({
    method: 'POST',
    headers: { 'Content-Type': type },
    body,
  });

  test.each<[string, string, RequestInit]>([
    ['GET', '?query=ASK%7B%7D&query=ASK%7B%7D', {}],
    ['GET, one of them empty', '?query=ASK%7B%7D&query=', {}],
    ['a form', '', post(asForm, 'query=ASK%7B%7D&query=ASK%7B%7D')],
    ['the address and a form', '?query=ASK%7B%7D', post(asForm, 'query=ASK%7B%7D')],
    ['the address and the content', '?query=ASK%7B%7D', post(asQuery, 'ASK {}')],
  ])('refuses two queries in %s', async (_, query, init) => {
    const response = await send(query, init);
    expect(response.status).toBe(400);
    expect(await detail(response)).toContain('more than once');
  });

  test.each(['format', 'version'])('refuses two values of "%s"', async (name) => {
    const response = await send(`?query=ASK%7B%7D&${name}=json&${name}=xml`, {});
    expect(response.status).toBe(400);
    expect(await detail(response)).toContain(`"${name}" is given more than once`);
  });

  test.each<[string, string, RequestInit]>([
    ['a query of nothing', '?query=', { headers: { Accept: 'text/csv' } }],
    ['no query for who asks for results', '', { headers: { Accept: 'text/csv' } }],
    [
      'no query with a graph',
      '?default-graph-uri=http://example.org/graph/one',
      { headers: { Accept: 'text/turtle' } },
    ],
    ['an empty form', '', post(asForm, '')],
    ['another field', '', post(asForm, 'q=ASK%7B%7D')],
    ['empty content', '', post(asQuery, '')],
    ['QUERY without content', '', { ...post(asQuery, ''), method: 'QUERY' }],
  ])('says what is missing: %s', async (_, query, init) => {
    const response = await send(query, init);
    expect(response.status).toBe(400);
    expect(await detail(response)).toContain('"query" is missing');
  });

  test('passes over parameters that it does not know', async () => {
    const response = await send('?query=ASK%7B%7D&timeout=1&output=csv&x&x=2&%20=3', {});
    expect(await response.json()).toMatchObject({ boolean: true });
  });

  test('counts the graphs in the address of a form too', async () => {
    const inGraphs = `${prefix} SELECT ?in { ex:a ex:in ?in } ORDER BY ?in`;
    const body = new URLSearchParams({ query: inGraphs, 'default-graph-uri': graph('one'), format: 'csv' });
    const response = await send(`?default-graph-uri=${graph('two')}`, post(asForm, body));
    expect(await response.text()).toBe('in\r\none\r\ntwo\r\n');
  });

  test('reads a plus as a space and %2B as a plus', async () => {
    const query = 'ASK+%7B+FILTER(1%2B1+=+2+%26%26+STRLEN(%22+%22)+=+1)+%7D';
    expect(await (await fetch(`${running.url}/sparql?query=${query}`)).json()).toMatchObject({ boolean: true });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    const posted = await fetch(`${running.url}/sparql`, { method: 'POST', headers, body: `query=${query}` });
    expect(await posted.json()).toMatchObject({ boolean: true });
  });

  test.each([
    'application/sparql-query',
    'application/sparql-query; charset=UTF-8',
    'application/sparql-query;charset=utf-8',
    'Application/SPARQL-Query ; Charset="Utf-8"',
    'application/sparql-query; foo=bar; charset=utf8',
    'application/sparql-query; charset=utf-8; foo=bar',
  ])('takes a query posted as %s', async (type) => {
    for (const method of ['POST', 'QUERY']) {
      const headers = { 'Content-Type': type, Accept: 'text/csv' };
      const response = await send('', { method, headers, body: 'SELECT ("é𝔘" AS ?x) {}' });
      expect(await response.text()).toBe('x\r\né𝔘\r\n');
    }
  });

  test.each([
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset="utf-8"',
  ])('takes a form posted as %s', async (type) => {
    const response = await send('', post(type, 'query=SELECT+(%22%C3%A9%22+AS+?x)+%7B%7D&format=csv'));
    expect(await response.text()).toBe('x\r\né\r\n');
  });

  test.each([
    ['application/sparql-query; charset=utf-16', 415],
    ['application/sparql-query; charset=iso-8859-1', 415],
    ['application/x-www-form-urlencoded; charset=iso-8859-1', 415],
  ])('does not read content of %s', async (type, status) => {
    const response = await send('', post(type, Buffer.from('ASK {}', 'utf16le')));
    expect(response.status).toBe(status);
    expect(await detail(response)).toContain('UTF-8');
  });

  test.each<[string, string, RequestInit]>([
    ['content in another charset than it says', '', post(asQuery, Buffer.from('SELECT ("é" AS ?x) {}', 'latin1'))],
    ['a form in another charset', '', post(asForm, Buffer.from('query=SELECT+(%22%E9%22+AS+?x)+%7B%7D'))],
    ['an address in another charset', '?query=SELECT+(%22%E9%22+AS+?x)+%7B%7D', {}],
    ['half an escape', '?query=ASK%7B%7D%2', {}],
  ])('refuses %s', async (_, query, init) => {
    const response = await send(query, init);
    expect(response.status).toBe(400);
    expect(await detail(response)).toMatch(/UTF-8/);
  });

  test('reads content that is compressed', async () => {
    const headers = { 'Content-Type': asQuery, 'Content-Encoding': 'gzip' };
    const response = await send('', { method: 'POST', headers, body: gzipSync('ASK {}') });
    expect(await response.json()).toMatchObject({ boolean: true });
    const bomb = await send('', { method: 'POST', headers, body: gzipSync(' '.repeat(2 ** 21)) });
    expect(bomb.status).toBe(413);
    const unknown = { ...headers, 'Content-Encoding': 'compress' };
    expect((await send('', { method: 'POST', headers: unknown, body: 'ASK {}' })).status).toBe(415);
  });

  test.each<[string, string, RequestInit]>([
    ['GET', '?update=DROP+ALL', {}],
    ['GET beside a query', '?query=ASK%7B%7D&update=DROP+ALL', {}],
    ['a form', '', post(asForm, 'update=DROP+ALL')],
    ['the address of a form', '?update=DROP+ALL', post(asForm, 'query=ASK%7B%7D')],
    ['the address of a query', '?update=DROP+ALL', post(asQuery, 'ASK {}')],
    ['content of its own type', '', post('application/sparql-update', 'DROP ALL')],
    ['content of its own type and charset', '', post('application/sparql-update; charset=utf-8', 'DROP ALL')],
    ['QUERY', '', { ...post('application/sparql-update', 'DROP ALL'), method: 'QUERY' }],
  ])('refuses an update in %s', async (_, query, init) => {
    const response = await send(query, init);
    expect(response.status).toBe(400);
    const problem = (await response.json()) as { type: string; detail: string };
    expect(problem.type).toMatch(/\/problems\/query-update$/);
    expect(problem.detail).toContain('read-only');
    const rest = await send('?query=ASK+%7B+GRAPH+%3Fg+%7B+%3Fs+%3Fp+%3Fo+%7D+%7D', {});
    expect(await rest.json()).toMatchObject({ boolean: true });
  });

  test.each([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'QUERY',
  ])('%s /update is not found', async (method) => {
    const headers = { 'Content-Type': 'application/sparql-update' };
    const body = ['GET', 'HEAD'].includes(method) ? null : 'DROP ALL';
    expect((await fetch(`${running.url}/update`, { method, headers, body })).status).toBe(404);
  });

  test.each([
    'text/plain',
    'application/json',
    'multipart/form-data; boundary=x',
  ])('does not read a body of %s', async (type) => {
    const headers = { 'Content-Type': type };
    const response = await fetch(`${running.url}/sparql`, { method: 'POST', headers, body: 'ASK {}' });
    expect(response.status).toBe(415);
    expect(await detail(response)).toContain('application/sparql-query');
    expect(response.headers.get('accept')).toBe('application/sparql-query, application/x-www-form-urlencoded');
  });

  test('wants the type of content, and tells which ones it takes', async () => {
    const content = Buffer.from('ASK {}');
    expect((await send('', { method: 'QUERY', body: content })).status).toBe(400);
    const posted = await send('', { method: 'POST', body: content });
    expect(posted.status).toBe(415);
    expect(posted.headers.get('accept-query')).toBe('application/sparql-query, application/x-www-form-urlencoded');
    expect(posted.headers.get('accept-post')).toBe(posted.headers.get('accept-query'));
  });

  test('tells by OPTIONS what can be sent, and to whom', async () => {
    const { status, headers } = await send('', { method: 'OPTIONS' });
    expect(status).toBe(204);
    const taken = 'application/sparql-query, application/x-www-form-urlencoded';
    expect(Object.fromEntries(headers)).toMatchObject({
      allow: 'GET, HEAD, POST, QUERY, OPTIONS',
      'accept-query': taken,
      'accept-post': taken,
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, POST, QUERY, OPTIONS',
    });
  });

  test.each([
    ['a query', '?query=ASK%7B%7D', 200],
    ['a syntax error', '?query=SELEC', 400],
    ['a format that does not fit', '?query=ASK%7B%7D&format=turtle', 406],
    ['a version that is not kept', '?query=ASK%7B%7D&version=0000000000000000', 410],
  ])('answers HEAD like GET to %s', async (_, query, status) => {
    const [got, head] = [await send(query, {}), await send(query, { method: 'HEAD' })];
    const tell = ({ headers }: Response): unknown =>
      Object.fromEntries(
        [...headers].filter(([name]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name)),
      );
    expect([got.status, head.status]).toEqual([status, status]);
    expect(tell(head)).toEqual(tell(got));
    expect(head.headers.get('access-control-allow-origin')).toBe('*');
    expect(await head.text()).toBe('');
    expect((await got.text()).length).toBe(Number(head.headers.get('content-length')));
  });

  describe('versions', () => {
    const version = async (): Promise<string> =>
      ((await (await fetch(`${running.url}/healthz`)).json()) as { version: string }).version;
    const query = `${prefix} SELECT ?name { ex:a ex:name ?name } ORDER BY ?name`;
    const graphs: Fields = [
      ['default-graph-uri', graph('two')],
      ['default-graph-uri', graph('one')],
    ];

    test.each(Object.entries(ways))('an answer to %s can be cited by a permanent address', async (_, ask) => {
      const current = await version();
      for (const fields of [
        [['query', query]],
        [['query', query], ...graphs],
        [
          ['query', query],
          ['format', 'csv'],
        ],
      ] as Fields[]) {
        const answer = await ask(running.url, fields, { Accept: 'text/csv' });
        const [, address = ''] = /^<([^>]+)>; rel="cite-as"$/.exec(answer.headers.get('link') ?? '') ?? [];
        expect(address).toContain(`&version=${current}`);
        const cited = await fetch(address, { headers: { Accept: 'text/csv' } });
        expect(cited.status).toBe(200);
        expect(await cited.text()).toBe(await answer.text());
        expect(cited.headers.get('link')).toBe(answer.headers.get('link'));
        expect(cited.headers.get('cache-control')).toContain('immutable');
        expect(answer.headers.get('cache-control')).toBe('public, no-cache');
      }
    });

    test('no address is given that proxies would not let through', async () => {
      const response = await GET(running.url, [['query', `${query} # ${'x'.repeat(2000)}`]]);
      expect(response.status).toBe(200);
      expect(response.headers.get('link')).toBeNull();
    });

    test.each(Object.entries(ways))('%s to a version that is not kept is told the current one', async (_, ask) => {
      const fields: Fields = [['query', query], ['version', 'deadbeefdeadbeef'], ...graphs];
      const response = await ask(running.url, fields, { Accept: 'text/csv, application/problem+json;q=0.1' });
      expect(response.status).toBe(410);
      const problem = (await response.json()) as { type: string; current: string; detail: string };
      const current = await version();
      expect(problem).toMatchObject({ currentVersion: current, detail: expect.stringContaining(current) });
      expect(response.headers.get('link')).toBe(`<${problem.current}>; rel="latest-version"`);
      expect((await fetch(problem.current)).status).toBe(200);
    });
  });

  test('resolves relative IRIs against the address of the server', async () => {
    const query = 'SELECT (STR(<id/a>) AS ?iri) {}';
    const response = await GET(running.url, [...Object.entries({ query, format: 'csv' })]);
    expect(await response.text()).toBe(`iri\r\n${running.url}/id/a\r\n`);
  });

  const runaway = `SELECT (COUNT(*) AS ?n) { ${'abcdefghijklmnopqrst'.replace(/./g, '?s$& ?p$& ?o$& . ')} }`;

  test('stops a query that runs away, says what to do, and answers others meanwhile', async () => {
    let stopped = false;
    const slow = GET(running.url, [['query', runaway]]).finally(() => {
      stopped = true;
    });
    for (let count = 0; count < 5; count++) {
      const quick = await GET(running.url, [...Object.entries({ query: 'ASK { ?s ?p ?o }', format: 'csv' })]);
      expect(quick.status).toBe(200);
    }
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
    expect(stopped).toBe(false);
    const response = await slow;
    expect(response.status).toBe(503);
    expect(mediaType(response)).toBe('application/problem+json');
    expect(await detail(response)).toMatch(/stopped after 2 s\..*LIMIT/);
  });

  test('goes on when as many run away as there are workers', async () => {
    const slow = [1, 2].map(() => GET(running.url, [['query', runaway]]));
    const quick = await GET(running.url, [['query', 'ASK { ?s ?p ?o }']]);
    expect(await quick.json()).toMatchObject({ boolean: true });
    for (const response of await Promise.all(slow)) expect(response.status).toBe(503);
    const again = await GET(running.url, [['query', 'ASK { ?s ?p ?o }']]);
    expect(again.status).toBe(200);
    const ready = async (): Promise<number> =>
      ((await (await fetch(`${running.url}/healthz`)).json()) as { workers: number }).workers;
    await expect.poll(ready, { timeout: 20_000 }).toBe(2);
  });
});
