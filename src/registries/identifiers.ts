import { checkMod11, checkRor } from './check-digits.ts';

/** A scheme of identifiers: how a key is found in what people write, and what it looks like when it is right. */
export interface Scheme {
  readonly name: string;
  readonly label: Readonly<Record<'en' | 'nl', string>>;
  /** Names before a colon that announce a key, in lower case. */
  readonly prefixes: readonly string[];
  /** Where the key stands in an address without its protocol and `www.`; the first group is the key. */
  readonly addresses: readonly RegExp[];
  /** What a key looks like on its own, when that tells the scheme; without it a prefix or an address is needed. */
  readonly bare?: RegExp;
  /** The canonical key of a text, or undefined when its form is wrong. */
  readonly key: (text: string) => string | undefined;
  /** Splits a key into what is checked and the check characters it should have. */
  readonly check?: (key: string) => { readonly found: string; readonly expected: string };
  /** What identifies the thing in RDF; none when the registry publishes no address. */
  readonly iri?: (key: string) => string;
}

/** What a text says in one scheme. */
export type Reading =
  | { readonly kind: 'other' }
  | { readonly kind: 'wrong-form'; readonly scheme: Scheme; readonly text: string }
  | {
      readonly kind: 'wrong-check';
      readonly scheme: Scheme;
      readonly key: string;
      /** What stands where the check characters stand, and what should. */
      readonly found: string;
      readonly expected: string;
    }
  | { readonly kind: 'identifier'; readonly scheme: Scheme; readonly key: string; readonly iri: string | undefined };

const match =
  (pattern: RegExp, write: (key: string) => string = (key) => key) =>
  (text: string): string | undefined => {
    const key = write(text);
    return pattern.test(key) ? key : undefined;
  };
const lower = (text: string): string => text.toLowerCase();
const upper = (text: string): string => text.toUpperCase();
const sixteen = (text: string): string => text.replace(/[\s\u2010-\u2015-]/g, '').toUpperCase();
const lastOf = (compute: (body: string) => string, length: number) => (key: string) => {
  const plain = key.replaceAll('-', '');
  return { found: plain.slice(-length), expected: compute(plain.slice(0, -length)) };
};
// Written as 0, o and 1, i, l alike: the alphabet of ROR has no o, i, l, so that both can be read.
const crockford = (text: string): string => lower(text).replace(/o/g, '0').replace(/[il]/g, '1');
const withHyphens = (key: string): string => key.replace(/(.{4})(?=.)/g, '$1-');

