import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import type { Request } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import type { Versions } from '../src/dataset/versions.ts';
import { changesRoutes } from '../src/http/changes.ts';
import type { Site } from '../src/http/site.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { readNQuads } from '../src/rdf/read.ts';
import { serve } from './setup/server.ts';

/** A small publication in three versions, of which the store keeps two; each change is told with its source. */
const base = 'https://example.org/';
const description = {
  base,
  name: 'small',
  title: { en: 'Small graph', nl: 'Kleine graaf' },
  description: { en: 'For tests.', nl: 'Voor proeven.' },
  license: 'https://creativecommons.org/licenses/by/4.0/',
  layers: [
    { name: 'ontology', files: 'ontology/*.ttl', graph: 'ontology', part: 'ontology' },
    { name: 'passages', files: 'documents/*/*.ttl', graph: 'document/{1}/{2}', part: '{1}', source: true },
  ],
  inferredGraph: 'graph/inferred',
  parts: { ontology: { title: { en: 'Terms', nl: 'Termen' }, description: { en: 'Terms.', nl: 'Termen.' } } },
  rules: 'rules/*.n3',
  shapes: 'shapes/*.ttl',
  shapesRules: 'rules/cax-sco.n3',
  queries: 'queries',
  prefixes: { ex: 'https://example.org/ontology#', rdfs: 'http://www.w3.org/2000/01/rdf-schema#' },
};
const prefixes = `@prefix : <${base}ontology#> .\n@prefix id: <${base}id/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n`;
const ontology = `${prefixes}:Animal a owl:Class ; rdfs:label "Animal"@en , "Dier"@nl .
:Monkey a owl:Class ; rdfs:label "Monkey"@en , "Aap"@nl ; rdfs:subClassOf :Animal .
:eats a owl:ObjectProperty ; rdfs:label "eats"@en , "eet"@nl .`;
const passages = [
  'id:kees a :Monkey ; rdfs:label "Kees"@nl ; :eats id:banana , id:nut . id:banana a :Animal ; rdfs:label "Banana"@en , "Banaan"@nl .',
  'id:kees a :Monkey ; rdfs:label "Kees"@nl ; :eats id:banana . id:banana a :Animal ; rdfs:label "Banana"@en , "Banaan"@nl .',
  'id:coco a :Monkey ; rdfs:label "Coco <b>"@nl .',
];

let folder: string;
let running: Running;
const versions: string[] = [];

const start = (passage: number): Promise<Running> => {
  mkdirSync(path.join(folder, 'documents/zoo'), { recursive: true });
  writeFileSync(
    path.join(folder, 'documents/zoo/01-monkeys.ttl'),
    `${prefixes}<${base}document/zoo/01-monkeys> a :Passage ; rdfs:label "On monkeys"@en , "Over apen"@nl .\n${passages[passage]}`,
  );
  return serve({
    publication: path.join(folder, 'dataset.json'),
    store: path.join(folder, 'store'),
    keep: 2,
    federation: false,
  });
};

