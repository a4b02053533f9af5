import { describe, expect, test } from 'vitest';
import { QueryFault } from '../src/engine/engine.ts';
import {
  asksElsewhere,
  isVolatile,
  namesGraphs,
  namesServices,
  readForm,
  textLimits,
  withoutComments,
} from '../src/engine/query-form.ts';

const faultOf = (query: string): QueryFault => {
  try {
    readForm(query);
  } catch (error) {
    if (error instanceof QueryFault) return error;
    throw error;
  }
  throw new Error('The query was taken.');
};

describe('the form', () => {
  test.each([
    ['SELECT * { ?s ?p ?o }', 'select'],
    ['select*{?s ?p ?o}', 'select'],
    ['ASK { ?s ?p ?o }', 'ask'],
    ['ask{}', 'ask'],
    ['CONSTRUCT WHERE { ?s ?p ?o }', 'construct'],
    ['Describe <http://example.org/a>', 'describe'],
    ['\uFEFFASK {}', 'ask'],
    ['\n\t  ASK {}', 'ask'],
    ['PREFIX : <http://example.org/> ASK {}', 'ask'],
    ['prefix ex:<http://example.org/>base<http://example.org/>CONSTRUCT WHERE { ?s ?p ?o }', 'construct'],
    ['BASE <http://example.org/> PREFIX a-b.c: <x#> PREFIX é: <y#> DESCRIBE a-b.c:d', 'describe'],
    ['VERSION "1.2" ASK {}', 'ask'],
    ["VERSION '1.2' PREFIX : <x> DESCRIBE :a", 'describe'],
    ['# SELECT comes later\nASK {}', 'ask'],
    ['PREFIX # a comment within\n ex: # SELECT\n <http://example.org/#select> # ASK\r DESCRIBE ex:a', 'describe'],
    ['PREFIX ask: <http://example.org/select#> CONSTRUCT WHERE { ask:ask ?p "DESCRIBE" }', 'construct'],
    ['PREFIX select: <http://example.org/> ASK { ?s ?p """INSERT " DATA """ }', 'ask'],
    ['SELECT ?insert { ?insert ?p "DELETE # not a comment" } # ASK', 'select'],
    ['ASK { ?s <http://example.org/#INSERT> ?o }', 'ask'],
  ])('of %j is %s', (query, form) => {
    expect(readForm(query)).toBe(form);
  });

  test.each([
    '',
    '   ',
    '# nothing',
    'SELEKT * {}',
    '{ }',
    'PREFIX : <x>',
  ])('of %j, which is none, is left to the parser as a SELECT', (query) => {
    expect(readForm(query)).toBe('select');
  });
});

describe('updates', () => {
  test.each([
    'INSERT DATA { <a> <b> <c> }',
    'delete where { ?s ?p ?o }',
    'LOAD <http://example.org/>',
    'CLEAR ALL',
    'DROP GRAPH <http://example.org/>',
    'CREATE GRAPH <http://example.org/>',
    'ADD DEFAULT TO <http://example.org/>',
    'MOVE DEFAULT TO <http://example.org/>',
    'COPY DEFAULT TO <http://example.org/>',
    'WITH <http://example.org/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }',
    '# SELECT\nPREFIX select: <http://example.org/> # ASK\nBASE <x> insert { select:a select:b select:c } WHERE {}',
  ])('%j is refused', (query) => {
    const fault = faultOf(query);
    expect(fault.kind).toBe('update');
    expect(fault.message).toContain('only answers queries');
  });
});

