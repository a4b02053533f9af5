import { expect, test } from 'vitest';
import { createOxigraph } from '../src/engine/oxigraph.ts';
import { spreadPropertyLists } from '../src/engine/property-lists.ts';

const prologue = 'PREFIX : <http://example.org/> ';
const data = `
  <http://example.org/a> <http://example.org/p> <http://example.org/b> .
  <http://example.org/a> <http://example.org/p> <http://example.org/c> .
  <http://example.org/b> <http://example.org/q> "one; [ two ] . three" .
  <http://example.org/b> <http://example.org/r> <http://example.org/d> .
  <http://example.org/d> <http://example.org/q> "4"^^<http://www.w3.org/2001/XMLSchema#integer> .
  <http://example.org/c> <http://example.org/q> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .
`;

test.each([
  ['SELECT * { ?s :p [ :q ?o ] }', 'SELECT * { ?s :p _:list1 . _:list1  :q ?o  }'],
  ['SELECT * { ?s :p [ :q ?o ] . ?s :r ?t }', 'SELECT * { ?s :p _:list1  . _:list1  :q ?o  . ?s :r ?t }'],
  // The outer one goes first: the inner one is reached from it.
  ['{ ?s :p [ :r [ :q ?o ] ; :q ?x ] }', '{ ?s :p _:list1 . _:list1  :r _:list2  ; :q ?x  . _:list2  :q ?o  }'],
])('%s is written flat', (query, flat) => {
  const squeeze = (text: string): string => text.replace(/\s+/g, ' ').replace(/_:list\d/g, '_:list');
  expect(squeeze(spreadPropertyLists(query))).toBe(squeeze(flat));
});

test.each([
  'SELECT * { ?s :p [] }',
  'SELECT * { [ :p ?o ] :q ?x }',
  'SELECT * { [ :p ?o ] }',
  'SELECT * { [] :p ?o . [ :q ?x ] }',
  'SELECT * { ?s :p ( [ :q ?o ] ) }',
  'SELECT * { ?s :p "[ :q ?o ]" }',
  'SELECT * { ?s :p ?o } # [ :q ?x ]',
  'SELECT * { ?s :p [ :q ?o }',
  'SELECT * { ?s :p [ :q ?o ) ] }',
  'SELECT * { ?s :p ?o ]',
])('%s stays as it is', (query) => {
  expect(spreadPropertyLists(query)).toBe(query);
});

const answered = [
  'SELECT * { ?s :p [ :q ?o ] }',
  'SELECT * { ?s :p [ :q ?o ] . ?s :p ?x }',
  'SELECT * { ?s :p [ :q ?o ], ?x }',
  'SELECT * { ?s :p [ :q ?o ; :r [ :q ?n ] ] }',
  'SELECT * { ?s :p [ :q ?o ; :r [ :q ?n ] ; ] . }',
  'SELECT * { ?s :p [ :r [ :q 4 ] ] ; :p :c. ?c :q true }',
  'SELECT * { ?s :p [ :q ?o ] FILTER(isLiteral(?o) && ?o != "x]") }',
  'SELECT * { ?s :p ?b OPTIONAL { ?s :p [ :r ?d ] OPTIONAL { ?d :q ?n } } }',
  'SELECT * { ?s :p ?b OPTIONAL { { ?b :r [ :q ?n ] } UNION { ?b :q ?o } } }',
  'SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?s :r [ :q ?n ] } }',
  'SELECT * { ?s ?p ?o FILTER(EXISTS { ?o :r [ :q ?n ] } || ?o = :c) }',
  'SELECT * { ?s :p [ :q ?o # a comment ]\n ] . ?s :p :c # another\n }',
  'SELECT * { ?s :p/:r [ :q ?n ] { SELECT ?s { ?s :p [ :q ?t ] } } BIND(?n AS ?m) }',
  'SELECT (COUNT(*) AS ?n) { ?s :p [ :q ?o ] MINUS { ?s :p [ :q 7 ] } } GROUP BY ?s HAVING (COUNT(*) > 1)',
  'SELECT * { VALUES ?s { :a :b } ?s :p [ :q ?o ] GRAPH ?g { ?s :p [ :q ?x ] } }',
  'SELECT * { _:list1 :p [ :q ?o ] }',
  'ASK { :a :p [ :r [ :q 4 ] ] }',
  'CONSTRUCT { ?o :of [ :is ?s ; :has [ :q ?o ] ] . ?s :x :y } WHERE { ?s :p [ :q ?o ] }',
  'CONSTRUCT WHERE { ?s :p [ :q ?o ] }',
];

test('queries with lists are answered as they are without', async () => {
  const { Store } = await import('oxigraph');
  const store = new Store();
  store.load(data, { format: 'application/n-triples' });
  const engine = await createOxigraph();
  await engine.load([data]);
  for (const query of answered) {
    const text = prologue + query;
    expect(() => store.query(spreadPropertyLists(text)), spreadPropertyLists(text)).not.toThrow();
    const graph = query.startsWith('CONSTRUCT');
    const options = { results_format: graph ? 'application/n-triples' : 'json' };
    // Names of blank nodes are new each time.
    const lines = (answer: string): string[] =>
      graph
        ? answer.replace(/_:\w+/g, '_:b').trim().split('\n').sort()
        : (JSON.parse(answer).results?.bindings ?? [answer]).map((row: unknown) => JSON.stringify(row)).sort();
    const { body } = await engine.query({ query: text, resultFormat: 'json', graphFormat: 'n-triples', prefixes: {} });
    const expected = lines(String(store.query(text, options)));
    expect(lines(String(store.query(spreadPropertyLists(text), options))), query).toEqual(expected);
    if (!graph) expect(lines(new TextDecoder().decode(body)), query).toEqual(expected);
  }
});

test('a fault is told by its place in the text that was sent', async () => {
  const engine = await createOxigraph();
  const asked = engine.query({
    query: `${prologue}SELECT * {\n ?s :p [ :q ?o ] .\n ?s ; }`,
    resultFormat: 'json',
    graphFormat: undefined,
    prefixes: {},
  });
  await expect(asked).rejects.toThrow('line 3, column 8');
});
