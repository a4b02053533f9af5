import { Command, InvalidArgumentError, Option } from 'commander';
import { CallFault } from '../load/files.ts';
import { openRecordFile } from '../load/record-file.ts';
import { turtleBlocks, turtlePrefixes } from '../rdf/turtle-blocks.ts';
import { chooseRorFile, type DumpEntry, readRorDump } from '../registries/ror-dump.ts';
import { RorWriter } from '../registries/ror-to-rdf.ts';
import { type Statement, Vocabulary } from '../registries/vocabulary.ts';
import { publicationOption } from './options.ts';
import { openOutput } from './output.ts';
import { endProgress, say, showProgress } from './progress.ts';
import { readVocabulary, type VocabularyOptions, vocabularyOption } from './vocabulary.ts';

/** How statements are written, a record at a time. */
const importFormats = ['nt', 'nq', 'ttl'] as const;

interface ImportOptions extends VocabularyOptions {
  readonly out?: string;
  readonly country?: string;
  readonly format: (typeof importFormats)[number];
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

const country = (value: string): string => {
  if (!/^[a-z]{2}$/i.test(value)) throw new InvalidArgumentError('Give the two letters of a country, such as NL.');
  return value.toUpperCase();
};

async function importRor(dump: string, options: ImportOptions): Promise<void> {
  const vocabulary = await readVocabulary(options, (text) => new Vocabulary(text));
  const file = await openRecordFile(dump, chooseRorFile);
  say(`Reading ${file.name} …`);
  const tally = new Tally(file.name);
  const records = new RorWriter(vocabulary);
  const write = serialisers[options.format](vocabulary);
  const output = await openOutput(options.out);
  try {
    await output.write(write.head);
    for await (const entries of readRorDump(file)) {
      const text = entries.map((entry) => write.statements(importEntry(entry, records, tally, options.country)));
      await output.write(text.join(''));
      showProgress(`${Math.round(100 * file.done())}%, ${tally.records} records, ${tally.triples} triples`);
    }
    const rest = [...records.rest()];
    tally.triples += rest.length;
    await output.write(write.statements(rest));
    if (!tally.records) throw new CallFault(`${file.name}: there is no record in it.`);
    await output.end();
  } catch (error) {
    await output.discard();
    throw error;
  }
  endProgress();
  say(tally.summary());
  if (tally.faults) process.exitCode = 1;
}

function importEntry(
  entry: DumpEntry,
  records: RorWriter,
  tally: Tally,
  country: string | undefined,
): readonly Statement[] {
  tally.records++;
  const { line } = entry;
  if (entry.kind === 'fault') {
    tally.tell('faults', line, `left out. ${entry.message}`);
    return [];
  }
  const { organisation } = entry;
  if (country && !organisation.places.some((place) => place.country === country)) return [];
  if (records.has(organisation)) {
    tally.tell('faults', line, `left out. ${organisation.id} was there before.`);
    return [];
  }
  const remarks = [...organisation.remarks];
  const statements = records.statements(organisation, remarks);
  for (const remark of remarks) tally.tell('remarks', line, `${organisation.id}: ${remark}; left out.`);
  tally.written++;
  tally.triples += statements.length;
  return statements;
}

/** Faults and remarks that are shown; the others are counted. */
const shown = 20;

class Tally {
  records = 0;
  written = 0;
  triples = 0;
  faults = 0;
  remarks = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  tell(kind: 'faults' | 'remarks', line: number, message: string): void {
    this[kind]++;
    if (this[kind] <= shown) say(`${this.#source}:${line}: ${message}`);
    else if (this[kind] === shown + 1) say(`More ${kind} are counted, not listed.`);
  }

  summary(): string {
    const { records, written, triples, faults, remarks } = this;
    return (
      `${records} records read, ${written} written as ${triples} triples; ` +
      `${faults} records left out, ${remarks} details left out.`
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
