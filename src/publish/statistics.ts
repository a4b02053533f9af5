import type { Quad, Term } from '@rdfjs/types';
import { Terms } from '../rdf/quad-table.ts';
import { owl, rdf, schema, skos } from '../rdf/terms.ts';

/** How much there is of something. */
export interface Share {
  /** The IRI of a class, property or datatype. */
  readonly iri: string;
  readonly triples: number;
}

/** A property of the instances of a class. */
export interface PropertyShare extends Share {
  /** Classes of its values, as far as somebody stated a value of that class: see {@link Tally}. */
  readonly classes: readonly Share[];
  readonly datatypes: readonly Share[];
}

/** The instances of a class. */
export interface ClassShare extends Share {
  readonly entities: number;
  readonly properties: readonly PropertyShare[];
}

/** Links to what others publish on one host. */
export interface LinkShare {
  readonly host: string;
  /** What the IRIs linked to begin with; there are two where some are of https and some of http. */
  readonly spaces: readonly string[];
  readonly triples: number;
  readonly properties: readonly Share[];
}

/** How much a graph holds, and of what. Lists are in the order of their IRIs. */
export interface Statistics {
  readonly triples: number;
  /** Subjects with an IRI under the base. */
  readonly entities: number;
  readonly subjects: number;
  readonly objects: number;
  readonly classes: readonly ClassShare[];
  readonly properties: readonly Share[];
  readonly links: readonly LinkShare[];
}

/** Properties by which a thing is linked to what others have of it. Pages about it (rdfs:seeAlso) are no data. */
const linkProperties: ReadonlySet<string> = new Set([
  owl('sameAs'),
  schema('sameAs'),
  skos('exactMatch'),
  skos('closeMatch'),
  skos('broadMatch'),
  skos('narrowMatch'),
  skos('relatedMatch'),
]);

interface Row {
  readonly subject: Term;
  readonly predicate: Term;
  readonly object: Term;
  readonly inferred: boolean;
}

interface PropertyCount {
  triples: number;
  readonly classes: Map<Term, number>;
  /** The classes among them that are told of. */
  readonly stated: Set<Term>;
  readonly datatypes: Map<string, number>;
}

/**
 * Counts what a graph holds, and again with more in it: what it is given first is read and counted once.
 *
 * Inferences count like the rest. Only which classes the values of a property have is told by what somebody stated: the
 * superclasses of both ends, and all that follows backwards, would make that list seven times as long and tell no more.
 */
export class Tally {
  readonly #terms = new Terms();
  readonly #base: string;
  readonly #rows: readonly Row[];
  readonly #counts: Counts;

  /** `base` is what the graph's own IRIs begin with. No triple is given twice. */
  constructor(stated: Iterable<Quad>, inferred: Iterable<Quad>, base: string) {
    this.#base = base;
    this.#rows = [...this.#read(stated, false), ...this.#read(inferred, true)];
    this.#counts = new Counts().add(this.#rows);
  }

