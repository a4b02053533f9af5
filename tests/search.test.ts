import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import type { Findable } from '../src/publish/search/findable.ts';
import { SearchIndex } from '../src/publish/search/search-index.ts';
import { initialsOf, partsOfCompound, wordsIn } from '../src/publish/search/words.ts';
import { serve } from './setup/server.ts';

const base = 'https://w3id.org/umcnl/';

let running: Running;
beforeAll(async () => {
  running = await serve({ federation: false });
});
afterAll(() => running?.stop());

const get = (address: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(running.url + address, { headers, redirect: 'manual' });

interface Results {
  readonly query: string;
  readonly total: number;
  readonly all: number;
  readonly page: number;
  readonly pages: number;
  readonly next?: string;
  readonly searched: number;
  readonly complete: boolean;
  readonly kinds: readonly { kind: string; label: string; count: number; url: string }[];
  readonly results: readonly {
    id: string;
    url: string;
    kind: string;
    kindLabel: string;
    name: string;
    otherName?: string;
    text?: string;
    marked: string[];
    partOf?: string;
    saidIn: { id: string; name: string }[];
    score: number;
  }[];
}

const search = async (language: string, text: string, more = ''): Promise<Results> =>
  (await (await get(`/search.json?lang=${language}&q=${encodeURIComponent(text)}${more}`)).json()) as Results;

/** What comes first, by language and text. */
test.each([
  // A name, in both languages.
  ['nl', 'LUMC', 'id/centre/lumc'],
  ['nl', 'zorg', 'concept/theme/care'],
  ['nl', 'preventie', 'concept/theme/prevention'],
  ['en', 'prevention', 'concept/theme/prevention'],
  ['nl', 'onderzoek', 'concept/theme/research'],
  ['nl', 'amsterdam umc', 'id/centre/amsterdam-umc'],
  ['nl', 'umc utrecht', 'id/centre/umc-utrecht'],
  ['nl', 'arbeidsmarkt', 'concept/theme/labour-market'],
  ['nl', 'ziekenhuizen', 'id/group/hospitals'],
  ['nl', 'md anderson', 'id/hospital/md-anderson'],
  ['nl', 'groningen', 'id/place/groningen'],
  ['en', 'connecting worlds', 'id/strategy/connecting-worlds'],
  ['en', 'patient care', 'concept/core-task/patient-care'],
  ['nl', 'Universiteit Utrecht', 'id/university/utrecht-university'],
  ['en', 'Utrecht University', 'id/university/utrecht-university'],
  // In the other language than that of the page.
  ['nl', 'labour market', 'concept/theme/labour-market'],
  ['en', 'onderzoeksinfrastructuur', 'concept/theme/research-infrastructure'],
  ['en', 'patiëntenzorg', 'concept/core-task/patient-care'],
  // Other names, here and in registries.
  ['nl', 'leids universitair medisch centrum', 'id/centre/lumc'],
  ['en', 'leiden university medical center', 'id/centre/lumc'],
  ['nl', 'nederlandse federatie', 'id/network/nfu'],
  ['en', 'federation of university medical centres', 'id/network/nfu'],
  ['nl', 'academisch ziekenhuis maastricht', 'id/centre/maastricht-umc-plus'],
  ['nl', 'Nijmegen', 'id/centre/radboudumc'],
  // Abbreviations, with and without their signs; initials that stand nowhere.
  ['nl', 'NFU', 'id/network/nfu'],
  ['nl', 'umcu', 'id/centre/umc-utrecht'],
  ['nl', 'TU/e', 'id/university/eindhoven-university-of-technology'],
  ['nl', 'tue', 'id/university/eindhoven-university-of-technology'],
  ['nl', 'l.u.m.c.', 'id/centre/lumc'],
  ['en', 'pmc', 'id/hospital/prinses-maxima-centrum'],
  // A key in a registry.
  ['nl', '05xvt9f17', 'id/centre/lumc'],
  // The beginning of a name or a word.
  ['nl', 'maastr', 'id/centre/maastricht-umc-plus'],
  ['nl', 'wilhelmina kinder', 'id/hospital/wilhelmina-kinderziekenhuis'],
  ['nl', 'erasm', 'id/centre/erasmus-mc'],
  ['nl', 'hubrecht inst', 'id/research-institute/hubrecht-institute'],
  ['nl', 'sleijf', 'id/person/stefan-sleijfer'],
  // Marks, written or not.
  ['nl', 'patientenzorg', 'concept/core-task/patient-care'],
  ['nl', 'prinses maxima', 'id/hospital/prinses-maxima-centrum'],
  ['nl', 'PRINSES MÁXIMA CENTRUM', 'id/hospital/prinses-maxima-centrum'],
  // Slips of the pen.
  ['nl', 'prevnetie', 'concept/theme/prevention'],
  ['en', 'prevantion', 'concept/theme/prevention'],
  ['nl', 'radbout', 'id/centre/radboudumc'],
  ['nl', 'erasmsu', 'id/centre/erasmus-mc'],
  ['nl', 'onderzoeksinfrastuctuur', 'concept/theme/research-infrastructure'],
  ['nl', 'wilhemina kinderziekenhuis', 'id/hospital/wilhelmina-kinderziekenhuis'],
  // Compounds in two words, words of a compound, compounds that nobody uses.
  ['nl', 'patienten zorg', 'concept/core-task/patient-care'],
  ['nl', 'onderzoeks infrastructuur', 'concept/theme/research-infrastructure'],
  ['nl', 'kankeronderzoek', 'id/research-institute/netherlands-cancer-institute'],
  ['nl', 'kankerbehandeling', 'concept/clinical-area/cancer'],
  // Figures, with their thousands apart or not.
  ['nl', '10.000 medewerkers', 'id/quantity/umcg-employees'],
  ['en', '10000 employees', 'id/quantity/umcg-employees'],
  // Small words, and what a thing is.
  ['nl', 'de arbeidsmarkt', 'concept/theme/labour-market'],
  ['nl', 'missie lumc', 'id/mission/lumc'],
  ['nl', 'thema arbeidsmarkt', 'concept/theme/labour-market'],
  // Terms, documents, passages.
  ['en', 'passage', 'ontology#Passage'],
  ['nl', 'samen voor de gezondheid van morgen', 'id/strategy/samen-voor-de-gezondheid-van-morgen'],
  ['nl', 'document samen voor de gezondheid', 'document/samen-voor-de-gezondheid-van-morgen'],
  ['nl', 'over de nfu', 'document/samen-voor-de-gezondheid-van-morgen/50-about-nfu'],
])('in %s, "%s" finds %s first', async (language, text, first) => {
  const { results } = await search(language, text);
  expect(results.slice(0, 3).map(({ id }) => id.replace(base, ''))[0]).toBe(first);
});

test.each([
  ['nl', 'downloads', 'page', '/dumps/'],
  ['nl', 'wijzigingen', 'page', '/changes'],
  ['nl', 'grafen', 'page', '/graphs'],
  ['en', 'api', 'page', '/api'],
  ['en', 'compare', 'page', '/compare'],
  ['nl', 'koppelingen', 'page', '/links'],
  ['en', 'does any document name the centre in maastricht', 'query', '/sparql'],
  ['nl', 'versnellers die een partner delen', 'query', '/sparql'],
])('in %s, "%s" finds a %s at %s first', async (language, text, kind, path) => {
  const [first] = (await search(language, text)).results;
  expect(first?.kind).toBe(kind);
  const url = new URL(first?.url ?? '');
  expect([url.pathname, url.searchParams.get('lang')]).toEqual([path, language]);
  expect((await get(url.pathname + url.search, { accept: 'text/html' })).status).toBe(200);
});

describe('/search.json', () => {
  test('says what was found of each kind, and can be asked for one of them', async () => {
    const { total, all, kinds } = await search('nl', 'zorg');
    expect(total).toBe(all);
    expect(kinds.reduce((sum, { count }) => sum + count, 0)).toBe(all);
    const theme = kinds.find(({ label }) => label === 'Thema');
    const themes = (await (await get(new URL(theme?.url ?? '').href.slice(running.url.length))).json()) as Results;
    expect(themes.total).toBe(theme?.count);
    expect(themes.all).toBe(all);
    for (const { kind } of themes.results) expect(kind).toBe(theme?.kind);
  });

  test('comes in pages, of which none says what another has said', async () => {
    const found = new Set<string>();
    let next: string | undefined = '/search.json?q=onderzoek&lang=nl&size=50';
    let total = 0;
    for (let page = 1; next !== undefined; page++) {
      const answer = (await (await get(next)).json()) as Results;
      expect(answer.page).toBe(page);
      total = answer.total;
      for (const { url } of answer.results) found.add(url);
      next = answer.next?.slice(running.url.length);
    }
    expect(found.size).toBe(total);
    expect(total).toBeGreaterThan(100);
  });

  test('puts the better before the worse, and is the same each time', async () => {
    const { results } = await search('nl', 'onderwijs');
    const scores = results.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect((await search('nl', 'onderwijs', '&size=20')).results).toEqual(results);
  });

  test('puts a name before another name before what is said of a thing', async () => {
    const { results } = await search('nl', 'utrecht', '&size=100');
    const at = (test: (each: Results['results'][number]) => boolean) => results.findIndex(test);
    const named = at(({ name }) => /utrecht/i.test(name));
    const described = at(
      ({ name, otherName, text }) => !/utrecht/i.test(`${name} ${otherName}`) && /utrecht/i.test(text ?? ''),
    );
    expect(named).toBe(0);
    expect(described).toBeGreaterThan(named);
  });

  test('marks what was found, tells where it is said and of which document a passage is', async () => {
    const { results } = await search('nl', 'patientenzorg');
    expect(results[0]?.marked).toEqual(['Patiëntenzorg']);
    const [centre] = (await search('nl', 'LUMC')).results;
    expect(centre?.saidIn[0]?.id).toContain(`${base}document/`);
    expect(centre?.saidIn[0]?.name).toMatch(/\w/);
    const passage = results.find(({ kind }) => kind === 'umc:Passage');
    expect(passage?.partOf).toBe('Mission Statement van het LUMC');
  });

  test.each([
    ['/search?q=zorg', 'application/json', 'application/json'],
    ['/search?q=zorg', 'text/html', 'text/html; charset=utf-8'],
    ['/search.json?q=zorg', 'text/html', 'application/json'],
    ['/search.html?q=zorg', 'application/json', 'text/html; charset=utf-8'],
  ])('%s with Accept %s is %s, for any origin, by language', async (address, accept, type) => {
    const { status, headers } = await get(address, { accept });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('vary')).toContain('Accept-Language');
    expect(headers.get('etag')).toBeTruthy();
  });

  test.each([
    [`/search.json?q=${'a'.repeat(201)}`, 400, '"q" has 201 characters'],
    ['/search.json?q=zorg&page=0', 400, '"page"'],
    ['/search.json?q=zorg&page=1000', 404, 'the last is'],
    ['/search.json?q=zorg&size=1000', 400, '"size"'],
    ['/search.json?q=zorg&kind=umc:Nothing', 404, 'umc:Theme'],
    ['/search.json?q=zorg&q=onderwijs', 400, 'more than once'],
    ['/search.pdf?q=zorg', 404, '/search.json'],
  ])('%s is refused with %i and says %s', async (address, status, detail) => {
    const answer = await get(address);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { detail: string }).detail).toContain(detail);
  });

  test.each([
    '',
    ' ',
    '"',
    '*',
    '<script>',
    '\\',
    '\u0000',
    'constructor',
    '__proto__',
    '🙂',
    'de het',
    ')(',
    'a'.repeat(200),
  ])('takes %j', async (text) => {
    const answer = await get(`/search.json?q=${encodeURIComponent(text)}`);
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as Results).query).toBe(text.trim());
  });

  test('takes what a browser leaves empty in the template of the description', async () => {
    expect((await get('/search.json?q=zorg&page=&size=')).status).toBe(200);
  });
});

