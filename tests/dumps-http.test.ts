import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { checksumFile, type DumpFile } from '../src/publish/dumps.ts';
import { fileFormatOf } from '../src/publish/link-tables.ts';
import type { Part } from '../src/publish/parts.ts';
import { defaults, serve } from './setup/server.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
interface List {
  readonly version: string;
  readonly current: boolean;
  readonly prepared: string;
  readonly checksums: string;
  readonly parts: readonly Part[];
  readonly dumps: readonly (DumpFile & { readonly url: string; readonly mediaType: string })[];
}

let running: Running;
let list: List;

/** A request as it stands: fetch would unpack, follow and add headers. */
function send(
  address: string,
  headers: Record<string, string> = {},
  method = 'GET',
  url = running.url,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(new URL(address, url), { method, headers, agent: false }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    })
      .on('error', reject)
      .end();
  });
}

beforeAll(async () => {
  running = await serve({ federation: false });
  list = JSON.parse(String((await send('/dumps/', { accept: 'application/json' })).body)) as List;
});
afterAll(() => running?.stop());

const find = (file: string): List['dumps'][number] => {
  const found = list.dumps.find((each) => each.file === file);
  expect(found, file).toBeDefined();
  return found as List['dumps'][number];
};
const at = (file: string): string => `/dumps/${list.version}/${file}`;
const digestOf = (bytes: Uint8Array): string => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
/** What the digest of a file must be, by the checksum in the list. */
const listed = (file: string): string => `sha-256=:${Buffer.from(find(file).sha256, 'hex').toString('base64')}:`;

const turtle = 'umcnl-ontology.ttl';

