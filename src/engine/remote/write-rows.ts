import { encodeBoolean, encodeRows } from '../answers.ts';
import type { ResultFormat } from '../engine.ts';

/** A term in SPARQL 1.1 Query Results JSON (section 3.2.2), and a triple term as SPARQL 1.2 has it. */
type Term =
  | { readonly type: 'uri' | 'bnode'; readonly value: string }
  | {
      /** Some servers still write the name of 2007, `typed-literal`. */
      readonly type: 'literal' | 'typed-literal';
      readonly value: string;
      readonly datatype?: string;
      readonly 'xml:lang'?: string;
    }
  | { readonly type: 'triple'; readonly value: Readonly<Record<'subject' | 'predicate' | 'object', Term>> };

/** What is in SPARQL's results in JSON. */
export interface Results {
  readonly head: { readonly vars?: readonly string[] };
  readonly boolean?: boolean;
  readonly results?: { readonly bindings: readonly Readonly<Record<string, Term>>[] };
}

/** Reads results in JSON. Throws SyntaxError for what is none. */
export function readResults(text: string): Results {
  const found = JSON.parse(text) as Partial<Results> | null;
  const rows = Array.isArray(found?.results?.bindings) && Array.isArray(found.head?.vars ?? []);
  if (!rows && typeof found?.boolean !== 'boolean') throw new SyntaxError('These are no results of SPARQL.');
  return asAsked({ ...found, head: found?.head ?? {} });
}

// Virtuoso up to 7.2.5 answers an ASK with a row of one number.
function asAsked(found: Results): Results {
  const [variable, ...more] = found.head.vars ?? [];
  if (variable !== '__ASK_RETVAL' || more.length) return found;
  const value = found.results?.bindings[0]?.[variable]?.value;
  return { head: {}, boolean: value !== undefined && value !== '0' };
}

/** Results in another format, for an engine that does not write it. */
export function writeResults(results: Results, format: ResultFormat): Uint8Array {
  if (results.boolean !== undefined) return encodeBoolean(results.boolean, format.name);
  const variables = results.head.vars ?? [];
  const rows = (results.results?.bindings ?? []).map((row) => variables.map((name) => row[name]));
  return encodeRows(writers[format.name](variables, rows), format);
}

type Rows = readonly (readonly (Term | undefined)[])[];

const writers: Readonly<Record<ResultFormat['name'], (variables: readonly string[], rows: Rows) => string>> = {
  json: (vars, rows) =>
    JSON.stringify({
      head: { vars },
      results: {
        bindings: rows.map((row) => Object.fromEntries(vars.flatMap((name, at) => (row[at] ? [[name, row[at]]] : [])))),
      },
    }),
  xml: writeXml,
  // SPARQL 1.1 Query Results CSV and TSV, sections 3 and 4.
  csv: (variables, rows) =>
    [variables, ...rows.map((row) => row.map(csvTerm))].map((row) => `${row.map(quoteCsv).join(',')}\r\n`).join(''),
  tsv: (variables, rows) =>
    [variables.map((name) => `?${name}`), ...rows.map((row) => row.map(tsvTerm))]
      .map((row) => `${row.join('\t')}\n`)
      .join(''),
};

function csvTerm(term: Term | undefined): string {
  if (!term) return '';
  if (term.type === 'triple') return tsvTerm(term);
  return term.type === 'bnode' ? `_:${term.value}` : term.value;
}

const quoteCsv = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

function tsvTerm(term: Term | undefined): string {
  if (!term) return '';
  switch (term.type) {
    case 'uri':
      return `<${term.value}>`;
    case 'bnode':
      return `_:${term.value}`;
    case 'triple': {
      const { subject, predicate, object } = term.value;
      return `<<( ${tsvTerm(subject)} ${tsvTerm(predicate)} ${tsvTerm(object)} )>>`;
    }
    default: {
      const quoted = `"${term.value.replace(/[\\"\t\n\r]/g, (sign) => escapes[sign] ?? sign)}"`;
      if (term['xml:lang'] !== undefined) return `${quoted}@${term['xml:lang']}`;
      return term.datatype === undefined ? quoted : `${quoted}^^<${term.datatype}>`;
    }
  }
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

// SPARQL Query Results XML, section 2.
function writeXml(variables: readonly string[], rows: Rows): string {
  const head = variables.map((name) => `<variable name="${escapeXml(name)}"/>`).join('');
  const results = rows.map((row) => {
    const bindings = row.map((term, at) =>
      term ? `<binding name="${escapeXml(variables[at] ?? '')}">${xmlTerm(term)}</binding>` : '',
    );
    return `<result>${bindings.join('')}</result>`;
  });
  return `<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>${head}</head><results>${results.join('')}</results></sparql>`;
}

function xmlTerm(term: Term): string {
  switch (term.type) {
    case 'triple': {
      const { subject, predicate, object } = term.value;
      return `<triple><subject>${xmlTerm(subject)}</subject><predicate>${xmlTerm(predicate)}</predicate><object>${xmlTerm(object)}</object></triple>`;
    }
    case 'uri':
    case 'bnode':
      return `<${term.type}>${escapeXml(term.value)}</${term.type}>`;
    default: {
      const language = term['xml:lang'] === undefined ? '' : ` xml:lang="${escapeXml(term['xml:lang'])}"`;
      const datatype = term.datatype === undefined ? '' : ` datatype="${escapeXml(term.datatype)}"`;
      return `<literal${language || datatype}>${escapeXml(term.value)}</literal>`;
    }
  }
}

const escapeXml = (text: string): string =>
  text.replace(/[<>&"]/g, (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[sign] ?? sign);
