import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPassages, readSources } from '../src/commands/check.ts';
import { buildDataset, engineNQuads } from '../src/dataset/build.ts';
import { compareWithSources } from '../src/dataset/sources.ts';
import { EnginePool } from '../src/engine/pool.ts';
import { readTexts } from '../src/load/files.ts';
import { readPublication } from '../src/load/publication.ts';
import { ownPublication } from './setup/server.ts';

// The source texts are other people's: they are not in the project, and these tests run only where they lie beside it.
const root = new URL('..', import.meta.url).pathname;
const sources = path.join(root, '../shared/sources');
const present = existsSync(sources);
if (!present)
  console.warn(
    `SKIPPED: the source texts are not in ${path.relative(root, sources)}; passages are not compared with them.`,
  );

describe.skipIf(!present)('against the source texts', () => {
  test('every passage has the lines and the hash that it says, and every line is in one passage', async () => {
    const publication = await readPublication(ownPublication);
    const dataset = await buildDataset(publication);
    const pool = await EnginePool.start({
      engine: 'oxigraph',
      nquads: engineNQuads(dataset),
      workers: 1,
      timeLimit: 60,
      queueLimit: 10,
    });
    const passages = await readPassages(pool, path.join(root, 'queries')).finally(() => pool.close());
    const texts = await readSources(sources);
    expect(passages.length).toBeGreaterThan(100);
    expect(compareWithSources(passages, texts)).toEqual([]);
  });

  test('no text of ours has eight words in a row from a source', async () => {
    const seen = new Set<string>();
    for (const { text } of await readTexts('*.txt', sources)) {
      // With and without the hyphens at line ends.
      for (const variant of [text, text.replace(/-\n/g, '')]) for (const gram of eightWords(variant)) seen.add(gram);
    }
    const dataset = await buildDataset(await readPublication(ownPublication));
    const copied: string[] = [];
    for (const { subject, predicate, object } of dataset.defaultGraph) {
      if (object.termType !== 'Literal') continue;
      const match = eightWords(object.value).find((gram) => seen.has(gram));
      if (match) copied.push(`${subject.value} ${predicate.value}: ${match}`);
    }
    expect(copied).toEqual([]);
  });
});

function eightWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.slice(7).map((_, index) => words.slice(index, index + 8).join(' '));
}
