import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaults } from './setup/server.ts';
import { type ServerProcess, startProcess } from './support/process.ts';
import { type RawAnswer, type RawRequest, sendBytes, writeRequest } from './support/raw-http.ts';

/**
 * Hostile input against a server in a process of its own: whatever is sent, each request gets an answer in time that is
 * no 500 and shows nothing of the machine, and at the end the server is alive and has noted no error.
 *
 * fast-check prints seed and path of what failed. FUZZ_SEED repeats a run; FUZZ_SECONDS makes each part longer.
 */
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 7);
const seed = process.env['FUZZ_SEED'];
const parameters = {
  numRuns: 1_000_000,
  interruptAfterTimeLimit: seconds * 1000,
  markInterruptAsFailure: false,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
};

/** Seconds that a query may take on this server. */
const timeLimit = 1;
/** Seconds after which an answer counts as missing: queries of one batch wait for each other, and machines are slow. */
const patience = 20;

const root = new URL('..', import.meta.url).pathname;
const folder = `${root}queries/examples/`;
const queries = readdirSync(folder)
  .filter((file) => file.endsWith('.rq'))
  .map((file) => readFileSync(folder + file, 'utf8'));

let server: ServerProcess;
let port: number;
beforeAll(async () => {
  // Without federation, so that nothing here depends on the network or goes out to it.
  const options = ['--no-federation', '--rate-limit', '0', '--log-level', 'warn'];
  server = await startProcess(['--timeout', String(timeLimit), '--store', defaults.store, ...options]);
  port = Number(new URL(server.url).port);
});
afterAll(async () => {
  server?.child.kill('SIGKILL');
  await server?.ended;
});

// What is sent

/** Characters from 0 to 255, each one byte on the wire, but those that end a line. */
const latin1 = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ maxLength })
    .map((bytes) => Buffer.from(bytes.filter((byte) => ![0, 10, 13].includes(byte))).toString('latin1'));
/** Each byte as %XX, most of it no UTF-8. */
const percentBytes = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('hex').replace(/../g, '%$&'));

const tokens = [
  ...['SELECT', 'ASK', 'CONSTRUCT', 'DESCRIBE', 'WHERE', '*', '{', '}', '(', ')', '[', ']', '.', ';', ',', '|', '||'],
  ...[
    '&&',
    '!',
    '^',
    '/',
    '+',
    '-',
    '=',
    '<',
    '>',
    '?x',
    '$y',
    '?',
    'a',
    'OPTIONAL {',
    'UNION',
    'MINUS {',
    'GRAPH ?g {',
  ],
  ...['FILTER(', 'BIND(', 'AS', 'VALUES', 'SERVICE <http://127.0.0.1:9/>', 'FROM <file:///etc/passwd>', 'FROM NAMED'],
  ...['GROUP BY', 'HAVING', 'ORDER BY', 'LIMIT', 'OFFSET', 'DISTINCT', 'REDUCED', 'COUNT(*)', 'GROUP_CONCAT(?x)'],
  ...['REGEX(', 'REPLACE(', 'EXISTS {', 'NOT EXISTS {', 'IRI(', 'BNODE()', 'UUID()', 'NOW()', 'RAND()', 'LANGMATCHES('],
  ...['INSERT DATA {', 'DELETE WHERE {', 'LOAD', 'DROP ALL', 'PREFIX x:', 'BASE', 'x:y', ':', '_:b', '@en', '^^', '#'],
  ...[
    '"',
    "'",
    '"""',
    "'''",
    '"\\u0000"',
    '"\\uD800"',
    '\\',
    '\\u',
    '<http://[',
    '<>',
    '<a b>',
    '%',
    '\u0000',
    '\u{FEFF}',
  ],
  ...[
    '1',
    '-0',
    '1e999',
    '99999999999999999999999999',
    '0.0000000001',
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
  ],
  ...[
    '𝔘',
    'é',
    '\u202E',
    'constructor',
    '__proto__',
    '<script>alert(1)</script>',
    '<<',
    '>>',
    '<<(',
    ')>>',
    '{|',
    '|}',
  ],
];
const token = fc.constantFrom(...tokens);

