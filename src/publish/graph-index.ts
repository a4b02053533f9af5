import { setImmediate } from 'node:timers/promises';
import type { Quad, Term } from '@rdfjs/types';
import type { Dataset, DatasetFacts } from '../dataset/build.ts';
import { QuadTable, Terms } from '../rdf/quad-table.ts';
import { readNQuads } from '../rdf/read.ts';
import { dcterms, foaf, namedNode, owl, quad, rdf, rdfs, skos } from '../rdf/terms.ts';

/** Properties that give a name for people, the best first. */
export const labelProperties = [skos('prefLabel'), rdfs('label'), dcterms('title'), foaf('name')];
/** Properties that say what something is, the best first. */
export const descriptionProperties = [dcterms('description'), skos('definition'), rdfs('comment')];

/** Looks things up in a dataset, for pages and descriptions. */
export class GraphIndex {
  readonly dataset: DatasetFacts;
  readonly #terms = new Terms();
  readonly #graphs = new QuadTable(this.#terms);
  /** The merge of all graphs; for plain files, the default graph as given. */
  readonly #merged = new QuadTable(this.#terms);
  readonly #graphNames = new Set<string>();
  readonly #merging: boolean;
  readonly #inferredGraph: string | undefined;
  readonly #catalogueGraph: string | undefined;
  readonly #sourceGraphs: ReadonlySet<string>;
  #kinds: ReadonlyMap<string, readonly string[]> | undefined;
  #parts: ReadonlyMap<string, readonly string[]> | undefined;

  private constructor(dataset: DatasetFacts) {
    const { publication, inputs } = dataset;
    this.dataset = dataset;
    this.#merging = publication !== undefined;
    this.#inferredGraph = publication && publication.base + publication.inferredGraph;
    this.#catalogueGraph = publication?.catalogueGraph && publication.base + publication.catalogueGraph;
    const sources = new Set(publication?.layers.filter(({ source }) => source).map(({ name }) => name));
    this.#sourceGraphs = new Set(inputs.flatMap(({ layer, graph }) => (graph && sources.has(layer) ? [graph] : [])));
  }

  /** An index of a dataset that was built in this process. */
  static of(dataset: Dataset): GraphIndex {
    const index = new GraphIndex(dataset);
    for (const each of dataset.quads) index.#add(each);
    return index;
  }

  /** An index of N-Quads, given in pieces that end at line ends. Other work goes on between two pieces. */
  static async read(facts: DatasetFacts, pieces: Iterable<string>): Promise<GraphIndex> {
    const index = new GraphIndex(facts);
    for (const piece of pieces) {
      for (const each of readNQuads(piece)) index.#add(each);
      await setImmediate();
    }
    return index;
  }

  #add(each: Quad): void {
    const { subject, predicate, object, graph } = each;
    this.#graphs.add(each);
    if (graph.termType === 'NamedNode') this.#graphNames.add(graph.value);
    if (this.#merging || graph.termType === 'DefaultGraph')
      this.#merged.add(quad(subject as never, predicate as never, object as never) as unknown as Quad);
  }

  /** The triples with some terms, of the merge of all graphs; for plain files, of the default graph as given. */
  find(subject: Term | null, predicate: Term | null, object: Term | null): readonly Quad[] {
    return this.#merged.match({ subject, predicate, object });
  }

  /** The triples of the default graph. */
  get defaultGraph(): readonly Quad[] {
    return this.find(null, null, null);
  }

  /** Whether a triple only follows from others. */
  isInferred({ subject, predicate, object }: Quad): boolean {
    return (
      this.#inferredGraph !== undefined &&
      this.#graphs.match({ subject, predicate, object, graph: namedNode(this.#inferredGraph) }).length > 0
    );
  }

