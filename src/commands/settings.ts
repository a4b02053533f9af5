import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Help, InvalidArgumentError, Option } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import { CallFault } from '../load/files.ts';
import { say } from './progress.ts';

/** What all variables of ours begin with. */
const prefix = 'UMCNL_';
/** Parts the values of a setting that may be given more than once, in a variable: neither paths nor patterns have it. */
const separator = ';';

/**
 * An option that an environment variable and the configuration file can set as well. The variable is `UMCNL_` and the
 * name of the flag in capitals; the key in the file is the name of the flag.
 */
export class Setting extends Option {
  /** A variable that hosting platforms set, read when ours is not there. */
  customary: string | undefined;
  /** Whether no message may tell the value, and no flag may give it: whoever is on the machine can read flags. */
  secret = false;
  /** Makes a value in a file start from the folder of that file. */
  place: (value: string, folder: string) => string = (value) => value;

  /** Also reads a variable without our prefix. */
  also(variable: string): this {
    this.customary = variable;
    return this;
  }

  /** The value is a path: in a file, it starts from the folder of that file. */
  asPath(place: Setting['place'] = (value, folder) => path.resolve(folder, value)): this {
    this.place = place;
    return this;
  }

  /** The value is a secret. */
  asSecret(): this {
    this.secret = true;
    return this;
  }
}

/** A setting as file and environment know it: `--federation <file>` and `--no-federation` are one. */
export interface Key {
  readonly name: string;
  readonly variable: string;
  /** The option that takes a value, or that turns something on or off. */
  readonly option: Setting;
  readonly attribute: string;
  /** What can be given: a value, several of them, or true and false; `value-or-false` takes either. */
  readonly takes: 'value' | 'values' | 'switch' | 'value-or-false';
}

/** The settings among the options of a command. */
export function settingsOf({ options }: Pick<Command, 'options'>): Key[] {
  const settings = options.filter((option): option is Setting => option instanceof Setting);
  return [...new Set(settings.map(nameOf))].map((name) => {
    const same = settings.filter((each) => nameOf(each) === name);
    const option = same.find(({ negate }) => !negate) ?? (same[0] as Setting);
    const switches = option.negate || !(option.required || option.optional);
    const takes = switches
      ? 'switch'
      : same.length > 1
        ? 'value-or-false'
        : Array.isArray(option.defaultValue)
          ? 'values'
          : 'value';
    return { name, variable: variableOf(name), option, attribute: option.attributeName(), takes };
  });
}

const nameOf = ({ long }: Option): string => (long ?? '').replace(/^--(no-)?/, '');
const variableOf = (name: string): string => prefix + name.replaceAll('-', '_').toUpperCase();

/** The setting that names the file with the others. */
export const configOption = (): Setting =>
  new Setting('--config <file>', 'file with settings (YAML or JSON)').default(undefined, 'none');

/** Lets the help of a command tell the default and the variable of each option. */
export function describeSettings(command: Command): void {
  const help = new Help();
  command.configureHelp({
    optionDescription: (option) => {
      if (!(option instanceof Setting)) return help.optionDescription(option);
      const { description, argChoices, negate, customary } = option;
      const choices = argChoices ? [`one of ${argChoices.join(', ')}`] : [];
      const variable = variableOf(nameOf(option)) + (negate ? '=false' : '') + (customary ? ` or ${customary}` : '');
      return `${description} (${[...choices, `default: ${defaultOf(option)}`, variable].join('; ')})`;
    },
  });
}

/** What holds when nothing is said, for people to read. */
export const defaultOf = ({ defaultValue, defaultValueDescription, negate }: Option): string =>
  defaultValueDescription ?? String(negate ? 'not given' : (defaultValue ?? 'none'));

/** Where settings come from besides flags. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Every setting there is: a file and an environment serve several commands. Asked only where a name is not known. */
  readonly everySetting: () => Promise<readonly Key[]>;
}

/**
 * Gives a command the settings that no flag has set: from the environment, else from the configuration file. Throws a
 * {@link CallFault} with all that is wrong with them, each with the variable, or the file, line and key.
 */
export async function applySettings(command: Command, { env, everySetting }: Surroundings): Promise<void> {
  const keys = settingsOf(command);
  const faults: string[] = [];
  for (const { option, attribute, variable } of keys)
    if (option.secret && command.getOptionValueSource(attribute) === 'cli')
      faults.push(`${option.long}: everybody on this machine can read flags. Set ${variable}, or use a file.`);

  const take = (source: 'env' | 'config', { value, key, where, folder }: Given): void => {
    try {
      const read = readValue(key, value, folder);
      if (isOpen(command, key)) command.setOptionValueWithSource(key.attribute, read, source);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      // The message of a parser may quote what it was given.
      faults.push(
        key.option.secret
          ? `${where}: this value cannot be used. It is a secret, so it is not shown.`
          : `${where}: ${error.message} It is ${show(value)}.`,
      );
    }
  };

  for (const given of fromEnvironment(keys, env)) take('env', given);
  await warnOfUnknown(keys, env, everySetting);
  // --config is a setting itself: a variable may have named the file just now.
  const { config } = command.opts<{ config?: string }>();
  const file = config === undefined ? undefined : await readFileOf(config, keys, everySetting);
  for (const given of file?.given ?? []) take('config', given);
  faults.push(...(file?.faults ?? []));
  if (faults.length) throw new CallFault(faults.join('\n'));
}