describe('/search', () => {
  test.each([
    ['nl', 'Zoeken', 'resultaten', 'Thema'],
    ['en', 'Search', 'results', 'Theme'],
  ])('is a page in %s', async (language, title, results, kind) => {
    const page = await (await get(`/search?q=zorg&lang=${language}`, { accept: 'text/html' })).text();
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toMatch(new RegExp(`\\d+ ${results}`));
    expect(page).toContain(`${kind} <span class="meta">`);
    expect(page).toContain('<mark>');
    expect(page).toContain(`href="/search?q=zorg&amp;lang=${language === 'nl' ? 'en' : 'nl'}"`);
  });

  test('shows the form without a query, and says so when there is nothing', async () => {
    const form = await (await get('/search?lang=en', { accept: 'text/html' })).text();
    expect(form).toContain('name="q"');
    expect(form).not.toContain('class="results"');
    const nothing = await (await get('/search?q=xqzzyv&lang=en', { accept: 'text/html' })).text();
    expect(nothing).toContain('Nothing was found for “xqzzyv”.');
  });

  test('writes what was typed as text', async () => {
    const page = await (await get('/search?q=%3Cscript%3Ealert(1)%3C/script%3E', { accept: 'text/html' })).text();
    expect(page).not.toContain('<script>alert');
  });
});

