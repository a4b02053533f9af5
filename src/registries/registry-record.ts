import { readIdentifier, type SchemeName } from './identifiers.ts';
import { readRorRecord } from './ror-record.ts';

/** A record of any registry whose files we can read, as far as a link to it can be checked. */
export interface RegistryRecord {
  readonly registry: SchemeName;
  readonly key: string;
  /** The name that the registry shows, then the others. */
  readonly names: readonly string[];
  readonly status: string;
  /** Keys of records that took its place. */
  readonly successors: readonly string[];
  /** Keys that it has elsewhere, by scheme. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

type Json = Readonly<Record<string, unknown>>;
const texts = (value: unknown): string[] =>
  [value].flat().filter((each): each is string => typeof each === 'string' && each !== '');

/** Reads a record of ROR, OpenAlex or OpenAIRE; undefined for what is of none of them. */
export function readRegistryRecord(record: unknown): RegistryRecord | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const json = record as Json;
  const [id] = texts(json['id']);
  if (!id) return undefined;
  for (const { registry, read } of readers) {
    const reading = readIdentifier(registry, id);
    if (reading.kind === 'identifier') return { registry, key: reading.key, ...read(json) };
  }
  return undefined;
}

type Told = Omit<RegistryRecord, 'registry' | 'key'>;

const readers: readonly { readonly registry: SchemeName; readonly read: (record: Json) => Told }[] = [
  {
    registry: 'ror',
    read: (record) => {
      const { names, status, relations, identifiers, key } = readRorRecord(record);
      return {
        names: [...names]
          .sort((a, b) => Number(b.kind === 'display') - Number(a.kind === 'display'))
          .map(({ value }) => value),
        status,
        successors: relations.flatMap(({ kind, id }) => (kind === 'successor' ? [id] : [])),
        keys: keysOf([['ror', key], ...identifiers.map(({ type, key }): [string, string] => [type, key])]),
      };
    },
  },
  {
    registry: 'openalex',
    read: (record) => {
      const ids = Object.entries((record['ids'] ?? {}) as Json);
      return {
        names: texts([
          record['display_name'],
          ...texts(record['display_name_alternatives']),
          ...texts(record['display_name_acronyms']),
        ]),
        status: texts(record['status'])[0] ?? 'active',
        successors: [],
        keys: keysOf(ids.flatMap(([scheme, value]) => texts(value).map((key): [string, string] => [scheme, key]))),
      };
    },
  },
  {
    registry: 'openaire',
    read: (record) => {
      const pids = (Array.isArray(record['pids']) ? record['pids'] : []) as Json[];
      return {
        names: texts([record['legalName'], record['legalShortName'], ...texts(record['alternativeNames'])]),
        status: 'active',
        successors: [],
        keys: keysOf(pids.map(({ scheme, value }): [string, string] => [String(scheme), String(value)])),
      };
    },
  },
];

/** How registries call the schemes of others. */
const schemeNames: Readonly<Record<string, SchemeName>> = {
  fundref: 'crossref-funder',
  grid: 'grid',
  isni: 'isni',
  openalex: 'openalex',
  orgref: 'orgref',
  orgreg: 'orgreg',
  pic: 'pic',
  ringgold: 'ringgold',
  ror: 'ror',
  rrid: 'rrid',
  viaf: 'viaf',
  wikidata: 'wikidata',
};

function keysOf(given: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  for (const [type, value] of given) {
    const scheme = schemeNames[type.toLowerCase()];
    const reading = scheme && readIdentifier(scheme, value);
    if (!scheme || reading?.kind !== 'identifier') continue;
    const known = keys.get(scheme) ?? [];
    if (!known.includes(reading.key)) keys.set(scheme, [...known, reading.key]);
  }
  return keys;
}