/** A value that something beside the flags gives, and where it stands. */
interface Given {
  readonly key: Key;
  readonly value: unknown;
  readonly where: string;
  /** The folder from which paths start, where it is not the working directory. */
  readonly folder?: string;
}

const show = (value: unknown): string => {
  if (value === null || typeof value === 'object') return value === null ? 'empty' : 'a list or a mapping';
  return JSON.stringify(value);
};

const isOpen = (command: Command, { attribute }: Key): boolean =>
  ['default', undefined].includes(command.getOptionValueSource(attribute));

function readValue({ option, takes }: Key, given: unknown, folder: string | undefined): unknown {
  if (takes === 'switch') {
    if (typeof given !== 'boolean') throw new InvalidArgumentError('Give true or false.');
    return given;
  }
  if (takes === 'value-or-false' && given === false) return false;
  const values = takes === 'values' && Array.isArray(given) ? given : [given];
  let result: unknown = takes === 'values' ? [] : undefined;
  for (const value of values) {
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new InvalidArgumentError(wanted[takes] ?? 'Give one value.');
    const text = folder === undefined ? String(value) : option.place(String(value), folder);
    result = option.parseArg ? option.parseArg(text, result as never) : text;
  }
  return result;
}

const wanted: Readonly<Record<string, string>> = {
  values: 'Give a value, or a list of values.',
  'value-or-false': 'Give one value, or false.',
};

function* fromEnvironment(keys: readonly Key[], env: Surroundings['env']): Generator<Given> {
  for (const key of keys) {
    // What is empty is not set: `docker compose` hands on variables that nobody gave a value.
    const where = [key.variable, key.option.customary].find((name) => name !== undefined && env[name]);
    if (where === undefined) continue;
    yield { key, where, value: fromText(key, env[where] as string) };
  }
}

function fromText({ takes }: Key, text: string): unknown {
  if (takes === 'switch' || takes === 'value-or-false') {
    if (text === 'false') return false;
    if (takes === 'switch' && text === 'true') return true;
  }
  if (takes !== 'values') return text;
  return text
    .split(separator)
    .map((each) => each.trim())
    .filter(Boolean);
}

// A warning only: a container platform makes up variables such as UMCNL_SERVICE_HOST for a service of that name.
async function warnOfUnknown(
  keys: readonly Key[],
  env: Surroundings['env'],
  everySetting: Surroundings['everySetting'],
): Promise<void> {
  const known = new Set(keys.map(({ variable }) => variable));
  const strange = Object.keys(env).filter((name) => name.startsWith(prefix) && !known.has(name));
  if (!strange.length) return;
  const all = (await everySetting()).map(({ variable }) => variable);
  for (const name of strange)
    if (!all.includes(name)) say(`${name}: there is no such setting, so it is ignored.${perhaps(name, all)}`);
}

async function readFileOf(
  file: string,
  keys: readonly Key[],
  everySetting: Surroundings['everySetting'],
): Promise<{ given: Given[]; faults: string[] }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CallFault(`${file}: this file with settings cannot be read (${error.code}). See --config.`);
  });
  // Only who has such a file waits for what reads it.
  const { isMap, isScalar, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  // Without the excerpts that "pretty" messages have: there may be secrets in the file.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset = 0): string => `${file}, line ${lines.linePos(offset).line}`;
  const [broken] = document.errors;
  if (broken?.code === 'DUPLICATE_KEY') throw new CallFault(`${at(broken.pos[0])}: this setting is there twice.`);
  if (broken) throw new CallFault(`${at(broken.pos[0])}: this is neither YAML nor JSON (${broken.code}).`);
  const { contents } = document;
  if (contents === null) return { given: [], faults: [] };
  if (!isMap(contents)) throw new CallFault(`${file}: write one setting on a line, such as "port: 3000".`);

  const values = document.toJS() as Readonly<Record<string, unknown>>;
  const given: Given[] = [];
  const faults: string[] = [];
  for (const { key: node } of contents.items) {
    const name = String(isScalar(node) ? node.value : node);
    const where = `${at(isScalar(node) ? node.range?.[0] : undefined)}: ${name}`;
    const key = keys.find((each) => each.name === name);
    if (name === 'config') faults.push(`${where}: a file cannot name another one.`);
    else if (key) given.push({ key, where, value: values[name], folder: path.dirname(file) });
    else {
      const all = (await everySetting()).map((each) => each.name).filter((each) => each !== 'config');
      if (!all.includes(name))
        faults.push(`${where}: there is no such setting.${perhaps(name, all)} umcnl serve --help lists them.`);
    }
  }
  return { given, faults };
}

/** A name that may have been meant, if one is near. */
function perhaps(name: string, all: readonly string[]): string {
  const near = closest(name, [...all]);
  return distance(name, near) <= Math.max(2, name.length / 4) ? ` Did you mean ${near}?` : '';
}

/** An environment without our settings, for a process that gets them all as flags. */
export const withoutSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith(prefix)));
