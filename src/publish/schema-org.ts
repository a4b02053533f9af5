import type { Text } from '../load/publication.ts';
import { foaf } from '../rdf/terms.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { type CatalogueRecord, cataloguePath, contactPath, permanentIri, type RecordOf } from './catalogue/records.ts';
import { timeOf } from './catalogue/resource.ts';
import { descriptionOf, distributionDescription, distributionTitle, titleOf } from './catalogue/texts.ts';
import { fileFormatOf } from './link-tables.ts';

/** A description in JSON-LD with the vocabulary of schema.org, as search engines for datasets read it. */
export type StructuredData = Readonly<Record<string, unknown>>;

const context = { '@context': 'https://schema.org/' };

/** What search engines are told on the page of a record; undefined where they want nothing. */
export function structuredDataOf(catalogue: Catalogue, record: CatalogueRecord): StructuredData | undefined {
  if (record.kind === 'catalogue') return { ...context, ...describeCatalog(catalogue, record) };
  if (record.kind === 'dataset') return { ...context, ...describeDataset(catalogue, record) };
  return undefined;
}

/** What search engines are told on the home page. */
export function describeWebSite({ publication, resource }: Catalogue): StructuredData {
  return {
    ...context,
    '@type': 'WebSite',
    '@id': `${resource.publicUrl}/`,
    name: inLanguages(publication.title),
    description: inLanguages(publication.description),
    url: `${resource.publicUrl}/`,
    inLanguage: Object.keys(publication.title),
    license: publication.license,
    publisher: describePublisher(resource),
    mainEntity: { '@id': resource.publicUrl + cataloguePath },
  };
}

const inLanguages = (text: Text): unknown =>
  Object.entries(text).map(([language, value]) => ({ '@language': language, '@value': value }));

function describeCatalog(catalogue: Catalogue, record: CatalogueRecord): StructuredData {
  const { publication, resource } = catalogue;
  return {
    '@type': 'DataCatalog',
    '@id': catalogue.iri(record),
    name: inLanguages(resource.text.title),
    description: inLanguages(resource.text.description),
    url: catalogue.iri(record),
    license: publication.license,
    inLanguage: Object.keys(publication.title),
    dateModified: timeOf(resource.modified).value,
    publisher: describePublisher(resource),
    dataset: catalogue.all('dataset').map((each) => summarise(catalogue, each)),
  };
}

function describeDataset(catalogue: Catalogue, record: RecordOf<'dataset'>): StructuredData {
  const { publication, resource } = catalogue;
  const permanent = permanentIri(publication, record.part);
  const whole = catalogue.all('dataset').filter(({ part }) => !part.name);
  const parts = catalogue.all('dataset').filter(({ part }) => part.name);
  const refer = (records: readonly CatalogueRecord[]) => records.map((each) => ({ '@id': catalogue.iri(each) }));
  return {
    ...summarise(catalogue, record),
    ...(permanent ? { sameAs: permanent } : {}),
    ...(record.part.name ? { isPartOf: refer(whole) } : { hasPart: refer(parts) }),
    includedInDataCatalog: {
      '@type': 'DataCatalog',
      '@id': resource.publicUrl + cataloguePath,
      name: inLanguages(resource.text.title),
      url: resource.publicUrl + cataloguePath,
    },
    distribution: [
      ...catalogue
        .all('distribution')
        .filter(({ part }) => part === record.part)
        .map((each) => describeDownload(catalogue, each)),
      ...(record.part.name ? [] : catalogue.all('service').map((each) => describeEndpoint(catalogue, each))),
    ],
  };
}

/** What search engines want to know of every dataset. */
function summarise(catalogue: Catalogue, record: RecordOf<'dataset'>): StructuredData {
  const { publication, resource } = catalogue;
  const { text, version, modified } = resource;
  const iri = catalogue.iri(record);
  return {
    '@type': 'Dataset',
    '@id': iri,
    name: inLanguages(titleOf(record.part)),
    description: inLanguages(descriptionOf(record.part, publication, text.note)),
    url: iri,
    identifier: permanentIri(publication, record.part) ?? iri,
    version,
    license: publication.license,
    isAccessibleForFree: true,
    inLanguage: Object.keys(publication.title),
    keywords: Object.entries(text.keywords).flatMap(([language, words]) =>
      words.map((word) => ({ '@language': language, '@value': word })),
    ),
    dateCreated: text.created,
    datePublished: text.issued,
    dateModified: timeOf(modified).value,
    spatialCoverage: text.spatial.map((iri) => ({
      '@type': 'Place',
      '@id': iri,
      name: inLanguages(text.values[iri]?.label ?? {}),
    })),
    creator: describePublisher(resource),
    publisher: describePublisher(resource),
  };
}

function describePublisher({ publisher, publicUrl, text, email }: Catalogue['resource']): StructuredData {
  const names = publisher.names.flatMap((term) =>
    term.termType === 'Literal' ? [{ '@language': term.language || 'und', '@value': term.value }] : [],
  );
  return {
    '@type': publisher.types.includes(foaf('Person')) ? 'Person' : 'Organization',
    '@id': publisher.iri,
    name: names.length ? names : publisher.iri,
    identifier: publisher.iri,
    url: `${publicUrl}/`,
    contactPoint: {
      '@type': 'ContactPoint',
      '@id': publicUrl + contactPath,
      name: inLanguages(text.contact.name),
      email,
      contactType: 'customer support',
    },
  };
}

function describeDownload(catalogue: Catalogue, record: RecordOf<'distribution'>): StructuredData {
  const { part, file } = record;
  const { publication, resource } = catalogue;
  return {
    '@type': 'DataDownload',
    '@id': catalogue.iri(record),
    name: inLanguages(distributionTitle(part, file)),
    description: inLanguages(distributionDescription(part, file)),
    contentUrl: `${resource.publicUrl}/dumps/${resource.version}/${file.file}`,
    // The Dutch register of datasets tells compressed files by a suffix.
    encodingFormat: fileFormatOf(file.format).mediaType + (file.coding ? `+${file.coding}` : ''),
    contentSize: file.bytes,
    sha256: file.sha256,
    dateModified: timeOf(resource.modified).value,
    license: publication.license,
  };
}

/** A service as a distribution: schema.org, as registers of datasets read it, has no other word for it. */
function describeEndpoint(catalogue: Catalogue, record: RecordOf<'service'>): StructuredData {
  const { service } = record;
  const { publicUrl } = catalogue.resource;
  return {
    '@type': 'DataDownload',
    '@id': catalogue.iri(record),
    name: inLanguages(service.title),
    description: inLanguages(service.description),
    contentUrl: publicUrl + service.endpoint,
    usageInfo: { '@id': service.protocol },
    license: catalogue.publication.license,
  };
}
