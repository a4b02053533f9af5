import type { Quad } from '@rdfjs/types';
import { writeJsonLd } from './write-jsonld.ts';
import { writeRdfXml } from './write-rdfxml.ts';
import { type Prefixes, writeNQuads, writeNTriples, writeTrig, writeTurtle } from './write-turtle.ts';

/** A concrete syntax of RDF. */
export interface Format {
  readonly name: string;
  readonly label: string;
  readonly mediaType: string;
  /** Other media types under which clients ask for it. */
  readonly aliases: readonly string[];
  readonly extension: string;
  /** Whether it keeps named graphs. */
  readonly graphs: boolean;
  readonly write: (quads: Iterable<Quad>, prefixes: Prefixes) => string | Promise<string>;
}

/** The formats we write. Negotiation, suffixes, dumps and the catalogue all read this table; the first is the default. */
export const formats = [
  {
    name: 'turtle',
    label: 'Turtle',
    mediaType: 'text/turtle',
    aliases: ['application/x-turtle'],
    extension: 'ttl',
    graphs: false,
    write: writeTurtle,
  },
  {
    name: 'json-ld',
    label: 'JSON-LD',
    mediaType: 'application/ld+json',
    aliases: ['application/json'],
    extension: 'jsonld',
    graphs: true,
    write: writeJsonLd,
  },
  {
    name: 'n-triples',
    label: 'N-Triples',
    mediaType: 'application/n-triples',
    aliases: ['text/plain'],
    extension: 'nt',
    graphs: false,
    write: writeNTriples,
  },
  {
    name: 'rdf-xml',
    label: 'RDF/XML',
    mediaType: 'application/rdf+xml',
    aliases: ['application/xml', 'text/xml'],
    extension: 'rdf',
    graphs: false,
    write: writeRdfXml,
  },
  {
    name: 'n-quads',
    label: 'N-Quads',
    mediaType: 'application/n-quads',
    aliases: [],
    extension: 'nq',
    graphs: true,
    write: writeNQuads,
  },
  {
    name: 'trig',
    label: 'TriG',
    mediaType: 'application/trig',
    aliases: ['application/x-trig'],
    extension: 'trig',
    graphs: true,
    write: writeTrig,
  },
] as const satisfies readonly Format[];

/** The name of a format in the table. */
export type FormatName = (typeof formats)[number]['name'];

/** The format that a file name's ending or a media type stands for, or undefined. `.gz` is for the caller to take off. */
export function findFormat(extensionOrMediaType: string): Format | undefined {
  const wanted = extensionOrMediaType.toLowerCase();
  const list: readonly Format[] = formats;
  const byExtension = otherExtensions[wanted] ?? wanted;
  return list.find(
    (format) =>
      format.extension === byExtension ||
      format.name === wanted ||
      format.mediaType === wanted ||
      format.aliases.includes(wanted),
  );
}

const otherExtensions: Readonly<Record<string, string>> = {
  turtle: 'ttl',
  json: 'jsonld',
  xml: 'rdf',
  owl: 'rdf',
  ntriples: 'nt',
  nquads: 'nq',
};
