import { type Organisation, type Place, relationKinds } from './ror-record.ts';
import type { JsonNode, Statement, Vocabulary } from './vocabulary.ts';

/** The address of a record in the registry's API: what the dates and the status are about. */
const recordOf = (key: string): string => `https://api.ror.org/v2/organizations/${key}`;

/**
 * Writes records as RDF, one after the other. What several records say, such as of a city, is written once; what is only
 * named in others gets its name at the end.
 */
export class RorWriter {
  readonly #vocabulary: Vocabulary;
  readonly #places = new Set<number>();
  readonly #written = new Set<string>();
  readonly #named = new Map<string, string>();

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Whether this organisation has been written. */
  has({ id }: Organisation): boolean {
    return this.#written.has(id);
  }

  /** The triples of one record. Remarks are added about what cannot be said. */
  statements(organisation: Organisation, remarks: string[]): Statement[] {
    this.#written.add(organisation.id);
    for (const { id, label } of organisation.relations) this.#named.set(id, label);
    const node = describeOrganisation(organisation, (place) => this.#describePlace(place), remarks);
    for (const word of [organisation.status, ...organisation.types]) {
      if (!this.#vocabulary.has(word)) remarks.push(`the vocabulary has no word for "${word}"`);
    }
    return once(this.#vocabulary.statements(node));
  }

  /** The names of organisations that records point to and that had no record of their own. */
  *rest(): Generator<Statement> {
    for (const [id, label] of this.#named) {
      if (label && !this.#written.has(id)) yield* this.#vocabulary.statements({ id, label });
    }
  }

  #describePlace(place: Place): string | JsonNode {
    const id = `https://sws.geonames.org/${place.geonames}/`;
    if (this.#places.has(place.geonames)) return id;
    this.#places.add(place.geonames);
    return {
      id,
      type: 'Place',
      label: place.name,
      country: place.country || undefined,
      latitude: decimal(place.latitude),
      longitude: decimal(place.longitude),
    };
  }
}

/**
 * An organisation as JSON-LD, to be read with the vocabulary's context.
 *
 * @param describePlace gives a place, described when it has not been yet.
 */
export function describeOrganisation(
  organisation: Organisation,
  describePlace: (place: Place) => string | JsonNode,
  remarks: string[],
): JsonNode {
  const { names, identifiers, relations, places, types } = organisation;
  const display = names.find(({ kind }) => kind === 'display');
  const worded = (kinds: readonly string[]): JsonNode[] =>
    names
      .filter(({ kind, value, language }) => {
        if (!kinds.includes(kind)) return false;
        // SKOS keeps preferred and other labels apart.
        return kind === 'acronym' || value !== display?.value || language !== display.language;
      })
      .map(inLanguage);
  const addresses = (values: readonly string[]): string[] =>
    values.flatMap((value) => {
      const address = toIri(value);
      if (!address) remarks.push(`"${value}" is no web address`);
      return address ?? [];
    });
  const node: Record<string, JsonNode[string]> = {
    id: organisation.id,
    type: 'Organisation',
    label: display && [inLanguage(display)],
    displayName: display && [inLanguage(display)],
    otherName: worded(['label', 'alias']),
    acronym: worded(['acronym']),
    kind: [...types],
    status: organisation.status,
    founded: year(organisation.established),
    homepage: addresses(organisation.websites),
    wikipedia: addresses(organisation.wikipedia),
    ror: organisation.key,
    match: identifiers.flatMap(({ iri, preferred }) => (preferred && iri ? [iri] : [])),
    otherMatch: identifiers.flatMap(({ iri, preferred }) => (!preferred && iri ? [iri] : [])),
    location: places.map(describePlace),
    countryCode: [...new Set(places.flatMap(({ country }) => country || []))],
    record: {
      id: recordOf(organisation.key),
      type: 'Record',
      created: organisation.created,
      modified: organisation.modified,
    },
  };
  for (const kind of relationKinds)
    node[kind] = relations.filter((relation) => relation.kind === kind).map(({ id }) => id);
  for (const type of new Set(identifiers.map((identifier) => identifier.type)))
    node[type] ??= identifiers.filter((identifier) => identifier.type === type).map(({ key }) => key);
  return node;
}

const inLanguage = ({ value, language }: { value: string; language: string | undefined }): JsonNode =>
  language ? { '@value': value, '@language': language } : { '@value': value };

const year = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(4, '0')}`;

// Never with an exponent: xsd:decimal has none.
const decimal = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : /e/i.test(String(value)) ? String(Number(value.toFixed(7))) : String(value);

// An address as an IRI; none if it is no absolute address, which some links are not.
function toIri(value: string): string | undefined {
  const text = value.trim().replace(/[\s<>"{}|\\^`]/g, encodeURIComponent);
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text) ? text : undefined;
}

function once(statements: Iterable<Statement>): Statement[] {
  const found = new Map<string, Statement>();
  for (const statement of statements) found.set(statement.join(' '), statement);
  return [...found.values()];
}
