import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FederationOptions, federationDefaults } from '../engine/federation/options.ts';
import { guardAddresses } from '../engine/federation/remote-address.ts';
import { CallFault } from '../load/files.ts';
import { jsonFault } from '../rdf/read.ts';

/** How requests to others name this software. */
export const userAgent = 'umcnl (linked-data publisher)';

/** The list of whom queries may ask that belongs to a publication. */
export const federationBeside = (publication: string): string =>
  path.join(path.dirname(publication), 'federation.json');

/** The options that the file may have, with what each is. */
const settings = {
  allowInsecure: 'boolean',
  allowPrivate: 'list',
  sizeLimit: 'number',
  requestLimit: 'number',
} as const satisfies Partial<Record<keyof FederationOptions, string>>;

/**
 * Whom queries may ask beside us, from a JSON file: `endpoints`, each with the address `endpoint`, and any of
 * `allowInsecure`, `allowPrivate`, `sizeLimit` and `requestLimit` as in {@link FederationOptions}. Undefined where there
 * is no such file and none was asked for. Throws {@link CallFault} for a file that cannot be read so.
 */
export async function readFederation(
  file: string,
  asked: boolean,
  limits: Partial<FederationOptions>,
): Promise<FederationOptions | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (!asked) return undefined;
    throw new CallFault(`--federation ${file}: the file cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  const options: FederationOptions = { ...federationDefaults, ...(await parse(file, text)), ...limits };
  try {
    guardAddresses(options);
  } catch (error) {
    throw new CallFault(`${file}: ${(error as Error).message}`);
  }
  return options;
}

async function parse(file: string, text: string): Promise<Partial<FederationOptions>> {
  let found: Record<string, unknown> | null;
  try {
    found = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    throw new CallFault(String(await jsonFault(text, file)));
  }
  const endpoints = found?.['endpoints'];
  if (!Array.isArray(endpoints)) throw new CallFault(`${file}: "endpoints" is missing or no list.`);
  const allow = endpoints.map((each: { endpoint?: unknown } | null, index) => {
    if (typeof each?.endpoint === 'string') return each.endpoint;
    throw new CallFault(`${file}: "endpoint" of entry ${index + 1} is missing or no text.`);
  });
  const given = Object.entries(settings).filter(([key]) => found?.[key] !== undefined);
  for (const [key, kind] of given)
    if (!isOf(kind, found?.[key])) throw new CallFault(`${file}: "${key}" is no ${kind}.`);
  return { allow, ...Object.fromEntries(given.map(([key]) => [key, found?.[key]])) };
}

const isOf = (kind: (typeof settings)[keyof typeof settings], value: unknown): boolean =>
  kind === 'list' ? Array.isArray(value) && value.every((each) => typeof each === 'string') : typeof value === kind;
