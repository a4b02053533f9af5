import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { beforeAll, expect, test } from 'vitest';
import { findFiles, loadFiles } from '../src/load/files.ts';
import { owl, rdf, rdfs, skos, xsd } from '../src/rdf/terms.ts';

const root = new URL('..', import.meta.url).pathname;
const sssom = (name: string): string => `https://w3id.org/sssom/${name}`;
const relations = ['exactMatch', 'closeMatch', 'broadMatch', 'narrowMatch', 'relatedMatch'].map((each) => skos(each));
const schemes = ['theme', 'clinical-area', 'core-task'].map((name) => `https://w3id.org/umcnl/concept/${name}`);

const vocabularies = [
  /^http:\/\/edamontology\.org\/topic_\d{4}$/,
  /^http:\/\/eurovoc\.europa\.eu\/(\d+|c_[0-9a-f]{8})$/,
  /^http:\/\/id\.nlm\.nih\.gov\/mesh\/D\d{6}$/,
  /^http:\/\/metadata\.un\.org\/sdg\/([1-9]|1[0-7])$/,
  /^http:\/\/publications\.europa\.eu\/resource\/authority\/data-theme\/[A-Z]{4}$/,
  /^http:\/\/purl\.obolibrary\.org\/obo\/(NCIT_C|OMIT_)\d+$/,
  /^http:\/\/vocabularies\.unesco\.org\/thesaurus\/concept\d+$/,
  /^http:\/\/www\.wikidata\.org\/entity\/Q\d+$/,
  /^https:\/\/openalex\.org\/(T|fields\/|subfields\/)\d+$/,
];

let links: readonly Quad[];
let concepts: readonly Quad[];
let asserted: readonly Quad[];
let nodes: readonly string[];

const read = async (pattern: string): Promise<readonly Quad[]> => {
  const files = await findFiles(pattern, root);
  const { quads, faults } = await loadFiles(files.map((file) => ({ file: path.join(root, file), layer: 'test' })));
  expect(faults.map(String)).toEqual([]);
  return quads;
};

const values = (node: string, property: string) =>
  links
    .filter(({ subject, predicate }) => subject.value === node && predicate.value === property)
    .map(({ object }) => object);

const one = (node: string, property: string) => {
  const [value, ...others] = values(node, property);
  expect(others, `${node} ${property}`).toEqual([]);
  if (!value) throw new Error(`${node} has no ${property}`);
  return value;
};

const duplicates = (all: readonly string[]): string[] => all.filter((each, at) => all.indexOf(each) !== at);

beforeAll(async () => {
  links = await read('data/links/themes.ttl');
  concepts = await read('data/concepts/{theme,clinical-area,core-task}.ttl');
  asserted = links.filter(({ predicate }) => relations.includes(predicate.value));
  nodes = links
    .filter(({ predicate, object }) => predicate.value === rdf('type') && object.value === sssom('Mapping'))
    .map(({ subject }) => subject.value);
});

test('every mapped concept is in one of our schemes', () => {
  const known = new Set(
    concepts
      .filter(({ predicate, object }) => predicate.value === skos('inScheme') && schemes.includes(object.value))
      .map(({ subject }) => subject.value),
  );
  expect(asserted.length).toBeGreaterThan(150);
  expect(asserted.map(({ subject }) => subject.value).filter((concept) => !known.has(concept))).toEqual([]);
});

test('each mapping is asserted as a triple too, and the other way round', () => {
  const parts = ['annotatedSource', 'annotatedProperty', 'annotatedTarget'].map((each) => owl(each));
  const described = nodes.map((node) => parts.map((part) => one(node, part).value).join(' '));
  const triples = asserted.map(({ subject, predicate, object }) =>
    [subject.value, predicate.value, object.value].join(' '),
  );
  expect(described.sort()).toEqual(triples.sort());
});

test('each mapping is an axiom and tells its grounds', () => {
  for (const node of nodes) {
    expect(node).toMatch(/^https:\/\/w3id\.org\/umcnl\/links\/themes#m-[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(values(node, rdf('type')).map(({ value }) => value)).toContain(owl('Axiom'));
    expect(one(node, sssom('mapping_justification')).value).toBe('https://w3id.org/semapv/vocab/ManualMappingCuration');
    expect(one(node, sssom('confidence'))).toMatchObject({
      value: expect.stringMatching(/^0\.[69]$/),
      datatype: { value: xsd('decimal') },
    });
    expect(one(node, rdfs('comment')).value, node).not.toBe('');
  }
});

test('no pair has two mapping relations', () => {
  expect(duplicates(asserted.map(({ subject, object }) => `${subject.value} ${object.value}`))).toEqual([]);
});

// Exact match is transitive: two concepts of ours that match the same one exactly would be the same.
test('no two concepts match the same one exactly', () => {
  const exact = asserted.filter(({ predicate }) => predicate.value === skos('exactMatch'));
  expect(duplicates(exact.map(({ object }) => object.value))).toEqual([]);
});

test('targets are concepts of known vocabularies, and each vocabulary is used', () => {
  const targets = asserted.map(({ object }) => object);
  expect(targets.filter(({ termType }) => termType !== 'NamedNode')).toEqual([]);
  const matching = (target: string) => vocabularies.filter((vocabulary) => vocabulary.test(target)).length;
  expect(targets.map(({ value }) => value).filter((target) => matching(target) !== 1)).toEqual([]);
  expect(vocabularies.filter((vocabulary) => !targets.some(({ value }) => vocabulary.test(value)))).toEqual([]);
});
