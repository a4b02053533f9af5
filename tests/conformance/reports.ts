import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { EngineName } from '../../src/engine/engines.ts';
import { findFormat } from '../../src/rdf/formats.ts';
import { readRdf } from '../../src/rdf/read.ts';
import type { Subject } from './earl.ts';
import { startFederation } from './federation.ts';
import { runHttpSuite } from './http.ts';
import { type Outcome, runnerEngine, runSuite } from './run.ts';
import { engineSuites, federationSuites, httpSuites, type Suite } from './suites.ts';

/** A published report: what was tested, and with which suites. */
export interface Report {
  readonly name: string;
  readonly label: string;
  readonly suites: readonly Suite[];
  readonly subject: Subject;
  /** Starts what is tested; `run` gives what came of a suite. */
  readonly start: (folder: string) => Promise<{
    readonly run: (suite: Suite) => Promise<Outcome[]>;
    readonly stop: () => Promise<void>;
  }>;
}

const require = createRequire(import.meta.url);
const versionOf = (name: string): string => require(`${name}/package.json`).version;
const { name, version } = require('../../package.json');

const embedded = (engine: EngineName, label: string, dependency: string): Report => ({
  name: engine,
  label,
  suites: engineSuites,
  subject: {
    name: `${name} with ${label}`,
    version,
    description: `The SPARQL engine of the knowledge graph's server: ${label} ${versionOf(dependency)} behind its own adapter and writers.`,
  },
  async start(folder) {
    const asked = await runnerEngine(engine, folder);
    return { run: (suite) => runSuite(suite, asked, folder), stop: async () => undefined };
  },
});

/** All reports. */
export const reports = [
  embedded('oxigraph', 'Oxigraph', 'oxigraph'),
  embedded('comunica', 'Comunica', '@comunica/query-sparql'),
  {
    name: 'federation',
    label: 'Comunica, federated',
    suites: federationSuites,
    subject: {
      name: `${name} with Comunica, federated`,
      version,
      description: `The SPARQL engine for federated queries of the knowledge graph's server: Comunica ${versionOf('@comunica/query-sparql')} behind a guard of what may be asked.`,
    },
    async start(folder) {
      const { engine, stop } = await startFederation(folder);
      return { run: (suite) => runSuite(suite, engine, folder), stop };
    },
  },
  {
    name: 'http',
    label: 'HTTP server',
    suites: httpSuites,
    subject: {
      name: `${name}, the server`,
      version,
      description:
        "The knowledge graph's HTTP server: SPARQL Protocol for queries, service description, graphs to read.",
    },
    start: async (folder) => ({ run: (suite) => runHttpSuite(suite, folder), stop: async () => undefined }),
  },
] as const satisfies readonly Report[];

const docs = new URL('../../docs/conformance/', import.meta.url);

/** The file of a report. */
export const earlFile = (name: string): URL => new URL(`${name}.ttl`, docs);

/** The page about all reports. */
export const pageFile = new URL('README.md', docs);

/** Why tests fail that are known to, by their IRIs. */
export async function readFailing(name: string): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await readFile(new URL(`${name}.failing.json`, import.meta.url), 'utf8'));
}

const earl = 'http://www.w3.org/ns/earl#';

/** What a published report says of each test, by its IRI. */
export async function readEarl(name: string): Promise<Map<string, string>> {
  const turtle = findFormat('turtle');
  if (!turtle) throw new Error('There is no Turtle in the table of formats.');
  const source = earlFile(name).href;
  const quads = await readRdf(await readFile(earlFile(name), 'utf8'), turtle, { source, baseIRI: source });
  const valuesOf = (predicate: string): Map<string, string> =>
    new Map(
      quads
        .filter((quad) => quad.predicate.value === earl + predicate)
        .map((quad) => [quad.subject.value, quad.object.value]),
    );
  const [tests, results, outcomes] = [valuesOf('test'), valuesOf('result'), valuesOf('outcome')];
  return new Map(
    [...tests].map(([assertion, test]) => [test, outcomes.get(results.get(assertion) ?? '')?.slice(earl.length) ?? '']),
  );
}
