import type { DatasetCore, Quad, Term } from '@rdfjs/types';
import { DataFactory, Store } from 'n3';

/** The one factory for terms and quads. */
export const { namedNode, literal, blankNode, quad, defaultGraph } = DataFactory;

const namespace =
  (base: string) =>
  (name: string): string =>
    base + name;

/** Namespaces of the standards that the code itself speaks; it names no term of the published graph's own ontology. */
export const rdf = namespace('http://www.w3.org/1999/02/22-rdf-syntax-ns#');
export const rdfs = namespace('http://www.w3.org/2000/01/rdf-schema#');
export const owl = namespace('http://www.w3.org/2002/07/owl#');
export const skos = namespace('http://www.w3.org/2004/02/skos/core#');
export const dcat = namespace('http://www.w3.org/ns/dcat#');
export const dcterms = namespace('http://purl.org/dc/terms/');
export const foaf = namespace('http://xmlns.com/foaf/0.1/');
export const prov = namespace('http://www.w3.org/ns/prov#');
/** VoID; `void` itself is a word of the language. */
export const voidTerm = namespace('http://rdfs.org/ns/void#');
/** Hydra Core, for collections that come in pages. */
export const hydra = namespace('http://www.w3.org/ns/hydra/core#');
/** The W3C Organization Ontology. */
export const org = namespace('http://www.w3.org/ns/org#');
export const schema = namespace('https://schema.org/');
export const xsd = namespace('http://www.w3.org/2001/XMLSchema#');
export const sh = namespace('http://www.w3.org/ns/shacl#');
/** Of catalogues: contact points, containers, FAIR Data Points, DCAT-AP, checksums, laws, profiles. */
export const vcard = namespace('http://www.w3.org/2006/vcard/ns#');
export const ldp = namespace('http://www.w3.org/ns/ldp#');
export const fdp = namespace('https://w3id.org/fdp/fdp-o#');
export const dcatAp = namespace('http://data.europa.eu/r5r/');
export const spdx = namespace('http://spdx.org/rdf/terms#');
export const eli = namespace('http://data.europa.eu/eli/ontology#');
export const prof = namespace('http://www.w3.org/ns/dx/prof/');
/** What VoID leaves out: how many values of a property have which datatype. */
export const voidExt = namespace('http://ldf.fi/void-ext#');
/** SPARQL Service Description. */
export const sd = namespace('http://www.w3.org/ns/sparql-service-description#');
/** W3C's names for file formats, for entailment regimes, and for what SPARQL 1.2 names. */
export const fileFormat = namespace('http://www.w3.org/ns/formats/');
export const entailment = namespace('http://www.w3.org/ns/entailment/');
export const sparql = namespace('http://www.w3.org/ns/sparql#');

/** An indexed set of quads. The store class appears only here. */
export type QuadIndex = DatasetCore & {
  getQuads(s: Term | null, p: Term | null, o: Term | null, g: Term | null): Quad[];
};

/** Puts quads in an index. */
export function indexQuads(quads: Iterable<Quad>): QuadIndex {
  const store = new Store();
  for (const each of quads) store.addQuad(each as never);
  return store as unknown as QuadIndex;
}

/** A factory that also makes datasets, as some libraries ask for. */
export const factory = { ...DataFactory, dataset: (quads: Iterable<Quad> = []): QuadIndex => indexQuads(quads) };

/** The same quads, each once, in the default graph: the merge of all graphs. */
export function* mergeGraphs(quads: Iterable<Quad>): Generator<Quad> {
  const merged = indexQuads([]);
  for (const { subject, predicate, object } of quads) {
    const triple = quad(subject as never, predicate as never, object as never) as Quad;
    if (merged.has(triple)) continue;
    merged.add(triple);
    yield triple;
  }
}
