import type { Quad, Term } from '@rdfjs/types';
import type { DatasetFacts } from '../dataset/build.ts';
import type { Pattern } from '../rdf/quad-table.ts';
import { namedNode, owl, rdf, skos } from '../rdf/terms.ts';
import {
  type Counts,
  catalogueGraphOf,
  compare,
  type GraphSource,
  type NameSearch,
  type Naming,
  ownTriples,
  type PointingCount,
  type Sample,
  type Uses,
} from './graph-source.ts';
import { GraphTables, tripleOf } from './graph-tables.ts';

type Groups = ReadonlyMap<string, readonly string[]>;

/** A dataset that is in memory as a whole. */
export class MemorySource implements GraphSource {
  readonly isWhole = true;
  readonly epoch = 0;
  readonly drops = 0;
  readonly #tables: GraphTables;
  readonly #catalogueGraph: string | undefined;
  /** For who asks for what is not there: found when first needed. */
  #kinds: Groups | undefined;
  #parts: Groups | undefined;

  /** A source that holds nothing yet. */
  constructor(facts: DatasetFacts) {
    this.#tables = new GraphTables(facts.publication !== undefined);
    this.#catalogueGraph = catalogueGraphOf(facts);
  }

  /** All quads have to be there before the first thing is looked up. */
  add(quads: Iterable<Quad>): void {
    this.#tables.add(quads);
  }

  missing(): number {
    return 0;
  }

  reading<T>(work: () => T | Promise<T>): Promise<T> {
    return Promise.resolve().then(work);
  }

  find(subject: Term | null, predicate: Term | null, object: Term | null): readonly Quad[] {
    return this.#tables.triples({ subject, predicate, object });
  }

  quads(pattern: Pattern): readonly Quad[] {
    return this.#tables.quads(pattern);
  }

  graph(iri: string): readonly Quad[] {
    return this.#tables.graph(iri);
  }

  stated(graph: string): readonly Quad[] {
    return this.graph(graph).flatMap(({ subject, predicate, object }) => this.find(subject, predicate, object));
  }

  hasGraph(iri: string): boolean {
    return this.#tables.names.has(iri);
  }

  parts(iri: string): readonly string[] {
    this.#parts ??= this.#groupSubjects((each) => /^(.*?)#./.exec(each)?.[1]);
    return this.#parts.get(iri) ?? [];
  }

  pointing(iri: string): readonly PointingCount[] {
    const counts = new Map<string, number>();
    for (const { predicate } of this.#pointing(iri, null)) increase(counts, predicate.value);
    return [...counts]
      .map(([property, total]) => ({ property, total }))
      .sort((a, b) => compare(a.property, b.property));
  }

  pointingWith(iri: string, property: string, from: number, limit: number): readonly Quad[] {
    return this.#pointing(iri, namedNode(property))
      .sort((a, b) => compare(a.subject.value, b.subject.value))
      .slice(from, from + limit);
  }

  #pointing(iri: string, property: Term | null): Quad[] {
    const own = new Set(ownTriples(this, iri).map(({ subject }) => subject.value));
    return this.find(null, property, namedNode(iri)).filter(
      (each) => !own.has(each.subject.value) && !this.#onlyCounts(each),
    );
  }

