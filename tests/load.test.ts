import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadDataset } from '../src/commands/load.ts';
import type { DataOptions } from '../src/commands/options.ts';
import { BrokenFiles, buildDataset, buildPlain } from '../src/dataset/build.ts';
import { listArguments, listLayers, loadFiles } from '../src/load/files.ts';
import { type Publication, PublicationFault, readPublication } from '../src/load/publication.ts';
import { readQueries } from '../src/load/query-files.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';

const base = 'http://example.org/';
const description = {
  base,
  name: 'test',
  title: { en: 'Test' },
  description: { en: 'A test' },
  license: 'http://example.org/license',
  layers: [
    { name: 'ontology', files: '../ontology/*.ttl', graph: 'ontology' },
    { name: 'shared', files: '*.ttl', graph: 'graph/{1}' },
    { name: 'passages', files: 'documents/*/*.ttl', graph: 'document/{1}/{2}', source: true },
    { name: 'readings', files: 'readings/*/*.ttl', graph: 'document/{1}/{2}/reading', source: true },
  ],
  inferredGraph: 'graph/inferred',
  rules: '../ontology/rules/*.n3',
  shapes: '../ontology/shapes/*.ttl',
  shapesRules: '../ontology/shapes/rules/*.rq',
  queries: '../queries',
  prefixes: { ex: base },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'load-'));
});
afterEach(() => rm(folder, { recursive: true }));

const inFolder = (name: string): string => path.join(folder, name);
const write = async (files: Record<string, string | Buffer>): Promise<void> => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(inFolder(name)), { recursive: true });
    await writeFile(inFolder(name), content);
  }
};
const says = (thing: string): string => `<${base}${thing}> <${base}p> "${thing}" .\n`;
const publish = async (files: Record<string, string | Buffer>, changes: object = {}): Promise<Publication> => {
  await write({ 'data/dataset.json': JSON.stringify({ ...description, ...changes }), ...files });
  return readPublication(inFolder('data/dataset.json'));
};
const options = (changes: Partial<DataOptions>): DataOptions => ({
  publication: inFolder('data/dataset.json'),
  data: [],
  graph: [],
  plain: false,
  sameAs: false,
  ...changes,
});
const subClassRule = `@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
  { ?class rdfs:subClassOf ?super . ?x a ?class } => { ?x a ?super } .`;
const short = (iri: string | undefined): string => iri?.replace(base, '') ?? '';

