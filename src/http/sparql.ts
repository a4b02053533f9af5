import type { Request } from 'express';
import { QueryFault, type QueryRequest, type QueryResult, resultFormats } from '../engine/engine.ts';
import { hasForm, isVolatile, namesGraphs, type QueryForm, readForm } from '../engine/query-form.ts';
import type { QueryChoice, ServiceAnswer } from '../engine/sparql-service.ts';
import { queryPage } from '../html/query-pages.tsx';
import type { Language } from '../html/texts.ts';
import { baseOf } from '../html/view.ts';
import { describeService, servicePrefixes } from '../publish/service-description.ts';
import { findFormat, formats } from '../rdf/formats.ts';
import { type Answer, type Caching, html, type Variant } from './answer.ts';
import { chooseOffer, notAcceptable } from './negotiate.ts';
import { note, noteQuery, observeQuery } from './observe.ts';
import { type Parameters, queryPart, readParameters, readText, single } from './parameters.ts';
import { Problem } from './problem.ts';
import { rdfVariants } from './rdf-variants.ts';
import { limitsOf, type Route, type Site } from './site.ts';

const queryType = 'application/sparql-query';
const formType = 'application/x-www-form-urlencoded';
const contentTypes = `${queryType}, ${formType}`;

/** The SPARQL endpoint (SPARQL 1.1 Protocol, section 2.1), read-only; besides GET and POST the safe QUERY (RFC 10008). */
export const sparqlRoute: Route = {
  path: '/sparql',
  limited: true,
  // All but pages and the service description.
  early: ({ method, url, headers }) =>
    !headers.accept?.includes('html') && (method === 'POST' || method === 'QUERY' || /[?&]query=[^&]/.test(url)),
  get: (site, request) => answer(site, request, readParameters(queryPart(request))),
  post: async (site, request) => answer(site, request, await contentParameters(site, request)),
  query: async (site, request) => answer(site, request, await contentParameters(site, request)),
  accepts: { 'Accept-Post': contentTypes, 'Accept-Query': contentTypes },
  problemPage: faultPage,
};

/**
 * The parameters of a query that is sent as content (SPARQL 1.1 Protocol, sections 2.1.2 and 2.1.3): those of the
 * address and those of the form count alike, so that none is passed over.
 */
async function contentParameters(site: Site, request: Request): Promise<Parameters> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/sparql-update') throw readOnly();
  if (type === undefined && request.method === 'QUERY')
    throw new Problem(400, 'bad-request', `The header Content-Type is missing. Send the query as ${contentTypes}.`);
  if (type !== queryType && type !== formType)
    throw new Problem(
      415,
      'unsupported-media-type',
      `Send the query as ${queryType}, or as a form (${formType}) with the field "query".`,
      { headers: { Accept: contentTypes, ...sparqlRoute.accepts } },
    );
  const text = await readText(request, limitsOf(site).contentBytes);
  if (type === formType) return readParameters(queryPart(request), text);
  const parameters = new Map(readParameters(queryPart(request)));
  return parameters.set('query', [...(parameters.get('query') ?? []), text]);
}

const readOnly = (): Problem =>
  new Problem(
    400,
    'query-update',
    'This endpoint is read-only: it takes "query", not "update". The graph is changed by editing its files.',
  );

/** What a request asks of the endpoint. */
interface Asked {
  readonly request: Request;
  readonly query: string;
  readonly defaultGraphs: readonly string[] | undefined;
  readonly namedGraphs: readonly string[] | undefined;
  /** The name of a format, for those who click a link. */
  readonly format: string | undefined;
  /** The version of the dataset that is to answer. */
  readonly version: string | undefined;
}

// Nothing is run here: who has the answer already, or takes none of the formats, costs no engine.
function answer(site: Site, request: Request, parameters: Parameters): Answer {
  if (parameters.has('update')) throw readOnly();
  const query = single(parameters, 'query');
  if (!query) return answerWithoutQuery(site, request, parameters);
  noteQuery(request, query);
  // First of all: it keeps texts that are too long from whatever else reads them.
  const form = readForm(query);
  note(request, { form });
  const asked: Asked = {
    request,
    query,
    defaultGraphs: graphs(parameters, 'default-graph-uri'),
    namedGraphs: graphs(parameters, 'named-graph-uri'),
    format: single(parameters, 'format')?.toLowerCase() || undefined,
    version: single(parameters, 'version') || undefined,
  };
  // Asked again, a volatile query would answer something else; and so may any query of data that others change.
  const caching: Caching =
    site.pool.live || isVolatile(query) || leadsOut(site, asked) ? 'never' : asked.version ? 'permanent' : 'checked';
  const variants = variantsOf(site, asked, form, caching);
  const common = {
    key: JSON.stringify(['sparql', query, asked.defaultGraphs, asked.namedGraphs]),
    caching,
    ...(asked.version === undefined ? {} : { version: asked.version }),
    headers:
      caching === 'never' ? {} : linkTo(permalink(site, asked, asked.version ?? site.dataset.version), 'cite-as'),
  };
  return asked.format === undefined
    ? { kind: 'variants', variants, ...common }
    : { kind: 'single', variant: chooseByName(asked.format, variants), ...common };
}

