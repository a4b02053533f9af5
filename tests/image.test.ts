import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineImage, QueryFault, type QueryRequest, resultFormats } from '../src/engine/engine.ts';
import { makeImage } from '../src/engine/image.ts';
import { EnginePool, type PoolOptions } from '../src/engine/pool.ts';
import { formats } from '../src/rdf/formats.ts';

const ex = 'http://example.org/';
const xsd = 'http://www.w3.org/2001/XMLSchema#';
/** Terms of every kind, and enough of them to multiply. */
const nquads = [
  ...Array.from({ length: 400 }, (_, n) => `<${ex}${n}> <${ex}number> "${n}"^^<${xsd}integer> .`),
  `<${ex}zo\u00EB> <${ex}name> "Zo\u00EB \u{1F600}"@nl .`,
  `<${ex}zo\u00EB> <${ex}name> "two\\nlines \\"quoted\\"" .`,
  `<${ex}a> <${ex}knows> _:b <${ex}g1> .`,
  `_:b <${ex}name> "b" <${ex}g1> .`,
  `_:b <${ex}name> "b" <${ex}g2> .`,
  `<${ex}a> <${ex}when> "2025-01-01"^^<${xsd}date> <${ex}g2> .`,
  `<${ex}a> <${ex}said> <<( <${ex}a> <${ex}knows> <${ex}b> )>> <${ex}g2> .`,
  '',
].join('\n');

const folder = path.join(import.meta.dirname, '../.cache/tests');
let image: EngineImage;
/** The same image in a file. */
let inFile: EngineImage;
let temporary: string;
let descriptor: number;
beforeAll(async () => {
  const made = await makeImage('oxigraph', Buffer.from(nquads));
  if (!(made?.memory instanceof SharedArrayBuffer)) throw new Error('There is no image.');
  image = made;
  mkdirSync(folder, { recursive: true });
  temporary = mkdtempSync(path.join(folder, 'image-'));
  const file = path.join(temporary, 'image');
  writeFileSync(file, new Uint8Array(made.memory));
  descriptor = openSync(file, 'r');
  inFile = { ...made, memory: { descriptor, byteLength: made.memory.byteLength } };
});
afterAll(() => {
  closeSync(descriptor);
  rmSync(temporary, { recursive: true });
});

const start = (options: Partial<PoolOptions>): Promise<EnginePool> =>
  EnginePool.start({ engine: 'oxigraph', workers: 1, timeLimit: 60, queueLimit: 100, ...options });
const request = (query: string, changes: Partial<QueryRequest> = {}): QueryRequest => ({
  query: `PREFIX : <${ex}> ${query}`,
  resultFormat: 'json',
  graphFormat: 'n-quads',
  prefixes: { ex },
  ...changes,
});
const text = async (pool: EnginePool, query: string, changes: Partial<QueryRequest> = {}): Promise<string> =>
  new TextDecoder().decode((await pool.query(request(query, changes))).body);
const faultOf = async (answer: Promise<unknown>): Promise<QueryFault> => {
  const fault = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(QueryFault);
  return fault as QueryFault;
};
const closing = async (pools: EnginePool[], work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
};

