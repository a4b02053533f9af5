import type { Request } from 'express';
import { resultFormats } from '../engine/engine.ts';
import { queryPage, rowsPage } from '../html/query-pages.tsx';
import { baseOf } from '../html/view.ts';
import { findFormat, formats } from '../rdf/formats.ts';
import { type Answer, html, type Variant } from './answer.ts';
import { chooseOffer, notAcceptable } from './negotiate.ts';
import { Problem } from './problem.ts';
import type { Site } from './site.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** The parameters of a SPARQL 1.1 Protocol query by POST (section 2.1.2 and 2.1.3). */
export function postParameters(request: Request): Parameters {
  if (request.is('application/sparql-query')) return { ...request.query, query: request.body };
  if (request.is('application/x-www-form-urlencoded')) return request.body as Parameters;
  if (request.is('application/sparql-update')) throw readOnly();
  throw new Problem(
    415,
    'unsupported-media-type',
    'Send the query as application/sparql-query, or as a form with the field "query".',
    { headers: { Accept: 'application/sparql-query, application/x-www-form-urlencoded' } },
  );
}

const readOnly = (): Problem =>
  new Problem(
    400,
    'query-update',
    'This endpoint is read-only: it takes "query", not "update". The graph is changed by editing its files.',
  );

const sparqlOffers = [...resultFormats, { mediaType: 'text/html', aliases: ['application/xhtml+xml'] }];

/** Answers a query by the SPARQL 1.1 Protocol (section 2.1), or shows the page to write one on. */
export async function answerQuery(site: Site, request: Request, parameters: Parameters): Promise<Answer> {
  const { query: text, update, format } = parameters;
  if (update !== undefined) throw readOnly();
  if (Array.isArray(text))
    throw new Problem(400, 'bad-request', 'The parameter "query" is given more than once. Give it once.');
  if (text === undefined || text === '') {
    if (
      request.method !== 'POST' &&
      chooseOffer(request, [...formats, { mediaType: 'text/html' }])?.mediaType === 'text/html'
    )
      return { kind: 'single', headers: { Vary: 'Accept' }, variant: html((language) => queryPage(site, language)) };
    throw new Problem(400, 'bad-request', 'The parameter "query" is missing. Give a SPARQL query in it.');
  }
  const { rows, graph, page } = chooseFormats(request, format);
  const result = await site.pool.query({
    query: String(text),
    baseIRI: baseOf(site),
    defaultGraphs: graphs(parameters, 'default-graph-uri'),
    namedGraphs: graphs(parameters, 'named-graph-uri'),
    resultFormat: page ? 'json' : rows?.name,
    graphFormat: page ? 'turtle' : graph?.name,
    prefixes: site.dataset.publication?.prefixes ?? {},
  });
  // The engine has chosen among what the client takes.
  const body = result.body;
  const variant: Variant = page
    ? html((language) => rowsPage(site, String(text), result, language))
    : { mediaType: result.mediaType, body: () => body };
  return { kind: 'single', headers: { Vary: 'Accept' }, variant };
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

function graphs(parameters: Parameters, name: string): string[] | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  const iris = Array.isArray(value) ? value.map(String) : [String(value)];
  const wrong = iris.find((iri) => !/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(iri));
  if (wrong !== undefined)
    throw new Problem(
      400,
      'bad-request',
      `The parameter "${name}" has "${wrong}", which is no absolute IRI. Give the IRI of a graph.`,
    );
  return iris;
}
