import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Quad } from '@rdfjs/types';
import jsonld from 'jsonld';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startServer } from '../src/commands/serve.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { defaults } from './setup/server.ts';

const names = (type: string, name: string): string =>
  `<http://example.org/${type}> <http://example.org/name> "${name}"`;

let folder: string;
let running: Running;
let base: string;

/** What the files say, as TriG: the default graph as given, and the named graphs. */
const everything = (): string => `
  @prefix ex: <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
  @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
  ${names('turtle', 'Zoë')} . ${names('nt', 'N-Triples')} . ${names('xml', 'RDF/XML')} . ${names('json', 'JSON-LD')} .
  ${names('zip', 'gzip')} .
  ex:blank ex:knows [ ex:name "first" ] . ex:blank ex:knows [ ex:name "second" ] .
  ex:Cat rdfs:subClassOf ex:Animal . ex:tom a ex:Cat .
  <${base}id/a> a ex:Cat ; rdfs:label "A"@en, "De A"@nl ; ex:knows <${base}id/café>, ex:tom ; ex:count 42, 007 ;
    ex:ratio 1.50 ; ex:mass 1.5E0, "2.0E0"^^xsd:double, "1.0E3"^^xsd:double ; ex:good true, "1"^^xsd:boolean ;
    ex:born "2001-02-03"^^xsd:date ; ex:list ( 1 "zwei" ex:tom ) ; ex:self <${base}id/a> .
  <${base}id/café> rdfs:label "Café"@nl .
  <${base}id/a%20b> rdfs:label "Encoded"@en .
  ex:tom ex:likes <${base}id/a> .
  ex:inside { ex:s ex:in "trig" } ex:quads { ex:s ex:in "nq" } ex:given { ex:s ex:in "given" . ex:tom a ex:Dog . }`;

const files = (): Record<string, string | Uint8Array> => ({
  'a.ttl': `@prefix ex: <http://example.org/> . ${names('turtle', 'Zoë')} . ex:blank ex:knows _:x . _:x ex:name "first" .`,
  'sub/b.nt': `${names('nt', 'N-Triples')} .\n<http://example.org/blank> <http://example.org/knows> _:x .\n_:x <http://example.org/name> "second" .\n`,
  'sub/c.rdf': `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
    <rdf:Description rdf:about="http://example.org/xml"><ex:name>RDF/XML</ex:name></rdf:Description></rdf:RDF>`,
  'sub/deep/d.jsonld': `{"@id": "http://example.org/json", "http://example.org/name": "JSON-LD"}`,
  'sub/e.nq': '<http://example.org/s> <http://example.org/in> "nq" <http://example.org/quads> .\n',
  'sub/f.trig': `@prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ex:inside { ex:s ex:in "trig" } ex:Cat rdfs:subClassOf ex:Animal . ex:tom a ex:Cat .`,
  'sub/g.ttl.gz': gzipSync(`${names('zip', 'gzip')} .`),
  'sub/readme.txt': 'no RDF',
  'things.ttl': `@prefix ex: <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @base <${base}> .
    <id/a> a ex:Cat ; rdfs:label "A"@en, "De A"@nl ; ex:knows <id/café>, ex:tom ; ex:count 42, 007 ; ex:ratio 1.50 ;
      ex:mass 1.5E0, "2.0E0"^^xsd:double, "1.0E3"^^xsd:double ; ex:good true, "1"^^xsd:boolean ;
      ex:born "2001-02-03"^^xsd:date ; ex:list ( 1 "zwei" ex:tom ) ; ex:self <id/a> .
    <id/café> rdfs:label "Café"@nl . <id/a%20b> rdfs:label "Encoded"@en . ex:tom ex:likes <id/a> .`,
  'given.ttl': '@prefix ex: <http://example.org/> . ex:s ex:in "given" . ex:tom a ex:Dog .',
});

beforeAll(async () => {
  const port = await freePort();
  base = `http://localhost:${port}/`;
  folder = mkdtempSync(path.join(tmpdir(), 'plain-'));
  for (const [name, text] of Object.entries(files())) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  running = await startServer({
    ...defaults,
    port,
    host: '127.0.0.1',
    allowInvalid: false,
    // Without a publication at all: there is nothing to fall back on.
    publication: path.join(folder, 'no-dataset.json'),
    plain: true,
    data: [path.join(folder, 'a.ttl'), path.join(folder, 'sub'), path.join(folder, 'thi*.ttl')],
    graph: [`http://example.org/given=${path.join(folder, 'given.ttl')}`],
  });
});
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

