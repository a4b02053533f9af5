import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestCaseProtocol } from 'rdf-test-suite';
import { runGraphStore } from './graph-store.ts';
import { type Outcome, runTest } from './run.ts';
import { withServer } from './server.ts';
import { httpSuites, inTurn, readSuite, type Suite, type Test } from './suites.ts';

/** Runs a suite of HTTP tests against a real server, over the data that its tests ask for. */
export async function runHttpSuite(suite: Suite, folder: string): Promise<Outcome[]> {
  const tests = await readSuite(folder, suite);
  const [protocol, serviceDescription] = httpSuites;
  if (suite === protocol) return runProtocol(suite, tests as never, path.join(folder, path.dirname(suite.manifest)));
  if (suite === serviceDescription)
    return withServer(
      [{ graph: 'http://example.org/g', text: '<http://example.org/a> a <http://example.org/A> .' }],
      (url) => inTurn(tests, (test) => runTest(suite, test, {}, { serviceDescriptionEndpoint: `${url}/sparql` })),
    );
  return runGraphStore(suite, tests as never);
}

type ProtocolTest = Test & Pick<TestCaseProtocol, 'requests' | 'graphData'>;

async function runProtocol(suite: Suite, tests: readonly ProtocolTest[], folder: string): Promise<Outcome[]> {
  const graphs = ['data1', 'data2', 'data3'].map(async (name) => ({
    graph: `http://kasei.us/2009/09/sparql/data/${name}.rdf`,
    text: await readFile(path.join(folder, `${name}.nt`), 'utf8'),
  }));
  // The tests name this one too, and the suite has no file for it.
  const data0 = {
    graph: 'http://kasei.us/2009/09/sparql/data/data0.rdf',
    text: '<http://example.org/a> a <http://example.org/A> .',
  };
  return withServer([data0, ...(await Promise.all(graphs))], (url) =>
    inTurn(tests, (test) => {
      // The runner would put the data there by an update; they are there.
      test.graphData.length = 0;
      return /#.*update/.test(test.uri)
        ? refused(suite, test, `${url}/sparql`)
        : runTest(suite, test, {}, { protocolEndpoint: `${url}/sparql` });
    }),
  );
}

/** A test of updates does not apply to a service that takes none: it applies that each is refused. */
async function refused({ name }: Suite, { uri, requests }: ProtocolTest, endpoint: string): Promise<Outcome> {
  for (const { absolutePath, method, headers, body } of requests) {
    const types = headers.filter(([name]) => name.toLowerCase() === 'content-type').map(([, value]) => value);
    const sent = `${absolutePath} ${types.join()} ${body?.chars}`;
    if (!/[?&\s]update=|sparql-update/.test(sent)) continue;
    const init = { method, headers, ...(body && { body: body.chars }) };
    const { status } = await fetch(endpoint + absolutePath.replace('/sparql/', ''), init);
    if (status < 400 || status >= 500)
      return { suite: name, test: uri, outcome: 'failed', message: `An update is answered with status ${status}.` };
  }
  return { suite: name, test: uri, outcome: 'inapplicable' };
}
