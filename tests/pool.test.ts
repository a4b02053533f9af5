import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { existsSync } from 'node:fs';
import { text as read } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QueryFault, type QueryRequest } from '../src/engine/engine.ts';
import { localEngines } from '../src/engine/engines.ts';
import { EnginePool, type PoolOptions } from '../src/engine/pool.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { childProcesses } from './support/child-processes.ts';

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
/** Counts 150³ combinations: slow, but it has an end. */
const heavy = 'SELECT (COUNT(*) AS ?n) { ?a :number ?v . ?b :number ?w . ?c :number ?x FILTER(?v + ?w + ?x < 0) }';
/** A text that is doubled until there is no memory left. */
const bomb = `SELECT (STRLEN(?t40) AS ?n) { BIND("0123456789" AS ?t0) ${Array.from({ length: 40 }, (_, n) => `BIND(UCASE(CONCAT(?t${n}, ?t${n})) AS ?t${n + 1})`).join(' ')} }`;
const closing = async (pool: EnginePool, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } finally {
    await pool.close();
  }
};
/** Until so many queries run. */
const untilBusy = async (pool: EnginePool, busy: number): Promise<void> => {
  await expect.poll(() => pool.state.busy, { timeout: 30_000, interval: 20 }).toBe(busy);
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
    const pool = await start({ workers: 1, timeLimit: 150 });
    await closing(pool, async () => {
      const heavies = Promise.all([rows(pool, heavy), rows(pool, heavy)]);
      expect(await heavies).toEqual([['0'], ['0']]);
      await untilReady(pool, 1);
      expect(await rows(pool, quick(3))).toEqual([`${ex}3`]);
    });
  }, 180_000);

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

  test('answers at once where no query may wait but a worker is free', async () => {
    const pool = await start({ workers: 1, queueLimit: 0 });
    await closing(pool, async () => {
      const [first, second] = [rows(pool, quick(1)), faultOf(pool.query(request(quick(2))))];
      expect((await second).kind).toBe('overloaded');
      expect(await first).toEqual([`${ex}1`]);
      expect(await rows(pool, quick(3))).toEqual([`${ex}3`]);
    });
  });

  // A crowd of long queries filled the queue, so that nobody else was let in.
  test('lets a lookup in where too many wait, and drops the last that is none', async () => {
    const pool = await start({ workers: 1, queueLimit: 2 });
    await closing(pool, async () => {
      const count = (n: number): string => `SELECT (COUNT(*) AS ?n) { ?s :number ?o FILTER(?o < ${n}) }`;
      const running = rows(pool, quick(0));
      const [kept, dropped] = [rows(pool, count(5)), faultOf(pool.query(request(count(6))))];
      const lookup = rows(pool, quick(1));
      const refused = faultOf(pool.query(request(count(7))));
      expect((await dropped).kind).toBe('overloaded');
      expect((await refused).kind).toBe('overloaded');
      expect(await Promise.all([running, kept, lookup])).toEqual([[`${ex}0`], ['5'], [`${ex}1`]]);
    });
  });

  test('keeps lookups going while it finds out which of many queries are slow', async () => {
    const pool = await start({ workers: 2, timeLimit: 60 });
    await closing(pool, async () => {
      // Each is another query, so that nothing is known of it.
      const slowOnes = Array.from({ length: 8 }, (_, n) =>
        faultOf(pool.query(request(`${slow} LIMIT ${n + 1}`))).then(({ kind }) => kind),
      );
      for (let n = 0; n < 10; n++) expect(await rows(pool, quick(n))).toEqual([`${ex}${n}`]);
      expect(pool.state.workers).toBeLessThanOrEqual(4);
      await pool.close();
      for (const kind of await Promise.all(slowOnes)) expect(['too-slow', 'overloaded', 'closed']).toContain(kind);
    });
  });

  test('gives workers that it needs no more back', async () => {
    const pool = await start({ workers: 1, timeLimit: 60 });
    await closing(pool, async () => {
      const stop = new AbortController();
      const stopped = faultOf(pool.query(request(slow), stop.signal));
      await expect.poll(() => pool.state.ready, { timeout: 30_000 }).toBe(2);
      stop.abort();
      expect((await stopped).kind).toBe('closed');
      await expect.poll(() => pool.state, { timeout: 30_000 }).toMatchObject({ workers: 1, ready: 1, busy: 0 });
      expect(await rows(pool, quick(4))).toEqual([`${ex}4`]);
    });
  });

  test('drops a query that nobody waits for: before it is asked, while it waits, while it runs', async () => {
    const pool = await start({ workers: 1, timeLimit: 60 });
    await closing(pool, async () => {
      expect((await faultOf(pool.query(request(slow), AbortSignal.abort()))).kind).toBe('closed');
      expect(pool.state).toMatchObject({ busy: 0, queued: 0 });

      const [runs, waits] = [new AbortController(), new AbortController()];
      const running = faultOf(pool.query(request(slow), runs.signal));
      const waiting = faultOf(pool.query(request(slow), waits.signal));
      expect(pool.state).toMatchObject({ busy: 1, queued: 1 });
      waits.abort();
      expect((await waiting).kind).toBe('closed');
      expect(pool.state).toMatchObject({ busy: 1, queued: 0 });
      runs.abort();
      expect((await running).kind).toBe('closed');
      await expect.poll(() => pool.state, { timeout: 30_000 }).toMatchObject({ ready: 1, busy: 0 });
      expect(pool.state.restarts).toBe(1);
      expect(await rows(pool, quick(1))).toEqual([`${ex}1`]);
    });
  });

  test('lets a quick query end that nobody waits for: a fresh worker would take longer', async () => {
    const pool = await start({ workers: 1 });
    await closing(pool, async () => {
      const stop = new AbortController();
      const gone = faultOf(pool.query(request(quick(1)), stop.signal));
      const next = rows(pool, quick(2));
      stop.abort();
      expect((await gone).kind).toBe('closed');
      expect(await next).toEqual([`${ex}2`]);
      expect(pool.state.restarts).toBe(0);
    });
  });

  test('forgets the signal of a query that is answered', async () => {
    const pool = await start({ workers: 1 });
    await closing(pool, async () => {
      const { signal } = new AbortController();
      for (let n = 0; n < 5; n++) await pool.query(request(quick(n)), signal);
      await faultOf(pool.query(request('SELECT'), signal));
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });
  });

  test('that drains answers what runs, refuses what waits and comes, and says when it is done', async () => {
    const pool = await start({ workers: 1, timeLimit: 100 });
    await closing(pool, async () => {
      let drained = false;
      const [running, waiting] = [rows(pool, heavy), faultOf(pool.query(request(quick(1))))];
      const drains = [pool.drain(), pool.drain()].map((each) =>
        each.then(() => {
          drained = true;
        }),
      );
      expect((await waiting).kind).toBe('closed');
      expect((await faultOf(pool.query(request(quick(2))))).kind).toBe('closed');
      expect(drained).toBe(false);
      expect(await running).toEqual(['0']);
      await Promise.all(drains);
      await pool.drain();
    });
  });

  test('that is closed while it drains is drained', async () => {
    const pool = await start({ workers: 1 });
    const running = faultOf(pool.query(request(slow)));
    const drained = pool.drain();
    await pool.close();
    await drained;
    expect((await running).kind).toBe('closed');
  });

  test.each(localEngines)('survives queries that take all memory, over %s', async (engine) => {
    const pool = await start({ engine, workers: 1, timeLimit: 60, memoryLimit: 64 * 2 ** 20 });
    await closing(pool, async () => {
      for (let time = 0; time < 2; time++) {
        const fault = await faultOf(pool.query(request(bomb)));
        expect(fault.kind).toBe('too-large');
        expect(fault.message).toContain('64 MiB');
        expect(await rows(pool, quick(time))).toEqual([`${ex}${time}`]);
      }
      expect(pool.state.restarts).toBe(2);
    });
  });

  // Chaos: workers die at any moment under load.
  test('loses no query but those on the workers that die', async () => {
    const pool = await start({ workers: 2, timeLimit: 100, queueLimit: 1000, memoryLimit: 32 * 2 ** 20 });
    await closing(pool, async () => {
      const bombs: Promise<QueryFault>[] = [];
      const answers: Promise<string[]>[] = [];
      for (let n = 0; n < 120; n++) {
        // Each is another query, so that none is known to be slow.
        if (n % 20 === 10) bombs.push(faultOf(pool.query(request(`${bomb} LIMIT ${n}`))));
        answers.push(rows(pool, quick(n)));
        if (n % 7 === 0) await answers.at(-1);
      }
      expect(await Promise.all(answers)).toEqual(answers.map((_, n) => [`${ex}${n}`]));
      for (const { kind } of await Promise.all(bombs)) expect(['too-large', 'crashed']).toContain(kind);
      expect(pool.state.restarts).toBeGreaterThanOrEqual(bombs.length);
      await untilReady(pool, 2);
    });
  });

  test.skipIf(!existsSync('/proc'))('starts another when a process that answers is killed from outside', async () => {
    const pool = await start({ engine: 'comunica', workers: 1, timeLimit: 60 });
    await closing(pool, async () => {
      const running = faultOf(pool.query(request(slow)));
      await untilBusy(pool, 1);
      for (const child of childProcesses()) process.kill(child, 'SIGKILL');
      expect(['crashed', 'too-large']).toContain((await running).kind);
      expect(await rows(pool, quick(5))).toEqual([`${ex}5`]);
    });
    expect(childProcesses()).toEqual([]);
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
    for (const engine of localEngines) await expect(start({ engine, nquads: 'no quads at all' })).rejects.toThrow();
  });
});

// Node throws at the first message then, before it tells of the fault; that ended the whole server.
test('a process that cannot be started, since too many files are open, is told as one that has ended', async () => {
  const host = new URL('../dist/engine/host.js', import.meta.url).href;
  const script = `
    import { openSync } from 'node:fs';
    const { startHost } = await import('${host}');
    try { for (;;) openSync('/dev/null'); } catch {}
    startHost('process', {}, 64, { onMessage() {}, onEnd: ({ error }) => console.log(error.code) });`;
  const limited = 'ulimit -n 256; exec "$0" --input-type=module -e "$1"';
  const child = spawn('sh', ['-c', limited, process.execPath, script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const [said, wrong] = await Promise.all([read(child.stdout), read(child.stderr)]);
  expect({ said, wrong, code: (await ended)[0] }).toEqual({ said: 'EMFILE\n', wrong: '', code: 0 });
});
