import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLookup } from '../src/engine/lookup.ts';

const prologue = 'PREFIX : <http://example.org/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n';

describe('a lookup', () => {
  test.each([
    'SELECT * WHERE { :a ?property ?value }',
    'SELECT * WHERE { :a rdfs:label ?label ; a ?type ; :partOf ?whole . ?part :partOf :a }',
    'SELECT ?s { ?s :number 7 }',
    'select distinct ?s where { ?s a :Centre }',
    'SELECT ?s ?label WHERE { ?s a :Centre ; rdfs:label ?label . FILTER(LANG(?label) = "nl") } LIMIT 10 OFFSET 20',
    'SELECT ?s WHERE { ?s rdfs:label "Zoë"@nl }',
    'SELECT ?s WHERE { ?s :opened "1998"^^<http://www.w3.org/2001/XMLSchema#gYear> . }',
    'SELECT ?s WHERE { ?s :number "7"^^:Number ; a ?type }',
    'SELECT ?o WHERE { :a :partOf ?b . ?b :partOf ?c . ?c rdfs:label ?o }',
    'SELECT ?x WHERE { :a :memberOf ?network . ?x :memberOf ?network }',
    'SELECT ?nl ?en { :a rdfs:label ?nl , ?en FILTER(langMatches(lang(?nl), "nl")) FILTER langMatches(lang(?en), "en") }',
    'SELECT * { :a rdfs:label ?label OPTIONAL { :a rdfs:comment ?label } OPTIONAL { ?label :b ?c } }',
    'SELECT * { GRAPH ?g { :a ?p ?o } }',
    'SELECT * { GRAPH :g { ?s ?p ?o } }',
    'SELECT ?p { VALUES ?s { :a :b UNDEF } ?s ?p ?o }',
    'SELECT * { VALUES (?s ?l) { (:a "x"@nl) (:b 7) } ?s rdfs:label ?l }',
    'SELECT * FROM :g FROM NAMED :h { GRAPH :h { ?s :p "x" FILTER(?s IN (:a, :b)) } }',
    'SELECT * { ?s :p "x" . FILTER(?s != :a && bound(?s)) }',
    'ASK { :a :b :c }',
    'ASK { :a :b ?x }',
    'DESCRIBE :a',
    'DESCRIBE <http://example.org/a> :b',
    'DESCRIBE ?s WHERE { ?s :number 7 }',
    'CONSTRUCT { ?s a :Number ; :of "x"@en , 1 } WHERE { ?s :number 7 }',
    'CONSTRUCT WHERE { :a ?p ?o }',
    '# { ?s ?p ?o }\nSELECT * # all of it\n{ :a ?p ?o # , and no more\n}',
    `SELECT * { :a ?p ?o . ${'?o :p :x . '.repeat(15)} }`,
  ])('%s', (query) => {
    expect(isLookup(prologue + query)).toBe(true);
  });
});

