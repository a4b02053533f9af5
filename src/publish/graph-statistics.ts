import type { Literal } from '@rdfjs/types';
import { dcterms, namedNode, rdfs, skos } from '../rdf/terms.ts';
import { encodePath } from './encode-path.ts';
import type { GraphIndex } from './graph-index.ts';

/** A named graph of a dataset. */
export interface NamedGraph {
  /** Its IRI, by which GRAPH and FROM name it. */
  readonly name: string;
  readonly triples: number;
}

/** The graphs of a dataset. */
export interface Graphs {
  /** Triples of the default graph. */
  readonly defaultTriples: number;
  /** In the order of their names. */
  readonly named: readonly NamedGraph[];
  /** Whether the default graph is the union of the named graphs. */
  readonly union: boolean;
}

/** Some of the named graphs of a dataset: a page of them, counted from 1. */
export interface GraphsPage {
  readonly page: number;
  readonly pages: number;
  readonly named: readonly NamedGraph[];
}

/** Named graphs that one list has: a browser can take a table of so many rows. */
const pageSize = 5000;

/** A page of the named graphs; undefined if there is none of that number. Without named graphs there is one page. */
export function pageOfGraphs({ named }: Graphs, page: number, size = pageSize): GraphsPage | undefined {
  const pages = Math.max(1, Math.ceil(named.length / size));
  return page > pages ? undefined : { page, pages, named: named.slice((page - 1) * size, page * size) };
}

/** The path of a page of the list. */
export const graphsPagePath = (page: number): string => (page > 1 ? `${graphStorePath}?page=${page}` : graphStorePath);

/** The graphs of a dataset and how much each holds. Found once, then kept: a dataset never changes. */
export const listGraphs = (index: GraphIndex): Graphs => index.remember(findGraphs);

function findGraphs(index: GraphIndex): Graphs {
  const { publication, counts, graphs } = index.dataset;
  const ownTriples = graphs[''] ?? 0;
  // A graph whose name is a blank node is left out: no query can name it.
  const names = Object.keys(graphs)
    .filter((name) => index.isGraph(name))
    .sort();
  return {
    // Of a publication the default graph is the merge of all its graphs; plain files say themselves what is in it.
    defaultTriples: publication ? counts.asserted + counts.inferred + counts.described : ownTriples,
    named: names.map((name) => ({ name, triples: graphs[name] ?? 0 })),
    union: publication !== undefined && ownTriples === 0,
  };
}

const titleProperties = [skos('prefLabel'), rdfs('label'), dcterms('title')];

/** What the dataset calls the thing that a graph is named after, in each language. */
export const titleOfGraph = (index: GraphIndex, name: string): readonly Literal[] =>
  titleProperties
    .map((property) =>
      index
        .find(namedNode(name), namedNode(property), null)
        .flatMap(({ object }) => (object.termType === 'Literal' ? [object] : [])),
    )
    .find((literals) => literals.length > 0) ?? [];

/** Where graphs are served (SPARQL 1.1 Graph Store HTTP Protocol), under the public address of the instance. */
export const graphStorePath = '/graphs';

/**
 * The path at which a named graph is served. A graph under the base of the dataset's IRIs has an address of its own
 * (section 4.1 of the protocol, direct identification); any other is named in the query of one (4.2, indirect).
 */
export function graphPath(base: string, name: string): string {
  return name.startsWith(base) && name !== base
    ? `${graphStorePath}/${encodePath(name.slice(base.length))}`
    : `${graphStorePath}?graph=${encodeURIComponent(name)}`;
}
