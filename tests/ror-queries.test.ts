import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineName } from '../src/engine/engines.ts';
import { EnginePool } from '../src/engine/pool.ts';
import { readQueries } from '../src/load/query-files.ts';
import { openRecordFile } from '../src/load/record-file.ts';
import { findFormat } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { readRorDump } from '../src/registries/ror-dump.ts';
import { RorWriter } from '../src/registries/ror-to-rdf.ts';
import { Vocabulary } from '../src/registries/vocabulary.ts';

const root = new URL('..', import.meta.url).pathname;
const queries = await readQueries(path.join(root, 'queries/ror'));

// What the graph says of its centres, as far as these queries ask.
const centres = `
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix umc: <https://w3id.org/umcnl/ontology#> .

<https://w3id.org/umcnl/id/centre/lumc>
  a umc:Centre ;
  rdfs:label "LUMC"@en ;
  owl:sameAs <https://ror.org/05xvt9f17> ;
.
<https://w3id.org/umcnl/id/centre/maastricht-umc-plus>
  a umc:Centre ;
  rdfs:label "Maastricht UMC+"@en ;
  owl:sameAs <https://ror.org/02d9ce178> ;
.
<https://w3id.org/umcnl/id/centre/umc-utrecht>
  a umc:Centre ;
  rdfs:label "UMC Utrecht"@en ;
  owl:sameAs <https://ror.org/0575yy874> ;
.
`;

async function extract(): Promise<string> {
  const vocabulary = new Vocabulary(
    JSON.parse(readFileSync(path.join(root, 'data/registries/ror-vocabulary.json'), 'utf8')),
  );
  const writer = new RorWriter(vocabulary);
  const lines: string[] = [];
  const file = await openRecordFile(path.join(root, 'tests/fixtures/registries/ror-extract.jsonl'));
  for await (const entries of readRorDump(file)) {
    for (const entry of entries) {
      if (entry.kind === 'fault') throw new Error(entry.message);
      for (const statement of writer.statements(entry.organisation, [])) lines.push(`${statement.join(' ')} .`);
    }
  }
  for (const statement of writer.rest()) lines.push(`${statement.join(' ')} .`);
  return `${lines.join('\n')}\n`;
}

const pools = new Map<EngineName, EnginePool>();
beforeAll(async () => {
  const turtle = findFormat('ttl');
  const ntriples = findFormat('nt');
  if (!turtle || !ntriples) throw new Error('no formats');
  const ours = await readRdf(centres, turtle, { source: 'centres', baseIRI: 'http://example.org/' });
  const nquads = (await ntriples.write(ours, {})) + (await extract());
  for (const engine of ['oxigraph', 'comunica'] as const)
    pools.set(engine, await EnginePool.start({ engine, nquads, workers: 1, timeLimit: 60, queueLimit: 10 }));
});
afterAll(() => Promise.all([...pools.values()].map((pool) => pool.close())));

/** Read from the records of the extract. */
const expected: Readonly<Record<string, readonly string[]>> = {
  // By the haversine formula 43.6, 143.6 and 167.5 km.
  'distance-between-centres': ['LUMC UMC Utrecht 44', 'Maastricht UMC+ UMC Utrecht 144', 'LUMC Maastricht UMC+ 168'],
  'hospitals-related-to-a-centre': [
    '<https://w3id.org/umcnl/id/centre/lumc> LUMC related <https://ror.org/05s4nk876> Endo-ERN',
    '<https://w3id.org/umcnl/id/centre/lumc> LUMC related <https://ror.org/05ahyhp31> Holland Particle Therapy Center',
    '<https://w3id.org/umcnl/id/centre/lumc> LUMC part <https://ror.org/02xmm1048> Willem-Alexander Kinderziekenhuis',
    '<https://w3id.org/umcnl/id/centre/umc-utrecht> UMC Utrecht related <https://ror.org/0208ges23> ERN RITA',
    '<https://w3id.org/umcnl/id/centre/umc-utrecht> UMC Utrecht related <https://ror.org/02aj7yc53> Princess Máxima Center',
    "<https://w3id.org/umcnl/id/centre/umc-utrecht> UMC Utrecht part <https://ror.org/05fqypv61> Wilhelmina Children's Hospital",
  ],
  'who-else-carries-the-acronym': [
    'LUMC <https://w3id.org/umcnl/id/centre/lumc> <https://ror.org/00w3m6887> Luqman Unani Medical College Hospital and Research Center IN',
    'MUMC <https://w3id.org/umcnl/id/centre/maastricht-umc-plus> <https://ror.org/04mgxhr44> Mugda Medical College BD',
  ],
};

describe.each(queries)('$name', ({ name, query, title, description }) => {
  test('has a title and a description in both languages', () => {
    for (const text of [title, description]) expect(Object.keys(text).sort()).toEqual(['en', 'nl']);
  });

  test.each(['oxigraph', 'comunica'] as const)('answers in %s what the records say', async (engine) => {
    const { body } = await (pools.get(engine) as EnginePool).query({
      query,
      resultFormat: 'tsv',
      graphFormat: undefined,
      prefixes: {},
    });
    const [, ...rows] = new TextDecoder().decode(body).trim().split(/\r?\n/);
    expect(rows.map((row) => row.replace(/"|@[a-z-]+(?=\t|$)|\^\^<[^>]*>/g, '').replaceAll('\t', ' '))).toEqual(
      expected[name],
    );
  });
});
