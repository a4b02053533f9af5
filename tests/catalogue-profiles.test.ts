import type { Quad } from '@rdfjs/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { type Format, findFormat } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { dcat, rdf } from '../src/rdf/terms.ts';
import type { Finding } from '../src/shapes/validate.ts';
import { serve } from './setup/server.ts';
import {
  type CatalogueProfile,
  catalogueProfiles,
  haveShapes,
  sentence,
  validate,
  violations,
  withoutShapes,
} from './support/catalogue-profiles.ts';

/** The address that an instance has for others: registers want https. */
const publicUrl = 'https://data.example.org';

let running: Running;
const read = new Map<string, Quad[]>();

/** A document of the catalogue as it is for who reaches the instance under its public address. */
async function document(path: string): Promise<Quad[]> {
  const response = await fetch(running.url + path, { headers: { accept: 'text/turtle' } });
  expect(response.status, path).toBe(200);
  const text = (await response.text()).replaceAll(running.url, publicUrl);
  return readRdf(text, findFormat('ttl') as Format, { source: path, baseIRI: publicUrl + path });
}

/** Structured data for search engines, in the page of a path, as triples. */
async function structuredData(path: string): Promise<Quad[]> {
  const response = await fetch(running.url + path, { headers: { accept: 'text/html' } });
  const [, json] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(await response.text()) ?? [];
  expect(json, path).toBeDefined();
  const text = (json as string).replaceAll(running.url, publicUrl);
  return readRdf(text, findFormat('jsonld') as Format, {
    source: path,
    baseIRI: publicUrl + path,
    loadContext: async () => schemaOrgContext,
  });
}

/**
 * In place of schema.org's own context, which is not within reach: what it does with the terms that are used here. Those
 * that may be a URL are IRIs, and dates have a type.
 */
const schemaOrgContext = {
  '@context': {
    '@vocab': 'https://schema.org/',
    ...Object.fromEntries(
      ['url', 'license', 'contentUrl', 'sameAs', 'usageInfo'].map((term) => [term, { '@type': '@id' }]),
    ),
    ...Object.fromEntries(
      ['dateCreated', 'datePublished', 'dateModified'].map((term) => [
        term,
        { '@type': 'https://schema.org/DateTime' },
      ]),
    ),
  },
};

const services = ['sparql', 'graph-store'].map((name) => `/catalog/service/${name}`);
const profiles = ['fair-data-point', 'catalogue', 'dataset', 'distribution', 'service'].map(
  (name) => `/fdp/profile/${name}`,
);

beforeAll(async () => {
  if (!haveShapes) {
    console.warn(withoutShapes);
    return;
  }
  running = await serve({ federation: false });
  const catalogue = await document('/catalog');
  read.set('/catalog', catalogue);
  const pathsOf = (type: string): string[] =>
    catalogue
      .filter(({ predicate, object }) => predicate.value === rdf('type') && object.value === type)
      .map(({ subject }) => subject.value.slice(publicUrl.length));
  // Files of parts are of the same kinds as those of the whole.
  const kinds = pathsOf(dcat('Distribution')).filter((path) =>
    /\/umcnl(-statements(-1\.2)?)?\.\w+(\.\w+)?$|\.(csv|json|tsv)(\.\w+)?$/.test(path),
  );
  expect(kinds.length).toBeGreaterThan(20);
  expect(kinds.filter((path) => /umcnl-links\.(csv|json|sssom\.tsv)$/.test(path))).toHaveLength(3);
  const paths = ['/fdp', ...pathsOf(dcat('Dataset')), ...kinds, ...services, '/catalog/contact', ...profiles];
  for (const path of paths) read.set(path, await document(path));
});
afterAll(() => running?.stop());

const nde = catalogueProfiles.find(({ name }) => name.startsWith('NDE')) as CatalogueProfile;

