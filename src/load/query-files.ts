import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findFiles } from './files.ts';
import type { Text } from './publication.ts';

/** A SPARQL query in a file of its own, with what its `#+` lines say of it. */
export interface QueryFile {
  /** The file's name without its ending. */
  readonly name: string;
  readonly file: string;
  readonly title: Text;
  readonly description: Text;
  readonly tags: readonly string[];
  /** The endpoints of others that it asks. */
  readonly endpoints: readonly string[];
  /** The whole text: it runs as it stands. */
  readonly query: string;
}

/** Reads the queries of a folder, in the order of their names. */
export async function readQueries(folder: string): Promise<QueryFile[]> {
  const files = await findFiles('*.rq', folder);
  return Promise.all(files.map((file) => readQuery(path.join(folder, file))));
}

/** Reads one query file. `#+ title@en: …` lines give titles and descriptions, `#+ tags: a, b` its tags, `#+ endpoints: a, b` whom it asks. */
export async function readQuery(file: string): Promise<QueryFile> {
  const query = await readFile(file, 'utf8');
  const title: Record<string, string> = {};
  const description: Record<string, string> = {};
  const lists: Record<string, readonly string[]> = {};
  for (const [, key, language, value] of query.matchAll(/^#\+ (\w+)(?:@([a-z]{2}))?:\s*(.*\S)/gm)) {
    if (key === 'title' && language) title[language] = value as string;
    if (key === 'description' && language) description[language] = value as string;
    if (key === 'tags' || key === 'endpoints') lists[key] = (value as string).split(',').map((each) => each.trim());
  }
  const { tags = [], endpoints = [] } = lists;
  return { name: path.basename(file, '.rq'), file, title, description, tags, endpoints, query };
}

/** The query that a newcomer is shown: the one with the tag `first`, without its remarks. */
export const firstExample = (examples: readonly QueryFile[]): string | undefined =>
  examples
    .find(({ tags }) => tags.includes('first'))
    ?.query.replace(/^#\+.*\n/gm, '')
    .trim();
