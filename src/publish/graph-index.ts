import { setImmediate } from 'node:timers/promises';
import type { Quad, Term } from '@rdfjs/types';
import type { Dataset, DatasetFacts } from '../dataset/build.ts';
import { type Pattern, QuadTable, Terms } from '../rdf/quad-table.ts';
import { readNQuads } from '../rdf/read.ts';
import { dcterms, foaf, namedNode, owl, quad, rdf, rdfs, skos } from '../rdf/terms.ts';
import { writeNQuads } from '../rdf/write-turtle.ts';
import type { Reader } from './graph-reader.ts';
import type { Want } from './reading-queries.ts';

/** Properties that give a name for people, the best first. */
export const labelProperties = [skos('prefLabel'), rdfs('label'), dcterms('title'), foaf('name')];
/** Properties that say what something is, the best first. */
export const descriptionProperties = [dcterms('description'), skos('definition'), rdfs('comment')];

/** What points to a thing with one property, and how often. */
export interface PointingCount {
  readonly property: string;
  readonly total: number;
}

/** How often a class or property is used, and by whom: a few of them, in the order of their IRIs. */
export interface Uses {
  readonly count: number;
  readonly examples: readonly string[];
}

type Called = Extract<Want, { kind: 'called' }>;

/** What takes long to make, and as of when it is. */
interface Later {
  readonly made: Promise<unknown>;
  readonly epoch: number;
  renewing: boolean;
}

/** Epochs for which it is good enough. */
const lasting = 15;

/** Looks things up in a dataset, for pages and descriptions: in memory, or as a {@link Reader} brings it there. */
export class GraphIndex {
  readonly dataset: DatasetFacts;
  #terms = new Terms();
  #graphs = new QuadTable(this.#terms);
  /** The merge of all graphs; for plain files, the default graph as given. */
  #merged = new QuadTable(this.#terms);
  readonly #reader: Reader | undefined;
  readonly #later = new Map<object, Map<string, Later>>();
  #remembered = new Map<object, Map<string, unknown>>();
  readonly #graphNames = new Set<string>();
  readonly #merging: boolean;
  readonly #inferredGraph: string | undefined;
  readonly #catalogueGraph: string | undefined;
  readonly #sourceGraphs: ReadonlySet<string>;
  #kinds: ReadonlyMap<string, readonly string[]> | undefined;
  #parts: ReadonlyMap<string, readonly string[]> | undefined;

  private constructor(dataset: DatasetFacts, reader?: Reader) {
    const { publication, inputs } = dataset;
    this.dataset = dataset;
    this.#reader = reader;
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

  /** An index that holds nothing yet: what is looked up in it is asked of the reader. */
  static over(facts: DatasetFacts, reader: Reader): GraphIndex {
    const index = new GraphIndex(facts, reader);
    for (const name of Object.keys(facts.graphs)) if (name && !name.startsWith('_:')) index.#graphNames.add(name);
    reader.attach({
      add: (quads) => {
        for (const each of quads) index.#add(each);
      },
      merging: index.#merging,
      size: () => index.#merged.size + index.#graphs.size,
      clear: () => index.#clear(),
    });
    return index;
  }

  #clear(): void {
    this.#terms = new Terms();
    this.#graphs = new QuadTable(this.#terms);
    this.#merged = new QuadTable(this.#terms);
    this.#remembered = new Map();
  }

