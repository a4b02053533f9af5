#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.ts';
import { coverageCommand } from './commands/coverage.ts';
import { dumpCommand } from './commands/dump.ts';
import { PrepareFault, prepareCommand } from './commands/prepare.ts';
import { say } from './commands/progress.ts';
import { queryCommand } from './commands/query.ts';
import { serveCommand } from './commands/serve.ts';
import { CallFault } from './load/files.ts';
import { PublicationFault } from './load/publication.ts';

/** Every command; a test walks the list. */
export const commands = [serveCommand, prepareCommand, checkCommand, coverageCommand, queryCommand, dumpCommand];

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const program = new Command('umcnl')
  .description('A folder of Turtle, published as linked data.')
  .version(version)
  .exitOverride();
for (const create of commands) program.addCommand(create().exitOverride());

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
