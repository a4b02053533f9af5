import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KnownSums } from '../src/load/known-sums.ts';
import { checksumOf, closeStored, openStored, type Store } from '../src/load/store.ts';
import { defaults } from './setup/server.ts';

let folder: string;
beforeAll(() => {
  mkdirSync(defaults.store, { recursive: true });
  folder = mkdtempSync(path.join(defaults.store, 'sums-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Longer than the grain of the times of files. */
const settle = (): Promise<void> => sleep(2100);

test('a large file is read again only when it was changed, even by a byte that leaves its size and time', async () => {
  const file = path.join(folder, 'large');
  writeFileSync(file, Buffer.alloc(17 << 20));
  const known = new KnownSums(path.join(folder, 'known'));
  const compute = vi.fn(async () => String(checksumOf(Buffer.from('any'))));
  // It may change still within the same moment.
  await known.of(file, compute);
  await known.of(file, compute);
  expect(compute).toHaveBeenCalledTimes(2);
  await settle();
  for (let time = 0; time < 3; time++) await known.of(file, compute);
  expect(compute).toHaveBeenCalledTimes(3);
  const { atime, mtime } = statSync(file);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, 'x', 9 << 20);
  closeSync(descriptor);
  utimesSync(file, atime, mtime);
  await known.of(file, compute);
  expect(compute).toHaveBeenCalledTimes(4);
});

test('a small file is read each time, and nothing is kept of it', async () => {
  const file = path.join(folder, 'small');
  writeFileSync(file, 'small');
  await settle();
  const place = path.join(folder, 'known-small');
  const known = new KnownSums(place);
  const compute = vi.fn(() => 'sum');
  for (let time = 0; time < 2; time++) expect(await known.of(file, compute)).toBe('sum');
  expect(compute).toHaveBeenCalledTimes(2);
  expect(() => readdirSync(place)).toThrow();
});

test('what is kept is of no use when it is damaged, and what cannot be kept is found out anew', async () => {
  const file = path.join(folder, 'other');
  writeFileSync(file, Buffer.alloc(17 << 20, 1));
  await settle();
  const place = path.join(folder, 'known-other');
  const known = new KnownSums(place);
  const compute = vi.fn(() => 'sum');
  await known.of(file, compute);
  for (const name of readdirSync(place)) writeFileSync(path.join(place, name), '{');
  await known.of(file, compute);
  expect(compute).toHaveBeenCalledTimes(2);
  const nowhere = new KnownSums(path.join(file, 'a file is no folder'));
  for (let time = 0; time < 2; time++) expect(await nowhere.of(file, compute)).toBe('sum');
  expect(compute).toHaveBeenCalledTimes(4);
});

test('a damaged image is noticed, also when it was found to be whole before', async () => {
  const store: Store = { folder, name: 'plain' };
  const file = path.join(folder, 'plain/0123456789abcdef/image');
  mkdirSync(path.dirname(file), { recursive: true });
  const bytes = Buffer.alloc(18 << 20, 7);
  writeFileSync(file, bytes);
  await settle();
  const open = () => openStored(store, '0123456789abcdef', 'image', checksumOf(bytes));
  for (let time = 0; time < 2; time++) {
    const opened = await open();
    expect(opened?.byteLength).toBe(bytes.length);
    closeStored(opened?.descriptor as number);
  }
  const { atime, mtime } = statSync(file);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.from([8]), 0, 1, 10 << 20);
  closeSync(descriptor);
  utimesSync(file, atime, mtime);
  expect(await open()).toBeUndefined();
});
