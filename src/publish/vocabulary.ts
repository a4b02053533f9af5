import { namedNode, rdf, voidTerm } from '../rdf/terms.ts';
import type { GraphIndex } from './graph-index.ts';
import { datasetIri } from './void.ts';

/** A class or a property, and how often it is used: things of the class, triples with the property. */
export interface Use {
  readonly iri: string;
  readonly count: number;
}

/** The classes and properties in use, the most used first. */
export interface Vocabulary {
  readonly classes: readonly Use[];
  readonly properties: readonly Use[];
}

const known = new WeakMap<GraphIndex, Vocabulary>();

/** The classes and properties of a dataset. Found once, then kept: a dataset never changes. */
export function listVocabulary(index: GraphIndex): Vocabulary {
  const found = known.get(index) ?? readStatistics(index) ?? countUses(index);
  known.set(index, found);
  return found;
}

/** What the dataset's own description has counted already (VoID); undefined where it says nothing of itself. */
function readStatistics(index: GraphIndex): Vocabulary | undefined {
  const { publication } = index.dataset;
  if (!publication?.catalogueGraph) return undefined;
  const dataset = namedNode(datasetIri(publication.base));
  const read = (partition: string, what: string, measure: string): Use[] =>
    index.find(dataset, namedNode(voidTerm(partition)), null).flatMap(({ object: part }) => {
      const [iri] = index.find(part, namedNode(voidTerm(what)), null);
      const [count] = index.find(part, namedNode(voidTerm(measure)), null);
      return iri && count ? [{ iri: iri.object.value, count: Number(count.object.value) }] : [];
    });
  const classes = read('classPartition', 'class', 'entities');
  const properties = read('propertyPartition', 'property', 'triples');
  return properties.length ? { classes: sort(classes), properties: sort(properties) } : undefined;
}

// Plain files say nothing of themselves.
function countUses(index: GraphIndex): Vocabulary {
  const classes = new Map<string, number>();
  const properties = new Map<string, number>();
  const increase = (counts: Map<string, number>, iri: string) => counts.set(iri, (counts.get(iri) ?? 0) + 1);
  for (const { predicate, object } of index.defaultGraph) {
    increase(properties, predicate.value);
    if (predicate.value === rdf('type') && object.termType === 'NamedNode') increase(classes, object.value);
  }
  const uses = (counts: Map<string, number>) => sort([...counts].map(([iri, count]) => ({ iri, count })));
  return { classes: uses(classes), properties: uses(properties) };
}

const sort = (uses: readonly Use[]): Use[] =>
  [...uses].sort((a, b) => b.count - a.count || (a.iri < b.iri ? -1 : a.iri > b.iri ? 1 : 0));
