import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { QueryFault, type QueryRequest, type QueryResult } from '../src/engine/engine.ts';
import type { QueryFile } from '../src/load/query-files.ts';
import { Collections } from '../src/publish/collections.ts';
import { GraphIndex } from '../src/publish/graph-index.ts';
import { Reader } from '../src/publish/graph-reader.ts';
import { hasMoreThings } from '../src/publish/search/findable.ts';
import { namedNode, rdfs } from '../src/rdf/terms.ts';
import { serve } from './setup/server.ts';

/** Pages that are read from the engine say what pages say that are read from memory. */
const types = { html: 'text/html', nq: 'application/n-quads', jsonld: 'application/ld+json' } as const;

const centre = 'https://w3id.org/umcnl/ontology#Centre';

/** One address of so many is compared, and all that are not about a thing. */
const sample = 25;

async function ask(server: Running, path: string, accept: string): Promise<string> {
  const response = await fetch(server.url + path, { headers: { accept, 'accept-language': 'nl' } });
  const text = (await response.text()).replaceAll(server.url, 'http://here');
  return `${response.status} ${response.headers.get('link')?.replaceAll(server.url, 'http://here')}\n${text}`;
}

let memory: Running;
let paths: string[];

beforeAll(async () => {
  memory = await serve({ pages: 'memory' });
  const sitemap = await (await fetch(`${memory.url}/sitemap.xml`)).text();
  paths = [...sitemap.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, address = '']) => address.slice(memory.url.length));
}, 240_000);

afterAll(() => memory.stop());

describe.each(['oxigraph', 'comunica'] as const)('read from %s', (engine) => {
  let server: Running;

  beforeAll(async () => {
    // Comunica's longest queries need minutes on a machine that does other things too, and an answer on which nothing
    // moves is given up after twice that time.
    server = await serve({ pages: 'engine', engine, timeout: engine === 'comunica' ? 280 : 60 });
  }, 240_000);
  afterAll(() => server.stop());

  test.each(Object.entries(types))('documents in %s are the same', { timeout: 800_000 }, async (name, accept) => {
    const step = engine === 'comunica' ? 16 * sample : sample;
    const things = paths.filter((path) => path.startsWith('/about/')).filter((_, at) => at % step === 0);
    const others = engine === 'comunica' ? [] : paths.filter((path) => !path.startsWith('/about/') && path !== '/');
    expect(things.length).toBeGreaterThan(2);
    // Blank nodes of the ontology have other labels in each engine.
    for (const path of [...others, ...things].filter((each) => each !== '/ontology' || name === 'html'))
      expect(await ask(server, path, accept), path).toBe(await ask(memory, path, accept));
  });

  test('search, suggestions, identifiers and reconciliation find the same', { timeout: 800_000 }, async () => {
    const query = encodeURIComponent(JSON.stringify({ q0: { query: 'LUMC' }, q1: { query: 'Universiteit Utrecht' } }));
    for (const path of [
      '/search.json?q=preventie',
      '/search.json?q=umcg',
      '/search/suggest?q=rad',
      '/resolve?id=ror.org/027bh9e22',
      '/resolve?id=https://www.lumc.nl/',
      `/reconcile?queries=${query}`,
      '/reconcile/suggest/entity?prefix=groning',
      // Counting the properties of all things takes Comunica minutes.
      ...(engine === 'comunica' ? [] : ['/reconcile/suggest/property?prefix=a', '/reconcile/properties']),
      ...(engine === 'comunica' ? [] : [`/reconcile/properties?type=${encodeURIComponent(centre)}`]),
      '/sitemap.xml',
    ])
      expect(await ask(server, path, 'application/json'), path).toBe(await ask(memory, path, 'application/json'));
  });

  test('what points to a thing comes in pages', async () => {
    const property = encodeURIComponent('http://purl.org/dc/terms/isPartOf');
    const path = `/about/document/samen-voor-de-gezondheid-van-morgen?property=${property}&page=1`;
    const body = await ask(server, path, 'application/n-triples');
    expect(body).toMatch(/^200 /);
    expect(body).toBe(await ask(memory, path, 'application/n-triples'));
  });

  test('what is not there is not found', async () => {
    for (const path of ['/id/centre/nowhere', '/about/id/centre/nowhere', '/id/centre/%3Cx%3E%22%7D'])
      expect(await ask(server, path, 'text/html')).toMatch(/^404 /);
  });
});

test('a collection that is too long to be listed is said to be cut', async () => {
  const query = { name: 'all', query: 'SELECT ?s { ?s ?p ?o }', title: {}, description: {} } as QueryFile;
  const ask = async (text: string): Promise<Record<string, string>[]> => {
    if (text.includes('COUNT')) return [{ total: '300000' }];
    const from = Number(/OFFSET (\d+)/.exec(text)?.[1]);
    return Array.from({ length: 5000 }, (_, at) => ({ s: `urn:x:${from + at}` }));
  };
  const cut: string[] = [];
  const collections = new Collections([query], ask, undefined, (name) => cut.push(name));
  expect((await collections.get('all'))?.members).toHaveLength(200_000);
  expect(cut).toEqual(['all']);
});

