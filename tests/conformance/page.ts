import type { Report } from './reports.ts';
import type { Outcome } from './run.ts';

/** What the page needs of a report. */
export interface Scored {
  readonly report: Report;
  readonly outcomes: readonly Pick<Outcome, 'suite' | 'test' | 'outcome'>[];
  readonly failing: Readonly<Record<string, string>>;
}

const marks = ['<!-- Written by npm run conformance: -->', '<!-- So far. -->'] as const;

/** The page with the scores and failures in it anew. */
export function writePage(page: string, scored: readonly Scored[]): string {
  const [start, end] = marks.map((mark) => page.indexOf(mark)) as [number, number];
  if (start < 0 || end < start) throw new Error(`The page lacks the lines "${marks[0]}" and "${marks[1]}".`);
  const text = [...scoreTables(scored), ...scored.flatMap(failures)].join('\n');
  return `${page.slice(0, start + marks[0].length)}\n\n${text}\n\n${page.slice(end)}`;
}

/** Tables of how many tests passed: reports over the same suites share one. */
export function scoreTables(scored: readonly Scored[]): string[] {
  const groups = new Map<Report['suites'], Scored[]>();
  for (const each of scored) groups.set(each.report.suites, [...(groups.get(each.report.suites) ?? []), each]);
  return [...groups].flatMap(([suites, members], index) => [
    ...(index ? [''] : []),
    `| Suite | ${members.map(({ report }) => report.label).join(' | ')} |`,
    `| --- |${' --- |'.repeat(members.length)}`,
    ...suites.map(({ name, label }) => `| ${label} | ${members.map((each) => score(each, name)).join(' | ')} |`),
    `| All | ${members.map((each) => score(each)).join(' | ')} |`,
  ]);
}

function score({ outcomes }: Scored, suite?: string): string {
  const counted = outcomes.filter((each) => suite === undefined || each.suite === suite);
  const count = (outcome: string): number => counted.filter((each) => each.outcome === outcome).length;
  const inapplicable = count('inapplicable');
  return `${count('passed')} of ${counted.length - inapplicable}${inapplicable ? `, ${inapplicable} not applicable` : ''}`;
}

function failures({ report, failing }: Scored): string[] {
  const reasons = new Map<string, string[]>();
  for (const [test, reason] of Object.entries(failing)) reasons.set(reason, [...(reasons.get(reason) ?? []), test]);
  if (!reasons.size) return [];
  return [
    '',
    `### What fails with ${report.label}`,
    '',
    ...[...reasons].map(
      ([reason, tests]) => `- ${reason} (${tests.map((test) => `\`${shortName(test)}\``).join(', ')})`,
    ),
  ];
}

/** The folder and the name of a test, which is how people speak of it. */
const shortName = (test: string): string => test.split('/').slice(-2).join('/').replace('/manifest', '');
