// Oxigraph behind HTTP: the SPARQL 1.1 Protocol at /query and /update, the Graph Store HTTP Protocol at /store. One
// request after the other, so that readers see the state before a write or after it.
//
// Environment: UNION=true makes the default graph of queries the union of the named graphs; AUTHORIZATION is what
// requests must have in that header. The port is chosen by the system and told on stdout.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import Negotiator from 'negotiator';
import oxigraph from 'oxigraph';

const union = process.env['UNION'] === 'true';
const authorization = process.env['AUTHORIZATION'];
const store = new oxigraph.Store();

const rowFormats = [
  'application/sparql-results+json',
  'application/sparql-results+xml',
  'text/csv',
  'text/tab-separated-values',
];
const graphFormats = ['text/turtle', 'application/n-triples', 'application/rdf+xml', 'application/ld+json'];

class Fault extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function read(request) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const body = await buffer(request);
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded')
    for (const [name, value] of new URLSearchParams(body.toString())) searchParams.append(name, value);
  return { method: request.method, pathname, parameters: searchParams, type, body: body.toString(), request };
}

const routes = {
  '/query': ({ type, body, parameters, request }) => {
    const query = type === 'application/sparql-query' ? body : parameters.get('query');
    if (query === null) throw new Fault(400, 'There is no query.');
    const bare = query.replace(/<[^>]*>|"[^"]*"|#.*$/gm, ' ');
    const rows = /\b(SELECT|ASK)\b/i.test(bare);
    const mediaType = choose(request, rows ? rowFormats : graphFormats);
    const nodes = (name) => parameters.getAll(name).map((iri) => oxigraph.namedNode(iri));
    const [defaults, named] = [nodes('default-graph-uri'), nodes('named-graph-uri')];
    const answer = store.query(query, {
      results_format: mediaType,
      ...(defaults.length || named.length
        ? { default_graph: defaults, named_graphs: named }
        : // With this, it would pass over FROM.
          { use_default_graph_as_union: union && !/\bFROM\b/i.test(bare) }),
    });
    return { status: 200, mediaType, body: answer };
  },
  '/update': ({ method, type, body, parameters }) => {
    if (method !== 'POST') throw new Fault(405, 'Updates come by POST.');
    const update = type === 'application/sparql-update' ? body : parameters.get('update');
    if (update === null) throw new Fault(400, 'There is no update.');
    store.update(update);
    return { status: 204 };
  },
  '/store': ({ method, type, body, parameters, request }) => {
    const iri = parameters.get('graph');
    if (iri === null && !parameters.has('default')) throw new Fault(400, 'Say ?graph= or ?default.');
    const graph = iri === null ? oxigraph.defaultGraph() : oxigraph.namedNode(iri);
    const there = iri === null || store.match(null, null, null, graph).length > 0;
    switch (method) {
      case 'GET':
      case 'HEAD': {
        if (!there) throw new Fault(404, 'There is no such graph.');
        const mediaType = choose(request, graphFormats);
        return { status: 200, mediaType, body: store.dump({ format: mediaType, from_graph_name: graph }) };
      }
      case 'PUT':
      case 'POST': {
        // Read first: nothing is taken away for what cannot be read.
        const quads = oxigraph.parse(body, { format: type, to_graph_name: graph });
        if (method === 'PUT') clear(iri);
        for (const quad of quads) store.add(quad);
        return { status: there ? 204 : 201 };
      }
      case 'DELETE':
        if (!there) throw new Fault(404, 'There is no such graph.');
        clear(iri);
        return { status: 204 };
      default:
        throw new Fault(405, 'A graph store takes GET, HEAD, PUT, POST and DELETE.');
    }
  },
};

const clear = (iri) => store.update(iri === null ? 'CLEAR DEFAULT' : `DROP SILENT GRAPH <${iri}>`);

function choose(request, offered) {
  const chosen = new Negotiator(request).mediaType(offered);
  if (chosen === undefined) throw new Fault(406, `There is ${offered.join(', ')}.`);
  return chosen;
}

const server = createServer(async (request, response) => {
  try {
    const asked = await read(request);
    if (authorization !== undefined && request.headers.authorization !== authorization)
      throw new Fault(401, 'Say who you are.');
    const route = routes[asked.pathname];
    if (!route) throw new Fault(404, 'There is nothing here.');
    const { status, mediaType, body } = route(asked);
    response.writeHead(status, mediaType ? { 'content-type': `${mediaType}; charset=utf-8`, vary: 'Accept' } : {});
    response.end(request.method === 'HEAD' ? undefined : body);
  } catch (error) {
    // Oxigraph throws errors for requests that it does not understand; nothing else goes wrong here.
    response.writeHead(error.status ?? 400, { 'content-type': 'text/plain; charset=utf-8' }).end(error.message);
  }
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
