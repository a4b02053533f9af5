import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, type Option } from 'commander';
import { localEngines } from '../engine/engines.ts';
import { CallFault, cutGraph } from '../load/files.ts';
import { endpoint, type RemoteOptions, remoteOptions } from './remote-options.ts';
import { Setting } from './settings.ts';

/** Options that say what to load. */
export interface DataOptions {
  readonly publication: string;
  readonly data: readonly string[];
  readonly graph: readonly string[];
  readonly plain: boolean;
  readonly sameAs: boolean;
}

/** Options that say how to answer queries. */
export interface EngineOptions extends RemoteOptions {
  /** The name of an embedded engine, or the address of a SPARQL endpoint. */
  readonly engine: string;
  readonly workers: number;
  readonly timeout: number;
  readonly queue: number;
  readonly memory: number;
  readonly resultSize: number;
}

/** The description of the graph that comes with this package. */
const ownPublication = fileURLToPath(new URL('../../data/dataset.json', import.meta.url));

const list = (value: string, before: readonly string[]): string[] => [...before, value];

/** The value of `--graph` with its file as seen from a folder: of `iri=file`, the file alone is a path. */
export const placeGraph = (value: string, folder: string): string => {
  const [graph, file] = cutGraph(value);
  // What is none of both is told as it was given.
  return file ? `${graph}=${path.resolve(folder, file)}` : value;
};

/** A number above 0. */
export const positive = (value: string): number => {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError('Give a number above 0.');
  return number;
};

/** A day: above 2^31 milliseconds, some three weeks, a timer of Node waits for one millisecond. */
const mostSeconds = 86_400;

/** A time in seconds. */
export const seconds = (value: string): number => {
  const number = positive(value);
  if (number > mostSeconds) throw new InvalidArgumentError(`Give a number above 0 and up to ${mostSeconds}, a day.`);
  return number;
};

/** A whole number within bounds. */
export const whole =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least || number > most)
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return number;
  };

/** A similarity, up to 1 for equal. */
export const similarity = (value: string): number => {
  const number = positive(value);
  if (number > 1) throw new InvalidArgumentError('Give a number above 0 and up to 1.');
  return number;
};

/** A TCP port; 0 lets the system choose. */
export const port = whole(0, 65_535);

/** Which graph is meant. */
export const publicationOption = (): Option =>
  new Setting('--publication <file>', 'description of the graph to publish (JSON)')
    .default(ownPublication, 'data/dataset.json of this package')
    .asPath();

/**
 * Triples that the engine inside this program is given if nothing else is said. A triple of registries takes some 340
 * bytes of its memory (docs/scale.md), of which WebAssembly has 4 GiB; a quarter of these is left for queries.
 */
const defaultMaxTriples = 9_000_000;

/** How much to load into the engine inside this program, for every command that loads it. */
export const maxTriplesOption = (): Option =>
  new Setting('--max-triples <n>', 'triples that the engine inside this program takes')
    .argParser(whole(1, 1_000_000_000))
    .default(defaultMaxTriples);

/** What to load, for every command that loads. */
export const dataOptions = (): Option[] => [
  publicationOption(),
  new Setting('--data <file|folder|pattern>', 'also load these RDF files; repeatable')
    .argParser(list)
    .default([], 'none')
    .asPath(),
  new Setting('--graph <iri=file>', 'load a file into a named graph; repeatable')
    .argParser(list)
    .default([], 'none')
    .asPath(placeGraph),
  new Setting(
    '--plain',
    'load only --data and --graph, just as they are: no ontology, no inference, no shapes',
  ).default(false),
  new Setting('--same-as', 'let reasoning follow owl:sameAs too').default(false),
];

/** How to answer queries, for every command that asks. */
export const engineOptions = (): Option[] => [
  new Setting('--engine <name|url>', `SPARQL engine: ${localEngines.join(', ')}, or the address of a SPARQL endpoint`)
    .argParser(engine)
    .default('oxigraph'),
  new Setting('--workers <n>', 'threads that answer queries')
    .argParser(whole(1, 64))
    .default(Math.max(2, Math.min(4, availableParallelism())), '2 to 4, by the number of cores'),
  new Setting('--timeout <seconds>', 'time that one query may take').argParser(seconds).default(10),
  new Setting('--queue <n>', 'queries that may wait for a thread').argParser(whole(0, 100_000)).default(100),
  new Setting('--memory <MiB>', 'memory that a thread may take beside the dataset')
    .argParser(whole(16, 4096))
    .default(512),
  new Setting('--result-size <MiB>', 'size that an answer may have').argParser(whole(1, 512)).default(64),
  ...remoteOptions(),
];

/** An embedded engine, or a SPARQL endpoint. */
function engine(value: string): string {
  if (isLocal(value)) return value;
  if (/^https?:/i.test(value)) return endpoint(value);
  throw new InvalidArgumentError(
    `Give ${localEngines.join(', ')}, or the address of a SPARQL endpoint (http or https).`,
  );
}

const isLocal = (name: string): name is (typeof localEngines)[number] =>
  (localEngines as readonly string[]).includes(name);

/** The engine, where it is an embedded one. */
export function requireLocal(name: string): (typeof localEngines)[number] {
  if (isLocal(name)) return name;
  throw new CallFault(`--engine: here, only ${localEngines.join(' and ')} can be used.`);
}
