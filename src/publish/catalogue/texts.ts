import type { Publication, Text } from '../../load/publication.ts';
import type { DumpFile } from '../dumps.ts';
import { fileFormatOf, isGraphFormat } from '../link-tables.ts';
import type { Part } from '../parts.ts';

/** What the containers of a record are called: what they lead to. */
export const containerTitles = {
  catalogue: { en: 'Catalogues', nl: 'Catalogi' },
  dataset: { en: 'Datasets', nl: 'Datasets' },
  service: { en: 'Data services', nl: 'Dataservices' },
  distribution: { en: 'Distributions', nl: 'Distributies' },
} as const satisfies Record<string, Text>;

/** A text in all languages that another one has, made from each of them. */
export const mapText = (text: Text, change: (value: string, language: string) => string): Text =>
  Object.fromEntries(Object.entries(text).map(([language, value]) => [language, change(value, language)]));

const statementsText: Text = { en: 'with the sources of its statements', nl: 'met de bronnen van de uitspraken' };
const compressedText: Text = { en: 'compressed', nl: 'gecomprimeerd' };
const fileText: Text = { en: 'The file', nl: 'Het bestand' };
const triplesText: Text = { en: 'triples', nl: 'triples' };
const linksText: Text = { en: 'links, a row for each', nl: 'koppelingen, een rij voor elk' };
const ofText: Text = { en: 'of', nl: 'van' };

const pick = (text: Text, language: string): string => text[language] ?? text['en'] ?? '';

// Files are told apart by their format, their compression and how their statements carry sources.
const kindOfFile = ({ format, coding, statements }: DumpFile, language: string): string =>
  [
    fileFormatOf(format).label,
    ...(statements ? [`${pick(statementsText, language)} (${statements === 'rdf-1.2' ? 'RDF 1.2' : 'RDF 1.1'})`] : []),
    ...(coding ? [coding === 'br' ? 'Brotli' : coding] : []),
  ].join(', ');

/** What a file is called. */
export const distributionTitle = (part: Part, file: DumpFile): Text =>
  mapText(part.title, (title, language) => `${title}: ${kindOfFile(file, language)}`);

/** What a file holds. */
export const distributionDescription = (part: Part, file: DumpFile): Text =>
  mapText(
    part.title,
    (title, language) =>
      `${pick(fileText, language)} ${file.file} ${pick(ofText, language)} “${title}”: ${kindOfFile(file, language)}` +
      `${file.coding ? `, ${pick(compressedText, language)}` : ''}, ${file.triples} ${pick(isGraphFormat(file.format) ? triplesText : linksText, language)}.`,
  );

/** What the FAIR Data Point of a publication is called. */
export const pointTitle = (title: Text): Text => mapText(title, (value) => `FAIR Data Point: ${value}`);

/** What a FAIR Data Point is for. */
export const pointDescription: Text = {
  en: 'Leads harvesters from the catalogue to its datasets, their files and the services, one document for each.',
  nl: 'Leidt oogsters van de catalogus naar de datasets, hun bestanden en de diensten, elk met een eigen document.',
};

/** What a dataset is called. */
export const titleOf = ({ name, title }: Part): Text => (Object.keys(title).length ? title : { und: name });

/** What a dataset holds, and what is to be known of it besides. A part that says nothing of itself is a part of the whole. */
export function descriptionOf({ description }: Part, whole: Publication, note: Text): Text {
  const own = Object.keys(description).length
    ? description
    : mapText(whole.title, (value, language) => (language === 'nl' ? `Deel van: ${value}.` : `Part of: ${value}.`));
  return mapText(own, (value, language) => [value, note[language]].filter(Boolean).join(' '));
}
