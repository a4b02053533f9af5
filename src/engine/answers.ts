import type { Quad } from '@rdfjs/types';
import { type Format, type FormatName, findFormat, formats } from '../rdf/formats.ts';
import { NotExpressible } from '../rdf/not-expressible.ts';
import { readNQuads } from '../rdf/read.ts';
import { ntriplesToTurtle, sortNTriples } from '../rdf/rewrite-ntriples.ts';
import type { Prefixes } from '../rdf/write-turtle.ts';
import { QueryFault, type QueryRequest, type QueryResult, type ResultFormat, resultFormats } from './engine.ts';

/** UTF-8 bytes of a text. */
export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(', ');

/** The format in which the client takes the answer to a SELECT or ASK; throws if there is none. */
export function requireResultFormat({ resultFormat }: QueryRequest): ResultFormat {
  const format = resultFormats.find(({ name }) => name === resultFormat);
  if (format) return format;
  throw new QueryFault(
    'not-acceptable',
    `A SELECT or ASK query is answered in ${names(resultFormats)}, and in no other format.`,
  );
}

// What is none of the characters that an XML document has, not even as a reference (XML 1.0, section 2.2).
const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Rows or a boolean, as an engine has written them, in bytes; throws if the format cannot have what it wrote. */
export function encodeRows(text: string, { name }: ResultFormat): Uint8Array {
  if (name !== 'xml') return encode(text);
  if (notInXml.test(text))
    throw new QueryFault(
      'not-acceptable',
      'A value has a control character, which XML cannot have. Ask for JSON, CSV or TSV.',
    );
  // Readers of XML take a bare carriage return for a line feed (section 2.11).
  return encode(text.replaceAll('\r', '&#xD;'));
}

/** The answer to an ASK, in bytes. */
export const encodeBoolean = (answer: boolean, name: ResultFormat['name']): Uint8Array =>
  encode(booleans[name](answer));

const booleans: Readonly<Record<ResultFormat['name'], (answer: boolean) => string>> = {
  json: (answer) => JSON.stringify({ head: {}, boolean: answer }),
  xml: (answer) =>
    `<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>${answer}</boolean></sparql>`,
  csv: String,
  tsv: String,
};

/** The format in which the client takes the answer to a CONSTRUCT or DESCRIBE; throws if there is none. */
export function requireGraphFormat({ graphFormat }: QueryRequest): Format {
  const format = graphFormat && findFormat(graphFormat);
  if (format) return format;
  throw new QueryFault(
    'not-acceptable',
    `A CONSTRUCT or DESCRIBE query is answered in ${names(formats)}, and in no other format.`,
  );
}

/** A graph, written in the format that the client takes; throws if there is none or if it cannot say the graph. */
export async function writeGraph(
  request: QueryRequest,
  ask: () => readonly Quad[] | Promise<readonly Quad[]>,
): Promise<QueryResult> {
  const format = requireGraphFormat(request);
  const quads = await ask();
  try {
    return {
      kind: 'graph',
      mediaType: format.mediaType,
      body: encode(await format.write(quads, request.prefixes)),
    };
  } catch (error) {
    if (error instanceof NotExpressible) throw new QueryFault('not-acceptable', error.message);
    throw error;
  }
}

/** Like {@link writeGraph}, of a graph that the engine itself has written as N-Triples. */
export async function rewriteGraph(request: QueryRequest, ask: () => string): Promise<QueryResult> {
  const { name, mediaType } = requireGraphFormat(request);
  const rewrite = rewriters[name as FormatName];
  if (!rewrite) return writeGraph(request, () => readNQuads(ask()));
  return { kind: 'graph', mediaType, body: encode(rewrite(ask(), request.prefixes)) };
}

// A graph without a name is the same text in formats with graphs.
const rewriters: Partial<Record<FormatName, (text: string, prefixes: Prefixes) => string>> = {
  'n-triples': sortNTriples,
  'n-quads': sortNTriples,
  turtle: ntriplesToTurtle,
  trig: ntriplesToTurtle,
};
