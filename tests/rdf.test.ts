import type { Literal, Quad, Term } from '@rdfjs/types';
import fc from 'fast-check';
import canonize from 'rdf-canonize';
import { describe, expect, test } from 'vitest';
import { canonicalNQuads, sha256 } from '../src/rdf/canonical.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { NotExpressible } from '../src/rdf/not-expressible.ts';
import { readRdf, SyntaxFault } from '../src/rdf/read.ts';
import {
  blankNode,
  defaultGraph,
  indexQuads,
  literal,
  mergeGraphs,
  namedNode,
  quad,
  rdf,
  xsd,
} from '../src/rdf/terms.ts';
import { ex, graphs, node, triple, unique } from './support/any-graph.ts';

const origin = { source: 'small.ttl', baseIRI: 'http://example.org/base/' };
const all: readonly Format[] = formats;
const names = all.map(({ name }) => name);

const format = (name: string): Format => {
  const found = findFormat(name);
  if (!found) throw new Error(`No format ${name}`);
  return found;
};
const read = (text: string, name = 'turtle'): Promise<Quad[]> => readRdf(text, format(name), origin);
const faultOf = async (text: string, name: string): Promise<SyntaxFault> => {
  try {
    await read(text, name);
  } catch (error) {
    if (error instanceof SyntaxFault) return error;
    throw error;
  }
  throw new Error('The text was read without a fault.');
};
const written = async (quads: Iterable<Quad>, name: string, prefixes = {}): Promise<string> =>
  format(name).write(quads, prefixes);
const roundTrip = async (quads: Iterable<Quad>, name: string, prefixes = {}): Promise<Quad[]> =>
  read(await written(quads, name, prefixes), name);

// RDF 1.1 Concepts, section 3.3: language tags are equal whatever their case.
const lower = (quads: Iterable<Quad>): Quad[] =>
  [...quads].map(({ subject, predicate, object, graph }) => {
    const term = object.termType === 'Literal' && object.language;
    const same = term ? literal(object.value, term.toLowerCase()) : object;
    return quad(subject as never, predicate as never, same as never, graph as never) as unknown as Quad;
  });
const canonical = (quads: Iterable<Quad>): Promise<string> => canonicalNQuads([...indexQuads(lower(quads))]);

