import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import type { Dataset } from '../dataset/build.ts';
import { CallFault } from '../load/files.ts';
import { TooManyTriples } from '../load/triple-limit.ts';
import {
  checksumFile,
  isByLine,
  largeGraph,
  type SaveEvents,
  saveDumps,
  saveInto,
  writeDump,
} from '../publish/dumps.ts';
import { splitParts } from '../publish/parts.ts';
import { type FormatName, formats } from '../rdf/formats.ts';
import { loadDataset } from './load.ts';
import { loadLarge } from './load-large.ts';
import { type DataOptions, dataOptions } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

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
    if (await dumpLarge(options, format, out)) return;
    const dataset = await loadDataset(options);
    const part = options.part === undefined ? undefined : findPart(dataset, options.part);
    if (out) {
      await saveDumps(dataset, out, { part, format }, events);
      return;
    }
    const text = await writeDump(dataset, { part: part ?? '', format: format ?? 'turtle' });
    endProgress();
    if (text === undefined) throw byLineOnly();
    process.stdout.write(text);
  });
}

const byLineOnly = (): CallFault => new CallFault('So large a graph is written line by line. Take --format n-quads.');

const events: SaveEvents = {
  saved: (file, bytes) => say(`${file}: ${bytes} bytes`),
  leaveOut: (file, reason) => say(`${file}: left out. ${reason}`),
};

// Gives false where the graph is not so large.
async function dumpLarge(
  options: DumpOptions,
  format: FormatName | undefined,
  out: string | undefined,
): Promise<boolean> {
  if (!options.plain) return false;
  if (options.part !== undefined && options.part !== whole) throw noPart(options.part, [whole]);
  const wanted = format ?? (out ? undefined : 'turtle');
  // In another format there is no large graph to write: its files are not read to their end.
  const limit = wanted === undefined || isByLine(wanted) ? {} : { maxTriples: largeGraph };
  // Beside what is made of it, which has room; the system's folder is often in memory.
  if (out) await mkdir(out, { recursive: true });
  return withTemporaryFolder(out ?? tmpdir(), async (folder) => {
    const large = await loadLarge({ ...options, ...limit }, folder, { format: wanted }).catch((error: unknown) => {
      throw error instanceof TooManyTriples ? byLineOnly() : error;
    });
    if (!large) return false;
    const { dumps } = large;
    if (out) await saveInto(out, (target) => dumps.write(target), events);
    else {
      const file = await dumps.writePlain();
      endProgress();
      if (file === undefined) throw byLineOnly();
      await pipeline(createReadStream(file), process.stdout, { end: false });
    }
    return true;
  });
}

const noPart = (name: string, names: readonly string[]): CallFault =>
  new CallFault(`--part ${name}: there is no such part. There are ${names.join(', ')}.`);

function findPart(dataset: Dataset, name: string): string {
  const names = [...splitParts(dataset)].map(({ part }) => part.name || whole);
  if (names.includes(name)) return name === whole ? '' : name;
  throw noPart(name, names);
}
