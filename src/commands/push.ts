import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { type Prepared, preparedFiles } from '../dataset/prepared.ts';
import { type Difference, type Pushed, pushDataset, type Swap } from '../engine/remote/push.ts';
import { markerBeside } from '../engine/remote/push-marker.ts';
import { createRemoteClient } from '../engine/remote/remote-client.ts';
import { openStore, type StoreAddresses } from '../engine/remote/remote-store.ts';
import { CallFault } from '../load/files.ts';
import { splitGraphs } from '../load/graph-files.ts';
import type { Publication } from '../load/publication.ts';
import { openDataset } from './open.ts';
import { endProgress, say, showProgress } from './progress.ts';
import { addressesOf, type PushCommandOptions, pushOptions } from './push-options.ts';
import { credentialsOf, endpoint, openWays } from './remote-options.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

/** `push`: loads the dataset into a store elsewhere, and counts what is there then. */
export function pushCommand(): Command {
  const command = new Command('push')
    .description('Load the dataset, graph by graph, into a store that speaks SPARQL 1.1 (docs/push.md).')
    .argument('[store]', 'address of its graph store; without it, --engine-store', endpoint);
  for (const option of pushOptions()) command.addOption(option);
  return command.action(async (given: string | undefined, options: PushCommandOptions) => {
    const addresses = addressesOf(given, options);
    checkMarker(options);
    const { prepared } = await openDataset({ ...options, image: false });
    await withTemporaryFolder(tmpdir(), (folder, onSignal) => push(prepared, folder, onSignal, addresses, options));
  });
}

/** Throws {@link CallFault} where there is no marker. A publication has one that nobody names. */
function checkMarker({ marker, plain }: PushCommandOptions): void {
  // With one marker for all of them, a dataset would take the graphs of another away.
  if (marker === undefined && plain)
    throw new CallFault(
      '--plain: name a graph in which the store keeps what was pushed of these files, and of no others: --marker https://example.org/graph/pushed.',
    );
  if (marker !== undefined && !/^[a-z][a-z0-9+.-]*:[^\s<>"{}|^`\\]+$/i.test(marker))
    throw new CallFault('--marker: give an IRI, such as https://example.org/graph/pushed.');
}

async function push(
  prepared: Prepared,
  folder: string,
  onSignal: (stop: () => void) => void,
  addresses: StoreAddresses,
  options: PushCommandOptions,
): Promise<void> {
  const { version, publication } = prepared;
  showProgress('Parting the dataset by graph …');
  // The default graph of plain files is what they say it is, unless somebody wants it otherwise.
  const wantsMerge = options.defaultGraph === 'merge' || (options.defaultGraph === 'auto' && publication !== undefined);
  const files = await splitGraphs(prepared.path(preparedFiles.quads), folder, { merge: wantsMerge });

  const stopping = new AbortController();
  onSignal(() => stopping.abort());
  const credentials = credentialsOf(options);
  for (const remark of openWays(credentials, [addresses.query, addresses.graphs, addresses.update])) say(remark);
  const client = createRemoteClient({ credentials, connections: options.connections });
  const requestSize = options.requestSize * 2 ** 20;
  const store = openStore(client, addresses, {
    requestSize,
    timeLimit: options.requestTime,
    attempts: options.attempts,
    firstPause: 0.5,
    signal: stopping.signal,
    again: (reason, pause) => say(`${reason} Trying again in ${Math.round(pause * 10) / 10} s.`),
  });
  const content = {
    version,
    graphs: files.named,
    defaultGraph: wantsMerge ? files.merged : files.unnamed,
    unnamed: files.unnamed?.triples ?? 0,
    // Where none is named, there is a publication.
    marker: options.marker ?? markerBeside(publication as Publication),
  };
  const since = performance.now();
  try {
    const { swap, defaultGraph, force, allowDifferences, connections } = options;
    const settings = {
      swap,
      defaultGraph,
      force,
      allowDifferences,
      connections,
      requestSize,
      say,
      progress: showProgress,
    };
    const pushed = await pushDataset(store, content, settings);
    endProgress();
    process.stdout.write(`${summary(version, pushed, (performance.now() - since) / 1000)}\n`);
    if (pushed.differences.length) {
      const fault = new CountsDiffer(pushed.differences, pushed.swap !== undefined);
      if (!allowDifferences) throw fault;
      say(fault.message);
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    say('Stopped. The next push makes good what this one has begun.');
    process.exitCode = 130;
  } finally {
    await client.close();
  }
}

const swapped: Readonly<Record<Swap, string>> = {
  request: 'in one request',
  staged: 'all in one request, after they were counted beside the old ones',
  each: 'one after the other',
};

function summary(
  version: string,
  { swap, loaded, dropped, filled, triples, differences }: Pushed,
  seconds: number,
): string {
  if (!swap && !differences.length)
    return `Version ${version} is there already: every graph has as many triples as it should.`;
  const time = `${seconds.toFixed(1)} s`;
  if (!swap) return `Version ${version} was not put in place (${time}): the store has what it had.`;
  const parts = [`${loaded} graphs loaded`, ...(filled ? ['and the default graph'] : []), `with ${triples} triples`];
  return `Version ${version}: ${parts.join(' ')}${dropped ? `, ${dropped} dropped` : ''}, in ${time}; put in place ${swapped[swap]}.`;
}

/** Says which graphs have not the triples that they should. */
class CountsDiffer extends Error {
  constructor(differences: readonly Difference[], inPlace: boolean) {
    const lines = differences.map(
      ({ graph, expected, found }) =>
        `${graph === undefined ? 'The default graph' : `<${graph}>`}: ${expected} triples here, ${found} there.`,
    );
    const fewer = differences.every(({ expected, found }) => found < expected && found > 0);
    const why = fewer
      ? ['A store that changes how literals are written makes one triple of two that then are the same.']
      : [];
    const advice = inPlace ? [] : ['To put them in place all the same: --allow-differences.'];
    super([...lines, ...why, ...advice].join('\n'));
  }
}