/**
 * What the endpoint says of itself: its description (SPARQL 1.1 Service Description, section 2), and for browsers the
 * page to write a query on. Who asks for results, or names graphs, has forgotten the query.
 */
function answerWithoutQuery(site: Site, request: Request, parameters: Parameters): Answer {
  const { federates } = site.pool;
  const prefixes = { ...site.dataset.publication?.prefixes, ...servicePrefixes };
  const describe = () => describeService(site.index, site.publicUrl, { federation: federates });
  const page = html((language) => queryPage(site, language, limitsOf(site)));
  const variants = [...rdfVariants(describe, prefixes), page];
  const format = single(parameters, 'format')?.toLowerCase();
  const named = format === 'html' ? page.mediaType : format && findFormat(format)?.mediaType;
  const chosen = format ? variants.find(({ mediaType }) => mediaType === named) : chooseOffer(request, variants);
  const forgotten = ['query', 'default-graph-uri', 'named-graph-uri'].some((name) => parameters.has(name));
  if (!['GET', 'HEAD'].includes(request.method) || !chosen || (forgotten && chosen !== page))
    throw new Problem(400, 'bad-request', 'The parameter "query" is missing. Give a SPARQL query in it.');
  const common = { key: `service description ${federates}`, headers: { ...sparqlRoute.accepts } };
  return format ? { kind: 'single', variant: chosen, ...common } : { kind: 'variants', variants, ...common };
}

/** The page to write a query on, with what is wrong with the one that was sent. */
function faultPage(site: Site, request: Request, problem: Problem, language: Language): string | undefined {
  // Pages show names of things, which may be still to be read.
  if (!site.loading.done()) return undefined;
  const parameters = new URLSearchParams(queryPart(request));
  const [query, version] = ['query', 'version'].map((name) => parameters.get(name) || undefined);
  // What is wrongly encoded was never a query.
  if (!query || query.includes('\uFFFD')) return undefined;
  const { status, name, message, links, extra } = problem;
  const shown = { status, name, message, links, extra };
  return queryPage(site, language, { ...limitsOf(site), query, version, problem: shown });
}

/** Bytes of an answer that is shown on a page. While a page is made, nobody else is answered: some megabytes take seconds. */
const pageLimit = 2 ** 20;

/** The ways to write the answer: rows or yes and no in some formats, graphs in others, both as a page. */
function variantsOf(site: Site, asked: Asked, form: QueryForm, caching: Caching): Variant[] {
  const rows: Variant[] = resultFormats.map(({ name, mediaType, aliases }) => ({
    mediaType,
    aliases,
    body: async (_language, signal) => (await run(site, asked, { resultFormat: name }, signal)).body,
    ...streamed(site, asked, { resultFormat: name }),
  }));
  const graphs: Variant[] = formats.map(({ name, mediaType, aliases }) => ({
    mediaType,
    aliases,
    body: async (_language, signal) => (await run(site, asked, { graphFormat: name }, signal)).body,
    ...streamed(site, asked, { graphFormat: name }),
  }));
  // Of a text that is no query, whoever asks is told what is wrong with it.
  const offered = !hasForm(asked.query) ? [...rows, ...graphs] : ['select', 'ask'].includes(form) ? rows : graphs;
  const page = html(async (language, signal) => {
    const formats = { resultFormat: 'json', graphFormat: 'turtle', resultLimit: pageLimit } as const;
    const result = await run(site, asked, formats, signal);
    const { query, version } = asked;
    return queryPage(site, language, { ...limitsOf(site), query, version, result });
  });
  // A page holds more than the answer, and that changes with the dataset.
  return [...offered, { ...page, caching: caching === 'permanent' ? 'checked' : caching }];
}

type AskedFormat = Partial<Pick<QueryRequest, 'resultFormat' | 'graphFormat' | 'resultLimit'>>;

/** Has the query answered, in the given formats. Throws a `QueryFault`, or a `Problem` for what there is not. */
const run = (site: Site, asked: Asked, format: AskedFormat, signal: AbortSignal): Promise<QueryResult> =>
  ask(site, asked, format, signal, (request, choice) => site.pool.query(request, choice));

/** How the answer comes piece by piece, where the engine gives it so. */
function streamed(site: Site, asked: Asked, format: AskedFormat): Pick<Variant, 'stream'> {
  const { pool } = site;
  const { stream } = pool;
  if (!stream) return {};
  return {
    stream: async (signal) => (await ask(site, asked, format, signal, stream.bind(pool))).body,
  };
}

