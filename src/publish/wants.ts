import type { Quad, Term } from '@rdfjs/types';
import type { Counts, NameSearch, PointingCount, Uses } from './graph-source.ts';

/** Something that is looked up in an engine. */
export type Want =
  /** The triples of a thing, with their graphs. */
  | { readonly kind: 'subject'; readonly iri: string }
  /** The triples with a property and a value. */
  | { readonly kind: 'object'; readonly property: string; readonly object: Term }
  /** The triples with a property. */
  | { readonly kind: 'property'; readonly iri: string }
  /** The triples in a graph. */
  | { readonly kind: 'graph'; readonly iri: string }
  /** Some triples of a graph, or of the default graph. */
  | { readonly kind: 'sample'; readonly graph: string | undefined; readonly limit: number }
  /** How many triples a graph has, or the default graph. */
  | { readonly kind: 'size'; readonly graph: string | undefined }
  /** Whether there is a graph of that name. */
  | { readonly kind: 'named'; readonly iri: string }
  /** Whether a thing is the value or the property of a triple. */
  | { readonly kind: 'mentioned'; readonly iri: string }
  /** Of how many triples it is the value. */
  | { readonly kind: 'mentions'; readonly iri: string }
  /** With which properties other things point to it, how often; but for what a graph says. */
  | { readonly kind: 'pointing'; readonly iri: string; readonly without?: string }
  /** Which things do so with a property: some of them, in the order of their IRIs. */
  | {
      readonly kind: 'members';
      readonly iri: string;
      readonly property: string;
      readonly from: number;
      readonly limit: number;
      readonly without?: string;
    }
  /** The parts of a thing, named with a fragment, that point to it. */
  | { readonly kind: 'parts'; readonly iri: string }
  /** The things with a class of which the IRIs begin so, in the order of their IRIs; any of them where they are limited. */
  | { readonly kind: 'things'; readonly base: string; readonly limit?: number }
  /** The classes of each of them, and the names with some properties: also those of what is the same as it. */
  | { readonly kind: 'types'; readonly base: string }
  | { readonly kind: 'names'; readonly base: string; readonly properties: readonly string[] }
  /** The things of which a name has all the words, or any: some of them, in no order. */
  | ({ readonly kind: 'called'; readonly base: string } & NameSearch)
  /** How often a class or property is used, and by which things for example. */
  | { readonly kind: 'uses'; readonly of: 'class' | 'property'; readonly iri: string; readonly examples: number }
  /** Which datatypes the values of a property have, of the things of which the IRIs begin so. */
  | { readonly kind: 'datatypes'; readonly iri: string; readonly base?: string }
  /** How often each class and property is used. */
  | { readonly kind: 'counts' }
  /** How many things of some classes, of which the IRIs begin so, have each property; of keys, each datatype. */
  | { readonly kind: 'properties'; readonly base: string; readonly classes: readonly string[] };

/** What is known when it has been asked for; of triples, that they are in the index. */
export interface Answers {
  readonly subject: true;
  readonly object: true;
  readonly property: true;
  readonly graph: true;
  readonly sample: readonly Quad[];
  readonly size: number;
  readonly named: boolean;
  readonly mentioned: boolean;
  readonly mentions: number;
  readonly pointing: readonly PointingCount[];
  readonly members: readonly string[];
  readonly parts: readonly string[];
  readonly things: readonly string[];
  readonly types: ReadonlyMap<string, readonly string[]>;
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly called: readonly string[];
  readonly uses: Uses;
  readonly datatypes: readonly string[];
  readonly counts: Counts;
  readonly properties: ReadonlyMap<string, number>;
}
