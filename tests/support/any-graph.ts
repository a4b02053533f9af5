import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import { blankNode, literal, namedNode, quad, rdf, xsd } from '../../src/rdf/terms.ts';
import { writeNQuads } from '../../src/rdf/write-turtle.ts';

// Generated graphs: few terms, so that they meet often.

/** The namespace of most terms. */
export const ex = 'http://example.org/';
const iriEnd = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'b',
    'a/b#c',
    "o'neil",
    '(x)',
    'é',
    '\u{1F600}',
    'x?q=1&r=2',
    '%20',
    'a,b;c',
    '~',
    '_',
    '-',
    '*!$@',
  ),
  fc.string({ unit: fc.constantFrom(..."abcXYZ019-._~!$&'()*+,;=:@/?éß中"), maxLength: 8 }).map((end) => `x${end}x`),
);
export const iri = fc.oneof(
  iriEnd.map((end) => ex + end),
  fc.constantFrom(
    'urn:uuid:0',
    'mailto:a@example.org',
    'http://example.org',
    'http://other.example/ns#b',
    xsd('integer'),
  ),
);
const nameEnd = fc.constantFrom('p', 'q', 'a/b#c', '1p', 'é', '_x', 'p-1', 'p.1', 'a%20b', 'x·y', '中');
export const property = fc.oneof(
  nameEnd.map((end) => ex + end),
  fc.constantFrom(rdf('type'), rdf('value'), rdf('_1'), 'http://other.example/ns#b', 'urn:p:q', 'http://ns0.example/p'),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '',
    ' ',
    ' a ',
    '\n',
    '\r',
    '\r\n',
    '\t',
    '"',
    '"""',
    "'''",
    '\\',
    '\\n',
    '\\u0041',
    'a"',
    '<b>&amp;</b>',
    ']]>',
  ),
);
const language = fc.constantFrom('en', 'nl', 'nl-NL', 'zh-Hant', 'de-CH-1996', 'EN-us');
const datatype = fc.constantFrom(
  ...['integer', 'boolean', 'decimal', 'double', 'date', 'dateTime', 'gYear', 'string', 'anyURI'].map(xsd),
  `${ex}type`,
  rdf('HTML'),
  rdf('XMLLiteral'),
);
const lexical = fc.oneof(
  text,
  fc.constantFrom('1', '007', '+1', '-1', '1.0', '1e0', 'true', '0', 'INF', '2020', '99999999999999999999'),
);
export const literalTerm = fc.oneof(
  text.map((value) => literal(value)),
  fc.tuple(text, language).map(([value, tag]) => literal(value, tag)),
  fc.tuple(lexical, datatype).map(([value, type]) => literal(value, namedNode(type))),
);
const blank = fc.constantFrom('a', 'b', 'a.b', 'a_2e_b', 'n3-0', 'é', '0').map((label) => blankNode(label));
export const node = fc.oneof(
  { weight: 3, arbitrary: iri.map((value) => namedNode(value)) },
  { weight: 2, arbitrary: blank },
);
export const triple = fc
  .tuple(node, property, fc.oneof(node, literalTerm))
  .map(([s, p, o]) => quad(s as never, namedNode(p), o as never) as unknown as Quad);
// Sets, as the writers and the canonical form take them.
export const unique = { maxLength: 8, selector: (each: Quad) => writeNQuads([each]) };
/** Any graph of some triples. */
export const graphs = fc.uniqueArray(triple, unique);
