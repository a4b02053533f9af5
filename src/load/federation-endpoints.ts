import { readFile } from 'node:fs/promises';
import { PublicationFault } from './publication.ts';

/** A SPARQL endpoint of others that queries may ask, and where that is documented. */
export interface FederationEndpoint {
  readonly name: string;
  readonly endpoint: string;
  readonly owner: string;
  /** The terms of its data; null where its documentation names none. */
  readonly licence: string | null;
  readonly documentation: string;
}

const textKeys = ['name', 'endpoint', 'owner', 'documentation'] as const;

/** Reads the list of endpoints that may be asked. Throws {@link PublicationFault} with the entry to mend. */
export async function readFederationEndpoints(file: string): Promise<FederationEndpoint[]> {
  let list: unknown;
  try {
    list = (JSON.parse(await readFile(file, 'utf8')) as { endpoints?: unknown } | null)?.endpoints;
  } catch (error) {
    throw new PublicationFault(`${file}: cannot be read as JSON. ${(error as Error).message}`);
  }
  if (!Array.isArray(list)) throw new PublicationFault(`${file}: "endpoints" is missing or no list.`);
  for (const [index, entry] of (list as (Record<string, unknown> | null)[]).entries())
    for (const key of textKeys)
      if (typeof entry?.[key] !== 'string' || !entry[key])
        throw new PublicationFault(`${file}: "${key}" of endpoint ${index + 1} is missing or no text.`);
  return list as FederationEndpoint[];
}
