import type { Language } from './texts.ts';

/** The words of the pages about links to others. */
export const linkTexts = {
  en: {
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
