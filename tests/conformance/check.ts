import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Report, readEarl, readFailing } from './reports.ts';
import type { Outcome } from './run.ts';
import { type Suite, skipped, testsFolder } from './suites.ts';

/** Tests that a report's suites come out as its list of failures and its published report say. */
export function checkReport(report: Report): void {
  const folder = testsFolder;
  if (!folder) {
    console.warn(skipped);
    test.skip(skipped, () => undefined);
    return;
  }
  describe(report.label, () => {
    let started: Awaited<ReturnType<Report['start']>>;
    const all: Outcome[] = [];
    beforeAll(async () => {
      started = await report.start(folder);
    });
    afterAll(() => started?.stop());

    test.each(report.suites.map((suite: Suite) => [suite.label, suite] as const))(
      'in %s, the tests that fail are those that are listed',
      async (_label, suite) => {
        const failing = await readFailing(report.name);
        const outcomes = await started.run(suite);
        all.push(...outcomes);
        expect(outcomes.length).toBeGreaterThan(0);
        const ofKind = (failed: boolean): Outcome[] =>
          outcomes.filter((each) => (each.outcome === 'failed') === failed && failed !== each.test in failing);
        // A test that has come to pass is taken off the list: it only ever shrinks.
        expect({
          'fails, and is not listed': ofKind(true),
          'is listed, and passes': ofKind(false).map((each) => each.test),
        }).toEqual({ 'fails, and is not listed': [], 'is listed, and passes': [] });
      },
      180_000,
    );

    test('nothing is listed that was not run', async () => {
      const run = new Set(all.map((each) => each.test));
      expect(Object.keys(await readFailing(report.name)).filter((each) => !run.has(each))).toEqual([]);
    });

    test('the published report says what came out: else run npm run conformance', async () => {
      const published = await readEarl(report.name);
      const differs = all.filter((each) => published.get(each.test) !== each.outcome);
      expect(differs.map((each) => `${each.test} ${each.outcome}`)).toEqual([]);
      expect(published.size).toBe(all.length);
    });
  });
}
