import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { Ajv2019 } from 'ajv/dist/2019.js';
import fastCheck from 'fast-check';
import jsonld from 'jsonld';
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../src/commands/load.ts';
import { findFiles, loadFiles } from '../src/load/files.ts';
import { wholeSet } from '../src/publish/crosswalk.ts';
import { GraphIndex } from '../src/publish/graph-index.ts';
import { readNQuads } from '../src/rdf/read.ts';
import { owl, rdf, rdfs, skos } from '../src/rdf/terms.ts';
import { type MappingSet, parseSssom, readMappingSets, type Slots, writeSssom } from '../src/registries/sssom.ts';
import { prepareShapes } from '../src/shapes/validate.ts';
import { defaults } from './setup/server.ts';

const root = new URL('..', import.meta.url).pathname;
const standard = path.join(root, '../shared/standards/sssom');
const prefixes = {
  owl: owl(''),
  rdf: rdf(''),
  skos: skos(''),
  umcnl: 'https://w3id.org/umcnl/',
  ror: 'https://ror.org/',
};

const files = await findFiles('data/links/*.ttl', root);
const { quads } = await loadFiles(files.map((file) => ({ file: path.join(root, file), layer: 'links' })));
const single = readMappingSets(quads, (iri) => (iri.endsWith('/lumc') ? 'LUMC' : undefined));

/** All together, as they are served. */
const whole = { iri: 'https://w3id.org/umcnl/links/all', ...wholeSet(GraphIndex.of(await loadDataset(defaults))) };
const sets = [...single, whole];

test('the whole has the mappings of every set, each with its source', () => {
  expect(whole.mappings).toHaveLength(single.flatMap(({ mappings }) => mappings).length);
  expect(whole.slots['mapping_set_id']).toBe(whole.iri);
  for (const { slots, mappings } of single)
    if (slots['object_source'] !== undefined)
      for (const { object_id: object } of mappings)
        expect(
          whole.mappings.filter((each) => each['object_id'] === object).map((each) => each['object_source']),
        ).toContain(slots['object_source']);
});

test('every file of links is a set of mappings, and none is lost', () => {
  expect(single.map(({ iri }) => iri)).toEqual(
    files.map((file) => `https://w3id.org/umcnl/links/${path.basename(file, '.ttl')}`),
  );
  const mappings = quads.filter(
    ({ predicate, object }) => predicate.value === rdf('type') && object.value === 'https://w3id.org/sssom/Mapping',
  );
  expect(single.flatMap((set) => set.mappings).length).toBe(mappings.length);
});

describe.each(sets)('$iri', (set) => {
  const text = writeSssom(set, prefixes);
  const read = parseSssom(text);

  test('is read back as it was', () => {
    const key = (mapping: Slots): string => JSON.stringify(Object.entries(mapping).sort());
    expect(read.mappings.map(key).sort()).toEqual(set.mappings.map(key).sort());
    const { sssom_version: _, ...slots } = read.slots;
    expect(slots).toEqual(set.slots);
  });

  test('is a table with a head: every line of the head is a comment, every row has each column', () => {
    const lines = text.trimEnd().split('\n');
    const table = lines.filter((line) => !line.startsWith('#'));
    expect(lines.indexOf(table[0] as string)).toBe(lines.length - table.length);
    for (const row of table) expect(row.split('\t').length).toBe(table[0]?.split('\t').length);
    expect(table.length).toBe(set.mappings.length + 1);
  });
});

test('a thing of ours has its name beside it', () => {
  const labels = single
    .flatMap(({ mappings }) => mappings)
    .filter((mapping) => String(mapping['subject_id']).endsWith('/lumc'));
  expect(labels.length).toBeGreaterThan(5);
  for (const mapping of labels) expect(mapping['subject_label']).toBe('LUMC');
});

