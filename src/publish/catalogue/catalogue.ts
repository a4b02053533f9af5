import type { Quad } from '@rdfjs/types';
import type { DatasetFacts } from '../../dataset/build.ts';
import type { CatalogueText, Publication, Text } from '../../load/publication.ts';
import { foaf, namedNode, rdfs, skos } from '../../rdf/terms.ts';
import type { DumpIndex } from '../dumps.ts';
import type { GraphIndex } from '../graph-index.ts';
import { describeContainers } from './containers.ts';
import { describeRecord } from './describe.ts';
import { type CatalogueRecord, listRecords, type RecordKind, type RecordOf } from './records.ts';
import { describeContact, describePublisher, type Resource } from './resource.ts';
import type { containerTitles } from './texts.ts';
import { describeValues } from './values.ts';

/** What the catalogue is made from. */
export interface CatalogueSource {
  readonly dataset: DatasetFacts;
  readonly index: GraphIndex;
  readonly dumps: DumpIndex;
  /** When this version was made. */
  readonly modified: Date;
  /** The address of this instance, without a slash at the end. */
  readonly publicUrl: string;
  /** The mailbox of who hosts this instance; the publication's own if there is none. */
  readonly contactEmail?: string | undefined;
}

/** A record and what follows it on the way down. */
export interface Children {
  readonly kind: keyof typeof containerTitles;
  readonly records: readonly CatalogueRecord[];
}

/** The description of all that an instance publishes, in documents for people and for harvesters. */
export class Catalogue {
  readonly publication: Publication;
  readonly records: readonly CatalogueRecord[];
  readonly resource: Resource;
  readonly #byPath: ReadonlyMap<string, CatalogueRecord>;
  readonly #index: GraphIndex;
  readonly #text: CatalogueText;

  private constructor(source: CatalogueSource, publication: Publication, text: CatalogueText) {
    const { dataset, index, dumps, modified, publicUrl, contactEmail } = source;
    this.publication = publication;
    this.records = listRecords(publication, dumps);
    this.#byPath = new Map(this.records.map((record) => [record.path, record]));
    this.#index = index;
    this.#text = text;
    this.resource = {
      publication,
      text,
      publicUrl,
      modified,
      version: dataset.version,
      email: contactEmail ?? text.contact.email,
      publisher: describeAgent(index, text.publisher),
      ontology: [`${publication.base}ontology`].find((iri) => index.isGraph(iri)),
    };
  }

  /** The catalogue of what a publication describes; undefined where it says nothing of one. */
  static of(source: CatalogueSource): Catalogue | undefined {
    const { publication } = source.dataset;
    return publication?.catalogue && new Catalogue(source, publication, publication.catalogue);
  }

  /** What is described at a path under the public address. */
  find(path: string): CatalogueRecord | undefined {
    return this.#byPath.get(path);
  }

  /** The IRI of what a record describes: the address of its document. */
  iri({ path }: CatalogueRecord): string {
    return this.resource.publicUrl + path;
  }

  /** The records of a kind. */
  all<Kind extends RecordKind>(kind: Kind): RecordOf<Kind>[] {
    return this.records.filter((record): record is RecordOf<Kind> => record.kind === kind);
  }

  /** What a record leads to, layer by layer: FAIR Data Point, catalogue, datasets and services, distributions. */
  children(record: CatalogueRecord): Children[] {
    if (record.kind === 'fair-data-point') return [{ kind: 'catalogue', records: this.all('catalogue') }];
    if (record.kind === 'catalogue')
      return [
        { kind: 'dataset', records: this.all('dataset') },
        { kind: 'service', records: this.all('service') },
      ];
    if (record.kind !== 'dataset') return [];
    const records = this.all('distribution').filter(({ part }) => part === record.part);
    return [{ kind: 'distribution', records }];
  }

  /** The triples about what a record describes. */
  own(record: CatalogueRecord): Quad[] {
    return describeRecord(this, record);
  }

  /**
   * The document of a record. It stands by itself: harvesters read one document and follow nothing but containers, so
   * publisher, contact point and the names of values are in each.
   */
  document(record: CatalogueRecord): Quad[] {
    const described = [record, ...this.#below(record)].flatMap((each) => this.own(each));
    // The containers of those below are in their own documents: who walks comes there.
    const own = [...described, ...describeContainers(this, record)];
    const facts = [...own, ...describePublisher(this.resource), ...describeContact(this.resource)];
    return [...facts, ...describeValues(facts, this.#text.values, (iri) => this.#called(iri))];
  }

  // The catalogue holds all for those who take one document; the others, what is right below them.
  #below(record: CatalogueRecord): CatalogueRecord[] {
    if (record.kind === 'fair-data-point') return this.all('catalogue');
    if (record.kind === 'catalogue')
      return [...this.all('dataset'), ...this.all('service'), ...this.all('distribution')];
    return record.kind === 'dataset' ? this.children(record).flatMap(({ records }) => records) : [];
  }

  #called(iri: string): Text | undefined {
    const found = Object.keys(this.publication.title).flatMap((language) => {
      const label = this.#index.label(iri, language);
      return label === undefined ? [] : [[language, label] as const];
    });
    return found.length ? Object.fromEntries(found) : undefined;
  }
}

/** What the graph says of who publishes: types and names. */
function describeAgent(index: GraphIndex, iri: string): Resource['publisher'] {
  const names = [foaf('name'), skos('prefLabel'), rdfs('label')]
    .map((property) => index.find(namedNode(iri), namedNode(property), null))
    .find((found) => found.length);
  return { iri, types: index.types(iri), names: names?.map(({ object }) => object) ?? [] };
}
