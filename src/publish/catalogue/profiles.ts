import type { Quad } from '@rdfjs/types';
import type { Text } from '../../load/publication.ts';
import { state, texts, value, whole } from '../../rdf/state.ts';
import { dcat, dcatAp, dcterms, fdp, prof, rdf, sh, spdx, xsd } from '../../rdf/terms.ts';
import type { RecordKind } from './records.ts';

/** What each record of a kind holds for sure (the profile that a FAIR Data Point names for it). */
export interface Profile {
  readonly kind: RecordKind;
  readonly title: Text;
  readonly type: string;
  readonly properties: readonly Requirement[];
}

/** A property, how often it is there, and what its values are. */
interface Requirement {
  readonly path: string;
  readonly values: 'text' | 'iri' | 'time' | 'count';
  /** Whether there is exactly one, instead of at least one. */
  readonly one?: boolean;
}

const one = (path: string, values: Requirement['values']): Requirement => ({ path, values, one: true });
const some = (path: string, values: Requirement['values']): Requirement => ({ path, values });

const named = [some(dcterms('title'), 'text'), some(dcterms('description'), 'text')];
const kept = [
  one(dcterms('publisher'), 'iri'),
  one(dcat('contactPoint'), 'iri'),
  one(dcterms('license'), 'iri'),
  one(dcterms('modified'), 'time'),
  one(dcat('version'), 'text'),
];
const metadata = [
  one(fdp('metadataIdentifier'), 'iri'),
  one(fdp('metadataIssued'), 'time'),
  one(fdp('metadataModified'), 'time'),
];

/** The profiles: a row for each kind of record that a FAIR Data Point leads to. */
export const profiles: readonly Profile[] = [
  {
    kind: 'fair-data-point',
    title: { en: 'Profile of the FAIR Data Point', nl: 'Profiel van het FAIR Data Point' },
    type: fdp('FAIRDataPoint'),
    properties: [
      ...named,
      ...kept,
      ...metadata,
      one(dcat('endpointURL'), 'iri'),
      one(fdp('conformsToFdpSpec'), 'iri'),
      some(fdp('metadataCatalog'), 'iri'),
    ],
  },
  {
    kind: 'catalogue',
    title: { en: 'Profile of catalogues', nl: 'Profiel van catalogi' },
    type: dcat('Catalog'),
    properties: [
      ...named,
      ...kept,
      ...metadata,
      some(dcterms('isPartOf'), 'iri'),
      some(dcat('dataset'), 'iri'),
      some(dcat('service'), 'iri'),
      some(dcat('themeTaxonomy'), 'iri'),
    ],
  },
  {
    kind: 'dataset',
    title: { en: 'Profile of datasets', nl: 'Profiel van datasets' },
    type: dcat('Dataset'),
    properties: [
      ...named,
      ...kept,
      ...metadata,
      one(dcterms('identifier'), 'text'),
      one(dcterms('issued'), 'time'),
      some(dcterms('creator'), 'iri'),
      some(dcat('theme'), 'iri'),
      some(dcat('keyword'), 'text'),
      one(dcterms('accessRights'), 'iri'),
      some(dcatAp('applicableLegislation'), 'iri'),
      some(dcat('distribution'), 'iri'),
    ],
  },
  {
    kind: 'distribution',
    title: { en: 'Profile of distributions', nl: 'Profiel van distributies' },
    type: dcat('Distribution'),
    properties: [
      ...named,
      ...metadata,
      one(dcterms('license'), 'iri'),
      one(dcterms('rights'), 'iri'),
      one(dcat('accessURL'), 'iri'),
      one(dcat('downloadURL'), 'iri'),
      one(dcat('mediaType'), 'iri'),
      one(dcterms('format'), 'iri'),
      one(dcat('byteSize'), 'count'),
      one(spdx('checksum'), 'iri'),
    ],
  },
  {
    kind: 'service',
    title: { en: 'Profile of data services', nl: 'Profiel van dataservices' },
    type: dcat('DataService'),
    properties: [
      ...named,
      ...kept,
      ...metadata,
      one(dcterms('identifier'), 'text'),
      one(dcat('endpointURL'), 'iri'),
      one(dcat('endpointDescription'), 'iri'),
      some(dcat('theme'), 'iri'),
      some(dcat('servesDataset'), 'iri'),
    ],
  },
];

const kinds: Readonly<Record<Requirement['values'], readonly [property: string, value: string]>> = {
  text: ['nodeKind', sh('Literal')],
  iri: ['nodeKind', sh('IRI')],
  time: ['datatype', xsd('dateTime')],
  count: ['datatype', xsd('nonNegativeInteger')],
};

const dcat3 = 'https://www.w3.org/TR/vocab-dcat-3/';
const shacl = 'https://www.w3.org/TR/shacl/';

/** A profile as a resource of its own (W3C Profiles Vocabulary), with the shape (SHACL) that tells the same. */
export function describeProfile(iri: string, { title, type, properties }: Profile): Quad[] {
  const [shape, descriptor] = [`${iri}#shape`, `${iri}#validation`];
  return [
    ...state(iri, rdf('type'), prof('Profile'), dcterms('Standard')),
    ...state(iri, dcterms('title'), ...texts(title)),
    ...state(iri, prof('isProfileOf'), dcat3),
    ...state(iri, prof('hasResource'), descriptor),
    ...state(descriptor, rdf('type'), prof('ResourceDescriptor')),
    ...state(descriptor, dcterms('title'), ...texts(title)),
    ...state(descriptor, prof('hasRole'), 'http://www.w3.org/ns/dx/prof/role/validation'),
    ...state(descriptor, prof('hasArtifact'), `${iri}.ttl`),
    ...state(descriptor, dcterms('conformsTo'), shacl),
    ...state(descriptor, dcterms('format'), 'https://www.iana.org/assignments/media-types/text/turtle'),
    ...state(shape, rdf('type'), sh('NodeShape')),
    ...state(shape, sh('targetClass'), type),
    ...properties.flatMap(({ path, values, one: single }) => {
      const property = `${iri}#${path.replace(/^.*[#/]/, '')}`;
      const [kind, wanted] = kinds[values];
      return [
        ...state(shape, sh('property'), property),
        ...state(property, sh('path'), path),
        ...state(property, sh(kind), wanted),
        ...state(property, sh('minCount'), whole(1)),
        ...(single ? state(property, sh('maxCount'), whole(1)) : []),
        ...state(property, sh('name'), value(path.replace(/^.*[#/]/, ''))),
      ];
    }),
  ];
}