describe('a worker that starts from an image', () => {
  let pools: EnginePool[];
  beforeAll(async () => {
    pools = await Promise.all([start({ nquads }), start({ image }), start({ image: inFile })]);
  });
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  /** What the three answer to a query, which is to be the same, byte for byte. */
  const expectSame = async (query: string, changes: Partial<QueryRequest> = {}): Promise<string> => {
    const [expected, ...others] = await Promise.all(pools.map((pool) => text(pool, query, changes)));
    expect(others).toEqual([expected, expected]);
    return expected as string;
  };

  test.each(resultFormats.map(({ name }) => name))('writes rows in %s as one that has read N-Quads', async (name) => {
    const options = { resultFormat: name };
    for (const query of [
      'SELECT * { ?s :name ?name } ORDER BY ?name',
      'SELECT * { ?s :number ?n FILTER(?n < 10) } ORDER BY DESC(?n)',
      'SELECT ?o { GRAPH :g2 { :a ?p ?o } } ORDER BY ?p',
      'SELECT (COUNT(*) AS ?n) (AVG(?o) AS ?average) { ?s :number ?o }',
      'SELECT * { :nothing ?p ?o }',
      'ASK { GRAPH ?g { :a :knows ?b . ?b :name "b" } }',
    ])
      expect(await expectSame(query, options)).not.toBe('');
  });

  test.each(formats.map(({ name }) => name))('writes graphs in %s as one that has read N-Quads', async (name) => {
    const options = { graphFormat: name };
    expect(await expectSame('CONSTRUCT { ?s :number ?n } { ?s :number ?n FILTER(?n < 5) }', options)).toContain('4');
    expect(await expectSame('DESCRIBE :zoë', options)).toContain('quoted');
  });

  test('knows the same blank node in two graphs', async () => {
    const query = 'SELECT (COUNT(DISTINCT ?b) AS ?n) { GRAPH :g1 { ?b :name "b" } GRAPH :g2 { ?b :name "b" } }';
    expect(await expectSame(query, { resultFormat: 'csv' })).toBe('n\r\n1\r\n');
  });

  // The names of a term's properties were not in the image: whoever chose graphs got an error.
  test('asks the graphs that a request chooses', async () => {
    const query = 'SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p';
    expect(await expectSame(query, { defaultGraphs: [`${ex}g1`] })).toContain('knows');
    expect(await expectSame(query, { defaultGraphs: [`${ex}g1`, `${ex}g2`] })).toContain('when');
    const named = 'SELECT ?g ?p { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?p';
    expect(await expectSame(named, { namedGraphs: [`${ex}g2`] })).not.toContain('knows"');
  });

  test('resolves relative IRIs, and says the same of a syntax error', async () => {
    expect(await expectSame('SELECT * { <7> ?p ?o }', { baseIRI: ex })).toContain('number');
    const faults = await Promise.all(pools.map((pool) => faultOf(pool.query(request('SELECT * { ?s ?p }')))));
    expect(new Set(faults.map(({ kind, message }) => `${kind} ${message}`)).size).toBe(1);
  });
});

// The state of the random numbers is in the image: each worker gave the same UUIDs, and again after each start.
test('no two workers draw the same random numbers from an image', async () => {
  const pools = await Promise.all([start({ image }), start({ image }), start({ image: inFile })]);
  await closing(pools, async () => {
    for (const draw of ['UUID()', 'STRUUID()', 'RAND()', 'BNODE()']) {
      const query = `SELECT (${draw} AS ?drawn) {}`;
      const drawn = await Promise.all([...pools, ...pools].map((pool) => text(pool, query)));
      expect(new Set(drawn).size).toBe(6);
    }
    const templates = await Promise.all(pools.map((pool) => text(pool, 'CONSTRUCT { [] :is ?s } { ?s :number 1 }')));
    expect(new Set(templates).size).toBe(3);
  });
});

// Rarely, a graph of many triples ended the whole server: compiled code that was thrown away while it called WebAssembly
// for a term. Here it is thrown away each time that Oxigraph makes one.
test('code that is thrown away while it asks for a term ends no process', () => {
  const script = `
    import { compileOxigraph, instantiateOxigraph } from '${new URL('../dist/engine/oxigraph-module.js', import.meta.url)}';
    let armed = false;
    const Registry = FinalizationRegistry;
    globalThis.FinalizationRegistry = class extends Registry {
      register(...term) {
        if (armed) %DeoptimizeFunction(subjectOf);
        super.register(...term);
      }
    };
    const { oxigraph } = instantiateOxigraph(await compileOxigraph(2 ** 28));
    const quad = oxigraph.parse('<http://example.org/a> <http://example.org/b> 1 .', { format: 'text/turtle' })[0];
    function subjectOf(of) {
      return of.subject;
    }
    %PrepareFunctionForOptimization(subjectOf);
    for (let n = 0; n < 20_000; n++) subjectOf(quad);
    %OptimizeFunctionOnNextCall(subjectOf);
    subjectOf(quad);
    armed = true;
    console.log(subjectOf(quad).value);`;
  const args = ['--allow-natives-syntax', '--input-type=module', '--eval', script];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('http://example.org/a\n');
});

