import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDataset, buildPlain, type Dataset, engineNQuads } from '../src/dataset/build.ts';
import { checkShapes, describeFinding } from '../src/dataset/check.ts';
import { EnginePool } from '../src/engine/pool.ts';
import { listArguments } from '../src/load/files.ts';
import { type Publication, readPublication } from '../src/load/publication.ts';
import { readQueries } from '../src/load/query-files.ts';
import { askRows } from '../src/publish/ask.ts';
import { ownPublication } from './setup/server.ts';

const root = new URL('..', import.meta.url).pathname;
const checks = await readQueries(path.join(root, 'queries/checks'));
let publication: Publication;
let dataset: Dataset;
let pool: EnginePool;

const start = (from: Dataset): Promise<EnginePool> =>
  EnginePool.start({ engine: 'oxigraph', nquads: engineNQuads(from), workers: 1, timeLimit: 60, queueLimit: 100 });

beforeAll(async () => {
  publication = await readPublication(ownPublication);
  dataset = await buildDataset(publication);
  pool = await start(dataset);
});
afterAll(() => pool.close());

test('the graph breaks no shape', async () => {
  const findings = await checkShapes(dataset, publication);
  expect(
    findings.filter(({ severity }) => severity === 'violation').map((finding) => describeFinding(finding)),
  ).toEqual([]);
});

test('there are check queries', () => {
  expect(checks.length).toBeGreaterThanOrEqual(8);
});

describe.each(checks)('check $name', ({ name, query, title, description }) => {
  test('has a title and a description in both languages', () => {
    for (const text of [title, description]) expect(Object.keys(text).sort()).toEqual(['en', 'nl']);
  });

  test('finds no fault in the graph', async () => {
    expect(await askRows(pool, query)).toEqual([]);
  });

  test('finds the fault in a graph that has it', async () => {
    const file = path.join(root, 'tests/checks', `${name}.trig`);
    expect(existsSync(file), `${file} is missing`).toBe(true);
    const faulty = await start(await buildPlain(await listArguments([file], [])));
    try {
      expect(await askRows(faulty, query)).not.toEqual([]);
    } finally {
      await faulty.close();
    }
  });
});
