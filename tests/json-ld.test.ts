import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import jsonld from 'jsonld';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../src/commands/open.ts';
import { pieces } from '../src/engine/pieces.ts';
import { makeContext } from '../src/publish/context.ts';
import { describePointing, describeThing } from '../src/publish/description.ts';
import { GraphIndex, labelProperties } from '../src/publish/graph-index.ts';
import { type JsonLdStyle, jsonLdWriter, treeOfDescription, treeOfPointing } from '../src/publish/json-ld.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { type Format, findFormat } from '../src/rdf/formats.ts';
import { type Tree, writeTree } from '../src/rdf/json-ld-tree.ts';
import { readNQuads, readRdf } from '../src/rdf/read.ts';
import { literal, quad, rdf, xsd } from '../src/rdf/terms.ts';
import { writeNTriples } from '../src/rdf/write-turtle.ts';
import { defaults } from './setup/server.ts';
import { ex, graphs } from './support/any-graph.ts';

type Json = Record<string, unknown>;

const turtle = (text: string): Promise<Quad[]> =>
  readRdf(text, findFormat('turtle') as Format, { source: 'test', baseIRI: ex });
const contextOf = (defaultGraph: readonly Quad[]): Json =>
  makeContext({ publication: undefined, defaultGraph, quads: defaultGraph } as unknown as Parameters<
    typeof makeContext
  >[0]);
// Safe: nothing is dropped in silence.
const toQuads = async (document: object, safe = true): Promise<Quad[]> => {
  const options = { format: 'application/n-quads', safe };
  return [...readNQuads((await jsonld.toRDF(document as never, options as never)) as unknown as string)];
};
/** What a reader of JSON-LD that is not ours makes of a tree. */
const backFrom = (tree: Tree, context: Json): Promise<Quad[]> =>
  // A root of which nothing is said is dropped, which is right.
  toQuads(JSON.parse(JSON.stringify({ '@context': context, ...writeTree(tree, context) })), false);
// RDF 1.1 Concepts, section 3.3: language tags are equal whatever their case.
const lower = (quads: Iterable<Quad>): Quad[] =>
  [...quads].map(({ subject, predicate, object }) => {
    const same =
      object.termType === 'Literal' && object.language ? literal(object.value, object.language.toLowerCase()) : object;
    return quad(subject as never, predicate as never, same as never) as unknown as Quad;
  });
const isDouble = ({ object }: Quad): boolean =>
  object.termType === 'Literal' && object.datatype.value === xsd('double');
const canonical = (quads: Iterable<Quad>): Promise<string> => canonicalNQuads(lower(quads));

