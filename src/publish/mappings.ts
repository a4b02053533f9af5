import type { Quad } from '@rdfjs/types';
import { namedNode, owl, rdfs, skos } from '../rdf/terms.ts';
import { identify } from '../registries/identifiers.ts';
import type { GraphIndex } from './graph-index.ts';

const sssom = (name: string): string => `https://w3id.org/sssom/${name}`;

/** What a mapping tells of the link that it makes. */
export interface MappingFacts {
  readonly iri: string;
  readonly confidence?: string;
  /** Records that it rests on. */
  readonly records: readonly string[];
}

/** The mapping that makes a link, if the link is one of a set of mappings. */
export function mappingOf(index: GraphIndex, { subject, predicate, object }: Quad): MappingFacts | undefined {
  const found = index
    .find(null, namedNode(owl('annotatedTarget')), object)
    .map((each) => each.subject)
    .find(
      (node) =>
        index.find(node, namedNode(owl('annotatedSource')), subject).length > 0 &&
        index.find(node, namedNode(owl('annotatedProperty')), predicate).length > 0,
    );
  if (found?.termType !== 'NamedNode') return undefined;
  const values = (property: string): string[] =>
    index.find(found, namedNode(property), null).map(({ object: value }) => value.value);
  const [confidence] = values(sssom('confidence'));
  return {
    iri: found.value,
    ...(confidence === undefined ? {} : { confidence }),
    records: values(rdfs('seeAlso')).sort(),
  };
}

/** The datatypes of the keys that the graph holds, by the last part of their IRIs. */
export const keyKinds = (index: GraphIndex): ReadonlyMap<string, string> => index.remember(findKeyKinds);

const findKeyKinds = (index: GraphIndex): ReadonlyMap<string, string> =>
  new Map(index.datatypes(skos('notation')).map((iri) => [iri.replace(/^.*[/#]/, ''), iri]));

/** What the catalogue is called that a link leads to: its scheme by the graph, by our table, or the host. */
export function catalogueName(index: GraphIndex, { object }: Pick<Quad, 'object'>, language: 'en' | 'nl'): string {
  if (object.termType === 'Literal') return index.label(object.datatype.value, language) ?? '';
  const reading = identify(object.value).find(({ kind }) => kind === 'identifier');
  if (reading) {
    const kind = keyKinds(index).get(reading.scheme.name);
    return (kind === undefined ? undefined : index.label(kind, language)) ?? reading.scheme.label[language];
  }
  return URL.canParse(object.value) ? new URL(object.value).host.replace(/^www\./, '') : '';
}
