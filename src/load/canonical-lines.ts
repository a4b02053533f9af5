import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Quad } from '@rdfjs/types';
import { type ByteLine, fromBytes, inGraph, isCanonical, lineWriter, termsOf } from '../rdf/byte-line.ts';
import type { Format } from '../rdf/formats.ts';
import { readRdf, SyntaxFault, streamTurtleFamily } from '../rdf/read.ts';
import { namedNode, quad } from '../rdf/terms.ts';
import { formatOf, type Input, place, readText } from './files.ts';
import { readLineAt, readPieces, readTextPieces } from './read-lines.ts';

/** What a file states, piece by piece. */
export interface Stated {
  /** Canonical lines without blank nodes and triple terms. */
  readonly lines: readonly ByteLine[];
  /** All other statements. */
  readonly quads: readonly Quad[];
}

/** Quads that are handed on at a time. */
const batchSize = 1000;

/**
 * Reads a file of any size, and holds little of it in memory; `index` tells its blank nodes from those of other files.
 * Lines that are canonical already are taken as they are: nearly all in N-Triples and N-Quads that programs write.
 * RDF/XML and JSON-LD are read as a whole. Throws {@link SyntaxFault}.
 */
export async function* readStated(input: Input, index: number): AsyncGenerator<Stated> {
  const format = formatOf(input);
  const source = path.relative(process.cwd(), input.file);
  const origin = { source, baseIRI: input.graph ?? pathToFileURL(input.file).href };
  if (format.name === 'n-triples' || format.name === 'n-quads') yield* readByLine(input, index, origin);
  else if (format.name === 'turtle' || format.name === 'trig') {
    const lineAt = (line: number): Promise<string> => readLineAt(input.file, line);
    const quads = streamTurtleFamily(readTextPieces(input.file), format, origin, lineAt);
    yield* inBatches(quads, input, index);
  } else {
    yield* inBatches(await readRdf(await readText(input.file), format, origin), input, index);
  }
}

async function* inBatches(
  quads: AsyncIterable<Quad> | Iterable<Quad>,
  input: Input,
  index: number,
): AsyncGenerator<Stated> {
  let batch: Quad[] = [];
  for await (const each of quads) {
    batch.push(each);
    if (batch.length < batchSize) continue;
    yield sortOut(batch, input, index);
    batch = [];
  }
  yield sortOut(batch, input, index);
}

const write = lineWriter();

function sortOut(given: readonly Quad[], input: Input, index: number): Stated {
  const lines: ByteLine[] = [];
  const quads: Quad[] = [];
  for (const each of given) {
    const placed = place(each, input.graph, index);
    const { subject, object, graph } = placed;
    if (object.termType === 'Quad' || [subject, object, graph].some(({ termType }) => termType === 'BlankNode'))
      quads.push(placed);
    else lines.push(write(placed));
  }
  return { lines, quads };
}

async function* readByLine(
  input: Input,
  index: number,
  origin: { readonly source: string; readonly baseIRI: string },
): AsyncGenerator<Stated> {
  const format = formatOf(input);
  // A graph is a fault in N-Triples: such lines go to the parser, which says so.
  const withGraphs = format.name === 'n-quads';
  const graph = input.graph === undefined ? '' : termsOf(write(anyIn(input.graph))).graph;
  let line = 1;
  for await (const piece of readPieces(input.file)) {
    const lines: ByteLine[] = [];
    const others: ByteLine[] = [];
    const places: number[] = [];
    const all = piece.toString('latin1').split('\n');
    if (all.at(-1) === '') all.pop();
    for (const each of all) {
      if (isCanonical(each, withGraphs)) lines.push(graph ? inGraph(each, graph) : each);
      else if (each !== '') {
        others.push(each);
        places.push(line);
      }
      line++;
    }
    if (!others.length) yield { lines, quads: [] };
    else {
      const rest = sortOut(await readOthers(others, places, origin, format), input, index);
      yield { lines: [...lines, ...rest.lines], quads: rest.quads };
    }
  }
}

const anyIn = (graph: string): Quad => {
  const any = namedNode('urn:any');
  return quad(any, any, any, namedNode(graph)) as unknown as Quad;
};

// Blank nodes have the same labels in each piece of a file; a fault is told by its place in the file.
async function readOthers(
  lines: readonly ByteLine[],
  places: readonly number[],
  { source, baseIRI }: { readonly source: string; readonly baseIRI: string },
  format: Format,
): Promise<Quad[]> {
  try {
    return await readRdf(fromBytes(lines.join('\n')), format, { source, baseIRI, keepLabels: true });
  } catch (error) {
    if (!(error instanceof SyntaxFault) || error.line === undefined) throw error;
    const { message, column, token, line } = error;
    const place = places[Math.min(line, places.length) - 1];
    throw new SyntaxFault(source, message.replace(` on line ${line}`, ` on line ${place}`), {
      ...(place === undefined ? {} : { line: place }),
      ...(column === undefined ? {} : { column }),
      ...(token === undefined ? {} : { token }),
    });
  }
}
