import type { Engine, EngineImage } from './engine.ts';
import type { Place } from './host.ts';

/** What an engine in a worker starts with. All of it can be sent to a thread. */
export interface EngineStart {
  /** What {@link EngineKind.compile} gave. */
  readonly code?: unknown;
  /** A memory to go on from; without one the engine is empty. */
  readonly image?: EngineImage | undefined;
  /** What the engine itself has to know. */
  readonly options?: unknown;
  /** Bytes that an answer may have; without it, any number. */
  readonly resultLimit?: number;
}

/** An embedded engine. */
export interface EngineKind {
  /** Work to do once for all workers; `memoryLimit` is in bytes. */
  readonly compile?: (memoryLimit: number) => Promise<unknown>;
  readonly create: (start: EngineStart) => Promise<Engine>;
  /** Whether it mostly waits for other servers: then a long time says nothing of how much it computes. */
  readonly waits?: boolean;
  /** Statements that its workers can hold, where that is less than the dataset may have. */
  readonly most?: number;
  /** Where its workers run. */
  readonly place: Place;
}

/** Each takes some 1.7 KB where statements are objects of JavaScript: with more, a process is ended before it is ready. */
const mostInObjects = 2_000_000;

/** The embedded engines, each loaded only when asked for. */
export const engines = {
  oxigraph: {
    compile: async (memoryLimit) => (await import('./oxigraph-module.ts')).compileOxigraph(memoryLimit),
    create: async (start) => (await import('./oxigraph.ts')).createOxigraph(start),
    place: 'thread',
  },
  comunica: {
    create: async () => (await import('./comunica.ts')).createComunica(),
    place: 'process',
    most: mostInObjects,
  },
  /** Comunica that may ask other servers. */
  federated: {
    create: async ({ options }) => (await import('./federation/federated.ts')).createFederated(options as never),
    place: 'process',
    waits: true,
    most: mostInObjects,
  },
} as const satisfies Record<string, EngineKind>;

/** The name of an embedded engine. */
export type EngineName = keyof typeof engines;

/** The engines that answer from the dataset alone. */
export const localEngines = ['oxigraph', 'comunica'] as const satisfies readonly EngineName[];
