import path from 'node:path';
import { Command, Option } from 'commander';
import { CallFault } from '../load/files.ts';
import { type NoAnswer, type PoliteAnswer, PoliteFetch } from '../load/polite-fetch.ts';
import { openRecordFile } from '../load/record-file.ts';
import { acceptRdf, checkAnswer } from '../registries/check-answer.ts';
import {
  checkAddress,
  checkAgainstRecord,
  entryOf,
  type Link,
  type LinkedThing,
  type LinkFinding,
} from '../registries/check-links.ts';
import { findScheme } from '../registries/identifiers.ts';
import { type RegistryRecord, readRegistryRecord } from '../registries/registry-record.ts';
import { chooseRorFile } from '../registries/ror-dump.ts';
import { askFile, requirePublication } from './ask-file.ts';
import { loadDataset } from './load.ts';
import { defaultStore } from './open.ts';
import { type DataOptions, dataOptions, seconds, whole } from './options.ts';
import { endProgress, say, showProgress } from './progress.ts';

interface LinkCheckOptions extends DataOptions {
  readonly online: boolean;
  readonly partial: boolean;
  readonly contact?: string;
  readonly cache: string;
  readonly delay: number;
  readonly answerTime: number;
  readonly maxAge: number;
}

/** `link check`: says which links hold no longer. */
export function linkCheckCommand(): Command {
  const command = new Command('check')
    .description('Check every link: by its form, against files of records, with --online at its address.')
    .argument('[files...]', 'records of ROR, OpenAlex or OpenAIRE: JSON, lines, .gz or .zip')
    .addOption(
      new Option('--partial', 'the files hold a part of the registry: what is not there is no fault').default(false),
    )
    .addOption(new Option('--online', 'ask the address of each link').default(false))
    .addOption(
      new Option('--contact <address>', 'with --online: mail or web address of who asks, for those who are asked'),
    )
    .addOption(
      new Option('--cache <folder>', 'with --online: keeps answers, so that a stopped run goes on').default(
        path.join(defaultStore, 'links'),
        'links in the folder of prepared datasets',
      ),
    )
    .addOption(new Option('--delay <seconds>', 'pause between requests to one host').argParser(pause).default(1))
    .addOption(new Option('--answer-time <seconds>', 'time that an answer may take').argParser(seconds).default(20))
    .addOption(
      new Option('--max-age <hours>', 'age at which a kept answer is asked for again')
        .argParser(whole(0, 10_000))
        .default(24),
    );
  for (const option of dataOptions()) command.addOption(option);
  return command.action(linkCheck);
}

const pause = (value: string): number => (value === '0' ? 0 : seconds(value));

async function linkCheck(files: readonly string[], options: LinkCheckOptions): Promise<void> {
  if (options.online && !options.contact)
    throw new CallFault('--online needs --contact <address>: those who are asked must be able to reach who asks.');
  showProgress('Reading and reasoning …');
  const dataset = await loadDataset(options);
  const publication = requirePublication(dataset, 'which links are theirs');
  const { links, things } = readLinks((await askFile(dataset, publication, 'links-to-check.rq')) as Row[]);
  const wanted = new Set(links.flatMap(({ target }) => recordKey(entryOf(target)) ?? []));
  const { records, registries } = await readRecords(files, wanted);
  const findings: LinkFinding[] = links.flatMap(checkAddress);
  const unchecked = new Map<string, number>();
  for (const link of links) {
    const entry = entryOf(link.target);
    const found = checkOffline(link, things.get(link.thing), entry, { records, registries, partial: options.partial });
    if (found) findings.push(...found);
    else if (!options.online) {
      const name = entry?.scheme.label.en ?? hostOf(link.target);
      unchecked.set(name, (unchecked.get(name) ?? 0) + 1);
    }
  }
  if (options.online) findings.push(...(await checkOnline(links, things, options)));
  endProgress();
  findings.sort((a, b) => Number(a.remark ?? false) - Number(b.remark ?? false));
  for (const finding of findings) process.stdout.write(`${describeLinkFinding(finding)}\n`);
  const faults = findings.filter(({ remark }) => !remark).length;
  say(`${links.length} links: ${faults || 'no'} faults, ${findings.length - faults} remarks.`);
  if (unchecked.size) {
    const sorted = [...unchecked].sort(([, a], [, b]) => b - a);
    const list = sorted.slice(0, listed).map(([name, count]) => `${count} of ${name}`);
    const more = sorted.slice(listed).reduce((sum, [, count]) => sum + count, 0);
    if (more) list.push(`${more} of others`);
    say(`By their form alone, since no file was given for them: ${list.join(', ')}. --online asks them.`);
  }
  if (faults) process.exitCode = 1;
}

/** Registries and hosts that are named when nothing was given to check their links against. */
const listed = 12;

