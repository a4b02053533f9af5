import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QueryFault, type QueryRequest } from '../src/engine/engine.ts';
import { localEngines } from '../src/engine/engines.ts';
import { EnginePool, type PoolOptions } from '../src/engine/pool.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';

const ex = 'http://example.org/';
const count = 150;
/** Many things in the default graph to multiply with each other, and two named graphs. */
const nquads = [
  ...Array.from(
    { length: count },
    (_, n) => `<${ex}${n}> <${ex}number> "${n}"^^<http://www.w3.org/2001/XMLSchema#integer> .`,
  ),
  `<${ex}zo\u00EB> <${ex}name> "Zo\u00EB \u{1F600}"@nl .`,
  `<${ex}a> <${ex}in> "one" <${ex}g1> .`,
  `<${ex}a> <${ex}in> "two" <${ex}g2> .`,
  `<${ex}b> <${ex}in> "two" <${ex}g2> .`,
  '',
].join('\n');

const start = (options: Partial<PoolOptions> = {}): Promise<EnginePool> =>
  EnginePool.start({ engine: 'oxigraph', nquads, workers: 1, timeLimit: 30, queueLimit: 50, ...options });
const request = (query: string, changes: Partial<QueryRequest> = {}): QueryRequest => ({
  query: `PREFIX : <${ex}> ${query}`,
  resultFormat: 'json',
  graphFormat: 'n-triples',
  prefixes: { ex },
  ...changes,
});
const text = async (pool: EnginePool, query: string, changes: Partial<QueryRequest> = {}): Promise<string> =>
  new TextDecoder().decode((await pool.query(request(query, changes))).body);
const rows = async (pool: EnginePool, query: string, changes: Partial<QueryRequest> = {}): Promise<string[]> => {
  const { head, results } = JSON.parse(await text(pool, query, changes)) as {
    head: { vars: string[] };
    results: { bindings: Record<string, { value: string }>[] };
  };
  // Engines may name the variables in another order than asked.
  const variables = query.match(/(?<=SELECT )[?\w ]+/)?.[0].match(/\w+/g) ?? head.vars;
  return results.bindings.map((row) => variables.map((name) => row[name]?.value).join(' ')).sort();
};
const faultOf = async (answer: Promise<unknown>): Promise<QueryFault> => {
  const fault = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(QueryFault);
  return fault as QueryFault;
};

const quick = (n: number): string => `SELECT ?s { ?s :number ${n} }`;
/** Counts 150⁵ combinations: days of work. */
const slow =
  'SELECT (COUNT(*) AS ?n) { ?a :number ?v . ?b :number ?w . ?c :number ?x . ?d :number ?y . ?e :number ?z FILTER(?v + ?w + ?x + ?y + ?z < 0) }';
const closing = async (pool: EnginePool, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } finally {
    await pool.close();
  }
};
/** Until so many workers are ready: a fresh one needs a moment. */
const untilReady = async (pool: EnginePool, workers: number): Promise<void> => {
  await expect.poll(() => pool.state.ready, { timeout: 30_000, interval: 50 }).toBe(workers);
};

