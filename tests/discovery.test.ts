import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { writeRobots } from '../src/http/discovery.ts';
import type { GraphIndex } from '../src/publish/graph-index.ts';
import { listThingPages, sitemapPart, writeSitemap, writeSitemapIndex } from '../src/publish/sitemap.ts';
import { serve } from './setup/server.ts';

let running: Running;
let base: string;

beforeAll(async () => {
  running = await serve({ federation: false });
  base = running.url;
});
afterAll(() => running?.stop());

const locations = (xml: string): string[] =>
  [...xml.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => (address as string).replaceAll('&amp;', '&'));

describe('robots.txt', () => {
  /** Whether a robot may fetch a path (RFC 9309, section 2.2.2: the longest rule that fits). */
  const allows = (rules: string, path: string): boolean => {
    const fitting = rules
      .split('\n')
      .map((line) => /^(Allow|Disallow): (\S+)$/.exec(line))
      .filter((match) => match !== null && path.startsWith(match[2] as string))
      .sort((a, b) => (b?.[2]?.length ?? 0) - (a?.[2]?.length ?? 0));
    return fitting[0]?.[1] !== 'Disallow';
  };

  test('lets robots see everything but what costs a query, and leads them to the sitemap', async () => {
    const response = await fetch(`${base}/robots.txt`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const rules = await response.text();
    expect(rules).toMatch(/^User-agent: \*$/m);
    for (const path of ['/', '/centres', '/catalog', '/catalog/dataset/umcnl', '/about/id/centre/lumc', '/sparql'])
      expect(allows(rules, path), path).toBe(true);
    for (const path of ['/sparql?query=ASK%7B%7D', '/graphs?default']) expect(allows(rules, path), path).toBe(false);
    expect(rules).toContain(`Sitemap: ${base}/sitemap.xml\n`);
  });

  test('says so under the path at which an instance is reached', () => {
    const rules = writeRobots('https://data.example.org/umc');
    expect(allows(rules, '/umc/centres')).toBe(true);
    expect(allows(rules, '/umc/sparql?query=ASK%7B%7D')).toBe(false);
    expect(rules).toContain('Sitemap: https://data.example.org/umc/sitemap.xml');
  });
});

describe('the sitemap', () => {
  let xml: string;
  beforeAll(async () => {
    const response = await fetch(`${base}/sitemap.xml`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/xml');
    xml = await response.text();
  });

  test('lists catalogue, collections, documents, passages, things and concepts, each once', () => {
    const found = locations(xml);
    expect(new Set(found).size).toBe(found.length);
    for (const path of [
      '/',
      '/catalog',
      '/catalog/dataset/umcnl',
      '/centres',
      '/ontology',
      '/about/document/lumc-mission-statement',
      '/about/document/lumc-mission-statement/01-mission',
      '/about/id/centre/lumc',
      '/about/concept/core-task/education',
    ])
      expect(found, path).toContain(base + path);
    expect(found.length).toBeGreaterThan(1000);
    expect(found.filter((address) => /#|%23|\.(ttl|nt|rdf)$/.test(address))).toEqual([]);
  });

  test('names pages that are there, in the languages that it says', async () => {
    const found = locations(xml);
    const sample = found.filter((address, index) => index % 97 === 0 || !address.includes('/about/'));
    for (const address of sample) {
      const response = await fetch(address, { headers: { accept: 'text/html' }, redirect: 'manual' });
      expect([response.status, response.headers.get('content-type')], address).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
    }
    const entry = xml.slice(xml.indexOf(`<loc>${base}/centres</loc>`)).split('</url>')[0] as string;
    for (const language of ['en', 'nl']) {
      expect(entry).toContain(`hreflang="${language}" href="${base}/centres?lang=${language}"`);
      const response = await fetch(`${base}/centres?lang=${language}`, { headers: { accept: 'text/html' } });
      expect(response.headers.get('content-language')).toBe(language);
    }
  });

  test('says when pages changed: when this version was prepared', async () => {
    const [, lastmod] = /<lastmod>(.*?)<\/lastmod>/.exec(xml) ?? [];
    expect(new Date(lastmod as string).toISOString()).toBe(lastmod);
    const dumps = (await (await fetch(`${base}/dumps/`, { headers: { accept: 'application/json' } })).json()) as {
      prepared: string;
    };
    expect(lastmod).toBe(dumps.prepared);
  });

  test('has no further files when one is enough', async () => {
    for (const path of ['/sitemap-2.xml', '/sitemap-0.xml', '/sitemap-x.xml'])
      expect((await fetch(base + path)).status).toBe(404);
  });

  const facts = { publicUrl: 'https://data.example.org', modified: new Date(0), languages: ['en'] };

  test('is cut into files, none left out, where it would be too long for one', () => {
    const paths = Array.from({ length: 25 }, (_, index) => `/about/${index}`);
    const parts = [1, 2, 3].map((part) => sitemapPart(paths, part, 10));
    expect(parts.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(parts.flat()).toEqual(paths);
    expect(sitemapPart(paths, 4, 10)).toEqual([]);
    const index = writeSitemapIndex(['/sitemap-1.xml', '/sitemap-2.xml'], facts);
    expect(locations(index)).toEqual([
      'https://data.example.org/sitemap-1.xml',
      'https://data.example.org/sitemap-2.xml',
    ]);
    expect(index).toContain('<sitemapindex');
  });

  test('has the addresses at which pages are, whatever stands in an IRI', () => {
    const index = {
      dataset: {},
      things: () => ['https://example.org/id/a?b=1', 'https://example.org/id/é'],
      remember: (make: (index: unknown, base: string) => string[], base: string) => make(index, base),
    };
    const pages = listThingPages(index as unknown as GraphIndex, 'https://example.org/');
    expect(pages).toEqual(['/about/id/a%3Fb=1', '/about/id/%C3%A9']);
  });

  test('escapes what XML would take for its own', () => {
    const written = writeSitemap([`/a?b=1&c='<d>'`], facts);
    expect(written).toContain('<loc>https://data.example.org/a?b=1&amp;c=&apos;&lt;d&gt;&apos;</loc>');
    expect(written).toContain('href="https://data.example.org/a?b=1&amp;c=&apos;&lt;d&gt;&apos;&amp;lang=en"');
  });
});

describe('the list of APIs (RFC 9727)', () => {
  const address = (): string => `${base}/.well-known/api-catalog`;

  test('is a set of links that leads to each API and to what describes it', async () => {
    const response = await fetch(address());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(
      'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"',
    );
    const { linkset } = (await response.json()) as {
      linkset: ({ anchor: string } & Record<string, { href: string; type?: string }[]>)[];
    };
    const [own, ...apis] = linkset;
    expect(own?.anchor).toBe(address());
    expect(own?.['item']?.map(({ href }) => href)).toEqual(apis.map(({ anchor }) => anchor));
    for (const path of ['/sparql', '/graphs', '/dumps/', '/catalog', '/fdp'])
      expect(apis.map(({ anchor }) => anchor)).toContain(base + path);
    for (const { anchor, ...relations } of apis)
      for (const [relation, targets] of Object.entries(relations))
        for (const { href, type } of targets) {
          expect(['service-desc', 'service-doc', 'service-meta'], anchor).toContain(relation);
          const found = await fetch(href, { headers: { accept: type ?? '*/*' } });
          expect([found.status, found.headers.get('content-type')?.split(';')[0]], href).toEqual([200, type]);
        }
  });

  test('is told of by a Link header, to HEAD too', async () => {
    const response = await fetch(address(), { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('link')).toContain(`<${address()}>; rel="api-catalog"`);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100);
  });
});
