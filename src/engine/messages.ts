import type { QueryFaultKind, QueryRequest, QueryResult } from './engine.ts';
import type { EngineName } from './engines.ts';

/** What a worker is started with: the engine's name and the dataset as UTF-8 N-Quads in memory that all workers share. */
export interface WorkerStart {
  readonly engine: EngineName;
  readonly nquads: SharedArrayBuffer;
}

/** A message to a worker: one query. */
export interface ToWorker {
  readonly id: number;
  readonly request: QueryRequest;
}

/** A message from a worker. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly result: QueryResult }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: QueryFaultKind; readonly message: string }
  | { readonly kind: 'broken'; readonly id: number; readonly message: string };
