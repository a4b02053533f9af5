import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { type Cited, citeAsBibtex, citeAsText } from '../src/html/citation.ts';
import { queryTexts } from '../src/html/query-texts.ts';
import { type AnswerKind, snippetWriters } from '../src/html/snippets.ts';
import { serve } from './setup/server.ts';

const run = promisify(execFile);
let running: Running;
beforeAll(async () => {
  running = await serve();
});
afterAll(() => running?.stop());

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const open = (parameters: Record<string, string> = {}) =>
  fetch(`${running.url}/sparql?${new URLSearchParams(parameters)}`, { headers: { accept: browser } });

const select = `PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?centre ?label WHERE {
  VALUES ?centre { <https://w3id.org/umcnl/id/centre/lumc> }
  ?centre rdfs:label ?label
}`;

const decode = (text: string): string =>
  text.replace(
    /&(lt|gt|quot|amp|#39);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '&',
  );
/** The text of an element with an id. */
const textOf = (page: string, id: string): string =>
  decode(new RegExp(`id="${id}"[^>]*>([\\s\\S]*?)</(?:pre|textarea|p|script)>`).exec(page)?.[1] ?? '');

describe('without a script', () => {
  test('the page is a form, with examples that open as links', async () => {
    const page = await (await open()).text();
    expect(page).toContain('<form id="query-form"');
    expect(page).toContain('method="get" action="/sparql"');
    const links = [...page.matchAll(/<li><a href="(\/sparql\?[^"]+)"/g)].map(([, href]) => decode(href as string));
    expect(links.length).toBeGreaterThan(50);
    const answer = await fetch(running.url + links[0], { headers: { accept: browser } });
    expect(answer.status).toBe(200);
  });

  test('the page that a query is sent to shows its rows, with names for things', async () => {
    const response = await open({ query: select, lang: 'en' });
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(textOf(page, 'query')).toBe(select);
    expect(page).toContain('<th scope="col">label</th>');
    expect(page).toMatch(/<td><a href="[^"]*id\/centre\/lumc[^"]*">[^<]+<\/a><\/td>/);
  });

  test.each([
    ['ASK {}', 'Yes'],
    ['CONSTRUCT { <http://example.org/a> <http://example.org/b> "c" } WHERE {}', 'http://example.org/a'],
    ['SELECT * { <http://example.org/none> ?p ?o }', queryTexts.en.none],
  ])('%s is answered on the page', async (query, answer) => {
    const page = await (await open({ query, lang: 'en' })).text();
    const [shown = ''] = /<div id="query-shown">[\s\S]*?<\/div>/.exec(page) ?? [];
    expect(decode(shown)).toContain(answer);
  });

  test.each([
    ['SELECT * { ?s ?p ?o } LIMIT 1', 4],
    ['ASK {}', 4],
    ['CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1', 4],
  ])('each download of %s is there, in the format that it says', async (query, count) => {
    const page = await (await open({ query, lang: 'en' })).text();
    const [place = ''] = /<p id="query-downloads"[\s\S]*?<\/p>/.exec(page) ?? [];
    const links = [...place.matchAll(/href="([^"]+)" download="results\.(\w+)">/g)];
    expect(links).toHaveLength(count);
    const types = await Promise.all(
      links.map(async ([, href]) => {
        const response = await fetch(running.url + decode(href as string), { headers: { accept: browser } });
        expect(response.status).toBe(200);
        return response.headers.get('content-type')?.split(';')[0];
      }),
    );
    expect(new Set(types).size).toBe(count);
    expect(types).not.toContain('text/html');
  });

  test('a query keeps its line ends and is no markup', async () => {
    const query = '\n# </textarea><script>alert(1)</script>\nASK {}';
    const page = await (await open({ query })).text();
    // A parser of HTML drops the first line end.
    expect(textOf(page, 'query').replace(/^\n/, '')).toBe(query);
    expect(page).not.toContain('<script>alert');
  });

  test.each([
    ['en', 'Syntax error in the query', 'Line 2, column'],
    ['nl', 'Syntaxfout in de zoekvraag', 'Regel 2, kolom'],
  ])('an error is told on the page with the query (%s)', async (lang, title, place) => {
    const response = await open({ query: 'SELECT *\nWHER { ?s ?p ?o }', lang });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(textOf(page, 'query')).toBe('SELECT *\nWHER { ?s ?p ?o }');
    expect(page).toContain(title);
    expect(page).toContain(place);
    expect(JSON.parse(textOf(page, 'query-problem'))).toMatchObject({ status: 400, line: 2 });
  });

  test('a version that is gone leaves the query on the page, and leads to the current version', async () => {
    const response = await open({ query: 'ASK {}', version: '0000000000000000', lang: 'en' });
    expect(response.status).toBe(410);
    const page = await response.text();
    expect(textOf(page, 'query')).toBe('ASK {}');
    expect(page).toContain(queryTexts.en.askCurrent);
  });

  test('the link to the answer names the version, and the other language keeps the query', async () => {
    const page = await (await open({ query: 'ASK {}', lang: 'en' })).text();
    const address = new URL(textOf(page, 'share-pinned'));
    expect(address.searchParams.get('version')).toMatch(/^[0-9a-f]{16}$/);
    expect(await (await fetch(address)).json()).toMatchObject({ boolean: true });
    const [, other = ''] = /href="([^"]+)"[^>]*hreflang="nl"/.exec(page) ?? [];
    expect(new URL(decode(other), running.url).searchParams.get('query')).toBe('ASK {}');
  });

  test('no script or style stands in the page itself', async () => {
    const page = await (await open({ query: select })).text();
    expect(page).not.toMatch(/ style="| on\w+="|<style/);
    for (const [, attributes = ''] of page.matchAll(/<script([^>]*)>/g))
      expect(attributes).toMatch(/ src="\/assets\/|type="application\/(?:ld\+)?json"/);
  });
});

