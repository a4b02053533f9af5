/** A language in which pages are written. */
export type Language = 'en' | 'nl';

/** Every word that pages say of themselves. */
export const texts = {
  en: {
    home: 'Home', sparql: 'SPARQL', dumps: 'Downloads', ontology: 'Ontology', version: 'Version', license: 'Licence', collections: 'Look around', examples: 'Example queries', run: 'Run', query: 'Query', results: 'Results', rows: 'rows', yes: 'Yes', no: 'No', type: 'Type', statements: 'Statements', pointing: 'What points here', shown: 'shown', of: 'of', saysWho: 'Says who', lines: 'lines', states: 'What it states', formats: 'This description as', asserted: 'triples asserted', inferred: 'inferred', iri: 'Permanent IRI', goHome: 'Go to the home page', format: 'Format', skip: 'Skip to content', other: 'Nederlands', otherLanguage: 'nl', file: 'File', plain: 'plain', none: 'Nothing.', terms: 'Terms', answer: 'Answer',
  },
  nl: {
    home: 'Begin', sparql: 'SPARQL', dumps: 'Downloads', ontology: 'Ontologie', version: 'Versie', license: 'Licentie', collections: 'Rondkijken', examples: 'Voorbeeldvragen', run: 'Uitvoeren', query: 'Zoekvraag', results: 'Resultaten', rows: 'rijen', yes: 'Ja', no: 'Nee', type: 'Soort', statements: 'Uitspraken', pointing: 'Wat hierheen wijst', shown: 'getoond', of: 'van', saysWho: 'Wie zegt dat', lines: 'regels', states: 'Wat deze stelt', formats: 'Deze beschrijving als', asserted: 'gestelde triples', inferred: 'afgeleid', iri: 'Blijvende IRI', goHome: 'Naar de beginpagina', format: 'Formaat', skip: 'Naar de inhoud', other: 'English', otherLanguage: 'en', file: 'Bestand', plain: 'gewoon', none: 'Niets.', terms: 'Termen', answer: 'Antwoord',
  },
} as const satisfies Record<Language, Record<string, string>>;
