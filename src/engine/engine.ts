import type { FormatName } from '../rdf/formats.ts';
import type { Prefixes } from '../rdf/write-turtle.ts';

/** A syntax for the answers to SELECT and ASK. */
export interface ResultFormat {
  readonly name: 'json' | 'xml' | 'csv' | 'tsv';
  readonly label: string;
  readonly mediaType: string;
  readonly aliases: readonly string[];
}

/** The formats of SELECT and ASK results (W3C SPARQL 1.1 Query Results JSON, XML, CSV and TSV); the first is the default. */
export const resultFormats = [
  { name: 'json', label: 'SPARQL JSON', mediaType: 'application/sparql-results+json', aliases: ['application/json'] },
  {
    name: 'xml',
    label: 'SPARQL XML',
    mediaType: 'application/sparql-results+xml',
    aliases: ['application/xml', 'text/xml'],
  },
  { name: 'csv', label: 'CSV', mediaType: 'text/csv', aliases: [] },
  { name: 'tsv', label: 'TSV', mediaType: 'text/tab-separated-values', aliases: [] },
] as const satisfies readonly ResultFormat[];

/** A query and how to answer it. */
export interface QueryRequest {
  readonly query: string;
  /** Against which relative IRIs in the query resolve. */
  readonly baseIRI?: string | undefined;
  /** Graphs whose merge is the default graph instead of the dataset's own (SPARQL 1.1 Protocol, section 2.1.4). */
  readonly defaultGraphs?: readonly string[] | undefined;
  readonly namedGraphs?: readonly string[] | undefined;
  /** The format for SELECT and ASK; none means that the client takes no such answer. */
  readonly resultFormat: ResultFormat['name'] | undefined;
  /** The format for CONSTRUCT and DESCRIBE; none means that the client takes no such answer. */
  readonly graphFormat: FormatName | undefined;
  /** Bytes that the answer may have, where that is less than the engine's limit. */
  readonly resultLimit?: number | undefined;
  readonly prefixes: Prefixes;
}

/** An answer, written. */
export interface QueryResult {
  readonly kind: 'rows' | 'boolean' | 'graph';
  readonly mediaType: string;
  readonly body: Uint8Array;
  /** How many rows there are, where somebody has counted. */
  readonly rows?: number | undefined;
  /** Seconds that the query waited for a worker, where it came from one. */
  readonly waited?: number;
}

/** Bytes in an open file: threads read them by the descriptor, whatever becomes of the file's name. */
export interface FileBytes {
  readonly descriptor: number;
  readonly byteLength: number;
}

/** The memory of a loaded engine, from which others of the same version start at once. */
export interface EngineImage {
  /** What made it, with its version: no other can go on from it. */
  readonly maker: string;
  readonly memory: SharedArrayBuffer | FileBytes;
  /** Where things are in it. */
  readonly places: Readonly<Record<string, number>>;
}

/** What a SPARQL engine can do. An instance lives in one thread and answers one query at a time. */
export interface Engine {
  /** Takes in the dataset, as N-Quads in pieces that end at line ends. */
  load(nquads: Iterable<string>): Promise<void>;
  query(request: QueryRequest): Promise<QueryResult>;
  /** A copy of its memory, where the engine's memory can be copied. */
  takeImage?(): EngineImage;
  /** The same, handed over piece by piece instead of copied. */
  writeImage?(write: (piece: Uint8Array) => void): Omit<EngineImage, 'memory'>;
  /** Bytes of its memory, where that only ever grows. */
  memorySize?(): number;
}

/** Why a query got no answer. */
export type QueryFaultKind =
  | 'syntax'
  | 'update'
  | 'unsupported'
  | 'not-acceptable'
  | 'too-complex'
  | 'too-slow'
  | 'too-large'
  | 'forbidden'
  | 'remote'
  | 'engine'
  | 'gone'
  | 'overloaded'
  | 'crashed'
  | 'closed';

/** A query that got no answer, and why, in words for the one who asked. */
export class QueryFault extends Error {
  readonly kind: QueryFaultKind;

  /** A cause is for the operator: no client gets to see it. */
  constructor(kind: QueryFaultKind, message: string, options?: { readonly cause?: string }) {
    super(message, options);
    this.kind = kind;
  }
}

/** Says that an engine has not the memory for the dataset. */
export class EngineFull extends Error {}

/** A fault that leaves the engine in a state in which it must not be asked again. */
export class LastFault extends QueryFault {}

/** What to say of an answer that has more bytes than it may have. */
export const answerTooLarge = (bytes: number, limit: number): string =>
  `The answer has ${megabytes(bytes)} MB; ${megabytes(limit)} MB is the limit. Ask for less of it at a time with LIMIT and OFFSET, in another format, or take a dump.`;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
