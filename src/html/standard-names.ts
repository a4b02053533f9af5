import { dcat, owl, rdf, rdfs } from '../rdf/terms.ts';
import type { Language } from './texts.ts';

/** What the words of RDF and OWL are called for people. A graph may not name them itself: OWL has them reserved. */
const names: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  [rdf('type')]: { en: 'is a', nl: 'is een' },
  [rdf('Property')]: { en: 'Property', nl: 'Eigenschap' },
  [rdf('Statement')]: { en: 'Statement', nl: 'Uitspraak' },
  [rdfs('Class')]: { en: 'Class', nl: 'Klasse' },
  [rdfs('Datatype')]: { en: 'Datatype', nl: 'Datatype' },
  [rdfs('domain')]: { en: 'is said of', nl: 'wordt gezegd van' },
  [rdfs('range')]: { en: 'has values that are', nl: 'heeft als waarden' },
  [rdfs('subClassOf')]: { en: 'is a kind of', nl: 'is een soort' },
  [rdfs('subPropertyOf')]: { en: 'is a case of', nl: 'is een geval van' },
  [rdfs('isDefinedBy')]: { en: 'is defined by', nl: 'is bepaald door' },
  [rdfs('member')]: { en: 'has member', nl: 'heeft lid' },
  [owl('Ontology')]: { en: 'Ontology', nl: 'Ontologie' },
  [owl('Class')]: { en: 'Class', nl: 'Klasse' },
  [owl('Thing')]: { en: 'Thing', nl: 'Ding' },
  [owl('NamedIndividual')]: { en: 'Single thing', nl: 'Enkel ding' },
  [owl('ObjectProperty')]: { en: 'Property between things', nl: 'Eigenschap tussen dingen' },
  [owl('DatatypeProperty')]: { en: 'Property with a value', nl: 'Eigenschap met een waarde' },
  [owl('AnnotationProperty')]: { en: 'Property with a text', nl: 'Eigenschap met een tekst' },
  [owl('FunctionalProperty')]: { en: 'Property with one value', nl: 'Eigenschap met één waarde' },
  [owl('SymmetricProperty')]: { en: 'Symmetric property', nl: 'Symmetrische eigenschap' },
  [owl('TransitiveProperty')]: { en: 'Transitive property', nl: 'Transitieve eigenschap' },
  [owl('Axiom')]: { en: 'Axiom', nl: 'Axioma' },
  [owl('annotatedSource')]: { en: 'from', nl: 'van' },
  [owl('annotatedProperty')]: { en: 'relation', nl: 'relatie' },
  [owl('annotatedTarget')]: { en: 'to', nl: 'naar' },
  [owl('sameAs')]: { en: 'the same as', nl: 'hetzelfde als' },
  [owl('inverseOf')]: { en: 'is the inverse of', nl: 'is het omgekeerde van' },
  [owl('equivalentClass')]: { en: 'means the same as', nl: 'betekent hetzelfde als' },
  [owl('equivalentProperty')]: { en: 'means the same as', nl: 'betekent hetzelfde als' },
  [owl('disjointWith')]: { en: 'has nothing in common with', nl: 'heeft niets gemeen met' },
  [owl('versionIRI')]: { en: 'address of this version', nl: 'adres van deze versie' },
  [owl('versionInfo')]: { en: 'version', nl: 'versie' },
  [owl('imports')]: { en: 'builds on', nl: 'bouwt op' },
  [owl('deprecated')]: { en: 'out of use', nl: 'buiten gebruik' },
  [dcat('Dataset')]: { en: 'Dataset', nl: 'Dataset' },
};

/** What a word of the standards is called, if it is one of those that graphs use and do not name. */
export const standardName = (iri: string, language: Language): string | undefined => names[iri]?.[language];
