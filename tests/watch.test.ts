import { readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Handover } from '../src/http/handover.ts';
import { defaults } from './setup/server.ts';
import { type ServerProcess, startProcess } from './support/process.ts';
import { description, numbersQuery, pages, thing, writePublication } from './support/publication.ts';

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Each swap takes a second or two where nothing else runs, and ten where much does.
vi.setConfig({ testTimeout: 400_000 });

/** For what takes seconds on a machine that does other things too. */
const patience = { timeout: 45_000, interval: 100 };

let folder: string;
let write: (name: string, text: string) => void;
const servers: ServerProcess[] = [];

beforeEach(async () => {
  await mkdir(defaults.store, { recursive: true });
  folder = await mkdtemp(path.join(defaults.store, 'watch-'));
  write = writePublication(folder);
});
afterEach(async () => {
  for (const { child, ended } of servers.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (...names: string[]): string => path.join(folder, ...names);

const options = (...more: string[]): string[] => [
  ...['--publication', inFolder('data/dataset.json'), '--store', inFolder('store'), '--rate-limit', '0'],
  ...more,
];

async function start(...more: string[]): Promise<ServerProcess> {
  const server = await startProcess(options(...more));
  servers.push(server);
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, patience).toBe(200);
  return server;
}

interface Ready {
  readonly status: string;
  readonly version: string;
  readonly rebuild?: { readonly state: string; readonly at: string; readonly report?: readonly string[] };
}
const ready = async ({ url }: ServerProcess): Promise<Ready> => (await fetch(`${url}/readyz`)).json() as Promise<Ready>;
const isIn = (server: ServerProcess, state: string): Promise<void> =>
  expect.poll(async () => (await ready(server)).rebuild?.state, patience).toBe(state);

/** The numbers of all things, by the name of the thing. */
async function numbers({ url }: ServerProcess, more: Record<string, string> = {}): Promise<Record<string, number>> {
  const query = numbersQuery.replace(/^#.*\n/gm, '');
  const response = await fetch(`${url}/sparql?${new URLSearchParams({ query, ...more })}`, {
    headers: { Accept: 'text/csv' },
  });
  expect(response.status).toBe(200);
  return Object.fromEntries(
    (await response.text())
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','))
      .map(([iri = '', number]) => [iri.replace('http://example.org/', ''), Number(number)]),
  );
}
const isServed = (server: ServerProcess, wanted: Record<string, number>): Promise<void> =>
  expect.poll(() => numbers(server), patience).toEqual(wanted);

/** What a server has logged, without its lines of requests. */
const logged = ({ output }: ServerProcess): Record<string, unknown>[] =>
  output.stdout
    .split('\n')
    .filter((line) => line.startsWith('{') && !line.includes('"message":"request"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The processes that a process has started and that run. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      try {
        const [, state, owner] = /^.*\) (\w) (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
        return state !== 'Z' && Number(owner) === parent;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Where a link leads; nowhere when it is gone. */
function fileAt(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

/** A query that takes seconds over a hundred numbers; it counts ten million rows. */
const slow = `SELECT (COUNT(*) AS ?count) (MAX(?n) AS ?most) WHERE {
  <http://example.org/one> <http://example.org/number> ?n . VALUES ?v { 0 1 2 3 4 5 6 7 8 9 }
  ?a <http://example.org/number> ?x . ?b <http://example.org/number> ?y . ?c <http://example.org/number> ?z .
  FILTER(?x + ?y + ?v >= 0)
}`;

describe('requests are handed over', () => {
  const app = (name: string, closed: string[]) => ({
    app: async (_request: unknown, response: import('node:http').ServerResponse) => {
      response.write(name);
      await pause(300);
      response.end(name);
    },
    close: async () => void closed.push(name),
  });

  async function listen(handover: Handover<ReturnType<typeof app>>) {
    const server = createServer(handover.answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as AddressInfo).port };
  }

  test('from one to the next: what has begun ends where it began, and then that is closed', async () => {
    const closed: string[] = [];
    const handover = new Handover(app('one', closed));
    const { server, port } = await listen(handover);
    const first = fetch(`http://127.0.0.1:${port}/`);
    await pause(100);
    const left = handover.replace(app('two', closed), 10);
    expect(handover.leaving).toHaveLength(1);
    expect(closed).toEqual([]);
    const second = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(await (await first).text()).toBe('oneone');
    expect(second).toBe('twotwo');
    await left;
    expect(closed).toEqual(['one']);
    expect(handover.leaving).toEqual([]);
    await handover.close();
    expect(closed).toEqual(['one', 'two']);
    server.close();
  });

  // It was counted as under way for ever: its end had been told before anybody listened.
  test('and a request whose client went while it was held is not waited for', async () => {
    const closed: string[] = [];
    const handover = new Handover(app('one', closed));
    const server = createServer();
    const held = new Promise<Parameters<typeof handover.answer>>((resolve) => {
      server.once('request', (...asked) => resolve(asked));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    const asked = await held;
    socket.destroy();
    await expect.poll(() => asked[1].destroyed).toBe(true);
    handover.answer(...asked);
    await handover.replace(app('two', closed), 10_000);
    expect(closed).toEqual(['one']);
    server.close();
  });

  test('and one that nobody asks is closed at once, one that a client holds after its time', async () => {
    const closed: string[] = [];
    const handover = new Handover(app('one', closed));
    await handover.replace(app('two', closed), 10);
    expect(closed).toEqual(['one']);
    const endless = {
      app: (_: unknown, response: { write: (text: string) => void }) => response.write('x'),
      close: async () => void closed.push('endless'),
    };
    await handover.replace(endless as never, 10);
    const { server, port } = await listen(handover);
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    await new Promise((resolve) => socket.once('data', resolve));
    await handover.replace(app('four', closed), 0.2);
    expect(closed).toEqual(['one', 'two', 'endless']);
    socket.destroy();
    server.close();
  });
});

describe('a server that watches its files', () => {
  test('serves what they say, keeps what they said, and says so', async () => {
    const server = await start('--watch');
    const before = await ready(server);
    expect(before.rebuild?.state).toBe('waiting');
    expect(await numbers(server)).toEqual({ one: 1, two: 1, three: 3 });
    write('data/one.ttl', thing('one', 7));
    await isServed(server, { one: 7, two: 1, three: 3 });
    // A change that comes while the server looks for the first time is found twice: the second time nothing is to be done.
    await expect.poll(async () => (await ready(server)).rebuild?.state, patience).toBe('done');
    const after = await ready(server);
    expect(after.status).toBe('ready');
    expect(after.version).not.toBe(before.version);
    expect(await numbers(server, { version: before.version })).toEqual({ one: 1, two: 1, three: 3 });
    const list = (await (await fetch(`${server.url}/dumps/`, { headers: { Accept: 'application/json' } })).json()) as {
      versions: { version: string }[];
    };
    expect(list.versions.map(({ version }) => version).sort()).toEqual([before.version, after.version].sort());
    // Back to what is kept: nothing has to be made.
    write('data/one.ttl', thing('one', 1));
    await isServed(server, { one: 1, two: 1, three: 3 });
    expect((await ready(server)).version).toBe(before.version);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain(`dataset_info{version="${before.version}"} 1\n`);
    expect(metrics).not.toContain(after.version);
    expect(metrics).toContain('dataset_rebuilds_total{outcome="done"} 2\n');
    expect(metrics.match(/^# TYPE answer_cache_bytes /gm)).toHaveLength(1);
  });

  test('sees files that come, go, take the place of others, and folders of them', async () => {
    const server = await start('--watch');
    write('data/four.ttl', thing('four', 4));
    await isServed(server, { four: 4, one: 1, two: 1, three: 3 });
    rmSync(inFolder('data/two.ttl'));
    await isServed(server, { four: 4, one: 1, three: 3 });
    // As editors save: another file takes the name.
    writeFileSync(inFolder('data/.four.ttl.swp'), thing('four', 44));
    renameSync(inFolder('data/.four.ttl.swp'), inFolder('data/four.ttl'));
    await isServed(server, { four: 44, one: 1, three: 3 });
    write('data/parts/second/five.ttl', thing('five', 5));
    await isServed(server, { four: 44, one: 1, three: 3, five: 5 });
    renameSync(inFolder('data/parts/second'), inFolder('data/parts/third'));
    write('data/parts/third/six.ttl', thing('six', 6));
    await isServed(server, { four: 44, one: 1, three: 3, five: 5, six: 6 });
    rmSync(inFolder('data/parts/third'), { recursive: true });
    await isServed(server, { four: 44, one: 1, three: 3 });
  });

  test('takes up a checkout of hundreds of files as one change', async () => {
    const server = await start('--watch');
    for (let at = 0; at < 300; at++) {
      write(`data/parts/many/t${at}.ttl`, thing(`t${at}`, at));
      if (at % 50 === 0) await pause(100);
    }
    await expect.poll(async () => Object.keys(await numbers(server)).length, patience).toBe(303);
    await isIn(server, 'done');
    const taken = (): unknown[] => logged(server).filter(({ message }) => /is served\.$/.test(String(message)));
    await expect.poll(taken, patience).not.toEqual([]);
    expect(taken()).toHaveLength(1);
  });

  // Each event put the look off, and something was always written.
  test('takes up an edit beside a file that is written all the time', async () => {
    const server = await start('--watch');
    const writing = setInterval(() => writeFileSync(inFolder('data/visits.log'), String(performance.now())), 50);
    try {
      write('data/one.ttl', thing('one', 7));
      await isServed(server, { one: 7, two: 1, three: 3 });
    } finally {
      clearInterval(writing);
    }
  });

  test('takes up an edit that comes while it takes up another', async () => {
    const server = await start('--watch');
    write('data/one.ttl', thing('one', 7));
    await isIn(server, 'running');
    write('data/one.ttl', thing('one', 8));
    write('data/two.ttl', thing('two', 9));
    await isServed(server, { one: 8, two: 9, three: 3 });
  });

  test('takes up an edit that comes while it starts', async () => {
    const first = await start('--watch');
    write('data/one.ttl', thing('one', 2));
    await isServed(first, { one: 2, two: 1, three: 3 });
    first.child.kill('SIGTERM');
    await first.ended;
    // Both are kept by now, so that a start finds what it reads, whichever it is.
    let number = 1;
    const edits = setInterval(() => {
      number = 3 - number;
      write('data/one.ttl', thing('one', number));
    }, 60);
    // Until it has said its address.
    const second = await startProcess(options('--watch')).finally(() => clearInterval(edits));
    servers.push(second);
    await isServed(second, { one: number, two: 1, three: 3 });
    await pause(2000);
    expect(await numbers(second)).toMatchObject({ one: number });
  });

  const broken: [string, string, string, RegExp][] = [
    [
      'data that is no Turtle',
      'data/parts/first/three.ttl',
      `${thing('three', 3)}oops`,
      /^parts\/first\/three\.ttl:5:1: .*oops/,
    ],
    [
      'data that breaks a shape',
      'data/two.ttl',
      thing('two', 1, 'ex:two ex:number 2 .'),
      /^two\.ttl:4: violation: .*A thing has one number\./,
    ],
    ['a shape that is no Turtle', 'shapes/things.ttl', 'oops', /^\.\.\/shapes\/things\.ttl:1:1: /],
    ['a rule that is none', 'rules/types.n3', '{ ?a', /^\.\.\/rules\/types\.n3/],
    ['pages that are no JSON', 'data/pages.json', '[\n{"path": numbers}]', /^pages\.json:2:\d+: This is no JSON/],
    [
      'a page with a query that is absent',
      'data/pages.json',
      pages('x').replace('pages/numbers', 'pages/x'),
      /^pages\.json: .*"pages\/x", which is absent/,
    ],
    [
      'a page with a query that is none',
      'queries/pages/numbers.rq',
      'SELECT ?a\nWHER { }',
      /^\.\.\/queries\/pages\/numbers\.rq: .*line 2/,
    ],
    [
      'a collection with a query that is none',
      'queries/collections/things.rq',
      'SELECT',
      /^\.\.\/queries\/collections\/things\.rq: .*line 1/,
    ],
    ['an example that is none', 'queries/examples/more.rq', 'SELECT', /^\.\.\/queries\/examples\/more\.rq: .*line 1/],
    ['a list of endpoints that is no JSON', 'data/federation.json', '{\n', /^federation\.json:2:1: This is no JSON/],
    ['a description that is no JSON', 'data/dataset.json', '{\n "base": x', /^dataset\.json:2:10: This is no JSON/],
    [
      'a description without a base',
      'data/dataset.json',
      JSON.stringify({ ...description, base: '' }),
      /^dataset\.json: "base" is missing/,
    ],
  ];
  test('stays with what it has when an edit is broken, says why, and goes on when it is mended', async () => {
    const server = await start('--watch');
    const { version } = await ready(server);
    const known = new Map(broken.map(([, file]) => [file, undefined as string | undefined]));
    for (const file of known.keys())
      try {
        known.set(file, readFileSync(inFolder(file), 'utf8'));
      } catch {
        // It comes with the edit.
      }
    for (const [name, file, text, wanted] of broken) {
      write(file, text);
      await isIn(server, 'failed');
      const told = await ready(server);
      expect(told, name).toMatchObject({ status: 'ready', version });
      expect(told.rebuild?.report?.[0], name).toMatch(wanted);
      expect(JSON.stringify(told), name).not.toContain(folder);
      expect(await numbers(server), name).toEqual({ one: 1, two: 1, three: 3 });
      await expect.poll(() => logged(server).at(-1)?.['level'], patience).toBe('error');
      const [line] = logged(server).at(-1)?.['report'] as string[];
      // The log has whole names of files where the publication's folder does not hold them.
      expect(line?.replace(`${folder}${path.sep}`, '../'), name).toMatch(wanted);
      const before = known.get(file);
      if (before === undefined) rmSync(inFolder(file));
      else write(file, before);
      await isIn(server, 'done');
      expect((await ready(server)).rebuild).not.toHaveProperty('report');
    }
    write('data/one.ttl', thing('one', 7));
    await isServed(server, { one: 7, two: 1, three: 3 });
  });

  test('shows pages, collections and queries as their files are, with other tags where the data is the same', async () => {
    const server = await start('--watch');
    const { version } = await ready(server);
    const page = async () => {
      const response = await fetch(`${server.url}/numbers`, { headers: { Accept: 'text/html' } });
      return { tag: response.headers.get('etag') as string, text: await response.text() };
    };
    const before = await page();
    expect(before.text).toContain('Numbers');
    write('data/pages.json', pages('Amounts'));
    await expect.poll(async () => (await page()).text, patience).toContain('Amounts');
    expect((await ready(server)).version).toBe(version);
    const again = await fetch(`${server.url}/numbers`, {
      headers: { Accept: 'text/html', 'If-None-Match': before.tag },
    });
    expect(again.status).toBe(200);
    expect(await again.text()).toContain('Amounts');
    // A remark is no other data, and the files of the version that is served stay where they are.
    write('data/one.ttl', `# a remark\n${thing('one', 1)}`);
    await expect.poll(() => logged(server).filter(({ level }) => level === 'info').length, patience).toBe(2);
    expect((await ready(server)).version).toBe(version);
    expect((await fetch(`${server.url}/dumps/${version}/`)).status).toBe(200);
    write('queries/collections/all.rq', numbersQuery);
    await expect.poll(async () => (await fetch(`${server.url}/all`)).status, patience).toBe(200);
  });

  test('takes a new example with a relative IRI, which is resolved as in requests', async () => {
    const server = await start('--watch');
    const query = numbersQuery.replace(
      '?thing ex:number ?number',
      '<one> ex:number ?number . ?thing ex:number ?number',
    );
    write('queries/examples/relative.rq', query);
    await isIn(server, 'done');
    expect((await ready(server)).rebuild).not.toHaveProperty('report');
  });

  test('keeps the counts of requests and what a client has left, and takes limits and counters along', async () => {
    const server = await start('--watch', '--rate-limit', '50');
    for (let at = 0; at < 5; at++) await numbers(server);
    const left = async (): Promise<number> => {
      const response = await fetch(`${server.url}/sparql?query=ASK%20%7B%7D`);
      return Number(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
    };
    const count = async (): Promise<number> => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^http_requests_total\{route="\/sparql",method="GET",status="200"\} (\d+)$/m.exec(text)?.[1]);
    };
    const before = await left();
    await expect.poll(count, patience).toBe(6);
    write('data/one.ttl', thing('one', 7));
    await isIn(server, 'done');
    expect(await left()).toBe(before - 1);
    await expect.poll(count, patience).toBe(7);
  });

  test('ends a slow query on the data that it began with, and then has no more threads, files and memory than before', async () => {
    for (let at = 0; at < 100; at++) write(`data/parts/many/t${at}.ttl`, thing(`t${at}`, at));
    const server = await start('--watch', '--timeout', '100');
    const { pid } = server.child;
    const use = () => ({
      threads: readdirSync(`/proc/${pid}/task`).length,
      // Connections come and go.
      files: readdirSync(`/proc/${pid}/fd`).filter((each) => fileAt(`/proc/${pid}/fd/${each}`).startsWith(folder))
        .length,
    });
    const memory = (): number =>
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    const swap = async (number: number): Promise<void> => {
      write('data/one.ttl', thing('one', number));
      await expect.poll(async () => (await numbers(server))['one'], patience).toBe(number);
    };
    await swap(2);
    await pause(3000);
    const before = use();
    write('data/one.ttl', thing('one', 3));
    await isIn(server, 'running');
    const query = new URLSearchParams({ query: slow });
    const asked = fetch(`${server.url}/sparql?${query}`, { headers: { Accept: 'text/csv' } });
    let ended = false;
    void asked.then(() => {
      ended = true;
    });
    await isIn(server, 'done');
    const overlapped = !ended;
    const answer = await asked;
    expect(answer.status).toBe(200);
    expect((await answer.text()).trim().split(/\r?\n/)[1]).toBe(`${10 * 103 ** 3},2`);
    expect(overlapped, 'The slow query was not slow enough to see a swap.').toBe(true);
    expect(await numbers(server)).toMatchObject({ one: 3 });
    await expect.poll(use, patience).toEqual(before);
    const rss = [];
    for (let number = 10; number < 22; number++) {
      await swap(number);
      rss.push(Math.round(memory()));
    }
    await expect.poll(use, patience).toEqual(before);
    // Each dataset takes some 10 MB with its workers; what is kept of all would be ten times that.
    expect(Math.min(...rss.slice(-3)) - (rss[2] as number), rss.join(' ')).toBeLessThan(60);
  });

  test('refuses nobody while others take over, and answers each request from one version', async () => {
    for (let at = 0; at < 40; at++) write(`data/parts/many/t${at}.ttl`, thing(`t${at}`, at));
    const server = await start('--watch', '--timeout', '60');
    const { url } = server;
    const seen = { requests: 0, faults: [] as string[] };
    /** The number that both things have in a version, and the body behind each tag. */
    const numberOf = new Map<string, string>();
    const bodyOf = new Map<string, string>();
    const agree = (known: Map<string, string>, key: string, value: string): void => {
      if ((known.get(key) ?? value) !== value) seen.faults.push(`${key}: ${known.get(key)} and ${value}`.slice(0, 500));
      known.set(key, value);
    };
    const get = async (address: string, accept: string): Promise<{ response: Response; text: string }> => {
      const response = await fetch(url + address, { headers: { Accept: accept } });
      const text = await response.text();
      seen.requests++;
      if (response.status !== 200) seen.faults.push(`${address}: ${response.status} ${text.slice(0, 200)}`);
      const tag = response.headers.get('etag');
      if (tag) agree(bodyOf, tag, text);
      return { response, text };
    };
    let asked = 0;
    const sparql = async (query: string): Promise<void> => {
      const parameters = new URLSearchParams({ query: `${query} # ${asked++ % 50}` });
      const { response, text } = await get(`/sparql?${parameters}`, 'text/csv');
      const [, version = ''] = /version=([0-9a-f]{16})>; rel="cite-as"/.exec(response.headers.get('link') ?? '') ?? [];
      const [one, two] = (text.split(/\r?\n/)[1] ?? '').split(',');
      agree(numberOf, version, String(one));
      if (one !== two || !version) seen.faults.push(`${version}: ${text}`);
    };
    const both =
      '<http://example.org/one> <http://example.org/number> ?one . <http://example.org/two> <http://example.org/number> ?two .';
    const kinds: (() => Promise<unknown>)[] = [
      () => sparql(`SELECT ?one ?two WHERE { ${both} }`),
      () =>
        sparql(
          `SELECT ?one ?two (COUNT(*) AS ?n) WHERE { ${both} ?a <http://example.org/number> ?x . ?b <http://example.org/number> ?y . ?c <http://example.org/number> ?z . VALUES ?v { 1 2 3 } FILTER(?x + ?y + ?v > 0) } GROUP BY ?one ?two`,
        ),
      () => get('/numbers', 'text/html'),
      () => get('/about/one', 'text/html'),
      () => get('/about/two', 'text/turtle'),
      () => get('/things', 'application/ld+json'),
      () => get('/search?q=one', 'application/json'),
      () => get('/', 'text/html'),
      async () => {
        const { response, text } = await get('/dumps/small.nq', '*/*');
        const [, version = ''] = /dumps\/([0-9a-f]{16})\//.exec(response.url) ?? [];
        const found = ['one', 'two'].map((name) => new RegExp(`/${name}> <[^>]*/number> "(\\d+)"`).exec(text)?.[1]);
        agree(numberOf, version, String(found[0]));
        if (found[0] !== found[1] || !version) seen.faults.push(`dump ${version}: ${found.join(' ')}`);
      },
    ];
    let over = false;
    const client = async (first: number): Promise<void> => {
      for (let at = first; !over; at++) {
        await (kinds[at % kinds.length] as () => Promise<unknown>)().catch((error: unknown) => {
          seen.faults.push(String((error as Error).cause ?? error));
        });
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, (_, first) => client(first)));
    const swaps = 4;
    for (let number = 2; number < 2 + swaps; number++) {
      // At once, so that no version has one without the other.
      write('data/one.ttl', thing('one', number));
      write('data/two.ttl', thing('two', number));
      await expect
        .poll(async () => numbers(server), { timeout: 120_000, interval: 250 })
        .toMatchObject({ one: number, two: number });
      // The clients too have asked it.
      await expect.poll(() => [...numberOf.values()], { timeout: 120_000 }).toContain(String(number));
    }
    over = true;
    await clients;
    expect(seen.faults).toEqual([]);
    expect(new Set(numberOf.values())).toEqual(new Set(['1', '2', '3', '4', '5']));
    expect(numberOf.size).toBe(1 + swaps);
    expect(seen.requests).toBeGreaterThan(200);
  });

  test('leaves no process behind when it is told to stop while it prepares', async () => {
    const server = await start('--watch');
    const pid = server.child.pid as number;
    write('data/one.ttl', thing('one', 7));
    await expect.poll(() => childrenOf(pid).length, { timeout: 45_000, interval: 10 }).toBe(1);
    const [child = 0] = childrenOf(pid);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    await expect.poll(() => readdirSync('/proc').includes(String(child)), patience).toBe(false);
    expect(server.output.stderr).not.toMatch(/Error|at .*\.js/);
  });
});

describe('a server that does not watch', () => {
  // The signal ended the process, with an exit that service managers take for a good one.
  test('takes files up when it is told so while it starts', async () => {
    const starting = startProcess(options(), (child) => {
      const tell = setInterval(() => {
        // What prepares the dataset runs: the server listens to signals, and to nothing else yet.
        if (!childrenOf(child.pid as number).length) return;
        clearInterval(tell);
        child.kill('SIGHUP');
      }, 10);
      child.once('exit', () => clearInterval(tell));
    });
    const server = await starting;
    servers.push(server);
    await expect.poll(async () => (await ready(server)).rebuild?.state, patience).toBe('done');
  });

  test('takes files up when it is told to reload, by SIGHUP', async () => {
    const server = await start();
    expect(await ready(server)).not.toHaveProperty('rebuild');
    write('data/one.ttl', thing('one', 7));
    await pause(2000);
    expect(await numbers(server)).toMatchObject({ one: 1 });
    server.child.kill('SIGHUP');
    await isServed(server, { one: 7, two: 1, three: 3 });
    write('data/one.ttl', 'oops');
    server.child.kill('SIGHUP');
    await isIn(server, 'failed');
    expect((await ready(server)).rebuild?.report?.[0]).toMatch(/^one\.ttl:1:1: /);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });
});