test('whatever stands in texts comes back', () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.string(), fastCheck.array(fastCheck.string({ minLength: 1 })), (comment, seen) => {
      const plain = (value: string): string => value.replace(/[\t\r\n]+/g, ' ');
      const see = seen.map(plain).filter((value) => !value.includes('\\'));
      const mapping = {
        subject_id: 'https://w3id.org/umcnl/id/x/y',
        predicate_id: skos('closeMatch'),
        object_id: 'https://ror.org/05xvt9f17',
        mapping_justification: 'https://w3id.org/semapv/vocab/LexicalMatching',
        ...(plain(comment) ? { comment: plain(comment) } : {}),
        ...(see.length ? { see_also: see } : {}),
      };
      const set: MappingSet = {
        slots: { mapping_set_id: 'https://x.example/', license: comment || 'x' },
        mappings: [mapping],
      };
      expect(parseSssom(writeSssom(set, prefixes))).toEqual(set);
    }),
  );
});

test.each([
  ['#curie_map: [\nsubject_id\n', /The head is no YAML/],
  ['#license: x\nsubject_id\tpredicate_id\tobject_id\n', /no column mapping_justification/],
  [
    '#license: x\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\nfoo:a\tskos:closeMatch\tskos:b\tsemapv:LexicalMatching\n',
    /Line 3, column subject_id: "foo:a" has no prefix/,
  ],
])('a broken table is refused with the place: %j', (text, told) => {
  expect(() => parseSssom(text)).toThrow(told);
});

describe.skipIf(!existsSync(standard))('by the schemas of the standard', () => {
  const schema = existsSync(standard)
    ? JSON.parse(readFileSync(path.join(standard, 'sssom_schema.schema.json'), 'utf8'))
    : {};
  const shorten = (iri: string): string => iri.replace('https://w3id.org/semapv/vocab/', 'semapv:');
  const justified = (mapping: Slots): Slots => ({
    ...mapping,
    mapping_justification: shorten(String(mapping['mapping_justification'])),
  });

  test.each(sets)('$iri is valid JSON', (set) => {
    const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile({ ...schema, $id: undefined, $ref: '#/$defs/MappingSet' });
    const read = parseSssom(writeSssom(set, prefixes));
    validate({ ...read.slots, mappings: read.mappings.map(justified) });
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...read.slots, license: undefined, mappings: [{ nothing: 1 }] })).toBe(false);
  });

  test('each is valid RDF by the SHACL shapes', { timeout: 300_000 }, async () => {
    const { quads: shapes } = await loadFiles([
      { file: path.join(standard, 'sssom_schema.shacl.ttl'), layer: 'shapes' },
    ]);
    const context = JSON.parse(readFileSync(path.join(standard, 'sssom_schema.context.jsonld'), 'utf8'))['@context'];
    const validate = prepareShapes(shapes);
    for (const set of sets) {
      const graph = await toRdf(parseSssom(writeSssom(set, prefixes)), context);
      expect(graph.length).toBeGreaterThan(set.mappings.length * 4);
      expect((await validate(graph)).map(({ node, path: at, message }) => [node, at, message])).toEqual([]);
    }
    // The shapes do look: a set without a licence breaks them.
    const { license: _, ...slots } = (sets[0] as MappingSet).slots;
    expect(await validate(await toRdf({ slots, mappings: [] }, context))).not.toEqual([]);
  });
});

// The standard's own context makes RDF of the table; types of entities are names of classes there.
async function toRdf({ slots, mappings }: MappingSet, context: object): Promise<Quad[]> {
  const entity = (mapping: Slots): object =>
    mapping['object_type'] === 'rdfs literal' ? { ...mapping, object_type: { '@id': rdfs('Literal') } } : mapping;
  const { sssom_version: _, ...rest } = slots;
  const document = {
    '@context': context,
    '@id': slots['mapping_set_id'],
    '@type': 'MappingSet',
    ...rest,
    mappings: mappings.map((mapping, index) => ({
      '@id': `${String(slots['mapping_set_id'])}#${index}`,
      '@type': 'Mapping',
      ...entity(mapping),
    })),
  };
  return readNQuads(String(await jsonld.toRDF(document as never, { format: 'application/n-quads' })));
}
