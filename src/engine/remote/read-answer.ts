import type { Quad } from '@rdfjs/types';
import { findFormat } from '../../rdf/formats.ts';
import { readRdf } from '../../rdf/read.ts';
import { type ResultFormat, resultFormats } from '../engine.ts';
import { engineFault } from './faults.ts';
import { type Results, readResults } from './write-rows.ts';

/** What an endpoint can be asked to write. */
export type AnswerFormat = ResultFormat['name'] | 'n-triples' | 'turtle';

/** The media types of a format, the preferred one first. */
export function typesOf(name: AnswerFormat): readonly string[] {
  const format = resultFormats.find((each) => each.name === name) ?? findFormat(name);
  return format ? [format.mediaType, ...format.aliases] : [];
}

/** Reads an answer in SPARQL's JSON. Throws `QueryFault` where it is none. */
export function readRows(body: Uint8Array, host: string): Results {
  try {
    return readResults(decode(body));
  } catch {
    throw engineFault(`${host} answered something that is no JSON of SPARQL results.`);
  }
}

/** Reads a graph. Throws `QueryFault` where it is none. */
export async function readGraph(
  body: Uint8Array,
  name: 'n-triples' | 'turtle',
  { host, href }: URL,
): Promise<readonly Quad[]> {
  const format = findFormat(name);
  if (!format) throw new Error(`There is no format ${name}.`);
  return readRdf(decode(body), format, { source: 'answer', baseIRI: href }).catch(() => {
    throw engineFault(`${host} answered ${format.mediaType} that cannot be read.`);
  });
}

/** The text of an answer. */
export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
