import type { Quad, Term } from '@rdfjs/types';
import { dcterms, foaf, namedNode, owl, quad, rdf, rdfs, schema, skos } from '../rdf/terms.ts';
import type { Description } from './description.ts';
import { descriptionProperties, type GraphIndex } from './graph-index.ts';
import { nameProperties } from './names.ts';

/** A triple as its thing's page shows it: the other end, and who says so. */
export interface Fact {
  readonly value: Term;
  /** As it is asserted; as it is inferred, if nobody asserts it. */
  readonly triple: Quad;
  /** The graphs of sources that state it, in whichever direction. */
  readonly sources: readonly string[];
}

/** The facts with one property. */
export interface FactGroup {
  readonly property: string;
  /** Whether the thing is the value: the property is read from its other end, for it has no inverse. */
  readonly reversed: boolean;
  readonly facts: readonly Fact[];
  /** How many there are in all. */
  readonly total: number;
}

/** What is known of a thing, each fact in one place. */
export interface FactSheet {
  /** Names and descriptions. */
  readonly texts: readonly FactGroup[];
  /** What somebody asserts: classes, values, and relations in both directions. */
  readonly said: readonly FactGroup[];
  /** Keys in registers, the same and the like elsewhere, pages about it. */
  readonly links: readonly FactGroup[];
  /** What only follows. */
  readonly follows: readonly FactGroup[];
  /** What is said of the parts that its IRI names with a fragment. */
  readonly parts: readonly { readonly iri: string; readonly said: readonly FactGroup[] }[];
}

/** Properties that lead out of the graph when their values do, or are no things. */
const linking: ReadonlySet<string> = new Set([
  skos('notation'),
  owl('sameAs'),
  ...['exact', 'close', 'broad', 'narrow', 'related'].map((kind) => skos(`${kind}Match`)),
  foaf('homepage'),
  foaf('page'),
  foaf('isPrimaryTopicOf'),
  rdfs('seeAlso'),
  schema('sameAs'),
  schema('url'),
  dcterms('identifier'),
]);

/** From a mapping to what it maps: pages show the link itself, with its mapping. */
const annotating: ReadonlySet<string> = new Set([owl('annotatedSource'), owl('annotatedTarget')]);

/** Sorts what a description says of its thing into groups. Facts that are stated from both ends come once. */
export function factSheet(index: GraphIndex, { iri, outgoing, pointing }: Description): FactSheet {
  const own = outgoing.filter(({ subject }) => subject.value === iri);
  const said = new Groups();
  const follows = new Groups();
  const inverses = inversesOf(index);
  for (const triple of own) {
    const inverse = inverses.get(triple.predicate.value);
    const both = [triple, ...(inverse === undefined ? [] : turned(triple, inverse))];
    add(index, { said, follows }, triple.predicate.value, false, triple.object, both);
  }
  for (const { property, triples, total } of pointing) {
    if (annotating.has(property)) continue;
    const inverse = inverses.get(property);
    for (const triple of triples) {
      // With an inverse that the reasoner has drawn it is among the thing's own already.
      if (inverse === undefined) add(index, { said, follows }, property, true, triple.subject, [triple], total);
      else add(index, { said, follows }, inverse, false, triple.subject, [...turned(triple, inverse), triple]);
    }
  }
  const texts = new Set([...nameProperties(index), ...descriptionProperties]);
  const base = index.dataset.publication?.base;
  const isLink = ({ value }: Fact): boolean =>
    value.termType !== 'NamedNode' || base === undefined || !value.value.startsWith(base);
  const groups = said.list(index);
  const kindOf = (group: FactGroup): 'texts' | 'links' | 'said' => {
    if (group.reversed) return 'said';
    if (texts.has(group.property)) return 'texts';
    return linking.has(group.property) && group.facts.every(isLink) ? 'links' : 'said';
  };
  return {
    texts: groups.filter((group) => kindOf(group) === 'texts'),
    said: groups.filter((group) => kindOf(group) === 'said'),
    links: groups.filter((group) => kindOf(group) === 'links'),
    follows: follows.list(index),
    parts: partsOf(index, iri, outgoing),
  };
}

/** Triples as facts, each with its value or its subject at the other end. */
export const factsOf = (index: GraphIndex, triples: readonly Quad[], end: 'subject' | 'object'): Fact[] =>
  triples.map((triple) => ({ value: triple[end], triple, sources: sourcesOf(index, [triple]) }));

