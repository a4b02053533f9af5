import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildDataset } from '../src/dataset/build.ts';
import { readPublication } from '../src/load/publication.ts';
import { GraphIndex } from '../src/publish/graph-index.ts';
import { isSure, matchName } from '../src/publish/reconcile/match.ts';
import { NameIndex } from '../src/publish/reconcile/name-index.ts';
import { ownPublication } from './setup/server.ts';

const base = 'https://w3id.org/umcnl/';

/** Names as they stand in spreadsheets, each with the thing it means; a hyphen for what the graph does not have. */
const names = readFileSync(new URL('reconcile/names.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))
  .map(([name = '', expected = '']) => ({ name, expected: expected === '-' ? undefined : `${base}id/${expected}` }));

const known = names.filter(({ expected }) => expected !== undefined);
const unknown = names.filter(({ expected }) => expected === undefined);

let index: NameIndex;

beforeAll(async () => {
  index = await NameIndex.of(GraphIndex.of(await buildDataset(await readPublication(ownPublication))), base);
});

const look = (name: string) => {
  const fits = matchName(index, name);
  return { first: fits[0]?.entity.iri, sure: isSure(fits), fits };
};

describe('names in a spreadsheet', () => {
  test('there are enough of them, and each of the things is in the graph', () => {
    expect(known.length).toBeGreaterThan(100);
    expect(unknown.length).toBeGreaterThan(30);
    for (const { expected } of known) expect(index.entities.has(expected as string), expected).toBe(true);
  });

  test('at least 95% have the right thing first', () => {
    const wrong = known.filter(({ name, expected }) => look(name).first !== expected);
    console.info(
      `Right at rank 1: ${known.length - wrong.length} of ${known.length}. Not: ${wrong.map(({ name }) => name).join('; ')}`,
    );
    expect(wrong.length / known.length).toBeLessThanOrEqual(0.05);
  });

  test('none is matched to a wrong thing without asking', () => {
    expect(names.filter(({ name, expected }) => look(name).sure && look(name).first !== expected)).toEqual([]);
  });

  test('most of those that the graph has are matched without asking', () => {
    const asked = known.filter(({ name }) => !look(name).sure);
    console.info(
      `Matched without asking: ${known.length - asked.length} of ${known.length}. Asked: ${asked.map(({ name }) => name).join('; ')}`,
    );
    expect(asked.length / known.length).toBeLessThanOrEqual(0.3);
  });
});
