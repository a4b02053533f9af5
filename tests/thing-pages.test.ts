import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { serve } from './setup/server.ts';

const base = 'https://w3id.org/umcnl/';
const languages = ['en', 'nl'] as const;
/** One of each kind, the largest among them. */
const things = {
  centre: 'id/centre/umcg',
  'another centre': 'id/centre/umc-utrecht',
  partner: 'id/university/university-of-groningen',
  network: 'id/network/umcnl',
  theme: 'concept/theme/prevention',
  quantity: 'id/quantity/umcg-employees',
  document: 'document/umcg-general-information',
  passage: 'document/umcg-general-information/02-general-information',
  reading: 'document/umcg-general-information/02-general-information/reading',
  class: 'ontology#Centre',
  property: 'ontology#theme',
};

let running: Running;
beforeAll(async () => {
  running = await serve({ federation: false });
});
afterAll(async () => {
  await running?.stop();
});

const pathOf = (name: string): string => `/about/${name.replace('#', '%23')}`;

async function getPage(path: string, language: string): Promise<string> {
  const address = `${running.url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`;
  const response = await fetch(address, { headers: { accept: 'text/html' } });
  expect(response.status, address).toBe(200);
  return response.text();
}

async function select(query: string): Promise<Record<string, string>[]> {
  const response = await fetch(`${running.url}/sparql`, {
    method: 'POST',
    headers: { 'content-type': 'application/sparql-query', accept: 'application/sparql-results+json' },
    body: `PREFIX owl: <http://www.w3.org/2002/07/owl#> ${query}`,
  });
  expect(response.status).toBe(200);
  const { results } = (await response.json()) as { results: { bindings: Record<string, { value: string }>[] } };
  return results.bindings.map((row) => Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])));
}

const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .trim();

/** The IRI that an address of ours stands for. */
function iriOf(href: string): string {
  const { pathname, hash, origin } = new URL(href.replaceAll('&amp;', '&'), running.url);
  if (origin !== new URL(running.url).origin) return href;
  return base + decodeURIComponent(pathname.replace(/^\/(about\/)?/, '')) + decodeURIComponent(hash);
}

/** The text of a section of a page; empty if the page has none of that id. */
function sectionOf(html: string, id: string): string {
  const from = html.search(new RegExp(`<(section|details) id="${id}"`));
  if (from < 0) return '';
  const ends = ['<section id=', '<section class=', '<details id='].map((mark) => html.indexOf(mark, from + 10));
  return html.slice(from, Math.min(...ends.filter((end) => end > 0), html.length));
}

interface ShownFact {
  /** What stands before it. */
  readonly relation: string;
  /** The property, where it leads to its own page here. */
  readonly property: string | undefined;
  readonly value: string;
  readonly href: string | undefined;
  readonly numbers: readonly number[];
}

/** The facts that the lists of a piece of a page show. */
function factsIn(html: string): ShownFact[] {
  return [...html.matchAll(/<dt[^>]*>(.*?)<\/dt><dd[^>]*>(.*?)<\/dd>/gs)].flatMap(([, dt = '', dd = '']) => {
    const property = /href="([^"]*)"/.exec(dt)?.[1];
    return [...dd.matchAll(/<li[^>]*>(.*?)<\/li>/gs)].map(([, li = '']) => {
      const cited = li.indexOf('<span class="cite">');
      const said = cited < 0 ? li : li.slice(0, cited);
      return {
        relation: plain(dt),
        property: property && iriOf(property),
        value: plain(said),
        href: /href="([^"]*)"/.exec(said)?.[1],
        numbers: [...li.matchAll(/href="#says-(\d+)"/g)].map(([, number]) => Number(number)),
      };
    });
  });
}

/** The sources of a page in the order of their numbers. */
const sourcesOf = (html: string): string[] =>
  [...html.matchAll(/<li id="says-(\d+)"><a href="([^"]*)"/g)].map(([, number, href], place) => {
    expect(Number(number)).toBe(place + 1);
    return iriOf(href ?? '');
  });

