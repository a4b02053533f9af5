import { createHash } from 'node:crypto';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { parseSssom } from '../src/registries/sssom.ts';
import { serve } from './setup/server.ts';

let running: Running;
beforeAll(async () => {
  running = await serve({ federation: false });
});
afterAll(() => running?.stop());

const text = async (path: string, accept = '*/*') => {
  const response = await fetch(running.url + path, { headers: { accept } });
  expect(response.status, path).toBe(200);
  return response.text();
};

async function rows(query: string): Promise<string[][]> {
  const csv = await fetch(`${running.url}/sparql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/csv' },
  });
  return Papa.parse<string[]>((await csv.text()).trim()).data.slice(1);
}

const prefixes = `PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX sssom: <https://w3id.org/sssom/>
PREFIX void: <http://rdfs.org/ns/void#>
`;

interface Summary {
  readonly catalogues: { id: string; links: number; things: number; mappings: string }[];
  readonly linksets: { target: string; links: number }[];
  readonly conflicts: { iri: string; rows: { identifier: string; confidence: string; note_en: string }[] }[];
  readonly unlinked: string[];
}

const summary = async (): Promise<Summary> => JSON.parse(await text('/links', 'application/json')) as Summary;

describe('the page of links', () => {
  test('counts links and things as the data does', async () => {
    const counted = await rows(`${prefixes}
      SELECT ?set (COUNT(DISTINCT ?mapping) AS ?links) (COUNT(DISTINCT ?thing) AS ?things)
      WHERE { ?set a sssom:MappingSet ; sssom:mappings ?mapping . ?mapping owl:annotatedSource ?thing }
      GROUP BY ?set ORDER BY ?set`);
    expect(counted.length).toBeGreaterThan(10);
    const { catalogues } = await summary();
    expect(catalogues.map(({ id, links, things }) => [id, String(links), String(things)]).sort()).toEqual(
      counted.sort(),
    );
  });

  test('counts linksets as the description of the dataset does', async () => {
    const counted = await rows(`${prefixes}
      SELECT (MIN(STR(?space)) AS ?target) (SAMPLE(?triples) AS ?links)
      WHERE { ?set a void:Linkset ; void:triples ?triples ; void:objectsTarget/void:uriSpace ?space
        FILTER NOT EXISTS { ?set void:linkPredicate ?predicate } }
      GROUP BY ?set`);
    const { linksets } = await summary();
    expect(linksets.length).toBeGreaterThan(5);
    expect(linksets.length).toBe(counted.length);
    expect(linksets.map(({ links }) => links).sort()).toEqual(counted.map(([, links]) => Number(links)).sort());
  });

  test('tells where sources disagree, and what has no link', async () => {
    const { conflicts, unlinked } = await summary();
    const maastricht = conflicts.find(({ iri }) => iri.endsWith('/maastricht-umc-plus'));
    expect(maastricht?.rows.map(({ identifier }) => identifier).sort()).toEqual(['Q1911838', 'Q97385641']);
    const page = await text('/links?lang=en', 'text/html');
    for (const { rows: values } of conflicts)
      for (const { identifier, confidence, note_en: note } of values) {
        expect(Number(confidence)).toBeLessThan(0.9);
        expect(note).toMatch(/\w+ \w+/);
        const [, told] = page.split(`>${identifier}</a>`);
        expect(told).toContain(`confidence ${confidence}`);
        expect(told).toContain(note.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'));
      }
    for (const iri of unlinked.slice(0, 5)) {
      const found = await rows(`${prefixes} SELECT ?m WHERE { ?m owl:annotatedSource <${iri}> ; a sssom:Mapping }`);
      expect(found, iri).toEqual([]);
    }
  });

  test.each([
    ['en', 'Links to other catalogues'],
    ['nl', 'Koppelingen met andere catalogi'],
  ])('is there in %s', async (language, title) => {
    const page = await text(`/links?lang=${language}`, 'text/html');
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain('action="/resolve"');
    expect(page).toContain('href="/links/ror.sssom.tsv"');
  });
});

describe('the crosswalk', () => {
  test('has each link once, as CSV and JSON', async () => {
    const csv = await text('/links/crosswalk.csv');
    const { data, errors } = Papa.parse<Record<string, string>>(csv.trim(), { header: true });
    expect(errors).toEqual([]);
    const [[total] = []] = await rows(`${prefixes} SELECT (COUNT(DISTINCT ?m) AS ?n) WHERE { ?s sssom:mappings ?m }`);
    expect(String(data.length)).toBe(total);
    const { links } = JSON.parse(await text('/links/crosswalk.json')) as { links: Record<string, string>[] };
    expect(links.length).toBe(data.length);
    expect(links).toContainEqual(
      expect.objectContaining({
        iri: 'https://w3id.org/umcnl/id/centre/lumc',
        catalogue: 'ror',
        identifier: '05xvt9f17',
        url: 'https://ror.org/05xvt9f17',
        relation: 'sameAs',
      }),
    );
  });

  test.each([
    ['umcnl-links.csv', '/links/crosswalk.csv', 'text/csv'],
    ['umcnl-links.json', '/links/crosswalk.json', 'application/json'],
    ['umcnl-links.sssom.tsv', '/links/all.sssom.tsv', 'text/tab-separated-values'],
  ])('is a dump of its version and a distribution as %s, the same as at %s', async (file, path, type) => {
    const now = await text(path);
    const dump = await fetch(`${running.url}/dumps/${file}`);
    expect(dump.url).toMatch(/\/dumps\/[0-9a-f]+\//);
    expect(dump.headers.get('content-type')?.split(';')[0]).toBe(type);
    expect(await dump.text()).toBe(now);
    const turtle = await text(`/catalog/distribution/${file}`, 'text/turtle');
    expect(turtle).toContain(`<https://www.iana.org/assignments/media-types/${type}>`);
    expect(turtle).toContain(createHash('sha256').update(now).digest('hex'));
    expect(turtle).toContain(`"${Buffer.byteLength(now)}"^^xsd:nonNegativeInteger`);
    expect(await text('/catalog/dataset/links', 'text/turtle')).toContain(`distribution/${file}>`);
  });

  test('every set is there as SSSOM, and all together', async () => {
    const { catalogues } = await summary();
    let total = 0;
    for (const { links, mappings } of catalogues) {
      const set = parseSssom(await text(new URL(mappings).pathname));
      expect(set.mappings.length, mappings).toBe(links);
      total += links;
    }
    const all = parseSssom(await text('/links/all.sssom.tsv'));
    expect(all.mappings.length).toBe(total);
    expect(all.slots['license']).toMatch(/^https:/);
    expect((await fetch(`${running.url}/links/nothing.sssom.tsv`)).status).toBe(404);
  });

  test('the IRIs of the sets still lead to them', async () => {
    const response = await fetch(`${running.url}/links/ror`, { redirect: 'manual' });
    expect(response.status).toBe(303);
  });
});
