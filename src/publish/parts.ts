import type { Quad } from '@rdfjs/types';
import type { Dataset } from '../dataset/build.ts';
import type { Publication, Text } from '../load/publication.ts';
import { dcterms, rdfs, skos } from '../rdf/terms.ts';
import { sortTriples } from '../rdf/write-turtle.ts';

/** A part of a dataset that has dumps of its own. The whole has the empty name. */
export interface Part {
  readonly name: string;
  /** In each language that there is; of files that are served as they are there is none. */
  readonly title: Text;
  readonly description: Text;
  /** The named graphs that it is made of, in the order in which they were read: of the whole, all of them. */
  readonly graphs: readonly string[];
  /** Distinct triples, whatever graphs they stand in. */
  readonly triples: number;
}

/** A part, and what is in it. */
export interface PartContent {
  readonly part: Part;
  /** In their graphs. */
  readonly quads: readonly Quad[];
  /** The merge of its graphs, each triple once. */
  readonly triples: readonly Quad[];
}

/**
 * The parts of a dataset, one after the other and the whole first; a part that holds nothing is left out. Which part a
 * graph belongs to is said by the layer that its file is of; what is inferred, and the dataset's description of itself,
 * are parts too. Files that are served as they are make one whole.
 */
export function* splitParts(dataset: Dataset): Generator<PartContent> {
  const { publication, quads, defaultGraph } = dataset;
  const { title = {}, description = {} } = publication ?? {};
  const whole = { name: '', title, description, graphs: graphsOf(quads), triples: defaultGraph.length };
  yield { part: whole, quads, triples: defaultGraph };
  if (!publication) return;

  const byPart = new Map<string, Quad[]>();
  const partOf = partsByGraph(dataset, publication);
  for (const name of partOf.values()) byPart.set(name, []);
  for (const each of quads) byPart.get(partOf.get(each.graph.value) ?? '')?.push(each);
  for (const [name, own] of byPart) {
    if (!own.length) continue;
    const triples = sortTriples(own);
    const graphs = graphsOf(own);
    yield {
      part: { name, ...textsOf(name, graphs, own, publication), graphs, triples: triples.length },
      quads: own,
      triples,
    };
  }
}

/** The name of the part that each graph belongs to. */
export function partsByGraph(
  { inputs }: Pick<Dataset, 'inputs'>,
  { base, inferredGraph, catalogueGraph }: Publication,
): Map<string, string> {
  const parts = new Map<string, string>();
  for (const { graph, part } of inputs) if (graph && part) parts.set(graph, part);
  parts.set(base + inferredGraph, 'inferred');
  if (catalogueGraph) parts.set(base + catalogueGraph, 'catalogue');
  return parts;
}

function graphsOf(quads: readonly Quad[]): string[] {
  const names = new Set<string>();
  for (const { graph } of quads) if (graph.termType === 'NamedNode') names.add(graph.value);
  return [...names];
}

// The best first: another is taken for the languages that the first has not.
const titleProperties = [skos('prefLabel'), rdfs('label'), dcterms('title')];
const descriptionProperties = [dcterms('description'), skos('definition'), rdfs('comment')];

/**
 * What a part is called. One that grows with the data, such as a document, is in no table: its own graph says it, the
 * first of them.
 */
export function textsOf(
  name: string,
  [first = '']: readonly string[],
  quads: readonly Quad[],
  { parts }: Publication,
): Pick<Part, 'title' | 'description'> {
  const given = parts?.[name];
  if (given) return { title: given.title, description: given.description };
  const own = quads.filter(({ subject }) => subject.value === first);
  const title = readText(own, titleProperties);
  return {
    title: Object.keys(title).length ? title : { und: name },
    description: readText(own, descriptionProperties),
  };
}

/** What the properties say, in each language that there is. */
function readText(quads: readonly Quad[], properties: readonly string[]): Text {
  const texts = new Map<string, string>();
  for (const property of properties)
    for (const { predicate, object } of quads) {
      if (predicate.value !== property || object.termType !== 'Literal') continue;
      const language = object.language || 'und';
      if (!texts.has(language)) texts.set(language, object.value);
    }
  return Object.fromEntries([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
