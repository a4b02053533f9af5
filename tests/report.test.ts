import { expect, test } from 'vitest';
import { reportOf } from '../src/commands/report.ts';
import { QueryFault } from '../src/engine/engine.ts';
import { TooManyTriples } from '../src/load/triple-limit.ts';

const folder = '/srv/data';

// Each was called unforeseen once, told nobody what to do, and was tried again each minute.
test.each([
  ['too many triples', new TooManyTriples('/srv/data/a.nt: there are more than 59 triples.'), false],
  ['a dataset too large for the engine', new QueryFault('too-large', 'a.nt: there are more than 59 triples.'), false],
  ['a query that was too slow', new QueryFault('too-slow', 'a.nt: there are more than 59 triples.'), true],
])('%s is told as it is', (_, error, passing) => {
  const told = ['a.nt: there are more than 59 triples.'];
  expect(reportOf(error, folder)).toEqual({ lines: told, public: told, foreseen: true, passing });
});

test('the cause of a fault is for the log alone', () => {
  const error = new QueryFault('engine', 'The engine failed.', { cause: 'status 500 of http://db.local/' });
  const { lines, public: shown } = reportOf(error, folder);
  expect(lines).toEqual(['The engine failed.', 'status 500 of http://db.local/']);
  expect(shown).toEqual(['The engine failed.']);
});

test('what nobody foresaw is told to nobody, and tried again', () => {
  const { public: shown, foreseen, passing } = reportOf(new TypeError('x is not a function'), folder);
  expect(shown.join()).not.toContain('x is not');
  expect({ foreseen, passing }).toEqual({ foreseen: false, passing: true });
});
