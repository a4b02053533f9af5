import type { Request } from 'express';
import type { Dataset } from '../dataset/build.ts';
import { resultFormats } from '../engine/engine.ts';
import { aboutPage, collectionPage, dumpsPage, graphPage, homePage, queryPage, rowsPage } from '../html/pages.tsx';
import { readAsset } from '../load/assets.ts';
import type { Collection } from '../publish/collections.ts';
import { type Dump, listDumps, writeDump } from '../publish/dumps.ts';
import { writeCollectionJsonLd, writeDescriptionJsonLd } from '../publish/json-ld.ts';
import { type Format, findFormat, formats } from '../rdf/formats.ts';
import type { Answer, Variant } from './answer.ts';
import { chooseOffer, notAcceptable } from './negotiate.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

const html = (body: Variant['body']): Variant => ({
  mediaType: 'text/html',
  aliases: ['application/xhtml+xml'],
  byLanguage: true,
  body,
});
const base = (site: Site): string => site.dataset.publication?.base ?? `${site.publicUrl}/`;

/** Every route, in the order in which they are tried. */
export const routes: readonly Route[] = [
  {
    path: '/',
    get: (site) => ({
      kind: 'variants',
      variants: [html((language) => homePage(site, language)), json(() => summary(site))],
    }),
  },
  {
    path: '/sparql',
    get: (site, request) => query(site, request, request.query),
    post: (site, request) => query(site, request, postParameters(request)),
  },
  {
    path: '/healthz',
    get: (site) => ({
      kind: 'variants',
      variants: [json(() => ({ status: 'ok', version: site.dataset.version, workers: site.pool.ready }))],
    }),
  },
  {
    path: '/style.css',
    get: () => ({
      kind: 'variants',
      headers: { 'Cache-Control': 'max-age=3600' },
      variants: [{ mediaType: 'text/css', body: () => readAsset('style.css') }],
    }),
  },
  {
    path: '/context.jsonld',
    get: (site) => ({
      kind: 'variants',
      headers: { 'Cache-Control': 'max-age=3600' },
      variants: [
        {
          mediaType: 'application/ld+json',
          aliases: ['application/json'],
          body: () => JSON.stringify({ '@context': site.context }, null, 1),
        },
      ],
    }),
  },
  {
    path: '/dumps/',
    get: (site) => ({
      kind: 'variants',
      variants: [html((language) => dumpsPage(site, listDumps(site.dataset), language)), json(() => dumpList(site))],
    }),
  },
  { path: '/dumps/:file', get: (site, request) => dump(site, String(request.params['file'])) },
  { path: '/ontology', get: (site) => wholeGraph(site, `${base(site)}ontology`) },
  { path: '/about/*path', get: (site, request) => describe(site, pathOf(request, 'about/')) },
  { path: '/:collection', get: (site, request) => collection(site, String(request.params['collection'])) },
  { path: '/*path', get: (site, request) => thing(site, pathOf(request, '')) },
];

const json = (body: () => unknown): Variant => ({
  mediaType: 'application/json',
  body: () => `${JSON.stringify(body(), null, 1)}\n`,
});

function pathOf(request: Request, prefix: string): string {
  try {
    return decodeURIComponent(request.path.slice(1 + prefix.length));
  } catch {
    throw new Problem(400, 'bad-request', 'The address is wrongly encoded.');
  }
}

/** A thing is not a document: send who asks for it to the document about it (Cool URIs, 303). */
function thing(site: Site, path: string): Answer {
  const iri = base(site) + path;
  if (!site.index.has(iri))
    throw new Problem(
      404,
      'not-found',
      `The graph says nothing of <${iri}>. Look it up in one of the collections on the home page.`,
    );
  return { kind: 'redirect', status: 303, location: `/about/${encodeURI(path)}` };
}

function describe(site: Site, path: string): Answer {
  const bare = base(site) + path;
  const suffix = formats.find(({ extension }) => bare.endsWith(`.${extension}`));
  const page = bare.endsWith('.html') && !site.index.has(bare);
  const iri = page
    ? bare.slice(0, -'.html'.length)
    : suffix && !site.index.has(bare)
      ? bare.slice(0, -suffix.extension.length - 1)
      : bare;
  if (!site.index.has(iri))
    throw new Problem(
      404,
      'not-found',
      `The graph says nothing of <${iri}>. Look it up in one of the collections on the home page.`,
    );
  const document = `${base(site)}about/${iri.slice(base(site).length)}`;
  const description = site.index.describe(iri, document);
  const variants: Variant[] = [
    html((language) => aboutPage(site, description, language)),
    ...formats.map(
      (format: Format): Variant => ({
        mediaType: format.mediaType,
        aliases: format.aliases,
        body: () =>
          format.name === 'json-ld'
            ? writeDescriptionJsonLd(description, site.context, contextUrl(site))
            : format.write(description.quads, site.dataset.publication?.prefixes ?? {}),
      }),
    ),
  ];
  const only = iri === bare ? undefined : page ? 'text/html' : suffix?.mediaType;
  return { kind: 'variants', variants: only ? variants.filter(({ mediaType }) => mediaType === only) : variants };
}

const contextUrl = ({ publicUrl }: Site): string => `${publicUrl}/context.jsonld`;

