import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text as read } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDataset } from '../src/commands/open.ts';
import { addressesOf, type PushCommandOptions } from '../src/commands/push-options.ts';
import { openWays } from '../src/commands/remote-options.ts';
import { preparedFiles } from '../src/dataset/prepared.ts';
import { pauseWished } from '../src/engine/remote/attempts.ts';
import { answerChallenge, readChallenge } from '../src/engine/remote/digest.ts';
import { defaults } from './setup/server.ts';
import { runCommand } from './support/command.ts';
import { writePublication } from './support/publication.ts';
import { contentOf, marker, pushTo, removeContents, rowsOf } from './support/push.ts';
import {
  answers,
  type FaultyServer,
  hangsUp,
  inTurn,
  isBusy,
  losesAnswerOf,
  neverAnswers,
  passOnAs,
  refuses,
  saysNothing,
  sendsGarbage,
  sendsPage,
  startFaultyServer,
} from './support/sparql-servers/faulty-server.ts';
import { oxigraph } from './support/sparql-servers/oxigraph.ts';
import { describeEachServer } from './support/sparql-servers/servers.ts';
import type { RunningServer } from './support/sparql-servers/sparql-server.ts';

const main = new URL('../dist/main.js', import.meta.url).pathname;
const graph = (name: string): string => `http://example.org/graph/${name}`;

/** A graph in which every thing says one value, so often. */
const lines = (name: string, value: string, count = 5): string =>
  Array.from(
    { length: count },
    (_, index) => `<http://example.org/${name}/${index}> <http://example.org/says> "${value}" <${graph(name)}> .\n`,
  ).join('');

const values = (name: string): string =>
  `SELECT DISTINCT ?v { GRAPH <${graph(name)}> { ?s <http://example.org/says> ?v } }`;
const everywhere = 'SELECT DISTINCT ?v { ?s <http://example.org/says> ?v }';
const ourGraphs =
  'SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), "http://example.org/")) } ORDER BY ?g';

afterAll(removeContents);

// A store takes ten seconds for our graph where nothing else runs, and a minute where much does.
vi.setConfig({ testTimeout: 240_000 });

