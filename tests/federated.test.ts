import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { namesServices } from '../src/engine/query-form.ts';
import { readQueries } from '../src/load/query-files.ts';
import { serve } from './setup/server.ts';
import { runCommand } from './support/command.ts';
import { endpoint, type Remote, startRemote } from './support/remote.ts';

// Wikidata, CORDIS, MeSH and Cellar themselves are never asked here. Stand-ins on this machine hold a small extract each,
// in the vocabulary that README.md beside the queries gives evidence for.

const root = new URL('..', import.meta.url).pathname;
const folder = path.join(root, 'queries/federated');
const queries = await readQueries(folder);
const evidence = readFileSync(path.join(folder, 'README.md'), 'utf8');
const allowed = (
  JSON.parse(readFileSync(path.join(root, 'data/federation.json'), 'utf8')) as { endpoints: { endpoint: string }[] }
).endpoints.map((each) => each.endpoint);

/** The stand-in for each endpoint: a file in `tests/federated/`, served under its name. */
const standIns: Readonly<Record<string, string>> = {
  'https://query.wikidata.org/sparql': 'wikidata',
  'https://id.nlm.nih.gov/mesh/sparql': 'mesh',
  'https://publications.europa.eu/webapi/rdf/sparql': 'cellar',
  'https://cordis.europa.eu/datalab/sparql': 'cordis',
};

const scratch = mkdtempSync(path.join(tmpdir(), 'federated-'));
const list = path.join(scratch, 'federation.json');
let remote: Remote;
let running: Running;

beforeAll(async () => {
  const files = Object.values(standIns).map(async (name) => {
    const turtle = readFileSync(path.join(root, 'tests/federated', `${name}.ttl`), 'utf8');
    return [`/${name}`, await endpoint(turtle)] as const;
  });
  remote = await startRemote(Object.fromEntries(await Promise.all(files)));
  const endpoints = Object.values(standIns).map((name) => ({ endpoint: `${remote.url}/${name}` }));
  writeFileSync(list, JSON.stringify({ endpoints, allowInsecure: true, allowPrivate: ['127.0.0.1'] }));
  running = await serve({ federation: list, workers: 1, timeout: 60 });
  // Who asks others first waits until the workers for that have started.
  await ask(`ASK { SERVICE <https://id.nlm.nih.gov/mesh/sparql> { ?s ?p ?o } }`, 'application/sparql-results+json');
}, 300_000);
afterAll(async () => {
  await Promise.all([running?.stop(), remote?.stop()]);
  rmSync(scratch, { recursive: true });
});
beforeEach(() => {
  remote.received.length = 0;
});

/** A query as it is, but for the addresses of the endpoints. */
const toStandIns = (query: string): string =>
  Object.entries(standIns).reduce((text, [address, name]) => text.replaceAll(address, `${remote.url}/${name}`), query);

const ask = (query: string, accept: string): Promise<Response> =>
  fetch(`${running.url}/sparql`, {
    method: 'POST',
    headers: { accept },
    body: new URLSearchParams({ query: toStandIns(query) }),
  });

const wikidata = 'http://www.wikidata.org/entity/';
const madeUp = 'http://example.org/made-up/';

/** What each query says of the stand-ins' data, joined with the graph. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'centres-founded-in-wikidata-and-ror': [
    `Erasmus MC,${wikidata}Q3126873,1001,2011`,
    `LUMC,${wikidata}Q2406409,1990,1990`,
  ],
  'inhabitants-of-the-cities-of-centres': [
    'Erasmus MC,Rotterdam,1002,Point(4.47917 51.9225)',
    'LUMC,Leiden,1001,Point(4.49306 52.15833)',
  ],
  'keys-that-wikidata-has-otherwise': [
    `Erasmus MC,${wikidata}Q3126873,https://w3id.org/umcnl/concept/identifier-scheme/grid,grid.0.made-up,grid.5645.2`,
  ],
  'wikidata-items-by-ror-key': [
    `Dutch Healthcare Authority,02bc7xp68,${madeUp}item-without-website,`,
    `Hubrecht Institute,023qc4a07,${madeUp}item-of-hubrecht,${madeUp}website`,
  ],
  'clinical-areas-below-mesh-headings': [
    'Brain,http://id.nlm.nih.gov/mesh/D001921,Brain,A heading above Brain (made up)',
  ],
  'themes-in-languages-of-eurovoc': [
    'Cancer,http://www.w3.org/2004/02/skos/core#exactMatch,http://eurovoc.europa.eu/5104,de,"made up, in German"',
    'Cancer,http://www.w3.org/2004/02/skos/core#exactMatch,http://eurovoc.europa.eu/5104,fr,"made up, in French"',
    'Heart and vessels,http://www.w3.org/2004/02/skos/core#closeMatch,http://eurovoc.europa.eu/1757,es,"made up, in Spanish"',
  ],
  'european-projects-of-the-centres': [
    'LUMC,ACADEMISCH ZIEKENHUIS LEIDEN,coordinator,000000001,A project that is made up',
  ],
  'clinical-areas-in-mesh-and-wikidata': [`Brain,Brain,D001921,${madeUp}brain,hersenen (verzonnen)`],
};

/** Requests that a query may send to all endpoints together. */
const politeRequests = 12;