describe.each(Object.entries(things))('the page of a %s', (kind, name) => {
  test.each(languages)('has a title and its own words in %s', async (language) => {
    const html = await getPage(pathOf(name), language);
    expect(html).toContain(`<html lang="${language}">`);
    expect([...html.matchAll(/<h1[ >]/g)]).toHaveLength(1);
    expect(html).toContain(language === 'en' ? 'Permanent link' : 'Vaste link');
    expect(html).toContain(`<code id="permalink">${base}${name}</code>`);
    expect(plain(sectionOf(html, 'take'))).toContain(`${base}${name}`);
  });

  test('tells no fact twice', async () => {
    const html = await getPage(pathOf(name), 'en');
    const facts = ['said', 'parts', 'links', 'names', 'follows'].flatMap((id) => factsIn(sectionOf(html, id)));
    const keys = facts.map(({ relation, value, href }) => `${relation} | ${value} | ${href}`);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
  });

  test('has numbers that lead to graphs which state the fact', async () => {
    const html = await getPage(pathOf(name), 'en');
    const sources = sourcesOf(html);
    const inverses = new Map<string, string[]>();
    const rows = await select(
      'SELECT ?p ?q { { ?p owl:inverseOf ?q } UNION { ?q owl:inverseOf ?p } UNION { ?p a owl:SymmetricProperty BIND(?p AS ?q) } }',
    );
    for (const { p = '', q = '' } of rows) inverses.set(p, [...(inverses.get(p) ?? []), q]);
    const cited = factsIn(sectionOf(html, 'said')).filter(
      ({ property, href, numbers }) => property && href && numbers.length,
    );
    if (kind === 'centre') expect(cited.length).toBeGreaterThan(50);
    const thing = `<${base}${name}>`;
    const claims = cited.flatMap(({ relation, property = '', href = '', numbers }) =>
      numbers.map((number) => {
        const value = `<${iriOf(href)}>`;
        const turned = (inverses.get(property) ?? []).map((each) => `{ ${value} <${each}> ${thing} }`);
        const forms = relation.startsWith('…')
          ? [`{ ${value} <${property}> ${thing} }`]
          : [`{ ${thing} <${property}> ${value} }`, ...turned];
        return `{ SELECT (COUNT(*) AS ?n) { GRAPH <${sources[number - 1]}> { ${forms.join(' UNION ')} } } }`;
      }),
    );
    for (let from = 0; from < claims.length; from += 20) {
      const some = claims.slice(from, from + 20);
      const rows = await select(
        `SELECT * { ${some.map((claim, place) => `{ SELECT (?n AS ?n${place}) { ${claim} } }`).join(' ')} }`,
      );
      for (const [place, claim] of some.entries()) expect(Number(rows[0]?.[`n${place}`]), claim).toBeGreaterThan(0);
    }
  });
});

test('what passages state of a centre is all on its page, with the passage', async () => {
  const html = await getPage(pathOf(things.centre), 'en');
  const sources = sourcesOf(html);
  const shown = new Set(
    factsIn(sectionOf(html, 'said')).flatMap(({ property, href, numbers }) =>
      numbers.map((number) => `${property} ${href && iriOf(href)} ${sources[number - 1]}`),
    ),
  );
  const stated = await select(
    `SELECT ?g ?p ?o { GRAPH ?g { <${base}${things.centre}> ?p ?o }
      FILTER(STRSTARTS(STR(?g), "${base}document/") && STRSTARTS(STR(?p), "${base}ontology#") && isIRI(?o)) }`,
  );
  expect(stated.length).toBeGreaterThan(20);
  for (const { g, p, o } of stated) expect(shown).toContain(`${p} ${o} ${g}`);
});

test('a fact that many passages state leads to its statement, which lists them all', async () => {
  const [most] = await select(
    `SELECT ?s (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), "${base}document/")) }
    GROUP BY ?s ?p ?o ORDER BY DESC(?n) LIMIT 1`,
  );
  expect(Number(most?.['n'])).toBeGreaterThan(5);
  const html = await getPage(pathOf((most?.['s'] ?? '').slice(base.length)), 'en');
  const more = /<a href="(\/about\/statement\/[^"]*)">\+(\d+)<\/a>/.exec(html);
  expect(more).not.toBeNull();
  const statement = await getPage((more?.[1] ?? '').replace(/\?.*/, ''), 'en');
  expect(sourcesOf(statement).length).toBeGreaterThan(Number(more?.[2]));
});

test.each(languages)('each link to elsewhere has the name of its catalogue, in %s', async (language) => {
  for (const name of [things.centre, things.partner, things.theme, 'id/place/groningen']) {
    const links = sectionOf(await getPage(pathOf(name), language), 'links');
    const rows = [...links.matchAll(/<dt[^>]*>(.*?)<\/dt><dd[^>]*>(.*?)<\/dd>/gs)];
    expect(rows.length, name).toBeGreaterThan(0);
    for (const [, catalogue = '', entries = ''] of rows) {
      expect(plain(catalogue), entries).not.toBe('');
      expect(entries).toContain('<li>');
    }
    // Nothing stands outside of the list.
    expect(links.replace(/<dl.*<\/dl>/gs, '')).not.toContain('rel="external"');
  }
});

