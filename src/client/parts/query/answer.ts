import type { AnswerKind } from '../../../html/snippets.ts';

/** A term as SPARQL's results in JSON have it. */
export interface Term {
  readonly type: 'uri' | 'literal' | 'bnode' | 'triple';
  /** The text; of a triple term its three terms. */
  readonly value: string | { readonly subject: Term; readonly predicate: Term; readonly object: Term };
  readonly 'xml:lang'?: string;
  readonly datatype?: string;
}

/** Rows of terms under column names: an answer to SELECT, or triples. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (Term | undefined)[])[];
}

/** What the endpoint has answered. */
export interface QueryAnswer {
  readonly kind: AnswerKind;
  /** SPARQL results in JSON, or Turtle. */
  readonly body: string;
}

interface JsonResults {
  readonly head: { readonly vars?: readonly string[] };
  readonly results?: { readonly bindings: readonly Readonly<Record<string, Term>>[] };
  readonly boolean?: boolean;
}

/** The rows of an answer to SELECT. */
export function readRows({ body }: QueryAnswer): Rows {
  const { head, results } = JSON.parse(body) as JsonResults;
  const columns = head.vars ?? [];
  return { columns, rows: (results?.bindings ?? []).map((row) => columns.map((name) => row[name])) };
}

/** The answer to ASK. */
export const readBoolean = ({ body }: QueryAnswer): boolean => (JSON.parse(body) as JsonResults).boolean === true;

/** The triples of a graph in Turtle. The parser is fetched when the first graph comes. */
export async function readTriples({ body }: QueryAnswer, columns: readonly string[]): Promise<Rows> {
  const { parseTurtle } = await import('./turtle.ts');
  return { columns, rows: parseTurtle(body) };
}

/** What the text of a term is for whoever reads or sorts it. */
export function textOf(term: Term | undefined): string {
  if (term === undefined) return '';
  if (typeof term.value === 'string') return term.type === 'bnode' ? `_:${term.value}` : term.value;
  const { subject, predicate, object } = term.value;
  return `<< ${textOf(subject)} ${textOf(predicate)} ${textOf(object)} >>`;
}

const numeric =
  /#(?:integer|decimal|double|float|(?:non)?(?:positive|negative)Integer|(?:unsigned)?(?:int|long|short|byte)|(?:unsigned)(?:Int|Long|Short|Byte))$/i;

/** The number that a term stands for, if it is one. */
export function numberOf(term: Term | undefined): number | undefined {
  if (term?.type !== 'literal' || !numeric.test(term.datatype ?? '')) return undefined;
  const number = Number(term.value);
  return Number.isNaN(number) ? undefined : number;
}
