import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, serveCommand } from '../src/commands/serve.ts';
import { settingsOf } from '../src/commands/settings.ts';
import { defaultOperations } from '../src/http/operations.ts';
import { serve } from './setup/server.ts';

const root = new URL('..', import.meta.url).pathname;
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const settings = settingsOf(serveCommand());
const has = (program: string): boolean => !spawnSync('sh', ['-c', `command -v ${program}`]).status;

let folder: string;
let running: Running;
let port: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'deployment-'));
  const free = await freePort();
  running = await serve({
    port: free,
    trustProxy: ['loopback'],
    rateLimit: 600,
    publicUrl: 'https://graph.example.org',
  });
  port = String(free);
  while (!(await fetch(`http://127.0.0.1:${port}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
});
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  'Dockerfile',
  'deploy/umcnl.service',
  'deploy/nginx.conf',
  'docs/deployment.md',
  'docs/operations.md',
])('%s names only settings and flags that there are', (file) => {
  const text = read(file);
  const variables = new Set(settings.map(({ variable }) => variable));
  for (const [name] of text.matchAll(/\bUMCNL_[A-Z]\w*/g)) expect(variables).toContain(name);
  const flags = new Set(serveCommand().options.map(({ long }) => long));
  for (const [, flag] of text.matchAll(/dist\/main\.js serve.*(--[a-z-]+)/g)) expect(flags).toContain(flag);
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  const each = (word: string): string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const { scripts, files } = JSON.parse(read('package.json')) as { scripts: Record<string, string>; files: string[] };

  test('runs scripts that there are', () => {
    const named = [
      ...each('RUN')
        .join('\n')
        .matchAll(/npm run (\S+)/g),
    ].map(([, name]) => name as string);
    expect(named).not.toEqual([]);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  test('copies what there is and what is needed, past .dockerignore', () => {
    const letIn = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const [fromBuild, own] = [true, false].map((made) =>
      each('COPY')
        .filter((line) => line.startsWith('--from=build ') === made)
        .flatMap((line) => line.replace('--from=build ', '').split(' ').slice(0, -1)),
    ) as [string[], string[]];
    for (const file of own) expect(existsSync(path.join(root, file)), file).toBe(true);
    expect([...new Set(own)].sort()).toEqual([...letIn].sort());
    const made = fromBuild.map((file) => file.replace('/app/', ''));
    expect(made).toEqual(expect.arrayContaining([...files, 'package.json', 'node_modules', 'store']));
    for (const file of made.filter((file) => !['node_modules', 'dist', 'store'].includes(file)))
      expect(own).toContain(file);
  });

  test('serves where it has prepared, as a user of its own, and ends before it is killed', () => {
    expect(new Set(each('WORKDIR')).size).toBe(1);
    expect(each('FROM').map((line) => line.replace(/ AS .*/, ''))).toEqual([each('FROM')[1], each('FROM')[1]]);
    expect(each('RUN').join('\n')).toContain('prepare --store /app/store');
    expect(lines.indexOf('USER node')).toBeGreaterThan(lines.lastIndexOf(`FROM ${each('FROM')[1]}`));
    expect(Number(/UMCNL_STOP_LIMIT=(\d+)/.exec(each('ENV').join(' '))?.[1])).toBeLessThan(10);
    expect(each('CMD')).toEqual(['["node", "dist/main.js", "serve"]']);
  });

  test('asks after the health of the server in a way that works', () => {
    const [, command] = /CMD (\[.*\])$/.exec(each('HEALTHCHECK').join()) ?? [];
    const [program, ...args] = JSON.parse(String(command)) as string[];
    expect(program).toBe('node');
    const code = (at: string): Promise<number | null> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, args, { env: { ...process.env, UMCNL_PORT: at } });
        child.on('close', resolve);
      });
    return Promise.all([
      expect(code(port)).resolves.toBe(0),
      // Nobody listens on the first port.
      expect(code('1')).resolves.toBe(1),
    ]);
  });
});

describe('the systemd unit', () => {
  const unit = read('deploy/umcnl.service');

  test('gives the server more time to stop than it takes, and stops no worker by itself', () => {
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(defaultOperations.stopLimit);
    expect(unit).toMatch(/^KillMode=mixed$/m);
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute/m);
  });

  test.skipIf(!has('systemd-analyze'))('is what systemd takes', () => {
    const file = path.join(folder, 'umcnl.service');
    writeFileSync(file, unit.replace('/usr/bin/node', process.execPath));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});

/** What came back through the proxy. */
interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const nginx = has('nginx') && has('openssl');
if (!nginx) console.warn('SKIPPED: nginx and openssl are not installed, so the example of a proxy is not run.');

describe.skipIf(!nginx)('nginx with the example of a site', () => {
  let proxy: ReturnType<typeof spawn>;
  let proxyPort: number;

  /** Asks the proxy. Its certificate is one of its own making. */
  const ask = (target: string, headers: Record<string, string> = {}, method = 'GET', content = ''): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const sent = { ...headers, ...(content ? { 'content-length': String(Buffer.byteLength(content)) } : {}) };
      request({ port: proxyPort, path: target, method, headers: sent, rejectUnauthorized: false }, (response) => {
        buffer(response).then(
          (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
          reject,
        );
      })
        .on('error', reject)
        .end(content);
    });

  let checked: SpawnSyncReturns<string>;
  beforeAll(async () => {
    proxyPort = await freePort();
    const [certificate, key] = [path.join(folder, 'site.pem'), path.join(folder, 'site.key')];
    const subject = ['-subj', '/CN=graph.example.org', '-days', '1', '-nodes', '-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject], { stdio: 'ignore' });
    const site = read('deploy/nginx.conf')
      .replace('server 127.0.0.1:3000', `server 127.0.0.1:${port}`)
      .replace('listen 443', `listen 127.0.0.1:${proxyPort}`)
      .replace('/etc/ssl/certs/graph.example.org.pem', certificate)
      .replace('/etc/ssl/private/graph.example.org.key', key)
      .replace('/var/cache/umcnl-nginx', path.join(folder, 'cache'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${path.join(folder, name)};`)
      .join('\n');
    const file = path.join(folder, 'nginx.conf');
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    writeFileSync(
      file,
      `${user} daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr;
       events {}
       http { access_log off; ${temporary}\n${site} }`,
    );
    checked = spawnSync('nginx', ['-t', '-q', '-c', file], { encoding: 'utf8' });
    proxy = spawn('nginx', ['-c', file], { stdio: 'ignore' });
    for (let left = 100; left > 0; left--) {
      const there = await ask('/healthz').catch(() => undefined);
      if (there?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nginx does not answer: ${checked.stderr}`);
  });
  afterAll(() => {
    proxy?.kill();
  });

  test('finds nothing wrong with it', () => {
    // Newer versions would have HTTP/2 said in another way, which older ones do not know.
    const said = checked.stderr
      .split('\n')
      .filter((line) => line && !line.includes('"listen ... http2" directive is deprecated'));
    expect({ status: checked.status, said }).toEqual({ status: 0, said: [] });
  });

  const select = 'SELECT ?s { ?s a <http://www.w3.org/ns/org#FormalOrganization> } ORDER BY ?s LIMIT 3';
  const csv = { accept: 'text/csv', 'accept-encoding': 'gzip' };

  test('keeps what may be kept, by format, and answers 304 itself', async () => {
    const first = await ask(`/sparql?query=${encodeURIComponent(select)}`, csv);
    expect(first.headers).toMatchObject({ 'cache-control': 'public, no-cache' });
    const [, version] = /[?&]version=([0-9a-f]{16})/.exec(String(first.headers['link'])) ?? [];
    const lasting = `/sparql?version=${version}&query=${encodeURIComponent(select)}`;
    const [made, kept] = [await ask(lasting, csv), await ask(lasting, csv)];
    expect([made.headers['x-cache-status'], kept.headers['x-cache-status']]).toEqual(['MISS', 'HIT']);
    expect(kept.headers['cache-control']).toContain('immutable');
    expect(kept.body).toEqual(made.body);
    expect(kept.headers.etag).toBe(made.headers.etag);
    // What is left of the limit is of the one who asked.
    expect(made.headers['ratelimit']).toMatch(/r=\d+/);
    expect(kept.headers['ratelimit']).toBeUndefined();
    expect(kept.headers['x-request-id']).not.toBe(made.headers['x-request-id']);
    const unchanged = await ask(lasting, { ...csv, 'if-none-match': String(kept.headers.etag) });
    expect([unchanged.status, unchanged.body.length, unchanged.headers['x-cache-status']]).toEqual([304, 0, 'HIT']);
    const json = await ask(lasting, { ...csv, accept: 'application/sparql-results+json' });
    expect([json.headers['x-cache-status'], json.headers['content-type']]).toEqual([
      'MISS',
      expect.stringContaining('sparql-results+json'),
    ]);
  });

  test('never keeps the 304 of one client for another', async () => {
    const { headers } = await ask(`/sparql?query=${encodeURIComponent(select)}`, csv);
    const [, version] = /[?&]version=([0-9a-f]{16})/.exec(String(headers['link'])) ?? [];
    const lasting = `/sparql?version=${version}&query=${encodeURIComponent(`${select} OFFSET 1`)}`;
    // One who has it from elsewhere asks before nginx does.
    const tag = (await fetch(`http://127.0.0.1:${port}${lasting}`, { headers: csv })).headers.get('etag');
    const seen = [await ask(lasting, { ...csv, 'if-none-match': String(tag) }), await ask(lasting, csv)];
    expect(seen.map(({ status }) => status)).toEqual([304, 200]);
    expect(String(seen[1]?.body)).toMatch(/^s\r\nhttp/);
    expect((await ask(lasting, csv)).headers['x-cache-status']).toBe('HIT');
  });

  test('asks each time for what may change', async () => {
    const seen = [await ask('/about/id/centre/lumc.ttl'), await ask('/about/id/centre/lumc.ttl')];
    for (const { status, headers } of seen) {
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('public, no-cache');
      expect(headers['x-cache-status']).toBe('MISS');
    }
    const unchanged = await ask('/about/id/centre/lumc.ttl', { 'if-none-match': String(seen[0]?.headers.etag) });
    expect([unchanged.status, unchanged.body.length]).toEqual([304, 0]);
  });

  test('passes on what the server has compressed, as it is', async () => {
    const [plain, packed] = [await ask('/context.jsonld'), await ask('/context.jsonld', { 'accept-encoding': 'gzip' })];
    expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([undefined, 'gzip']);
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    expect(packed.headers.etag).not.toBe(plain.headers.etag);
    expect(packed.headers.etag).toMatch(/^"/);
  });

  test('passes on HEAD, QUERY and POST', async () => {
    const [whole, head] = [await ask('/about/id/centre/lumc.ttl'), await ask('/about/id/centre/lumc.ttl', {}, 'HEAD')];
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect([head.headers.etag, head.headers['content-length']]).toEqual([
      whole.headers.etag,
      whole.headers['content-length'],
    ]);
    const typed = { accept: 'text/csv', 'content-type': 'application/sparql-query' };
    const [query, post] = [await ask('/sparql', typed, 'QUERY', select), await ask('/sparql', typed, 'POST', select)];
    expect([query.status, post.status]).toEqual([200, 200]);
    expect(String(query.body).split('\r\n')).toHaveLength(5);
    expect(query.body).toEqual(post.body);
  });

  test('leaves refusals to the server, with what to do', async () => {
    const long = await ask(`/sparql?query=${'x'.repeat(17_000)}`);
    expect([long.status, long.headers['content-type']]).toEqual([
      414,
      expect.stringContaining('application/problem+json'),
    ]);
    const large = await ask('/sparql', { 'content-type': 'application/sparql-query' }, 'POST', 'x'.repeat(1_500_000));
    expect([large.status, large.headers['content-type']]).toEqual([
      413,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  test('tells who asks, whatever the client says of itself', async () => {
    const left = async (forwarded: string): Promise<number> => {
      const query = encodeURIComponent(`ASK {} # ${forwarded}`);
      const { headers } = await ask(`/sparql?query=${query}`, { 'x-forwarded-for': forwarded });
      return Number(/r=(\d+)/.exec(String(headers['ratelimit']))?.[1]);
    };
    const before = await left('192.0.2.1');
    expect(await left('192.0.2.2')).toBe(before - 1);
  });

  test('sends dumps on, also in pieces', async () => {
    const { headers } = await ask('/dumps/umcnl.nt.gz');
    const target = String(headers['location'] ?? '/dumps/umcnl.nt.gz').replace('https://graph.example.org', '');
    const piece = await ask(target, { range: 'bytes=0-9' });
    expect([piece.status, piece.body.length]).toEqual([206, 10]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