describeEachServer('push', (kind) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await kind.start();
  });
  afterAll(() => server.stop());

  test('brings our graph, whole and once', async () => {
    const { prepared } = await openDataset(defaults);
    const content = await contentOf(prepared.version, { file: prepared.path(preparedFiles.quads) });
    const pushed = await pushTo(server, content);
    expect(pushed.differences).toEqual([]);
    expect(pushed.loaded).toBe(Object.keys(prepared.graphs).length);
    expect(pushed.filled).toBe(false);
    for (const name of Object.keys(prepared.graphs).slice(0, 5))
      expect(await rowsOf(server, `SELECT (COUNT(*) AS ?n) { GRAPH <${name}> { ?s ?p ?o } }`)).toEqual([
        String(prepared.graphs[name]),
      ]);
    const again = await pushTo(server, content);
    expect(again).toMatchObject({ swap: undefined, loaded: 0, dropped: 0, triples: 0, differences: [] });
  });

  for (const swap of ['staged', 'each'] as const)
    for (const without of ['update', 'store', 'nothing'] as const)
      if (swap === 'each' || without !== 'update')
        test(`${swap}, with ${without} left out: loads what is new, drops what is gone, leaves the rest`, async () => {
          const addresses = { ...server, ...(without === 'nothing' ? {} : { [without]: undefined }) };
          const mark = `${swap} ${without}`;
          const first = lines('a', mark) + lines('b', mark) + lines('c', mark);
          const options = { swap, requestSize: 400 };
          expect((await pushTo(addresses, await contentOf('1', first), options)).differences).toEqual([]);
          const second = lines('a', mark) + lines('b', `${mark} anew`, 40) + lines('d', 'fresh');
          const pushed = await pushTo(addresses, await contentOf('2', second), options);
          expect(pushed).toMatchObject({ swap, loaded: 2, dropped: 1, triples: 45, differences: [] });
          expect(await rowsOf(server, values('a'))).toEqual([mark]);
          expect(await rowsOf(server, values('b'))).toEqual([`${mark} anew`]);
          expect(await rowsOf(server, values('d'))).toEqual(['fresh']);
          expect(await rowsOf(server, ourGraphs)).toEqual([graph('a'), graph('b'), graph('d'), marker]);
          const last = await pushTo(addresses, await contentOf('3', lines('b', `${mark} anew`, 40)), options);
          expect(last).toMatchObject({ loaded: 0, dropped: 2 });
          expect(await rowsOf(server, ourGraphs)).toEqual([graph('b'), marker]);
        });

  test('many graphs of some hundred triples, replaced again and again', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `many-${index}`);
    for (const round of [1, 2]) {
      const text = names.map((name, index) => lines(name, `${round}`, 20 * (1 + ((index * round) % 7)))).join('');
      const content = await contentOf(`many-${round}`, text);
      const pushed = await pushTo(server, content, { swap: 'each', connections: 4 });
      expect(pushed).toMatchObject({ loaded: names.length, differences: [] });
    }
    expect((await pushTo(server, await contentOf('none', lines('a', 'one')))).differences).toEqual([]);
  });

  test('blank nodes stay whole in small requests, and literals with signs arrive', async () => {
    const name = graph('signs');
    const text = 'quotes \\" and \\\\ and \\n line, é, \u{1f600}, C:\\\\new';
    const list = Array.from(
      { length: 30 },
      (_, index) => `_:b${index} <http://example.org/next> _:b${index + 1} <${name}> .\n`,
    );
    const content = await contentOf(
      '4',
      `${list.join('')}<http://example.org/s> <http://example.org/text> "${text}" <${name}> .\n`,
    );
    expect((await pushTo(server, content, { requestSize: 300 })).differences).toEqual([]);
    const chain = `SELECT (COUNT(*) AS ?n) { GRAPH <${name}> { ?a <http://example.org/next> ?b . ?b <http://example.org/next> ?c } }`;
    expect(await rowsOf(server, chain)).toEqual(['29']);
    const literal = `SELECT (STRLEN(?t) AS ?n) { GRAPH <${name}> { ?s <http://example.org/text> ?t } }`;
    const length = [...'quotes " and \\ and \n line, é, \u{1f600}, C:\\new'].length;
    expect(Number((await rowsOf(server, literal))[0])).toBeGreaterThanOrEqual(length);
    expect(Number((await rowsOf(server, literal))[0])).toBeLessThanOrEqual(length + 1);
  });

  // They were left out without a word, and the counts agreed.
  test('triples in no graph, which the store has no place for, are refused or left out with a word', async () => {
    const unnamed = '<http://example.org/s> <http://example.org/says> "nowhere" .\n';
    const content = await contentOf('5', lines('a', 'one') + unnamed);
    await expect(pushTo(server, content)).rejects.toThrow(/^1 triples stand in no graph.*--default-graph none/);
    const { said, differences } = await pushTo(server, content, { defaultGraph: 'none' });
    expect(said).toContain('1 triples that stand in no graph are left out.');
    expect(differences).toEqual([]);
    expect(await rowsOf(server, everywhere)).toEqual(['one']);
  });
});

