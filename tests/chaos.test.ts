import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Attack, attacks } from '../bench/attack/queries.ts';
import { defaults } from './setup/server.ts';
import { type ServerProcess, startProcess } from './support/process.ts';

let server: ServerProcess;
/** Things to look up. */
let things: string[];
beforeAll(async () => {
  const options = ['--store', defaults.store, '--timeout', '10', '--workers', '2', '--memory', '256'];
  server = await startProcess([...options, '--rate-limit', '0', '--log-level', 'silent', '--no-federation']);
  const { body } = await ask(
    'SELECT DISTINCT ?thing { ?thing a ?type FILTER(isIRI(?thing)) } ORDER BY ?thing LIMIT 500',
    'text/csv',
  );
  things = body.split('\r\n').slice(1, -1);
});
afterAll(async () => {
  server.child.kill('SIGKILL');
  await server.ended;
});

async function ask(query: string, accept: string) {
  const response = await fetch(`${server.url}/sparql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sparql-query', Accept: accept },
    body: query,
  });
  const body = await response.text();
  return { status: response.status, type: response.headers.get('content-type') ?? '', body };
}

const json = 'application/sparql-results+json, application/n-quads;q=0.9';
let asked = 0;
/** Looks something up that has not been asked before, so that no cache answers. */
async function lookUp(): Promise<number> {
  const thing = things[asked % things.length];
  const { status, body } = await ask(`SELECT ?p ?o { <${thing}> ?p ?o } # ${asked++}`, json);
  if (status === 200) expect((JSON.parse(body) as Rows).results.bindings.length).toBeGreaterThan(0);
  return status;
}
interface Rows {
  readonly results: { readonly bindings: readonly unknown[] };
}

/** Mebibytes of memory that the server takes. */
const memory = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1]) / 1024;

/** What became of a query: a complete answer, or the name of a clean problem. */
async function outcome({ query }: Attack): Promise<string> {
  const { status, type, body } = await ask(query, json);
  if (status !== 200) {
    expect(type).toBe('application/problem+json');
    expect(body).not.toMatch(/\bat \/|node:|\.ts:|\.js:|panicked/);
    const problem = JSON.parse(body) as { type: string; status: number; detail: string };
    expect(problem.status).toBe(status);
    expect(problem.detail).not.toBe('');
    return `${status} ${problem.type.replace(/^.*\//, '')}`;
  }
  if (type.includes('json')) JSON.parse(body);
  else expect(body.endsWith('\n')).toBe(true);
  return '200';
}

/** All at once, while others look things up; what became of both. */
async function attack(): Promise<{ outcomes: string[]; lookups: number[] }> {
  let over = false;
  const outcomes = Promise.all(attacks.map(outcome)).finally(() => {
    over = true;
  });
  const lookups: Promise<number>[] = [];
  while (!over) {
    lookups.push(lookUp());
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return { outcomes: await outcomes, lookups: await Promise.all(lookups) };
}

// A page of a hundred thousand rows was made in one go: for a quarter of a minute nobody else was answered.
test('an answer that is too large for a page is refused as a page', async () => {
  const query = 'SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000';
  const { status, body } = await ask(query, 'text/html');
  expect(status).toBe(400);
  expect(body).toMatch(/The answer has \d+\.\d MB; 1\.0 MB is the limit/);
  expect((await ask(query, 'text/csv')).status).toBe(200);
  expect((await ask(query.replace('20000', '2000'), 'text/html')).status).toBe(200);
});

describe.runIf(process.platform === 'linux')('a server under fifty runaway queries', () => {
  const after: number[] = [];
  test.each([1, 2])('answers all who look something up: time %i', async () => {
    for (let n = 0; n < 10; n++) expect(await lookUp()).toBe(200);
    const before = memory();
    const { outcomes, lookups } = await attack();
    expect(new Set(lookups)).toEqual(new Set([200]));
    expect(lookups.length).toBeGreaterThan(5);
    for (const each of outcomes)
      expect([
        '200',
        '400 query-too-complex',
        '400 query-too-large',
        '400 query-syntax',
        '413 content-too-large',
        '503 query-too-slow',
        '503 query-overloaded',
        '503 query-crashed',
      ]).toContain(each);
    // Not all can have come through by chance.
    expect(outcomes.filter((each) => each !== '200').length).toBeGreaterThan(attacks.length / 2);

    expect(server.child.exitCode).toBeNull();
    expect(server.output.stderr).not.toMatch(/panicked|Error/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await expect.poll(memory, { timeout: 30_000, interval: 500 }).toBeLessThan(before + 150);
    after.push(memory());
  }, 120_000);

  test('keeps no memory of them', () => {
    const [first = 0, second = 0] = after;
    expect(second).toBeLessThan(first + 100);
  });
});
