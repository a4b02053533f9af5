import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { readNQuads } from '../src/rdf/read.ts';
import { rdf, rdfs } from '../src/rdf/terms.ts';
import { serve } from './setup/server.ts';

/** Pages of a graph with more things than fit into memory with their names: what they show is bounded, and complete. */
const things = 21_000;
const base = 'https://data.example.org/';
const partOf = 'http://purl.org/dc/terms/isPartOf';
const pageLimit = 200;

let folder: string;
let server: Running;
let local: string;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

function* lines(): Generator<string> {
  yield `<${base}country/1> <${rdf('type')}> <${base}ontology#Country> .`;
  yield `<${base}country/1> <${rdfs('label')}> "Countryland"@en .`;
  yield `<${partOf}> <${rdfs('label')}> "part of"@en .`;
  for (let at = 0; at < things; at++) {
    const thing = `<${base}organisation/${at}>`;
    yield `${thing} <${rdf('type')}> <${base}ontology#Organisation> .`;
    yield `${thing} <${rdfs('label')}> "Institute of Zebra Number ${at}"@en .`;
    yield `${thing} <${partOf}> <${base}country/1> .`;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'large-pages-'));
  const file = path.join(folder, 'large.nt');
  await writeFile(file, `${[...lines()].join('\n')}\n`);
  const port = await freePort();
  local = `http://127.0.0.1:${port}`;
  const publicUrl = base.slice(0, -1);
  server = await serve({
    plain: true,
    data: [file],
    publicUrl,
    port,
    pages: 'engine',
    timeout: 60,
    // The list of all things is longer than any answer may be.
    resultSize: 1,
    store: path.join(folder, 'store'),
  });
}, 240_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = async (address: string, accept: string): Promise<string> => {
  const response = await fetch(local + address, { headers: { accept, 'accept-language': 'en' } });
  expect(response.status, address).toBe(200);
  return response.text();
};

test('a thing has its page and its triples', async () => {
  expect(await get('/about/organisation/777', 'text/html')).toContain('Institute of Zebra Number 777');
  const quads = readNQuads(await get('/about/organisation/777', 'application/n-quads'));
  const own = quads.filter(({ subject }) => subject.value === `${base}organisation/777`);
  expect(own).toHaveLength(3);
});

test('what all things point to is described with some of them, and how many there are', async () => {
  const body = await get('/about/country/1', 'application/n-triples');
  expect(body).toContain(`<http://www.w3.org/ns/hydra/core#totalItems> "${things}"`);
  expect(body.match(new RegExp(`<${partOf}>`, 'g'))?.length).toBeLessThan(1000);
  expect((await get('/about/country/1', 'text/html')).length).toBeLessThan(400_000);
});

test('its pages hold each of them once', async () => {
  const found = new Set<string>();
  const pages = Math.ceil(things / pageLimit);
  for (const page of [1, 2, Math.ceil(pages / 2), pages]) {
    const body = await get(
      `/about/country/1?property=${encodeURIComponent(partOf)}&page=${page}`,
      'application/n-triples',
    );
    const members = readNQuads(body).filter(({ predicate }) => predicate.value === partOf);
    expect(members).toHaveLength(page === pages ? things - (pages - 1) * pageLimit : pageLimit);
    for (const { subject } of members) {
      expect(found).not.toContain(subject.value);
      found.add(subject.value);
    }
  }
  const after = `/about/country/1?property=${encodeURIComponent(partOf)}&page=${pages + 1}`;
  expect((await fetch(local + after)).status).toBe(404);
});

test('things are found by the words of their names, and it is said that not all is searched', async () => {
  const found = JSON.parse(await get('/search.json?q=zebra+12345', 'application/json')) as {
    complete: boolean;
    results: { id: string }[];
  };
  expect(found.complete).toBe(false);
  expect(found.results[0]?.id).toBe(`${base}organisation/12345`);
  expect(await get('/search?q=zebra', 'text/html')).toContain('The graph is large');
  const suggested = JSON.parse(await get('/search/suggest?q=zebra+number+20999', '*/*')) as string[][];
  expect(suggested[1]?.[0]).toBe('Institute of Zebra Number 20999');
  // What is written into a query stays a text.
  const odd = await get(`/search.json?q=${encodeURIComponent('a" || true) #\\')}`, 'application/json');
  expect(JSON.parse(odd)).toMatchObject({ complete: false });
});

test('a name is reconciled with its thing', { timeout: 120_000 }, async () => {
  const queries = JSON.stringify({ q0: { query: 'Institute of Zebra Number 20500' } });
  const body = await get(`/reconcile?queries=${encodeURIComponent(queries)}`, 'application/json');
  const { q0 } = JSON.parse(body) as { q0: { result: { id: string; match: boolean }[] } };
  expect(q0.result[0]).toMatchObject({ id: `${base}organisation/20500` });
  const ids = async (address: string, list: 'result' | 'properties'): Promise<string[]> => {
    const found = JSON.parse(await get(address, 'application/json')) as Record<typeof list, { id: string }[]>;
    return found[list].map(({ id }) => id);
  };
  expect(await ids('/reconcile/suggest/entity?prefix=zebra%20number%20209', 'result')).toHaveLength(50);
  expect(await ids('/reconcile/suggest/property?prefix=part', 'result')).toEqual([partOf]);
  expect(await ids('/reconcile/properties', 'properties')).toEqual([partOf]);
});

test('the sitemap lists every thing', async () => {
  const body = await get('/sitemap.xml', 'application/xml');
  expect(body.match(/<loc>[^<]*\/about\//g)).toHaveLength(things + 1);
});

test('a list is cut where it would be too long, but no graph', async () => {
  const body = await get('/graphs?default', 'application/n-triples');
  expect(body.trim().split('\n')).toHaveLength(3 * things + 3);
  expect(await get('/graphs?default', 'text/html')).toContain(String(3 * things + 3));
});
