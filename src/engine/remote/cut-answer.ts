import { QueryFault } from '../engine.ts';
import { engineFault } from './faults.ts';

/** Whether a server says of an answer with status 200 that it is not whole. Virtuoso does so. */
export function cutBy(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): 'time' | QueryFault | undefined {
  if (headers['x-sql-state'] !== undefined) return 'time';
  const rows = headers['x-sparql-maxrows'];
  if (rows === undefined) return undefined;
  return new QueryFault(
    'too-large',
    `The database that this server asks gives at most ${Number(rows)} rows of an answer. Ask for less of it at a time with LIMIT and OFFSET.`,
  );
}

/** The fault of an answer in a format that was not asked for. */
export const wrongType = (host: string, mediaType: string): QueryFault =>
  engineFault(`${host} answered ${mediaType || 'something without a media type'}, which was not asked for.`);
