import type { Language } from './texts.ts';

/** What the page of dumps says. */
export const dumpTexts = {
  en: {
    lead: 'The whole graph and its parts as files. Each has an address of its own for each version, which never changes; the same address without the version leads to the current one.',
    current: 'the current one',
    earlier: 'an earlier one',
    checksums: 'the SHA-256 of every file, for sha256sum -c.',
    whole: 'The whole graph',
    parts: 'Its parts',
    digests: 'SHA-256 of the plain files',
    held: 'Statements',
    table: 'table of all links, a row for each',
    versions: 'Versions',
    versionsText: 'The versions of the dataset that are kept here, the newest first.',
    changes: 'What changed between them',
    'rdf-1.1': 'each statement with its passage (RDF 1.1, rdf:Statement)',
    'rdf-1.2': 'each statement with its passage (RDF 1.2, rdf:reifies)',
  },
  nl: {
    lead: 'De hele graaf en zijn delen als bestanden. Elk heeft per versie een eigen adres dat nooit verandert; hetzelfde adres zonder de versie leidt naar de huidige.',
    current: 'de huidige',
    earlier: 'een eerdere',
    checksums: 'de SHA-256 van elk bestand, voor sha256sum -c.',
    whole: 'De hele graaf',
    parts: 'De delen',
    digests: 'SHA-256 van de gewone bestanden',
    held: 'Uitspraken',
    table: 'tabel van alle koppelingen, een rij voor elk',
    versions: 'Versies',
    versionsText: 'De versies van de dataset die hier bewaard worden, de nieuwste eerst.',
    changes: 'Wat er tussen de versies veranderde',
    'rdf-1.1': 'elke uitspraak met haar passage (RDF 1.1, rdf:Statement)',
    'rdf-1.2': 'elke uitspraak met haar passage (RDF 1.2, rdf:reifies)',
  },
} as const satisfies Record<Language, Record<string, string>>;