describe('the list', () => {
  test('names every file of every part, with address, size, statements and checksum, as JSON and as a page', async () => {
    expect(list).toMatchObject({ current: true, version: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(Math.abs(Date.now() - Date.parse(list.prepared))).toBeLessThan(30 * 86_400_000);
    for (const part of list.parts) expect(list.dumps.some((each) => each.part === part.name)).toBe(true);
    for (const language of ['en', 'nl']) {
      const page = String((await send(`/dumps/?lang=${language}`, { accept: 'text/html' })).body);
      for (const { file, sha256, coding } of list.dumps) {
        expect(page).toContain(`href="${at(file)}"`);
        if (!coding) expect(page).toContain(sha256);
      }
      for (const { name, title } of list.parts) if (name) expect(page).toContain(title[language]);
      expect(page).toContain(`href="${at(checksumFile)}"`);
    }
  });

  test('of a version is at the address of the version', async () => {
    const own = await send(`/dumps/${list.version}/`, { accept: 'application/json' });
    expect(JSON.parse(String(own.body))).toEqual(list);
  });

  test('of checksums is as sha256sum reads it', async () => {
    const { status, headers, body } = await send(new URL(list.checksums).pathname);
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(String(body)).toBe(list.dumps.map(({ sha256, file }) => `${sha256}  ${file}\n`).join(''));
  });
});

test('every file that is listed is there, of the type, size and checksum that are told', async () => {
  for (const { url, file, bytes, sha256, mediaType, coding, format } of list.dumps) {
    expect(url).toBe(running.url + at(file));
    const answer = await send(at(file));
    expect(answer.status, file).toBe(200);
    expect(answer.headers['content-type']?.split(';')[0]).toBe(mediaType);
    expect(mediaType).toBe(
      { none: fileFormatOf(format).mediaType, gzip: 'application/gzip', br: 'application/octet-stream' }[
        coding ?? 'none'
      ],
    );
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers['content-length']).toBe(String(bytes));
    expect(answer.body.length).toBe(bytes);
    expect(createHash('sha256').update(answer.body).digest('hex'), file).toBe(sha256);
    expect(answer.headers['repr-digest']).toBe(listed(file));
    expect(answer.headers['content-digest']).toBe(listed(file));
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="${file}"`);
  }
}, 180_000);

describe('an address', () => {
  test('of a version never changes, and says so', async () => {
    const { headers } = await send(at(turtle));
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['last-modified']).toBe(new Date(list.prepared).toUTCString());
    expect(headers.etag).toBe(`"${find(turtle).sha256}"`);
    expect(headers['accept-ranges']).toBe('bytes');
    expect(headers['access-control-allow-origin']).toBe('*');
    for (const name of [
      'Repr-Digest',
      'Content-Digest',
      'Content-Range',
      'Accept-Ranges',
      'ETag',
      'Content-Disposition',
    ])
      expect(headers['access-control-expose-headers']).toContain(name);
  });

  test.each([turtle, 'umcnl.nq.gz', checksumFile])('without the version, %s leads to the current one', async (file) => {
    const { status, headers } = await send(`/dumps/${file}`);
    expect([status, headers.location]).toEqual([302, at(file)]);
    expect(headers['cache-control']).toBe('public, no-cache');
    expect((await send(String(headers.location))).status).toBe(200);
  });

  test.each([
    '/dumps/other.ttl',
    '/dumps/ffffffffffffffff/',
    '/dumps/ffffffffffffffff/umcnl.ttl',
    '/dumps/current/umcnl.ttl',
    '/dumps/..%2f..%2fpackage.json',
    '/dumps/{version}/other.ttl',
    '/dumps/{version}/..%2fmanifest.json',
    '/dumps/{version}/%2e%2e%2fdataset.nq',
    '/dumps/{version}/umcnl.ttl%00',
    '/dumps/{version}/UMCNL.ttl',
  ])('%s is nowhere', async (address) => {
    const { status, body } = await send(address.replace('{version}', list.version));
    expect(status).toBe(404);
    expect(JSON.parse(String(body))).toMatchObject({ status: 404, detail: expect.stringContaining('/dumps/') });
  });
});

describe('a client that takes compressed content', () => {
  test.each([
    ['gzip', 'gzip', gunzipSync],
    ['br', 'br', brotliDecompressSync],
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['br;q=0.1, gzip', 'gzip', gunzipSync],
  ] as const)('with Accept-Encoding: %s gets the file that is there in %s', async (accepted, coding, unpack) => {
    const plain = await send(at(turtle));
    const coded = await send(at(turtle), { 'accept-encoding': accepted });
    const file = `${turtle}.${coding === 'gzip' ? 'gz' : 'br'}`;
    expect(coded.status).toBe(200);
    expect(coded.headers['content-encoding']).toBe(coding);
    expect(coded.headers['content-type']).toBe(plain.headers['content-type']);
    expect(coded.headers.vary).toBe('Accept-Encoding');
    expect(plain.headers.vary).toBe('Accept-Encoding');
    expect(coded.headers['content-length']).toBe(String(find(file).bytes));
    expect(coded.headers.etag).not.toBe(plain.headers.etag);
    // The representation is what is sent (RFC 9530, section 3), and not what it unpacks to.
    expect(coded.headers['repr-digest']).toBe(digestOf(coded.body));
    expect(coded.headers['content-digest']).toBe(digestOf(coded.body));
    expect(unpack(coded.body).equals(plain.body)).toBe(true);
    expect(digestOf(plain.body)).toBe(plain.headers['repr-digest']);
  });

  test.each([
    'identity',
    'zstd',
    'gzip;q=0, br;q=0',
    '',
  ])('with Accept-Encoding: %s gets the plain file', async (accepted) => {
    const { headers, body } = await send(at(turtle), { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBeUndefined();
    expect(digestOf(body)).toBe(listed(turtle));
  });

  test('gets a file that is compressed itself just as it is', async () => {
    const { headers, body } = await send(at(`${turtle}.gz`), { 'accept-encoding': 'gzip, br' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers.vary).toBeUndefined();
    expect(headers['content-type']).toBe('application/gzip');
    expect(digestOf(body)).toBe(listed(`${turtle}.gz`));
  });
});

describe('a range', () => {
  let whole: Buffer;
  beforeAll(async () => {
    whole = (await send(at(turtle))).body;
  });

  test.each<[string, string, (size: number) => [number, number]]>([
    ['of the first bytes', 'bytes=0-99', () => [0, 99]],
    ['of one byte', 'bytes=0-0', () => [0, 0]],
    ['in the middle', 'bytes=1000-2999', () => [1000, 2999]],
    ['from somewhere to the end', 'bytes=5000-', (size) => [5000, size - 1]],
    ['of the last bytes', 'bytes=-500', (size) => [size - 500, size - 1]],
    ['that goes beyond the end', 'bytes=10-99999999', (size) => [10, size - 1]],
    ['of more last bytes than there are', 'bytes=-99999999', (size) => [0, size - 1]],
  ])('%s: %s', async (_, range, bounds) => {
    const [from, to] = bounds(whole.length);
    const { status, headers, body } = await send(at(turtle), { range });
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(`bytes ${from}-${to}/${whole.length}`);
    expect(headers['content-length']).toBe(String(to - from + 1));
    expect(body.equals(whole.subarray(from, to + 1))).toBe(true);
    // Of the whole file, so that who has all parts can check what they make up.
    expect(headers['repr-digest']).toBe(listed(turtle));
    expect(headers['content-digest']).toBeUndefined();
    expect(headers.etag).toBe(`"${find(turtle).sha256}"`);
    expect(headers['cache-control']).toContain('immutable');
  });

  test('of compressed content is one of the bytes that are sent', async () => {
    const coded = (await send(at(turtle), { 'accept-encoding': 'br' })).body;
    const { status, headers, body } = await send(at(turtle), { 'accept-encoding': 'br', range: 'bytes=7-20' });
    expect([status, headers['content-encoding']]).toEqual([206, 'br']);
    expect(headers['content-range']).toBe(`bytes 7-20/${coded.length}`);
    expect(body.equals(coded.subarray(7, 21))).toBe(true);
    expect(headers['repr-digest']).toBe(digestOf(coded));
  });

  // A server may ignore Range (RFC 9110, section 14.2).
  test.each(['bytes=0-9,20-29', 'lines=1-2', 'bytes=x'])('%s gets all of it', async (range) => {
    const { status, headers, body } = await send(at(turtle), { range });
    expect(status).toBe(200);
    expect(headers['content-range']).toBeUndefined();
    expect(body.equals(whole)).toBe(true);
    expect(headers['content-digest']).toBe(listed(turtle));
  });

  test.each([
    'bytes=99999999-',
    'bytes=99999999-100000000',
    'bytes=9-0',
    'bytes=-0',
  ])('%s is refused', async (range) => {
    const { status, headers, body } = await send(at(turtle), { range });
    expect(status).toBe(416);
    expect(headers['content-range']).toBe(`bytes */${whole.length}`);
    expect(JSON.parse(String(body))).toMatchObject({ detail: expect.stringContaining(`${whole.length} bytes`) });
    // What is told of the file is no answer about the problem.
    for (const name of ['repr-digest', 'etag', 'last-modified', 'content-disposition'])
      expect(headers[name]).toBeUndefined();
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-length']).toBe(String(body.length));
  });

  test('counts only when the file is still the one that If-Range names', async () => {
    const { etag = '', 'last-modified': modified = '' } = (await send(at(turtle))).headers;
    const ask = async (ifRange: string) => (await send(at(turtle), { range: 'bytes=0-9', 'if-range': ifRange })).status;
    expect(await ask(etag)).toBe(206);
    expect(await ask(modified)).toBe(206);
    expect(await ask('"another"')).toBe(200);
    expect(await ask(etag.replace(/"$/, '-gzip"'))).toBe(200);
    expect(await ask('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(200);
  });
});

describe('conditions', () => {
  test('who has the file gets only the head', async () => {
    for (const coding of ['identity', 'gzip', 'br']) {
      const asked = { 'accept-encoding': coding };
      const { headers } = await send(at(turtle), asked);
      const { etag = '', 'last-modified': modified = '' } = headers;
      for (const condition of [
        { 'if-none-match': etag },
        { 'if-none-match': `"other", W/${etag}` },
        { 'if-none-match': '*' },
        { 'if-modified-since': modified },
      ] as Record<string, string>[]) {
        const again = await send(at(turtle), { ...asked, ...condition });
        expect([again.status, again.body.length], JSON.stringify(condition)).toEqual([304, 0]);
        for (const name of ['etag', 'vary', 'cache-control', 'last-modified'])
          expect(again.headers[name]).toBe(headers[name]);
        for (const name of ['content-encoding', 'content-length', 'content-digest', 'content-type'])
          expect(again.headers[name]).toBeUndefined();
      }
      expect((await send(at(turtle), { ...asked, 'if-none-match': '"other"' })).status).toBe(200);
    }
  });

  test('who wants another file than there is, is told so', async () => {
    const { status, headers } = await send(at(turtle), { 'if-match': '"another"' });
    expect(status).toBe(412);
    expect(headers.etag).toBeUndefined();
    expect((await send(at(turtle), { 'if-match': `"${find(turtle).sha256}"` })).status).toBe(200);
  });
});

test.each([
  ['a plain file', turtle, {}],
  ['a file in another coding', turtle, { 'accept-encoding': 'gzip' }],
  ['a compressed file', 'umcnl.nq.gz', {}],
  ['a list of checksums', checksumFile, {}],
  // There is no range of a head.
  ['a file, whatever range is asked for', turtle, { range: 'bytes=0-9' }],
])('HEAD tells what GET does: %s', async (_, file, headers) => {
  const { range: _range, ...withoutRange } = headers as Record<string, string>;
  const got = await send(at(file), withoutRange);
  const head = await send(at(file), headers, 'HEAD');
  expect(head.status).toBe(got.status);
  expect(head.body.length).toBe(0);
  const tell = (all: IncomingHttpHeaders) => {
    const { date: _date, 'x-request-id': _id, 'content-digest': _ofThisContent, ...rest } = all;
    return rest;
  };
  expect(tell(head.headers)).toEqual(tell(got.headers));
});

const run = promisify(execFile);
const hasCurl = await run('curl', ['--version']).then(
  () => true,
  () => false,
);

test.skipIf(!hasCurl)('curl goes on where it was broken off', async () => {
  const folder = mkdtempSync(path.join(defaults.store, 'curl-'));
  try {
    const file = path.join(folder, 'umcnl.nt');
    const whole = (await send(at('umcnl.nt'))).body;
    writeFileSync(file, whole.subarray(0, 1_000_000));
    // By the address that leads to the current version.
    const args = ['--silent', '--show-error', '--fail', '--location', '--write-out', '%{http_code} %{size_download}'];
    const { stdout } = await run('curl', [...args, '-C', '-', '-o', file, `${running.url}/dumps/umcnl.nt`]);
    expect(stdout).toBe(`206 ${whole.length - 1_000_000}`);
    expect(readFileSync(file).equals(whole)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('versions stay at their addresses while they are kept, and are gone after that', async () => {
  mkdirSync(defaults.store, { recursive: true });
  const folder = mkdtempSync(path.join(defaults.store, 'versions-'));
  const data = path.join(folder, 'a.ttl');
  const start = (text: string): Promise<Running> => {
    writeFileSync(data, `<http://example.org/a> <http://example.org/b> "${text}" .`);
    return serve({ plain: true, data: [data], store: path.join(folder, 'store'), keep: 2 });
  };
  const versionAt = async (url: string): Promise<List> =>
    JSON.parse(String((await send('/dumps/', { accept: 'application/json' }, 'GET', url)).body)) as List;
  try {
    let server = await start('first');
    const first = (await versionAt(server.url)).version;
    const address = `/dumps/${first}/dataset.nt`;
    const { body } = await send(address, {}, 'GET', server.url);
    expect(String(body)).toContain('"first"');
    await server.stop();

    server = await start('second');
    const second = await versionAt(server.url);
    expect((await send(address, {}, 'GET', server.url)).body.equals(body)).toBe(true);
    expect(String((await send('/dumps/dataset.nt', {}, 'GET', server.url)).headers.location)).toBe(
      `/dumps/${second.version}/dataset.nt`,
    );
    const old = await send(`/dumps/${first}/`, { accept: 'application/json' }, 'GET', server.url);
    expect(JSON.parse(String(old.body))).toMatchObject({ version: first, current: false });
    await server.stop();

    await (await start('third')).stop();
    server = await start('fourth');
    const now = (await versionAt(server.url)).version;
    for (const gone of [address, `/dumps/${first}/`, `/dumps/${first}/${checksumFile}`]) {
      const answer = await send(gone, { accept: 'application/json' }, 'GET', server.url);
      expect(answer.status, gone).toBe(410);
      const current = `${server.url}/dumps/${now}/`;
      expect(JSON.parse(String(answer.body))).toMatchObject({ currentVersion: now, current });
      expect(answer.headers.link).toBe(`<${current}>; rel="latest-version"`);
    }
    await server.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

test('a file that is taken away while the server runs is gone', async () => {
  const folder = mkdtempSync(path.join(defaults.store, 'taken-'));
  const data = path.join(folder, 'a.ttl');
  writeFileSync(data, '<http://example.org/a> <http://example.org/b> "taken" .');
  const server = await serve({ plain: true, data: [data], store: path.join(folder, 'store') });
  try {
    const { version } = JSON.parse(
      String((await send('/dumps/', { accept: 'application/json' }, 'GET', server.url)).body),
    ) as List;
    rmSync(path.join(folder, 'store', 'plain', version, 'dumps', 'dataset.nt'));
    const { status, headers } = await send(`/dumps/${version}/dataset.nt`, {}, 'GET', server.url);
    expect(status).toBe(410);
    expect(headers['repr-digest']).toBeUndefined();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
