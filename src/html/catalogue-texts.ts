import type { RecordKind } from '../publish/catalogue/records.ts';
import { dcat, dcatAp, dcterms, fdp, foaf, owl, prof, spdx, vcard, voidTerm } from '../rdf/terms.ts';
import type { Language } from './texts.ts';

type Words = Readonly<Record<Language, string>>;

/** What each kind of record is called, above its title. */
export const kindTexts: Readonly<Record<RecordKind, Words>> = {
  'fair-data-point': { en: 'FAIR Data Point', nl: 'FAIR Data Point' },
  catalogue: { en: 'Catalogue', nl: 'Catalogus' },
  dataset: { en: 'Dataset', nl: 'Dataset' },
  distribution: { en: 'Distribution', nl: 'Distributie' },
  service: { en: 'Data service', nl: 'Dataservice' },
  contact: { en: 'Contact point', nl: 'Contactpunt' },
  profile: { en: 'Metadata profile', nl: 'Metadataprofiel' },
};

/** What the properties of the catalogue are called, in the order in which pages show them. */
export const propertyTexts: Readonly<Record<string, Words>> = {
  [vcard('fn')]: { en: 'Name', nl: 'Naam' },
  [vcard('hasEmail')]: { en: 'E-mail', nl: 'E-mail' },
  [vcard('hasURL')]: { en: 'Web page', nl: 'Webpagina' },
  [dcterms('identifier')]: { en: 'Identifier', nl: 'Identificatie' },
  [owl('sameAs')]: { en: 'Permanent IRI', nl: 'Blijvende IRI' },
  [dcat('version')]: { en: 'Version', nl: 'Versie' },
  [dcterms('publisher')]: { en: 'Publisher', nl: 'Uitgever' },
  [dcterms('creator')]: { en: 'Creator', nl: 'Maker' },
  [dcat('contactPoint')]: { en: 'Contact', nl: 'Contact' },
  [dcterms('license')]: { en: 'Licence', nl: 'Licentie' },
  [dcterms('rights')]: { en: 'Rights', nl: 'Rechten' },
  [dcterms('accessRights')]: { en: 'Access', nl: 'Toegang' },
  [dcterms('created')]: { en: 'Created', nl: 'Gemaakt' },
  [dcterms('issued')]: { en: 'Published', nl: 'Gepubliceerd' },
  [dcterms('modified')]: { en: 'Changed', nl: 'Gewijzigd' },
  [dcterms('accrualPeriodicity')]: { en: 'Updated', nl: 'Bijgewerkt' },
  [dcterms('language')]: { en: 'Languages', nl: 'Talen' },
  [dcat('theme')]: { en: 'Themes', nl: 'Thema’s' },
  [dcat('keyword')]: { en: 'Keywords', nl: 'Trefwoorden' },
  [dcterms('spatial')]: { en: 'Area', nl: 'Gebied' },
  [voidTerm('triples')]: { en: 'Triples', nl: 'Triples' },
  [dcat('accessURL')]: { en: 'Newest version', nl: 'Nieuwste versie' },
  [dcat('downloadURL')]: { en: 'Download of this version', nl: 'Download van deze versie' },
  [dcat('byteSize')]: { en: 'Bytes', nl: 'Bytes' },
  [dcat('mediaType')]: { en: 'Media type', nl: 'Mediatype' },
  [dcat('compressFormat')]: { en: 'Compressed as', nl: 'Gecomprimeerd als' },
  [dcterms('format')]: { en: 'File type', nl: 'Bestandstype' },
  [spdx('checksumValue')]: { en: 'SHA-256', nl: 'SHA-256' },
  [dcatAp('availability')]: { en: 'Availability', nl: 'Beschikbaarheid' },
  [dcat('endpointURL')]: { en: 'Address', nl: 'Adres' },
  [dcat('endpointDescription')]: { en: 'Described at', nl: 'Beschreven op' },
  [dcat('servesDataset')]: { en: 'Serves', nl: 'Ontsluit' },
  [voidTerm('sparqlEndpoint')]: { en: 'SPARQL endpoint', nl: 'SPARQL-endpoint' },
  [dcterms('hasPart')]: { en: 'Parts', nl: 'Delen' },
  [dcterms('isPartOf')]: { en: 'Part of', nl: 'Deel van' },
  [dcat('inCatalog')]: { en: 'In catalogue', nl: 'In catalogus' },
  [dcat('isDistributionOf')]: { en: 'Distribution of', nl: 'Distributie van' },
  [dcatAp('applicableLegislation')]: { en: 'Legislation', nl: 'Wetgeving' },
  [dcterms('conformsTo')]: { en: 'Conforms to', nl: 'Voldoet aan' },
  [dcat('themeTaxonomy')]: { en: 'List of themes', nl: 'Lijst van thema’s' },
  [foaf('homepage')]: { en: 'Home page', nl: 'Startpagina' },
  [foaf('page')]: { en: 'Page', nl: 'Pagina' },
  [fdp('conformsToFdpSpec')]: { en: 'Specification', nl: 'Specificatie' },
  [fdp('metadataIssued')]: { en: 'Description published', nl: 'Beschrijving gepubliceerd' },
  [fdp('metadataModified')]: { en: 'Description changed', nl: 'Beschrijving gewijzigd' },
  [prof('isProfileOf')]: { en: 'Profile of', nl: 'Profiel van' },
};

/** Words of the pages that are about no property. */
export const catalogueWords = {
  en: { size: 'Bytes', file: 'File', requires: 'What it requires', property: 'Property', values: 'Values' },
  nl: { size: 'Bytes', file: 'Bestand', requires: 'Wat het vereist', property: 'Eigenschap', values: 'Waarden' },
} as const satisfies Record<Language, Record<string, string>>;