  /**
   * Does work that looks things up, as often as it takes until all that it looks up is there. What the work gives or
   * throws before counts for nothing.
   */
  reading<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#reader ? this.#reader.reading(work) : Promise.resolve().then(work);
  }

  /** How often what was read has been dropped because it might have changed since. */
  get epoch(): number {
    return this.#reader?.epoch() ?? 0;
  }

  /**
   * What was made of the dataset before, or now. `make` stands for what it makes, so it must be one function and not one
   * a call, and what it depends on beside the dataset is the text that it is given.
   */
  remember<T>(make: (index: GraphIndex, text: string) => T, text = ''): T {
    const remembered = this.#remembered.get(make) ?? new Map<string, unknown>();
    this.#remembered.set(make, remembered);
    if (remembered.has(text)) return remembered.get(text) as T;
    return this.#make(
      () => make(this, text),
      (made) => remembered.set(text, made),
    );
  }

  /** Makes something when it is first asked for, and then gives it again. */
  once<T>(make: () => T): () => T {
    let kept: { readonly made: T } | undefined;
    return () =>
      kept
        ? kept.made
        : this.#make(make, (made) => {
            kept = { made };
          });
  }

  // What was made while something was still missing is not kept, but made again.
  #make<T>(make: () => T, keep: (made: T) => void): T {
    const before = this.#reader?.missing() ?? 0;
    const made = make();
    if ((this.#reader?.missing() ?? 0) === before) keep(made);
    return made;
  }

  /**
   * The same of what takes long to make, and reads what it needs itself. Where the engine may answer otherwise after a
   * while it is made anew now and then, and until that is done the old one is given.
   */
  async later<T>(make: (index: GraphIndex, text: string) => Promise<T>, text = ''): Promise<T> {
    const known = this.#later.get(make) ?? new Map<string, Later>();
    this.#later.set(make, known);
    const found = known.get(text);
    if (found && (found.renewing || this.epoch - found.epoch <= lasting)) return found.made as Promise<T>;
    const made = make(this, text);
    const begun: Later = { made, epoch: this.epoch, renewing: false };
    if (!found) known.set(text, begun);
    else found.renewing = true;
    made.then(
      () => known.set(text, begun),
      // A failure is not kept: whoever asks next tries again.
      () => {
        if (known.get(text) === begun) known.delete(text);
        else if (found) found.renewing = false;
      },
    );
    return (found?.made ?? made) as Promise<T>;
  }

  #match(table: 'graphs' | 'merged', pattern: Pattern): readonly Quad[] {
    const found = (table === 'graphs' ? this.#graphs : this.#merged).match(pattern);
    return this.#reader ? sortFound(found) : found;
  }

  // Whether what fits is there.
  #need(subject: Term | null, predicate: Term | null, object: Term | null): boolean {
    const reader = this.#reader;
    // What stands for a blank node in one answer of an engine stands for another in the next.
    if (!reader || [subject, object].some((term) => term?.termType === 'BlankNode')) return true;
    if (subject) return subject.termType !== 'NamedNode' || reader.has({ kind: 'subject', iri: subject.value });
    if (object && predicate) return reader.has({ kind: 'object', property: predicate.value, object });
    if (predicate && !object) return reader.has({ kind: 'property', iri: predicate.value });
    throw new Error('All triples of a dataset that is not in memory were asked for.');
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
    this.#need(subject, predicate, object);
    return this.#match('merged', { subject, predicate, object });
  }

  /** The triples of the default graph: of a dataset in memory only. */
  get defaultGraph(): readonly Quad[] {
    return this.find(null, null, null);
  }

  /** Whether a triple only follows from others. */
  isInferred({ subject, predicate, object }: Quad): boolean {
    if (this.#inferredGraph === undefined) return false;
    this.#need(subject, null, null);
    return this.#graphs.match({ subject, predicate, object, graph: namedNode(this.#inferredGraph) }).length > 0;
  }

  /**
   * Whether a triple is the dataset's description of itself pointing to something that is no part of it: to each class
   * and property hundreds of times, to count them. What else is said of a term would drown in that.
   */
  #onlyCounts({ subject, predicate, object }: Quad): boolean {
    if (this.#catalogueGraph === undefined) return false;
    const graph = namedNode(this.#catalogueGraph);
    return (
      this.#graphs.match({ subject, predicate, object, graph }).length > 0 &&
      this.#graphs.match({ subject: object, graph }).length === 0
    );
  }

  /**
   * How often other things point to a thing, by property and in the order of the properties. Left out are its own parts,
   * and what only counts: see above.
   */
  pointing(iri: string): readonly PointingCount[] {
    if (this.#reader) return this.#reader.ask({ kind: 'pointing', iri, ...this.#hiding(iri) }) ?? [];
    const counts = new Map<string, number>();
    for (const each of this.#pointingIn(iri, null)) {
      const property = each.predicate.value;
      counts.set(property, (counts.get(property) ?? 0) + 1);
    }
    return [...counts]
      .map(([property, total]) => ({ property, total }))
      .sort((a, b) => compare(a.property, b.property));
  }

  /** Some of what points to a thing with a property, in the order of the subjects. */
  pointingWith(iri: string, property: string, from: number, limit: number): readonly Quad[] {
    if (!limit) return [];
    if (!this.#reader)
      return this.#pointingIn(iri, namedNode(property))
        .sort((a, b) => compare(a.subject.value, b.subject.value))
        .slice(from, from + limit);
    const hiding = this.#hiding(iri);
    const subjects = this.#reader.ask({ kind: 'members', iri, property, from, limit, ...hiding }) ?? [];
    return subjects.flatMap((subject) => this.find(namedNode(subject), namedNode(property), namedNode(iri)));
  }

  #pointingIn(iri: string, property: Term | null): Quad[] {
    const own = this.#ownOf(iri);
    return this.find(null, property, namedNode(iri)).filter(
      (each) => !own.has(each.subject.value) && !this.#onlyCounts(each),
    );
  }

  // The graph of which statements are left out where they point to a thing.
  #hiding(iri: string): { readonly without?: string } {
    if (this.#catalogueGraph === undefined) return {};
    this.#need(namedNode(iri), null, null);
    const graph = namedNode(this.#catalogueGraph);
    const described = this.#graphs.match({ subject: namedNode(iri), graph }).length > 0;
    return described ? {} : { without: this.#catalogueGraph };
  }

  #ownOf(iri: string): ReadonlySet<string> {
    return new Set(this.ownTriples(iri).map(({ subject }) => subject.value));
  }

  /** The triples of a thing, of the parts of it that its IRI names with a fragment, and of blank nodes among them. */
  ownTriples(iri: string): Quad[] {
    const found: Quad[] = [];
    const seen = new Set<string>();
    const open: Term[] = [namedNode(iri), ...this.#partsOf(iri).map((part) => namedNode(part))];
    for (let node = open.shift(); node; node = open.shift()) {
      if (seen.has(node.value)) continue;
      seen.add(node.value);
      for (const each of this.find(node, null, null)) {
        found.push(each);
        if (each.object.termType === 'BlankNode') open.push(each.object);
      }
    }
    return found;
  }

  /** How much is said with a thing as value. */
  mentions(iri: string): number {
    return this.#reader
      ? (this.#reader.ask({ kind: 'mentions', iri }) ?? 0)
      : this.find(null, null, namedNode(iri)).length;
  }

  /** Whether the IRI stands anywhere in the dataset: as what is spoken of, as a value, as a property, as a graph. */
  has(iri: string): boolean {
    const term = namedNode(iri);
    if (this.find(term, null, null).length > 0 || this.isGraph(iri)) return true;
    if (this.#reader) return this.#reader.ask({ kind: 'mentioned', iri }) ?? false;
    return this.find(null, null, term).length > 0 || this.find(null, term, null).length > 0;
  }

  /** The things with a class of which the IRIs begin with a base, in the order of their IRIs. */
  things(base: string): readonly string[] {
    if (this.#reader) return this.#reader.ask({ kind: 'things', base }) ?? [];
    const found = new Set<string>();
    for (const { subject } of this.statements(rdf('type')))
      if (subject.termType === 'NamedNode' && subject.value.startsWith(base)) found.add(subject.value);
    return [...found].sort();
  }

  /** The classes of all things below a base, and their names: of a graph that is too large to read thing by thing. */
  everyName(
    base: string,
    properties: readonly string[],
  ): Record<'types' | 'names', ReadonlyMap<string, readonly string[]>> {
    const none: ReadonlyMap<string, readonly string[]> = new Map();
    return {
      types: this.#reader?.ask({ kind: 'types', base }) ?? none,
      names: this.#reader?.ask({ kind: 'names', base, properties }) ?? none,
    };
  }

  /** The things below a base of which a name has all the words, or any, as an engine finds them: so many at most. */
  called(base: string, asked: Pick<Called, 'properties' | 'words' | 'all' | 'limit'>): readonly string[] {
    return this.#reader?.ask({ kind: 'called', base, ...asked }) ?? [];
  }

  /** How often a class has instances, or a property statements. */
  uses(kind: 'class' | 'property', iri: string, examples: number): Uses {
    if (this.#reader) return this.#reader.ask({ kind: 'uses', of: kind, iri, examples }) ?? { count: 0, examples: [] };
    const uses = kind === 'class' ? this.instances(iri) : this.statements(iri);
    return {
      count: uses.length,
      examples: [...new Set(uses.map(({ subject }) => subject.value))].sort().slice(0, examples),
    };
  }

  /** The datatypes of the values of a property; those of things whose IRIs begin with a base, if one is given. */
  datatypes(property: string, base?: string): readonly string[] {
    if (this.#reader) return this.#reader.ask({ kind: 'datatypes', iri: property, ...(base ? { base } : {}) }) ?? [];
    const found = new Set<string>();
    for (const { subject, object } of this.statements(property))
      if (object.termType === 'Literal' && (base === undefined || subject.value.startsWith(base)))
        found.add(object.datatype.value);
    return [...found].sort();
  }

  /** Whether all of the dataset is in memory, to be gone through from beginning to end. */
  get isWhole(): boolean {
    return this.#reader === undefined;
  }

  /** How often each class and each property is used; an engine counts it. */
  counts(): { readonly classes: ReadonlyMap<string, number>; readonly properties: ReadonlyMap<string, number> } {
    if (this.#reader) return this.#reader.ask({ kind: 'counts' }) ?? { classes: new Map(), properties: new Map() };
    const classes = new Map<string, number>();
    const properties = new Map<string, number>();
    const increase = (counts: Map<string, number>, iri: string) => counts.set(iri, (counts.get(iri) ?? 0) + 1);
    for (const { predicate, object } of this.defaultGraph) {
      increase(properties, predicate.value);
      if (predicate.value === rdf('type') && object.termType === 'NamedNode') increase(classes, object.value);
    }
    return { classes, properties };
  }

  /** The things of which the IRIs are the same up to the last slash, that slash included; of a dataset in memory only. */
  ofKind(kind: string): readonly string[] {
    if (this.#reader) return [];
    // Only for who asks for what is not there: found when first needed.
    this.#kinds ??= groupSubjects(this.defaultGraph, (iri) => iri.slice(0, iri.lastIndexOf('/') + 1));
    return this.#kinds.get(kind) ?? [];
  }

  // What is spoken of under the IRI of a thing with a fragment.
  #partsOf(iri: string): readonly string[] {
    if (this.#reader) return this.#linkedParts(iri);
    this.#parts ??= groupSubjects(this.defaultGraph, (each) => /^(.*?)#./.exec(each)?.[1]);
    return this.#parts.get(iri) ?? [];
  }

  // An engine would look at each subject that there is: parts are found by the links from the thing and between them.
  #linkedParts(iri: string): readonly string[] {
    const isPart = (each: string): boolean => each.startsWith(`${iri}#`) && each.length > iri.length + 1;
    const parts = new Set(this.#reader?.ask({ kind: 'parts', iri }) ?? []);
    // A graph may hold what is named after it.
    if (this.isGraph(iri))
      for (const { subject } of this.#inGraph(iri)) if (isPart(subject.value)) parts.add(subject.value);
    const open = [iri, ...parts];
    for (let node = open.shift(); node !== undefined; node = open.shift())
      for (const { object } of this.find(namedNode(node), null, null))
        if (object.termType === 'NamedNode' && isPart(object.value) && !parts.has(object.value)) {
          parts.add(object.value);
          open.push(object.value);
        }
    // In the order of canonical lines, in which each IRI ends with its bracket.
    return [...parts].sort((a, b) => compare(`${a}>`, `${b}>`));
  }

  /** Whether the graph says that an ontology has a version of that IRI. */
  isVersion(ontology: string, version: string): boolean {
    return this.find(namedNode(ontology), namedNode(owl('versionIRI')), namedNode(version)).length > 0;
  }

  isGraph(iri: string): boolean {
    return this.#graphNames.has(iri) || (this.#reader?.ask({ kind: 'named', iri }) ?? false);
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
    this.#need(subject, null, null);
    return this.#match('graphs', { subject, predicate, object });
  }

  /** The graphs of sources that say something of a thing. */
  sourcesOf(subject: Term): string[] {
    this.#need(subject, null, null);
    const graphs = this.#graphs.match({ subject }).map(({ graph }) => graph.value);
    return [...new Set(graphs)].filter((graph) => this.isSource(graph)).sort();
  }

  /** What is said in a graph, as triples of the default graph. */
  stated(graph: string): Quad[] {
    return this.#inGraph(graph).flatMap(({ subject, predicate, object }) =>
      this.#match('merged', { subject, predicate, object }),
    );
  }

  /** All triples of a graph, merged into the default graph. */
  graph(iri: string): Quad[] {
    return this.#inGraph(iri).map(
      ({ subject, predicate, object }) =>
        quad(subject as never, predicate as never, object as never) as unknown as Quad,
    );
  }

  /** Some triples of a graph, or of the default graph, and how many there are. */
  sample(graph: string | undefined, limit: number): { readonly triples: readonly Quad[]; readonly total: number } {
    if (!this.#reader) {
      const all = graph === undefined ? this.defaultGraph : this.graph(graph);
      return { triples: all.slice(0, limit), total: all.length };
    }
    const { publication, counts, graphs } = this.dataset;
    const merged = publication ? counts.asserted + counts.inferred + counts.described : graphs[''];
    const stated = this.#reader.isLive ? undefined : graph === undefined ? merged : graphs[graph];
    const triples = this.#reader.ask({ kind: 'sample', graph, limit }) ?? [];
    return { triples, total: stated ?? this.#reader.ask({ kind: 'size', graph }) ?? 0 };
  }

  #inGraph(iri: string): readonly Quad[] {
    this.#reader?.has({ kind: 'graph', iri });
    return this.#match('graphs', { graph: namedNode(iri) });
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Triples as lines, for their order. */
const lines = new WeakMap<Quad, string>();

function lineOf(each: Quad): string {
  const known = lines.get(each);
  if (known !== undefined) return known;
  const line = writeNQuads([each]);
  lines.set(each, line);
  return line;
}

// In the order of canonical lines, in which a dataset in memory was read: what an engine answers is in none.
const sortFound = (quads: readonly Quad[]): readonly Quad[] =>
  quads.length < 2 ? quads : [...quads].sort((a, b) => compare(lineOf(a), lineOf(b)));

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
