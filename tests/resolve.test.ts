import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { schemes } from '../src/registries/identifiers.ts';
import { serve } from './setup/server.ts';

let running: Running;

beforeAll(async () => {
  running = await serve({ federation: false });
});
afterAll(() => running?.stop());

const ask = (id: string, accept = 'application/json') =>
  fetch(`${running.url}/resolve?id=${encodeURIComponent(id)}`, { headers: { accept }, redirect: 'manual' });

/** What the graph says by SPARQL, as rows of texts. */
async function rows(query: string): Promise<string[][]> {
  const response = await fetch(`${running.url}/sparql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'application/sparql-results+json' },
  });
  const { head, results } = (await response.json()) as {
    head: { vars: string[] };
    results: { bindings: Record<string, { value: string }>[] };
  };
  return results.bindings.map((row) => head.vars.map((name) => row[name]?.value ?? ''));
}

describe('an identifier of a thing leads to it', () => {
  test.each([
    // Any usual spelling.
    ['https://ror.org/05xvt9f17', 'id/centre/lumc'],
    ['http://www.ror.org/05xvt9f17/', 'id/centre/lumc'],
    ['ror.org/05XVT9F17', 'id/centre/lumc'],
    ['ROR: 05xvt9f17', 'id/centre/lumc'],
    ['https://api.ror.org/v2/organizations/05xvt9f17', 'id/centre/lumc'],
    ['grid.10419.3d', 'id/centre/lumc'],
    ['https://www.grid.ac/institutes/grid.10419.3d', 'id/centre/lumc'],
    ['0000 0000 8945 2978', 'id/centre/lumc'],
    ['ISNI 0000-0000-8945-2978', 'id/centre/lumc'],
    ['https://isni.org/isni/0000000089452978', 'id/centre/lumc'],
    ['https://doi.org/10.13039/501100005039', 'id/centre/lumc'],
    ['501100005039', 'id/centre/lumc'],
    ['I913481162', 'id/university/wageningen-university-and-research'],
    ['https://api.openalex.org/institutions/I913481162', 'id/university/wageningen-university-and-research'],
    ['https://www.wikidata.org/wiki/Q422208', 'id/university/wageningen-university-and-research'],
    ['wd:Q422208', 'id/university/wageningen-university-and-research'],
    ['openorgs____::ad8f981707a4a1d6c9e9ee60c02b9a11', 'id/university/wageningen-university-and-research'],
    ['PIC 999985805', 'id/university/utrecht-university'],
    ['geonames:2745912', 'id/place/utrecht'],
    ['http://data.europa.eu/eli/reg/2025/327/oj', 'id/legislation/european-health-data-space'],
    // Addresses of pages about it.
    [
      'https://en.wikipedia.org/wiki/Wageningen_University_and_Research_Centre',
      'id/university/wageningen-university-and-research',
    ],
    ['WWW.wur.nl', 'id/university/wageningen-university-and-research'],
    // One of our own.
    ['https://w3id.org/umcnl/id/centre/lumc', 'id/centre/lumc'],
    // The federation had this record before it took another name, of which the record knows nothing.
    ['https://ror.org/02dm2pb39', 'id/network/nfu'],
  ])('%s', async (id, path) => {
    const response = await ask(id);
    expect([response.status, response.headers.get('location')]).toEqual([303, `/${path}`]);
  });

  test('also at the addresses of this instance', async () => {
    for (const path of ['/id/centre/lumc', '/about/id/centre/lumc', '/about/id/centre/lumc?lang=nl']) {
      const response = await ask(running.url + path);
      expect([response.status, response.headers.get('location')], path).toEqual([303, '/id/centre/lumc']);
    }
  });

  test('every key and every identity of the graph, in the schemes that can be told apart', async () => {
    const found = await rows(`
      PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
      SELECT ?thing (STR(?key) AS ?text) (REPLACE(STR(DATATYPE(?key)), ".*/", "") AS ?scheme)
      WHERE { ?thing skos:notation ?key FILTER(STRSTARTS(STR(?thing), "https://w3id.org/umcnl/id/")) }`);
    expect(found.length).toBeGreaterThan(200);
    for (const [thing, key, name] of found) {
      const scheme = schemes.find((each) => each.name === name);
      const [prefix] = scheme?.prefixes ?? [];
      const id = prefix && scheme?.name !== 'rrid' ? `${prefix}:${key}` : (key as string);
      const response = await ask(id);
      expect([300, 303], `${id} of ${thing}`).toContain(response.status);
      const to =
        response.status === 303
          ? [`https://w3id.org/umcnl${response.headers.get('location')}`]
          : ((await response.json()) as { choices: { id: string }[] }).choices.map(({ id: each }) => each);
      // Where another thing is the same as the entry, and this one only close to it, the other one is meant.
      if (!to.includes(thing as string)) {
        const [close] = await rows(
          `PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
           SELECT ?entry WHERE { <${thing}> skos:closeMatch ?entry FILTER(STRENDS(STR(?entry), "${key}")) }`,
        );
        expect(close, `${id} of ${thing} leads to ${to}`).toBeDefined();
      }
    }
  });
});

