import { encodePath } from './encode-path.ts';
import type { GraphIndex } from './graph-index.ts';
import { escapeXml, xmlDeclaration } from './xml.ts';

/** Pages that one file of a sitemap may list (sitemaps.org). */
export const sitemapLimit = 50_000;

/** What the addresses of a sitemap have in common. */
export interface SitemapFacts {
  readonly publicUrl: string;
  readonly modified: Date;
  /** The languages in which each page is there. */
  readonly languages: readonly string[];
}

/**
 * The paths of the pages about things, in a fixed order: whatever under the base has a type. Left out are parts of a
 * thing, which its page shows, and what describes the dataset itself. Found once, then kept.
 */
export const listThingPages = (index: GraphIndex, base: string): readonly string[] =>
  index.remember(findThingPages, base);

function findThingPages(index: GraphIndex, base: string): string[] {
  const { publication } = index.dataset;
  const about = publication?.catalogueGraph ? index.graph(publication.base + publication.catalogueGraph) : [];
  const left = new Set(about.map(({ subject }) => subject.value));
  return index
    .things(base)
    .filter((iri) => !iri.includes('#') && !left.has(iri))
    .map((iri) => `/about/${encodePath(iri.slice(base.length))}`);
}

/** The paths that the n-th file of a sitemap lists, counted from 1. */
export const sitemapPart = (paths: readonly string[], part: number, limit: number): readonly string[] =>
  paths.slice((part - 1) * limit, part * limit);

/** A file of a sitemap: each page, and where it is found in each language. */
export function writeSitemap(paths: readonly string[], { publicUrl, modified, languages }: SitemapFacts): string {
  const lastmod = modified.toISOString();
  const urls = paths.map((path) => {
    const address = publicUrl + path;
    const alternates = languages.map(
      (language) =>
        `  <xhtml:link rel="alternate" hreflang="${language}" href="${escapeXml(inLanguage(address, language))}"/>\n`,
    );
    return ` <url>\n  <loc>${escapeXml(address)}</loc>\n  <lastmod>${lastmod}</lastmod>\n${alternates.join('')} </url>\n`;
  });
  return `${xmlDeclaration}<urlset xmlns="${namespace}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${urls.join('')}</urlset>\n`;
}

/** The list of the files of a sitemap, where one would be too long. */
export function writeSitemapIndex(files: readonly string[], { publicUrl, modified }: SitemapFacts): string {
  const entries = files.map(
    (path) =>
      ` <sitemap>\n  <loc>${escapeXml(publicUrl + path)}</loc>\n  <lastmod>${modified.toISOString()}</lastmod>\n </sitemap>\n`,
  );
  return `${xmlDeclaration}<sitemapindex xmlns="${namespace}">\n${entries.join('')}</sitemapindex>\n`;
}

const namespace = 'http://www.sitemaps.org/schemas/sitemap/0.9';

const inLanguage = (address: string, language: string): string =>
  `${address}${address.includes('?') ? '&' : '?'}lang=${language}`;
