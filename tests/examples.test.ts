import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../src/commands/load.ts';
import { type Dataset, engineNQuads } from '../src/dataset/build.ts';
import type { EngineName } from '../src/engine/engines.ts';
import { EnginePool } from '../src/engine/pool.ts';
import { readForm } from '../src/engine/query-form.ts';
import { readQueries } from '../src/load/query-files.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { findFormat } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { defaults } from './setup/server.ts';

const root = new URL('..', import.meta.url).pathname;
const queries = await readQueries(path.join(root, 'queries/examples'));
const expectedFile = (name: string): string | undefined =>
  ['csv', 'ttl', 'txt'].map((extension) => path.join(root, 'tests/examples', `${name}.${extension}`)).find(existsSync);

let dataset: Dataset;
const pools = new Map<EngineName, EnginePool>();

beforeAll(async () => {
  // All that is served, with what the dataset says of itself: no query may be the worse for it.
  dataset = await loadDataset(defaults);
  for (const engine of ['oxigraph', 'comunica'] as const) {
    pools.set(
      engine,
      await EnginePool.start({ engine, nquads: engineNQuads(dataset), workers: 1, timeLimit: 60, queueLimit: 1000 }),
    );
  }
});
afterAll(() => Promise.all([...pools.values()].map((pool) => pool.close())));

test('there are at least 25 example queries', () => {
  expect(queries.length).toBeGreaterThanOrEqual(25);
});

const groups = ['policy-analyst', 'journalist', 'patient-organisation', 'librarian', 'data-steward'];

describe.each(queries)('$name', ({ name, query, title, description, tags }) => {
  test('has a title and a description in both languages, and a user group', () => {
    for (const text of [title, description]) expect(Object.keys(text).sort()).toEqual(['en', 'nl']);
    expect(groups).toContain(tags[0]);
  });

  test.each(['oxigraph', 'comunica'] as const)('answers in %s what was established by reading', async (engine) => {
    const file = expectedFile(name);
    expect(file, `tests/examples/${name}.csv is missing`).toBeDefined();
    const expected = readFileSync(file as string, 'utf8');
    const graph = ['construct', 'describe'].includes(readForm(query));
    const result = await (pools.get(engine) as EnginePool).query({
      query,
      resultFormat: 'csv',
      graphFormat: 'n-triples',
      prefixes: {},
    });
    const answer = new TextDecoder().decode(result.body);
    if (graph) expect(await canonical(answer)).toBe(await canonical(expected));
    else expect(normalise(answer)).toEqual(normalise(expected));
  });
});

// Engines differ in line ends and in the quotes that RFC 4180 allows but does not ask for.
const normalise = (csv: string): string[] =>
  csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.replace(/"([^",\r\n]*)"/g, '$1'));

const turtle = findFormat('ttl');
async function canonical(text: string): Promise<string> {
  if (!turtle) throw new Error('no Turtle');
  return canonicalNQuads(await readRdf(text, turtle, { source: 'answer', baseIRI: 'http://example.org/' }));
}
