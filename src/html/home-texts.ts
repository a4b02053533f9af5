import type { Language } from './texts.ts';

/** What the home page says of the ways to the data. */
export const homeTexts = {
  en: {
    ask: { name: 'Ask', text: 'Write a SPARQL query, or start from an example.' },
    link: {
      name: 'Link',
      text: 'Follow each organisation to ROR, Wikidata, OpenAlex and others, or have yours matched.',
    },
    download: { name: 'Download', text: 'Take the whole graph or a part, in six RDF formats, with checksums.' },
  },
  nl: {
    ask: { name: 'Vragen', text: 'Schrijf een SPARQL-zoekvraag, of begin bij een voorbeeld.' },
    link: {
      name: 'Koppelen',
      text: 'Volg elke organisatie naar ROR, Wikidata, OpenAlex en andere, of laat de uwe herkennen.',
    },
    download: { name: 'Downloaden', text: 'Neem de hele graaf of een deel, in zes RDF-formaten, met controlesommen.' },
  },
} as const satisfies Record<Language, unknown>;
