import type { Term } from '@rdfjs/types';
import { dcterms, foaf, namedNode, org, owl, rdf, rdfs, schema, skos } from '../rdf/terms.ts';
import type { GraphIndex } from './graph-index.ts';

/** Classes of common vocabularies in the words of schema.org, for what the graph says nothing closer of. */
const classes: Readonly<Record<string, string>> = {
  [skos('ConceptScheme')]: schema('DefinedTermSet'),
  [skos('Concept')]: schema('DefinedTerm'),
  [foaf('Person')]: schema('Person'),
  [foaf('Document')]: schema('CreativeWork'),
  [foaf('Organization')]: schema('Organization'),
  [org('Organization')]: schema('Organization'),
  [dcterms('Location')]: schema('Place'),
  [owl('Ontology')]: schema('DefinedTermSet'),
  [owl('Class')]: schema('DefinedTerm'),
  [owl('ObjectProperty')]: schema('DefinedTerm'),
  [owl('DatatypeProperty')]: schema('DefinedTerm'),
  [owl('AnnotationProperty')]: schema('DefinedTerm'),
};

/** Properties that say what schema.org says, each key with the first ones that a thing has. */
const properties: readonly (readonly [key: string, from: readonly string[]])[] = [
  ['name', [skos('prefLabel'), rdfs('label'), foaf('name'), dcterms('title')]],
  ['alternateName', [skos('altLabel')]],
  ['description', [dcterms('description'), skos('definition'), rdfs('comment')]],
  ['identifier', [dcterms('identifier'), skos('notation')]],
  ['sameAs', [owl('sameAs'), skos('exactMatch')]],
  ['isPartOf', [dcterms('isPartOf')]],
  ['publisher', [dcterms('publisher')]],
  ['author', [dcterms('creator')]],
  ['inLanguage', [dcterms('language')]],
  ['license', [dcterms('license')]],
  ['inDefinedTermSet', [skos('inScheme')]],
  ['memberOf', [org('memberOf')]],
  ['parentOrganization', [org('unitOf')]],
];

/** How many values of a property, and how many sources, stand in the head of a page. */
const most = 20;

const matching = [owl('equivalentClass'), skos('exactMatch'), rdfs('subClassOf'), skos('closeMatch')];

/**
 * The class of schema.org that fits a thing best: one that it has itself, else one that its classes lead to, those that
 * are asserted before those that follow from them; `Thing` if there is none.
 */
export function schemaClassOf(index: GraphIndex, iri: string): string {
  const types = index.find(namedNode(iri), namedNode(rdf('type')), null);
  const ordered = [
    ...types.filter((each) => !index.isInferred(each)),
    ...types.filter((each) => index.isInferred(each)),
  ].map(({ object }) => object);
  return (
    ordered.map(({ value }) => value).find(isSchema) ??
    firstOf(ordered, (type) => classes[type.value] ?? matchOf(index, type)) ??
    schema('Thing')
  );
}

const isSchema = (iri: string): boolean => iri.startsWith(schema(''));

const matchOf = (index: GraphIndex, type: Term): string | undefined =>
  firstOf(matching, (property) =>
    index
      .find(type, namedNode(property), null)
      .map(({ object }) => object.value)
      .find(isSchema),
  );

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the page about a thing says of it to search engines (schema.org as JSON-LD). */
export function schemaOrgThing(
  index: GraphIndex,
  iri: string,
  { page, language, sources }: { page: string; language: string; sources: readonly string[] },
): Record<string, unknown> {
  const type = schemaClassOf(index, iri);
  const thing: Record<string, unknown> = {
    '@context': schema('').replace(/\/$/, ''),
    '@type': type.slice(schema('').length),
    '@id': iri,
    url: page,
  };
  for (const [key, from] of properties) {
    const values = firstOf(from, (property) => {
      const found = index.find(namedNode(iri), namedNode(property), null).map(({ object }) => object);
      return found.length ? found : undefined;
    });
    const written = inLanguage(values ?? [], language).slice(0, most);
    if (written.length) thing[key] = written.length > 1 ? written : written[0];
  }
  if (sources.length)
    thing['subjectOf'] = sources.slice(0, most).map((source) => ({
      '@type': 'CreativeWork',
      '@id': source,
      ...named(index, source, language),
    }));
  return thing;
}

// Of texts, those in the language of the page where there are some.
function inLanguage(values: readonly Term[], language: string): unknown[] {
  const texts = values.filter((value) => value.termType === 'Literal' && value.language === language);
  return (texts.length ? texts : values).map((value) =>
    value.termType === 'NamedNode' ? { '@id': value.value } : value.value,
  );
}

function named(index: GraphIndex, iri: string, language: string): { name?: string } {
  const name = index.label(iri, language);
  return name === undefined ? {} : { name };
}
