import type { Literal, Term } from '@rdfjs/types';
import { dcterms, namedNode } from '../rdf/terms.ts';
import type { GraphIndex } from './graph-index.ts';

/** Where a source stands, as far as the graph says so. */
export interface Whereabouts {
  readonly iri: string;
  /** The document that it is a passage of. */
  readonly document?: string;
  /** As the document has it, in the document's language. */
  readonly heading?: { readonly text: string; readonly language: string };
  readonly order?: number;
  readonly startLine?: number;
  readonly endLine?: number;
  readonly hash?: string;
  /** The passage that was read, if the source is what a reader concludes. */
  readonly readingOf?: string;
  readonly license?: string;
  /** Where its statements were taken from, such as a register. */
  readonly origins: readonly string[];
}

/** Where a source stands: a passage in a document, a reading on a passage, a record with its licence. */
export function whereaboutsOf(index: GraphIndex, iri: string): Whereabouts {
  const { passages } = index.dataset.publication ?? {};
  const first = (property: string): Term | undefined => asserted(index, iri, property)[0];
  const license = first(dcterms('license'))?.value;
  const origins = asserted(index, iri, dcterms('source')).map(({ value }) => value);
  const plain = { iri, origins, ...(license === undefined ? {} : { license }) };
  if (!passages) return plain;
  const heading = first(passages.heading);
  const number = (property: string): number | undefined => {
    const value = first(property)?.value;
    return value === undefined ? undefined : Number(value);
  };
  const found = {
    document: first(passages.document)?.value,
    heading: heading && { text: heading.value, language: (heading as Literal).language ?? '' },
    order: number(passages.order),
    startLine: number(passages.startLine),
    endLine: number(passages.endLine),
    hash: first(passages.hash)?.value,
    readingOf: first(passages.readingOf)?.value,
  };
  return {
    ...plain,
    ...(Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as object),
  };
}

const asserted = (index: GraphIndex, iri: string, property: string): Term[] =>
  index
    .find(namedNode(iri), namedNode(property), null)
    .filter((each) => !index.isInferred(each))
    .map(({ object }) => object);

/** The passages of a document in their order; none if it is no document of passages. */
export function passagesOf(index: GraphIndex, document: string): Whereabouts[] {
  const { passages } = index.dataset.publication ?? {};
  if (!passages) return [];
  return index
    .find(null, namedNode(passages.document), namedNode(document))
    .filter((each) => index.isSource(each.subject.value) && !index.isInferred(each))
    .map(({ subject }) => whereaboutsOf(index, subject.value))
    .sort(inDocument);
}

/** The readings that rest on a passage. */
export function readingsOf(index: GraphIndex, passage: string): string[] {
  const { passages } = index.dataset.publication ?? {};
  if (!passages) return [];
  return index.find(null, namedNode(passages.readingOf), namedNode(passage)).map(({ subject }) => subject.value);
}

/** The passages before and after one in its document. */
export function besides(index: GraphIndex, passage: Whereabouts): { previous?: Whereabouts; next?: Whereabouts } {
  if (passage.document === undefined) return {};
  const all = passagesOf(index, passage.document);
  const place = all.findIndex(({ iri }) => iri === passage.iri);
  const [previous, next] = [all[place - 1], all[place + 1]];
  return place < 0 ? {} : { ...(previous ? { previous } : {}), ...(next ? { next } : {}) };
}

/** What a source states, without what it says of itself. */
export const statedBy = (index: GraphIndex, source: string): ReturnType<GraphIndex['stated']> =>
  index.stated(source).filter(({ subject }) => subject.value !== source);

/** Sources in the order of a list: passages by document and place, each with its readings behind it, then all others. */
export function orderSources(index: GraphIndex, sources: Iterable<string>): Whereabouts[] {
  const found = [...new Set(sources)].map((iri) => whereaboutsOf(index, iri));
  const passageOf = (each: Whereabouts): Whereabouts =>
    each.readingOf === undefined ? each : whereaboutsOf(index, each.readingOf);
  return found
    .map((each) => ({ each, passage: passageOf(each) }))
    .sort(
      (a, b) =>
        Number(a.passage.document === undefined) - Number(b.passage.document === undefined) ||
        compare(a.passage.document ?? '', b.passage.document ?? '') ||
        inDocument(a.passage, b.passage) ||
        Number(a.each.readingOf !== undefined) - Number(b.each.readingOf !== undefined) ||
        compare(a.each.iri, b.each.iri),
    )
    .map(({ each }) => each);
}

const inDocument = (a: Whereabouts, b: Whereabouts): number =>
  (a.order ?? Number.MAX_SAFE_INTEGER) - (b.order ?? Number.MAX_SAFE_INTEGER) || compare(a.iri, b.iri);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
