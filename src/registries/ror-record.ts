import { readIdentifier, type SchemeName } from './identifiers.ts';

/** A name of an organisation. */
export interface Name {
  /** `display` is the one that the registry shows; a record has one. */
  readonly kind: 'display' | 'label' | 'alias' | 'acronym';
  readonly value: string;
  readonly language: string | undefined;
}

/** A place by its GeoNames record. */
export interface Place {
  readonly geonames: number;
  readonly name: string;
  /** ISO 3166-1, two letters. */
  readonly country: string;
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
}

/** Kinds of relationship, from the organisation's side: its parent, its child. */
export const relationKinds = ['parent', 'child', 'related', 'predecessor', 'successor'] as const;

/** Another organisation that a record names. */
export interface Relation {
  readonly kind: (typeof relationKinds)[number];
  readonly id: string;
  readonly label: string;
}

/** An identifier that another registry gave. */
export interface ExternalIdentifier {
  /** The registry's own name for the scheme, in lower case. */
  readonly type: string;
  readonly key: string;
  readonly iri: string | undefined;
  /** The registry's choice among several, or the only one. */
  readonly preferred: boolean;
}

/** An organisation, as either version of the schema says it. */
export interface Organisation {
  readonly id: string;
  readonly key: string;
  readonly status: string;
  readonly types: readonly string[];
  readonly established: number | undefined;
  readonly names: readonly Name[];
  readonly websites: readonly string[];
  readonly wikipedia: readonly string[];
  readonly domains: readonly string[];
  readonly relations: readonly Relation[];
  readonly identifiers: readonly ExternalIdentifier[];
  readonly places: readonly Place[];
  /** Dates of the record, not of the organisation. */
  readonly created: string | undefined;
  readonly modified: string | undefined;
  /** What the record says that cannot be right and is left out. */
  readonly remarks: readonly string[];
}

/** Says why a record is left out. */
export class RecordFault extends Error {}

/** How the registry's names of schemes are called here; of the others the key is kept as it is. */
const schemeNames: Readonly<Record<string, SchemeName>> = {
  fundref: 'crossref-funder',
  grid: 'grid',
  isni: 'isni',
  orgref: 'orgref',
  wikidata: 'wikidata',
};

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] =>
  [value].flat().filter((each): each is string => typeof each === 'string' && each.trim() !== '');
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string | undefined => texts(value)[0];
const number = (value: unknown): number | undefined => (Number.isFinite(value) ? (value as number) : undefined);
const language = (value: unknown): string | undefined => text(value)?.toLowerCase();
const date = (value: unknown): string | undefined => {
  const found = isObject(value) ? text(value['date']) : undefined;
  return found && /^\d{4}-\d\d-\d\d$/.test(found) ? found : undefined;
};

/** Reads a record of schema version 1 or 2. Throws {@link RecordFault} for what is no organisation of this registry. */
export function readRorRecord(record: unknown): Organisation {
  if (!isObject(record)) throw new RecordFault('This is no record but a single value.');
  const id = text(record['id']);
  if (!id) throw new RecordFault('It has no "id".');
  const reading = readIdentifier('ror', id);
  if (reading.kind === 'wrong-check')
    throw new RecordFault(
      `Its id ${id} ends in ${reading.found}, which by its check digits would be ${reading.expected}.`,
    );
  if (reading.kind !== 'identifier' || !reading.iri) throw new RecordFault(`Its id ${id} is no ROR id.`);
  const remarks: string[] = [];
  const version2 = Array.isArray(record['names']);
  if (!version2 && !text(record['name'])) throw new RecordFault(`${id} has no names.`);
  const admin = isObject(record['admin']) ? record['admin'] : {};
  const own = version2 ? readVersion2(record, remarks) : readVersion1(record, remarks);
  if (!own.names.some(({ kind }) => kind === 'display')) throw new RecordFault(`${id} has no name to show.`);
  return {
    id: reading.iri,
    key: reading.key,
    status: (text(record['status']) ?? 'active').toLowerCase(),
    types: texts(record['types']).map((type) => type.toLowerCase()),
    established: number(record['established']),
    domains: texts(record['domains']),
    relations: readRelations(record['relationships'], remarks),
    created: date(admin['created']),
    modified: date(admin['last_modified']),
    ...own,
    remarks,
  };
}

type Versioned = Pick<Organisation, 'names' | 'websites' | 'wikipedia' | 'identifiers' | 'places'>;

