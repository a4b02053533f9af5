import type { Publication } from '../../load/publication.ts';
import type { DumpFile, DumpIndex } from '../dumps.ts';
import type { Part } from '../parts.ts';
import { type Profile, profiles } from './profiles.ts';
import { type Service, services } from './services.ts';

/** Something that the catalogue describes in a document of its own. */
export type CatalogueRecord = { readonly path: string } & (
  | { readonly kind: 'fair-data-point' }
  | { readonly kind: 'catalogue' }
  | { readonly kind: 'dataset'; readonly part: Part }
  | { readonly kind: 'distribution'; readonly part: Part; readonly file: DumpFile }
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'contact' }
  | { readonly kind: 'profile'; readonly profile: Profile }
);

/** What kind of thing a record is about. */
export type RecordKind = CatalogueRecord['kind'];

/** The records of one kind. */
export type RecordOf<Kind extends RecordKind> = Extract<CatalogueRecord, { kind: Kind }>;

/** Where the catalogue begins, under the public address of the instance. */
export const cataloguePath = '/catalog';
/** Where the FAIR Data Point begins. */
export const fairDataPointPath = '/fdp';

const below = (folder: string, name: string): string => `${cataloguePath}/${folder}/${encodeURIComponent(name)}`;

/** Where a dataset is described: the whole by the name of the publication, its parts by their own. */
export const datasetPath = ({ name }: Publication, part: Part): string => below('dataset', part.name || name);

/**
 * The IRI of a dataset that outlasts this instance and is the same wherever it is hosted: that by which the graph itself
 * describes it, if it does.
 */
export const permanentIri = ({ base, catalogueGraph }: Publication, { name }: Part): string | undefined =>
  catalogueGraph && `${base}dataset${name && `/part/${encodeURIComponent(name)}`}`;

/** Where a file of a dataset is described. */
export const distributionPath = ({ file }: DumpFile): string => below('distribution', file);

const servicePath = ({ name }: Service): string => below('service', name);

/** Where whoever answers questions is described. */
export const contactPath = `${cataloguePath}/contact`;

/** Where the profile of the records of a kind is found. */
export const profilePath = (kind: RecordKind): string => `${fairDataPointPath}/profile/${kind}`;

/** All that is in the catalogue, what leads to others first. */
export function listRecords(publication: Publication, { parts, files }: DumpIndex): CatalogueRecord[] {
  const byName = new Map(parts.map((part) => [part.name, part]));
  return [
    { kind: 'fair-data-point', path: fairDataPointPath },
    { kind: 'catalogue', path: cataloguePath },
    ...parts.map((part) => ({ kind: 'dataset', path: datasetPath(publication, part), part }) as const),
    ...services.map((service) => ({ kind: 'service', path: servicePath(service), service }) as const),
    ...files.flatMap((file) => {
      const part = byName.get(file.part);
      return part ? [{ kind: 'distribution', path: distributionPath(file), part, file } as const] : [];
    }),
    { kind: 'contact', path: contactPath },
    ...profiles.map((profile) => ({ kind: 'profile', path: profilePath(profile.kind), profile }) as const),
  ];
}
