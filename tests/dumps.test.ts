import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Quad } from '@rdfjs/types';
import jsonld from 'jsonld';
import canonize from 'rdf-canonize';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../src/commands/load.ts';
import { openDataset } from '../src/commands/open.ts';
import type { Dataset } from '../src/dataset/build.ts';
import { preparedFiles } from '../src/dataset/prepared.ts';
import { type Publication, readPublication } from '../src/load/publication.ts';
import type { FileContent } from '../src/load/store.ts';
import { checksumFile, type DumpFile, type DumpIndex, saveDumps, writeDumps } from '../src/publish/dumps.ts';
import { isGraphFormat } from '../src/publish/link-tables.ts';
import { statementOf } from '../src/publish/statements.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { findFormat } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { blankNode, literal, namedNode, quad, rdf } from '../src/rdf/terms.ts';
import { writeNQuads, writeNTriples } from '../src/rdf/write-turtle.ts';
import { defaults, ownPublication } from './setup/server.ts';

/** The dumps that were prepared ahead, by another process. */
let folder: string;
let index: DumpIndex;
/** The dataset, built once more here, and its dumps, written once more. */
let dataset: Dataset;
let publication: Publication;
let out: string;
let again: DumpIndex;

beforeAll(async () => {
  const { prepared } = await openDataset(defaults);
  folder = prepared.path(preparedFiles.dumpFolder);
  index = JSON.parse(String(await prepared.file(preparedFiles.dumps))) as DumpIndex;
  publication = await readPublication(ownPublication);
  dataset = await loadDataset(defaults);
  out = mkdtempSync(path.join(defaults.store, 'dumps-'));
  again = await saveDumps(dataset, out, {}, { saved: () => undefined, leaveOut: (file) => expect.fail(file) });
}, 300_000);
afterAll(() => {
  if (out) rmSync(out, { recursive: true, force: true });
});

const bytesOf = ({ file }: DumpFile): Buffer => readFileSync(path.join(folder, file));
const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const find = (wanted: Partial<DumpFile>): DumpFile => {
  const found = index.files.filter((file) =>
    (['part', 'format', 'coding', 'statements'] as const).every((key) => file[key] === wanted[key]),
  );
  expect(found).toHaveLength(1);
  return found[0] as DumpFile;
};
const parse = (text: string, format: string, source = 'dump'): Promise<Quad[]> =>
  readRdf(text, findFormat(format) as never, { source, baseIRI: 'http://e/' });
const read = async (file: DumpFile): Promise<Quad[]> => {
  const text = String(bytesOf(file));
  if (file.format !== 'json-ld') return parse(text, file.format, file.file);
  // Not by our reader, whose parser puts the cells of a list into the default graph, whatever graph the list is in.
  const nquads = await jsonld.toRDF(JSON.parse(text), { format: 'application/n-quads', safe: true } as never);
  return parse(nquads as unknown as string, 'n-quads');
};
const isTextOf = (one: DumpFile) => (other: DumpFile) =>
  one.part === other.part && one.format === other.format && one.statements === other.statements;

describe('the files', () => {
  test('are those of the index, each with its size and checksum', () => {
    const names = index.files.map(({ file }) => file);
    expect(readdirSync(folder).sort()).toEqual([...names, checksumFile].sort());
    expect(new Set(names).size).toBe(names.length);
    for (const file of index.files)
      expect({ bytes: statSync(path.join(folder, file.file)).size, sha256: hash(bytesOf(file)) }, file.file).toEqual({
        bytes: file.bytes,
        sha256: file.sha256,
      });
  });

  test('are byte for byte the same when they are made again, as sha256sum says', () => {
    expect(again).toEqual(index);
    expect(readFileSync(path.join(out, checksumFile))).toEqual(readFileSync(path.join(folder, checksumFile)));
    const said = execFileSync('sha256sum', ['--check', '--strict', checksumFile], { cwd: out, encoding: 'utf8' });
    expect(said.trim().split('\n').sort()).toEqual(index.files.map(({ file }) => `${file}: OK`).sort());
  });

  test('are there plain, and the same with gzip and Brotli', () => {
    const plain = index.files.filter(({ coding }) => coding === undefined);
    expect(index.files).toHaveLength(3 * plain.length);
    for (const file of plain) {
      const text = bytesOf(file);
      const coded = index.files.filter((each) => each !== file && isTextOf(file)(each));
      for (const each of coded) {
        const unpack = each.coding === 'gzip' ? gunzipSync : brotliDecompressSync;
        expect(unpack(bytesOf(each)).equals(text), each.file).toBe(true);
        expect(each.triples).toBe(file.triples);
      }
      expect(coded.map(({ coding }) => coding).sort()).toEqual(['br', 'gzip']);
      expect(coded.map((each) => each.file).sort()).toEqual([`${file.file}.br`, `${file.file}.gz`]);
    }
  });
});

