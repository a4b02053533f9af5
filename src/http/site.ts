import type { Request } from 'express';
import type { EnginePool } from '../engine/pool.ts';
import type { View } from '../html/view.ts';
import type { Answer } from './answer.ts';

/** What the routes serve. */
export interface Site extends View {
  readonly pool: EnginePool;
  /** The JSON-LD context of the dataset. */
  readonly context: Record<string, unknown>;
  /** Notes an error that nobody foresaw. */
  readonly report: (error: unknown) => void;
}

/** Where requests go: a pattern, and what each method does there. */
export interface Route {
  readonly path: string;
  readonly get: (site: Site, request: Request) => Answer | Promise<Answer>;
  readonly post?: (site: Site, request: Request) => Answer | Promise<Answer>;
}
