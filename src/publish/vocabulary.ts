import { namedNode, voidTerm } from '../rdf/terms.ts';
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

/** The classes and properties of a dataset. Found once, then kept: a dataset never changes. */
export const listVocabulary = (index: GraphIndex): Vocabulary => index.remember(findVocabulary);

const findVocabulary = (index: GraphIndex): Vocabulary => readStatistics(index) ?? countUses(index);

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
  const { classes, properties } = index.counts();
  const uses = (counts: ReadonlyMap<string, number>) => sort([...counts].map(([iri, count]) => ({ iri, count })));
  return { classes: uses(classes), properties: uses(properties) };
}

const sort = (uses: readonly Use[]): Use[] =>
  [...uses].sort((a, b) => b.count - a.count || (a.iri < b.iri ? -1 : a.iri > b.iri ? 1 : 0));
