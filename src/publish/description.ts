import type { Quad, Term } from '@rdfjs/types';
import type { Branch, Publication } from '../load/publication.ts';
import { dcterms, foaf, hydra, literal, namedNode, prov, quad, rdf, voidTerm, xsd } from '../rdf/terms.ts';
import { type GraphIndex, labelProperties } from './graph-index.ts';
import type { PointingCount } from './graph-source.ts';
import { type OnwardLink, onwardLinks, onwardTriples } from './onward-links.ts';
import { statementsOf } from './statement-index.ts';

/** How many triples that point to a thing its description holds. */
const pointingLimit = 500;
/** How many triples that the things in its branches state its description holds: of whole things, in their order. */
const statedLimit = 10_000;
/** How many things a page of those that point to a thing may list. */
export const pageLimit = 200;

/** What points to a thing with one property. */
export interface Pointing {
  readonly property: string;
  /** How many triples there are in all. */
  readonly total: number;
  /** Those that are given here. */
  readonly triples: readonly Quad[];
}

/** A thing that is described together with another. */
export interface Described {
  readonly iri: string;
  readonly triples: readonly Quad[];
  /** What it states, if it is a graph and this is to be told. */
  readonly stated: readonly Quad[];
}

/** A thing and what is known of it. */
export interface Description {
  readonly iri: string;
  /** The IRI of the document that the description makes up. */
  readonly document: string;
  /** All that the description says, each triple once. */
  readonly triples: readonly Quad[];
  /** Of these, all but what the thing and what is described with it state. */
  readonly facts: readonly Quad[];
  /** Of these, what the document says of itself: in no graph of the dataset. */
  readonly about: readonly Quad[];
  /** The thing's own triples, and those of its parts (`#…`). */
  readonly outgoing: readonly Quad[];
  /** What points to it, by property. */
  readonly pointing: readonly Pointing[];
  /** Graphs of sources that make statements about it. */
  readonly sources: readonly string[];
  /** What it states, if it is itself the graph of a source. */
  readonly stated: readonly Quad[];
  /** What is described with it, in order. */
  readonly branches: readonly Described[];
  /** Where it is found elsewhere. */
  readonly onward: readonly OnwardLink[];
}

/** Where a description is found. */
export interface Place {
  /** The IRI of the document. */
  readonly document: string;
  /** The address of the document on this instance: there are its pages. */
  readonly address: string;
}

/**
 * Everything known of a thing: its own triples, what points to it (a fair share of each property), what its class is
 * described with, which sources say so and where they say it, where catalogues have it, and the names of all that is
 * mentioned.
 */
export function describeThing(index: GraphIndex, iri: string, place: Place): Description {
  const outgoing = index.ownTriples(iri);
  const own = new Set(outgoing.map(({ subject }) => subject.value));
  const pointing = share(index.pointing(iri), pointingLimit).map(
    ({ property, total, shown }): Pointing => ({
      property,
      total,
      triples: index.pointingWith(iri, property, 0, shown),
    }),
  );
  const sources = [...new Set([...own].flatMap((subject) => index.sourcesOf(namedNode(subject))))].sort();
  const stated = index.isSource(iri) ? index.stated(iri).filter(({ subject }) => !own.has(subject.value)) : [];
  const branches = branchesOf(index, iri);
  const onward = onwardLinks(index, iri);
  const elsewhere = onwardTriples(index, iri, place.document, onward);
  const about = [
    ...aboutTopic(index, iri, place.document, sources),
    ...aboutPages(pointing, iri, place),
    ...elsewhere.links,
  ];
  const told = [
    ...outgoing,
    ...pointing.flatMap(({ triples }) => triples),
    ...branches.flatMap((branch) => branch.triples),
    ...sourceFacts(index, sources),
    ...elsewhere.templates,
  ];
  const within = [...stated, ...branches.flatMap((branch) => branch.stated)];
  const named = namesOf(index, [...told, ...within]);
  const facts = [...new Set([...told, ...named]), ...about];
  const triples = [...new Set([...facts, ...within])];
  const { document } = place;
  return { iri, document, triples, facts, about, outgoing, pointing, sources, stated, branches, onward };
}

/** A description with the statements that its triples are, each with the sources that make it. */
export function withStatements(index: GraphIndex, description: Description): Description {
  const statements = statementsOf(index, description.triples);
  const add = (triples: readonly Quad[]): Quad[] => [...triples, ...statements];
  return {
    ...description,
    triples: add(description.triples),
    facts: add(description.facts),
    about: add(description.about),
  };
}

