import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../../src/commands/serve.ts';
import { serve } from '../setup/server.ts';
import { accessibilityFaults, hasBrowser, openBrowser, openPage } from '../support/browser.ts';

const umcg = '/about/id/centre/umcg';

/** One page of each type that is about a single thing, or lists things. */
const pages = [
  umcg,
  '/about/id/university/university-of-groningen',
  '/about/concept/theme/prevention',
  '/about/id/quantity/umcg-employees',
  '/about/document/umcg-general-information',
  '/about/document/umcg-general-information/02-general-information',
  '/about/document/umcg-general-information/02-general-information/reading',
  '/about/registry/ror',
  '/ontology',
  '/about/ontology%23Centre',
  '/about/ontology%23theme',
  '/centres',
  `/about/concept/theme/prevention?property=${encodeURIComponent('https://w3id.org/umcnl/ontology#theme')}`,
];

describe.skipIf(!hasBrowser)('pages of things', () => {
  let running: Running;
  let browser: Browser;
  beforeAll(async () => {
    running = await serve({ federation: false });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  describe.each(['en', 'nl'])('in %s', (lang) => {
    test.each(pages)('%s is accessible with all that can be opened open', async (path) => {
      const { page, context, faults, abroad } = await openPage(browser, running.url);
      await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`, { waitUntil: 'networkidle' });
      await page.evaluate(() => {
        for (const each of document.querySelectorAll('details')) each.open = true;
      });
      await page.waitForLoadState('networkidle');
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(faults).toEqual([]);
      expect(abroad).toEqual([]);
      await context.close();
    });

    test('the page of a statement is accessible', async () => {
      const { page, context } = await openPage(browser, running.url);
      await page.goto(`/about/document/umcg-general-information/02-general-information?lang=${lang}`);
      await page.locator('.pilcrow').first().click();
      await page.waitForURL(/\/about\/statement\//);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.locator('#says-1').textContent()).toContain('UMCG');
      await context.close();
    });
  });

  test('a number leads to the passage that says so, and that to its lines', async () => {
    const { page, context } = await openPage(browser, running.url);
    await page.goto(`${umcg}?lang=en`);
    const fact = page.locator('#said li', { hasText: 'Midwives' });
    await fact.locator('.cite a').first().click();
    const source = page.locator('.sources li:target');
    expect(await source.textContent()).toContain('UMCG: general information');
    expect(await source.textContent()).toMatch(/lines? \d+/);
    await source.locator('a').first().click();
    await page.waitForURL(/\/about\/document\/umcg-general-information\//);
    expect(await page.locator('#states').textContent()).toContain('Midwives');
    await context.close();
  });

  test('the neighbourhood is explored by keyboard', async () => {
    const { page, context, faults } = await openPage(browser, running.url, { reducedMotion: 'reduce' });
    await page.goto(`${umcg}?lang=en`, { waitUntil: 'networkidle' });
    const links = page.locator('.neighbourhood a[data-iri]');
    const before = await links.count();
    expect(before).toBe(24);
    // One stop for the tab key, whatever the number of things.
    expect(await page.locator('.neighbourhood a[tabindex="0"]').count()).toBe(1);
    await page.locator('.neighbourhood a[tabindex="0"]').focus();
    const at = () => page.evaluate(() => document.activeElement?.getAttribute('data-iri'));
    const first = await at();
    await page.keyboard.press('ArrowDown');
    const second = await at();
    expect(second).not.toBe(first);
    expect(await page.locator('.neighbourhood .caption').textContent()).toContain(':');
    expect(await page.locator('.neighbourhood a.dim').count()).toBe(before - 1);
    await page.keyboard.press('Space');
    await expect.poll(() => links.count()).toBeGreaterThan(before);
    const opened = page.locator('.neighbourhood a[aria-expanded="true"]');
    expect(await opened.count()).toBe(1);
    expect(await at()).toBe(second);
    // What lies behind comes next.
    await page.keyboard.press('ArrowDown');
    expect(await at()).not.toBe(second);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Space');
    await expect.poll(() => links.count()).toBe(before);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== umcg);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('the plus sign of a neighbour shows what lies behind it', async () => {
    const { page, context } = await openPage(browser, running.url);
    await page.goto(`${umcg}?lang=nl`, { waitUntil: 'networkidle' });
    const links = page.locator('.neighbourhood a[data-iri]');
    const before = await links.count();
    await page.locator('.neighbourhood .knob').nth(2).click();
    await expect.poll(() => links.count()).toBeGreaterThan(before);
    expect(new URL(page.url()).pathname).toBe(umcg);
    await context.close();
  });

  test('JSON-LD comes when it is asked for, and can be copied', async () => {
    const { page, context } = await openPage(browser, running.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${umcg}?lang=en`, { waitUntil: 'networkidle' });
    expect(asked).not.toContain(`${umcg}.jsonld`);
    const copy = page.locator('[data-copy="json-ld"]');
    expect(await copy.isVisible()).toBe(false);
    await page.locator('details.json-ld summary').click();
    await copy.waitFor();
    expect(asked).toContain(`${umcg}.jsonld`);
    await copy.click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(copied)).toHaveProperty('@context');
    await context.close();
  });

  test('the permanent link is copied, and the citation has the day', async () => {
    const { page, context } = await openPage(browser, running.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.goto(`${umcg}?lang=en`);
    await page.locator('[data-copy="permalink"]').click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('https://w3id.org/umcnl/id/centre/umcg');
    expect(await page.locator('[data-copy="permalink"]').textContent()).toBe('Copied');
    expect(await page.locator('#citation').textContent()).toMatch(/accessed \d{4}-\d\d-\d\d/);
    await context.close();
  });

  test('without scripts nothing is missing that needs none', async () => {
    const { page, context } = await openPage(browser, running.url, { javaScriptEnabled: false });
    await page.goto(`${umcg}?lang=en`);
    expect(await page.locator('.neighbourhood svg a').count()).toBe(24);
    expect(await page.locator('[data-copy="permalink"]').isVisible()).toBe(false);
    await page.locator('details.json-ld summary').click();
    await page.locator('details.json-ld a').click();
    await page.waitForURL(`**${umcg}.jsonld`);
    await context.close();
  });
});