describe.skipIf(!haveShapes)('the catalogue', () => {
  // What each profile finds in each document alone.
  const found = new Map<CatalogueProfile, Map<string, Finding[]>>();
  const findingsOf = async (profile: CatalogueProfile): Promise<Map<string, Finding[]>> => {
    const known = found.get(profile) ?? new Map<string, Finding[]>();
    found.set(profile, known);
    // A constraint in SPARQL costs a query for each distribution: the documents of the datasets have them all.
    for (const [path, quads] of read)
      if (!known.has(path)) known.set(path, await validate(profile, quads, { sparql: path !== '/catalog' }));
    return known;
  };

  test.each(catalogueProfiles.map((profile) => [profile.name, profile]))(
    'has no violation of %s, in any of its documents alone',
    async (_, profile) => {
      for (const [path, findings] of await findingsOf(profile)) expect(violations(profile, findings), path).toEqual([]);
    },
    600_000,
  );

  test.each(
    catalogueProfiles.flatMap((profile) => profile.clashes.map(({ path }) => [profile.name, path, profile])),
  )('%s is contradicted by another profile for %s, and would tell if it were not', async (_, property, profile) => {
    const findings = [...(await findingsOf(profile as CatalogueProfile)).values()].flat();
    expect(findings.filter(({ path }) => path === property).length).toBeGreaterThan(0);
  });

  test('leaves just these recommendations open, each with a reason in docs/catalogue.md', async () => {
    const open = new Set<string>();
    for (const profile of catalogueProfiles)
      for (const { severity, path: property } of [...(await findingsOf(profile)).values()].flat())
        if (severity !== 'violation') open.add(`${profile.name}: ${property} (${severity})`);
    expect([...open].sort()).toMatchInlineSnapshot(`
      [
        "DCAT-AP 3, lists of values: http://purl.org/dc/terms/publisher (warning)",
        "DCAT-AP 3, recommended: http://purl.org/dc/terms/temporal (warning)",
        "DCAT-AP 3, recommended: http://purl.org/dc/terms/type (warning)",
        "DCAT-AP 3, recommended: http://www.w3.org/ns/dcat#bbox (warning)",
        "DCAT-AP 3, recommended: http://www.w3.org/ns/dcat#centroid (warning)",
        "DCAT-AP 3, recommended: http://www.w3.org/ns/dcat#servesDataset (warning)",
        "DCAT-AP-NL 3, recommended: http://www.w3.org/ns/dcat#accessService (warning)",
        "NDE requirements for datasets: http://purl.org/dc/terms/temporal (info)",
      ]
    `);
  });

  test('is told apart from a broken one by every profile that has something to say of a dataset', async () => {
    const path = '/catalog/dataset/links';
    const quads = read.get(path) ?? [];
    const without = (...names: string[]): Quad[] =>
      quads.filter(
        ({ subject, predicate }) =>
          subject.value !== publicUrl + path || !names.some((name) => predicate.value.endsWith(name)),
      );
    const broken = without('/title', '/description', '#contactPoint', '/publisher', '#theme', '/identifier');
    for (const name of ['DCAT-AP 3', 'DCAT-AP-NL 3', 'Health-RI 2', 'NDE requirements for datasets']) {
      const profile = catalogueProfiles.find((each) => each.name === name) as CatalogueProfile;
      expect(violations(profile, await validate(profile, broken)).length, name).toBeGreaterThan(0);
    }
    // One value of the wrong form is enough: a date without a time.
    const health = catalogueProfiles.find(({ name }) => name === 'Health-RI 2') as CatalogueProfile;
    const wrong = await readRdf(
      `<${publicUrl}${path}> <http://purl.org/dc/terms/modified> "2026-11-22"^^<http://www.w3.org/2001/XMLSchema#date> .`,
      findFormat('ttl') as Format,
      { source: 'test', baseIRI: publicUrl },
    );
    expect(violations(health, await validate(health, [...without('/modified'), ...wrong]))).not.toEqual([]);
  });

  test('is for the FAIR Data Point worth nothing without its catalogue', async () => {
    const specification = catalogueProfiles.find(({ files }) => files.includes('fdp/fdp-spec.ttl')) as CatalogueProfile;
    const broken = (read.get('/fdp') ?? []).filter(({ predicate }) => !predicate.value.endsWith('#metadataCatalog'));
    expect(violations(specification, await validate(specification, broken))).not.toEqual([]);
  });
});

describe.skipIf(!haveShapes)('structured data for search engines', () => {
  const schema = (name: string): string => `https://schema.org/${name}`;

  test.each([
    ['/catalog', 'DataCatalog'],
    ['/catalog/dataset/umcnl', 'Dataset'],
    ['/catalog/dataset/links', 'Dataset'],
  ])('in the page %s is what the Dutch register of datasets takes, of the same IRI', async (path, type) => {
    const quads = await structuredData(path);
    const types = quads.filter(
      ({ subject, predicate }) => subject.value === publicUrl + path && predicate.value === rdf('type'),
    );
    expect(types.map(({ object }) => object.value)).toEqual([schema(type)]);
    const findings = await validate(nde, quads);
    expect(findings.filter(({ severity }) => severity !== 'info').map(sentence)).toEqual([]);
  });

  test('tells of a dataset what Google asks for, within its lengths', async () => {
    const quads = await structuredData('/catalog/dataset/umcnl');
    const of = (name: string) =>
      quads.filter(
        ({ subject, predicate }) =>
          subject.value === `${publicUrl}/catalog/dataset/umcnl` && predicate.value === schema(name),
      );
    for (const { object } of of('description')) {
      expect(object.value.length).toBeGreaterThanOrEqual(50);
      expect(object.value.length).toBeLessThanOrEqual(5000);
    }
    for (const name of [
      'name',
      'description',
      'license',
      'creator',
      'identifier',
      'url',
      'sameAs',
      'version',
      'keywords',
      'includedInDataCatalog',
      'distribution',
      'spatialCoverage',
      'isAccessibleForFree',
      'dateModified',
    ])
      expect(of(name).length, name).toBeGreaterThan(0);
  });

  test('is told apart when it is broken', async () => {
    const quads = await structuredData('/catalog/dataset/links');
    const broken = quads.filter(({ predicate }) => predicate.value !== schema('license'));
    expect(violations(nde, await validate(nde, broken))).not.toEqual([]);
  });
});
