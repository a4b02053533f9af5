import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Option } from 'commander';
import { CallFault } from '../load/files.ts';
import type { VocabularyText } from '../registries/vocabulary.ts';

/** Options that say in which terms a registry is read. */
export interface VocabularyOptions {
  readonly vocabulary?: string;
  readonly publication: string;
}

/** In which terms a registry is read. */
export const vocabularyOption = (): Option =>
  new Option('--vocabulary <file>', 'JSON-LD context that gives the records their terms').default(
    undefined,
    'registries/ror-vocabulary.json beside the publication',
  );

/** Reads the vocabulary and makes something of it. Throws {@link CallFault} that names the file. */
export async function readVocabulary<T>(
  { vocabulary, publication }: VocabularyOptions,
  make: (text: VocabularyText) => T,
): Promise<T> {
  const file = vocabulary ?? path.join(path.dirname(publication), 'registries', 'ror-vocabulary.json');
  try {
    return make(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const told = code ? `the vocabulary cannot be read (${code})` : message.replace(/\.$/, '');
    throw new CallFault(`${path.relative(process.cwd(), file)}: ${told}.`);
  }
}
