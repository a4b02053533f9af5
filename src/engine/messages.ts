import type { QueryFaultKind, QueryRequest, QueryResult } from './engine.ts';
import type { EngineName, EngineStart } from './engines.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly engine: EngineName;
  readonly start: EngineStart;
  /** The dataset as UTF-8 N-Quads in memory that all workers share; none where the image has it. */
  readonly nquads: SharedArrayBuffer | undefined;
  /** Bytes that an answer may have. */
  readonly resultLimit: number;
}

/** A message to a worker: one query. */
export interface ToWorker {
  readonly id: number;
  readonly request: QueryRequest;
}

/** A message from a worker. */
export type FromWorker =
  /** `thread` is the system's number of the thread, where it has one. */
  | { readonly kind: 'ready'; readonly memory: number; readonly thread: number | undefined }
  | { readonly kind: 'answer'; readonly id: number; readonly result: QueryResult; readonly memory: number }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: QueryFaultKind; readonly message: string }
  | { readonly kind: 'broken'; readonly id: number; readonly message: string; readonly memory: number };
