import type { Quad } from '@rdfjs/types';
import { state, texts, value, whole } from '../../rdf/state.ts';
import { dcat, dcatAp, dcterms, fdp, foaf, owl, rdf, spdx, voidTerm, xsd } from '../../rdf/terms.ts';
import { compressedTypes } from '../dumps.ts';
import { fileFormatOf, isGraphFormat } from '../link-tables.ts';
import { endpointPath } from '../service-description.ts';
import type { Catalogue } from './catalogue.ts';
import { memberRelations } from './containers.ts';
import { fileTypeOf, ianaMediaType } from './file-types.ts';
import { describeProfile } from './profiles.ts';
import {
  type CatalogueRecord,
  cataloguePath,
  datasetPath,
  fairDataPointPath,
  permanentIri,
  type RecordOf,
} from './records.ts';
import {
  describeContact,
  describeLegislation,
  describeMetadata,
  describeResource,
  describeRights,
  describeSubject,
  timeOf,
} from './resource.ts';
import {
  descriptionOf,
  distributionDescription,
  distributionTitle,
  pointDescription,
  pointTitle,
  titleOf,
} from './texts.ts';

/** The triples about what a record describes, with the links to what is below it. */
export function describeRecord(catalogue: Catalogue, record: CatalogueRecord): Quad[] {
  const iri = catalogue.iri(record);
  const members = catalogue
    .children(record)
    .flatMap(({ kind, records }) => state(iri, memberRelations[kind], ...records.map((each) => catalogue.iri(each))));
  return [...describeKind(catalogue, record, iri), ...members];
}

function describeKind(catalogue: Catalogue, record: CatalogueRecord, iri: string): Quad[] {
  switch (record.kind) {
    case 'fair-data-point':
      return describePoint(catalogue, record, iri);
    case 'catalogue':
      return describeList(catalogue, record, iri);
    case 'dataset':
      return describeDataset(catalogue, record, iri);
    case 'distribution':
      return describeDistribution(catalogue, record, iri);
    case 'service':
      return describeService(catalogue, record, iri);
    case 'contact':
      return describeContact(catalogue.resource);
    case 'profile':
      return describeProfile(iri, record.profile);
  }
}

const fdpSpecification = 'https://specs.fairdatapoint.org/fdp-specs-v1.2.html';

function describePoint({ resource }: Catalogue, record: CatalogueRecord, iri: string): Quad[] {
  return [
    ...state(iri, rdf('type'), fdp('FAIRDataPoint'), fdp('MetadataService'), dcat('DataService')),
    ...describeResource(resource, iri, pointTitle(resource.publication.title), pointDescription),
    ...describeSubject(resource, iri),
    ...describeMetadata(resource, iri, record),
    ...state(iri, fdp('conformsToFdpSpec'), fdpSpecification),
    ...state(iri, dcterms('identifier'), value(iri)),
    ...state(iri, dcat('endpointURL'), iri),
    ...state(iri, dcat('endpointDescription'), fdpSpecification),
    ...state(iri, dcat('landingPage'), `${iri}.html`),
  ];
}

function describeList({ resource }: Catalogue, record: CatalogueRecord, iri: string): Quad[] {
  const { text, publicUrl } = resource;
  return [
    ...state(iri, rdf('type'), dcat('Catalog')),
    ...describeResource(resource, iri, text.title, text.description),
    ...describeMetadata(resource, iri, record),
    ...state(iri, dcterms('identifier'), value(iri)),
    ...state(iri, dcterms('isPartOf'), publicUrl + fairDataPointPath),
    ...state(iri, dcterms('spatial'), ...text.spatial),
    ...state(iri, dcat('themeTaxonomy'), text.themeTaxonomy),
    ...state(iri, foaf('homepage'), `${publicUrl}/`),
  ];
}

