import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { linkHeader } from '../src/http/links.ts';
import { formats } from '../src/rdf/formats.ts';
import { serve } from './setup/server.ts';

interface Link {
  readonly context: string;
  readonly target: string;
  readonly rel: string;
  readonly type: string | undefined;
}

const base = 'https://w3id.org/umcnl/';

/** Where a server has another address for the public than its own, its port cannot be asked of it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let running: Running;

beforeAll(async () => {
  running = await serve({ federation: false });
});
afterAll(() => running?.stop());

/** Where a permanent IRI is to be found in this test: its redirects at w3id.org are not ours to try. */
const here = (address: string): string =>
  address.startsWith(base) ? `${running.url}/${address.slice(base.length)}` : address;
const fetchFollowing = (address: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(here(address), { headers: { Connection: 'close', ...headers } });

/** Links as RFC 8288, section 3, has them: read anew, not with what wrote them. */
function parseLinks(text: string, context: string): Link[] {
  const links: Link[] = [];
  for (const [, target = '', rest = ''] of text.matchAll(/<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*"[^"]*")*)/g)) {
    const attributes = new Map(
      [...rest.matchAll(/([\w*-]+)\s*=\s*"([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
    for (const rel of (attributes.get('rel') ?? '').split(' '))
      links.push({ context: attributes.get('anchor') ?? context, target, rel, type: attributes.get('type') });
  }
  return links;
}

async function linksOf(address: string, headers: Record<string, string> = {}): Promise<Link[]> {
  const response = await fetchFollowing(address, headers);
  expect(response.status, address).toBe(200);
  await response.arrayBuffer();
  // Only what goes from the address itself: a client of Signposting looks at no other.
  return parseLinks(response.headers.get('link') ?? '', response.url).filter(({ context }) => context === response.url);
}
const targets = (links: readonly Link[], rel: string): string[] =>
  links.filter((link) => link.rel === rel).map(({ target }) => target);

const linksetOf = async (address: string): Promise<Link[]> => {
  const response = await fetchFollowing(address);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/linkset+json']);
  const { linkset } = (await response.json()) as {
    linkset: ({ anchor: string } & Record<string, { href: string; type?: string }[]>)[];
  };
  return linkset.flatMap(({ anchor, ...relations }) =>
    Object.entries(relations as Record<string, { href: string; type?: string }[]>).flatMap(([rel, to]) =>
      to.map(({ href, type }) => ({ context: anchor, target: href, rel, type })),
    ),
  );
};
const tell = (links: readonly Link[]): string[] =>
  links.map((link) => JSON.stringify([link.context, link.rel, link.target, link.type])).sort();

const things = [
  'id/centre/lumc',
  'document/lumc-mission-statement',
  'document/lumc-mission-statement/01-mission',
  'concept/core-task/research',
  'concept/core-task',
  'id/strategy/samen-voor-de-gezondheid-van-morgen',
];

describe.each(things)('a client of Signposting that begins at %s', (thing) => {
  let landing: string;
  let links: Link[];

  beforeAll(async () => {
    const response = await fetchFollowing(base + thing, { accept: 'text/html' });
    await response.arrayBuffer();
    landing = response.url;
    links = parseLinks(response.headers.get('link') ?? '', landing);
    expect((response.headers.get('link') ?? '').length).toBeLessThan(3000);
  });

  test('finds on the landing page just what level 1 asks for', async () => {
    expect(landing).toBe(`${running.url}/about/${thing}`);
    expect(targets(links, 'cite-as')).toEqual([base + thing]);
    expect((await fetchFollowing(targets(links, 'cite-as')[0] ?? '')).url).toBe(landing);
    const types = targets(links, 'type');
    expect(types).toHaveLength(2);
    expect(types[0]).toMatch(/^https:\/\/schema\.org\/[A-Z]\w+$/);
    expect(types[1]).toBe('https://schema.org/AboutPage');
    expect(targets(links, 'license')).toEqual(['https://creativecommons.org/licenses/by/4.0/']);
    expect(targets(links, 'describedby')).toHaveLength(formats.length);
    for (const { rel, type } of links)
      if (['describedby', 'item', 'linkset', 'alternate'].includes(rel)) expect(type).toBeDefined();
    for (const { target } of links) expect(target).toMatch(/^https?:/);
  });

  test('comes from each metadata document back to the landing page', async () => {
    for (const { target, type } of links.filter(({ rel }) => rel === 'describedby')) {
      const response = await fetchFollowing(target);
      expect(response.headers.get('content-type')?.split(';')[0]).toBe(type);
      await response.arrayBuffer();
      const back = await linksOf(target);
      expect(targets(back, 'describes')).toEqual([landing]);
      expect(targets(back, 'cite-as')).toEqual([]);
      expect(targets(back, 'linkset')).toEqual(targets(links, 'linkset'));
    }
  });

  test('comes from each content resource back to the landing page', async () => {
    const items = links.filter(({ rel }) => rel === 'item');
    expect(items.length).toBeGreaterThan(0);
    for (const { target, type } of items) {
      const response = await fetchFollowing(target, { accept: '*/*' });
      expect(response.headers.get('content-type')?.split(';')[0]).toBe(type);
      await response.arrayBuffer();
      expect(targets(await linksOf(target), 'collection')).toContain(landing);
    }
  });

  test('finds all of it in the linkset, of which the text says the same', async () => {
    const sets = links.filter(({ rel }) => rel === 'linkset');
    expect(sets.map(({ type }) => type)).toEqual(['application/linkset+json', 'application/linkset']);
    const all = await linksetOf(sets[0]?.target ?? '');
    for (const link of links) expect(tell(all)).toContain(tell([link])[0]);
    expect(
      targets(
        all.filter(({ context }) => context === landing),
        'cite-as',
      ),
    ).toEqual([base + thing]);
    for (const { target } of links.filter(({ rel }) => rel === 'describedby'))
      expect(
        targets(
          all.filter(({ context }) => context === target),
          'describes',
        ),
      ).toEqual([landing]);
    const items = targets(
      all.filter(({ context }) => context === landing),
      'item',
    );
    expect(items.length).toBeGreaterThan(0);
    for (const item of items)
      expect(
        targets(
          all.filter(({ context }) => context === item),
          'collection',
        ),
      ).toEqual([landing]);
    const text = await fetchFollowing(sets[1]?.target ?? '');
    expect(text.headers.get('content-type')).toBe('application/linkset');
    expect(tell(parseLinks(await text.text(), ''))).toEqual(tell(all));
  });

  test('is told the same when it asks for RDF', async () => {
    const asked = await linksOf(landing, { accept: 'text/turtle' });
    expect(targets(asked, 'cite-as')).toEqual([base + thing]);
    expect(targets(asked, 'type')).toEqual(targets(links, 'type'));
  });
});

test('a document has its passages as items, and each passage the document as collection', async () => {
  const document = `${running.url}/about/document/lumc-mission-statement`;
  const [linkset = ''] = targets(await linksOf(document), 'linkset');
  const passages = targets(await linksetOf(linkset), 'item').filter((item) => item.startsWith(`${document}/`));
  expect(passages.length).toBeGreaterThan(10);
  for (const passage of passages) expect(targets(await linksOf(passage), 'collection')).toContain(document);
});

test('a list has signposts too, with its members as items', async () => {
  const links = await linksOf(`${running.url}/themes`);
  expect(targets(links, 'cite-as')).toEqual([`${base}themes`]);
  expect(targets(links, 'next')).toEqual([`${running.url}/themes?page=2`]);
  const [linkset = ''] = targets(links, 'linkset');
  const items = targets(await linksetOf(linkset), 'item').filter((item) => item.includes('/about/'));
  expect(items.length).toBeGreaterThan(150);
  expect(targets(await linksOf(targets(links, 'describedby')[0] ?? ''), 'describes')).toEqual([
    `${running.url}/themes`,
  ]);
});

test('the ontology names who made it', async () => {
  const links = await linksOf(`${running.url}/ontology`);
  expect(targets(links, 'author')).toEqual([`${base}id/agent/contributors`]);
  expect(targets(links, 'cite-as')).toEqual([`${base}ontology`]);
});

test('the home page shows machines the ways in', async () => {
  const links = await linksOf(`${running.url}/`);
  expect(targets(links, 'api-catalog')).toEqual([`${running.url}/.well-known/api-catalog`]);
  expect(targets(links, 'service-desc')).toEqual([`${running.url}/sparql`]);
  expect(targets(links, 'service-doc')).toEqual([`${running.url}/sparql`]);
  for (const way of ['catalog', 'fdp', '.well-known/void'])
    expect(targets(links, 'describedby')).toContain(`${running.url}/${way}`);
});

test('links that do not fit in a header are left out, whole ones', () => {
  const links = Array.from({ length: 200 }, (_, place) => ({ target: `http://example.org/${place}/é`, rel: 'item' }));
  const header = linkHeader(links);
  expect(header.length).toBeLessThan(3000);
  expect(header).toMatch(/^[\x20-\x7e]+$/);
  expect(header).toMatch(/rel="item"$/);
  expect(parseLinks(header, '')[0]?.target).toBe('http://example.org/0/%C3%A9');
});

describe('a thing that was withdrawn', () => {
  const publicUrl = 'http://example.org';
  let folder: string;
  let small: Running & { local: string };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'withdrawn-'));
    const file = path.join(folder, 'things.ttl');
    writeFileSync(
      file,
      `@prefix dcterms: <http://purl.org/dc/terms/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
       @prefix prov: <http://www.w3.org/ns/prov#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
       @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
       <${publicUrl}/id/old> rdfs:label "Old clinic"@en ; prov:invalidatedAtTime "2026-11-01T00:00:00Z"^^xsd:dateTime ;
         dcterms:isReplacedBy <${publicUrl}/id/new> ; owl:versionInfo "b5714e4502f3a37d" .
       <${publicUrl}/id/gone> prov:invalidatedAtTime "2026-11-02T00:00:00Z"^^xsd:dateTime .
       <${publicUrl}/id/new> rdfs:label "New clinic"@en .`,
    );
    const port = await freePort();
    const started = await serve({ plain: true, data: [file], publicUrl, port, federation: false });
    small = { ...started, local: `http://127.0.0.1:${port}` };
  });
  afterAll(async () => {
    await small?.stop();
    rmSync(folder, { recursive: true });
  });

  test.each([
    '/id/old',
    '/about/id/old',
    '/about/id/old.ttl',
    '/id/old.ttl',
  ])('%s is answered with what was there and what is now', async (address) => {
    const response = await fetch(small.local + address, {
      redirect: 'manual',
      headers: { accept: 'application/json' },
    });
    expect(response.status).toBe(410);
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({
      type: `${publicUrl}/problems/withdrawn`,
      iri: `${publicUrl}/id/old`,
      label: 'Old clinic',
      withdrawn: '2026-11-01T00:00:00Z',
      replacedBy: [`${publicUrl}/id/new`],
      lastVersion: 'b5714e4502f3a37d',
    });
    expect(response.headers.get('link')).toBe(`<${publicUrl}/id/new>; rel="successor-version"`);
    const page = await fetch(small.local + address, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect(page.status).toBe(410);
    expect(await page.text()).toContain('New clinic');
  });

  test('without a name or a successor is answered all the same', async () => {
    const response = await fetch(`${small.local}/id/gone`, { redirect: 'manual' });
    expect(response.status).toBe(410);
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem['detail']).toContain('2026-11-02');
    expect(problem).not.toHaveProperty('replacedBy');
  });

  test('leaves its successor alone', async () => {
    expect((await fetch(`${small.local}/about/id/new`)).status).toBe(200);
  });
});
