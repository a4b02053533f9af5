import type { RequestHandler } from 'express';
import { createLog, type Log, type LogLevel } from './log.ts';
import { createMetrics, type MetricSources, type Metrics } from './metrics.ts';
import { limitRate, type TrustProxy } from './rate-limit.ts';

/** How a server is watched, kept within bounds and stopped. */
export interface OperationsOptions {
  readonly logLevel: LogLevel;
  /** Whether the log has the addresses of clients: personal data. */
  readonly logAddresses: boolean;
  /** Whether `/metrics` is there. */
  readonly metrics: boolean;
  /** Requests to the SPARQL endpoint that one client may make in a minute; 0 sets no limit. */
  readonly rateLimit: number;
  readonly trustProxy: TrustProxy;
  /** Seconds from the word to stop until the server has stopped. */
  readonly stopLimit: number;
}

/** What holds when nothing is said. */
export const defaultOperations: OperationsOptions = {
  logLevel: 'info',
  logAddresses: false,
  metrics: true,
  rateLimit: 600,
  trustProxy: 0,
  stopLimit: 10,
};

/**
 * What a server tells of itself and keeps of its clients, also when another dataset takes the place of the one that is
 * served. Nothing in it is shared with another server.
 */
export interface Operations {
  readonly options: OperationsOptions;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly addresses: boolean;
  /** Refuses clients that ask too often; undefined where there is no limit. */
  readonly limit: RequestHandler | undefined;
  /** Whether the server has been told to stop. */
  readonly stopping: () => boolean;
}

/** Sets up log and metrics for one server. Takes where its numbers come from and whether it is stopping. */
export function createOperations(
  options: OperationsOptions,
  sources: MetricSources & { readonly stopping: () => boolean },
): Operations {
  const log = createLog(options.logLevel);
  return {
    options,
    log,
    limit: limitRate(options.rateLimit, log),
    metrics: createMetrics(sources),
    addresses: options.logAddresses,
    stopping: sources.stopping,
  };
}