describe('a tree', () => {
  const family = `PREFIX : <${ex}> PREFIX xsd: <${xsd('')}>
    :a a :Thing ; :name "a"@en, "b"@nl ; :knows :b, :c ; :size 3 ; :open true ; :list ( :b 1 ) ; :since "2020"^^xsd:gYear .
    :b :knows :a, :c ; :name "b" . :c :knows :b ; :part [ :name "part" ; :of :a ] .
    :d :knows :a ; :name "d" . :e :name "apart" ; :knows :f . :f :knows :e .`;

  test.each([
    ['a thing that knows others', 'a'],
    ['a class, with nothing but what points to it', 'Thing'],
    ['what nothing speaks of', 'nothing'],
    ['one of a circle', 'f'],
  ])('around %s says the same triples', async (_, root) => {
    const triples = await turtle(family);
    expect(triples).toHaveLength(25);
    for (const names of [[], [`${ex}name`]])
      expect(await canonical(await backFrom({ root: ex + root, triples, names }, contextOf(triples)))).toBe(
        await canonical(triples),
      );
  });

  test('says the same triples for any graph, whatever is the root and gives names', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, graphs, fc.nat(7), fc.boolean(), async (triples, stated, at, known) => {
        fc.pre(![...triples, ...stated].some(isDouble));
        const root = triples[at % (triples.length || 1)]?.subject;
        const name = triples[at % (triples.length || 1)]?.predicate.value ?? `${ex}p`;
        const within = new Map([[triples[0]?.object.value ?? ex, stated]]);
        const tree: Tree = {
          root: root?.termType === 'BlankNode' ? `_:${root.value}` : (root?.value ?? `${ex}a`),
          triples,
          names: [name],
          within: triples[0]?.object.termType === 'NamedNode' ? within : new Map(),
        };
        const all = new Map(
          [...triples, ...(tree.within?.size ? stated : [])].map((each) => [writeNTriples([each]), each]),
        );
        const context = known ? contextOf([...all.values()]) : { '@version': 1.1, id: '@id' };
        expect(await canonical(await backFrom(tree, context))).toBe(await canonical(all.values()));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['1', 'integer', 1],
    ['007', 'integer', undefined],
    ['-0', 'integer', undefined],
    ['+1', 'integer', undefined],
    ['-12', 'integer', -12],
    ['9007199254740993', 'integer', undefined],
    ['1000000000000000000000', 'integer', undefined],
    ['true', 'boolean', true],
    ['1', 'boolean', undefined],
    ['1.50', 'decimal', undefined],
    // Readers of JSON-LD write doubles in canonical form (JSON-LD 1.1 API, section 8.6), so others are not tried.
    ['1.5E0', 'double', undefined],
  ])('keeps %s as xsd:%s', async (value, type, native) => {
    const triples = await turtle(`<${ex}a> <${ex}p> "${value}"^^<${xsd(type)}> .`);
    const tree = { root: `${ex}a`, triples, names: [] };
    expect(await canonical(await backFrom(tree, {}))).toBe(await canonical(triples));
    if (native !== undefined) expect(writeTree(tree, {})[`${ex}p`]).toBe(native);
  });

  test('has arrays where there may be several values, and nowhere else', async () => {
    const triples = await turtle(`PREFIX : <${ex}>
      :a :one 1 ; :many 1 ; :name "a"@en ; :alias "a"@en, "a2"@en ; :knows :b ; :chief :b . :b :many 1, 2 ; :knows :a, :c .`);
    const tree = writeTree({ root: `${ex}a`, triples, names: [`${ex}name`] }, contextOf(triples));
    expect(tree).toEqual({
      id: `${ex}a`,
      name: { en: 'a' },
      alias: { en: ['a', 'a2'] },
      chief: { id: `${ex}b`, many: [1, 2], knows: [{ id: `${ex}c` }] },
      knows: [{ id: `${ex}b` }],
      many: [1],
      one: 1,
      reverse: { knows: [{ id: `${ex}b` }] },
    });
  });

  test('has texts without a language beside those with one', async () => {
    const triples = await turtle(`PREFIX : <${ex}> :a :name "a"@en, "x" . :b :name "b"@nl .`);
    const tree = { root: `${ex}a`, triples, names: [`${ex}name`] };
    expect(writeTree(tree, contextOf(triples))['name']).toEqual({ en: 'a', none: 'x' });
    expect(await canonical(await backFrom(tree, contextOf(triples)))).toBe(await canonical(triples));
  });

  test('has what points to the root in arrays, whatever the property', async () => {
    const triples = await turtle(`PREFIX : <${ex}> :b :chief :a . :a :chief :a .`);
    const tree = writeTree({ root: `${ex}a`, triples, names: [] }, contextOf(triples));
    expect(tree['reverse']).toEqual({ chief: [{ id: `${ex}b` }] });
  });

  test('has the names of a thing at each mention, and the rest of it at the first', async () => {
    const triples = await turtle(family);
    const tree = writeTree({ root: `${ex}a`, triples, names: [`${ex}name`] }, contextOf(triples));
    expect(Object.keys(tree)).toEqual(expect.arrayContaining(['id', 'type', 'name', 'knows', 'reverse', 'included']));
    expect(JSON.stringify(tree).match(/"apart"/g)).toHaveLength(2);
    expect((tree['knows'] as Json[])[0]).toMatchObject({ id: `${ex}b`, name: { none: 'b' } });
    expect(tree['@context']).toBeUndefined();
  });

  test('has what a thing states within it', async () => {
    const triples = await turtle(`PREFIX : <${ex}> :doc :part :p1 . :b :name "b"@en .`);
    const stated = await turtle(`PREFIX : <${ex}> :a :knows :b . :b :size 2 .`);
    const tree = writeTree(
      { root: `${ex}doc`, triples, names: [`${ex}name`], within: new Map([[`${ex}p1`, stated]]) },
      contextOf([...triples, ...stated]),
    );
    const b = { id: `${ex}b`, name: { en: 'b' } };
    expect(tree).toEqual({
      id: `${ex}doc`,
      part: {
        id: `${ex}p1`,
        included: [
          { id: `${ex}a`, knows: b },
          { ...b, size: 2 },
        ],
      },
    });
  });

  test('cannot say a direction of text', async () => {
    const triples = await turtle(`<${ex}a> <${ex}p> "x"@ar--rtl .`);
    expect(() => writeTree({ root: `${ex}a`, triples, names: [] }, {})).toThrow('direction');
  });
});

