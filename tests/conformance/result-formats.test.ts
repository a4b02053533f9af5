import { Readable } from 'node:stream';
import type { Quad, Term } from '@rdfjs/types';
import { type IQueryResult, QueryResultBindings, TestCaseQueryEvaluationHandler } from 'rdf-test-suite';
import { describe, expect, test } from 'vitest';
import { type Engine, QueryFault } from '../../src/engine/engine.ts';
import { isVolatile, readForm } from '../../src/engine/query-form.ts';
import { findFormat } from '../../src/rdf/formats.ts';
import { readRdf } from '../../src/rdf/read.ts';
import { writeNQuads } from '../../src/rdf/write-turtle.ts';
import { strict } from './compare.ts';
import { engineMaker } from './run.ts';
import { engineSuites, inTurn, readSuite, skipped, type Test, testsFolder } from './suites.ts';

interface Evaluation extends Test {
  readonly queryString: string;
  readonly queryData?: readonly Quad[];
  readonly baseIRI: string;
}

const turtle = findFormat('turtle') as NonNullable<ReturnType<typeof findFormat>>;

/** The rows of a query's answer in a format, read again. */
async function rowsIn(format: 'json' | 'xml' | 'tsv', engine: Engine, { queryString: query, baseIRI }: Evaluation) {
  const { body, mediaType } = await engine.query({
    query,
    baseIRI,
    resultFormat: format,
    graphFormat: undefined,
    prefixes: {},
  });
  if (format === 'tsv') return readTsv(Buffer.from(body).toString());
  const source = `http://example.org/result.${format}`;
  return TestCaseQueryEvaluationHandler.parseQueryResult(mediaType, source, Readable.from([Buffer.from(body)]));
}

// The values are terms in Turtle (SPARQL 1.1 Query Results TSV, section 4). The runner's own reader has not all of them.
async function readTsv(text: string): Promise<IQueryResult> {
  const [head = '', ...lines] = text.replace(/\n$/, '').split('\n');
  const variables = head.split('\t').filter(Boolean);
  const values = lines.map((line) => (variables.length ? line.split('\t') : []));
  const triples = values.flatMap((row, index) =>
    row.map((value, column) => (value ? `<urn:r:${index}> <urn:c:${column}> ${value} .` : '')),
  );
  const quads = await readRdf(triples.join('\n'), turtle, { source: 'TSV', baseIRI: 'urn:base' });
  const rows: Record<string, Term>[] = values.map(() => ({}));
  for (const { subject, predicate, object } of quads) {
    const row = rows[Number(subject.value.slice('urn:r:'.length))];
    const variable = variables[Number(predicate.value.slice('urn:c:'.length))];
    // What else a value would have said is no value.
    if (!row || !variable) throw new Error(`This is more than a term: ${text}`);
    row[variable] = object;
  }
  return new QueryResultBindings(variables, rows as never, false);
}

// The W3C tests mostly ask for one format: here, every answer in JSON is compared with the same in XML and TSV.
describe.skipIf(!testsFolder)('rows say the same in JSON, XML and TSV', () => {
  test.each(['oxigraph', 'comunica'] as const)('from %s', async (name) => {
    const create = await engineMaker(name);
    const tests = await inTurn(engineSuites.slice(1), (suite) => readSuite(testsFolder as string, suite));
    const evaluations = (tests.flat() as Evaluation[]).filter(
      ({ queryString, queryData }) =>
        queryData?.length && readForm(queryString) === 'select' && !isVolatile(queryString),
    );
    expect(evaluations.length).toBeGreaterThan(200);
    const differ: string[] = [];
    await inTurn(evaluations, async (each) => {
      const engine = await create();
      await engine.load([writeNQuads(each.queryData ?? [])]);
      const expected = await rowsIn('json', engine, each).catch((fault) => fault);
      // A query that the engine does not read.
      if (expected instanceof QueryFault) return;
      for (const format of ['xml', 'tsv'] as const) {
        const same = await rowsIn(format, engine, each).then(
          (found) => strict(expected).equals(found),
          () => false,
        );
        if (!same) differ.push(`${each.uri.replace(/.*#/, '#')} ${format}`);
      }
    });
    expect(differ).toEqual([]);
  }, 180_000);
});

if (!testsFolder) test.skip(skipped, () => undefined);