describe('layers', () => {
  test('give graphs the names of their files', async () => {
    const publication = await publish({
      'ontology/a.ttl': says('a'),
      'ontology/b.ttl': says('b'),
      'data/places.ttl': says('places'),
      'data/documents/one/01-start.ttl': says('start'),
      'data/documents/two/01-start.ttl': says('other'),
      'data/readings/one/01-start.ttl': says('reading'),
      'data/documents/one/deep/01.ttl': says('too-deep'),
      'data/readings/notes.txt': 'no RDF',
    });
    const dataset = await buildDataset(publication);
    expect(dataset.inputs.map(({ layer, graph }) => [layer, short(graph)])).toEqual([
      ['ontology', 'ontology'],
      ['ontology', 'ontology'],
      ['shared', 'graph/places'],
      ['passages', 'document/one/01-start'],
      ['passages', 'document/two/01-start'],
      ['readings', 'document/one/01-start/reading'],
    ]);
    expect(Object.fromEntries(dataset.quads.map(({ object, graph }) => [object.value, short(graph.value)]))).toEqual({
      a: 'ontology',
      b: 'ontology',
      places: 'graph/places',
      start: 'document/one/01-start',
      other: 'document/two/01-start',
      reading: 'document/one/01-start/reading',
    });
  });

  test('keep dots in the names of files and folders', async () => {
    const publication = await publish({
      'data/area.2024.ttl': says('a'),
      'data/area.2025.ttl': says('b'),
      'data/documents/v1.2/part.ttl': says('c'),
    });
    const inputs = await listLayers(publication);
    expect(inputs.map(({ graph }) => short(graph))).toEqual([
      'graph/area.2024',
      'graph/area.2025',
      'document/v1.2/part',
    ]);
  });

  test('leave the ending out of a graph name when the pattern has none', async () => {
    const publication = await publish(
      { 'data/things/one.ttl': says('a'), 'data/things/two.nt': says('b') },
      { layers: [{ name: 'things', files: 'things/*', graph: 'graph/{1}' }] },
    );
    expect((await listLayers(publication)).map(({ graph }) => short(graph))).toEqual(['graph/one', 'graph/two']);
  });

  test('resolve relative IRIs against the graph', async () => {
    const publication = await publish({ 'data/documents/one/01.ttl': '<> <#p> <02> .' });
    const [only] = (await buildDataset(publication)).quads;
    expect([only?.subject, only?.predicate, only?.object].map((term) => short(term?.value))).toEqual([
      'document/one/01',
      'document/one/01#p',
      'document/one/02',
    ]);
  });

  test('are merged into the default graph, each triple once, with what follows', async () => {
    const publication = await publish({
      'ontology/a.ttl': `<${base}A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <${base}B> .`,
      'ontology/rules/sub.n3': subClassRule,
      'data/x.ttl': `<${base}x> a <${base}A> .`,
      'data/y.ttl': `<${base}x> a <${base}A> . <${base}y> a <${base}A> .`,
    });
    const dataset = await buildDataset(publication);
    expect(dataset.counts).toEqual({ asserted: 3, inferred: 2, described: 0 });
    expect(dataset.defaultGraph).toHaveLength(5);
    expect(dataset.defaultGraph.every(({ graph }) => graph.termType === 'DefaultGraph')).toBe(true);
    expect(dataset.quads.filter(({ graph }) => graph.value === `${base}graph/inferred`)).toHaveLength(2);
    expect(dataset.canonical).toBe(await canonicalNQuads(dataset.quads));
    expect(dataset.version).toMatch(/^[0-9a-f]{16}$/);
  });

  test('have the same version on every run and another for other data', async () => {
    const files = { 'data/x.ttl': `<${base}x> <${base}p> [ <${base}q> 1 ], [ <${base}q> 2 ] .` };
    const first = await buildDataset(await publish(files));
    const second = await buildDataset(await publish(files));
    const third = await buildDataset(await publish({ 'data/x.ttl': `<${base}x> <${base}p> 1 .` }));
    expect(second.version).toBe(first.version);
    expect(third.version).not.toBe(first.version);
  });

  test('may say a triple twice without another version', async () => {
    const once = `<${base}x> <${base}p> _:a . _:a <${base}q> _:b . _:b <${base}r> 1 . _:c <${base}r> 1 .`;
    const first = await buildDataset(await publish({ 'data/x.ttl': once }));
    const second = await buildDataset(await publish({ 'data/x.ttl': `${once} ${once}` }));
    expect(second.version).toBe(first.version);
  });

  test('may hold blank nodes that look the same from every side', async () => {
    const publication = await publish({ 'data/x.ttl': `_:a <${base}p> _:b . _:b <${base}p> _:a .` });
    expect((await buildDataset(publication)).quads).toHaveLength(2);
  });
});

describe('the description of a publication', () => {
  test.each([
    ['base', { base: undefined }, '"base"'],
    ['a base without a slash', { base: 'http://example.org/x' }, 'ends with a slash'],
    ['a base that is no http address', { base: 'urn:x/' }, 'http address'],
    ['layers', { layers: undefined }, '"layers"'],
    ['a name that is text', { name: 3 }, '"name"'],
    ['prefixes', { prefixes: 'none' }, '"prefixes"'],
  ])('without %s says what to mend', async (_, changes, message) => {
    const failing = publish({}, changes);
    await expect(failing).rejects.toThrow(PublicationFault);
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toThrow(inFolder('data/dataset.json'));
  });

  test.each([
    ['is missing', {}, ': cannot be read as JSON (ENOENT).'],
    ['is no JSON', { 'data/dataset.json': '{\n "base": x' }, ':2:10: This is no JSON'],
  ])('that %s names the file, and the line', async (_, files, told) => {
    await write(files);
    await expect(readPublication(inFolder('data/dataset.json'))).rejects.toThrow(inFolder('data/dataset.json') + told);
  });
});

