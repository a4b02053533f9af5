import type { Quad } from '@rdfjs/types';
import { namedNode, owl, rdf, rdfs, skos } from '../../rdf/terms.ts';
import { descriptionProperties, type GraphIndex, labelProperties } from '../graph-index.ts';
import { nameProperties } from '../names.ts';
import { withoutSmall, wordsIn } from './words.ts';

/** A name, and the language that it is in; empty if none is said. */
export interface FindableName {
  readonly text: string;
  readonly language: string;
  /**
   * Whether it is what the thing is called, what it is called as well (here, or in an entry elsewhere about the same),
   * or a key such as a code.
   */
  readonly rank: 'label' | 'alternative' | 'key';
}

/** Something that a person can open and that a search can find. */
export interface Findable {
  /** An IRI of the graph; of what is no thing of it, its path. */
  readonly id: string;
  /** Where it is shown, if it is no thing of the graph. */
  readonly path?: string;
  /** What it is: the IRI of a class or a concept scheme, or one of {@link ownKinds}. */
  readonly kind: string;
  readonly names: readonly FindableName[];
  /** What is said of it, by language. */
  readonly texts: readonly { readonly text: string; readonly language: string }[];
  /** What it is, in words: "thema zorg" finds the theme. */
  readonly kindNames: readonly string[];
  /** How much is said with it: of two that fit alike, the one spoken of more is meant more often. */
  readonly weight: number;
}

/** Kinds that are not said by the graph. */
export const ownKinds = ['term', 'scheme', 'query', 'page', 'other'] as const;
export type OwnKind = (typeof ownKinds)[number];

/** Whether a kind is one of those. */
export const isOwnKind = (kind: string): kind is OwnKind => (ownKinds as readonly string[]).includes(kind);

/** Classes by which standards say what a term or a list of concepts is. */
const standardKinds = new Map<string, OwnKind>([
  [rdfs('Class'), 'term'],
  [owl('Class'), 'term'],
  [rdf('Property'), 'term'],
  [owl('ObjectProperty'), 'term'],
  [owl('DatatypeProperty'), 'term'],
  [owl('AnnotationProperty'), 'term'],
  [rdfs('Datatype'), 'term'],
  [owl('Ontology'), 'other'],
  [skos('ConceptScheme'), 'scheme'],
]);

/** Characters of a text that are searched: what is longer is a document, and not a description. */
const longest = 2000;

/**
 * The things of a graph that a person can open, one by one: whatever has a name and a type under the base, terms of
 * ontologies among them. Parts of a thing, which its page shows, and what describes the dataset are left out.
 */
export async function* findThings(index: GraphIndex, base: string, limit: number): AsyncGenerator<Findable> {
  const things = await index.reading(() => index.things(base).slice(0, limit));
  yield* readThings(index, base, things);
}

/** Whether a graph has more such things than can be searched in memory. */
export const hasMoreThings = (index: GraphIndex, base: string, limit: number): Promise<boolean> =>
  index.isWhole ? Promise.resolve(false) : index.reading(() => index.things(base, limit + 1).length > limit);

/** Those of which a name has all the words of a text; if there are none, any of them. */
export async function* findCalled(
  index: GraphIndex,
  base: string,
  text: string,
  limit: number,
): AsyncGenerator<Findable> {
  const spelt = wordsIn(text).map(({ start, end }) => text.slice(start, end).toLowerCase());
  const words = withoutSmall(spelt).slice(0, mostWords);
  if (!words.length) return;
  const things = await index.reading(() => {
    const properties = [...index.remember(nameProperties), skos('notation')];
    const called = (all: boolean) => index.called(base, { properties, words, all, limit });
    const found = called(true);
    return found.length || words.length === 1 ? found : called(false);
  });
  yield* readThings(index, base, things);
}

/** Words of a text by which an engine looks for names. */
const mostWords = 6;

async function* readThings(index: GraphIndex, base: string, things: readonly string[]): AsyncGenerator<Findable> {
  const describing = await index.reading(() => describingThings(index));
  // In memory one by one: others get their turn in between.
  if (index.isWhole) for (const iri of things) yield* optional(findableOf(index, base, iri, describing));
  else
    for (let at = 0; at < things.length; at += together) {
      const some = things.slice(at, at + together);
      yield* await index.reading(() => some.flatMap((iri) => findableOf(index, base, iri, describing) ?? []));
    }
}

/** Things that are read together where they are not in memory. */
const together = 500;

