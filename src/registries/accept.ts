import { dcterms, owl, rdf, rdfs, xsd } from '../rdf/terms.ts';
import type { Triple } from '../rdf/turtle-blocks.ts';
import { findScheme, identify } from './identifiers.ts';
import { justification, type MappingSet, noTermFound, type Slots } from './sssom.ts';

/** Mappings that a person has judged, as triples. */
export interface Accepted {
  readonly triples: Triple[];
  readonly accepted: number;
  /** Rows that nobody has judged. */
  readonly left: number;
}

const iri = (value: unknown): string => `<${String(value)}>`;
const sssom = (name: string): string => `<https://w3id.org/sssom/${name}>`;
const text = (value: unknown, language = ''): string =>
  JSON.stringify(String(value)).replace(/\\u([0-9a-f]{4})/g, (_, code: string) => `\\u${code.toUpperCase()}`) +
  (language && `@${language}`);

/**
 * The link itself and its mapping, for each row that a person has judged.
 *
 * @param graphOf the graph of the links to a registry, by its name.
 */
export function mappingTriples(
  { slots, mappings }: MappingSet,
  graphOf: (name: string) => string,
  today: string,
): Accepted {
  const judged = mappings.filter(
    (mapping) =>
      mapping['mapping_justification'] === justification('ManualMappingCuration') &&
      mapping['object_id'] !== noTermFound,
  );
  const links: Triple[] = [];
  const axioms: Triple[] = [];
  for (const mapping of judged) {
    const { subject_id: subject, predicate_id: predicate, object_id: object } = mapping;
    links.push([iri(subject), iri(predicate), iri(object)]);
    axioms.push(
      ...axiom(mapping, nodeOf(mapping, graphOf), String(mapping['mapping_date'] ?? slots['mapping_date'] ?? today)),
    );
  }
  return { triples: [...links, ...axioms], accepted: judged.length, left: mappings.length - judged.length };
}

// The mapping is named after its two ends, in the graph of the registry that the object is of.
function nodeOf({ subject_id: subject, object_id: object }: Slots, graphOf: (name: string) => string): string {
  const [reading] = identify(String(object)).filter(({ kind }) => kind === 'identifier');
  const key = reading?.kind === 'identifier' ? reading.key : String(object).replace(/^.*[/#](?=[^/#])/, '');
  const last = String(subject).replace(/^.*[/#](?=[^/#])/, '');
  const slug = `${last}-${key}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const name = reading && findScheme(reading.scheme.name) ? reading.scheme.name : 'others';
  return `<${graphOf(name)}#m-${slug}>`;
}

function* axiom(mapping: Slots, node: string, date: string): Generator<Triple> {
  yield [node, iri(rdf('type')), iri(owl('Axiom'))];
  yield [node, iri(rdf('type')), sssom('Mapping')];
  yield [node, iri(dcterms('created')), `${text(date)}^^${iri(xsd('date'))}`];
  yield [node, iri(owl('annotatedProperty')), iri(mapping['predicate_id'])];
  yield [node, iri(owl('annotatedSource')), iri(mapping['subject_id'])];
  yield [node, iri(owl('annotatedTarget')), iri(mapping['object_id'])];
  if (mapping['comment']) yield [node, iri(rdfs('comment')), text(mapping['comment'], 'en')];
  for (const page of [mapping['see_also'] ?? []].flat()) yield [node, iri(rdfs('seeAlso')), iri(page)];
  if (mapping['confidence'] !== undefined) {
    const number = String(mapping['confidence']);
    yield [node, sssom('confidence'), `${text(number.includes('.') ? number : `${number}.0`)}^^${iri(xsd('decimal'))}`];
  }
  yield [node, sssom('mapping_justification'), iri(mapping['mapping_justification'])];
  if (mapping['object_label']) yield [node, sssom('object_label'), text(mapping['object_label'])];
}
