import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import { validations } from 'shacl-engine/sparql.js';
import { type Finding, prepareShapes } from '../../src/shapes/validate.ts';

/** Where the shapes of others lie: beside the project, if at all. */
const folder = path.resolve(new URL('../../../shared/standards', import.meta.url).pathname);

/** Whether the shapes are there to test against. */
export const haveShapes = existsSync(folder);

/** Said where tests are left out for want of shapes. */
export const withoutShapes = `SKIPPED: no shapes to test the catalogue against in ${folder}`;

/** A finding that stands, since profiles contradict each other. */
export interface Clash {
  readonly path: string;
  readonly reason: string;
}

/** A profile for catalogues, with the files of its shapes. */
export interface CatalogueProfile {
  readonly name: string;
  readonly files: readonly string[];
  /** What may be violated all the same: clashes between profiles, each with its reason. */
  readonly clashes: readonly Clash[];
}

const reference = (name: string): string => `fdp/reference-${name}.ttl`;
const inTwoLanguages = 'Dutch and English stand side by side; this shape takes one value.';

/** Every profile that the catalogue is held against. */
export const catalogueProfiles: readonly CatalogueProfile[] = [
  { name: 'DCAT-AP 3', files: ['dcat-ap/shapes.ttl'], clashes: [] },
  { name: 'DCAT-AP 3, recommended', files: ['dcat-ap/shapes_recommended.ttl'], clashes: [] },
  { name: 'DCAT-AP 3, deprecated terms', files: ['dcat-ap/deprecateduris.ttl'], clashes: [] },
  {
    name: 'DCAT-AP 3, ranges',
    files: ['dcat-ap/range.ttl'],
    clashes: [
      { path: 'http://purl.org/dc/terms/isPartOf', reason: 'A FAIR Data Point holds catalogues and is none.' },
      ...['dataset', 'service', 'servesDataset'].map((name) => ({
        path: `http://www.w3.org/ns/dcat#${name}`,
        reason: 'What a document leads to is described in its own.',
      })),
    ],
  },
  {
    name: 'DCAT-AP 3, lists of values',
    files: ['dcat-ap/mdr-vocabularies.shape.ttl'],
    clashes: [
      {
        path: 'http://spdx.org/rdf/terms#algorithm',
        reason: 'The shape wants https; the namespace of SPDX, in DCAT-AP’s own shapes too, has http.',
      },
    ],
  },
  {
    name: 'DCAT-AP-NL 3',
    files: ['dcat-ap/shapes.ttl', 'dcat-ap-nl/dcat-ap-nl-SHACL.ttl'],
    clashes: [],
  },
  { name: 'DCAT-AP-NL 3, recommended', files: ['dcat-ap-nl/dcat-ap-nl-SHACL-aanbevolen.ttl'], clashes: [] },
  {
    name: 'DCAT-AP-NL 3, ranges',
    files: [
      'dcat-ap-nl/dcat-ap-nl-SHACL.ttl',
      'dcat-ap-nl/dcat-ap-nl-SHACL-klassebereik.ttl',
      'dcat-ap-nl/dcat-ap-nl-SHACL-klassebereik-codelijsten.ttl',
    ],
    clashes: [],
  },
  { name: 'DCAT-AP-NL 3, optional', files: ['dcat-ap-nl/dcat-ap-nl-OPT.ttl'], clashes: [] },
  { name: 'Health-RI 2', files: ['health-ri/HRI-Datamodel-shapes.ttl'], clashes: [] },
  {
    name: 'Health-RI 2, by class',
    files: ['Catalog', 'DataService', 'Dataset', 'DatasetSeries', 'Distribution', 'Resource'].map(
      (name) => `health-ri/fdp-shapes/${name}.ttl`,
    ),
    clashes: [],
  },
  { name: 'NDE requirements for datasets', files: ['nde/shacl.ttl'], clashes: [] },
  { name: 'FAIR Data Point, specification', files: ['fdp/fdp-spec.ttl'], clashes: [] },
  {
    name: 'FAIR Data Point, reference implementation',
    files: ['catalog', 'data-service', 'dataset', 'distribution', 'fdp', 'resource'].map(reference),
    clashes: [
      { path: 'http://www.w3.org/ns/dcat#mediaType', reason: 'An IRI for DCAT-AP, DCAT-AP-NL and Health-RI.' },
      { path: 'http://www.w3.org/ns/dcat#endpointDescription', reason: 'An IRI for DCAT-AP-NL and Health-RI.' },
      { path: 'http://xmlns.com/foaf/0.1/name', reason: inTwoLanguages },
    ],
  },
];

// Blank nodes of two files may have the same label: one parser, which tells them apart, reads all.
const readShapes = (file: string): Quad[] =>
  new Parser({ blankNodePrefix: `_:${file.replace(/\W/g, '')}` }).parse(
    readFileSync(path.join(folder, file), 'utf8'),
  ) as unknown as Quad[];

const prepared = new Map<string, ReturnType<typeof prepareShapes>>();

/** What a profile finds in a description; without SPARQL, constraints in it are left out. */
export function validate(
  { name, files }: CatalogueProfile,
  quads: readonly Quad[],
  { sparql = true }: { readonly sparql?: boolean } = {},
): Promise<Finding[]> {
  const key = `${name} ${sparql}`;
  const check = prepared.get(key) ?? prepareShapes(files.flatMap(readShapes), sparql ? validations : undefined);
  prepared.set(key, check);
  return check(quads);
}

/** The violations that no clash explains, as sentences. */
export const violations = ({ clashes }: CatalogueProfile, findings: readonly Finding[]): string[] =>
  findings
    .filter(
      ({ severity, path: property }) => severity === 'violation' && !clashes.some((clash) => clash.path === property),
    )
    .map(sentence);

/** A finding as a sentence. */
export const sentence = ({ severity, node, path: property, value, shape, message }: Finding): string =>
  `${severity} at ${node} ${property ?? ''} ${value ?? ''}: ${Object.values(message).join(' / ')} (${shape})`;
