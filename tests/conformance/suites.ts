import { existsSync } from 'node:fs';
import path from 'node:path';
import { type IManifest, type ITestCase, ManifestLoader, Util } from 'rdf-test-suite';

/** One of the W3C's test suites. */
export interface Suite {
  readonly name: string;
  readonly label: string;
  readonly specification: string;
  /** The manifest, from the root of the test repository. */
  readonly manifest: string;
}

/** The suites that an engine answers in process. */
export const engineSuites = [
  {
    name: 'sparql-1.0',
    label: 'SPARQL 1.0: syntax, evaluation',
    specification: 'http://www.w3.org/TR/rdf-sparql-query/',
    manifest: 'sparql/sparql10/manifest.ttl',
  },
  {
    name: 'sparql-1.1-query',
    label: 'SPARQL 1.1: syntax, evaluation',
    specification: 'http://www.w3.org/TR/sparql11-query/',
    manifest: 'sparql/sparql11/manifest-sparql11-query.ttl',
  },
  {
    name: 'sparql-1.1-csv-tsv',
    label: 'SPARQL 1.1: results in CSV and TSV',
    specification: 'http://www.w3.org/TR/sparql11-results-csv-tsv/',
    manifest: 'sparql/sparql11/csv-tsv-res/manifest.ttl',
  },
  {
    name: 'sparql-1.1-json',
    label: 'SPARQL 1.1: results in JSON',
    specification: 'http://www.w3.org/TR/sparql11-results-json/',
    manifest: 'sparql/sparql11/json-res/manifest.ttl',
  },
  {
    name: 'sparql-1.2-query',
    label: 'SPARQL 1.2: syntax, evaluation',
    specification: 'https://www.w3.org/TR/sparql12-query/',
    manifest: 'sparql/sparql12/manifest.ttl',
  },
] as const satisfies readonly Suite[];

/** The suites that ask other endpoints. */
export const federationSuites = [
  {
    name: 'sparql-1.1-federation',
    label: 'SPARQL 1.1 Federated Query: syntax, evaluation',
    specification: 'http://www.w3.org/TR/sparql11-federated-query/',
    manifest: 'sparql/sparql11/manifest-sparql11-fed.ttl',
  },
] as const satisfies readonly Suite[];

/** The suites that ask a server. */
export const httpSuites = [
  {
    name: 'sparql-1.1-protocol',
    label: 'SPARQL 1.1 Protocol',
    specification: 'http://www.w3.org/TR/sparql11-protocol/',
    manifest: 'sparql/sparql11/protocol/manifest.ttl',
  },
  {
    name: 'sparql-1.1-service-description',
    label: 'SPARQL 1.1 Service Description',
    specification: 'http://www.w3.org/TR/sparql11-service-description/',
    manifest: 'sparql/sparql11/service-description/manifest.ttl',
  },
  {
    name: 'sparql-1.1-graph-store-protocol',
    label: 'SPARQL 1.1 Graph Store HTTP Protocol',
    specification: 'http://www.w3.org/TR/sparql11-http-rdf-update/',
    manifest: 'sparql/sparql11/graph-store-protocol/manifest.ttl',
  },
] as const satisfies readonly Suite[];

/** The suites of updates, which the service refuses. */
export const updateSuites = [
  {
    name: 'sparql-1.1-update',
    label: 'SPARQL 1.1 Update',
    specification: 'http://www.w3.org/TR/sparql11-update/',
    manifest: 'sparql/sparql11/manifest-sparql11-update.ttl',
  },
] as const satisfies readonly Suite[];

/** How the addresses of tests begin; the rest is a path in the repository https://github.com/w3c/rdf-tests. */
const site = 'https://w3c.github.io/rdf-tests/';

const given = process.env['W3C_SPARQL_TESTS'];

/** The folder of the tests: W3C_SPARQL_TESTS, a checkout of w3c/rdf-tests, else the copy beside the project; or undefined. */
export const testsFolder = findFolder();

/** What to say where there are no tests to run. */
export const skipped =
  'SKIPPED: the W3C tests are not here. Check out https://github.com/w3c/rdf-tests and set W3C_SPARQL_TESTS to its folder.';

function findFolder(): string | undefined {
  const folder = path.resolve(given ?? new URL('../../../shared/standards/w3c-sparql', import.meta.url).pathname);
  if (existsSync(path.join(folder, engineSuites[1].manifest))) return folder;
  if (given) throw new Error(`W3C_SPARQL_TESTS is ${given}, but there is no ${engineSuites[1].manifest} in it.`);
  return undefined;
}

/** The file that a test's address stands for. */
export const fileOf = (folder: string, address: string): string =>
  path.join(folder, address.replace(/#.*$/, '').slice(site.length));

/** A test as the runner reads it. */
export type Test = ITestCase<never>;

/** Whether it tests an update rather than a query. */
export const isUpdate = ({ types }: Test): boolean => types.some((type) => type.includes('Update'));

/** All tests of a suite. One that cannot be read is there too, and fails. */
export async function readSuite(folder: string, { manifest }: Suite): Promise<Test[]> {
  // The runner takes the format of a local file from its name, and its table lacks this one.
  Object.assign(Reflect.get(Util, 'extensionToContentType'), { rdf: 'application/rdf+xml' });
  const urlToFileMappings = [{ url: site, path: `${folder}/` }];
  return entries(
    await new ManifestLoader({ testCaseHandlers: tolerant() }).from(site + manifest, { urlToFileMappings }),
  );
}

const entries = ({ testEntries, subManifests }: IManifest): Test[] => [
  ...((testEntries ?? []) as Test[]),
  ...(subManifests ?? []).flatMap(entries),
];

// A test that the runner cannot read it leaves out, with a line on stderr: it would vanish from the score.
function tolerant(): typeof ManifestLoader.defaultTestCaseHandlers {
  const handlers = Object.entries(ManifestLoader.defaultTestCaseHandlers).map(([type, handler]) => [
    type,
    {
      resourceToTestCase: async (...[resource, data, options]: Parameters<typeof handler.resourceToTestCase>) => {
        try {
          return await handler.resourceToTestCase(resource, data, options);
        } catch (error) {
          return { ...data, type: 'sparql', test: () => Promise.reject(error) };
        }
      },
    },
  ]);
  return Object.fromEntries(handlers);
}

/** Runs something for each item, one after the other. */
export async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}