describe('what helps to write', () => {
  interface Word {
    readonly iri: string;
    readonly label?: string;
    readonly count: number;
  }
  const vocabulary = async (language: string) =>
    (await (await fetch(`${running.url}/sparql/vocabulary.json?lang=${language}`)).json()) as {
      prefixes: Record<string, string>;
      classes: Word[];
      properties: Word[];
    };

  test('the vocabulary has the classes and properties in use, with how often', async () => {
    const { classes, properties, prefixes } = await vocabulary('en');
    expect(prefixes['rdfs']).toBe('http://www.w3.org/2000/01/rdf-schema#');
    const counts = async (query: string) => {
      const answer = await fetch(`${running.url}/sparql?${new URLSearchParams({ query })}`);
      const { results } = (await answer.json()) as { results: { bindings: Record<'iri' | 'n', { value: string }>[] } };
      return new Map(results.bindings.map(({ iri, n }) => [iri.value, Number(n.value)]));
    };
    const used = await counts('SELECT ?iri (COUNT(*) AS ?n) { ?s ?iri ?o } GROUP BY ?iri');
    // The dataset's statistics are of all but themselves.
    for (const { iri, count } of properties) expect(used.get(iri), iri).toBeGreaterThanOrEqual(count);
    expect(properties.length).toBeGreaterThan(100);
    expect(classes.length).toBeGreaterThan(50);
    expect(properties.map(({ count }) => count)).toEqual(properties.map(({ count }) => count).sort((a, b) => b - a));
  });

  test('its labels are in the language of the page', async () => {
    const [en, nl] = await Promise.all([vocabulary('en'), vocabulary('nl')]);
    const named = (words: readonly Word[]) => words.flatMap(({ label }) => label ?? []);
    expect(named(en.classes).length).toBeGreaterThan(40);
    expect(named(en.classes)).not.toEqual(named(nl.classes));
  });

  test('plain files have a vocabulary as well', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vocabulary-'));
    const file = path.join(folder, 'plain.ttl');
    writeFileSync(file, '@prefix ex: <http://example.org/> . ex:a a ex:B ; ex:c 1, 2 .');
    const plain = await serve({ plain: true, data: [file] });
    try {
      expect(await (await fetch(`${plain.url}/sparql/vocabulary.json`)).json()).toEqual({
        prefixes: {},
        classes: [{ iri: 'http://example.org/B', count: 1 }],
        properties: [
          { iri: 'http://example.org/c', count: 2 },
          { iri: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type', count: 1 },
        ],
      });
      expect((await fetch(`${plain.url}/sparql`, { headers: { accept: browser } })).status).toBe(200);
    } finally {
      await plain.stop();
      rmSync(folder, { recursive: true });
    }
  });

  test('names are told in the language that is asked for, and only of what has one', async () => {
    const ask = async (lang: string, ...iris: string[]) =>
      (
        await fetch(
          `${running.url}/sparql/labels.json?${new URLSearchParams([['lang', lang], ...iris.map((iri) => ['iri', iri])] as [string, string][])}`,
        )
      ).json();
    const research = 'https://w3id.org/umcnl/concept/core-task/research';
    const en = (await ask('en', research, 'http://example.org/none')) as Record<
      string,
      { label: string; page: string }
    >;
    const nl = (await ask('nl', research)) as typeof en;
    expect(Object.keys(en)).toEqual([research]);
    expect(en[research]?.label).not.toBe(nl[research]?.label);
    expect(en[research]?.page).toBe('/about/concept/core-task/research?lang=en');
    expect((await fetch(running.url + nl[research]?.page)).status).toBe(200);
    expect((await fetch(`${running.url}/sparql/labels.json`)).status).toBe(400);
  });
});

