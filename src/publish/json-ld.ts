import type { Quad } from '@rdfjs/types';
import { type Context, type Tree, writeTree } from '../rdf/json-ld-tree.ts';
import { refuseRemoteContexts } from '../rdf/write-jsonld.ts';
import type { Description, PointingPage } from './description.ts';
import { descriptionProperties, labelProperties } from './graph-index.ts';

/** The forms of a JSON-LD document that have a profile of their own (JSON-LD 1.1, section 8.1). */
export const jsonLdForms = ['compacted', 'expanded', 'flattened'] as const;

/** How a document is to be written. */
export interface JsonLdStyle {
  /** Compacted, which is a tree, if not said. */
  readonly form?: (typeof jsonLdForms)[number];
  /** Whether the context stands in the document itself, and not at its address. */
  readonly inline?: boolean;
}

/** Writes trees as JSON-LD documents. */
export type JsonLdWriter = (tree: Tree, style?: JsonLdStyle) => Promise<string>;

/** A writer with a context, which is found at an address. */
export const jsonLdWriter =
  (context: Context, contextUrl: string): JsonLdWriter =>
  async (tree, { form = 'compacted', inline = false } = {}) => {
    const body = writeTree(tree, context);
    if (form === 'compacted') return text({ '@context': inline ? context : contextUrl, ...body });
    // Loaded when first asked for: it brings an HTTP client along.
    const { default: library } = await import('jsonld');
    const document = { '@context': context, ...body } as never;
    const options = { documentLoader: refuseRemoteContexts } as never;
    return text(
      form === 'expanded' ? await library.expand(document, options) : await library.flatten(document, null, options),
    );
  };

const text = (document: unknown): string => `${JSON.stringify(document, null, 1)}\n`;

/** A description as a tree around its thing: what is described with it in its order, and in each passage what it states. */
export const treeOfDescription = ({ iri, facts, stated, branches }: Description): Tree => ({
  root: iri,
  triples: facts,
  names: labelProperties,
  lead: descriptionProperties,
  order: new Map(branches.map((branch, place) => [branch.iri, place])),
  within: new Map([[iri, stated] as const, ...branches.map((branch) => [branch.iri, branch.stated] as const)]),
});

/** A page of what points to a thing, as a tree around that thing. */
export const treeOfPointing = ({ iri, all }: PointingPage): Tree => ({
  root: iri,
  triples: all,
  names: labelProperties,
});

/** A collection as a tree: its members in their order. */
export const treeOfCollection = (address: string, members: readonly string[], triples: readonly Quad[]): Tree => ({
  root: address,
  triples,
  names: labelProperties,
  lead: descriptionProperties,
  order: new Map(members.map((member, place) => [member, place])),
});
