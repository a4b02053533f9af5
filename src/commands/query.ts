import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { engineNQuads } from '../dataset/build.ts';
import { resultFormats } from '../engine/engine.ts';
import { EnginePool } from '../engine/pool.ts';
import { CallFault } from '../load/files.ts';
import { formats } from '../rdf/formats.ts';
import { loadDataset } from './load.ts';
import { type DataOptions, dataOptions, type EngineOptions, engineOptions } from './options.ts';
import { endProgress, showProgress } from './progress.ts';
import { formatTable } from './table.ts';

interface QueryOptions extends DataOptions, EngineOptions {
  readonly format: string;
}

/** `query`: asks the files a query, without a server. */
export function queryCommand(): Command {
  const names = ['table', ...resultFormats.map(({ name }) => name), ...formats.map(({ name }) => name)];
  const command = new Command('query')
    .description('Ask a SPARQL query of the files; the answer goes to stdout.')
    .argument('<file>', 'file with the query, or - for standard input')
    .addOption(new Option('--format <name>', 'how to write the answer').choices(names).default('table'));
  for (const option of [...dataOptions(), ...engineOptions()]) command.addOption(option);
  return command.action(async (file: string, options: QueryOptions) => {
    const query = await readText(file);
    showProgress('Reading and reasoning …');
    const dataset = await loadDataset(options);
    const pool = await EnginePool.start({
      engine: options.engine,
      nquads: engineNQuads(dataset),
      workers: 1,
      timeLimit: options.timeout,
      queueLimit: 1,
    });
    try {
      endProgress();
      const asTable = options.format === 'table';
      const result = await pool.query({
        query,
        resultFormat: asTable ? 'json' : resultFormats.find(({ name }) => name === options.format)?.name,
        graphFormat: asTable ? 'turtle' : formats.find(({ name }) => name === options.format)?.name,
        prefixes: dataset.publication?.prefixes ?? {},
      });
      const answer = new TextDecoder().decode(result.body);
      process.stdout.write(
        asTable && result.kind !== 'graph'
          ? formatTable(answer, dataset.publication?.prefixes ?? {})
          : answer.replace(/\n?$/, '\n'),
      );
    } finally {
      await pool.close();
    }
  });
}

async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CallFault(`${file}: the query file cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
