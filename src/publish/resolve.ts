import type { Quad, Term } from '@rdfjs/types';
import { foaf, literal, namedNode, owl, skos } from '../rdf/terms.ts';
import { findScheme, identify, type Reading, readIdentifier } from '../registries/identifiers.ts';
import type { GraphIndex } from './graph-index.ts';
import { keyKinds } from './mappings.ts';

/**
 * How a thing has to do with an identifier: it is the same, has the page, has the key although its entry is not quite
 * the same, is the same as a record that has the key, or is only near to the entry.
 */
export type Relation = 'same' | 'page' | 'key' | 'record' | 'near';

/** A thing that an identifier leads to. */
export interface Choice {
  readonly iri: string;
  readonly relation: Relation;
}

/** What a text leads to. */
export type Resolution =
  | { readonly kind: 'things'; readonly choices: readonly Choice[] }
  /** It is an identifier with a slip of the pen. */
  | { readonly kind: 'wrong'; readonly readings: readonly Exclude<KnownReading, { kind: 'identifier' }>[] }
  /** An identifier of nothing here; with no readings, not even an identifier that we know. */
  | { readonly kind: 'unknown'; readonly readings: readonly Extract<KnownReading, { kind: 'identifier' }>[] };

type KnownReading = Exclude<Reading, { kind: 'other' }>;
type Identifier = Extract<Reading, { kind: 'identifier' }>;

/** Properties that lead from a thing to an entry or page about it. */
const relations = new Map<string, Relation>([
  [owl('sameAs'), 'same'],
  [skos('exactMatch'), 'same'],
  // A homepage and a main topic are of one thing only (both are inverse functional in FOAF).
  [foaf('homepage'), 'page'],
  [foaf('isPrimaryTopicOf'), 'page'],
  [foaf('page'), 'page'],
  [skos('closeMatch'), 'near'],
  [skos('broadMatch'), 'near'],
  [skos('narrowMatch'), 'near'],
  [skos('relatedMatch'), 'near'],
]);

/** What keys and addresses lead to, each with the closest relation of each thing. */
type Entries = Map<string, Map<string, Relation>>;

/**
 * Finds the things that an identifier or address stands for, in any spelling of the schemes we know: by the keys of
 * things (`skos:notation`), by what they are linked to, by the keys in the records that they are the same as.
 *
 * Things that are the same as what is asked come alone where there are any; else all that have to do with it.
 *
 * @param base what the IRIs of our things begin with
 */
export function resolve(index: GraphIndex, base: string, text: string): Resolution {
  const readings = identify(text);
  const right = readings.filter((each) => each.kind === 'identifier');
  const entries = index.isWhole ? index.remember(allEntries, base) : lookUp(index, base, right, text);
  const found = new Map<string, Relation>();
  for (const name of [...right.map(({ scheme, key }) => nameOf(scheme.name, key)), addressName(text)])
    for (const [iri, relation] of entries.get(name) ?? []) closer(found, iri, relation);
  if (found.size) {
    const best = order.find((relation) => [...found.values()].includes(relation)) as Relation;
    // A weak relation does not choose for whoever asks.
    const choices = [...found].filter(([, relation]) => best === 'near' || best === 'record' || relation === best);
    return {
      kind: 'things',
      choices: choices
        .map(([iri, relation]) => ({ iri, relation }))
        .sort((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation) || (a.iri < b.iri ? -1 : 1)),
    };
  }
  const wrong = readings.filter((each) => each.kind !== 'identifier');
  return wrong.length ? { kind: 'wrong', readings: wrong } : { kind: 'unknown', readings: right };
}

/** Whether a thing is what was asked for, so that there is nothing to choose. */
export const isCertain = (choices: readonly Choice[]): boolean =>
  choices.length === 1 && ['same', 'page', 'key'].includes(choices[0]?.relation ?? '');

const order: readonly Relation[] = ['same', 'page', 'key', 'record', 'near'];

function closer(found: Map<string, Relation>, iri: string, relation: Relation): void {
  const before = found.get(iri);
  if (before === undefined || order.indexOf(relation) < order.indexOf(before)) found.set(iri, relation);
}

const allEntries = (index: GraphIndex, base: string): Entries =>
  collect(index, base, (property) => index.statements(property));

