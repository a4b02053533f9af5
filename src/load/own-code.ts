import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Under a TypeScript loader (tests) this file is source, while built code prepares: both go by the same.
const builtCode = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../', import.meta.url));

/** How a module imports another one of ours. */
const imported = /(?:\bfrom|\bimport|\bimport\()\s*['"](\.[^'"]+\.js)['"]/g;

/**
 * The files of this program that a module is made of: itself, and all that it imports. `module` is a path below the
 * built code. A file that is not there is listed all the same.
 */
export async function listOwnCode(module: string): Promise<string[]> {
  const found = new Set([path.join(builtCode, module)]);
  // A set gives out what is added to it on the way.
  for (const file of found) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const [, name] of text.matchAll(imported)) found.add(path.resolve(path.dirname(file), name as string));
  }
  return [...found].sort();
}
