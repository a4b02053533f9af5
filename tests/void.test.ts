import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadData, loadDataset } from '../src/commands/load.ts';
import type { Running } from '../src/commands/serve.ts';
import { buildDataset, type Dataset, type DescribedData } from '../src/dataset/build.ts';
import { readForm } from '../src/engine/query-form.ts';
import { readPublication } from '../src/load/publication.ts';
import { readQueries } from '../src/load/query-files.ts';
import { makeContext } from '../src/publish/context.ts';
import { describeDataset } from '../src/publish/describe-dataset.ts';
import { Tally } from '../src/publish/statistics.ts';
import { nameByPrefix } from '../src/publish/void.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { dcterms, foaf, rdf, sh, voidTerm } from '../src/rdf/terms.ts';
import { defaults, ownPublication, serve } from './setup/server.ts';

const root = new URL('..', import.meta.url).pathname;
const prologue = `
  PREFIX dcterms: <http://purl.org/dc/terms/>
  PREFIX owl: <http://www.w3.org/2002/07/owl#>
  PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
  PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
  PREFIX schema: <https://schema.org/>
  PREFIX sh: <http://www.w3.org/ns/shacl#>
  PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
  PREFIX void: <http://rdfs.org/ns/void#>
  PREFIX void-ext: <http://ldf.fi/void-ext#>
`;

type Row = Readonly<Record<string, string>>;

let server: Running;
let dataset: Dataset;
let again: Dataset;
let undescribed: Dataset;
let base: string;
let iri: string;

beforeAll(async () => {
  // Before the server starts: it is in this process, and would answer nobody meanwhile.
  dataset = await loadDataset(defaults);
  again = await loadDataset(defaults);
  undescribed = await loadData(defaults);
  server = await serve({ timeout: 120 });
  base = dataset.publication?.base ?? '';
  iri = `${base}dataset`;
});
afterAll(() => server.stop());

