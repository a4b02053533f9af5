import { Option } from 'commander';
import { defaultGraphs, type Swap, swaps } from '../engine/remote/push.ts';
import type { StoreAddresses } from '../engine/remote/remote-store.ts';
import { CallFault } from '../load/files.ts';
import { type PrepareOptions, prepareOptions } from './open.ts';
import { seconds, whole } from './options.ts';
import { type CredentialOptions, credentialOptions, endpoint } from './remote-options.ts';
import { Setting } from './settings.ts';

/** Options of `push`. */
export interface PushCommandOptions extends PrepareOptions, CredentialOptions {
  readonly engine?: string;
  readonly engineStore?: string;
  readonly engineUpdate?: string;
  readonly defaultGraph: (typeof defaultGraphs)[number];
  readonly swap?: Swap;
  readonly force: boolean;
  readonly allowDifferences: boolean;
  readonly marker?: string;
  readonly requestSize: number;
  readonly requestTime: number;
  readonly attempts: number;
  readonly connections: number;
}

/** Where data is pushed to, and how. */
export const pushOptions = (): Option[] => [
  ...prepareOptions(),
  new Setting('--engine <url>', 'where the store answers queries; it counts there').argParser(endpoint),
  new Setting('--engine-store <url>', 'where the store takes graphs (SPARQL 1.1 Graph Store HTTP Protocol)').argParser(
    endpoint,
  ),
  new Setting('--engine-update <url>', 'where the store takes updates (SPARQL 1.1 Protocol)').argParser(endpoint),
  ...credentialOptions(),
  new Setting(
    '--default-graph <what>',
    'what the store’s default graph is to hold: the merge of all graphs, nothing, or what it needs',
  )
    .choices(defaultGraphs)
    .default('auto'),
  new Setting(
    '--swap <how>',
    'how new graphs replace old ones: in one request, staged beside them first, or each by itself',
  )
    .choices(swaps)
    .default(undefined, 'the safest that the store takes'),
  new Option('--force', 'load every graph anew, and overwrite a default graph that no push has filled').default(false),
  new Option('--allow-differences', 'put graphs in place although the store counts them otherwise').default(false),
  new Setting('--marker <iri>', 'graph in which the store keeps what was pushed of this dataset').default(
    undefined,
    'beside the graph of inferences; --plain has to name one',
  ),
  new Setting('--request-size <MiB>', 'size of one request, about').argParser(whole(1, 4096)).default(32),
  new Setting('--request-time <seconds>', 'time that the store may take for one request')
    .argParser(seconds)
    .default(600),
  new Setting('--attempts <n>', 'times that a request is tried').argParser(whole(1, 20)).default(5),
  new Setting('--connections <n>', 'requests to the store at a time').argParser(whole(1, 64)).default(4),
];

/** How the addresses of a store follow from each other, by the habits of its makers. */
const habits: readonly { readonly store: RegExp; readonly query: string; readonly update: string }[] = [
  // Fuseki.
  { store: /^(.*)\/(?:data|get)$/, query: '$1/query', update: '$1/update' },
  // RDF4J and GraphDB.
  { store: /^(.*\/repositories\/[^/]+)\/rdf-graphs\/service$/, query: '$1', update: '$1/statements' },
  // Virtuoso.
  { store: /^(.*)\/sparql-graph-crud(-auth)?$/, query: '$1/sparql$2', update: '$1/sparql$2' },
];

/** Where the store takes what. Throws {@link CallFault} where that is not said and does not follow. */
export function addressesOf(given: string | undefined, options: PushCommandOptions): StoreAddresses {
  const graphs = given ?? options.engineStore;
  const update = options.engineUpdate;
  if (graphs === undefined && update === undefined)
    throw new CallFault(
      'Say where the data goes: the address of a graph store, or --engine-update with one that takes SPARQL updates.',
    );
  const habit = habits.find(({ store }) => graphs !== undefined && store.test(graphs));
  const follows = (to: 'query' | 'update'): string | undefined => habit && graphs?.replace(habit.store, habit[to]);
  const query = options.engine ?? follows('query');
  if (query === undefined)
    throw new CallFault('Say with --engine where the store answers queries: what it has is counted there.');
  return { query, graphs, update: update ?? follows('update') };
}
