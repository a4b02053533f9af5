import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

// What is built for browsers, for built and unbuilt code of the server alike.
const folder = new URL('../../dist/client/', import.meta.url).pathname;

/** The files that pages are sent with, all in memory: style sheets and scripts. */
export interface Assets {
  /** Stands for all of them: an address with it in it never changes what it gives. */
  readonly hash: string;
  readonly read: (name: string) => Buffer | undefined;
}

/** Reads what is built for browsers. Throws if it was not built. */
export async function readAssets(): Promise<Assets> {
  const names = (await readdir(folder)).filter((name) => /\.(?:js|css|svg)$/.test(name)).sort();
  const files = new Map<string, Buffer>();
  const hash = createHash('sha256');
  for (const name of names) {
    const content = await readFile(path.join(folder, name));
    files.set(name, content);
    hash.update(`${name}\0`).update(content);
  }
  return { hash: hash.digest('hex').slice(0, 12), read: (name) => files.get(name) };
}