function readVersion2(record: Json, remarks: string[]): Versioned {
  const links = objects(record['links']);
  const linksOf = (type: string): string[] =>
    links.filter((link) => link['type'] === type).flatMap((link) => texts(link['value']));
  return {
    names: objects(record['names']).flatMap((name) => {
      const [value, types] = [text(name['value']), texts(name['types'])];
      if (!value) return [];
      const kind = types.includes('ror_display')
        ? 'display'
        : types.includes('acronym')
          ? 'acronym'
          : types.includes('label')
            ? 'label'
            : 'alias';
      const read: Name = { kind, value, language: language(name['lang']) };
      // Some are shown under their acronym: it is both.
      return kind === 'display' && types.includes('acronym') ? [read, { ...read, kind: 'acronym' }] : [read];
    }),
    websites: linksOf('website'),
    wikipedia: linksOf('wikipedia'),
    identifiers: objects(record['external_ids']).flatMap((entry) =>
      readIdentifiers(String(entry['type']), texts(entry['all']), text(entry['preferred']), remarks),
    ),
    places: objects(record['locations']).flatMap((location) => {
      const details = isObject(location['geonames_details']) ? location['geonames_details'] : {};
      return readPlace(
        location['geonames_id'],
        details['name'],
        details['country_code'],
        details['lat'],
        details['lng'],
      );
    }),
  };
}

function readVersion1(record: Json, remarks: string[]): Versioned {
  const country = isObject(record['country']) ? record['country']['country_code'] : undefined;
  const identifiers = isObject(record['external_ids']) ? Object.entries(record['external_ids']) : [];
  const plain = (kind: Name['kind'], values: unknown): Name[] =>
    texts(values).map((value) => ({ kind, value, language: undefined }));
  return {
    names: [
      ...plain('display', record['name']),
      ...objects(record['labels']).flatMap((label): Name[] => {
        const value = text(label['label']);
        return value ? [{ kind: 'label', value, language: language(label['iso639']) }] : [];
      }),
      ...plain('alias', record['aliases']),
      ...plain('acronym', record['acronyms']),
    ],
    websites: texts(record['links']),
    wikipedia: texts(record['wikipedia_url']),
    identifiers: identifiers.flatMap(([type, entry]) =>
      isObject(entry) ? readIdentifiers(type, texts(entry['all']), text(entry['preferred']), remarks) : [],
    ),
    places: objects(record['addresses']).flatMap((address) => {
      const city = isObject(address['geonames_city']) ? address['geonames_city'] : {};
      return readPlace(city['id'], address['city'], country, address['lat'], address['lng']);
    }),
  };
}

function readPlace(id: unknown, name: unknown, country: unknown, latitude: unknown, longitude: unknown): Place[] {
  const [geonames, called] = [number(id), text(name)];
  if (!geonames || !called) return [];
  return [
    {
      geonames,
      name: called,
      country: text(country) ?? '',
      latitude: number(latitude),
      longitude: number(longitude),
    },
  ];
}

function readIdentifiers(
  registryType: string,
  all: readonly string[],
  preferred: string | undefined,
  remarks: string[],
): ExternalIdentifier[] {
  const type = registryType.toLowerCase();
  const scheme = schemeNames[type];
  const found: ExternalIdentifier[] = [];
  for (const value of new Set(all)) {
    const chosen = all.length === 1 || value === preferred;
    if (!scheme) {
      found.push({ type, key: value, iri: undefined, preferred: chosen });
      continue;
    }
    const reading = readIdentifier(scheme, value);
    if (reading.kind === 'identifier') found.push({ type, key: reading.key, iri: reading.iri, preferred: chosen });
    else if (reading.kind === 'wrong-check')
      remarks.push(
        `${scheme} ${value} has the check character ${reading.found} where ${reading.expected} would be right`,
      );
    else remarks.push(`${value} has not the form of ${scheme}`);
  }
  return found;
}

function readRelations(value: unknown, remarks: string[]): Relation[] {
  return objects(value).flatMap((relation) => {
    const kind = text(relation['type'])?.toLowerCase() as Relation['kind'] | undefined;
    const reading = readIdentifier('ror', text(relation['id']) ?? '');
    if (!kind || !relationKinds.includes(kind) || reading.kind !== 'identifier' || !reading.iri) {
      remarks.push(`its relation "${String(relation['type'])}" to ${String(relation['id'])} cannot be read`);
      return [];
    }
    return [{ kind, id: reading.iri, label: text(relation['label']) ?? '' }];
  });
}
