import type { Request } from 'express';
import { cataloguePage } from '../html/catalogue-pages.tsx';
import { Catalogue } from '../publish/catalogue/catalogue.ts';
import { cataloguePrefixes } from '../publish/catalogue/prefixes.ts';
import { type CatalogueRecord, cataloguePath, fairDataPointPath } from '../publish/catalogue/records.ts';
import { formats } from '../rdf/formats.ts';
import { type Answer, html } from './answer.ts';
import { onceForSite } from './per-site.ts';
import { Problem } from './problem.ts';
import { rdfVariants } from './rdf-variants.ts';
import type { Route, Site } from './site.ts';

/** Where harvesters find what is published: DCAT, and a FAIR Data Point that leads to the same records. */
export const catalogueRoutes: readonly Route[] = [
  `${fairDataPointPath}{.:suffix}`,
  `${fairDataPointPath}/*rest`,
  `${cataloguePath}{.:suffix}`,
  `${cataloguePath}/*rest`,
].map((path) => ({ path, get: describe }));

/** The catalogue of a site, made once; undefined where the publication says nothing of one. */
export const catalogueOf = onceForSite((site) => Catalogue.of(site));

function describe(site: Site, request: Request): Answer {
  const catalogue = catalogueOf(site);
  if (!catalogue)
    throw new Problem(404, 'not-found', 'There is no catalogue: what is served here says nothing of its publisher.');
  const { record, only } = findRecord(catalogue, request.path.replace(/\/$/, ''));
  if (!record)
    throw new Problem(404, 'not-found', `The catalogue has nothing at ${request.path}. It begins at ${cataloguePath}.`);
  // Turtle first: harvesters that name no type take it for granted.
  const variants = [
    ...rdfVariants(() => catalogue.document(record), { ...catalogue.publication.prefixes, ...cataloguePrefixes }),
    html((language) => cataloguePage(site, catalogue, record, language)),
  ];
  const variant = only && variants.find(({ mediaType }) => mediaType === only);
  // Beside the dataset, the operator's mailbox and the time of preparing are in each document.
  const key = `${request.originalUrl} ${catalogue.resource.email} ${catalogue.resource.modified.getTime()}`;
  return variant ? { kind: 'single', variant, key } : { kind: 'variants', variants, key };
}

const suffixes = [...formats.map(({ extension, mediaType }) => [extension, mediaType]), ['html', 'text/html']] as const;

/** What a path stands for, and the one media type that a suffix asks for. A file's own name may end like a suffix. */
function findRecord(
  catalogue: Catalogue,
  path: string,
): { record?: CatalogueRecord | undefined; only?: string | undefined } {
  const record = catalogue.find(path);
  if (record) return { record };
  const [extension, only] = suffixes.find(([ending]) => path.endsWith(`.${ending}`)) ?? [];
  return extension ? { record: catalogue.find(path.slice(0, -extension.length - 1)), only } : {};
}