const sourcesOf = (index: GraphIndex, triples: readonly Quad[]): string[] => [
  ...new Set(
    triples
      .flatMap((each) => index.inGraphs(each))
      .map(({ graph }) => graph.value)
      .filter((graph) => index.isSource(graph)),
  ),
];

/** Triples of several subjects, by subject in the order in which each first comes. */
export function factsBySubject(
  index: GraphIndex,
  triples: readonly Quad[],
): { readonly iri: string; readonly groups: readonly FactGroup[] }[] {
  const subjects = new Map<string, Quad[]>();
  for (const triple of triples) {
    const known = subjects.get(triple.subject.value);
    if (known) known.push(triple);
    else subjects.set(triple.subject.value, [triple]);
  }
  return [...subjects].map(([iri, own]) => ({ iri, groups: outgoingGroups(index, own) }));
}

function outgoingGroups(index: GraphIndex, triples: readonly Quad[]): FactGroup[] {
  const [said, follows] = [new Groups(), new Groups()];
  for (const triple of triples) add(index, { said, follows }, triple.predicate.value, false, triple.object, [triple]);
  return said.list(index);
}

const partsOf = (index: GraphIndex, iri: string, outgoing: readonly Quad[]): FactSheet['parts'] =>
  factsBySubject(
    index,
    outgoing.filter(({ subject }) => subject.value !== iri),
  )
    .map(({ iri: part, groups }) => ({ iri: part, said: groups }))
    .filter(({ said }) => said.length > 0);

const turned = ({ subject, object }: Quad, property: string): Quad[] =>
  object.termType === 'Literal'
    ? []
    : [quad(object as never, namedNode(property), subject as never) as unknown as Quad];

/** `forms` are the triples that say the same, one for each end. */
function add(
  index: GraphIndex,
  { said, follows }: { readonly said: Groups; readonly follows: Groups },
  property: string,
  reversed: boolean,
  value: Term,
  forms: readonly Quad[],
  total?: number,
): void {
  const asserted = forms.filter((each) => index.inGraphs(each).length > 0 && !index.isInferred(each));
  const triple = asserted[0] ?? forms.find((each) => index.inGraphs(each).length > 0);
  if (!triple) return;
  const fact = { value, triple, sources: sourcesOf(index, asserted) };
  (asserted.length ? said : follows).add(property, reversed, fact, total);
}

/** Facts by property, each once. */
class Groups {
  readonly #groups = new Map<
    string,
    { property: string; reversed: boolean; facts: Map<string, Fact>; total: number }
  >();

  add(property: string, reversed: boolean, fact: Fact, total = 0): void {
    const key = `${reversed} ${property}`;
    const group = this.#groups.get(key) ?? { property, reversed, facts: new Map(), total };
    this.#groups.set(key, group);
    const { value } = fact;
    const language = value.termType === 'Literal' ? `@${value.language}^${value.datatype.value}` : '';
    const valueKey = `${value.termType} ${value.value} ${language}`;
    if (!group.facts.has(valueKey)) group.facts.set(valueKey, fact);
  }

  /** Classes first, then what the thing says, then what is said of it. */
  list(index: GraphIndex): FactGroup[] {
    const rank = ({ property, reversed }: FactGroup): number => (reversed ? 2 : property === rdf('type') ? 0 : 1);
    const name = ({ property }: FactGroup): string => index.label(property, 'en') ?? property;
    return [...this.#groups.values()]
      .map(({ property, reversed, facts, total }) => ({
        property,
        reversed,
        facts: [...facts.values()],
        total: Math.max(total, facts.size),
      }))
      .sort((a, b) => rank(a) - rank(b) || (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
  }
}

/** The inverse of each property that has one; that of a symmetric property is itself. */
export const inversesOf = (index: GraphIndex): ReadonlyMap<string, string> => index.remember(findInverses);

function findInverses(index: GraphIndex): ReadonlyMap<string, string> {
  const inverses = new Map<string, string>();
  for (const { subject, object } of index.statements(owl('inverseOf'))) {
    inverses.set(subject.value, object.value);
    inverses.set(object.value, subject.value);
  }
  for (const { subject } of index.instances(owl('SymmetricProperty'))) inverses.set(subject.value, subject.value);
  return inverses;
}
