import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../src/commands/load.ts';
import type { Running } from '../src/commands/serve.ts';
import { engineNQuads } from '../src/dataset/build.ts';
import { EnginePool } from '../src/engine/pool.ts';
import { figures } from '../src/html/figures/figures.ts';
import { type PageSpec, readPages } from '../src/load/page-specs.ts';
import { readPublication } from '../src/load/publication.ts';
import { readQueries } from '../src/load/query-files.ts';
import { askRows } from '../src/publish/ask.ts';
import { defaults, ownPublication, serve } from './setup/server.ts';

const queries = await readQueries(path.join(new URL('..', import.meta.url).pathname, 'queries/pages'));
const specs = await readPages(await readPublication(ownPublication));
const languages = ['nl', 'en'] as const;

let running: Running;
let oxigraph: EnginePool;
let comunica: EnginePool;

beforeAll(async () => {
  running = await serve();
  const nquads = engineNQuads(await loadDataset(defaults));
  const start = { nquads, workers: 1, timeLimit: 170, queueLimit: 100 };
  oxigraph = await EnginePool.start({ engine: 'oxigraph', ...start });
  comunica = await EnginePool.start({ engine: 'comunica', ...start });
});
afterAll(() => Promise.all([running?.stop(), oxigraph?.close(), comunica?.close()]));

const get = async (address: string): Promise<string> => {
  const response = await fetch(new URL(address, running.url), { headers: { accept: 'text/html' } });
  expect(response.status).toBe(200);
  return response.text();
};

describe.each(queries)('the query $name', ({ query, title, description, name }) => {
  test('has a title and a description in both languages, and a page that uses it', () => {
    for (const text of [title, description]) expect(Object.keys(text).sort()).toEqual(['en', 'nl']);
    expect(specs.some(({ sections }) => sections.some((section) => section.query?.name === name))).toBe(true);
  });

  test('answers the same in both engines', async () => {
    const answer = async (pool: EnginePool): Promise<string[]> => {
      const rows = await askRows(pool, query);
      return rows.map((row) =>
        JSON.stringify(
          Object.entries(row)
            .filter(([, value]) => value !== '')
            .sort(),
        ),
      );
    };
    const rows = await answer(oxigraph);
    expect(rows.length).toBeGreaterThan(0);
    // What comes first where the query leaves it open is not compared.
    expect((await answer(comunica)).sort()).toEqual(rows.sort());
    // Comunica needs seconds for the larger ones.
  }, 180_000);
});

describe.each(specs.map((spec): [string, PageSpec] => [`/${spec.path}`, spec]))('the page %s', (address, spec) => {
  test('has figures that there are', () => {
    for (const { figure } of spec.sections) if (figure !== undefined) expect(figures).toHaveProperty(figure);
  });

  test.each(languages)('is complete in %s', async (language) => {
    const page = await get(`${address}?lang=${language}`);
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain(spec.title[language]);
    for (const { names } of spec.sections) {
      for (const name of Object.values(names)) expect(Object.keys(name).sort()).toEqual(['en', 'nl']);
    }
    // What has no name would be shown by its IRI.
    expect(page).not.toMatch(/>https:\/\/w3id\.org\/umcnl\/(?:id|concept|document)\//);
    expect(page).not.toMatch(/<script(?![^>]*(?: src=|type="application\/ld\+json"))| style="| on\w+="/);
  });
});
