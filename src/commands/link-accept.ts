import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { CallFault } from '../load/files.ts';
import { readPublication } from '../load/publication.ts';
import { turtleBlocks, turtlePrefixes } from '../rdf/turtle-blocks.ts';
import { mappingTriples } from '../registries/accept.ts';
import { type MappingSet, parseSssom } from '../registries/sssom.ts';
import { publicationOption } from './options.ts';
import { say } from './progress.ts';

/** `link accept`: what a person has judged, as Turtle to put into a file of links. */
export function linkAcceptCommand(): Command {
  return new Command('accept')
    .description(
      'Write the rows of an SSSOM table that a person has judged (ManualMappingCuration) as Turtle, to paste.',
    )
    .argument('<file>', 'SSSOM/TSV')
    .addOption(publicationOption())
    .action(accept);
}

async function accept(file: string, { publication: description }: { publication: string }): Promise<void> {
  const publication = await readPublication(description);
  let set: MappingSet;
  try {
    set = parseSssom(await readFile(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CallFault(code ? `${file}: the file cannot be read (${code}).` : `${file}: ${message}`);
  }
  const layer = publication.layers.find(({ name }) => name === 'links');
  const graphOf = (name: string): string => publication.base + (layer?.graph ?? 'links/{1}').replace('{1}', name);
  const { triples, accepted, left } = mappingTriples(set, graphOf, new Date().toISOString().slice(0, 10));
  const prefixes = { ...publication.prefixes, ...standardPrefixes };
  const text = turtleBlocks(triples, prefixes);
  const used = Object.fromEntries(
    Object.entries(prefixes).filter(([prefix]) => text.includes(` ${prefix}:`) || text.includes(`^${prefix}:`)),
  );
  process.stdout.write(accepted ? `${turtlePrefixes(used)}\n${text}` : '');
  say(`${accepted} mappings accepted, ${left} left: their justification is not semapv:ManualMappingCuration.`);
}

const standardPrefixes = {
  semapv: 'https://w3id.org/semapv/vocab/',
  sssom: 'https://w3id.org/sssom/',
};
