import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Edition } from '../src/dataset/versions.ts';
import type { Publication } from '../src/load/publication.ts';
import { linesBeginning } from '../src/load/sorted-file.ts';
import { type ChangedThings, type ChangesOptions, tellChanges } from '../src/publish/changes.ts';
import { diffEditions, TooManyChanges } from '../src/publish/diff.ts';
import { canonicalNQuads, compareLines, sha256 } from '../src/rdf/canonical.ts';
import { readNQuads } from '../src/rdf/read.ts';
import { lines, linesOf } from '../src/rdf/sorted-lines.ts';
import { blankNode, literal, namedNode, quad } from '../src/rdf/terms.ts';
import { versionUuid, writePatch } from '../src/rdf/write-patch.ts';

async function editionOf(quads: readonly Quad[]): Promise<Edition> {
  const canonical = await canonicalNQuads(quads);
  return { version: sha256(canonical).slice(0, 16), inputs: [], canonical: Buffer.from(canonical) };
}

const edition = (text: string): Promise<Edition> => editionOf(readNQuads(text));
const allLines = ({ canonical }: Edition): string[] => String(canonical).split('\n').filter(Boolean);

/** Applies a patch to a set of lines, as strictly as can be: each row must do something. */
function applyPatch(patch: string, before: readonly string[]): string[] {
  const state = new Set(before);
  const rows = patch.split('\n');
  expect(rows.pop()).toBe('');
  expect(rows.shift()).toMatch(/^H id <uuid:[0-9a-f-]{36}> \.$/);
  expect(rows.shift()).toMatch(/^H prev <uuid:[0-9a-f-]{36}> \.$/);
  expect(rows.shift()).toBe('TX .');
  expect(rows.pop()).toBe('TC .');
  for (const row of rows) {
    // Within a literal stand signs that end a line elsewhere, such as U+2028: a dot must stand for those too.
    const [, operation, line] = /^([AD]) (.* \.)$/s.exec(row) ?? [];
    expect(readNQuads(line ?? ''), row).toHaveLength(1);
    if (operation === 'D') expect(state.delete(line as string), row).toBe(true);
    else {
      expect(state.has(line as string), row).toBe(false);
      state.add(line as string);
    }
  }
  return [...state];
}

/** The difference, after it has been checked that its patch makes the one of the other. */
async function diffOf(from: Edition, to: Edition) {
  const diff = await diffEditions(from, to);
  const after = applyPatch(writePatch(diff), allLines(from));
  expect(await canonicalNQuads(readNQuads(after.join('\n')))).toBe(String(to.canonical));
  expect(diff.kept + diff.removed.length).toBe(allLines(from).length);
  expect(diff.kept + diff.added.length).toBe(allLines(to).length);
  return diff;
}

describe('the difference of two datasets', () => {
  test('is the quads of the one and of the other alone, in the order of code points', async () => {
    const from = await edition('<a:s> <a:p> "1" .\n<a:s> <a:p> "2" <a:g> .\n<a:z> <a:p> <a:o> .\n');
    const to = await edition('<a:s> <a:p> "1" .\n<a:s> <a:p> "3" <a:g> .\n<a:b> <a:p> <a:o> .\n');
    expect(await diffOf(from, to)).toEqual({
      from: from.version,
      to: to.version,
      removed: ['<a:s> <a:p> "2" <a:g> .', '<a:z> <a:p> <a:o> .'],
      added: ['<a:b> <a:p> <a:o> .', '<a:s> <a:p> "3" <a:g> .'],
      kept: 1,
    });
  });

  test('goes by the graph too: a statement in another graph is another statement', async () => {
    const diff = await diffOf(
      await edition('<a:s> <a:p> <a:o> <a:g> .\n'),
      await edition('<a:s> <a:p> <a:o> <a:h> .\n'),
    );
    expect([diff.removed.length, diff.added.length]).toEqual([1, 1]);
  });

  test('is nothing for equal datasets, and all for one that is empty', async () => {
    const some = await edition('<a:s> <a:p> _:x .\n_:x <a:p> "1" .\n<a:s> <a:p> "ö" .\n');
    expect(await diffOf(some, some)).toMatchObject({ removed: [], added: [], kept: 3 });
    const none = await edition('');
    expect(await diffOf(none, some)).toMatchObject({ removed: [], kept: 0 });
    expect(await diffOf(some, none)).toMatchObject({ added: [], kept: 0 });
  });

  // UTF-16 puts what is above U+FFFF before U+FFFD, and the canonical form behind it: both lists would run apart.
  test('holds for characters beyond U+FFFF', async () => {
    const both = '<a:s> <a:p> "\uFFFD" .\n<a:s> <a:p> "𝄞" .\n';
    const diff = await diffOf(await edition(both), await edition(`${both}<a:s> <a:p> "𝄢" .\n`));
    expect(diff).toMatchObject({ removed: [], added: ['<a:s> <a:p> "𝄢" .'], kept: 2 });
    const sorted = allLines(await edition(`${both}<a:s> <a:p> "\uE000" .\n<a:s> <a:p> "z" .\n`));
    expect([...sorted].reverse().sort(compareLines)).toEqual(sorted);
  });

  test('stops where more differs than somebody wants', async () => {
    const [one, other] = [await edition('<a:s> <a:p> "1" .\n'), await edition('<a:s> <a:p> "2" .\n')];
    await expect(diffEditions(one, other, 1)).rejects.toThrow(TooManyChanges);
    expect((await diffEditions(one, other, 2)).kept).toBe(0);
  });
});