type Edit = (text: string) => string;
const place = fc.nat(1_000_000);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.nat(40)).map(
    ([at, length]): Edit =>
      (text) =>
        text.slice(0, at % (text.length + 1)) + text.slice((at % (text.length + 1)) + length),
  ),
  fc.tuple(place, token).map(
    ([at, inserted]): Edit =>
      (text) =>
        `${text.slice(0, at % (text.length + 1))} ${inserted} ${text.slice(at % (text.length + 1))}`,
  ),
  fc.tuple(place, fc.nat(30), fc.integer({ min: 2, max: 400 })).map(
    ([at, length, times]): Edit =>
      (text) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + text.slice(start, start + length).repeat(times) + text.slice(start + length);
      },
  ),
  fc.tuple(place, fc.string({ unit: 'binary', maxLength: 5 })).map(
    ([at, inserted]): Edit =>
      (text) =>
        text.slice(0, at % (text.length + 1)) + inserted + text.slice((at % (text.length + 1)) + inserted.length),
  ),
);
/** Replaces the match of a pattern at some place by what a function makes of the text. */
const replaceAt =
  (pattern: RegExp, at: number, by: (text: string) => string): Edit =>
  (text) => {
    const matches = [...text.matchAll(pattern)];
    const match = matches[at % (matches.length || 1)];
    return match ? text.slice(0, match.index) + by(text) + text.slice(match.index + match[0].length) : text;
  };
const another =
  (pattern: RegExp, at: number) =>
  (text: string): string => {
    const matches = text.match(pattern) ?? [''];
    return matches[at % matches.length] as string;
  };
const name = /(?<=\s)[a-z]+:[A-Za-z]+/g;
const variable = /\?[a-z]\w*/gi;
const line = /\n[^\n{}]*[.;](?=\n)/g;
const literal = fc.constantFrom(
  ...['""', '"a"@en', '"\\uFFFF"', `"${'a'.repeat(50)}!"`, '1', '-1', '0', '1e308', '-1e-320', '9223372036854775807'],
  ...['-9223372036854775808', '99999999999999999999.9', '"NaN"^^xsd:double', '"-INF"^^xsd:float', 'true', '<a>'],
  ...[
    '"maybe"^^xsd:boolean',
    '"2020-02-30"^^xsd:date',
    '"-99999-12-31T23:59:60Z"^^xsd:dateTime',
    '<urn:x>',
    '?unbound',
  ],
  ...['"24:00:00+14:00"^^xsd:time', '"P9999999999Y"^^xsd:duration', '"PT0.00000000001S"^^xsd:dayTimeDuration', '(1/0)'],
  ...[
    '"9999999999-01-01T00:00:00Z"^^xsd:dateTime',
    '"P106751991167D"^^xsd:dayTimeDuration',
    '"--02-31"^^xsd:gMonthDay',
  ],
  ...[
    '"(a+)+$"',
    '"["',
    '"\\\\"',
    '"$1$99"',
    '"(?i)x"',
    '"\\\\p{L}{1000}"',
    '"."',
    '"xyzi"',
    '"q"',
    '"\\u0301\\U0001F468"',
  ],
);
/** Changes after which the text is still mostly a query. */
const gentleEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, place).map(([at, other]) => replaceAt(variable, at, another(variable, other))),
  fc.tuple(place, place).map(([at, other]) => replaceAt(name, at, another(name, other))),
  fc.tuple(place, place).map(([at, other]) => replaceAt(name, at, another(variable, other))),
  fc
    .tuple(place, fc.constantFrom('*', '+', '?', '/^!a', '|!(a|^a)'))
    .map(([at, path]) => replaceAt(/(?<=\s[a-z]+:[A-Za-z]+)(?=\s)/g, at, () => path)),
  fc.tuple(place, literal).map(([at, value]) => replaceAt(/"[^"\n]*"(@\w+)?/g, at, () => value)),
  fc.tuple(place, fc.integer()).map(([at, number]) => replaceAt(/\b\d+\b/g, at, () => String(number))),
  fc
    .tuple(place, fc.constantFrom('=', '<', '>=', '!=', '*', '-', '/', '&&', '||'))
    .map(([at, sign]) => replaceAt(/ ([=<>+*/-]|&&|\|\|) /g, at, () => ` ${sign} `)),
  place.map((at) => replaceAt(line, at, () => '')),
  fc.tuple(place, place).map(([at, other]) => replaceAt(/(?<=[.;])(?=\n)/g, at, another(line, other))),
);
const mutated = fc
  .tuple(
    fc.constantFrom(...queries),
    fc.oneof(
      fc.array(gentleEdit, { minLength: 1, maxLength: 4 }),
      fc.array(fc.oneof(edit, gentleEdit), { minLength: 1, maxLength: 4 }),
    ),
  )
  .map(([query, edits]) => edits.reduce((text, change) => change(text), query));