  /**
   * Whether a triple is the dataset's description of itself pointing to something that is no part of it: to each class
   * and property hundreds of times, to count them. What else is said of a term would drown in that.
   */
  #onlyCounts({ subject, predicate, object }: Quad): boolean {
    if (this.#catalogueGraph === undefined) return false;
    const graph = namedNode(this.#catalogueGraph);
    return (
      this.quads({ subject, predicate, object, graph }).length > 0 &&
      this.quads({ subject: object, graph }).length === 0
    );
  }

  mentions(iri: string): number {
    return this.find(null, null, namedNode(iri)).length;
  }

  isMentioned(iri: string): boolean {
    return this.mentions(iri) > 0 || this.#with(iri).length > 0;
  }

  things(base: string, limit?: number): readonly string[] {
    return sortedSubjects(this.#with(rdf('type')).filter(isBelow(base))).slice(0, limit);
  }

  ofKind(kind: string): readonly string[] {
    this.#kinds ??= this.#groupSubjects((iri) => iri.slice(0, iri.lastIndexOf('/') + 1));
    return this.#kinds.get(kind) ?? [];
  }

  everyName(base: string, properties: readonly string[]): Naming {
    const below = (property: string): Quad[] => this.#with(property).filter(isBelow(base));
    const twins = below(owl('sameAs')).flatMap(({ subject, object }) =>
      properties.flatMap((property) =>
        this.find(object, namedNode(property), null).map((name) => ({ subject, object: name.object })),
      ),
    );
    const named = [...properties.flatMap(below), ...twins].filter(({ object }) => object.termType === 'Literal');
    const typed = below(rdf('type')).filter(({ object }) => object.termType === 'NamedNode');
    return { types: valuesOf(typed), names: valuesOf(named) };
  }

  called(base: string, { properties, words, all, limit }: NameSearch): readonly string[] {
    const fits = ({ object }: Quad): boolean => {
      const name = object.value.toLowerCase();
      return all ? words.every((word) => name.includes(word)) : words.some((word) => name.includes(word));
    };
    const named = properties.flatMap((property) => this.#with(property).filter(isBelow(base)));
    return sortedSubjects(named.filter(fits)).slice(0, limit);
  }

  uses(kind: 'class' | 'property', iri: string, examples: number): Uses {
    const uses = kind === 'class' ? this.find(null, namedNode(rdf('type')), namedNode(iri)) : this.#with(iri);
    return { count: uses.length, examples: sortedSubjects(uses).slice(0, examples) };
  }

  counts(): Counts {
    const classes = new Map<string, number>();
    const properties = new Map<string, number>();
    for (const { predicate, object } of this.#all()) {
      increase(properties, predicate.value);
      if (predicate.value === rdf('type') && object.termType === 'NamedNode') increase(classes, object.value);
    }
    return { classes, properties };
  }

  propertiesOf(base: string, classes: readonly string[]): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    const typed = classes.flatMap((each) => this.find(null, namedNode(rdf('type')), namedNode(each)));
    for (const iri of sortedSubjects(typed.filter(isBelow(base)))) {
      const own = this.find(namedNode(iri), null, null).flatMap(({ predicate, object }) => {
        if (predicate.value !== skos('notation')) return predicate.value;
        return object.termType === 'Literal' ? object.datatype.value : [];
      });
      for (const property of new Set(own)) increase(found, property);
    }
    return found;
  }

  datatypes(property: string, base?: string): readonly string[] {
    const found = new Set<string>();
    for (const { subject, object } of this.#with(property))
      if (object.termType === 'Literal' && (base === undefined || subject.value.startsWith(base)))
        found.add(object.datatype.value);
    return [...found].sort();
  }

  sample(graph: string | undefined, limit: number): Sample {
    const all = graph === undefined ? this.#all() : this.graph(graph);
    return { triples: all.slice(0, limit).map(tripleOf), total: all.length };
  }

  #all(): readonly Quad[] {
    return this.find(null, null, null);
  }

  #with(property: string): readonly Quad[] {
    return this.find(null, namedNode(property), null);
  }

  #groupSubjects(groupOf: (iri: string) => string | undefined): Groups {
    const subjects = this.#all().flatMap(({ subject }) => (subject.termType === 'NamedNode' ? [subject.value] : []));
    return group(
      [...new Set(subjects)].flatMap((iri) => {
        const key = groupOf(iri);
        return key === undefined ? [] : [[key, iri] as const];
      }),
    );
  }
}

const isBelow =
  (base: string) =>
  ({ subject }: Quad): boolean =>
    subject.termType === 'NamedNode' && subject.value.startsWith(base);

const sortedSubjects = (triples: readonly Quad[]): string[] =>
  [...new Set(triples.map(({ subject }) => subject.value))].sort();

const valuesOf = (triples: readonly Pick<Quad, 'subject' | 'object'>[]): Groups =>
  group(triples.map(({ subject, object }) => [subject.value, object.value]));

const increase = (counts: Map<string, number>, iri: string): void => void counts.set(iri, (counts.get(iri) ?? 0) + 1);

function group(pairs: Iterable<readonly [key: string, value: string]>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) {
    const known = groups.get(key);
    if (known) known.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
