/** Runs the W3C's test suites, writes the reports under docs/conformance/ and prints the scores. */
import { readFile, writeFile } from 'node:fs/promises';
import { writeEarl } from './earl.ts';
import { type Scored, scoreTables, writePage } from './page.ts';
import { earlFile, pageFile, readFailing, reports } from './reports.ts';
import { skipped, testsFolder } from './suites.ts';

const folder = testsFolder;
if (!folder) {
  process.stderr.write(`${skipped}\n`);
  process.exit(1);
}

const scored: Scored[] = [];
for (const report of reports) {
  const { run, stop } = await report.start(folder);
  const failing = await readFailing(report.name);
  const outcomes = [];
  for (const suite of report.suites) {
    process.stderr.write(`${report.label}: ${suite.label} …\n`);
    outcomes.push(...(await run(suite)));
  }
  await stop();
  for (const { test, outcome, message } of outcomes)
    if ((outcome === 'failed') !== test in failing)
      process.stderr.write(
        `\n${outcome === 'failed' ? 'Fails, and is not listed' : 'Listed, and does not fail'}: ${test}\n${message ?? ''}\n`,
      );
  await writeFile(earlFile(report.name), writeEarl(report.subject, outcomes, new Date()));
  scored.push({ report, outcomes, failing });
}
await writeFile(pageFile, writePage(await readFile(pageFile, 'utf8'), scored));
process.stdout.write(`${scoreTables(scored).join('\n')}\n`);
