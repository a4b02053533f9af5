import { treeJsonLd } from '../rdf/write-jsonld.ts';
import type { Collection } from './collections.ts';
import type { Description, GraphIndex } from './graph-index.ts';

const write = (document: object): string => `${JSON.stringify(document, null, 1)}\n`;

/** A description as a JSON-LD tree around its thing, with the context by address. */
export async function writeDescriptionJsonLd(
  { iri, quads }: Description,
  context: object,
  contextUrl: string,
): Promise<string> {
  return write({ '@context': contextUrl, ...(await treeJsonLd(quads, iri, context)) });
}

/** A collection as a JSON-LD list of its members with their own triples. */
export async function writeCollectionJsonLd(
  collection: Collection,
  index: GraphIndex,
  context: object,
  contextUrl: string,
  publicUrl: string,
): Promise<string> {
  const members = await Promise.all(
    collection.members.map((iri) => treeJsonLd(index.describe(iri, iri).outgoing, iri, context)),
  );
  return write({
    '@context': contextUrl,
    id: `${publicUrl}/${collection.name}`,
    type: 'hydra:Collection',
    'hydra:totalItems': members.length,
    'hydra:member': members,
  });
}
