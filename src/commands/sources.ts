import path from 'node:path';
import { findFiles, type Input, listArguments, listLayers } from '../load/files.ts';
import { type Publication, readPublication } from '../load/publication.ts';
import { hashFiles } from '../load/store.ts';
import { federationBeside } from './federation.ts';
import { examplesFolder } from './load.ts';
import type { DataOptions } from './options.ts';

/** What a dataset is made from. */
export interface Sources {
  readonly publication: Publication | undefined;
  /** The RDF files that are loaded. */
  readonly inputs: readonly Input[];
  /** All files, those among them. */
  readonly files: readonly string[];
}

/** Lists what the options stand for, and reads nothing but the description of the publication. */
export async function listSources({ data, graph, plain, ...options }: DataOptions): Promise<Sources> {
  const publication = plain ? undefined : await readPublication(options.publication);
  const given = await listArguments(data, graph);
  const inputs = [...(publication ? await listLayers(publication) : []), ...given];
  const files = inputs.map(({ file }) => file);
  if (publication) {
    files.push(path.resolve(options.publication));
    const { folder, rules, shapes } = publication;
    const beside = path.posix.join(path.posix.dirname(rules), 'same-as', path.posix.basename(rules));
    for (const pattern of [rules, beside, shapes]) files.push(...(await findIn(folder, pattern)));
    files.push(...(await findIn(examplesFolder(publication), '*.rq')));
  }
  return { publication, inputs, files };
}

/** What says how a dataset is shown and asked: it is read by the server, not prepared. */
export interface ShownOptions extends Pick<DataOptions, 'publication' | 'plain'> {
  readonly federation?: string | false;
}

/** Lists the files that are read beside the dataset: the pages, all queries, and whom queries may ask beside us. */
export async function listShown(options: ShownOptions): Promise<string[]> {
  const { federation = federationBeside(options.publication), plain } = options;
  const files = federation === false ? [] : [path.resolve(federation)];
  if (plain) return files;
  const { folder, queries, pages } = await readPublication(options.publication);
  files.push(path.resolve(options.publication), ...(await findIn(path.join(folder, queries), '**/*.rq')));
  if (pages !== undefined) files.push(path.join(folder, pages));
  return files;
}

/**
 * Stands for what is read beside the dataset. It is the same in another folder: several servers with the same files give
 * the same tags.
 */
export const editionOf = async (options: ShownOptions): Promise<string> =>
  hashFiles(await listShown(options), path.dirname(path.resolve(options.publication)));

const findIn = async (folder: string, pattern: string): Promise<string[]> =>
  (await findFiles(pattern, folder)).map((file) => path.join(folder, file));