const optional = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

/** What the dataset's description of itself is about. */
function describingThings(index: GraphIndex): ReadonlySet<string> {
  const { publication } = index.dataset;
  const about = publication?.catalogueGraph ? index.graph(publication.base + publication.catalogueGraph) : [];
  return new Set(about.map(({ subject }) => subject.value));
}

function findableOf(
  index: GraphIndex,
  base: string,
  iri: string,
  describing: ReadonlySet<string>,
): Findable | undefined {
  const alternatives = index.remember(alternativeNames);
  const own = index.find(namedNode(iri), null, null);
  if (!own.some(({ predicate }) => labelProperties.includes(predicate.value))) return undefined;
  const types = index.types(iri);
  const standard = types.map((type) => standardKinds.get(type)).find((kind) => kind !== undefined);
  if (describing.has(iri) && !standard) return undefined;
  if (iri.includes('#') && standard !== 'term') return undefined;
  const names = [...namesAmong(own, alternatives), ...namesElsewhere(index, own, alternatives)];
  const kind = standard ?? kindOfThing(index, base, own, types);
  return {
    id: iri,
    kind,
    kindNames: isOwnKind(kind) ? [] : index.labels(kind),
    names: unique(names),
    texts: textsAmong(own, alternatives),
    weight: index.mentions(iri),
  };
}

const alternativeNames = (index: GraphIndex): ReadonlySet<string> =>
  new Set(nameProperties(index).filter((property) => !labelProperties.includes(property)));

/** The class that a person would name: one that the graph itself names. A bare concept is of the kind of its scheme. */
function kindOfThing(index: GraphIndex, base: string, own: readonly Quad[], types: readonly string[]): string {
  const named = types.filter((type) => type !== skos('Concept') && index.label(type, 'en') !== undefined);
  const narrowest = named.filter((type) => !named.some((other) => other !== type && isNarrower(index, other, type)));
  // A class of the graph's own says more than one that the graph takes from a standard.
  const best = narrowest.find((type) => type.startsWith(base)) ?? narrowest[0];
  if (best !== undefined) return best;
  const scheme = own.find(({ predicate }) => predicate.value === skos('inScheme'))?.object.value;
  if (scheme !== undefined && index.label(scheme, 'en') !== undefined) return scheme;
  return 'other';
}

const isNarrower = (index: GraphIndex, type: string, than: string): boolean =>
  index.find(namedNode(type), namedNode(rdfs('subClassOf')), namedNode(than)).length > 0;

function* namesAmong(own: readonly Quad[], alternatives: ReadonlySet<string>): Generator<FindableName> {
  for (const { predicate, object } of own) {
    if (object.termType !== 'Literal') continue;
    const { value: text, language } = object;
    if (labelProperties.includes(predicate.value)) yield { text, language, rank: 'label' };
    else if (alternatives.has(predicate.value)) yield { text, language, rank: 'alternative' };
    else if (predicate.value === skos('notation')) yield { text, language, rank: 'key' };
  }
}

/** What entries of others, which are about the same, call it. */
function* namesElsewhere(
  index: GraphIndex,
  own: readonly Quad[],
  alternatives: ReadonlySet<string>,
): Generator<FindableName> {
  for (const { predicate, object } of own)
    if (predicate.value === owl('sameAs') && object.termType === 'NamedNode')
      for (const name of namesAmong(index.find(object, null, null), alternatives))
        yield name.rank === 'label' ? { ...name, rank: 'alternative' } : name;
}

// A thing may have one name by several properties.
function unique(names: readonly FindableName[]): FindableName[] {
  const ranks = ['label', 'alternative', 'key'];
  const sorted = [...names].sort((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank));
  const found = new Map<string, FindableName>();
  for (const name of sorted) {
    const key = `${name.language} ${name.text}`;
    if (!found.has(key)) found.set(key, name);
  }
  return [...found.values()];
}

// Whatever has a language is written for people: headings and the like stand in properties that only the graph knows.
function textsAmong(own: readonly Quad[], alternatives: ReadonlySet<string>): Findable['texts'] {
  return own.flatMap(({ predicate, object }) => {
    if (object.termType !== 'Literal') return [];
    if (labelProperties.includes(predicate.value) || alternatives.has(predicate.value)) return [];
    if (!object.language && !descriptionProperties.includes(predicate.value)) return [];
    return [{ text: object.value.slice(0, longest), language: object.language }];
  });
}
