import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { beforeAll, expect, test } from 'vitest';
import { findFiles, loadFiles, readTexts } from '../src/load/files.ts';
import { rdf } from '../src/rdf/terms.ts';
import { infer } from '../src/reason/reason.ts';
import { type Finding, prepareShapes } from '../src/shapes/validate.ts';

const root = new URL('..', import.meta.url).pathname;
const fixtures = path.join(root, 'tests/fixtures/shapes');
const expected = JSON.parse(readFileSync(path.join(fixtures, 'index.json'), 'utf8')) as Record<string, string>;

const read = async (folder: string, pattern: string): Promise<readonly Quad[]> => {
  const files = await findFiles(pattern, folder);
  const { quads, faults } = await loadFiles(files.map((file) => ({ file: path.join(folder, file), layer: 'test' })));
  expect(faults.map(String)).toEqual([]);
  return quads;
};

let shapes: readonly Quad[];
let ontology: readonly Quad[];
let rules: { source: string; text: string }[];
let validate: (data: Iterable<Quad>) => Promise<Finding[]>;

beforeAll(async () => {
  shapes = await read(path.join(root, 'ontology/shapes'), '*.ttl');
  ontology = await read(path.join(root, 'ontology'), '*.ttl');
  validate = prepareShapes(shapes);
  rules = await readTexts('{cax,scm}-sco.n3', path.join(root, 'ontology/rules'));
});

const findingsOf = async (data: readonly Quad[]) => {
  const all = [...ontology, ...data];
  return validate([...all, ...infer(all, rules)]);
};

test('every fixture is in the index, and the other way round', () => {
  expect(
    readdirSync(fixtures)
      .filter((file) => file.endsWith('.ttl'))
      .sort(),
  ).toEqual(Object.keys(expected).sort());
});

test('the ontology alone breaks no shape', async () => {
  expect(await findingsOf([])).toEqual([]);
});

test.each(Object.entries(expected))('%s breaks one shape and no other', async (file, shape) => {
  const findings = await findingsOf(await read(fixtures, file));
  expect(findings.map((finding) => finding.shape)).toEqual([shape]);
});

test('each shape speaks Dutch and English', () => {
  const messages = new Map<string, Set<string>>();
  for (const { subject, predicate, object } of shapes) {
    if (predicate.value !== 'http://www.w3.org/ns/shacl#message' || object.termType !== 'Literal') continue;
    messages.set(subject.value, (messages.get(subject.value) ?? new Set()).add(object.language));
  }
  expect(messages.size).toBeGreaterThan(100);
  for (const [shape, languages] of messages) expect([...languages].sort(), shape).toEqual(['en', 'nl']);
});

test('each class of the ontology has a shape', () => {
  const classes = ontology
    .filter(
      ({ subject, predicate, object }) =>
        predicate.value === rdf('type') && object.value.endsWith('owl#Class') && subject.value.includes('umcnl'),
    )
    .map(({ subject }) => subject.value);
  const targets = new Set(
    shapes.filter(({ predicate }) => predicate.value.endsWith('shacl#targetClass')).map(({ object }) => object.value),
  );
  expect(classes.length).toBeGreaterThan(50);
  expect(classes.filter((each) => !targets.has(each))).toEqual([]);
});
