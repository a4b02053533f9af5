import type { Request } from 'express';
import { ontologyPage } from '../html/ontology-page.tsx';
import { aboutPage, collectionPage } from '../html/pages.tsx';
import { baseOf, localPath } from '../html/view.ts';
import type { Collection } from '../publish/collections.ts';
import { graphStorePath } from '../publish/graph-statistics.ts';
import { writeCollectionJsonLd, writeDescriptionJsonLd } from '../publish/json-ld.ts';
import { listTerms } from '../publish/ontology.ts';
import { type Format, formats } from '../rdf/formats.ts';
import { type Answer, html, type Variant } from './answer.ts';
import { directGraph, graphAddress, graphStore, isOnlyGraph } from './graph-store.ts';
import { contextUrl } from './pages.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/** Where things, the documents about them, graphs and lists are found; the last of them take every address. */
export const thingRoutes: readonly Route[] = [
  { path: graphStorePath, get: graphStore },
  {
    path: `${graphStorePath}/*path`,
    get: (site, request) => directGraph(site, request, pathOf(site, request, 'graphs/')),
  },
  // The version IRI names the ontology as it is now.
  { path: '/ontology/:version', get: (site, request) => ontologyVersion(site, String(request.params['version'])) },
  { path: '/ontology{.:suffix}', get: (site, request) => ontology(site, pathOf(site, request, '')) },
  { path: '/about/*path', get: (site, request) => describe(site, pathOf(site, request, 'about/')) },
  { path: '/:collection', get: (site, request) => collection(site, String(request.params['collection'])) },
  { path: '/*path', get: (site, request) => thing(site, pathOf(site, request, '')) },
];

// As the client wrote it where the graph knows it so: an IRI may hold %20, which decoding would take away.
function pathOf(site: Site, request: Request, prefix: string): string {
  const path = request.path.slice(1 + prefix.length);
  if (site.index.has(baseOf(site) + path)) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Problem(400, 'bad-request', 'The address is wrongly encoded.');
  }
}

/** A thing is not a document: send who asks for it to the document about it (Cool URIs, 303). */
function thing(site: Site, path: string): Answer {
  const iri = baseOf(site) + path;
  if (!site.index.has(iri)) throw unknown(iri);
  const location = isOnlyGraph(site, iri) ? graphAddress(site, iri) : `/about/${encodeURI(path)}`;
  return { kind: 'redirect', status: 303, location };
}

/** The IRI that a path with or without a suffix stands for, and the one media type that a suffix asks for. */
function withoutSuffix({ index }: Site, address: string): { iri: string; only: string | undefined } {
  if (index.has(address)) return { iri: address, only: undefined };
  const suffixes = [...formats.map(({ extension, mediaType }) => ({ extension, mediaType })), pageSuffix];
  const found = suffixes.find(({ extension }) => address.endsWith(`.${extension}`));
  return found
    ? { iri: address.slice(0, -found.extension.length - 1), only: found.mediaType }
    : { iri: address, only: undefined };
}

const pageSuffix = { extension: 'html', mediaType: 'text/html' };
/** All variants to choose from, or the one that a suffix asks for. */
function pick(variants: readonly Variant[], only: string | undefined): Answer {
  const variant = only && variants.find(({ mediaType }) => mediaType === only);
  return variant ? { kind: 'single', variant } : { kind: 'variants', variants };
}

function describe(site: Site, path: string): Answer {
  const { iri, only } = withoutSuffix(site, baseOf(site) + path);
  if (!site.index.has(iri)) throw unknown(iri);
  const document = `${baseOf(site)}about/${localPath(site, iri)}`;
  const description = once(() => site.index.describe(iri, document));
  const prefixes = site.dataset.publication?.prefixes ?? {};
  const variants: Variant[] = [
    html((language) => aboutPage(site, description(), language)),
    ...formats.map(
      (format: Format): Variant => ({
        mediaType: format.mediaType,
        aliases: format.aliases,
        body: () =>
          format.name === 'json-ld'
            ? writeDescriptionJsonLd(description(), site.context, contextUrl(site))
            : format.write(description().quads, prefixes),
      }),
    ),
  ];
  return pick(variants, only);
}

// Who has the answer already needs no description of the thing.
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const unknown = (iri: string): Problem =>
  new Problem(
    404,
    'not-found',
    `The graph says nothing of <${iri}>. Look it up in one of the collections on the home page.`,
  );

function ontologyVersion(site: Site, version: string): Answer {
  const iri = `${baseOf(site)}ontology`;
  if (!site.index.isVersion(iri, `${iri}/${version}`)) throw unknown(`${iri}/${version}`);
  return { kind: 'redirect', status: 303, location: '/ontology' };
}

/** An ontology with hash IRIs is one document about all its terms. */
function ontology(site: Site, path: string): Answer {
  const { iri, only } = withoutSuffix(site, baseOf(site) + path);
  const quads = site.index.graph(iri);
  if (!quads.length) throw new Problem(404, 'not-found', `There is no graph <${iri}>.`);
  const prefixes = site.dataset.publication?.prefixes ?? {};
  const variants: Variant[] = [
    html((language) => ontologyPage(site, iri, listTerms(site.index, iri), language)),
    ...formats.map(
      (format: Format): Variant => ({
        mediaType: format.mediaType,
        aliases: format.aliases,
        body: () => format.write(quads, prefixes),
      }),
    ),
  ];
  return pick(variants, only);
}

async function collection(site: Site, name: string): Promise<Answer> {
  const found: Collection | undefined = await site.collections.get(name);
  if (!found) return thing(site, name);
  return {
    kind: 'variants',
    variants: [
      html((language) => collectionPage(site, found, language)),
      {
        mediaType: 'application/ld+json',
        aliases: ['application/json'],
        body: () => writeCollectionJsonLd(found, site.index, site.context, contextUrl(site), site.publicUrl),
      },
    ],
  };
}