describe('more data', () => {
  const names = async (data: readonly string[], graphs: readonly string[] = []): Promise<string[]> =>
    (await listArguments(data, graphs)).map(({ file }) => path.relative(folder, file));

  beforeEach(() =>
    write({
      'extra/a.ttl': says('a'),
      'extra/b.nt': says('b'),
      'extra/c.rdf': '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
      'extra/deep/d.jsonld': '[]',
      'extra/deep/e.ttl.gz': gzipSync(says('e')),
      'extra/deep/f.nq': `<${base}f> <${base}p> "f" <${base}own> .`,
      'extra/notes.txt': 'no RDF',
      'extra/README': 'no RDF',
      'extra/strange (1) +a!.ttl': says('strange'),
      'extra/strange [1].ttl': says('bracket'),
      'empty/notes.txt': 'no RDF',
    }),
  );

  test.each([
    ['a file', ['extra/a.ttl'], ['extra/a.ttl']],
    ['two files', ['extra/b.nt', 'extra/a.ttl'], ['extra/b.nt', 'extra/a.ttl']],
    ['a packed file', ['extra/deep/e.ttl.gz'], ['extra/deep/e.ttl.gz']],
    ['a folder', ['extra/deep'], ['extra/deep/d.jsonld', 'extra/deep/e.ttl.gz', 'extra/deep/f.nq']],
    ['a folder with a slash', ['extra/deep/'], ['extra/deep/d.jsonld', 'extra/deep/e.ttl.gz', 'extra/deep/f.nq']],
    [
      'a pattern',
      ['extra/*.{ttl,nt}'],
      ['extra/a.ttl', 'extra/b.nt', 'extra/strange (1) +a!.ttl', 'extra/strange [1].ttl'],
    ],
    ['a deep pattern', ['extra/**/*.nq'], ['extra/deep/f.nq']],
    ['a file with marks in its name', ['extra/strange (1) +a!.ttl'], ['extra/strange (1) +a!.ttl']],
    ['a file with brackets in its name', ['extra/strange [1].ttl'], ['extra/strange [1].ttl']],
  ])('is named by %s', async (_, data, files) => {
    expect(await names(data.map(inFolder))).toEqual(files);
  });

  test('is named by a path from the working directory', async () => {
    const relative = path.relative(process.cwd(), inFolder('extra/a.ttl'));
    expect(await names([relative])).toEqual(['extra/a.ttl']);
  });

  test('in a folder leaves out files of other kinds', async () => {
    expect(await names([inFolder('extra')])).toHaveLength(8);
  });

  test.each(['missing.ttl', 'nowhere/*.ttl', 'empty', 'nowhere'])('that is not there is named: %s', async (name) => {
    await expect(listArguments([inFolder('extra/a.ttl'), inFolder(name)], [])).rejects.toThrow(
      `--data ${inFolder(name)}: there is no such file, folder or pattern with RDF files in it.`,
    );
  });

  test('goes into the default graph or into the graph that it names', async () => {
    const { quads } = await loadFiles(await listArguments([inFolder('extra')], []));
    expect(Object.fromEntries(quads.map(({ object, graph }) => [object.value, short(graph.value)]))).toEqual({
      a: '',
      b: '',
      e: '',
      f: 'own',
      strange: '',
      bracket: '',
    });
  });

  test.each([
    ['http://example.org/g', 'a.ttl'],
    ['urn:x:y', 'a.ttl'],
    ['http://example.org/g', 'with=sign.ttl'],
    ['https://example.org/g?', 'a.ttl.gz'],
  ])('goes into graph %s from %s', async (graph, name) => {
    await write({ [name]: name.endsWith('.gz') ? gzipSync(says('a')) : says('a') });
    const { quads, faults } = await loadFiles(await listArguments([], [`${graph}=${inFolder(name)}`]));
    expect(faults).toEqual([]);
    expect(quads.map((each) => each.graph.value)).toEqual([graph]);
  });

  test('in a named graph resolves against it and keeps graphs of its own', async () => {
    await write({ 'a.trig': `<> <${base}p> 1 . <${base}h> { <> <${base}p> 2 }` });
    const { quads } = await loadFiles(await listArguments([], [`${base}g=${inFolder('a.trig')}`]));
    expect(quads.map(({ subject, object, graph }) => [short(subject.value), object.value, short(graph.value)])).toEqual(
      [
        ['g', '1', 'g'],
        ['g', '2', 'h'],
      ],
    );
  });

  test.each([
    'a.ttl',
    '=a.ttl',
    'http://example.org/g',
    'http://example.org/g=',
    'g=a.ttl',
    'http://a b=a.ttl',
  ])('for a graph is refused when it is not <iri>=<file>: %s', async (argument) => {
    await expect(listArguments([], [argument])).rejects.toThrow(
      `--graph ${argument}: give an absolute IRI, an equals sign and a file`,
    );
  });

  test('comes beside the publication and is reasoned over', async () => {
    await publish({
      'ontology/a.ttl': `<${base}A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <${base}B> .`,
      'ontology/rules/sub.n3': subClassRule,
      'more.ttl': `<${base}x> a <${base}A> .`,
    });
    const dataset = await loadDataset(options({ data: [inFolder('more.ttl')] }));
    expect(dataset.counts).toEqual({ asserted: 2, inferred: 1, described: 0 });
    expect(dataset.inputs.at(-1)).toEqual({ file: inFolder('more.ttl'), layer: 'data' });
  });
});