describe('blank nodes', () => {
  const address = (node: string, city: string): string =>
    `<a:${node}> <a:address> _:${node} .\n_:${node} <a:city> "${city}" .\n_:${node} <a:zip> _:zip${node} .\n_:zip${node} <a:code> "${node}" .\n`;

  test('a group that is isomorphic to one of the other version is kept, whatever its labels are', async () => {
    const from = await edition(address('one', 'Leiden') + address('two', 'Utrecht'));
    // A further group moves the canonical labels of the others.
    const more = ['x', 'y', 'z'].map((name) => address(name, 'Groningen')).join('');
    const to = await edition(more + address('one', 'Leiden') + address('two', 'Utrecht'));
    const diff = await diffOf(from, to);
    expect(diff.kept).toBe(8);
    expect(diff.removed).toEqual([]);
    expect(diff.added).toHaveLength(12);
  });

  test('a group in which anything changes is removed and added whole, with labels of its own', async () => {
    const from = await edition(address('one', 'Leiden') + address('two', 'Utrecht'));
    const to = await edition(address('one', 'Leiden') + address('two', 'Zeist'));
    const diff = await diffOf(from, to);
    expect([diff.kept, diff.removed.length, diff.added.length]).toEqual([4, 4, 4]);
    const labels = (lines: readonly string[]) => new Set(lines.flatMap((line) => line.match(/_:\w+/g) ?? []));
    for (const label of labels(diff.added)) {
      expect(label.startsWith(`_:b${to.version}`)).toBe(true);
      expect(allLines(from).join('\n')).not.toContain(label);
    }
    for (const label of labels(diff.removed)) expect(allLines(from).join('\n')).toContain(`${label} `);
  });

  test('of groups that are alike, as many are removed as there are fewer', async () => {
    const alike = (count: number): string =>
      Array.from({ length: count }, (_, index) => `_:n${index} <a:p> <a:o> .\n`).join('');
    expect(await diffOf(await edition(alike(3)), await edition(alike(1)))).toMatchObject({ added: [], kept: 1 });
    expect(await diffOf(await edition(alike(1)), await edition(alike(3)))).toMatchObject({ removed: [], kept: 1 });
  });

  test('groups with the same outline that are tied otherwise are told apart', async () => {
    const ring = (ids: readonly string[]): string =>
      ids.map((id, index) => `_:${id} <a:next> _:${ids[(index + 1) % ids.length]} .\n`).join('');
    const six = await edition(ring(['a', 'b', 'c', 'd', 'e', 'f']) + ring(['u', 'v']));
    const pairs = await edition(ring(['a', 'b', 'c', 'd']) + ring(['w', 'x', 'y', 'z']));
    expect(await diffOf(six, pairs)).toMatchObject({ kept: 0 });
  });

  test('what only looks like one in a text or an IRI is none', async () => {
    const both = '<a:s> <a:p> "see _:x, and \\" _:y" .\n<a:_:z> <a:p> "_:" .\n';
    const diff = await diffOf(await edition(`${both}<a:s> <a:p> "_:old" .\n`), await edition(both));
    expect(diff).toMatchObject({ kept: 2, removed: ['<a:s> <a:p> "_:old" .'], added: [] });
  });

  test('within triple terms they are compared with the labels they have', async () => {
    const statement = '<a:s> <a:says> <<( _:x <a:p> "_:y" )>> .\n_:x <a:p> "1" .\n';
    const diff = await diffOf(await edition(statement), await edition(`${statement}<a:s> <a:p> "2" .\n`));
    expect(diff).toMatchObject({ kept: 2, removed: [], added: ['<a:s> <a:p> "2" .'] });
  });
});