describe('what is not sure', () => {
  test('an identifier of several things gives them to choose from', async () => {
    const shared = await rows(`
      PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
      SELECT ?entry (COUNT(DISTINCT ?thing) AS ?things)
      WHERE { ?thing skos:narrowMatch ?entry FILTER(STRSTARTS(STR(?entry), "https://ror.org/")) } GROUP BY ?entry`);
    const [entry] = shared[0] ?? [];
    const response = await ask(entry as string);
    expect(response.status).toBe(300);
    expect(response.headers.get('etag')).toBeNull();
    const { choices } = (await response.json()) as { choices: { id: string; url: string; relation: string }[] };
    expect(choices.map(({ id, relation }) => [id, relation])).toContainEqual([
      'https://w3id.org/umcnl/id/network/european-reference-networks',
      'near',
    ]);
    const page = await (await ask(entry as string, 'text/html')).text();
    expect(page).toContain('href="/about/id/network/european-reference-networks?lang=en"');
    expect(page).toContain('is close to it, not the same');
  });

  test.each([
    ['05xvt9f18', 'ror', '18', '17'],
    ['https://ror.org/05xvt9f71', 'ror', '71', '17'],
    ['0000 0000 8945 2979', 'isni', '9', '8'],
  ])('%s has a wrong check digit, and is told the right one', async (id, scheme, found, expected) => {
    const response = await ask(id);
    expect(response.status).toBe(400);
    const problem = (await response.json()) as { type: string; detail: string; readings: object[] };
    expect(problem.type).toMatch(/\/problems\/wrong-identifier$/);
    expect(problem.detail).toContain(`ends in ${found}`);
    expect(problem.detail).toContain(`${expected} was expected`);
    expect(problem.readings).toContainEqual(expect.objectContaining({ scheme, found, expected }));
  });

  test('an address of a registry with something else than a key is told so', async () => {
    const response = await ask('https://ror.org/about');
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toBe(
      'The text "about" has not the form of a ROR id.',
    );
  });

  test('an identifier of nothing here is named, with where else to look', async () => {
    // The University of Oxford: in ROR, not in the graph.
    const response = await ask('https://ror.org/052gg0110');
    expect(response.status).toBe(404);
    const problem = (await response.json()) as { detail: string; readings: object[]; elsewhere: string[] };
    expect(problem.detail).toContain('ROR id 052gg0110');
    expect(problem.readings).toEqual([{ scheme: 'ror', key: '052gg0110', iri: 'https://ror.org/052gg0110' }]);
    expect(problem.elsewhere[0]).toBe('https://ror.org/052gg0110');
    expect(problem.elsewhere.length).toBeGreaterThan(3);
    for (const address of problem.elsewhere) expect(decodeURIComponent(address)).toContain('052gg0110');
  });

  test.each([
    'hello',
    'LUMC',
    'https://example.org/nobody',
    '<script>alert(1)</script>',
  ])('%s is no identifier', async (id) => {
    const response = await ask(id);
    expect(response.status).toBe(404);
    expect(((await response.json()) as { detail: string }).detail).toContain('is no identifier that is known here');
    expect(await (await ask(id, 'text/html')).text()).not.toContain('<script>alert');
  });

  test('without an identifier there is a form, in two languages', async () => {
    for (const [language, word] of [
      ['en', 'Identifier or address'],
      ['nl', 'Identificatie of adres'],
    ]) {
      const response = await fetch(`${running.url}/resolve?lang=${language}`, { headers: { accept: 'text/html' } });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(word);
    }
    expect((await fetch(`${running.url}/resolve?id=a&id=b`)).status).toBe(400);
    expect((await ask('1'.repeat(3000))).status).toBe(400);
  });
});
