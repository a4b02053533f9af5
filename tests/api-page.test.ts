import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { apiTexts } from '../src/html/api-texts.ts';
import { serve } from './setup/server.ts';

interface Example {
  readonly topic: string;
  readonly code: readonly { readonly name: string; readonly code: string }[];
}

const run = promisify(execFile);
const isThere = (program: string): Promise<boolean> =>
  run(program, ['--version']).then(
    () => true,
    () => false,
  );

/** How code of each language is run, and the program that it takes. */
const runners: Readonly<Record<string, { program: string; args: (code: string, file: string) => string[] }>> = {
  curl: { program: 'curl', args: (code) => ['-c', code.replace('curl ', 'curl --silent --show-error --fail ')] },
  python: { program: 'python3', args: (code) => ['-c', code] },
  r: { program: 'Rscript', args: (_code, file) => [file] },
  javascript: { program: process.execPath, args: (_code, file) => [file] },
};

/** What the answer of each example has in it, whatever the language that asks. */
const expected: Readonly<Record<string, RegExp>> = {
  sparql: /umc-utrecht|id\//,
  thing: /"@context"/,
  list: /hydra:|dcterms:|</,
  search: /"results"/,
  reconcile: /"match"/,
  resolve: /a /,
  graphs: /</,
  catalogue: /dcat:Catalog/,
  changes: /<feed/,
};

describe('the page about interfaces', () => {
  let running: Running;
  let examples: Example[];
  let folder: string;
  beforeAll(async () => {
    running = await serve();
    const response = await fetch(`${running.url}/api`, { headers: { accept: 'application/json' } });
    ({ examples } = (await response.json()) as { examples: Example[] });
    folder = await mkdtemp(path.join(tmpdir(), 'api-'));
  });
  afterAll(async () => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(['en', 'nl'] as const)('shows each example, in %s', async (lang) => {
    const page = await (await fetch(`${running.url}/api?lang=${lang}`, { headers: { accept: 'text/html' } })).text();
    const { title, lead, copy, copied, runnable, outline, ...topics } = apiTexts[lang];
    expect(examples.map(({ topic }) => topic).sort()).toEqual(Object.keys(topics).sort());
    for (const { topic, code } of examples) {
      expect(page).toContain(`id="${topic}"`);
      expect(code.map(({ name }) => name)).toEqual(['curl', 'python', 'r', 'javascript']);
    }
    for (const each of [title, lead, runnable, ...Object.values(topics).map(({ title: heading }) => heading)])
      expect(page).toContain(each.replaceAll('’', '’'));
  });

  test.each(Object.keys(runners))('its examples run: %s', async (language) => {
    const runner = runners[language] as (typeof runners)[string];
    if (!(await isThere(runner.program))) {
      console.warn(`SKIPPED: the examples in ${language}, because there is no ${runner.program}.`);
      return;
    }
    for (const { topic, code } of examples) {
      const text = code.find(({ name }) => name === language)?.code ?? '';
      const file = path.join(folder, `${topic}-${language}.${language === 'javascript' ? 'mjs' : 'txt'}`);
      await writeFile(file, text);
      const program = language === 'curl' ? 'sh' : runner.program;
      const { stdout } = await run(program, runner.args(text, file), { cwd: folder, maxBuffer: 1 << 26 });
      if (topic !== 'dumps') {
        expect(stdout, `${topic} in ${language}`).toMatch(expected[topic] as RegExp);
        continue;
      }
      const saved = path.join(folder, 'umcnl.nq.gz');
      expect(String(gunzipSync(await readFile(saved)))).toMatch(/^<.* \.\n/);
      await rm(saved);
    }
  });

  test('files that are served as they are have the examples that make sense for them', async () => {
    const data = path.join(folder, 'data.ttl');
    await writeFile(data, '<http://example.org/a> <http://example.org/b> "c" .\n');
    const plain = await serve({ plain: true, data: [data], store: path.join(folder, 'store') });
    try {
      const response = await fetch(`${plain.url}/api`, { headers: { accept: 'application/json' } });
      const { examples: shown } = (await response.json()) as { examples: Example[] };
      expect(shown.map(({ topic }) => topic)).toEqual(['sparql', 'dumps', 'changes']);
    } finally {
      await plain.stop();
    }
  });
});