describe('reading', () => {
  const expected = `
    <http://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Thing> .
    <http://example.org/a> <http://example.org/name> "Zo\u00EB \u201Cde\u201D \\"1\\"\\n2"@nl .
    <http://example.org/a> <http://example.org/size> "007"^^<http://www.w3.org/2001/XMLSchema#integer> .
    <http://example.org/a> <http://example.org/part> _:part .
    _:part <http://example.org/note> "\u{1F600} & <b>" .
    _:part <http://example.org/see> <http://example.org/base/b> .`;
  const turtle = `@prefix : <http://example.org/> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    :a a :Thing ; :name """Zoë “de” "1"\n2"""@nl ; :size "007"^^xsd:integer ;
      :part [ :note "\\U0001F600 & <b>" ; :see <b> ] .`;
  const texts: Record<string, string> = {
    turtle,
    trig: turtle,
    'n-triples': expected,
    'n-quads': expected,
    'rdf-xml': `<?xml version="1.0"?>
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://example.org/">
        <Thing rdf:about="http://example.org/a">
          <name xml:lang="nl">Zoë “de” "1"\n2</name>
          <size rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">007</size>
          <part rdf:parseType="Resource"><note>&#x1F600; &amp; &lt;b&gt;</note><see rdf:resource="b"/></part>
        </Thing>
      </rdf:RDF>`,
    'json-ld': `{
      "@context": { "@vocab": "http://example.org/", "see": { "@type": "@id" } },
      "@id": "http://example.org/a",
      "@type": "Thing",
      "name": { "@value": "Zo\\u00EB “de” \\"1\\"\\n2", "@language": "nl" },
      "size": { "@value": "007", "@type": "http://www.w3.org/2001/XMLSchema#integer" },
      "part": { "note": "\u{1F600} & <b>", "see": "b" }
    }`,
  };

  test.each(names)('%s says the small graph', async (name) => {
    const quads = await read(texts[name] ?? '', name);
    expect(quads).toHaveLength(6);
    expect(await canonical(quads)).toBe(await canonical(await read(expected, 'n-triples')));
  });

  test.each([
    ['trig', '<http://example.org/g> { <http://example.org/a> <http://example.org/p> "x" }'],
    ['n-quads', '<http://example.org/a> <http://example.org/p> "x" <http://example.org/g> .'],
    [
      'json-ld',
      '{"@id": "http://example.org/g", "@graph": {"@id": "http://example.org/a", "http://example.org/p": "x"}}',
    ],
  ])('%s keeps a named graph', async (name, text) => {
    expect(await canonical(await read(text, name))).toBe(
      '<http://example.org/a> <http://example.org/p> "x" <http://example.org/g> .\n',
    );
  });

  const reified = `<http://example.org/r> <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies>
    <<( <http://example.org/a> <http://example.org/p> "x"@en )>> . `.replace(/\s+/g, ' ');
  test.each([
    ['turtle', `PREFIX : <http://example.org/> PREFIX rdf: <${rdf('')}> :r rdf:reifies <<( :a :p "x"@en )>> .`],
    ['trig', `PREFIX : <http://example.org/> PREFIX rdf: <${rdf('')}> :r rdf:reifies <<( :a :p "x"@en )>> .`],
    ['n-triples', reified],
    ['n-quads', reified],
  ])('%s reads a triple term', async (name, text) => {
    const [only, ...others] = await read(text, name);
    expect(others).toEqual([]);
    const { object } = only as Quad;
    expect(only?.subject.value).toBe('http://example.org/r');
    expect(only?.predicate.value).toBe(rdf('reifies'));
    const inside = object as Term as Quad;
    expect([inside.termType, inside.subject?.value, inside.predicate?.value, inside.object?.value]).toEqual([
      'Quad',
      'http://example.org/a',
      'http://example.org/p',
      'x',
    ]);
  });

  const asserted = '<http://example.org/a> <http://example.org/p> "x" .\n';
  const said = `${asserted}<http://example.org/r> <${rdf('reifies')}> <<( <http://example.org/a> <http://example.org/p> "x" )>> .\n`;
  test.each([
    ['turtle', ':a :p "x" ~ :r {| :by :b |} .', true],
    ['trig', '{ :a :p "x" ~ :r {| :by :b |} . }', true],
    ['turtle', '<< :a :p "x" ~ :r >> :by :b .', false],
    ['trig', '<< :a :p "x" ~ :r >> :by :b .', false],
  ])('%s reads the annotation or reified triple %s', async (name, text, states) => {
    const by = '<http://example.org/r> <http://example.org/by> <http://example.org/b> .\n';
    const wanted = await read(`${states ? said : said.replace(asserted, '')}${by}`, 'n-triples');
    expect(await canonical(await read(`PREFIX : <http://example.org/> ${text}`, name))).toBe(await canonical(wanted));
  });

  test.each(['turtle', 'trig', 'n-triples', 'n-quads'])('%s reads a literal with a direction', async (name) => {
    const [only] = await read('<http://example.org/a> <http://example.org/p> "x"@he--rtl .', name);
    expect(only?.object).toMatchObject({ value: 'x', language: 'he', direction: 'rtl' });
  });

  test('unlabelled blank nodes have labels of their own for each call', async () => {
    for (const name of names) {
      const once = await read(texts[name] ?? '', name);
      const twice = await read(texts[name] ?? '', name);
      const labels = (quads: Quad[]) =>
        quads.filter(({ subject }) => subject.termType === 'BlankNode').map((q) => q.subject.value);
      expect(labels(once), name).not.toHaveLength(0);
      expect(
        labels(once).filter((label) => labels(twice).includes(label)),
        name,
      ).toEqual([]);
    }
  });

  test.each([
    ['turtle', '_:x <http://example.org/p> 1 .'],
    ['n-quads', '_:x <http://example.org/p> "1" .'],
  ])('labelled blank nodes of %s too have labels of their own for each call', async (name, text) => {
    const [[first], [second]] = [await read(text, name), await read(text, name)];
    expect(first?.subject.termType).toBe('BlankNode');
    expect(first?.subject.value).not.toBe(second?.subject.value);
  });
});

