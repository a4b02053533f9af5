import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { QueryFault, type QueryRequest } from '../src/engine/engine.ts';
import { type FederationOptions, federationDefaults } from '../src/engine/federation/options.ts';
import { makeImage } from '../src/engine/image.ts';
import { type DatasetSource, QueryService, type QueryServiceOptions } from '../src/engine/query-service.ts';
import { childProcesses } from './support/child-processes.ts';

const ex = 'http://example.org/';
/** A dataset that tells its version. */
const dataOf = (version: string): string =>
  [
    ...Array.from({ length: 100 }, (_, n) => `<${ex}${n}> <${ex}number> ${JSON.stringify(String(n))} .`),
    `<${ex}this> <${ex}version> "${version}" .`,
    '',
  ].join('\n');
const sourceOf = async (version: string): Promise<DatasetSource> => ({
  image: await makeImage('oxigraph', Buffer.from(dataOf(version))),
  nquads: () => Promise.resolve(dataOf(version)),
});

let service: QueryService;
afterEach(() => service.close());
const start = async (options: Partial<QueryServiceOptions> = {}): Promise<void> => {
  service = await QueryService.start({
    engine: 'oxigraph',
    workers: 1,
    timeLimit: 60,
    queueLimit: 50,
    version: 'new',
    ...(await sourceOf('new')),
    hasGraph: () => false,
    ...options,
  });
};

const request = (query: string, changes: Partial<QueryRequest> = {}): QueryRequest => ({
  query: `PREFIX : <${ex}> ${query}`,
  resultFormat: 'csv',
  graphFormat: undefined,
  prefixes: {},
  ...changes,
});
const which = request('SELECT ?v { :this :version ?v }');
const slow = request(
  'SELECT (COUNT(*) AS ?n) { ?a :number ?v . ?b :number ?w . ?c :number ?x . ?d :number ?y . ?e :number ?z FILTER(CONCAT(?v, ?w, ?x, ?y, ?z) = "") }',
);
/** The version that answers, and by which engine. */
const answers = async (version?: string): Promise<string> => {
  const { body, engine } = await service.query(which, { version });
  return `${new TextDecoder().decode(body).split('\r\n')[1]} by ${engine}`;
};
const faultOf = async (answer: Promise<unknown>): Promise<QueryFault> => {
  const fault = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(QueryFault);
  return fault as QueryFault;
};

describe('versions', () => {
  test('the current one answers, asked for or not; an earlier one as it was', async () => {
    await start({ openVersion: (version) => (version === 'old' ? sourceOf('old') : Promise.resolve(undefined)) });
    expect(await Promise.all([answers(), answers('new'), answers('old'), answers('old')])).toEqual([
      'new by oxigraph',
      'new by oxigraph',
      'old by oxigraph',
      'old by oxigraph',
    ]);
    expect(service.state.workers).toBe(1);
  });

  test('one whose image cannot be used is read from its N-Quads', async () => {
    await start({ openVersion: async () => ({ ...(await sourceOf('old')), image: undefined }) });
    expect(await answers('old')).toBe('old by oxigraph');
  });

  test('one that is not kept is gone, until it is', async () => {
    let kept = false;
    await start({ openVersion: () => (kept ? sourceOf('old') : Promise.resolve(undefined)) });
    const fault = await faultOf(answers('old'));
    expect(fault.kind).toBe('gone');
    expect(fault.message).toContain('"new"');
    kept = true;
    expect(await answers('old')).toBe('old by oxigraph');
  });

  test('all others are gone where none is kept', async () => {
    await start();
    expect((await faultOf(answers('old'))).kind).toBe('gone');
  });

  test('one that cannot be started can be, once it is mended', async () => {
    let mended = false;
    await start({
      openVersion: async (version) => {
        const source = await sourceOf(version);
        return mended ? source : { ...source, image: source.image && { ...source.image, maker: 'another' } };
      },
    });
    await expect(answers('old')).rejects.toThrow('another');
    mended = true;
    expect(await answers('old')).toBe('old by oxigraph');
  });

  test('many can be asked one after the other', async () => {
    await start({ openVersion: sourceOf });
    for (let n = 0; n < 7; n++) expect(await answers(`old ${n}`)).toBe(`old ${n} by oxigraph`);
    expect(await answers('old 0')).toBe('old 0 by oxigraph');
  });

  test('many at the same time are too many', async () => {
    const source = await sourceOf('old');
    await start({ openVersion: () => Promise.resolve(source) });
    const stop = new AbortController();
    const asked = Array.from({ length: 4 }, (_, n) =>
      faultOf(service.query(slow, { version: `old ${n}`, signal: stop.signal })),
    );
    const fault = await faultOf(answers('old 4'));
    expect(fault.kind).toBe('overloaded');
    // Those that are open go on.
    expect(await answers('old 3')).toBe('old by oxigraph');
    expect(await answers()).toBe('new by oxigraph');
    stop.abort();
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(Array(4).fill('closed'));
    expect(await answers('old 4')).toBe('old by oxigraph');
  });

  test('a stop refuses versions too, whether they are open or not', async () => {
    await start({ openVersion: sourceOf });
    await answers('open');
    await service.drain();
    for (const version of [undefined, 'open', 'other']) expect((await faultOf(answers(version))).kind).toBe('closed');
    await service.close();
    for (const version of [undefined, 'open', 'other']) expect((await faultOf(answers(version))).kind).toBe('closed');
  });

  test('a stop while a version starts ends it', async () => {
    await start({ openVersion: sourceOf });
    const asked = faultOf(answers('old'));
    await service.close();
    expect((await asked).kind).toBe('closed');
  });
});