/** The entries that a text may lead to, of a dataset that is not in memory: those in the spellings that are usual. */
function lookUp(index: GraphIndex, base: string, readings: readonly Identifier[], text: string): Entries {
  const addresses = [...new Set([...readings.flatMap(({ iri }) => iri ?? []), ...spellings(text)].flatMap(spellings))];
  const kinds = keyKinds(index);
  const keys = readings.flatMap(({ scheme, key }) => {
    const kind = kinds.get(scheme.name);
    return kind === undefined ? [] : [literal(key, namedNode(kind)) as unknown as Term];
  });
  const withAddress = (property: string): readonly Quad[] =>
    addresses.flatMap((each) => index.find(null, namedNode(property), namedNode(each)));
  const notations = keys.flatMap((key) => index.find(null, namedNode(skos('notation')), key));
  const records = [...notations, ...pagesOfRecords.flatMap(withAddress)].map(({ subject }) => subject);
  const twins = records
    .filter(({ value }) => !value.startsWith(base))
    .flatMap((record) => index.find(null, namedNode(owl('sameAs')), record));
  return collect(index, base, (property) => {
    if (property === skos('notation')) return notations;
    return property === owl('sameAs') ? [...withAddress(property), ...twins] : withAddress(property);
  });
}

/** An address with and without what makes no difference. */
function spellings(address: string): string[] {
  const [, host = '', path = ''] = /^(?:https?:\/\/)?(?:www\.)?([^/]+)(.*?)\/?$/i.exec(address.trim()) ?? [];
  if (!host.includes('.')) return [];
  return ['http', 'https'].flatMap((protocol) =>
    ['', 'www.'].flatMap((www) => ['', '/'].map((end) => `${protocol}://${www}${host.toLowerCase()}${path}${end}`)),
  );
}

/** Properties of a record elsewhere by which a page leads to it. */
const pagesOfRecords = [foaf('homepage'), foaf('isPrimaryTopicOf')];

function collect(index: GraphIndex, base: string, statements: (property: string) => readonly Quad[]): Entries {
  const entries: Entries = new Map();
  const isOurs = (iri: string) => iri.startsWith(base);
  const add = (name: string, iri: string, relation: Relation) => {
    const things = entries.get(name) ?? new Map<string, Relation>();
    closer(things, iri, relation);
    entries.set(name, things);
  };
  /** Which things of ours a record is the same as. */
  const twins = new Map<string, string[]>();
  for (const [property, relation] of relations)
    for (const { subject, object } of statements(property)) {
      if (object.termType !== 'NamedNode' || !isOurs(subject.value) || isOurs(object.value)) continue;
      if (property === owl('sameAs')) twins.set(object.value, [...(twins.get(object.value) ?? []), subject.value]);
      for (const name of namesOf(object.value)) add(name, subject.value, relation);
    }
  for (const { subject, object } of statements(skos('notation'))) {
    if (object.termType !== 'Literal') continue;
    const scheme = findScheme(object.datatype.value.replace(/^.*[/#]/, ''));
    const reading = scheme && readIdentifier(scheme, object.value);
    if (reading?.kind !== 'identifier') continue;
    const name = nameOf(reading.scheme.name, reading.key);
    // Where the thing and the entry are only close, the key alone does not make them one.
    const doubt = entries.get(name)?.get(subject.value) === 'near';
    if (doubt) entries.get(name)?.set(subject.value, 'key');
    else if (isOurs(subject.value)) add(name, subject.value, 'same');
    else for (const twin of twins.get(subject.value) ?? []) add(name, twin, 'record');
  }
  for (const [record, things] of twins)
    for (const property of pagesOfRecords)
      for (const { object } of index.find(namedNode(record), namedNode(property), null))
        for (const thing of things) add(addressName(object.value), thing, 'record');
  return entries;
}

/** What an entry at an address is found by: the identifier that the address is, and the address itself. */
function namesOf(address: string): string[] {
  const keys = identify(address).flatMap((each) =>
    each.kind === 'identifier' ? [nameOf(each.scheme.name, each.key)] : [],
  );
  return [...keys, addressName(address)];
}

const nameOf = (scheme: string, key: string): string => `${scheme} ${key}`;

/** An address without what makes no difference: protocol, `www.`, a slash at the end, upper case in the host. */
function addressName(text: string): string {
  const plain = text
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .replace(/^https?:\/\//i, '')
    .replace(/^www\./i, '')
    .replace(/\/+$/, '');
  const [host = '', ...rest] = plain.split('/');
  const path = rest.join('/');
  return ` ${host.toLowerCase()}/${URL.canParse(`http://x/${path}`) ? new URL(`http://x/${path}`).href.slice(9) : path}`;
}
