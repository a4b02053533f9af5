import { readFileSync } from 'node:fs';
import type { EngineName, localEngines } from '../../src/engine/engines.ts';
import { EnginePool } from '../../src/engine/pool.ts';
import { quantile } from './load.ts';
import type { MixQuery } from './mix.ts';

/** Milliseconds that a query takes in each engine of this program. */
export type EngineTimes = Readonly<Record<(typeof localEngines)[number], number>>;

/** Each query is asked so often at least. */
const times = 5;
/** Seconds that a query may take. */
const timeLimit = 600;
/** Bytes that a worker may need beside the dataset. */
const memoryLimit = 4 * 2 ** 30;

let asked = 0;

async function timeOne(
  engine: EngineName,
  file: string,
  queries: readonly MixQuery[],
  seconds: number,
): Promise<Map<string, number>> {
  const pool = await EnginePool.start({
    engine,
    nquads: readFileSync(file),
    workers: 1,
    timeLimit,
    queueLimit: 1,
    memoryLimit,
  });
  try {
    const medians = new Map<string, number>();
    for (const { name, text } of queries) {
      const taken: number[] = [];
      const until = performance.now() + (seconds * 1000) / queries.length;
      while (taken.length < times || performance.now() < until) {
        const since = performance.now();
        const query = `PREFIX n${++asked}: <urn:n:${asked}>\n${text}`;
        await pool.query({ query, resultFormat: 'json', graphFormat: 'turtle', prefixes: {} });
        taken.push(performance.now() - since);
      }
      medians.set(name, quantile(taken, 0.5));
    }
    return medians;
  } finally {
    await pool.close();
  }
}

/**
 * The median time of each query in one worker of each engine, without HTTP: what the engines take, and not what a
 * request costs that both have in common. No text is asked twice.
 */
export async function timeEngines(
  file: string,
  queries: readonly MixQuery[],
  seconds: number,
): Promise<ReadonlyMap<string, EngineTimes>> {
  // One after the other: Comunica takes gigabytes.
  const oxigraph = await timeOne('oxigraph', file, queries, seconds);
  const comunica = await timeOne('comunica', file, queries, seconds);
  return new Map(
    queries.map(({ name }) => [
      name,
      { oxigraph: oxigraph.get(name) ?? Number.NaN, comunica: comunica.get(name) ?? Number.NaN },
    ]),
  );
}
