import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import { lookAt } from '../load/files.ts';
import type { ServeOptions } from './serve-options.ts';
import { listShown, listSources } from './sources.ts';

/** Milliseconds without a change after which the files count as at rest. */
const rest = 400;
/** Milliseconds after a look that found nothing: others write to the same folders, such as logs. */
const pause = 2000;
/** Milliseconds between two looks when nothing is heard of the files. */
const idle = 10_000;

/** What looks for changes of files. */
export interface Watch {
  readonly stop: () => void;
}

/** How to watch. */
export interface WatchOptions {
  /** Called when files have changed and are at rest; the next look comes after it. */
  readonly onChange: () => Promise<void>;
  /** Called with the error when folders cannot be watched: changes are then found by looking alone. */
  readonly onDeaf: (error: unknown) => void;
}

/**
 * Watches all files that the options stand for, those that come and go included.
 *
 * Looking tells: names, sizes, times. The system's events only say when to look, since they are lost where files come
 * over a network or into a container, and where there are more folders than may be watched. So a look follows some
 * seconds after the last one in any case. Files count as changed when two looks in a row see the same, and not what was
 * seen before: a checkout of hundreds of files is one change.
 */
export async function watchFiles(options: ServeOptions, { onChange, onDeaf }: WatchOptions): Promise<Watch> {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let looking = false;
  let heard = false;
  let deaf = false;
  let changed = false;
  let inVain = 0;
  /** When the next look is at the latest. */
  let latest = performance.now() + idle;

  const lookIn = (milliseconds: number): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void look(), milliseconds);
  };
  const hear = (): void => {
    heard = true;
    if (looking || changed) return;
    const now = performance.now();
    // Not later, whatever is heard: a file that is written all the time would put the look off for ever.
    lookIn(Math.min(Math.max(rest, inVain + pause - now), Math.max(0, latest - now)));
  };
  const follow = (folders: ReadonlySet<string>): void => {
    for (const [folder, watcher] of watchers)
      if (!folders.has(folder)) {
        watcher.close();
        watchers.delete(folder);
      }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, hear);
        watcher.on('error', () => {
          // The folder is gone; if another one takes its place, the next look finds it.
          watcher.close();
          if (watchers.get(folder) === watcher) watchers.delete(folder);
        });
        watchers.set(folder, watcher);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        if (!deaf) onDeaf(error);
        deaf = true;
      }
    }
  };

  let seen = await seeFiles(options, new Set());
  const look = async (): Promise<void> => {
    looking = true;
    heard = false;
    const found = await seeFiles(options, seen.folders);
    if (stopped) return;
    const same = found.state === seen.state;
    seen = found;
    // A folder that was put in place of another has the same name: it is watched anew.
    if (!same) follow(new Set());
    follow(found.folders);
    if (same && changed) {
      changed = false;
      await onChange();
    } else {
      changed = !same;
      if (same) inVain = performance.now();
    }
    looking = false;
    latest = performance.now() + idle;
    if (heard && !changed) hear();
    else lookIn(changed ? rest : idle);
  };
  follow(seen.folders);
  lookIn(idle);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      follow(new Set());
    },
  };
}

interface Seen {
  /** Stands for the names, sizes and times of all files. */
  readonly state: string;
  /** The folders in which a file can come, change or go. */
  readonly folders: ReadonlySet<string>;
}

async function seeFiles(options: ServeOptions, before: ReadonlySet<string>): Promise<Seen> {
  const found = await Promise.allSettled([listSources(options).then(({ files }) => files), listShown(options)]);
  const files = new Set(found.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])));
  // What says which files there are may be broken for now: then it is looked at itself, and the folders stay.
  const faults = found.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  files.add(path.resolve(options.publication));
  const sorted = [...files].sort();
  const folders = new Set(faults.length ? before : []);
  for (const file of sorted) {
    // The one above too: a folder beside it may come with files of the same kind.
    folders.add(path.dirname(file));
    folders.add(path.dirname(path.dirname(file)));
  }
  return { state: [await lookAt(sorted), ...faults].join('\n'), folders };
}
