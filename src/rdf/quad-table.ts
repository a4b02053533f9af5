import type { Quad, Term } from '@rdfjs/types';
import { termToId } from 'n3';
import { quad } from './terms.ts';

/** Each term once, for tables that share them. */
export class Terms {
  readonly #known = new Map<string, Term>();

  /** The one object for a term. */
  keep<T extends Term>(term: T): T {
    const id = termToId(term as never);
    const known = this.#known.get(id);
    if (!known) this.#known.set(id, term);
    return (known ?? term) as T;
  }

  /** The one object for a term, if there is one. */
  find(term: Term): Term | undefined {
    return this.#known.get(termToId(term as never));
  }
}

const positions = ['subject', 'predicate', 'object', 'graph'] as const;

/** A pattern: what is left out, or null, fits all. */
export type Pattern = Readonly<Partial<Record<(typeof positions)[number], Term | null>>>;

/**
 * Quads, to be looked up by any of their terms. It holds each quad once and keeps no order but that of adding.
 *
 * N3's store finds combinations of terms faster, and takes ten times the memory for it: too much for a server at rest.
 */
export class QuadTable {
  readonly #terms: Terms;
  readonly #all: Quad[] = [];
  readonly #by = positions.map(() => new Map<Term, Quad[]>());

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  /** How many quads it holds. */
  get size(): number {
    return this.#all.length;
  }

  /** Adds a quad; gives false when it is there already. */
  add(given: Quad): boolean {
    const [subject, predicate, object, graph] = positions.map((position) => this.#terms.keep(given[position] as Term));
    const own = this.#by[0]?.get(subject as Term) ?? [];
    const same = (each: Quad): boolean =>
      each.predicate === predicate && each.object === object && each.graph === graph;
    if (own.some(same)) return false;
    const kept = quad(subject as never, predicate as never, object as never, graph as never) as unknown as Quad;
    this.#all.push(kept);
    for (const [index, position] of positions.entries()) {
      const known = this.#by[index]?.get(kept[position]);
      if (known) known.push(kept);
      else this.#by[index]?.set(kept[position], [kept]);
    }
    return true;
  }

  /** The quads that fit a pattern. */
  match(pattern: Pattern): readonly Quad[] {
    let fewest: readonly Quad[] = this.#all;
    const wanted: Pattern = {};
    let count = 0;
    for (const [index, position] of positions.entries()) {
      const given = pattern[position];
      if (!given) continue;
      const term = this.#terms.find(given);
      const found = term && this.#by[index]?.get(term);
      if (!found) return [];
      if (found.length < fewest.length || !count) fewest = found;
      (wanted as Record<string, Term>)[position] = term;
      count++;
    }
    if (count < 2) return fewest;
    // Written out: a loop over the positions for each quad took most of the time of a description.
    const { subject, predicate, object, graph } = wanted;
    return fewest.filter(
      (each) =>
        (!subject || each.subject === subject) &&
        (!predicate || each.predicate === predicate) &&
        (!object || each.object === object) &&
        (!graph || each.graph === graph),
    );
  }
}
