import path from 'node:path';
import { type Dataset, engineNQuads } from '../dataset/build.ts';
import { EnginePool } from '../engine/pool.ts';
import { CallFault } from '../load/files.ts';
import type { Publication } from '../load/publication.ts';
import { readQuery } from '../load/query-files.ts';
import { askRows } from '../publish/ask.ts';

/** The publication of a dataset. Throws {@link CallFault} for files that are loaded as they are, which have none. */
export function requirePublication({ publication }: Dataset, lacking: string): Publication {
  if (!publication) throw new CallFault(`link needs a publication: --plain files say not ${lacking}.`);
  return publication;
}

/** The rows of one of the queries that the publication has for the program itself, asked of a dataset. */
export async function askFile(dataset: Dataset, publication: Publication, name: string): Promise<unknown[]> {
  const { query } = await readQuery(path.join(publication.folder, publication.queries, 'server', name));
  const pool = await EnginePool.start({
    engine: 'oxigraph',
    nquads: engineNQuads(dataset),
    workers: 1,
    timeLimit: 60,
    queueLimit: 1,
  });
  return askRows(pool, query).finally(() => pool.close());
}
