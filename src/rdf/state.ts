import type { Literal, Quad } from '@rdfjs/types';
import { literal, namedNode, quad, xsd } from './terms.ts';

/** Triples of one subject and property: a string is the IRI of a thing. */
export const state = (subject: string, property: string, ...objects: readonly (string | Literal)[]): Quad[] =>
  objects.map((object) => {
    const term = typeof object === 'string' ? namedNode(object) : object;
    return quad(namedNode(subject), namedNode(property), term as never) as unknown as Quad;
  });

/** A text in each of its languages; `und` stands for none (BCP 47). */
export const texts = (text: Readonly<Record<string, string>>): Literal[] =>
  Object.entries(text).map(
    ([language, value]) => (language === 'und' ? literal(value) : literal(value, language)) as unknown as Literal,
  );

/** A text in no language, or a value of a datatype. */
export const value = (lexical: string, datatype?: string): Literal =>
  (datatype === undefined ? literal(lexical) : literal(lexical, namedNode(datatype))) as unknown as Literal;

/** A whole number. Not of a narrower datatype: Oxigraph makes an integer of each. */
export const whole = (number: number): Literal => value(String(number), xsd('integer'));
