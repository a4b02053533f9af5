// One thread of Express around the same engine: what one writes in an afternoon.
import express from 'express';
import { loadOxigraph } from './load-oxigraph.mjs';

const store = loadOxigraph(process.argv[2]);
const rows = ['application/sparql-results+json', 'application/sparql-results+xml', 'text/csv'];
const graphs = ['text/turtle', 'application/n-triples', 'application/rdf+xml'];
const asksGraph = /^\s*(?:(?:#.*|(?:BASE|PREFIX)\b.*)\s+)*(?:CONSTRUCT|DESCRIBE)\b/i;

const app = express();
app.disable('x-powered-by');
app.use(express.text({ type: 'application/sparql-query', limit: '1mb' }));
app.use(express.urlencoded({ extended: false, limit: '1mb' }));
app.use((_request, response, next) => {
  response.set('Access-Control-Allow-Origin', '*');
  next();
});

function answer(request, response, query) {
  if (typeof query !== 'string') return void response.status(400).send('Give a query.');
  const type = request.accepts(asksGraph.test(query) ? graphs : rows);
  if (!type) return void response.status(406).send('No such format.');
  try {
    response.type(type).send(store.query(query, { results_format: type }));
  } catch (error) {
    response.status(400).type('text/plain').send(error.message);
  }
}

app.get('/sparql', (request, response) => answer(request, response, request.query.query));
app.post('/sparql', (request, response) =>
  answer(
    request,
    response,
    request.is('application/sparql-query') ? request.body : (request.body?.query ?? request.query.query),
  ),
);
app.listen(Number(process.env.PORT), '127.0.0.1');
