import { type EngineImage, QueryFault, type QueryRequest, type QueryResult } from './engine.ts';
import type { FederationOptions } from './federation/options.ts';
import { EnginePool, type PoolOptions, type PoolState } from './pool.ts';
import { asksElsewhere, namesGraphs } from './query-form.ts';

/** What pools have in common. */
export type PoolSettings = Omit<PoolOptions, 'engine' | 'nquads' | 'image' | 'engineOptions'>;

/** What queries are answered from, and how. */
export interface QueryServiceOptions extends PoolSettings {
  readonly engine: PoolOptions['engine'];
  /** The dataset's version. */
  readonly version: string;
  /** The memory of Oxigraph with the dataset in it. */
  readonly image?: EngineImage | undefined;
  /** The dataset as N-Quads, for engines that start from no image. */
  readonly nquads: () => Promise<string>;
  /** Whether the dataset has a named graph. */
  readonly hasGraph: (iri: string) => boolean;
  /** The image of an earlier version, or undefined when it is not kept. */
  readonly openVersion?: (version: string) => Promise<EngineImage | undefined>;
  /** Whom queries may ask beside us; without it, nobody. */
  readonly federation?: FederationOptions | undefined;
}

/** How one query is answered. */
export interface QueryChoice {
  /** The version to answer from, if not the current one. */
  readonly version?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer, and who gave it. */
export interface ServiceAnswer extends QueryResult {
  readonly engine: PoolOptions['engine'];
}

/** Seconds without a query after which the workers for an earlier version or for federation go. */
const idleTime = 60;

interface SidePool {
  readonly pool: Promise<EnginePool>;
  timer: NodeJS.Timeout | undefined;
  running: number;
}

/**
 * Answers queries from the pool that each belongs to: the current dataset, an earlier version of it, or Comunica for
 * what asks other servers too. Pools beside the first are started when somebody asks, and go when nobody does.
 */
export class QueryService {
  readonly #options: QueryServiceOptions;
  readonly #main: EnginePool;
  readonly #side = new Map<string, SidePool>();

  private constructor(options: QueryServiceOptions, main: EnginePool) {
    this.#options = options;
    this.#main = main;
  }

  /** Starts the workers; resolves when all have the dataset. */
  static async start(options: QueryServiceOptions): Promise<QueryService> {
    const { engine, image, nquads } = options;
    const source = engine === 'oxigraph' && image ? { image } : { nquads: await nquads() };
    return new QueryService(options, await EnginePool.start({ ...settings(options), engine, ...source }));
  }

  /** Whether queries may ask other servers. */
  get federates(): boolean {
    return this.#options.federation !== undefined;
  }

  /** What the workers for the current dataset do. */
  get state(): PoolState {
    return this.#main.state;
  }

  /** Answers a query, or throws a {@link QueryFault}: `gone` for a version that is not kept. */
  async query(request: QueryRequest, { version, signal }: QueryChoice = {}): Promise<ServiceAnswer> {
    if (version !== undefined && version !== this.#options.version) return this.#askVersion(version, request, signal);
    if (this.#options.federation && this.#leadsOut(request)) return this.#askOthers(request, signal);
    return { ...(await this.#main.query(request, signal)), engine: this.#main.engine };
  }

  /** Takes no more queries, and resolves when those that run are answered. */
  async drain(): Promise<void> {
    await Promise.all([this.#main.drain(), ...[...this.#side.values()].map(async ({ pool }) => (await pool).drain())]);
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    const side = [...this.#side.values()];
    this.#side.clear();
    for (const { timer } of side) clearTimeout(timer);
    await Promise.all([
      this.#main.close(),
      ...side.map(async ({ pool }) => (await pool.catch(() => undefined))?.close()),
    ]);
  }

  #leadsOut({ query, defaultGraphs = [], namedGraphs = [] }: QueryRequest): boolean {
    if (asksElsewhere(query)) return true;
    return [...namesGraphs(query), ...defaultGraphs, ...namedGraphs].some((iri) => !this.#options.hasGraph(iri));
  }

  #askVersion(version: string, request: QueryRequest, signal?: AbortSignal): Promise<ServiceAnswer> {
    const start = async (): Promise<EnginePool> => {
      const image = await this.#options.openVersion?.(version);
      if (!image)
        throw new QueryFault(
          'gone',
          `The version "${version}" is not kept here. The current one is "${this.#options.version}".`,
        );
      return EnginePool.start({ ...settings(this.#options), workers: 1, engine: 'oxigraph', image });
    };
    return this.#ask(version, start, request, signal);
  }

  #askOthers(request: QueryRequest, signal?: AbortSignal): Promise<ServiceAnswer> {
    const { federation, nquads } = this.#options;
    const start = async (): Promise<EnginePool> =>
      EnginePool.start({
        ...settings(this.#options),
        workers: 1,
        engine: 'federated',
        engineOptions: federation,
        nquads: await nquads(),
      });
    return this.#ask('federated', start, request, signal);
  }

  async #ask(
    name: string,
    start: () => Promise<EnginePool>,
    request: QueryRequest,
    signal?: AbortSignal,
  ): Promise<ServiceAnswer> {
    const side = this.#side.get(name) ?? { pool: start(), timer: undefined, running: 0 };
    this.#side.set(name, side);
    side.running++;
    clearTimeout(side.timer);
    try {
      const pool = await side.pool.catch((error) => {
        this.#side.delete(name);
        throw error;
      });
      return { ...(await pool.query(request, signal)), engine: pool.engine };
    } finally {
      if (!--side.running) side.timer = setTimeout(() => void this.#end(name, side), idleTime * 1000).unref();
    }
  }

  async #end(name: string, { pool }: SidePool): Promise<void> {
    this.#side.delete(name);
    await (await pool.catch(() => undefined))?.close();
  }
}

function settings({ workers, timeLimit, queueLimit, memoryLimit, resultLimit }: PoolSettings): PoolSettings {
  return {
    workers,
    timeLimit,
    queueLimit,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(resultLimit === undefined ? {} : { resultLimit }),
  };
}
