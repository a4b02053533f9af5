import type { Piece } from '../../load/graph-files.ts';
import type { RemoteStore } from './remote-store.ts';
import { iriText, textPiece } from './update-texts.ts';

/** What a graph had in it when it was loaded: how many triples, and which. */
export type Loaded = readonly [triples: number, digest: string];

/** What pushes have left in a store: one triple in a graph of its own. */
export interface Marker {
  /** The version that is there as a whole; null before the first is. */
  readonly version: string | null;
  /** The graphs of that version. */
  readonly graphs: Readonly<Record<string, Loaded>>;
  /** The default graph, where a push has filled it. */
  readonly defaultGraph: Loaded | null;
  /** Graphs beside those of the dataset, for as long as a push needs them; one that was cut off leaves them. */
  readonly staged: readonly string[];
  /** The graphs that a push changes which has begun: what is in them now, nobody knows. Absent when it has ended well. */
  readonly changing?: readonly string[];
  /** The push that has begun: a name that only it has, and since when (ISO 8601). Absent when it has ended well. */
  readonly begun?: { readonly by: string; readonly at: string };
}

/** What holds in a store that no push has been to. */
export const noMarker: Marker = { version: null, graphs: {}, defaultGraph: null, staged: [] };

const value = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#value';
const datatype = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON';

/** Asks for the marker: one row, with its text. */
export function markerQuery(graph: string): string {
  const name = iriText(graph);
  return `SELECT ?text WHERE { GRAPH ${name} { ${name} <${value}> ?text } }`;
}

/** Reads the text of a marker. Throws where it is none. */
export function parseMarker(text: string): Marker {
  const marker = JSON.parse(text) as Marker;
  if (typeof marker.graphs !== 'object' || marker.graphs === null) throw new Error('It has no graphs.');
  return marker;
}

/** Reads the marker. Throws where there is something else in its graph. */
export async function readMarker(store: RemoteStore, graph: string): Promise<Marker | undefined> {
  const rows = await store.rows(markerQuery(graph));
  if (!rows.length) return undefined;
  try {
    if (rows.length > 1) throw new Error('It is there twice.');
    return parseMarker(rows[0]?.['text'] ?? '');
  } catch {
    throw new Error(
      `Graph <${graph}> of the store does not say what the last push left there. Drop that graph, or name another by --marker.`,
    );
  }
}

/** The graph of the marker where none is named: beside that of the inferences. */
export const markerBeside = ({
  base,
  inferredGraph,
}: {
  readonly base: string;
  readonly inferredGraph: string;
}): string => new URL('pushed', base + inferredGraph).href;

/** The marker as the content of its graph. */
export function markerPiece(graph: string, marker: Marker): Piece {
  // JSON within a literal: what must be escaped there is so in JSON already, but for the signs of the escapes.
  const literal = JSON.stringify(marker).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return textPiece(`${iriText(graph)} <${value}> "${literal}"^^<${datatype}> .\n`);
}

/** Whether the default graph shows what is in a named graph: asked by the marker, which is in one. */
export const seesNamedGraphs = (store: RemoteStore, graph: string): Promise<boolean> =>
  store.ask(`ASK { ${iriText(graph)} <${value}> ?text }`);