interface Row {
  readonly thing: string;
  readonly what: 'link' | 'name' | 'key';
  readonly value: string;
  readonly property?: string;
  readonly label?: string;
  readonly type?: string;
}

function readLinks(rows: readonly Row[]): { links: Link[]; things: Map<string, LinkedThing> } {
  const links: Link[] = [];
  const things = new Map<string, { names: string[]; keys: Map<string, string[]> }>();
  for (const { thing, what, value, property = '', label, type = '' } of rows) {
    const known = things.get(thing) ?? { names: [], keys: new Map<string, string[]>() };
    things.set(thing, known);
    if (what === 'link') links.push({ thing, property, target: value, label });
    else if (what === 'name') known.names.push(value);
    else {
      // A scheme's datatype ends in the scheme's name.
      const scheme = type.slice(type.lastIndexOf('/') + 1);
      if (findScheme(scheme)) known.keys.set(scheme, [...(known.keys.get(scheme) ?? []), value]);
    }
  }
  return { links, things };
}

type Entry = ReturnType<typeof entryOf>;
const recordKey = (entry: Entry): string | undefined => entry && `${entry.scheme.name} ${entry.key}`;
const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);

interface Records {
  /** Those that links point to, by registry and key. */
  readonly records: ReadonlyMap<string, RegistryRecord>;
  /** Registries of which a file was given. */
  readonly registries: ReadonlySet<string>;
}

async function readRecords(files: readonly string[], wanted: ReadonlySet<string>): Promise<Records> {
  const records = new Map<string, RegistryRecord>();
  const registries = new Set<string>();
  for (const name of files) {
    const file = await openRecordFile(name, chooseRorFile);
    let found = 0;
    for await (const texts of file.records()) {
      for (const { line, text, fault } of texts) {
        try {
          if (fault) throw new Error(fault);
          const parsed = JSON.parse(text);
          for (const each of Array.isArray(parsed?.items) ? parsed.items : [parsed]) {
            const record = readRegistryRecord(each);
            if (!record) continue;
            found++;
            registries.add(record.registry);
            const key = `${record.registry} ${record.key}`;
            if (wanted.has(key)) records.set(key, record);
          }
        } catch (error) {
          say(`${name}:${line}: left out. ${(error as Error).message}`);
        }
      }
      showProgress(`Reading ${name}: ${Math.round(100 * file.done())}%`);
    }
    if (!found) throw new CallFault(`${name}: there is no record of ROR, OpenAlex or OpenAIRE in it.`);
  }
  return { records, registries };
}

// Undefined when nothing was given to check it against.
function checkOffline(
  link: Link,
  thing: LinkedThing | undefined,
  entry: Entry,
  { records, registries, partial }: Records & { readonly partial: boolean },
): LinkFinding[] | undefined {
  if (!entry || !registries.has(entry.scheme.name)) return undefined;
  const record = records.get(recordKey(entry) ?? '');
  if (record) return checkAgainstRecord(link, thing ?? nothing, record);
  if (partial) return undefined;
  return [
    { link, kind: 'absent', message: `${entry.scheme.label.en} ${entry.key} is not in the files that were given.` },
  ];
}

const nothing: LinkedThing = { names: [], keys: new Map() };

async function checkOnline(
  links: readonly Link[],
  things: ReadonlyMap<string, LinkedThing>,
  options: LinkCheckOptions,
): Promise<LinkFinding[]> {
  const polite = new PoliteFetch({
    userAgent: `umcnl-link-check (+${options.contact})`,
    accept: acceptRdf,
    delay: 1000 * options.delay,
    timeout: 1000 * options.answerTime,
    redirects: 5,
    cache: options.cache,
    maxAge: 3_600_000 * options.maxAge,
    patience: 120_000,
  });
  const answers = new Map<string, Promise<PoliteAnswer | NoAnswer>>();
  let done = 0;
  const targets = new Set(links.map(({ target }) => target).filter((target) => /^https?:/.test(target)));
  for (const target of targets)
    answers.set(
      target,
      polite.get(target).finally(() => showProgress(`Asking: ${++done} of ${targets.size} addresses`)),
    );
  const findings: LinkFinding[] = [];
  for (const link of links) {
    const answer = await answers.get(link.target);
    if (!answer) continue;
    if (answer.kind === 'answer')
      findings.push(...(await checkAnswer(link, things.get(link.thing) ?? nothing, answer)));
    else
      findings.push({ link, kind: 'unreachable', message: `It could not be asked: ${answer.because}.`, remark: true });
  }
  endProgress();
  say(`${targets.size} addresses, ${polite.requests} requests; the answers are in ${options.cache}.`);
  return findings;
}

/** A finding in one line. */
const describeLinkFinding = ({ link, kind, message, remark }: LinkFinding): string =>
  `${remark ? 'remark' : 'fault'} (${kind}): <${link.thing}> → <${link.target}>: ${message}`;
