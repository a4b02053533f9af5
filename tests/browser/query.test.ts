import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../../src/commands/serve.ts';
import { serve } from '../setup/server.ts';
import { accessibilityFaults, hasBrowser, openBrowser, openPage, type WatchedPage } from '../support/browser.ts';

const select = `PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?centre ?label WHERE {
  VALUES ?centre { <https://w3id.org/umcnl/id/centre/lumc> <https://w3id.org/umcnl/id/centre/umcg> }
  ?centre rdfs:label ?label FILTER(LANG(?label) = "en")
} ORDER BY ?label`;
const numbers = 'SELECT ?name ?number { VALUES (?name ?number) { ("one" 1) ("ten" 10) ("two" 2) } }';
const construct =
  'CONSTRUCT { <https://w3id.org/umcnl/id/centre/lumc> ?p ?o } WHERE { <https://w3id.org/umcnl/id/centre/lumc> ?p ?o FILTER(ISIRI(?o)) } LIMIT 30';
/** Nothing that the engine can be clever about. */
const endless = 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?a), STR(?f)) = STR(?i)) }';

describe.skipIf(!hasBrowser)('the query page', () => {
  let running: Running;
  let browser: Browser;
  const opened: WatchedPage[] = [];
  beforeAll(async () => {
    running = await serve({ timeout: 6, rateLimit: 0 });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  /** The page, when its script has run. */
  async function open(parameters: Record<string, string> = {}, options = {}): Promise<Page> {
    const watched = await openPage(browser, running.url, options);
    opened.push(watched);
    const { page } = watched;
    await page.goto(`/sparql?${new URLSearchParams({ lang: 'en', ...parameters })}`);
    await page.locator('.CodeMirror').waitFor();
    return page;
  }

  const inEditor = (page: Page): Promise<string> => page.locator('#query').inputValue();

  /** Writes a query as a person does who pastes it. */
  async function write(page: Page, query: string): Promise<void> {
    await page.locator('.CodeMirror').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(query);
  }

  const run = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run', exact: true }).click();
  const cells = (page: Page): Promise<string[][]> =>
    page
      .locator('#query-shown tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')));
  const told = (page: Page) => page.locator('#query-told');

  test('answers a query that is typed, by the keyboard alone', async () => {
    const page = await open();
    await page.locator('.CodeMirror').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('SELECT ?n { VALUES ?n { 1 2 3 } }');
    await page.keyboard.press('Control+Enter');
    await told(page).filter({ hasText: '3 rows in' }).waitFor();
    expect(await cells(page)).toEqual([['1'], ['2'], ['3']]);
  });

  test('lets the focus go on by Tab, and take it back', async () => {
    const page = await open();
    await page.locator('.CodeMirror').click();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Run');
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('.CodeMirror') !== null)).toBe(true);
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('.CodeMirror') === null)).toBe(true);
  });

  test('shows names that lead to our pages, and addresses to who wants them', async () => {
    const page = await open();
    await write(page, select);
    await run(page);
    const link = page.locator('#query-shown tbody a').first();
    await expect.poll(() => link.getAttribute('href')).toMatch(/^\/about\/id\/centre\/\w+\?lang=en$/);
    expect(await link.textContent()).not.toContain('://');
    await page.getByLabel('Names instead of addresses').uncheck();
    expect(await page.locator('#query-shown tbody a').first().textContent()).toContain(
      'https://w3id.org/umcnl/id/centre/',
    );
  });

  test('sorts, filters and turns the pages of rows', async () => {
    const page = await open({
      query: 'SELECT ?n { VALUES ?x { 1 2 3 4 5 6 7 8 9 10 } VALUES ?y { 0 10 20 30 40 50 } BIND(?x + ?y AS ?n) }',
    });
    await page.getByRole('button', { name: 'n', exact: true }).click();
    expect((await cells(page)).slice(0, 3)).toEqual([['1'], ['2'], ['3']]);
    expect(await page.locator('#query-shown th').getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'n', exact: true }).click();
    expect((await cells(page)).slice(0, 2)).toEqual([['60'], ['59']]);
    expect(await cells(page)).toHaveLength(50);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    expect((await cells(page)).at(-1)).toEqual(['1']);
    await page.getByLabel('Filter the rows').fill('6');
    expect(await cells(page)).toEqual([['60'], ['56'], ['46'], ['36'], ['26'], ['16'], ['6']]);
  });

  test('draws numbers as bars', async () => {
    const page = await open({ query: numbers });
    await page.getByRole('tab', { name: 'Chart' }).click();
    const widths = await page
      .locator('.query-bars .bar')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('width'))));
    expect(widths.map((width) => Math.round((width / (widths[1] as number)) * 10))).toEqual([1, 10, 2]);
  });

  test('draws triples as a picture whose things are links', async () => {
    const page = await open({ query: construct });
    await page.getByRole('tab', { name: 'Graph' }).click();
    await expect.poll(() => page.locator('.query-graph a').count()).toBeGreaterThan(3);
    expect(await page.locator('.query-graph').getAttribute('aria-label')).toMatch(/^Picture of \d+ things/);
    await page.getByRole('tab', { name: 'Raw' }).click();
    expect(await page.locator('.query-raw').textContent()).toContain('/id/centre/lumc');
  });

  test('opens an example, found by a word, with its answer and its address', async () => {
    const page = await open();
    await page.getByLabel('Filter the examples').fill('most employees');
    const examples = page.locator('.query-examples li:visible a');
    await expect.poll(() => examples.count()).toBe(1);
    await examples.click();
    await told(page)
      .filter({ hasText: /rows? in/ })
      .waitFor();
    const query = await inEditor(page);
    expect(query).toContain('SELECT');
    expect(new URL(page.url()).searchParams.get('query')).toBe(query);
    await page.getByLabel('Filter the examples').fill('qwertyuiop');
    expect(await page.getByText('No example has this word').isVisible()).toBe(true);
  });

  test('marks an error where it is, and says it in words', async () => {
    const page = await open();
    await write(page, 'SELECT * WHERE {\n  ?s ?p ?o\n  FILTR(?o > 1)\n}');
    await run(page);
    const fault = page.locator('#query-fault');
    await fault.filter({ hasText: 'Syntax error in the query' }).waitFor();
    expect(await fault.textContent()).toContain('Line 3, column');
    const line = page.locator('.query-fault-line').locator('xpath=..');
    expect(await line.textContent()).toContain('FILTR(?o > 1)');
    await page.getByRole('button', { name: 'Go to line 3' }).click();
    await page.keyboard.type('x');
    // What is changed is no longer marked as wrong.
    await expect.poll(() => page.locator('.query-fault-line').count()).toBe(0);
  });

  test('an error that the page was opened with is marked as well', async () => {
    const page = await open({ query: 'SELECT *\nWHER { ?s ?p ?o }', lang: 'nl' });
    await expect.poll(() => page.locator('.query-fault-line').count()).toBe(1);
    expect(await page.locator('#query-fault').textContent()).toContain('Naar regel 2');
    expect(await page.locator('h1').textContent()).toBe('400 Syntaxfout in de zoekvraag');
    await write(page, numbers);
    await page.keyboard.press('Control+Enter');
    await page.locator('#query-shown table').waitFor();
    expect(await page.locator('h1').textContent()).toBe('Bevraag de graaf');
  });

  test('says what is wrong while the query is written', async () => {
    const page = await open();
    await write(page, 'SELECT * WHERE { ?s foo }');
    await page.locator('#query-lint').filter({ hasText: 'Line 1' }).waitFor();
    await write(page, 'SELECT * WHERE { ?s ?p ?o }');
    await expect.poll(() => page.locator('#query-lint').textContent()).toBe('');
  });

  test('says when the time is over, and what to do', async () => {
    const page = await open();
    await write(page, endless);
    await run(page);
    const fault = page.locator('#query-fault');
    await fault.filter({ hasText: 'LIMIT' }).waitFor({ timeout: 40_000 });
    expect(await fault.locator('h2').textContent()).not.toBe('');
    expect(await page.getByRole('button', { name: 'Cancel' }).isVisible()).toBe(false);
  });

  test('tells how long it takes, and can be stopped', async () => {
    const page = await open();
    await write(page, endless);
    await run(page);
    await expect.poll(() => page.locator('#query-elapsed').textContent()).toMatch(/^\d/);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await told(page).filter({ hasText: 'Cancelled after' }).waitFor();
    await write(page, numbers);
    await run(page);
    await told(page).filter({ hasText: '3 rows in' }).waitFor();
  });

  test('a link that is shared gives the same, without asking twice', async () => {
    const page = await open();
    await write(page, numbers);
    await run(page);
    await told(page).filter({ hasText: '3 rows in' }).waitFor();
    const shared = (await page.locator('#share-link').textContent()) as string;
    const other = await openPage(browser, running.url);
    opened.push(other);
    const asked: string[] = [];
    other.page.on('request', (request) => asked.push(request.url()));
    await other.page.goto(shared);
    await other.page.getByRole('tab', { name: 'Chart' }).waitFor();
    expect(await cells(other.page)).toEqual(await cells(page));
    expect(await inEditor(other.page)).toBe(numbers);
    expect(asked.filter((url) => new URL(url).pathname === '/sparql')).toHaveLength(1);
  });

  test('a link to the answer asks the version that it was given by', async () => {
    const page = await open({ query: numbers });
    await page.getByRole('tab', { name: 'Link to this answer' }).click();
    const pinned = (await page.locator('#share-pinned').textContent()) as string;
    await page.goto(pinned);
    await page.getByRole('tab', { name: 'Chart' }).waitFor();
    expect(await cells(page)).toHaveLength(3);
    await page.getByRole('tab', { name: 'BibTeX' }).click();
    const entry = (await page.locator('#share-bibtex').textContent()) as string;
    expect(entry).toContain(`url = {${pinned}}`);
    expect(entry).toMatch(/urldate = \{\d{4}-\d\d-\d\d\}/);
  });

  test('an answer that is too large for a page without a script is shown all the same', async () => {
    const page = await open({ query: 'SELECT * { ?s ?p ?o } LIMIT 6000' });
    await told(page).filter({ hasText: '6,000 rows in' }).waitFor();
    expect(await page.locator('#query-fault').textContent()).toBe('');
    expect(await cells(page)).toHaveLength(50);
  });

  test('the code is that of the query as it is now', async () => {
    const page = await open();
    await write(page, 'ASK { ?changed ?just "now" }');
    await page.getByRole('tab', { name: 'Python' }).click();
    await page.locator('#code-python').filter({ hasText: 'ASK { ?changed ?just "now" }' }).waitFor();
    expect(await page.locator('#code-python').textContent()).toContain('["boolean"]');
  });

  test('downloads rows as CSV', async () => {
    const page = await open({ query: numbers });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('#query-downloads').getByRole('link', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('results.csv');
    expect(await readFile(await download.path(), 'utf8')).toBe('name,number\r\none,1\r\nten,10\r\ntwo,2\r\n');
  });

  test('completes words of the graph, with their labels, and declares their prefixes', async () => {
    const page = await open({ lang: 'nl' });
    await page.locator('.CodeMirror').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('SELECT * WHERE { ?s a skos:Con', { delay: 10 });
    const hint = page.locator('.CodeMirror-hint', { hasText: 'skos:Concept' }).first();
    await hint.waitFor();
    expect(await hint.textContent()).toMatch(/\d+ keer/);
    expect(await inEditor(page)).toMatch(/^PREFIX skos: <http:\/\/www\.w3\.org\/2004\/02\/skos\/core#>\n/);
    await page.keyboard.press('Enter');
    expect(await inEditor(page)).toMatch(/\?s a skos:Concept\w*$/);
    // A property by its label in the language of the page, in a prefix that is not there yet.
    await page.keyboard.type(' ; foaf:', { delay: 10 });
    await page.locator('.CodeMirror-hint', { hasText: 'foaf:' }).first().waitFor();
  });

  test('keeps what was written; an address with a query comes first', async () => {
    const page = await open();
    await write(page, 'ASK { ?kept ?in "the browser" }');
    await page.goto('/sparql');
    await expect.poll(() => inEditor(page)).toBe('ASK { ?kept ?in "the browser" }');
    await page.goto(`/sparql?${new URLSearchParams({ query: numbers })}`);
    await expect.poll(() => inEditor(page)).toBe(numbers);
  });

  test('goes back to the query before', async () => {
    const page = await open({ query: numbers });
    await write(page, 'ASK {}');
    await run(page);
    await page.locator('.query-boolean').waitFor();
    await page.goBack();
    await expect.poll(() => inEditor(page)).toBe(numbers);
    await expect.poll(() => cells(page)).toHaveLength(3);
  });

  test.each([
    'light',
    'dark',
  ] as const)('is accessible with rows, pictures, errors and suggestions (%s)', async (colorScheme) => {
    const page = await open({ query: numbers }, { colorScheme });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Chart' }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await write(page, construct);
    await run(page);
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.locator('.query-graph').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await write(page, 'SELECT * WHERE {\n ?s ?p }');
    await run(page);
    await page.locator('.query-fault-line').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await write(page, 'SELECT * WHERE { ?s a ');
    await page.keyboard.press('Control+Space');
    await page.locator('.CodeMirror-hints').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('fits on a phone', async () => {
    const page = await open(
      { query: select },
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    );
    await page.locator('#query-shown table').waitFor();
    const [width, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(width).toBeLessThanOrEqual(room as number);
  });

  test('has asked nothing of other hosts, and broken no policy', () => {
    expect(opened.length).toBeGreaterThan(15);
    expect(opened.flatMap(({ abroad }) => abroad)).toEqual([]);
    // The browser tells of answers with a problem as well, which some of these tests are about.
    expect(opened.flatMap(({ faults }) => faults).filter((fault) => !fault.includes('status of'))).toEqual([]);
  });
});