  #read(quads: Iterable<Quad>, inferred: boolean): Row[] {
    return Array.from(quads, ({ subject, predicate, object }) => ({
      subject: this.#terms.keep<Term>(subject),
      predicate: this.#terms.keep<Term>(predicate),
      object: this.#terms.keep<Term>(object),
      inferred,
    }));
  }

  /** The counts with further triples, as far as they are not there already. None of them is given twice. */
  count(more: Iterable<Quad>): Statistics {
    const rows = this.#read(more, false);
    const subjects = new Set(rows.map(({ subject }) => subject));
    const touched = this.#rows.filter(({ subject, object }) => subjects.has(subject) || subjects.has(object));
    // Where the graph speaks of the new subjects, their types change what its own triples count for.
    const counts = touched.length
      ? new Counts().add([...this.#rows, ...rows.filter((row) => !touched.some((each) => isSame(each, row)))])
      : this.#counts.copy().add(rows);
    return counts.read(this.#base);
  }
}

const isSame = (a: Row, b: Row): boolean =>
  a.subject === b.subject && a.predicate === b.predicate && a.object === b.object;

const none: readonly Term[] = [];

class Counts {
  #triples = 0;
  #subjects = new Set<Term>();
  #objects = new Set<Term>();
  #properties = new Map<Term, number>();
  #links: Row[] = [];
  /** Classes of things: all, and those that do not only follow from others. */
  #types = new Map<Term, readonly Term[]>();
  #statedTypes = new Map<Term, readonly Term[]>();
  #classes = new Map<Term, Map<Term, PropertyCount>>();

  copy(): Counts {
    const made = new Counts();
    made.#triples = this.#triples;
    made.#subjects = new Set(this.#subjects);
    made.#objects = new Set(this.#objects);
    made.#properties = new Map(this.#properties);
    made.#links = [...this.#links];
    made.#types = new Map(this.#types);
    made.#statedTypes = new Map(this.#statedTypes);
    made.#classes = mapValues(this.#classes, (properties) =>
      mapValues(properties, ({ triples, classes, stated, datatypes }) => ({
        triples,
        classes: new Map(classes),
        stated: new Set(stated),
        datatypes: new Map(datatypes),
      })),
    );
    return made;
  }

  /** Adds triples. Those of a subject are added all at once: its types count for each of them. */
  add(rows: readonly Row[]): this {
    for (const { subject, predicate, object, inferred } of rows) {
      if (predicate.value !== rdf('type')) continue;
      for (const types of inferred ? [this.#types] : [this.#types, this.#statedTypes])
        types.set(subject, [...(types.get(subject) ?? none), object]);
    }
    for (const row of rows) this.#addRow(row);
    return this;
  }

  #addRow(row: Row): void {
    const { subject, predicate, object, inferred } = row;
    this.#triples++;
    this.#subjects.add(subject);
    this.#objects.add(object);
    increase(this.#properties, predicate);
    if (linkProperties.has(predicate.value)) this.#links.push(row);
    const literal = object.termType === 'Literal';
    for (const type of this.#types.get(subject) ?? none) {
      const count = this.#countOf(type, predicate);
      count.triples++;
      if (literal) increase(count.datatypes, object.datatype.value);
      else for (const other of this.#types.get(object) ?? none) increase(count.classes, other);
    }
    if (inferred || literal) return;
    for (const type of this.#statedTypes.get(subject) ?? none)
      for (const other of this.#statedTypes.get(object) ?? none) this.#countOf(type, predicate).stated.add(other);
  }

  #countOf(type: Term, property: Term): PropertyCount {
    const properties = obtain(this.#classes, type, () => new Map<Term, PropertyCount>());
    const empty = () => ({ triples: 0, classes: new Map(), stated: new Set<Term>(), datatypes: new Map() });
    return obtain(properties, property, empty);
  }

  read(base: string): Statistics {
    const entities = new Map<Term, number>();
    for (const types of this.#types.values()) for (const type of types) increase(entities, type);
    const isOwn = ({ termType, value }: Term): boolean => termType === 'NamedNode' && value.startsWith(base);
    return {
      triples: this.#triples,
      entities: [...this.#subjects].filter(isOwn).length,
      subjects: this.#subjects.size,
      objects: this.#objects.size,
      classes: [...this.#classes]
        .map(([type, properties]) => ({
          iri: type.value,
          entities: entities.get(type) ?? 0,
          triples: sum(properties.values()),
          properties: [...properties].map(readProperty).sort(byIri),
        }))
        .sort(byIri),
      properties: sharesOf([...this.#properties].map(([{ value }, triples]) => [value, triples])),
      links: countLinks(this.#links.filter(({ subject, object }) => isOwn(subject) && !isOwn(object))),
    };
  }
}

const readProperty = ([{ value: iri }, count]: [Term, PropertyCount]): PropertyShare => ({
  iri,
  triples: count.triples,
  classes: sharesOf([...count.stated].map((type) => [type.value, count.classes.get(type) ?? 0])),
  datatypes: sharesOf([...count.datatypes]),
});

function countLinks(rows: readonly Row[]): LinkShare[] {
  const hosts = new Map<string, Row[]>();
  for (const row of rows) {
    const host = row.object.termType === 'NamedNode' && /^https?:\/\/([^/?#]+)/.exec(row.object.value)?.[1];
    if (host) obtain(hosts, host, () => []).push(row);
  }
  return [...hosts]
    .map(([host, links]) => ({
      host,
      spaces: ['http', 'https'].flatMap((scheme) => {
        const iris = links.map(({ object }) => object.value).filter((iri) => iri.startsWith(`${scheme}://`));
        return iris.length ? [commonSpace(iris, `${scheme}://${host}`)] : [];
      }),
      triples: links.length,
      properties: sharesOf([...countBy(links, ({ predicate }) => predicate.value)]),
    }))
    .sort((a, b) => compare(a.host, b.host));
}

const mapValues = <K, V, W>(map: ReadonlyMap<K, V>, change: (value: V) => W): Map<K, W> =>
  new Map([...map].map(([key, value]) => [key, change(value)]));

function obtain<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** What all IRIs begin with, up to where a name can begin; at least the origin. */
function commonSpace(iris: readonly string[], origin: string): string {
  const [first = '', ...others] = iris;
  let length = first.length;
  for (const iri of others) while (!iri.startsWith(first.slice(0, length))) length--;
  const space = /^.*[/#?=]/.exec(first.slice(0, length))?.[0] ?? '';
  return space.length > origin.length ? space : origin;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byIri = (a: Share, b: Share): number => compare(a.iri, b.iri);

function increase<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countBy(rows: readonly Row[], key: (row: Row) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) increase(counts, key(row));
  return counts;
}

const sharesOf = (counts: readonly (readonly [string, number])[]): Share[] =>
  counts.map(([iri, triples]) => ({ iri, triples })).sort(byIri);

const sum = (counts: Iterable<{ readonly triples: number }>): number => {
  let total = 0;
  for (const { triples } of counts) total += triples;
  return total;
};
