import type { Quad, Term } from '@rdfjs/types';
import * as rdflib from 'rdflib';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildDataset, type Dataset } from '../src/dataset/build.ts';
import { readPublication } from '../src/load/publication.ts';
import { makeContext } from '../src/publish/context.ts';
import { type Description, describeThing } from '../src/publish/description.ts';
import { GraphIndex } from '../src/publish/graph-index.ts';
import { jsonLdWriter, treeOfDescription } from '../src/publish/json-ld.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { findFormat, formats } from '../src/rdf/formats.ts';
import { blankNode, literal, mergeGraphs, namedNode, quad, rdf } from '../src/rdf/terms.ts';

const ownPublication = new URL('../data/dataset.json', import.meta.url).pathname;

let dataset: Dataset;
let index: GraphIndex;
let context: Record<string, unknown>;

beforeAll(async () => {
  dataset = await buildDataset(await readPublication(ownPublication));
  index = GraphIndex.of(dataset);
  context = makeContext(dataset);
});

/** The triples that rdflib finds in a text. */
async function loadWithRdflib(text: string, mediaType: string): Promise<Quad[]> {
  const store = rdflib.graph();
  await new Promise<void>((resolve, reject) => {
    rdflib.parse(text, store, 'http://example.org/loaded', mediaType, (error) => (error ? reject(error) : resolve()));
  });
  const quads: Quad[] = [];
  const add = (...terms: [Term, Term, Term]): unknown => quads.push(quad(...(terms as [never, never, never])) as never);
  // rdflib keeps the lists of some formats as terms of its own.
  const list = (elements: readonly unknown[]): Term => {
    let rest: Term = namedNode(rdf('nil')) as Term;
    for (const element of [...elements].reverse()) {
      const node = blankNode() as Term;
      add(node, namedNode(rdf('first')) as Term, term(element));
      add(node, namedNode(rdf('rest')) as Term, rest);
      rest = node;
    }
    return rest;
  };
  const term = (from: unknown): Term => {
    const { elements } = from as { elements?: readonly unknown[] };
    if (elements) return list(elements);
    const plain = from as Term;
    if (plain.termType === 'NamedNode') return namedNode(plain.value) as Term;
    if (plain.termType === 'BlankNode') return blankNode(plain.value) as Term;
    if (plain.termType !== 'Literal') throw new Error(`rdflib made a ${plain.termType}.`);
    return literal(plain.value, plain.language || namedNode(plain.datatype.value)) as unknown as Term;
  };
  for (const { subject, predicate, object } of store.statements) add(term(subject), term(predicate), term(object));
  return quads;
}

const sameAs = async (found: readonly Quad[], expected: Iterable<Quad>): Promise<void> => {
  const [ours, theirs] = [[...mergeGraphs(expected)], [...mergeGraphs(found)]];
  expect(theirs.length).toBe(ours.length);
  expect(await canonicalNQuads(theirs)).toBe(await canonicalNQuads(ours));
};
const written = async (quads: readonly Quad[], name: string): Promise<[text: string, mediaType: string]> => {
  const format = findFormat(name) ?? formats[0];
  return [await format.write(quads, dataset.publication?.prefixes ?? {}), format.mediaType];
};

describe.each([
  ['a centre', 'id/centre/'],
  ['a concept', 'concept/theme/'],
  ['a document', 'document/'],
  ['a concept scheme', 'concept/'],
  ['a class of the ontology', 'ontology#Centre'],
])('the description of %s', (_, start) => {
  let description: Description;
  let quads: readonly Quad[];
  let iri: string;

  beforeAll(() => {
    iri = dataset.publication?.base + start;
    const found = dataset.defaultGraph.find(
      ({ subject }) => subject.value.startsWith(iri) && !/[#/]/.test(subject.value.slice(iri.length)),
    );
    expect(found, `the graph has no ${iri}`).toBeDefined();
    iri = found?.subject.value ?? '';
    description = describeThing(index, iri, { document: `${iri}.page`, address: 'http://localhost/page' });
    quads = description.triples;
  });

  test.each(['turtle', 'rdf-xml', 'json-ld'])('is the same graph for rdflib in %s', async (name) => {
    expect(quads.length).toBeGreaterThan(10);
    await sameAs(await loadWithRdflib(...(await written(quads, name))), quads);
  });

  test('is the same graph for rdflib as a JSON-LD tree', async () => {
    const tree = JSON.parse(await jsonLdWriter(context, 'http://example.org/context')(treeOfDescription(description)));
    expect(tree['@context']).toBe('http://example.org/context');
    const text = JSON.stringify({ ...tree, '@context': context });
    await sameAs(await loadWithRdflib(text, 'application/ld+json'), quads);
  });
});

describe('the whole graph', () => {
  test.each(['turtle', 'rdf-xml', 'json-ld'])('is the same for rdflib in %s', async (name) => {
    expect(dataset.defaultGraph.length).toBeGreaterThan(5000);
    await sameAs(await loadWithRdflib(...(await written(dataset.defaultGraph, name))), dataset.defaultGraph);
  }, 180_000);
});
