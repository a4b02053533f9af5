import { Readable } from 'node:stream';
import type { Piece } from '../../load/graph-files.ts';

/** The graphs of a store: a named one, or the default graph. */
export type GraphName = string | undefined;

/** An IRI as it stands in SPARQL. Throws RangeError for what cannot be one. */
export function iriText(iri: string): string {
  if (/[\p{Cc} <>"{}|^`\\]/u.test(iri)) throw new RangeError(`<${iri}> is no IRI that SPARQL can name.`);
  return `<${iri}>`;
}

/** How many triples a graph has, as a query. */
export const countQuery = (graph: GraphName): string => `SELECT (COUNT(*) AS ?n) WHERE { ${within(graph)} }`;

const within = (graph: GraphName): string =>
  graph === undefined ? '?s ?p ?o' : `GRAPH ${iriText(graph)} { ?s ?p ?o }`;

/** Empties a graph, whether it is there or not. */
export const dropText = (graph: GraphName): string =>
  graph === undefined ? 'CLEAR SILENT DEFAULT' : `DROP SILENT GRAPH ${iriText(graph)}`;

/**
 * Gives a graph what another holds. COPY and MOVE spelled out: Jena 4.5 refuses both, and Virtuoso 7 empties the goal of
 * a MOVE SILENT whose source is absent. The source stays, so that the same request can be sent twice.
 */
export const copyText = (from: string, to: GraphName): string =>
  `${dropText(to)} ;\nINSERT { ${within(to)} } WHERE { GRAPH ${iriText(from)} { ?s ?p ?o } }`;

/** A request of any length that is made while it is sent. */
export interface UpdateRequest {
  readonly bytes: number;
  readonly read: () => Readable;
}

/** Text and pieces in one request. */
export function updateRequest(parts: readonly (string | Piece)[]): UpdateRequest {
  const sources = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  return {
    bytes: sources.reduce((sum, source) => sum + (Buffer.isBuffer(source) ? source.length : source.bytes), 0),
    read: () =>
      Readable.from(
        (async function* () {
          for (const source of sources)
            if (Buffer.isBuffer(source)) yield source;
            else yield* source.read();
        })(),
        // Else Node would read characters and lose where they are cut.
        { objectMode: false },
      ),
  };
}

/** Triples to insert into graphs, in one operation: a blank node is the same in all of them. */
export function* insertParts(graphs: Iterable<readonly [GraphName, readonly Piece[]]>): Generator<string | Piece> {
  yield 'INSERT DATA {\n';
  for (const [graph, pieces] of graphs) {
    if (graph !== undefined) yield `GRAPH ${iriText(graph)} {\n`;
    yield* pieces;
    if (graph !== undefined) yield '}\n';
  }
  yield '}';
}

/** A text as a piece. */
export const textPiece = (text: string): Piece => {
  const bytes = Buffer.from(text);
  return { bytes: bytes.length, read: () => Readable.from([bytes], { objectMode: false }) };
};
