import { findScheme, identify, type Reading, readIdentifier, type Scheme } from './identifiers.ts';
import { wordsOf } from './names.ts';
import type { RegistryRecord } from './registry-record.ts';

/** A link of one of our things to an entry of another. */
export interface Link {
  readonly thing: string;
  readonly property: string;
  readonly target: string;
  /** The name that the other had when the link was made. */
  readonly label: string | undefined;
}

/** What we know of a thing that has links. */
export interface LinkedThing {
  readonly names: readonly string[];
  /** Keys by scheme. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** Something about a link that a person should see. */
export interface LinkFinding {
  readonly link: Link;
  readonly kind:
    | 'wrong-identifier'
    | 'absent'
    | 'status'
    | 'name'
    | 'identifier'
    | 'gone'
    | 'moved'
    | 'unreachable'
    | 'no-rdf';
  readonly message: string;
  /** A remark is worth knowing, but the link still holds. */
  readonly remark?: boolean;
}

/** Predicates that say that both ends are one and the same. */
const identity = new Set(['http://www.w3.org/2002/07/owl#sameAs', 'http://www.w3.org/2004/02/skos/core#exactMatch']);

/** The registry entry that a link points to, if it is of a scheme that we know. */
export function entryOf(target: string): { readonly scheme: Scheme; readonly key: string } | undefined {
  const [reading] = identify(target).filter(({ kind }) => kind === 'identifier');
  return reading?.kind === 'identifier' ? { scheme: reading.scheme, key: reading.key } : undefined;
}

/** What is wrong with an identifier, in the languages of messages. */
export type Fault = Readonly<Record<'en' | 'nl', string>>;

const describe = (reading: Reading): Fault | undefined => {
  if (reading.kind === 'wrong-check') {
    const { label } = reading.scheme;
    const { key, found, expected } = reading;
    return {
      en: `${label.en} ${key} ends in ${found}, which by its check digits would be ${expected}: correct it after the record.`,
      nl: `${label.nl} ${key} eindigt op ${found}, wat volgens de controletekens ${expected} moest zijn: verbeter het naar het record.`,
    };
  }
  if (reading.kind !== 'wrong-form') return undefined;
  const { label } = reading.scheme;
  return {
    en: `"${reading.text}" has not the form of a ${label.en}: correct it after the record.`,
    nl: `"${reading.text}" heeft niet de vorm van ${label.nl}: verbeter het naar het record.`,
  };
};

/** What is wrong with an address, if it is that of an entry of a registry. */
export function faultOfAddress(address: string): Fault | undefined {
  const [first] = identify(address);
  return first && describe(first);
}

/** What is wrong with a key of a scheme; undefined when it is right or the scheme is unknown. */
export function faultOfKey(schemeName: string, key: string): Fault | undefined {
  const scheme = findScheme(schemeName);
  if (!scheme) return undefined;
  const reading = readIdentifier(scheme, key);
  if (reading.kind === 'other') return describe({ kind: 'wrong-form', scheme, text: key });
  if (reading.kind !== 'identifier' || reading.key === key) return describe(reading);
  return {
    en: `${scheme.label.en} ${key} is written ${reading.key}.`,
    nl: `${scheme.label.nl} ${key} wordt geschreven als ${reading.key}.`,
  };
}

/** What is wrong with the address of a link by itself. */
export function checkAddress(link: Link): LinkFinding[] {
  const fault = faultOfAddress(link.target);
  return fault ? [{ link, kind: 'wrong-identifier', message: fault.en }] : [];
}

/** Compares a link with the record that it points to. */
export function checkAgainstRecord(link: Link, thing: LinkedThing, record: RegistryRecord): LinkFinding[] {
  const findings: LinkFinding[] = [];
  const [shown = record.key] = record.names;
  if (record.status !== 'active') {
    const after = record.successors.length ? ` Its successor is ${record.successors.join(', ')}.` : '';
    findings.push({ link, kind: 'status', message: `The record "${shown}" is ${record.status}.${after}` });
  }
  const expected = link.label === undefined ? thing.names : [link.label];
  if (!expected.some((name) => record.names.some((other) => isSameName(name, other)))) {
    const was = link.label === undefined ? `none of ours (${thing.names.join(', ')})` : `no longer "${link.label}"`;
    findings.push({ link, kind: 'name', message: `The record is called "${shown}", ${was}.` });
  }
  if (!identity.has(link.property)) return findings;
  for (const [scheme, ours] of thing.keys) {
    const theirs = record.keys.get(scheme);
    if (!theirs?.length || theirs.some((key) => ours.includes(key))) continue;
    const name = findScheme(scheme)?.label.en ?? scheme;
    findings.push({
      link,
      kind: 'identifier',
      message: `The record has ${name} ${theirs.join(', ')}, we have ${ours.join(', ')}.`,
    });
  }
  return findings;
}

/** Whether two names are the same but for case, accents, order and articles. */
export function isSameName(a: string, b: string): boolean {
  const plain = (name: string): string =>
    wordsOf(name.replace(/\s*\([^()]*\)$/, ''))
      .sort()
      .join(' ');
  return plain(a) === plain(b) || wordsOf(a).sort().join(' ') === wordsOf(b).sort().join(' ');
}
