import type { Quad, Term } from '@rdfjs/types';
import type { DatasetFacts } from '../dataset/build.ts';
import type { Pattern } from '../rdf/quad-table.ts';
import { namedNode } from '../rdf/terms.ts';
import { writeNQuads } from '../rdf/write-turtle.ts';
import type { Reader } from './graph-reader.ts';
import {
  type Counts,
  catalogueGraphOf,
  compare,
  type GraphSource,
  type NameSearch,
  type Naming,
  type PointingCount,
  type Sample,
  type Uses,
} from './graph-source.ts';
import { GraphTables } from './graph-tables.ts';

const none: ReadonlyMap<string, never> = new Map<string, never>();

/** A dataset that an engine has: a {@link Reader} brings what is looked up into memory. */
export class EngineSource implements GraphSource {
  readonly isWhole = false;
  readonly #facts: DatasetFacts;
  readonly #reader: Reader;
  readonly #tables: GraphTables;
  readonly #catalogueGraph: string | undefined;
  #drops = 0;

  constructor(facts: DatasetFacts, reader: Reader) {
    const tables = new GraphTables(facts.publication !== undefined);
    this.#facts = facts;
    this.#reader = reader;
    this.#tables = tables;
    this.#catalogueGraph = catalogueGraphOf(facts);
    // Among the facts, a graph that has a blank node for a name stands by its label: no query can name it.
    for (const name of Object.keys(facts.graphs)) if (/^[a-z][a-z0-9+.-]*:/i.test(name)) tables.names.add(name);
    reader.attach({
      add: (quads) => tables.add(quads),
      merging: tables.merging,
      size: () => tables.size,
      clear: () => {
        tables.clear();
        this.#drops++;
      },
    });
  }

  get epoch(): number {
    return this.#reader.epoch();
  }

  get drops(): number {
    return this.#drops;
  }

  missing(): number {
    return this.#reader.missing();
  }

  reading<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#reader.reading(work);
  }

  find(subject: Term | null, predicate: Term | null, object: Term | null): readonly Quad[] {
    this.#need(subject, predicate, object);
    return sorted(this.#tables.triples({ subject, predicate, object }));
  }

  quads(pattern: Pattern & { readonly subject: Term }): readonly Quad[] {
    this.#need(pattern.subject, null, null);
    return sorted(this.#tables.quads(pattern));
  }

  graph(iri: string): readonly Quad[] {
    this.#reader.has({ kind: 'graph', iri });
    return sorted(this.#tables.graph(iri));
  }

  stated(graph: string): readonly Quad[] {
    // The default graph of what a graph says came with it.
    return this.graph(graph).flatMap(({ subject, predicate, object }) =>
      this.#tables.triples({ subject, predicate, object }),
    );
  }

  hasGraph(iri: string): boolean {
    return this.#tables.names.has(iri) || (this.#reader.ask({ kind: 'named', iri }) ?? false);
  }

  #need(subject: Term | null, predicate: Term | null, object: Term | null): void {
    // What stands for a blank node in one answer of an engine stands for another in the next.
    if ([subject, object].some((term) => term?.termType === 'BlankNode')) return;
    if (subject) {
      if (subject.termType === 'NamedNode') this.#reader.has({ kind: 'subject', iri: subject.value });
    } else if (object && predicate) this.#reader.has({ kind: 'object', property: predicate.value, object });
    else if (predicate && !object) this.#reader.has({ kind: 'property', iri: predicate.value });
    else throw new Error('All triples of a dataset that is not in memory were asked for.');
  }

  // An engine would look at each subject that there is: parts are found by the links from the thing and between them.
  parts(iri: string): readonly string[] {
    const isPart = (each: string): boolean => each.startsWith(`${iri}#`) && each.length > iri.length + 1;
    const parts = new Set(this.#reader.ask({ kind: 'parts', iri }) ?? []);
    // A graph may hold what is named after it.
    if (this.hasGraph(iri))
      for (const { subject } of this.graph(iri)) if (isPart(subject.value)) parts.add(subject.value);
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

  pointing(iri: string): readonly PointingCount[] {
    return this.#reader.ask({ kind: 'pointing', iri, ...this.#hiding(iri) }) ?? [];
  }

  pointingWith(iri: string, property: string, from: number, limit: number): readonly Quad[] {
    const subjects = this.#reader.ask({ kind: 'members', iri, property, from, limit, ...this.#hiding(iri) }) ?? [];
    return subjects.flatMap((subject) => this.find(namedNode(subject), namedNode(property), namedNode(iri)));
  }

  // The graph of which statements are left out where they point to a thing.
  #hiding(iri: string): { readonly without?: string } {
    if (this.#catalogueGraph === undefined) return {};
    const graph = namedNode(this.#catalogueGraph);
    return this.quads({ subject: namedNode(iri), graph }).length > 0 ? {} : { without: this.#catalogueGraph };
  }

  mentions(iri: string): number {
    return this.#reader.ask({ kind: 'mentions', iri }) ?? 0;
  }

  isMentioned(iri: string): boolean {
    return this.#reader.ask({ kind: 'mentioned', iri }) ?? false;
  }

  things(base: string, limit?: number): readonly string[] {
    return this.#reader.ask({ kind: 'things', base, ...(limit === undefined ? {} : { limit }) }) ?? [];
  }

  ofKind(): readonly string[] {
    // Whoever asks for addresses that are wrong would have an engine look at all things there are, each time: that takes
    // seconds of a million. Kept lists of all make it wait for them at first, and go through them on this thread.
    return [];
  }

  everyName(base: string, properties: readonly string[]): Naming {
    return {
      types: this.#reader.ask({ kind: 'types', base }) ?? none,
      names: this.#reader.ask({ kind: 'names', base, properties }) ?? none,
    };
  }

  called(base: string, search: NameSearch): readonly string[] {
    return this.#reader.ask({ kind: 'called', base, ...search }) ?? [];
  }

  uses(kind: 'class' | 'property', iri: string, examples: number): Uses {
    return this.#reader.ask({ kind: 'uses', of: kind, iri, examples }) ?? { count: 0, examples: [] };
  }

  counts(): Counts {
    return this.#reader.ask({ kind: 'counts' }) ?? { classes: none, properties: none };
  }

  propertiesOf(base: string, classes: readonly string[]): ReadonlyMap<string, number> {
    return this.#reader.ask({ kind: 'properties', base, classes }) ?? none;
  }

  datatypes(property: string, base?: string): readonly string[] {
    return this.#reader.ask({ kind: 'datatypes', iri: property, ...(base ? { base } : {}) }) ?? [];
  }

  sample(graph: string | undefined, limit: number): Sample {
    const { publication, counts, graphs } = this.#facts;
    const merged = publication ? counts.asserted + counts.inferred + counts.described : graphs[''];
    const stated = this.#reader.isLive ? undefined : graph === undefined ? merged : graphs[graph];
    const triples = this.#reader.ask({ kind: 'sample', graph, limit }) ?? [];
    return { triples, total: stated ?? this.#reader.ask({ kind: 'size', graph }) ?? 0 };
  }
}

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
const sorted = (quads: readonly Quad[]): readonly Quad[] =>
  quads.length < 2 ? quads : [...quads].sort((a, b) => compare(lineOf(a), lineOf(b)));
