import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { defaults } from './setup/server.ts';
import { type Ended, runCommand } from './support/command.ts';
import { type ServerProcess, startProcess } from './support/process.ts';
import { numbersQuery, thing, writePublication } from './support/publication.ts';
import { type FaultyServer, hangsUp, startFaultyServer } from './support/sparql-servers/faulty-server.ts';
import { oxigraph } from './support/sparql-servers/oxigraph.ts';
import type { RunningServer } from './support/sparql-servers/sparql-server.ts';

vi.setConfig({ testTimeout: 300_000 });

/** For what takes seconds on a machine that does other things too. */
const patience = { timeout: 60_000, interval: 200 };

let folder: string;
let write: (name: string, text: string) => void;
let store: RunningServer;
/** Stands before the store: what it is told to do wrong, the store seems to do. */
let front: FaultyServer;
let server: ServerProcess;

const files = (): string[] => [
  ...['--publication', path.join(folder, 'data/dataset.json'), '--store', path.join(folder, 'store')],
];
const push = (): Promise<Ended> =>
  runCommand(['push', store.store, '--engine', store.query, '--engine-update', store.update, ...files()]);

beforeAll(async () => {
  mkdirSync(defaults.store, { recursive: true });
  folder = mkdtempSync(path.join(defaults.store, 'remote-watch-'));
  write = writePublication(folder);
  store = await oxigraph.start();
  front = await startFaultyServer(undefined, store);
  expect(await push()).toMatchObject({ code: 0 });
  server = await startProcess([...files(), '--watch', '--engine', front.query, '--rate-limit', '0']);
});
afterAll(async () => {
  server?.child.kill('SIGKILL');
  await server?.ended;
  await front?.stop();
  await store?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Ready {
  readonly version: string;
  readonly rebuild?: { readonly state: string; readonly report?: readonly string[] };
}
const ready = async (): Promise<Ready> => (await fetch(`${server.url}/readyz`)).json() as Promise<Ready>;
const isServed = (version: (version: string) => boolean): Promise<void> =>
  expect.poll(async () => version((await ready()).version), patience).toBe(true);

/** The number of a thing, as the endpoint has it and as the dump has it. */
async function numbersOf(name: string): Promise<{ readonly asked: string; readonly dumped: string }> {
  const query = `PREFIX ex: <http://example.org/> SELECT ?n { ex:${name} ex:number ?n }`;
  const answer = await fetch(`${server.url}/sparql?${new URLSearchParams({ query })}`, {
    headers: { accept: 'text/csv' },
  });
  expect(answer.status).toBe(200);
  const [, asked = ''] = (await answer.text()).trim().split(/\r?\n/);
  const dump = await fetch(`${server.url}/dumps/small.nq`);
  expect(dump.status).toBe(200);
  const line = (await dump.text())
    .split('\n')
    .find((each) => each.startsWith(`<http://example.org/${name}> <http://example.org/number>`));
  return { asked, dumped: /"(\d+)"/.exec(line ?? '')?.[1] ?? '' };
}

const warnings = (): string =>
  server.output.stdout
    .split('\n')
    .filter((line) => line.includes('has not what the files say'))
    .join('\n');

test('a file that changes is published at once, and asked once it is pushed', async () => {
  await expect.poll(async () => (await ready()).rebuild?.state, patience).toBe('waiting');
  const { version } = await ready();
  expect(await numbersOf('one')).toEqual({ asked: '1', dumped: '1' });
  expect(warnings()).toBe('');

  // As many triples as before: only the marker of the last push tells.
  write('data/one.ttl', thing('one', 2));
  await isServed((now) => now !== version);
  const { version: next } = await ready();
  expect(await numbersOf('one')).toEqual({ asked: '1', dumped: '2' });
  await expect
    .poll(warnings, patience)
    .toContain(`It was loaded with version ${version}, and here is ${next}: run umcnl push.`);
  // What is shown to everybody says nothing of the endpoint.
  expect(JSON.stringify(await ready())).not.toContain(new URL(front.url).host);

  expect(await push()).toMatchObject({ code: 0, stdout: expect.stringContaining(`Version ${next}: 1 graphs loaded`) });
  expect(await numbersOf('one')).toEqual({ asked: '2', dumped: '2' });
  expect(await ready()).toMatchObject({ version: next, rebuild: { state: 'done' } });
});

test('a graph that the endpoint lacks is named, and no request fails while files change', async () => {
  const { version } = await ready();
  let asking = true;
  const failed: string[] = [];
  const reader = (async () => {
    while (asking) {
      const query = numbersQuery.replace(/^#.*\n/gm, '');
      for (const address of [`/sparql?${new URLSearchParams({ query })}`, '/', '/dumps/']) {
        const response = await fetch(server.url + address);
        await response.text();
        if (response.status !== 200) failed.push(`${response.status} ${address}`);
      }
    }
  })();
  write('data/four.ttl', thing('four', 4));
  await isServed((now) => now !== version);
  asking = false;
  await reader;
  expect(failed).toEqual([]);
  await expect.poll(warnings, patience).toContain('It lacks 1 of the');
  expect(warnings()).toContain('<http://example.org/graph/four>');
  expect(await numbersOf('four')).toEqual({ asked: '', dumped: '4' });
});

test('while the endpoint does not answer, files that change are not taken up; once it does, they are', async () => {
  const { version } = await ready();
  front.react(() => hangsUp);
  write('data/one.ttl', thing('one', 5));
  await expect.poll(async () => (await ready()).rebuild?.state, patience).toBe('failed');
  const { rebuild, version: still } = await ready();
  expect(still).toBe(version);
  expect(rebuild?.report).toEqual([
    'The database that queries are asked of cannot be used now. The log of the server says why.',
  ]);
  front.react(() => undefined);
  write('data/one.ttl', thing('one', 6));
  await isServed((now) => now !== version);
  expect((await numbersOf('one')).dumped).toBe('6');
  expect(await push()).toMatchObject({ code: 0 });
  expect(await numbersOf('one')).toEqual({ asked: '6', dumped: '6' });
  expect(await numbersOf('four')).toEqual({ asked: '4', dumped: '4' });
});
