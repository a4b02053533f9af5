import type { DatasetFacts } from '../dataset/build.ts';
import type { Assets } from '../load/assets.ts';
import type { PageSpec } from '../load/page-specs.ts';
import type { QueryFile } from '../load/query-files.ts';
import type { Collections } from '../publish/collections.ts';
import { encodePath } from '../publish/encode-path.ts';
import type { GraphIndex } from '../publish/graph-index.ts';
import { namedNode, rdfs } from '../rdf/terms.ts';
import type { ProblemName } from './problem-texts.ts';
import { standardName } from './standard-names.ts';
import type { Language } from './texts.ts';

/** What pages show. */
export interface View {
  /** The address of this instance, without a slash at the end. */
  readonly publicUrl: string;
  readonly dataset: DatasetFacts;
  readonly index: GraphIndex;
  readonly collections: Collections;
  readonly examples: readonly QueryFile[];
  /** The pages about the subject of the graph. */
  readonly pages: readonly PageSpec[];
  readonly assets: Assets;
  /** When the current version was prepared here; not known of files that are compared. */
  readonly modified?: Date;
}

/** Where to go on from a problem. */
export interface ProblemLink {
  readonly href: string;
  readonly label: string;
}

/** What a problem page shows. */
export interface ProblemView {
  readonly status: number;
  /** The name of its kind. */
  readonly name: ProblemName;
  readonly message: string;
  readonly links?: readonly ProblemLink[];
}

/** Where a style sheet or script is found. The hash makes of each change a new address. */
export const assetPath = ({ assets }: View, name: string): string => `/assets/${name}?v=${assets.hash}`;

/** The permanent base of the graph's IRIs; where files are served as they are, the address of this instance. */
export const baseOf = ({ dataset, publicUrl }: View): string => dataset.publication?.base ?? `${publicUrl}/`;

/** What an IRI of the graph has after its base; an IRI from elsewhere as it is. */
export const localPath = (view: View, iri: string): string =>
  iri.startsWith(baseOf(view)) ? iri.slice(baseOf(view).length) : iri;

/** The path on this instance of the document about an IRI of the graph. */
export const documentPath = (view: View, iri: string): string => `/about/${encodePath(localPath(view, iri))}`;

/** The address on this instance of an IRI of the graph, or the IRI itself if it is from elsewhere. */
export function localAddress(view: View, iri: string): string {
  return iri.startsWith(baseOf(view)) ? `/${encodeURI(localPath(view, iri))}` : iri;
}

/** Where a reader goes for an IRI: the page about it in the reader's language, or what is at the IRI if it is from elsewhere. */
export function readerAddress(view: View, iri: string, language: Language): string {
  if (!iri.startsWith(baseOf(view))) return iri;
  const [path = '', fragment] = localPath(view, iri).split('#');
  // The terms of an ontology are sections of one page; a graph that nothing is said of has a page that shows it.
  if (fragment !== undefined && isTerm(view, iri, baseOf(view) + path))
    return `/${encodeURI(path)}?lang=${language}#${encodeURIComponent(fragment)}`;
  const described = view.index.find(namedNode(iri), null, null).length > 0 || !view.index.isGraph(iri);
  return `${described ? documentPath(view, iri) : localAddress(view, iri)}?lang=${language}`;
}

/** Whether an ontology has a section about something. */
export const isTerm = ({ index }: View, iri: string, ontology: string): boolean =>
  index.isGraph(ontology) && index.find(namedNode(iri), namedNode(rdfs('isDefinedBy')), namedNode(ontology)).length > 0;

/** What a thing is called on pages: by the graph, by the standards, else by its IRI. */
export const nameOfThing = (view: View, iri: string, language: Language): string =>
  view.index.label(iri, language) ?? standardName(iri, language) ?? shorten(view, iri);

/** An IRI as a prefixed name where a prefix fits. */
export function shorten({ dataset }: View, iri: string): string {
  for (const [prefix, namespace] of Object.entries(dataset.publication?.prefixes ?? {}))
    if (iri.startsWith(namespace)) return `${prefix}:${iri.slice(namespace.length)}`;
  return iri;
}
