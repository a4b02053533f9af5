import { Command } from 'commander';
import type { Dataset } from '../dataset/build.ts';
import { checkShapes, describeFinding } from '../dataset/check.ts';
import { keepPrepared } from '../dataset/keep.ts';
import { preparedFiles } from '../dataset/prepared.ts';
import type { KeepFile } from '../load/store.ts';
import { makeContext } from '../publish/context.ts';
import { checksumFile, writeChecksums, writeDumps } from '../publish/dumps.ts';
import { loadDataset } from './load.ts';
import { identify, type PrepareOptions, prepareOptions } from './open.ts';
import { endProgress, say, showProgress } from './progress.ts';

/** `prepare`: builds and checks the dataset ahead, so that `serve` starts at once. */
export function prepareCommand(): Command {
  const command = new Command('prepare').description(
    'Build, check and keep the dataset with its dumps, so that serve starts at once; the version goes to stdout.',
  );
  for (const option of prepareOptions()) command.addOption(option);
  return command.action(async (options: PrepareOptions) => {
    const { store, made } = await identify(options);
    showProgress('Reading and reasoning …');
    const dataset = await loadDataset(options);
    await refuseInvalid(dataset, options.allowInvalid);
    showProgress('Writing the dumps …');
    await keepPrepared(store, made, dataset, (keepFile) => keepArtefacts(dataset, keepFile), options.keep);
    endProgress();
    process.stdout.write(`${dataset.version}\n`);
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

async function keepArtefacts(dataset: Dataset, keepFile: KeepFile): Promise<void> {
  const inFolder = (file: string): string => `${preparedFiles.dumpFolder}/${file}`;
  await keepFile(preparedFiles.context, JSON.stringify(makeContext(dataset)));
  const index = await writeDumps(dataset, {
    save: (file, content) => keepFile(inFolder(file), content),
    leaveOut: (file, reason) => say(`${file}: left out. ${reason}`),
  });
  await keepFile(inFolder(checksumFile), writeChecksums(index));
  await keepFile(preparedFiles.dumps, JSON.stringify(index));
}
