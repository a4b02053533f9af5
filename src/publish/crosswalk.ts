import type { Term } from '@rdfjs/types';
import Papa from 'papaparse';
import { namedNode, owl, rdf, rdfs, skos, voidTerm } from '../rdf/terms.ts';
import { identify } from '../registries/identifiers.ts';
import { type MappingSet, readMappingSets } from '../registries/sssom.ts';
import type { GraphIndex } from './graph-index.ts';

const sssom = (name: string): string => `https://w3id.org/sssom/${name}`;

/** The class of sets of mappings. */
export const mappingSetClass = sssom('MappingSet');

/** Where the page of what the graph is linked to is. */
export const linksPath = '/links';

/** A set of mappings of the graph, with a name that its files have. */
export interface NamedSet extends MappingSet {
  readonly iri: string;
  readonly name: string;
}

/** One link: a thing, and what it is in a catalogue. */
export interface CrosswalkRow {
  readonly iri: string;
  readonly label_nl: string;
  readonly label_en: string;
  readonly type: string;
  /** The set of mappings that the link is in. */
  readonly catalogue: string;
  readonly identifier: string;
  /** Empty where the catalogue has only a key. */
  readonly url: string;
  readonly relation: string;
  readonly confidence: string;
  /** The records that it rests on, with a space between. */
  readonly source: string;
  /** What is to be known of the link. */
  readonly note_nl: string;
  readonly note_en: string;
}

/** The sets of mappings that the graph holds, by name. */
export const mappingSets = (index: GraphIndex): readonly NamedSet[] => index.remember(readSets);