describe('a query in a program', () => {
  /** Quotes, escapes and signs that mean something in one language or another. */
  const nasty = `# It's "quoted" \\ and \`so\` on: \${HOME} $(date) %20 ) )- é 𝔘
SELECT (CONCAT("it's", ' "two" ', """a
'''b\\t""", "\\\\ \${x} \`y\`") AS ?text) {}`;
  const queries: Record<AnswerKind, string> = {
    rows: nasty,
    boolean: 'ASK { FILTER("a\\\\b" = "a\\u005Cb") }',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a sign that JavaScript must escape.
    graph: 'CONSTRUCT { <http://example.org/a> <http://example.org/b> "it\'s ${c}" } WHERE {}',
  };
  const kinds = Object.keys(queries) as AnswerKind[];
  const write = (name: string, kind: AnswerKind) =>
    snippetWriters
      .find((each) => each.name === name)
      ?.write({ endpoint: `${running.url}/sparql`, query: queries[kind], kind }) as string;
  const ask = async (kind: AnswerKind, accept: string) =>
    (
      await fetch(`${running.url}/sparql`, {
        method: 'POST',
        body: new URLSearchParams({ query: queries[kind] }),
        headers: { accept },
      })
    ).text();
  const value = async () => {
    const { results } = JSON.parse(await ask('rows', 'application/sparql-results+json'));
    return results.bindings[0].text.value as string;
  };

  test('the query that is tried has signs that every language escapes', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a sign that JavaScript must escape.
    expect(await value()).toContain('${x} `y`');
  });

  test.each(kinds)('curl gets the answer (%s)', async (kind) => {
    const accept = { rows: 'text/csv', boolean: 'application/sparql-results+json', graph: 'text/turtle' }[kind];
    const { stdout } = await run('sh', ['-c', `${write('curl', kind)} --silent --show-error`]);
    expect(stdout).toBe(await ask(kind, accept));
    expect(stdout).not.toBe('');
  });

  test.each(kinds)('JavaScript gets the answer (%s)', async (kind) => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', write('javascript', kind)]);
    if (kind === 'rows') expect(stdout).toContain('text:');
    else expect(stdout.trim()).toBe(kind === 'boolean' ? 'true' : (await ask(kind, 'text/turtle')).trim());
  });

  test('JavaScript asks just what is written', async () => {
    const asked = write('javascript', 'rows').replace(/console\.log\(.*\);/, 'console.log(JSON.stringify(row));');
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', asked]);
    expect(JSON.parse(stdout).text.value).toBe(await value());
  });

  const hasPython = has('python3', '--version');
  test.runIf(hasPython).each(kinds)('Python gets the answer (%s)', async (kind) => {
    const { stdout } = await run('python3', ['-c', write('python', kind)], {
      env: { ...process.env, PYTHONUTF8: '1' },
    });
    if (kind === 'boolean') expect(stdout.trim()).toBe('True');
    else if (kind === 'graph') expect(stdout.trim()).toBe((await ask(kind, 'text/turtle')).trim());
    else expect(stdout.trim()).toBe(pythonText({ text: await value() }));
  });

  test.runIf(has('Rscript', '--version')).each(kinds)('R gets the answer (%s)', async (kind) => {
    const { stdout } = await run('Rscript', ['-e', write('r', kind)]);
    expect(stdout).toContain({ rows: 'text', boolean: 'true', graph: 'http://example.org/a' }[kind]);
  });

  test('R reads a text of any dashes', () => {
    const r = snippetWriters.find(({ name }) => name === 'r');
    expect(r?.write({ endpoint: 'http://example.org/', query: 'ASK { } # )" )-"', kind: 'boolean' })).toContain(
      'r"--(ASK { } # )" )-")--"',
    );
  });
});

