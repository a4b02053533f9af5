import type { Request } from 'express';
import type { QueryRequest } from '../engine/engine.ts';
import { graphPage, graphsPage } from '../html/graphs-page.tsx';
import { baseOf } from '../html/view.ts';
import {
  graphPath,
  graphStorePath,
  graphsPagePath,
  listGraphs,
  pageOfGraphs,
  titleOfGraph,
} from '../publish/graph-statistics.ts';
import { describeGraphs, servicePrefixes } from '../publish/service-description.ts';
import { type FormatName, findFormat, formats } from '../rdf/formats.ts';
import { type Answer, type Caching, html, json, type Variant } from './answer.ts';
import { queryPart, readParameters, readWhole, single } from './parameters.ts';
import { Problem } from './problem.ts';
import { rdfVariants } from './rdf-variants.ts';
import type { Site } from './site.ts';

/**
 * The read side of the SPARQL 1.1 Graph Store HTTP Protocol.
 *
 * - `/graphs?graph=<iri>` and `/graphs?default` are a graph identified indirectly (section 4.2).
 * - `/graphs/<path>` is the graph of which the IRI is that path after the permanent base (section 4.1). The IRI itself
 *   cannot be the address: most graphs are named after the passage, scheme or registry that they come from, and what is
 *   no document is answered with 303 to a description of it, which holds what the graph states and more. The content of
 *   the graph is a document and has an address of its own, as section 5.2.1 wants. Only the name of a graph that the
 *   dataset says nothing else of leads here at once (see {@link isOnlyGraph}).
 * - `/graphs` is the list of graphs; of very many, `?page=` has those after the first.
 *
 * A graph is answered as triples, in formats with named graphs too, where they stand in the default graph: the answer
 * is the content of the graph, the same in each format, and whoever loads it chooses the graph that it goes to. Dumps
 * have all graphs with their names.
 */
export async function graphStore(site: Site, request: Request): Promise<Answer> {
  const { graph, isDefault, format, page } = readStoreParameters(request);
  if (graph !== undefined && isDefault)
    throw badRequest('The parameters "graph" and "default" exclude each other. Give one of them.');
  if (isDefault) return answerGraph(site, request, undefined, format);
  return graph === undefined ? listOfGraphs(site, format, page) : answerGraph(site, request, graph, format);
}

/** The graph of which the IRI is a path after the base, or this very address. */
export async function directGraph(site: Site, request: Request, path: string): Promise<Answer> {
  const { graph, isDefault, format } = readStoreParameters(request);
  if (graph !== undefined || isDefault)
    throw badRequest(
      `This address names a graph itself. Give "graph" and "default" to ${graphStorePath}, without a path after it.`,
    );
  const address = `${site.publicUrl}${graphStorePath}/${path}`;
  return answerGraph(site, request, site.index.isGraph(address) ? address : baseOf(site) + path, format);
}

/** Whether an IRI names a graph, and nothing else that the dataset speaks of. */
export const isOnlyGraph = ({ index }: Site, iri: string): boolean =>
  index.isGraph(iri) && index.types(iri).length === 0;

/** The address on this instance that serves a named graph. */
export const graphAddress = (site: Site, name: string): string => graphPath(baseOf(site), name);

async function answerGraph(
  site: Site,
  request: Request,
  name: string | undefined,
  format: string | undefined,
): Promise<Answer> {
  const known = name === undefined || site.index.isGraph(name);
  if (!known && !(await isLiveGraph(site, name)) && reading.includes(request.method))
    throw new Problem(404, 'not-found', `There is no graph <${name}>. The graphs are listed at ${graphStorePath}.`);
  const path = name === undefined ? `${graphStorePath}?default` : graphAddress(site, name);
  // The page comes last: without Accept the answer must be RDF (section 5).
  const page = known ? [html((language) => graphPage(site, name, path, language))] : [];
  const variants = [...graphVariants(site, name), ...page];
  return choose(variants, format, path, site.pool.live ? 'never' : 'checked');
}

/** Whether the engine has a graph that the dataset does not. */
const isLiveGraph = async ({ pool }: Site, name: string): Promise<boolean> => pool.live && pool.hasGraph(name);

function graphVariants(site: Site, name: string | undefined): Variant[] {
  const { index, pool, dataset } = site;
  if (pool.live) return formats.map((format) => fromEngine(site, name, format));
  if (name === undefined) return formats.map((format) => defaultGraphIn(site, format));
  if (!index.isWhole) return formats.map((format) => fromEngine(site, name, format));
  return rdfVariants(() => index.graph(name), dataset.publication?.prefixes ?? {});
}

/** A graph as the engine has it, passed on as it comes where the engine can do so. */
function fromEngine({ pool, dataset }: Site, name: string | undefined, format: (typeof formats)[number]): Variant {
  const pattern = name === undefined ? '?s ?p ?o' : `GRAPH <${name}> { ?s ?p ?o }`;
  const request: QueryRequest = {
    // By name, not by parameters: there are servers that pass over those. That it is an IRI has been looked at.
    query: `CONSTRUCT { ?s ?p ?o } WHERE { ${pattern} }`,
    resultFormat: undefined,
    graphFormat: format.name,
    prefixes: dataset.publication?.prefixes ?? {},
  };
  const { stream } = pool;
  return {
    mediaType: format.mediaType,
    aliases: format.aliases,
    body: async (_language, signal) => (await pool.query(request, { signal })).body,
    ...(stream ? { stream: async (signal) => (await stream.call(pool, request, { signal })).body } : {}),
  };
}

