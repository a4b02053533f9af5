import type { Request } from 'express';
import { baseOf } from '../html/view.ts';
import { apiCatalogPath, apiCatalogProfile, type Linkset, listApis } from '../publish/api-catalog.ts';
import { fairDataPointPath } from '../publish/catalogue/records.ts';
import { linksPath } from '../publish/crosswalk.ts';
import { listThingPages, sitemapPart, writeSitemap, writeSitemapIndex } from '../publish/sitemap.ts';
import type { Answer } from './answer.ts';
import { catalogueOf } from './catalogue.ts';
import { Problem } from './problem.ts';
import { limitsOf, type Route, type Site } from './site.ts';

/** How programs that know only the host find the rest. */
export const discoveryRoutes: readonly Route[] = [
  {
    path: '/robots.txt',
    get: (site) => ({ kind: 'single', variant: { mediaType: 'text/plain', body: () => writeRobots(site.publicUrl) } }),
  },
  { path: '/sitemap.xml', get: sitemap },
  { path: '/sitemap-:part.xml', get: (site, request) => sitemapFile(site, request) },
  {
    path: apiCatalogPath,
    get: (site) => ({
      kind: 'single',
      headers: { Link: `<${site.publicUrl}${apiCatalogPath}>; rel="api-catalog"` },
      variant: {
        mediaType: 'application/linkset+json',
        parameters: `profile="${apiCatalogProfile}"`,
        body: () => `${JSON.stringify(apis(site), null, 1)}\n`,
      },
    }),
  },
];

const apis = (site: Site): Linkset =>
  listApis(site.publicUrl, {
    catalogue: catalogueOf(site) !== undefined,
    statistics: site.dataset.publication?.catalogueGraph !== undefined,
  });

/** Addresses that answer any question: robots would ask them without end. */
const expensive = [
  '/sparql?',
  '/graphs?',
  '/reconcile?',
  '/resolve?',
  '/search?',
  '/changes?thing=',
  '/changes.atom?',
  '/changes/',
];

/** Everything is for robots too, but what costs a query (RFC 9309). */
export function writeRobots(publicUrl: string): string {
  const { pathname } = new URL(publicUrl);
  const prefix = pathname.replace(/\/$/, '');
  const refused = expensive.map((path) => `Disallow: ${prefix}${path}\n`).join('');
  return `User-agent: *\n${refused}Allow: ${prefix}/\n\nSitemap: ${publicUrl}/sitemap.xml\n`;
}

/** The paths of all pages, those about the whole first. */
function listPages(site: Site): string[] {
  const catalogue = catalogueOf(site);
  // A page for each file would drown the pages that people look for.
  const described = catalogue?.records.filter(({ kind }) => ['catalogue', 'dataset', 'service'].includes(kind)) ?? [];
  return [
    '/',
    ...site.collections.names.map((name) => `/${name}`),
    ...(catalogue ? [fairDataPointPath] : []),
    ...described.map(({ path }) => path),
    '/sparql',
    '/graphs',
    '/dumps/',
    ...(site.dataset.publication ? [linksPath] : []),
    ...(site.index.graph(`${baseOf(site)}ontology`).length ? ['/ontology'] : []),
    ...listThingPages(site.index, baseOf(site)),
  ];
}

const factsOf = ({ publicUrl, modified }: Site) => ({ publicUrl, modified, languages: ['en', 'nl'] });
const limitOf = (site: Site): number => limitsOf(site).sitemapPages;

function sitemap(site: Site, request: Request): Answer {
  return xml(site, request, () => {
    const pages = listPages(site);
    const files = Math.ceil(pages.length / limitOf(site));
    if (files <= 1) return writeSitemap(pages, factsOf(site));
    return writeSitemapIndex(
      Array.from({ length: files }, (_, index) => `/sitemap-${index + 1}.xml`),
      factsOf(site),
    );
  });
}

function sitemapFile(site: Site, request: Request): Answer {
  const asked = String(request.params['part']);
  const pages = /^[1-9]\d{0,4}$/.test(asked) ? sitemapPart(listPages(site), Number(asked), limitOf(site)) : [];
  if (!pages.length)
    throw new Problem(404, 'not-found', `There is no ${request.path}. The sitemap begins at /sitemap.xml.`);
  return xml(site, request, () => writeSitemap(pages, factsOf(site)));
}

// The time of preparing stands in each file, beside what the dataset's version tells.
const xml = ({ modified }: Site, request: Request, body: () => string): Answer => ({
  kind: 'single',
  key: `${request.path} ${modified.getTime()}`,
  variant: { mediaType: 'application/xml', body },
});
