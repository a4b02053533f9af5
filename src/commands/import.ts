import { createWriteStream } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CallFault } from '../load/files.ts';
import { openRecordFile } from '../load/record-file.ts';
import { turtleBlocks, turtlePrefixes } from '../rdf/turtle-blocks.ts';
import { chooseRorFile, readRorDump } from '../registries/ror-dump.ts';
import { RorWriter } from '../registries/ror-to-rdf.ts';
import { type Statement, Vocabulary } from '../registries/vocabulary.ts';
import { publicationOption } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';

/** How statements are written, a record at a time. */
const importFormats = ['nt', 'nq', 'ttl'] as const;

interface ImportOptions {
  readonly out?: string;
  readonly country?: string;
  readonly format: (typeof importFormats)[number];
  readonly vocabulary?: string;
  readonly publication: string;
}

/** `import`: records of a registry as RDF, for use beside the graph. */
export function importCommand(): Command {
  const ror = new Command('ror')
    .description('Write a ROR data dump as RDF in the vocabulary of the graph.')
    .argument('<dump>', 'JSON records, schema 1 or 2: an array or one a line; plain, .gz, or the .zip of a release')
    .addOption(new Option('--out <file>', 'write to this file').default(undefined, 'stdout'))
    .addOption(new Option('--country <code>', 'only organisations with a seat in this country').argParser(country))
    .addOption(
      new Option('--format <name>', 'N-Triples, N-Quads in the graph of the registry, or Turtle')
        .choices(importFormats)
        .default('nt'),
    )
    .addOption(vocabularyOption())
    .addOption(publicationOption());
  return new Command('import')
    .description('Write records of a registry as RDF, for use beside the graph.')
    .addCommand(ror.action(importRor));
}

const vocabularyOption = (): Option =>
  new Option('--vocabulary <file>', 'JSON-LD context that gives the records their terms').default(
    undefined,
    'registries/ror-vocabulary.json beside the publication',
  );

const country = (value: string): string => {
  if (!/^[a-z]{2}$/i.test(value)) throw new InvalidArgumentError('Give the two letters of a country, such as NL.');
  return value.toUpperCase();
};

/** Faults and remarks that are shown; the others are counted. */
const shown = 20;

async function importRor(dump: string, options: ImportOptions): Promise<void> {
  const vocabulary = await readVocabulary(options);
  const file = await openRecordFile(dump, chooseRorFile);
  say(`Reading ${file.name} …`);
  const counts = { records: 0, written: 0, triples: 0, faults: 0, remarks: 0 };
  const tell = (kind: 'faults' | 'remarks', line: number, message: string): void => {
    counts[kind]++;
    if (counts[kind] <= shown) say(`${file.name}:${line}: ${message}`);
    else if (counts[kind] === shown + 1) say(`More ${kind} are counted, not listed.`);
  };
  const output = options.out === undefined ? stdout() : fileOutput(options.out);
  const write = serialisers[options.format](vocabulary);
  const records = new RorWriter(vocabulary);
  await output.write(write.head);
  for await (const entries of readRorDump(file)) {
    let text = '';
    for (const entry of entries) {
      counts.records++;
      if (entry.kind === 'fault') {
        tell('faults', entry.line, `left out. ${entry.message}`);
        continue;
      }
      const { organisation, line } = entry;
      if (options.country && !organisation.places.some((place) => place.country === options.country)) continue;
      if (records.has(organisation)) {
        tell('faults', line, `left out. ${organisation.id} was there before.`);
        continue;
      }
      const remarks = [...organisation.remarks];
      const statements = records.statements(organisation, remarks);
      for (const remark of remarks) tell('remarks', line, `${organisation.id}: ${remark}; left out.`);
      counts.written++;
      counts.triples += statements.length;
      text += write.statements(statements);
    }
    if (text) await output.write(text);
    showProgress(`${Math.round(100 * file.done())}%, ${counts.records} records, ${counts.triples} triples`);
  }
  const rest = [...records.rest()];
  counts.triples += rest.length;
  await output.write(write.statements(rest));
  await output.end();
  endProgress();
  say(
    `${counts.records} records read, ${counts.written} written as ${counts.triples} triples; ` +
      `${counts.faults} records left out, ${counts.remarks} details left out.`,
  );
  if (!counts.records) throw new CallFault(`${file.name}: there is no record in it.`);
  if (counts.faults) process.exitCode = 1;
}

async function readVocabulary({ vocabulary, publication }: ImportOptions): Promise<Vocabulary> {
  const file = vocabulary ?? path.join(path.dirname(publication), 'registries', 'ror-vocabulary.json');
  const source = path.relative(process.cwd(), file);
  try {
    return new Vocabulary(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CallFault(
      `${source}: ${code ? `the vocabulary cannot be read (${code})` : message}.`.replace(/\.\.$/, '.'),
    );
  }
}

interface Serialiser {
  readonly head: string;
  readonly statements: (statements: readonly Statement[]) => string;
}

const serialisers: Readonly<Record<(typeof importFormats)[number], (vocabulary: Vocabulary) => Serialiser>> = {
  nt: () => ({ head: '', statements: (statements) => lines(statements, ' .\n') }),
  nq: ({ graph }) => ({ head: '', statements: (statements) => lines(statements, ` <${graph}> .\n`) }),
  ttl: ({ prefixes }) => ({
    head: `${turtlePrefixes(prefixes)}\n`,
    statements: (statements) => turtleBlocks(statements, prefixes),
  }),
};

const lines = (statements: readonly Statement[], end: string): string => {
  let text = '';
  for (const [subject, predicate, object] of statements) text += `${subject} ${predicate} ${object}${end}`;
  return text;
};

interface Output {
  readonly write: (text: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

const writeTo = (stream: Writable, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });

const stdout = (): Output => ({ write: (text) => writeTo(process.stdout, text), end: async () => undefined });

// Under another name until it is whole: half a file would be taken for the whole.
function fileOutput(file: string): Output {
  const draft = `${file}.part`;
  const stream = createWriteStream(draft);
  const opened = new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new CallFault(`--out ${file}: the file cannot be written (${code}).`)),
    );
  });
  return {
    write: async (text) => {
      await opened;
      if (text) await writeTo(stream, text);
    },
    end: async () => {
      await opened;
      stream.end();
      await finished(stream);
      await rename(draft, file);
    },
  };
}