describe('blank nodes', () => {
  const load = async (files: Record<string, string>) => {
    await write(files);
    const { quads, faults } = await loadFiles(await listArguments([folder], []));
    expect(faults.map(String)).toEqual([]);
    return quads;
  };

  test('of two files are different nodes, of one file the same', async () => {
    const quads = await load({
      '1.ttl': `_:x <${base}p> _:x .`,
      '2.nt': `_:x <${base}p> _:x .`,
      '3.jsonld': `{"@id": "_:x", "${base}p": {"@id": "_:x"}}`,
      '4.jsonld': `{"@id": "_:x", "${base}p": {"@id": "_:x"}}`,
      '5.trig': `_:x { _:x <${base}p> _:x }`,
    });
    expect(quads).toHaveLength(5);
    for (const { subject, object } of quads) expect(subject.value).toBe(object.value);
    expect(new Set(quads.map(({ subject }) => subject.value)).size).toBe(5);
    expect(quads[4]?.graph.value).toBe(quads[4]?.subject.value);
  });

  test.each([
    ['a dot and an underscore', 'a.b', 'a_b'],
    ['two letters beyond ASCII', 'é', 'è'],
    ['a dot and a hyphen', 'a.b', 'a-b'],
  ])('of one file whose labels differ in %s are different nodes', async (_, one, other) => {
    const quads = await load({ 'x.ttl': `_:${one} <${base}p> 1 . _:${other} <${base}p> 2 .` });
    expect(new Set(quads.map(({ subject }) => subject.value)).size).toBe(2);
  });

  test('within triple terms are those outside', async () => {
    const quads = await load({ 'x.ttl': `_:x <${base}says> <<( _:x <${base}p> _:x )>> .` });
    const [only] = quads;
    const inside = only?.object as unknown as { subject: { value: string }; object: { value: string } };
    expect([inside.subject.value, inside.object.value]).toEqual([only?.subject.value, only?.subject.value]);
  });
});

