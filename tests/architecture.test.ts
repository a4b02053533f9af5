import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const src = new URL('../src/', import.meta.url).pathname;

/** Folders from low to high: a folder imports only from itself and from those before it. */
const order = [
  'rdf',
  'load',
  'registries',
  'reason',
  'shapes',
  'engine',
  'dataset',
  'publish',
  'html',
  'http',
  'fair',
  'commands',
  '',
];

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && !file.startsWith('client/'),
);
const importsOf = (file: string): string[] =>
  [...readFileSync(path.join(src, file), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
    ([, name]) => name as string,
  );
const folderOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : '');

test('there are source files to look at', () => {
  expect(files.length).toBeGreaterThan(20);
});

test.each(files)('%s imports only from its own folder and those below', (file) => {
  const rank = order.indexOf(folderOf(file));
  expect(rank, `${folderOf(file)} is not in the order of folders`).toBeGreaterThanOrEqual(0);
  for (const name of importsOf(file).filter((each) => each.startsWith('.'))) {
    const target = path.relative(src, path.resolve(src, path.dirname(file), name));
    expect(order.indexOf(folderOf(target)), `${file} imports ${target}`).toBeLessThanOrEqual(rank);
  }
});

test.each([
  ['express', /^http\//],
  ['express-rate-limit', /^http\/rate-limit\.ts$/],
  ['pino', /^http\/log\.ts$/],
  ['prom-client', /^http\/metrics\.ts$/],
  ['oxigraph', /^engine\/oxigraph(-module)?\.ts$/],
  ['@comunica/query-sparql', /^engine\/comunica\.ts$/],
  // The ways out: to whom a query names, guarded, and to whom the operator names.
  ['undici', /^engine\/federation\/guarded-fetch\.ts$/],
  ['node:https', /^(engine\/remote\/remote-client|fair\/client)\.ts$/],
  ['ipaddr.js', /^engine\/federation\//],
  ['shacl-engine', /^shapes\//],
  ['yauzl', /^load\/record-file\.ts$/],
  ['commander', /^(commands\/|main\.ts)/],
  ['preact', /^html\//],
  ['preact-render-to-string', /^html\//],
  ['node:fs/promises', /^(load\/|publish\/dumps\.ts|commands\/|main\.ts|engine\/oxigraph-module\.ts)/],
  ['node:worker_threads', /^engine\//],
])('%s is used only where it belongs', (name, where) => {
  const users = files.filter((file) => importsOf(file).includes(name));
  expect(users).not.toEqual([]);
  for (const file of users) expect(file).toMatch(where);
});

test('modules import each other in no circle', () => {
  const graph = new Map(files.map((file) => [file, valueImports(file)]));
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, trail: string[]): void => {
    if (state.get(file) === 'done') return;
    expect(state.get(file), [...trail, file].join(' → ')).not.toBe('open');
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
});

// Types vanish when built: they make no circle.
function valueImports(file: string): string[] {
  const text = readFileSync(path.join(src, file), 'utf8').replace(/^import type [\s\S]*?from '[^']+';$/gm, '');
  return [...text.matchAll(/from\s*'(\.[^']+)'/g)].map(([, name]) =>
    path.relative(src, path.resolve(src, path.dirname(file), name as string)),
  );
}

test('the code names no term of the published ontology', () => {
  for (const file of files) expect(readFileSync(path.join(src, file), 'utf8')).not.toMatch(/umcnl\/|umc:/);
});
