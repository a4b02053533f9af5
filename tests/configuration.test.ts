import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataOptions, engineOptions, whole } from '../src/commands/options.ts';
import { prepareCommand } from '../src/commands/prepare.ts';
import { pushCommand } from '../src/commands/push.ts';
import { serveCommand } from '../src/commands/serve.ts';
import { applySettings, configOption, defaultOf, type Key, Setting, settingsOf } from '../src/commands/settings.ts';
import { CallFault } from '../src/load/files.ts';
import { runCommand } from './support/command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string, name = 'umcnl.yaml'): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

const password = (): Setting =>
  new Setting('--password <text>', 'what opens the door').argParser(whole(0, 9)).asSecret().default(undefined, 'none');

/** What a command with some of our options ends up with. */
async function settle(
  flags: readonly string[],
  env: Record<string, string> = {},
  file?: string,
): Promise<Record<string, unknown>> {
  const command = new Command('sample').exitOverride().configureOutput({ writeErr: () => undefined });
  const options = [
    configOption(),
    ...dataOptions(),
    ...engineOptions(),
    password(),
    new Setting('--port <n>', 'door').also('PORT').argParser(whole(0, 65_535)).default(3000),
    new Setting('--allies <file>', 'friends').asPath(),
    new Setting('--no-allies', 'no friends'),
    new Setting('--no-metrics', 'no figures'),
  ];
  for (const option of options) command.addOption(option);
  let found: Record<string, unknown> = {};
  command.hook('preAction', (_, called) =>
    applySettings(called, { env, everySetting: async () => settingsOf(serveCommand()) }),
  );
  command.action((given: Record<string, unknown>) => {
    found = given;
  });
  const config = file === undefined ? [] : ['--config', write(file)];
  await command.parseAsync([...config, ...flags], { from: 'user' });
  return found;
}

/** What is said to be wrong. */
const faults = async (...given: Parameters<typeof settle>): Promise<string[]> => {
  const fault = await settle(...given).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(CallFault);
  return (fault as Error).message.replaceAll(path.join(folder, 'umcnl.yaml'), 'umcnl.yaml').split('\n');
};

describe('a setting', () => {
  test.each<[string, Parameters<typeof settle>, number]>([
    ['has its default when nothing is said', [[]], 3000],
    ['is read from the file', [[], {}, 'port: 1'], 1],
    ['is read from a file in JSON', [[], {}, '{"port": 1}'], 1],
    ['of the environment beats the file', [[], { UMCNL_PORT: '2' }, 'port: 1'], 2],
    ['has a customary variable as well', [[], { PORT: '4' }, 'port: 1'], 4],
    ['under our own name beats the customary one', [[], { UMCNL_PORT: '2', PORT: '4' }], 2],
    ['that is given as a flag beats all', [['--port', '3'], { UMCNL_PORT: '2', PORT: '4' }, 'port: 1'], 3],
    ['is not set by an empty variable', [[], { UMCNL_PORT: '', PORT: '' }, 'port: 1'], 1],
  ])('%s', async (_, given, port) => {
    expect(await settle(...given)).toMatchObject({ port });
  });

  test('that is on or off takes true and false', async () => {
    expect(await settle([], { UMCNL_PLAIN: 'false', UMCNL_METRICS: 'false' }, 'plain: true')).toMatchObject({
      plain: false,
      metrics: false,
    });
    expect(await settle([], { UMCNL_METRICS: 'true' }, 'plain: true\nmetrics: false')).toMatchObject({
      plain: true,
      metrics: true,
    });
    expect(await settle(['--no-metrics'], { UMCNL_METRICS: 'true' })).toMatchObject({ metrics: false });
  });

  test('that takes a value or nothing takes false', async () => {
    expect(await settle([], {}, 'allies: false')).toMatchObject({ allies: false });
    expect(await settle([], { UMCNL_ALLIES: 'false' }, 'allies: x.json')).toMatchObject({ allies: false });
    expect(await settle([], { UMCNL_ALLIES: 'x.json' }, 'allies: false')).toMatchObject({ allies: 'x.json' });
  });

  test('that may be given more than once takes a list', async () => {
    const graph = 'http://example.org/g';
    expect(await settle([], { UMCNL_DATA: 'a.ttl; b c.ttl;' })).toMatchObject({ data: ['a.ttl', 'b c.ttl'] });
    expect(await settle([], {}, `data: [a.ttl, /b.ttl]\ngraph: ${graph}=c=d.ttl`)).toMatchObject({
      data: [path.join(folder, 'a.ttl'), '/b.ttl'],
      graph: [`${graph}=${path.join(folder, 'c=d.ttl')}`],
    });
    expect(await settle(['--data', 'c.ttl'], { UMCNL_DATA: 'a.ttl' }, 'data: b.ttl')).toMatchObject({
      data: ['c.ttl'],
    });
  });

  test('of a path starts from the file that gives it, and else from the working directory', async () => {
    const publication = path.join(folder, 'graph/dataset.json');
    expect(await settle([], {}, 'publication: graph/dataset.json')).toMatchObject({ publication });
    expect(await settle([], { UMCNL_PUBLICATION: 'graph/dataset.json' })).toMatchObject({
      publication: 'graph/dataset.json',
    });
  });

  test('of a command beside this one may be in the same file and environment', async () => {
    expect(await settle([], { UMCNL_RATE_LIMIT: '5' }, 'rate-limit: 5\nport: 1')).toMatchObject({ port: 1 });
  });
});