const get = (address: string, accept = '*/*'): Promise<Response> =>
  fetch(new URL(address, running.url), { headers: { Accept: accept }, redirect: 'manual' });
const parse = (body: string, format: Format): Promise<Quad[]> =>
  readRdf(body, format, { source: 'answer', baseIRI: 'http://example.org/' });
const named = (name: string): Format => findFormat(name) as Format;

async function ask(query: string): Promise<Record<string, string>[]> {
  const response = await get(`/sparql?format=json&query=${encodeURIComponent(query)}`);
  expect(response.status).toBe(200);
  const { results } = (await response.json()) as { results: { bindings: Record<string, { value: string }>[] } };
  return results.bindings.map((row) => Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])));
}

// Oxigraph writes numbers and booleans in its own way: 007 as 7, 1.50 as 1.5.
const rewritten = ['count', 'ratio', 'mass', 'good'].map((name) => `http://example.org/${name}`);
const asWritten = (quads: readonly Quad[]): Quad[] =>
  quads.filter(({ predicate }) => !rewritten.includes(predicate.value));

const wanted = async (graphs: boolean): Promise<string> => {
  const quads = await parse(everything(), named('trig'));
  return canonicalNQuads(quads.filter(({ graph }) => graphs || graph.termType === 'DefaultGraph'));
};

describe('the dataset', () => {
  test('has the default graph as given', async () => {
    const query = 'CONSTRUCT WHERE { ?s ?p ?o }';
    const response = await get(`/sparql?format=n-triples&query=${encodeURIComponent(query)}`);
    const found = asWritten(await parse(await response.text(), named('n-triples')));
    const given = asWritten(await parse(everything(), named('trig')));
    const expected = given.filter(({ graph }) => graph.termType === 'DefaultGraph');
    expect(await canonicalNQuads(found)).toBe(await canonicalNQuads(expected));
  });

  test('has the graphs that the files and --graph name, and no other', async () => {
    expect(await ask('SELECT ?g ?in { GRAPH ?g { ?s <http://example.org/in> ?in } } ORDER BY ?g')).toEqual([
      { g: 'http://example.org/given', in: 'given' },
      { g: 'http://example.org/inside', in: 'trig' },
      { g: 'http://example.org/quads', in: 'nq' },
    ]);
    expect(await ask('SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }')).toHaveLength(3);
  });

  test('infers nothing', async () => {
    expect(await ask('SELECT ?type { <http://example.org/tom> a ?type }')).toEqual([
      { type: 'http://example.org/Cat' },
    ]);
    const summary = (await (await get('/', 'application/json')).json()) as { triples: { inferred: number } };
    expect(summary.triples.inferred).toBe(0);
  });

  test('has no ontology and no collections', async () => {
    expect((await get('/ontology')).status).toBe(404);
    expect((await get('/centres')).status).toBe(404);
    const list = rewritten.map((iri) => `<${iri}>`).join();
    const [row] = await ask(`SELECT (COUNT(*) AS ?n) {
      { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(?p NOT IN (${list})) }`);
    expect(row?.['n']).toBe(String(asWritten(await parse(everything(), named('trig'))).length));
  });

  test('answers DESCRIBE of a thing from anywhere', async () => {
    const query = 'DESCRIBE <http://example.org/json>';
    const response = await get(`/sparql?format=turtle&query=${encodeURIComponent(query)}`);
    const expected = await canonicalNQuads(await parse(`${names('json', 'JSON-LD')} .`, named('turtle')));
    expect(await canonicalNQuads(await parse(await response.text(), named('turtle')))).toBe(expected);
  });
});

describe('the pages', () => {
  test.each(['/', '/sparql', '/dumps/', '/sparql?query=ASK%7B%7D'])('%s works in both languages', async (address) => {
    for (const lang of ['en', 'nl']) {
      const response = await get(`${address}${address.includes('?') ? '&' : '?'}lang=${lang}`, 'text/html');
      expect(response.status).toBe(200);
      const page = await response.text();
      expect(page).toContain(`<html lang="${lang}">`);
      expect(page).not.toMatch(/href="\/ontology|undefined|\[object/);
    }
  });

  test('every address of this server on its pages leads somewhere', async () => {
    const seen = new Set<string>();
    for (const page of ['/', '/dumps/', '/about/id/a', '/about/id/café']) {
      const response = await get(page, 'text/html');
      expect(response.status, page).toBe(200);
      const body = await response.text();
      for (const [, href] of body.matchAll(/href="([^"]*)"/g)) {
        const address = new URL((href ?? '').replace(/&amp;/g, '&'), new URL(page, base)).href;
        if (address.startsWith(base)) seen.add(address);
      }
    }
    expect(seen.size).toBeGreaterThan(15);
    const broken: string[] = [];
    for (const address of seen) if ((await get(address, 'text/html, */*;q=0.8')).status >= 400) broken.push(address);
    expect(broken).toEqual([]);
  });

  test('healthz and the context work', async () => {
    expect(await (await get('/healthz')).json()).toMatchObject({ status: 'ok', workers: 2 });
    const { '@context': context } = (await (await get('/context.jsonld')).json()) as { '@context': object };
    expect(context).toMatchObject({ '@version': 1.1, id: '@id', Cat: 'http://example.org/Cat' });
  });

  test('SPARQL knows no prefix that the query does not give', async () => {
    const response = await get(`/sparql?query=${encodeURIComponent('ASK { ?s ex:name ?o }')}`);
    expect(response.status).toBe(400);
  });
});

