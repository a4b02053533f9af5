import { describe, expect, test } from 'vitest';
import { QueryFault } from '../../src/engine/engine.ts';
import { readForm } from '../../src/engine/query-form.ts';
import { engineSuites, inTurn, isUpdate, readSuite, skipped, type Test, testsFolder, updateSuites } from './suites.ts';

interface UpdateTest extends Test {
  readonly queryString?: string;
  readonly updateQueryString?: string;
}

const isRefused = ({ queryString, updateQueryString }: UpdateTest): boolean => {
  try {
    readForm(updateQueryString ?? queryString ?? '');
    return false;
  } catch (fault) {
    return fault instanceof QueryFault && fault.kind === 'update';
  }
};

// Whoever sends an update as a query is told that nothing is written here, and not that its syntax is wrong.
describe.skipIf(!testsFolder)('the updates of the W3C suites', () => {
  test('are told from queries, but for the empty ones', async () => {
    const suites = [...updateSuites, ...engineSuites];
    const tests = (await inTurn(suites, (suite) => readSuite(testsFolder as string, suite))).flat() as UpdateTest[];
    const updates = tests.filter((each) => isUpdate(each) && !each.types.some((type) => type.includes('Negative')));
    expect(updates.length).toBeGreaterThan(150);
    const taken = updates.filter((each) => !isRefused(each)).map(({ uri }) => uri.replace(/.*\/(.*)\/manifest/, '$1'));
    expect(taken).toEqual(['syntax-update-1#test_38', 'syntax-update-1#test_39', 'syntax-update-1#test_40']);
  });
});

if (!testsFolder) test.skip(skipped, () => undefined);
