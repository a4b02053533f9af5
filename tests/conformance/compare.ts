import type { Literal, Quad, Term } from '@rdfjs/types';
import { type IQueryResult, type IQueryResultBindings, QueryResultQuads } from 'rdf-test-suite';
import { blankNode, literal, namedNode, quad, xsd } from '../../src/rdf/terms.ts';

/**
 * An expected result that compares more strictly than the runner does, which takes `"x"@en` for `"x"`, 1 for 1.0, and
 * rows whose blank nodes it cannot sort for different ones: here rows are equal if they are as graphs, up to the labels
 * of blank nodes. Numbers and booleans are equal if datatype and value are.
 */
export function strict(expected: IQueryResult): IQueryResult {
  return {
    ...expected,
    toString: () => expected.toString(),
    equals: (actual, duplicatesMayVary = false) => {
      if (expected.type === 'boolean') return expected.equals(actual);
      if (expected.type === 'quads')
        return actual.type === 'quads' && isomorphic(expected.value.map(normalQuad), actual.value.map(normalQuad));
      return actual.type === 'bindings' && sameRows(expected, actual, duplicatesMayVary);
    },
  } as IQueryResult;
}

const isomorphic = (one: readonly Quad[], other: readonly Quad[]): boolean =>
  new QueryResultQuads(one as never).equals(new QueryResultQuads(other as never));

type Row = Readonly<Record<string, Term>>;

function sameRows(expected: IQueryResultBindings, actual: IQueryResultBindings, duplicatesMayVary: boolean): boolean {
  if ([...expected.variables].sort().join() !== [...actual.variables].sort().join()) return false;
  const [wanted, got] = [expected.value as Row[], actual.value as Row[]];
  if (duplicatesMayVary) {
    // REDUCED: each row at least once, and no more often than without REDUCED.
    if (got.length > wanted.length) return false;
    return isomorphic(describe(distinct(wanted), false), describe(distinct(got), false));
  }
  return (
    wanted.length === got.length &&
    isomorphic(describe(wanted, expected.checkOrder), describe(got, expected.checkOrder))
  );
}

/** Rows as a graph: a blank node for each row, with its values, and its place where the order counts. */
function describe(rows: readonly Row[], ordered: boolean): Quad[] {
  return rows.flatMap((row, index) => {
    const subject = blankNode(`row-${index}`);
    const about = (predicate: string, object: Term): Quad =>
      quad(subject, namedNode(`urn:result:${predicate}`), object as never) as unknown as Quad;
    return [
      about('place', literal(ordered ? String(index) : '')),
      ...Object.entries(row).map(([variable, value]) => about(variable.slice(1), normal(value))),
    ];
  });
}

const distinct = (rows: readonly Row[]): Row[] => [
  ...new Map(
    rows.map((row) => [
      JSON.stringify(
        Object.entries(row)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => [name, normal(value)]),
      ),
      row,
    ]),
  ).values(),
];

function normal(term: Term): Term {
  if (term.termType === 'Quad') return normalQuad(term as Quad) as never;
  // Other blank nodes than those that stand for rows.
  if (term.termType === 'BlankNode') return blankNode(`value-${term.value}`) as Term;
  return term.termType === 'Literal' ? normalLiteral(term) : term;
}

const normalQuad = ({ subject, predicate, object, graph }: Quad): Quad =>
  quad(normal(subject) as never, predicate as never, normal(object) as never, graph as never) as unknown as Quad;

const integers = new Set(
  [
    'integer',
    'nonNegativeInteger',
    'nonPositiveInteger',
    'positiveInteger',
    'negativeInteger',
    'long',
    'int',
    'short',
    'byte',
    'unsignedLong',
    'unsignedInt',
    'unsignedShort',
    'unsignedByte',
  ].map(xsd),
);

function normalLiteral(term: Literal): Term {
  const { value, datatype, language, direction } = term;
  if (language)
    return literal(value, { language: language.toLowerCase(), direction: direction || undefined } as never) as Term;
  return (
    literal(value, datatype as never) && (literal(canonical(value, datatype.value), namedNode(datatype.value)) as Term)
  );
}

/** The number or boolean that a text stands for, written in one way; any other text as it is. */
function canonical(text: string, datatype: string): string {
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text);
  if (integers.has(datatype) && /^[+-]?\d+$/.test(text)) return String(BigInt(text.replace(/^\+/, '')));
  if (datatype === xsd('decimal') && number)
    return text
      .replace(/^\+/, '')
      .replace(/^(-?)0+(?=\d)/, '$1')
      .replace(/^(-?)\./, '$10.')
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, '');
  if ((datatype === xsd('double') || datatype === xsd('float')) && !Number.isNaN(Number(text)))
    return String(Number(text));
  if (datatype === xsd('boolean')) return { '1': 'true', '0': 'false' }[text] ?? text;
  return text;
}
