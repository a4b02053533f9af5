import { type IGraphStoreRequest, TestCaseGraphStoreProtocol } from 'rdf-test-suite';
import type { Outcome } from './run.ts';
import { freePort, type ServedGraph, withServer } from './server.ts';
import { inTurn, type Suite, type Test } from './suites.ts';

type GraphStoreTest = Test & TestCaseGraphStoreProtocol;

/** A request that reads, and what its graph holds by then: nothing if it is not there. */
interface Read {
  readonly test: GraphStoreTest;
  readonly request: IGraphStoreRequest;
  /** The graph, by its IRI; `default` for the default graph. */
  readonly graph: string;
  readonly text: string | undefined;
}

const writing = ['PUT', 'POST', 'DELETE', 'PATCH'];
const writes = ({ method }: IGraphStoreRequest): boolean => writing.includes(method);

/**
 * Runs the tests of the Graph Store Protocol. Most write a graph and read it again. Here each of their reads is asked of
 * a server that holds what would have been written, and each of their writes is to be refused; the test as a whole does
 * not apply to a service that takes no writes.
 */
export async function runGraphStore(suite: Suite, tests: readonly GraphStoreTest[]): Promise<Outcome[]> {
  const port = await freePort();
  const reads = tests.flatMap((test) => readsOf(test, `http://localhost:${port}/`));
  const faults = new Map<string, string>();
  const note = ({ uri }: Test, message: string): unknown => faults.set(uri, message);
  for (const together of groupReads(reads)) {
    const graphs = new Map(together.flatMap(({ graph, text }) => (text === undefined ? [] : [[graph, text] as const])));
    const served = [...graphs].map(([graph, text]): ServedGraph => (graph === 'default' ? { text } : { graph, text }));
    await withServer(
      // A server that holds nothing does not start.
      served.length ? served : [{ graph: 'http://example.org/other', text: '<urn:a> a <urn:A> .' }],
      async (url) => {
        for (const { test, request } of together)
          await read(test, request, `${url}/graphs`).catch((fault) => note(test, String(fault)));
        await inTurn(tests, async (test) => {
          for (const request of test.requests.filter(writes))
            await refuse(request, `${url}/graphs`).catch((fault) => note(test, String(fault)));
        });
      },
      port,
    );
  }
  return tests.map((test) => {
    const message = faults.get(test.uri);
    const outcome = test.requests.some(writes) ? 'inapplicable' : 'passed';
    return {
      suite: suite.name,
      test: test.uri,
      ...(message === undefined ? { outcome } : { outcome: 'failed', message }),
    };
  });
}

/** The reads of a test in their order, with what they find. */
function readsOf(test: GraphStoreTest, base: string): Read[] {
  const held = new Map<string, string>();
  const reads: Read[] = [];
  for (const request of test.requests) {
    const { absolutePath, method, body, expectedBody } = request;
    // The address of a graph that the server was to make itself.
    if (absolutePath.includes('$')) continue;
    const graph = graphOf(absolutePath, base);
    // What a graph holds after additions stands in what is expected of the read.
    if (!writes(request)) reads.push({ test, request, graph, text: expectedBody?.chars ?? held.get(graph) });
    else if (method === 'DELETE') held.delete(graph);
    else if (body) held.set(graph, body.chars);
  }
  return reads;
}

/** The graph that a request names: as a parameter (section 4.2), or by its path, here one after the server's base (4.1). */
function graphOf(absolutePath: string, base: string): string {
  const { pathname, searchParams } = new URL(absolutePath, base);
  if (searchParams.has('default')) return 'default';
  return searchParams.get('graph') ?? base + pathname.replace(/^\/gsp\//, '');
}

/** Puts together what one server can hold: each graph once. The default graph is the merge of all, so it goes alone. */
function groupReads(reads: readonly Read[]): Read[][] {
  const groups: Read[][] = [];
  for (const read of reads) {
    const fits = groups.find((group) =>
      group.every(
        ({ graph, text }) =>
          graph !== 'default' && read.graph !== 'default' && (graph !== read.graph || text === read.text),
      ),
    );
    if (fits) fits.push(read);
    else groups.push([read]);
  }
  return groups;
}

async function read(test: GraphStoreTest, request: IGraphStoreRequest, endpoint: string): Promise<void> {
  const alone = Object.assign(Object.create(TestCaseGraphStoreProtocol.prototype), test, { requests: [request] });
  await alone.test({}, { graphStoreEndpoint: endpoint });
}

async function refuse({ absolutePath, method, headers, body }: IGraphStoreRequest, endpoint: string): Promise<void> {
  const address = endpoint + absolutePath.replace(/^\/gsp/, '');
  const response = await fetch(address, { method, headers, ...(body && { body: body.chars }) });
  if (response.status !== 405 || !response.headers.get('allow')?.includes('GET'))
    throw new Error(`${method} ${address} is answered with status ${response.status}.`);
}
