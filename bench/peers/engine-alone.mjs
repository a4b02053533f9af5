// The embedded engine alone: loads the same N-Quads, answers one query, says so and waits to be measured.
import { readFileSync } from 'node:fs';
import { loadOxigraph } from './load-oxigraph.mjs';

const [data, query] = process.argv.slice(2);
const store = loadOxigraph(data);
store.query(readFileSync(query, 'utf8'), { results_format: 'application/sparql-results+json' });
process.stdout.write('answered\n');
setInterval(() => undefined, 1000);