/** Functions of SPARQL and how many arguments they take; the arguments are not what they are made for. */
const functions: readonly (readonly [count: number, names: string])[] = [
  [0, 'RAND NOW UUID STRUUID BNODE'],
  [
    1,
    'STR LANG DATATYPE IRI BNODE ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH DAY HOURS MINUTES',
  ],
  [1, 'SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA512 ISIRI ISBLANK ISNUMERIC SUBJECT LANGDIR HASLANG ISTRIPLE'],
  [1, 'xsd:integer xsd:decimal xsd:float xsd:double xsd:dateTime xsd:date xsd:time xsd:duration xsd:boolean xsd:gYear'],
  [1, 'xsd:dayTimeDuration xsd:yearMonthDuration xsd:string CONCAT COALESCE'],
  [2, 'SUBSTR CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM REGEX LANGMATCHES ADJUST CONCAT'],
  [3, 'SUBSTR REPLACE IF TRIPLE STRLANGDIR COALESCE REGEX'],
  [4, 'REPLACE'],
];
const calls = functions.flatMap(([count, names]) => names.split(' ').map((called) => ({ called, count })));
const expression: fc.Arbitrary<string> = fc.letrec<{ part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    literal,
    fc
      .constantFrom(...calls)
      .chain(({ called, count }) =>
        fc.tuple(...Array<typeof literal>(count).fill(tie('part'))).map((given) => `${called}(${given.join(', ')})`),
      ),
    fc
      .tuple(tie('part'), fc.constantFrom('+', '-', '*', '/', '=', '<', '>=', '!=', '&&', '||'), tie('part'))
      .map((parts) => `(${parts.join(' ')})`),
    fc.tuple(tie('part'), tie('part')).map(([one, other]) => `(${one} NOT IN (${other}))`),
  ),
})).part;
const bound = fc
  .array(literal, { maxLength: 6 })
  .map((values) => `{ ${values.map((value) => `{ BIND(${value} AS ?v) }`).join(' UNION ')} }`);
const aggregate = fc.constantFrom('SUM(', 'AVG(', 'MIN(', 'MAX(', 'SAMPLE(', 'COUNT(DISTINCT ', 'GROUP_CONCAT(');
/** Queries that parsers take, so that evaluators have to. */
const calculation = fc
  .oneof(
    expression.map((text) => `SELECT (${text} AS ?r) {}`),
    fc.tuple(aggregate, bound).map(([called, where]) => `SELECT (${called}?v) AS ?r) ${where}`),
    fc.tuple(bound, expression).map(([where, text]) => `SELECT ?v ${where} ORDER BY ?v (${text})`),
    fc.tuple(expression, expression).map(([one, other]) => `ASK { ?s a ?o FILTER(${one}) BIND(${other} AS ?b) }`),
    expression.map((text) => `CONSTRUCT { ?r ?r ?r . <s> <p> ?r } { BIND(${text} AS ?r) }`),
  )
  .map((query) => `PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> ${query}`);
const soup = fc.array(token, { maxLength: 60 }).map((found) => found.join(' '));

// A lone half of a character cannot be encoded: send what its bytes would be.
const encode = (text: string): string => encodeURIComponent(Buffer.from(text).toString());
const encodedQuery = fc.oneof(
  { weight: 4, arbitrary: mutated.map(encode) },
  { weight: 4, arbitrary: calculation.map(encode) },
  { weight: 2, arbitrary: soup.map(encode) },
  { weight: 1, arbitrary: percentBytes(200) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }).map(encode) },
);

const parameter = fc
  .tuple(
    fc.constantFrom(
      'format',
      'default-graph-uri',
      'named-graph-uri',
      'version',
      'lang',
      'query',
      'update',
      '__proto__',
    ),
    fc.oneof(percentBytes(20), soup.map(encode), fc.constantFrom('json', 'html', 'turtle', 'http://example.org/')),
  )
  .map((pair) => pair.join('='));
