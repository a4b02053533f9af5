import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readFederation } from '../src/commands/federation.ts';
import { type Engine, QueryFault, type QueryRequest } from '../src/engine/engine.ts';
import { createFederated } from '../src/engine/federation/federated.ts';
import { type FederationOptions, federationDefaults } from '../src/engine/federation/options.ts';
import type { Resolve } from '../src/engine/federation/remote-address.ts';
import { QueryService } from '../src/engine/query-service.ts';
import { type Behaviour, endpoint, type Remote, redirects, sends, startRemote } from './support/remote.ts';

const ex = 'http://example.org/';
const results = 'application/sparql-results+json';
const local = `
<${ex}a> <${ex}name> "a here" .
<${ex}b> <${ex}name> "b here" .
<${ex}b> <${ex}name> "b here" <${ex}graph> .
<${ex}graph> <${ex}title> "ours" <${ex}graph> .
`;
const remoteTurtle = `
@prefix : <${ex}> .
:a :name "a there" ; :part [ :size 1 ] .
:c :name "c there" ; :part [ :size 2 ] .
`;
const rows = (...bindings: object[]): string => JSON.stringify({ head: { vars: ['s'] }, results: { bindings } });

let remote: Remote;
let other: Remote;
let engine: Engine;
const behaviours: Record<string, Behaviour> = {
  '/graph.ttl': sends(
    'text/turtle',
    `<${ex}a> <${ex}name> "a in a file" . [] <${ex}name> "nameless" . <> <${ex}is> 1 .`,
  ),
  '/same-labels.nt': sends('application/n-triples', `_:b0 <${ex}name> "other nameless" .`),
  '/quads.trig': sends(
    'application/trig',
    `<${ex}a> <${ex}name> "default" . <${ex}g> { <${ex}a> <${ex}name> "named" }`,
  ),
  '/graph.rdf': sends(
    'application/rdf+xml; charset=utf-8',
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="${ex}"><rdf:Description rdf:about="${ex}a"><e:name>a in XML</e:name></rdf:Description></rdf:RDF>`,
  ),
  '/context.jsonld': sends('application/ld+json', JSON.stringify({ '@context': { name: `${ex}name` } })),
  '/html': sends('text/html', '<!DOCTYPE html><script type="application/ld+json">{}</script>'),
  '/no-type': (_, response) => void response.writeHead(200).end(rows()),
  '/error': (_, response) => void response.writeHead(500).end('java.lang.NullPointerException at Server.java:1'),
  '/busy': (_, response) => void response.writeHead(429, { 'retry-after': '1' }).end(),
  '/garbage': sends(results, '{"head": {}, "results": {"bindings": [{'),
  '/no-results': sends(results, '{"error": "no"}'),
  '/odd-term': sends(results, rows({ s: { type: 'uri' } })),
  '/not-utf-8': sends(results, new Uint8Array([0xff, 0xfe, 0x22])),
  '/not-packed': sends(results, rows(), { 'content-encoding': 'gzip' }),
  '/bad-turtle': sends('text/turtle', '<a> <b>\n<c> <d> .\n<e>'),
  '/hang-up': (_, response) => void response.destroy(),
  '/break-off': (_, response) => {
    response.writeHead(200, { 'content-type': results, 'content-length': '1000' }).write('{"head"');
    setTimeout(() => response.destroy(), 50);
  },
  '/silent': () => undefined,
  '/drip': (_, response) => {
    response.writeHead(200, { 'content-type': results });
    const timer = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(timer));
  },
  '/endless': (_, response) => {
    response.writeHead(200, { 'content-type': results });
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  },
  '/bomb': sends(results, gzipSync(' '.repeat(20_000_000)), { 'content-encoding': 'gzip' }),
  '/bomb.ttl': sends('text/turtle', gzipSync('#'.repeat(20_000_000)), { 'content-encoding': 'gzip' }),
  '/cookie': sends(results, rows(), { 'set-cookie': 'session=1' }),
};

beforeAll(async () => {
  other = await startRemote({
    '/sparql': await endpoint(remoteTurtle),
    '/context.jsonld': sends('application/ld+json', '{}'),
  });
  const sparql = await endpoint(remoteTurtle);
  // Whether an endpoint's address ends with "sparql" makes no difference.
  Object.assign(behaviours, { '/sparql': sparql, '/ask': sparql });
  for (const status of [301, 302, 307, 308]) behaviours[`/moved-${status}`] = redirects(() => '/sparql', status);
  behaviours['/there'] = redirects(() => '/graph.ttl', 303);
  behaviours['/round'] = redirects(() => '/round');
  behaviours['/to-other'] = redirects(() => `${other.url}/sparql`, 307);
  behaviours['/to-private'] = redirects(() => 'http://10.0.0.1/sparql', 307);
  behaviours['/to-metadata'] = redirects(() => 'http://169.254.169.254/latest/meta-data/', 303);
  behaviours['/to-file'] = redirects(() => 'file:///etc/passwd');
  behaviours['/to-nothing'] = redirects(() => 'http://[');
  behaviours['/linked.jsonld'] = (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/ld+json' })
      .end(JSON.stringify({ '@context': `${remote.url}/context.jsonld`, '@id': `${ex}a`, name: 'a in JSON' }));
  behaviours['/evil.jsonld'] = (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/ld+json' })
      .end(JSON.stringify({ '@context': `${other.url}/context.jsonld`, '@id': `${ex}a` }));
  behaviours['/context-to-file.jsonld'] = sends(
    'application/ld+json',
    JSON.stringify({ '@context': 'file:///etc/passwd', '@id': `${ex}a` }),
  );
  // Plain JSON with a context in a header (JSON-LD 1.1, section 6.1): another way out.
  behaviours['/linked.json'] = (_, response) =>
    void response
      .writeHead(200, {
        'content-type': 'application/json',
        link: `<${other.url}/context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
      })
      .end(JSON.stringify({ '@id': `${ex}a`, [`${ex}name`]: 'a in plain JSON' }));
  // Descriptions of this kind are not followed.
  behaviours['/next.ttl'] = (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/turtle' })
      .end(`<> <http://www.w3.org/ns/hydra/core#next> <${other.url}/sparql> . <${ex}a> <${ex}name> "first page" .`);
  remote = await startRemote(behaviours);
  engine = await federated();
});
afterAll(() => Promise.all([remote.stop(), other.stop()]));
beforeEach(() => {
  remote.received.length = 0;
  other.received.length = 0;
  vi.spyOn(globalThis, 'fetch');
});
// Whatever is asked goes through the guard.
afterEach(() => {
  expect(globalThis.fetch).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

const options = (changes: Partial<FederationOptions> = {}): FederationOptions => ({
  ...federationDefaults,
  allow: [`${remote.url}/`],
  allowInsecure: true,
  allowPrivate: ['127.0.0.1'],
  userAgent: 'test/1.0',
  ...changes,
});
async function federated(changes: Partial<FederationOptions> = {}, resolve?: Resolve): Promise<Engine> {
  const created = createFederated(options(changes), resolve);
  await created.load([`${local}<${ex}endpoints> <${ex}endpoint> <${remote.url}/sparql> .\n`]);
  return created;
}
const request = (query: string, changes: Partial<QueryRequest> = {}): QueryRequest => ({
  query: `PREFIX : <${ex}> ${query.replaceAll('REMOTE', remote.url).replaceAll('OTHER', other.url)}`,
  resultFormat: 'json',
  graphFormat: 'n-triples',
  prefixes: {},
  ...changes,
});
const text = async (query: string, changes: Partial<QueryRequest> = {}, by = engine): Promise<string> =>
  new TextDecoder().decode((await by.query(request(query, changes))).body);
/** The rows, each as its values in the order of the variables' names; blank nodes as "_". */
const ask = async (query: string, changes: Partial<QueryRequest> = {}, by = engine): Promise<string[]> => {
  const { results } = JSON.parse(await text(query, changes, by)) as {
    results: { bindings: Record<string, { type: string; value: string }>[] };
  };
  return results.bindings
    .map((row) =>
      Object.keys(row)
        .sort()
        .map((name) => (row[name]?.type === 'bnode' ? '_' : row[name]?.value.replace(ex, '')))
        .join(', '),
    )
    .sort();
};
const faultOf = async (query: string, changes: Partial<QueryRequest> = {}, by = engine): Promise<QueryFault> => {
  const fault = await by.query(request(query, changes)).then(
    ({ body }) => new TextDecoder().decode(body),
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(QueryFault);
  const { message } = fault as QueryFault;
  expect(message).not.toMatch(/\bat .*:\d+|node_modules|Error:|java/);
  return fault as QueryFault;
};

describe('SERVICE', () => {
  test.each(['sparql', 'ask'])('joins what is here with what is there: /%s', async (name) => {
    expect(await ask(`SELECT ?here ?s ?there { ?s :name ?here SERVICE <REMOTE/${name}> { ?s :name ?there } }`)).toEqual(
      ['a here, a, a there'],
    );
    // One request: what the endpoint says of itself is not asked for.
    expect(remote.received).toHaveLength(1);
    expect(remote.received[0]?.query).toContain('SELECT');
  });

  test.each<[string, string, string[]]>([
    ['alone', 'SELECT ?n { SERVICE <REMOTE/ask> { ?s :name ?n } }', ['a there', 'c there']],
    [
      'with blank nodes of the other side',
      'SELECT ?p ?s ?z { SERVICE <REMOTE/ask> { ?s :part ?p . ?p :size ?z } }',
      ['_, a, 1', '_, c, 2'],
    ],
    [
      'in OPTIONAL',
      'SELECT ?s ?t { ?s :name ?n OPTIONAL { SERVICE <REMOTE/ask> { ?s :name ?t } } }',
      ['a, a there', 'b'],
    ],
    ['in FILTER EXISTS', 'SELECT ?s { ?s :name ?n FILTER EXISTS { SERVICE <REMOTE/ask> { ?s :name ?t } } }', ['a']],
    ['in MINUS', 'SELECT ?s { ?s :name ?n MINUS { SERVICE <REMOTE/ask> { ?s :name ?t } } }', ['b']],
    ['in UNION', 'SELECT ?n { { :a :name ?n } UNION { SERVICE <REMOTE/ask> { :c :name ?n } } }', ['a here', 'c there']],
    [
      'with a subquery of its own',
      'SELECT ?n ?t { SERVICE <REMOTE/ask> { SELECT ?s ?t { ?s :name ?t } ORDER BY ?t LIMIT 1 } ?s :name ?n }',
      ['a here, a there'],
    ],
    [
      'with FILTER and VALUES inside',
      'SELECT ?t { SERVICE <REMOTE/ask> { VALUES ?s { :a :c } ?s :name ?t FILTER(STRSTARTS(?t, "c")) } }',
      ['c there'],
    ],
    [
      'twice',
      'SELECT ?s ?t ?z { SERVICE <REMOTE/ask> { ?s :name ?t } SERVICE <REMOTE/sparql> { ?s :part/:size ?z } }',
      ['a, a there, 1', 'c, c there, 2'],
    ],
    [
      'at an address from the data',
      'SELECT ?t { :endpoints :endpoint ?e SERVICE ?e { ?s :name ?t } }',
      ['a there', 'c there'],
    ],
    ['at an address from VALUES', 'SELECT ?t { VALUES ?e { <REMOTE/ask> } SERVICE ?e { :a :name ?t } }', ['a there']],
  ])('works %s', async (_, query, expected) => {
    expect(await ask(query)).toEqual(expected);
  });

  test('works in ASK, CONSTRUCT and DESCRIBE', async () => {
    expect(await text('ASK { ?s :name "a here" SERVICE <REMOTE/ask> { ?s :name "a there" } }')).toContain('true');
    expect(await text('ASK { ?s :name "a here" SERVICE <REMOTE/ask> { ?s :name "c there" } }')).toContain('false');
    expect(await text('CONSTRUCT { ?s :both ?t } { ?s :name ?n SERVICE <REMOTE/ask> { ?s :name ?t } }')).toBe(
      `<${ex}a> <${ex}both> "a there" .\n`,
    );
    expect(await text('DESCRIBE ?s { SERVICE <REMOTE/ask> { ?s :part/:size 1 } }')).toBe(
      `<${ex}a> <${ex}name> "a here" .\n`,
    );
  });

  test('keeps blank nodes of different answers apart', async () => {
    const query =
      'SELECT (COUNT(DISTINCT ?p) AS ?n) { { SERVICE <REMOTE/ask> { ?s :part ?p } } UNION { SERVICE <REMOTE/sparql> { ?s :part ?p } } }';
    expect(await ask(query)).toEqual(['4']);
  });

  test('asks for many rows at a time', async () => {
    const many = await federated();
    await many.load(Array.from({ length: 100 }, (_, n) => `<${ex}${n}> <${ex}many> <${ex}a> .\n`));
    expect(await ask('SELECT (COUNT(*) AS ?n) { ?m :many ?s SERVICE <REMOTE/ask> { ?s :name ?t } }', {}, many)).toEqual(
      ['100'],
    );
    expect(remote.received.length).toBeLessThan(12);
  });

  test('tells who asks, and nothing else', async () => {
    await ask('SELECT * { SERVICE <REMOTE/cookie> { ?s ?p ?o } }');
    await ask('SELECT * { SERVICE <REMOTE/cookie> { ?s ?p ?o } }');
    expect(remote.received).toHaveLength(2);
    for (const { headers } of remote.received) {
      expect(headers['user-agent']).toBe('test/1.0');
      expect(headers.accept).toContain(results);
      expect([headers.cookie, headers.authorization, headers.referer]).toEqual([undefined, undefined, undefined]);
    }
  });

  test('is asked again each time: a server that failed may be well again', async () => {
    let failing = true;
    const well = behaviours['/ask'] as Behaviour;
    behaviours['/flaky'] = (received, response) =>
      failing ? void response.writeHead(503).end() : well(received, response);
    const query = 'SELECT ?n { SERVICE <REMOTE/flaky> { :a :name ?n } }';
    expect((await faultOf(query)).kind).toBe('remote');
    failing = false;
    expect(await ask(query)).toEqual(['a there']);
    failing = true;
    expect((await faultOf(query)).kind).toBe('remote');
  });

  test('gets the rows of blank nodes of ours too, which match nothing there', async () => {
    const own = await federated();
    await own.load([`_:b <${ex}part> <${ex}a> . _:b <${ex}size> "big" . <${ex}a> <${ex}has> _:b .\n`]);
    const carried = 'SELECT ?b ?t ?z { ?s :has ?b SERVICE <REMOTE/ask> { ?s :name ?t } ?b :size ?z }';
    expect(await ask(carried, {}, own)).toEqual(['_, a there, big']);
    expect(await ask('SELECT ?b ?t { ?s :has ?b SERVICE <REMOTE/ask> { ?b :name ?t } }', {}, own)).toEqual([]);
    expect(await text('CONSTRUCT { ?b :t ?t } { ?s :has ?b SERVICE <REMOTE/ask> { ?s :name ?t } }', {}, own)).toMatch(
      /^_:\S+ <\S+> "a there" \.\n$/,
    );
    const there = 'SELECT ?p ?z { SERVICE <REMOTE/ask> { :a :part ?p } SERVICE <REMOTE/sparql> { ?p :size ?z } }';
    expect(await ask(there, {}, own)).toEqual([]);
  });
});

describe('FROM', () => {
  test.each<[string, string, string[]]>([
    ['Turtle', 'SELECT ?s ?n FROM <REMOTE/graph.ttl> { ?s :name ?n }', ['a in a file, a', 'nameless, _']],
    ['RDF/XML', 'SELECT ?n FROM <REMOTE/graph.rdf> { ?s :name ?n }', ['a in XML']],
    ['JSON-LD with a context elsewhere', 'SELECT ?n FROM <REMOTE/linked.jsonld> { ?s :name ?n }', ['a in JSON']],
    ['JSON with a context in a header', 'SELECT ?n FROM <REMOTE/linked.json> { ?s :name ?n }', ['a in plain JSON']],
    ['TriG: its default graph', 'SELECT ?n FROM <REMOTE/quads.trig> { ?s :name ?n }', ['default']],
    ['after a redirect', 'SELECT ?n FROM <REMOTE/there> { :a :name ?n }', ['a in a file']],
    ['one page of several', 'SELECT ?n FROM <REMOTE/next.ttl> { ?s :name ?n }', ['first page']],
    [
      'several, merged, ours among them',
      `SELECT ?n FROM <REMOTE/graph.ttl> FROM <REMOTE/same-labels.nt> FROM <${ex}graph> { ?s :name ?n }`,
      ['a in a file', 'b here', 'nameless', 'other nameless'],
    ],
    [
      'NAMED',
      `SELECT ?n FROM NAMED <REMOTE/graph.ttl> FROM NAMED <${ex}graph> { GRAPH ?g { :a :name ?n } }`,
      ['a in a file'],
    ],
    ['of our own', `SELECT ?s FROM <${ex}graph> { ?s ?p ?o }`, ['b', 'graph']],
  ])('reads %s', async (_, query, expected) => {
    expect(await ask(query)).toEqual(expected);
  });

  test('resolves what is relative in a document against its own address', async () => {
    expect(await ask('SELECT ?s FROM <REMOTE/there> { ?s :is 1 }')).toEqual([`${remote.url}/graph.ttl`]);
  });

  test('works in ASK, CONSTRUCT and DESCRIBE', async () => {
    expect(await text('ASK FROM <REMOTE/graph.ttl> { :a :name "a in a file" }')).toContain('true');
    expect(await text('CONSTRUCT { :a :is ?n } FROM <REMOTE/graph.ttl> { :a :name ?n }')).toBe(
      `<${ex}a> <${ex}is> "a in a file" .\n`,
    );
    expect(await text('DESCRIBE :a FROM <REMOTE/graph.ttl>')).toBe(`<${ex}a> <${ex}name> "a in a file" .\n`);
  });

  test('counts a triple of several graphs once', async () => {
    const query = `SELECT (COUNT(*) AS ?n) FROM <${ex}graph> FROM <${ex}graph> FROM <REMOTE/graph.ttl> { :b :name ?n2 }`;
    expect(await ask(query)).toEqual(['1']);
  });

  test('joins with SERVICE', async () => {
    const query = 'SELECT ?n ?t FROM <REMOTE/graph.ttl> { ?s :name ?n SERVICE <REMOTE/ask> { ?s :name ?t } }';
    expect(await ask(query)).toEqual(['a in a file, a there']);
  });

  test('can be said by the request, whose word goes first', async () => {
    const changes = { defaultGraphs: [`${remote.url}/graph.rdf`], namedGraphs: [`${remote.url}/graph.ttl`] };
    expect(await ask('SELECT ?n { :a :name ?n }', changes)).toEqual(['a in XML']);
    expect(await ask('SELECT ?n { GRAPH ?g { :a :name ?n } }', changes)).toEqual(['a in a file']);
    expect(await ask(`SELECT ?n FROM <${ex}graph> { ?s :name ?n }`, changes)).toEqual(['a in XML']);
  });

  test('of a graph that is none of ours, and not allowed, is refused', async () => {
    for (const iri of [`${ex}none`, 'urn:example:none']) {
      const fault = await faultOf(`SELECT * FROM <${iri}> { ?s ?p ?o }`);
      expect([fault.kind, fault.message]).toEqual([
        'forbidden',
        expect.stringContaining(`<${iri}> is no graph of this dataset, and is not asked: `),
      ]);
    }
  });
});

describe('refused', () => {
  const asService = (address: string): string => `SELECT * { SERVICE <${address}> { ?s ?p ?o } }`;
  const asSilent = (address: string): string => `SELECT * { SERVICE SILENT <${address}> { ?s ?p ?o } }`;
  const asVariable = (address: string): string => `SELECT * { VALUES ?e { <${address}> } SERVICE ?e { ?s ?p ?o } }`;
  const asFrom = (address: string): string => `SELECT * FROM <${address}> { ?s ?p ?o }`;
  const asNamed = (address: string): string => `SELECT * FROM NAMED <${address}> { GRAPH ?g { ?s ?p ?o } }`;

  test.each([
    'OTHER/sparql',
    'http://10.0.0.1/sparql',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/sparql',
    'http://localhost/sparql',
    'http://2130706433/sparql',
    'https://example.com/sparql',
    'https://user:password@example.com/sparql',
    'file:///etc/passwd',
    'data:text/turtle,%3Ca%3E%20%3Cb%3E%20%3Cc%3E%20.',
    'ftp://example.com/graph.ttl',
  ])('%s, however it is named', async (address) => {
    for (const form of [asService, asSilent, asVariable, asFrom, asNamed])
      expect([form.name, (await faultOf(form(address))).kind]).toEqual([form.name, 'forbidden']);
    const protocol = { defaultGraphs: [address.replace('OTHER', other.url)] };
    expect((await faultOf('SELECT * { ?s ?p ?o }', protocol)).kind).toBe('forbidden');
    expect(other.received).toEqual([]);
  });

  test('says the address and what can be done', async () => {
    const { message } = await faultOf(asService('OTHER/sparql'));
    expect(message).toContain(`<${other.url}/sparql>`);
    expect(message).toContain('Who runs the server can put it there');
  });

  test('SILENT does not hide it, not even for an address from the data', async () => {
    expect((await faultOf('SELECT * { VALUES ?e { <OTHER/sparql> } SERVICE SILENT ?e { ?s ?p ?o } }')).kind).toBe(
      'forbidden',
    );
    // What is no address at all is never asked; the clause has no answer.
    expect(await ask('SELECT * { VALUES ?e { <file:///etc/passwd> } SERVICE SILENT ?e { ?s ?p ?o } }')).toEqual([
      'file:///etc/passwd',
    ]);
  });

  test('also where the pattern would never be needed, and inside another SERVICE', async () => {
    expect((await faultOf('SELECT * { FILTER(false) SERVICE <OTHER/sparql> { ?s ?p ?o } }')).kind).toBe('forbidden');
    expect(
      (await faultOf('SELECT * { SERVICE <REMOTE/ask> { ?s ?p ?o SERVICE <OTHER/sparql> { ?s ?q ?r } } }')).kind,
    ).toBe('forbidden');
    expect(remote.received).toEqual([]);
  });

  test.each(['to-other', 'to-private', 'to-metadata', 'to-file'])('a redirect: /%s', async (name) => {
    for (const form of [asService, asSilent, asVariable, asFrom])
      expect([form.name, (await faultOf(form(`REMOTE/${name}`))).kind]).toEqual([form.name, 'forbidden']);
    expect(other.received).toEqual([]);
  });

  test.each(['evil.jsonld', 'context-to-file.jsonld'])('a context of JSON-LD: /%s', async (name) => {
    expect((await faultOf(asFrom(`REMOTE/${name}`))).kind).toBe('forbidden');
    expect(other.received).toEqual([]);
  });

  test('http, unless it is allowed', async () => {
    const strict = await federated({ allowInsecure: false });
    expect((await faultOf(asService('REMOTE/ask'), {}, strict)).message).toContain('not https');
    expect(remote.received).toEqual([]);
  });

  test('this machine, unless it is allowed', async () => {
    const strict = await federated({ allowPrivate: [] });
    for (const form of [asService, asSilent, asVariable, asFrom])
      expect((await faultOf(form('REMOTE/ask'), {}, strict)).message).toContain('this machine');
    expect(remote.received).toEqual([]);
  });

  test('everything, by default', async () => {
    const strict = createFederated(federationDefaults);
    await strict.load([local]);
    expect((await faultOf(asService('https://example.com/sparql'), {}, strict)).kind).toBe('forbidden');
    expect(await ask('SELECT ?n { :a :name ?n }', {}, strict)).toEqual(['a here']);
  });

  test('a name that leads to this machine or inside', async () => {
    const resolve: Resolve = async (hostname) => [
      { address: hostname.startsWith('here') ? '127.0.0.1' : '10.0.0.1', family: 4 },
    ];
    const allow = ['here', 'inside'].map((name) => `http://${name}.example:${remote.port}/`);
    const named = await federated({ allow }, resolve);
    const [here, inside] = allow.map((address) => asService(`${address}ask`)) as [string, string];
    expect(await ask(here, {}, named)).toHaveLength(6);
    expect((await faultOf(inside, {}, named)).message).toMatch(/inside\.example.* leads to .* private network/);
    const strict = await federated({ allow, allowPrivate: [] }, resolve);
    expect((await faultOf(here, {}, strict)).message).toMatch(/leads to .* this machine/);
    expect((await faultOf(asSilent(`${allow[0]}ask`), {}, strict)).kind).toBe('forbidden');
    expect((await faultOf(asFrom(`${allow[0]}graph.ttl`), {}, strict)).kind).toBe('forbidden');
  });

  // A name can be made to lead elsewhere between two look-ups.
  test('a name that leads inside the second time', async () => {
    let times = 0;
    const resolve: Resolve = async () => [{ address: times++ ? '10.0.0.1' : '127.0.0.1', family: 4 }];
    behaviours['/once'] = sends(results, rows(), { connection: 'close' });
    const address = `http://changing.example:${remote.port}/once`;
    const named = await federated({ allow: [address] }, resolve);
    expect(await ask(asService(address), {}, named)).toEqual([]);
    expect((await faultOf(asService(address), {}, named)).kind).toBe('forbidden');
  });

  test('nothing of it is kept: the next query is well', async () => {
    await faultOf(asService('REMOTE/to-private'));
    expect(await ask('SELECT ?n { SERVICE <REMOTE/ask> { :a :name ?n } }')).toEqual(['a there']);
  });
});

describe('remote servers that fail', () => {
  test.each<[string, string, RegExp]>([
    ['/error', 'error', /answered with status 500/],
    ['/busy', 'busy', /answered with status 429/],
    ['404', 'nowhere', /answered with status 404/],
    ['HTML', 'html', /answered text\/html, not application\/sparql-results\+json/],
    ['no media type', 'no-type', /without a media type/],
    ['JSON that breaks off', 'garbage', /answered no SPARQL results/],
    ['JSON of another kind', 'no-results', /answered no SPARQL results/],
    ['terms of no kind', 'odd-term', /answered no SPARQL results/],
    ['no UTF-8', 'not-utf-8', /not UTF-8/],
    ['what is not packed', 'not-packed', /broke off its answer/],
    ['nothing', 'hang-up', /cannot be reached/],
    ['an answer that breaks off', 'break-off', /broke off its answer/],
    ['redirects without end', 'round', /more than 3 redirects/],
    ['a redirect to nothing', 'to-nothing', /redirects to what is no address/],
  ])('with %s', async (_, name, message) => {
    const query = `SELECT ?s ?n ?t { ?s :name ?n SERVICE <REMOTE/${name}> { ?s :name ?t } }`;
    const fault = await faultOf(query);
    expect([fault.kind, fault.message]).toEqual(['remote', expect.stringMatching(message)]);
    expect(fault.message).toContain(`<${remote.url}/${name}>`);
    // Silenced, it is one solution without bindings.
    expect(await ask(query.replace('SERVICE', 'SERVICE SILENT'))).toEqual(['a here, a', 'b here, b']);
  });

  test('that are not there', async () => {
    const gone = await startRemote({});
    await gone.stop();
    const absent = await federated({ allow: [`${gone.url}/`] });
    const fault = await faultOf(`SELECT * { SERVICE <${gone.url}/sparql> { ?s ?p ?o } }`, {}, absent);
    expect([fault.kind, fault.message]).toEqual(['remote', `<${gone.url}/sparql> cannot be reached.`]);
  });

  test.each([301, 302, 307, 308])('not those that have moved (%i): the query goes with it', async (status) => {
    expect(await ask(`SELECT ?n { SERVICE <REMOTE/moved-${status}> { :a :name ?n } }`)).toEqual(['a there']);
    const long = 'SELECT ?n { SERVICE <REMOTE/moved-308> { :a :name ?n FILTER(?n != "PADDING") } }';
    expect(await ask(long.replace('308', String(status)).replace('PADDING', 'x'.repeat(2000)))).toEqual(['a there']);
    expect(remote.received.at(-1)).toMatchObject({ method: 'POST', path: '/sparql' });
  });

  test('with a graph that has an error in it', async () => {
    const fault = await faultOf('SELECT * FROM <REMOTE/bad-turtle> { ?s ?p ?o }');
    expect([fault.kind, fault.message]).toEqual([
      'remote',
      expect.stringContaining('answered Turtle with an error in it'),
    ]);
    for (const name of ['html', 'error', 'nowhere', 'sparql'])
      expect((await faultOf(`SELECT * FROM <REMOTE/${name}> { ?s ?p ?o }`)).kind).toBe('remote');
  });

  test('beside one that does not: only the silenced one is left out', async () => {
    const both = (first: string): string =>
      `SELECT ?n ?t { SERVICE ${first} { :a :name ?t } SERVICE <REMOTE/ask> { :a :name ?n } }`;
    expect(await ask(both('SILENT <REMOTE/error>'))).toEqual(['a there']);
    expect((await faultOf(both('<REMOTE/error>'))).kind).toBe('remote');
    // The same server, once silenced and once not.
    const query = 'SELECT * { SERVICE SILENT <REMOTE/error> { ?s ?p ?o } SERVICE <REMOTE/error> { ?s ?p ?o } }';
    expect((await faultOf(query)).kind).toBe('remote');
  });
});

describe('limits', () => {
  test.each(['silent', 'drip'])('of time: /%s', async (name) => {
    const hasty = await federated({ timeLimit: 2 });
    const query = `SELECT ?n ?t { :a :name ?n SERVICE <REMOTE/${name}> { ?s :name ?t } }`;
    const started = performance.now();
    const fault = await faultOf(query, {}, hasty);
    expect(performance.now() - started).toBeLessThan(6000);
    expect([fault.kind, fault.message]).toEqual([
      'remote',
      `<${remote.url}/${name}> did not answer in full within 2 s.`,
    ]);
    // That is the remote server's fault, which may be silenced.
    expect(await ask(query.replace('SERVICE', 'SERVICE SILENT'), {}, hasty)).toEqual(['a here']);
    expect((await faultOf(`SELECT * FROM <REMOTE/${name}> { ?s ?p ?o }`, {}, hasty)).kind).toBe('remote');
    expect(await ask('SELECT ?n { SERVICE <REMOTE/ask> { :a :name ?n } }', {}, hasty)).toEqual(['a there']);
  });

  test.each(['endless', 'bomb'])('of size: /%s', async (name) => {
    const small = await federated({ sizeLimit: 1_000_000 });
    for (const silent of ['', 'SILENT ']) {
      const fault = await faultOf(`SELECT * { SERVICE ${silent}<REMOTE/${name}> { ?s ?p ?o } }`, {}, small);
      expect([fault.kind, fault.message]).toEqual(['too-large', expect.stringContaining('more than 1000000 bytes')]);
    }
    expect(await ask('SELECT ?n { SERVICE <REMOTE/ask> { :a :name ?n } }', {}, small)).toEqual(['a there']);
  });

  test('of size, over all answers together, graphs too', async () => {
    const small = await federated({ sizeLimit: 200 });
    expect((await faultOf('SELECT * FROM <REMOTE/bomb.ttl> { ?s ?p ?o }', {}, small)).kind).toBe('too-large');
    const once = 'SERVICE <REMOTE/ask> { ?a :name "a there" }';
    expect(await ask(`SELECT * { ${once} }`, {}, small)).toEqual(['a']);
    const twice = `SELECT * { { ${once} } UNION { ${once.replace('ask', 'sparql')} } UNION { ${once} } }`;
    expect((await faultOf(twice, {}, small)).kind).toBe('too-large');
  });

  test('of requests', async () => {
    const few = await federated({ requestLimit: 2 });
    await few.load(Array.from({ length: 100 }, (_, n) => `<${ex}${n}> <${ex}many> <${ex}a> .\n`));
    const query = 'SELECT * { ?m :many ?s SERVICE <REMOTE/ask> { ?s :name ?t } }';
    for (const each of [query, query.replace('SERVICE', 'SERVICE SILENT')]) {
      const fault = await faultOf(each, {}, few);
      expect([fault.kind, fault.message]).toEqual(['too-complex', expect.stringContaining('more than 2 requests')]);
    }
    expect(await ask('SELECT ?n { SERVICE <REMOTE/moved-307> { :a :name ?n } }', {}, few)).toEqual(['a there']);
    expect((await faultOf('SELECT ?n { SERVICE <REMOTE/round> { :a :name ?n } }', {}, few)).kind).toBe('too-complex');
  });
});

describe('faults of the query itself', () => {
  test.each<[string, string]>([
    ['syntax', 'SELECT * { SERVICE <REMOTE/ask> { ?s ?p } }'],
    ['update', 'INSERT { :a :b ?c } WHERE { SERVICE <REMOTE/ask> { ?s ?p ?c } }'],
    ['update', 'LOAD <REMOTE/graph.ttl>'],
    ['unsupported', 'SELECT * { SERVICE ?e { ?s ?p ?o } }'],
    ['unsupported', 'SELECT * { :a :name ?n BIND(:unknown(?n) AS ?x) }'],
  ])('%s: %s', async (kind, query) => {
    expect((await faultOf(query)).kind).toBe(kind);
    expect(remote.received).toEqual([]);
  });
});

describe('in a worker of its own', () => {
  let service: QueryService;
  beforeAll(async () => {
    service = await QueryService.start({
      engine: 'oxigraph',
      workers: 1,
      timeLimit: 20,
      queueLimit: 10,
      version: 'one',
      nquads: async () => local,
      hasGraph: (iri) => iri === `${ex}graph`,
      federation: options({ timeLimit: 5 }),
    });
  });
  afterAll(() => service.close());
  const answer = async (query: string) => {
    const { engine: by, body } = await service.query(request(query));
    return [
      by,
      (JSON.parse(new TextDecoder().decode(body)) as { results: { bindings: unknown[] } }).results.bindings.length,
    ];
  };

  test('only what leads out is answered there', async () => {
    expect(await answer('SELECT * { ?s :name ?n }')).toEqual(['oxigraph', 2]);
    expect(await answer(`SELECT * FROM <${ex}graph> { ?s :name ?n }`)).toEqual(['oxigraph', 1]);
    expect(await answer('SELECT * { ?s :name ?n SERVICE <REMOTE/ask> { ?s :name ?t } }')).toEqual(['federated', 1]);
    expect(await answer('SELECT * FROM <REMOTE/graph.ttl> { :a :name ?n }')).toEqual(['federated', 1]);
    expect(await answer('SELECT * FROM NAMED <REMOTE/graph.ttl> { GRAPH ?g { :a :name ?n } }')).toEqual([
      'federated',
      1,
    ]);
  });

  test('refusals and failures leave it as it was', async () => {
    for (const name of ['error', 'break-off', 'to-private', 'endless'])
      await expect(service.query(request(`SELECT * { SERVICE <REMOTE/${name}> { ?s ?p ?o } }`))).rejects.toMatchObject({
        kind: expect.stringMatching(/^(remote|forbidden|too-large)$/),
      });
    await expect(
      service.query(request('SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }')),
    ).rejects.toMatchObject({
      kind: 'forbidden',
    });
    expect(await answer('SELECT * { ?s :name ?n SERVICE <REMOTE/ask> { ?s :name ?t } }')).toEqual(['federated', 1]);
  });

  test('what waits for others does not hold up what is asked here', async () => {
    const slow = service
      .query(request('SELECT * { SERVICE <REMOTE/silent> { ?s ?p ?o } }'))
      .catch((fault) => fault.kind);
    expect(await answer('SELECT * { ?s :name ?n }')).toEqual(['oxigraph', 2]);
    expect(await slow).toBe('remote');
  });
});

describe('the list of the operator', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'federation-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (content: unknown): string => {
    const file = path.join(folder, 'federation.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  test('that comes with the project has https endpoints, with owner and documentation', async () => {
    const file = new URL('../data/federation.json', import.meta.url).pathname;
    const { endpoints } = JSON.parse(readFileSync(file, 'utf8')) as { endpoints: Record<string, string | null>[] };
    expect(endpoints.length).toBeGreaterThan(0);
    for (const each of endpoints) {
      expect(Object.keys(each).sort()).toEqual(['documentation', 'endpoint', 'licence', 'name', 'owner']);
      expect(each['endpoint']).toMatch(/^https:\/\/[^/]+\/.*[^/]$/);
      expect(each['documentation']).toMatch(/^https:\/\//);
    }
    const read = await readFederation(file, false, {});
    expect(read).toEqual({ ...federationDefaults, allow: endpoints.map(({ endpoint: address }) => address) });
    expect(new Set(read?.allow).size).toBe(endpoints.length);
  });

  test('may say more, and the command has the last word', async () => {
    const more = { allowInsecure: true, allowPrivate: ['10.0.0.0/8'], sizeLimit: 5, requestLimit: 2 };
    const file = write({ endpoints: [{ endpoint: 'http://inside.example/' }], ...more });
    expect(await readFederation(file, true, { timeLimit: 3 })).toEqual({
      ...federationDefaults,
      ...more,
      allow: ['http://inside.example/'],
      timeLimit: 3,
    });
  });

  test('need not be there, unless it was named', async () => {
    const file = path.join(folder, 'none.json');
    expect(await readFederation(file, false, {})).toBeUndefined();
    await expect(readFederation(file, true, {})).rejects.toThrow(/none\.json: the file cannot be read/);
  });

  test.each<[unknown, RegExp]>([
    ['{', /no JSON/],
    ['null', /"endpoints" is missing/],
    [{ endpoints: 'https://a.example/' }, /"endpoints" is missing or no list/],
    [{ endpoints: [{ endpoint: 'https://a.example/' }, null] }, /"endpoint" of entry 2/],
    [{ endpoints: [{ endpoint: 'a.example' }] }, /"a.example" cannot be allowed/],
    [{ endpoints: [{ endpoint: 'file:///data/' }] }, /cannot be allowed/],
    [{ endpoints: [], allowPrivate: ['home'] }, /"home" is no network address/],
    [{ endpoints: [], allowPrivate: '10.0.0.0/8' }, /"allowPrivate" is no list/],
    [{ endpoints: [], allowInsecure: 'yes' }, /"allowInsecure" is no boolean/],
    [{ endpoints: [], sizeLimit: '5' }, /"sizeLimit" is no number/],
  ])('is refused where it cannot be read: %j', async (content, message) => {
    await expect(readFederation(write(content), true, {})).rejects.toThrow(message);
  });
});
