import type { QueryFaultKind, QueryRequest, QueryResult } from './engine.ts';
import type { EngineName, EngineStart } from './engines.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly engine: EngineName;
  readonly start: EngineStart;
  /** The dataset as UTF-8 N-Quads in memory that all workers share; none where the image has it. */
  readonly nquads: Uint8Array | undefined;
}

/** A message to a worker: one query. */
export interface ToWorker {
  readonly id: number;
  readonly request: QueryRequest;
}

/** A message from a worker. `memory` is the size of its engine, in bytes, where that only ever grows. */
export type FromWorker =
  /** `thread` is the system's number of the thread or process, where it has one. */
  | { readonly kind: 'ready'; readonly memory: number; readonly thread: number | undefined }
  | { readonly kind: 'answer'; readonly id: number; readonly memory: number; readonly result: QueryResult }
  | { readonly kind: 'fault'; readonly id: number; readonly memory: number; readonly fault: Fault }
  /** The engine must not be asked again. */
  | { readonly kind: 'broken'; readonly id: number; readonly memory: number; readonly fault: Fault | undefined };

/** What can be sent of a `QueryFault`. */
interface Fault {
  readonly kind: QueryFaultKind;
  readonly message: string;
}
