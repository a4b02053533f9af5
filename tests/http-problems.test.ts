import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { isProblemName, type ProblemName, problemTexts } from '../src/html/problem-texts.ts';
import { answerBrokenRequest } from '../src/http/broken-request.ts';
import { problemOfFault } from '../src/http/problem.ts';
import { serve } from './setup/server.ts';

const names = Object.keys(problemTexts) as ProblemName[];
const src = new URL('../src/', import.meta.url).pathname;

describe('the table of problems', () => {
  test.each(names)('%s is explained in both languages, in sentences', (name) => {
    const { title, meaning, action } = problemTexts[name];
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const language of ['en', 'nl'] as const) {
      expect(title[language]).toMatch(/^[A-Z][^.]+$/);
      expect(meaning[language]).toMatch(/^[A-Z].+\.$/);
      expect(action[language]).toMatch(/^[A-Z].+\.$/);
    }
    expect(title.en).not.toBe(title.nl);
  });

  test('has the status with which each kind is thrown', () => {
    const thrown: [number, string][] = Object.values(problemOfFault).map(([status, name]) => [status, name]);
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((each) => /\.tsx?$/.test(each)))
      for (const [, status, name] of readFileSync(path.join(src, file), 'utf8').matchAll(
        /new Problem\(\s*(\d+),\s*'([^']+)'/g,
      ))
        thrown.push([Number(status), String(name)]);
    expect(new Set(thrown.map(([, name]) => name))).toEqual(new Set(names));
    for (const [status, name] of thrown) {
      if (!isProblemName(name)) throw new Error(`${name} is not in the table.`);
      expect(problemTexts[name].status, name).toBe(status);
    }
  });
});

describe('over HTTP', () => {
  let running: Running;
  beforeAll(async () => {
    running = await serve();
  });
  afterAll(() => running?.stop());
  const get = (address: string, headers: Record<string, string> = {}) => fetch(running.url + address, { headers });

  test.each(names)('/problems/%s says what the type of such a problem means', async (name) => {
    const asJson = await get(`/problems/${name}`, { Accept: 'application/json' });
    expect(asJson.status).toBe(200);
    expect(await asJson.json()).toEqual({ type: `${running.url}/problems/${name}`, ...problemTexts[name] });
    for (const language of ['en', 'nl'] as const) {
      const page = await get(`/problems/${name}`, { Accept: 'text/html', 'Accept-Language': language });
      const html = await page.text();
      expect(html).toContain(`<h1>${problemTexts[name].title[language]}</h1>`);
      expect(html).toContain(problemTexts[name].action[language].replaceAll('&', '&amp;'));
    }
  });

  test('/problems lists all, as a page and as JSON', async () => {
    const { problems } = (await (await get('/problems', { Accept: 'application/json' })).json()) as {
      problems: { type: string }[];
    };
    expect(problems.map(({ type }) => type)).toEqual(names.map((name) => `${running.url}/problems/${name}`));
    const page = await (await get('/problems', { Accept: 'text/html' })).text();
    for (const name of names) expect(page).toContain(`href="/problems/${name}?lang=en"`);
  });

  test('a problem leads to its explanation, as a document and as a page', async () => {
    const problem = (await (await get('/sparql?query=SELEC')).json()) as { type: string; title: string };
    expect(problem.type).toBe(`${running.url}/problems/query-syntax`);
    expect(problem.title).toBe(problemTexts['query-syntax'].title.en);
    const page = await (await get('/sparql?query=SELEC&lang=nl', { Accept: 'text/html' })).text();
    expect(page).toContain(`<h1>400 ${problemTexts['query-syntax'].title.nl}</h1>`);
    expect(page).toContain('href="/problems/query-syntax?lang=nl"');
  });

  test.each(['other', 'toString', '__proto__', 'Not-Found'])('there is no problem "%s"', async (name) => {
    const response = await get(`/problems/${name}`);
    expect(response.status).toBe(404);
    expect(((await response.json()) as { type: string }).type).toMatch(/\/problems\/not-found$/);
  });
});

describe('what is no request', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer({ maxHeaderSize: 1024, headersTimeout: 200, connectionsCheckingInterval: 100 });
    server.on('clientError', answerBrokenRequest('http://example.org'));
    server.on('request', (_request, response) => response.end('fine'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const send = async (bytes: string): Promise<string> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(Buffer.from(bytes));
    return text(socket);
  };

  test.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400, 'bad-request'],
    ['bytes beyond ASCII in the address', 'GET /é HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad-request'],
    ['headers without an end', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(2000)}\r\n\r\n`, 431, 'header-too-large'],
    ['a request without an end', 'GET / HTTP/1.1\r\nHost: x\r\n', 408, 'request-timeout'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'bad-request',
    ],
  ])('gets a problem document: %s', async (_, bytes, status, name) => {
    const [head = '', body = ''] = (await send(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/problem\+json$/im);
    expect(head).toMatch(/^access-control-allow-origin: \*$/im);
    expect(head).toMatch(/^connection: close$/im);
    expect(Number(/^content-length: (\d+)$/im.exec(head)?.[1])).toBe(Buffer.byteLength(body));
    expect(JSON.parse(body)).toMatchObject({ status, type: `http://example.org/problems/${name}` });
    expect(await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).text()).toBe('fine');
  });
});
