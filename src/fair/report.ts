import { type Evidence, type Outcome, principles, type Result } from './check.ts';
import { groups } from './checks.ts';
import { judgePrinciples } from './run.ts';

/** What a report tells beside the results. */
export interface ReportFacts {
  readonly url: string;
  readonly publicUrl: string;
  readonly requests: number;
  readonly seconds: number;
  /** Whether what passed is told in full too. */
  readonly verbose: boolean;
}

const words: Readonly<Record<Outcome, string>> = { pass: 'pass', warning: 'WARNING', fail: 'FAIL', skipped: 'skipped' };
/** Of what was asked, how much is told for a check. */
const shown = 5;

/** The results for a terminal: by group, then by FAIR principle. */
export function writeReport(
  results: readonly Result[],
  { url, publicUrl, requests, seconds, verbose }: ReportFacts,
): string {
  const lines = [publicUrl === url ? url : `${url}, which calls itself ${publicUrl}`, ''];
  const width = Math.max(...results.map(({ check }) => check.id.length));
  for (const { title, checks } of groups) {
    const own = results.filter(({ check }) => checks.includes(check));
    if (!own.length) continue;
    lines.push(title);
    for (const result of own) {
      lines.push(`  ${words[result.outcome].padEnd(7)}  ${result.check.id.padEnd(width)}  ${result.check.asks}`);
      lines.push(...tellEvidence(result, verbose).map((line) => `           ${line}`));
    }
    lines.push('');
  }
  lines.push('FAIR principles, by the checks that support them');
  for (const { principle, outcome, checks } of judgePrinciples(results).filter((each) => each.checks.length))
    lines.push(
      `  ${words[outcome].padEnd(7)}  ${principle.padEnd(4)}  ${principles[principle]} (${checks.length} checks)`,
    );
  const count = (outcome: Outcome): number => results.filter((each) => each.outcome === outcome).length;
  lines.push(
    '',
    `${count('pass')} pass, ${count('warning')} warnings, ${count('fail')} fail, ${count('skipped')} skipped; ${requests} requests in ${seconds.toFixed(1)} s.`,
  );
  return `${lines.join('\n')}\n`;
}

function tellEvidence({ check, outcome, evidence }: Result, verbose: boolean): string[] {
  const notable = verbose
    ? evidence
    : evidence.filter((each) => each.outcome !== 'pass' && (outcome === 'skipped' || each.outcome !== 'skipped'));
  const told = notable
    .slice(0, verbose ? notable.length : shown)
    .map(({ asked, came }: Evidence) => `${asked}: ${came}`);
  return [
    ...told,
    ...(notable.length > told.length ? [`… and ${notable.length - told.length} more`] : []),
    ...(outcome === 'fail' || outcome === 'warning' ? [`→ ${check.remedy} (${check.standard})`] : []),
  ];
}

/** The results for programs. */
export function writeReportJson(
  results: readonly Result[],
  { url, publicUrl, requests, seconds }: ReportFacts,
): string {
  const document = {
    url,
    publicUrl,
    requests,
    seconds: Number(seconds.toFixed(3)),
    checks: results.map(({ check: { run: _run, ...check }, outcome, evidence }) => ({
      ...check,
      outcome,
      // What passed is a sentence each, and there are hundreds.
      evidence: evidence.filter((each) => each.outcome !== 'pass').slice(0, 100),
      passed: evidence.filter((each) => each.outcome === 'pass').length,
    })),
    principles: judgePrinciples(results).map((each) => ({ ...each, text: principles[each.principle] })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** Every check there is, as Markdown. */
export function listChecks(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<');
  const tables = groups.map(({ title, checks }) => {
    const rows = checks.map(({ id, asks, standard, remedy, supports }) =>
      [`\`${id}\``, asks, standard, remedy, supports.join(', ')].map(cell).join(' | '),
    );
    return `### ${title}\n\n| check | what holds | by which standard | what to do if not | FAIR |\n| --- | --- | --- | --- | --- |\n${rows.map((row) => `| ${row} |\n`).join('')}`;
  });
  return tables.join('\n');
}
