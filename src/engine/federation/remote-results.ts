/** A term in SPARQL 1.1 Query Results JSON (section 3.2.2), triple terms included (SPARQL 1.2). */
interface JsonTerm {
  readonly type: string;
  readonly value: string | { readonly subject: JsonTerm; readonly predicate: JsonTerm; readonly object: JsonTerm };
}

/** Says that a text is no SPARQL results in JSON. */
export class NotResults extends Error {}

/**
 * Rows in SPARQL 1.1 Query Results JSON, checked, with its blank nodes renamed: those of different answers are different
 * nodes, whatever their labels, and none is one of ours. Throws {@link NotResults}.
 */
export function renameInResults(text: string, prefix: string): string {
  const labels = new Map<string, string>();
  const rename = (term: unknown): JsonTerm => {
    const { type, value } = (term ?? {}) as JsonTerm;
    if (type === 'triple' && typeof value === 'object') {
      const [subject, predicate, object] = [value.subject, value.predicate, value.object].map(rename);
      return { type, value: { subject, predicate, object } } as JsonTerm;
    }
    if (typeof value !== 'string' || !['uri', 'literal', 'typed-literal', 'bnode'].includes(type))
      throw new NotResults();
    if (type !== 'bnode') return term as JsonTerm;
    const label = labels.get(value) ?? `${prefix}${labels.size}`;
    labels.set(value, label);
    return { type, value: label };
  };
  const { head, results } = parse(text);
  if (!Array.isArray(results?.bindings)) throw new NotResults();
  const bindings = results.bindings.map((row: unknown) => {
    if (typeof row !== 'object' || row === null) throw new NotResults();
    return Object.fromEntries(Object.entries(row).map(([variable, term]) => [variable, rename(term)]));
  });
  return JSON.stringify({ head: { vars: head?.vars ?? [] }, results: { bindings } });
}

function parse(text: string): { head?: { vars?: unknown }; results?: { bindings?: unknown } } {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {}
  throw new NotResults();
}
