import { readFile } from 'node:fs/promises';
import path from 'node:path';
import papaparse from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../src/commands/load.ts';
import type { Running } from '../src/commands/serve.ts';
import { engineNQuads } from '../src/dataset/build.ts';
import { EnginePool } from '../src/engine/pool.ts';
import { figures } from '../src/html/figures/figures.ts';
import { type PageSpec, readPages } from '../src/load/page-specs.ts';
import { readPublication } from '../src/load/publication.ts';
import { readQueries, readQuery } from '../src/load/query-files.ts';
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

const prefix = 'PREFIX umc: <https://w3id.org/umcnl/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>';
const base = 'https://w3id.org/umcnl/';

type Rows = readonly Readonly<Record<string, string>>[];
const ask = (query: string): Promise<Rows> => askRows(oxigraph, `${prefix} ${query}`);
const rowsOf = (name: string): Promise<Rows> => {
  const query = queries.find((each) => each.name === name);
  if (!query) throw new Error(`no query ${name}`);
  return askRows(oxigraph, query.query);
};
/** What was established by reading, for the example queries. */
async function established(name: string): Promise<Rows> {
  const text = await readFile(new URL(`examples/${name}.csv`, import.meta.url), 'utf8');
  return papaparse.parse<Record<string, string>>(text.trim(), { header: true }).data;
}
/** Chosen columns of rows as sorted lines, each once. */
const lines = (rows: Rows, ...columns: readonly string[]): string[] =>
  [...new Set(rows.map((row) => columns.map((column) => row[column] ?? '').join(' ')))].sort();

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

describe('centres side by side', () => {
  test('core tasks are those that passages say are theirs', async () => {
    const rows = (await rowsOf('what-is-said-of-centres')).filter(({ aspect }) => aspect === 'coreTask');
    const said = await ask(`SELECT ?subject ?thing ?source { VALUES ?says { umc:hasCoreTask umc:membersHaveCoreTask }
      ?source a umc:Passage . GRAPH ?source { ?subject ?says ?thing } }`);
    expect(lines(rows, 'subject', 'thing', 'source')).toEqual(lines(said, 'subject', 'thing', 'source'));
  });

  test('a theme of a centre is that of something of its', async () => {
    const rows = (await rowsOf('what-is-said-of-centres')).filter(({ aspect }) => aspect === 'theme');
    for (const centre of ['lumc', 'umcg', 'umc-utrecht']) {
      const held =
        await ask(`SELECT DISTINCT ?thing ?source { GRAPH ?source { ?it umc:theme ?thing } ?source a umc:Passage .
        ?it umc:heldBy|umc:offeredBy|umc:operatedBy|umc:quantityOf <${base}id/centre/${centre}> }`);
      const shown = rows.filter(({ subject }) => subject === `${base}id/centre/${centre}`);
      expect(lines(shown, 'thing', 'source')).toEqual(lines(held, 'thing', 'source'));
    }
  });

  test('numbers are those that were established, of the same', async () => {
    const rows = (await rowsOf('what-is-said-of-centres')).filter(({ aspect }) => aspect === 'number');
    const known = (await established('all-numbers-with-source-lines')).filter(({ scope }) =>
      /\/id\/(?:centre|collaboration\/umcs-of-the-netherlands)/.test(scope ?? ''),
    );
    expect(lines(rows, 'quantity', 'subject', 'value')).toEqual(lines(known, 'quantity', 'scope', 'value'));
  });

  test('a centre of which nothing is said can be chosen, and stands there as such', async () => {
    const page = await get('/compare?lang=en&subject=id/centre/radboudumc&subject=id/centre/lumc');
    expect(page).toMatch(/name="subject" value="id\/centre\/radboudumc" checked/);
    expect(page).toMatch(/no passage says anything here: <span><a[^>]*>Radboudumc/);
    expect(page).not.toMatch(/<th scope="col"><a[^>]*>UMCG/);
  });

  test('what was chosen stays in the other language', async () => {
    const page = await get('/compare?lang=en&subject=id/centre/lumc&subject=id/centre/umcg');
    const [, other = ''] = /class="language" href="([^"]*)"/.exec(page) ?? [];
    expect(new URLSearchParams(other.replaceAll('&amp;', '&').split('?')[1]).getAll('subject')).toEqual([
      'id/centre/lumc',
      'id/centre/umcg',
    ]);
  });
});