test('any two datasets: the patch makes the one of the other', async () => {
  const node = fc.oneof(
    fc.constantFrom('a:1', 'a:2', 'b:_:x').map((iri) => namedNode(iri)),
    fc.constantFrom('b0', 'b1', 'b2', 'b3').map((label) => blankNode(label)),
  );
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.constantFrom('_:c14n0', '"', '\\', '\n', '> .'),
  );
  const term = fc.oneof(
    node,
    text.map((value) => literal(value)),
    text.map((value) => literal(value, 'nl')),
    text.map((value) => literal(value, namedNode('a:type'))),
  );
  const graph = fc.option(node, { nil: undefined });
  const quads = fc.array(
    fc
      .tuple(node, fc.constantFrom('a:p', 'a:q'), term, graph)
      .map(([s, p, o, g]) => quad(s as never, namedNode(p), o as never, g as never) as unknown as Quad),
    { maxLength: 9 },
  );
  await fc.assert(
    fc.asyncProperty(quads, quads, quads, async (both, one, other) => {
      await diffOf(await editionOf([...both, ...one]), await editionOf([...other, ...both]));
    }),
    { numRuns: 300 },
  );
});

test('a patch names the versions by UUIDs in which they can be read', () => {
  expect(versionUuid('0123456789abcdef')).toBe('uuid:01234567-89ab-8cde-8f00-000000000000');
  const patch = writePatch({ from: '0'.repeat(16), to: '0123456789abcdef', removed: ['<a:s> <a:p> "1" .'], added: [] });
  expect(patch).toBe(
    'H id <uuid:01234567-89ab-8cde-8f00-000000000000> .\nH prev <uuid:00000000-0000-8000-8000-000000000000> .\nTX .\nD <a:s> <a:p> "1" .\nTC .\n',
  );
});

test('other work goes on while large datasets are compared', async () => {
  const many = (count: number, value: string): string =>
    Array.from({ length: count }, (_, index) => `<a:${index}> <a:p> "${index % 9 ? '' : value}" <a:g> .\n`).join('');
  const [from, to] = [await edition(many(40_000, 'old')), await edition(many(40_000, 'new'))];
  let turns = 0;
  let going = true;
  const turn = (): void => {
    turns++;
    if (going) setImmediate(turn);
  };
  turn();
  const diff = await diffEditions(from, to);
  going = false;
  expect([diff.kept, diff.removed.length, diff.added.length]).toEqual([35_555, 4445, 4445]);
  // Counted, not timed: on a busy machine any time may pass.
  expect(turns).toBeGreaterThan(15);
});

