import type { Quad } from '@rdfjs/types';
import { state, texts } from '../../rdf/state.ts';
import { dcat, dcterms, fdp, ldp, rdf } from '../../rdf/terms.ts';
import type { Catalogue, Children } from './catalogue.ts';
import type { CatalogueRecord } from './records.ts';
import { containerTitles } from './texts.ts';

/** The property that leads from a record to those of a kind below it. */
export const memberRelations: Readonly<Record<Children['kind'], string>> = {
  catalogue: fdp('metadataCatalog'),
  dataset: dcat('dataset'),
  service: dcat('service'),
  distribution: dcat('distribution'),
};

/** The containers (W3C LDP) by which a FAIR Data Point leads from a record to those below it. They are never written to. */
export function describeContainers(catalogue: Catalogue, record: CatalogueRecord): Quad[] {
  const iri = catalogue.iri(record);
  return catalogue.children(record).flatMap(({ kind, records }) => {
    // A part of the record's document: harvesters fetch what a container names, and nothing for the container.
    const container = `${iri}#${kind}`;
    return [
      ...state(container, rdf('type'), ldp('DirectContainer')),
      ...state(container, dcterms('title'), ...texts(containerTitles[kind])),
      ...state(container, ldp('membershipResource'), iri),
      ...state(container, ldp('hasMemberRelation'), memberRelations[kind]),
      ...state(container, ldp('contains'), ...records.map((each) => catalogue.iri(each))),
    ];
  });
}
