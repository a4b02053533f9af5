import type { Quad } from '@rdfjs/types';
import type { Text } from '../load/publication.ts';
import { sha256 } from '../rdf/canonical.ts';
import { state, texts, value, whole } from '../rdf/state.ts';
import { dcterms, foaf, rdf, sh, voidExt, voidTerm, xsd } from '../rdf/terms.ts';
import type { Prefixes } from '../rdf/write-turtle.ts';
import type { ClassShare, LinkShare, PropertyShare, Statistics } from './statistics.ts';

/** The dataset of a publication, under its base. */
export const datasetIri = (base: string): string => `${base}dataset`;

/** A name for an IRI, to be used inside others: its prefix and local name, or else some digits that stand for it. */
export type Naming = (iri: string) => string;

/**
 * Names by these prefixes. Different IRIs get different names: neither part of a local name may hold the hyphen that
 * ends the prefix, and digits that stand for an IRI hold none.
 */
export function nameByPrefix(prefixes: Prefixes): Naming {
  const spaces = Object.entries(prefixes)
    .filter(([prefix]) => /^[\w-]+$/.test(prefix))
    .sort(([a, space], [b, other]) => other.length - space.length || (a < b ? -1 : 1));
  return (iri) => {
    const [prefix, space = ''] = spaces.find(([, each]) => iri.startsWith(each)) ?? [];
    const local = iri.slice(space.length);
    return prefix !== undefined && /^\w+$/.test(local) ? `${prefix}-${local}` : sha256(iri).slice(0, 12);
  };
}

/** What an instance adds to a description of its dataset. */
export interface Access {
  /** The document that holds the description. */
  readonly document: string;
  readonly title: Text;
  readonly modified: Date;
  readonly endpoint: string;
  /** Addresses of files that hold the whole dataset. */
  readonly dumps: readonly string[];
}

/**
 * The document that tells who comes to a host what data it has (VoID, `/.well-known/void`): what the dataset says of
 * itself without its example queries, and where it can be had here.
 */
export function describeAccess(
  described: readonly Quad[],
  base: string,
  { document, title, modified, endpoint, dumps }: Access,
): Quad[] {
  const dataset = datasetIri(base);
  const queries = new Set(
    described
      .filter(({ predicate, object }) => predicate.value === rdf('type') && object.value === sh('SPARQLExecutable'))
      .map(({ subject }) => subject.value),
  );
  return [
    ...state(document, rdf('type'), voidTerm('DatasetDescription')),
    ...state(document, dcterms('title'), ...texts(title)),
    ...state(document, dcterms('modified'), value(modified.toISOString(), xsd('dateTime'))),
    ...state(document, foaf('primaryTopic'), dataset),
    ...state(dataset, voidTerm('sparqlEndpoint'), endpoint),
    ...state(dataset, voidTerm('dataDump'), ...dumps),
    ...described.filter(({ subject }) => !queries.has(subject.value)),
  ];
}

/** Statistics in VoID, with the distinct objects or without. `dataset` is what they are of. */
export function describeStatistics(
  statistics: Statistics,
  dataset: string,
  name: Naming,
  { objects }: { readonly objects: boolean },
): Quad[] {
  const { triples, entities, subjects, classes, properties, links } = statistics;
  return [
    ...state(dataset, voidTerm('triples'), whole(triples)),
    ...state(dataset, voidTerm('entities'), whole(entities)),
    ...state(dataset, voidTerm('classes'), whole(classes.length)),
    ...state(dataset, voidTerm('properties'), whole(properties.length)),
    ...state(dataset, voidTerm('distinctSubjects'), whole(subjects)),
    ...(objects ? state(dataset, voidTerm('distinctObjects'), whole(statistics.objects)) : []),
    ...classes.flatMap((each) => describeClass(each, dataset, name)),
    ...properties.flatMap(({ iri, triples }) => {
      const partition = `${dataset}/property/${name(iri)}`;
      return [
        ...state(dataset, voidTerm('propertyPartition'), partition),
        ...state(partition, rdf('type'), voidTerm('Dataset')),
        ...state(partition, voidTerm('property'), iri),
        ...state(partition, voidTerm('triples'), whole(triples)),
      ];
    }),
    ...links.flatMap((each) => describeLinks(each, dataset, name)),
  ];
}

function describeClass({ iri, triples, entities, properties }: ClassShare, dataset: string, name: Naming): Quad[] {
  const partition = `${dataset}/class/${name(iri)}`;
  return [
    ...state(dataset, voidTerm('classPartition'), partition),
    ...state(partition, rdf('type'), voidTerm('Dataset')),
    ...state(partition, voidTerm('class'), iri),
    ...state(partition, voidTerm('entities'), whole(entities)),
    ...state(partition, voidTerm('triples'), whole(triples)),
    ...properties.flatMap((each) => describeProperty(each, partition, name)),
  ];
}

// Parts of a class's document; the graph has no type for them, which would be a seventh of all that it says.
function describeProperty({ iri, triples, classes, datatypes }: PropertyShare, subject: string, name: Naming): Quad[] {
  const partition = `${subject}#${name(iri)}`;
  return [
    ...state(subject, voidTerm('propertyPartition'), partition),
    ...state(partition, voidTerm('property'), iri),
    ...state(partition, voidTerm('triples'), whole(triples)),
    ...classes.flatMap((each) => {
      const values = `${partition}.${name(each.iri)}`;
      return [
        ...state(partition, voidTerm('classPartition'), values),
        ...state(values, voidTerm('class'), each.iri),
        ...state(values, voidTerm('triples'), whole(each.triples)),
      ];
    }),
    ...datatypes.flatMap((each) => {
      const values = `${partition}.${name(each.iri)}`;
      return [
        ...state(partition, voidExt('datatypePartition'), values),
        ...state(values, voidExt('datatype'), each.iri),
        ...state(values, voidTerm('triples'), whole(each.triples)),
      ];
    }),
  ];
}

// Clients take all triples of a linkset to have its predicate: each host has a linkset for each, and one for all.
function describeLinks({ host, spaces, triples, properties }: LinkShare, dataset: string, name: Naming): Quad[] {
  const linkset = `${dataset}/linkset/${/^[\w.:-]+$/.test(host) ? host : sha256(host).slice(0, 12)}`;
  const target = `${linkset}#target`;
  const describe = (subject: string, number: number): Quad[] => [
    ...state(subject, rdf('type'), voidTerm('Linkset')),
    ...state(subject, voidTerm('subjectsTarget'), dataset),
    ...state(subject, voidTerm('objectsTarget'), target),
    ...state(subject, voidTerm('triples'), whole(number)),
  ];
  return [
    ...state(dataset, voidTerm('subset'), linkset),
    ...describe(linkset, triples),
    ...state(target, rdf('type'), voidTerm('Dataset')),
    ...state(target, voidTerm('uriSpace'), ...spaces.map((space) => value(space))),
    ...properties.flatMap((each) => {
      const subset = `${linkset}#${name(each.iri)}`;
      return [
        ...state(linkset, voidTerm('subset'), subset),
        ...describe(subset, each.triples),
        ...state(subset, voidTerm('linkPredicate'), each.iri),
      ];
    }),
  ];
}