describe('the parts', () => {
  test('are the whole, and others that make it up', () => {
    const [whole, ...parts] = index.parts;
    expect(whole).toMatchObject({ name: '', title: publication.title, triples: dataset.defaultGraph.length });
    expect([...(whole?.graphs ?? [])].sort()).toEqual(Object.keys(dataset.graphs).sort());
    // Each graph belongs to one part.
    expect(parts.flatMap(({ graphs }) => graphs).sort()).toEqual(Object.keys(dataset.graphs).sort());
    const names = parts.map(({ name }) => name);
    for (const { part } of dataset.inputs) expect(names).toContain(part);
    expect(names).toContain('inferred');
    for (const { name } of index.parts)
      expect(index.files.filter(({ part }) => part === name).length).toBeGreaterThan(0);
  });

  test('say what they are in Dutch and in English', () => {
    for (const { name, title, description } of index.parts)
      for (const language of ['en', 'nl']) {
        expect(title[language], `title of "${name}" in ${language}`).toMatch(/\w/);
        expect(description[language], `description of "${name}" in ${language}`).toMatch(/\w/);
      }
  });
});

const partNames = async (): Promise<string[]> => {
  const { prepared } = await openDataset(defaults);
  return (JSON.parse(String(await prepared.file(preparedFiles.dumps))) as DumpIndex).parts.map(({ name }) => name);
};

describe.each((await partNames()).map((name): [string, string] => [name || 'the whole', name]))('%s', (_, name) => {
  test('says the same in every format, and as much as the index says', async () => {
    const part = index.parts.find((each) => each.name === name);
    const own = dataset.quads.filter(({ graph }) => part?.graphs.includes(graph.value));
    const merged = own.map(({ subject, predicate, object }) =>
      quad(subject as never, predicate as never, object as never),
    );
    const wanted = { true: await canonicalNQuads(own), false: await canonicalNQuads(merged as unknown as Quad[]) };
    const files = index.files.filter(
      (each) => each.part === name && !each.coding && !each.statements && isGraphFormat(each.format),
    );
    expect(files).toHaveLength(6);
    for (const file of files) {
      const quads = await read(file);
      const { graphs } = findFormat(file.format) as { graphs: boolean };
      // Compared by hash: megabytes of difference are no help.
      expect(hash(await canonicalNQuads(quads)), file.file).toBe(hash(wanted[`${graphs}`]));
      expect(quads.length, file.file).toBe(file.triples);
      if (!graphs) expect(file.triples).toBe(part?.triples);
    }
  }, 120_000);
});

const relabel = ({ subject, predicate, object, graph }: Quad): Quad => {
  const [s, o] = [subject, object].map((term) =>
    term.termType === 'BlankNode' ? blankNode(`other${term.value}`) : term,
  );
  return quad(s as never, predicate as never, o as never, graph as never) as unknown as Quad;
};

test('N-Quads are in the canonical form of RDFC-1.0, by a library that was given other labels in another order', async () => {
  // The library takes a minute for the large ones; blank nodes are in the ontology.
  const small = index.parts.filter(({ triples }) => triples < 3000).map(({ name }) => name);
  expect(small).toContain('ontology');
  for (const part of small) {
    const file = find({ part, format: 'n-quads' });
    const relabelled = writeNQuads((await read(file)).reverse().map(relabel));
    if (part === 'ontology') expect(relabelled).toContain('_:other');
    const options = { algorithm: 'RDFC-1.0', inputFormat: 'application/n-quads', format: 'application/n-quads' };
    const canonical: string = await canonize.canonize(relabelled as never, options as never);
    expect(hash(canonical), file.file).toBe(file.sha256);
  }
}, 120_000);