/** What is known of the statement that a triple is: who makes it. */
export function describeStatement(index: GraphIndex, iri: string, triple: Quad, place: Place): Description {
  const outgoing = statementsOf(index, [triple]);
  const derived = outgoing.filter(({ predicate }) => predicate.value === prov('wasDerivedFrom'));
  const graphs = derived.map(({ object }) => object.value).sort();
  const about = [...aboutTopic(index, iri, place.document, graphs), ...outgoing];
  const told = [triple, ...sourceFacts(index, graphs)];
  const facts = [...new Set([...told, ...namesOf(index, told)]), ...about];
  const stated = [triple];
  return {
    iri,
    document: place.document,
    triples: facts,
    facts,
    about,
    outgoing,
    pointing: [],
    sources: graphs,
    stated,
    branches: [],
    onward: [],
  };
}

/** A page of what points to a thing with one property. */
export interface PointingPage extends Pointing {
  readonly iri: string;
  readonly page: number;
  readonly pages: number;
  /** All that the page says, each triple once. */
  readonly all: readonly Quad[];
  /** Of these, what the page says of itself. */
  readonly about: readonly Quad[];
}

/** A page of what points to a thing with a property, counted from 1; undefined if there is no such page. */
export function describePointing(
  index: GraphIndex,
  iri: string,
  property: string,
  page: number,
  place: Place,
): PointingPage | undefined {
  const { total } = index.pointing(iri).find((each) => each.property === property) ?? { total: 0 };
  const pages = Math.ceil(total / pageLimit);
  if (page > pages) return undefined;
  const triples = index.pointingWith(iri, property, (page - 1) * pageLimit, pageLimit);
  const about = [
    ...aboutTopic(index, iri, pageAddress(place, property, page), []),
    ...aboutPart({ property, total }, iri, place),
    ...viewTriples(pointingAddress(place, property), page, pages, (each) => pageAddress(place, property, each)),
  ];
  const all = [...new Set([...triples, ...namesOf(index, triples)]), ...about];
  return { property, total, triples, iri, page, pages, all, about };
}

/** The address of the pages of what points to a thing with a property. */
export const pointingAddress = ({ address }: Pick<Place, 'address'>, property: string): string =>
  `${address}?property=${encodeURIComponent(property)}`;

/** The address of one of these pages. */
export const pageAddress = (place: Pick<Place, 'address'>, property: string, page: number): string =>
  `${pointingAddress(place, property)}&page=${page}`;

/** What a collection says of one of its pages (Hydra Core, partial collection views). */
export function viewTriples(
  collection: string,
  page: number,
  pages: number,
  address: (page: number) => string,
): Quad[] {
  const view = address(page);
  const steps: [string, number][] = [
    ['first', 1],
    ['previous', page - 1],
    ['next', page + 1],
    ['last', pages],
  ];
  return [
    triple(collection, hydra('view'), namedNode(view)),
    triple(view, rdf('type'), namedNode(hydra('PartialCollectionView'))),
    ...steps
      .filter(([, to]) => to >= 1 && to <= pages)
      .map(([step, to]) => triple(view, hydra(step), namedNode(address(to)))),
  ];
}

/** Triples in the graphs that hold them, and what a document says of itself in none. */
export function inNamedGraphs(index: GraphIndex, triples: readonly Quad[], about: readonly Quad[]): Quad[] {
  const own = new Set(about);
  return triples.flatMap((each) => (own.has(each) ? [each] : index.inGraphs(each)));
}

const triple = (subject: string, predicate: string, object: Term): Quad =>
  quad(namedNode(subject), namedNode(predicate), object as never) as unknown as Quad;

const naming: ReadonlySet<string> = new Set(labelProperties);

