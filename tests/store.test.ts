import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Opened, openDataset, PrepareFault } from '../src/commands/open.ts';
import {
  type KeepFile,
  keepVersion,
  listRemoved,
  listVersions,
  type Store,
  withWorkFolder,
} from '../src/load/store.ts';
import { defaults, serve } from './setup/server.ts';

const main = path.join(import.meta.dirname, '../dist/main.js');
let folder: string;
let said: string;
beforeEach(() => {
  mkdirSync(defaults.store, { recursive: true });
  folder = mkdtempSync(path.join(defaults.store, 'store-'));
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (...names: string[]): string => path.join(folder, ...names);
/** Data whose version depends on the number. */
const writeData = (number: number, more = ''): string => {
  const file = inFolder('data.ttl');
  writeFileSync(
    file,
    `@prefix : <http://example.org/> . :this :number ${number} ; :part [ :number 1 ] , [ :number 2 ] . :that :label "Zo\u00EB"@nl . ${more}`,
  );
  return file;
};
const open = (options: Partial<typeof defaults> = {}): Promise<Opened> =>
  openDataset({ ...defaults, plain: true, data: [inFolder('data.ttl')], store: inFolder('kept'), ...options });
const versionOf = async (options?: Partial<typeof defaults>): Promise<string> => (await open(options)).prepared.version;
const kept = (...names: string[]): string => inFolder('kept', 'plain', ...names);
const versions = (): string[] => readdirSync(kept()).filter((name) => !['made-from', 'removed'].includes(name));

/** All that lies in a folder and in those below it, by name. */
const contents = (of: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(of, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(path.join(of, name)).isFile())
      .map((name) => [name, readFileSync(path.join(of, name), 'latin1')]),
  );

describe('a prepared dataset', () => {
  test('is made once, and opened as long as its files are the same', async () => {
    writeData(1);
    const version = await versionOf();
    expect(versions()).toEqual([version]);
    const made = statSync(kept(version, 'dataset.nq'));
    const { prepared } = await open();
    expect(prepared.version).toBe(version);
    expect(statSync(kept(version, 'dataset.nq'))).toMatchObject({ ino: made.ino, mtimeMs: made.mtimeMs });
    expect(String(await prepared.canonical())).toBe(readFileSync(kept(version, 'dataset.nq'), 'utf8'));
    expect(prepared.counts).toEqual({ asserted: 6, inferred: 0, described: 0 });
    expect(said).toBe('');
  });

  test.each([
    ['plain files', {}, 'plain'],
    ['the publication', { plain: false, data: [] }, 'umcnl'],
  ])(
    'has the same bytes when it is made again: %s',
    async (_, options, name) => {
      writeData(1);
      const made = [];
      for (const store of [inFolder('one'), inFolder('two')]) {
        const version = await versionOf({ ...options, store });
        // The image has random numbers in it, and the manifest its checksum and the time.
        const {
          'oxigraph.image': _image,
          'manifest.json': manifest,
          ...files
        } = contents(path.join(store, name, version));
        const { image: _facts, prepared, ...facts } = JSON.parse(manifest as string) as Record<string, unknown>;
        expect(Math.abs(Date.now() - Date.parse(String(prepared)))).toBeLessThan(300_000);
        made.push({ version, files, facts });
      }
      expect(Object.keys(made[0]?.files ?? {}).length).toBeGreaterThan(10);
      // Compared as one: what differs is shown by name only, not by megabytes.
      const [one, two] = made;
      const differing = Object.keys({ ...one?.files, ...two?.files }).filter(
        (file) => one?.files[file] !== two?.files[file],
      );
      expect(differing).toEqual([]);
      expect(one?.facts).toEqual(two?.facts);
      expect(one?.version).toBe(two?.version);
    },
    300_000,
  );

  test('gets a new version when a file changes; the earlier ones stay, up to a number', async () => {
    const made: string[] = [];
    for (const number of [1, 2, 3]) {
      writeData(number);
      made.push(await versionOf({ keep: 2 }));
    }
    expect(new Set(made).size).toBe(3);
    expect(versions().sort()).toEqual(made.slice(1).sort());
    const { openVersion } = await open({ keep: 2 });
    const [first, second, third] = made as [string, string, string];
    expect(await openVersion(first)).toBeUndefined();
    expect((await openVersion(second))?.version).toBe(second);
    expect((await openVersion(third))?.version).toBe(third);
    expect(await listRemoved({ folder: inFolder('kept'), name: 'plain' })).toEqual([first]);
    // What led to the version that is gone is gone too.
    expect(readdirSync(kept('made-from'))).toHaveLength(2);
  });

  test('is kept as long as it is among those used last, whenever it was made', async () => {
    writeData(1);
    const first = await versionOf({ keep: 2 });
    writeData(2);
    const second = await versionOf({ keep: 2 });
    // It was opened, so it is used.
    utimesSync(kept(second, 'manifest.json'), new Date(0), new Date(0));
    utimesSync(kept(first, 'manifest.json'), new Date(1), new Date(1));
    writeData(3);
    const third = await versionOf({ keep: 2 });
    expect(versions().sort()).toEqual([first, third].sort());
  });

  test('stays the same version when only the text of a file changes', async () => {
    writeData(1);
    const version = await versionOf();
    writeData(1, '# A remark.');
    expect(await versionOf()).toBe(version);
    expect(versions()).toEqual([version]);
  });

  test('has no versions by other names than those of versions', async () => {
    writeData(1);
    const { openVersion } = await open();
    for (const name of ['', '..', '../plain', 'made-from', '0123456789abcdef', '0123456789ABCDEF', '%2e%2e'])
      expect(await openVersion(name)).toBeUndefined();
  });
});

describe('what is damaged is made anew', () => {
  const flip = (file: string, at: number): void => {
    const bytes = readFileSync(file);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };
  test.each<[string, (version: string) => void]>([
    ['an image that is absent', (version) => rmSync(kept(version, 'oxigraph.image'))],
    ['an image that is cut short', (version) => truncateSync(kept(version, 'oxigraph.image'), 65_536)],
    ['an image that is empty', (version) => truncateSync(kept(version, 'oxigraph.image'), 0)],
    ['a changed byte in the image', (version) => flip(kept(version, 'oxigraph.image'), 1_100_000)],
    [
      'an image by another Oxigraph',
      (version) => {
        const manifest = readFileSync(kept(version, 'manifest.json'), 'utf8');
        expect(manifest).toMatch(/"maker":"oxigraph \d/);
        writeFileSync(kept(version, 'manifest.json'), manifest.replace(/"maker":"[^"]*"/, '"maker":"oxigraph 0.0.1"'));
      },
    ],
    ['a manifest that is absent', (version) => rmSync(kept(version, 'manifest.json'))],
    ['a manifest that is empty', (version) => writeFileSync(kept(version, 'manifest.json'), '')],
    ['a manifest of an earlier release', (version) => writeFileSync(kept(version, 'manifest.json'), '{"places":{}}')],
    ['a folder that is empty', (version) => rmSync(kept(version), { recursive: true })],
  ])('%s', async (_, damage) => {
    writeData(1);
    const version = await versionOf();
    damage(version);
    const { prepared } = await open();
    expect(prepared.version).toBe(version);
    expect(prepared.image?.memory.byteLength).toBe(statSync(kept(version, 'oxigraph.image')).size);
    expect(versions()).toEqual([version]);
  });

  test('but an earlier version answers without its image', async () => {
    const ask = async (url: string, version: string) => {
      const query = new URLSearchParams({
        query: 'SELECT ?n { ?s <http://example.org/number> ?n } ORDER BY ?n',
        version,
        format: 'csv',
      });
      const response = await fetch(`${url}/sparql?${query}`);
      return [response.status, (await response.text()).split('\r\n').slice(1, -1).join(' ')];
    };
    const options = { plain: true, data: [writeData(10)], store: inFolder('kept') };
    const first = await serve(options);
    const old = versions()[0] as string;
    await first.stop();
    writeData(20);
    rmSync(kept(old, 'oxigraph.image'));
    const { url, stop } = await serve(options);
    try {
      expect(await ask(url, old)).toEqual([200, '1 2 10']);
      const now = versions().find((version) => version !== old) as string;
      expect(await ask(url, now)).toEqual([200, '1 2 20']);
      expect(await ask(url, '0123456789abcdef')).toEqual([410, '']);
    } finally {
      await stop();
    }
  });
});

describe('a store', () => {
  test('that cannot be written to is replaced for the time being, and that is said', async () => {
    writeData(1);
    writeFileSync(inFolder('file'), '');
    const store = inFolder('file', 'kept');
    const { prepared } = await open({ store });
    expect(prepared.image?.memory.byteLength).toBeGreaterThan(0);
    expect((await prepared.canonical()).length).toBeGreaterThan(0);
    expect(said).toContain(`${store}: nothing can be written there`);
    expect(said).toContain('--store');
  });

  test('keeps what it has when the data cannot be read, and says why', async () => {
    writeData(1);
    const version = await versionOf();
    writeData(2, 'this is no Turtle');
    const fault = await open().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(PrepareFault);
    expect((fault as PrepareFault).message).toMatch(/data\.ttl/);
    expect((fault as PrepareFault).exitCode).toBeGreaterThan(0);
    expect(versions()).toEqual([version]);
    writeData(1);
    expect(await versionOf()).toBe(version);
  });

  test('takes datasets from several processes at once', async () => {
    const data = writeData(1);
    const args = [main, 'prepare', '--plain', '--data', data, '--store', inFolder('kept')];
    const runs = await Promise.all([1, 2, 3].map(() => promisify(execFile)(process.execPath, args)));
    const [version = ''] = runs.map(({ stdout }) => stdout.trim());
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(runs).toEqual(Array(3).fill({ stdout: `${version}\n`, stderr: '' }));
    expect(versions()).toEqual([version]);
    expect(await versionOf()).toBe(version);
    expect(said).toBe('');
  });

  const store = (): Store => ({ folder, name: 'things' });
  const fillWith =
    (...files: readonly (readonly [name: string, content: string])[]) =>
    async (keepFile: KeepFile): Promise<void> => {
      for (const [name, content] of files) await keepFile(name, content);
    };

  test('leaves nothing of a dataset that cannot be kept', async () => {
    await keepVersion(store(), 'aaaa', 'from-a', fillWith(['manifest.json', '{}']), 5);
    const wrong = keepVersion(
      store(),
      'aaaa',
      'from-a',
      fillWith(['manifest.json', '{}'], ['manifest.json/no-folder', '']),
      5,
    );
    await expect(wrong).rejects.toThrow('EEXIST');
    expect(readdirSync(inFolder('things')).sort()).toEqual(['aaaa', 'made-from']);
    expect(await listVersions(store())).toEqual(['aaaa']);
  });

  test('takes away what stopped processes have left, and does not count it', async () => {
    for (const [name, age] of [
      ['aaaa.1', 7200],
      ['bbbb.2', 0],
    ] as const) {
      mkdirSync(inFolder('things', name), { recursive: true });
      writeFileSync(inFolder('things', name, 'manifest.json'), '{}');
      const then = new Date(Date.now() - age * 1000);
      utimesSync(inFolder('things', name), then, then);
    }
    expect(await listVersions(store())).toEqual([]);
    await keepVersion(store(), 'cccc', 'from-c', fillWith(['manifest.json', '{}']), 1);
    // The other may be in the making.
    expect(readdirSync(inFolder('things')).sort()).toEqual(['bbbb.2', 'cccc', 'made-from']);
    expect(await listVersions(store())).toEqual(['cccc']);
  });

  // Another process took the folder of one that took more than an hour for a rest of something.
  test('is shown every few minutes that a draft is in use', async () => {
    const old = new Date(Date.now() - 7_200_000);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await withWorkFolder(store(), async (folder) => {
        utimesSync(folder, old, old);
        vi.advanceTimersByTime(600_000);
        await expect.poll(() => statSync(folder).mtimeMs).toBeGreaterThan(old.getTime());
      });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('replaces a version as a whole', async () => {
    await keepVersion(store(), 'aaaa', 'from-a', fillWith(['manifest.json', '{}'], ['one', '1']), 5);
    await keepVersion(store(), 'aaaa', 'from-b', fillWith(['manifest.json', '{}'], ['two', '1']), 5);
    expect(readdirSync(inFolder('things', 'aaaa')).sort()).toEqual(['manifest.json', 'two']);
    expect(existsSync(inFolder('things', 'made-from', 'from-a'))).toBe(true);
  });
});
