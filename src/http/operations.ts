import type { RequestHandler } from 'express';
import { createLog, type Log, type LogLevel, type ServerLog } from './log.ts';
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

/** What has become of changed files. */
export interface Renewed {
  /**
   * `waiting`: files are watched, and none has changed yet; `running`: what they say is being made; `done`: it is what is
   * served, or the very same as before; `failed`: it cannot be published, and what was served before stays.
   */
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Since when, in ISO 8601. */
  readonly at: string;
  /** What to mend. It names files as seen from the folder of the publication. */
  readonly report?: readonly string[];
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
  /** What has become of changed files; undefined as long as nobody looks for changes. */
  readonly renewed?: () => Renewed | undefined;
}

/** Sets up log and metrics for one server. Takes where its numbers come from and how it is doing. */
export function createOperations(
  options: OperationsOptions,
  sources: MetricSources & Pick<Operations, 'stopping' | 'renewed'>,
): Operations & { readonly log: ServerLog } {
  const log = createLog(options.logLevel);
  return {
    options,
    log,
    limit: limitRate(options.rateLimit, log),
    metrics: createMetrics(sources),
    addresses: options.logAddresses,
    stopping: sources.stopping,
    ...(sources.renewed ? { renewed: sources.renewed } : {}),
  };
}
