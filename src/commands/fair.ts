import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import type { Check } from '../fair/check.ts';
import { Instance, type Queries, queryNames } from '../fair/instance.ts';
import { listChecks, writeReport, writeReportJson } from '../fair/report.ts';
import { checks, runChecks } from '../fair/run.ts';
import { CallFault } from '../load/files.ts';
import { readQueries } from '../load/query-files.ts';
import { readProfiles } from './fair-profiles.ts';
import { seconds, whole } from './options.ts';
import { endProgress, showProgress } from './progress.ts';

interface FairOptions {
  readonly sample: number;
  readonly random: boolean;
  readonly only: readonly string[];
  readonly shapes: readonly string[];
  readonly external: boolean;
  readonly timeout: number;
  readonly size: number;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly list: boolean;
}

const several = (value: string, before: readonly string[]): string[] => [...before, value];

/** Requests at the same time: somebody may be using the instance. */
const concurrency = 2;
const mebibyte = 2 ** 20;

/** `fair`: what holds of a running instance, and what does not. */
export function fairCommand(): Command {
  return new Command('fair')
    .description(
      'Check a running instance as its users see it, over HTTP: identifiers, formats, links, dumps, catalogue, SPARQL. It reads only, two requests at a time. Exit code 0 when nothing fails, 1 when something does.',
    )
    .argument('[url]', 'the address of the instance')
    .addOption(
      new Option('--sample <n>', 'how many of many things are looked at').argParser(whole(1, 10_000)).default(10),
    )
    .addOption(new Option('--random', 'look at others each time').default(false))
    .addOption(
      new Option('--only <check>', 'do only this check, or this group of checks; repeatable')
        .argParser(several)
        .default([], 'all'),
    )
    .addOption(
      new Option('--shapes <folder|file>', 'also hold the catalogue against these SHACL shapes; repeatable')
        .argParser(several)
        .default([], 'none'),
    )
    .addOption(
      new Option('--external', 'ask other hosts too: whether permanent IRIs lead to the instance').default(false),
    )
    .addOption(new Option('--timeout <seconds>', 'time for one answer').argParser(seconds).default(30))
    .addOption(new Option('--size <MiB>', 'size of one answer').argParser(whole(1, 4096)).default(64))
    .addOption(new Option('--json', 'write the results as JSON').default(false))
    .addOption(new Option('--verbose', 'also tell what was asked where all is well').default(false))
    .addOption(new Option('--list', 'ask nobody, and list the checks as Markdown').default(false))
    .action(async (url: string | undefined, options: FairOptions) => {
      if (options.list) process.stdout.write(listChecks());
      else await check(readAddress(url), options);
    });
}

function readAddress(url: string | undefined): string {
  if (url === undefined) throw new CallFault('Give the address of an instance, such as http://localhost:3000.');
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !/^https?:$/.test(address.protocol) || address.username)
    throw new CallFault(`${url}: this is no address such as http://localhost:3000 or https://data.example.org/graph.`);
  return `${address.origin}${address.pathname}`.replace(/\/+$/, '');
}

function choose(only: readonly string[]): readonly Check[] {
  const fits = ({ id }: Check, name: string): boolean => id === name || id.startsWith(`${name}.`);
  const unknown = only.find((name) => !checks.some((each) => fits(each, name)));
  if (unknown !== undefined)
    throw new CallFault(`--only ${unknown}: there is no such check or group of checks. See umcnl fair --list.`);
  return only.length ? checks.filter((each) => only.some((name) => fits(each, name))) : checks;
}

async function check(url: string, options: FairOptions): Promise<void> {
  const wanted = choose(options.only);
  const profiles = (await Promise.all(options.shapes.map(readProfiles))).flat();
  const started = performance.now();
  const { sample, random, external } = options;
  const instance = await Instance.open(url, {
    sample,
    random,
    external,
    timeLimit: 1000 * options.timeout,
    sizeLimit: options.size * mebibyte,
    concurrency,
    queries: await readOwnQueries(),
    profiles,
  });
  try {
    const results = await runChecks(instance, wanted, ({ id }) => showProgress(`${id} …`));
    endProgress();
    const facts = {
      url,
      publicUrl: instance.publicUrl,
      requests: instance.client.requests,
      seconds: (performance.now() - started) / 1000,
      verbose: options.verbose,
    };
    process.stdout.write(options.json ? writeReportJson(results, facts) : writeReport(results, facts));
    process.exitCode = results.some(({ outcome }) => outcome === 'fail') ? 1 : 0;
  } finally {
    instance.client.close();
  }
}

/** The queries that an instance is asked: those that come with this program, whatever it serves. */
export async function readOwnQueries(): Promise<Queries> {
  const files = await readQueries(fileURLToPath(new URL('../../queries/fair', import.meta.url)));
  const texts = new Map(files.map(({ name, query }) => [name, query]));
  return Object.fromEntries(queryNames.map((name) => [name, texts.get(name) ?? ''])) as Queries;
}
