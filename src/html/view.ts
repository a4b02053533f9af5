import type { Dataset } from '../dataset/build.ts';
import type { QueryFile } from '../load/query-files.ts';
import type { Collections } from '../publish/collections.ts';
import type { GraphIndex } from '../publish/graph-index.ts';

/** What pages show. */
export interface View {
  /** The address of this instance, without a slash at the end. */
  readonly publicUrl: string;
  readonly dataset: Dataset;
  readonly index: GraphIndex;
  readonly collections: Collections;
  readonly examples: readonly QueryFile[];
}

/** What a problem page shows. */
export interface ProblemView {
  readonly status: number;
  readonly title: string;
  readonly message: string;
}

/** The address on this instance of an IRI of the graph, or the IRI itself if it is from elsewhere. */
export function localAddress({ dataset }: View, iri: string): string {
  const base = dataset.publication?.base;
  return base && iri.startsWith(base) ? `/${encodeURI(iri.slice(base.length))}` : iri;
}

/** An IRI as a prefixed name where a prefix fits. */
export function shorten({ dataset }: View, iri: string): string {
  for (const [prefix, namespace] of Object.entries(dataset.publication?.prefixes ?? {}))
    if (iri.startsWith(namespace)) return `${prefix}:${iri.slice(namespace.length)}`;
  return iri;
}
