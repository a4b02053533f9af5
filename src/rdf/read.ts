import { Readable } from 'node:stream';
import type { Quad } from '@rdfjs/types';
import type { ParseError } from 'jsonc-parser';
import { Parser, StreamParser } from 'n3';
import { DataFactory } from 'rdf-data-factory';
import type { Format } from './formats.ts';
import { refuseRemoteContexts } from './write-jsonld.ts';

/** A place where a text breaks the syntax of its format. Lines and columns count from 1. */
export class SyntaxFault extends Error {
  readonly source: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly token: string | undefined;

  constructor(source: string, message: string, at: { line?: number; column?: number; token?: string } = {}) {
    super(message);
    this.source = source;
    this.line = at.line;
    this.column = at.column;
    this.token = at.token;
  }

  /** The fault in one line: file, line, column, what is wrong. */
  override toString(): string {
    return `${[this.source, this.line, this.column].filter((part) => part !== undefined).join(':')}: ${this.message}`;
  }
}

/** Where a text comes from and how its relative IRIs resolve. */
export interface Origin {
  /** Named in messages. */
  readonly source: string;
  readonly baseIRI: string;
  /** Finds the remote contexts of JSON-LD; without it they are refused. */
  readonly loadContext?: (address: string) => Promise<object>;
  /** Give blank nodes the labels of the text and nothing else, so that several texts can speak of the same. */
  readonly keepLabels?: boolean;
}

// Parsers are loaded when a file of their format is read: most processes read one or two formats.

/**
 * Reads RDF from a text. Turtle, TriG, N-Triples and N-Quads (RDF 1.2 syntax accepted), RDF/XML and JSON-LD.
 *
 * Blank nodes keep the labels of the text where it gives them: who puts several texts together keeps them apart.
 * Throws {@link SyntaxFault}.
 */
export async function readRdf(text: string, format: Format, origin: Origin): Promise<Quad[]> {
  switch (format.name) {
    case 'rdf-xml':
      return readRdfXml(text, origin);
    case 'json-ld':
      return readJsonLd(text, origin);
    default:
      return readTurtleFamily(text, format, origin);
  }
}

/** Reads N-Quads that a program wrote: blank nodes keep their labels, also across several texts. */
export const readNQuads = (text: string): Quad[] =>
  new Parser({ format: 'application/n-quads', blankNodePrefix: '_:' }).parse(text) as unknown as Quad[];

interface N3Token {
  readonly value?: string;
  readonly prefix?: string;
  readonly type?: string;
  readonly line: number;
  readonly start?: number;
  readonly end?: number;
}

function readTurtleFamily(text: string, format: Format, { source, baseIRI, keepLabels }: Origin): Quad[] {
  try {
    const parser = new Parser({ format: format.mediaType, baseIRI, ...(keepLabels ? { blankNodePrefix: '_:' } : {}) });
    return parser.parse(text) as unknown as Quad[];
  } catch (error) {
    const line = lineOf(error as N3Error);
    const content = line === undefined ? '' : text.split(/\r\n|\n|\r/)[line - 1];
    throw turtleFault(error as N3Error, content ?? '', source);
  }
}

/**
 * Reads a text of the Turtle family that comes in pieces, quad by quad. `lineAt` gives a line of it anew, for messages.
 * Throws {@link SyntaxFault}.
 */
export async function* streamTurtleFamily(
  pieces: AsyncIterable<string>,
  format: Format,
  { source, baseIRI }: Origin,
  lineAt: (line: number) => Promise<string>,
): AsyncGenerator<Quad> {
  const parser = new StreamParser({ format: format.mediaType, baseIRI });
  const reading = Readable.from(pieces);
  // A pipe hands on no errors.
  reading.on('error', (error) => parser.destroy(error));
  try {
    for await (const each of reading.pipe(parser as unknown as NodeJS.ReadWriteStream)) yield each as unknown as Quad;
  } catch (error) {
    if (!(error as N3Error).context) throw error;
    const line = lineOf(error as N3Error);
    throw turtleFault(error as N3Error, line === undefined ? '' : await lineAt(line), source);
  } finally {
    reading.destroy();
  }
}