describe('limits', () => {
  const nested = (depth: number): string => `SELECT * ${'{'.repeat(depth)} ?s ?p ?o ${'}'.repeat(depth)}`;
  const filler = (length: number): string => `ASK {} #${'x'.repeat(length - 8)}`;
  const joined = (word: string, times: number): string => `SELECT * { {} ${`${word} {} `.repeat(times)} }`;

  test.each([
    ['as long as may be', filler(textLimits.length)],
    ['as deep as may be', nested(textLimits.depth)],
    ['deep only in a string', `ASK { ?s ?p "${'{'.repeat(1000)}" }`],
    ['deep only in a long string', `ASK { ?s ?p '''${"{'(".repeat(1000)}''' }`],
    ['deep only in a comment', `ASK {} # ${'{'.repeat(1000)}`],
    ['deep only in an IRI', `ASK { <http://example.org/${'('.repeat(1000)}> ?p ?o }`],
    ['many groups side by side', `SELECT * { ${'{} '.repeat(1000)} }`],
    ['as many options as may be', joined('OPTIONAL', textLimits.joints)],
    ['options only in a comment', `ASK {} # ${'OPTIONAL '.repeat(1000)}`],
    ['options only in names', `SELECT ${'?optional ?union1 ?myunion '.repeat(300)} {}`],
  ])('let a query be %s', (_, query) => {
    expect(['ask', 'select']).toContain(readForm(query));
  });

  test.each([
    ['too long', filler(textLimits.length + 1), `${textLimits.length}`],
    ['too deep in braces', nested(textLimits.depth + 1), `${textLimits.depth}`],
    ['too deep in parentheses', `ASK { FILTER${'('.repeat(1000)}1${')'.repeat(1000)} }`, `${textLimits.depth}`],
    ['too deep in brackets', `ASK { ?s ?p ${'[ ?p '.repeat(1000)} ?o ${']'.repeat(1000)} }`, `${textLimits.depth}`],
    ['too deep after a string', `ASK { ?s ?p "}}" . ${'{'.repeat(1000)}${'}'.repeat(1000)} }`, `${textLimits.depth}`],
    ['of too many options', joined('OPTIONAL', textLimits.joints + 1), `${textLimits.joints}`],
    ['of too many unions', joined('union', textLimits.joints + 1), `${textLimits.joints}`],
    ['of too many options after names', `ASK { ${'?s ?p e:.OPTIONAL {} '.repeat(300)} }`, `${textLimits.joints}`],
    ['of too many ors', `ASK { FILTER(1${'||1'.repeat(300)}) }`, `${textLimits.joints}`],
    ['of too many ands', `ASK { FILTER(1${'&&1'.repeat(300)}) }`, `${textLimits.joints}`],
    ['of too many path alternatives', `ASK { ?s <a>${'|<a>'.repeat(300)} ?o }`, `${textLimits.joints}`],
    // Backslashes escape closing brackets in local names (SPARQL 1.1, rule PN_LOCAL_ESC): they close nothing.
    [
      'too deep after closing brackets in a name',
      `PREFIX e: <x> ASK { ?s ?p e:${'\\)'.repeat(1000)} ${'{'.repeat(1000)}${'}'.repeat(1000)} }`,
      `${textLimits.depth}`,
    ],
    [
      'too deep after a hash in a name',
      `PREFIX e: <x> ASK { ?s ?p e:a\\#b . ${'{'.repeat(1000)}${'}'.repeat(1000)} }`,
      `${textLimits.depth}`,
    ],
    // Each of these makes a tree as deep as it is long, and breaks an Oxigraph instance.
    ['of too many negations', `ASK { FILTER(${'!'.repeat(20_000)}true) }`, ''],
    ['of too many sums', `SELECT (1${'+1'.repeat(10_000)} AS ?x) {}`, ''],
    ['of too many steps in a path', `SELECT * { ?s <b>${'/<b>'.repeat(4000)} ?o }`, ''],
  ])('refuse a query that is %s', (_, query, limit) => {
    const fault = faultOf(query);
    expect(fault.kind).toBe('too-complex');
    expect(fault.message).toContain(limit);
  });
});

