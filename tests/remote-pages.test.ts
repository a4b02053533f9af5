import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { defaults, serve } from './setup/server.ts';
import { runCommand } from './support/command.ts';
import { describeEachServer } from './support/sparql-servers/servers.ts';
import type { RunningServer } from './support/sparql-servers/sparql-server.ts';

/** The graph of this project on a server by others: all that is published of it is as if it were in memory. */
const types = { html: 'text/html', nq: 'application/n-quads', jsonld: 'application/ld+json' } as const;

/** One document about a thing of so many is compared. */
const sample = 130;

let memory: Running;
let things: string[];

beforeAll(async () => {
  memory = await serve({ pages: 'memory' });
  const sitemap = await (await fetch(`${memory.url}/sitemap.xml`)).text();
  const paths = [...sitemap.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, address = '']) =>
    address.slice(memory.url.length),
  );
  things = paths.filter((path) => path.startsWith('/about/')).filter((_, at) => at % sample === 0);
}, 240_000);
afterAll(() => memory.stop());

async function ask(server: Running, path: string, accept: string): Promise<string> {
  const response = await fetch(server.url + path, { headers: { accept, 'accept-language': 'nl' } });
  const text = (await response.text()).replaceAll(server.url, 'http://here');
  // A tag a line: so it can be seen where two pages differ.
  return `${response.status}\n${text.replaceAll('><', '>\n<')}`;
}

describeEachServer('pages of a graph that is on a server by others', (kind) => {
  let store: RunningServer;
  let server: Running;

  beforeAll(async () => {
    store = await kind.start({ union: true });
    const addresses = ['--engine', store.query, '--engine-update', store.update];
    const pushed = await runCommand(['push', store.store, ...addresses, '--store', defaults.store]);
    expect(pushed, pushed.stderr).toMatchObject({ code: 0 });
    server = await serve({ engine: store.query, timeout: 60 });
  }, 400_000);
  afterAll(async () => {
    await server?.stop();
    await store?.stop();
  });

  test.each(Object.entries(types))('documents in %s', { timeout: 300_000 }, async (_name, accept) => {
    expect(things.length).toBeGreaterThan(10);
    for (const path of things) expect(await ask(server, path, accept), path).toBe(await ask(memory, path, accept));
  });

  test('lists, and pages that are made of queries', { timeout: 300_000 }, async () => {
    // The page of partners takes Jena more than a minute.
    for (const path of ['/centres', '/themes?page=2', '/documents', '/links', '/quantities'])
      expect(await ask(server, path, 'text/html'), path).toBe(await ask(memory, path, 'text/html'));
  });

  test('search, identifiers and reconciliation', { timeout: 300_000 }, async () => {
    const query = encodeURIComponent(JSON.stringify({ q0: { query: 'LUMC' }, q1: { query: 'Universiteit Utrecht' } }));
    for (const path of [
      '/search.json?q=preventie',
      '/search/suggest?q=rad',
      '/resolve?id=ror.org/027bh9e22',
      `/reconcile?queries=${query}`,
      '/reconcile/suggest/entity?prefix=groning',
      '/reconcile/properties',
      '/sitemap.xml',
    ])
      expect(await ask(server, path, 'application/json'), path).toBe(await ask(memory, path, 'application/json'));
  });

  test('catalogue, statistics and dumps', { timeout: 120_000 }, async () => {
    for (const path of ['/catalog', '/catalog/dataset', '/.well-known/void'])
      expect(await ask(server, path, 'application/n-triples'), path).toBe(
        await ask(memory, path, 'application/n-triples'),
      );
    const sums = await ask(server, '/dumps/SHA256SUMS', 'text/plain');
    expect(sums).toBe(await ask(memory, '/dumps/SHA256SUMS', 'text/plain'));
    expect(sums.trim().split('\n').length).toBeGreaterThan(10);
  });

  test('a thing that is only there has a page', { timeout: 120_000 }, async () => {
    const added = 'https://w3id.org/umcnl/id/project/only-there';
    const graph = 'https://example.org/beside';
    const label = '<http://www.w3.org/2000/01/rdf-schema#label>';
    const type = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
    const put = await fetch(`${store.store}?graph=${encodeURIComponent(graph)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/n-triples' },
      body: `<${added}> ${label} "Only there"@en .\n<${added}> ${type} <https://example.org/Project> .\n`,
    });
    expect(put.ok).toBe(true);
    const body = await ask(server, '/about/id/project/only-there', 'application/n-quads');
    expect(body).toContain(`<${added}> ${label} "Only there"@en <${graph}> .`);
    expect(await ask(server, '/id/project/only-there', 'text/html')).toContain('Only there');
    expect(await ask(server, `/graphs?graph=${encodeURIComponent(graph)}`, 'text/turtle')).toContain('Only there');
  });
});
