import { baseOf } from '../html/view.ts';
import { createApp } from '../http/app.ts';
import type { Served } from '../http/handover.ts';
import { searchIndexOf } from '../http/search.ts';
import type { Site } from '../http/site.ts';
import { reconcilerOf } from '../publish/reconcile/reconciler.ts';
import { type Lasting, makeSite } from './make-site.ts';
import type { Opened } from './open.ts';
import type { ServeOptions } from './serve-options.ts';
import type { startQueries } from './start-queries.ts';

/** A dataset with all that answers from it. */
export interface ServedDataset extends Served {
  readonly pool: Awaited<ReturnType<typeof startQueries>>;
  readonly site: Site;
  /** Stands for all that was read for it. */
  readonly content: string;
  /** Resolves when all has been read that anybody would wait for. */
  readonly warm: () => Promise<void>;
}

/** What stands for a dataset and for what is read beside it, in one text. */
export const contentOf = (made: string, edition = ''): string => `${made} ${edition}`;

/** Puts together what answers requests over an opened dataset and its workers: from now on, it closes both. */
export async function serveDataset(
  options: ServeOptions,
  opened: Opened,
  pool: ServedDataset['pool'],
  lasting: Lasting,
): Promise<ServedDataset> {
  const site = await makeSite(options, opened, pool, lasting);
  return {
    pool,
    site,
    content: contentOf(opened.made, site.edition),
    app: createApp(site),
    // The names are read ahead, beside the first answers: whoever reconciles or searches first would wait for them.
    warm: async () => {
      await site.loading.whenDone;
      const search = await searchIndexOf(site);
      // Of a large graph they take a minute, and much memory: these are read when somebody asks how to reconcile.
      if (search.complete) await reconcilerOf(site.index, baseOf(site), { ahead: true });
    },
    close: async () => {
      await site.loading.whenDone.catch(() => undefined);
      await pool.close();
      opened.close();
    },
  };
}