/** The names of things that triples mention. */
export function namesOf(index: GraphIndex, triples: readonly Quad[]): Quad[] {
  const mentioned = new Map<string, Term>();
  for (const { subject, predicate, object } of triples)
    for (const term of predicate.value === rdf('type') ? [subject] : [subject, object])
      if (term.termType === 'NamedNode') mentioned.set(term.value, term);
  return [...mentioned.values()].flatMap((term) =>
    index.find(term, null, null).filter(({ predicate }) => naming.has(predicate.value)),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// What small groups leave over goes to the large ones.
function share(groups: readonly PointingCount[], limit: number): (PointingCount & { readonly shown: number })[] {
  const shares = new Map<string, number>();
  let left = limit;
  for (const [index, { property, total }] of [...groups].sort((a, b) => a.total - b.total).entries()) {
    const fair = Math.min(total, Math.floor(left / (groups.length - index)));
    shares.set(property, fair);
    left -= fair;
  }
  return groups.map((group) => ({ ...group, shown: shares.get(group.property) ?? 0 }));
}

/** What a document says of itself: of which dataset it is a part. */
export function aboutDocument({ dataset: { publication } }: GraphIndex, document: string): Quad[] {
  return publication ? [triple(document, voidTerm('inDataset'), namedNode(datasetOf(publication)))] : [];
}

const aboutTopic = (index: GraphIndex, iri: string, document: string, sources: readonly string[]): Quad[] => [
  triple(document, rdf('type'), namedNode(foaf('Document'))),
  triple(document, foaf('primaryTopic'), namedNode(iri)),
  ...sources.map((source) => triple(document, dcterms('source'), namedNode(source))),
  ...aboutDocument(index, document),
];

/** The IRI of the dataset that a publication makes up. */
export const datasetOf = ({ base }: Publication): string => `${base}dataset`;

// Only of what is left out: who gets all needs no pages.
const aboutPages = (pointing: readonly Pointing[], iri: string, place: Place): Quad[] =>
  pointing
    .filter(({ total, triples }) => total > triples.length)
    .flatMap((group) => [
      triple(place.document, hydra('collection'), namedNode(pointingAddress(place, group.property))),
      triple(pointingAddress(place, group.property), hydra('view'), namedNode(pageAddress(place, group.property, 1))),
      ...aboutPart(group, iri, place),
    ]);

function aboutPart({ property, total }: Pick<Pointing, 'property' | 'total'>, iri: string, place: Place): Quad[] {
  const collection = pointingAddress(place, property);
  const assertion = `${collection}#members`;
  return [
    triple(collection, rdf('type'), namedNode(hydra('Collection'))),
    triple(collection, hydra('totalItems'), literal(String(total), namedNode(xsd('integer')))),
    triple(collection, hydra('memberAssertion'), namedNode(assertion)),
    triple(assertion, hydra('property'), namedNode(property)),
    triple(assertion, hydra('object'), namedNode(iri)),
  ];
}

// Enough to read each by itself: its heading, its lines, its document; of what a reader concludes also the passage
// that it rests on.
function sourceFacts(index: GraphIndex, sources: readonly string[]): Quad[] {
  const origins = sources.flatMap((source) =>
    index.find(namedNode(source), namedNode(prov('wasDerivedFrom')), null).map(({ object }) => object.value),
  );
  return [...new Set([...sources, ...origins])].flatMap((source) => asserted(index, source));
}

// What is not told anyway is not looked up either: some things have hundreds of triples.
const asserted = (index: GraphIndex, iri: string, told?: ReadonlySet<string>): Quad[] =>
  index
    .find(namedNode(iri), null, null)
    .filter(({ predicate }) => !told || told.has(predicate.value))
    .filter((each) => !index.isInferred(each));

/** What the publication wants described together with a thing of these classes. */
function branchesOf(index: GraphIndex, iri: string): Described[] {
  const { publication } = index.dataset;
  if (!publication?.trees) return [];
  const classes = new Set(index.find(namedNode(iri), namedNode(rdf('type')), null).map(({ object }) => object.value));
  const wanted = publication.trees.filter((tree) => classes.has(tree.class));
  const branches = wanted
    .flatMap((tree) => tree.branches.flatMap((branch) => follow(index, iri, branch)))
    // What an earlier branch has described, a later one leaves alone.
    .filter((branch, place, all) => all.findIndex((each) => each.iri === branch.iri) === place);
  let left = statedLimit;
  return branches.map((branch) => {
    const stated = branch.stated.length <= left ? branch.stated : [];
    left -= branch.stated.length;
    return { ...branch, stated };
  });
}

function follow(index: GraphIndex, iri: string, branch: Branch): Described[] {
  const only = branch.class && namedNode(branch.class);
  const told = branch.properties && new Set(branch.properties);
  const reached = index
    .find(namedNode(iri), namedNode(branch.property), null)
    .map(({ object }) => object)
    .filter((node) => node.termType === 'NamedNode')
    .filter((node) => !only || index.find(node, namedNode(rdf('type')), only).length > 0);
  const order = branch.order && namedNode(branch.order);
  const place = (node: Term): number =>
    Number((order && index.find(node, order, null)[0]?.object.value) ?? Number.POSITIVE_INFINITY);
  return reached
    .map((node) => ({ node, place: place(node) }))
    .sort((a, b) => (a.place === b.place ? compare(a.node.value, b.node.value) : a.place - b.place))
    .map(({ node: { value } }) => ({
      iri: value,
      triples: asserted(index, value, told),
      stated:
        branch.states && index.isSource(value)
          ? index.stated(value).filter(({ subject }) => subject.value !== value)
          : [],
    }));
}
