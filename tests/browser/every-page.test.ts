import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../../src/commands/serve.ts';
import { serve } from '../setup/server.ts';
import { accessibilityFaults, hasBrowser, openBrowser, openPage } from '../support/browser.ts';

/** One page of each type. */
const pages = [
  '/',
  '/sparql',
  `/sparql?query=${encodeURIComponent('SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 5')}`,
  '/sparql?query=SELEC',
  '/about',
  '/dumps/',
  '/catalog',
  '/catalog/dataset/umcnl',
  '/links',
  '/ontology',
  '/graphs',
  '/changes',
  '/problems',
  '/problems/not-found',
  '/nowhere',
  '/compare',
  '/compare-documents',
  '/centres',
  '/core-tasks',
  '/partners',
  '/themes',
  '/quantities',
  '/documents',
  '/about/id/centre/umcg',
  '/about/concept/core-task/research',
  '/about/document/lumc-mission-statement',
  '/about/document/lumc-mission-statement/09-research',
  '/about/ontology%23Centre',
  '/resolve?id=0000',
];

/** How much of what is seen may move while a page loads: what Core Web Vitals calls good. */
const mostShift = 0.1;

/** Most bytes that a page may send, all its files together, compressed. The query page brings its editor. */
const most = 100_000;

/** Adds up how far things move on a page; runs in the browser, before anything of the page. */
function watchShifts(): void {
  const seen = globalThis as unknown as { shift: number };
  seen.shift = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries() as (PerformanceEntry & { value: number })[]) seen.shift += each.value;
  }).observe({ type: 'layout-shift', buffered: true } as PerformanceObserverInit);
}

describe.skipIf(!hasBrowser)('every type of page', () => {
  let running: Running;
  let browser: Browser;
  beforeAll(async () => {
    running = await serve();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  describe.each(['en', 'nl'] as const)('in %s', (lang) => {
    test.each(pages)('%s is accessible, in light and dark, and asks nothing of other hosts', async (path) => {
      // Colours do not depend on the language: both of them in one, the harder one in the other.
      for (const colorScheme of lang === 'en' ? (['light', 'dark'] as const) : (['dark'] as const)) {
        const { page, context, faults, abroad } = await openPage(browser, running.url, { colorScheme });
        const sent: Promise<number>[] = [];
        await page.addInitScript(watchShifts);
        page.on('requestfinished', (request) => {
          sent.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
        });
        const address = `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`;
        const response = await page.goto(address, { waitUntil: 'networkidle' });
        expect(await page.locator('html').getAttribute('lang')).toBe(lang);
        expect(await page.locator('h1').count()).toBe(1);
        expect(await accessibilityFaults(page)).toEqual([]);
        expect(abroad).toEqual([]);
        expect(await page.evaluate(() => (globalThis as unknown as { shift: number }).shift)).toBeLessThan(mostShift);
        // That the page itself was a problem, the browser says as well.
        expect(faults.filter((fault) => response?.ok() || !fault.includes('status of'))).toEqual([]);
        const bytes = (await Promise.all(sent)).reduce((sum, each) => sum + each, 0);
        if (!path.startsWith('/sparql')) expect(bytes).toBeLessThan(most);
        await context.close();
      }
    });

    test.each(pages)('%s fits on a phone', async (path) => {
      const { page, context } = await openPage(browser, running.url, { viewport: { width: 390, height: 800 } });
      await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`, { waitUntil: 'load' });
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
      await context.close();
    });
  });
});
