/**
 * Measures this server beside its peers, on the same data in the same run: `npm run bench -- --help`.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { measureAttack } from './attack.ts';
import { measureEach } from './each.ts';
import { endWithUs } from './lib/processes.ts';
import { kinds, type ServerName } from './lib/servers.ts';
import { measureScale } from './scale.ts';
import { measureStartUp } from './start-up.ts';
import { Disagreement, measureThroughput } from './throughput.ts';

const number = (value: string): number => {
  const parsed = Number(value);
  if (!(parsed > 0)) throw new InvalidArgumentError('Give a number above 0.');
  return parsed;
};

const names = kinds.map(({ name }) => name);

const serverNames = (value: string): ServerName[] => {
  const wanted = value.split(',') as ServerName[];
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown) throw new InvalidArgumentError(`There is no "${unknown}". There are ${names.join(', ')}.`);
  return wanted;
};

const graphOption = (): Option =>
  new Option('--graph <name>', 'graph to measure on').choices(['ours', 'ror', 'both']).default('both');

const onlyOption = (): Option =>
  new Option('--only <servers>', `of ${names.join(', ')}; this server is always among them`)
    .argParser(serverNames)
    .default(
      names.filter((name) => name !== 'comunica-1'),
      'all but comunica-1',
    );

const rorOption = (): Option =>
  new Option('--ror <file>', 'ROR records, JSON lines').default(
    fileURLToPath(new URL('../../shared/registries/ror-slice.jsonl.gz', import.meta.url)),
    'ror-slice.jsonl.gz of the shared registries',
  );

const graphsOf = ({ graph, ror }: { graph: string; ror: string }): ('ours' | 'ror')[] => {
  if (graph !== 'both') return [graph as 'ours' | 'ror'];
  if (existsSync(ror)) return ['ours', 'ror'];
  process.stderr.write(`There are no ROR records at ${ror}: measuring on our graph only.\n`);
  return ['ours'];
};

/** An aim that was not reached. */
class Missed extends Error {}

const program = new Command('bench').description('Measure this server beside its peers.');

program
  .command('throughput', { isDefault: true })
  .description('Requests a second over a mix of queries, uncached and repeated, beside the peers.')
  .addOption(graphOption())
  .addOption(rorOption())
  .addOption(onlyOption())
  .addOption(
    new Option('--connections <list>', 'numbers of connections')
      .argParser((value) => value.split(',').map(number))
      .default([1, 8, 64], '1,8,64'),
  )
  .addOption(new Option('--seconds <n>', 'of each measurement').argParser(number).default(4))
  .addOption(new Option('--repeat <n>', 'measure so often and tell the medians').argParser(number).default(1))
  .action(async (options) => {
    const failures = await measureThroughput({ ...options, graphs: graphsOf(options) });
    if (failures) throw new Error(`${failures} requests failed.`);
  });

program
  .command('each')
  .description('Processor time and time of each query by itself: where the time of the mix goes.')
  .addOption(graphOption())
  .addOption(rorOption())
  .addOption(onlyOption())
  .addOption(new Option('--seconds <n>', 'for each query').argParser(number).default(1))
  .action((options) => measureEach({ ...options, graphs: graphsOf(options) }));

program
  .command('start')
  .description('Processor time to the first answer, memory at rest, and how fast a stopped worker is replaced.')
  .addOption(graphOption())
  .addOption(rorOption())
  .addOption(new Option('--repeat <n>', 'start so often and tell the medians').argParser(number).default(3))
  .addOption(new Option('--rest <seconds>', 'time before memory is measured').argParser(number).default(5))
  .action((options) => measureStartUp({ ...options, graphs: graphsOf(options) }));

program
  .command('attack')
  .description('Lookups while fifty runaway queries are thrown at this server.')
  .addOption(graphOption())
  .addOption(rorOption())
  .addOption(new Option('--seconds <n>', 'that the attack lasts').argParser(number).default(30))
  .addOption(new Option('--settle <seconds>', 'time before memory is measured again').argParser(number).default(20))
  .addOption(new Option('--connections <n>', 'that ask lookups').argParser(number).default(8))
  .addOption(new Option('--rate <n>', 'lookups a second').argParser(number).default(40))
  .action(async (options) => {
    const faults = await measureAttack({ ...options, graphs: graphsOf(options) });
    if (faults.length) throw new Missed(faults.join('\n'));
  });

program
  .command('scale')
  .description(
    'How load, memory, start, queries, pages and dumps grow with the data; writes docs/scale.md and scale.svg.',
  )
  .addOption(rorOption())
  .addOption(
    new Option('--sizes <list>', 'triples, about')
      .argParser((value) => value.split(',').map(number))
      .default([10_000, 100_000, 1_070_000, 2_140_000, 4_280_000, 8_560_000], '10k to 8.6M, doubling at the end'),
  )
  .addOption(
    new Option('--max <n>', 'leave out sizes above').argParser(number).default(Number.POSITIVE_INFINITY, 'none'),
  )
  .addOption(new Option('--seconds <n>', 'of each measurement of queries').argParser(number).default(10))
  .addOption(
    new Option('--comunica <n>', 'compare with Comunica up to so many triples').argParser(number).default(1_100_000),
  )
  .addOption(new Option('--note <text>', 'what the page says of the machine at the time').default(''))
  .addOption(new Option('--print', 'print the page and leave docs as they are').default(false))
  .action((options) => measureScale(options));

program
  .command('all')
  .description('Everything, unattended: throughput, each query, start, attack; each aim missed is told at the end.')
  .addOption(graphOption())
  .addOption(rorOption())
  .addOption(new Option('--seconds <n>', 'of each measurement of throughput').argParser(number).default(5))
  .addOption(new Option('--repeat <n>', 'measure so often and tell the medians').argParser(number).default(3))
  .action(async ({ seconds, repeat, ...options }) => {
    const graphs = graphsOf(options);
    const ror: string = options.ror;
    const faults: string[] = [];
    const failures = await measureThroughput({ graphs, ror, seconds, repeat, only: names, connections: [1, 8, 64] });
    if (failures) faults.push(`${failures} requests failed.`);
    await measureEach({ graphs, ror, seconds: 1, only: names });
    await measureStartUp({ graphs, ror, repeat, rest: 5 });
    faults.push(...(await measureAttack({ graphs, ror, seconds: 30, settle: 20, connections: 8, rate: 40 })));
    if (faults.length) throw new Missed(faults.join('\n'));
  });

endWithUs();
try {
  await program.parseAsync();
  process.exit(0);
} catch (error) {
  process.stderr.write(
    `${error instanceof Disagreement || error instanceof Missed ? error.message : (error as Error).stack}\n`,
  );
  process.exit(1);
}
