import { wayOut } from '../load/triple-limit.ts';
import { type EngineImage, QueryFault, type QueryRequest } from './engine.ts';
import { type EngineKind, engines } from './engines.ts';
import { mayAsk } from './federation/may-ask.ts';
import type { FederationOptions } from './federation/options.ts';
import { EnginePool, type PoolOptions, type PoolState } from './pool.ts';
import { asksElsewhere, namesGraphs, namesServices } from './query-form.ts';
import type { QueryChoice, ServiceAnswer, SparqlService } from './sparql-service.ts';

/** What pools have in common. */
export type PoolSettings = Omit<PoolOptions, 'engine' | 'nquads' | 'image' | 'engineOptions'>;

/** Where a dataset is read from. */
export interface DatasetSource {
  /** The memory of Oxigraph with the dataset in it. */
  readonly image?: EngineImage | undefined;
  /** The dataset as N-Quads, for engines that start from no image. */
  readonly nquads: () => Promise<string | Uint8Array>;
  /** How many statements it has, where somebody has counted. */
  readonly statements?: number;
}

/** What queries are answered from, and how. */
export interface QueryServiceOptions extends PoolSettings, DatasetSource {
  readonly engine: PoolOptions['engine'];
  /** The dataset's version. */
  readonly version: string;
  /** Whether the dataset has a named graph. */
  readonly hasGraph: (iri: string) => boolean;
  /** An earlier version, or undefined when it is not kept. */
  readonly openVersion?: (version: string) => Promise<DatasetSource | undefined>;
  /** Whom queries may ask beside us; without it, nobody. */
  readonly federation?: FederationOptions | undefined;
  /** Seconds without a query after which the workers for an earlier version or for federation go. */
  readonly idleTime?: number;
}

const defaultIdleTime = 60;
/** Pools beside the first that there may be: each takes as much memory as a worker. */
const sideLimit = 4;

/** A pool beside the first. */
interface SidePool {
  readonly pool: Promise<EnginePool>;
  timer: NodeJS.Timeout | undefined;
  running: number;
}

/**
 * Answers queries from the pool that each belongs to: the current dataset, an earlier version of it, or Comunica for
 * what asks other servers too. Pools beside the first are started when somebody asks, and go when nobody does.
 */
export class QueryService implements SparqlService {
  readonly live = false;
  readonly #options: QueryServiceOptions;
  readonly #main: EnginePool;
  readonly #side = new Map<string, SidePool>();
  #stopping = false;

  private constructor(options: QueryServiceOptions, main: EnginePool) {
    this.#options = options;
    this.#main = main;
  }

  /** Starts the workers; resolves when all have the dataset. */
  static async start(options: QueryServiceOptions): Promise<QueryService> {
    return new QueryService(options, await startPool(options, options, { engine: options.engine }));
  }

  get engine(): PoolOptions['engine'] {
    return this.#main.engine;
  }

  /** Whether queries may ask other servers. */
  get federates(): boolean {
    return this.#options.federation !== undefined;
  }

