import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { hearSignals } from '../http/shutdown.ts';

/**
 * A folder in another one for what is needed on the way: `use` has it, then it goes, also when a signal ends the process.
 * `use` can have the first signal call something else; a second one ends the process in any case.
 */
export async function withTemporaryFolder<T>(
  parent: string,
  use: (folder: string, onSignal: (stop: () => void) => void) => Promise<T>,
): Promise<T> {
  let stop = (code: number): void => process.exit(code);
  // Without that, a signal would end the process without its exit being told of.
  const unhear = hearSignals((code) => stop(code));
  const folder = mkdtempSync(path.join(parent, '.umcnl-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await use(folder, (instead) => {
      stop = instead;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', remove);
    unhear();
  }
}
