import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findSimilar } from '../src/dataset/similar.ts';
import { countCovered } from '../src/dataset/sources.ts';

const root = new URL('..', import.meta.url).pathname;

test('lines with text count as covered when some passage has them', () => {
  const passage = (startLine: number, endLine: number) => ({
    passage: 'urn:p',
    file: 'a.txt',
    startLine,
    endLine,
    sha256: '',
  });
  const texts = new Map([['a.txt', 'one\n\nthree\nfour\n']]);
  expect(countCovered([passage(1, 2), passage(4, 4)], texts)).toEqual({ lines: 3, covered: 2 });
  expect(countCovered([passage(1, 4)], texts)).toEqual({ lines: 3, covered: 3 });
  expect(countCovered([], texts)).toEqual({ lines: 0, covered: 0 });
});

test('coverage lists each passage file once, adds up, and finds nothing without a source', () => {
  const report = execFileSync('node', ['dist/main.js', 'coverage'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const rows = [...report.matchAll(/^ {2}(\d\d-[\w-]+) +(\d+) +(\d+) +(\d+)$/gm)];
  const folder = path.join(root, 'data/documents');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\/\d\d-.*\.ttl$/.test(file),
  );
  expect(rows.map(([, name]) => name).sort()).toEqual(files.map((file) => path.basename(file, '.ttl')).sort());
  const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
  const [, passages, lines, statements, introduced] = /^all: (\d+) passages +(\d+) +(\d+) +(\d+)$/m.exec(report) ?? [];
  expect([passages, lines, statements, introduced].map(Number)).toEqual([rows.length, sum(2), sum(3), sum(4)]);
  expect(report).toContain('rest on no passage, reading or registry record: none.');
});

test.each([
  ['urn:a/health-insurers', 'Health insurers', 'urn:a/health-insurer', 'Health insurer', true],
  ['urn:a/care-home', 'Care, home', 'urn:a/home-care', 'Home care', true],
  ['urn:a/cafe', 'Café', 'urn:a/cafe-2', 'Cafe', true],
  ['urn:a/patients', 'Patients', 'urn:b/patients', 'Patients', false],
  ['urn:a/patients', 'Patients', 'urn:a/physicians', 'Physicians', false],
])('%s "%s" and %s "%s" are nearly equal: %s', (first, firstLabel, second, secondLabel, similar) => {
  const labels = [
    { thing: first, label: firstLabel, language: 'en' },
    { thing: second, label: secondLabel, language: 'en' },
  ];
  expect(findSimilar(labels, 0.88).length > 0).toBe(similar);
});
