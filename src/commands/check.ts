import path from 'node:path';
import { Command, Option } from 'commander';
import { type Dataset, engineNQuads } from '../dataset/build.ts';
import { checkShapes, describeFinding } from '../dataset/check.ts';
import { checkIdentifiers } from '../dataset/check-identifiers.ts';
import { findSimilar, type Labelled } from '../dataset/similar.ts';
import { compareWithSources, type PassageLines } from '../dataset/sources.ts';
import { EnginePool } from '../engine/pool.ts';
import { CallFault, readTexts } from '../load/files.ts';
import { readQueries, readQuery } from '../load/query-files.ts';
import { askRows } from '../publish/ask.ts';
import { loadData } from './load.ts';
import { type DataOptions, dataOptions, similarity } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';

interface CheckOptions extends DataOptions {
  readonly sources?: string;
  readonly language: string;
  readonly similar?: number;
}

/** `check`: reads everything, validates it, and says in plain sentences what to mend. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description(
      'Check the files: syntax, shapes, check queries, and with --sources the passages against the texts they come from.',
    )
    .addOption(new Option('--sources <folder>', 'folder with the source texts: compare line ranges and hashes'))
    .addOption(
      new Option(
        '--similar [least]',
        'also list things of one kind whose names are nearly equal, from this similarity on',
      )
        .preset(0.88)
        .argParser(similarity),
    )
    .addOption(new Option('--language <tag>', 'language of the messages').choices(['en', 'nl']).default('en'));
  for (const option of dataOptions()) command.addOption(option);
  return command.action(async (options: CheckOptions) => {
    showProgress('Reading and reasoning …');
    const dataset = await loadData(options);
    const faults = await checkDataset(dataset, options);
    endProgress();
    for (const fault of faults) process.stdout.write(`${fault}\n`);
    const violations = faults.filter((fault) => !/(^|: )(warning|info): </.test(fault)).length;
    const { inputs, counts } = dataset;
    const verdict = violations ? `${violations} faults` : 'no faults';
    const remarks = faults.length > violations ? `, ${faults.length - violations} remarks` : '';
    say(
      `${inputs.length} files, ${counts.asserted} triples asserted, ${counts.inferred} inferred: ${verdict}${remarks}.`,
    );
    process.exitCode = violations ? 1 : 0;
  });
}

async function checkDataset(dataset: Dataset, { sources, language, similar }: CheckOptions): Promise<string[]> {
  const { publication } = dataset;
  if (!publication) return [];
  showProgress('Checking against the shapes …');
  const faults = (await checkShapes(dataset, publication)).map((finding) => describeFinding(finding, language));
  showProgress('Checking identifiers …');
  faults.push(...(await checkIdentifiers(dataset)).map((finding) => describeFinding(finding, language)));
  showProgress('Asking the check queries …');
  const pool = await EnginePool.start({
    engine: 'oxigraph',
    nquads: engineNQuads(dataset),
    workers: 1,
    timeLimit: 60,
    queueLimit: 100,
  });
  try {
    const folder = path.join(publication.folder, publication.queries);
    for (const check of await readQueries(path.join(folder, 'checks'))) {
      for (const row of await askRows(pool, check.query))
        faults.push(`${check.title[language] ?? check.name}: ${Object.values(row).join(' · ')}`);
    }
    if (similar) {
      const { query } = await readQuery(path.join(folder, 'server', 'labels.rq'));
      for (const pair of findSimilar((await askRows(pool, query)) as unknown as Labelled[], similar)) {
        const names = `"${pair.first.label}" and "${pair.second.label}"@${pair.first.language}`;
        faults.push(`info: <${pair.first.thing}> and <${pair.second.thing}> are called ${names}: one thing or two?`);
      }
    }
    if (sources) {
      faults.push(...compareWithSources(await readPassages(pool, folder), await readSources(sources)));
    }
  } finally {
    await pool.close();
  }
  return faults;
}

/** The passages as the graph describes them, by the publication's query for it. */
export async function readPassages(pool: EnginePool, queries: string): Promise<PassageLines[]> {
  const { query } = await readQuery(path.join(queries, 'server', 'passages.rq'));
  return (await askRows(pool, query)).map(({ passage = '', file = '', startLine, endLine, sha256 = '' }) => ({
    passage,
    file,
    startLine: Number(startLine),
    endLine: Number(endLine),
    sha256,
  }));
}

/** The texts of a folder of sources, by file name. */
export async function readSources(folder: string): Promise<Map<string, string>> {
  const texts = await readTexts('*.txt', folder);
  if (!texts.length) throw new CallFault(`--sources ${folder}: there is no such folder, or no .txt file in it.`);
  return new Map(texts.map(({ source, text }) => [source, text]));
}