/** Every scheme we know. A further one is a row; the tests walk the table. */
export const schemes = [
  {
    name: 'ror',
    label: { en: 'ROR id', nl: 'ROR-id' },
    prefixes: ['ror'],
    addresses: [
      /^ror\.org\/([^/?#]+)\/?$/i,
      /^api\.ror\.org\/(?:v\d+\/)?organizations\/(?:(?:https?:\/\/)?ror\.org\/)?([^/?#]+)\/?$/i,
    ],
    bare: /^0[0-9a-z]{6}\d{2}$/i,
    key: match(/^0[0-9a-hjkmnp-tv-z]{6}\d{2}$/, crockford),
    check: lastOf(checkRor, 2),
    iri: (key) => `https://ror.org/${key}`,
  },
  {
    name: 'wikidata',
    label: { en: 'Wikidata item', nl: 'Wikidata-item' },
    prefixes: ['wikidata', 'wd'],
    addresses: [
      /^(?:m\.)?wikidata\.org\/(?:entity|wiki)\/(?:Special:EntityData\/|Item:)?(Q\d+)(?:\.\w+)?(?:[#?].*)?$/i,
    ],
    bare: /^q[1-9]\d*$/i,
    key: match(/^Q[1-9]\d*$/, upper),
    iri: (key) => `http://www.wikidata.org/entity/${key}`,
  },
  {
    name: 'isni',
    label: { en: 'ISNI', nl: 'ISNI' },
    prefixes: ['isni'],
    addresses: [/^isni\.org\/(?:isni\/)?([\dX\s-]+)\/?$/i],
    bare: /^\d(?:[\s-]?\d){14}[\s-]?[\dX]$/i,
    key: match(/^\d{15}[\dX]$/, sixteen),
    check: lastOf(checkMod11, 1),
    iri: (key) => `https://isni.org/isni/${key}`,
  },
  {
    name: 'orcid',
    label: { en: 'ORCID iD', nl: 'ORCID iD' },
    prefixes: ['orcid'],
    addresses: [/^(?:pub\.)?orcid\.org\/(?:v\d[\d.]*\/)?([\dX-]+)\/?(?:record)?$/i],
    bare: /^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/i,
    key: match(/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/, (text) => withHyphens(sixteen(text))),
    check: lastOf(checkMod11, 1),
    iri: (key) => `https://orcid.org/${key}`,
  },
  {
    name: 'crossref-funder',
    label: { en: 'Crossref funder id', nl: 'Crossref-financier-id' },
    prefixes: ['fundref', 'funder', 'crossref-funder'],
    addresses: [
      /^(?:dx\.)?doi\.org\/10\.13039\/([^/?#]+)\/?$/i,
      /^api\.crossref\.org\/(?:v1\/)?funders\/(?:10\.13039\/)?(\d+)/i,
    ],
    bare: /^(?:(?:doi:\s*)?10\.13039\/\d+|100\d{6}|501100\d{6})$/i,
    key: match(/^[1-9]\d{8,12}$/, (text) => text.replace(/^(?:doi:\s*)?10\.13039\//i, '')),
    iri: (key) => `https://doi.org/10.13039/${key}`,
  },
  {
    name: 'doi',
    label: { en: 'DOI', nl: 'DOI' },
    prefixes: ['doi'],
    addresses: [/^(?:dx\.)?doi\.org\/(.+)$/i],
    bare: /^10\.\d{4,9}\/\S+$/,
    // A DOI is the same in upper and lower case.
    key: match(/^10\.\d{4,9}\/\S+$/, lower),
    iri: (key) => `https://doi.org/${encodeURI(key)}`,
  },
  {
    name: 'grid',
    label: { en: 'GRID id', nl: 'GRID-id' },
    prefixes: ['grid'],
    addresses: [/^grid\.ac\/institutes\/([^/?#]+)\/?$/i],
    bare: /^grid\.\d+\.[0-9a-f]+$/i,
    key: match(/^grid\.\d+\.[0-9a-f]+$/, lower),
  },
  {
    name: 'openalex',
    label: { en: 'OpenAlex institution', nl: 'OpenAlex-instelling' },
    prefixes: ['openalex'],
    addresses: [/^(?:api\.|explore\.)?openalex\.org\/(?:institutions\/)?(I\d+)\/?$/i],
    bare: /^I\d{4,}$/i,
    key: match(/^I[1-9]\d*$/, upper),
    iri: (key) => `https://openalex.org/${key}`,
  },
  {
    name: 'openalex-funder',
    label: { en: 'OpenAlex funder', nl: 'OpenAlex-financier' },
    prefixes: ['openalex', 'openalex-funder'],
    addresses: [/^(?:api\.|explore\.)?openalex\.org\/(?:funders\/)?(F\d+)\/?$/i],
    bare: /^F\d{4,}$/i,
    key: match(/^F[1-9]\d*$/, upper),
    iri: (key) => `https://openalex.org/${key}`,
  },
  {
    name: 'openalex-topic',
    label: { en: 'OpenAlex topic', nl: 'OpenAlex-onderwerp' },
    prefixes: ['openalex', 'openalex-topic'],
    addresses: [
      /^(?:api\.|explore\.)?openalex\.org\/((?:domains|fields|subfields)\/\d+)\/?$/i,
      /^(?:api\.|explore\.)?openalex\.org\/(?:topics\/)?(T\d+)\/?$/i,
    ],
    bare: /^T\d{4,}$/i,
    key: (text) => match(/^T[1-9]\d*$/, upper)(text) ?? match(/^(?:domains|fields|subfields)\/\d+$/, lower)(text),
    iri: (key) => `https://openalex.org/${key}`,
  },
  {
    name: 'openaire',
    label: { en: 'OpenAIRE organisation id', nl: 'OpenAIRE-organisatie-id' },
    prefixes: ['openaire'],
    addresses: [
      /^(?:[\w-]+\.)?explore\.openaire\.eu\/search\/organization\?(?:.*&)?organizationId=([^&#]+)/i,
      /^api\.openaire\.eu\/graph\/(?:v\d+\/)?organizations\/([^/?#]+)$/i,
    ],
    bare: /^(?:openorgs____|pending_org_)::[0-9a-f]{32}$/i,
    key: match(/^(?:openorgs____|pending_org_)::[0-9a-f]{32}$/, lower),
    iri: (key) => `https://explore.openaire.eu/search/organization?organizationId=${key}`,
  },
  {
    name: 'pic',
    label: { en: 'PIC (EU participant)', nl: 'PIC (EU-deelnemer)' },
    prefixes: ['pic'],
    addresses: [
      /^ec\.europa\.eu\/info\/funding-tenders\/opportunities\/portal\/screen\/how-to-participate\/org-details\/([^/?#]+)/i,
    ],
    bare: /^[1-9]\d{8}$/,
    key: match(/^[1-9]\d{8}$/),
  },
  {
    name: 'geonames',
    label: { en: 'GeoNames id', nl: 'GeoNames-id' },
    prefixes: ['geonames'],
    addresses: [/^(?:sws\.)?geonames\.org\/([^/?#]+)(?:\/.*)?$/i],
    key: match(/^[1-9]\d{0,9}$/),
    iri: (key) => `https://sws.geonames.org/${key}/`,
  },
  {
    name: 'viaf',
    label: { en: 'VIAF id', nl: 'VIAF-id' },
    prefixes: ['viaf'],
    addresses: [/^viaf\.org\/viaf\/([^/?#]+)\/?$/i],
    key: match(/^[1-9]\d*$/),
    iri: (key) => `https://viaf.org/viaf/${key}`,
  },
  {
    name: 'rrid',
    label: { en: 'RRID', nl: 'RRID' },
    prefixes: ['rrid'],
    addresses: [/^(?:scicrunch\.org\/resolver|identifiers\.org)\/(?:RRID:)([^/?#]+)\/?$/i],
    bare: /^(?:SCR|nlx)_\w+$/i,
    key: (text) => {
      const [, authority, number] = /^(?:RRID:\s*)?([a-z]+)_([a-z0-9]+)$/i.exec(text) ?? [];
      if (!authority) return undefined;
      return `RRID:${authority.toLowerCase() === 'scr' ? 'SCR' : authority}_${number}`;
    },
  },
  {
    name: 'orgreg',
    label: { en: 'OrgReg id', nl: 'OrgReg-id' },
    prefixes: ['orgreg'],
    addresses: [],
    key: match(/^[A-Z]{2}\d{4}$/, upper),
  },
  {
    name: 'ringgold',
    label: { en: 'Ringgold id', nl: 'Ringgold-id' },
    prefixes: ['ringgold'],
    addresses: [],
    key: match(/^[1-9]\d{2,6}$/, (text) => text.replace(/^RingGold:\s*/i, '')),
  },
  {
    name: 'orgref',
    label: { en: 'OrgRef id', nl: 'OrgRef-id' },
    prefixes: ['orgref'],
    addresses: [],
    key: match(/^[1-9]\d*$/),
  },
  {
    name: 'bbmri-eric',
    label: { en: 'BBMRI-ERIC directory id', nl: 'BBMRI-ERIC-directory-id' },
    prefixes: [],
    addresses: [/^directory\.bbmri-eric\.eu\/#\/(?:collection|biobank)\/([^/?]+)$/i],
    bare: /^bbmri-eric:ID:\S+$/i,
    key: match(/^bbmri-eric:ID:[A-Z]{2}_[\w-]+(?::collection:[\w:-]+)?$/),
  },
  {
    name: 'celex',
    label: { en: 'CELEX number', nl: 'CELEX-nummer' },
    prefixes: ['celex'],
    addresses: [],
    key: match(/^[0-9CE]\d{4}[A-Z]{1,2}\d{4}(?:\(\d\d\))?$/, upper),
  },
  {
    name: 'nwo-project',
    label: { en: 'NWO project number', nl: 'NWO-projectnummer' },
    prefixes: ['nwo'],
    addresses: [],
    key: match(/^\d{3}\.\d{3}\.\d{3}$/),
  },
] as const satisfies readonly Scheme[];

/** The name of a scheme in the table. */
export type SchemeName = (typeof schemes)[number]['name'];

const byName = new Map<string, Scheme>(schemes.map((scheme) => [scheme.name, scheme]));

/** The scheme of that name, or undefined. */
export const findScheme = (name: string): Scheme | undefined => byName.get(name);

/** Reads a text as an identifier of one scheme: address, prefixed name or key, in any usual spelling. */
export function readIdentifier(scheme: SchemeName | Scheme, text: string): Reading {
  const wanted = typeof scheme === 'string' ? (byName.get(scheme) as Scheme) : scheme;
  const found = findKey(wanted, tidy(text), true);
  return found === undefined ? { kind: 'other' } : judge(wanted, found);
}

/**
 * Reads a text in every scheme in which it makes sense, the most telling first: a key alone can belong to several
 * schemes. Empty when it is an identifier of none.
 */
export function identify(text: string): Exclude<Reading, { kind: 'other' }>[] {
  const tidied = tidy(text);
  const readings: Exclude<Reading, { kind: 'other' }>[] = [];
  for (const scheme of schemes as readonly Scheme[]) {
    const found = findKey(scheme, tidied, false);
    if (found === undefined) continue;
    const reading = judge(scheme, found);
    if (reading.kind !== 'other') readings.push(reading);
  }
  // The address of a funder is a DOI too: who asks for the funder does not mean the DOI. Of right and wrong, right counts.
  const right = readings.filter(({ kind }) => kind === 'identifier');
  const funder = right.some(({ scheme: { name } }) => name === 'crossref-funder');
  if (!right.length) return readings;
  return right.filter(({ scheme: { name } }) => !(funder && name === 'doi'));
}

function judge(scheme: Scheme, text: string): Reading {
  const key = scheme.key(text);
  if (key === undefined) return { kind: 'wrong-form', scheme, text };
  const check = scheme.check?.(key);
  if (check && check.found !== check.expected) return { kind: 'wrong-check', scheme, key, ...check };
  return { kind: 'identifier', scheme, key, iri: scheme.iri?.(key) };
}

interface Tidied {
  readonly text: string;
  /** Without protocol and `www.`. */
  readonly address: string | undefined;
}

function tidy(given: string): Tidied {
  const text = given
    .normalize('NFKC')
    // Marks without width come along when text is copied from a page.
    .replace(/[\u200B-\u200F\u2060\uFEFF]/g, '')
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .replace(/^["'](.*)["']$/, '$1')
    .trim();
  const bare = text.replace(/^https?:\/\//i, '').replace(/^www\./i, '');
  const isAddress = bare !== text || /^[\w-]+(?:\.[\w-]+)+\//.test(text);
  return { text, address: isAddress ? decode(bare) : undefined };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// The text that should be the key; `named` says that the caller knows the scheme, so that any key of its form will do.
function findKey(scheme: Scheme, { text, address }: Tidied, named: boolean): string | undefined {
  if (address !== undefined) {
    for (const pattern of scheme.addresses) {
      const [, key] = pattern.exec(address) ?? [];
      if (key) return key.trim();
    }
  }
  const [, prefix, rest] = /^([\w-]+)\s*:\s*(.*)$/.exec(text) ?? [];
  if (prefix !== undefined && scheme.prefixes.includes(lower(prefix))) return (rest ?? '').trim();
  // A name in words before the key, as in "ISNI 0000 …".
  const [, word, after] = /^([a-z]+)\s+(\S.*)$/i.exec(text) ?? [];
  if (word !== undefined && scheme.prefixes.includes(lower(word))) return (after ?? '').trim();
  if (scheme.bare?.test(text)) return text;
  return named && scheme.key(text) !== undefined ? text : undefined;
}