/** In which format a dump is, byte for byte, the default graph in another: what holds triples alone is the same in both. */
const dumpsOfTriples: Readonly<Record<string, FormatName>> = {
  turtle: 'turtle',
  trig: 'turtle',
  'n-triples': 'n-triples',
  'n-quads': 'n-triples',
  'rdf-xml': 'rdf-xml',
};

/** Bytes of a dump above which it is sent as it is read, and not kept. */
const largeDump = 16 * 2 ** 20;

// The default graph is the largest of all: read as it was written with the dumps, it holds up no other request.
function defaultGraphIn(site: Site, format: (typeof formats)[number]): Variant {
  const { mediaType, aliases, write } = format;
  const { index, dataset } = site;
  const dump = site.dumps.files.find(
    (each) =>
      each.part === '' &&
      each.format === dumpsOfTriples[format.name] &&
      each.coding === undefined &&
      each.statements === undefined,
  );
  const other = index.isWhole
    ? { mediaType, aliases, body: () => write(index.defaultGraph, dataset.publication?.prefixes ?? {}) }
    : fromEngine(site, undefined, format);
  if (!dump) return other;
  if (dump.bytes > largeDump)
    return {
      ...other,
      caching: 'never',
      // Once the answer has begun, nothing else can be sent in its place.
      stream: async (signal) => {
        if (await site.hasDump(dump.file)) return site.streamDump(dump.file);
        if (other.stream) return other.stream(signal);
        const body = await other.body('en', signal);
        return typeof body === 'string' ? Buffer.from(body) : body;
      },
    };
  return {
    ...other,
    body: (language, signal) => site.readDump(dump.file).catch(() => other.body(language, signal)),
  };
}

// Others make, change or remove a graph: they are refused as such, with 405, whether the graph is there or not.
const reading = ['GET', 'HEAD', 'OPTIONS'];

function listOfGraphs(site: Site, format: string | undefined, number: number): Answer {
  const graphs = listGraphs(site.index);
  const page = pageOfGraphs(graphs, number);
  if (!page) throw new Problem(404, 'not-found', `The list has no page ${number}. It begins at ${graphStorePath}.`);
  const prefixes = { ...site.dataset.publication?.prefixes, ...servicePrefixes };
  const variants = [
    html((language) => graphsPage(site, graphs.defaultTriples, page, language)),
    json(() => ({
      version: site.dataset.version,
      default: { url: `${site.publicUrl}${graphStorePath}?default`, triples: graphs.defaultTriples },
      ...(number < page.pages ? { next: `${site.publicUrl}${graphsPagePath(number + 1)}&format=json` } : {}),
      graphs: page.named.map(({ name, triples }) => ({
        graph: name,
        url: site.publicUrl + graphAddress(site, name),
        triples,
        title: Object.fromEntries(
          titleOfGraph(site.index, name).map(({ language, value }) => [language || 'und', value]),
        ),
      })),
    })),
    ...rdfVariants(() => describeGraphs(site.index, site.publicUrl, page), prefixes),
  ];
  return choose(variants, format, graphsPagePath(number));
}

/** The variant with the name or media type of a format; without one, all to choose from. */
function choose(
  variants: readonly Variant[],
  format: string | undefined,
  key: string,
  caching: Caching = 'checked',
): Answer {
  if (format === undefined) return { kind: 'variants', variants, key, caching };
  const wanted = otherNames[format.toLowerCase()] ?? format.toLowerCase();
  const mediaType = findFormat(wanted)?.mediaType;
  const variant =
    variants.find((each) => each.mediaType === wanted) ?? variants.find((each) => each.mediaType === mediaType);
  if (variant) return { kind: 'single', variant, key, caching };
  throw badRequest(
    `There is no format "${format}". There are ${[...formats.map(({ name }) => name), 'html'].join(', ')}.`,
  );
}

const otherNames: Readonly<Record<string, string>> = { html: 'text/html', json: 'application/json' };

const badRequest = (detail: string): Problem => new Problem(400, 'bad-request', detail);

interface StoreParameters {
  readonly graph: string | undefined;
  readonly isDefault: boolean;
  readonly format: string | undefined;
  /** Of the list of graphs. */
  readonly page: number;
}

/** The parameters of the protocol, each at most once. */
function readStoreParameters(request: Request): StoreParameters {
  // Section 4.2 wants values percent-decoded and nothing more: a plus sign, which an IRI may hold, stays a plus sign.
  const parameters = readParameters(queryPart(request).replaceAll('+', '%2B'));
  const graph = single(parameters, 'graph');
  if (graph !== undefined && !/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`\p{Cc}]*$/iu.test(graph))
    throw badRequest(`The parameter "graph" has "${graph}", which is no absolute IRI. Give the IRI of a graph.`);
  const byDefault = single(parameters, 'default');
  if (byDefault) throw badRequest(`The parameter "default" has the value "${byDefault}". Give it without a value.`);
  const page = readWhole(parameters, 'page', 1);
  return { graph, isDefault: byDefault !== undefined, format: single(parameters, 'format') || undefined, page };
}