describe('what changed, told by thing', () => {
  const base = 'http://example.org/';
  const publication = {
    base,
    inferredGraph: 'inferred',
    catalogueGraph: 'catalogue',
    layers: [],
    prefixes: {},
  } as unknown as Publication;
  const facts = {
    publication,
    inputs: [],
    counts: { asserted: 0, inferred: 0, described: 0 },
    version: '',
    graphs: {},
  };
  const quads = (text: string): Promise<Edition> =>
    edition(
      text
        .trim()
        .split('\n')
        .map((line) => `${line.trim().replace(/(^| )([a-z]+)(?= |$)/g, `$1<${base}$2>`)} .\n`)
        .join(''),
    );
  const label = '<http://www.w3.org/2000/01/rdf-schema#label>';
  const type = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
  const tell = async (before: string, after: string, options: Partial<ChangesOptions> = {}) => {
    const [from, to] = [await quads(before), await quads(after)];
    return tellChanges(await diffOf(from, to), from, to, { facts, ...options });
  };
  const named = ({ shown }: ChangedThings): string[] => shown.map(({ thing }) => thing.slice(base.length));

  // The object in the first line is a graph's name: of a triple in the default graph, which is stated.
  const before = `thing knows inferred
    ape knows bear graph
    bear eats honey graph
    ape seen bear inferred
    cat seen bear inferred
    all size "3" catalogue`;
  const after = `thing knows inferred
    thing knows ape graph
    cat knows bear graph
    bear eats fish graph
    ape seen bear inferred
    all size "4" catalogue`;

  test('things that were only inferred are new when they are stated, and gone when they are only inferred', async () => {
    const { things, inferred, catalogue, total, graphs } = await tell(before, after);
    expect(named(things.appeared)).toEqual(['cat']);
    expect(named(things.gone)).toEqual(['ape']);
    expect(named(things.changed)).toEqual(['bear', 'thing']);
    expect([inferred, catalogue, total]).toEqual([
      { removed: 1, added: 0 },
      { removed: 1, added: 1 },
      { removed: 4, added: 4 },
    ]);
    expect(graphs).toEqual([{ graph: `${base}graph`, part: '', removed: 2, added: 3 }]);
  });

  test('what only follows is listed when it is asked for', async () => {
    const { things, inferred } = await tell(before, after, { inferred: true });
    expect(inferred).toEqual({ removed: 1, added: 0 });
    expect(things.appeared.shown[0]?.statements.map(({ change, quad }) => [change, quad.graph.value])).toEqual([
      ['added', `${base}graph`],
      ['removed', `${base}inferred`],
    ]);
  });

  test('names come from the newer version, else from the older; classes only as they are stated', async () => {
    const { index } = await tell(
      `ape ${label} "Old"@en graph\nape ${label} "Oud"@nl graph\nbear ${label} "Bear"@en graph\nbear eats honey graph\nape eats honey graph`,
      `ape ${label} "New"@en graph\nape ${type} kind graph\nape ${type} more inferred\nkind ${label} "Kind"@en graph`,
    );
    expect(index.label(`${base}ape`, 'en')).toBe('New');
    expect(index.label(`${base}bear`, 'en')).toBe('Bear');
    expect(index.types(`${base}ape`)).toEqual([`${base}kind`]);
    expect(index.label(`${base}kind`, 'en')).toBe('Kind');
  });

  test('lists no more than the limit, and counts the rest', async () => {
    const many = ['ape', 'bear', 'cat'].map((name) => `${name} eats "1" graph\n${name} eats "2" graph`).join('\n');
    const { things } = await tell('x y z', `x y z\n${many}`, { limit: 1 });
    expect(things.appeared.count).toBe(3);
    expect(things.appeared.shown).toMatchObject([{ thing: `${base}ape`, added: 2, removed: 0 }]);
    expect(things.appeared.shown[0]?.statements).toHaveLength(1);
  });

  test('lists blank nodes apart: nobody can tell whether one is new', async () => {
    const { things } = await tell('x y z', 'x y z\n_:b eats honey graph\nx knows _:b graph');
    expect([things.appeared.count, things.changed.count, things.unnamed.count]).toEqual([0, 1, 1]);
  });
});

test('the lines of a subject are found by where they must be', async () => {
  const names = ['a', 'a#part', 'a/b', 'ab', 'é', 'z', '𝄞'];
  const { canonical } = await edition(
    names
      .flatMap((name) => [
        `<x:${name}> <x:p> "1" .\n`,
        `<x:${name}> <x:p> "\\n<x:a> " <x:g> .\n`,
        `_:b <x:p> <x:${name}> .\n`,
      ])
      .join(''),
  );
  const all = [...lines(canonical)];
  expect(all).toHaveLength(21);
  for (const name of [...names, '', 'b', 'zz', '0'])
    expect([...linesOf(canonical, `x:${name}`)]).toEqual(all.filter((line) => line.startsWith(`<x:${name}> `)));
  expect([...linesOf(Buffer.alloc(0), 'x:a')]).toEqual([]);
});

