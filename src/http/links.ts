import { baseOf, documentPath, localPath } from '../html/view.ts';
import type { Collection } from '../publish/collections.ts';
import { encodePath } from '../publish/encode-path.ts';
import { schemaClassOf } from '../publish/schema-org-thing.ts';
import { formats } from '../rdf/formats.ts';
import { dcterms, foaf, namedNode, schema } from '../rdf/terms.ts';
import type { Site } from './site.ts';

/** A typed link (RFC 8288) from what is answered. Addresses are absolute. */
export interface WebLink {
  readonly target: string;
  readonly rel: string;
  /** The media type of what the target is. */
  readonly type?: string;
  /** From where the link goes, if that is not the address that was asked. */
  readonly anchor?: string;
}

/** All links that go from one address. */
export interface Anchored {
  readonly anchor: string;
  readonly links: readonly WebLink[];
}

/**
 * Characters that the links of an answer may have. Proxies take all headers of an answer into a buffer of 4 KiB (nginx
 * as it comes), and give their own error for more.
 */
const longestHeader = 2800;
/** How many parts of a thing, and things that it is part of, are linked in headers; the linkset has all. */
const partsInHeader = 8;

/** Members of a list that its linkset names: whoever wants more goes through the pages of the list. */
const mostItems = 5000;

/** Links as the value of a Link header: those that come first, as far as they fit. */
export function linkHeader(links: readonly WebLink[]): string {
  const written: string[] = [];
  let length = 0;
  for (const link of links) {
    const text = writeLink(link);
    length += text.length + 2;
    if (length > longestHeader) break;
    written.push(text);
  }
  return written.join(', ');
}

const writeLink = ({ target, rel, type, anchor }: WebLink): string =>
  [`<${asUri(target)}>`, `rel="${rel}"`, type && `type="${type}"`, anchor && `anchor="${asUri(anchor)}"`]
    .filter(Boolean)
    .join('; ');

// Headers are ASCII, and an IRI may hold any letter.
const asUri = (iri: string): string => encodeURI(iri).replaceAll('%25', '%');

/** Whose links a document's are: one about a thing, or a list. */
export interface Signposts {
  /** The page that people come to: the address without an ending. */
  readonly landing: string;
  readonly citeAs: string;
  /** What it is, in the words of schema.org. */
  readonly type: string;
  readonly authors: readonly string[];
  /** The pages of its parts. */
  readonly items: readonly string[];
  /** The pages of what it is part of. */
  readonly collections: readonly string[];
  readonly linkset: string;
  /** The document with another ending. */
  readonly withSuffix: (extension: string) => string;
}

/** The signposts of a thing. Parts and authors are what the graph says with terms of Dublin Core and FOAF. */
export function signpostsOf(site: Site, iri: string): Signposts {
  const { index, publicUrl } = site;
  const values = (property: string): string[] =>
    index
      .find(namedNode(iri), namedNode(property), null)
      .filter(({ object }) => object.termType === 'NamedNode')
      .map(({ object }) => object.value);
  const pages = (property: string): string[] =>
    values(property)
      .filter((each) => each.startsWith(baseOf(site)))
      .map((each) => publicUrl + documentPath(site, each));
  const landing = publicUrl + documentPath(site, iri);
  return {
    landing,
    citeAs: iri,
    type: schemaClassOf(index, iri),
    authors: [...values(dcterms('creator')), ...values(foaf('maker'))],
    items: pages(dcterms('hasPart')),
    collections: pages(dcterms('isPartOf')),
    linkset: `${publicUrl}/linkset/${encodePath(localPath(site, iri))}`,
    withSuffix: (extension) => `${landing}.${extension}`,
  };
}

/** The signposts of a list of things; the page is the query part of its address. */
export function signpostsOfCollection(site: Site, { name, members }: Collection): Signposts {
  const landing = `${site.publicUrl}/${name}`;
  return {
    landing,
    citeAs: baseOf(site) + name,
    type: schema('ItemList'),
    authors: [],
    items: members
      .slice(0, mostItems)
      .filter((each) => each.startsWith(baseOf(site)))
      .map((each) => site.publicUrl + documentPath(site, each)),
    collections: [],
    linkset: `${site.publicUrl}/linkset/${name}`,
    withSuffix: (extension) => `${landing}.${extension}`,
  };
}

/** Where the statements stand in their graphs: of all formats the one that is content as well as metadata. */
const contentFormat = 'n-quads';

/** What links to a landing page's own parts have in common: they are pages. */
const pageType = 'text/html';

/**
 * The links of a landing page (FAIR Signposting Profile of 2023-10-02, levels 1 and 2). The type of the thing comes
 * before that of the page; what may be cut off comes last.
 */