async function ask<T>(
  site: Site,
  asked: Asked,
  format: AskedFormat,
  signal: AbortSignal,
  answer: (request: QueryRequest, choice: QueryChoice) => Promise<T & Omit<ServiceAnswer, 'body'>>,
): Promise<T> {
  const { query, defaultGraphs, namedGraphs, version } = asked;
  // The protocol leaves open what a graph is that the service does not have (section 2.1.4). An empty graph in its place
  // would give a wrong answer to every slip of the pen.
  const unknown = site.pool.federates || isEarlier(site, asked) ? undefined : await findUnknown(site, asked);
  if (unknown !== undefined)
    throw new Problem(
      400,
      'unknown-graph',
      `There is no graph <${unknown}> here. SELECT DISTINCT ?graph WHERE { GRAPH ?graph { } } lists those there are.`,
    );
  const request: QueryRequest = {
    query,
    baseIRI: baseOf(site),
    defaultGraphs,
    namedGraphs,
    resultFormat: undefined,
    graphFormat: undefined,
    ...format,
    prefixes: site.dataset.publication?.prefixes ?? {},
  };
  try {
    return await observeQuery(site.operations?.metrics, asked.request, () => answer(request, { version, signal }));
  } catch (error) {
    throw error instanceof QueryFault && error.kind === 'gone' ? gone(site, asked) : error;
  }
}

async function findUnknown(site: Site, asked: Asked): Promise<string | undefined> {
  for (const iri of strangers(site, asked)) if (!(await site.pool.hasGraph(iri))) return iri;
  return undefined;
}

/** The graphs given by parameters that are none of ours. */
const strangers = (site: Site, { defaultGraphs = [], namedGraphs = [] }: Asked): string[] =>
  [...defaultGraphs, ...namedGraphs].filter((iri) => !hasGraph(site, iri));

/** Whether another version than the current one is to answer: of that, we know neither graphs nor anything else. */
const isEarlier = ({ dataset }: Site, { version }: Asked): boolean =>
  version !== undefined && version !== dataset.version;

const hasGraph = ({ dataset }: Site, iri: string): boolean => Object.hasOwn(dataset.graphs, iri);

/** Whether the answer needs a graph from elsewhere, of which we know no version. */
const leadsOut = (site: Site, asked: Asked): boolean =>
  site.pool.federates &&
  !isEarlier(site, asked) &&
  (strangers(site, asked).length > 0 || namesGraphs(asked.query, baseOf(site)).some((iri) => !hasGraph(site, iri)));

/** The variant that the parameter "format" names. */
function chooseByName(name: string, variants: readonly Variant[]): Variant {
  const mediaTypes = [
    ...resultFormats.filter((each) => [each.name, each.mediaType].includes(name as never)),
    findFormat(name),
    name === 'html' ? { mediaType: 'text/html' } : { mediaType: name },
  ].flatMap((found) => (found ? [found.mediaType] : []));
  const chosen = variants.find(({ mediaType }) => mediaTypes.includes(mediaType));
  if (chosen) return chosen;
  const all = [...resultFormats, ...formats];
  if (all.some(({ mediaType }) => mediaTypes.includes(mediaType)))
    throw notAcceptable(`This query is not answered in "${name}".`, variants);
  throw new Problem(
    400,
    'bad-request',
    `There is no format "${name}". There are ${all.map((each) => each.name).join(', ')} and html.`,
  );
}

function graphs(parameters: Parameters, name: string): readonly string[] | undefined {
  const iris = parameters.get(name);
  const wrong = iris?.find((iri) => !/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(iri));
  if (wrong !== undefined)
    throw new Problem(
      400,
      'bad-request',
      `The parameter "${name}" has "${wrong}", which is no absolute IRI. Give the IRI of a graph.`,
    );
  // In whatever order they come, they make the same dataset.
  return iris && [...new Set(iris)].sort();
}

/** The address at which a version of the dataset will give this answer, for as long as it is kept. */
function permalink(
  site: Site,
  { query, defaultGraphs = [], namedGraphs = [], format }: Asked,
  version: string,
): string {
  const parameters = new URLSearchParams({ query });
  for (const iri of defaultGraphs) parameters.append('default-graph-uri', iri);
  for (const iri of namedGraphs) parameters.append('named-graph-uri', iri);
  if (format !== undefined) parameters.set('format', format);
  parameters.set('version', version);
  return `${site.publicUrl}/sparql?${parameters}`;
}

/**
 * Characters that an address in a header may have. Proxies take all headers of an answer into a buffer of 4 KiB (nginx
 * as it comes), and give their own error for more.
 */
const longestLink = 2000;

const linkTo = (address: string, relation: string): { Link?: string } =>
  address.length > longestLink ? {} : { Link: `<${address}>; rel="${relation}"` };

function gone(site: Site, asked: Asked): Problem {
  const current = permalink(site, asked, site.dataset.version);
  return new Problem(
    410,
    'version-gone',
    `Version ${asked.version} of the dataset is not kept here. The current version is ${site.dataset.version}; the same query asked of it is ${current}`,
    { headers: linkTo(current, 'latest-version'), extra: { currentVersion: site.dataset.version, current } },
  );
}