describe('dumps', () => {
  const dump = async (file: string): Promise<Response> =>
    get(String((await get(`/dumps/${file}`)).headers.get('location')));
  test.each(
    formats.map((format: Format): [string, Format] => [format.extension, format]),
  )('dataset.%s, plain and gzip, says what the files say', async (extension, format) => {
    const plain = Buffer.from(await (await dump(`dataset.${extension}`)).arrayBuffer());
    const zipped = Buffer.from(await (await dump(`dataset.${extension}.gz`)).arrayBuffer());
    expect(gunzipSync(zipped).equals(plain)).toBe(true);
    expect(await canonicalNQuads(await parse(String(plain), format))).toBe(await wanted(format.graphs));
  });
});

describe('descriptions of things under the address of the server', () => {
  test.each([
    ['/id/a', '/about/id/a'],
    ['/id/café', '/about/id/caf%C3%A9'],
    ['/id/caf%C3%A9', '/about/id/caf%C3%A9'],
    ['/id/a%20b', '/about/id/a%2520b'],
  ])('%s is sent on to %s', async (address, location) => {
    const response = await get(address);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(location);
    expect((await get(location, 'text/turtle')).status).toBe(200);
  });

  test('the page names the thing in the language of the reader', async () => {
    expect(await (await get('/about/id/a?lang=nl', 'text/html')).text()).toContain('<h1>De A</h1>');
    expect(await (await get('/about/id/a?lang=en', 'text/html')).text()).toContain('<h1>A</h1>');
  });

  test('every format says the same triples, odd literals and lists included', async () => {
    const { '@context': context } = (await (await get('/context.jsonld')).json()) as { '@context': object };
    const said = new Map<string, string>();
    for (const format of formats) {
      const body = await (await get('/about/id/a', format.mediaType)).text();
      if (format.name === 'json-ld') {
        const document = { ...(JSON.parse(body) as object), '@context': context };
        const options = { format: 'application/n-quads', safe: true };
        const nquads = (await jsonld.toRDF(document as never, options as never)) as unknown as string;
        said.set(format.name, await canonicalNQuads(await parse(nquads, named('n-quads'))));
      } else said.set(format.name, await canonicalNQuads(await parse(body, format)));
    }
    const lines = (said.get('turtle') ?? '').split('\n');
    for (const literal of ['"007"', '"1.50"', '"1.5E0"', '"2.0E0"', '"1.0E3"', '"true"', '"1"^^', '"zwei"'])
      expect(lines.filter((line) => line.includes(literal)).length, literal).toBeGreaterThan(0);
    for (const [format, nquads] of said) expect(nquads.split('\n'), format).toEqual(lines);
  });

  test('what points to the thing is in its description', async () => {
    const quads = await parse(await (await get('/about/id/a.ttl')).text(), named('turtle'));
    const likes = quads.filter(({ predicate }) => predicate.value === 'http://example.org/likes');
    expect(likes.map(({ subject, object }) => [subject.value, object.value])).toEqual([
      ['http://example.org/tom', `${base}id/a`],
    ]);
  });
});

test.each([
  ['nothing at all', {}, /--plain serves only what --data and --graph name/],
  ['a file that is not there', { data: ['/nowhere/x.ttl'] }, /--data \/nowhere\/x\.ttl: there is no such file/],
  ['a graph without an IRI', { graph: ['x=y.ttl'] }, /--graph x=y\.ttl: give an absolute IRI/],
])('%s is refused', async (_, given, message) => {
  const options = { ...defaults, port: 0, host: '127.0.0.1', allowInvalid: false, plain: true, ...given };
  await expect(startServer(options)).rejects.toThrow(message);
});
