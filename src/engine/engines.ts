import type { Engine } from './engine.ts';

/** The embedded engines, each loaded only when asked for. */
export const engines = {
  oxigraph: async (): Promise<Engine> => (await import('./oxigraph.ts')).createOxigraph(),
  comunica: async (): Promise<Engine> => (await import('./comunica.ts')).createComunica(),
} as const;

/** The name of an embedded engine. */
export type EngineName = keyof typeof engines;
