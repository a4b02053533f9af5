#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { Command, CommanderError } from 'commander';
import { PrepareFault } from './commands/open.ts';
import { say } from './commands/progress.ts';
import { applySettings, describeSettings, settingsOf } from './commands/settings.ts';
import { CallFault } from './load/files.ts';
import { PublicationFault } from './load/publication.ts';

const serve = async (): Promise<Command> => (await import('./commands/serve.ts')).serveCommand();
const push = async (): Promise<Command> => (await import('./commands/push.ts')).pushCommand();

/** Every command; a test walks the list. Each is loaded only when it is called, or when all are listed. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve,
  prepare: async () => (await import('./commands/prepare.ts')).prepareCommand(),
  check: async () => (await import('./commands/check.ts')).checkCommand(),
  coverage: async () => (await import('./commands/coverage.ts')).coverageCommand(),
  query: async () => (await import('./commands/query.ts')).queryCommand(),
  push,
  dump: async () => (await import('./commands/dump.ts')).dumpCommand(),
  fair: async () => (await import('./commands/fair.ts')).fairCommand(),
  diff: async () => (await import('./commands/diff.ts')).diffCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  link: async () => (await import('./commands/link.ts')).linkCommand(),
};

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const program = new Command('umcnl')
  .description('A folder of Turtle, published as linked data.')
  .version(version)
  .exitOverride();
const called = process.argv[2] ?? '';
for (const name of called in commands ? [called] : Object.keys(commands)) {
  const command = await commands[name]?.();
  if (command) program.addCommand(leaveExitToUs(command));
}

// Flags are read by now; variables and the file fill in what they leave open.
program.hook('preAction', (_program, command) =>
  applySettings(command, {
    env: process.env,
    everySetting: async () => [...settingsOf(await serve()), ...settingsOf(await push())],
  }),
);

function leaveExitToUs(command: Command): Command {
  describeSettings(command);
  for (const each of command.commands) leaveExitToUs(each);
  return command.exitOverride();
}

// Whoever reads may have seen enough, as `head` has: without this, the command would end in a stack trace. It ends with
// the code that a shell gives to a program ended by SIGPIPE: 0 would say of a check that it was done, and found nothing.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141);
    throw error;
  });

// Exit codes: 0 well, 1 the data or the query has faults, 2 the command was called wrongly.
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    say((error as Error).message);
    if (error instanceof PrepareFault) process.exitCode = error.exitCode;
    else process.exitCode = error instanceof CallFault || error instanceof PublicationFault ? 2 : 1;
  }
}
