import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Counts } from '../dataset/build.ts';

/** How the query workers are doing. */
export interface WorkersState {
  /** Workers that have the dataset. */
  readonly ready: number;
  /** Those among them that are answering. */
  readonly busy: number;
  /** Queries that wait for a worker. */
  readonly queued: number;
  /** Workers that took the place of one that was ended or died, since the start. */
  readonly restarts: number;
}

/** What is looked up at the moment when the metrics are asked for. */
export interface MetricSources {
  readonly workers: () => WorkersState;
  readonly dataset: () => { readonly version: string } & Counts;
}

/** A request that has been answered. All texts come from short lists: each new value costs memory for good. */
export interface RequestCount {
  /** The pattern of the route, not the path. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  /** Whether the body was kept from before; absent where no body was looked for. */
  readonly cache?: 'hit' | 'miss' | undefined;
}

/** A query that an engine has answered, or has not. */
export interface QueryCount {
  readonly form: string;
  readonly outcome: string;
  readonly engine: string;
  readonly seconds: number;
}

/** The numbers of one server. */
export interface Metrics {
  readonly mediaType: string;
  readonly countRequest: (request: RequestCount) => void;
  readonly countQuery: (query: QueryCount) => void;
  /** Counts what has become of changed files. */
  readonly countRebuild: (outcome: string) => void;
  /** Also gives the size of the cache of answers. Call it once. */
  readonly addCache: (bytes: () => number) => void;
  /** All numbers in the text format of Prometheus, version 0.0.4. */
  readonly write: () => Promise<string>;
}

/** Seconds: from a cached body to beyond the usual time limit. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes the metrics of one server, in a registry of its own. */
export function createMetrics(sources: MetricSources): Metrics {
  const register = new Registry();
  const registers = [register];
  // Every 10 ms, the default, would keep an idle process awake.
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 50 });

  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of the request to the end of the answer.',
    labelNames: ['route'],
    buckets,
    registers,
  });
  const queries = new Counter({
    name: 'sparql_queries_total',
    help: 'Queries given to an engine, by form, outcome and engine; answers from the cache are not among them.',
    labelNames: ['form', 'outcome', 'engine'],
    registers,
  });
  const querySeconds = new Histogram({
    name: 'sparql_query_duration_seconds',
    help: 'Time that a query took, waiting for a worker included.',
    labelNames: ['form', 'engine'],
    buckets,
    registers,
  });
  const lookups = new Counter({
    name: 'answer_cache_lookups_total',
    help: 'Bodies looked for in the cache of answers, by result: hit or miss.',
    labelNames: ['result'],
    registers,
  });
  const rebuilds = new Counter({
    name: 'dataset_rebuilds_total',
    help: 'Times that changed files were taken up, by outcome: done, failed or unchanged.',
    labelNames: ['outcome'],
    registers,
  });
  addGauges(registers, sources);

  return {
    mediaType: 'text/plain; version=0.0.4; charset=utf-8',
    countRequest({ route, method, status, seconds, cache }) {
      requests.inc({ route, method, status });
      if (cache) lookups.inc({ result: cache });
      requestSeconds.observe({ route }, seconds);
    },
    countQuery({ form, outcome, engine, seconds }) {
      queries.inc({ form, outcome, engine });
      querySeconds.observe({ form, engine }, seconds);
    },
    countRebuild: (outcome) => rebuilds.inc({ outcome }),
    addCache: (bytes) =>
      addGauge(registers, 'answer_cache_bytes', 'Bytes of the bodies in the cache of answers.', bytes),
    write: () => register.metrics(),
  };
}

/** Numbers that others keep: read when asked for. */
function addGauges(registers: Registry[], { workers, dataset }: MetricSources): void {
  addGauge(registers, 'sparql_queue_length', 'Queries that wait for a worker.', () => workers().queued);
  addGauge(registers, 'sparql_workers_ready', 'Workers that have the dataset.', () => workers().ready);
  addGauge(registers, 'sparql_workers_busy', 'Workers that are answering a query.', () => workers().busy);
  new Counter({
    name: 'sparql_worker_restarts_total',
    help: 'Workers that took the place of one that was ended or died.',
    registers,
    collect() {
      this.reset();
      this.inc(workers().restarts);
    },
  });
  new Gauge({
    name: 'dataset_info',
    help: 'Always 1; the label says which version of the dataset is served.',
    labelNames: ['version'],
    registers,
    collect() {
      // After a change of the dataset the former version is no longer served.
      this.reset();
      this.set({ version: dataset().version }, 1);
    },
  });
  new Gauge({
    name: 'dataset_triples',
    help: 'Triples of the default graph, by how they came to be there.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.set({ kind: 'asserted' }, dataset().asserted);
      this.set({ kind: 'inferred' }, dataset().inferred);
      this.set({ kind: 'described' }, dataset().described);
    },
  });
}

function addGauge(registers: Registry[], name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value());
    },
  });
}