describe('statements with their sources', () => {
  const prov = 'http://www.w3.org/ns/prov#wasDerivedFrom';

  let wanted: Map<string, string[]>;
  let everything: string;
  beforeAll(async () => {
    wanted = provenance();
    everything = hash(await canonicalNQuads(dataset.defaultGraph));
  }, 120_000);

  /** Every asserted triple of the source graphs, as its line, with the graphs that it stands in. */
  const provenance = (): Map<string, string[]> => {
    const layers = new Set(publication.layers.filter(({ source }) => source).map(({ name }) => name));
    const sources = new Set(dataset.inputs.filter(({ layer }) => layers.has(layer)).map(({ graph }) => graph));
    const found = new Map<string, Set<string>>();
    for (const { subject, predicate, object, graph } of dataset.quads) {
      if (!sources.has(graph.value)) continue;
      const line = writeNTriples([quad(subject as never, predicate as never, object as never) as unknown as Quad]);
      found.set(line, (found.get(line) ?? new Set()).add(graph.value));
    }
    return new Map([...found].map(([line, graphs]) => [line, [...graphs].sort()]));
  };

  /** What a dump says of statements: for each its triple and sources; the other triples apart. */
  const readStatements = async (file: DumpFile) => {
    const rest: Quad[] = [];
    const statements = new Map<string, { triple: Record<string, unknown>; sources: string[] }>();
    for (const each of await read(file)) {
      const { subject, predicate, object } = each;
      if (!subject.value.startsWith(`${publication.base}statement/`)) {
        rest.push(each);
        continue;
      }
      const own = statements.get(subject.value) ?? { triple: {}, sources: [] };
      statements.set(subject.value, own);
      if (predicate.value === prov) own.sources.push(object.value);
      else if (predicate.value === rdf('reifies')) own.triple = object as never;
      else if (predicate.value !== rdf('type')) own.triple[predicate.value.slice(rdf('').length)] = object;
      else expect(object.value).toBe(rdf('Statement'));
    }
    const lines = new Map<string, string[]>();
    for (const [iri, { triple, sources }] of statements) {
      const { subject, predicate, object } = triple as never;
      const said = quad(subject, predicate, object) as unknown as Quad;
      expect(statementOf(publication.base, said).value).toBe(iri);
      lines.set(writeNTriples([said]), sources.sort());
    }
    return { rest, lines };
  };

  test.each([
    ['rdf-1.1', 'turtle'],
    ['rdf-1.1', 'n-triples'],
    ['rdf-1.1', 'rdf-xml'],
    ['rdf-1.2', 'turtle'],
    ['rdf-1.2', 'n-triples'],
  ] as const)(
    '%s, %s: every triple of a source has one, with all its sources, beside the whole graph',
    async (statements, format) => {
      const file = find({ part: '', format, statements });
      expect(wanted.size).toBeGreaterThan(10_000);
      const { rest, lines } = await readStatements(file);
      expect(hash(await canonicalNQuads(rest))).toBe(everything);
      expect(lines.size).toBe(wanted.size);
      const differing = [...wanted].filter(([line, sources]) => lines.get(line)?.join(' ') !== sources.join(' '));
      expect(differing.slice(0, 3)).toEqual([]);
    },
    120_000,
  );

  test('have IRIs that hold for good: half of the SHA-256 of the line in N-Triples', () => {
    const triple = quad(namedNode('http://e/s'), namedNode('http://e/p'), literal('é "x"\n', 'nl')) as unknown as Quad;
    const line = '<http://e/s> <http://e/p> "é \\"x\\"\\n"@nl .';
    expect(statementOf('http://e/', triple).value).toBe(`http://e/statement/${hash(line).slice(0, 32)}`);
    // Nobody else can name a blank node, so nobody can name what is said of it.
    const blank = quad(blankNode('b'), namedNode('http://e/p'), literal('x')) as unknown as Quad;
    expect(statementOf('http://e/', blank).termType).toBe('BlankNode');
  });
});

test('a part or a format alone is written on request, with the same bytes', async () => {
  const saved = new Map<string, string>();
  const save = async (file: string, content: FileContent): Promise<void> =>
    void saved.set(file, hash(content as Uint8Array));
  const some = await writeDumps(dataset, { save, leaveOut: expect.fail }, { part: 'ontology', format: 'turtle' });
  expect([...saved.keys()].sort()).toEqual(['umcnl-ontology.ttl', 'umcnl-ontology.ttl.br', 'umcnl-ontology.ttl.gz']);
  for (const file of some.files) expect(index.files).toContainEqual(file);
  for (const { file, sha256 } of some.files) expect(saved.get(file)).toBe(sha256);
});

test('a file that cannot be saved is told when nothing is written any more', async () => {
  let writing = 0;
  const save = async (file: string): Promise<void> => {
    writing++;
    await sleep(file.endsWith('.gz') ? 1 : 20);
    writing--;
    throw new Error(`${file}: the disk is full.`);
  };
  await expect(writeDumps(dataset, { save, leaveOut: expect.fail }, { part: 'ontology' })).rejects.toThrow(
    'the disk is full',
  );
  // Nor did any other promise fail with nobody listening: the test would fail for that.
  expect(writing).toBe(0);
});

test('two parts that would share a file are refused', async () => {
  const inputs = dataset.inputs.map((input) => (input.part === 'links' ? { ...input, part: 'statements' } : input));
  const target = { save: async () => undefined, leaveOut: () => undefined };
  await expect(writeDumps({ ...dataset, inputs }, target, { format: 'n-triples' })).rejects.toThrow(
    'Give the part "statements" another name.',
  );
});