// Most parameters make a request wrong by themselves.
const mostlyNone = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: fc.array(one, { maxLength: 3 }) });
const form = fc
  .tuple(encodedQuery, mostlyNone(parameter))
  .map(([query, more]) => [`query=${query}`, ...more].join('&'));

const formType = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
const queryType = ['Content-Type', 'application/sparql-query'] as const;
const accepts = fc.constantFrom('*/*', 'text/html', 'text/csv', 'text/turtle, application/sparql-results+xml;q=0.5');
const queryRequest: fc.Arbitrary<RawRequest> = fc.oneof(
  form.map((text) => ({ method: 'GET', target: `/sparql?${text}` })),
  fc.tuple(form, accepts).map(([body, accept]) => ({
    method: 'POST',
    target: '/sparql',
    headers: [formType, ['Accept', accept] as const],
    body,
  })),
  fc
    .tuple(
      fc.constantFrom('POST', 'QUERY'),
      fc.oneof(mutated, calculation, soup, fc.uint8Array({ maxLength: 300 })),
      mostlyNone(parameter),
    )
    .map(([method, body, more]) => ({ method, target: `/sparql?${more.join('&')}`, headers: [queryType], body })),
);

const header = fc.oneof(
  fc.tuple(fc.constantFrom('Accept', 'Accept-Language', 'Accept-Encoding', 'Accept-Charset'), preferences()),
  fc.tuple(
    fc.constantFrom('If-None-Match', 'If-Match', 'If-Modified-Since', 'Range', 'If-Range'),
    fc.oneof(
      latin1(60),
      fc.constantFrom(
        '*',
        '"',
        'W/"x"',
        '"a", "b"',
        `${'"x",'.repeat(2000)}`,
        'bytes=0-',
        'bytes=9-1',
        'bytes=-0,-1,a-b',
      ),
    ),
  ),
  fc.tuple(
    fc.constantFrom('Content-Type', 'Content-Encoding', 'Origin', 'Cookie', 'Referer', 'X-Forwarded-For', 'Forwarded'),
    fc.oneof(
      latin1(60),
      fc.constantFrom(
        'application/sparql-query; charset=utf-16',
        'application/x-www-form-urlencoded;charset="',
        'gzip',
        ';',
      ),
    ),
  ),
  fc.tuple(fc.constantFrom('X-Request-Id', 'traceparent', 'Access-Control-Request-Method', 'Expect'), latin1(80)),
  fc.tuple(fc.constantFrom('__proto__', 'constructor', 'X-Any'), latin1(200)),
);
/** What looks like a list with weights, and does not always keep its grammar. */
function preferences(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    '*',
    '*/*',
    'text/*',
    'text/html',
    'text/turtle',
    'text',
    '/',
    'nl',
    'en-GB',
    'gzip',
    'br',
    '',
  );
  const weight = fc.constantFrom(
    '',
    ';q=0',
    ';q=1',
    ';q=0.5',
    ';q=1.5',
    ';q=-1',
    ';q=NaN',
    ';q=',
    ';q',
    ';;',
    ';a="b',
    ';level=1',
  );
  const item = fc.oneof(
    fc.tuple(name, weight).map((parts) => parts.join('')),
    latin1(10),
  );
  return fc
    .tuple(fc.array(item, { maxLength: 12 }), fc.constantFrom(1, 1, 1, 300))
    .map(([items, times]) => items.join(', ').repeat(times).slice(0, 15_000));
}

const addresses = [
  ...[
    '/',
    '/sparql',
    '/sparql?query=ASK%7B%7D',
    '/graphs',
    '/graphs?default',
    '/catalog',
    '/ontology',
    '/ontology.ttl',
  ],
  ...[
    '/about/id/centre/lumc',
    '/id/centre/lumc',
    '/dumps/',
    '/context.jsonld',
    '/assets/style.css',
    '/healthz',
    '/readyz',
  ],
];
const methods = fc.constantFrom(
  'GET',
  'GET',
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'TRACE',
  'QUERY',
);
const headerRequest: fc.Arbitrary<RawRequest> = fc
  .tuple(methods, fc.constantFrom(...addresses), fc.array(header, { maxLength: 6 }), fc.constantFrom('', 'ASK {}', '{'))
  .map(([method, target, headers, body]) => ({ method, target, headers, body }));

