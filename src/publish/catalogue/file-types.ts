import type { FileFormatName } from '../link-tables.ts';

const euFileType = 'http://publications.europa.eu/resource/authority/file-type';

/** The concept scheme of the EU's file types. */
export const fileTypes = euFileType;

/** What the EU's table of file types calls each of our formats: a row for each, or this does not compile. */
export const fileTypeOf: Readonly<Record<FileFormatName, string>> = {
  turtle: `${euFileType}/RDF_TURTLE`,
  'json-ld': `${euFileType}/JSON_LD`,
  'n-triples': `${euFileType}/RDF_N_TRIPLES`,
  'rdf-xml': `${euFileType}/RDF_XML`,
  'n-quads': `${euFileType}/RDF_N_QUADS`,
  trig: `${euFileType}/RDF_TRIG`,
  csv: `${euFileType}/CSV`,
  json: `${euFileType}/JSON`,
  sssom: `${euFileType}/TSV`,
};

/** The page of IANA about a media type, which catalogues take for its IRI. */
export const ianaMediaType = (mediaType: string): string => `https://www.iana.org/assignments/media-types/${mediaType}`;
