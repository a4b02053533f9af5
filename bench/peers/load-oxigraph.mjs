// The engine loaded as it loads fastest: whole texts of about a megabyte, cut at line ends.
import { readFileSync } from 'node:fs';
import oxigraph from 'oxigraph';

const size = 1 << 20;

export function loadOxigraph(file) {
  const store = new oxigraph.Store();
  const bytes = readFileSync(file);
  for (let start = 0; start < bytes.length; ) {
    const lineEnd = start + size < bytes.length ? bytes.indexOf(10, start + size) : -1;
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    store.load(bytes.toString('utf8', start, end), {
      format: 'application/n-quads',
      lenient: true,
      no_transaction: true,
    });
    start = end;
  }
  return store;
}
