import type { Quad } from '@rdfjs/types';
import { type Pattern, QuadTable, Terms } from '../rdf/quad-table.ts';
import { namedNode, quad } from '../rdf/terms.ts';

/** Quads in memory, and the triples of the default graph that they make. */
export class GraphTables {
  /** Whether the default graph is the merge of all graphs; of plain files it is what they say it is. */
  readonly merging: boolean;
  /** The graphs that there are: also those of which the quads were dropped. */
  readonly names = new Set<string>();
  #terms = new Terms();
  #graphs = new QuadTable(this.#terms);
  #merged = new QuadTable(this.#terms);

  constructor(merging: boolean) {
    this.merging = merging;
  }

  /** How many quads there are; the triples that they make in the default graph do not count again. */
  get size(): number {
    return this.#graphs.size;
  }

  add(quads: Iterable<Quad>): void {
    for (const each of quads) {
      this.#graphs.add(each);
      if (each.graph.termType === 'NamedNode') this.names.add(each.graph.value);
      if (this.merging || each.graph.termType === 'DefaultGraph') this.#merged.add(tripleOf(each));
    }
  }

  clear(): void {
    this.#terms = new Terms();
    this.#graphs = new QuadTable(this.#terms);
    this.#merged = new QuadTable(this.#terms);
  }

  /** Quads in their graphs. */
  quads(pattern: Pattern): readonly Quad[] {
    return this.#graphs.match(pattern);
  }

  /** Triples of the default graph. */
  triples(pattern: Omit<Pattern, 'graph'>): readonly Quad[] {
    return this.#merged.match(pattern);
  }

  graph(iri: string): readonly Quad[] {
    return this.quads({ graph: namedNode(iri) });
  }
}

/** A quad without its graph. */
export const tripleOf = ({ subject, predicate, object }: Quad): Quad =>
  quad(subject as never, predicate as never, object as never) as unknown as Quad;
