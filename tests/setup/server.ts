import { type Running, startServer } from '../../src/commands/serve.ts';
import type { ServeOptions } from '../../src/commands/serve-options.ts';
import { defaultOperations } from '../../src/http/operations.ts';

/** The description of the graph that comes with the project. */
export const ownPublication = new URL('../../data/dataset.json', import.meta.url).pathname;

/** What `serve` has when nothing is said; prepared datasets stay within the project, and tests ask fast and in silence. */
export const defaults: ServeOptions = {
  publication: ownPublication,
  data: [],
  graph: [],
  plain: false,
  sameAs: false,
  engine: 'oxigraph',
  workers: 2,
  timeout: 10,
  queue: 100,
  memory: 512,
  resultSize: 64,
  engineConnections: 8,
  image: true,
  cache: 64,
  pages: 'auto',
  store: new URL('../../.cache/tests', import.meta.url).pathname,
  keep: 5,
  allowInvalid: false,
  maxTriples: 9_000_000,
  port: 0,
  host: '127.0.0.1',
  ...defaultOperations,
  logLevel: 'silent',
  rateLimit: 0,
};

/** Starts a real server on a free port. */
export const serve = (options: Partial<ServeOptions> = {}): Promise<Running> =>
  startServer({ ...defaults, ...options });