function describeDataset(catalogue: Catalogue, record: RecordOf<'dataset'>, iri: string): Quad[] {
  const { resource } = catalogue;
  const { publication, text, publicUrl, ontology } = resource;
  const { part } = record;
  const permanent = permanentIri(publication, part);
  const parts = catalogue.all('dataset').filter((each) => each.part.name);
  return [
    ...state(iri, rdf('type'), dcat('Dataset'), voidTerm('Dataset')),
    ...describeResource(resource, iri, titleOf(part), descriptionOf(part, publication, text.note)),
    ...describeSubject(resource, iri),
    ...describeMetadata(resource, iri, record),
    ...describeLegislation(resource, iri),
    ...state(iri, dcterms('identifier'), value(permanent ?? iri)),
    ...(permanent ? state(iri, owl('sameAs'), permanent) : []),
    ...(part.name
      ? state(iri, dcterms('isPartOf'), publicUrl + datasetPath(publication, { ...part, name: '' }))
      : state(iri, dcterms('hasPart'), ...parts.map((each) => catalogue.iri(each)))),
    ...state(iri, dcat('inCatalog'), publicUrl + cataloguePath),
    ...state(iri, dcterms('created'), value(text.created, xsd('dateTime'))),
    ...state(iri, dcterms('accrualPeriodicity'), text.frequency),
    ...state(iri, dcterms('spatial'), ...text.spatial),
    ...(ontology ? state(iri, dcterms('conformsTo'), ontology) : []),
    ...state(iri, dcat('landingPage'), `${iri}.html`),
    ...state(iri, foaf('page'), `${publicUrl}/`),
    ...state(iri, voidTerm('triples'), whole(part.triples)),
    ...state(iri, voidTerm('sparqlEndpoint'), publicUrl + endpointPath),
  ];
}

function describeDistribution({ resource }: Catalogue, record: RecordOf<'distribution'>, iri: string): Quad[] {
  const { publication, publicUrl, text, version, modified, ontology } = resource;
  const { file, part } = record;
  const { mediaType } = fileFormatOf(file.format);
  const checksum = `${iri}#checksum`;
  const dumps = `${publicUrl}/dumps`;
  return [
    ...state(iri, rdf('type'), dcat('Distribution')),
    ...state(iri, dcterms('title'), ...texts(distributionTitle(part, file))),
    ...state(iri, dcterms('description'), ...texts(distributionDescription(part, file))),
    ...state(iri, dcterms('license'), publication.license),
    ...describeRights(resource, iri),
    ...describeMetadata(resource, iri, record),
    ...state(iri, dcterms('language'), ...text.languages),
    ...state(iri, dcterms('issued'), value(text.issued, xsd('dateTime'))),
    ...state(iri, dcterms('modified'), timeOf(modified)),
    ...state(iri, dcat('isDistributionOf'), publicUrl + datasetPath(publication, part)),
    // What is accessed is always the newest; what is downloaded is what size and checksum are of.
    ...state(iri, dcat('accessURL'), `${dumps}/${file.file}`),
    ...state(iri, dcat('downloadURL'), `${dumps}/${version}/${file.file}`),
    ...state(iri, dcat('mediaType'), ianaMediaType(mediaType)),
    ...(file.coding ? state(iri, dcat('compressFormat'), ianaMediaType(compressedTypes[file.coding])) : []),
    ...state(iri, dcterms('format'), fileTypeOf[file.format]),
    ...(ontology && isGraphFormat(file.format) ? state(iri, dcterms('conformsTo'), ontology) : []),
    ...state(iri, dcat('byteSize'), value(String(file.bytes), xsd('nonNegativeInteger'))),
    ...state(iri, spdx('checksum'), checksum),
    ...state(checksum, rdf('type'), spdx('Checksum')),
    ...state(checksum, spdx('algorithm'), spdx('checksumAlgorithm_sha256')),
    ...state(checksum, spdx('checksumValue'), value(file.sha256, xsd('hexBinary'))),
    ...state(iri, dcatAp('availability'), text.availability),
  ];
}

function describeService({ resource, records }: Catalogue, record: RecordOf<'service'>, iri: string): Quad[] {
  const { publicUrl } = resource;
  const { service } = record;
  const served = records.find((each) => each.kind === 'dataset' && !each.part.name);
  return [
    ...state(iri, rdf('type'), dcat('DataService')),
    ...describeResource(resource, iri, service.title, service.description),
    ...describeSubject(resource, iri),
    ...describeMetadata(resource, iri, record),
    ...state(iri, dcterms('identifier'), value(iri)),
    ...state(iri, dcat('inCatalog'), publicUrl + cataloguePath),
    ...state(iri, dcat('endpointURL'), publicUrl + service.endpoint),
    ...state(iri, dcat('endpointDescription'), publicUrl + service.describedAt),
    ...state(iri, dcterms('conformsTo'), service.protocol),
    ...state(service.protocol, dcterms('title'), ...texts(service.protocolTitle)),
    ...state(iri, dcat('landingPage'), `${iri}.html`),
    ...state(iri, foaf('page'), publicUrl + service.page),
    ...(served ? state(iri, dcat('servesDataset'), publicUrl + served.path) : []),
  ];
}