describeEachServer(
  'push to a default graph of its own',
  (kind) => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await kind.start({ union: false });
    });
    afterAll(() => server.stop());

    test('fills it with every triple once, and leaves alone what others have there', async () => {
      const same = '<http://example.org/s> <http://example.org/says> "both"';
      const content = await contentOf(
        '1',
        `${same} <${graph('a')}> .\n${same} <${graph('b')}> .\n${lines('c', 'one')}`,
      );
      const pushed = await pushTo(server, content);
      expect(pushed).toMatchObject({ swap: 'staged', loaded: 3, filled: true, triples: 7 + 6, differences: [] });
      expect(await rowsOf(server, 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }')).toEqual(['6']);
      expect(await pushTo(server, content)).toMatchObject({ swap: undefined, triples: 0 });

      const foreign = 'INSERT DATA { <http://example.org/theirs> <http://example.org/says> "theirs" }';
      await fetch(server.update, { method: 'POST', body: new URLSearchParams({ update: foreign }) });
      const next = await contentOf('2', lines('c', 'two'));
      await expect(pushTo(server, next)).rejects.toThrow(/default graph of the store has 7 triples .* --force/);
      expect(await rowsOf(server, values('c'))).toEqual(['one']);
      expect(await pushTo(server, next, { defaultGraph: 'none' })).toMatchObject({ filled: false, differences: [] });
      expect(await rowsOf(server, 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }')).toEqual(['7']);
      expect(await pushTo(server, next, { force: true })).toMatchObject({ filled: true, differences: [] });
      expect(await rowsOf(server, everywhere)).toEqual(['two']);
    });

    test('knows what it has put there when one push leaves it alone, and takes it away when nothing is left for it', async () => {
      const count = 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }';
      const first = await contentOf('10', lines('c', 'one'));
      await pushTo(server, first, { force: true });
      await pushTo(server, await contentOf('11', lines('c', 'two')), { defaultGraph: 'none' });
      expect(await pushTo(server, await contentOf('12', lines('c', 'three', 7)))).toMatchObject({ filled: true });
      expect(await rowsOf(server, count)).toEqual(['7']);
      const named = { ...(await contentOf('13', lines('c', 'four'))), defaultGraph: undefined };
      expect(await pushTo(server, named)).toMatchObject({ filled: false, loaded: 1, differences: [] });
      expect(await rowsOf(server, count)).toEqual(['0']);
      expect(await pushTo(server, named)).toMatchObject({ swap: undefined });
    });
  },
  ({ ownDefaultGraph }) => ownDefaultGraph,
);

describeEachServer(
  'push by HTTP Digest',
  (kind) => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await kind.start();
    });
    afterAll(() => server.stop());

    test('is let in with the right password only', async () => {
      const { user, password, ...addresses } = server.digest as NonNullable<RunningServer['digest']>;
      const credentials = { kind: 'digest', user, password } as const;
      const content = await contentOf('1', lines('a', 'one') + lines('b', 'one'));
      const pushed = await pushTo(addresses, content, { credentials });
      expect(pushed).toMatchObject({ loaded: 2, differences: [] });
      expect(await rowsOf(server, values('b'))).toEqual(['one']);
      for (const wrong of [undefined, { ...credentials, password: 'wrong' }])
        await expect(pushTo(addresses, content, wrong && { credentials: wrong })).rejects.toThrow(/status 401/);
    });
  },
  ({ name }) => name === 'virtuoso',
);

