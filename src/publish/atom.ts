import { escapeXml, xmlDeclaration } from './xml.ts';

/** A link of a feed or of an entry (RFC 4287, section 4.2.7). */
export interface AtomLink {
  readonly rel: 'self' | 'alternate' | 'related';
  readonly href: string;
  readonly mediaType?: string;
  readonly language?: string;
}

/** What a feed and an entry both have. */
interface Described {
  /** An IRI that stays the same wherever the feed is found (RFC 4287, section 4.2.6). */
  readonly id: string;
  readonly title: string;
  /** In ISO 8601. */
  readonly updated: string;
  readonly links: readonly AtomLink[];
}

/** One entry of a feed. */
export interface AtomEntry extends Described {
  /** In plain words. */
  readonly summary: string;
  /** In HTML, with absolute addresses only. */
  readonly content?: string;
}

/** A feed in the Atom Syndication Format. */
export interface AtomFeed extends Described {
  readonly language: string;
  readonly subtitle: string;
  /** Who stands for all entries. */
  readonly author: { readonly name: string; readonly uri: string };
  readonly rights: string | undefined;
  /** The newest first. */
  readonly entries: readonly AtomEntry[];
}

/** The media type of feeds. */
export const atomType = 'application/atom+xml';

const element = (name: string, text: string, attributes = ''): string =>
  `<${name}${attributes}>${escapeXml(text)}</${name}>\n`;

const link = ({ rel, href, mediaType, language }: AtomLink): string => {
  const type = mediaType ? ` type="${mediaType}"` : '';
  return `<link rel="${rel}"${type}${language ? ` hreflang="${language}"` : ''} href="${escapeXml(href)}"/>\n`;
};

/** Writes a feed (RFC 4287). */
export function writeAtom({ language, author, rights, entries, ...feed }: AtomFeed): string {
  return [
    `${xmlDeclaration}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">\n`,
    ...common(feed),
    element('subtitle', feed.subtitle),
    `<author>\n${element('name', author.name)}${element('uri', author.uri)}</author>\n`,
    ...(rights === undefined ? [] : [element('rights', rights)]),
    ...entries.map(
      ({ summary, content, ...entry }) =>
        `<entry>\n${common(entry).join('')}${element('summary', summary)}${
          content === undefined ? '' : element('content', content, ' type="html"')
        }</entry>\n`,
    ),
    '</feed>\n',
  ].join('');
}

const common = ({ id, title, updated, links }: Described): string[] => [
  element('id', id),
  element('title', title),
  element('updated', updated),
  ...links.map(link),
];
