import type { Text } from '../../load/publication.ts';
import { linksPath } from '../crosswalk.ts';
import { graphStorePath } from '../graph-statistics.ts';
import { endpointPath } from '../service-description.ts';

/** A way to ask the dataset instead of downloading it. */
export interface Service {
  /** The last part of its address in the catalogue. */
  readonly name: string;
  readonly title: Text;
  readonly description: Text;
  /** Where it is asked. */
  readonly endpoint: string;
  /** Where it describes itself to programs. */
  readonly describedAt: string;
  /** The media type of that description. */
  readonly describedIn: string;
  /** Where people learn about it. */
  readonly page: string;
  /** The standard that it follows. */
  readonly protocol: string;
  readonly protocolTitle: Text;
}

/** Every service that is in the catalogue and in the list of APIs: a row each. */
export const services: readonly Service[] = [
  {
    name: 'sparql',
    title: { en: 'SPARQL endpoint', nl: 'SPARQL-endpoint' },
    description: {
      en: 'Answers SPARQL 1.1 queries over the whole graph, each passage a named graph; answers come as JSON, XML, CSV, TSV and RDF.',
      nl: 'Beantwoordt SPARQL 1.1-zoekvragen over de hele graaf, elke passage een benoemde graaf; antwoorden komen als JSON, XML, CSV, TSV en RDF.',
    },
    endpoint: endpointPath,
    describedAt: endpointPath,
    describedIn: 'text/turtle',
    page: endpointPath,
    protocol: 'https://www.w3.org/TR/sparql11-protocol/',
    protocolTitle: { en: 'SPARQL 1.1 Protocol' },
  },
  {
    name: 'graph-store',
    title: { en: 'Graph store', nl: 'Grafenopslag' },
    description: {
      en: 'Gives each named graph, and the default graph, at an address of its own in every format of RDF.',
      nl: 'Geeft elke benoemde graaf, en de standaardgraaf, op een eigen adres in elk formaat van RDF.',
    },
    endpoint: graphStorePath,
    describedAt: graphStorePath,
    describedIn: 'text/turtle',
    page: graphStorePath,
    protocol: 'https://www.w3.org/TR/sparql11-http-rdf-update/',
    protocolTitle: { en: 'SPARQL 1.1 Graph Store HTTP Protocol' },
  },
  {
    name: 'reconciliation',
    title: { en: 'Reconciliation service', nl: 'Reconciliatiedienst' },
    description: {
      en: 'Says which thing of the graph a name or identifier means, for OpenRefine and other programs that clean tables, and fetches properties of these things.',
      nl: 'Zegt welk ding van de graaf een naam of identificatie bedoelt, voor OpenRefine en andere programma’s die tabellen opschonen, en haalt eigenschappen van die dingen op.',
    },
    endpoint: '/reconcile',
    describedAt: '/reconcile',
    describedIn: 'application/json',
    page: linksPath,
    protocol: 'https://reconciliation-api.github.io/specs/0.2/',
    protocolTitle: { en: 'Reconciliation Service API v0.2' },
  },
];
