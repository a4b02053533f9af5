import type { Quad } from '@rdfjs/types';
import type { ListedValue, Text } from '../../load/publication.ts';
import { state, texts } from '../../rdf/state.ts';
import { dcat, dcatAp, dcterms, eli, foaf, rdf, rdfs, skos, spdx } from '../../rdf/terms.ts';
import { fileFormats, isGraphFormat } from '../link-tables.ts';
import { fileTypeOf, fileTypes } from './file-types.ts';

/** What the values of a property are (the ranges of DCAT-AP): a row for each property whose values others describe. */
const ranges: Readonly<Record<string, string>> = {
  [dcterms('accessRights')]: dcterms('RightsStatement'),
  [dcterms('accrualPeriodicity')]: dcterms('Frequency'),
  [dcterms('conformsTo')]: dcterms('Standard'),
  [dcterms('format')]: dcterms('MediaTypeOrExtent'),
  [dcterms('language')]: dcterms('LinguisticSystem'),
  [dcterms('license')]: dcterms('LicenseDocument'),
  [dcterms('spatial')]: dcterms('Location'),
  [dcat('compressFormat')]: dcterms('MediaType'),
  [dcat('landingPage')]: foaf('Document'),
  [dcat('mediaType')]: dcterms('MediaType'),
  [dcat('themeTaxonomy')]: skos('ConceptScheme'),
  [dcatAp('applicableLegislation')]: eli('LegalResource'),
  [foaf('homepage')]: foaf('Document'),
  [foaf('page')]: foaf('Document'),
  [spdx('algorithm')]: spdx('ChecksumAlgorithm'),
};

/** Properties whose values are concepts of a scheme and nothing else. */
const conceptProperties: ReadonlySet<string> = new Set([dcat('theme'), dcatAp('availability')]);

/** What the file types are called. */
const fileTypeValues = Object.fromEntries(
  fileFormats.map(({ name, label: own }) => {
    // Several kinds of tables are of one type of file, which has its own name.
    const label = isGraphFormat(name) ? own : fileTypeOf[name].replace(/^.*\//, '');
    return [fileTypeOf[name], { label: { en: label, nl: label }, scheme: fileTypes }];
  }),
);

/**
 * Says of the values in a description what they are and what they are called. Harvesters look at one document alone,
 * and not all of them can reach the lists of others.
 */
export function describeValues(
  description: readonly Quad[],
  listed: Readonly<Record<string, ListedValue>>,
  called: (iri: string) => Text | undefined,
): Quad[] {
  const known: Readonly<Record<string, ListedValue>> = { ...fileTypeValues, ...listed };
  const done = new Set<string>();
  const described: Quad[] = [];
  for (const { predicate, object } of description) {
    const [property, value] = [predicate.value, object.value];
    const type = ranges[property];
    if (object.termType !== 'NamedNode' || !(type || conceptProperties.has(property))) continue;
    if (done.has(`${property} ${value}`)) continue;
    done.add(`${property} ${value}`);
    if (type) described.push(...state(value, rdf('type'), type));
    const { label, scheme } = known[value] ?? { label: called(value) };
    if (scheme)
      described.push(...state(value, rdf('type'), skos('Concept')), ...state(value, skos('inScheme'), scheme));
    if (label) described.push(...state(value, nameProperty(type, scheme), ...texts(label)));
  }
  return described;
}

// Each profile of DCAT reads names where the class of the value has them.
function nameProperty(type: string | undefined, scheme: string | undefined): string {
  if (scheme) return skos('prefLabel');
  return type === skos('ConceptScheme') || type === dcterms('Standard') ? dcterms('title') : rdfs('label');
}
