import { Command } from 'commander';
import type { Dataset } from '../dataset/build.ts';
import { checkShapes, describeFinding } from '../dataset/check.ts';
import { keepPrepared } from '../dataset/keep.ts';
import { preparedFiles } from '../dataset/prepared.ts';
import type { StoredFile } from '../load/store.ts';
import { makeContext } from '../publish/context.ts';
import { listDumps, writeDump } from '../publish/dumps.ts';
import { NotExpressible } from '../rdf/not-expressible.ts';
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
    await keepPrepared(store, made, dataset, await artefacts(dataset), options.keep);
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

async function artefacts(dataset: Dataset): Promise<StoredFile[]> {
  const files: StoredFile[] = [[preparedFiles.context, JSON.stringify(makeContext(dataset))]];
  for (const dump of listDumps(dataset)) {
    try {
      files.push([dump.file, await writeDump(dataset, dump)]);
    } catch (error) {
      if (!(error instanceof NotExpressible)) throw error;
      say(`${dump.file}: left out. ${error.message}`);
    }
  }
  return files;
}
