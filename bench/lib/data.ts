import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { workFolder as folder, type Ground } from './servers.ts';

const program = (file: string): string => new URL(`../../dist/${file}`, import.meta.url).pathname;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** ROR as N-Triples: made once from the records. */
export async function rorGround(records: string): Promise<Ground> {
  if (!existsSync(records))
    throw new Error(`There are no ROR records at ${records}. Name the file with --ror, or measure with --graph ours.`);
  mkdirSync(folder, { recursive: true });
  // Another conversion makes another file: the queries ask for what the present one makes.
  const conversion = ['ror-record.js', 'ror-to-rdf.js'].map((name) => readFileSync(program(`registries/${name}`)));
  const file = path.join(folder, `ror-${sha256(Buffer.concat(conversion)).slice(0, 8)}.nt`);
  if (!existsSync(file)) {
    execFileSync(process.execPath, [program('main.js'), 'import', 'ror', records, '--out', file], { stdio: 'inherit' });
  }
  return { graph: 'ror', file };
}

/**
 * Our graph as this server's own dump has it, for the peers: its named graphs, and in the default graph the merge of
 * all, which peers do not make.
 */
export async function ourGround(url: string): Promise<Ground> {
  mkdirSync(folder, { recursive: true });
  const list = (await (await fetch(`${url}/dumps/`, { headers: { accept: 'application/json' } })).json()) as {
    version: string;
    dumps: { url: string; mediaType: string; gzip: boolean }[];
  };
  const dump = list.dumps.find(({ mediaType, gzip }) => mediaType === 'application/n-quads' && !gzip);
  if (!dump) throw new Error(`The server at ${url} has no dump in N-Quads.`);
  const text = await (await fetch(new URL(new URL(dump.url).pathname, url))).text();
  const file = path.join(folder, `ours-${list.version}.nq`);
  await writeFile(file, text + mergeOf(text));
  return { graph: 'ours', file };
}

// Subject, predicate and object of a line of N-Quads.
const statement = /^(\S+ \S+ (?:<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@\S+|\^\^<[^>]*>)?)) (?:\S+ )?\.$/;

function mergeOf(nquads: string): string {
  const triples = new Set<string>();
  for (const line of nquads.split('\n')) {
    const [, triple] = statement.exec(line) ?? [];
    if (triple) triples.add(`${triple} .`);
  }
  return `${[...triples].join('\n')}\n`;
}

/** Lines of a file, to tell its size. */
export function countLines(file: string): number {
  let lines = 0;
  for (const byte of readFileSync(file)) if (byte === 10) lines++;
  return lines;
}

/** Writes a result for machines. */
export async function writeResult(name: string, result: unknown): Promise<string> {
  const results = new URL('../results/', import.meta.url).pathname;
  mkdirSync(results, { recursive: true });
  const file = path.join(results, `${name}.json`);
  const stream = createWriteStream(file);
  stream.end(`${JSON.stringify(result, null, 2)}\n`);
  await finished(stream);
  return file;
}
