import { type FormatName, formats } from '../rdf/formats.ts';
import { writeSssom } from '../registries/sssom.ts';
import { crosswalk, wholeSet, writeCrosswalk } from './crosswalk.ts';
import type { GraphIndex } from './graph-index.ts';

/** A table of all links of a graph, as a file. */
export interface LinkTable {
  readonly name: string;
  readonly label: string;
  readonly mediaType: string;
  readonly extension: string;
  readonly write: (index: GraphIndex) => string;
}

/** The tables of links. Downloads, dumps and the catalogue all read this one. */
export const linkTables = [
  {
    name: 'csv',
    label: 'CSV',
    mediaType: 'text/csv',
    extension: 'csv',
    write: (index) => writeCrosswalk(crosswalk(index)),
  },
  {
    name: 'json',
    label: 'JSON',
    mediaType: 'application/json',
    extension: 'json',
    write: (index) => `${JSON.stringify({ links: crosswalk(index) }, null, 1)}\n`,
  },
  {
    name: 'sssom',
    label: 'SSSOM',
    mediaType: 'text/tab-separated-values',
    extension: 'sssom.tsv',
    write: (index) => writeSssom(wholeSet(index), index.dataset.publication?.prefixes ?? {}),
  },
] as const satisfies readonly LinkTable[];

/** The name of a kind of table. */
export type LinkTableName = (typeof linkTables)[number]['name'];

/** What a file of the dataset can be written in: a format of RDF, or a table of links. */
export type FileFormatName = FormatName | LinkTableName;

/** What is to be known of a file written in a format. */
export interface FileFormat {
  readonly name: FileFormatName;
  readonly label: string;
  readonly mediaType: string;
}

/** All that files of the dataset are written in. */
export const fileFormats: readonly FileFormat[] = [...formats, ...linkTables];

/** The row of a format in {@link fileFormats}. */
export const fileFormatOf = (name: FileFormatName): FileFormat =>
  fileFormats.find((each) => each.name === name) as FileFormat;

/** Whether a file holds triples, and not a table. */
export const isGraphFormat = (name: FileFormatName): name is FormatName => formats.some((each) => each.name === name);
