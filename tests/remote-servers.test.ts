import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { compareWithRemote } from '../src/engine/remote/compare.ts';
import { RemoteService, type RemoteServiceOptions } from '../src/engine/remote/remote-service.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { type Format, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { serve } from './setup/server.ts';
import { runCommand } from './support/command.ts';
import { describeEachServer } from './support/sparql-servers/servers.ts';
import type { RunningServer } from './support/sparql-servers/sparql-server.ts';

/** The same two graphs on a SPARQL server by others and in a server of ours: both answer the same. */
const ex = 'http://example.org/';
const [one, two, three] = [`${ex}graph/one`, `${ex}graph/two`, `${ex}graph/three`];
const graphs = {
  [one]: `<${ex}a> <${ex}name> "Ann\\t\\"é\\"\\n, <b> & ?"@nl, "Ann" ; <${ex}age> 42 ; <${ex}knows> <${ex}b> .`,
  [two]: `<${ex}b> <${ex}name> "Bob" ; <${ex}born> "1998-01-02"^^<http://www.w3.org/2001/XMLSchema#date> ; <${ex}at> [ <${ex}name> "here" ] .`,
};

const folder = mkdtempSync(path.join(tmpdir(), 'remote-'));
afterAll(() => rmSync(folder, { recursive: true }));
const files = Object.entries(graphs).map(([graph, turtle], at) => {
  const file = path.join(folder, `${at}.ttl`);
  writeFileSync(file, turtle);
  return `${graph}=${file}`;
});
const plain = { plain: true, workers: 1, graph: files, store: path.join(folder, 'store'), federation: false } as const;

const put = async ({ store }: RunningServer, graph: string, turtle: string): Promise<void> => {
  const url = `${store}?graph=${encodeURIComponent(graph)}`;
  const { ok } = await fetch(url, { method: 'PUT', headers: { 'content-type': 'text/turtle' }, body: turtle });
  expect(ok).toBe(true);
};

/** Rows as texts that are the same for the same terms, in any order. */
const readers: Readonly<Record<string, (text: string) => string[]>> = {
  json: (text) => {
    const { head, results } = JSON.parse(text) as { head: { vars: string[] }; results: { bindings: Row[] } };
    return results.bindings.map((row) =>
      head.vars.map((name) => `${name} ${row[name]?.value} ${row[name]?.['xml:lang']}`).join('\u0001'),
    );
  },
  xml: (text) => {
    const document = new DOMParser().parseFromString(text, 'text/xml');
    return [...document.getElementsByTagName('result')].map((result) =>
      [...result.getElementsByTagName('binding')]
        .map((each) => {
          const [term] = [...each.childNodes].filter(({ nodeType }) => nodeType === 1);
          const language = (term as unknown as Element).getAttribute('xml:lang');
          return `${each.getAttribute('name')} ${term?.nodeName} ${each.textContent?.trim()} ${language || ''}`;
        })
        .sort()
        .join('\u0001'),
    );
  },
  csv: (text) => Papa.parse<string[]>(text.trimEnd()).data.map((row) => row.join('\u0001')),
  // Numbers may be written short.
  tsv: (text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/"(\d+)"\^\^<[^>]*integer>/g, '$1').replace(/\t+$/, '')),
};
type Row = Record<string, { value: string; 'xml:lang'?: string } | undefined>;

