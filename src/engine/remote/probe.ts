import type { Quad } from '@rdfjs/types';
import Papa from 'papaparse';
import { type Format, formats } from '../../rdf/formats.ts';
import { readRdf } from '../../rdf/read.ts';
import { type ResultFormat, resultFormats } from '../engine.ts';
import { endOfRows } from './limited-body.ts';
import { readResults } from './write-rows.ts';

/** What a remote server can write, so that it can be passed on. */
export interface RemoteFormats {
  readonly rows: ReadonlySet<ResultFormat['name']>;
  readonly graphs: ReadonlySet<'n-triples' | 'turtle'>;
}

/** Asks for a text in a media type: gives what came, or undefined where it is not answered so. */
export type Ask = (query: string, accepted: readonly string[]) => Promise<string | undefined>;

const iri = 'http://example.org/a';
/** What goes wrong most often: quotes, separators, line ends, languages, letters beyond ASCII. */
const written = 'a\\t"b\\n,é';
const read = 'a\t"b\n,é';
const select = `SELECT ?i ?l ?n { VALUES (?i ?l ?n) { (<${iri}> "${written.replaceAll('"', '\\"')}"@nl UNDEF) } }`;
const construct = `CONSTRUCT { <${iri}> <${iri}> "${written.replaceAll('"', '\\"')}"@nl } { }`;

const unquote = (text: string): string => text.trimEnd().replaceAll('\r\n', '\n');

/** Whether an answer to the SELECT above is as its format has it. */
const isValid: Readonly<Record<ResultFormat['name'], (text: string) => boolean>> = {
  json: (text) => {
    const [row] = readResults(text).results?.bindings ?? [];
    const { i, l, n } = row ?? {};
    return i?.type === 'uri' && i.value === iri && l?.value === read && 'xml:lang' in l && n === undefined;
  },
  xml: (text) =>
    /<(?:\w+:)?uri>http:\/\/example\.org\/a</.test(text) &&
    /xml:lang=["']nl["']/.test(text) &&
    !/"n"\s*>/.test(body(text)),
  // Quotes may stand around all of it.
  csv: (text) =>
    JSON.stringify(Papa.parse(text.trimEnd()).data) ===
    JSON.stringify([
      ['i', 'l', 'n'],
      [iri, read, ''],
    ]),
  tsv: (text) => unquote(text).replace(/\t$/, '') === `?i\t?l\t?n\n<${iri}>\t"${written.replaceAll('"', '\\"')}"@nl`,
};

const body = (xml: string): string => xml.slice(xml.indexOf('results'));

/**
 * Finds out in which formats a remote server answers as the standards have it. JSON for rows and N-Triples or Turtle for
 * graphs are needed; `missing` says which of these it lacks.
 */
export async function probeFormats(ask: Ask): Promise<RemoteFormats & { readonly missing: readonly string[] }> {
  const rows = new Set<ResultFormat['name']>();
  let readable = false;
  for (const { name, mediaType, aliases } of resultFormats) {
    const text = await ask(select, [mediaType, ...aliases]);
    if (text === undefined || !holds(() => isValid[name](text))) continue;
    if (name === 'json') readable = true;
    // Of JSON with more after the rows, nobody sees while it passes whether it is whole: it is read here.
    if (name !== 'json' || endOfRows.test(text)) rows.add(name);
  }
  const graphs = new Set<'n-triples' | 'turtle'>();
  for (const format of formats) {
    if (format.name !== 'n-triples' && format.name !== 'turtle') continue;
    const text = await ask(construct, [format.mediaType, ...format.aliases]);
    if (text !== undefined && (await isGraph(text, format))) graphs.add(format.name);
  }
  return {
    rows,
    graphs,
    missing: [
      ...(readable ? [] : ['rows as SPARQL 1.1 Query Results JSON']),
      ...(graphs.size ? [] : ['graphs as N-Triples or Turtle']),
    ],
  };
}

async function isGraph(text: string, format: Format): Promise<boolean> {
  try {
    const quads = await readRdf(text, format, { source: 'probe', baseIRI: iri });
    const [found] = quads as [Quad?];
    return quads.length === 1 && found?.subject.value === iri && found.object.value === read;
  } catch {
    return false;
  }
}

function holds(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}
