import path from 'node:path';
import { expect, test } from 'vitest';
import { listOwnCode } from '../src/load/own-code.ts';

const dist = new URL('../dist/', import.meta.url).pathname;

test('a dataset is prepared anew when code that prepares has changed, not when pages have', async () => {
  const files = (await listOwnCode('commands/prepare.js')).map((file) => path.relative(dist, file));
  for (const module of ['commands/prepare', 'dataset/build', 'rdf/write-turtle', 'reason/reason', 'publish/dumps'])
    expect(files).toContain(`${module}.js`);
  // What is imported only when it is needed counts too.
  expect(files).toContain('engine/comunica.js');
  expect(files.filter((file) => /^(http|html)\//.test(file))).toEqual([]);
});

test('a module that is not there is listed all the same', async () => {
  expect(await listOwnCode('nowhere.js')).toEqual([path.join(dist, 'nowhere.js')]);
});