describe('what is wrong is named', () => {
  test('with the line and the key', async () => {
    const file = 'workers: 0\n\nprot: 1\nmetrics: maybe\ndata: {a: b}\nengine:\nallies: true\nconfig: x\nport: 1\n';
    expect((await faults([], {}, file)).sort()).toEqual([
      'umcnl.yaml, line 1: workers: Give a whole number from 1 to 64. It is 0.',
      'umcnl.yaml, line 3: prot: there is no such setting. Did you mean port? umcnl serve --help lists them.',
      'umcnl.yaml, line 4: metrics: Give true or false. It is "maybe".',
      'umcnl.yaml, line 5: data: Give a value, or a list of values. It is a list or a mapping.',
      'umcnl.yaml, line 6: engine: Give one value. It is empty.',
      'umcnl.yaml, line 7: allies: Give one value, or false. It is true.',
      'umcnl.yaml, line 8: config: a file cannot name another one.',
    ]);
  });

  test('with the variable', async () => {
    expect(await faults([], { UMCNL_PLAIN: 'yes', PORT: 'tcp://10.0.0.1:80', UMCNL_ENGINE: 'none' })).toEqual([
      'UMCNL_PLAIN: Give true or false. It is "yes".',
      expect.stringMatching(/^UMCNL_ENGINE: .* It is "none"\.$/),
      'PORT: Give a whole number from 0 to 65535. It is "tcp://10.0.0.1:80".',
    ]);
  });

  test.each([
    ['port: 1\nport: 2', 'umcnl.yaml, line 2: this setting is there twice.'],
    ['port: 1\na: [', expect.stringMatching(/^umcnl\.yaml, line 2: this is neither YAML nor JSON/)],
    ['just a sentence', 'umcnl.yaml: write one setting on a line, such as "port: 3000".'],
  ])('of the file %j', async (file, message) => {
    expect(await faults([], {}, file)).toEqual([message]);
  });

  test('without what is secret', async () => {
    const secret = 'correct-horse';
    const said = [
      ...(await faults([], { UMCNL_PASSWORD: secret })),
      ...(await faults([], {}, `password: ${secret}`)),
      ...(await faults([], {}, `password: "${secret}`)),
    ];
    expect(said).toHaveLength(3);
    expect(said.join()).not.toContain(secret);
    expect(await faults(['--password', '1'])).toEqual([
      '--password: everybody on this machine can read flags. Set UMCNL_PASSWORD, or use a file.',
    ]);
    expect(await settle([], { UMCNL_PASSWORD: '7' })).toMatchObject({ password: 7 });
  });
});

