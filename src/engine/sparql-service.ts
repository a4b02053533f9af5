import type { QueryRequest, QueryResult } from './engine.ts';

/** How one query is answered. */
export interface QueryChoice {
  /** The version of the dataset to answer from, if not the current one. */
  readonly version?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer, and who gave it. */
export interface ServiceAnswer extends QueryResult {
  readonly engine: string;
}

/** An answer that need not be there as a whole. What is small is, so that nothing of it can fail any more. */
export interface StreamedAnswer extends Omit<ServiceAnswer, 'body'> {
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What answers queries at the moment. */
export interface ServiceState {
  /** Queries that can be answered at a time, at most. */
  readonly workers: number;
  /** Those that can be now. */
  readonly ready: number;
  readonly busy: number;
  readonly queued: number;
  /** Workers that were ended and replaced, since the start. */
  readonly restarts: number;
}

/** Answers the queries of a site: workers of this server, or a server elsewhere. */
export interface SparqlService {
  readonly engine: string;
  /** Whether queries may ask other servers. */
  readonly federates: boolean;
  /** Whether its data may change without us: then no answer may be kept, nor stand for a version of the dataset. */
  readonly live: boolean;
  readonly state: ServiceState;
  /** Answers a query, or throws a `QueryFault`: `gone` for a version that is not kept. */
  query(request: QueryRequest, choice?: QueryChoice): Promise<ServiceAnswer>;
  /** Like {@link query}, but begins with the answer before it has all of it, where the service can. */
  stream?(request: QueryRequest, choice?: QueryChoice): Promise<StreamedAnswer>;
  /** Whether there is a named graph. */
  hasGraph(iri: string): Promise<boolean>;
  /** Whether queries may ask that address. */
  mayAsk(address: string): Promise<boolean>;
  /** Why no query can be answered now; undefined when it can. */
  check(): Promise<string | undefined>;
  /** Refuses the queries that wait and those that still come, and resolves when those that run are answered. */
  drain(): Promise<void>;
  /** Ends whatever runs. */
  close(): Promise<void>;
}