test('every query has an expected answer, and every expected answer a query', () => {
  expect(queries.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
});

describe.each(queries)('$name', ({ name, query, title, description, tags, endpoints }) => {
  test('has title and description in both languages, and says whom it asks', () => {
    for (const text of [title, description]) expect(Object.keys(text).sort()).toEqual(['en', 'nl']);
    expect(tags[0]).toBe('federated');
    expect(endpoints.length).toBeGreaterThan(0);
    expect([...endpoints].sort()).toEqual([...new Set(namesServices(query))].sort());
    for (const address of endpoints) expect(allowed).toContain(address);
  });

  test('uses no term of others for which README.md has no evidence', () => {
    const terms = query.match(/\b(?:wdt|eurio|meshv):\w+/g) ?? [];
    for (const term of terms) expect(evidence, term).toContain(`\`${term}\``);
    for (const address of endpoints) expect(evidence).toContain(address);
  });

  test('asks stand-ins for the real endpoints, politely, and joins what they say with the graph', async () => {
    const response = await ask(query, 'text/csv');
    const text = await response.text();
    expect(response.status, text).toBe(200);
    const lines = text.trim().split(/\r?\n/).slice(1);
    expect([...lines].sort()).toEqual([...(expected[name] ?? [])].sort());
    expect(query).toMatch(/LIMIT \d+\s*$/);
    expect(new Set(remote.received.map((each) => each.path))).toEqual(
      new Set(endpoints.map((address) => `/${standIns[address]}`)),
    );
    expect(remote.received.length).toBeLessThanOrEqual(politeRequests);
    // Each request carries what the graph has bound: with two SERVICE clauses side by side, one asked for everything.
    for (const each of remote.received) {
      expect(each.query).toMatch(/VALUES\( \?label [^)]*\)\{ \( "/);
      // A group of its own may be answered before it is joined with the values: all labels there are, say.
      expect(each.query?.replace(/VALUES.*?\) \}/, '')).not.toMatch(/(?<!OPTIONAL )\{[^{}]*FILTER/);
    }
  });
});

test('the command asks whom a list allows, and nobody without one', async () => {
  const file = path.join(scratch, 'query.rq');
  const found = queries.find(({ name }) => name === 'european-projects-of-the-centres');
  writeFileSync(file, toStandIns(found?.query ?? ''));
  const asked = await runCommand(['query', file, '--format', 'csv', '--federation', list]);
  expect(asked.stdout.trim().split(/\r?\n/).slice(1)).toEqual(expected['european-projects-of-the-centres']);
  expect(asked.code).toBe(0);
  const refused = await runCommand(['query', file, '--federation']);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain(`${remote.url}/cordis`);
  const alone = await runCommand(['query', file]);
  expect(alone.code).not.toBe(0);
  expect(alone.stderr).toContain('--federation');
}, 240_000);

describe('the page to write queries on', () => {
  const pageOf = async ({ url }: Running): Promise<string> =>
    (await fetch(`${url}/sparql?lang=en`, { headers: { accept: 'text/html' } })).text();

  test('lists them, with whom they ask, where that may be asked', async () => {
    const open = await serve({ workers: 1 });
    try {
      const page = await pageOf(open);
      for (const { title, endpoints } of queries) {
        expect(page).toContain(`>${title['en']?.replaceAll('&', '&amp;')}<`);
        for (const address of endpoints) expect(page).toContain(new URL(address).hostname);
      }
    } finally {
      await open.stop();
    }
  });

  test('leaves out those that may not', async () => {
    const closed = await serve({ workers: 1, federation: false });
    try {
      for (const { url } of [running, closed]) {
        const page = await pageOf({ url } as Running);
        expect(page).toContain('For librarians');
        for (const { title } of queries) expect(page).not.toContain(`>${title['en']}<`);
      }
    } finally {
      await closed.stop();
    }
  });
});

test('each stand-in says what of it is made up', () => {
  const files = readdirSync(path.join(root, 'tests/federated'));
  expect(files.sort()).toEqual(
    Object.values(standIns)
      .map((name) => `${name}.ttl`)
      .sort(),
  );
  for (const file of files)
    expect(readFileSync(path.join(root, 'tests/federated', file), 'utf8')).toMatch(/^# .*stand-in/);
});
