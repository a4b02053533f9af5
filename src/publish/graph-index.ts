import { setImmediate } from 'node:timers/promises';
import type { Quad, Term } from '@rdfjs/types';
import type { Dataset, DatasetFacts } from '../dataset/build.ts';
import { readNQuads } from '../rdf/read.ts';
import { dcterms, foaf, namedNode, owl, rdf, rdfs, skos } from '../rdf/terms.ts';
import { EngineSource } from './engine-source.ts';
import type { Reader } from './graph-reader.ts';
import {
  type Counts,
  type GraphSource,
  type NameSearch,
  type Naming,
  ownTriples,
  type PointingCount,
  type Sample,
  type Uses,
} from './graph-source.ts';
import { tripleOf } from './graph-tables.ts';
import { MemorySource } from './memory-source.ts';
import { Remembered } from './remembered.ts';

/** Properties that give a name for people, the best first. */
export const labelProperties = [skos('prefLabel'), rdfs('label'), dcterms('title'), foaf('name')];
/** Properties that say what something is, the best first. */
export const descriptionProperties = [dcterms('description'), skos('definition'), rdfs('comment')];

/** Looks things up in a dataset, for pages and descriptions, wherever its triples come from. */
export class GraphIndex {
  readonly dataset: DatasetFacts;
  readonly #source: GraphSource;
  readonly #remembered: Remembered<GraphIndex>;
  readonly #inferredGraph: string | undefined;
  readonly #sourceGraphs: ReadonlySet<string>;

  private constructor(dataset: DatasetFacts, source: GraphSource) {
    const { publication, inputs } = dataset;
    this.dataset = dataset;
    this.#source = source;
    this.#remembered = new Remembered<GraphIndex>(this, source);
    this.#inferredGraph = publication && publication.base + publication.inferredGraph;
    const sources = new Set(publication?.layers.filter(({ source: isSource }) => isSource).map(({ name }) => name));
    this.#sourceGraphs = new Set(inputs.flatMap(({ layer, graph }) => (graph && sources.has(layer) ? [graph] : [])));
  }

  /** An index of a dataset that was built in this process. */
  static of(dataset: Dataset): GraphIndex {
    const source = new MemorySource(dataset);
    source.add(dataset.quads);
    return new GraphIndex(dataset, source);
  }

  /** An index of N-Quads, given in pieces that end at line ends. Other work goes on between two pieces. */
  static async read(facts: DatasetFacts, pieces: Iterable<string>): Promise<GraphIndex> {
    const source = new MemorySource(facts);
    for (const piece of pieces) {
      source.add(readNQuads(piece));
      await setImmediate();
    }
    return new GraphIndex(facts, source);
  }

  /** An index that holds nothing yet: what is looked up in it is asked of the reader. */
  static over(facts: DatasetFacts, reader: Reader): GraphIndex {
    return new GraphIndex(facts, new EngineSource(facts, reader));
  }

