import type { Text } from '../load/publication.ts';
import type { OwnKind } from '../publish/search/findable.ts';
import type { Language } from './texts.ts';

/** Every word that is said of searching. */
export const searchTexts = {
  en: {
    search: 'Search',
    titleFor: (text: string) => `Search: ${text}`,
    label: 'Search for',
    lead: 'Finds things, concepts, documents, passages, terms, example queries and pages: by name, abbreviation or what is said of them, in Dutch and in English. Small mistakes in writing are forgiven.',
    found: (total: number) => (total === 1 ? '1 result' : `${total} results`),
    nothing: (text: string) => `Nothing was found for “${text}”.`,
    nothingHelp: 'Try fewer or other words, or a part of one. An identifier of a registry leads to what has it:',
    byIdentifier: 'find by identifier',
    kinds: 'Kinds',
    allKinds: 'All kinds',
    moreKinds: (count: number) => `${count} more kinds`,
    saidIn: 'Said in',
    partOf: 'In',
    more: (count: number) => `and ${count} more`,
    incomplete: (count: number) =>
      `The graph is large: things are found by words of their names only, and ${count} at most are put into order.`,
    term: 'Term of the ontology',
    scheme: 'List of concepts',
    query: 'Example query',
    page: 'Page',
    other: 'Other',
    asJson: 'These results as JSON',
  },
  nl: {
    search: 'Zoeken',
    titleFor: (text: string) => `Zoeken: ${text}`,
    label: 'Zoek naar',
    lead: 'Vindt dingen, begrippen, documenten, passages, termen, voorbeeldvragen en pagina’s: op naam, afkorting of wat ervan wordt gezegd, in het Nederlands en het Engels. Kleine schrijffouten zijn geen bezwaar.',
    found: (total: number) => (total === 1 ? '1 resultaat' : `${total} resultaten`),
    nothing: (text: string) => `Niets gevonden voor “${text}”.`,
    nothingHelp:
      'Probeer minder of andere woorden, of een deel ervan. Een identificatie van een register leidt naar wat haar heeft:',
    byIdentifier: 'zoeken met een identificatie',
    kinds: 'Soorten',
    allKinds: 'Alle soorten',
    moreKinds: (count: number) => `nog ${count} soorten`,
    saidIn: 'Staat in',
    partOf: 'In',
    more: (count: number) => `en nog ${count}`,
    incomplete: (count: number) =>
      `De graaf is groot: dingen worden alleen op woorden van hun namen gevonden, en er worden er hoogstens ${count} geordend.`,
    term: 'Term van de ontologie',
    scheme: 'Begrippenlijst',
    query: 'Voorbeeldvraag',
    page: 'Pagina',
    other: 'Overig',
    asJson: 'Deze resultaten als JSON',
  },
} as const satisfies Record<
  Language,
  Record<OwnKind, string> & Record<string, string | ((...values: never[]) => string)>
>;

/** A page of this site that is about no single thing. */
export interface SitePage {
  readonly path: string;
  readonly title: Text;
  readonly text: Text;
}

/** Pages that every instance has. */
export const sitePages: readonly SitePage[] = [
  {
    path: '/sparql',
    title: { en: 'SPARQL', nl: 'SPARQL' },
    text: { en: 'Ask the graph questions in a query language.', nl: 'Stel de graaf vragen in een zoektaal.' },
  },
  {
    path: '/dumps/',
    title: { en: 'Downloads', nl: 'Downloads' },
    text: {
      en: 'All data as files: Turtle, N-Triples, JSON-LD, RDF/XML, N-Quads, TriG.',
      nl: 'Alle data als bestanden: Turtle, N-Triples, JSON-LD, RDF/XML, N-Quads, TriG.',
    },
  },
  {
    path: '/api',
    title: { en: 'API', nl: 'API' },
    text: {
      en: 'Interfaces for programs: SPARQL, JSON-LD, dumps, reconciliation, search, with code that runs as it stands.',
      nl: 'Interfaces voor programma’s: SPARQL, JSON-LD, dumps, koppelen, zoeken, met code die zo werkt.',
    },
  },
  {
    path: '/graphs',
    title: { en: 'Graphs', nl: 'Grafen' },
    text: {
      en: 'The named graphs in which the statements stand.',
      nl: 'De benoemde grafen waarin de uitspraken staan.',
    },
  },
  {
    path: '/changes',
    title: { en: 'Changes', nl: 'Wijzigingen' },
    text: {
      en: 'Versions of the data and what changed between them.',
      nl: 'Versies van de data en wat er tussen veranderde.',
    },
  },
];

/** Pages that an instance has which publishes more than files just as they are. */
export const publicationPages: readonly SitePage[] = [
  {
    path: '/links',
    title: { en: 'Links to other catalogues', nl: 'Koppelingen met andere catalogi' },
    text: {
      en: 'Identifiers of others: ROR, Wikidata, ISNI, OpenAlex and more, and reconciliation with OpenRefine.',
      nl: 'Identificaties van anderen: ROR, Wikidata, ISNI, OpenAlex en meer, en koppelen met OpenRefine.',
    },
  },
  {
    path: '/ontology',
    title: { en: 'Ontology', nl: 'Ontologie' },
    text: { en: 'Classes and properties of the data.', nl: 'Klassen en eigenschappen van de data.' },
  },
];

/** The page of the catalogue, where there is one. */
export const cataloguePage: SitePage = {
  path: '/catalog',
  title: { en: 'Catalogue', nl: 'Catalogus' },
  text: { en: 'The datasets and their services (DCAT).', nl: 'De datasets en hun diensten (DCAT).' },
};
