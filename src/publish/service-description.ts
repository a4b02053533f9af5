import type { Quad } from '@rdfjs/types';
import { type ResultFormat, resultFormats } from '../engine/engine.ts';
import type { Text } from '../load/publication.ts';
import { type FormatName, formats } from '../rdf/formats.ts';
import { state, texts, whole } from '../rdf/state.ts';
import { dcterms, entailment, fileFormat, rdf, sd, sparql, voidTerm, xsd } from '../rdf/terms.ts';
import type { Prefixes } from '../rdf/write-turtle.ts';
import type { GraphIndex } from './graph-index.ts';
import {
  type GraphsPage,
  graphPath,
  graphStorePath,
  listGraphs,
  pageOfGraphs,
  titleOfGraph,
} from './graph-statistics.ts';

/** Where queries are answered, under the public address of the instance. */
export const endpointPath = '/sparql';

/** What a service can do beside what its formats and its dataset tell. */
export interface ServiceFeatures {
  /** Whether SERVICE in a query is passed on to other endpoints. */
  readonly federation: boolean;
}

/** Prefixes for readers of a description. */
export const servicePrefixes: Prefixes = {
  dcterms: dcterms(''),
  entailment: entailment(''),
  formats: fileFormat(''),
  sd: sd(''),
  sparql: sparql(''),
  void: voidTerm(''),
  xsd: xsd(''),
};

/** What W3C's list of file formats calls each of ours: a row for each, or this does not compile. */
const formatNames: Readonly<Record<FormatName | ResultFormat['name'], string>> = {
  turtle: 'Turtle',
  'json-ld': 'JSON-LD',
  'n-triples': 'N-Triples',
  'rdf-xml': 'RDF_XML',
  'n-quads': 'N-Quads',
  trig: 'TriG',
  json: 'SPARQL_Results_JSON',
  xml: 'SPARQL_Results_XML',
  csv: 'SPARQL_Results_CSV',
  tsv: 'SPARQL_Results_TSV',
};

/**
 * The languages: SPARQL 1.1 as its Recommendation names it, and as the draft for 1.2 does, that tells the language and
 * its versions apart. How far the engines go in each is what the W3C suites say, run as tests.
 */
const languages = [sd('SPARQL11Query'), sd('SPARQLQuery')];
const versions = [sparql('version-1.1'), sparql('version-1.2')];

const defaultGraphText: Text = {
  en: 'Every triple of the named graphs, once; the rules of the publication have been applied beforehand.',
  nl: 'Elke triple van de benoemde grafen, één keer; de regels van de publicatie zijn vooraf toegepast.',
};
const inferredGraphText: Text = {
  en: 'What follows from the other graphs by the rules of the publication; no query adds to it.',
  nl: 'Wat uit de andere grafen volgt volgens de regels van de publicatie; geen zoekvraag voegt er iets aan toe.',
};

/**
 * The description of the SPARQL service (W3C SPARQL 1.1 Service Description), with its dataset.
 *
 * The IRI of the service is its address, for clients that keep only what the address they fetched describes.
 */
export function describeService(index: GraphIndex, publicUrl: string, { federation }: ServiceFeatures): Quad[] {
  const service = publicUrl + endpointPath;
  const dataset = publicUrl + graphStorePath;
  // Not among them: sd:DereferencesURIs. Even with federation, FROM reads only documents on the operator's list.
  const features = [
    ...(listGraphs(index).union ? [sd('UnionDefaultGraph')] : []),
    ...(federation ? [sd('BasicFederatedQuery')] : []),
  ];
  return [
    ...state(service, rdf('type'), sd('Service')),
    ...state(service, sd('endpoint'), service),
    ...state(service, sd('supportedLanguage'), ...languages),
    ...state(service, sd('supportedVersion'), ...versions),
    ...state(
      service,
      sd('resultFormat'),
      ...[...resultFormats, ...formats].map(({ name }) => fileFormat(formatNames[name])),
    ),
    ...state(service, sd('feature'), ...features),
    // Patterns are matched as they are. What follows by rules is in the graphs already, and the rules are a part of
    // OWL 2 RL and of RDFS only, so neither regime may be claimed.
    ...state(service, sd('defaultEntailmentRegime'), entailment('Simple')),
    ...state(service, sd('defaultDataset'), dataset),
    // Without federation FROM reaches no graph but these.
    ...(federation ? [] : state(service, sd('availableGraphs'), dataset)),
    ...describeGraphs(index, publicUrl),
  ];
}

/**
 * The description of the dataset: its default graph and its named graphs, each with the number of its triples. A graph
 * is described under the address that serves it. Of very many named graphs there is one page, the first if none is given.
 */
export function describeGraphs(index: GraphIndex, publicUrl: string, page?: GraphsPage): Quad[] {
  const { publication } = index.dataset;
  const graphs = listGraphs(index);
  const { defaultTriples, union } = graphs;
  const { named = [] } = page ?? pageOfGraphs(graphs, 1) ?? {};
  const base = publication?.base ?? `${publicUrl}/`;
  const dataset = publicUrl + graphStorePath;
  const defaultGraph = `${dataset}?default`;
  const inferred = publication && base + publication.inferredGraph;
  return [
    ...state(dataset, rdf('type'), sd('Dataset')),
    ...(publication ? state(dataset, dcterms('title'), ...texts(publication.title)) : []),
    ...(publication ? state(dataset, dcterms('license'), publication.license) : []),
    ...state(dataset, sd('defaultGraph'), defaultGraph),
    ...describeGraph(defaultGraph, defaultTriples),
    ...(union ? state(defaultGraph, dcterms('description'), ...texts(defaultGraphText)) : []),
    ...named.flatMap(({ name, triples }) => {
      const graph = publicUrl + graphPath(base, name);
      // The pair of name and graph is neither the graph nor the thing that the name stands for.
      const pair = `${graph}#named-graph`;
      return [
        ...state(dataset, sd('namedGraph'), pair),
        ...state(pair, rdf('type'), sd('NamedGraph')),
        ...state(pair, sd('name'), name),
        ...state(pair, sd('graph'), graph),
        ...describeGraph(graph, triples),
        ...state(graph, dcterms('title'), ...titleOfGraph(index, name)),
        ...(name === inferred ? state(graph, dcterms('description'), ...texts(inferredGraphText)) : []),
      ];
    }),
  ];
}

const describeGraph = (graph: string, triples: number): Quad[] => [
  ...state(graph, rdf('type'), sd('Graph'), voidTerm('Dataset')),
  ...state(graph, voidTerm('triples'), whole(triples)),
];
