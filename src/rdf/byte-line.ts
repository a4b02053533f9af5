import type { Quad } from '@rdfjs/types';
import { Writer } from 'n3';
import { rdf, xsd } from './terms.ts';

/**
 * A line of N-Quads as the bytes of its UTF-8, each a character of its own (Latin-1). Such texts compare in the order of
 * code points, take half the memory of others, and are read from files and written to them without being decoded.
 */
export type ByteLine = string;

/** A text as bytes, and bytes as a text. Nearly all are ASCII, and the same. */
export const toBytes = (text: string): ByteLine =>
  isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
export const fromBytes = (line: ByteLine): string =>
  isAscii(line) ? line : Buffer.from(line, 'latin1').toString('utf8');

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
const isAscii = (text: string): boolean => !/[^\x00-\x7f]/.test(text);

// U+FFFE and U+FFFF, whose bytes these are, are written as escapes.
const beyondAscii = '\\x80-\\xee\\xf0-\\xff]|\\xef(?!\\xbf[\\xbe\\xbf])';
const iri = `<[A-Za-z][A-Za-z0-9+.-]*:(?:[!#-;=?-\\[\\]_a-z~${beyondAscii})*>`;
// Datatypes that are not written, or only with a language.
const implied = ['string', 'langString', 'dirLangString'].flatMap((name) => [xsd(name), rdf(name)]);
const datatype = `\\^\\^(?!<(?:${implied.map((each) => each.replace(/[.]/g, '\\.')).join('|')})>)${iri}`;
const text = `"(?:[ !#-\\[\\]-~${beyondAscii}|\\\\[btnfr"\\\\])*"`;
const triple = `^${iri} ${iri} (?:${iri}|${text}(?:@[a-z]+(?:-[a-z0-9]+)*|${datatype})?)`;
const canonicalTriple = new RegExp(`${triple} \\.$`);
const canonicalQuad = new RegExp(`${triple}(?: ${iri})? \\.$`);

/** Bytes. The expressions remember each character of a text; of one with some millions, they overflow. */
const longestTested = 1 << 20;

/**
 * Whether a line is surely just as canonical N-Quads (or N-Triples, which have no graphs) have it, and has no blank node
 * and no triple term. It is a tenth of the work of parsing and writing it, and holds for nearly all lines that programs
 * write. Of a line of more than a megabyte, nothing is sure.
 */
export const isCanonical = (line: ByteLine, withGraph = true): boolean =>
  line.length <= longestTested && (withGraph ? canonicalQuad : canonicalTriple).test(line);

/** The terms of a canonical line, as they are written there; the default graph is empty. */
export interface LineTerms {
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
  readonly graph: string;
}

/** Takes a canonical line apart. */
export function termsOf(line: ByteLine): LineTerms {
  const afterSubject = line.indexOf(' ');
  const start = line.indexOf(' ', afterSubject + 1) + 1;
  const end = objectEnd(line, start);
  return {
    subject: line.slice(0, afterSubject),
    predicate: line.slice(afterSubject + 1, start - 1),
    object: line.slice(start, end),
    graph: line.slice(end + 1, -2),
  };
}

// Neither quotation marks nor two signs of more-than in a row can stand in a graph's name.
function objectEnd(line: ByteLine, start: number): number {
  const from = line.startsWith('<<', start)
    ? line.lastIndexOf('>>')
    : line.startsWith('"', start)
      ? line.lastIndexOf('"')
      : start;
  return line.indexOf(' ', from);
}

/** A canonical line in another graph: where it had none. */
export const inGraph = (line: ByteLine, graph: string): ByteLine =>
  graph && !termsOf(line).graph ? `${line.slice(0, -1)}${graph} .` : line;

/** Writes quads as canonical lines, without their line ends. */
export function lineWriter(): (quad: Quad) => ByteLine {
  const writer = new Writer({ format: 'application/n-quads' });
  // Within a triple term the writer says `a` for rdf:type, which this format has not.
  const inside = writer as unknown as { _encodePredicate: unknown; _encodeIriOrBlank: unknown };
  inside._encodePredicate = inside._encodeIriOrBlank;
  return ({ subject, predicate, object, graph }) =>
    toBytes(writer.quadToString(subject as never, predicate as never, object as never, graph as never).slice(0, -1));
}