  /**
   * Does work that looks things up, as often as it takes until all that it looks up is there. What the work gives or
   * throws before counts for nothing.
   */
  reading<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#source.reading(work);
  }

  /** Whether all of the dataset is in memory, to be gone through from beginning to end. */
  get isWhole(): boolean {
    return this.#source.isWhole;
  }

  /** How often what was read has been dropped because it might have changed since. */
  get epoch(): number {
    return this.#source.epoch;
  }

  /**
   * What was made of the dataset before, or now. `make` stands for what it makes, so it must be one function and not one
   * a call, and what it depends on beside the dataset is the text that it is given.
   */
  remember<T>(make: (index: GraphIndex, text: string) => T, text = ''): T {
    return this.#remembered.remember(make, text);
  }

  /** Makes something when it is first asked for, and then gives it again. */
  once<T>(make: () => T): () => T {
    return this.#remembered.once(make);
  }

  /**
   * The same of what takes long to make, and reads what it needs itself. Where the engine may answer otherwise after a
   * while it is made anew now and then, and until that is done the old one is given.
   */
  later<T>(make: (index: GraphIndex, text: string) => Promise<T>, text = ''): Promise<T> {
    return this.#remembered.later(make, text);
  }

  /** The triples with some terms, of the merge of all graphs; for plain files, of the default graph as given. */
  find(subject: Term | null, predicate: Term | null, object: Term | null): readonly Quad[] {
    return this.#source.find(subject, predicate, object);
  }

  /** The triples of the default graph: of a dataset in memory only. */
  get defaultGraph(): readonly Quad[] {
    return this.find(null, null, null);
  }

  /** Statements that a thing is of a class, inferences included. */
  instances(type: string): readonly Quad[] {
    return this.find(null, namedNode(rdf('type')), namedNode(type));
  }

  /** Statements with a property, inferences included. */
  statements(property: string): readonly Quad[] {
    return this.find(null, namedNode(property), null);
  }

  /** The triples of a thing, of the parts of it that its IRI names with a fragment, and of blank nodes among them. */
  ownTriples(iri: string): Quad[] {
    return ownTriples(this.#source, iri);
  }

  /**
   * How often other things point to a thing, by property and in the order of the properties. Left out are its own parts,
   * and what only counts: the dataset's description of itself, where that points to something that is no part of it.
   */
  pointing(iri: string): readonly PointingCount[] {
    return this.#source.pointing(iri);
  }

  /** Some of what points to a thing with a property, in the order of the subjects. */
  pointingWith(iri: string, property: string, from: number, limit: number): readonly Quad[] {
    return limit ? this.#source.pointingWith(iri, property, from, limit) : [];
  }

  /** How much is said with a thing as value. */
  mentions(iri: string): number {
    return this.#source.mentions(iri);
  }

  /** Whether the IRI stands anywhere in the dataset: as what is spoken of, as a value, as a property, as a graph. */
  has(iri: string): boolean {
    return this.find(namedNode(iri), null, null).length > 0 || this.isGraph(iri) || this.#source.isMentioned(iri);
  }

  /** The things with a class of which the IRIs begin with a base, in the order of their IRIs; so many of them at most. */
  things(base: string, limit?: number): readonly string[] {
    return this.#source.things(base, limit);
  }

  /** The things of which the IRIs are the same up to the last slash, that slash included; of a dataset in memory only. */
  ofKind(kind: string): readonly string[] {
    return this.#source.ofKind(kind);
  }

  /** The classes of all things below a base, and their names: of a graph that is too large to read thing by thing. */
  everyName(base: string, properties: readonly string[]): Naming {
    return this.#source.everyName(base, properties);
  }

  /** The things below a base of which a name has all the words, or any: so many at most. */
  called(base: string, search: NameSearch): readonly string[] {
    return this.#source.called(base, search);
  }

  /** How often a class has instances, or a property statements. */
  uses(kind: 'class' | 'property', iri: string, examples: number): Uses {
    return this.#source.uses(kind, iri, examples);
  }

  /** How often each class and each property is used. */
  counts(): Counts {
    return this.#source.counts();
  }

  /** How many things of some classes below a base have each property; of keys (`skos:notation`), each datatype. */
  propertiesOf(base: string, classes: readonly string[]): ReadonlyMap<string, number> {
    return this.#source.propertiesOf(base, classes);
  }

  /** The datatypes of the values of a property; those of things whose IRIs begin with a base, if one is given. */
  datatypes(property: string, base?: string): readonly string[] {
    return this.#source.datatypes(property, base);
  }

  /** Whether the graph says that an ontology has a version of that IRI. */
  isVersion(ontology: string, version: string): boolean {
    return this.find(namedNode(ontology), namedNode(owl('versionIRI')), namedNode(version)).length > 0;
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

  /** Whether a triple only follows from others. */
  isInferred({ subject, predicate, object }: Quad): boolean {
    if (this.#inferredGraph === undefined) return false;
    const graph = namedNode(this.#inferredGraph);
    return this.#source.quads({ subject, predicate, object, graph }).length > 0;
  }

  isGraph(iri: string): boolean {
    return this.#source.hasGraph(iri);
  }

  /** Whether a graph holds what a source states: a passage, a registry record. */
  isSource(graph: string): boolean {
    return this.#sourceGraphs.has(graph);
  }

  /** A triple of the default graph as it stands in the graphs that hold it. */
  inGraphs({ subject, predicate, object }: Quad): readonly Quad[] {
    return this.#source.quads({ subject, predicate, object });
  }

  /** The graphs of sources that say something of a thing. */
  sourcesOf(subject: Term): string[] {
    const graphs = this.#source.quads({ subject }).map(({ graph }) => graph.value);
    return [...new Set(graphs)].filter((graph) => this.isSource(graph)).sort();
  }

  /** What is said in a graph, as triples of the default graph. */
  stated(graph: string): readonly Quad[] {
    return this.#source.stated(graph);
  }

  /** All triples of a graph, merged into the default graph. */
  graph(iri: string): Quad[] {
    return this.#source.graph(iri).map(tripleOf);
  }

  /** Some triples of a graph, or of the default graph, and how many there are. */
  sample(graph: string | undefined, limit: number): Sample {
    return this.#source.sample(graph, limit);
  }
}
