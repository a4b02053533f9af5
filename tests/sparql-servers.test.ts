import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cutsAfter,
  drips,
  inTurn,
  isBusy,
  neverAnswers,
  sendsForEver,
  startFaultyServer,
} from './support/sparql-servers/faulty-server.ts';
import { oxigraph } from './support/sparql-servers/oxigraph.ts';
import { describeEachServer } from './support/sparql-servers/servers.ts';
import type { RunningServer } from './support/sparql-servers/sparql-server.ts';

/** That the servers by others, which other tests rest on, do what those tests take for granted. */
const triples = '<http://example.org/s> <http://example.org/p> "é", 1 .';

async function rows(server: RunningServer, query: string): Promise<string[][]> {
  const response = await fetch(server.query, {
    method: 'POST',
    headers: { accept: 'text/csv' },
    body: new URLSearchParams({ query }),
  });
  expect(response.status).toBe(200);
  const [, ...lines] = (await response.text()).trim().split(/\r?\n/);
  return lines.map((line) => line.replaceAll('"', '').split(','));
}

const put = async (server: RunningServer, graph: string, body: string, method = 'PUT'): Promise<number> => {
  const url = `${server.store}?${graph}`;
  const response = await fetch(url, { method, headers: { 'content-type': 'text/turtle' }, body });
  await response.arrayBuffer();
  return response.status;
};

const update = async (server: RunningServer, text: string): Promise<number> => {
  const response = await fetch(server.update, { method: 'POST', body: new URLSearchParams({ update: text }) });
  await response.arrayBuffer();
  return response.status;
};

const a = 'http://example.org/graph/a';
const b = 'http://example.org/graph/b';

describeEachServer('a server by others', (kind) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await kind.start();
  });
  afterAll(() => server.stop());

  test('takes, gives and drops a graph', async () => {
    expect(await put(server, `graph=${a}`, triples)).toBe(201);
    const got = await fetch(`${server.store}?graph=${a}`, { headers: { accept: 'application/n-triples' } });
    expect(got.status).toBe(200);
    expect((await got.text()).trim().split('\n')).toHaveLength(2);
    expect(await put(server, `graph=${a}`, '<http://example.org/s> <http://example.org/p> 2 .')).toBeLessThan(300);
    expect(await put(server, `graph=${a}`, '<http://example.org/s> <http://example.org/p> 3 .', 'POST')).toBeLessThan(
      300,
    );
    const query = `SELECT ?o { GRAPH <${a}> { ?s ?p ?o } } ORDER BY ?o`;
    expect(await rows(server, query)).toEqual([['2'], ['3']]);
    const gone = await fetch(`${server.store}?graph=${a}`, { method: 'DELETE' });
    expect(gone.ok).toBe(true);
    expect(await rows(server, query)).toEqual([]);
  });

  test('takes updates of several operations', async () => {
    const operations = `INSERT DATA { GRAPH <${a}> { <http://example.org/s> <http://example.org/p> 1 } } ;
      INSERT { GRAPH <${b}> { ?s ?p ?o } } WHERE { GRAPH <${a}> { ?s ?p ?o } } ; DROP SILENT GRAPH <${a}>`;
    expect(await update(server, operations)).toBeLessThan(300);
    const all = `SELECT ?g ?o { GRAPH ?g { <http://example.org/s> ?p ?o } }`;
    expect(await rows(server, all)).toEqual([[b, '1']]);
  });

  test('has the union of the named graphs as its default graph', async () => {
    expect(await rows(server, 'SELECT ?o { <http://example.org/s> ?p ?o }')).toEqual([['1']]);
  });

  test('says that a query is malformed', async () => {
    const response = await fetch(`${server.query}?query=${encodeURIComponent('SELECT {')}`);
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeGreaterThan(20);
  });
});

describeEachServer(
  'a server with a default graph of its own',
  (kind) => {
    let server: RunningServer;
    const authorization = `Basic ${btoa('me:secret')}`;
    beforeAll(async () => {
      server = await kind.start({ union: false, authorization });
    });
    afterAll(() => server.stop());

    test('asks who is there, and keeps the default graph apart', async () => {
      const query = encodeURIComponent('ASK { ?s ?p ?o }');
      expect((await fetch(`${server.query}?query=${query}`)).status).toBe(401);
      const headers = { authorization, 'content-type': 'text/turtle', accept: 'application/sparql-results+json' };
      const ask = async () => (await fetch(`${server.query}?query=${query}`, { headers })).json();
      expect((await fetch(`${server.store}?graph=${a}`, { method: 'PUT', headers, body: triples })).status).toBe(201);
      expect(await ask()).toMatchObject({ boolean: false });
      expect((await fetch(`${server.store}?default`, { method: 'PUT', headers, body: triples })).ok).toBe(true);
      expect(await ask()).toMatchObject({ boolean: true });
    });
  },
  ({ ownDefaultGraph }) => ownDefaultGraph,
);

test('the faulty server does wrong what it is told, and passes on the rest', async () => {
  const good = await oxigraph.start();
  const faulty = await startFaultyServer(inTurn(isBusy(503, '7'), cutsAfter(5, 'text/csv', '0123456789')), good);
  try {
    const busy = await fetch(`${faulty.store}?graph=${a}`, { method: 'PUT', body: triples });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
    await expect(fetch(faulty.query).then((response) => response.text())).rejects.toThrow();
    expect(await put(faulty, `graph=${a}`, triples)).toBe(201);
    expect(await rows(good, `SELECT ?o { GRAPH <${a}> { ?s ?p ?o } } ORDER BY ?o`)).toHaveLength(2);
    expect(faulty.got.map(({ method }) => method)).toEqual(['PUT', 'GET', 'PUT']);
    expect(faulty.got[2]?.body.toString()).toBe(triples);

    for (const reaction of [
      neverAnswers,
      drips('text/csv', 'slow', 50),
      sendsForEver('text/csv', 'a', 'b'.repeat(1e5)),
    ]) {
      faulty.react(() => reaction);
      const controller = new AbortController();
      const reading = fetch(faulty.query, { signal: controller.signal }).then((response) => response.text());
      reading.catch(() => undefined);
      while (faulty.open() !== 1) await sleep(5);
      await sleep(60);
      controller.abort();
      await expect(reading).rejects.toThrow();
      while (faulty.open() !== 0) await sleep(5);
      expect(faulty.got.at(-1)?.isAborted()).toBe(true);
    }
  } finally {
    await faulty.stop();
    await good.stop();
  }
});