describe('/search/suggest', () => {
  test('gives the form of OpenSearch Suggestions, with addresses that are there', async () => {
    const answer = await get('/search/suggest?q=onde&lang=nl');
    expect(answer.headers.get('content-type')).toBe('application/x-suggestions+json');
    const [typed, names, kinds, urls] = (await answer.json()) as [string, string[], string[], string[]];
    expect(typed).toBe('onde');
    expect(names[0]).toBe('Onderzoek');
    expect(kinds[0]).toBe('Thema');
    expect(new Set([names.length, kinds.length, urls.length])).toEqual(new Set([8]));
    for (const url of urls)
      expect((await get(url.slice(running.url.length), { accept: 'text/html' })).status).toBe(200);
  });

  test('is empty for nothing', async () => {
    expect(await (await get('/search/suggest?q=')).json()).toEqual(['', [], [], []]);
    expect(await (await get('/search/suggest')).json()).toEqual(['', [], [], []]);
  });
});

test('/opensearch.xml describes addresses that answer', async () => {
  const answer = await get('/opensearch.xml?lang=nl');
  expect(answer.headers.get('content-type')).toBe('application/opensearchdescription+xml');
  const text = await answer.text();
  expect(/<ShortName>(.*)<\/ShortName>/.exec(text)?.[1]?.length).toBeLessThanOrEqual(16);
  expect(/<LongName>(.*)<\/LongName>/.exec(text)?.[1]?.length).toBeLessThanOrEqual(48);
  const urls = [...text.matchAll(/<Url type="([^"]+)" [^>]*template="([^"]+)"/g)];
  expect(urls.map(([, type]) => type)).toEqual([
    'text/html',
    'application/json',
    'application/x-suggestions+json',
    'application/opensearchdescription+xml',
  ]);
  for (const [, type, template = ''] of urls) {
    const address = template
      .replaceAll('&amp;', '&')
      .replace('{searchTerms}', 'zorg')
      .replace(/\{\w+\?\}/g, '');
    const found = await get(address.slice(running.url.length), { accept: 'text/html' });
    expect(found.headers.get('content-type')?.split(';')[0]).toBe(type);
  }
});

