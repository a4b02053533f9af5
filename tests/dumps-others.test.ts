import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../src/commands/open.ts';
import { preparedFiles } from '../src/dataset/prepared.ts';
import type { DumpFile, DumpIndex } from '../src/publish/dumps.ts';
import type { FormatName } from '../src/rdf/formats.ts';
import { defaults } from './setup/server.ts';

/**
 * The dumps, read by tools that had no part in writing them: each without a warning, and with as many statements as the
 * index says. Where a tool is absent that is said; with NEED_READERS set (in CI) it is a fault.
 */
const run = promisify(execFile);
const needed = Boolean(process.env['NEED_READERS'] ?? process.env['CI']);

interface Counts {
  readonly statements: readonly number[];
  readonly warnings: string;
}

interface Reader {
  readonly name: string;
  /** How to get it. */
  readonly install: string;
  /** The formats that it reads, by the names that it has for them. */
  readonly formats: Readonly<Partial<Record<FormatName, string>>>;
  /** Whether it is there. */
  readonly find: () => Promise<unknown>;
  /** How many statements each file has, and what else is said. */
  readonly count: (files: readonly (readonly [file: string, format: string])[]) => Promise<Counts>;
}

const countWithRdflib = `
import sys, warnings, logging
warnings.simplefilter('error')
logging.basicConfig(level=logging.WARNING)
from rdflib import ConjunctiveGraph, Graph
for file, name in zip(sys.argv[1::2], sys.argv[2::2]):
    graphs = name in ('nquads', 'trig', 'json-ld')
    graph = ConjunctiveGraph() if graphs else Graph()
    graph.parse(file, format=name)
    print(sum(1 for _ in graph.quads((None, None, None, None))) if graphs else len(graph))
`;
// The system's Python: packages of the distribution are for it, and another may come first.
const pythons = ['/usr/bin/python3', 'python3'];
let python = '';

const readers: readonly Reader[] = [
  {
    name: 'rapper',
    install: 'apt-get install raptor2-utils',
    formats: { turtle: 'turtle', 'n-triples': 'ntriples', 'rdf-xml': 'rdfxml', 'n-quads': 'nquads', trig: 'trig' },
    find: () => run('rapper', ['--version']),
    count: async (files) => {
      const statements: number[] = [];
      let warnings = '';
      for (const [file, format] of files) {
        const { stderr } = await run('rapper', ['--count', '--input', format, file]);
        statements.push(Number(/^rapper: Parsing returned (\d+) triples?$/m.exec(stderr)?.[1]));
        warnings += stderr.replace(/^rapper: Parsing (?:URI .* with parser \w+|returned \d+ triples?)\n/gm, '');
      }
      return { statements, warnings };
    },
  },
  {
    name: 'rdflib',
    install: 'apt-get install python3-rdflib',
    formats: {
      turtle: 'turtle',
      'n-triples': 'nt',
      'rdf-xml': 'xml',
      'n-quads': 'nquads',
      trig: 'trig',
      'json-ld': 'json-ld',
    },
    find: async () => {
      for (const each of pythons)
        try {
          await run(each, ['-c', 'import rdflib']);
          python = each;
          return;
        } catch {
          // The next may have it.
        }
      throw new Error('no Python has rdflib');
    },
    count: async (files) => {
      const { stdout, stderr } = await run(python, ['-c', countWithRdflib, ...files.flat()]);
      return { statements: stdout.trim().split('\n').map(Number), warnings: stderr };
    },
  },
];

let folder: string;
let index: DumpIndex;
beforeAll(async () => {
  const { prepared } = await openDataset(defaults);
  folder = prepared.path(preparedFiles.dumpFolder);
  index = JSON.parse(String(await prepared.file(preparedFiles.dumps))) as DumpIndex;
});

// RDF 1.2 is newer than these tools.
const isFor =
  ({ formats }: Reader) =>
  ({ format, coding, statements }: DumpFile): boolean =>
    format in formats && coding === undefined && statements !== 'rdf-1.2';

for (const reader of readers) {
  const absent = await reader.find().then(
    () => undefined,
    (error: Error) => error.message,
  );
  describe(reader.name, () => {
    if (absent !== undefined && !needed) console.warn(`SKIPPED: ${reader.name} is not here. ${reader.install}`);
    test.skipIf(absent !== undefined && !needed)(
      `reads every dump of RDF 1.1 without a warning, with as many statements as we say`,
      async () => {
        expect(absent, `${reader.name} is not here. ${reader.install}`).toBeUndefined();
        const files = index.files.filter(isFor(reader));
        expect(new Set(files.map(({ format }) => format)).size).toBe(Object.keys(reader.formats).length);
        expect(new Set(files.map(({ part }) => part)).size).toBe(index.parts.length);
        const { statements, warnings } = await reader.count(
          files.map(({ file, format }) => [path.join(folder, file), reader.formats[format as FormatName] as string]),
        );
        expect(warnings).toBe('');
        const told = (counts: readonly (number | undefined)[]) => files.map(({ file }, at) => `${file} ${counts[at]}`);
        expect(told(statements)).toEqual(told(files.map(({ triples }) => triples)));
      },
      600_000,
    );
  });
}