const get = (address: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(running.url + address, { headers, redirect: 'manual' });
const versionOf = async (): Promise<string> => ((await (await get('/healthz')).json()) as { version: string }).version;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'changes-'));
  mkdirSync(path.join(folder, 'ontology'));
  cpSync(new URL('../ontology/rules', import.meta.url).pathname, path.join(folder, 'rules'), { recursive: true });
  writeFileSync(path.join(folder, 'ontology/small.ttl'), ontology);
  writeFileSync(path.join(folder, 'dataset.json'), JSON.stringify(description));
  for (const [index] of passages.entries()) {
    await running?.stop();
    running = await start(index);
    versions.push(await versionOf());
  }
});
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('/changes', () => {
  test('lists the versions that are kept, the newest first, each with its changes and dumps', async () => {
    const answer = await get('/changes', { accept: 'application/json' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { current, versions: listed } = (await answer.json()) as {
      current: string;
      versions: { version: string; prepared: string; changes?: string; dumps: string; triples: { asserted: number } }[];
    };
    expect(current).toBe(versions[2]);
    expect(listed.map(({ version }) => version)).toEqual([versions[2], versions[1]]);
    expect(listed.map(({ changes }) => changes)).toEqual([
      `${running.url}/changes/${versions[1]}/${versions[2]}`,
      undefined,
    ]);
    expect(listed[0]?.dumps).toBe(`${running.url}/dumps/${versions[2]}/`);
    expect((await get(new URL(listed[0]?.changes ?? '').pathname)).status).toBe(200);
    expect((await get(new URL(listed[0]?.dumps ?? '').pathname)).status).toBe(200);
    for (const { prepared } of listed) expect(Date.now() - Date.parse(prepared)).toBeLessThan(600_000);
  });

  test.each([
    ['en', 'Versions', 'since the version before'],
    ['nl', 'Versies', 'sinds de versie ervoor'],
  ])('is a page in %s', async (language, title, link) => {
    const answer = await get(`/changes?lang=${language}`, { accept: 'text/html' });
    expect(answer.headers.get('content-language')).toBe(language);
    const page = await answer.text();
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(`<a href="/changes/${versions[1]}/${versions[2]}?lang=${language}">${link}</a>`);
    expect(page).toContain(`<a href="/changes/${versions[1]}/${versions[2]}?lang=${language}">`);
    expect(page).toContain(`href="/dumps/${versions[1]}/?lang=${language}"`);
  });
});

describe('/changes/<from>/<to>', () => {
  const path1to2 = () => `/changes/${versions[1]}/${versions[2]}`;

  test.each([
    ['en', 'Gone (2)', 'Banana', 'On monkeys', 'Animal', 'Changed'],
    ['nl', 'Verdwenen (2)', 'Banaan', 'Over apen', 'Dier', 'Veranderd'],
  ])('tells in %s what is gone, of what kind it was, and who said so', async (language, title, name, source, kind, none) => {
    const answer = await get(path1to2(), { accept: 'text/html', 'accept-language': language });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-language')).toBe(language);
    expect(answer.headers.get('vary')).toMatch(/Accept, Accept-Language/);
    const page = await answer.text();
    expect(page).toContain(`${title}</h2>`);
    expect(page).toContain(`<a href="/about/id/banana?lang=${language}">${name}</a>`);
    expect(page).toContain(`<a href="/about/ontology%23Animal?lang=${language}">${kind}</a>`);
    expect(page).toContain(`<a href="/about/document/zoo/01-monkeys?lang=${language}">${source}</a>`);
    expect(page).not.toContain(`${none} (`);
    // What only follows is counted apart: Kees is no animal any more either.
    expect(page).toMatch(/<td>(Follow from others|Volgen uit andere)<\/td><td>1<\/td><td>1<\/td>/);
    expect(page).not.toContain('graph/inferred');
  });

  test('shows what texts hold, and runs nothing of it', async () => {
    const page = await (await get(path1to2(), { accept: 'text/html' })).text();
    expect(page).toContain('New (1)</h2>');
    expect(page).toContain('<a href="/about/id/coco?lang=en">Coco &lt;b></a>');
    const back = await (await get(`/changes/${versions[2]}/${versions[1]}`, { accept: 'text/html' })).text();
    expect(back).toContain('Gone (1)</h2>');
    expect(back).not.toContain('<b>');
  });

  test('is JSON with numbers and statements', async () => {
    const answer = await get(path1to2(), { accept: 'application/json' });
    const told = await answer.json();
    expect(told).toMatchObject({
      from: versions[1],
      to: versions[2],
      inferred: { removed: 1, added: 1 },
      total: { removed: 7, added: 3 },
      graphs: [
        {
          graph: `${base}document/zoo/01-monkeys`,
          part: 'zoo',
          removed: 6,
          added: 2,
          label: { en: 'On monkeys', nl: 'Over apen' },
        },
      ],
      patch: `${running.url}${path1to2()}.rdfp`,
    });
    expect(told.things.gone.list.map(({ thing }: { thing: string }) => thing)).toEqual([
      `${base}id/banana`,
      `${base}id/kees`,
    ]);
    expect(told.things.gone.list[1].statements).toContainEqual({
      change: 'removed',
      predicate: `${base}ontology#eats`,
      object: { type: 'uri', value: `${base}id/banana` },
      graph: `${base}document/zoo/01-monkeys`,
    });
  });

  test('is an RDF Patch that makes the one version of the other', async () => {
    for (const answer of [
      await get(path1to2(), { accept: 'application/rdf-patch' }),
      await get(`${path1to2()}.rdfp`),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/rdf-patch');
      expect(answer.headers.get('cache-control')).toContain('immutable');
      const rows = (await answer.text()).split('\n');
      const state = new Set(linesOf(await nquads(versions[1] as string)));
      for (const row of rows.filter((each) => each.startsWith('D ')))
        expect(state.delete(row.slice(2)), row).toBe(true);
      for (const row of rows.filter((each) => each.startsWith('A '))) state.add(row.slice(2));
      expect(await canonicalNQuads(readNQuads([...state].join('\n')))).toBe(await nquads(versions[2] as string));
    }
  });

  const linesOf = (text: string): string[] => text.split('\n').filter(Boolean);
  const nquads = async (version: string): Promise<string> => {
    const { readFile } = await import('node:fs/promises');
    return readFile(path.join(folder, 'store/small', version, 'dataset.nq'), 'utf8');
  };

  test('is equal to itself', async () => {
    const same = await (await get(`/changes/${versions[1]}/${versions[1]}.json`)).json();
    expect(same.total).toEqual({ removed: 0, added: 0 });
    expect(await (await get(`/changes/${versions[1]}/${versions[1]}.html`)).text()).toContain(
      'hold the same statements',
    );
  });

  test('has a tag of its own for each form, and is not sent twice', async () => {
    const tags = new Set<string | null>();
    for (const accept of ['text/html', 'application/json', 'application/rdf-patch']) {
      const tag = (await get(path1to2(), { accept })).headers.get('etag');
      tags.add(tag);
      expect((await get(path1to2(), { accept, 'if-none-match': tag ?? '' })).status).toBe(304);
    }
    expect(tags.size).toBe(3);
  });

  test('"current" leads to the version that is served, in whatever form was asked for', async () => {
    for (const [address, location] of [
      [`/changes/${versions[1]}/current`, path1to2()],
      [`/changes/${versions[1]}/current.rdfp`, `${path1to2()}.rdfp`],
      [`/changes/${versions[1]}/current?lang=nl`, `${path1to2()}?lang=nl`],
      [`/changes/current/${versions[1]}`, `/changes/${versions[2]}/${versions[1]}`],
    ] as const) {
      const answer = await get(address);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
    }
  });

  test('says what is kept where a version is not: 410 for what was there, 404 for what never was', async () => {
    for (const [address, status] of [
      [`/changes/${versions[0]}/${versions[2]}`, 410],
      [`/changes/${versions[0]}/current`, 410],
      [`/changes/0000000000000000/${versions[2]}.rdfp`, 404],
    ] as const) {
      const answer = await get(address);
      expect(answer.status).toBe(status);
      const problem = (await answer.json()) as { detail: string; versions: string[]; currentVersion: string };
      expect(problem.versions).toEqual([versions[2], versions[1]]);
      expect(problem.currentVersion).toBe(versions[2]);
      expect(problem.detail).toContain(versions[1]);
    }
  });

  test('knows no version of another form, and no other suffix', async () => {
    for (const address of ['/changes/yesterday/current', `${path1to2()}.pdf`, '/changes/..%2f..%2fx/current'])
      expect((await get(address)).status).toBe(404);
    expect((await get(path1to2(), { accept: 'image/png' })).status).toBe(406);
  });

  test('compares once for all who ask at the same time', async () => {
    const address = `/changes/${versions[2]}/${versions[1]}`;
    const answers = await Promise.all(
      ['rdfp', 'json', 'html', 'rdfp', 'json'].map((suffix) => get(`${address}.${suffix}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('/changes?thing=', () => {
  const of = (thing: string): string => `/changes?thing=${encodeURIComponent(base + thing)}`;

  test.each([
    ['id/kees', 'gone', 5, 0],
    ['id/coco', 'appeared', 0, 2],
    ['id/banana', 'gone', 3, 0],
  ])('tells of %s, from version to version', async (thing, happening, removed, added) => {
    const told = await (await get(of(thing), { accept: 'application/json' })).json();
    expect(told.thing).toBe(base + thing);
    expect(told.changes).toHaveLength(1);
    const [step] = told.changes;
    expect(step).toMatchObject({ from: versions[1], to: versions[2], happening });
    expect(step.all).toBe(`${running.url}/changes/${versions[1]}/${versions[2]}`);
    // The same as the comparison of the two versions says.
    const { things } = await (await get(`/changes/${versions[1]}/${versions[2]}.json`)).json();
    const same = things[happening].list.find((each: { thing: string }) => each.thing === base + thing);
    expect([step.removed, step.added]).toEqual([same.removed, same.added]);
    expect(step.statements).toEqual(same.statements);
    expect(removed + added).toBeGreaterThan(0);
  });

  test('is a page in both languages, which leads to the feed', async () => {
    for (const [thing, language, title, word] of [
      ['id/coco', 'en', 'Changes: Coco &lt;b>', 'New'],
      ['id/coco', 'nl', 'Wijzigingen: Coco &lt;b>', 'Nieuw'],
      // Its name is that of the version that still had it.
      ['id/banana', 'en', 'Changes: Banana', 'Gone'],
      ['id/banana', 'nl', 'Wijzigingen: Banaan', 'Verdwenen'],
    ] as const) {
      const page = await (await get(`${of(thing)}&lang=${language}`, { accept: 'text/html' })).text();
      expect(page).toContain(`<h1>${title}</h1>`);
      expect(page).toContain(`<h2>${word} `);
      expect(page).toContain('<link rel="alternate" type="application/atom+xml"');
    }
  });

  test('says so where nothing changed', async () => {
    const page = await (await get(`${of('ontology#Animal')}&lang=en`, { accept: 'text/html' })).text();
    expect(page).toContain('all say the same of it');
  });

  test.each([
    ['/changes?thing=kees', 400, 'no absolute IRI'],
    [`/changes?thing=${encodeURIComponent('https://example.org/id/nobody')}`, 404, 'None of the versions'],
    [`/changes.atom?thing=${encodeURIComponent('https://example.org/id/nobody')}`, 404, 'None of the versions'],
    ['/changes?thing=a:b&thing=a:c', 400, 'more than once'],
    ['/changes?thing=a:%3Cb%3E', 400, 'no absolute IRI'],
  ])('%s is refused with %i', async (address, status, detail) => {
    const answer = await get(address, { accept: 'application/json' });
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { detail: string }).detail).toContain(detail);
  });
});

describe('feeds of changes', () => {
  const thing = (name: string): string => `?thing=${encodeURIComponent(base + name)}`;
  const read = async (address: string): Promise<Element> => {
    const answer = await get(address);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/atom+xml');
    const faults: string[] = [];
    const parser = new DOMParser({ onError: (level, message) => void faults.push(`${level}: ${message}`) });
    const root = parser.parseFromString(await answer.text(), 'text/xml').documentElement as unknown as Element;
    expect(faults).toEqual([]);
    return root;
  };
  const atom = 'http://www.w3.org/2005/Atom';
  const children = (of: Element, name: string): Element[] =>
    Array.from(of.childNodes as unknown as Element[]).filter(
      (each) => each.localName === name && each.namespaceURI === atom,
    );
  const textOf = (of: Element, name: string): string => children(of, name)[0]?.textContent ?? '';

  const all = [
    '/changes.atom?lang=en',
    '/changes.atom?lang=nl',
    ...['id/kees', 'id/coco', 'ontology#Animal'].flatMap((name) => [
      `/changes.atom${thing(name)}&lang=en`,
      `/changes.atom${thing(name)}&lang=nl`,
    ]),
  ];

  test.each(all)('%s keeps the rules of RFC 4287', async (address) => {
    const feed = await read(address);
    expect([feed.localName, feed.namespaceURI]).toEqual(['feed', atom]);
    expect(feed.getAttribute('xml:lang')).toBe(new URL(address, base).searchParams.get('lang'));
    // Section 4.1.1: what there is exactly once, and at most once.
    for (const name of ['id', 'title', 'updated']) expect(children(feed, name), name).toHaveLength(1);
    for (const name of ['subtitle', 'rights', 'icon', 'logo', 'generator'])
      expect(children(feed, name).length, name).toBeLessThan(2);
    expect(textOf(children(feed, 'author')[0] as Element, 'name')).not.toBe('');
    const entries = children(feed, 'entry');
    const ids = new Set<string>();
    for (const each of [feed, ...entries]) {
      const id = textOf(each, 'id');
      expect(id).toMatch(/^tag:example\.org,2026:small\//);
      ids.add(id);
      expect(textOf(each, 'title')).not.toBe('');
      expect(textOf(each, 'updated')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      expect(Number.isNaN(Date.parse(textOf(each, 'updated')))).toBe(false);
      const links = children(each, 'link').map((link) =>
        ['rel', 'type', 'hreflang'].map((name) => link.getAttribute(name)).join(' '),
      );
      // No two alternates of one type and language; a feed says where it is itself.
      const alternates = links.filter((link) => link.startsWith('alternate'));
      expect(new Set(alternates).size).toBe(alternates.length);
      if (each === feed) expect(links).toContain('self application/atom+xml ');
      for (const link of children(each, 'link')) {
        const href = link.getAttribute('href') ?? '';
        const answer = await get(href.slice(running.url.length), { accept: link.getAttribute('type') ?? '' });
        expect([href, answer.status]).toEqual([href, 200]);
        expect(answer.headers.get('content-type')?.split(';')[0]).toBe(link.getAttribute('type'));
      }
    }
    expect(ids.size).toBe(1 + entries.length);
    for (const entry of entries) {
      for (const name of ['id', 'title', 'updated', 'summary', 'content'])
        expect(children(entry, name), name).toHaveLength(1);
      expect(children(entry, 'content')[0]?.getAttribute('type')).toBe('html');
      expect(textOf(entry, 'content')).not.toMatch(/href="\//);
      expect(textOf(entry, 'updated') <= textOf(feed, 'updated')).toBe(true);
    }
    const self = children(feed, 'link').find((link) => link.getAttribute('rel') === 'self');
    expect(self?.getAttribute('href')).toBe(running.url + address.replace(/\?lang=/, '?lang='));
  });

  test('the whole has an entry for each version after the first that is kept, and says what changed', async () => {
    for (const [language, words] of [
      ['en', 'Things: 1 new, 2 gone, 0 changed.'],
      ['nl', 'Dingen: 1 nieuw, 2 verdwenen, 0 veranderd.'],
    ] as const) {
      const entries = children(await read(`/changes.atom?lang=${language}`), 'entry');
      expect(entries).toHaveLength(1);
      expect(textOf(entries[0] as Element, 'id')).toBe(`tag:example.org,2026:small/version/${versions[2]}/${language}`);
      expect(textOf(entries[0] as Element, 'summary')).toContain(words);
      expect(textOf(entries[0] as Element, 'content')).toContain(language === 'en' ? 'Banana' : 'Banaan');
      expect(textOf(entries[0] as Element, 'content')).not.toContain('Coco <b>');
    }
  });

  test('one of a thing has an entry for each version in which something changed', async () => {
    const [entry] = children(await read(`/changes.atom${thing('id/coco')}&lang=nl`), 'entry');
    expect(textOf(entry as Element, 'title')).toBe('Coco <b>: nieuw');
    expect(textOf(entry as Element, 'content')).toContain('Over apen');
    expect(children(await read(`/changes.atom${thing('ontology#Animal')}&lang=nl`), 'entry')).toHaveLength(0);
  });

  test('is not sent again to who has it', async () => {
    for (const address of all) {
      const tag = (await get(address)).headers.get('etag') ?? '';
      expect((await get(address, { 'if-none-match': tag })).status).toBe(304);
    }
  });
});

test('two versions that differ in too much are refused, before they take the memory of all', async () => {
  const [from, to] = ['0'.repeat(16), '1'.repeat(16)];
  const many = Array.from({ length: 100_001 }, (_, index) => `<x:${index}> <x:p> "1" .\n`)
    .sort()
    .join('');
  const facts = { counts: { asserted: 0, inferred: 0, described: 0 }, graphs: {}, inputs: [] };
  const versions: Versions = {
    list: async () => [from, to].map((version) => ({ version, ...facts })),
    open: async (version) => ({ version, inputs: [], canonical: Buffer.from(version === to ? many : '') }),
    linesOf: async () => [],
    pathOf: () => '',
    listRemoved: async () => [],
  };
  const site = { versions, dataset: { version: to } } as unknown as Site;
  const route = changesRoutes.find(({ path: pattern }) => pattern.includes(':from'));
  const answer = await route?.get(site, { params: { from, to: `${to}.rdfp` } } as unknown as Request);
  if (answer?.kind !== 'single') throw new Error('An address with a suffix has one form.');
  await expect(answer.variant.body('en', new AbortController().signal)).rejects.toMatchObject({
    status: 400,
    name: 'too-many-changes',
    message: expect.stringContaining('umcnl diff'),
  });
});