describe('the graph that comes with the project', () => {
  let index: GraphIndex;
  let context: Json;
  let base: string;
  const contextUrl = 'http://localhost:1/context.jsonld';
  const place = (iri: string) => {
    const path = `about/${encodeURIComponent(iri.slice(base.length))}`;
    return { document: base + path, address: `http://localhost:1/${path}` };
  };
  const written = async (tree: Tree, style?: JsonLdStyle): Promise<Json> =>
    JSON.parse(await jsonLdWriter(context, contextUrl)(tree, style)) as Json;
  const lines = (triples: Iterable<Quad>): string[] =>
    [...new Set([...triples].map((each) => writeNTriples([each])))].sort();

  beforeAll(async () => {
    const { prepared } = await openDataset(defaults);
    base = prepared.publication?.base ?? '';
    index = await GraphIndex.read(prepared, pieces(await prepared.canonical(), 1 << 20));
    context = JSON.parse(String(await prepared.file('context.json'))) as Json;
  });

  const subjects = (): string[] => [
    ...new Set(
      index.defaultGraph
        .map(({ subject }) => subject.value)
        .filter((iri) => iri.startsWith(base) && (!iri.includes('#') || iri.startsWith(`${base}ontology#`))),
    ),
  ];

  test('says the same of each of its things in JSON-LD and in triples', async () => {
    const all = subjects();
    expect(all.length).toBeGreaterThan(1500);
    for (const iri of all) {
      const description = describeThing(index, iri, place(iri));
      const back = await toQuads({ ...(await written(treeOfDescription(description))), '@context': context });
      const hasBlank = description.triples.some(({ subject }) => subject.termType === 'BlankNode');
      if (hasBlank) expect(await canonical(back), iri).toBe(await canonical(description.triples));
      else expect(lines(back), iri).toEqual(lines(description.triples));
    }
  }, 300_000);

  test('says the same on each page of what points to a thing', async () => {
    const theme = subjects().find((iri) =>
      describeThing(index, iri, place(iri)).pointing.some(({ total }) => total > 200),
    );
    const iri = theme as string;
    const group = describeThing(index, iri, place(iri)).pointing.find(({ total }) => total > 200);
    const found = new Set<string>();
    for (let page = 1, pages = 1; page <= pages; page++) {
      const asked = describePointing(index, iri, group?.property ?? '', page, place(iri));
      if (!asked) throw new Error(`There is no page ${page}.`);
      pages = asked.pages;
      for (const { subject } of asked.triples) found.add(subject.value);
      const back = await toQuads({ ...(await written(treeOfPointing(asked))), '@context': context });
      expect(lines(back)).toEqual(lines(asked.all));
    }
    expect(found.size).toBe(group?.total);
    expect(describePointing(index, iri, group?.property ?? '', 99, place(iri))).toBeUndefined();
  });

  test('has keys of one shape in all its documents', async () => {
    const shapes = new Map<string, string>();
    const look = (node: unknown): void => {
      if (Array.isArray(node)) for (const each of node) look(each);
      if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
      for (const [key, value] of Object.entries(node)) {
        look(value);
        const definition = context[key];
        if (key === 'reverse' || key === 'included' || definition === undefined) continue;
        const shape = Array.isArray(value) ? 'array' : 'one';
        expect(shapes.get(key) ?? shape, key).toBe(shape);
        shapes.set(key, shape);
      }
    };
    // Under "reverse" all is in arrays.
    const without = ({ reverse: _, ...own }: Json): Json => own;
    for (const iri of subjects().filter((_, number) => number % 5 === 0))
      look(without(await written(treeOfDescription(describeThing(index, iri, place(iri))))));
    expect(shapes.size).toBeGreaterThan(50);
    expect(shapes.get('type')).toBe('array');
  });

  test('has for a document its passages in order, each with what it states', async () => {
    const documents = index.instances(`${base}ontology#Document`).map(({ subject }) => subject.value);
    expect(documents.length).toBeGreaterThan(3);
    for (const iri of documents) {
      const { hasPart } = (await written(treeOfDescription(describeThing(index, iri, place(iri))))) as {
        hasPart: { id: string; order: number; label: Json; startLine: number; included?: Json[] }[];
      };
      const passages = hasPart.filter(({ order }) => order !== undefined);
      expect(passages.length).toBeGreaterThan(4);
      expect(passages.map(({ order }) => order)).toEqual(passages.map((_, place) => place + 1));
      for (const passage of passages) {
        expect(passage.label).toHaveProperty('nl');
        expect(passage.startLine).toBeGreaterThan(0);
        const stated = index.stated(passage.id).filter(({ subject }) => subject.value !== passage.id);
        expect((passage.included ?? []).map(({ id }) => id)).toEqual([
          ...new Set(stated.map(({ subject }) => subject.value)),
        ]);
      }
    }
  });

  test('has for a centre what it holds, with classes, labels and descriptions', async () => {
    const iri = `${base}id/centre/lumc`;
    const tree = (await written(treeOfDescription(describeThing(index, iri, place(iri))))) as {
      label: Json;
      hasCoreTask: { label: Json; definition: Json }[];
      holds: { type: string[]; label: Json; description: Json }[];
      reverse: { primaryTopic: { source?: Json[] }[] };
    };
    expect(tree.hasCoreTask.length).toBeGreaterThan(3);
    for (const task of tree.hasCoreTask)
      expect(task).toMatchObject({ label: { nl: expect.any(String) }, definition: {} });
    const mission = tree.holds.find(({ type }) => type.includes('Mission'));
    expect(mission).toMatchObject({ label: { en: expect.any(String) }, description: { nl: expect.any(String) } });
    const [passage] = tree.reverse.primaryTopic.flatMap(({ source }) => source ?? []);
    expect(passage).toMatchObject({ label: {}, startLine: expect.any(Number), partOf: [{ label: {} }] });
  });

  test.each([
    ['expanded', undefined],
    ['flattened', undefined],
    ['compacted', false],
    ['compacted', true],
  ] as const)('is the same in the form %s (context inline: %s)', async (form, inline) => {
    const iri = `${base}concept/core-task/research`;
    const description = describeThing(index, iri, place(iri));
    const document = await written(treeOfDescription(description), { form, inline: inline ?? false });
    if (inline) expect(document['@context']).toEqual(context);
    if (inline === false) expect(document['@context']).toBe(contextUrl);
    if (form !== 'compacted') expect(Array.isArray(document)).toBe(true);
    const back = await toQuads(inline === false ? { ...document, '@context': context } : document);
    expect(lines(back)).toEqual(lines(description.triples));
  });

  test('has a context with a short key for each of its own terms', () => {
    const terms = index.defaultGraph.filter(
      ({ predicate, subject }) => predicate.value.startsWith(`${base}ontology#`) || subject.value === '',
    );
    for (const { predicate } of terms) {
      const key = predicate.value.slice(`${base}ontology#`.length);
      const definition = context[key] as string | Json;
      expect(typeof definition === 'string' ? definition : definition['@id']).toBe(predicate.value);
    }
    expect(context).toMatchObject({ id: '@id', reverse: '@reverse', included: '@included' });
    expect(labelProperties).not.toContain(rdf('type'));
  });
});
