import { setImmediate } from 'node:timers/promises';
import type { Quad, Term } from '@rdfjs/types';
import type { Dataset, DatasetFacts } from '../dataset/build.ts';
import { QuadTable, Terms } from '../rdf/quad-table.ts';
import { readNQuads } from '../rdf/read.ts';
import { dcterms, foaf, namedNode, owl, quad, rdf, rdfs, skos } from '../rdf/terms.ts';

/** Properties that give a name for people, the best first. */
export const labelProperties = [skos('prefLabel'), rdfs('label'), dcterms('title'), foaf('name')];
const descriptionProperties = [dcterms('description'), skos('definition'), rdfs('comment')];

/** How many triples that point to a thing its description holds. */
const incomingLimit = 500;

/** A thing and what is known of it. */
export interface Description {
  readonly iri: string;
  /** Its own triples, those of its parts (`#…`), what points to it (bounded), names of neighbours, and its sources. */
  readonly quads: readonly Quad[];
  readonly outgoing: readonly Quad[];
  readonly incoming: readonly Quad[];
  /** How many triples point to it in all. */
  readonly incomingCount: number;
  /** Graphs that make statements about it. */
  readonly sources: readonly string[];
  /** What it states, if it is itself a graph. */
  readonly stated: readonly Quad[];
}

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
  readonly #sourceGraphs: ReadonlySet<string>;

  private constructor(dataset: DatasetFacts) {
    const { publication, inputs } = dataset;
    this.dataset = dataset;
    this.#merging = publication !== undefined;
    this.#inferredGraph = publication && publication.base + publication.inferredGraph;
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

  // Of the merge.
  #find(subject: Term | null, predicate: Term | null, object: Term | null): readonly Quad[] {
    return this.#merged.match({ subject, predicate, object });
  }

  /** The triples of the default graph. */
  get defaultGraph(): readonly Quad[] {
    return this.#find(null, null, null);
  }

  /** Whether a triple only follows from others. */
  isInferred({ subject, predicate, object }: Quad): boolean {
    return (
      this.#inferredGraph !== undefined &&
      this.#graphs.match({ subject, predicate, object, graph: namedNode(this.#inferredGraph) }).length > 0
    );
  }

  /** Whether the graph says anything of the IRI. */
  has(iri: string): boolean {
    return this.#find(namedNode(iri), null, null).length > 0 || this.isGraph(iri);
  }

  /** Whether the graph says that an ontology has a version of that IRI. */
  isVersion(ontology: string, version: string): boolean {
    return this.#find(namedNode(ontology), namedNode(owl('versionIRI')), namedNode(version)).length > 0;
  }

  isGraph(iri: string): boolean {
    return this.#graphNames.has(iri);
  }

  /** Statements that a thing is of a class, inferences included. */
  instances(type: string): readonly Quad[] {
    return this.#find(null, namedNode(rdf('type')), namedNode(type));
  }

  /** Statements with a property, inferences included. */
  statements(property: string): readonly Quad[] {
    return this.#find(null, namedNode(property), null);
  }

  /** The name of a thing in a language, else in any, else undefined. */
  label(iri: string, language: string): string | undefined {
    return this.#text(iri, labelProperties, language);
  }

  /** The description of a thing in a language, else in any. */
  text(iri: string, language: string): string | undefined {
    return this.#text(iri, descriptionProperties, language);
  }

  #text(iri: string, properties: readonly string[], language: string): string | undefined {
    for (const property of properties) {
      const values = this.#find(namedNode(iri), namedNode(property), null).map(({ object }) => object);
      const chosen = values.find((term) => term.termType === 'Literal' && term.language === language) ?? values[0];
      if (chosen) return chosen.value;
    }
    return undefined;
  }

  /** The classes that say most of a thing: those asserted, not those inferred. */
  types(iri: string): string[] {
    return this.#find(namedNode(iri), namedNode(rdf('type')), null)
      .filter((each) => !this.isInferred(each))
      .map(({ object }) => object.value)
      .sort();
  }

  /** Everything known of a thing. `document` is the IRI of the document that the description makes up. */
  describe(iri: string, document: string): Description {
    const outgoing = this.#ofThing(iri);
    const own = new Set(outgoing.map(({ subject }) => subject.value));
    const pointing = this.#find(null, null, namedNode(iri)).filter(({ subject }) => !own.has(subject.value));
    const incoming = pointing.slice(0, incomingLimit);
    const sources = this.#sourcesOf([...own]);
    const stated = this.isGraph(iri) && this.#sourceGraphs.has(iri) ? this.#stated(iri, own) : [];
    const about = [
      quad(namedNode(document), namedNode(foaf('primaryTopic')), namedNode(iri)),
      ...sources.map((source) => quad(namedNode(document), namedNode(dcterms('source')), namedNode(source))),
    ] as unknown as Quad[];
    const facts = [...outgoing, ...incoming, ...stated, ...about];
    return {
      iri,
      quads: [...facts, ...this.#names(facts, own)],
      outgoing,
      incoming,
      incomingCount: pointing.length,
      sources,
      stated,
    };
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

  // The thing, and the parts of it that its IRI names with a fragment.
  #ofThing(iri: string): Quad[] {
    const found: Quad[] = [];
    const seen = new Set<string>();
    const visit = (node: Term): void => {
      if (seen.has(node.value)) return;
      seen.add(node.value);
      for (const each of this.#find(node, null, null)) {
        found.push(each);
        if (each.object.termType === 'BlankNode' || each.object.value.startsWith(`${iri}#`)) visit(each.object);
      }
    };
    visit(namedNode(iri));
    return found;
  }

  #sourcesOf(subjects: readonly string[]): string[] {
    const graphs = subjects.flatMap((subject) =>
      this.#graphs.match({ subject: namedNode(subject) }).map(({ graph }) => graph.value),
    );
    return [...new Set(graphs)].filter((graph) => this.#sourceGraphs.has(graph)).sort();
  }

  #stated(iri: string, own: ReadonlySet<string>): Quad[] {
    return this.graph(iri).filter(({ subject }) => !own.has(subject.value));
  }

  #names(facts: readonly Quad[], own: ReadonlySet<string>): Quad[] {
    const neighbours = new Set<string>();
    for (const { subject, predicate, object } of facts)
      for (const term of predicate.value === rdf('type') ? [subject] : [subject, object])
        if (term.termType === 'NamedNode' && !own.has(term.value)) neighbours.add(term.value);
    const names: Quad[] = [];
    for (const neighbour of neighbours)
      for (const property of labelProperties)
        names.push(...this.#find(namedNode(neighbour), namedNode(property), null));
    return names;
  }
}
