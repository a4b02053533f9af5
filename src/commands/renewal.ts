import path from 'node:path';
import type { Handover } from '../http/handover.ts';
import type { Renewed } from '../http/operations.ts';
import type { Lasting } from './make-site.ts';
import { identify, openDataset, PrepareFault } from './open.ts';
import { reportOf } from './report.ts';
import type { ServeOptions } from './serve-options.ts';
import { contentOf, type ServedDataset, serveDataset } from './served.ts';
import { editionOf } from './sources.ts';
import { startQueries } from './start-queries.ts';
import { checkQueries } from './try-queries.ts';

/** Milliseconds after which is tried again what failed for another reason than the files. */
const patience = 60_000;
/** Seconds beside twice the time of a query in which answers of a former dataset have to end. */
const spareTime = 15;

/** What stands for all that is read now, of the dataset and beside it. */
const contentNow = async (options: ServeOptions): Promise<string> =>
  contentOf((await identify(options)).made, await editionOf(options));

/** What a renewal works on. */
export interface RenewalOptions {
  readonly options: ServeOptions;
  readonly handover: Handover<ServedDataset>;
  readonly lasting: Lasting;
}

/**
 * Makes what is served anew from files that have changed, beside it, and lets it take over. Files that cannot be
 * published change nothing but what is reported.
 */
export class Renewal {
  readonly #options: ServeOptions;
  readonly #handover: Handover<ServedDataset>;
  readonly #lasting: Lasting;
  readonly #stop = new AbortController();
  #state: Renewed | undefined;
  #running: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #next: Promise<void> | undefined;
  /** Resolves when the dataset before the current one is closed. */
  #left: Promise<void> = Promise.resolve();
  #restarts = 0;

  constructor({ options, handover, lasting }: RenewalOptions) {
    // The version that is served stays while the next one is made.
    const { publication, federation, keep } = options;
    this.#options = {
      ...options,
      keep: Math.max(2, keep),
      // Whole, so that reports can name files as seen from the folder of the publication.
      publication: path.resolve(publication),
      ...(typeof federation === 'string' ? { federation: path.resolve(federation) } : {}),
    };
    this.#handover = handover;
    this.#lasting = lasting;
  }

  /** Tells that files are watched from now on, and takes up what has changed since they were read. */
  async wait(): Promise<void> {
    this.#tell('waiting');
    const content = await contentNow(this.#options).catch(() => undefined);
    if (content !== this.#handover.current.content) await this.renew();
  }

  get state(): Renewed | undefined {
    return this.#state;
  }

  /** Workers of former datasets that had to be replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /**
   * Takes up what the files say now. While that is under way, another round follows it, for all who ask meanwhile: the
   * first may have read the files before they changed. Never throws: what is wrong is reported.
   */
  renew(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#renew().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.renew();
    });
    return this.#next;
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#again);
    await this.#running;
  }

  async #renew(): Promise<void> {
    const { log, metrics } = this.#lasting.operations;
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#again);
    const started = performance.now();
    this.#tell('running');
    try {
      const changed = await this.#takeUp();
      this.#tell('done');
      metrics.countRebuild(changed ? 'done' : 'unchanged');
      const { version } = this.#handover.current.site.dataset;
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      if (changed) log.info({ version, seconds }, 'What the files say now is served.');
      else log.info({ version }, 'The files say what is served already.');
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const report = reportOf(error, path.dirname(this.#options.publication));
      this.#tell('failed', report.public);
      metrics.countRebuild('failed');
      if (report.passing) this.#again = setTimeout(() => void this.renew(), patience).unref();
      log.error(
        { report: report.lines, ...(report.foreseen ? {} : { error }) },
        'The changed files cannot be published. What was served before stays.',
      );
    }
  }

  #tell(state: Renewed['state'], report?: readonly string[]): void {
    this.#state = { state, at: new Date().toISOString(), ...(report ? { report } : {}) };
  }

  /** Says whether anything has changed. */
  async #takeUp(attempts = 3): Promise<boolean> {
    const content = await contentNow(this.#options);
    if (content === this.#handover.current.content) return false;
    const next = await this.#make();
    // Files that change while they are read would be served in halves.
    if (next.content !== content || (await contentNow(this.#options).catch(() => undefined)) !== content) {
      await next.close();
      if (attempts > 1) return this.#takeUp(attempts - 1);
      throw new PrepareFault('The files change while they are read. They are read again when they are at rest.', 1);
    }
    const former = this.#handover.current;
    this.#left = this.#handover.replace(next, 2 * this.#options.timeout + spareTime).then(
      () => {
        this.#restarts += former.pool.state.restarts;
      },
      (error: unknown) => this.#lasting.operations.log.error({ error }, 'A former dataset could not be closed.'),
    );
    return true;
  }

  /** A dataset with its workers, ready to take over. */
  async #make(): Promise<ServedDataset> {
    const { signal } = this.#stop;
    const { log } = this.#lasting.operations;
    const folder = this.#options.plain ? undefined : path.dirname(this.#options.publication);
    const opened = await openDataset(this.#options, { folder, signal });
    // Three sets of workers would take three times the memory.
    await this.#left;
    signal.throwIfAborted();
    let end = async (): Promise<void> => opened.close();
    try {
      const pool = await startQueries(this.#options, opened, ({ data }) => {
        // What it cannot do was told at start.
        if (data.length) log.warn({ remarks: data }, 'The database that answers queries has not what the files say.');
      });
      end = () => pool.close().finally(opened.close);
      const next = await serveDataset(this.#options, opened, pool, this.#lasting);
      end = next.close;
      await next.warm();
      await checkQueries(next.site, this.#handover.current.site);
      signal.throwIfAborted();
      return next;
    } catch (error) {
      await end();
      throw error;
    }
  }
}
