import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad, Term } from '@rdfjs/types';
import { beforeAll, describe, expect, test } from 'vitest';
import { findFiles, loadFiles } from '../src/load/files.ts';
import { findFormat } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { dcat, dcterms, foaf, owl, rdf, rdfs, skos } from '../src/rdf/terms.ts';
import { findScheme, readIdentifier } from '../src/registries/identifiers.ts';
import { runCommand } from './support/command.ts';

const root = new URL('..', import.meta.url).pathname;
const sssom = (name: string): string => `https://w3id.org/sssom/${name}`;
const scheme = (name: string): string => `https://w3id.org/umcnl/concept/identifier-scheme/${name}`;
const base = 'https://w3id.org/umcnl/links/';

interface Mapping {
  readonly node: string;
  readonly file: string;
  readonly source: string;
  readonly property: string;
  readonly target: Term;
  readonly label: string | undefined;
  readonly confidence: number;
}

const files = (await findFiles('data/links/*.ttl', root)).filter((file) => !file.endsWith('/themes.ttl'));
const graphs = new Map<string, readonly Quad[]>();
const mappings: Mapping[] = [];

const values = (quads: readonly Quad[], subject: string, property: string): Term[] =>
  quads
    .filter((quad) => quad.subject.value === subject && quad.predicate.value === property)
    .map((quad) => quad.object);

beforeAll(async () => {
  for (const file of files) {
    const { quads, faults } = await loadFiles([{ file: path.join(root, file), layer: 'test' }]);
    expect(faults.map(String)).toEqual([]);
    const name = path.basename(file, '.ttl');
    graphs.set(name, quads);
    for (const { subject, predicate, object } of quads) {
      if (predicate.value !== rdf('type') || object.value !== sssom('Mapping')) continue;
      const one = (property: string) => values(quads, subject.value, property)[0];
      mappings.push({
        node: subject.value,
        file: name,
        source: one(owl('annotatedSource'))?.value ?? '',
        property: one(owl('annotatedProperty'))?.value ?? '',
        target: one(owl('annotatedTarget')) as Term,
        label: one(sssom('object_label'))?.value,
        confidence: Number(one(sssom('confidence'))?.value),
      });
    }
  }
});

test('there are links to each catalogue', () => {
  expect([...graphs.keys()].sort()).toEqual(
    'cordis crossref-funders geonames grid isni openaire openalex others ror websites wikidata wikipedia'.split(' '),
  );
  expect(mappings.length).toBeGreaterThan(350);
});

test.each(files.map((file) => path.basename(file, '.ttl')))('%s is a set of mappings with a licence', (name) => {
  const quads = graphs.get(name) ?? [];
  const set = base + name;
  const own = mappings.filter(({ file }) => file === name).map(({ node }) => node);
  expect(values(quads, set, rdf('type')).map(({ value }) => value)).toEqual([dcat('Dataset'), sssom('MappingSet')]);
  expect(values(quads, set, dcterms('license'))).toHaveLength(1);
  expect(values(quads, set, sssom('mapping_set_id')).map(({ value }) => value)).toEqual([set]);
  expect(
    values(quads, set, sssom('mappings'))
      .map(({ value }) => value)
      .sort(),
  ).toEqual([...own].sort());
});

