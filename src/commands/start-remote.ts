import { RemoteService, type RemoteServiceOptions } from '../engine/remote/remote-service.ts';
import { CallFault } from '../load/files.ts';
import type { EngineOptions } from './options.ts';
import { say } from './progress.ts';
import { credentialsOf, openWays } from './remote-options.ts';

/** Bytes. */
const mebibyte = 2 ** 20;

/** Whether the engine is a server elsewhere. */
export const isRemote = ({ engine }: Pick<EngineOptions, 'engine'>): boolean => /^https?:/i.test(engine);

/** Looks at the server elsewhere that is to answer queries. Throws {@link CallFault} where it cannot. */
export async function startRemote(
  options: EngineOptions,
  dataset: Pick<RemoteServiceOptions, 'version' | 'hasGraph' | 'federation'>,
): Promise<RemoteService> {
  const { engine, engineConnections, engineTime, timeout, queue, resultSize } = options;
  const credentials = credentialsOf(options);
  for (const remark of openWays(credentials, [engine])) say(remark);
  return RemoteService.start({
    endpoint: engine,
    credentials,
    connections: engineConnections,
    timeParameter: engineTime,
    timeLimit: timeout,
    queueLimit: queue,
    resultLimit: resultSize * mebibyte,
    ...dataset,
  });
}
