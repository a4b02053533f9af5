import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// Built code and sources alike: whichever runs.
const folder = new URL('..', import.meta.url).pathname;
/** What browsers get is built for sources as well. */
const assets = new URL('../../dist/client', import.meta.url).pathname;

/**
 * What stands for this version of the software: a hash of its code. Equal software writes equal bytes for equal data;
 * the number of a release alone would not tell two commits apart.
 */
export function softwareVersion(): string {
  // What runs is what was read when the process started, whatever lies on the disk later.
  version ??= hashCode();
  return version;
}

let version: string | undefined;

function hashCode(): string {
  const hash = createHash('sha256');
  for (const [root, wanted] of [
    [folder, /(?<!\.d)\.(?:js|tsx?)$/],
    [assets, /\.(?:css|js|svg)$/],
  ] as const)
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort())
      if (wanted.test(name)) hash.update(`${name}\0`).update(readFileSync(path.join(root, name)));
  return hash.digest('hex').slice(0, 16);
}
