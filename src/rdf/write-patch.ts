/** A change of a dataset in the text form of RDF Patch (Apache Jena). Its media type is the one Jena uses; none is registered. */
export const patchFormat = { label: 'RDF Patch', mediaType: 'application/rdf-patch', extension: 'rdfp' } as const;

/** What a patch says. Quads are lines of N-Quads. */
export interface Patch {
  /** The version that it makes, and the one that it is for: 16 hexadecimal digits each. */
  readonly to: string;
  readonly from: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/**
 * RDF Patch: a header, then one transaction that removes and adds. The identifier of a patch is that of the version it
 * makes, and `prev` is the version it is for, so that patches from one version to the next make up a log.
 */
export function writePatch({ from, to, removed, added }: Patch): string {
  const rows = [`H id <${versionUuid(to)}> .`, `H prev <${versionUuid(from)}> .`, 'TX .'];
  // A row of a patch is a line of N-Quads behind a letter.
  for (const line of removed) rows.push(`D ${line}`);
  for (const line of added) rows.push(`A ${line}`);
  rows.push('TC .', '');
  return rows.join('\n');
}

/**
 * A version as a UUID of version 8 (RFC 9562, section 5.8), which is what patch logs take as identifiers. The digits of
 * the version can be read in it: the first twelve, then three and one behind the digits that every such UUID has.
 */
export function versionUuid(version: string): string {
  const digits = (start: number, end: number): string => version.slice(start, end);
  return `uuid:${digits(0, 8)}-${digits(8, 12)}-8${digits(12, 15)}-8${digits(15, 16)}00-000000000000`;
}