describeEachServer('the engine is a server by others', (kind) => {
  let store: RunningServer;
  let there: Running;
  let here: Running;
  const ask = (query: string, accept: string, init: RequestInit = {}, server = there): Promise<Response> =>
    fetch(`${server.url}/sparql?${new URLSearchParams({ query })}`, { ...init, headers: { accept, ...init.headers } });
  /** Nothing that a client gets may tell where the answers come from. */
  const isDiscreet = async (response: Response): Promise<string> => {
    const text = await response.text();
    const { host, hostname } = new URL(store.query);
    for (const each of [host, hostname]) expect(JSON.stringify([...response.headers]) + text).not.toContain(each);
    return text;
  };

  beforeAll(async () => {
    store = await kind.start();
    for (const [graph, turtle] of Object.entries(graphs)) await put(store, graph, turtle);
    [there, here] = await Promise.all([serve({ ...plain, engine: store.query }), serve(plain)]);
  });
  afterAll(async () => {
    await Promise.all([there?.stop(), here?.stop()]);
    await store?.stop();
  });

  const select = `SELECT ?g ?s ?name ?age { GRAPH ?g { ?s <${ex}name> ?name OPTIONAL { ?s <${ex}age> ?age } } FILTER(STRSTARTS(STR(?g), "${ex}") && isIRI(?s)) }`;

  test.each([
    ['json', 'application/sparql-results+json'],
    ['xml', 'application/sparql-results+xml'],
    ['csv', 'text/csv'],
    ['tsv', 'text/tab-separated-values'],
  ])('rows in %s are those of the embedded engine', async (name, mediaType) => {
    const response = await ask(select, mediaType);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(mediaType);
    const rows = readers[name]?.(await isDiscreet(response)) ?? [];
    const own = readers[name]?.(await (await ask(select, mediaType, {}, here)).text()) ?? [];
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(rows.sort()).toEqual(own.sort());
  });

  test.each(
    formats.map((format: Format) => [format.name, format] as const),
  )('a graph in %s is that of the embedded engine', async (_, format) => {
    // The fragment of the base, so that it has to be told.
    const query = `CONSTRUCT { ?s ?p ?o . ?s <#seen> true } FROM <${one}> FROM <${two}> WHERE { ?s ?p ?o }`;
    const read = async (server: Running): Promise<string> => {
      const response = await ask(query, format.mediaType, {}, server);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining(format.mediaType),
      ]);
      return canonicalNQuads(await readRdf(await response.text(), format, { source: 'answer', baseIRI: 'http://e/' }));
    };
    const graph = await read(there);
    // Either has its own address.
    expect(graph.split('\n').length).toBeGreaterThan(8);
    const canonical = (text: string): string => text.replaceAll(/<[^>]*#seen>/g, '<#seen>');
    expect(canonical(graph)).toBe(canonical(await read(here)));
  });

  test.each([
    'application/sparql-results+json',
    'application/sparql-results+xml',
    'text/csv',
    'text/tab-separated-values',
  ])('yes and no in %s', async (mediaType) => {
    for (const [name, truth] of [
      ['Bob', 'true'],
      ['Eve', 'false'],
    ]) {
      const response = await ask(`ASK { GRAPH ?g { ?s <${ex}name> "${name}" } }`, mediaType);
      expect(response.headers.get('content-type')).toContain(mediaType);
      const text = await response.text();
      expect(text).toContain(truth);
      expect(text).not.toContain(truth === 'true' ? 'false' : 'true');
    }
  });

  test('an answer has no tag and no permanent address, and is not to be kept', async () => {
    const response = await ask(select, 'text/csv');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('etag')).toBeNull();
    expect(response.headers.get('link') ?? '').not.toContain('cite-as');
    expect(response.headers.get('vary')).toContain('Accept');
  });

  test('HEAD has the head of GET', async () => {
    const response = await ask(select, 'text/csv', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('content-type')).toContain('text/csv');
  });

  test('an answer is shown as a page', async () => {
    const response = await ask(select, 'text/html');
    expect(response.status).toBe(200);
    const page = await isDiscreet(response);
    expect(page).toContain('Bob');
    // Asked again, its address may give something else.
    expect(page).toContain('share-link');
    expect(page).not.toContain('share-pinned');
  });

  test('a mistake is told, and nothing of the server', async () => {
    for (const query of ['SELECT ?s { ?s unknown:p ?o }', 'SELECT * { ?s ?p', 'SELECT * { ?s ?p ?o ']) {
      const response = await ask(query, 'application/json');
      expect([query, response.status]).toEqual([query, 400]);
      const problem = JSON.parse(await isDiscreet(response)) as { type: string; detail: string };
      expect(problem.type).toMatch(/query-syntax$/);
      expect(problem.detail.length).toBeGreaterThan(15);
    }
  });

  test.each([
    [`INSERT DATA { GRAPH <${one}> { <${ex}x> <${ex}x> 1 } }`, 'query-update'],
    [`SELECT * { ?s ?p ?o } ; DROP GRAPH <${one}>`, 'query-update'],
    ['DEFINE get:soft "soft" SELECT * { ?s ?p ?o }', 'query-update'],
    ['SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }', 'query-unsupported'],
    ['ASK { ?s ?p 1SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }', 'query-unsupported'],
    ['PREFIX e: <http://e/> ASK { ?s ?p e:.SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }', 'query-unsupported'],
    ['ASK { ?s ?p <http://a\u00a0#>SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }', 'query-unsupported'],
    ['PREFIX : <http://127.0.0.1:1/> ASK { SERVICE:x { ?a ?b ?c } }', 'query-unsupported'],
    [`SELECT * FROM <${ex}nowhere> { ?s ?p ?o }`, 'query-unsupported'],
  ])('%s is not passed on', async (query, name) => {
    const response = await ask(query, 'application/json');
    expect(((await response.json()) as { type: string }).type).toMatch(new RegExp(`${name}$`));
    expect(await (await ask(`ASK { GRAPH <${one}> { ?s <${ex}age> 42 } }`, 'text/csv')).text()).toContain('true');
  });

  test('the version that is prepared is answered as it is now; of others, none', async () => {
    const { version } = (await (await fetch(`${there.url}/healthz`)).json()) as { version: string };
    const at = (wanted: string) =>
      fetch(`${there.url}/sparql?${new URLSearchParams({ query: select, version: wanted })}`);
    const current = await at(version);
    expect([current.status, current.headers.get('cache-control')]).toEqual([200, 'no-store']);
    await current.arrayBuffer();
    expect((await at('0000000000000000')).status).toBe(410);
  });

  test('graphs are those that the server has now, also those that we do not know', async () => {
    const got = (graph: string, accept: string) =>
      fetch(`${there.url}/graphs?graph=${encodeURIComponent(graph)}`, { headers: { accept } });
    expect((await got(three, 'text/turtle')).status).toBe(404);
    await put(store, three, `<${ex}c> <${ex}name> "Cid" .`);
    for (const format of formats) {
      const response = await got(three, format.mediaType);
      expect([format.name, response.status]).toEqual([format.name, 200]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const quads = await readRdf(await response.text(), format, { source: 'answer', baseIRI: 'http://e/' });
      expect(quads.map(({ object }) => object.value)).toEqual(['Cid']);
    }
    const known = await got(one, 'application/n-triples');
    expect((await known.text()).trim().split('\n')).toHaveLength(4);
    const merged = await fetch(`${there.url}/graphs?default`, { headers: { accept: 'application/n-triples' } });
    expect(await merged.text()).toContain(`<${ex}age>`);
  });

  test('a graph of the protocol is one that the server has', async () => {
    const query = `SELECT ?name { ?s <${ex}name> ?name FILTER(isIRI(?s)) }`;
    const from = (graph: string) =>
      fetch(`${there.url}/sparql?${new URLSearchParams({ query, 'default-graph-uri': graph })}`, {
        headers: { accept: 'text/csv' },
      });
    expect((await (await from(two)).text()).replaceAll('"', '').trim().split(/\r?\n/)).toEqual(['name', 'Bob']);
    expect((await from(`${ex}nowhere`)).status).toBe(400);
  });

  test('the command asks it too', async () => {
    const file = path.join(folder, 'query.rq');
    writeFileSync(file, `SELECT ?name { GRAPH <${two}> { ?s <${ex}name> ?name FILTER(isIRI(?s)) } }`);
    for (const [format, expected] of [
      ['table', /name\s[\s\S]*Bob/],
      ['json', /"value":\s*"Bob"/],
    ] as const) {
      const { code, stdout, stderr } = await runCommand(['query', file, '--engine', store.query, '--format', format]);
      expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(expected), '']);
    }
    writeFileSync(file, 'SELECT ?name { ?s ');
    const wrong = await runCommand(['query', file, '--engine', store.query]);
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
  });

  describe('at start', () => {
    const options = (): RemoteServiceOptions => ({
      endpoint: store.query,
      connections: 2,
      timeLimit: 10,
      queueLimit: 10,
      resultLimit: 1e6,
      version: 'v',
      hasGraph: () => true,
    });
    const compare = async (wanted: Record<string, number>): Promise<string[]> => {
      const service = await RemoteService.start(options());
      try {
        const expected = { graphs: new Map(Object.entries(wanted)), merged: true };
        const { data, abilities } = await compareWithRemote(service, expected);
        return [...data, ...abilities];
      } finally {
        await service.close();
      }
    };

    test.each<[Record<string, number>, RegExp | undefined]>([
      [{ [one]: 4, [two]: 4 }, undefined],
      [{ [`${ex}x`]: 4, [`${ex}y`]: 4 }, /none of the 2 graphs/],
      [{ [one]: 4, [`${ex}y`]: 4 }, /lacks 1 of the 2 graphs .*\/y>/],
      [{ [one]: 4, [two]: 5 }, /1 of its graphs .*graph\/two>: 4 there, 5 here/],
    ])('%o is held against what it has', async (wanted, expected) => {
      const remarks = await compare(wanted);
      const ofGraphs = remarks.filter((each) => /graphs (of this dataset|have)/.test(each));
      expect(ofGraphs).toEqual(expected ? [expect.stringMatching(expected)] : []);
      expect(remarks).toContainEqual(expect.stringContaining('Earlier versions'));
      expect(remarks.some((each) => each.includes('default graph does not hold'))).toBe(false);
    });
  });

  if (kind.ownDefaultGraph)
    test('a default graph that does not hold the named graphs is told at start', async () => {
      const apart = await kind.start({ union: false });
      try {
        await put(apart, one, graphs[one] ?? '');
        const service = await RemoteService.start({
          endpoint: apart.query,
          connections: 2,
          timeLimit: 10,
          queueLimit: 10,
          resultLimit: 1e6,
          version: 'v',
          hasGraph: () => true,
        });
        const { abilities } = await compareWithRemote(service, { graphs: new Map([[one, 4]]), merged: true });
        await service.close();
        expect(abilities).toContainEqual(expect.stringContaining('default graph does not hold'));
      } finally {
        await apart.stop();
      }
    });

  test('when it is down, that is said, and this server lives on', async () => {
    const at = async (address: string) => (await fetch(there.url + address)).status;
    expect([await at('/readyz'), await at('/healthz')]).toEqual([200, 200]);
    await store.stop();
    const response = await ask(select, 'application/json');
    expect(response.status).toBe(502);
    expect(await isDiscreet(response)).toContain('/problems/engine-failed');
    expect([await at('/readyz'), await at('/healthz')]).toEqual([503, 200]);
    expect(await (await fetch(`${there.url}/metrics`)).text()).toMatch(/^sparql_workers_ready 0$/m);
  });
});
