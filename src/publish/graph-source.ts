import type { Quad, Term } from '@rdfjs/types';
import type { DatasetFacts } from '../dataset/build.ts';
import type { Pattern } from '../rdf/quad-table.ts';
import { namedNode } from '../rdf/terms.ts';

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

/** How often each class and each property is used. */
export interface Counts {
  readonly classes: ReadonlyMap<string, number>;
  readonly properties: ReadonlyMap<string, number>;
}

/** The classes of things, and their names. */
export type Naming = Record<'types' | 'names', ReadonlyMap<string, readonly string[]>>;

/** Things that are looked for by their names. */
export interface NameSearch {
  readonly properties: readonly string[];
  /** In lower case. */
  readonly words: readonly string[];
  /** Whether a name has to have all the words, or any. */
  readonly all: boolean;
  readonly limit: number;
}

/** Some triples, and how many there are. */
export interface Sample {
  readonly triples: readonly Quad[];
  readonly total: number;
}

/**
 * Where a dataset is looked up. All methods answer at once: one that has to ask first answers as if there was nothing,
 * and does the work that asked again when it knows.
 */
export interface GraphSource {
  /** Whether all of the dataset is in memory, to be gone through from beginning to end. */
  readonly isWhole: boolean;
  /** How often what was read has been dropped because it might have changed since. */
  readonly epoch: number;
  /** How often what was read has been dropped, for whatever reason. */
  readonly drops: number;
  /** How much the work under way has missed so far. */
  missing(): number;
  /** Does work as often as it takes until it misses nothing. */
  reading<T>(work: () => T | Promise<T>): Promise<T>;

  /** Triples of the merge of all graphs; for plain files, of the default graph as given. */
  find(subject: Term | null, predicate: Term | null, object: Term | null): readonly Quad[];
  /** Triples of a subject as they stand in the graphs that hold them. */
  quads(pattern: Pattern & { readonly subject: Term }): readonly Quad[];
  /** The quads of a graph. */
  graph(iri: string): readonly Quad[];
  /** What is said in a graph, as triples of the default graph. */
  stated(graph: string): readonly Quad[];
  hasGraph(iri: string): boolean;

  /** What is spoken of under the IRI of a thing with a fragment, in the order of canonical lines. */
  parts(iri: string): readonly string[];
  /** How often others point to a thing, by property and in the order of the properties: see `GraphIndex.pointing`. */
  pointing(iri: string): readonly PointingCount[];
  /** Some of them, with a property and in the order of the subjects. */
  pointingWith(iri: string, property: string, from: number, limit: number): readonly Quad[];
  /** How much is said with a thing as value. */
  mentions(iri: string): number;
  /** Whether a thing is a value, or a property. */
  isMentioned(iri: string): boolean;

  /** The things with a class of which the IRIs begin with a base, in the order of their IRIs; so many of them at most. */
  things(base: string, limit?: number): readonly string[];
  /** The things of which the IRIs are the same up to the last slash, that slash included. */
  ofKind(kind: string): readonly string[];
  /** The classes of all things below a base, and the names of them and of what is the same. */
  everyName(base: string, properties: readonly string[]): Naming;
  /** The things below a base that are called so: so many at most. */
  called(base: string, search: NameSearch): readonly string[];
  uses(kind: 'class' | 'property', iri: string, examples: number): Uses;
  counts(): Counts;
  /** How many things of some classes below a base have each property; of keys (`skos:notation`), each datatype. */
  propertiesOf(base: string, classes: readonly string[]): ReadonlyMap<string, number>;
  /** The datatypes of the values of a property; those of things below a base, if one is given. */
  datatypes(property: string, base?: string): readonly string[];
  /** Some triples of a graph, or of the default graph, and how many there are. */
  sample(graph: string | undefined, limit: number): Sample;
}

/** The triples of a thing, of the parts of it that its IRI names with a fragment, and of blank nodes among them. */
export function ownTriples(source: GraphSource, iri: string): Quad[] {
  const found: Quad[] = [];
  const seen = new Set<string>();
  const open: Term[] = [namedNode(iri), ...source.parts(iri).map((part) => namedNode(part))];
  for (let node = open.shift(); node; node = open.shift()) {
    if (seen.has(node.value)) continue;
    seen.add(node.value);
    for (const each of source.find(node, null, null)) {
      found.push(each);
      if (each.object.termType === 'BlankNode') open.push(each.object);
    }
  }
  return found;
}

/** The graph in which a dataset describes itself. */
export const catalogueGraphOf = ({ publication }: DatasetFacts): string | undefined =>
  publication?.catalogueGraph && publication.base + publication.catalogueGraph;

/** Texts in the order of their characters, whatever the language. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
