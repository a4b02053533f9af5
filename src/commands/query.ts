import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { engineNQuads } from '../dataset/build.ts';
import { type QueryRequest, type QueryResult, resultFormats } from '../engine/engine.ts';
import type { FederationOptions } from '../engine/federation/options.ts';
import { asksElsewhere } from '../engine/query-form.ts';
import { QueryService } from '../engine/query-service.ts';
import { CallFault } from '../load/files.ts';
import { readPublication } from '../load/publication.ts';
import { formats } from '../rdf/formats.ts';
import type { Prefixes } from '../rdf/write-turtle.ts';
import { federationBeside, readFederation, userAgent } from './federation.ts';
import { loadDataset } from './load.ts';
import { loadLarge } from './load-large.ts';
import {
  type DataOptions,
  dataOptions,
  type EngineOptions,
  engineOptions,
  maxTriplesOption,
  requireLocal,
} from './options.ts';
import { endProgress, showProgress } from './progress.ts';
import { isRemote, startRemote } from './start-remote.ts';
import { formatTable } from './table.ts';

interface QueryOptions extends DataOptions, EngineOptions {
  readonly format: string;
  readonly maxTriples: number;
  /** A file, or true for the one beside the publication; without it, nobody else is asked. */
  readonly federation?: string | true;
}

/** `query`: asks the files a query, without a server. */
export function queryCommand(): Command {
  const names = ['table', ...resultFormats.map(({ name }) => name), ...formats.map(({ name }) => name)];
  const command = new Command('query')
    .description('Ask a SPARQL query of the files; the answer goes to stdout.')
    .argument('<file>', 'file with the query, or - for standard input')
    .addOption(new Option('--format <name>', 'how to write the answer').choices(names).default('table'));
  const asking = new Option('--federation [file]', 'endpoints that the query may ask beside the files (JSON)').preset(
    true,
  );
  asking.defaultValueDescription = 'nobody; without a file, federation.json beside the publication';
  for (const option of [asking, ...dataOptions(), maxTriplesOption(), ...engineOptions()]) command.addOption(option);
  return command.action(async (file: string, options: QueryOptions) => {
    const query = await readText(file);
    const federation = await federationOf(query, options);
    if (isRemote(options)) {
      await askRemote(query, options, federation);
      return;
    }
    showProgress('Reading and reasoning …');
    const { nquads, hasGraph, prefixes, statements } = await read(options);
    const service = await QueryService.start({
      engine: requireLocal(options.engine),
      nquads: async () => nquads,
      statements,
      workers: 1,
      timeLimit: options.timeout,
      queueLimit: 1,
      version: '',
      hasGraph,
      federation,
    });
    try {
      endProgress();
      write(await service.query({ query, ...formatsOf(options), prefixes }), options, prefixes);
    } finally {
      await service.close();
    }
  });
}

/** What is asked, and how it is shown. */
interface Asked {
  readonly nquads: string | Uint8Array;
  readonly statements: number;
  readonly hasGraph: (iri: string) => boolean;
  readonly prefixes: Prefixes;
}

async function read(options: QueryOptions): Promise<Asked> {
  const folder = await mkdtemp(path.join(tmpdir(), 'umcnl-'));
  try {
    const large = await loadLarge(options, folder);
    const dataset = large?.dataset ?? (await loadDataset(options));
    return {
      nquads: 'file' in dataset ? await readFile(dataset.file) : engineNQuads(dataset),
      statements: dataset.counts.asserted,
      hasGraph: (iri) => iri !== '' && iri in dataset.graphs,
      prefixes: dataset.publication?.prefixes ?? {},
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The formats of an answer: what becomes a table is read from JSON. */
function formatsOf({ format }: QueryOptions): Pick<QueryRequest, 'resultFormat' | 'graphFormat'> {
  if (format === 'table') return { resultFormat: 'json', graphFormat: 'turtle' };
  return {
    resultFormat: resultFormats.find(({ name }) => name === format)?.name,
    graphFormat: formats.find(({ name }) => name === format)?.name,
  };
}

function write({ kind, body }: QueryResult, { format }: QueryOptions, prefixes: Prefixes): void {
  const answer = new TextDecoder().decode(body);
  process.stdout.write(
    format === 'table' && kind !== 'graph' ? formatTable(answer, prefixes) : answer.replace(/\n?$/, '\n'),
  );
}

// The files are not read: the data is there. Only the names of prefixes are ours.
async function askRemote(
  query: string,
  options: QueryOptions,
  federation: FederationOptions | undefined,
): Promise<void> {
  const { prefixes = {} } = options.plain ? {} : await readPublication(options.publication);
  const service = await startRemote(options, { version: '', hasGraph: () => false, federation });
  try {
    const request: QueryRequest = { query, ...formatsOf(options), prefixes };
    if (options.format === 'table') write(await service.query(request), options, prefixes);
    else {
      const { body } = await service.stream(request);
      await pipeline(body instanceof Uint8Array ? [body] : body, process.stdout, { end: false });
    }
  } catch (error) {
    const { cause, message } = error as Error;
    throw typeof cause === 'string' ? new Error(`${message}\n${cause}`) : error;
  } finally {
    await service.close();
  }
}

async function federationOf(query: string, { federation, publication, timeout }: QueryOptions) {
  if (federation !== undefined)
    return readFederation(federation === true ? federationBeside(publication) : federation, true, {
      timeLimit: 0.8 * timeout,
      userAgent,
    });
  if (asksElsewhere(query))
    throw new CallFault(
      'The query asks other servers (SERVICE). Say with --federation that it may, or with --federation <file> whom.',
    );
  return undefined;
}

async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CallFault(`${file}: the query file cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
