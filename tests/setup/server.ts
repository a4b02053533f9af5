import type { DataOptions, EngineOptions } from '../../src/commands/options.ts';
import { type Running, startServer } from '../../src/commands/serve.ts';

/** The description of the graph that comes with the project. */
export const ownPublication = new URL('../../data/dataset.json', import.meta.url).pathname;

/** What `serve` has when nothing is said. */
export const defaults: DataOptions & EngineOptions = {
  publication: ownPublication,
  data: [],
  graph: [],
  plain: false,
  sameAs: false,
  engine: 'oxigraph',
  workers: 2,
  timeout: 10,
};

/** Starts a real server on a free port. */
export const serve = (options: Partial<DataOptions & EngineOptions> = {}): Promise<Running> =>
  startServer({ ...defaults, port: 0, host: '127.0.0.1', allowInvalid: false, ...options });
