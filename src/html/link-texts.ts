import type { Language } from './texts.ts';

/** The words of the pages about links to others. */
export const linkTexts = {
  en: {
    links: 'Links to other catalogues',
    linksText: 'Which things of the graph other catalogues have too, and how others find the things of the graph.',
    catalogues: 'Catalogues',
    catalogue: 'Catalogue',
    linkCount: 'Links',
    thingCount: 'Things',
    download: 'Download',
    license: 'Licence',
    whole: 'All links',
    withVersions: 'Of each version for good, with size and checksum',
    confidence: 'confidence',
    linksets: 'Links by web address',
    linksetsText:
      'As the description of the dataset counts them (VoID): triples that lead from the graph to addresses of others.',
    conflicts: 'Where sources disagree',
    conflictsText: 'These things have several entries in one catalogue, each kept with a lower confidence and a note.',
    openRefine: 'Use it in OpenRefine',
    openRefineText:
      'A column with names of organisations can be reconciled with the graph: choose Reconcile, Start reconciling, Add standard service, and give this address.',
    reconciliationText:
      'It is the Reconciliation Service API, version 0.2: a batch has at most 100 queries. Ids are the addresses of things, and each kind of key (ROR, Wikidata, ISNI …) is a property that decides. A candidate counts as a match only when nothing of either name is left over and no other thing fits as well. The draft of version 1.0 is here:',
    unlinked: 'Things without a link',
    show: 'Show them',
    resolve: 'Find by identifier',
    resolveText:
      'Give an identifier or address of a registry, in any usual spelling: ROR, Wikidata, ISNI, GRID, OpenAlex, OpenAIRE, Crossref funder, PIC, Wikipedia, web site. You are sent to the thing that has it.',
    identifier: 'Identifier or address',
    find: 'Find',
    choose: 'Which one do you mean?',
    chooseText: 'This does not name one thing here for certain. These have to do with it:',
    same: 'has this identifier',
    page: 'has this page',
    key: 'has this identifier, but its entry is not quite the same',
    record: 'is the same as a record that has it',
    near: 'is close to it, not the same',
  },
  nl: {
    links: 'Koppelingen met andere catalogi',
    linksText: 'Welke dingen van de graaf andere catalogi ook hebben, en hoe anderen de dingen van de graaf vinden.',
    catalogues: 'Catalogi',
    catalogue: 'Catalogus',
    linkCount: 'Koppelingen',
    thingCount: 'Dingen',
    download: 'Download',
    license: 'Licentie',
    whole: 'Alle koppelingen',
    withVersions: 'Van elke versie voorgoed, met grootte en controlegetal',
    confidence: 'zekerheid',
    linksets: 'Koppelingen naar webadres',
    linksetsText:
      'Zoals de beschrijving van de dataset ze telt (VoID): triples die van de graaf naar adressen van anderen leiden.',
    conflicts: 'Waar bronnen elkaar tegenspreken',
    conflictsText:
      'Deze dingen hebben meer vermeldingen in één catalogus, elk met een lagere zekerheid en een toelichting.',
    openRefine: 'Gebruik in OpenRefine',
    openRefineText:
      'Een kolom met namen van organisaties kan met de graaf worden verbonden: kies Reconcile, Start reconciling, Add standard service, en geef dit adres.',
    reconciliationText:
      'Het is de Reconciliation Service API, versie 0.2: een batch heeft hoogstens 100 vragen. Id’s zijn de adressen van dingen, en elk soort sleutel (ROR, Wikidata, ISNI …) is een eigenschap die beslist. Een kandidaat geldt alleen als gevonden wanneer van geen van beide namen iets overblijft en geen ander ding even goed past. Het concept van versie 1.0 staat hier:',
    unlinked: 'Dingen zonder koppeling',
    show: 'Toon ze',
    resolve: 'Zoeken met een identificatie',
    resolveText:
      'Geef een identificatie of adres van een register, in elke gangbare schrijfwijze: ROR, Wikidata, ISNI, GRID, OpenAlex, OpenAIRE, Crossref-financier, PIC, Wikipedia, website. Je komt bij het ding dat haar heeft.',
    identifier: 'Identificatie of adres',
    find: 'Zoeken',
    choose: 'Welke bedoel je?',
    chooseText: 'Dit noemt hier niet met zekerheid één ding. Deze hebben ermee te maken:',
    same: 'heeft deze identificatie',
    page: 'heeft deze pagina',
    key: 'heeft deze identificatie, maar de vermelding is niet helemaal hetzelfde',
    record: 'is hetzelfde als een record dat haar heeft',
    near: 'ligt er dichtbij, is niet hetzelfde',
  },
} as const satisfies Record<Language, Record<string, string>>;
