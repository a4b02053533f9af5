import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Debian's package puts it; CHROMIUM names another. */
export const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is a browser to test with. Where NEED_BROWSER is set (CI), the tests run in any case, and fail without one. */
export const hasBrowser = existsSync(browserPath) || process.env['NEED_BROWSER'] === '1';
if (!hasBrowser)
  console.warn(
    `SKIPPED: tests in a browser, because there is none at ${browserPath}. Install Debian's chromium, or set CHROMIUM.`,
  );

/** Without what a browser asks its maker in the background, and without what containers have little of. */
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser, headless. */
export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: browserPath, args: switches });

/** A page with what went wrong on it, and what it asked of others. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts and of the console: policies that were broken, files that were absent. */
  readonly faults: string[];
  /** Addresses on other hosts than the server's that the page asked for. */
  readonly abroad: string[];
}

/** A fresh page, as of somebody who was never here before. */
export async function openPage(
  browser: Browser,
  base: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: base, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const abroad: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^(?:https?|wss?):$/.test(protocol) && origin !== new URL(base).origin) abroad.push(request.url());
  });
  return { page, context, faults, abroad };
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What WCAG 2.2 AA finds wrong with a page as it is now, by axe-core: a line for each rule, with the elements. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Through the debugger, so that the page's own policy on scripts stays as it is.
  await page.evaluate(await readAxe());
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (what: unknown, how: unknown) => Promise<AxeResults> } };
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations;
  });
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .slice(0, 5)
        .map(({ html, failureSummary }) => `${html.slice(0, 160)} [${failureSummary?.split('\n').at(1)?.trim()}]`)
        .join(' | ')}`,
  );
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

let axe: string | undefined;

async function readAxe(): Promise<string> {
  axe ??= await readFile(axePath, 'utf8');
  return axe;
}