export function landingLinks(site: Site, posts: Signposts, most = partsInHeader): WebLink[] {
  const license = site.dataset.publication?.license;
  return [
    { target: posts.citeAs, rel: 'cite-as' },
    { target: posts.type, rel: 'type' },
    { target: schema('AboutPage'), rel: 'type' },
    ...(license ? [{ target: license, rel: 'license' }] : []),
    ...linksetLinks(posts),
    ...formats.map(({ name, extension, mediaType }) => ({
      target: posts.withSuffix(extension),
      rel: name === contentFormat ? 'describedby alternate item' : 'describedby alternate',
      type: mediaType,
    })),
    ...posts.authors.map((target) => ({ target, rel: 'author' })),
    ...posts.collections.slice(0, most).map((target) => ({ target, rel: 'collection', type: pageType })),
    ...posts.items.slice(0, most).map((target) => ({ target, rel: 'item', type: pageType })),
  ];
}

/** The links of the document with an ending: one in RDF describes the landing page, the page itself is a copy of it. */
export function documentLinks(posts: Signposts, mediaType: string): WebLink[] {
  const format = formats.find((each) => each.mediaType === mediaType);
  const others = formats
    .filter((each) => each !== format)
    .map((each) => ({ target: posts.withSuffix(each.extension), rel: 'alternate', type: each.mediaType }));
  return [
    ...(format ? describing(posts, format.name) : [{ target: posts.landing, rel: 'canonical' }]),
    ...linksetLinks(posts),
    { target: posts.withSuffix('html'), rel: 'alternate', type: pageType },
    ...others,
  ].filter(({ target }) => format || target !== posts.withSuffix('html'));
}

const describing = ({ landing }: Signposts, format: string): WebLink[] => [
  { target: landing, rel: 'describes', type: pageType },
  ...(format === contentFormat ? [{ target: landing, rel: 'collection', type: pageType }] : []),
];

const linksetLinks = ({ linkset }: Signposts): WebLink[] =>
  linksetFormats.map(({ extension, mediaType }) => ({
    target: `${linkset}.${extension}`,
    rel: 'linkset',
    type: mediaType,
  }));

/** All links of a thing and of what belongs to it, by the address that they go from. */
export function linksetOf(site: Site, posts: Signposts): Anchored[] {
  return [
    {
      anchor: posts.landing,
      links: landingLinks(site, posts, Number.POSITIVE_INFINITY).flatMap(({ rel, ...link }) =>
        rel.split(' ').map((each) => ({ ...link, rel: each })),
      ),
    },
    ...formats.map(({ name, extension }) => ({
      anchor: posts.withSuffix(extension),
      links: describing(posts, name),
    })),
    ...posts.items.map((anchor) => ({
      anchor,
      links: [{ target: posts.landing, rel: 'collection', type: pageType }],
    })),
  ];
}

/** The two ways to write a linkset (RFC 9264). */
export const linksetFormats = [
  { extension: 'json', mediaType: 'application/linkset+json', aliases: ['application/json'], write: writeLinksetJson },
  { extension: 'txt', mediaType: 'application/linkset', aliases: ['text/plain'], write: writeLinksetText },
] as const;

/** A linkset in JSON (RFC 9264, section 4.2). */
export function writeLinksetJson(anchored: readonly Anchored[]): string {
  const linkset = anchored.map(({ anchor, links }) => {
    const relations: Record<string, object[]> = {};
    for (const { target, rel, type } of links) {
      relations[rel] ??= [];
      relations[rel].push({ href: target, ...(type ? { type } : {}) });
    }
    return { anchor, ...relations };
  });
  return `${JSON.stringify({ linkset }, null, 1)}\n`;
}

/** A linkset in the syntax of the Link header (RFC 9264, section 4.1), a link a line. */
export function writeLinksetText(anchored: readonly Anchored[]): string {
  const links = anchored.flatMap(({ anchor, links }) => links.map((link) => writeLink({ ...link, anchor })));
  return `${links.join(',\n')}\n`;
}

/** The links of the home page: where machines find what there is. */
export function homeLinks({ publicUrl, dataset: { publication } }: Site): WebLink[] {
  const at = (path: string): string => publicUrl + path;
  return [
    { target: at('/.well-known/api-catalog'), rel: 'api-catalog', type: 'application/linkset+json' },
    { target: at('/sparql'), rel: 'service-desc', type: 'text/turtle' },
    { target: at('/sparql'), rel: 'service-doc', type: pageType },
    ...(publication
      ? [
          { target: publication.base, rel: 'cite-as' },
          { target: schema('DataCatalog'), rel: 'type' },
          { target: publication.license, rel: 'license' },
          { target: at('/catalog'), rel: 'describedby', type: 'text/turtle' },
          { target: at('/fdp'), rel: 'describedby', type: 'text/turtle' },
          { target: at('/.well-known/void'), rel: 'describedby', type: 'text/turtle' },
        ]
      : []),
  ];
}