function wholeGraph(site: Site, iri: string): Answer {
  const quads = site.index.graph(iri);
  if (!quads.length) throw new Problem(404, 'not-found', `There is no graph <${iri}>.`);
  return {
    kind: 'variants',
    variants: [
      html((language) => graphPage(site, iri, quads, language)),
      ...formats.map(
        (format: Format): Variant => ({
          mediaType: format.mediaType,
          aliases: format.aliases,
          body: () => format.write(quads, site.dataset.publication?.prefixes ?? {}),
        }),
      ),
    ],
  };
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

const written = new WeakMap<Dataset, Map<string, Promise<Buffer>>>();

function dump(site: Site, file: string): Answer {
  const found = listDumps(site.dataset).find((each) => each.file === file);
  if (!found) throw new Problem(404, 'not-found', `There is no dump ${file}. The list is at /dumps/.`);
  return {
    kind: 'variants',
    headers: { 'Content-Disposition': `attachment; filename="${file}"` },
    variants: [
      {
        mediaType: found.gzip ? 'application/gzip' : found.format.mediaType,
        aliases: ['*/*', 'application/octet-stream'],
        body: () => dumpBytes(site, found),
      },
    ],
  };
}

function dumpBytes({ dataset }: Site, wanted: Dump): Promise<Buffer> {
  const files = written.get(dataset) ?? new Map<string, Promise<Buffer>>();
  written.set(dataset, files);
  const bytes = files.get(wanted.file) ?? writeDump(dataset, wanted);
  files.set(wanted.file, bytes);
  return bytes;
}

const dumpList = (site: Site): unknown => ({
  version: site.dataset.version,
  dumps: listDumps(site.dataset).map(({ file, format, gzip }) => ({
    url: `${site.publicUrl}/dumps/${file}`,
    mediaType: format.mediaType,
    gzip,
  })),
});

const summary = (site: Site): unknown => ({
  title: site.dataset.publication?.title,
  version: site.dataset.version,
  license: site.dataset.publication?.license,
  triples: site.dataset.counts,
  sparql: `${site.publicUrl}/sparql`,
  dumps: `${site.publicUrl}/dumps/`,
  context: contextUrl(site),
  collections: site.collections.names.map((name) => `${site.publicUrl}/${name}`),
});

type Parameters = Readonly<Record<string, unknown>>;

/** The parameters of a SPARQL 1.1 Protocol query by POST (section 2.1.2 and 2.1.3). */
function postParameters(request: Request): Parameters {
  if (request.is('application/sparql-query')) return { ...request.query, query: request.body };
  if (request.is('application/x-www-form-urlencoded')) return request.body as Parameters;
  throw new Problem(
    415,
    'unsupported-media-type',
    'Send the query as application/sparql-query, or as a form with the field "query".',
    { headers: { Accept: 'application/sparql-query, application/x-www-form-urlencoded' } },
  );
}

const sparqlOffers = [...resultFormats, { mediaType: 'text/html', aliases: ['application/xhtml+xml'] }];

async function query(site: Site, request: Request, parameters: Parameters): Promise<Answer> {
  const { query: text, update, format } = parameters;
  if (update !== undefined)
    throw new Problem(
      400,
      'query-update',
      'This endpoint is read-only: it takes "query", not "update". The graph is changed by editing its files.',
    );
  if (Array.isArray(text))
    throw new Problem(400, 'bad-request', 'The parameter "query" is given more than once. Give it once.');
  if (text === undefined || text === '') {
    if (
      request.method === 'GET' &&
      chooseOffer(request, [...formats, { mediaType: 'text/html' }])?.mediaType === 'text/html'
    )
      return { kind: 'variants', variants: [html((language) => queryPage(site, language))] };
    throw new Problem(400, 'bad-request', 'The parameter "query" is missing. Give a SPARQL query in it.');
  }
  const { rows, graph, page } = chooseFormats(request, format);
  const result = await site.pool.query({
    query: String(text),
    baseIRI: base(site),
    defaultGraphs: list(parameters['default-graph-uri']),
    namedGraphs: list(parameters['named-graph-uri']),
    resultFormat: page ? 'json' : rows?.name,
    graphFormat: page ? 'turtle' : graph?.name,
    prefixes: site.dataset.publication?.prefixes ?? {},
  });
  // The engine has chosen among what the client takes: what is left is one variant, whatever the Accept header says.
  const body = result.body;
  const variant: Variant = page
    ? html((language) => rowsPage(site, String(text), result, language))
    : { mediaType: result.mediaType, body: () => body };
  return {
    kind: 'variants',
    headers: { Vary: 'Accept' },
    variants: [{ ...variant, aliases: ['*/*', ...(variant.aliases ?? [])] }],
  };
}

type GraphFormat = (typeof formats)[number];
type RowsFormat = (typeof resultFormats)[number];

function chooseFormats(
  request: Request,
  format: unknown,
): { rows: RowsFormat | undefined; graph: GraphFormat | undefined; page: boolean } {
  if (format !== undefined && format !== '') {
    const name = String(format).toLowerCase();
    const rows = resultFormats.find((each) => [each.name, each.mediaType].includes(name as never));
    const graph = findFormat(name) as GraphFormat | undefined;
    const page = name === 'html' || name === 'text/html';
    if (!rows && !graph && !page)
      throw new Problem(
        400,
        'bad-request',
        `There is no format "${name}". There are ${[...resultFormats, ...formats].map((each) => each.name).join(', ')} and html.`,
      );
    return { rows, graph, page };
  }
  const page = chooseOffer(request, [...sparqlOffers, ...formats])?.mediaType === 'text/html';
  const rows = chooseOffer(request, resultFormats);
  const graph = chooseOffer(request, formats);
  if (!page && !rows && !graph) throw notAcceptable([...sparqlOffers, ...formats]);
  return { rows, graph, page };
}

const list = (value: unknown): string[] | undefined =>
  value === undefined ? undefined : Array.isArray(value) ? value.map(String) : [String(value)];
