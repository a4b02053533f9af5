import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import * as rdflib from 'rdflib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { buildDataset, buildPlain } from '../src/dataset/build.ts';
import { resultFormats } from '../src/engine/engine.ts';
import type { Publication } from '../src/load/publication.ts';
import { GraphIndex } from '../src/publish/graph-index.ts';
import { listGraphs, pageOfGraphs, titleOfGraph } from '../src/publish/graph-statistics.ts';
import { describeGraphs, describeService } from '../src/publish/service-description.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { dcterms, entailment, fileFormat, indexQuads, namedNode, rdf, sd, sparql, voidTerm } from '../src/rdf/terms.ts';
import { ownPublication, serve } from './setup/server.ts';

const publicUrl = 'https://example.org';
const turtle = findFormat('turtle') as Format;
const read = (text: string, format: Format): Promise<Quad[]> =>
  readRdf(text, format, { source: 'test', baseIRI: 'http://e/' });

const folder = mkdtempSync(path.join(tmpdir(), 'service-description-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An index of a text in TriG: added to a publication with the base http://e/ and no rules, or as a plain file. */
async function given(text: string, kind: 'publication' | 'plain'): Promise<GraphIndex> {
  const extra = [{ file: path.join(folder, 'given.trig'), layer: 'data' }];
  writeFileSync(path.join(folder, 'given.trig'), text);
  if (kind === 'plain') return GraphIndex.of(await buildPlain(extra));
  const publication: Publication = {
    folder,
    base: 'http://e/',
    name: 'example',
    title: { en: 'Example', nl: 'Voorbeeld' },
    description: {},
    license: 'http://e/license',
    layers: [],
    inferredGraph: 'graph/inferred',
    rules: 'rules/*.n3',
    shapes: 'shapes/*.ttl',
    shapesRules: 'rules/*.n3',
    queries: 'queries',
    prefixes: {},
  };
  return GraphIndex.of(await buildDataset(publication, { extra }));
}

/** The values of a property in a description, sorted. */
const valuesOf = (quads: readonly Quad[], subject: string, property: string): string[] =>
  quads
    .filter((each) => each.subject.value === subject && each.predicate.value === property)
    .map(({ object }) => object.value)
    .sort();

/** Name, triples and titles of each named graph in a description. */
function namedGraphs(quads: readonly Quad[]): Map<string, { triples: string[]; titles: string[] }> {
  const [dataset = ''] = quads
    .filter(({ predicate }) => predicate.value === sd('defaultDataset'))
    .map((q) => q.object.value);
  return new Map(
    valuesOf(quads, dataset, sd('namedGraph')).map((pair) => {
      const [graph = ''] = valuesOf(quads, pair, sd('graph'));
      expect(valuesOf(quads, pair, sd('name'))).toHaveLength(1);
      return [
        valuesOf(quads, pair, sd('name'))[0] as string,
        { triples: valuesOf(quads, graph, voidTerm('triples')), titles: valuesOf(quads, graph, dcterms('title')) },
      ];
    }),
  );
}

const small = `
  @prefix : <http://e/> .
  @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
  :one { :one rdfs:label "One"@en , "Een"@nl . :a :p :b . }
  :two { :a :p :b , :c . }
  <urn:other> { :one rdfs:label "Ein"@de . }
`;

test('counts each graph, the merge of them once, and finds what graphs are called', async () => {
  const index = await given(small, 'publication');
  const { defaultTriples, named, union } = listGraphs(index);
  expect(defaultTriples).toBe(5);
  expect(union).toBe(true);
  expect(named.map(({ name, triples }) => [name, triples])).toEqual([
    ['http://e/one', 3],
    ['http://e/two', 2],
    ['urn:other', 1],
  ]);
  const titles = named.map(({ name }) => titleOfGraph(index, name).map(({ value }) => value));
  expect(titles.map((each) => each.sort())).toEqual([['Een', 'Ein', 'One'], [], []]);
});

test('lists very many graphs in pages, and describes those of one', async () => {
  const index = await given(small, 'publication');
  const graphs = listGraphs(index);
  const [first, second, third] = [1, 2, 3].map((page) => pageOfGraphs(graphs, page, 2));
  expect([first?.named.length, second?.named.length, first?.pages]).toEqual([2, 1, 2]);
  expect(third).toBeUndefined();
  expect(pageOfGraphs({ ...graphs, named: [] }, 1)?.pages).toBe(1);
  const names = describeGraphs(index, publicUrl, second).filter(({ predicate }) => predicate.value === sd('name'));
  expect(names.map(({ object }) => object.value)).toEqual(['urn:other']);
});

test('counts a triple that a graph is given twice once', async () => {
  const { named } = listGraphs(await given('@prefix : <http://e/> . :g { :a :p 1 . } :g { :a :p 1 . }', 'publication'));
  expect(named).toEqual([{ name: 'http://e/g', triples: 1 }]);
});

test('says where each graph is served', async () => {
  const quads = describeService(await given(small, 'publication'), publicUrl, { federation: false });
  const graphs = quads.filter(({ predicate }) => predicate.value === sd('graph')).map(({ object }) => object.value);
  expect(graphs).toEqual([
    'https://example.org/graphs/one',
    'https://example.org/graphs/two',
    'https://example.org/graphs?graph=urn%3Aother',
  ]);
});

test.each([
  ['a publication, all of it in named graphs', small, 'publication', true],
  ['a publication with triples in no graph', `${small} :a :p :d .`, 'publication', false],
  ['plain files', small, 'plain', false],
] as const)('claims a union default graph only where it is one: %s', async (_name, text, kind, expected) => {
  const quads = describeService(await given(text, kind), publicUrl, { federation: false });
  expect(valuesOf(quads, `${publicUrl}/sparql`, sd('feature')).includes(sd('UnionDefaultGraph'))).toBe(expected);
});

test('a graph with a blank node for a name is not among those that can be named', async () => {
  const index = await given('@prefix : <http://e/> . _:g { :a :p 1 . } :g { :a :p 1 . }', 'plain');
  expect(listGraphs(index).named.map(({ name }) => name)).toEqual(['http://e/g']);
});

test('says that SERVICE is passed on where it is', async () => {
  const index = await given(small, 'publication');
  const of = (federation: boolean, property: string): string[] =>
    valuesOf(describeService(index, publicUrl, { federation }), `${publicUrl}/sparql`, property);
  expect(of(false, sd('feature'))).toEqual([sd('UnionDefaultGraph')]);
  expect(of(true, sd('feature'))).toEqual([sd('BasicFederatedQuery'), sd('UnionDefaultGraph')]);
  // Without federation FROM reaches our graphs alone.
  expect(of(false, sd('availableGraphs'))).toEqual([`${publicUrl}/graphs`]);
  expect(of(true, sd('availableGraphs'))).toEqual([]);
});

test('marks the graph of inferences, and claims no entailment beyond it', async () => {
  const index = await given('@prefix : <http://e/> . <http://e/graph/inferred> { :a :p 1 . }', 'publication');
  const quads = describeService(index, publicUrl, { federation: false });
  expect(valuesOf(quads, `${publicUrl}/graphs/graph/inferred`, dcterms('description'))).toHaveLength(2);
  expect(valuesOf(quads, `${publicUrl}/sparql`, sd('defaultEntailmentRegime'))).toEqual([entailment('Simple')]);
});

/** The properties that the Recommendation and the draft for 1.2 have, and of which class their subjects are. */
const domains: Readonly<Record<string, string>> = {
  endpoint: 'Service',
  feature: 'Service',
  defaultEntailmentRegime: 'Service',
  supportedLanguage: 'Service',
  supportedVersion: 'Service',
  resultFormat: 'Service',
  defaultDataset: 'Service',
  availableGraphs: 'Service',
  defaultGraph: 'Dataset',
  namedGraph: 'Dataset',
  name: 'NamedGraph',
  graph: 'NamedGraph',
};

test('every property has a subject of the class that the vocabulary gives it, and no node is blank', async () => {
  const quads = describeService(await given(small, 'publication'), publicUrl, { federation: true });
  const index = indexQuads(quads);
  for (const { subject, predicate, object } of quads) {
    expect([subject.termType, object.termType]).not.toContain('BlankNode');
    if (!predicate.value.startsWith(sd(''))) continue;
    const domain = domains[predicate.value.slice(sd('').length)];
    expect(domain, predicate.value).toBeDefined();
    const type = index.getQuads(subject, namedNode(rdf('type')), namedNode(sd(domain as string)), null);
    expect(type, `${subject.value} is no sd:${domain}`).toHaveLength(1);
  }
});

describe('a running service', () => {
  let running: Running;
  let description: Quad[];

  beforeAll(async () => {
    running = await serve();
    description = await read(await (await get('text/turtle')).text(), turtle);
  });
  afterAll(() => running?.stop());

  const get = (accept: string, query = '', method = 'GET'): Promise<Response> =>
    fetch(`${running.url}/sparql${query}`, { method, headers: { Accept: accept, Connection: 'close' } });
  const mediaType = (response: Response): string | undefined => response.headers.get('content-type')?.split(';')[0];

  async function ask(query: string): Promise<Record<string, string>[]> {
    const body = new URLSearchParams({ query });
    const response = await fetch(`${running.url}/sparql`, { method: 'POST', body, headers: { Connection: 'close' } });
    expect(response.status).toBe(200);
    const { results } = (await response.json()) as { results: { bindings: Record<string, { value: string }>[] } };
    return results.bindings.map((row) => Object.fromEntries(Object.entries(row).map(([k, { value }]) => [k, value])));
  }

  // The three checks of W3C's suite of service descriptions.
  test('GET on the endpoint returns RDF', async () => {
    const response = await get('text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8');
    expect(response.status).toBe(200);
    expect((await read(await response.text(), findFormat(mediaType(response) ?? '') as Format)).length).toBeGreaterThan(
      0,
    );
  });

  test('the description contains a matching sd:endpoint triple', () => {
    const endpoints = description.filter(({ predicate }) => predicate.value === sd('endpoint'));
    expect(endpoints.map(({ object }) => [object.termType, object.value])).toEqual([
      ['NamedNode', `${running.url}/sparql`],
    ]);
  });

  test('the description conforms to the schema: datasets have a default graph, named graphs a name', () => {
    const having = (property: string): string[] =>
      description
        .filter(({ predicate, object }) => predicate.value === property && object.termType === 'NamedNode')
        .map(({ subject }) => subject.value);
    const typed = (type: string): string[] =>
      description
        .filter(({ predicate, object }) => predicate.value === rdf('type') && object.value === type)
        .map(({ subject }) => subject.value);
    expect(typed(sd('Dataset'))).toEqual(having(sd('defaultGraph')));
    expect(typed(sd('NamedGraph')).sort()).toEqual(having(sd('name')).sort());
    expect(having(sd('namedGraph'))).toHaveLength(having(sd('name')).length);
  });

  test.each<[string, string]>([
    ...formats.flatMap(({ mediaType: type, aliases }) =>
      [type, ...aliases].map((asked) => [asked, type] as [string, string]),
    ),
    ['*/*', 'text/turtle'],
    ['text/*', 'text/turtle'],
    ['text/html;q=0.5, application/rdf+xml', 'application/rdf+xml'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
  ])('who accepts %s is told in %s', async (accept, expected) => {
    const response = await get(accept);
    expect(response.status).toBe(200);
    expect(mediaType(response)).toBe(expected);
    expect(response.headers.get('vary')?.toLowerCase()).toContain('accept');
  });

  test.each(formats)('?format=$name gives $mediaType, with the same triples', async ({ name, mediaType: type }) => {
    const response = await get('text/html', `?format=${name}`);
    expect(response.status).toBe(200);
    expect(mediaType(response)).toBe(type);
    const found = await read(await response.text(), findFormat(name) as Format);
    expect(await canonicalNQuads(found)).toBe(await canonicalNQuads(description));
  });

  test('HEAD has the headers of GET', async () => {
    const [head, whole] = [await get('text/turtle', '', 'HEAD'), await get('text/turtle')];
    expect(head.status).toBe(200);
    for (const name of ['content-type', 'content-length', 'etag', 'vary'])
      expect(head.headers.get(name), name).toBe(whole.headers.get(name));
    expect(await head.text()).toBe('');
  });

  test.each([
    ['a parameter of a query', 'GET', '?default-graph-uri=http://e/g', undefined],
    ['an empty query', 'GET', '?query=', undefined],
    ['a format of rows', 'GET', '?format=csv', undefined],
    ['POST', 'POST', '', 'application/x-www-form-urlencoded'],
    ['QUERY', 'QUERY', '', 'application/sparql-query'],
  ])('%s without a query is an error, not a description', async (_name, method, query, type) => {
    const headers = { Accept: 'text/turtle', Connection: 'close', ...(type ? { 'Content-Type': type } : {}) };
    const response = await fetch(`${running.url}/sparql${query}`, { method, headers });
    expect(response.status).toBe(400);
  });

  test('a client that takes only results of queries is told that the query is missing', async () => {
    const response = await get('application/sparql-results+json');
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toContain('"query" is missing');
  });

  test.each([
    ['1.1', 'SELECT (COUNT(?s) AS ?answer) { ?s a/^a ?s MINUS { ?s ?p ?s } }', /^[1-9]/],
    ['1.2', 'VERSION "1.2" SELECT (LANGDIR("a"@ar--rtl) AS ?answer) { }', /^rtl$/],
    [
      '1.2',
      'SELECT ?answer { BIND(<<( <urn:a> <urn:b> "c" )>> AS ?term) FILTER(isTRIPLE(?term)) BIND(OBJECT(?term) AS ?answer) }',
      /^c$/,
    ],
  ])('says that it speaks SPARQL %s, and answers %s', async (version, query, expected) => {
    expect(valuesOf(description, `${running.url}/sparql`, sd('supportedVersion'))).toContain(
      sparql(`version-${version}`),
    );
    const [row] = await ask(query);
    expect(row?.['answer']).toMatch(expected);
  });

  test('names each format of the tables, and each is served', async () => {
    const named = valuesOf(description, `${running.url}/sparql`, sd('resultFormat'));
    expect(named).toHaveLength(resultFormats.length + formats.length);
    const names = new Set(named.map((iri) => iri.slice(fileFormat('').length)));
    expect(names.size).toBe(named.length);
    for (const { mediaType: type } of resultFormats)
      expect(mediaType(await get(type, `?query=${encodeURIComponent('SELECT * { } LIMIT 1')}`))).toBe(type);
    for (const { mediaType: type } of formats)
      expect(mediaType(await get(type, `?query=${encodeURIComponent('CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1')}`))).toBe(
        type,
      );
  });

  test('says of each graph how many triples SPARQL finds in it', async () => {
    const counted = await ask('SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g');
    const told = namedGraphs(description);
    expect(counted.length).toBeGreaterThan(100);
    expect(new Map([...told].map(([name, { triples }]) => [name, triples]))).toEqual(
      new Map(counted.map(({ g, n }) => [g, [n]])),
    );
    const [all] = await ask('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }');
    expect(valuesOf(description, `${running.url}/graphs?default`, voidTerm('triples'))).toEqual([all?.['n']]);
  });

  test('the default graph is the union that it says it is', async () => {
    expect(valuesOf(description, `${running.url}/sparql`, sd('feature'))).toContain(sd('UnionDefaultGraph'));
    // Lists in the ontology have blank nodes, of which each loading of a text makes new ones.
    const outside = `ASK {
      { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }
      UNION { GRAPH ?h { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }
      FILTER(!isBlank(?s) && !isBlank(?o))
    }`;
    const response = await fetch(`${running.url}/sparql?query=${encodeURIComponent(outside)}`);
    expect(await response.json()).toMatchObject({ boolean: false });
  });

  test('calls graphs by the names of what they are named after, in both languages', () => {
    const { base } = JSON.parse(readFileSync(ownPublication, 'utf8')) as { base: string };
    const titles = [...namedGraphs(description)].filter(([, { titles }]) => titles.length >= 1).map(([name]) => name);
    expect(titles).toContain(`${base}document/lumc-mission-statement/01-mission`);
    expect(titles.length).toBeGreaterThan(150);
  });

  test.each(['text/turtle', 'application/rdf+xml'])('rdflib reads it as %s', async (type) => {
    const store = rdflib.graph();
    rdflib.parse(await (await get(type)).text(), store, `${running.url}/sparql`, type);
    expect(store.length).toBe(description.length);
    const service = store.any(undefined, rdflib.sym(sd('endpoint')), rdflib.sym(`${running.url}/sparql`));
    expect(service?.value).toBe(`${running.url}/sparql`);
    expect(store.each(undefined, rdflib.sym(sd('name'))).length).toBe(namedGraphs(description).size);
  });
});
