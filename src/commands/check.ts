import path from 'node:path';
import { Command, Option } from 'commander';
import { type Dataset, engineNQuads } from '../dataset/build.ts';
import { checkShapes, describeFinding } from '../dataset/check.ts';
import { compareWithSources, type PassageLines } from '../dataset/sources.ts';
import { EnginePool } from '../engine/pool.ts';
import { readTexts } from '../load/files.ts';
import { readQueries, readQuery } from '../load/query-files.ts';
import { askRows } from '../publish/ask.ts';
import { type DataOptions, dataOptions, loadDataset } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';

interface CheckOptions extends DataOptions {
  readonly sources?: string;
  readonly language: string;
}

/** `check`: reads everything, validates it, and says in plain sentences what to mend. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description(
      'Check the files: syntax, shapes, check queries, and with --sources the passages against the texts they come from.',
    )
    .addOption(new Option('--sources <folder>', 'folder with the source texts: compare line ranges and hashes'))
    .addOption(new Option('--language <tag>', 'language of the messages').choices(['en', 'nl']).default('en'));
  for (const option of dataOptions()) command.addOption(option);
  return command.action(async (options: CheckOptions) => {
    showProgress('Reading and reasoning …');
    const dataset = await loadDataset(options);
    const faults = await checkDataset(dataset, options);
    endProgress();
    for (const fault of faults) process.stdout.write(`${fault}\n`);
    const violations = faults.filter((fault) => !/(^|: )(warning|info): </.test(fault)).length;
    say(
      `${dataset.inputs.length} files, ${dataset.counts.asserted} triples asserted, ${dataset.counts.inferred} inferred: ${violations ? `${violations} faults` : 'no faults'}${faults.length > violations ? `, ${faults.length - violations} warnings` : ''}.`,
    );
    process.exitCode = violations ? 1 : 0;
  });
}

async function checkDataset(dataset: Dataset, { sources, language }: CheckOptions): Promise<string[]> {
  const { publication } = dataset;
  if (!publication) return [];
  showProgress('Checking against the shapes …');
  const faults = (await checkShapes(dataset, publication)).map((finding) => describeFinding(finding, language));
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
    if (sources) {
      const { query } = await readQuery(path.join(folder, 'server', 'passages.rq'));
      const passages = (await askRows(pool, query)).map((row) => ({
        ...row,
        startLine: Number(row['startLine']),
        endLine: Number(row['endLine']),
      })) as unknown as PassageLines[];
      faults.push(
        ...compareWithSources(
          passages,
          new Map((await readTexts('*.txt', sources)).map(({ source, text }) => [source, text])),
        ),
      );
    }
  } finally {
    await pool.close();
  }
  return faults;
}
