import type { IQueryEngine, IQueryResult } from 'rdf-test-suite';
import { type EngineKind, type EngineName, engines } from '../../src/engine/engines.ts';
import { adapt, type CreateEngine } from './adapter.ts';
import { strict } from './compare.ts';
import { isUpdate, readSuite, type Suite, type Test } from './suites.ts';

/** What came of a test; one that cannot be asked of a read-only service is not applicable. */
export interface Outcome {
  readonly suite: string;
  /** The test's IRI. */
  readonly test: string;
  readonly outcome: 'passed' | 'failed' | 'inapplicable';
  /** What was wrong. */
  readonly message?: string;
}

/** Bytes that a test's engine may have. */
const memoryLimit = 2 ** 29;

/** Makes engines of that name. */
export async function engineMaker(name: EngineName): Promise<CreateEngine> {
  const kind: EngineKind = engines[name];
  const code = await kind.compile?.(memoryLimit);
  return (image) => kind.create({ code, image });
}

/** The engine of that name as the test runner asks it, a fresh one for each test. */
export const runnerEngine = async (name: EngineName, folder: string): Promise<IQueryEngine> =>
  adapt(await engineMaker(name), folder);

/** Runs the tests of a suite on an engine. Those of updates are left out: nobody writes over SPARQL here. */
export async function runSuite(suite: Suite, engine: IQueryEngine, folder: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const test of await readSuite(folder, suite)) {
    if (isUpdate(test)) continue;
    outcomes.push(await runTest(suite, test, engine));
  }
  return outcomes;
}

/** Runs one test as the runner does, but for the comparison of results, which is stricter. */
export async function runTest({ name }: Suite, test: Test, engine: unknown, options: object = {}): Promise<Outcome> {
  const evaluation = test as { queryResult?: IQueryResult };
  if (evaluation.queryResult) evaluation.queryResult = strict(evaluation.queryResult);
  try {
    await test.test(engine as never, options);
    return { suite: name, test: test.uri, outcome: 'passed' };
  } catch (error) {
    return { suite: name, test: test.uri, outcome: 'failed', message: (error as Error).message };
  }
}
