/** What is cited: a version of a dataset, or an answer that it gives. */
export interface Cited {
  readonly title: string;
  /** What of it is cited, such as "answer to a query". */
  readonly part?: string;
  readonly publisher?: string | undefined;
  readonly version: string;
  /** When the version was made, as an ISO 8601 date; not known of versions that are no longer served. */
  readonly date?: string | undefined;
  readonly license?: string | undefined;
  readonly address: string;
  /** When it was looked at, as an ISO 8601 date. */
  readonly accessed?: string;
}

/** The words between the parts of a citation. */
export interface CitationWords {
  readonly versionWord: string;
  readonly licenceWord: string;
  readonly accessedWord: string;
}

/** A citation as a line of text. */
export function citeAsText(cited: Cited, words: CitationWords): string {
  const { title, part, publisher, version, date, license, address, accessed } = cited;
  const maker = publisher ? `${publisher}${date ? ` (${date.slice(0, 4)})` : ''}. ` : '';
  const made = `${words.versionWord} ${version}${date ? `, ${date}` : ''}`;
  return [
    `${maker}${title}${part ? `: ${part}` : ''}. ${made}.`,
    ...(license ? [`${words.licenceWord} ${license}.`] : []),
    `${address}${accessed ? ` (${words.accessedWord} ${accessed})` : ''}`,
  ].join(' ');
}

/** A citation in BibTeX. The type "misc" is known to all styles; "dataset" is not. */
export function citeAsBibtex(cited: Cited, words: CitationWords): string {
  const { title, part, publisher, version, date, license, address, accessed } = cited;
  const note = [`${words.versionWord} ${version}`, ...(license ? [`${words.licenceWord} ${license}`] : [])].join('. ');
  const fields: [string, string | undefined][] = [
    // Braces within keep capitals, and a name of several words in one piece.
    ['author', publisher && `{${escapeTex(publisher)}}`],
    ['title', `{${escapeTex(part ? `${title}: ${part}` : title)}}`],
    ['year', date?.slice(0, 4)],
    ['date', date],
    ['version', escapeTex(version)],
    ['note', escapeTex(note)],
    ['url', address],
    ['urldate', accessed],
  ];
  const written = fields.flatMap(([name, value]) => (value ? [`  ${name} = {${value}}`] : []));
  return `@misc{${keyOf(title)}-${version},\n${written.join(',\n')}\n}`;
}

/** Keys of entries may hold no space, comma, brace or accent. */
const keyOf = (title: string): string =>
  title
    .normalize('NFD')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.slice(0, 2)
    .join('-') ?? 'dataset';

const tex: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

const escapeTex = (text: string): string => text.replace(/[\\~^&%$#_{}]/g, (sign) => tex[sign] ?? `\\${sign}`);