describe('a reader', () => {
  const facts = {
    publication: undefined,
    inputs: [],
    counts: { asserted: 0, inferred: 0, described: 0 },
    version: 'none',
    graphs: {},
  };
  const row = (subject: string, name: string) => ({
    s: { type: 'uri', value: subject },
    p: { type: 'uri', value: rdfs('label') },
    o: { type: 'literal', value: name },
  });
  const answer = (bindings: object[]): QueryResult => ({
    kind: 'rows',
    mediaType: 'application/sparql-results+json',
    body: Buffer.from(JSON.stringify({ head: { vars: [] }, results: { bindings } })),
  });

  test('asks for many things at once, and for none of them twice', async () => {
    const asked: string[] = [];
    const engine = {
      query: async ({ query }: QueryRequest) => {
        asked.push(query);
        return answer([...query.matchAll(/<(urn:x:\d+)>/g)].map(([, iri = '']) => row(iri, `name of ${iri}`)));
      },
    };
    const index = GraphIndex.over(facts, new Reader(engine));
    const names = (): string[] => Array.from({ length: 50 }, (_, at) => index.label(`urn:x:${at}`, 'en') ?? '?');
    const both = await Promise.all([index.reading(names), index.reading(names)]);
    expect(both[0]?.[49]).toBe('name of urn:x:49');
    expect(both[1]).toEqual(both[0]);
    expect(asked).toHaveLength(1);
  });

  test('throws what the work throws only when nothing is missing', async () => {
    const engine = { query: async () => answer([row('urn:x:1', 'one')]) };
    const index = GraphIndex.over(facts, new Reader(engine));
    const work = (): string => {
      const name = index.label('urn:x:1', 'en');
      if (name === undefined) throw new Error('no name');
      throw new Error(`has the name ${name}`);
    };
    await expect(index.reading(work)).rejects.toThrow('has the name one');
  });

  test('gives the fault of the engine', async () => {
    const engine = { query: () => Promise.reject(new Error('down')) };
    const index = GraphIndex.over(facts, new Reader(engine));
    await expect(index.reading(() => index.label('urn:x:1', 'en'))).rejects.toThrow('down');
  });

  test('sends no text that is no IRI', async () => {
    const asked: string[] = [];
    const engine = {
      query: async ({ query }: QueryRequest) => {
        asked.push(query);
        return answer([]);
      },
    };
    const index = GraphIndex.over(facts, new Reader(engine));
    const found = await index.reading(() => index.find(namedNode('urn:x> ?p ?o } #'), null, null));
    expect(found).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('asks in pieces for what is too long for one answer', async () => {
    const all = Array.from({ length: 300 }, (_, at) => `urn:x:thing${at}`).sort();
    const asked: string[] = [];
    const engine = {
      query: async ({ query }: QueryRequest) => {
        asked.push(query);
        const [, digits = ''] = /MD5\(STR\(\?s\)\), "(\w+)"/.exec(query) ?? [];
        const rows = all.filter((iri) => createHash('md5').update(iri).digest('hex').startsWith(digits));
        if (rows.length > 22) throw new QueryFault('too-large', 'too large');
        return answer(rows.map((value) => ({ s: { type: 'uri', value } })));
      },
    };
    const index = GraphIndex.over(facts, new Reader(engine));
    expect(await index.reading(() => index.things('urn:x:'))).toEqual(all);
    expect(asked.length).toBeGreaterThan(16);
  });

  test('asks for no more than it needs to know whether there are so many', async () => {
    const asked: string[] = [];
    const engine = {
      query: async ({ query }: QueryRequest) => {
        asked.push(query);
        return answer([{ s: { type: 'uri', value: 'urn:x:1' } }, { s: { type: 'uri', value: 'urn:x:2' } }]);
      },
    };
    const index = GraphIndex.over(facts, new Reader(engine));
    expect([await hasMoreThings(index, 'urn:x:', 1), await hasMoreThings(index, 'urn:x:', 2)]).toEqual([true, false]);
    expect(asked.map((query) => /LIMIT (\d+)/.exec(query)?.[1])).toEqual(['2', '3']);
  });

  test('refuses what would fill the memory', async () => {
    const engine = { query: async () => answer([]) };
    const index = GraphIndex.over(facts, new Reader(engine));
    const all = (): void => {
      for (let at = 0; at <= 100_000; at++) index.label(`urn:x:${at}`, 'en');
    };
    await expect(index.reading(all)).rejects.toMatchObject({ kind: 'too-complex' });
  });

  test('asks anew after its time, and what was made meanwhile is dropped', async () => {
    let asked = 0;
    const engine = { query: async () => answer([row('urn:x:1', `answer ${++asked}`)]) };
    const index = GraphIndex.over(facts, new Reader(engine, { maxAge: 0.05 }));
    const name = () => index.reading(() => index.label('urn:x:1', 'en'));
    expect([await name(), await name()]).toEqual(['answer 1', 'answer 1']);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await name()).toBe('answer 2');
    expect(index.epoch).toBe(1);
  });
});
