import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../../src/commands/serve.ts';
import { serve } from '../setup/server.ts';
import { accessibilityFaults, hasBrowser, openBrowser, openPage, type WatchedPage } from '../support/browser.ts';

describe.skipIf(!hasBrowser)('search, in a browser', () => {
  let running: Running;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    running = await serve({ federation: false });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  const visit = async (address: string, options = {}): Promise<void> => {
    watched = await openPage(browser, running.url, options);
    page = watched.page;
    await page.goto(address);
  };
  const leave = async (): Promise<void> => {
    expect(watched.faults).toEqual([]);
    expect(watched.abroad).toEqual([]);
    await watched.context.close();
  };
  const box = () => page.getByRole('combobox', { name: /graph|graaf/ });
  const options = () => page.getByRole('option');
  const type = async (text: string): Promise<void> => {
    await box().click();
    await box().pressSequentially(text);
    await options().first().waitFor();
  };

  test('the box suggests, and the keyboard chooses', async () => {
    await visit('/?lang=nl');
    expect(await box().getAttribute('aria-expanded')).toBe('false');
    await type('preventi');
    expect(await box().getAttribute('aria-expanded')).toBe('true');
    expect(await options().first().textContent()).toContain('Preventie');
    expect(await box().getAttribute('aria-activedescendant')).toBeNull();

    await page.keyboard.press('ArrowDown');
    const active = await box().getAttribute('aria-activedescendant');
    expect(active).toBe(await options().first().getAttribute('id'));
    expect(await options().first().getAttribute('aria-selected')).toBe('true');
    expect(await accessibilityFaults(page)).toEqual([]);
    // Up from the first, one is back in the box; up again leads to the last.
    await page.keyboard.press('ArrowUp');
    expect(await box().getAttribute('aria-activedescendant')).toBeNull();
    await page.keyboard.press('ArrowUp');
    expect(await options().last().getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');

    await page.keyboard.press('Enter');
    await page.waitForURL(/\/about\/concept\/theme\/prevention\?lang=nl$/);
    expect(await page.locator('h1').textContent()).toBe('Preventie');
    await leave();
  });

  test('Escape closes the list and keeps what was typed; Enter then searches for it', async () => {
    await visit('/?lang=en');
    await type('patient care');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('listbox').isVisible()).toBe(false);
    expect(await box().getAttribute('aria-expanded')).toBe('false');
    expect(await box().inputValue()).toBe('patient care');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?/);
    expect(await page.locator('.results h3').first().textContent()).toBe('Patient care');
    await leave();
  });

  test('a click chooses, and leaving the box closes the list', async () => {
    await visit('/?lang=en');
    await type('umcg');
    await page.locator('h1').click();
    expect(await page.getByRole('listbox').isVisible()).toBe(false);
    await box().fill('');
    await type('umcg');
    await options().first().click();
    await page.waitForURL(/\/about\/id\/centre\/umcg\?lang=en$/);
    await leave();
  });

  test('results are narrowed by kind, and the switch of language keeps what was asked', async () => {
    await visit('/search?q=prevention&lang=en');
    const all = page.locator('.kinds [aria-current]');
    expect(await all.textContent()).toContain('All kinds');
    const theme = page.locator('.kinds a', { hasText: /^Theme/ });
    const count = Number(await theme.locator('.meta').textContent());
    await theme.click();
    await page.waitForURL(/kind=umc%3ATheme/);
    expect(await page.locator('.results > li').count()).toBe(count);
    for (const tag of await page.locator('.results .tag').allTextContents()) expect(tag).toBe('Theme');

    await page.locator('.language').click();
    await page.waitForURL(/lang=nl/);
    const address = new URL(page.url());
    expect([address.searchParams.get('q'), address.searchParams.get('kind')]).toEqual(['prevention', 'umc:Theme']);
    expect(await page.locator('html').getAttribute('lang')).toBe('nl');
    expect(await page.locator('.results > li').count()).toBe(count);
    expect(await page.locator('.results h3').first().textContent()).toBe('Preventie (Prevention)');
    await leave();
  });

  test('works without scripts', async () => {
    await visit('/?lang=nl', { javaScriptEnabled: false });
    await page.locator('#search-box').fill('patientenzorg');
    await page.locator('#search-box').press('Enter');
    await page.waitForURL(/\/search\?q=patientenzorg/);
    expect(await page.locator('.results h3').first().textContent()).toBe('Patiëntenzorg');
    await leave();
  });

  test.each([
    ['/search?lang=nl', 'light'],
    ['/search?q=zorg&lang=nl', 'light'],
    ['/search?q=zorg&lang=en', 'dark'],
    ['/search?q=xqzzyv&lang=en', 'light'],
    [`/changes?lang=nl&thing=${encodeURIComponent('https://w3id.org/umcnl/id/centre/lumc')}`, 'light'],
  ] as const)('%s is accessible and fits on a phone (%s)', async (address, colorScheme) => {
    await visit(address, { colorScheme, viewport: { width: 390, height: 800 } });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
      0,
    );
    await leave();
  });

  test('browsers find how to search here, and read the feed as XML', async () => {
    await visit('/about/id/centre/lumc?lang=nl');
    const search = await page.locator('link[rel=search]').getAttribute('href');
    const feed = await page.locator('link[rel=alternate][type="application/atom+xml"]').getAttribute('href');
    for (const [address, root] of [
      [search, 'OpenSearchDescription'],
      [feed, 'feed'],
    ]) {
      const name = await page.evaluate(async (from) => {
        const text = await (await fetch(from as string)).text();
        return new DOMParser().parseFromString(text, 'application/xml').documentElement.localName;
      }, address);
      expect(name).toBe(root);
    }
    await leave();
  });
});