const post = (query: string, accept: string): Promise<Response> =>
  fetch(`${server.url}/sparql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sparql-query', Accept: accept },
    body: query,
  });

async function ask(query: string): Promise<Row[]> {
  const response = await post(query, 'application/sparql-results+json');
  const text = await response.text();
  expect(response.status, text).toBe(200);
  const { results } = JSON.parse(text) as { results: { bindings: Record<string, { value: string }>[] } };
  return results.bindings.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, { value }]) => [name, value])),
  );
}

const select = (query: string): Promise<Row[]> => ask(prologue + query);
const lines = (rows: readonly Row[], ...names: readonly string[]): string[] =>
  rows.map((row) => names.map((name) => row[name] ?? '').join(' ')).sort();

describe('the numbers are those that SPARQL counts', () => {
  test('of the whole', async () => {
    const counts: readonly (readonly [string, string])[] = [
      ['triples', '(COUNT(*) AS ?n) { ?s ?p ?o }'],
      [
        'entities',
        `(COUNT(DISTINCT ?s) AS ?n) { <${iri}> void:uriSpace ?space . ?s ?p ?o FILTER(isIRI(?s) && STRSTARTS(STR(?s), ?space)) }`,
      ],
      ['classes', '(COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }'],
      ['properties', '(COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }'],
      ['distinctSubjects', '(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }'],
      ['distinctObjects', '(COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }'],
    ];
    for (const [property, counting] of counts) {
      const [stated] = await select(`SELECT ?n { <${iri}> void:${property} ?n }`);
      const [counted] = await select(`SELECT ${counting}`);
      expect(Number(stated?.['n']), property).toBeGreaterThan(0);
      expect(stated, property).toEqual(counted);
    }
  });

  test('of each class', async () => {
    const stated = await select(
      `SELECT * { <${iri}> void:classPartition ?c . ?c void:class ?class ; void:entities ?entities ; void:triples ?triples }`,
    );
    const counted = await select(
      'SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) (COUNT(*) AS ?triples) { ?s a ?class ; ?p ?o } GROUP BY ?class',
    );
    expect(stated.length).toBeGreaterThan(80);
    expect(lines(stated, 'class', 'entities', 'triples')).toEqual(lines(counted, 'class', 'entities', 'triples'));
  });

  test('of each property', async () => {
    const stated = await select(
      `SELECT * { <${iri}> void:propertyPartition ?c . ?c void:property ?p ; void:triples ?n }`,
    );
    const counted = await select('SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p');
    expect(stated.length).toBeGreaterThan(100);
    expect(lines(stated, 'p', 'n')).toEqual(lines(counted, 'p', 'n'));
  });

  test('of each property of each class', async () => {
    const stated = await select(
      `SELECT * { <${iri}> void:classPartition ?c . ?c void:class ?class ; void:propertyPartition ?pp . ?pp void:property ?p ; void:triples ?n }`,
    );
    const counted = await select('SELECT ?class ?p (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o } GROUP BY ?class ?p');
    expect(stated.length).toBeGreaterThan(1000);
    expect(lines(stated, 'class', 'p', 'n')).toEqual(lines(counted, 'class', 'p', 'n'));
  });

  test('of each datatype of its values', async () => {
    const stated = await select(
      `SELECT * { <${iri}> void:classPartition ?c . ?c void:class ?class ; void:propertyPartition ?pp . ?pp void:property ?p ;
        void-ext:datatypePartition ?d . ?d void-ext:datatype ?type ; void:triples ?n }`,
    );
    const counted = await select(
      'SELECT ?class ?p ?type (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?type) } GROUP BY ?class ?p ?type',
    );
    expect(stated.length).toBeGreaterThan(200);
    expect(lines(stated, 'class', 'p', 'type', 'n')).toEqual(lines(counted, 'class', 'p', 'type', 'n'));
  });

  test('of each class of its values, as far as somebody stated one', async () => {
    const names = ['class', 'p', 'type', 'n'];
    const stated = await select(
      `SELECT * { <${iri}> void:classPartition ?c . ?c void:class ?class ; void:propertyPartition ?pp . ?pp void:property ?p ;
        void:classPartition ?d . ?d void:class ?type ; void:triples ?n }`,
    );
    const counted = await select(
      'SELECT ?class ?p ?type (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o . ?o a ?type } GROUP BY ?class ?p ?type',
    );
    expect(stated.length).toBeGreaterThan(500);
    const known = new Set(lines(counted, ...names));
    expect(lines(stated, ...names).filter((line) => !known.has(line))).toEqual([]);
    const inferred = `<${base}${dataset.publication?.inferredGraph}>`;
    const asserted = await select(
      `SELECT DISTINCT ?class ?p ?type {
        GRAPH ?f { ?s ?p ?o } GRAPH ?g { ?s a ?class } GRAPH ?h { ?o a ?type }
        FILTER(?f != ${inferred} && ?g != ${inferred} && ?h != ${inferred}) }`,
    );
    expect(lines(stated, 'class', 'p', 'type')).toEqual(lines(asserted, 'class', 'p', 'type'));
  });

  test('of each linkset, and each link is in one', async () => {
    const own = `STRSTARTS(STR(?s), "${base}") && isIRI(?o) && !STRSTARTS(STR(?o), "${base}")`;
    const stated = await select(
      `SELECT ?l ?p ?n { <${iri}> void:subset ?all . ?all void:subset ?l . ?l a void:Linkset ; void:subjectsTarget <${iri}> ; void:linkPredicate ?p ; void:triples ?n }`,
    );
    const counted = await select(
      `SELECT ?l ?p (COUNT(*) AS ?n) { ?l void:linkPredicate ?p ; void:objectsTarget/void:uriSpace ?space . ?s ?p ?o
        FILTER(${own} && STRSTARTS(STR(?o), ?space)) } GROUP BY ?l ?p`,
    );
    expect(stated.length).toBeGreaterThan(10);
    expect(lines(stated, 'l', 'p', 'n')).toEqual(lines(counted, 'l', 'p', 'n'));
    const [all] = await select(
      `SELECT (COUNT(*) AS ?n) { VALUES ?p { owl:sameAs schema:sameAs skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch }
        ?s ?p ?o FILTER(${own} && REGEX(STR(?o), "^https?://")) }`,
    );
    const sum = stated.reduce((total, row) => total + Number(row['n']), 0);
    expect(String(sum)).toBe(all?.['n']);
    const wholes = await select(
      `SELECT ?l ?n (SUM(?m) AS ?sum) { <${iri}> void:subset ?l . ?l a void:Linkset ; void:triples ?n ; void:subset/void:triples ?m } GROUP BY ?l ?n`,
    );
    expect(lines(wholes, 'l', 'n')).toEqual(lines(wholes, 'l', 'sum'));
  });

  test('of each part', async () => {
    const stated = await select(
      `SELECT ?part ?n (SAMPLE(?title) AS ?name) { <${iri}> void:subset ?part . ?part void:triples ?n OPTIONAL { ?part dcterms:title ?title } FILTER(CONTAINS(STR(?part), "/part/")) } GROUP BY ?part ?n`,
    );
    const parts = new Map<string, string[]>();
    const { inferredGraph, catalogueGraph } = dataset.publication ?? {};
    for (const { part, graph } of [
      ...dataset.inputs,
      { part: 'inferred', graph: base + inferredGraph },
      { part: 'catalogue', graph: base + catalogueGraph },
    ])
      parts.set(part ?? '', [...(parts.get(part ?? '') ?? []), graph ?? '']);
    expect(stated.map(({ part }) => part).sort()).toEqual(
      [...parts.keys()].map((name) => `${iri}/part/${name}`).sort(),
    );
    for (const { part = '', n, name } of stated) {
      expect(name, part).toBeTruthy();
      const graphs = new Set(parts.get(part.slice(`${iri}/part/`.length)));
      const from = [...graphs].map((graph) => `FROM <${graph}>`).join(' ');
      expect(await select(`SELECT (COUNT(*) AS ?n) ${from} { ?s ?p ?o }`), part).toEqual([{ n }]);
    }
  });
});

describe('what it says beside the numbers', () => {
  test('licence, makers, space and texts are those of the publication and of its ontology', async () => {
    const rows = await select(`SELECT ?p ?o (LANG(?o) AS ?language) { <${iri}> ?p ?o }`);
    const values = (property: string): string[] =>
      rows.filter(({ p }) => p === property).map(({ o = '', language }) => (language ? `${o}@${language}` : o));
    const { title, description, license } = dataset.publication ?? { title: {}, description: {}, license: '' };
    const texts = (text: Readonly<Record<string, string>>) =>
      Object.entries(text).map(([language, value]) => `${value}@${language}`);
    expect(values(rdf('type'))).toEqual([voidTerm('Dataset')]);
    expect(values(dcterms('title')).sort()).toEqual(texts(title).sort());
    expect(values(dcterms('description')).sort()).toEqual(texts(description).sort());
    expect(values(dcterms('license'))).toEqual([license]);
    expect(values(dcterms('identifier'))).toEqual([iri]);
    expect(values(voidTerm('uriSpace'))).toEqual([base]);
    const makers = await select(
      `SELECT ?p ?o { VALUES ?p { dcterms:publisher dcterms:creator } ?ontology a owl:Ontology ; ?p ?o FILTER(STRSTARTS(STR(?ontology), "${base}")) }`,
    );
    expect(makers).toHaveLength(2);
    for (const { p = '', o } of makers) expect(values(p)).toEqual([o]);
  });

  test('each class and property is of one of its vocabularies', async () => {
    const vocabularies = (await select(`SELECT ?v { <${iri}> void:vocabulary ?v }`)).map(({ v = '' }) => v);
    const terms = await select('SELECT DISTINCT ?t { { ?s ?t ?o } UNION { ?s a ?t } }');
    const outside = terms.filter(({ t = '' }) => !vocabularies.some((each) => t.startsWith(each)));
    expect(outside).toEqual([]);
    expect(vocabularies).toContain(`${base}ontology`);
  });

  test('the examples are things with a label', async () => {
    const examples = await select(
      `SELECT ?thing (COUNT(?label) AS ?labels) { <${iri}> void:exampleResource ?thing OPTIONAL { ?thing rdfs:label|skos:prefLabel ?label } } GROUP BY ?thing`,
    );
    expect(examples).toHaveLength(8);
    for (const { thing, labels } of examples) expect(Number(labels), thing).toBeGreaterThan(0);
  });

  test('no IRI in it is of an instance, and no node is blank', () => {
    const graph = base + dataset.publication?.catalogueGraph;
    const own = dataset.quads.filter((each) => each.graph.value === graph);
    expect(own).toHaveLength(dataset.counts.described);
    for (const { subject, object } of own) {
      expect(subject.value.startsWith(base)).toBe(true);
      expect(`${subject.termType} ${object.termType} ${object.value}`).not.toMatch(/BlankNode|localhost|127\.0\.0\.1/);
    }
  });

  test('it takes no short name of JSON-LD from the data', () => {
    const all = makeContext(dataset);
    const data = makeContext(undescribed);
    for (const [name, definition] of Object.entries(data)) {
      const id = (of: unknown): unknown => (of as Record<string, unknown>)['@id'] ?? of;
      expect(id(all[name]), name).toEqual(id(definition));
    }
    expect(Object.keys(all).length).toBeGreaterThan(Object.keys(data).length);
  });

  test('nothing is inferred from it', async () => {
    const inferred = `<${base}${dataset.publication?.inferredGraph}>`;
    const rows = await select(
      `SELECT * { GRAPH ${inferred} { ?s ?p ?o } FILTER(STRSTARTS(STR(?s), "${iri}") || STRSTARTS(STR(?s), "${base}query/")) }`,
    );
    expect(rows).toEqual([]);
  });

  test('it is the same each time', async () => {
    expect(again.version).toBe(dataset.version);
    const { version, triples } = (await (
      await fetch(`${server.url}/`, { headers: { Accept: 'application/json' } })
    ).json()) as { version: string; triples: unknown };
    expect(version).toBe(dataset.version);
    expect(triples).toEqual(dataset.counts);
  });
});

describe('the example queries', () => {
  test('are all there, in both languages, and run as they stand there', async () => {
    const files = await readQueries(path.join(root, 'queries/examples'));
    const rows = await select(
      `SELECT ?query ?type ?property ?text (COUNT(DISTINCT ?label) AS ?labels) (COUNT(DISTINCT ?comment) AS ?comments) {
        ?query a sh:SPARQLExecutable ; a ?type ; rdfs:label ?label ; rdfs:comment ?comment ; sh:prefixes <${iri}> ; schema:keywords ?tag ; ?property ?text
        FILTER(?type != sh:SPARQLExecutable) FILTER(?property IN (sh:select, sh:ask, sh:construct, sh:describe)) }
      GROUP BY ?query ?type ?property ?text`,
    );
    expect(rows.map(({ query }) => query).sort()).toEqual(files.map(({ name }) => `${base}query/${name}`).sort());
    for (const { query, type, property, text = '', labels, comments } of rows) {
      expect([labels, comments], query).toEqual(['2', '2']);
      const form = readForm(text);
      expect(property, query).toBe(sh(form));
      expect(type, query).toBe(sh(`SPARQL${form.charAt(0).toUpperCase()}${form.slice(1)}Executable`));
      const accept = form === 'construct' || form === 'describe' ? 'text/turtle' : 'application/sparql-results+json';
      const response = await post(text, accept);
      expect(response.status, query).toBe(200);
      await response.arrayBuffer();
    }
  });
});

describe("what SIB's sparql-editor asks to complete what people type", () => {
  const read = (name: string): string =>
    readFileSync(path.join(root, 'tests/fixtures/sparql-editor', `${name}.rq`), 'utf8');

  test('gives the prefixes of the publication', async () => {
    const rows = await ask(read('prefixes'));
    expect(Object.fromEntries(rows.map(({ prefix, namespace }) => [prefix, namespace]))).toEqual(
      dataset.publication?.prefixes,
    );
  });

  test('gives the example queries', async () => {
    const queries = new Set((await ask(read('examples'))).map(({ sq }) => sq));
    expect(queries.size).toBe((await readQueries(path.join(root, 'queries/examples'))).length);
  });

  // The editor waits five seconds. Its lists of properties in OPTIONAL took minutes once: see property-lists.ts.
  test.each(['void', 'void-earlier'])('gives classes with properties and what they lead to: %s', async (name) => {
    const rows = await ask(read(name));
    const classes = new Set(rows.map(({ subjectClass }) => subjectClass));
    const [stated] = await select(`SELECT ?n { <${iri}> void:classes ?n }`);
    expect(classes.size).toBe(Number(stated?.['n']));
    const leads = (from: string, property: string, to: string, key: string): boolean =>
      rows.some((row) => row['subjectClass'] === from && row['prop'] === property && row[key] === to);
    const pair = (
      await select('SELECT ?class ?p ?type { ?s a ?class ; ?p ?o . ?o a ?type FILTER(?p = skos:broader) } LIMIT 1')
    )[0];
    expect(leads(pair?.['class'] ?? '', pair?.['p'] ?? '', pair?.['type'] ?? '', 'objectClass')).toBe(true);
    expect(
      leads(voidTerm('Dataset'), voidTerm('triples'), 'http://www.w3.org/2001/XMLSchema#integer', 'objectDatatype'),
    ).toBe(true);
  });
});

describe('IRIs', () => {
  const linkset = async (): Promise<string> =>
    (await select(`SELECT ?l { <${iri}> void:subset ?l . ?l a void:Linkset } ORDER BY ?l LIMIT 1`))[0]?.['l'] ?? '';

  test.each([
    ['the dataset', () => iri],
    ['a class', () => `${iri}/class/void-Dataset`],
    ['a property', () => `${iri}/property/rdf-type`],
    ['a part', () => `${iri}/part/ontology`],
    ['a linkset', linkset],
    ['an example query', () => `${base}query/graphs-by-kind`],
  ])('of %s leads to a description of it', async (_, find) => {
    const named = await find();
    const address = server.url + named.slice(base.length - 1);
    const first = await fetch(address, { redirect: 'manual' });
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe(`/about${named.slice(base.length - 1)}`);
    const response = await fetch(address, { headers: { Accept: 'text/turtle' } });
    expect(response.status).toBe(200);
    const quads = await readRdf(await response.text(), findFormat('ttl') as Format, {
      source: 'answer',
      baseIRI: address,
    });
    expect(quads.some(({ subject }) => subject.value === named)).toBe(true);
  });

  test('of terms have descriptions without what only counts them', async () => {
    const { t = '' } =
      (await select(`SELECT ?t { ?t a owl:Class FILTER(STRSTARTS(STR(?t), "${base}")) } ORDER BY ?t`))[0] ?? {};
    const about = `${server.url}/about/${encodeURIComponent(t.slice(base.length))}`;
    const response = await fetch(about, { headers: { Accept: 'application/n-triples' } });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain(`<${t}> <${rdf('type')}>`);
    expect(text).not.toMatch(/void#(?:class|property|triples)/);
  });
});

describe('/.well-known/void', () => {
  const address = () => `${server.url}/.well-known/void`;

  test('is Turtle where nothing is said, and the same graph in each format', async () => {
    const [stated] = await select(`SELECT ?n { <${iri}> void:triples ?n }`);
    const plain = await fetch(address());
    await plain.arrayBuffer();
    expect([plain.status, plain.headers.get('content-type')]).toEqual([200, 'text/turtle; charset=utf-8']);
    // Asked first and read later: reading holds up the server, which is in this process.
    const texts = new Map<Format, string>();
    for (const format of formats as readonly Format[]) {
      const response = await fetch(address(), { headers: { Accept: format.mediaType } });
      expect(response.status, format.name).toBe(200);
      expect(response.headers.get('content-type'), format.name).toContain(format.mediaType);
      texts.set(format, await response.text());
    }
    for (const [format, text] of texts) {
      const quads = await readRdf(text, format, { source: format.name, baseIRI: address() });
      const has = (subject: string, property: string, object: string): boolean =>
        quads.some(
          (each) => each.subject.value === subject && each.predicate.value === property && each.object.value === object,
        );
      expect(has(address(), rdf('type'), voidTerm('DatasetDescription')), format.name).toBe(true);
      expect(has(address(), foaf('primaryTopic'), iri), format.name).toBe(true);
      expect(
        quads.filter(({ predicate }) => predicate.value === foaf('primaryTopic')),
        format.name,
      ).toHaveLength(1);
      expect(has(iri, voidTerm('sparqlEndpoint'), `${server.url}/sparql`), format.name).toBe(true);
      expect(
        quads.some(({ subject }) => subject.value.startsWith(`${base}query/`)),
        format.name,
      ).toBe(false);
      expect(
        new Set(quads.map(({ subject, predicate, object }) => `${subject.value} ${predicate.value} ${object.value}`))
          .size,
        format.name,
      ).toBe(quads.length);
      expect(has(iri, voidTerm('triples'), stated?.['n'] ?? ''), format.name).toBe(true);
    }
  });

  test('names dumps that are there', async () => {
    const quads = await readRdf(await (await fetch(address())).text(), findFormat('ttl') as Format, {
      source: 'void',
      baseIRI: address(),
    });
    const dumps = quads
      .filter(({ predicate }) => predicate.value === voidTerm('dataDump'))
      .map(({ object }) => object.value);
    expect(dumps.length).toBeGreaterThan(5);
    for (const dump of dumps) expect((await fetch(dump, { method: 'HEAD' })).status, dump).toBe(200);
  });

  test('is not there for files that are served as they are', async () => {
    const plain = await serve({ plain: true, data: [path.join(root, 'data/places.ttl')] });
    try {
      const response = await fetch(`${plain.url}/.well-known/void`);
      expect(response.status).toBe(404);
      expect(((await response.json()) as { detail: string }).detail).toContain('catalogueGraph');
    } finally {
      await plain.stop();
    }
  });
});

describe('counting', () => {
  const turtle = findFormat('ttl') as Format;
  const read = (text: string) =>
    readRdf(`@prefix : <http://e/> . ${text}`, turtle, { source: 'test', baseIRI: 'http://e/' });

  test('a publication without a catalogue graph says nothing of itself', async () => {
    const { catalogueGraph, ...publication } = await readPublication(ownPublication);
    expect(catalogueGraph).toBeDefined();
    let called = false;
    const built = await buildDataset(
      { ...publication, layers: publication.layers.slice(0, 1) },
      {
        describe: () => {
          called = true;
          return [];
        },
      },
    );
    expect([called, built.counts.described]).toEqual([false, 0]);
  });

  test('what is added is counted with what was there, however the two speak of each other', async () => {
    const stated = await read(':a a :A ; :p :b , "x" . :b :p :d .');
    const inferred = await read(':b a :B .');
    // It gives a class to what was pointed at before, and says one thing again.
    const more = await read(':d a :D ; :p :a . :a :p "x" .');
    const again = new Tally([...stated, ...more.slice(0, 2)], inferred, 'http://e/').count([]);
    const added = new Tally(stated, inferred, 'http://e/').count(more);
    expect(added).toEqual(again);
    expect(added.triples).toBe(7);
    const [a] = added.classes;
    expect(a).toMatchObject({ iri: 'http://e/A', entities: 1, triples: 3 });
    expect(a?.properties.find(({ iri: property }) => property === 'http://e/p')).toMatchObject({
      triples: 2,
      classes: [],
      datatypes: [{ iri: 'http://www.w3.org/2001/XMLSchema#string', triples: 1 }],
    });
  });

  test('links of http and https to one host are one linkset with two spaces', async () => {
    const stated = await read(
      ':a <http://www.w3.org/2002/07/owl#sameAs> <http://x.org/id/1> , <https://x.org/id/2> , <https://x.org/id/23> , :b , <urn:x> .',
    );
    const [link, ...others] = new Tally(stated, [], 'http://e/').count([]).links;
    expect(others).toEqual([]);
    expect(link).toMatchObject({ host: 'x.org', triples: 3, spaces: ['http://x.org/id/', 'https://x.org/id/'] });
  });

  test('a small publication is described, whatever its prefixes are called', async () => {
    const publication = await readPublication(ownPublication);
    const stated = await read(':a a <http://x-y.org/Long-Name> ; <http://x-y.org/p/q> 1 .');
    const data: DescribedData = {
      publication: {
        ...publication,
        base: 'http://e/',
        parts: {},
        prefixes: { '': 'http://e/', 'x-y': 'http://x-y.org/' },
      },
      inputs: [],
      quads: stated,
      stated,
      inferred: [],
    };
    const quads = describeDataset(data, []);
    const partitions = quads.filter(({ predicate }) => predicate.value === voidTerm('classPartition'));
    expect(partitions.map(({ object }) => object.value)).toContainEqual(
      expect.stringMatching(/\/class\/[0-9a-f]{12}$/),
    );
    expect(describeDataset(data, [])).toEqual(quads);
  });

  test('different IRIs get different names', () => {
    const name = nameByPrefix({ void: 'http://v/', 'void-ext': 'http://e/', '': 'http://n/', 'v.w': 'http://d/' });
    expect(name('http://v/Dataset')).toBe('void-Dataset');
    expect(name('http://e/datatype')).toBe('void-ext-datatype');
    for (const other of ['http://v/ext-datatype', 'http://n/x', 'http://d/x', 'http://v/a/b', 'http://v/', 'urn:x'])
      expect(name(other)).toMatch(/^[0-9a-f]{12}$/);
  });
});
