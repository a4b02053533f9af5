import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Running } from '../../src/commands/serve.ts';
import { serve } from '../setup/server.ts';
import { accessibilityFaults, hasBrowser, openBrowser, openPage, type WatchedPage } from '../support/browser.ts';

describe.skipIf(!hasBrowser)('the pages about the subject', () => {
  let running: Running;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    running = await serve();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });
  beforeEach(async () => {
    watched = await openPage(browser, running.url);
    page = watched.page;
  });
  afterEach(async () => {
    await watched.context.close();
    expect(watched.faults).toEqual([]);
    expect(watched.abroad).toEqual([]);
  });

  const heading = (): Promise<string> => page.locator('h1').innerText();

  test('lead from home to a centre, a partner and the passage that says so', async () => {
    await page.goto('/?lang=en');
    await page.locator('.spots').getByRole('link', { name: 'UMC Utrecht' }).click();
    expect(await heading()).toBe('UMC Utrecht');
    await page.getByRole('navigation', { name: 'Main menu' }).getByRole('link', { name: 'Partners' }).click();
    const row = page.getByRole('row', { name: /^Elekta/ });
    await row.locator('summary').click();
    await row.locator('.evidence li a').first().click();
    expect(new URL(page.url()).pathname).toBe('/about/document/umc-utrecht-geneeskunde/19-image-guided-interventions');
    expect(await page.locator('main').innerText()).toContain('Elekta');
  });

  test('compare two centres, in the other language as well', async () => {
    await page.goto('/compare?lang=en');
    const boxes = page.getByRole('group', { name: 'Compare' }).getByRole('checkbox');
    // Those of which something is said are ticked at first.
    expect(await boxes.evaluateAll((all) => all.filter((box) => (box as HTMLInputElement).checked).length)).toBe(4);
    for (const box of await boxes.all()) await box.uncheck();
    await page.getByRole('checkbox', { name: 'LUMC' }).check();
    await page.getByRole('checkbox', { name: 'UMCG' }).check();
    await page.getByRole('button', { name: 'Show' }).click();
    const columns = page.getByRole('table').first().getByRole('columnheader');
    expect(await columns.allInnerTexts()).toEqual(['Core tasks', 'LUMC', 'UMCG']);
    const research = page
      .getByRole('table')
      .first()
      .getByRole('row', { name: /^Research/ });
    expect(await research.locator('.evidence').count()).toBe(2);
    await page.getByRole('link', { name: 'Nederlands' }).click();
    expect(await page.locator('html').getAttribute('lang')).toBe('nl');
    expect(await columns.allInnerTexts()).toEqual(['Kerntaken', 'LUMC', 'UMCG']);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('open one list of passages at a time', async () => {
    await page.goto('/compare?lang=en');
    const marks = page.locator('.comparison .evidence');
    await marks.nth(0).locator('summary').click();
    await marks.nth(1).locator('summary').click();
    expect(await page.locator('.comparison .evidence[open]').count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('show the partners of one accelerator, and what is tied to what', async () => {
    await page.goto('/partners?lang=en');
    const all = await page.locator('.partners tbody tr').count();
    await page.getByRole('checkbox', { name: 'Image-guided Interventions' }).check();
    await page.getByRole('button', { name: 'Show' }).click();
    expect(new URL(page.url()).searchParams.getAll('accelerator')).toEqual([
      'id/accelerator/image-guided-interventions',
    ]);
    const partners = await page.locator('.partners tbody th').allInnerTexts();
    expect(partners).toContain('Philips');
    expect(partners.length).toBeLessThan(all);
    const node = page.locator('.network [data-node$="company/philips"]');
    await node.hover();
    // It and what it is tied to.
    expect(await page.locator('.network a.near').count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('sort numbers by their size', async () => {
    await page.goto('/quantities?lang=en');
    const values = (): Promise<number[]> =>
      page
        .locator('.amounts tbody td[data-value]')
        .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset['value'])));
    await page.getByRole('button', { name: 'Number', exact: true }).click();
    const up = await values();
    expect(up).toEqual(up.toSorted((a, b) => a - b));
    await page.getByRole('button', { name: 'Number', exact: true }).click();
    expect(await values()).toEqual(up.toReversed().toSorted((a, b) => b - a));
    expect(await page.locator('.amounts th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('work without scripts', async () => {
    const { page: plain, context } = await openPage(browser, running.url, { javaScriptEnabled: false });
    await plain.goto('/partners?lang=nl');
    await plain.getByRole('checkbox', { name: 'België' }).check();
    await plain.getByRole('button', { name: 'Tonen' }).click();
    expect(await plain.locator('.partners tbody th').allInnerTexts()).toEqual(['KU Leuven']);
    await plain.goto('/themes?lang=nl');
    await plain.locator('.hierarchy li > details:not(.evidence) > summary').first().click();
    expect(await plain.locator('.hierarchy li > details[open] > ul > li').first().isVisible()).toBe(true);
    await context.close();
  });
});