describe('words', () => {
  test.each([
    ['Thema’s & ’s lands U.M.C.', ['themas', 's', 'lands', 'umc']],
    ['Ruim 10.000 of 1,234,567 mensen, 3.5%', ['ruim', '10000', 'of', '1234567', 'mensen', '3', '5']],
    ['Prinses Máxima (UMC+)', ['prinses', 'maxima', 'umc']],
    ['', []],
  ])('%s', (text, words) => {
    expect(wordsIn(text).map(({ word }) => word)).toEqual(words);
  });

  test('compounds fall apart into words that there are', () => {
    const known = new Set(['kanker', 'onderzoek', 'kinder', 'ziekenhuis', 'opleiding', 'plan']);
    const parts = (word: string) => partsOfCompound(word, (part) => known.has(part));
    expect(parts('kankeronderzoek')).toEqual(['kanker', 'onderzoek']);
    expect(parts('opleidingsplan')).toEqual(['opleiding', 'plan']);
    expect(parts('kinderziekenhuis')).toEqual(['kinder', 'ziekenhuis']);
    expect(parts('ziekenhuis')).toBeUndefined();
  });

  test('initials come with and without small words', () => {
    expect(initialsOf(['nederlandse', 'federatie', 'van', 'umcs'])).toEqual(['nfvu', 'nfu']);
  });
});

describe('an index', () => {
  const item = (id: string, text: string, weight = 0): Findable => ({
    id,
    kind: 'other',
    kindNames: [],
    names: [{ text, language: 'en', rank: 'label' }],
    texts: [],
    weight,
  });

  test('puts what is spoken of more first, of equals the first by name', async () => {
    const index = await SearchIndex.build([item('b', 'Monkey'), item('a', 'Monkey'), item('c', 'Monkey', 9)]);
    expect(index.search({ text: 'monkey', language: 'en' }).hits.map((hit) => hit.item.id)).toEqual(['c', 'a', 'b']);
  });

  test('holds no more than its limit, and says so', async () => {
    function* many(): Generator<Findable> {
      for (let at = 0; ; at++) yield item(String(at), `Monkey ${at}`);
    }
    const index = await SearchIndex.build(many(), { limit: 100 });
    expect([index.size, index.complete]).toEqual([100, false]);
    expect(index.search({ text: 'monkey 99', language: 'en' }).hits[0]?.item.id).toBe('99');
  });

  test('lets others have their turn while it is built', async () => {
    let turns = 0;
    let over = false;
    const count = (): void => {
      turns++;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    await SearchIndex.build(
      Array.from({ length: 5000 }, (_, at) => item(String(at), `Monkey number ${at} of the zoo`)),
    );
    over = true;
    expect(turns).toBeGreaterThan(3);
  });
});