describe.each(localEngines)('%s', (engine) => {
  let pool: EnginePool;
  beforeAll(async () => {
    pool = await start({ engine, workers: 2 });
  });
  afterAll(() => pool.close());

  test('is started with all its workers', () => {
    expect(pool.state.ready).toBe(2);
  });

  test.each([
    ['json', 'application/sparql-results+json'],
    ['xml', 'application/sparql-results+xml'],
    ['csv', 'text/csv'],
    ['tsv', 'text/tab-separated-values'],
  ] as const)('answers SELECT and ASK in %s', async (resultFormat, mediaType) => {
    const select = await pool.query(request('SELECT ?name { :zoë :name ?name }', { resultFormat }));
    expect([select.kind, select.mediaType]).toEqual(['rows', mediaType]);
    const answer = new TextDecoder().decode(select.body);
    expect(answer).toMatch(/Zoë (\u{1F600}|\\U0001F600)/iu);
    expect(answer).toContain('name');

    const yes = await pool.query(request('ASK { ?s :number 7 }', { resultFormat }));
    expect([yes.kind, yes.mediaType]).toEqual(['boolean', mediaType]);
    expect(new TextDecoder().decode(yes.body)).toContain('true');
    expect(await text(pool, 'ASK { ?s :number -7 }', { resultFormat })).toContain('false');
  });

  test.each(formats.map(({ name }) => name))('answers CONSTRUCT and DESCRIBE in %s', async (name) => {
    const format = findFormat(name) ?? formats[0];
    const expected = await readRdf(`<${ex}7> <${ex}number> 7 .`, formats[0], { source: 'expected', baseIRI: ex });
    for (const query of ['CONSTRUCT WHERE { ?s :number ?n FILTER(?n = 7) }', 'DESCRIBE :7']) {
      const asked = query.startsWith('C')
        ? 'CONSTRUCT { ?s :number ?n } WHERE { ?s :number ?n FILTER(?n = 7) }'
        : query;
      const { kind, mediaType, body } = await pool.query(request(asked, { graphFormat: name }));
      expect([kind, mediaType]).toEqual(['graph', format.mediaType]);
      const quads = await readRdf(new TextDecoder().decode(body), format, { source: 'answer', baseIRI: ex });
      expect(await canonicalNQuads(quads)).toBe(await canonicalNQuads(expected));
    }
  });

  test.each<[string, string, Partial<QueryRequest>]>([
    ['not-acceptable', 'SELECT * { ?s ?p ?o }', { resultFormat: undefined }],
    ['not-acceptable', 'ASK {}', { resultFormat: undefined }],
    ['not-acceptable', 'CONSTRUCT WHERE { ?s ?p ?o }', { graphFormat: undefined }],
    ['not-acceptable', 'DESCRIBE :a', { graphFormat: undefined }],
    ['syntax', 'SELECT * { ?s ?p }', {}],
    ['syntax', 'ASK', {}],
    ['syntax', 'SELEKT * {}', {}],
    ['syntax', 'SELECT * { ?s unknown:p ?o }', {}],
    ['update', 'INSERT DATA { :a :b :c }', {}],
    ['unsupported', `SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }`, {}],
    ['too-complex', `ASK ${'{'.repeat(500)}${'}'.repeat(500)}`, {}],
  ])('refuses with %s: %s', async (kind, query, changes) => {
    const fault = await faultOf(pool.query(request(query, changes)));
    expect(fault.kind).toBe(kind);
    expect(fault.message).not.toBe('');
    expect(await rows(pool, quick(7))).toEqual([`${ex}7`]);
  });

  test('cannot be made to answer a predicate that RDF/XML cannot write', async () => {
    const fault = await faultOf(
      pool.query(request('CONSTRUCT { :a <http://example.org/1> :b } WHERE {}', { graphFormat: 'rdf-xml' })),
    );
    expect(['not-acceptable', 'unsupported']).toContain(fault.kind);
    expect(fault.message).toContain('RDF/XML');
  });

  test('resolves relative IRIs against the base', async () => {
    expect(await rows(pool, 'SELECT ?n { <7> <number> ?n }', { baseIRI: ex })).toEqual(['7']);
  });

  test.each<[string, Partial<QueryRequest>, string[], string[]]>([
    ['nothing said', {}, [], ['g1 a', 'g2 a', 'g2 b']],
    ['one default graph', { defaultGraphs: [`${ex}g1`] }, ['a one'], []],
    ['two default graphs', { defaultGraphs: [`${ex}g1`, `${ex}g2`] }, ['a one', 'a two', 'b two'], []],
    ['one named graph', { namedGraphs: [`${ex}g2`] }, [], ['g2 a', 'g2 b']],
    ['both', { defaultGraphs: [`${ex}g1`], namedGraphs: [`${ex}g2`] }, ['a one'], ['g2 a', 'g2 b']],
    ['a graph that is not there', { defaultGraphs: [`${ex}none`] }, [], []],
  ])('asks the dataset of the request: %s', async (_, changes, inDefault, inNamed) => {
    const short = (list: string[]): string[] => list.map((each) => each.replaceAll(ex, ''));
    expect(short(await rows(pool, 'SELECT ?s ?o { ?s :in ?o }', changes))).toEqual(inDefault);
    expect(short(await rows(pool, 'SELECT ?g ?s { GRAPH ?g { ?s :in ?o } }', changes))).toEqual(inNamed);
  });

  test('answers twenty queries at once, each with its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => rows(pool, quick(n * 7))));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => [`${ex}${n * 7}`]));
  });

  test('stops a query that takes too long, answers quick ones meanwhile, and goes on', async () => {
    // A further worker has to start within this time.
    const own = await start({ engine, workers: 1, timeLimit: 20 });
    await closing(own, async () => {
      const settled: string[] = [];
      const stopped = faultOf(own.query(request(slow))).then((fault) => {
        settled.push('slow');
        return fault;
      });
      for (let n = 0; n < 3; n++) {
        expect(await rows(own, quick(n))).toEqual([`${ex}${n}`]);
        settled.push('quick');
      }
      const fault = await stopped;
      expect(fault.kind).toBe('too-slow');
      expect(fault.message).toContain('20 s');
      expect(settled).toEqual(['quick', 'quick', 'quick', 'slow']);
      await untilReady(own, 1);
      expect(await rows(own, quick(5))).toEqual([`${ex}5`]);
    });
  });
});