describe('an image that cannot be used', () => {
  test('by another maker starts no pool', async () => {
    await expect(start({ image: { ...image, maker: 'oxigraph 0.0.1' } })).rejects.toThrow('oxigraph 0.0.1');
  });

  test('cut short starts no pool', async () => {
    const short = openSync(path.join(temporary, 'short'), 'w+');
    writeFileSync(short, Buffer.alloc(100_000));
    const { byteLength } = inFile.memory;
    await expect(start({ image: { ...inFile, memory: { descriptor: short, byteLength } } })).rejects.toThrow('short');
    closeSync(short);
  });
});

describe('from an image, with little memory', () => {
  const product = '?a :number ?v . ?b :number ?w . ?c :number ?x';
  const doubled = Array.from({ length: 40 }, (_, n) => `BIND(CONCAT(?t${n}, ?t${n}) AS ?t${n + 1})`).join(' ');
  test.each([
    ['all rows of a product', `SELECT * { ${product} }`],
    ['a product in order', `SELECT ?a ?b ?c { ${product} } ORDER BY ?x DESC(?a)`],
    ['different rows of a product', `SELECT DISTINCT ?a ?b ?c { ${product} }`],
    ['one text of a product', `SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?b), STR(?c))) AS ?t) { ${product} }`],
    ['groups of a product', `SELECT ?a ?b ?c (COUNT(*) AS ?n) { ${product} } GROUP BY ?a ?b ?c`],
    ['a text that doubles', `SELECT (STRLEN(?t40) AS ?n) { BIND("0123456789" AS ?t0) ${doubled} }`],
    ['triples of a product', `CONSTRUCT { ?a ?b ?c } { ${product} }`],
  ])('%s ends only its own worker', async (_, query) => {
    const pool = await start({ image, memoryLimit: 64 * 2 ** 20, timeLimit: 45 });
    await closing([pool], async () => {
      const fault = await faultOf(pool.query(request(query)));
      // On a slow machine the time is over before the memory is full.
      expect(['too-large', 'too-slow']).toContain(fault.kind);
      expect(fault.message).toMatch(/LIMIT/);
      expect(await text(pool, 'SELECT ?s { ?s :number 7 }', { resultFormat: 'csv' })).toContain(`${ex}7`);
      expect(pool.state.restarts).toBe(1);
    });
  });
});

describe('an answer that is too large', () => {
  test.each([
    ['rows', 'SELECT * { ?a :number ?v . ?b :number ?w FILTER(?v < 100) }'],
    ['one text', 'SELECT (GROUP_CONCAT(STR(?a)) AS ?t) { ?a :number ?v . ?b :number ?w }'],
    ['triples', 'CONSTRUCT { ?a :with ?b } { ?a :number ?v . ?b :number ?w FILTER(?v < 100) }'],
  ])('is refused with its size: %s', async (_, query) => {
    const pool = await start({ image, resultLimit: 1_000_000 });
    await closing([pool], async () => {
      const fault = await faultOf(pool.query(request(query)));
      expect(fault.kind).toBe('too-large');
      expect(fault.message).toMatch(/^The answer has \d+\.\d MB; 1\.0 MB is the limit\./);
      expect(await text(pool, 'SELECT ?s { ?s :number 7 }', { resultFormat: 'csv' })).toContain(`${ex}7`);
    });
  });
});