const segment = fc.oneof(
  fc.constantFrom(
    ...['..', '.', '%2e%2e', '%2E%2E%2f', '..%5c', '%00', '%', '%zz', '%ff', '%c0%af', '\\', '', ':', '*'],
  ),
  fc.constantFrom(
    ...['id', 'about', 'centre', 'lumc', 'dumps', 'ontology', 'catalog', 'graphs', 'document', 'concept'],
  ),
  fc.constantFrom(
    ...['constructor', '__proto__', 'toString', 'etc', 'passwd', 'package.json', '.git', 'x.ttl', '.html'],
  ),
  fc.constantFrom('<script>alert(1)</script>', 'a'.repeat(9000), '%41'.repeat(3000), 'é', '%F0%9D%94%98', '%E2%80%AE'),
  percentBytes(12),
  latin1(12).map((text) => text.replace(/[ #?]/g, '')),
);
const tail = fc.oneof(
  fc.constant(''),
  parameter.map((text) => `?${text}`),
  fc.constantFrom('?', '??', '?&&&', '?=', '#x', '?%'),
);
const pathRequest: fc.Arbitrary<RawRequest> = fc
  .tuple(methods, fc.array(segment, { maxLength: 6 }), fc.constantFrom('/', '//', ''), tail)
  .map(([method, segments, first, last]) => ({ method, target: `${first || '/'}${segments.join('/')}${last}` }));

// What has to hold

const leaks = [
  ...[/\n\s+at .*:\d+/, /node:internal/, /node_modules/, /panicked/i, /unreachable/, /wasm/i, /\[object Object\]/],
  ...[root, tmpdir(), process.execPath].map((text) => new RegExp(text.replace(/\W/g, '\\$&'))),
];

function check(answer: RawAnswer, what: string, alone: boolean): void {
  expect(answer.hung, `no answer within ${patience} s: ${what}`).toBe(false);
  // Bytes that are hardly HTTP can hold several requests: then the first answer is followed by others.
  if (alone) expect(answer.whole, `a body cut short: ${what}`).toBe(true);
  // 503: the query was stopped, or there are too many at a time.
  if (answer.status !== 503) expect(answer.status ?? 0, `${what}\n${answer.body}`).toBeLessThan(500);
  for (const leak of leaks) expect(answer.body, what).not.toMatch(leak);
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('text/html')) expect(answer.body, what).not.toContain('<script>alert');
  if (type.startsWith('application/problem+json') && answer.body)
    expect(JSON.parse(answer.body), what).toMatchObject({ status: answer.status });
}

/** The start of what was sent, for whoever reads a failure. */
const show = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes.subarray(0, 2000)).toString('latin1'));

async function exchange(bytes: Uint8Array, half = false): Promise<RawAnswer> {
  const answer = await sendBytes(port, bytes, { seconds: patience, half });
  check(answer, show(bytes), !half);
  return answer;
}

/** Batches, so that requests meet each other. */
const batches = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 4 });

async function stillWell(): Promise<void> {
  // Workers whose queries were stopped are being replaced.
  const ask = async (): Promise<unknown> =>
    (await fetch(`${server.url}/sparql?query=ASK%7B%3Fs+%3Fp+%3Fo%7D`, { headers: { Accept: '*/*' } })).json();
  await expect.poll(ask, { timeout: patience * 1000 }).toMatchObject({ boolean: true });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(server.child.exitCode).toBeNull();
  expect(server.output.stdout).not.toContain('"level":"error"');
  expect(server.output.stderr).not.toMatch(/\n\s+at /);
}

