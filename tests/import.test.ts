import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import jsonld from 'jsonld';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRecordFile } from '../src/load/record-file.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { findFormat } from '../src/rdf/formats.ts';
import { readNQuads, readRdf } from '../src/rdf/read.ts';
import { turtleBlocks } from '../src/rdf/turtle-blocks.ts';
import { readRorDump } from '../src/registries/ror-dump.ts';
import { type Organisation, readRorRecord } from '../src/registries/ror-record.ts';
import { describeOrganisation, RorWriter } from '../src/registries/ror-to-rdf.ts';
import { Vocabulary, type VocabularyText } from '../src/registries/vocabulary.ts';
import { runCommand } from './support/command.ts';
import { zip } from './support/zip.ts';

const root = new URL('..', import.meta.url).pathname;
const extract = path.join(root, 'tests/fixtures/registries/ror-extract.jsonl');
const vocabularyText = JSON.parse(
  readFileSync(path.join(root, 'data/registries/ror-vocabulary.json'), 'utf8'),
) as VocabularyText;
const lines = readFileSync(extract, 'utf8').trim().split('\n');
const records = lines.map((line) => JSON.parse(line));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string | Buffer): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};

async function read(file: string): Promise<{ ids: string[]; faults: string[] }> {
  const [ids, faults]: [string[], string[]] = [[], []];
  for await (const entries of readRorDump(await openRecordFile(file))) {
    for (const entry of entries) {
      if (entry.kind === 'fault') faults.push(`${entry.line}: ${entry.message}`);
      else ids.push(entry.organisation.id);
    }
  }
  return { ids, faults };
}

const ids = records.map(({ id }) => id as string);

describe('a dump is read however it is packed', () => {
  const pretty = JSON.stringify(records, null, 4);
  test.each([
    ['lines.jsonl', readFileSync(extract)],
    ['lines with Windows ends.jsonl', readFileSync(extract, 'utf8').replaceAll('\n', '\r\n')],
    ['lines.jsonl.gz', gzipSync(readFileSync(extract))],
    ['pretty.json', pretty],
    ['pretty with a mark.json', `\uFEFF${pretty}`],
    ['minified.json', JSON.stringify(records)],
    ['pretty.json.gz', gzipSync(pretty)],
    ['misnamed.txt', gzipSync(pretty)],
    ['answer.json', JSON.stringify({ number_of_results: records.length, items: records }, null, 1)],
    ['release.zip', zip({ 'v9-ror-data.csv': 'id,name\n', 'v9-ror-data.json': pretty })],
  ])('%s', async (name, content) => {
    expect(await read(write(name, content))).toEqual({ ids, faults: [] });
  });

  test('one record, written over several lines', async () => {
    expect((await read(write('one.json', JSON.stringify(records[0], null, 2)))).ids).toEqual([ids[0]]);
  });

  test('pieces that end anywhere, within a character too', async () => {
    const { splitRecords } = await import('../src/load/split-records.ts');
    const bytes = Buffer.from(JSON.stringify(records.slice(0, 3), null, 1));
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    }
    const found: unknown[] = [];
    for await (const some of splitRecords(pieces())) found.push(...some.map(({ text }) => JSON.parse(text)));
    expect(found).toEqual(records.slice(0, 3));
  });

  test('of a release with both schemas the second is taken, and told', async () => {
    const [first, second] = [records.find(({ name }) => name), records.find(({ names }) => names)];
    const file = write(
      'both.zip',
      zip({ 'v1-data.json': JSON.stringify([first]), 'v1-data_schema_v2.json': JSON.stringify([second]) }),
    );
    const { code, stdout, stderr } = await runCommand(['import', 'ror', file]);
    expect(code).toBe(0);
    expect(stderr).toContain('both.zip, v1-data_schema_v2.json');
    expect(stdout).toContain(second.id);
    expect(stdout).not.toContain(`<${first.id}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>`);
  });
});