test('each mapping names the record, page or passage on which it rests', () => {
  for (const { node, file } of mappings) {
    const quads = graphs.get(file) ?? [];
    const records = [...values(quads, node, rdfs('seeAlso')), ...values(quads, node, dcterms('source'))];
    const comments = values(quads, node, rdfs('comment')) as { language: string; value: string }[];
    expect(comments.map(({ language }) => language).sort(), node).toEqual(['en', 'nl']);
    // Files of an archive have a number and no address: the comment names them.
    if (!records.length) expect(comments[0]?.value, node).toMatch(/stored files? [0-9]{8,}|\([0-9]{8,}/);
    for (const record of records) expect(record.termType, node).toBe('NamedNode');
  }
});

test('what is in doubt is not called the same', () => {
  for (const { node, property, confidence } of mappings) {
    expect([0.6, 0.9], node).toContain(confidence);
    if (property === owl('sameAs')) expect(confidence, node).toBe(0.9);
  }
});

test('a registry whose entries have web pages only is linked by page and key, never by identity', () => {
  for (const { node, file, property } of mappings) {
    if (['cordis', 'openaire'].includes(file)) expect(property, node).toBe(foaf('page'));
    if (['crossref-funders', 'grid'].includes(file)) expect(property, node).toBe(skos('notation'));
  }
});

test('every key in the links and in the records of registries has the form and the check digits of its scheme', async () => {
  const records = await findFiles('data/registries/*.ttl', root);
  const { quads } = await loadFiles(records.map((file) => ({ file: path.join(root, file), layer: 'test' })));
  let keys = 0;
  for (const { subject, predicate, object } of [...quads, ...[...graphs.values()].flat()]) {
    if (predicate.value !== skos('notation') || object.termType !== 'Literal') continue;
    const found = findScheme(object.datatype.value.slice(scheme('').length));
    expect(found, `${subject.value} ${object.value}`).toBeDefined();
    if (found)
      expect(readIdentifier(found, object.value), subject.value).toMatchObject({
        kind: 'identifier',
        key: object.value,
      });
    keys++;
  }
  expect(keys).toBeGreaterThan(700);
});

const registries = path.join(root, '../shared/registries');
const present = existsSync(registries);
if (!present) console.warn('SKIPPED: the records of the registries are not there; links are not compared with them.');

interface Version2 {
  readonly id: string;
  readonly names: { readonly value: string; readonly types: readonly string[] }[];
  readonly external_ids: { readonly type: string; readonly all: readonly string[] }[];
}
interface Version1 {
  readonly id: string;
  readonly name: string;
  readonly external_ids: Readonly<Record<string, { readonly all: string | readonly string[] }>>;
}

const lines = (file: string): unknown[] =>
  readFileSync(path.join(registries, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe.skipIf(!present)('against the records', () => {
  const nameOf = new Map<string, string>();
  const keysOf = new Map<string, Set<string>>();
  const openAlex = new Map<string, { readonly ror: string; readonly name: string; readonly keys: readonly string[] }>();
  const openAire = new Map<string, { readonly ror: string[]; readonly keys: readonly string[] }>();

  beforeAll(() => {
    for (const record of lines('ror-partners.jsonl') as (Version1 | Version2)[]) {
      const v2 = 'names' in record;
      const name = v2 ? record.names.find(({ types }) => types.includes('ror_display'))?.value : record.name;
      nameOf.set(record.id, name ?? '');
      const kinds = v2
        ? record.external_ids.map(({ type, all }) => [type, all] as const)
        : Object.entries(record.external_ids).map(([type, { all }]) => [type.toLowerCase(), [all].flat()] as const);
      keysOf.set(
        record.id,
        new Set(kinds.flatMap(([type, all]) => all.map((key) => `${type} ${key.replaceAll(' ', '')}`))),
      );
    }
    type Institution = { id: string; ror: string; display_name: string; roles?: { id: string }[] };
    for (const { id, ror, display_name: name, roles = [] } of lines('openalex-partners.jsonl') as Institution[]) {
      openAlex.set(ror, { ror, name, keys: [id, ...roles.map((role) => role.id)] });
    }
    type Organisation = { id: string; pids: { scheme: string; value: string }[] };
    for (const { id, pids } of lines('openaire-partners.jsonl') as Organisation[]) {
      const ror = pids.filter((pid) => pid.scheme === 'ROR').map((pid) => pid.value);
      openAire.set(id, { ror, keys: pids.map((pid) => `${pid.scheme.toLowerCase()} ${pid.value}`) });
    }
  });

  const rorOf = (source: string): string | undefined =>
    mappings.find(
      (mapping) =>
        mapping.file === 'ror' &&
        mapping.source === source &&
        [owl('sameAs'), skos('closeMatch')].includes(mapping.property),
    )?.target.value;

  test('a ROR record has the name that the link gives', () => {
    for (const { file, target, label } of mappings) if (file === 'ror') expect(nameOf.get(target.value)).toBe(label);
  });

  test('what is the same in Wikidata, ISNI, GRID and the funders is in the ROR record', () => {
    const kinds = { wikidata: 'wikidata', isni: 'isni', grid: 'grid', 'crossref-funders': 'fundref' } as const;
    let compared = 0;
    for (const { node, file, source, property, target } of mappings) {
      const kind = kinds[file as keyof typeof kinds];
      if (!kind || property === skos('closeMatch')) continue;
      const key = target.value.split('/').at(-1);
      expect([...(keysOf.get(rorOf(source) ?? '') ?? [])], node).toContain(`${kind} ${key}`);
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });

  test('an item of Wikidata that a registry denies is the same as nothing', () => {
    const items = mappings.filter(({ file }) => file === 'wikidata');
    for (const { source, target } of items) {
      const known = keysOf.get(rorOf(source) ?? '');
      if (!known || known.has(`wikidata ${target.value.split('/').at(-1)}`)) continue;
      const rivals = items.filter((item) => item.source === source);
      expect(rivals.map(({ property }) => property)).not.toContain(owl('sameAs'));
      expect(rivals.length).toBeGreaterThan(1);
    }
  });

  test('a record of OpenAlex or OpenAIRE is keyed by the ROR id of the same organisation', () => {
    let compared = 0;
    for (const { node, file, source, target, label, confidence } of mappings) {
      if (file === 'openalex' && label) {
        expect(openAlex.get(rorOf(source) ?? '')?.keys, node).toContain(target.value);
        compared++;
      }
      const id = /organizationId=(.*)$/.exec(target.value)?.[1];
      if (file === 'openaire' && id && openAire.has(id) && confidence > 0.6) {
        expect(openAire.get(id)?.ror, node).toEqual([rorOf(source)]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(50);
  });

  test('a key that only OpenAIRE gives is in its record', () => {
    const schemes = { [scheme('rrid')]: 'rrid', [scheme('orgreg')]: 'orgreg', [scheme('orgref')]: 'orgref' };
    for (const { node, source, target } of mappings) {
      if (target.termType !== 'Literal') continue;
      const kind = schemes[target.datatype.value];
      const ror = rorOf(source);
      const record = [...openAire.values()].find((each) => ror && each.ror.includes(ror));
      if (kind) expect(record?.keys, node).toContain(`${kind} ${target.value}`);
    }
  });

  test('the graph of ROR is what the importer makes of the records, with the source of each', async () => {
    const { code, stdout, stderr } = await runCommand(['import', 'ror', path.join(registries, 'ror-partners.jsonl')]);
    expect(code, stderr).toBe(0);
    const nTriples = findFormat('nt');
    if (!nTriples) throw new Error('no N-Triples');
    const made = await readRdf(stdout, nTriples, { source: 'import', baseIRI: 'https://ror.org/' });
    const { quads } = await loadFiles([{ file: path.join(root, 'data/registries/ror.ttl'), layer: 'test' }]);
    const graph = 'https://w3id.org/umcnl/registry/ror';
    // The concepts of the importer are in data/concepts.
    const line = ({ subject, predicate, object }: Quad): string => {
      const more = object.termType === 'Literal' ? `^^${object.datatype.value}@${object.language}` : '';
      return `${subject.value} ${predicate.value} ${object.value}${more}`;
    };
    const expected = made
      .filter(({ subject }) => !subject.value.startsWith('https://w3id.org/umcnl/concept/'))
      .map(line);
    const sources = quads.filter(({ predicate }) => predicate.value === dcterms('source'));
    const kept = quads.filter((quad) => quad.subject.value !== graph && !sources.includes(quad)).map(line);
    expect(kept.sort()).toEqual(expected.sort());
    expect(sources.filter(({ subject }) => subject.value !== graph)).toHaveLength(nameOf.size);
  });
});