const versionOf = (value: string): string => ['a', 'b', 'c', 'd'].map((name) => lines(name, value, 100)).join('');
/** What a reader sees: in each of the graphs, and without naming one. */
const look = `SELECT DISTINCT ?v { { ?s <http://example.org/says> ?v } UNION ${['a', 'b', 'c', 'd']
  .map((name) => `{ GRAPH <${graph(name)}> { ?s <http://example.org/says> ?v } }`)
  .join(' UNION ')} }`;

/** Looks all the time while something is done. Gives what was seen, each sight once. */
async function watch(server: RunningServer, work: () => Promise<unknown>): Promise<Set<string>> {
  const seen = new Set<string>();
  let done = false;
  const reader = async (): Promise<void> => {
    while (!done) seen.add((await rowsOf(server, look)).sort().join(' and '));
  };
  const reading = reader();
  await work();
  done = true;
  await reading;
  return seen;
}

describeEachServer(
  'a push under the eyes of readers',
  (kind) => {
    for (const [union, swap] of [
      [true, 'request'],
      [false, 'staged'],
    ] as const)
      test(`${swap}: nobody sees some of the new and some of the old`, async () => {
        const server = await kind.start({ union });
        try {
          await pushTo(server, await contentOf('0', versionOf('v0')));
          const seen = await watch(server, async () => {
            for (const number of [1, 2, 3]) {
              const pushed = await pushTo(server, await contentOf(String(number), versionOf(`v${number}`)));
              expect(pushed).toMatchObject({ swap, differences: [] });
            }
          });
          expect(seen.has('v3')).toBe(true);
          for (const sight of seen) expect(sight).toMatch(/^v[0-3]$/);
        } finally {
          await server.stop();
        }
      });
  },
  ({ atomic }) => atomic,
);

describe('push to a store with faults', () => {
  let good: RunningServer;
  let faulty: FaultyServer;
  beforeAll(async () => {
    good = await oxigraph.start({ union: false });
    faulty = await startFaultyServer(() => undefined, good);
  });
  afterAll(async () => {
    await faulty.stop();
    await good.stop();
  });
  afterEach(() => faulty.react(() => undefined));

  const isOnlyB = (body: Buffer): boolean =>
    body.includes('/b/0>') && !body.includes('/a/0>') && !body.includes('pushed');
  const isUpload = ({ method }: { method: string }): boolean => method === 'PUT';

  test('is tried again where it may go better, when the server says', async () => {
    // Twice: a connection that was kept, and is closed just when it is used again, is no failure.
    const next = inTurn(hangsUp, hangsUp, isBusy(503), isBusy(429, '1'), answers(500, 'text/plain', 'Oops.'));
    faulty.react((got) => (isUpload(got) ? next() : undefined));
    const since = performance.now();
    const pushed = await pushTo(faulty, await contentOf('1', lines('a', 'one')), { attempts: 6, connections: 1 });
    expect(pushed.differences).toEqual([]);
    expect(performance.now() - since).toBeGreaterThan(1000);
    expect(pushed.said.join('\n')).toMatch(
      /cannot be reached[\s\S]*status 503, Busy[\s\S]*status 429[\s\S]*status 500, Oops/,
    );
    expect(await rowsOf(good, values('a'))).toEqual(['one']);
  });

  test('is given up after so many attempts, and at once where it cannot go better', async () => {
    const content = await contentOf('2', lines('a', 'two'));
    faulty.react((got) => (isUpload(got) ? isBusy(503) : undefined));
    const before = faulty.got.length;
    await expect(pushTo(faulty, content, { connections: 1 })).rejects.toThrow(/status 503, Busy\./);
    expect(faulty.got.slice(before).filter(isUpload)).toHaveLength(3);
    for (const [reaction, message] of [
      [refuses(401), /status 401, No\./],
      [refuses(403), /status 403/],
      [isBusy(503, '86400'), /status 503/],
    ] as const) {
      faulty.react((got) => (isUpload(got) ? reaction : undefined));
      const from = faulty.got.length;
      await expect(pushTo(faulty, content, { connections: 1 })).rejects.toThrow(message);
      expect(faulty.got.slice(from).filter(isUpload)).toHaveLength(1);
    }
    faulty.react((got) => (isUpload(got) ? neverAnswers : undefined));
    await expect(pushTo(faulty, content, { attempts: 2, timeLimit: 0.2 })).rejects.toThrow(/no answer within 0.2 s/);
    expect(await rowsOf(good, values('a'))).toEqual(['one']);
    faulty.react(() => undefined);
    expect((await pushTo(faulty, content)).differences).toEqual([]);
    expect(await rowsOf(good, ourGraphs)).toEqual([graph('a'), marker]);
  });

  test('says what answers where queries should be answered', async () => {
    const content = await contentOf('2', lines('a', 'two'));
    const isQuery = ({ url }: { url: string }): boolean => url.startsWith('/query');
    for (const [reaction, message] of [
      [sendsPage, /answers a query with text\/html\. Is the address right\?/],
      [sendsGarbage, /JSON that is broken/],
      [saysNothing, /with no media type/],
    ] as const) {
      faulty.react((got) => (isQuery(got) ? reaction : undefined));
      await expect(pushTo(faulty, content)).rejects.toThrow(message);
    }
  });

  test('names each graph that has other counts, and leaves what was there', async () => {
    const content = await contentOf('3', lines('a', 'three') + lines('b', 'three'));
    // A store that takes a graph, and keeps nothing of it.
    faulty.react((got) => (isUpload(got) && isOnlyB(got.body) ? answers(201, 'text/plain', '') : undefined));
    const pushed = await pushTo(faulty, content);
    expect(pushed).toMatchObject({ swap: undefined, differences: [{ graph: graph('b'), expected: 5, found: 0 }] });
    expect(await rowsOf(good, values('a'))).toEqual(['two']);
    expect(await rowsOf(good, ourGraphs)).toEqual([graph('a'), marker]);
    const all = await pushTo(faulty, content, { allowDifferences: true });
    expect(all.swap).toBe('staged');
    expect(all.differences).toContainEqual({ graph: graph('b'), expected: 5, found: 0 });
    faulty.react(() => undefined);
    expect((await pushTo(faulty, content)).differences).toEqual([]);
    expect(await rowsOf(good, values('b'))).toEqual(['three']);
  });

  test('does not lose a graph when the answer to the swap is lost', async () => {
    const content = await contentOf('4', lines('a', 'four') + lines('b', 'four'));
    let lost = 0;
    faulty.react(({ url, body }) =>
      url.startsWith('/update') && body.includes('INSERT {') && !lost
        ? async (got, response) => {
            lost++;
            await losesAnswerOf(good)(got, response);
          }
        : undefined,
    );
    const pushed = await pushTo(faulty, content);
    expect(lost).toBe(1);
    expect(pushed).toMatchObject({ swap: 'staged', differences: [] });
    expect(await rowsOf(good, everywhere)).toEqual(['four']);
    expect(await rowsOf(good, ourGraphs)).toEqual([graph('a'), graph('b'), marker]);
  });

  // Virtuoso 7.2.5 answers two writers with deadlocks (status 500, SR172), and was ended by signal 11 under them.
  test.each([
    ['Virtuoso/07.20.3229 (Linux)', 1],
    ['Jetty(9.4)', 4],
  ])('%s is written to by %i at a time', async (product, most) => {
    let open = 0;
    let seen = 0;
    faulty.react((got) => async (_, response) => {
      open += Number(isUpload(got));
      seen = Math.max(seen, open);
      if (isUpload(got)) await sleep(50);
      await passOnAs(product, good)(got, response);
      open -= Number(isUpload(got));
    });
    const names = Array.from({ length: 8 }, (_, index) => `many-${index}`);
    const content = await contentOf(`many-${most}`, names.map((name) => lines(name, product)).join(''));
    const pushed = await pushTo(faulty, content, { connections: 4 });
    expect(pushed.differences).toEqual([]);
    expect(seen).toBe(most);
    expect(pushed.said.some((each) => each.includes(product))).toBe(most === 1);
    faulty.react(() => undefined);
    expect(
      (await pushTo(faulty, await contentOf('after', lines('a', 'four') + lines('b', 'four')))).differences,
    ).toEqual([]);
  });

  test.each([
    ['staged', true],
    ['each', false],
  ] as const)('%s: of two at the same time, the one that began first steps back', async (swap, whole) => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const isOfFirst = ({ body }: { body: Buffer }): boolean => body.includes('"first"');
    let waiting = 0;
    faulty.react((got) =>
      isUpload(got) && isOfFirst(got)
        ? async (_, response) => {
            waiting++;
            await held;
            await passOnAs('Jetty', good)(got, response);
          }
        : undefined,
    );
    const text = (value: string): string => lines('a', value) + lines('b', value);
    const options = { swap, connections: 3 };
    const first = pushTo(faulty, await contentOf('first', text('first')), options).catch((error: unknown) => error);
    // Two graphs and the default graph.
    await expect.poll(() => waiting).toBe(3);
    const second = await contentOf('second', text('second'));
    const pushed = await pushTo(good, second, options);
    expect(pushed).toMatchObject({ swap, differences: [] });
    expect(pushed.said.join('\n')).toMatch(/A push that began at 20\S+Z has not ended/);
    letGo();
    expect(await first).toMatchObject({ message: expect.stringContaining('Another push to this store has begun') });
    expect(await rowsOf(good, ourGraphs)).toEqual([graph('a'), graph('b'), marker]);
    if (whole) expect(await rowsOf(good, values('a'))).toEqual(['second']);
    // What the first has replaced is known to be so.
    await pushTo(good, second, options);
    expect(await rowsOf(good, values('a'))).toEqual(['second']);
    expect(await rowsOf(good, values('b'))).toEqual(['second']);
    expect(await rowsOf(good, everywhere)).toEqual(['second']);
  });

  test('replaces graph by graph where updates are refused, and says so', async () => {
    faulty.react(({ url }) => (url.startsWith('/update') ? refuses(403) : undefined));
    const pushed = await pushTo(faulty, await contentOf('5', lines('a', 'five') + lines('b', 'five')));
    expect(pushed).toMatchObject({ swap: 'each', differences: [] });
    expect(pushed.said.join(' ')).toMatch(/status 403.*one after the other/);
    expect(await rowsOf(good, everywhere)).toEqual(['five']);
    expect(await rowsOf(good, ourGraphs)).toEqual([graph('a'), graph('b'), marker]);
  });
});

describe('umcnl push', () => {
  let server: RunningServer;
  let folder: string;
  beforeAll(async () => {
    server = await oxigraph.start({ union: false });
    folder = mkdtempSync(path.join(tmpdir(), 'push-command-'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The flags for a plain dataset that says a value in two graphs. */
  const flags = (value: string, addresses: Pick<RunningServer, 'query' | 'store' | 'update'> = server): string[] => {
    const graphs = ['a', 'b'].map((name) => {
      const file = path.join(folder, `${name}.nt`);
      writeFileSync(file, lines(name, value).replaceAll(/ <[^ ]*> \.$/gm, ' .'));
      return `${graph(name)}=${file}`;
    });
    const data = ['--plain', ...graphs.flatMap((each) => ['--graph', each]), '--store', path.join(folder, 'store')];
    return [
      'push',
      addresses.store,
      '--engine',
      addresses.query,
      '--engine-update',
      addresses.update,
      ...data,
      '--marker',
      marker,
    ];
  };

  test('says what it did, on stdout, and does nothing the second time', async () => {
    const { code, stdout, stderr } = await runCommand(flags('one'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Version [0-9a-f]{16}: 2 graphs loaded with 10 triples, in [\d.]+ s; put in place all in one/,
    );
    expect(await rowsOf(server, values('b'))).toEqual(['one']);
    const again = await runCommand(flags('one'));
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^Version [0-9a-f]{16} is there already/);
  });

  test('killed in the middle, leaves the old graphs as they were; the next push clears up', async () => {
    expect((await runCommand(flags('one'))).code).toBe(0);
    let uploads = 0;
    const faulty = await startFaultyServer(
      // The marker, the first graph, and then nothing more.
      ({ method }) => (method === 'PUT' && ++uploads > 2 ? neverAnswers : undefined),
      server,
    );
    try {
      const child = spawn(process.execPath, [main, ...flags('two', faulty), '--connections', '1'], {
        stdio: 'ignore',
        // What is killed leaves its files behind.
        env: { ...process.env, TMPDIR: folder },
      });
      while (uploads < 3) await sleep(20);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await rowsOf(server, values('a'))).toEqual(['one']);
      expect(await rowsOf(server, values('b'))).toEqual(['one']);
      // The graph beside the others that was loaded, as the marker says.
      expect(await rowsOf(server, ourGraphs)).toHaveLength(4);
    } finally {
      await faulty.stop();
    }
    const { code, stdout } = await runCommand(flags('two'));
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('2 graphs loaded') });
    expect(await rowsOf(server, values('a'))).toEqual(['two']);
    expect(await rowsOf(server, ourGraphs)).toEqual([graph('a'), graph('b'), marker]);
  });

  test('stops at Control-C, and says that it did', async () => {
    expect((await runCommand(flags('two'))).code).toBe(0);
    let uploads = 0;
    const faulty = await startFaultyServer(
      ({ method }) => (method === 'PUT' && ++uploads > 1 ? neverAnswers : undefined),
      server,
    );
    try {
      const child = spawn(process.execPath, [main, ...flags('three', faulty)], { stdio: ['ignore', 'ignore', 'pipe'] });
      const said = read(child.stderr);
      while (uploads < 2) await sleep(20);
      child.kill('SIGINT');
      const [code] = await once(child, 'exit');
      expect(code).toBe(130);
      expect(await said).toBe('Stopped. The next push makes good what this one has begun.\n');
      while (faulty.open()) await sleep(20);
      expect(await rowsOf(server, values('a'))).toEqual(['two']);
    } finally {
      await faulty.stop();
    }
  });

  test('ends with 1 and names the graphs when counts differ', async () => {
    const faulty = await startFaultyServer(
      ({ method, body }) => (method === 'PUT' && body.includes('/b/0>') ? answers(201, 'text/plain', '') : undefined),
      server,
    );
    try {
      // The one before was stopped: what it has begun is ended first.
      expect((await runCommand(flags('two'))).code).toBe(0);
      const { code, stdout, stderr } = await runCommand(flags('four', faulty));
      expect(code).toBe(1);
      expect(stdout).toMatch(/was not put in place/);
      expect(stderr).toBe(
        `<${graph('b')}>: 5 triples here, 0 there.\nTo put them in place all the same: --allow-differences.\n`,
      );
    } finally {
      await faulty.stop();
    }
  });

  test('fills the default graph with the merge of plain files where that is wanted', async () => {
    expect((await runCommand([...flags('one'), '--force'])).code).toBe(0);
    expect(await rowsOf(server, everywhere)).toEqual([]);
    const { code, stdout } = await runCommand([...flags('one'), '--default-graph', 'merge']);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 graphs loaded and the default graph with 10 triples'),
    });
    expect(await rowsOf(server, everywhere)).toEqual(['one']);
  });

  test('says of a publication too what it leaves out', async () => {
    const home = path.join(folder, 'publication');
    const write = writePublication(home);
    write('extra.nt', '<http://example.org/s> <http://example.org/says> "nowhere" .\n');
    const { query, update, store } = server;
    const args = ['push', store, '--engine', query, '--engine-update', update, '--store', path.join(folder, 'store')];
    const files = ['--publication', path.join(home, 'data/dataset.json'), '--data', path.join(home, 'extra.nt')];
    const { code, stderr } = await runCommand([...args, ...files, '--default-graph', 'none']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '1 triples that stand in no graph are left out.\n' });
  });

  test.each([
    [[], /Say where the data goes/],
    [['http://127.0.0.1:1/somewhere'], /Say with --engine where the store answers queries/],
    [['ftp://example.org/'], /address such as/],
    [['http://me:secret@example.org/store'], /has a user or a password in it/],
    [['http://127.0.0.1:1/ds/data', '--marker', 'no iri'], /--marker: give an IRI/],
    // All plain files had one marker, and one dataset took the graphs of another away.
    [['http://127.0.0.1:1/ds/data', '--plain', '--data', 'a.nt'], /--plain: name a graph .* --marker/],
  ])('is called wrongly: %j', async (args, message) => {
    const { code, stderr } = await runCommand(['push', ...args, '--store', defaults.store]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret');
    expect(code).toBe(2);
  });

  test('finds the other addresses of Fuseki, GraphDB and Virtuoso', () => {
    const options = {} as PushCommandOptions;
    const of = (store: string) => addressesOf(store, options);
    expect(of('http://h/ds/data')).toMatchObject({ query: 'http://h/ds/query', update: 'http://h/ds/update' });
    expect(of('http://h/repositories/r/rdf-graphs/service')).toMatchObject({
      query: 'http://h/repositories/r',
      update: 'http://h/repositories/r/statements',
    });
    expect(of('http://h/sparql-graph-crud-auth')).toMatchObject({ query: 'http://h/sparql-auth' });
  });
});

test('a password that goes over plain HTTP to another machine is warned of, once for each', () => {
  const addresses = [
    'http://db:1/a',
    'http://db:1/b',
    'http://127.0.0.1/',
    'http://127.example/',
    'https://x/',
    undefined,
  ];
  const basic = { kind: 'basic', user: 'u', password: 'p' } as const;
  expect(openWays(undefined, addresses)).toEqual([]);
  expect(openWays(basic, addresses)).toEqual([
    expect.stringMatching(/^db:1 gets the password over http/),
    expect.stringMatching(/^127\.example gets/),
  ]);
  expect(openWays({ ...basic, kind: 'digest' }, ['http://db/'])).toEqual([expect.stringContaining('guessed')]);
});

describe('HTTP Digest', () => {
  // The example of RFC 7616, section 3.9.1.
  const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
  const header = (algorithm: string): string =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
  const request = {
    user: 'Mufasa',
    password: 'Circle of Life',
    method: 'GET',
    path: '/dir/index.html',
    count: 1,
    clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  };

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers with %s as the RFC does', (algorithm, response) => {
    const challenge = readChallenge(['Basic realm="other"', header(algorithm)]);
    const answer = answerChallenge(challenge as NonNullable<typeof challenge>, request);
    expect(answer).toContain(`response="${response}"`);
    expect(answer).toContain('uri="/dir/index.html"');
    expect(answer).toContain('nc=00000001');
  });

  test('takes the first challenge that it can answer, and none other', () => {
    expect(readChallenge(`${header('SHA-512-256')}, ${header('MD5')}`)?.algorithm).toBe('MD5');
    expect(readChallenge('Digest realm="r", nonce="n"')).toMatchObject({ algorithm: 'MD5', hasQop: false });
    for (const other of [
      undefined,
      'Basic realm="r"',
      'Digest realm="r"',
      'Digest realm="r", nonce="n", qop="auth-int"',
    ])
      expect(readChallenge(other)).toBeUndefined();
  });
});

test('Retry-After is a number of seconds or a date', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  expect(pauseWished('7', now)).toBe(7);
  expect(pauseWished('Sun, 22 Nov 2026 12:00:30 GMT', now)).toBe(30);
  expect(pauseWished('Sun, 22 Nov 2026 11:00:00 GMT', now)).toBe(0);
  expect(pauseWished(undefined, now)).toBeUndefined();
  expect(pauseWished('soon', now)).toBeUndefined();
});

test('a dataset is parted by graph into pieces that make up the whole', async () => {
  const text = `${lines('a', 'x', 2000)}${lines('b', 'x', 3)}<http://e/s> <http://e/p> "a . <b> ." .\n`;
  const { graphs, defaultGraph } = await contentOf('1', text);
  expect([...graphs.keys()].sort()).toEqual([graph('a'), graph('b')]);
  expect(defaultGraph?.triples).toBe(2004);
  const a = graphs.get(graph('a'));
  for (const size of [1, 100, 1000, 70_000, 10 ** 7]) {
    const pieces = (await a?.pieces(size)) ?? [];
    let whole = '';
    for (const piece of pieces) {
      const part = await read(piece.read());
      expect(Buffer.byteLength(part)).toBe(piece.bytes);
      expect(part.endsWith(' .\n')).toBe(true);
      whole += part;
    }
    expect(whole.split('\n')).toHaveLength(2001);
    expect(whole.length).toBe(a?.bytes);
    expect(pieces.length).toBeGreaterThanOrEqual(Math.floor((a?.bytes ?? 0) / (size + 200)));
  }
});
