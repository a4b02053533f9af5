import { dcterms, namedNode, owl, prov } from '../rdf/terms.ts';
import type { GraphIndex } from './graph-index.ts';

/** A thing that the dataset no longer describes. */
export interface Withdrawn {
  readonly iri: string;
  /** When, as the graph has it. */
  readonly at: string;
  readonly label: string | undefined;
  readonly replacedBy: readonly string[];
  /** The version of the dataset that still described it, if the graph tells. */
  readonly lastVersion: string | undefined;
}

/**
 * What there is to know of a thing that was withdrawn: of which the graph says `prov:invalidatedAtTime`, and perhaps
 * `dcterms:isReplacedBy` and, as `owl:versionInfo`, the version of the dataset that still had it. Undefined for others.
 */
export function findWithdrawn(index: GraphIndex, iri: string): Withdrawn | undefined {
  const values = (property: string): string[] =>
    index.find(namedNode(iri), namedNode(property), null).map(({ object }) => object.value);
  const [at] = values(prov('invalidatedAtTime'));
  if (at === undefined) return undefined;
  return {
    iri,
    at,
    label: index.label(iri, 'en'),
    replacedBy: values(dcterms('isReplacedBy')),
    lastVersion: values(owl('versionInfo'))[0],
  };
}
