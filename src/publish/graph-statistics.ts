import type { Literal } from '@rdfjs/types';
import { dcterms, namedNode, rdfs, skos } from '../rdf/terms.ts';
import type { GraphIndex } from './graph-index.ts';

/** A named graph of a dataset. */
export interface NamedGraph {
  /** Its IRI, by which GRAPH and FROM name it. */
  readonly name: string;
  readonly triples: number;
  /** What the dataset calls the thing of that name, in each language. */
  readonly title: readonly Literal[];
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

const titleProperties = [skos('prefLabel'), rdfs('label'), dcterms('title')];
/** The graphs of a dataset and how much each holds. Found once, then kept: a dataset never changes. */
export const listGraphs = (index: GraphIndex): Graphs => index.remember(findGraphs);

function findGraphs(index: GraphIndex): Graphs {
  const { publication, counts, graphs } = index.dataset;
  const ownTriples = graphs[''] ?? 0;
  // A graph whose name is a blank node is left out: no query can name it.
  const names = Object.keys(graphs)
    .filter((name) => index.isGraph(name))
    .sort();
  const titles = findTitles(index, new Set(names));
  return {
    // Of a publication the default graph is the merge of all its graphs; plain files say themselves what is in it.
    defaultTriples: publication ? counts.asserted + counts.inferred + counts.described : ownTriples,
    named: names.map((name) => ({ name, triples: graphs[name] ?? 0, title: titles.get(name) ?? [] })),
    union: publication !== undefined && ownTriples === 0,
  };
}

function findTitles(index: GraphIndex, names: ReadonlySet<string>): Map<string, Literal[]> {
  const titles = new Map<string, Literal[]>();
  for (const name of names) {
    const found = titleProperties
      .map((property) =>
        index
          .find(namedNode(name), namedNode(property), null)
          .flatMap(({ object }) => (object.termType === 'Literal' ? [object] : [])),
      )
      .find((literals) => literals.length > 0);
    if (found) titles.set(name, found);
  }
  return titles;
}

/** Where graphs are served (SPARQL 1.1 Graph Store HTTP Protocol), under the public address of the instance. */
export const graphStorePath = '/graphs';

/**
 * The path at which a named graph is served. A graph under the base of the dataset's IRIs has an address of its own
 * (section 4.1 of the protocol, direct identification); any other is named in the query of one (4.2, indirect).
 */
export function graphPath(base: string, name: string): string {
  return name.startsWith(base) && name !== base
    ? `${graphStorePath}/${encodeURI(name.slice(base.length)).replace(/[?#]/g, encodeURIComponent)}`
    : `${graphStorePath}?graph=${encodeURIComponent(name)}`;
}