describe('partners', () => {
  test('those of accelerators are those that were established, and who takes part', async () => {
    const rows = await rowsOf('partner-network');
    const shown = lines(
      rows.filter(({ accelerator }) => accelerator),
      'accelerator',
      'partner',
    );
    const known = (await established('partners-per-accelerator')).filter(
      ({ partner }) => !partner?.startsWith(`${base}id/group/`),
    );
    const taking = await ask(`SELECT ?accelerator ?partner { { ?accelerator umc:participant ?partner } UNION
      { ?part umc:participant ?partner ; umc:partOf ?accelerator } ?accelerator a umc:Accelerator . ?partner a umc:Organisation }`);
    expect(shown).toEqual(
      lines([...known, ...taking], 'accelerator', 'partner').filter((line) => !line.includes('/centre/')),
    );
  });

  test('can be chosen by accelerator and by country', async () => {
    const accelerator = await get('/partners?lang=en&accelerator=id/accelerator/image-guided-interventions');
    const known = (await established('partners-of-image-guided-interventions')).flatMap((row) =>
      Object.values(row).filter((value) => /\/id\/(?!group)/.test(value)),
    );
    const [, list = ''] = /<table class="partners">(.*?)<\/table>/s.exec(accelerator) ?? [];
    const shown = [...list.matchAll(/<th scope="row"><a href="\/about\/([^?"]*)/g)].map(([, path]) => base + path);
    expect(shown.length).toBeGreaterThan(3);
    for (const each of shown) expect(known).toContain(each);
    const abroad = await get('/partners?lang=nl&country=US');
    const names = [...abroad.matchAll(/<th scope="row"><a[^>]*>([^<]*)/g)].map(([, name]) => name);
    const seats = (await established('organisations-by-city')).filter(({ country }) => country === 'US');
    expect(names.length).toBe(seats.length);
    expect(abroad).toContain('Verenigde Staten');
  });

  test('boxes of the picture cover each other nowhere, and stand at the same places each time', async () => {
    const [first, second] = [await get('/partners?lang=en'), await get('/partners?lang=en&country=')];
    const boxes = (page: string): number[][] =>
      [...page.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" rx/g)].map((found) =>
        found.slice(1).map(Number),
      );
    const drawn = boxes(first);
    expect(drawn.length).toBeGreaterThan(30);
    expect(boxes(second)).toEqual(drawn);
    for (const [index, [x = 0, y = 0, width = 0, height = 0]] of drawn.entries())
      for (const [left = 0, top = 0, wide = 0, high = 0] of drawn.slice(index + 1))
        expect(x < left + wide && left < x + width && y < top + high && top < y + height).toBe(false);
  });
});

describe('themes', () => {
  test('count the passages of what is below them, each once', async () => {
    const page = await get('/themes?lang=en');
    const shown = [
      ...page.matchAll(
        /class="name"><a href="\/about\/([^?"]*)[^>]*>[^<]*<\/a><\/span>.*?(\d+) passages? · (\d+) thing/gs,
      ),
    ].map(([, theme, passages, things]) => ({ theme: base + theme, passages, things }));
    const counted = await ask(`SELECT ?theme (COUNT(DISTINCT ?source) AS ?passages) (COUNT(DISTINCT ?it) AS ?things) {
      ?below skos:broader* ?theme . ?theme a umc:Theme . ?source a umc:Passage . GRAPH ?source { ?it umc:theme ?below } } GROUP BY ?theme`);
    expect(lines(shown as Rows, 'theme', 'passages', 'things')).toEqual(
      expect.arrayContaining(lines(counted, 'theme', 'passages', 'things')),
    );
  });
});

describe('numbers', () => {
  test('are those that were established, with their lines', async () => {
    const known = await established('all-numbers-with-source-lines');
    const columns = ['scope', 'value', 'document', 'startLine', 'endLine'];
    const rows = await rowsOf('numbers-with-scope');
    expect(rows.length).toBe(known.length);
    expect(lines(rows, 'thing', ...columns)).toEqual(lines(known, 'quantity', ...columns));
  });

  test('say how exact they are, and stand beside others of the same measure only', async () => {
    const page = await get('/quantities?lang=nl');
    const [, chart = ''] = /<div class="bars">(.*?)<\/figure>/s.exec(page) ?? [];
    expect(chart).toMatch(/UMCG.*?ruim 10\.000/s);
    const measures = [...chart.matchAll(/<section>.*?<\/section>/gs)];
    expect(measures.length).toBeGreaterThan(2);
    for (const [section] of measures) {
      const amounts = [...section.matchAll(/<summary>([^<]*)/g)];
      expect(amounts.length).toBeGreaterThan(1);
    }
    // Nobody but the centres together has a cost or a percentage.
    expect(chart).not.toMatch(/euro|procent/);
  });
});

describe('documents', () => {
  test('have the passages and lines that were established', async () => {
    const rows = await rowsOf('passages-of-documents');
    const passages = await established('passages-per-document');
    const covered = (await established('lines-in-passages-per-document')).map(({ coveredLines }) => coveredLines);
    const page = await get('/documents?lang=en');
    for (const { document, label, passages: count = '', lastLine } of passages) {
      expect(rows.filter((row) => row['document'] === document)).toHaveLength(Number(count));
      const [, shown] =
        new RegExp(`>${label}</a></h2>.*?${count} passages · .*? · (\\d+) of the first ${lastLine} lines`, 's').exec(
          page,
        ) ?? [];
      expect(covered).toContain(shown);
    }
  });

  test('count statements as the coverage does', async () => {
    const coverage = await readQuery(path.join(new URL('..', import.meta.url).pathname, 'queries/server/coverage.rq'));
    const columns = ['passage', 'statements', 'introduced'];
    expect(lines(await rowsOf('passages-of-documents'), ...columns)).toEqual(
      lines(await askRows(oxigraph, coverage.query), ...columns),
    );
  });
});