describe('what is broken is named', () => {
  test('a record in lines: the others are read', async () => {
    const broken = [lines[0], '{"id": "https://ror.org/05xvt9f1', lines[1], '', '[]', lines[2]].join('\n');
    const { ids: found, faults } = await read(write('broken.jsonl', broken));
    expect(found).toEqual(ids.slice(0, 3));
    expect(faults).toEqual([expect.stringMatching(/^2: This is no JSON/), '5: This is no record but a single value.']);
  });

  test('a record in a list, by the line where it starts', async () => {
    const [a, b] = [JSON.stringify(records[0]), JSON.stringify(records[1])];
    const text = `[\n${a},\n{"id": oops},\n17,\n{\n "id": "https://ror.org/05xvt9f18",\n "names": []\n},\n${b}\n]\n`;
    const { ids: found, faults } = await read(write('list.json', text));
    expect(found).toEqual(ids.slice(0, 2));
    expect(faults).toEqual([
      expect.stringMatching(/^3: This is no JSON/),
      '4: Between two records stands what is none.',
      '5: Its id https://ror.org/05xvt9f18 ends in 18, which by its check digits would be 17.',
    ]);
  });

  test('a list that is cut off', async () => {
    const text = JSON.stringify(records.slice(0, 2), null, 1);
    const { ids: found, faults } = await read(write('cut.json', text.slice(0, -200)));
    expect(found).toEqual(ids.slice(0, 1));
    expect(faults).toEqual([expect.stringMatching(/^\d+: The file ends within this record/)]);
    expect((await read(write('open.json', text.replace(/\s*\]\s*$/, '')))).faults).toEqual([
      expect.stringContaining('The file ends before its list does'),
    ]);
  });

  test('a name that is not UTF-8', async () => {
    const bytes = Buffer.from(`${lines[0]}\n`.replace('Amsterdam', 'Amsterd\u0001m'));
    bytes[bytes.indexOf(1)] = 0xe9;
    expect((await read(write('latin.jsonl', Buffer.concat([bytes, Buffer.from(`${lines[1]}\n`)])))).faults).toEqual([
      '1: This is not UTF-8.',
    ]);
  });

  test.each([
    ['table.csv', 'id,name\nhttps://ror.org/05xvt9f17,LUMC\n', 'a table'],
    ['graph.ttl', '@prefix a: <http://example.org/> .\n', 'RDF'],
    ['graph.nt', '<http://example.org/a> <http://example.org/b> "c" .\n', 'RDF'],
    ['page.html', '<!doctype html>\n<html></html>', 'a web page'],
    ['record.xml', '<?xml version="1.0"?><a/>', 'XML'],
    ['file.pdf', '%PDF-1.7\n', 'a PDF'],
    ['packed.json.zst', Buffer.from('28b52ffd24', 'hex'), 'zstd'],
    ['empty.json', '', 'empty'],
    ['tables.zip', zip({ 'ror.csv': 'id\n' }), 'no JSON file, only ror.csv'],
    ['words.json', 'nothing', 'no JSON'],
  ])('%s is refused by name', async (name, content, told) => {
    await expect(openRecordFile(write(name, content))).rejects.toThrow(told);
  });

  test.each([
    ['half.jsonl.gz', gzipSync(readFileSync(extract)).subarray(0, 9000)],
    ['half.zip', zip({ 'ror.json': JSON.stringify(records) }).subarray(0, 9000)],
  ])('%s: cut off while it was fetched', async (name, content) => {
    const file = write(name, content);
    const out = path.join(folder, `${name}.nt`);
    const { code, stderr } = await runCommand(['import', 'ror', file, '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toContain(name);
    expect(stderr).toContain('Fetch it again.');
    expect([existsSync(out), existsSync(`${out}.part`)]).toEqual([false, false]);
  });

  test('a file that is not there', async () => {
    await expect(openRecordFile(path.join(folder, 'none.json'))).rejects.toThrow('ENOENT');
  });
});

describe('both versions of the schema say the same', () => {
  const version1 = {
    id: 'https://ror.org/05xvt9f17',
    name: 'Leiden University Medical Center',
    status: 'active',
    types: ['Healthcare'],
    established: 1996,
    aliases: ['Academisch Ziekenhuis Leiden'],
    acronyms: ['LUMC'],
    labels: [{ iso639: 'NL', label: 'Leids Universitair Medisch Centrum' }],
    links: ['https://www.lumc.nl'],
    wikipedia_url: 'https://en.wikipedia.org/wiki/Leiden_University_Medical_Center',
    country: { country_code: 'NL', country_name: 'Netherlands' },
    addresses: [{ city: 'Leiden', lat: 52.15833, lng: 4.49306, geonames_city: { id: 2751773 } }],
    relationships: [{ type: 'Related', id: 'https://ror.org/027bh9e22', label: 'Leiden University' }],
    external_ids: {
      GRID: { preferred: 'grid.10419.3d', all: 'grid.10419.3d' },
      ISNI: { preferred: null, all: ['0000 0000 8945 2978'] },
    },
  };
  const version2 = {
    id: 'https://ror.org/05xvt9f17',
    status: 'active',
    types: ['healthcare'],
    established: 1996,
    names: [
      { value: 'Leiden University Medical Center', types: ['ror_display', 'label'], lang: null },
      { value: 'Leids Universitair Medisch Centrum', types: ['label'], lang: 'nl' },
      { value: 'Academisch Ziekenhuis Leiden', types: ['alias'], lang: null },
      { value: 'LUMC', types: ['acronym'], lang: null },
    ],
    links: [
      { type: 'website', value: 'https://www.lumc.nl' },
      { type: 'wikipedia', value: 'https://en.wikipedia.org/wiki/Leiden_University_Medical_Center' },
    ],
    domains: [],
    locations: [
      { geonames_id: 2751773, geonames_details: { name: 'Leiden', country_code: 'NL', lat: 52.15833, lng: 4.49306 } },
    ],
    relationships: [{ type: 'related', id: 'https://ror.org/027bh9e22', label: 'Leiden University' }],
    external_ids: [
      { type: 'grid', preferred: 'grid.10419.3d', all: ['grid.10419.3d'] },
      { type: 'isni', preferred: null, all: ['0000 0000 8945 2978'] },
    ],
    admin: { created: { date: '2018-11-14' }, last_modified: { date: '2024-07-09' } },
  };

  test('as an organisation', () => {
    const [first, second] = [readRorRecord(version1), readRorRecord(version2)];
    expect(first).toEqual({ ...second, created: undefined, modified: undefined });
  });

  test('as triples', () => {
    const vocabulary = new Vocabulary(vocabularyText);
    const text = turtleBlocks(new RorWriter(vocabulary).statements(readRorRecord(version2), []), vocabulary.prefixes);
    expect(text.slice(0, text.indexOf('\n.\n') + 3)).toBe(`<https://ror.org/05xvt9f17>
  a org:Organization ;
  rdfs:label "Leiden University Medical Center" ;
  skos:prefLabel "Leiden University Medical Center" ;
  adms:status <https://w3id.org/umcnl/concept/record-status/active> ;
  foaf:homepage <https://www.lumc.nl> ;
  foaf:isPrimaryTopicOf <https://en.wikipedia.org/wiki/Leiden_University_Medical_Center> ;
  org:classification <https://w3id.org/umcnl/concept/organisation-type/healthcare> ;
  org:linkedTo <https://ror.org/027bh9e22> ;
  schema:addressCountry "NL" ;
  schema:foundingDate "1996"^^xsd:gYear ;
  schema:location <https://sws.geonames.org/2751773/> ;
  schema:subjectOf <https://api.ror.org/v2/organizations/05xvt9f17> ;
  skos:altLabel
    "Academisch Ziekenhuis Leiden" ,
    "Leids Universitair Medisch Centrum"@nl ;
  skos:exactMatch <https://isni.org/isni/0000000089452978> ;
  skos:notation
    "0000000089452978"^^scheme:isni ,
    "05xvt9f17"^^scheme:ror ,
    "grid.10419.3d"^^scheme:grid ;
  umc:acronym "LUMC" ;
.
`);
  });

  test('what cannot be right is told and left out', () => {
    const remarks: string[] = [];
    const organisation = readRorRecord({
      ...version2,
      types: ['healthcare', 'school'],
      links: [{ type: 'website', value: 'www.lumc.nl' }],
      external_ids: [
        { type: 'isni', preferred: null, all: ['0000 0000 8945 2979'] },
        { type: 'grid', preferred: null, all: ['100011307'] },
      ],
    });
    new RorWriter(new Vocabulary(vocabularyText)).statements(organisation, remarks);
    expect([...organisation.remarks, ...remarks]).toEqual([
      'isni 0000 0000 8945 2979 has the check character 9 where 8 would be right',
      '100011307 has not the form of grid',
      '"www.lumc.nl" is no web address',
      'the vocabulary has no word for "school"',
    ]);
  });
});

test('the vocabulary is JSON-LD: a processor makes the same triples of every record', async () => {
  const vocabulary = new Vocabulary({ ...vocabularyText, described: [] });
  const writer = new RorWriter(vocabulary);
  const places = new Set<number>();
  const nodes: object[] = [];
  let ntriples = '';
  for (const record of records) {
    const organisation: Organisation = readRorRecord(record);
    for (const statement of writer.statements(organisation, [])) ntriples += `${statement.join(' ')} .\n`;
    const node = describeOrganisation(
      organisation,
      ({ geonames, name, country, latitude, longitude }) => {
        const id = `https://sws.geonames.org/${geonames}/`;
        if (places.has(geonames)) return id;
        places.add(geonames);
        return { id, type: 'Place', label: name, country, latitude: String(latitude), longitude: String(longitude) };
      },
      [],
    );
    nodes.push(JSON.parse(JSON.stringify(node)));
  }
  const context = vocabularyText['@context'] as unknown as jsonld.ContextDefinition;
  const nquads = await jsonld.toRDF(
    { '@context': context, '@graph': nodes as jsonld.NodeObject[] },
    { format: 'application/n-quads' },
  );
  const canonical = await canonicalNQuads(readNQuads(ntriples));
  expect(canonical).toBe(await canonicalNQuads(readNQuads(String(nquads))));
  expect(canonical.split('\n').length).toBeGreaterThan(1500);
});

describe('umcnl import ror', () => {
  const parse = async (text: string, extension: string): Promise<string> => {
    const format = findFormat(extension);
    if (!format) throw new Error(extension);
    return canonicalNQuads(await readRdf(text, format, { source: extension, baseIRI: 'http://example.org/' }));
  };

  test('says the same in every format; N-Quads names the graph of the registry', async () => {
    const [nt, ttl, nq] = await Promise.all(
      ['nt', 'ttl', 'nq'].map((format) => runCommand(['import', 'ror', extract, '--format', format])),
    );
    expect([nt?.code, ttl?.code, nq?.code]).toEqual([0, 0, 0]);
    const triples = await parse(nt?.stdout ?? '', 'nt');
    expect(await parse(ttl?.stdout ?? '', 'ttl')).toBe(triples);
    expect((nq?.stdout ?? '').replaceAll(' <https://w3id.org/umcnl/registry/ror> .', ' .')).toBe(nt?.stdout);
    expect(nt?.stderr).toMatch(
      /^66 records read, 66 written as \d+ triples; 0 records left out, 0 details left out\.$/m,
    );
  });

  test('gives organisations that are only pointed to their name', async () => {
    const file = write('one.jsonl', `${lines[0]}\n`);
    const { stdout } = await runCommand(['import', 'ror', file]);
    for (const { id, label } of records[0].relationships)
      expect(stdout).toContain(`<${id}> <http://www.w3.org/2000/01/rdf-schema#label> "${label}" .\n`);
  });

  test('takes a country alone', async () => {
    const { stdout, stderr } = await runCommand(['import', 'ror', extract, '--country', 'in']);
    expect(stderr).toContain('66 records read, 1 written');
    expect(stdout).toContain('Luqman Unani Medical College');
    expect(stdout).not.toContain('Leiden University Medical Center');
  });

  test('leaves broken and repeated records out, writes the rest, and ends with 1', async () => {
    const file = write('faults.jsonl', `${lines[0]}\n{\n${lines[1]}\n${lines[0]}\n`);
    const out = path.join(folder, 'faults.nt');
    const { code, stderr } = await runCommand(['import', 'ror', file, '--out', out]);
    expect(code).toBe(1);
    expect(stderr).toContain('faults.jsonl:2: left out. This is no JSON');
    expect(stderr).toContain(`faults.jsonl:4: left out. ${ids[0]} was there before.`);
    expect(stderr).toContain('4 records read, 2 written');
    expect(readFileSync(out, 'utf8')).toContain(ids[1]);
  });

  test.each([
    [['--country', 'Nederland'], 'two letters'],
    [['--format', 'csv'], 'nt, nq, ttl'],
    [['--vocabulary', 'none.json'], 'none.json'],
    [['--out', '/no/such/folder/x.nt'], '/no/such/folder/x.nt'],
  ])('a wrong call, %s, is refused', async (args, told) => {
    const { code, stderr } = await runCommand(['import', 'ror', extract, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(told);
  });

  test('what it writes can be asked beside nothing else', async () => {
    const out = path.join(folder, 'extract.nt');
    await runCommand(['import', 'ror', extract, '--out', out]);
    const packed = write('extract.nt.gz', gzipSync(readFileSync(out)));
    const query = write('count.rq', 'SELECT (COUNT(?o) AS ?n) { ?o a <http://www.w3.org/ns/org#Organization> }');
    const { stdout } = await runCommand(['query', query, '--plain', '--data', packed, '--format', 'csv']);
    expect(stdout.trim().split(/\s+/)).toEqual(['n', '66']);
  });
});

const slice = path.join(root, '../shared/registries/ror-slice.jsonl.gz');
test.skipIf(!existsSync(slice))(
  'all of 51,370 records become a million triples in little memory',
  async () => {
    const file = await openRecordFile(slice);
    const writer = new RorWriter(new Vocabulary(vocabularyText));
    let [organisations, triples, most] = [0, 0, 0];
    for await (const entries of readRorDump(file)) {
      for (const entry of entries) {
        if (entry.kind === 'fault') throw new Error(`${entry.line}: ${entry.message}`);
        organisations++;
        triples += writer.statements(entry.organisation, []).length;
      }
      most = Math.max(most, process.memoryUsage().heapUsed);
    }
    expect(organisations).toBe(51_370);
    expect(triples).toBeGreaterThan(1_000_000);
    // The file is 60 MB unpacked; what stays are names of places and of relations.
    expect(most / 2 ** 20).toBeLessThan(400);
  },
  180_000,
);
