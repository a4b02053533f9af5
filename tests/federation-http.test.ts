import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from './setup/server.ts';
import { type Remote, redirects, sends, startRemote } from './support/remote.ts';

const ex = 'http://example.org/';
type Server = Awaited<ReturnType<typeof serve>>;

const folder = mkdtempSync(path.join(tmpdir(), 'federation-'));
let here: Server;
/** A server like ours, with another graph. */
let there: Server;
let alone: Server;
let odd: Remote;

const file = (name: string, content: string): string => {
  const each = path.join(folder, name);
  writeFileSync(each, content);
  return each;
};
const plain = { plain: true, workers: 1, store: path.join(folder, 'store') } as const;

beforeAll(async () => {
  odd = await startRemote({
    '/error': (_, response) => void response.writeHead(500).end('Error: secret\n    at /home/someone/server.js:1:1'),
    '/html': sends('text/html', '<p>Hello</p>'),
    '/inside': redirects(() => 'http://169.254.169.254/latest/meta-data/'),
  });
  there = await serve({
    ...plain,
    data: [file('there.ttl', `<${ex}a> <${ex}name> "a there" . <${ex}c> <${ex}name> "c there" .`)],
    federation: false,
  });
  const endpoints = [`${local(there)}/sparql`, `${local(there)}/graphs`, `${odd.url}/`].map((endpoint) => ({
    endpoint,
  }));
  const graphs = { endpoints, allowInsecure: true, allowPrivate: ['127.0.0.1'] };
  const data = [file('here.ttl', `<${ex}a> <${ex}name> "a here" . <${ex}b> <${ex}name> "b here" .`)];
  here = await serve({ ...plain, data, federation: file('federation.json', JSON.stringify(graphs)) });
  alone = await serve({ ...plain, data, federation: false });
});
afterAll(async () => {
  await Promise.all([here?.stop(), there?.stop(), alone?.stop(), odd?.stop()]);
  rmSync(folder, { recursive: true });
});

const local = ({ url }: Server): string => url.replace('localhost', '127.0.0.1');
const ask = (query: string, accept = 'text/csv', server = here): Promise<Response> => {
  const text = query.replaceAll('THERE', local(there)).replaceAll('ODD', odd.url);
  const body = new URLSearchParams({ query: `PREFIX : <${ex}> ${text}` });
  return fetch(`${server.url}/sparql`, { method: 'POST', headers: { accept }, body });
};

describe('a query that asks another server of this kind', () => {
  test.each([
    [
      'SELECT',
      'text/csv',
      'SELECT ?n ?t { ?s :name ?n SERVICE <THERE/sparql> { ?s :name ?t } }',
      /^n,t\r\na here,a there\r\n$/,
    ],
    ['ASK', 'application/sparql-results+json', 'ASK { SERVICE <THERE/sparql> { :c :name ?t } }', /"boolean":\s*true/],
    [
      'CONSTRUCT',
      'application/n-triples',
      'CONSTRUCT { ?s :both ?t } { ?s :name ?n SERVICE <THERE/sparql> { ?s :name ?t } }',
      /^<\S+a> <\S+both> "a there" \.\n$/,
    ],
    ['FROM', 'text/csv', 'SELECT ?n FROM <THERE/graphs?default> { :c :name ?n }', /^n\r\nc there\r\n$/],
  ])('is answered: %s', async (_, accept, query, expected) => {
    const response = await ask(query, accept);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining(accept)]);
    expect(await response.text()).toMatch(expected);
  });

  test('is not kept for the next one', async () => {
    const response = await ask('SELECT ?n ?t { ?s :name ?n SERVICE <THERE/sparql> { ?s :name ?t } }');
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.get('etag')).toBeNull();
  });

  test('can name its graph in a parameter', async () => {
    const parameters = new URLSearchParams({
      query: `SELECT ?n { <${ex}c> <${ex}name> ?n }`,
      'default-graph-uri': `${local(there)}/graphs?default`,
    });
    const response = await fetch(`${here.url}/sparql?${parameters}`, { headers: { accept: 'text/csv' } });
    expect(await response.text()).toBe('n\r\nc there\r\n');
  });
});

describe('a problem', () => {
  test.each([
    [403, 'query-forbidden', 'SERVICE <https://example.com/sparql> { ?s ?p ?o }'],
    [403, 'query-forbidden', 'SERVICE SILENT <file:///etc/passwd> { ?s ?p ?o }'],
    [403, 'query-forbidden', 'SERVICE SILENT <http://[::1]:8080/sparql> { ?s ?p ?o }'],
    [403, 'query-forbidden', 'SERVICE <ODD/inside> { ?s ?p ?o }'],
    [502, 'query-remote', 'SERVICE <ODD/error> { ?s ?p ?o }'],
    [502, 'query-remote', 'SERVICE <ODD/html> { ?s ?p ?o }'],
    [502, 'query-remote', 'SERVICE <ODD/nowhere> { ?s ?p ?o }'],
  ])('%i %s: %s', async (status, name, pattern) => {
    const response = await ask(`SELECT * { ${pattern} }`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const text = await response.text();
    expect((JSON.parse(text) as { type: string }).type).toMatch(new RegExp(`${name}$`));
    expect(text).not.toMatch(/secret|\/home\/|node_modules|\bat .*:\d+:\d+/);
  });

  test('for a graph that is neither here nor allowed', async () => {
    const response = await ask('SELECT * FROM <https://example.com/graph> { ?s ?p ?o }');
    expect(response.status).toBe(403);
    expect(((await response.json()) as { detail: string }).detail).toContain('is no graph of this dataset');
  });

  test('for every query of the kind where nobody is asked', async () => {
    const response = await ask('SELECT * { SERVICE <THERE/sparql> { ?s ?p ?o } }', 'text/csv', alone);
    expect(response.status).toBe(400);
    expect((await response.json()) as object).toMatchObject({ type: expect.stringMatching(/query-unsupported$/) });
  });
});

test('the service description says whether others are asked', async () => {
  const feature = 'BasicFederatedQuery';
  const describe = async ({ url }: Server): Promise<string> =>
    (await fetch(`${url}/sparql`, { headers: { accept: 'text/turtle' } })).text();
  expect(await describe(here)).toContain(feature);
  expect(await describe(alone)).not.toContain(feature);
});