describe('no lookup', () => {
  test.each([
    ['all there is', 'SELECT * { ?s ?p ?o }'],
    ['all of a property', 'SELECT * { ?s rdfs:label ?label }'],
    ['all there is, in any graph', 'SELECT * { GRAPH ?g { ?s ?p ?o } }'],
    ['a graph times a graph', 'SELECT * { GRAPH :g { ?s ?p ?o } GRAPH :h { ?x ?y ?z } }'],
    ['nothing at all', 'SELECT * {}'],
    ['a product', 'SELECT * { :a ?p ?o . ?x ?y ?z }'],
    ['a product of two lookups', 'SELECT * { ?a :p "a" . ?b :p "b" }'],
    ['a product of the values of one node', 'SELECT * { :a :p ?x . :a :p ?y . :a :p ?z }'],
    ['a product of the values of two nodes', 'SELECT * { :a :p ?x . :b :p ?y }'],
    ['a product by a value of both', 'SELECT * { :a a ?c . ?x a ?c . ?y a ?c . ?z a ?c }'],
    ['a product by many values', 'SELECT * { ?n :name "x" ; :member ?a , ?b , ?c }'],
    ['a product by any values', 'SELECT * { ?n :name "x" ; ?p ?a ; ?q ?b ; ?r ?c }'],
    ['a product of blank nodes', 'SELECT * { _:a ?p _:b . _:c ?q _:d }'],
    ['a blank node that hangs on nothing', 'SELECT * { :a ?p ?o . _:a ?q ?r }'],
    ['a product in an option', 'SELECT * { :a ?p ?o OPTIONAL { ?x ?y ?z } }'],
    ['a pattern that hangs only on its property', 'SELECT * { :a ?p ?o . ?x ?p ?z }'],
    ['a path of any length', 'SELECT * { :a :p* ?o }'],
    ['a path of one or more', 'SELECT * { :a :p+ ?o }'],
    ['a path of two steps', 'SELECT * { :a :p/:q ?o }'],
    ['a path backwards', 'SELECT * { :a ^:p ?o }'],
    ['a path of none or one', 'SELECT * { :a :p? ?o }'],
    ['a path of others', 'SELECT * { :a !:p ?o }'],
    ['a count', 'SELECT (COUNT(*) AS ?n) { :a ?p ?o }'],
    ['a group', 'SELECT ?p { :a ?p ?o } GROUP BY ?p'],
    ['an order', 'SELECT ?p { :a ?p ?o } ORDER BY ?p'],
    ['a regular expression', 'SELECT ?p { :a ?p ?o FILTER(REGEX(?o, "a")) }'],
    ['a computed value', 'SELECT ?p { :a ?p ?o FILTER(?o + 1 = 2) }'],
    ['a binding', 'SELECT ?p { :a ?p ?o BIND(?o AS ?x) }'],
    ['values that bind nothing', 'SELECT ?p { VALUES ?x { :a :b } ?s ?p ?o }'],
    ['a query within', 'SELECT * { :a ?p ?o { SELECT ?x { ?x :q ?y } } }'],
    ['a query within that looks the same', 'SELECT * { :a ?p ?o { SELECT ?o { ?o :q ?y } } }'],
    ['alternatives', 'SELECT * { { :a :p ?o } UNION { :a :q ?o } }'],
    ['a difference', 'SELECT * { :a :p ?o MINUS { ?o :q ?r } }'],
    ['existence', 'SELECT * { :a :p ?o FILTER NOT EXISTS { ?o :q ?r } }'],
    ['another endpoint', 'SELECT * { :a :p ?o SERVICE :s { ?o :q ?r } }'],
    ['a list', 'SELECT * { :a :p (?x ?y) }'],
    ['lists of which nothing is known', 'SELECT * { :a :p ?o . (?x ?y) ?p ?q . (?z) ?r ?t }'],
    ['a blank node with properties', 'SELECT * { :a :p [ :q ?r ] }'],
    ['a template that has what the pattern lacks', 'CONSTRUCT { ?s a :Thing } { ?s ?p ?o }'],
    ['descriptions of all there is', 'DESCRIBE ?s { ?s ?p ?o }'],
    ['a description of nothing', 'DESCRIBE'],
    ['a description of a variable', 'DESCRIBE ?s'],
    ['many statements', `SELECT * { :a ?p ?o . ${'?o :p :x . '.repeat(16)} }`],
    ['a long text', `SELECT * { :a :p "${'x'.repeat(4096)}" }`],
    ['an update', 'INSERT DATA { :a :b :c }'],
    ['no form', '{ :a :b :c }'],
    ['a sign that opens nothing', 'DESCRIBE <'],
    ['a statement too long', 'SELECT * { :a :b :c :d }'],
    ['an open filter', 'SELECT * { :a :b ?c FILTER(?c = 1 }'],
    ['nothing', ''],
    ['words', 'lorem ipsum dolor sit amet'],
  ])('%s', (_, query) => {
    expect(isLookup(prologue + query)).toBe(false);
  });

  test('is what anybody throws at it', () => {
    fc.assert(fc.property(fc.string({ maxLength: 500 }), (text) => !isLookup(text)));
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => !isLookup(text)));
  });
});

test('texts of the pieces of queries are told apart without an error', () => {
  const piece = fc.constantFrom(
    ...'SELECT ASK CONSTRUCT DESCRIBE WHERE FILTER OPTIONAL GRAPH LIMIT PREFIX BASE # * { } ( ) . ; , a :a _:b ?x $y "z" @nl ^^ <http://example.org/> < > 7 = ? "'.split(
      ' ',
    ),
    '\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join(' ');
      // Whatever else it is, it hangs on something.
      return !isLookup(text) || /:a|<|"|7/.test(text);
    }),
    { numRuns: 2000 },
  );
});
