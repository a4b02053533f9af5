import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BrokenFiles, buildPlain, mergedTriples } from '../src/dataset/build.ts';
import { buildLarge } from '../src/dataset/build-large.ts';
import { keepPrepared } from '../src/dataset/keep.ts';
import { LargeImage } from '../src/dataset/large-image.ts';
import { makeImage } from '../src/engine/image.ts';
import type { Input } from '../src/load/files.ts';
import { LineSorter } from '../src/load/sort-lines.ts';
import { writeContent } from '../src/load/store.ts';
import { reasonedLimit, TooManyTriples, TripleLimit } from '../src/load/triple-limit.ts';
import { contextOf, makeContext, UsageReader } from '../src/publish/context.ts';
import { writeDump } from '../src/publish/dumps.ts';
import { LargeDumps } from '../src/publish/large-dumps.ts';
import { readNQuads } from '../src/rdf/read.ts';
import { writeNQuads, writeNTriples } from '../src/rdf/write-turtle.ts';
import { defaults, serve } from './setup/server.ts';

const run = promisify(execFile);
const main = path.join(import.meta.dirname, '../dist/main.js');
let folder: string;
beforeAll(() => {
  mkdirSync(defaults.store, { recursive: true });
  folder = mkdtempSync(path.join(defaults.store, 'large-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const keep = (content: string | Uint8Array, ending: string): string => {
  const file = path.join(folder, `data-${++files}.${ending}`);
  writeFileSync(file, content);
  return file;
};
const input = (content: string | Uint8Array, ending: string, graph?: string): Input => ({
  file: keep(content, ending),
  layer: 'data',
  graph,
});
/** Where a link leads; nowhere when it is gone. */
const linkOf = (link: string): string => {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
};
const work = (): string => mkdtempSync(path.join(folder, 'work-'));

/** The same files by both ways; pieces of a few lines are sorted and merged. */
async function both(inputs: readonly Input[]) {
  const usage = new UsageReader();
  const place = work();
  const large = await buildLarge(inputs, {
    folder: place,
    sortedAtOnce: 400,
    visit: (terms) => usage.visit(terms),
  });
  return { large, small: await buildPlain(inputs), usage: usage.read(), dumps: new LargeDumps(large, place) };
}

/** The lines of canonical N-Quads that have no graph. */
const ofDefaultGraph = (canonical: string): string =>
  canonical
    .split(/(?<=\n)/)
    .filter((line) => readNQuads(line).every(({ graph }) => graph.termType === 'DefaultGraph'))
    .join('');

const ex = 'http://example.org/';
const xsd = 'http://www.w3.org/2001/XMLSchema#';
const lines = [
  `<${ex}a> <${ex}name> "A" .`,
  `<${ex}a> <${ex}name> "A" .`,
  `<${ex}a/b> <${ex}name> "below a"@en .`,
  `<${ex}a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <${ex}Thing> .`,
  `<${ex}a> <${ex}name> "Zo\u00EB \u{1F600}"@nl-NL .`,
  `<${ex}a> <${ex}name> "\uFF21 after \u{1F600}"@nl-nl .`,
  `<${ex}a> <${ex}text> "two\\nlines, a \\"quote\\", a \\\\ and a \\u0007\\t" .`,
  `<${ex}a> <${ex}text> "raw\ttab and \u007F and \uFFFE" .`,
  `<${ex}a>   <${ex}odd>\t<${ex}spaces>. # a remark`,
  `# a line of its own`,
  ``,
  `<${ex}a> <${ex}home> <${ex}home> .`,
  `<${ex}a> <${ex}home> "${ex}home" .`,
  `<${ex}a> <${ex}number> "01"^^<${xsd}integer> .`,
  `<${ex}a> <${ex}text> "explicit"^^<${xsd}string> .`,
  `<${ex}caf\u00E9> <${ex}name> "\\u00E9" .`,
  ...Array.from({ length: 60 }, (_, n) => `<${ex}n${(n * 37) % 60}> <${ex}number> "${n}"^^<${xsd}integer> .`),
];
const inGraphs = [`<${ex}a> <${ex}in> "g" <${ex}g> .`, `<${ex}a> <${ex}in> "g" <${ex}g/2> .`];
const blank = [`_:x <${ex}knows> _:y .`, `_:y <${ex}knows> _:x <${ex}g> .`, `_:z <${ex}name> "_:x" .`];

describe('a large dataset is the same as a small one', () => {
  const turtle = `@prefix : <${ex}> . :t a :Thing ; :name "T"@EN , 'T' ; :list ( 1 2.50 ) ; :knows [ :name "somebody" ] .`;
  test.each<[string, () => Input[]]>([
    ['N-Triples', () => [input(lines.join('\n'), 'nt')]],
    ['N-Triples with a mark and line ends of Windows', () => [input(`\uFEFF${lines.join('\r\n')}\r\n`, 'nt')]],
    ['N-Quads', () => [input([...lines, ...inGraphs].join('\n'), 'nq')]],
    ['N-Triples in a graph that a user names', () => [input(lines.join('\n'), 'nt', `${ex}gr\u00E4ph`)]],
    ['N-Quads of which some have a graph', () => [input([...lines, ...inGraphs].join('\n'), 'nq', `${ex}other`)]],
    ['blank nodes', () => [input([...blank, ...lines].join('\n'), 'nq'), input(blank.join('\n'), 'nq')]],
    ['Turtle', () => [input(turtle, 'ttl'), input(lines.join('\n'), 'nt')]],
    ['TriG', () => [input(`@prefix : <${ex}> . :a :b :c . :g { :a :b "d" . _:b :c 4 }`, 'trig')]],
    [
      'triple terms',
      () => [input([...lines, `<${ex}a> <${ex}said> <<( <${ex}a> <${ex}b> "c" )>> .`].join('\n'), 'nt')],
    ],
    ['JSON-LD', () => [input(JSON.stringify({ '@id': `${ex}j`, [`${ex}name`]: ['a', { '@value': 2 }] }), 'jsonld')]],
    ['a compressed file', () => [input(gzipSync(lines.join('\n')), 'nt.gz')]],
    ['no statement', () => [input('', 'nt')]],
  ])('%s', async (_, inputs) => {
    const { large, small, usage, dumps } = await both(inputs());
    expect(readFileSync(large.file, 'utf8')).toBe(small.canonical);
    expect(large.version).toBe(small.version);
    expect(large.bytes).toBe(Buffer.byteLength(small.canonical));
    expect(large.counts).toEqual(small.counts);
    expect(large.graphs).toEqual(small.graphs);
    expect(large.triples).toBe(small.defaultGraph.length);
    expect(contextOf(undefined, usage)).toEqual(makeContext(small));

    const saved = new Map<string, Buffer>();
    const save = async (name: string, content: Parameters<typeof writeContent>[1]): Promise<void> => {
      const file = path.join(folder, `saved-${++files}`);
      await writeContent(file, content);
      saved.set(name, readFileSync(file));
    };
    const index = await dumps.write({ save });
    expect(index.files.map(({ file }) => file)).toEqual(
      ['nt', 'nq'].flatMap((name) => ['', '.gz', '.br'].map((ending) => `dataset.${name}${ending}`)),
    );
    for (const { file, bytes, sha256 } of index.files) {
      expect(saved.get(file)?.length, file).toBe(bytes);
      expect(
        createHash('sha256')
          .update(saved.get(file) as Buffer)
          .digest('hex'),
        file,
      ).toBe(sha256);
    }
    for (const name of ['dataset.nt', 'dataset.nq']) {
      expect(gunzipSync(saved.get(`${name}.gz`) as Buffer)).toEqual(saved.get(name));
      expect(brotliDecompressSync(saved.get(`${name}.br`) as Buffer)).toEqual(saved.get(name));
    }
    expect(String(saved.get('dataset.nq'))).toBe(await writeDump(small, { part: '', format: 'n-quads' }));
    // In the order of canonical lines, where N-Triples of a small dataset have the class of a thing first.
    const unnamed = (line: string): boolean => readNQuads(line).every(({ graph }) => graph.termType === 'DefaultGraph');
    expect(String(saved.get('dataset.nt'))).toBe(
      small.canonical
        .split(/(?<=\n)/)
        .filter(unnamed)
        .join(''),
    );
  });

  test('whatever the texts and IRIs are', async () => {
    const character = fc.oneof(
      fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\t',
        '_:',
        '<',
        '>',
        ' ',
        '@',
        '^^',
        '\u007f',
        '\ufffe',
        '\uffff',
        '\u{10ffff}',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const text = fc.array(character, { maxLength: 5 }).map((parts) => Buffer.from(parts.join('')).toString());
    const iri = fc.constantFrom('a', 'a/b', 'a#b', 'a-', 'b', '\u00e9', '\uffef', '\u{1f600}').map((name) => ex + name);
    const statement = fc.tuple(iri, iri, text, fc.constantFrom('', '@en', '@nl-be', `^^<${xsd}integer>`), fc.boolean());
    const escaped = (value: string): string =>
      JSON.stringify(value)
        .slice(1, -1)
        .replace(/\u007f/g, '\\u007F');
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { maxLength: 20 }), async (statements) => {
        const file = statements.map(
          ([s, p, o, kind, g]) => `<${s}> <${p}> "${escaped(o)}"${kind}${g ? ` <${s}>` : ''} .`,
        );
        const { large, small, dumps } = await both([input(file.join('\n'), 'nq')]);
        expect(readFileSync(large.file, 'utf8')).toBe(small.canonical);
        const written = await dumps.writePlain();
        expect(readFileSync(written as string, 'utf8')).toBe(ofDefaultGraph(small.canonical));
      }),
      { numRuns: 60 },
    );
  });

  test('its image is the same, too', async () => {
    const { large } = await both([input([...blank, ...lines, ...inGraphs].join('\n'), 'nq')]);
    const nquads = readFileSync(large.file);
    const wanted = await makeImage('oxigraph', nquads);
    const file = path.join(folder, 'image');
    const nothing = new LargeImage(large.file, file);
    await nothing.cancel();
    await expect(nothing.written).rejects.toThrow(/ended by itself/);
    const image = new LargeImage(large.file, file);
    // As it grows, with an end in the middle of a line.
    for (const bytes of [1, 100, nquads.length - 3, nquads.length]) {
      image.grow(bytes);
      await sleep(20);
    }
    image.finish();
    const facts = await image.written;
    expect(facts).toMatchObject({ maker: wanted?.maker, places: wanted?.places });
    expect(readFileSync(file).equals(new Uint8Array(wanted?.memory as SharedArrayBuffer))).toBe(true);
  });
});

test('a dump that shares its bytes with another is replaced by the next one, not written into', async () => {
  const folder = work();
  const [quads, triples] = [path.join(folder, 'dataset.nq'), path.join(folder, 'dataset.nt')];
  await writeContent(quads, 'first\n');
  await writeContent(triples, { sameAs: quads });
  await writeContent(quads, 'second\n');
  expect([readFileSync(quads, 'utf8'), readFileSync(triples, 'utf8')]).toEqual(['second\n', 'first\n']);
});

test('when its dumps cannot be written, the thread that makes its image ends, and then the first fault is told', async () => {
  const large = await buildLarge([input(lines.join('\n'), 'nt')], { folder: work() });
  // It waits for N-Quads that nobody writes.
  const image = new LargeImage(large.file, path.join(folder, 'image-of-none'));
  const addFiles = async (): Promise<void> => {
    throw new Error('The disk is full.');
  };
  const store = { folder: work(), name: 'plain' };
  const keeping = keepPrepared(store, { ...large, image }, { made: 'x', addFiles, keep: 1, image: true });
  await expect(keeping).rejects.toThrow('The disk is full.');
  await expect(image.written).rejects.toThrow(/ended by itself/);
  expect(readdirSync(path.join(store.folder, store.name))).toEqual([]);
});

describe('faults', () => {
  test('are told by file, line and column, as for small files, of every file', async () => {
    const inputs = [
      input([...lines, `<${ex}a> <${ex}b> "open .`].join('\n'), 'nt'),
      input(`@prefix : <${ex}> .\n:a :b :c .\n:a :b c:d .\n`, 'ttl'),
      input([`<${ex}a> <${ex}b> <${ex}c> <${ex}g> .`].join('\n'), 'nt'),
      input(Buffer.from([0x3c, 0xff, 0x3e]), 'nt'),
      { file: path.join(folder, 'nowhere.nt'), layer: 'data' },
      input('x', 'txt'),
    ];
    const faultsOf = async (build: Promise<unknown>): Promise<string[]> => {
      const error = await build.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(BrokenFiles);
      return (error as BrokenFiles).faults.map(String);
    };
    const small = await faultsOf(buildPlain(inputs));
    expect(small).toHaveLength(6);
    const place = work();
    expect(await faultsOf(buildLarge(inputs, { folder: place, sortedAtOnce: 400 }))).toEqual(small);
    // Nothing of it stays on the disk.
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('too many triples', () => {
  const sixty = lines.slice(-60).join('\n');
  const limit = new TripleLimit(59);
  test('are refused while they are read, by both ways', async () => {
    const inputs = [input(sixty, 'nt'), { file: '/nowhere.nt', layer: 'data' }];
    for (const build of [buildPlain(inputs, limit), buildLarge(inputs, { folder: work(), limit })])
      await expect(build).rejects.toThrow(TooManyTriples);
    await expect(
      buildLarge([input(sixty, 'nt')], { folder: work(), limit: new TripleLimit(60) }),
    ).resolves.toBeTruthy();
  });

  test('are refused by the commands, with the way out, before anything is made of them', async () => {
    const file = keep(sixty, 'nt');
    const store = work();
    const wanted =
      /data-\d+\.nt: there are more than 59 triples .*--max-triples.*"umcnl push <store>".*--engine <URL of its SPARQL endpoint>/;
    const options = ['--plain', '--data', file, '--max-triples', '59'];
    for (const args of [
      ['prepare', ...options, '--store', store],
      ['serve', ...options, '--store', store, '--port', '0'],
      ['query', '-', ...options],
    ]) {
      const asking = run(process.execPath, [main, ...args], { timeout: 60_000 });
      asking.child.stdin?.end('ASK {}');
      const fault = await asking.then(
        () => undefined,
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
      expect(fault?.code, args[0]).toBe(1);
      expect(fault?.stderr).toMatch(wanted);
      expect(fault?.stderr).not.toContain('    at ');
      expect(fault?.stdout).toBe('');
    }
  });

  test('that cannot be reasoned over in the memory that there is are refused in other words', async () => {
    const reasoned = reasonedLimit(1_000_000, 4 * 2 ** 30);
    expect(reasoned.most).toBe(536_870);
    expect(() => reasoned.check(600_000, 'a.nt')).toThrow(
      /^a\.nt: there are more than 536870 triples up to here, and that many can be reasoned over in the 4096 MiB .*--plain.*--engine/,
    );
    expect(reasonedLimit(10, 2 ** 30).most).toBe(10);
    const { stderr, code } = await run(process.execPath, ['--max-old-space-size=64', main, 'check'], {
      timeout: 60_000,
    }).then(
      () => ({ stderr: '', code: 0 }),
      (error: { stderr: string; code: number }) => error,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/can be reasoned over in the \d+ MiB/);
  });

  test('are refused also where somebody has prepared them before with a higher limit', async () => {
    const options = { plain: true, data: [keep(sixty, 'nt')], store: work() };
    const server = await serve({ ...options, maxTriples: 60 });
    await server.stop();
    // Nor does the image stay open: --watch tries again and again.
    const images = (): string[] =>
      readdirSync('/proc/self/fd').filter((name) => linkOf(`/proc/self/fd/${name}`).includes(options.store));
    expect(images()).toEqual([]);
    await expect(serve({ ...options, maxTriples: 59 })).rejects.toThrow(TooManyTriples);
    expect(images()).toEqual([]);
  });

  test('that fill the memory of the engine are refused in the same words', async () => {
    // 64 MiB of WebAssembly memory instead of 4 GiB.
    const { compileOxigraph } = await import('../src/engine/oxigraph-module.ts');
    const { createOxigraph } = await import('../src/engine/oxigraph.ts');
    const { EngineFull } = await import('../src/engine/engine.ts');
    const engine = await createOxigraph({ code: await compileOxigraph(2 ** 26) });
    function* endless(): Generator<string> {
      for (let n = 0; n < 3_000_000; n += 10_000)
        yield Array.from({ length: 10_000 }, (_none, at) => `<${ex}${n + at}> <${ex}number> "${n + at}" .\n`).join('');
    }
    await expect(engine.load(endless())).rejects.toThrow(EngineFull);
  });
});

test('many blank nodes keep the labels of their files', async () => {
  const inputs = [input([...blank, ...lines].join('\n'), 'nq')];
  const { givenLabels, file } = await buildLarge(inputs, { folder: work(), blankLimit: 2 });
  expect(givenLabels).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain(`_:f0_x <${ex}knows> _:f0_y .\n`);
  expect(readNQuads(readFileSync(file, 'utf8'))).toHaveLength(
    (await buildPlain(inputs)).canonical.split('\n').length - 1,
  );
});

test('many statements with triple terms have nothing to do with blank nodes', async () => {
  const said = Array.from({ length: 10 }, (_, n) => `<${ex}a> <${ex}said> <<( <${ex}a> <${ex}b> "${n}" )>> .`);
  const inputs = [input([...said, ...blank.slice(0, 2)].join('\n'), 'nq')];
  const { givenLabels, file } = await buildLarge(inputs, { folder: work(), blankLimit: 2 });
  expect(givenLabels).toBe(false);
  // There are no canonical labels beside triple terms.
  expect(readFileSync(file, 'utf8')).toContain(`_:f0_x <${ex}knows> _:f0_y .\n`);
  expect(readFileSync(file, 'utf8').split('\n').sort()).toEqual(
    [...said, ...blank.slice(0, 2), ''].map((line) => line.replace(/_:/g, '_:f0_')).sort(),
  );
});

test('a line of some megabytes is read, and its graph left out', async () => {
  const start = `<${ex}a> <${ex}text> "${'a\u00e9 '.repeat(4_000_000)}"`;
  const inputs = [input(`${start} <${ex}g> .\n${lines.join('\n')}`, 'nq')];
  const { file } = await buildLarge(inputs, { folder: work(), sortedAtOnce: 400 });
  const { canonical } = await buildPlain(inputs);
  expect(readFileSync(file, 'utf8') === canonical).toBe(true);
  expect(mergedTriples(canonical).includes(`${start} .`)).toBe(true);
});

test('more sorted pieces than are merged at a time come out in order, each line once', () => {
  const place = work();
  const sorter = new LineSorter({ folder: place, limit: 100 });
  const wanted = new Set<string>();
  for (let n = 0; n < 3000; n++) {
    const line = String((n * 7919) % 2500).padStart(20, '0');
    wanted.add(line);
    sorter.add(line);
  }
  expect(readdirSync(place).length).toBeGreaterThan(2 * 64);
  const sorted = sorter.sorted();
  const first = sorted.next().value;
  expect(readdirSync(place).length).toBeLessThanOrEqual(64);
  expect([first, ...sorted]).toEqual([...wanted].sort());
  expect(readdirSync(place)).toEqual([]);
});

test('more statements with blank nodes than a text can hold are refused in words', async () => {
  const { createOxigraph } = await import('../src/engine/oxigraph.ts');
  const { EngineFull } = await import('../src/engine/engine.ts');
  const engine = await createOxigraph();
  const piece = `_:a <${ex}text> "${'x'.repeat(1 << 20)}" .\n`;
  const loading = engine.load(Array.from({ length: 300 }, () => piece));
  await expect(loading).rejects.toThrow(EngineFull);
  await expect(loading).rejects.toThrow(/statements with blank nodes together, up to 268 MB/);
});

describe('300,000 triples in a file', () => {
  let store: string;
  let file: string;
  beforeAll(async () => {
    store = work();
    const many = Array.from({ length: 100_000 }, (_, n) => {
      const thing = `<${ex}thing/${(n * 7919) % 100_000}>`;
      return [
        `${thing} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <${ex}Thing> .`,
        `${thing} <${ex}name> "Thing \u2116 ${n}"@en .`,
        `${thing} <${ex}next> <${ex}thing/${n}> .`,
      ].join('\n');
    });
    file = keep(`${many.join('\n')}\n`, 'nt');
  }, 120_000);

  test('are prepared, served and dumped', async () => {
    const options = ['--plain', '--data', file];
    const { stdout } = await run(process.execPath, [main, 'prepare', ...options, '--store', store]);
    const [version] = [stdout.trim()];
    const server = await serve({ plain: true, data: [file], store });
    try {
      const query = `SELECT (COUNT(*) AS ?n) { ?s <${ex}next> ?o }`;
      const answer = await fetch(`${server.url}/sparql?query=${encodeURIComponent(query)}`, {
        headers: { accept: 'text/csv' },
      });
      expect((await answer.text()).trim().split(/\s+/)).toEqual(['n', '100000']);
      const dump = await fetch(`${server.url}/dumps/dataset.nq`);
      expect(dump.url).toContain(version);
      const body = Buffer.from(await dump.arrayBuffer());
      expect(createHash('sha256').update(body).digest('hex').slice(0, 16)).toBe(version);
      const out = work();
      await run(process.execPath, [main, 'dump', ...options, '--out', out]);
      expect(readFileSync(path.join(out, 'dataset.nq')).equals(body)).toBe(true);
      const sums = await fetch(`${server.url}/dumps/SHA256SUMS`);
      expect(readFileSync(path.join(out, 'SHA256SUMS'), 'utf8')).toBe(await sums.text());
    } finally {
      await server.stop();
    }
    // Nothing is left of the work on the way.
    expect(readdirSync(path.join(store, 'plain')).filter((name) => name.includes('.'))).toEqual([]);
  }, 240_000);

  test('are written to standard output line by line only', async () => {
    const nquads = await run(process.execPath, [main, 'dump', '--plain', '--data', file, '--format', 'n-quads'], {
      maxBuffer: 2 ** 28,
    });
    expect(nquads.stdout.split('\n')).toHaveLength(300_001);
    const turtle = run(process.execPath, [main, 'dump', '--plain', '--data', file]);
    await expect(turtle).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Take --format n-quads') });
    // Into a folder there was an empty list of checksums, and all seemed well.
    const out = work();
    const dump = ['dump', '--plain', '--data', file, '--out', out];
    for (const [more, message] of [
      [['--format', 'turtle'], 'Take --format n-quads'],
      [['--part', 'links'], '--part links: there is no such part. There are whole.'],
    ] as const) {
      const asking = run(process.execPath, [main, ...dump, ...more]);
      await expect(asking).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    }
    expect(readdirSync(out)).toEqual([]);
  }, 240_000);

  const nowhere = 'http://127.0.0.1:9/';
  test.each<[string, (out: string) => string[]]>([
    ['dump', (out) => ['dump', '--out', out]],
    ['push', () => ['push', nowhere, '--engine', nowhere, '--marker', `${ex}pushed`, '--store', store]],
  ])(
    'leave nothing in temporary folders when %s is interrupted',
    async (_, args) => {
      const out = work();
      const child = spawn(process.execPath, [main, ...args(out), '--plain', '--data', file], {
        env: { ...process.env, TMPDIR: out },
        stdio: 'ignore',
      });
      const ended = once(child, 'close');
      await expect.poll(() => readdirSync(out).length, { timeout: 60_000, interval: 5 }).toBe(1);
      child.kill('SIGINT');
      expect(await ended).toEqual([130, null]);
      expect(readdirSync(out)).toEqual([]);
    },
    120_000,
  );
});

test('texts above U+FFFF are sorted by code point in small datasets as well', () => {
  const quads = readNQuads([`<${ex}a> <${ex}b> "\u{1F600}" .`, `<${ex}a> <${ex}b> "\uFF21" .`].join('\n'));
  for (const write of [writeNTriples, writeNQuads])
    expect(write(quads)).toBe(`<${ex}a> <${ex}b> "\uFF21" .\n<${ex}a> <${ex}b> "\u{1F600}" .\n`);
});
