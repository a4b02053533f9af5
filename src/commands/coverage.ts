import path from 'node:path';
import { Command, Option } from 'commander';
import { engineNQuads } from '../dataset/build.ts';
import { compareWithSources, countCovered } from '../dataset/sources.ts';
import { EnginePool } from '../engine/pool.ts';
import { CallFault } from '../load/files.ts';
import { readQuery } from '../load/query-files.ts';
import { askRows } from '../publish/ask.ts';
import { readPassages, readSources } from './check.ts';
import { loadData } from './load.ts';
import { type DataOptions, dataOptions } from './options.ts';
import { endProgress, showProgress } from './progress.ts';
import { layOut } from './table.ts';

interface CoverageOptions extends DataOptions {
  readonly sources?: string;
}

/** `coverage`: how much of the documents is in the graph, passage by passage. */
export function coverageCommand(): Command {
  const command = new Command('coverage')
    .description('Show, per document and passage: lines, statements, things introduced; and what rests on no source.')
    .addOption(new Option('--sources <folder>', 'folder with the source texts: list the lines that are in no passage'));
  for (const option of dataOptions()) command.addOption(option);
  return command.action(async (options: CoverageOptions) => {
    showProgress('Reading and reasoning …');
    const dataset = await loadData(options);
    if (!dataset.publication) throw new CallFault('coverage needs a publication: --plain files have no passages.');
    const queries = path.join(dataset.publication.folder, dataset.publication.queries);
    const pool = await EnginePool.start({
      engine: 'oxigraph',
      nquads: engineNQuads(dataset),
      workers: 1,
      timeLimit: 60,
      queueLimit: 10,
    });
    try {
      const ask = async (file: string) => askRows(pool, (await readQuery(path.join(queries, file))).query);
      const rows = await ask('server/coverage.rq');
      const unsourced = await ask('checks/thing-without-source.rq');
      endProgress();
      process.stdout.write(report(rows, dataset.publication.base));
      process.stdout.write(
        `\nThings that rest on no passage, reading or registry record: ${unsourced.length || 'none'}.\n`,
      );
      for (const row of unsourced) process.stdout.write(`  ${Object.values(row)[0]}\n`);
      if (options.sources) process.stdout.write(await compare(pool, queries, options.sources));
    } finally {
      await pool.close();
    }
  });
}

async function compare(pool: EnginePool, queries: string, folder: string): Promise<string> {
  const [passages, texts] = [await readPassages(pool, queries), await readSources(folder)];
  const { lines, covered } = countCovered(passages, texts);
  const faults = compareWithSources(passages, texts);
  const share = lines ? ((100 * covered) / lines).toFixed(1) : '0.0';
  const list = faults.map((fault) => `  ${fault}\n`).join('');
  return `Lines with text that are in a passage: ${covered} of ${lines} (${share}%). Differences: ${faults.length || 'none'}.\n${list}`;
}

type Row = Readonly<Record<string, string>>;

function report(rows: readonly Row[], base: string): string {
  const head = ['passage', 'lines', 'statements', 'introduced'];
  const body: string[][] = [];
  for (const document of new Set(rows.map((row) => row['document'] ?? ''))) {
    const own = rows.filter((row) => row['document'] === document);
    const empty = own.filter((row) => row['statements'] === '0').length;
    const name = document.slice(base.length);
    body.push([
      `${name}: ${own.length} passages, ${own.length - empty} with statements`,
      sum(own, lines),
      sum(own, statements),
      sum(own, introduced),
    ]);
    for (const row of own)
      body.push(
        [`  ${(row['passage'] ?? '').slice(document.length + 1)}`, lines(row), statements(row), introduced(row)].map(
          String,
        ),
      );
  }
  body.push([`all: ${rows.length} passages`, sum(rows, lines), sum(rows, statements), sum(rows, introduced)]);
  return layOut(head, body);
}

const lines = (row: Row): number => Number(row['endLine']) - Number(row['startLine']) + 1;
const statements = (row: Row): number => Number(row['statements']);
const introduced = (row: Row): number => Number(row['introduced']);
const sum = (rows: readonly Row[], of: (row: Row) => number): string =>
  String(rows.reduce((total, row) => total + of(row), 0));
