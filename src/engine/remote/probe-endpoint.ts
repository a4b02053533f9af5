import { QueryFault } from '../engine.ts';
import type { Endpoint } from './endpoint.ts';
import { probeFormats, type RemoteFormats } from './probe.ts';
import { aheadSize } from './read-ahead.ts';
import { decode, readRows, typesOf } from './read-answer.ts';

/** The server elsewhere cannot be used. For the operator. */
export class UnusableService extends Error {}

/** Seconds that each question may take at least: the limit for queries can be short. */
const leastTime = 10;

/** Looks what an endpoint can write. Throws {@link UnusableService} where that is not enough. */
export async function probeEndpoint(endpoint: Endpoint, queryTime: number): Promise<RemoteFormats> {
  try {
    return await probe(endpoint, Math.max(queryTime, leastTime));
  } catch (error) {
    if (error instanceof UnusableService) throw error;
    const { message, cause } = error as Error;
    throw new UnusableService(`--engine: ${typeof cause === 'string' ? cause : message}`);
  }
}

async function probe(endpoint: Endpoint, timeLimit: number): Promise<RemoteFormats> {
  const { host } = endpoint;
  const asking = { request: {}, size: aheadSize, signal: undefined, timeLimit };
  // First of all, so that a server that does not answer is not asked eight times.
  const { body } = await endpoint.whole({ ...asking, query: 'ASK {}', accepted: typesOf('json') });
  // Not whether it is true: Virtuoso finds no solution where there is no pattern.
  if (readRows(body, host).boolean === undefined)
    throw new UnusableService(`--engine: ${host} answers an ASK with rows. Is this a SPARQL endpoint?`);
  const { missing, ...found } = await probeFormats(async (query, accepted) => {
    try {
      return decode((await endpoint.whole({ ...asking, query, accepted })).body);
    } catch (error) {
      if (endpoint.reachable && error instanceof QueryFault && !isClosedDoor(error)) return undefined;
      throw error;
    }
  });
  if (missing.length)
    throw new UnusableService(`--engine: ${host} does not answer ${missing.join(' and ')}, which is needed.`);
  return found;
}

const isClosedDoor = ({ kind, cause }: QueryFault): boolean =>
  kind === 'too-slow' || kind === 'overloaded' || /status 40[13]/.test(String(cause));