describe('a query that asks elsewhere', () => {
  test.each([
    'SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }',
    'SELECT * { service silent <http://example.org/sparql> { ?s ?p ?o } }',
    'SELECT * {SERVICE<http://example.org/sparql>{?s ?p ?o}}',
    'SELECT * { ?s ?p ?o .SERVICE ?s { ?s ?p ?o } }',
    'SELECT * { ?s ?p ?o } # SERVICE\n SELECT * { { SERVICE ?x {} } }',
    'SELECT * { ?s ?p "#" . SERVICE <http://example.org/sparql> {} }',
    'SELECT * { ?s ?p "\\"" . SERVICE <http://example.org/sparql> { ?s ?p "" } }',
    `SELECT * { ?s ?p "'", '"' . SERVICE <http://example.org/sparql> {} }`,
    'SELECT * { ?s ?p """a"b""" . SERVICE <http://example.org/sparql> { ?s ?p """""" } }',
    'SELECT * { <http://example.org/#> ?p ?o . SERVICE <http://example.org/sparql> {} }',
    'SELECT * { FILTER(?a < 1) SERVICE <http://example.org/sparql> {} FILTER(?a > 1) }',
    'SELECT * { SERVICE\n#\n<http://example.org/sparql> {} }',
    'PREFIX e: <x> SELECT * { SERVICE e:service {} }',
    // Backslashes escape # and ' in local names (SPARQL 1.1, rule PN_LOCAL_ESC): no comment or string begins there.
    'PREFIX e: <x> SELECT * { ?s e:a\\#b ?o . SERVICE <http://example.org/sparql> {} \n }',
    "PREFIX e: <x> SELECT * { ?s e:a\\'b ?o . SERVICE <http://example.org/sparql> {} # '\n }",
    // Both engines read these keywords without a space before or after.
    'SELECT * { ?s ?p 1SERVICE <http://example.org/sparql> {} }',
    'SELECT * { ?s ?p trueSERVICE <http://example.org/sparql> {} }',
    'SELECT * { SERVICESILENT<http://example.org/sparql>{} }',
    // Oxigraph reads the keyword first, and then a name without a prefix.
    'PREFIX : <x> SELECT * { SERVICE:x {} }',
    'PREFIX : <x> SELECT * { ?s ?p 1.SERVICEsilent:x\n{} }',
    // A local name begins with no dot: it ends the pattern.
    'PREFIX e: <x> SELECT * { ?s ?p e:.SERVICE <http://example.org/sparql> {} }',
    // IRIs may have spaces beyond ASCII in them.
    'SELECT * { ?s ?p <http://example.org/\u00a0#>SERVICE <http://example.org/sparql> {} }',
  ])('is found: %s', (query) => {
    expect(asksElsewhere(query)).toBe(true);
  });

  test.each([
    'SELECT * { ?s ?p "SERVICE <http://example.org/sparql> {}" }',
    `SELECT * { ?s ?p 'SERVICE', """ SERVICE " """, ''' SERVICE ''' }`,
    'SELECT * { ?s ?p ?o } # SERVICE <http://example.org/sparql>',
    'SELECT * { ?s <http://example.org/SERVICE> ?o }',
    'PREFIX service: <x> SELECT * { service:a service:service ?o }',
    'PREFIX e: <x> SELECT * { e:SERVICE e:a-service e:service-1 }',
    'PREFIX : <x> SELECT * { :service ?p ?o }',
    'PREFIX service: <x> SELECT * { GRAPH service:g { ?s service:p ?o } }',
    'SELECT ?service $service ?service1 { ?service ?p ?o }',
    'SELECT * { ?customerservice ?p "x"@service }',
    'SELECT * { _:service ?p ?o }',
    'ASK {}',
  ])('is not seen in: %s', (query) => {
    expect(asksElsewhere(query)).toBe(false);
  });
});

describe('a query that can answer something else each time', () => {
  test.each([
    'SELECT (NOW() AS ?x) {}',
    'SELECT * { FILTER(rand() < 0.5) }',
    'SELECT (UUID() AS ?x) {}',
    'SELECT (strUuid() AS ?x) {}',
    'SELECT (BNODE("a") AS ?x) {}',
    'SELECT * { ?s ?p 1SERVICE <http://example.org/sparql> {} }',
    'CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }',
    'CONSTRUCT { ?s ?p [ ?p ?o ] } WHERE { ?s ?p ?o }',
    'CONSTRUCT { _:a ?p ?o } WHERE { ?s ?p ?o }',
    'CONSTRUCT { ?s ?p (1 2) } WHERE { ?s ?p ?o }',
    'CONSTRUCT WHERE { _:a ?p ?o }',
    'CONSTRUCT FROM <http://example.org/g> WHERE { [] ?p ?o }',
    'PREFIX e: <x> construct{_:a e:b e:c}where{?s ?p ?o}',
  ])('is known: %s', (query) => {
    expect(isVolatile(query)).toBe(true);
  });

  test.each([
    'SELECT * { ?now ?rand "UUID()" } # BNODE()',
    'PREFIX now: <x> SELECT * { now:rand <http://example.org/uuid> "x"@bnode }',
    'SELECT * { _:a ?p [ ?p ?o ] }',
    'CONSTRUCT { ?s ?p "[]", "_:a" } WHERE { _:a ?p [ ?p ?o ] FILTER(?s > 1) }',
    'CONSTRUCT WHERE { ?s ?p ?o } # []',
    'DESCRIBE ?s { ?s ?p [] }',
    'ASK {}',
  ])('is told from: %s', (query) => {
    expect(isVolatile(query)).toBe(false);
  });
});

