import { Command, Option } from 'commander';
import type { Dataset } from '../dataset/build.ts';
import { CallFault } from '../load/files.ts';
import { checksumFile, saveDumps, writeDump } from '../publish/dumps.ts';
import { splitParts } from '../publish/parts.ts';
import { type FormatName, formats } from '../rdf/formats.ts';
import { loadDataset } from './load.ts';
import { type DataOptions, dataOptions } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';

interface DumpOptions extends DataOptions {
  readonly format?: FormatName;
  readonly part?: string;
  readonly out?: string;
}

/** The whole has no name of its own. */
const whole = 'whole';

/** `dump`: writes the graph, to stdout or into a folder. */
export function dumpCommand(): Command {
  const command = new Command('dump')
    .description('Write the graph: one format to stdout, or every dump into a folder.')
    .addOption(new Option('--format <name>', 'RDF format').choices(formats.map(({ name }) => name)))
    .addOption(new Option('--part <name>', `a part of the dataset, or "${whole}"`))
    .addOption(
      new Option(
        '--out <folder>',
        `write all dumps (or those of --part and --format), plain and compressed, with their checksums in ${checksumFile}, into this folder`,
      ),
    );
  for (const option of dataOptions()) command.addOption(option);
  return command.action(async ({ format, out, ...options }: DumpOptions) => {
    showProgress('Reading and reasoning …');
    const dataset = await loadDataset(options);
    const part = options.part === undefined ? undefined : findPart(dataset, options.part);
    if (out) {
      await saveDumps(
        dataset,
        out,
        { part, format },
        {
          saved: (file, bytes) => say(`${file}: ${bytes} bytes`),
          leaveOut: (file, reason) => say(`${file}: left out. ${reason}`),
        },
      );
      return;
    }
    const text = await writeDump(dataset, { part: part ?? '', format: format ?? 'turtle' });
    endProgress();
    if (text === undefined) throw new CallFault('So large a graph is written line by line. Take --format n-quads.');
    process.stdout.write(text);
  });
}

function findPart(dataset: Dataset, name: string): string {
  const names = [...splitParts(dataset)].map(({ part }) => part.name || whole);
  if (names.includes(name)) return name === whole ? '' : name;
  throw new CallFault(`--part ${name}: there is no such part. There are ${names.join(', ')}.`);
}
