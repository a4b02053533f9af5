import { expect, test } from 'vitest';
import { compareWithSources, hashLines, type PassageLines } from '../src/dataset/sources.ts';
import { sha256 } from '../src/rdf/canonical.ts';

const file = '001_text.txt';
const lines = ['Onze missie', 'Wij zorgen voor één gezonde regio.', '', 'Onderzoek', 'Wij onderzoeken.'];
const texts = new Map([[file, lines.join('\n')]]);

const passage = (name: string, startLine: number, endLine: number, own: Partial<PassageLines> = {}): PassageLines => ({
  passage: `http://example.org/${name}`,
  file,
  startLine,
  endLine,
  sha256: sha256(lines.slice(startLine - 1, endLine).join('\n')),
  ...own,
});
const whole = [passage('a', 1, 2), passage('b', 4, 5)];

test('passages that fit their source have no faults', () => {
  expect(compareWithSources(whole, texts)).toEqual([]);
});

test('the order in which passages come does not matter', () => {
  expect(compareWithSources([...whole].reverse(), texts)).toEqual([]);
});

test('a hash is that of the lines joined by line feeds, in UTF-8', () => {
  // printf 'Onze missie\nWij zorgen voor één gezonde regio.' | sha256sum
  expect(hashLines(lines, 1, 2)).toBe('ed270f00317bab3a9a1e74139a59715bc086ba4a23a9b09049cca1f2dc82d893');
  expect(hashLines(lines, 4, 4)).toBe(sha256('Onderzoek'));
});

test('no passages and no texts have no faults', () => {
  expect(compareWithSources([], new Map())).toEqual([]);
});

test('lines in no passage are named one by one, empty ones are not', () => {
  expect(compareWithSources([passage('a', 1, 1)], texts)).toEqual([
    `${file}:2: the line is in no passage.`,
    `${file}:4: the line is in no passage.`,
    `${file}:5: the line is in no passage.`,
  ]);
});

test('lines of white space may be in no passage', () => {
  const spaced = new Map([[file, `${lines[0]}\n${lines[1]}\n \t\r\n${lines[3]}\n${lines[4]}\n`]]);
  expect(compareWithSources(whole, spaced)).toEqual([]);
});

test('a wrong hash is told with the lines and the right one', () => {
  const wrong = '0'.repeat(64);
  const faults = compareWithSources([passage('a', 1, 2, { sha256: wrong }), passage('b', 4, 5)], texts);
  expect(faults).toEqual([
    `${file}:1: <http://example.org/a> has SHA-256 ${wrong}, but its lines 1 to 2 have ${sha256(lines.slice(0, 2).join('\n'))}.`,
  ]);
});

test('a source that has changed shows in the hash', () => {
  const changed = new Map([[file, lines.join('\n').replace('één', 'een')]]);
  const faults = compareWithSources(whole, changed);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`${file}:1: <http://example.org/a> has SHA-256`);
});

test('each line in two passages is named with both', () => {
  expect(compareWithSources([passage('a', 1, 4), passage('b', 4, 5)], texts)).toEqual([
    `${file}:4: the line is in <http://example.org/a> and in <http://example.org/b>.`,
  ]);
});

test.each([
  ['before the file', 0, 2],
  ['backwards', 2, 1],
  ['past the file', 4, 9],
])('a range %s is refused, and its lines stay uncovered', (_, startLine, endLine) => {
  const wrong = passage('b', startLine, endLine);
  const faults = compareWithSources([passage('a', 1, 2), wrong], texts);
  expect(faults).toEqual([
    `${file}: <http://example.org/b> claims lines ${startLine} to ${endLine}, but the file has 5.`,
    `${file}:4: the line is in no passage.`,
    `${file}:5: the line is in no passage.`,
  ]);
});

test('the line feed that ends a file begins no further line', () => {
  const ended = new Map([[file, `${lines.join('\n')}\n`]]);
  expect(compareWithSources(whole, ended)).toEqual([]);
  const beyond = passage('b', 4, 6, { sha256: sha256('Onderzoek\nWij onderzoeken.\n') });
  expect(compareWithSources([passage('a', 1, 2), beyond], ended)).toContain(
    `${file}: <http://example.org/b> claims lines 4 to 6, but the file has 5.`,
  );
});

test('a missing source is named once, and the others are still compared', () => {
  const elsewhere = { file: '002_gone.txt' };
  const faults = compareWithSources(
    [passage('c', 1, 1, elsewhere), passage('d', 2, 2, elsewhere), passage('a', 1, 2), passage('b', 4, 4)],
    texts,
  );
  expect(faults).toEqual([
    expect.stringMatching(/^002_gone\.txt: the source file is missing\. .+/),
    `${file}:5: the line is in no passage.`,
  ]);
});

test('passages of different files do not overlap', () => {
  const both = new Map([...texts, ['002_text.txt', lines.join('\n')]]);
  const other = whole.map((each) => ({ ...each, passage: `${each.passage}2`, file: '002_text.txt' }));
  expect(compareWithSources([...whole, ...other], both)).toEqual([]);
});