  async mayAsk(address: string): Promise<boolean> {
    return mayAsk(this.#options.federation, address);
  }

  async hasGraph(iri: string): Promise<boolean> {
    return this.#options.hasGraph(iri);
  }

  async check(): Promise<string | undefined> {
    return this.#main.state.ready ? undefined : 'No query worker is ready.';
  }

  /** What the workers for the current dataset do. */
  get state(): PoolState {
    return this.#main.state;
  }

  /** Answers a query, or throws a {@link QueryFault}: `gone` for a version that is not kept. */
  async query(request: QueryRequest, { version, signal }: QueryChoice = {}): Promise<ServiceAnswer> {
    if (version !== undefined && version !== this.#options.version) return this.#askVersion(version, request, signal);
    const { federation } = this.#options;
    if (federation && this.#leadsOut(request)) return this.#askOthers(federation, request, signal);
    return { ...(await this.#main.query(request, signal)), engine: this.#main.engine };
  }

  /** Refuses the queries that wait and those that still come, and resolves when those that run are answered. */
  async drain(): Promise<void> {
    this.#stopping = true;
    const drained = this.#main.drain();
    await Promise.all([drained, ...(await this.#sidePools()).map((pool) => pool.drain())]);
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    this.#stopping = true;
    for (const { timer } of this.#side.values()) clearTimeout(timer);
    const ended = this.#main.close();
    const pools = await this.#sidePools();
    this.#side.clear();
    await Promise.all([ended, ...pools.map((pool) => pool.close())]);
  }

  // Those that have started, or do so before long.
  async #sidePools(): Promise<EnginePool[]> {
    const started = await Promise.allSettled([...this.#side.values()].map(({ pool }) => pool));
    return started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  }

  #leadsOut(request: QueryRequest): boolean {
    return asksElsewhere(request.query) || this.#foreignGraphs(request).length > 0;
  }

  #foreignGraphs({ query, baseIRI, defaultGraphs = [], namedGraphs = [] }: QueryRequest): string[] {
    // Those of the request stand in place of those of the query (SPARQL 1.1 Protocol, section 2.1.4).
    const own = [...defaultGraphs, ...namedGraphs];
    return (own.length ? own : namesGraphs(query, baseIRI)).filter((iri) => !this.#options.hasGraph(iri));
  }

  async #askVersion(version: string, request: QueryRequest, signal?: AbortSignal): Promise<ServiceAnswer> {
    const source = await this.#options.openVersion?.(version);
    if (!source)
      throw new QueryFault(
        'gone',
        `The version "${version}" is not kept here. The current one is "${this.#options.version}".`,
      );
    const start = () => startPool(this.#options, source, { engine: 'oxigraph', workers: 1 });
    return this.#ask(version, start, request, signal);
  }

  async #askOthers(
    engineOptions: FederationOptions,
    request: QueryRequest,
    signal?: AbortSignal,
  ): Promise<ServiceAnswer> {
    // What is refused in any case needs no worker: the first takes seconds to start.
    const { guardAddresses } = await import('./federation/remote-address.ts');
    const guard = guardAddresses(engineOptions);
    for (const address of namesServices(request.query)) guard.check(address);
    for (const address of this.#foreignGraphs(request)) guard.check(address, 'no graph of this dataset');
    const start = () => startPool(this.#options, this.#options, { engine: 'federated', workers: 2, engineOptions });
    return this.#ask('federated', start, request, signal);
  }

  async #ask(
    name: string,
    start: () => Promise<EnginePool>,
    request: QueryRequest,
    signal?: AbortSignal,
  ): Promise<ServiceAnswer> {
    const side = this.#side.get(name) ?? this.#open(name, start);
    side.running++;
    clearTimeout(side.timer);
    try {
      const pool = await side.pool;
      return { ...(await pool.query(request, signal)), engine: pool.engine };
    } finally {
      side.running--;
      if (!side.running && this.#side.get(name) === side && !this.#stopping) {
        const { idleTime = defaultIdleTime } = this.#options;
        side.timer = setTimeout(() => void this.#end(name, side), idleTime * 1000).unref();
      }
    }
  }

  #open(name: string, start: () => Promise<EnginePool>): SidePool {
    if (this.#stopping) throw new QueryFault('closed', 'The server is stopping.');
    if (this.#side.size >= sideLimit) {
      const [idle] = [...this.#side].filter(([, { running }]) => !running);
      if (!idle)
        throw new QueryFault(
          'overloaded',
          'As many other versions of the dataset are being asked as can be at a time. Try again in a few seconds.',
        );
      void this.#end(...idle);
    }
    const side: SidePool = { pool: start(), timer: undefined, running: 0 };
    this.#side.set(name, side);
    // Who asks next tries again.
    side.pool.catch(() => this.#side.delete(name));
    return side;
  }

  async #end(name: string, { pool, timer }: SidePool): Promise<void> {
    clearTimeout(timer);
    this.#side.delete(name);
    await (await pool).close();
  }
}

async function startPool(
  settings: PoolSettings,
  { image, nquads, statements = 0 }: DatasetSource,
  {
    engine,
    workers = settings.workers,
    engineOptions,
  }: Pick<PoolOptions, 'engine' | 'engineOptions'> & { workers?: number },
): Promise<EnginePool> {
  const { timeLimit, queueLimit, memoryLimit, resultLimit } = settings;
  const { most = Number.POSITIVE_INFINITY }: EngineKind = engines[engine];
  if (statements > most) {
    const has = `This dataset has ${statements} statements.`;
    throw new QueryFault(
      'too-large',
      engine === 'federated'
        ? `${has} Queries that ask other servers are for datasets of up to ${most}.`
        : `${has} Comunica is for datasets of up to ${most}. Take --engine oxigraph, or a store elsewhere: ${wayOut}`,
    );
  }
  return EnginePool.start({
    ...(engine === 'oxigraph' && image ? { image } : { nquads: await nquads() }),
    engine,
    engineOptions,
    workers,
    timeLimit,
    queueLimit,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(resultLimit === undefined ? {} : { resultLimit }),
  });
}