/** A dictionary of texts as Python prints it: by Python itself. */
const pythonText = (value: Record<string, string>): string =>
  execFileSync('python3', ['-c', 'import json, sys; print(json.load(sys.stdin))'], {
    input: JSON.stringify(value),
    encoding: 'utf8',
    env: { ...process.env, PYTHONUTF8: '1' },
  }).trim();

function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a citation', () => {
  const cited: Cited = {
    title: 'Graph of A & B: 100%',
    part: 'answer to a query',
    publisher: 'Some_One',
    version: '0123456789abcdef',
    date: '2026-11-22',
    license: 'https://example.org/licence',
    address: 'https://example.org/sparql?query=ASK+%7B%7D&version=0123456789abcdef',
    accessed: '2026-11-23',
  };

  test('is a line of text', () => {
    expect(citeAsText(cited, queryTexts.en)).toBe(
      'Some_One (2026). Graph of A & B: 100%: answer to a query. Version 0123456789abcdef, 2026-11-22. Licence: https://example.org/licence. https://example.org/sparql?query=ASK+%7B%7D&version=0123456789abcdef (accessed 2026-11-23)',
    );
  });

  test('is an entry of BibTeX, with what means something in TeX escaped but in the address', () => {
    expect(citeAsBibtex(cited, queryTexts.en)).toBe(`@misc{graph-of-0123456789abcdef,
  author = {{Some\\_One}},
  title = {{Graph of A \\& B: 100\\%: answer to a query}},
  year = {2026},
  date = {2026-11-22},
  version = {0123456789abcdef},
  note = {Version 0123456789abcdef. Licence: https://example.org/licence},
  url = {https://example.org/sparql?query=ASK+%7B%7D&version=0123456789abcdef},
  urldate = {2026-11-23}
}`);
  });

  test('says nothing of what is not known', () => {
    const { publisher: _p, date: _d, accessed: _a, license: _l, ...rest } = cited;
    expect(citeAsText(rest, queryTexts.nl)).not.toMatch(/undefined|\(\)/);
    expect(citeAsBibtex(rest, queryTexts.nl)).not.toMatch(/undefined|year|urldate|author/);
  });
});
