import type { Language } from './texts.ts';

/** What the page about the interfaces says of each. */
export const apiTexts = {
  en: {
    title: 'Interfaces for programs',
    lead: 'No key is needed, nothing is written over HTTP, and pages of any origin may ask (CORS). Answers say how long they may be kept, and carry a tag that spares the next transfer.',
    copy: 'Copy',
    copied: 'Copied',
    runnable: 'Each example runs as it stands.',
    outline: 'On this page',
    sparql: {
      title: 'Ask with SPARQL',
      text: 'GET, POST and QUERY by the SPARQL 1.1 Protocol. Rows come as JSON, XML, CSV or TSV, graphs in six RDF formats, by Accept or format=. With version= the answer stays the same for good.',
    },
    thing: {
      title: 'Follow a name',
      text: 'Each thing has a permanent IRI. It leads to a description in HTML or RDF, by Accept or by a suffix such as .ttl or .jsonld.',
    },
    list: {
      title: 'Walk through a list',
      text: 'Lists of things come in pages, in the same formats; the Link header leads on.',
    },
    search: {
      title: 'Search by name',
      text: 'Finds things, concepts, passages, terms and example queries in Dutch and English, small errors forgiven.',
    },
    reconcile: {
      title: 'Match a column of names',
      text: 'The Reconciliation Service API, version 0.2 and the draft of 1.0, for OpenRefine and others. Many names go in one request.',
    },
    resolve: {
      title: 'From an identifier to a thing',
      text: 'ROR, Wikidata, ISNI, GRID, OpenAlex, OpenAIRE, Crossref Funder or CORDIS, in any usual spelling.',
    },
    dumps: {
      title: 'Take everything',
      text: 'The whole graph and each part in six formats, plain and compressed; checksums stand beside them, and each version keeps its address.',
    },
    graphs: {
      title: 'Take one graph',
      text: 'Each passage of a document is a named graph. The read side of the Graph Store Protocol gives them one by one.',
    },
    catalogue: {
      title: 'Harvest the catalogue',
      text: 'DCAT 3 by the profiles of Europe, the Netherlands and Health-RI, also as a FAIR Data Point; VoID and an API catalogue stand at their well-known places.',
    },
    changes: {
      title: 'Learn what changed',
      text: 'A feed of the versions of the dataset, as a whole and for each thing.',
    },
  },
  nl: {
    title: 'Interfaces voor programma’s',
    lead: 'Er is geen sleutel nodig, over HTTP wordt niets geschreven, en pagina’s van elke herkomst mogen vragen (CORS). Antwoorden zeggen hoelang ze bewaard mogen worden, en dragen een kenmerk dat de volgende overdracht bespaart.',
    copy: 'Kopiëren',
    copied: 'Gekopieerd',
    runnable: 'Elk voorbeeld werkt zoals het er staat.',
    outline: 'Op deze pagina',
    sparql: {
      title: 'Vragen met SPARQL',
      text: 'GET, POST en QUERY volgens het SPARQL 1.1 Protocol. Rijen komen als JSON, XML, CSV of TSV, grafen in zes RDF-formaten, met Accept of format=. Met version= blijft het antwoord voorgoed hetzelfde.',
    },
    thing: {
      title: 'Een naam volgen',
      text: 'Elk ding heeft een blijvende IRI. Die leidt naar een beschrijving in HTML of RDF, met Accept of met een achtervoegsel als .ttl of .jsonld.',
    },
    list: {
      title: 'Een lijst doorlopen',
      text: 'Lijsten van dingen komen in pagina’s, in dezelfde formaten; de Link-header leidt verder.',
    },
    search: {
      title: 'Zoeken op naam',
      text: 'Vindt dingen, begrippen, passages, termen en voorbeeldvragen in het Nederlands en Engels, kleine fouten worden vergeven.',
    },
    reconcile: {
      title: 'Een kolom namen herkennen',
      text: 'De Reconciliation Service API, versie 0.2 en het concept van 1.0, voor OpenRefine en andere. Veel namen gaan in één verzoek.',
    },
    resolve: {
      title: 'Van een identificatie naar een ding',
      text: 'ROR, Wikidata, ISNI, GRID, OpenAlex, OpenAIRE, Crossref Funder of CORDIS, in elke gangbare schrijfwijze.',
    },
    dumps: {
      title: 'Alles meenemen',
      text: 'De hele graaf en elk deel in zes formaten, gewoon en gecomprimeerd; controlesommen staan ernaast, en elke versie houdt haar adres.',
    },
    graphs: {
      title: 'Eén graaf meenemen',
      text: 'Elke passage van een document is een graaf met een naam. De leeskant van het Graph Store Protocol geeft ze een voor een.',
    },
    catalogue: {
      title: 'De catalogus oogsten',
      text: 'DCAT 3 volgens de profielen van Europa, Nederland en Health-RI, ook als FAIR Data Point; VoID en een API-catalogus staan op hun bekende plaatsen.',
    },
    changes: {
      title: 'Weten wat er veranderde',
      text: 'Een feed van de versies van de dataset, in het geheel en voor elk ding.',
    },
  },
} as const satisfies Record<Language, unknown>;
