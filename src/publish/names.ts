import { namedNode, owl, rdfs, skos } from '../rdf/terms.ts';
import { type GraphIndex, labelProperties } from './graph-index.ts';

/** Properties that give a thing a name: those of SKOS and RDFS, and what the graph says is about the same as one. */
export function nameProperties(index: GraphIndex): string[] {
  const known = [...labelProperties, skos('altLabel'), skos('hiddenLabel')];
  const alike = [rdfs('subPropertyOf'), owl('equivalentProperty'), skos('exactMatch'), skos('closeMatch')];
  const found = known.flatMap((property) =>
    alike.flatMap((relation) =>
      index.find(null, namedNode(relation), namedNode(property)).map(({ subject }) => subject.value),
    ),
  );
  return [...new Set([...known, ...found])];
}

/** The names of a thing, and of the entries elsewhere that it is the same as, in all languages. */
export function namesOf(index: GraphIndex, iri: string, properties: readonly string[]): string[] {
  const twins = index
    .find(namedNode(iri), namedNode(owl('sameAs')), null)
    .flatMap(({ object }) => (object.termType === 'NamedNode' ? [object.value] : []));
  const texts = [iri, ...twins].flatMap((each) =>
    properties.flatMap((property) =>
      index
        .find(namedNode(each), namedNode(property), null)
        .flatMap(({ object }) => (object.termType === 'Literal' ? [object.value] : [])),
    ),
  );
  return [...new Set(texts)];
}
