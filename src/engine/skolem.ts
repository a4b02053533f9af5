import { randomUUID } from 'node:crypto';
import type { Quad, Term } from '@rdfjs/types';
import { blankNode, namedNode, quad } from '../rdf/terms.ts';

// Known to nobody else: no data and no query can name what stands for a blank node here.
const prefix = `urn:uuid:${randomUUID()}#`;

/** The IRI that stands for a blank node (RDF 1.1 Concepts, section 3.5). */
export const skolemIri = (label: string): string => `${prefix}${encodeURIComponent(label)}`;

/** New labels for the blank nodes of one document: those of others are different nodes, whatever their labels. */
export function relabel(document: string): (label: string) => string {
  const labels = new Map<string, string>();
  return (label) => {
    const own = labels.get(label) ?? `${document}x${labels.size}`;
    labels.set(label, own);
    return own;
  };
}

/** A term with an IRI for each blank node in it; `rename` gives blank nodes other labels. */
export const skolemize = (term: Term, rename = (label: string): string => label): Term =>
  mapTerm(term, (each) => (each.termType === 'BlankNode' ? (namedNode(skolemIri(rename(each.value))) as Term) : each));

/** A term with the blank nodes again that {@link skolemize} took out. */
export const unskolemize = (term: Term): Term =>
  mapTerm(term, (each) =>
    each.termType === 'NamedNode' && each.value.startsWith(prefix)
      ? (blankNode(decodeURIComponent(each.value.slice(prefix.length))) as Term)
      : each,
  );

function mapTerm(term: Term, change: (term: Term) => Term): Term {
  if (term.termType !== 'Quad') return change(term);
  const { subject, predicate, object, graph } = term as Quad;
  const [s, p, o, g] = [subject, predicate, object, graph].map((each) => mapTerm(each, change));
  return quad(s as never, p as never, o as never, g as never) as Term;
}