describe('faults', () => {
  const xml = (body: string): string =>
    `<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="${rdf('')}" xmlns:ex="http://example.org/">\n${body}\n</rdf:RDF>\n`;
  const triple = '<http://example.org/a> <http://example.org/b> <http://example.org/c> .';

  test.each<[string, string, string, [number, number, string]]>([
    ['a name where the triple should end', 'turtle', '@prefix a: <http://a/> .\na:b a:c a:d e .', [2, 13, 'e']],
    ['a prefix that is not declared', 'turtle', `${triple}\n\n  <a> <b> q:x .`, [3, 11, 'q:x']],
    ['a triple without object', 'turtle', `${triple}\n<a> <b> .`, [2, 9, '.']],
    ['a literal that does not end', 'turtle', `${triple}\n<a> <b> "x .\n`, [2, 9, '"x']],
    ['a word after Windows line ends', 'turtle', `${triple}\r\n${triple}\r\n<a> nonsense <c> .`, [3, 5, 'nonsense']],
    ['a prefix that is not declared', 'trig', `${triple}\n<g> {\n  <a> <b> q:x .\n}`, [3, 11, 'q:x']],
    ['a triple without object', 'n-triples', `${triple}\n<http://a> <http://b> .\n`, [2, 23, '.']],
    ['a prefixed name', 'n-triples', `${triple}\n<http://a> ex:b <http://c> .\n`, [2, 12, 'ex:b']],
    ['a fifth term', 'n-quads', `<http://a> <http://b> "c" <http://d> <http://e> .`, [1, 38, '<http://e>']],
    ['an end tag that fits no start tag', 'rdf-xml', xml('  <rdf:Description></rdf:Descr>'), [3, 31, '</rdf:Descr>']],
    [
      'a prefix that is not declared',
      'rdf-xml',
      xml('  <rdf:Description><q:p>1</q:p></rdf:Description>'),
      [3, 24, '<q:p>'],
    ],
    ['a missing comma', 'json-ld', '{\n "@id": "http://a"\n "http://b": "x"\n}', [3, 2, '"http://b"']],
    ['a word', 'json-ld', '{\n "@id": "http://a",\n "http://b": x\n}', [3, 14, 'x']],
    ['a word in a short text', 'json-ld', '{"a": b}', [1, 7, 'b']],
  ])('%s in %s has a place', async (_, name, text, [line, column, token]) => {
    const fault = await faultOf(text, name);
    expect(fault.source).toBe('small.ttl');
    expect(fault.message).not.toBe('');
    expect([fault.line, fault.column, fault.token]).toEqual([line, column, token]);
    expect(String(fault)).toBe(`small.ttl:${fault.line}:${fault.column}: ${fault.message}`);
  });

  test.each<[string, string, string, number]>([
    ['a graph that does not end', 'trig', '<http://g> {\n <http://a> <http://b> "c" .\n', 3],
    ['an object that does not end', 'json-ld', '{\n "@id": "http://a",', 2],
    ['an ID that is no name', 'rdf-xml', xml('  <rdf:Description rdf:ID="1 2"/>'), 3],
    ['a forbidden property', 'rdf-xml', xml('  <rdf:Description>\n <rdf:RDF/>\n</rdf:Description>'), 4],
  ])('%s in %s has a line', async (_, name, text, line) => {
    const fault = await faultOf(text, name);
    expect(fault.source).toBe('small.ttl');
    expect(fault.line).toBe(line);
  });

  test('a fault without a place names its source', () => {
    expect(String(new SyntaxFault('a.ttl', 'Broken.'))).toBe('a.ttl: Broken.');
    expect(String(new SyntaxFault('a.ttl', 'Broken.', { line: 3 }))).toBe('a.ttl:3: Broken.');
  });

  test.each([
    ['in a document', '{"@context": "https://schema.org/", "name": "x"}'],
    ['in a list', '{"@context": [{"a": "http://a"}, "https://schema.org/"], "name": "x"}'],
    ['imported', '{"@context": {"@version": 1.1, "@import": "https://schema.org/"}, "name": "x"}'],
    [
      'scoped to a type',
      '{"@context": {"T": {"@id": "http://t", "@context": "https://schema.org/"}}, "@type": "T", "name": "x"}',
    ],
  ])('a remote context %s is refused', async (_, text) => {
    const fault = await faultOf(text, 'json-ld');
    expect(fault.message).toContain('https://schema.org/');
    expect(fault.message).toContain('Put the context into the document.');
  });
});

