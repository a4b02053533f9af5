import { Command, Option } from 'commander';
import { BrokenFiles, buildPlain, type Dataset, type DatasetFacts, mergedTriples } from '../dataset/build.ts';
import { type Edition, isVersionName, keptVersions } from '../dataset/versions.ts';
import { changesDocument } from '../html/changes-page.tsx';
import type { Language } from '../html/texts.ts';
import type { View } from '../html/view.ts';
import { readAssets } from '../load/assets.ts';
import { CallFault, findReadable } from '../load/files.ts';
import { type Publication, readPublication } from '../load/publication.ts';
import { findVersion } from '../load/store.ts';
import { type ChangesOptions, shownLimit, tellChanges } from '../publish/changes.ts';
import { Collections } from '../publish/collections.ts';
import { type Diff, diffEditions } from '../publish/diff.ts';
import { writeChanges } from '../publish/write-changes.ts';
import { compareLines } from '../rdf/canonical.ts';
import { writePatch } from '../rdf/write-patch.ts';
import { changesText } from './changes-text.ts';
import { loadDataset } from './load.ts';
import { identify, storeOption } from './open.ts';
import { type DataOptions, dataOptions, whole } from './options.ts';
import { endProgress, showProgress } from './progress.ts';

interface DiffOptions extends DataOptions {
  readonly store: string;
  readonly format: 'text' | 'html' | 'json' | 'patch';
  readonly language: Language;
  readonly inferred: boolean;
  readonly limit: number;
  readonly triples: boolean;
}

/** `diff`: what changed between two versions of the dataset, or two sets of files. */
export function diffCommand(): Command {
  const command = new Command('diff')
    .description(
      'Show what changed between two versions: kept ones by their names, "current" for the files as they are now, or RDF files and folders. Exit code 0 when they are equal, 1 when they differ.',
    )
    .argument('<A>', 'a kept version (16 hexadecimal digits), "current", or an RDF file or folder')
    .argument('<B>', 'the same, for what A is compared with')
    .addOption(
      new Option('--format <name>', 'how to write it').choices(['text', 'html', 'json', 'patch']).default('text'),
    )
    .addOption(new Option('--language <tag>', 'language of text and HTML').choices(['en', 'nl']).default('en'))
    .addOption(new Option('--inferred', 'also list what only follows from the rest').default(false))
    .addOption(
      new Option('--limit <n>', 'things of each kind, and statements of each, that are listed; a patch has all')
        .argParser(whole(1, 1_000_000))
        .default(shownLimit),
    )
    .addOption(new Option('--triples', 'compare the merge of all graphs, whatever graph says what').default(false))
    .addOption(storeOption());
  for (const option of dataOptions()) command.addOption(option);
  return command.action(async (a: string, b: string, options: DiffOptions) => {
    const publication = options.plain ? undefined : await readPublication(options.publication);
    const [from, to] = [await openEdition(a, options, publication), await openEdition(b, options, publication)];
    showProgress('Comparing …');
    const diff = await diffEditions(from, to);
    const written = await write(options, publication, from, to, diff);
    endProgress();
    process.stdout.write(written);
    process.exitCode = diff.removed.length || diff.added.length ? 1 : 0;
  });
}

async function write(
  options: DiffOptions,
  publication: Publication | undefined,
  from: Edition,
  to: Edition,
  diff: Diff,
): Promise<string> {
  if (options.format === 'patch') return writePatch(diff);
  const facts: DatasetFacts = {
    publication,
    inputs: [...from.inputs, ...to.inputs],
    counts: { asserted: 0, inferred: 0, described: 0 },
    version: to.version,
    graphs: {},
  };
  const how: ChangesOptions = { facts, inferred: options.inferred, limit: options.limit };
  const changes = await tellChanges(diff, from, to, how);
  if (options.format === 'json') return `${JSON.stringify(writeChanges(changes), null, 1)}\n`;
  const assets = await readAssets();
  const view: View = {
    publicUrl: '',
    // No IRI begins so: a file leads to permanent IRIs, as there is no instance that it belongs to.
    dataset: publication ? { ...facts, publication: { ...publication, base: 'none:' } } : facts,
    index: changes.index,
    collections: new Collections([], async () => []),
    examples: [],
    pages: [],
    assets,
  };
  return options.format === 'text'
    ? changesText(view, changes, options.language)
    : changesDocument(view, changes, options.language, String(assets.read('style.css')));
}

async function openEdition(
  argument: string,
  options: DiffOptions,
  publication: Publication | undefined,
): Promise<Edition> {
  showProgress(`Reading ${argument} …`);
  const edition = await findEdition(argument, options, publication);
  if (!options.triples) return edition;
  const merged = mergedTriples(String(edition.canonical)).sort(compareLines);
  return { ...edition, canonical: Buffer.from(merged.map((line) => `${line}\n`).join('')) };
}

async function findEdition(
  argument: string,
  options: DiffOptions,
  publication: Publication | undefined,
): Promise<Edition> {
  const store = { folder: options.store, name: publication?.name ?? 'plain' };
  const versions = keptVersions(store);
  if (argument === 'current') {
    const { made } = await identify({ ...options, keep: 1, allowInvalid: false });
    const version = await findVersion(store, made);
    const kept = version === undefined ? undefined : await versions.open(version);
    return kept ?? fromDataset(await loadDataset(options));
  }
  if (isVersionName(argument)) {
    const kept = await versions.open(argument);
    if (kept) return kept;
  }
  const files = await findReadable(argument);
  if (files.length) return readFiles(argument, files);
  const names = (await versions.list()).map(({ version }) => version);
  throw new CallFault(
    `${argument}: there is no such version, file or folder with RDF files in it. Kept in ${options.store}: ${names.join(', ') || 'none'}.`,
  );
}

// Exit code 1 says that two things differ; files that cannot be compared are another matter.
async function readFiles(argument: string, files: readonly string[]): Promise<Edition> {
  try {
    return fromDataset(await buildPlain(files.map((file) => ({ file, layer: 'data' }))));
  } catch (error) {
    throw error instanceof BrokenFiles ? new CallFault(`${argument} cannot be read.\n${error.message}`) : error;
  }
}

const fromDataset = ({ version, inputs, canonical }: Dataset): Edition => ({
  version,
  inputs,
  canonical: Buffer.from(canonical),
});
