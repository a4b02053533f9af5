import type { Quad, Term } from '@rdfjs/types';
import { indexQuads, namedNode, type QuadIndex, rdf } from '../rdf/terms.ts';

/** What a document says, to be looked up. */
export class Graph {
  readonly quads: readonly Quad[];
  readonly #index: QuadIndex;

  constructor(quads: readonly Quad[]) {
    this.quads = quads;
    this.#index = indexQuads(quads);
  }

  /** The values of a property. */
  objects(subject: string | Term, property: string): Term[] {
    return this.#index.getQuads(asTerm(subject), asTerm(property), null, null).map(({ object }) => object);
  }

  /** The values of a property, as strings. */
  values(subject: string | Term, property: string): string[] {
    return this.objects(subject, property).map(({ value }) => value);
  }

  /** The one value of a property; undefined where there is none, or are more. */
  value(subject: string | Term, property: string): string | undefined {
    const [first, ...more] = this.values(subject, property);
    return more.length ? undefined : first;
  }

  /** What has a value for a property. */
  subjects(property: string, object: string): string[] {
    return [
      ...new Set(
        this.#index.getQuads(null, asTerm(property), asTerm(object), null).map(({ subject }) => subject.value),
      ),
    ];
  }

  /** The instances of a class. */
  instances(type: string): string[] {
    return this.subjects(rdf('type'), type);
  }

  is(subject: string, type: string): boolean {
    return this.values(subject, rdf('type')).includes(type);
  }

  /** Whether it says anything of a thing, or with it. */
  mentions(iri: string): boolean {
    return this.describes(iri) || this.#index.getQuads(null, null, asTerm(iri), null).length > 0;
  }

  describes(iri: string): boolean {
    return this.#index.getQuads(asTerm(iri), null, null, null).length > 0;
  }
}

const asTerm = (term: string | Term): Term => (typeof term === 'string' ? (namedNode(term) as Term) : term);
