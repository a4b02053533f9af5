import { relabel, skolemIri } from '../skolem.ts';

/** A term in SPARQL 1.1 Query Results JSON (section 3.2.2), triple terms included (SPARQL 1.2). */
interface JsonTerm {
  readonly type: string;
  readonly value: string | { readonly subject: JsonTerm; readonly predicate: JsonTerm; readonly object: JsonTerm };
}

/** Says that a text is no SPARQL results in JSON. */
export class NotResults extends Error {}

/**
 * Rows, or a truth value, in SPARQL 1.1 Query Results JSON, checked, with IRIs for blank nodes; `document` tells answers
 * apart. Throws {@link NotResults}.
 */
export function skolemizeResults(text: string, document: string): string {
  const label = relabel(document);
  const check = (term: unknown): JsonTerm => {
    const { type, value } = (term ?? {}) as JsonTerm;
    if (type === 'triple' && typeof value === 'object') {
      const [subject, predicate, object] = [value.subject, value.predicate, value.object].map(check);
      return { type, value: { subject, predicate, object } } as JsonTerm;
    }
    if (typeof value !== 'string' || !['uri', 'literal', 'typed-literal', 'bnode'].includes(type))
      throw new NotResults();
    return type === 'bnode' ? { type: 'uri', value: skolemIri(label(value)) } : (term as JsonTerm);
  };
  const { head, results, boolean } = parse(text);
  // Comunica asks by ASK whether a branch of a UNION can be left out.
  if (typeof boolean === 'boolean') return JSON.stringify({ head: {}, boolean });
  if (!Array.isArray(results?.bindings)) throw new NotResults();
  const bindings = results.bindings.map((row: unknown) => {
    if (typeof row !== 'object' || row === null) throw new NotResults();
    return Object.fromEntries(Object.entries(row).map(([variable, term]) => [variable, check(term)]));
  });
  return JSON.stringify({ head: { vars: head?.vars ?? [] }, results: { bindings } });
}

function parse(text: string): { head?: { vars?: unknown }; results?: { bindings?: unknown }; boolean?: unknown } {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {}
  throw new NotResults();
}
