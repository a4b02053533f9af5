import { engineBytes } from '../dataset/build.ts';
import type { Prepared } from '../dataset/prepared.ts';
import { type DatasetSource, QueryService } from '../engine/query-service.ts';
import { federationBeside, readFederation, userAgent } from './federation.ts';
import type { Opened } from './open.ts';
import type { ServeOptions } from './serve-options.ts';

/** Bytes. */
const mebibyte = 2 ** 20;

/** Starts what answers queries; resolves when it can. */
export async function startQueries(options: ServeOptions, { prepared, openVersion }: Opened): Promise<QueryService> {
  const { federation = federationBeside(options.publication), timeout } = options;
  return QueryService.start({
    engine: options.engine,
    workers: options.workers,
    timeLimit: timeout,
    queueLimit: options.queue,
    memoryLimit: options.memory * mebibyte,
    resultLimit: options.resultSize * mebibyte,
    version: prepared.version,
    ...sourceOf(prepared),
    hasGraph: (iri) => iri in prepared.graphs,
    openVersion: async (version) => {
      const found = await openVersion(version);
      return found && sourceOf(found);
    },
    federation:
      federation === false
        ? undefined
        : await readFederation(federation, options.federation !== undefined, { timeLimit: 0.8 * timeout, userAgent }),
  });
}

const sourceOf = ({ image, canonical, publication, graphs }: Prepared): DatasetSource => ({
  image,
  statements: Object.values(graphs).reduce((sum, each) => sum + each, 0),
  nquads: async () => engineBytes(await canonical(), publication),
});