describe('federation', () => {
  let remote: Server;
  let graph: string;
  let federation: FederationOptions;
  beforeAll(async () => {
    remote = createServer((_, response) => response.setHeader('Content-Type', 'text/turtle').end('<a> <b> 1 .'));
    await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve));
    graph = `http://127.0.0.1:${(remote.address() as AddressInfo).port}/graph`;
    federation = { ...federationDefaults, allow: [graph], allowInsecure: true, allowPrivate: ['127.0.0.1'] };
  });
  afterAll(() => remote.close());

  const askRemote = (query: string) => service.query(request(query, { defaultGraphs: [graph] }));
  const rows = 'SELECT ?o { ?s ?p ?o }';

  // They are processes, which can be seen.
  test.skipIf(!existsSync('/proc'))('is answered by workers of its own, which go when nobody asks', async () => {
    await start({ federation, idleTime: 0.5 });
    expect(childProcesses()).toEqual([]);
    for (let time = 0; time < 2; time++) {
      expect((await askRemote(rows)).engine).toBe('federated');
      expect(await answers()).toBe('new by oxigraph');
      await expect.poll(childProcesses, { timeout: 30_000 }).toEqual([]);
    }
  });

  test('is there for what is none of ours, where it is allowed at all', async () => {
    const asking = request('SELECT * { SERVICE <https://other.example/sparql> { ?s ?p ?o } }');
    const from = request('SELECT * FROM <https://other.example/graph> { ?s ?p ?o }');
    const chosen = request(rows, { defaultGraphs: ['https://other.example/graph'] });
    await start({ federation });
    for (const each of [asking, from, chosen]) expect((await faultOf(service.query(each))).kind).toBe('forbidden');
    await service.close();
    await start();
    expect((await faultOf(service.query(asking))).kind).toBe('unsupported');
    for (const each of [from, chosen]) expect((await service.query(each)).engine).toBe('oxigraph');
  });

  // A text of hundreds of megabytes ended the process that had it: the server, as long as it was a thread of that.
  test('ends only its own process when it takes all memory', async () => {
    await start({ federation, memoryLimit: 128 * 2 ** 20 });
    expect((await askRemote(rows)).engine).toBe('federated');
    const doubled = Array.from({ length: 40 }, (_, n) => `BIND(UCASE(CONCAT(?t${n}, ?t${n})) AS ?t${n + 1})`).join(' ');
    const bomb = `SELECT (STRLEN(?t40) AS ?n) { ?s ?p ?o BIND("0123456789" AS ?t0) ${doubled} }`;
    expect((await faultOf(askRemote(bomb))).kind).toBe('too-large');
    expect(await answers()).toBe('new by oxigraph');
    expect((await askRemote(rows)).engine).toBe('federated');
  });
});
