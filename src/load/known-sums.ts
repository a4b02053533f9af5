import { createHash, randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Bytes of a file that is not read again where nobody has touched it. */
const largeFile = 16n << 20n;
/** Milliseconds after a change in which another may bear the same time. */
const timeGrain = 2000;

interface Known {
  readonly state: string;
  readonly sum: string;
}

/**
 * Sums over large files that have been read before. A file is the same as long as it is the same inode with the same
 * size, and with the same times of its last change: the system sets the second of these itself at each change, so that
 * nobody changes a file in passing. What cannot be kept in the folder is found out anew each time.
 */
export class KnownSums {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The sum over a file, by `compute` where it is not known; `look` tells of the file, where it is open already. */
  async of(
    file: string,
    compute: () => Promise<string> | string,
    look: () => Promise<BigIntStats> | BigIntStats = () => stat(file, { bigint: true }),
  ): Promise<string> {
    const before = await look();
    if (before.size < largeFile) return compute();
    const state = stateOf(before);
    const place = path.join(this.#folder, createHash('sha256').update(file).digest('hex').slice(0, 32));
    const known = await readKnown(place);
    if (known?.state === state) return known.sum;
    const sum = await compute();
    const after = await look();
    const settled = Date.now() - Number(after.ctimeMs) > timeGrain;
    if (settled && stateOf(after) === state) await this.#keep(place, { state, sum });
    return sum;
  }

  async #keep(place: string, known: Known): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      const draft = `${place}.${randomUUID()}`;
      await writeFile(draft, JSON.stringify(known));
      await rename(draft, place);
    } catch {
      // A store that can only be read serves as well.
    }
  }
}

const stateOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ');

async function readKnown(place: string): Promise<Known | undefined> {
  try {
    return JSON.parse(await readFile(place, 'utf8')) as Known;
  } catch {
    return undefined;
  }
}