describe('the program', () => {
  const run = async (args: readonly string[], env: Record<string, string>) => {
    const before = { ...process.env };
    Object.assign(process.env, env);
    try {
      return await runCommand(args);
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
      Object.assign(process.env, before);
    }
  };

  test('reads its settings, and ends with 2 when they are wrong', async () => {
    const file = write('port: abc\nstore: kept\n', 'wrong.yaml');
    expect(await run(['serve'], { UMCNL_CONFIG: file, UMCNL_KEPE: '3' })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'UMCNL_KEPE: there is no such setting, so it is ignored. Did you mean UMCNL_KEEP?\n' +
        `${file}, line 1: port: Give a whole number from 0 to 65535. It is "abc".\n`,
    });
    const absent = path.join(folder, 'absent.yaml');
    expect((await run(['prepare', '--config', absent], {})).stderr).toBe(
      `${absent}: this file with settings cannot be read (ENOENT). See --config.\n`,
    );
  });

  test('prepares what the file names, where the file names it', async () => {
    write('<http://example.org/a> <http://example.org/b> "c" .', 'a.ttl');
    const file = write('plain: true\ndata: a.ttl\nstore: kept\n', 'prepare.yaml');
    const { code, stdout } = await run(['prepare', '--config', file], { UMCNL_PORT: '80' });
    expect(code).toBe(0);
    expect(readFileSync(path.join(folder, 'kept/plain', stdout.trim(), 'dataset.nq'), 'utf8')).toContain('"c"');
  });

  test.each(['serve', 'prepare'])('documents every option of %s with its default and variable', async (name) => {
    const command = name === 'serve' ? serveCommand() : prepareCommand();
    for (const option of command.options) expect(option, String(option.long)).toBeInstanceOf(Setting);
    const { stdout } = await runCommand([name, '--help']);
    const help = stdout.slice(stdout.indexOf('\nOptions:')).replace(/\s+/g, ' ');
    const starts = [...command.options.map(({ flags }) => flags), '-h, --help'].map((flags) =>
      help.indexOf(` ${flags} `),
    );
    expect(starts).not.toContain(-1);
    for (const [at, option] of (command.options as Setting[]).entries()) {
      const told = help.slice(starts[at], starts[at + 1]);
      expect(told).toContain(`default: ${defaultOf(option)};`);
      expect(told).toContain(
        settingsOf(command).find(({ attribute }) => attribute === option.attributeName())?.variable,
      );
    }
  });
});

const code = (text: string): string => `\`${text}\``;

function row({ name, variable, takes, option }: Key): string {
  const { flags, customary, argChoices, negate, description } = option;
  const variables = [variable, customary].filter((each) => each !== undefined).map(code);
  const value = (/<(.*)>/.exec(flags)?.[1] ?? '').replaceAll('|', ' or ');
  const taken = { switch: 'true or false', values: `${value}; several`, 'value-or-false': `${value}, or false`, value };
  const choices = argChoices ? ` (${argChoices.map(code).join(', ')})` : '';
  const standard = negate ? 'true' : defaultOf(option).replaceAll('<', '&lt;');
  const meaning = negate ? description.replace(/^give no /, 'give ') : description;
  return `| ${[code(name), variables.join(', '), taken[takes], standard, meaning + choices].join(' | ')} |`;
}

const shared = new Set(settingsOf(serveCommand()).map(({ name }) => name));
const onlyOfPush = ({ name }: Key): boolean => !shared.has(name);

test('docs/configuration.md lists the settings; WRITE_DOCS=1 writes the list anew', () => {
  const file = new URL('../docs/configuration.md', import.meta.url);
  const page = readFileSync(file, 'utf8');
  const table = [
    '| setting | variable | takes | default | what it says |',
    '| --- | --- | --- | --- | --- |',
    ...settingsOf(serveCommand()).map(row),
    ...settingsOf(pushCommand()).filter(onlyOfPush).map(row),
  ].join('\n');
  const whole = page.replace(/\| setting \|[\s\S]*?\n(?=\n)/, () => `${table}\n`);
  if (process.env['WRITE_DOCS']) writeFileSync(file, whole);
  expect(page.includes('| setting |')).toBe(true);
  if (!process.env['WRITE_DOCS']) expect(page).toBe(whole);
});