describe('broken files', () => {
  test('are all reported in one run, and the others are read', async () => {
    await write({
      'a.ttl': says('a'),
      'b.ttl': `${says('b')}<b> nonsense .`,
      'c.rdf': '<a></b>',
      'd.jsonld': '{"@id": }',
      'e.ttl.gz': 'not packed',
      'f.nt': '<a>',
      'g.ttl': says('g'),
      'h.jsonld': '{"@context": "https://schema.org/", "name": "x"}',
    });
    const inputs = await listArguments([folder], []);
    const { quads, faults } = await loadFiles(inputs);
    expect(quads.map(({ object }) => object.value)).toEqual(['a', 'g']);
    expect(faults.map(({ source }) => path.basename(source))).toEqual([
      'b.ttl',
      'c.rdf',
      'd.jsonld',
      'e.ttl.gz',
      'f.nt',
      'h.jsonld',
    ]);
    expect(faults[0]).toMatchObject({ line: 2, column: 5, token: 'nonsense' });

    const failing = buildPlain(inputs);
    await expect(failing).rejects.toThrow(BrokenFiles);
    await expect(failing).rejects.toMatchObject({ message: faults.map(String).join('\n') });
  });

  test('of a publication are all reported in one run', async () => {
    const publication = await publish({ 'data/x.ttl': 'x', 'data/y.ttl': says('y'), 'ontology/z.ttl': 'z' });
    const failing = buildDataset(publication, {
      extra: await listArguments([], [`${base}g=${inFolder('missing.ttl')}`]),
    });
    await expect(failing).rejects.toThrow(BrokenFiles);
    const { faults } = (await failing.catch((error: unknown) => error)) as BrokenFiles;
    expect(faults.map(({ source }) => path.basename(source))).toEqual(['z.ttl', 'x.ttl', 'missing.ttl']);
    expect(faults[2]?.message).toBe('The file cannot be read: ENOENT.');
  });

  test('are named by their path from the working directory', async () => {
    await write({ 'x.ttl': 'x' });
    const { faults } = await loadFiles([{ file: inFolder('x.ttl'), layer: 'data' }]);
    expect(faults[0]?.source).toBe(path.relative(process.cwd(), inFolder('x.ttl')));
  });

  test('without an ending of a format say so', async () => {
    await write({ 'x.txt': says('x') });
    const { faults } = await loadFiles(await listArguments([inFolder('x.txt')], []));
    expect(faults.map(({ message }) => message).join()).toContain('no ending of an RDF format');
  });
});

describe('plain', () => {
  test('takes files just as they are', async () => {
    await write({
      'a.ttl': `<${base}A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <${base}B> . <${base}x> a <${base}A> .`,
      'b.trig': `<${base}x> <${base}p> 1 . <${base}g> { <${base}x> <${base}p> 2 }`,
      'c.ttl': says('c'),
    });
    const dataset = await loadDataset(
      options({ plain: true, data: [inFolder('a.ttl'), inFolder('b.trig')], graph: [`${base}h=${inFolder('c.ttl')}`] }),
    );
    const [turtle] = formats;
    const expected = [
      ...(await readRdf(`<A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <B> . <x> a <A> ; <p> 1 .`, turtle, {
        source: 'expected',
        baseIRI: base,
      })),
    ];
    expect(dataset.publication).toBeUndefined();
    expect(dataset.counts).toEqual({ asserted: 5, inferred: 0, described: 0 });
    expect(await canonicalNQuads(dataset.defaultGraph)).toBe(await canonicalNQuads(expected));
    expect(dataset.quads.map(({ graph }) => short(graph.value)).sort()).toEqual(['', '', '', 'g', 'h']);
  });

  test('without files says what to name', async () => {
    await expect(loadDataset(options({ plain: true }))).rejects.toThrow('Name at least one file.');
  });
});

describe('query files', () => {
  test('say what they are in their first lines', async () => {
    await write({
      'q/b.rq':
        '#+ title@en: Second\n#+ title@nl: Tweede\n#+ description@en: What it: says \n#+ tags: first, more\nASK {}\n',
      'q/a.rq': 'SELECT * {}',
      'q/notes.txt': 'no query',
    });
    const queries = await readQueries(inFolder('q'));
    expect(queries.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(queries[0]).toMatchObject({ title: {}, tags: [], query: 'SELECT * {}' });
    expect(queries[1]).toMatchObject({
      title: { en: 'Second', nl: 'Tweede' },
      description: { en: 'What it: says' },
      tags: ['first', 'more'],
    });
  });
});