// A text of this length took ten seconds to read, and nobody else got an answer meanwhile.
test.each([
  ...[
    'a',
    '1',
    'a.',
    'a-',
    '"',
    "'",
    '"""',
    '\\"',
    '"\\',
    '\\"""x\n',
    "\\'''x\n",
    '<',
    '<a',
    '#',
    '?',
    '@a-',
    ':',
    'a:%4',
  ],
  ...['PREFIX ', 'PREFIX a: ', 'BASE ', 'FROM ', 'FROM NAMED ', 'CONSTRUCT{', 'e\u0301', '_:', '\n', ' ', '\u{1D538}.'],
])('%j over and over is read in no time', (piece) => {
  const query = piece.repeat(textLimits.length / piece.length);
  const started = performance.now();
  for (const read of [readForm, isVolatile, asksElsewhere, namesGraphs, withoutComments])
    try {
      read(query);
    } catch (error) {
      expect(error).toBeInstanceOf(QueryFault);
    }
  expect(performance.now() - started).toBeLessThan(2000);
});

test.each(['"""', "'''"])('a string that begins with %s and does not end hides nothing behind it', (mark) => {
  const query = `SELECT * {\n ?s ?p ${mark}x${mark[0]} ${'{'.repeat(textLimits.depth + 1)}`;
  expect(faultOf(query)).toMatchObject({ kind: 'syntax', message: expect.stringContaining('line 2, column 8') });
});

describe('the graphs and services that a query names', () => {
  const ex = 'http://example.org/';
  test.each<[query: string, graphs: readonly string[]]>([
    [`SELECT * FROM <${ex}a> FROM NAMED <${ex}b> { ?s ?p ?o }`, [`${ex}a`, `${ex}b`]],
    [`PREFIX ex: <${ex}> SELECT * from ex:a\nFrom # FROM <x>\n named ex:b\\,c {}`, [`${ex}a`, `${ex}b,c`]],
    [`SELECT * FROM <graph/a> {}`, [`${ex}graph/a`]],
    [`SELECT * FROM <é> FROM <../b> {}`, [`${ex}é`, `${ex}b`]],
    [
      `BASE <http://other.example/x/> PREFIX : <y#> SELECT * FROM <a> FROM :b {}`,
      ['http://other.example/x/a', 'http://other.example/x/y#b'],
    ],
    [`SELECT ?from { ?from <${ex}label> ?l . ?x ?from <${ex}y> }`, []],
    [`PREFIX ex: <${ex}> SELECT * { ?s ex:from <${ex}a> ; ex:from ex:b }`, []],
    [`SELECT * { ?s ?p "from <${ex}a>" } # FROM <${ex}b>`, []],
    ['SELECT * FROM unknown:a {}', []],
    ['BASE <mailto:x> SELECT * FROM <a> {}', ['mailto:a']],
  ])('of %j', (query, graphs) => {
    expect(namesGraphs(query, ex)).toEqual(graphs);
  });

  test('by a base that is none, they stay as they are written', () => {
    expect(namesGraphs('BASE <x/> SELECT * FROM <a> {}')).toEqual(['a']);
  });

  test('services are keywords, and neither properties nor texts', () => {
    const query = `PREFIX ex: <${ex}> SELECT * { SERVICE <${ex}a> {} service silent <${ex}b> {}
      ?x ex:service <${ex}c> . ?service ?p "SERVICE <${ex}d>" }`;
    expect(namesServices(query)).toEqual([`${ex}a`, `${ex}b`]);
  });
});