const datasets = fc.uniqueArray(
  fc
    .tuple(triple, fc.oneof(fc.constant(defaultGraph()), node))
    .map(([t, g]) => quad(t.subject as never, t.predicate as never, t.object as never, g as never) as unknown as Quad),
  unique,
);
const notXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const dots = /\/\.{1,2}([/?#]|$)/;
const inXml = (quads: readonly Quad[]): boolean =>
  !quads.some(
    ({ subject, object }) => notXml.test(object.value) || dots.test(subject.value) || dots.test(object.value),
  );
const prefixes = { ex, '': 'http://other.example/ns#', xsd: xsd(''), rdf: rdf('') };

describe('writing', () => {
  test.each(names.filter((name) => format(name).graphs))('%s says any dataset', async (name) => {
    await fc.assert(
      fc.asyncProperty(datasets, async (quads) => {
        expect(await canonical(await roundTrip(quads, name, prefixes))).toBe(await canonical(quads));
      }),
      { numRuns: 300 },
    );
  });

  test.each(names.filter((name) => !format(name).graphs))('%s says any graph that it can say', async (name) => {
    await fc.assert(
      fc.asyncProperty(graphs, async (quads) => {
        if (name === 'rdf-xml') fc.pre(inXml(quads));
        const known = name === 'rdf-xml' ? { ex, rdf: rdf('') } : prefixes;
        expect(await canonical(await roundTrip(quads, name, known))).toBe(await canonical(quads));
      }),
      { numRuns: 300 },
    );
  });

  test('RDF/XML refuses an IRI that its readers would resolve', async () => {
    for (const iri of ['http://example.org/x/.', 'http://example.org/x/../y', 'http://example.org/./?x'])
      await expect(
        (async () => format('rdf-xml').write(await read(`<${iri}> <${ex}p> "x" .`, 'n-triples'), {}))(),
      ).rejects.toThrow('dots');
  });

  test.each(names.filter((name) => !format(name).graphs))('%s merges graphs, each triple once', async (name) => {
    const quads = await read(
      `{ <${ex}a> <${ex}p> "x" } <${ex}g> { <${ex}a> <${ex}p> "x", "y" } <${ex}h> { <${ex}a> <${ex}p> "y" }`,
      'trig',
    );
    const again = await roundTrip(quads, name);
    expect(again.map(({ object }) => object.value).sort()).toEqual(['x', 'y']);
    expect(await canonical(again)).toBe(await canonical(mergeGraphs(quads)));
  });

  test.each(names)('%s is the same text whatever the order of the quads', async (name) => {
    const shuffled = datasets.chain((quads) =>
      fc.tuple(fc.constant(quads), fc.shuffledSubarray(quads, { minLength: quads.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([quads, other]) => {
        if (name === 'rdf-xml') fc.pre(inXml(quads));
        expect(await written(other, name, { ex })).toBe(await written(quads, name, { ex }));
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    'turtle',
    'n-triples',
    'n-quads',
    'trig',
  ])('%s keeps literals apart that differ in direction', async (name) => {
    const quads = await read(`<${ex}a> <${ex}p> "x"@he--rtl, "x"@he--ltr, "x"@he .`);
    expect(await written([...quads].reverse(), name)).toBe(await written(quads, name));
    expect(
      (await roundTrip(quads, name)).map(({ object }) => (object as { direction?: string }).direction ?? '').sort(),
    ).toEqual(['', 'ltr', 'rtl']);
  });

  test.each(['turtle', 'n-triples', 'n-quads', 'trig'])('%s says triple terms', async (name) => {
    const quads = await read(`PREFIX : <${ex}> :a :p "x"@en {| :by :b |} . :c :says <<( :a :p <<( :d a :e )>> )>> .`);
    const same = (list: readonly Quad[]): Quad[] => list.filter(({ subject }) => subject.termType !== 'BlankNode');
    const again = await roundTrip(quads, name);
    expect(again).toHaveLength(4);
    expect(same(again)).toHaveLength(2);
    expect(await canonical(same(again))).toBe(await canonical(same(quads)));
    expect(
      again.filter(
        ({ predicate, object }) => predicate.value === rdf('reifies') && (object.termType as string) === 'Quad',
      ),
    ).toHaveLength(1);
  });

  test.each(names)('%s says lists, whole, shared and broken', async (name) => {
    const quads = await read(`PREFIX : <${ex}> PREFIX rdf: <${rdf('')}>
      :a :p ( 1 "two"@en :three ), () . :b :p ( ( 1 ) ( 2 ) ) .
      :c :p _:l . :d :p _:l . _:l rdf:first 1 ; rdf:rest rdf:nil .
      :e :p _:m . _:m rdf:first 1, 2 ; rdf:rest rdf:nil .
      :f :p _:n . _:n rdf:first 1 ; rdf:rest _:o . _:o rdf:first 2 ; rdf:rest _:n .
      :g :p _:q . _:q rdf:first 1 ; rdf:rest rdf:nil ; :more 2 .`);
    expect(await canonical(await roundTrip(quads, name))).toBe(await canonical(quads));
  });

  test.each(
    names.filter((name) => format(name).graphs),
  )('%s says a list that is divided over two graphs, or says that it cannot', async (name) => {
    const quads = await read(
      `PREFIX : <${ex}> PREFIX rdf: <${rdf('')}>
      :g { :a :p _:l . _:l rdf:first 1 } :h { _:l rdf:rest rdf:nil . :b :p _:l }
      :i { :a :p _:m } :j { _:m rdf:first 1 ; rdf:rest rdf:nil }`,
      'trig',
    );
    // JSON-LD writes a list inside what refers to it, and so cannot.
    if (name === 'json-ld') await expect(roundTrip(quads, name)).rejects.toThrow(NotExpressible);
    else expect(await canonical(await roundTrip(quads, name))).toBe(await canonical(quads));
  });

  test.each(
    names.flatMap((name) => ['{"a":1}', '{ "b" : 1, "a" : 1.0 }', 'no JSON'].map((value) => [name, value] as const)),
  )('%s says the JSON literal %s as it is written, or says that it cannot', async (name, value) => {
    const quads = [
      quad(namedNode(`${ex}a`), namedNode(`${ex}p`), literal(value, namedNode(rdf('JSON')))),
    ] as unknown as Quad[];
    if (name === 'json-ld' && value !== '{"a":1}') {
      await expect(roundTrip(quads, name)).rejects.toThrow(NotExpressible);
      return;
    }
    const [only] = await roundTrip(quads, name);
    const object = only?.object as Literal | undefined;
    expect([object?.value, object?.datatype.value]).toEqual([value, rdf('JSON')]);
  });

  test.each(names)('%s of no quads is an empty graph', async (name) => {
    expect(await roundTrip([], name)).toEqual([]);
  });

  test.each([
    ['a triple term', `<${ex}a> <${ex}p> <<( <${ex}a> <${ex}p> "x" )>> .`],
    ['a direction', `<${ex}a> <${ex}p> "x"@he--rtl .`],
  ])('JSON-LD refuses %s instead of leaving it out', async (_, text) => {
    const quads = await read(text);
    await expect(written(quads, 'json-ld')).rejects.toThrow(NotExpressible);
  });

  test.each<[string, string]>([
    ['a predicate that ends in a digit', `<${ex}a> <${ex}123> "x" .`],
    ['a predicate that ends in a slash', `<${ex}a> <${ex}p/> "x" .`],
    ['a predicate that is all name', '<http://example.org/a> <p:> "x" .'],
    ['a null character', `<${ex}a> <${ex}p> "\\u0000" .`],
    ['an escape character', `<${ex}a> <${ex}p> "\\u001B" .`],
    ['a character that is none', `<${ex}a> <${ex}p> "\\uFFFF" .`],
    ['a triple term', `<${ex}a> <${ex}p> <<( <${ex}a> <${ex}p> "x" )>> .`],
    ['a direction', `<${ex}a> <${ex}p> "x"@he--rtl .`],
    // RDF 1.1 XML Syntax, section 7.2.5: names that cannot be property elements, or that mean something else there.
    ['the predicate rdf:li, which would be counted', `<${ex}a> <${rdf('li')}> "x" .`],
    ['the predicate rdf:Description', `<${ex}a> <${rdf('Description')}> "x" .`],
    ['the predicate rdf:RDF', `<${ex}a> <${rdf('RDF')}> "x" .`],
    ['the predicate rdf:about', `<${ex}a> <${rdf('about')}> "x" .`],
    // Namespaces in XML 1.0, section 3: these two namespaces cannot be declared at will.
    ['a predicate in the namespace of xmlns', `<${ex}a> <http://www.w3.org/2000/xmlns/p> "x" .`],
    // XML 1.0, section 2.3: letters by Unicode, but not by XML.
    ['a predicate that ends in a letter unknown to XML', `<${ex}a> <${ex}\u00B5> "x" .`],
  ])('RDF/XML refuses %s', async (_, text) => {
    const quads = await read(text);
    expect(quads).toHaveLength(1);
    expect(() => format('rdf-xml').write(quads, {})).toThrow(NotExpressible);
  });

  test.each<[string, Record<string, string>]>([
    ['an empty prefix', { '': 'http://one.example/' }],
    ['a prefix like those made up', { ns1: 'http://two.example/', ns2: 'http://one.example/' }],
  ])('RDF/XML takes %s', async (_, known) => {
    const quads = await read(
      '<http://a> <http://one.example/p> 1 ; <http://two.example/p> 2 ; <http://three.example/p> 3 .',
    );
    expect(await canonical(await roundTrip(quads, 'rdf-xml', known))).toBe(await canonical(quads));
  });

  test('prefixes that are not used are not declared', async () => {
    const text = await written(await read(`<${ex}a> <${ex}p> "x" .`), 'turtle', { ex, other: 'http://other.example/' });
    expect(text).toContain('@prefix ex:');
    expect(text).not.toContain('other');
  });
});

describe('canonical N-Quads', () => {
  const relabelled = (quads: readonly Quad[], start = 'other'): Quad[] => {
    const labels = new Map<string, string>();
    const rename = (term: Term): Term => {
      if (term.termType !== 'BlankNode') return term;
      const label = labels.get(term.value) ?? `${start}${9 - labels.size}`;
      labels.set(term.value, label);
      return blankNode(label) as unknown as Term;
    };
    return [...quads]
      .reverse()
      .map(
        (q) =>
          quad(
            ...([q.subject, q.predicate, q.object, q.graph].map(rename) as [never, never, never, never]),
          ) as unknown as Quad,
      );
  };

  // With labels as canonical N-Quads have them, read again, the head of a list fell together with one of its cells.
  test.each([
    'other',
    'c14n',
  ])('are the same for datasets that differ in order and in labels only: %s', async (start) => {
    await fc.assert(
      fc.asyncProperty(datasets, async (quads) => {
        expect(await canonicalNQuads(relabelled(quads, start))).toBe(await canonicalNQuads(quads));
      }),
      { numRuns: 300 },
    );
  });

  test('are the same for a dataset that says a quad twice', async () => {
    await fc.assert(
      fc.asyncProperty(datasets, async (quads) => {
        const again = quads.map(
          ({ subject, predicate, object, graph }) =>
            quad(subject as never, predicate as never, object as never, graph as never) as unknown as Quad,
        );
        expect(await canonicalNQuads([...quads, ...again])).toBe(await canonicalNQuads(quads));
      }),
      { numRuns: 300 },
    );
  });

  test('are what RDFC-1.0 gives for the whole dataset', async () => {
    await fc.assert(
      fc.asyncProperty(datasets, async (quads) => {
        const reference = await canonize.canonize(quads, {
          algorithm: 'RDFC-1.0',
          format: 'application/n-quads',
          maxWorkFactor: 3,
        } as Parameters<typeof canonize.canonize>[1]);
        expect(await canonicalNQuads(quads)).toBe(reference);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['an object', '_:a <http://p> "1" .', '_:a <http://p> "2" .'],
    ['a language', '_:a <http://p> "1"@en .', '_:a <http://p> "1"@nl .'],
    ['a datatype', '_:a <http://p> "1" .', `_:a <http://p> "1"^^<${xsd('integer')}> .`],
    ['a graph', '_:a <http://p> "1" <http://g> .', '_:a <http://p> "1" <http://h> .'],
    [
      'the shape around blank nodes',
      '_:a <http://p> _:b . _:b <http://p> _:a .',
      '_:a <http://p> _:a . _:b <http://p> _:b .',
    ],
    [
      'a triple term',
      '<http://a> <http://p> <<( <http://a> <http://p> "1" )>> .',
      '<http://a> <http://p> <<( <http://a> <http://p> "2" )>> .',
    ],
  ])('differ when %s differs', async (_, one, other) => {
    expect(await canonicalNQuads(await read(one, 'n-quads'))).not.toBe(
      await canonicalNQuads(await read(other, 'n-quads')),
    );
  });

  test('are sorted by code point, not by UTF-16 unit', async () => {
    const quads = await read('<http://\uFF21> <http://p> "1" . <http://\u{1F600}> <http://p> "1" .');
    expect([...(await canonicalNQuads(quads)).matchAll(/^<http:\/\/(.)>/gmu)].map(([, c]) => c)).toEqual([
      '\uFF21',
      '\u{1F600}',
    ]);
  });

  test('of nothing are nothing', async () => {
    expect(await canonicalNQuads([])).toBe('');
  });

  test('a SHA-256 is in lower-case hexadecimal', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(new TextEncoder().encode('abc'))).toBe(sha256('abc'));
  });
});

describe('the table of formats', () => {
  test.each([
    ['ttl', 'turtle'],
    ['turtle', 'turtle'],
    ['text/turtle', 'turtle'],
    ['TTL', 'turtle'],
    ['trig', 'trig'],
    ['nt', 'n-triples'],
    ['nq', 'n-quads'],
    ['rdf', 'rdf-xml'],
    ['owl', 'rdf-xml'],
    ['xml', 'rdf-xml'],
    ['application/rdf+xml', 'rdf-xml'],
    ['jsonld', 'json-ld'],
    ['json', 'json-ld'],
    ['application/ld+json', 'json-ld'],
  ])('%s is %s', (word, name) => {
    expect(findFormat(word)?.name).toBe(name);
  });

  test.each(['', 'txt', 'html', 'text/html'])('%j is no format', (word) => {
    expect(findFormat(word)).toBeUndefined();
  });

  test('no name, media type or ending stands for two formats', () => {
    const words = all.flatMap((each) => [...new Set([each.name, each.mediaType, ...each.aliases, each.extension])]);
    expect([...new Set(words)]).toEqual(words);
  });
});