  /**
   * Whether a triple is the dataset's description of itself pointing to something that is no part of it: to each class
   * and property hundreds of times, to count them. What else is said of a term would drown in that.
   */
  onlyCounts({ subject, predicate, object }: Quad): boolean {
    if (this.#catalogueGraph === undefined) return false;
    const graph = namedNode(this.#catalogueGraph);
    return (
      this.#graphs.match({ subject, predicate, object, graph }).length > 0 &&
      this.#graphs.match({ subject: object, graph }).length === 0
    );
  }

  /** Whether the IRI stands anywhere in the dataset: as what is spoken of, as a value, as a property, as a graph. */
  has(iri: string): boolean {
    const term = namedNode(iri);
    return (
      this.find(term, null, null).length > 0 ||
      this.isGraph(iri) ||
      this.find(null, null, term).length > 0 ||
      this.find(null, term, null).length > 0
    );
  }

  /** The things of which the IRIs are the same up to the last slash, that slash included. */
  ofKind(kind: string): readonly string[] {
    // Only for who asks for what is not there: found when first needed.
    this.#kinds ??= groupSubjects(this.defaultGraph, (iri) => iri.slice(0, iri.lastIndexOf('/') + 1));
    return this.#kinds.get(kind) ?? [];
  }

  /** What is spoken of under the IRI of a thing with a fragment: its parts. */
  partsOf(iri: string): readonly string[] {
    this.#parts ??= groupSubjects(this.defaultGraph, (each) => /^(.*?)#./.exec(each)?.[1]);
    return this.#parts.get(iri) ?? [];
  }

  /** Whether the graph says that an ontology has a version of that IRI. */
  isVersion(ontology: string, version: string): boolean {
    return this.find(namedNode(ontology), namedNode(owl('versionIRI')), namedNode(version)).length > 0;
  }

  isGraph(iri: string): boolean {
    return this.#graphNames.has(iri);
  }

  /** Statements that a thing is of a class, inferences included. */
  instances(type: string): readonly Quad[] {
    return this.find(null, namedNode(rdf('type')), namedNode(type));
  }

  /** Statements with a property, inferences included. */
  statements(property: string): readonly Quad[] {
    return this.find(null, namedNode(property), null);
  }

  /** The name of a thing in a language, else in any, else undefined. */
  label(iri: string, language: string): string | undefined {
    return this.#text(iri, labelProperties, language);
  }

  /** Every name of a thing, in whatever language. */
  labels(iri: string): string[] {
    const own = this.find(namedNode(iri), null, null);
    return own.flatMap(({ predicate, object }) => (labelProperties.includes(predicate.value) ? [object.value] : []));
  }

  /** The description of a thing in a language, else in any. */
  text(iri: string, language: string): string | undefined {
    return this.#text(iri, descriptionProperties, language);
  }

  #text(iri: string, properties: readonly string[], language: string): string | undefined {
    for (const property of properties) {
      const values = this.find(namedNode(iri), namedNode(property), null).map(({ object }) => object);
      const chosen = values.find((term) => term.termType === 'Literal' && term.language === language) ?? values[0];
      if (chosen) return chosen.value;
    }
    return undefined;
  }

  /** The classes that say most of a thing: those asserted, not those inferred. */
  types(iri: string): string[] {
    return this.find(namedNode(iri), namedNode(rdf('type')), null)
      .filter((each) => !this.isInferred(each))
      .map(({ object }) => object.value)
      .sort();
  }

  /** Whether a graph holds what a source states: a passage, a registry record. */
  isSource(graph: string): boolean {
    return this.#sourceGraphs.has(graph);
  }

  /** A triple of the default graph as it stands in the graphs that hold it. */
  inGraphs({ subject, predicate, object }: Quad): readonly Quad[] {
    return this.#graphs.match({ subject, predicate, object });
  }

  /** The graphs of sources that say something of a thing. */
  sourcesOf(subject: Term): string[] {
    const graphs = this.#graphs.match({ subject }).map(({ graph }) => graph.value);
    return [...new Set(graphs)].filter((graph) => this.isSource(graph)).sort();
  }

  /** What is said in a graph, as triples of the default graph. */
  stated(graph: string): Quad[] {
    return this.#graphs
      .match({ graph: namedNode(graph) })
      .flatMap(({ subject, predicate, object }) => this.find(subject, predicate, object));
  }

  /** All triples of a graph, merged into the default graph. */
  graph(iri: string): Quad[] {
    return this.#graphs
      .match({ graph: namedNode(iri) })
      .map(
        ({ subject, predicate, object }) =>
          quad(subject as never, predicate as never, object as never) as unknown as Quad,
      );
  }
}

function groupSubjects(triples: readonly Quad[], groupOf: (iri: string) => string | undefined): Map<string, string[]> {
  const subjects = new Set(triples.flatMap(({ subject }) => (subject.termType === 'NamedNode' ? [subject.value] : [])));
  const groups = new Map<string, string[]>();
  for (const iri of subjects) {
    const group = groupOf(iri);
    if (group === undefined) continue;
    const known = groups.get(group);
    if (known) known.push(iri);
    else groups.set(group, [iri]);
  }
  return groups;
}