function readSets(index: GraphIndex): NamedSet[] {
  const quads = index
    .instances(mappingSetClass)
    .flatMap(({ subject }) => [
      ...index.find(subject, null, null),
      ...index
        .find(subject, namedNode(sssom('mappings')), null)
        .flatMap(({ object }) => index.find(object, null, null)),
    ]);
  return readMappingSets(quads, (iri) => index.label(iri, 'en'))
    .map((set) => ({ ...set, name: set.iri.replace(/[/#]$/, '').replace(/^.*[/#]/, '') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every mapping of the graph as one set, each with where its own set says that its objects are from. */
export function wholeSet(index: GraphIndex): MappingSet {
  const sets = mappingSets(index);
  const { publication } = index.dataset;
  const licenses = [...new Set(sets.flatMap(({ slots }) => [slots['license'] ?? []].flat()))];
  return {
    slots: {
      mapping_set_id: `${publication?.base ?? 'https://example.org/'}links/all`,
      mapping_set_title: `All links of: ${publication?.title['en'] ?? 'the graph'}`,
      // Sets under several licences have no licence in common.
      license: licenses.length === 1 ? String(licenses[0]) : 'https://w3id.org/sssom/license/unspecified',
    },
    mappings: sets.flatMap(({ slots, mappings }) =>
      mappings.map((mapping) => ({
        ...(slots['object_source'] === undefined ? {} : { object_source: slots['object_source'] }),
        ...mapping,
      })),
    ),
  };
}

/** Every link of the graph, in the order of the things. */
export function crosswalk(index: GraphIndex): CrosswalkRow[] {
  const nodes = index.instances(mappingSetClass).flatMap(({ subject }) =>
    index.find(subject, namedNode(sssom('mappings')), null).map(({ object }) => ({
      set: subject.value.replace(/[/#]$/, '').replace(/^.*[/#]/, ''),
      node: object,
    })),
  );
  return nodes
    .flatMap(({ set, node }) => rowOf(index, set, node) ?? [])
    .sort((a, b) => compare(a.iri, b.iri) || compare(a.catalogue, b.catalogue) || compare(a.identifier, b.identifier));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function rowOf(index: GraphIndex, set: string, node: Term): CrosswalkRow | undefined {
  const values = (property: string): Term[] => index.find(node, namedNode(property), null).map(({ object }) => object);
  const [subject] = values(owl('annotatedSource'));
  const [target] = values(owl('annotatedTarget'));
  const [relation] = values(owl('annotatedProperty'));
  if (!subject || !target || !relation) return undefined;
  const isAddress = target.termType === 'NamedNode';
  const notes = values(rdfs('comment'));
  const note = (language: string): string =>
    notes.find((each) => each.termType === 'Literal' && each.language === language)?.value ?? '';
  const reading = isAddress ? identify(target.value).find((each) => each.kind === 'identifier') : undefined;
  return {
    iri: subject.value,
    label_nl: index.label(subject.value, 'nl') ?? '',
    label_en: index.label(subject.value, 'en') ?? '',
    type: index
      .types(subject.value)
      .map((type) => index.label(type, 'en') ?? type)
      .join(', '),
    catalogue: set,
    identifier: reading?.kind === 'identifier' ? reading.key : target.value,
    url: isAddress ? target.value : '',
    relation: relation.value.replace(/^.*[/#]/, ''),
    confidence: values(sssom('confidence'))[0]?.value ?? '',
    source: values(rdfs('seeAlso'))
      .map(({ value }) => value)
      .sort()
      .join(' '),
    note_nl: note('nl'),
    note_en: note('en'),
  };
}

/** The links as a table (RFC 4180). A cell that a spreadsheet would run as a formula begins with an apostrophe. */
export const writeCrosswalk = (rows: readonly CrosswalkRow[]): string =>
  `${Papa.unparse(rows as CrosswalkRow[], { newline: '\r\n', escapeFormulae: true })}\r\n`;

/** Links of one kind to one host, as the description of the dataset counts them (VoID). */
export interface LinksetCount {
  readonly target: string;
  readonly links: number;
}

/** The linksets of the dataset's own description, the largest first. */
export function linksets(index: GraphIndex): LinksetCount[] {
  return index
    .instances(voidTerm('Linkset'))
    .filter(({ subject }) => !index.find(subject, namedNode(voidTerm('linkPredicate')), null).length)
    .map(({ subject }) => {
      const [target] = index.find(subject, namedNode(voidTerm('objectsTarget')), null);
      const space = target && index.find(target.object, namedNode(voidTerm('uriSpace')), null)[0]?.object.value;
      return {
        target: space ?? subject.value,
        links: Number(index.find(subject, namedNode(voidTerm('triples')), null)[0]?.object.value ?? 0),
      };
    })
    .sort((a, b) => b.links - a.links || compare(a.target, b.target));
}

/** Two entries of one catalogue for one thing, each in doubt. */
export interface Conflict {
  readonly iri: string;
  readonly rows: readonly CrosswalkRow[];
}

/** Where sources disagree: a thing has several identities in a catalogue, each with less than full confidence. */
export function conflicts(rows: readonly CrosswalkRow[]): Conflict[] {
  const groups = new Map<string, CrosswalkRow[]>();
  for (const row of rows) {
    if (![owl('sameAs'), skos('exactMatch'), skos('closeMatch')].some((iri) => iri.endsWith(row.relation))) continue;
    if (Number(row.confidence) >= 0.9) continue;
    const key = `${row.iri} ${row.catalogue}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({ iri: group[0]?.iri ?? '', rows: group }));
}

/** Things of the classes that are linked, which have no link themselves. */
export function unlinked(index: GraphIndex, rows: readonly CrosswalkRow[]): string[] {
  const linked = new Set(rows.map(({ iri }) => iri));
  const classes = new Set([...linked].flatMap((iri) => index.types(iri)));
  const things = [...classes].flatMap((type) =>
    index
      .instances(type)
      .filter((each) => !index.isInferred(each) && each.predicate.value === rdf('type'))
      .map(({ subject }) => subject.value),
  );
  return [...new Set(things)].filter((iri) => !linked.has(iri)).sort();
}
