import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { QueryFault } from '../engine/engine.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** What becomes known of a request on its way, for its line in the log. Never the text of a query. */
export interface Facts {
  /** The first 16 hexadecimal digits of the SHA-256 of the query's text: the same query has the same one. */
  readonly query?: string;
  readonly form?: string;
  readonly engine?: string;
  readonly rows?: number;
  /** Milliseconds that the query waited for a worker. */
  readonly queued?: number;
  readonly cache?: 'hit' | 'miss';
  /** Why there is no answer: the name of a problem or of a fault of a query. */
  readonly outcome?: string;
  /** What was wrong with the database that is asked: for the operator alone. */
  readonly cause?: string;
}

const factsOf = new WeakMap<IncomingMessage, Facts & { readonly request: string }>();

/** Adds to what is known of a request. Does nothing for a request that is not observed. */
export function note(request: IncomingMessage, facts: Facts): void {
  const known = factsOf.get(request);
  if (known) factsOf.set(request, { ...known, ...facts });
}

/** The id of an observed request: in its log line, in the header `X-Request-Id` of its answer, in a 500's problem. */
export const requestId = (request: IncomingMessage): string | undefined => factsOf.get(request)?.request;

/** Notes which query a request brings, as a hash: texts of queries can say whom or what somebody looks for. */
export const noteQuery = (request: IncomingMessage, query: string): void => note(request, { query: hashOf(query) });

const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex').slice(0, 16);

/** What has been noted of the query that a request brings. */
export function notedQuery(request: IncomingMessage): Pick<Facts, 'query' | 'form'> {
  const { query, form } = factsOf.get(request) ?? {};
  return { ...(query === undefined ? {} : { query }), ...(form === undefined ? {} : { form }) };
}

/** What observes requests. */
export interface Observer {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Whether the log may have the addresses of clients. */
  readonly addresses: boolean;
}

/** Gives each request an id, and when it is over a line in the log and a place in the numbers. Comes first. */
export const observe =
  ({ log, metrics, addresses }: Observer): RequestHandler =>
  (request, response, next) => {
    const started = performance.now();
    const writtenBefore = request.socket.bytesWritten;
    const id = readId(request.headers) ?? randomUUID();
    factsOf.set(request, { request: id });
    response.set('X-Request-Id', id);
    // Comes once, after the last byte or when the client has gone.
    response.once('close', () => {
      const milliseconds = performance.now() - started;
      const route = routeOf(request);
      const method = methods.has(request.method) ? request.method : 'other';
      const { request: _, ...facts } = factsOf.get(request) ?? { request: id };
      metrics.countRequest({
        route,
        method,
        status: response.statusCode,
        seconds: milliseconds / 1000,
        cache: facts.cache,
      });
      log[quiet.has(route) ? 'debug' : 'info'](
        {
          request: id,
          ...(addresses ? { address: request.ip } : {}),
          method: request.method,
          path: request.path.slice(0, longestPath),
          route,
          status: response.statusCode,
          ...facts,
          outcome: outcomeOf(response, facts),
          bytes: request.socket.bytesWritten - writtenBefore,
          ms: Math.round(milliseconds * 10) / 10,
        },
        'request',
      );
    });
    next();
  };

/** Methods that have a label of their own in the metrics. */
const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'QUERY']);
/** Routes that machines ask every few seconds: their lines would hide the others. */
const quiet = new Set(['/healthz', '/readyz', '/metrics']);
/** Characters of a path that are logged. */
const longestPath = 512;

/** The pattern of the route that took the request. */
function routeOf(request: Request): string {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'none';
}

function outcomeOf(response: Response, { outcome }: Facts): string {
  if (!response.writableFinished) return 'aborted';
  if (outcome !== undefined) return outcome;
  if (response.statusCode === 304) return 'not-modified';
  if (response.statusCode < 400) return 'ok';
  return response.statusCode < 500 ? 'refused' : 'failed';
}

/**
 * The id that a proxy or client has given the request: `X-Request-Id`, else the trace of `traceparent` (W3C Trace
 * Context, section 3.2). Only if well-formed: what is not would reach logs and headers of ours.
 */
function readId({ 'x-request-id': id, traceparent }: IncomingHttpHeaders): string | undefined {
  if (typeof id === 'string' && /^[\w.-]{8,64}$/.test(id)) return id;
  const [, trace] =
    (typeof traceparent === 'string' && /^(?!ff)[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(traceparent)) ||
    [];
  return trace && !/^0+$/.test(trace) ? trace : undefined;
}

/** What an engine may say of its answer. */
interface Answered {
  readonly engine?: string | undefined;
  readonly rows?: number | undefined;
  readonly waited?: number | undefined;
}

/**
 * Has an engine answer a query, and notes how that went: in the log line of the request, and in the metrics if there are
 * any. The query's form has been noted before. Gives the engine's answer, or throws what it throws.
 */
export async function observeQuery<T extends Answered>(
  metrics: Metrics | undefined,
  request: IncomingMessage,
  ask: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const count = (outcome: string, engine = 'none'): void => {
    const form = factsOf.get(request)?.form ?? 'none';
    metrics?.countQuery({ form, outcome, engine, seconds: (performance.now() - started) / 1000 });
  };
  try {
    const answer = await ask();
    const { engine, rows, waited } = answer;
    note(request, {
      ...(engine === undefined ? {} : { engine }),
      ...(rows === undefined ? {} : { rows }),
      ...(waited === undefined ? {} : { queued: Math.round(waited * 10_000) / 10 }),
    });
    count('ok', engine);
    return answer;
  } catch (error) {
    const outcome = error instanceof QueryFault ? error.kind : 'error';
    note(request, { outcome });
    count(outcome);
    throw error;
  }
}
