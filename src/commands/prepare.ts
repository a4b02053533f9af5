import { Command } from 'commander';
import type { Dataset } from '../dataset/build.ts';
import type { LargeDataset } from '../dataset/build-large.ts';
import { checkShapes, describeFinding } from '../dataset/check.ts';
import { keepPrepared } from '../dataset/keep.ts';
import { preparedFiles } from '../dataset/prepared.ts';
import { type KeepFile, withWorkFolder } from '../load/store.ts';
import { contextOf, makeContext } from '../publish/context.ts';
import { checksumFile, type DumpIndex, type DumpTarget, writeChecksums, writeDumps } from '../publish/dumps.ts';
import { loadDataset } from './load.ts';
import { type Large, loadLarge } from './load-large.ts';
import { identify, type PrepareOptions, prepareOptions } from './open.ts';
import { endProgress, say, showProgress } from './progress.ts';

/** `prepare`: builds and checks the dataset ahead, so that `serve` starts at once. */
export function prepareCommand(): Command {
  const command = new Command('prepare').description(
    'Build, check and keep the dataset with its dumps, so that serve starts at once; the version goes to stdout.',
  );
  for (const option of prepareOptions()) command.addOption(option);
  return command.action(async ({ maxTriples, ...given }: PrepareOptions) => {
    // The limit is that of the engine inside this program.
    const options = { ...given, ...(given.image ? { maxTriples } : {}) };
    const { store, made: fingerprint } = await identify(options);
    // Who started this process for itself is gone. Its channel must not keep this process alive when all is done.
    process.once('disconnect', () => process.exit(1));
    process.channel?.unref();
    showProgress('Reading and reasoning …');
    const version = await withWorkFolder(store, async (folder) => {
      const large = await loadLarge(options, folder);
      try {
        const made = large ? describeLarge(large) : describe(await loadChecked(options));
        showProgress('Writing the dumps …');
        await keepPrepared(store, made.dataset, {
          made: fingerprint,
          addFiles: (keepFile) => keepFiles(keepFile, made),
          keep: options.keep,
          image: options.image,
        });
        return made.dataset.version;
      } finally {
        await large?.dataset.image?.cancel();
      }
    });
    endProgress();
    process.stdout.write(`${version}\n`);
  });
}

/** Says that a graph breaks its shapes; the report is on stderr. */
class InvalidGraph extends Error {}

async function refuseInvalid(dataset: Dataset, allow: boolean): Promise<void> {
  if (!dataset.publication) return;
  showProgress('Checking against the shapes …');
  const findings = (await checkShapes(dataset, dataset.publication)).filter(({ severity }) => severity === 'violation');
  if (!findings.length) return;
  for (const finding of findings) say(describeFinding(finding));
  if (!allow)
    throw new InvalidGraph(
      `The graph breaks its shapes in ${findings.length} places (above). Mend them, or start with --allow-invalid to look at it all the same.`,
    );
}

/** A dataset, and what is kept beside it. */
interface Made {
  readonly dataset: Dataset | LargeDataset;
  readonly context: Record<string, unknown>;
  readonly writeDumps: (target: DumpTarget) => Promise<DumpIndex>;
}

const describe = (dataset: Dataset): Made => ({
  dataset,
  context: makeContext(dataset),
  writeDumps: (target) => writeDumps(dataset, target),
});

const describeLarge = ({ dataset, usage, dumps }: Large): Made => ({
  dataset,
  context: contextOf(undefined, usage),
  writeDumps: (target) => dumps.write(target),
});

async function loadChecked(
  options: Omit<PrepareOptions, 'maxTriples'> & { readonly maxTriples?: number },
): Promise<Dataset> {
  const dataset = await loadDataset(options);
  await refuseInvalid(dataset, options.allowInvalid);
  return dataset;
}

async function keepFiles(keepFile: KeepFile, { context, writeDumps }: Made): Promise<void> {
  const inFolder = (file: string): string => `${preparedFiles.dumpFolder}/${file}`;
  await keepFile(preparedFiles.context, JSON.stringify(context));
  const index = await writeDumps({
    save: (file, content) => keepFile(inFolder(file), content),
    leaveOut: (file, reason) => say(`${file}: left out. ${reason}`),
  });
  await keepFile(inFolder(checksumFile), writeChecksums(index));
  await keepFile(preparedFiles.dumps, JSON.stringify(index));
}
