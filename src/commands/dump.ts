import { Command, Option } from 'commander';
import { listDumps, saveDumps, writeDump } from '../publish/dumps.ts';
import { type FormatName, findFormat, formats } from '../rdf/formats.ts';
import { loadDataset } from './load.ts';
import { type DataOptions, dataOptions } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';

interface DumpOptions extends DataOptions {
  readonly format?: FormatName;
  readonly out?: string;
}

/** `dump`: writes the whole graph, to stdout or into a folder. */
export function dumpCommand(): Command {
  const command = new Command('dump')
    .description('Write the whole graph: one format to stdout, or every dump into a folder.')
    .addOption(new Option('--format <name>', 'RDF format').choices(formats.map(({ name }) => name)))
    .addOption(
      new Option('--out <folder>', 'write all dumps (or those of --format), plain and gzip, into this folder'),
    );
  for (const option of dataOptions()) command.addOption(option);
  return command.action(async (options: DumpOptions) => {
    showProgress('Reading and reasoning …');
    const dataset = await loadDataset(options);
    const wanted = listDumps(dataset).filter(({ format }) => !options.format || format.name === options.format);
    if (options.out) {
      await saveDumps(dataset, wanted, options.out, (file, bytes) => say(`${file}: ${bytes} bytes`));
      return;
    }
    const format = findFormat(options.format ?? 'turtle');
    const [dump] = listDumps(dataset).filter((each) => each.format === format && !each.gzip);
    endProgress();
    if (dump) process.stdout.write(await writeDump(dataset, dump));
  });
}
