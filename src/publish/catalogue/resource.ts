import type { Literal, Quad, Term } from '@rdfjs/types';
import type { CatalogueText, Publication, Text } from '../../load/publication.ts';
import { state, texts, value } from '../../rdf/state.ts';
import { dcat, dcatAp, dcterms, fdp, foaf, rdf, rdfs, vcard, xsd } from '../../rdf/terms.ts';
import { type CatalogueRecord, cataloguePath, contactPath, profilePath } from './records.ts';

/** What the descriptions of an instance have in common. */
export interface Resource {
  readonly publication: Publication;
  readonly text: CatalogueText;
  readonly publicUrl: string;
  readonly modified: Date;
  readonly version: string;
  readonly email: string;
  readonly publisher: { readonly iri: string; readonly types: readonly string[]; readonly names: readonly Term[] };
  /** The ontology of the graph, if it is one of its graphs. */
  readonly ontology: string | undefined;
}

/** A time as all profiles take it: seconds and zone, and no fractions. */
export const timeOf = (moment: Date): Literal => value(moment.toISOString().replace(/\.\d+/, ''), xsd('dateTime'));

/** The statement about rights beside the licence: a part of the catalogue's document. */
const rightsIri = ({ publicUrl }: Resource): string => `${publicUrl}${cataloguePath}#rights`;

/** What is said of every resource: who it is from, under what terms, in which languages, and how old it is. */
export function describeResource(resource: Resource, iri: string, title: Text, description: Text): Quad[] {
  const { text, publication, modified, version, publisher, publicUrl } = resource;
  return [
    ...state(iri, dcterms('title'), ...texts(title)),
    ...state(iri, dcterms('description'), ...texts(description)),
    ...state(iri, dcterms('publisher'), publisher.iri),
    ...state(iri, dcterms('creator'), publisher.iri),
    ...state(iri, dcat('contactPoint'), publicUrl + contactPath),
    ...state(iri, dcterms('license'), publication.license),
    ...describeRights(resource, iri),
    ...state(iri, dcterms('language'), ...text.languages),
    ...state(iri, dcterms('issued'), value(text.issued, xsd('dateTime'))),
    ...state(iri, dcterms('modified'), timeOf(modified)),
    ...state(iri, dcat('version'), value(version)),
  ];
}

/** What is found by subject: datasets and services, and not the lists of them. */
export function describeSubject({ text }: Resource, iri: string): Quad[] {
  return [
    ...state(iri, dcat('theme'), ...text.themes),
    ...Object.entries(text.keywords).flatMap(([language, words]) =>
      words.flatMap((word) => state(iri, dcat('keyword'), ...texts({ [language]: word }))),
    ),
    ...state(iri, dcterms('accessRights'), text.accessRights),
  ];
}

/** The rights beside the licence, described in each document. */
export function describeRights(resource: Resource, iri: string): Quad[] {
  const rights = rightsIri(resource);
  return [
    ...state(iri, dcterms('rights'), rights),
    ...state(rights, rdf('type'), dcterms('RightsStatement')),
    ...state(rights, rdfs('label'), ...texts(resource.text.rights)),
  ];
}

/** The law that a description names. */
export const describeLegislation = ({ text }: Resource, iri: string): Quad[] =>
  state(iri, dcatAp('applicableLegislation'), ...text.legislation);

/** What a FAIR Data Point wants to know of the description itself. */
export function describeMetadata(
  { text, modified, publicUrl }: Resource,
  iri: string,
  { kind }: CatalogueRecord,
): Quad[] {
  return [
    ...state(iri, fdp('metadataIdentifier'), iri),
    ...state(iri, fdp('metadataIssued'), value(text.issued, xsd('dateTime'))),
    ...state(iri, fdp('metadataModified'), timeOf(modified)),
    ...state(iri, dcterms('conformsTo'), publicUrl + profilePath(kind)),
  ];
}

/** Who publishes, as the graph has it; the mailbox and the page are those of who hosts. */
export function describePublisher({ publisher, email, publicUrl }: Resource): Quad[] {
  const { iri, types, names } = publisher;
  return [
    ...state(iri, rdf('type'), ...new Set([foaf('Agent'), ...types])),
    ...state(iri, foaf('name'), ...(names.length ? (names as Literal[]) : [value(iri)])),
    ...state(iri, dcterms('identifier'), value(iri)),
    ...state(iri, foaf('mbox'), `mailto:${email}`),
    ...state(iri, foaf('homepage'), `${publicUrl}/`),
  ];
}

/** Who answers questions. It has one name: two, one for each language, are too many for some catalogues. */
export function describeContact({ text, email, publicUrl }: Resource): Quad[] {
  const iri = publicUrl + contactPath;
  return [
    ...state(iri, rdf('type'), vcard('Kind')),
    ...state(iri, vcard('fn'), ...texts(text.contact.name).slice(0, 1)),
    ...state(iri, vcard('hasEmail'), `mailto:${email}`),
    ...state(iri, vcard('hasURL'), `${publicUrl}/`),
  ];
}