describe('a pool', () => {
  test('answers quick queries while as many slow ones run as there are workers', async () => {
    const pool = await start({ workers: 2, timeLimit: 10 });
    await closing(pool, async () => {
      let stopped = 0;
      const slowOnes = [1, 2].map(() => faultOf(pool.query(request(slow))).finally(() => stopped++));
      const answers = await Promise.all([1, 2, 3, 4].map((n) => rows(pool, quick(n))));
      expect(answers).toEqual([1, 2, 3, 4].map((n) => [`${ex}${n}`]));
      expect(stopped).toBe(0);
      expect((await Promise.all(slowOnes)).map(({ kind }) => kind)).toEqual(['too-slow', 'too-slow']);
      await untilReady(pool, 2);
      expect(await rows(pool, quick(1))).toEqual([`${ex}1`]);
    });
  });

  test('gets by with more slow queries than it may have workers', async () => {
    const pool = await start({ workers: 1, timeLimit: 15 });
    await closing(pool, async () => {
      const slowOnes = Array.from({ length: 5 }, () => faultOf(pool.query(request(slow))));
      expect(await rows(pool, quick(9))).toEqual([`${ex}9`]);
      // One has the place that slow queries have; the others wait for it as long as they may.
      const kinds = (await Promise.all(slowOnes)).map(({ kind }) => kind).sort();
      expect(kinds.filter((kind) => kind !== 'too-slow')).toEqual(Array(4).fill('overloaded'));
      await untilReady(pool, 1);
    });
  });

  test('ends the worker of a slow query that got its answer after all', async () => {
    const pool = await start({ workers: 1, timeLimit: 60 });
    await closing(pool, async () => {
      // 150³ combinations are slow, but have an end.
      const heavy =
        'SELECT (COUNT(*) AS ?n) { ?a :number ?v . ?b :number ?w . ?c :number ?x FILTER(?v + ?w + ?x < 0) }';
      const heavies = Promise.all([rows(pool, heavy), rows(pool, heavy)]);
      expect(await heavies).toEqual([['0'], ['0']]);
      await untilReady(pool, 1);
      expect(await rows(pool, quick(3))).toEqual([`${ex}3`]);
    });
  });

  test('refuses more waiting queries than its limit, and answers those that wait', async () => {
    const pool = await start({ workers: 1, queueLimit: 3 });
    await closing(pool, async () => {
      const asked = Array.from({ length: 6 }, (_, n) =>
        rows(pool, quick(n)).then(
          ([first]) => first,
          (fault: QueryFault) => fault.kind,
        ),
      );
      expect(await Promise.all(asked)).toEqual([`${ex}0`, `${ex}1`, `${ex}2`, `${ex}3`, 'overloaded', 'overloaded']);
      expect(await rows(pool, quick(6))).toEqual([`${ex}6`]);
    });
  });

  // Each makes a tree too deep for the engine's stack. A guard on the text may refuse them before: then it is too complex.
  test.each([
    ['negations', `ASK { FILTER(${'!'.repeat(20_000)}true) }`],
    ['sums', `SELECT (1${'+1'.repeat(10_000)} AS ?x) {}`],
    ['path steps', `SELECT * { ?s :b${'/:b'.repeat(4000)} ?o }`],
    ['calls', `SELECT (${'STR('.repeat(5000)}1${')'.repeat(5000)} AS ?x) {}`],
  ])('survives a query that breaks its engine: thousands of %s', async (_, query) => {
    const pool = await start({ workers: 1 });
    await closing(pool, async () => {
      const [fault, next] = await Promise.all([faultOf(pool.query(request(query))), rows(pool, quick(1))]);
      expect(['crashed', 'too-complex']).toContain(fault.kind);
      expect(next).toEqual([`${ex}1`]);
      await untilReady(pool, 1);
      expect(await rows(pool, 'SELECT (COUNT(*) AS ?n) { ?s :number ?o }')).toEqual([String(count)]);
    });
  });

  test('that is closed refuses running, waiting and new queries', async () => {
    const pool = await start({ workers: 1 });
    const asked = [slow, slow, quick(1)].map((query) => faultOf(pool.query(request(query))));
    await pool.close();
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(['closed', 'closed', 'closed']);
    expect((await faultOf(pool.query(request(quick(1))))).kind).toBe('closed');
    expect(pool.state.ready).toBe(0);
    await pool.close();
  });

  test('that cannot load its data does not start', async () => {
    await expect(start({ engine: 'comunica', nquads: 'no quads at all' })).rejects.toThrow();
  });
});
