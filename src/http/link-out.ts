import { linksPage } from '../html/links-page.tsx';
import { conflicts, crosswalk, linksets, linksPath, mappingSets, unlinked, wholeSet } from '../publish/crosswalk.ts';
import { type LinkTable, type LinkTableName, linkTables } from '../publish/link-tables.ts';
import { writeSssom } from '../registries/sssom.ts';
import { type Answer, html, json } from './answer.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/** What the graph is linked to: a page, tables of all links, and the mappings as SSSOM. */
export const linkOutRoutes: readonly Route[] = [
  {
    path: linksPath,
    get: (site) => ({
      kind: 'variants',
      variants: [html((language) => linksPage(site, language)), json(() => summary(site))],
    }),
  },
  {
    path: '/links/crosswalk.csv',
    get: (site) => ({
      kind: 'single',
      headers: { 'Content-Disposition': 'attachment; filename="crosswalk.csv"' },
      variant: {
        mediaType: 'text/csv',
        parameters: 'charset=utf-8; header=present',
        body: () => tableOf('csv').write(site.index),
      },
    }),
  },
  {
    path: '/links/crosswalk.json',
    get: (site) => ({
      kind: 'single',
      variant: { mediaType: 'application/json', body: () => tableOf('json').write(site.index) },
    }),
  },
  { path: '/links/:name.sssom.tsv', get: (site, request) => mappings(site, String(request.params['name'])) },
];

const tableOf = (name: LinkTableName): LinkTable => linkTables.find((each) => each.name === name) as LinkTable;

/** The set of that name; `all` is the whole. */
function mappings(site: Site, name: string): Answer {
  const sets = mappingSets(site.index);
  const set = name === 'all' && sets.length ? wholeSet(site.index) : sets.find((each) => each.name === name);
  if (!set)
    throw new Problem(
      404,
      'not-found',
      `There is no set of mappings "${name.slice(0, 100)}". There are ${['all', ...sets.map((each) => each.name)].join(', ')}.`,
    );
  const prefixes = site.dataset.publication?.prefixes ?? {};
  return {
    kind: 'single',
    headers: { 'Content-Disposition': `attachment; filename="${encodeURIComponent(name)}.sssom.tsv"` },
    variant: { mediaType: 'text/tab-separated-values', body: () => writeSssom(set, prefixes) },
  };
}

function summary(site: Site): unknown {
  const { publicUrl, index } = site;
  const rows = crosswalk(index);
  return {
    resolve: `${publicUrl}/resolve?id={id}`,
    reconciliation: [`${publicUrl}/reconcile`, `${publicUrl}/reconcile/v1`],
    crosswalk: [`${publicUrl}/links/crosswalk.csv`, `${publicUrl}/links/crosswalk.json`],
    mappings: `${publicUrl}/links/all.sssom.tsv`,
    catalogues: mappingSets(index).map(({ iri, name, slots }) => {
      const own = rows.filter(({ catalogue }) => catalogue === name);
      return {
        id: iri,
        title: { en: index.label(iri, 'en'), nl: index.label(iri, 'nl') },
        license: slots['license'],
        links: own.length,
        things: new Set(own.map((row) => row.iri)).size,
        mappings: `${publicUrl}/links/${name}.sssom.tsv`,
      };
    }),
    linksets: linksets(index),
    conflicts: conflicts(rows),
    unlinked: unlinked(index, rows),
  };
}