type N3Error = Error & { context?: { token?: N3Token; line?: number; previousToken?: N3Token } };

const lineOf = ({ context }: N3Error): number | undefined => context?.line ?? context?.token?.line;

/** `content` is the line that it happened in. */
function turtleFault(error: N3Error, content: string, source: string): SyntaxFault {
  const { token, previousToken } = error.context ?? {};
  const line = lineOf(error);
  if (token?.start !== undefined && token.end !== undefined && token.end > token.start)
    return fault(source, error.message, {
      line,
      column: token.start + 1,
      token: content.slice(token.start, token.end),
    });
  // The lexer stopped: it names the first characters that it could not read, after the last token that it could.
  const after = previousToken?.line === line ? (previousToken?.end ?? 0) : 0;
  const rest = content.slice(after);
  const start = after + rest.length - rest.trimStart().length;
  return fault(source, error.message, { line, column: line && start + 1, token: content.slice(start).split(/\s/)[0] });
}

async function readRdfXml(text: string, { source, baseIRI }: Origin): Promise<Quad[]> {
  const { RdfXmlParser } = await import('rdfxml-streaming-parser');
  const parser = new RdfXmlParser({ baseIRI, trackPosition: true, dataFactory: new DataFactory() as never });
  try {
    return await collect(parser, text);
  } catch (error) {
    const { line, column, message } = error as Error & { line?: number; column?: number };
    // The XML parser beneath puts "line:column: " before its own messages; the RDF/XML parser says it in words.
    const [, saxLine, saxColumn, told] = /^(?:Line )?(\d+)(?::| column )(\d+): ([\s\S]*)$/.exec(message) ?? [];
    const at = { line: saxLine ? Number(saxLine) : line, column: saxColumn ? Number(saxColumn) : column };
    const content = at.line ? (text.split(/\r\n|\n|\r/)[at.line - 1] ?? '') : '';
    throw fault(source, (told ?? message).trim(), {
      ...at,
      token: /<[^<>]*>?$/.exec(content.slice(0, at.column))?.[0],
    });
  }
}

async function readJsonLd(text: string, { source, baseIRI, loadContext }: Origin): Promise<Quad[]> {
  try {
    JSON.parse(text);
  } catch {
    throw await jsonFault(text, source);
  }
  const { JsonLdParser } = await import('jsonld-streaming-parser');
  const parser = new JsonLdParser({
    baseIRI,
    dataFactory: new DataFactory() as never,
    documentLoader: { load: (loadContext ?? refuseRemoteContexts) as typeof refuseRemoteContexts },
  });
  try {
    return await collect(parser as never, text);
  } catch (error) {
    throw new SyntaxFault(source, (error as Error).message);
  }
}

/** What is wrong with a text that is no JSON, and where: the engine's own message tells the place only sometimes. */
export async function jsonFault(text: string, source: string): Promise<SyntaxFault> {
  const { parse, printParseErrorCode } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  const { offset, length } = first ?? { offset: text.length, length: 0 };
  const before = text.slice(0, offset).split('\n');
  const token = text.slice(offset, offset + Math.max(length, 1)).trim();
  return fault(source, `This is no JSON${first ? `: ${printParseErrorCode(first.error)}` : ''}.`, {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    token,
  });
}

// Names the token in the message too, if the parser has not.
function fault(
  source: string,
  message: string,
  at: { line?: number | undefined; column?: number | undefined; token?: string | undefined },
): SyntaxFault {
  const known = Object.fromEntries(Object.entries(at).filter(([, value]) => value !== undefined && value !== ''));
  const told = at.token && !message.includes(at.token) ? `${message.replace(/\.$/, '')} (at "${at.token}").` : message;
  return new SyntaxFault(source, told, known);
}

async function collect(parser: NodeJS.ReadWriteStream, text: string): Promise<Quad[]> {
  const quads: Quad[] = [];
  return new Promise((resolve, reject) => {
    parser.on('data', (each: Quad) => quads.push(each));
    parser.on('error', reject);
    parser.on('end', () => resolve(quads));
    Readable.from([text]).pipe(parser);
  });
}