describe('the server stays up', () => {
  // Queries are answered before pages can be made: whatever is asked meanwhile waits, or is answered without.
  test('when all kinds of requests come in its first moment', async () => {
    const query = `query=${encode('SELECT ?s { ?s ?p ?o } LIMIT 3')}`;
    const targets = [
      ...addresses,
      ...['', '&format=html', '&format=csv', '&lang=nl', '&version=0', '&default-graph-uri=urn:x'].map(
        (more) => `/sparql?${query}${more}`,
      ),
      ...[
        '/sparql?query=',
        '/sparql?query=&format=html',
        '/sparql?query=DESCRIBE%20%3Curn:x%3E',
        '/nothing',
        '/problems',
      ],
    ];
    const requests = targets.flatMap((target) =>
      ['*/*', 'text/html', 'text/turtle'].map((accept) => ({
        method: 'GET',
        target,
        headers: [['Accept', accept] as const],
      })),
    );
    await Promise.all(requests.map((request) => exchange(writeRequest(request))));
    await stillWell();
  });

  test.each([
    ['queries', queryRequest],
    ['headers', headerRequest],
    ['paths', pathRequest],
  ])('under hostile %s', { timeout: (seconds + 2 * patience) * 1000 }, async (_, requests) => {
    await fc.assert(
      fc.asyncProperty(batches(requests), async (batch) => {
        const answers = await Promise.all(batch.map((request) => exchange(writeRequest(request))));
        for (const [at, { status }] of answers.entries())
          expect(status, `closed without an answer: ${JSON.stringify(batch[at]).slice(0, 2000)}`).toBeDefined();
      }),
      parameters,
    );
    await stillWell();
  });

  // Regular expressions over long texts are what holds up a thread that answers everybody.
  const text = (body: string): RawRequest => ({ method: 'POST', target: '/sparql', headers: [queryType], body });
  const get = (name: string, value: string): RawRequest => ({
    method: 'GET',
    target: '/sparql?query=ASK%7B%7D',
    headers: [[name, value]],
  });
  test.each<[string, RawRequest]>([
    ['32,000 letters', text('a'.repeat(32_000))],
    ['32,000 digits with dots', text('1.'.repeat(16_000))],
    ['a million letters', text('a'.repeat(1_000_000))],
    ['strings that do not end', text('\\"""x\n'.repeat(5000))],
    ['names without end', text('a:b'.repeat(10_000))],
    ['a thousand brackets', text(`SELECT * {${'{'.repeat(1000)}`)],
    ['many alternatives', text(`SELECT * { ?a ${'<p>|'.repeat(190)}<q> ?c }`)],
    ['many options', text(`SELECT * {${'OPTIONAL { ?a ?b ?c '.repeat(90)}${'}'.repeat(91)}`)],
    ['many parameters', { method: 'POST', target: '/sparql', headers: [formType], body: 'a=1&'.repeat(250_000) }],
    ['a long Accept', get('Accept', 'a/b;q=0.1,'.repeat(5500))],
    ['a long Accept-Language', get('Accept-Language', 'nl-x;q=0.1,'.repeat(5000))],
    ['a long Accept-Encoding', get('Accept-Encoding', 'br;q=0.5,'.repeat(6000))],
    ['a long If-None-Match', get('If-None-Match', '"x",'.repeat(14_000))],
    ['a header of blanks', get('Accept', `${' '.repeat(60_000)}x`)],
    ['a long path', { method: 'GET', target: `/${'a/'.repeat(8000)}` }],
    ['a path of dots', { method: 'GET', target: `/ontology${'.'.repeat(16_000)}` }],
  ])('and answers others meanwhile under %s', async (_, request) => {
    let over = false;
    const answered = exchange(writeRequest(request)).finally(() => {
      over = true;
    });
    let longest = 0;
    while (!over) {
      const asked = performance.now();
      await exchange(writeRequest({ method: 'GET', target: '/healthz' }));
      longest = Math.max(longest, performance.now() - asked);
    }
    await answered;
    expect(longest).toBeLessThan(2000);
  });

  const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`;
  const host = 'Host: x';
  const close = 'Connection: close';
  const chunked = 'Transfer-Encoding: chunked';

  test.each([
    ['an empty line', '\r\n\r\n'],
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a version that does not exist', lines('GET / HTTP/9.9', host)],
    ['HTTP/0.9', 'GET /\r\n'],
    ['the start of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['the start of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a method that does not exist', lines('FROBNICATE / HTTP/1.1', host, close)],
    ['a space in the target', lines('GET /a b HTTP/1.1', host, close)],
    ['a null byte in the target', lines('GET /\0 HTTP/1.1', host, close)],
    ['no host', lines('GET / HTTP/1.1', close)],
    ['two hosts', lines('GET / HTTP/1.1', host, 'Host: y', close)],
    ['a header without a colon', lines('GET / HTTP/1.1', host, 'nonsense', close)],
    ['a header with a space in its name', lines('GET / HTTP/1.1', host, 'a b: c', close)],
    ['a null byte in a header', lines('GET / HTTP/1.1', host, 'a: \0', close)],
    ['a folded header', lines('GET / HTTP/1.1', host, 'a: b\r\n c', close)],
    ['a lone line feed', 'GET / HTTP/1.1\nHost: x\nConnection: close\n\n'],
    ['headers without end', lines('GET / HTTP/1.1', host, `a: ${'x'.repeat(200_000)}`, close)],
    ['very many headers', lines('GET / HTTP/1.1', host, ...Array<string>(5000).fill('a: b'), close)],
    ['an address without end', lines(`GET /${'x'.repeat(200_000)} HTTP/1.1`, host, close)],
    ['an address of another scheme', lines('GET gopher://x/ HTTP/1.1', host, close)],
    ['a whole address', lines('GET http://[::1]:99999/ HTTP/1.1', host, close)],
    ['an asterisk', lines('OPTIONS * HTTP/1.1', host, close)],
    ['an asterisk to get', lines('GET * HTTP/1.1', host, close)],
    ['CONNECT', lines('CONNECT localhost:22 HTTP/1.1', host)],
    ['an upgrade', lines('GET / HTTP/1.1', host, 'Connection: Upgrade, close', 'Upgrade: websocket')],
    ['an unknown expectation', lines('GET / HTTP/1.1', host, 'Expect: miracles', close)],
    ['a negative length', lines('POST /sparql HTTP/1.1', host, 'Content-Length: -1', close)],
    ['a length that is no number', lines('POST /sparql HTTP/1.1', host, 'Content-Length: 1e3', close)],
    ['two lengths', lines('POST /sparql HTTP/1.1', host, 'Content-Length: 1', 'Content-Length: 2', close)],
    ['a length and chunks', `${lines('POST /sparql HTTP/1.1', host, 'Content-Length: 5', chunked, close)}0\r\n\r\n`],
    ['chunks of no length', `${lines('POST /sparql HTTP/1.1', host, chunked, close)}xyz\r\nabc\r\n`],
    ['a chunk of vast length', `${lines('POST /sparql HTTP/1.1', host, chunked, close)}FFFFFFFFFFFFFFFFF\r\nabc\r\n`],
    ['a transfer coding that does not exist', lines('POST /sparql HTTP/1.1', host, 'Transfer-Encoding: zip', close)],
    [
      'a request smuggled in a chunk',
      `${lines('POST /sparql HTTP/1.1', host, chunked)}0\r\nGET /healthz HTTP/1.1\r\n\r\n`,
    ],
  ])('and takes no harm from %s', async (_, text) => {
    const { status } = await exchange(Buffer.from(text, 'latin1'), true);
    if (status !== undefined) expect(status).toBeLessThan(500);
  });

  test('and goes on when content ends early or is packed into a bomb', async () => {
    const early = lines('POST /sparql HTTP/1.1', host, queryType.join(': '), 'Content-Length: 100', close);
    await exchange(Buffer.from(`${early}ASK`), true);
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    const packed = writeRequest({
      method: 'POST',
      target: '/sparql',
      headers: [queryType, ['Content-Encoding', 'gzip']],
      body: bomb,
    });
    const { status } = await exchange(packed);
    expect([413, 415]).toContain(status);
    const large = writeRequest({
      method: 'POST',
      target: '/sparql',
      headers: [queryType],
      body: 'x'.repeat(5_000_000),
    });
    expect((await exchange(large)).status).toBe(413);
  });

  test('under bytes that are hardly HTTP', { timeout: (seconds + 2 * patience) * 1000 }, async () => {
    const valid = fc
      .oneof(queryRequest, headerRequest, pathRequest)
      .map((request) => writeRequest(request).toString('latin1'));
    const piece = fc.constantFrom(
      '\r\n',
      '\n',
      '\0',
      ':',
      ' HTTP/1.1',
      'Content-Length: 5\r\n',
      `${chunked}\r\n`,
      '\r\n\r\n',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 500 }).map((all) => Buffer.from(all).toString('latin1')),
      fc
        .tuple(valid, fc.array(fc.tuple(place, fc.oneof(piece, latin1(4))), { minLength: 1, maxLength: 4 }))
        .map(([text, inserted]) =>
          inserted.reduce((all, [at, part]) => {
            const start = at % (all.length + 1);
            return all.slice(0, start) + part + all.slice(start);
          }, text),
        ),
    );
    await fc.assert(
      fc.asyncProperty(batches(bytes), async (batch) => {
        await Promise.all(batch.map((text) => exchange(Buffer.from(text, 'latin1'), true)));
      }),
      parameters,
    );
    await stillWell();
  });
});
