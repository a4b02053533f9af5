import { Command } from 'commander';
import { linkAcceptCommand } from './link-accept.ts';
import { linkCheckCommand } from './link-check.ts';
import { linkRorCommand } from './link-ror.ts';

/** `link`: finds links to registries and checks those that there are. */
export function linkCommand(): Command {
  return new Command('link')
    .description('Find links to registries, check those that there are, and take over what a person has judged.')
    .addCommand(linkRorCommand())
    .addCommand(linkCheckCommand())
    .addCommand(linkAcceptCommand());
}
