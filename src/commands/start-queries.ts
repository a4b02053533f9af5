import { engineBytes } from '../dataset/build.ts';
import type { Prepared } from '../dataset/prepared.ts';
import { type DatasetSource, QueryService } from '../engine/query-service.ts';
import { compareWithRemote, type Remarks } from '../engine/remote/compare.ts';
import { markerBeside } from '../engine/remote/push-marker.ts';
import type { SparqlService } from '../engine/sparql-service.ts';
import { federationBeside, readFederation, userAgent } from './federation.ts';
import type { Opened } from './open.ts';
import { requireLocal } from './options.ts';
import type { ServeOptions } from './serve-options.ts';
import { isRemote, startRemote } from './start-remote.ts';

/** Bytes. */
const mebibyte = 2 ** 20;

/**
 * Starts what answers queries, workers here or a server elsewhere; resolves when it can. What is to be known of a server
 * elsewhere is told.
 */
export async function startQueries(
  options: ServeOptions,
  { prepared, openVersion }: Opened,
  tell: (remarks: Remarks) => void,
): Promise<SparqlService> {
  const { federation: file = federationBeside(options.publication), timeout } = options;
  const federation =
    file === false
      ? undefined
      : await readFederation(file, options.federation !== undefined, { timeLimit: 0.8 * timeout, userAgent });
  const { version, graphs, publication } = prepared;
  const hasGraph = (iri: string): boolean => Object.hasOwn(graphs, iri);
  if (isRemote(options)) {
    const service = await startRemote(options, { version, hasGraph, federation });
    const named = new Map(Object.entries(graphs).filter(([name]) => name !== ''));
    try {
      const pushed = publication && { version, marker: markerBeside(publication) };
      tell(await compareWithRemote(service, { graphs: named, merged: publication !== undefined, pushed }));
      return service;
    } catch (error) {
      await service.close();
      throw error;
    }
  }
  return QueryService.start({
    engine: requireLocal(options.engine),
    workers: options.workers,
    timeLimit: timeout,
    queueLimit: options.queue,
    memoryLimit: options.memory * mebibyte,
    resultLimit: options.resultSize * mebibyte,
    version,
    ...sourceOf(prepared),
    hasGraph,
    openVersion: async (version) => {
      const found = await openVersion(version);
      return found && sourceOf(found);
    },
    federation,
  });
}

const sourceOf = ({ image, canonical, publication, graphs }: Prepared): DatasetSource => ({
  image,
  statements: Object.values(graphs).reduce((sum, each) => sum + each, 0),
  nquads: async () => engineBytes(await canonical(), publication),
});
