import { createRequire } from 'node:module';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** Countries of the world as TopoJSON, by Natural Earth (public domain). */
export type Countries = Topology<{ countries: GeometryCollection<{ name: string }> }>;

let read: Countries | undefined;

/** The outlines of countries: some megabytes, read when a map is first drawn. */
export function countries(): Countries {
  read ??= createRequire(import.meta.url)('world-atlas/countries-10m.json') as Countries;
  return read;
}
