import type { Quad } from '@rdfjs/types';
import type { DatasetFacts } from '../dataset/build.ts';
import type { Publication, Text } from '../load/publication.ts';
import { findFormat } from '../rdf/formats.ts';
import { dcat, dcterms, literal, namedNode, quad, rdf, voidTerm } from '../rdf/terms.ts';
import type { DumpIndex } from './dumps.ts';

/** Where the parts of the catalogue are described, under the public address of the instance. */
export const cataloguePaths = {
  catalogue: '/catalog',
  dataset: '/catalog/dataset',
  service: '/catalog/sparql',
} as const;

/**
 * The description of what is published (W3C DCAT 3): catalogue, dataset, a distribution for each dump, the SPARQL
 * service. Its IRIs are addresses on this instance, for harvesters keep only what the address they fetched describes.
 */
export function describeCatalogue(
  dataset: DatasetFacts,
  publication: Publication,
  dumps: DumpIndex,
  publicUrl: string,
): Quad[] {
  const quads: Quad[] = [];
  const at = (path: string): string => publicUrl + path;
  const say = (
    subject: string,
    property: string,
    ...objects: readonly (string | ReturnType<typeof literal>)[]
  ): void => {
    for (const object of objects) {
      const term = typeof object === 'string' ? namedNode(object) : object;
      quads.push(quad(namedNode(subject), namedNode(property), term) as unknown as Quad);
    }
  };
  const texts = (text: Text) => Object.entries(text).map(([language, value]) => literal(value, language));
  const describe = (subject: string, type: string): void => {
    say(subject, rdf('type'), type);
    say(subject, dcterms('title'), ...texts(publication.title));
    say(subject, dcterms('description'), ...texts(publication.description));
    say(subject, dcterms('license'), publication.license);
  };
  const { catalogue, dataset: data, service } = cataloguePaths;
  describe(at(catalogue), dcat('Catalog'));
  say(at(catalogue), dcat('dataset'), at(data));
  say(at(catalogue), dcat('service'), at(service));
  describe(at(data), dcat('Dataset'));
  say(at(data), rdf('type'), voidTerm('Dataset'));
  say(at(data), dcat('version'), literal(dataset.version));
  say(at(data), voidTerm('uriSpace'), literal(publication.base));
  say(at(data), voidTerm('sparqlEndpoint'), at('/sparql'));
  for (const { file, format: name, coding, statements } of dumps.files.filter(({ part }) => part === '')) {
    const format = findFormat(name);
    if (!format || coding === 'br' || statements) continue;
    const [dump, address] = [at(`${data}/${file}`), at(`/dumps/${file}`)];
    say(at(data), dcat('distribution'), dump);
    say(at(data), voidTerm('dataDump'), address);
    say(dump, rdf('type'), dcat('Distribution'));
    say(dump, dcterms('title'), literal(`${format.label}${coding ? ', gzip' : ''}`, 'en'));
    say(dump, dcterms('license'), publication.license);
    say(dump, dcat('accessURL'), address);
    say(dump, dcat('downloadURL'), address);
    say(dump, dcat('mediaType'), `https://www.iana.org/assignments/media-types/${format.mediaType}`);
    if (coding) say(dump, dcat('compressFormat'), 'https://www.iana.org/assignments/media-types/application/gzip');
  }
  describe(at(service), dcat('DataService'));
  say(at(service), dcat('endpointURL'), at('/sparql'));
  say(at(service), dcat('servesDataset'), at(data));
  say(at(service), dcterms('conformsTo'), 'https://www.w3.org/TR/sparql11-protocol/');
  return quads;
}
