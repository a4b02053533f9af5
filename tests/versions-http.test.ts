import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { serve } from './setup/server.ts';

/** A server whose dataset changes between two starts, at the same address. */
let folder: string;
let port: number;
let running: Running;

const start = (names: readonly string[]): Promise<Running> => {
  const data = path.join(folder, 'data.ttl');
  writeFileSync(
    data,
    names.map((name, index) => `<http://example.org/${index}> <http://example.org/name> "${name}" .\n`).join(''),
  );
  return serve({ plain: true, data: [data], store: path.join(folder, 'store'), keep: 2, federation: false, port });
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'versions-http-'));
  port = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
});
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// Without an order of their own, and with names made up by the engine: the hardest to give again byte by byte.
const queries = [
  'SELECT DISTINCT ?name { ?s <http://example.org/name> ?name }',
  'SELECT ?name (COUNT(*) AS ?n) { ?s ?p ?name } GROUP BY ?name',
  'CONSTRUCT WHERE { ?s ?p ?o }',
  'ASK { ?s ?p "Zoë" }',
];
const permalink = (answer: Response): string =>
  /^<([^>]+)>; rel="cite-as"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';

test('a cited answer stays as it is when the dataset changes, until its version goes', async () => {
  running = await start(['Zoë', 'Anna', 'Bert', 'Carla', 'Dirk', 'Emma', 'Femke', 'Gijs']);
  const cited: { address: string; body: string; etag: string | null }[] = [];
  for (const query of queries) {
    const answer = await fetch(`${running.url}/sparql?${new URLSearchParams({ query })}`);
    expect(answer.status).toBe(200);
    cited.push({ address: permalink(answer), body: await answer.text(), etag: answer.headers.get('etag') });
  }
  await running.stop();

  running = await start(['Hugo']);
  for (const [index, { address, body, etag }] of cited.entries()) {
    const now = await fetch(`${running.url}/sparql?${new URLSearchParams({ query: queries[index] ?? '' })}`);
    expect(await now.text()).not.toBe(body);
    expect(now.headers.get('etag')).not.toBe(etag);
    const then = await fetch(address);
    expect(then.status).toBe(200);
    expect(await then.text()).toBe(body);
    expect(then.headers.get('etag')).toBe(etag);
    expect(then.headers.get('cache-control')).toContain('immutable');
    expect(permalink(then)).toBe(address);
  }
  await running.stop();

  running = await start(['Iris']);
  await running.stop();
  running = await start(['Joost']);
  for (const { address } of cited) {
    const gone = await fetch(address);
    expect(gone.status).toBe(410);
    const { current } = (await gone.json()) as { current: string };
    expect((await fetch(current)).status).toBe(200);
  }
});
