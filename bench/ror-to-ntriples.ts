/**
 * Turns ROR records (JSON lines, gzip or plain, schema v1 and v2 mixed) into N-Triples, for measurements at scale.
 *
 * Usage: npx tsx bench/ror-to-ntriples.ts <records.jsonl.gz> <triples.nt>
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { createGunzip } from 'node:zlib';

/** What both schemas say of an organisation, in one form. */
interface Organisation {
  readonly id: string;
  readonly status: string;
  readonly types: readonly string[];
  readonly established: number | null;
  readonly names: readonly Name[];
  readonly links: readonly Link[];
  readonly relationships: readonly { readonly type: string; readonly id: string; readonly label: string }[];
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
  readonly places: readonly Place[];
  readonly domains: readonly string[];
  readonly created: string | undefined;
  readonly modified: string | undefined;
}

interface Name {
  readonly kind: 'prefLabel' | 'altLabel' | 'acronym';
  readonly value: string;
  readonly language: string | null;
}

interface Link {
  readonly type: string;
  readonly value: string;
}

interface Place {
  readonly id: number;
  readonly name: string;
  readonly country: string;
  readonly countryName: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

// The records as ROR writes them: only what is read here.
interface Version1 {
  id: string;
  name: string;
  status: string;
  established: number | null;
  types: string[];
  links: string[];
  aliases: string[];
  acronyms: string[];
  labels: { label: string; iso639: string | null }[];
  wikipedia_url?: string | null;
  country: { country_name: string; country_code: string };
  relationships: { type: string; label: string; id: string }[];
  addresses: { lat: number | null; lng: number | null; city: string | null; geonames_city?: { id?: number } }[];
  external_ids: Record<string, { all: string | string[] }>;
}

interface Version2 {
  id: string;
  status: string;
  established: number | null;
  types: string[];
  domains: string[];
  links: Link[];
  names: { lang: string | null; types: string[]; value: string }[];
  relationships: { type: string; label: string; id: string }[];
  locations: {
    geonames_id: number;
    geonames_details: { name: string; country_code: string; country_name: string; lat: number; lng: number };
  }[];
  external_ids: { type: string; all: string[] }[];
  admin: { created: { date: string }; last_modified: { date: string } };
}

const prefixes = {
  adms: 'http://www.w3.org/ns/adms#',
  dcterms: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  geo: 'http://www.w3.org/2003/01/geo/wgs84_pos#',
  gn: 'http://www.geonames.org/ontology#',
  org: 'http://www.w3.org/ns/org#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  schema: 'https://schema.org/',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

const term = (name: string): string => {
  const [prefix, local] = name.split(':') as [keyof typeof prefixes, string];
  return `<${prefixes[prefix]}${local}>`;
};

/** How the kinds of relationships are said: ORG and DCTERMS. */
const relations: Readonly<Record<string, string>> = {
  child: term('org:hasSubOrganization'),
  parent: term('org:subOrganizationOf'),
  related: term('org:linkedTo'),
  predecessor: term('dcterms:replaces'),
  successor: term('dcterms:isReplacedBy'),
};

/** External identifiers that have an address; the others are literals. */
const addresses: Readonly<Record<string, (value: string) => string>> = {
  grid: (value) => `https://www.grid.ac/institutes/${value}`,
  wikidata: (value) => `http://www.wikidata.org/entity/${value}`,
  isni: (value) => `https://isni.org/isni/${value.replaceAll(' ', '')}`,
  fundref: (value) => `https://doi.org/10.13039/${value}`,
};

function fromVersion1(record: Version1): Organisation {
  const wikipedia = record.wikipedia_url ? [{ type: 'wikipedia', value: record.wikipedia_url }] : [];
  return {
    ...record,
    status: record.status.toLowerCase(),
    types: record.types.map((type) => type.toLowerCase()),
    names: [
      { kind: 'prefLabel', value: record.name, language: null },
      ...record.labels.map(({ label, iso639 }): Name => ({ kind: 'altLabel', value: label, language: iso639 })),
      ...record.aliases.map((value): Name => ({ kind: 'altLabel', value, language: null })),
      ...record.acronyms.map((value): Name => ({ kind: 'acronym', value, language: null })),
    ],
    links: [...record.links.map((value) => ({ type: 'website', value })), ...wikipedia],
    identifiers: Object.entries(record.external_ids).flatMap(([type, { all }]) =>
      [all].flat().map((value) => ({ type: type.toLowerCase(), value })),
    ),
    places: record.addresses.flatMap(({ lat, lng, city, geonames_city }) =>
      geonames_city?.id
        ? {
            id: geonames_city.id,
            name: city ?? '',
            country: record.country.country_code,
            countryName: record.country.country_name,
            latitude: lat,
            longitude: lng,
          }
        : [],
    ),
    domains: [],
    created: undefined,
    modified: undefined,
  };
}

function fromVersion2(record: Version2): Organisation {
  return {
    ...record,
    names: record.names.map(({ lang, types, value }) => ({
      kind: types.includes('ror_display') ? 'prefLabel' : types.includes('acronym') ? 'acronym' : 'altLabel',
      value,
      language: lang,
    })),
    identifiers: record.external_ids.flatMap(({ type, all }) => all.map((value) => ({ type, value }))),
    places: record.locations.map(({ geonames_id, geonames_details: details }) => ({
      id: geonames_id,
      name: details.name,
      country: details.country_code,
      countryName: details.country_name,
      latitude: details.lat,
      longitude: details.lng,
    })),
    created: record.admin.created.date,
    modified: record.admin.last_modified.date,
  };
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' };
const quoted = (value: string): string => `"${value.replace(/[\\"\n\r]/g, (found) => escapes[found] as string)}"`;
const literal = (value: string, language?: string | null): string =>
  quoted(value) + (language ? `@${language.toLowerCase()}` : '');
const typed = (value: string | number, type: string): string => `${quoted(String(value))}^^${term(`xsd:${type}`)}`;
const decimal = (value: number): string => typed(Number.isInteger(value) ? value.toFixed(1) : value, 'decimal');

/** An address as an IRI term; none if it is no absolute address, which some links are not. */
function iri(value: string): string | undefined {
  const text = value.trim().replace(/[\s<>"{}|\\^`]/g, encodeURIComponent);
  return /^https?:\/\/[^/]/i.test(text) ? `<${text}>` : undefined;
}

// In RDF a graph is a set: what several records say of a place or a country is written once.
function* describePlace(place: Place, seen: Set<string>): Generator<string> {
  const subject = `<https://sws.geonames.org/${place.id}/>`;
  if (!seen.has(subject)) {
    seen.add(subject);
    yield `${subject} ${term('rdf:type')} ${term('schema:Place')} .`;
    yield `${subject} ${term('rdfs:label')} ${literal(place.name)} .`;
    yield `${subject} ${term('gn:countryCode')} ${literal(place.country)} .`;
    yield `${subject} ${term('gn:parentCountry')} ${country(place)} .`;
    if (place.latitude !== null) yield `${subject} ${term('geo:lat')} ${decimal(place.latitude)} .`;
    if (place.longitude !== null) yield `${subject} ${term('geo:long')} ${decimal(place.longitude)} .`;
  }
  if (seen.has(place.country)) return;
  seen.add(place.country);
  yield `${country(place)} ${term('rdf:type')} ${term('schema:Country')} .`;
  yield `${country(place)} ${term('rdfs:label')} ${literal(place.countryName, 'en')} .`;
}

const country = (place: Place): string => `<https://ror.org/countries/${place.country}>`;

function* describe(organisation: Organisation, seen: Set<string>): Generator<string> {
  const subject = `<${organisation.id}>`;
  const say = (predicate: string, object: string): string => `${subject} ${term(predicate)} ${object} .`;
  yield say('rdf:type', term('org:Organization'));
  yield say('rdf:type', term('schema:Organization'));
  yield say('dcterms:identifier', literal(organisation.id.replace('https://ror.org/', '')));
  yield say('adms:status', literal(organisation.status));
  for (const type of organisation.types) yield say('org:classification', `<https://ror.org/types/${type}>`);
  if (organisation.established !== null)
    yield say('schema:foundingDate', typed(String(organisation.established).padStart(4, '0'), 'gYear'));
  for (const { kind, value, language } of organisation.names) {
    if (kind === 'acronym') yield say('schema:alternateName', literal(value));
    else yield say(`skos:${kind}`, literal(value, language));
    if (kind === 'prefLabel') yield say('rdfs:label', literal(value, language));
  }
  for (const { type, value } of organisation.links) {
    const address = iri(value);
    if (address) yield say(type === 'website' ? 'foaf:homepage' : 'foaf:isPrimaryTopicOf', address);
  }
  for (const { type, id, label } of organisation.relationships) {
    const relation = relations[type.toLowerCase()];
    if (!relation) continue;
    yield `${subject} ${relation} <${id}> .`;
    yield `<${id}> ${term('skos:hiddenLabel')} ${literal(label)} .`;
  }
  for (const { type, value } of organisation.identifiers) {
    yield say('skos:notation', literal(`${type}:${value}`));
    const address = addresses[type]?.(value);
    if (address) yield say('skos:exactMatch', iri(address) ?? literal(address));
  }
  for (const place of organisation.places) {
    yield say('schema:location', `<https://sws.geonames.org/${place.id}/>`);
    yield say('schema:addressCountry', country(place));
    yield* describePlace(place, seen);
  }
  for (const domain of organisation.domains) yield say('schema:url', literal(domain));
  if (organisation.created) yield say('dcterms:created', typed(organisation.created, 'date'));
  if (organisation.modified) yield say('dcterms:modified', typed(organisation.modified, 'date'));
}

/** Reads records and writes N-Triples, a record at a time; gives the number of triples. */
export async function rorToNTriples(from: string, to: string): Promise<number> {
  const input = createReadStream(from);
  const lines = createInterface({ input: from.endsWith('.gz') ? input.pipe(createGunzip()) : input });
  const output = createWriteStream(to);
  const seen = new Set<string>();
  let triples = 0;
  for await (const line of lines) {
    if (!line) continue;
    const record = JSON.parse(line) as Version1 | Version2;
    const statements = new Set(describe('admin' in record ? fromVersion2(record) : fromVersion1(record), seen));
    triples += statements.size;
    if (!output.write(`${[...statements].join('\n')}\n`)) await once(output, 'drain');
  }
  output.end();
  await finished(output);
  return triples;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [from, to] = process.argv.slice(2);
  if (!from || !to) throw new Error('Usage: npx tsx bench/ror-to-ntriples.ts <records.jsonl.gz> <triples.nt>');
  console.log(`${await rorToNTriples(from, to)} triples`);
}