test('the lines about a thing are found in a file without reading it as a whole', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sorted-'));
  const file = path.join(folder, 'dataset.nq');
  // Lines of all lengths, some longer than what is read at a time.
  const names = Array.from({ length: 60 }, (_, at) => `n${at}${at % 9 ? '' : 'é'}`);
  const all = names
    .flatMap((name, at) => [`<x:${name}> <x:p> "${'long '.repeat(at % 7 ? at : 9000)}" .`, `<x:${name}> <x:q> "1" .`])
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  writeFileSync(file, `${all.join('\n')}\n`);
  for (const name of [...names, '', 'n', 'zz', '0'])
    expect(await linesBeginning(file, `<x:${name}> `)).toEqual(all.filter((line) => line.startsWith(`<x:${name}> `)));
  writeFileSync(file, '');
  expect(await linesBeginning(file, '<x:a> ')).toEqual([]);
  rmSync(folder, { recursive: true });
});

describe('umcnl diff', () => {
  const main = new URL('../dist/main.js', import.meta.url).pathname;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'diff-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, content: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) =>
      execFile(
        process.execPath,
        [main, ...args],
        { cwd: folder, env: { ...process.env, UMCNL_STORE: path.join(folder, 'store') } },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      ),
    );
  const prefixes = '@prefix ex: <http://example.org/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n';
  const old = `${prefixes}ex:a a ex:Thing ; rdfs:label "Aap"@nl , "Ape"@en ; ex:knows ex:b .\nex:b a ex:Thing ; rdfs:label "Beer"@nl .\nex:knows rdfs:label "kent"@nl , "knows"@en .\nex:Thing rdfs:label "Ding"@nl , "Thing"@en .\n`;
  const young = old
    .replace(', "Ape"@en', ', "Monkey"@en')
    .replace('ex:b a ex:Thing ; rdfs:label "Beer"@nl .', 'ex:c a ex:Thing ; rdfs:label "Cavia"@nl ; ex:knows ex:a .');

  test('tells by thing what two files differ in, in both languages', async () => {
    const [a, b] = [write('a.ttl', old), write('b.ttl', young)];
    const { code, stdout, stderr } = await run('diff', a, b, '--plain', '--language', 'nl');
    expect([code, stderr]).toEqual([1, '']);
    const sections = stdout.split(/\n(?=Nieuw|Verdwenen|Veranderd)/).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(['Nieuw (1)', 'Verdwenen (1)', 'Veranderd (1)']);
    expect(sections[0]).toContain('Cavia (Ding) <http://example.org/c>\n');
    expect(sections[0]).toContain('  + kent: Aap <http://example.org/a>\n');
    expect(sections[1]).toContain('Beer (Ding) <http://example.org/b>\n');
    expect(sections[2]).toContain('  - http://www.w3.org/2000/01/rdf-schema#label: "Ape"@en\n');
    expect(sections[2]).toContain('  + http://www.w3.org/2000/01/rdf-schema#label: "Monkey"@en\n');
    const english = await run('diff', a, b, '--plain');
    expect(english.stdout).toContain('Cavia (Thing) <http://example.org/c>\n');
    expect(english.stdout).toContain('New (1)');
  });

  test('says that equal files are equal, in whatever format', async () => {
    const a = write('a.ttl', old);
    const { stdout: nquads } = await run('dump', '--plain', '--data', a, '--format', 'n-quads');
    const { code, stdout } = await run('diff', a, write('same.nq', nquads), '--plain');
    expect(code).toBe(0);
    expect(stdout).toContain('The two hold the same statements.');
  });

  test('writes a patch that makes the one of the other', async () => {
    const [a, b] = [write('a.ttl', old), write('b.ttl', young)];
    const { code, stdout } = await run('diff', a, b, '--plain', '--format', 'patch');
    expect(code).toBe(1);
    const nquads = async (file: string) =>
      (await run('dump', '--plain', '--data', file, '--format', 'n-quads')).stdout.split('\n').filter(Boolean);
    expect(applyPatch(stdout, await nquads(a)).sort()).toEqual((await nquads(b)).sort());
  });

  test('writes JSON, bounded where it is told so', async () => {
    const [a, b] = [write('a.ttl', old), write('b.ttl', young)];
    const { stdout } = await run('diff', a, b, '--plain', '--format', 'json', '--limit', '1');
    const { total, kept, things } = JSON.parse(stdout);
    expect([total, kept]).toEqual([{ removed: 3, added: 4 }, 7]);
    expect(things.appeared).toMatchObject({
      count: 1,
      more: 0,
      list: [
        {
          thing: 'http://example.org/c',
          label: { nl: 'Cavia' },
          types: ['http://example.org/Thing'],
          added: 3,
          more: 2,
        },
      ],
    });
    expect(things.appeared.list[0].statements).toHaveLength(1);
  });

  test('writes a page that stands alone', async () => {
    const [a, b] = [write('a.ttl', old), write('b.ttl', young)];
    const { stdout } = await run('diff', a, b, '--plain', '--format', 'html', '--language', 'nl');
    expect(stdout).toContain('<html lang="nl">');
    expect(stdout).toContain('<a href="http://example.org/c">Cavia</a>');
    expect(stdout).toMatch(/<ins>.*Monkey/);
    expect(stdout).not.toMatch(/href="\//);
    expect(stdout).toContain(readFileSync(new URL('../dist/client/style.css', import.meta.url), 'utf8').slice(0, 60));
  });

  test('compares kept versions with each other, with files, and with what is there now', async () => {
    const a = write('data.ttl', old);
    const first = (await run('prepare', '--plain', '--data', a)).stdout.trim();
    write('data.ttl', young);
    const second = (await run('prepare', '--plain', '--data', a)).stdout.trim();
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect((await run('diff', first, first, '--plain')).code).toBe(0);
    const versions = await run('diff', first, second, '--plain', '--format', 'patch');
    const files = await run('diff', write('old.ttl', old), write('new.ttl', young), '--plain', '--format', 'patch');
    expect(versions).toEqual(files);
    expect((await run('diff', second, 'current', '--plain', '--data', a)).code).toBe(0);
    expect((await run('diff', 'old.ttl', first, '--plain')).code).toBe(0);
    // Not prepared: built for the comparison, and not kept.
    write('data.ttl', `${young}ex:d a ex:Thing .\n`);
    const now = await run('diff', second, 'current', '--plain', '--data', a, '--format', 'json');
    expect(now.code).toBe(1);
    expect(JSON.parse(now.stdout).total).toEqual({ removed: 0, added: 1 });
    expect((await run('diff', 'nowhere', second, '--plain')).stderr).toContain(`${second}, ${first}.`);
  });

  test('without graph names, compares a dataset with its merge', async () => {
    const graphs = write('graphs.nq', '<a:s> <a:p> "1" <a:g> .\n<a:s> <a:p> "1" <a:h> .\n<a:s> <a:p> "2" <a:h> .\n');
    const merged = write('merged.nt', '<a:s> <a:p> "1" .\n<a:s> <a:p> "2" .\n');
    expect((await run('diff', graphs, merged, '--plain')).code).toBe(1);
    expect((await run('diff', graphs, merged, '--plain', '--triples')).code).toBe(0);
  });

  test.each([
    ['a version that is not kept', ['0123456789abcdef', 'a.ttl'], /^0123456789abcdef: there is no such version/],
    ['a file that is not there', ['a.ttl', 'nowhere.ttl'], /^nowhere\.ttl: there is no such version, file or folder/],
    ['a broken file', ['a.ttl', 'broken.ttl'], /^broken\.ttl cannot be read\.\nbroken\.ttl:1/],
    ['one argument', ['a.ttl'], /missing required argument 'B'/],
    ['a format that is none', ['a.ttl', 'a.ttl', '--format', 'pdf'], /Allowed choices are text, html, json, patch/],
    ['no limit', ['a.ttl', 'a.ttl', '--limit', '0'], /whole number from 1/],
  ])('refuses %s, with exit code 2', async (_, args, message) => {
    write('a.ttl', old);
    write('broken.ttl', 'ex:a ex:b .');
    const { code, stdout, stderr } = await run('diff', ...args, '--plain');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