test('what points to a thing is bounded, and the whole is one step away', async () => {
  const [largest] = await select(
    `SELECT ?o (COUNT(?s) AS ?n) { ?s <${base}ontology#theme> ?o } GROUP BY ?o ORDER BY DESC(?n) LIMIT 1`,
  );
  const html = await getPage(pathOf((largest?.['o'] ?? '').slice(base.length)), 'en');
  expect(Buffer.byteLength(html)).toBeLessThan(400_000);
  const facts = factsIn(html).filter(({ relation }) => relation.startsWith('… has theme'));
  expect(facts.length).toBeLessThanOrEqual(500);
  if (Number(largest?.['n']) > facts.length) expect(html).toMatch(/\?property=[^"]*theme[^"]*">all \d+</);
});

test('a document has an outline with the lines of each passage and what it states', async () => {
  const html = await getPage(pathOf(things.document), 'en');
  const outline = sectionOf(html, 'outline');
  const passages = await select(
    `PREFIX umc: <${base}ontology#>
    SELECT ?passage ?start (COUNT(*) AS ?n) {
      ?passage umc:partOf <${base}${things.document}> ; a umc:Passage ; umc:startLine ?start .
      GRAPH ?passage { ?s ?p ?o } FILTER(?s != ?passage)
    } GROUP BY ?passage ?start`,
  );
  const rows = [...outline.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) => row);
  expect(passages.length).toBeGreaterThan(5);
  for (const { passage = '', start, n } of passages) {
    const row = rows.find((each) => each.includes(`href="/about/${passage.slice(base.length)}?`)) ?? '';
    const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => plain(cell));
    expect(cells[2]?.split('–')[0], passage).toBe(start);
    expect(cells[3], passage).toBe(n);
  }
});

test('a passage says where it stands, shows each of its triples with its statement, and leads on', async () => {
  const html = await getPage(pathOf(things.passage), 'en');
  const [count] = await select(
    `SELECT (COUNT(*) AS ?n) { GRAPH <${base}${things.passage}> { ?s ?p ?o } FILTER(?s != <${base}${things.passage}>) }`,
  );
  expect([...html.matchAll(/class="pilcrow"/g)]).toHaveLength(Number(count?.['n']));
  const place = sectionOf(html, 'place');
  expect(place).toContain(`href="/about/${things.document}?lang=en"`);
  expect(place).toContain('01-title');
  expect(place).toContain('03-care');
  expect(place).toMatch(/[0-9a-f]{64}/);
  const statement = /class="pilcrow" href="([^"?]*)/.exec(html)?.[1] ?? '';
  const page = await getPage(statement, 'nl');
  expect(sourcesOf(page)).toContain(base + things.passage);
});

test('the neighbours of a thing come as a little JSON, in the language asked for', async () => {
  const get = async (query: string): Promise<{ name: string; total: number; neighbours: Record<string, string>[] }> => {
    const response = await fetch(`${running.url}/neighbours/${things.passage.replace(/\/02.*/, '')}${query}`);
    expect(response.headers.get('content-type')).toBe('application/json');
    return response.json();
  };
  const [english, dutch] = [await get('?lang=en'), await get('?lang=nl')];
  expect(english.neighbours.length).toBeGreaterThan(0);
  expect(english.neighbours.length).toBeLessThanOrEqual(24);
  expect(english.name).toBe('UMCG: general information');
  expect(dutch.name).toBe('UMCG: Algemene informatie');
  for (const { page } of english.neighbours) await getPage((page ?? '').replace(/\?.*/, ''), 'en');
  expect((await fetch(`${running.url}/neighbours/id/centre/nowhere`)).status).toBe(404);
});

test('the same thing gives the same drawing, with a place for each neighbour', async () => {
  const draw = async (): Promise<string> =>
    /<svg viewBox.*?<\/svg>/s.exec(await getPage(pathOf(things.centre), 'en'))?.[0] ?? '';
  const drawing = await draw();
  expect(drawing).toBe(await draw());
  const places = [...drawing.matchAll(/<circle cx="([^"]*)" cy="([^"]*)"/g)].map(([, x, y]) => `${x} ${y}`);
  expect(places.length).toBe(25);
  expect(new Set(places).size).toBe(places.length);
  expect(drawing).not.toContain('NaN');
});

test('the citation names dataset, version and address, as text and in BibTeX', async () => {
  const take = plain(sectionOf(await getPage(pathOf(things.centre), 'en'), 'take'));
  const summary = (await (await fetch(running.url, { headers: { accept: 'application/json' } })).json()) as {
    version: string;
  };
  expect(take).toContain(`Version ${summary.version}`);
  expect(take).toContain('@misc{');
  expect(take).toContain(`url = {${base}${things.centre}}`);
});
