import type { Prefixes } from '../rdf/write-turtle.ts';

interface JsonTerm {
  readonly type: string;
  readonly value: string;
  readonly 'xml:lang'?: string;
}

/** SPARQL JSON results as a table for a terminal, IRIs shortened by prefixes. */
export function formatTable(json: string, prefixes: Prefixes): string {
  const { head, results, boolean } = JSON.parse(json) as {
    head: { vars?: string[] };
    results?: { bindings: Record<string, JsonTerm>[] };
    boolean?: boolean;
  };
  if (boolean !== undefined) return `${boolean}\n`;
  const columns = head.vars ?? [];
  const rows = (results?.bindings ?? []).map((row) => columns.map((column) => show(row[column], prefixes)));
  return layOut(columns, rows);
}

/** A table in columns of equal width, with a line under its head. */
export function layOut(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')}\n`;
}

function show(term: JsonTerm | undefined, prefixes: Prefixes): string {
  if (!term) return '';
  if (term.type === 'uri') {
    const found = Object.entries(prefixes).find(([, namespace]) => term.value.startsWith(namespace));
    return found ? `${found[0]}:${term.value.slice(found[1].length)}` : term.value;
  }
  return term.type === 'bnode' ? `_:${term.value}` : term.value.replace(/\s+/g, ' ');
}
