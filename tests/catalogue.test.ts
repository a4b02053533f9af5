import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { isomorphic } from 'rdf-isomorphic';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { PublicationFault, readPublication } from '../src/load/publication.ts';
import { formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { dcat, dcterms, fdp, foaf, ldp, rdf, spdx, vcard } from '../src/rdf/terms.ts';
import { prepareShapes } from '../src/shapes/validate.ts';
import { ownPublication, serve } from './setup/server.ts';

let running: Running;
let base: string;

beforeAll(async () => {
  running = await serve({ federation: false });
  base = running.url;
});
afterAll(() => running?.stop());

/** What a description says, to be asked by subject and property. */
class Description {
  readonly quads: readonly Quad[];

  constructor(quads: readonly Quad[]) {
    this.quads = quads;
  }

  all(subject: string, property: string): string[] {
    return this.quads
      .filter((each) => each.subject.value === subject && each.predicate.value === property)
      .map(({ object }) => object.value);
  }

  one(subject: string, property: string): string {
    const found = this.all(subject, property);
    expect(found, `${property} of ${subject}`).toHaveLength(1);
    return found[0] as string;
  }

  subjects(type: string): string[] {
    return this.quads
      .filter(({ predicate, object }) => predicate.value === rdf('type') && object.value === type)
      .map(({ subject }) => subject.value);
  }
}

async function get(address: string, accept?: string): Promise<Description> {
  const response = await fetch(address, accept === undefined ? {} : { headers: { accept } });
  expect(response.status, address).toBe(200);
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const format = formats.find(({ mediaType }) => mediaType === type);
  expect(format, `${type} at ${address}`).toBeDefined();
  return new Description(
    await readRdf(await response.text(), format as (typeof formats)[number], { source: address, baseIRI: address }),
  );
}

/** Walks as a harvester does: one document after the other, by nothing but containers, each URL as it stands. */
async function walk(start: string): Promise<Map<string, Description>> {
  const found = new Map<string, Description>();
  const queue = [start];
  for (let address = queue.shift(); address; address = queue.shift()) {
    if (found.has(address)) continue;
    const description = await get(address, 'text/turtle');
    found.set(address, description);
    queue.push(
      ...description.subjects(ldp('DirectContainer')).flatMap((each) => description.all(each, ldp('contains'))),
    );
  }
  return found;
}

describe('a harvester that follows containers', () => {
  let found: Map<string, Description>;

  beforeAll(async () => {
    found = await walk(`${base}/fdp`);
  });

  const ofType = (type: string): [string, Description][] =>
    [...found].filter(([address, description]) => description.all(address, rdf('type')).includes(type));

  test('finds each layer, and in each document what it was asked for', () => {
    expect(ofType(fdp('FAIRDataPoint')).map(([address]) => address)).toEqual([`${base}/fdp`]);
    expect(ofType(dcat('Catalog')).map(([address]) => address)).toEqual([`${base}/catalog`]);
    expect(ofType(dcat('Dataset')).length).toBeGreaterThan(10);
    expect(ofType(dcat('DataService')).length).toBeGreaterThan(2);
    expect(ofType(dcat('Distribution')).length).toBeGreaterThan(100);
    const types = ['Catalog', 'Dataset', 'DataService', 'Distribution'].map(dcat);
    for (const [address, description] of found)
      expect(
        description.all(address, rdf('type')).some((type) => types.includes(type)),
        address,
      ).toBe(true);
  });

  test('finds publisher and contact described in every document', () => {
    for (const [address, description] of found) {
      for (const publisher of description.all(address, dcterms('publisher'))) {
        expect(description.all(publisher, rdf('type'))).toContain(foaf('Agent'));
        expect(description.all(publisher, foaf('name')).length).toBe(2);
        expect(description.one(publisher, foaf('mbox'))).toMatch(/^mailto:.+@/);
        expect(description.one(publisher, dcterms('identifier'))).toBe(publisher);
        expect(description.one(publisher, foaf('homepage'))).toBe(`${base}/`);
      }
      expect(description.subjects(vcard('Kind'))).toEqual([`${base}/catalog/contact`]);
      expect(description.one(`${base}/catalog/contact`, vcard('hasEmail'))).toBe('mailto:contact@example.org');
    }
  });

  test('is told by containers just what the descriptions tell', () => {
    for (const [address, description] of found)
      for (const container of description.subjects(ldp('DirectContainer'))) {
        expect(description.one(container, ldp('membershipResource'))).toBe(address);
        expect(description.all(container, dcterms('title'))).toHaveLength(2);
        const relation = description.one(container, ldp('hasMemberRelation'));
        const members = description.all(address, relation).sort();
        expect(members.length).toBeGreaterThan(0);
        expect(description.all(container, ldp('contains')).sort()).toEqual(members);
      }
  });

  test('comes to every dataset and distribution that the catalogue holds', async () => {
    const catalogue = await get(`${base}/catalog`);
    for (const type of ['Dataset', 'DataService', 'Distribution'].map(dcat))
      expect(catalogue.subjects(type).filter((each) => !found.has(each))).toEqual([]);
  });

  test('finds a dataset for each part, parts of the whole, and the whole the same as the permanent one', () => {
    const whole = `${base}/catalog/dataset/umcnl`;
    const description = found.get(whole) as Description;
    const parts = description.all(whole, dcterms('hasPart'));
    expect(parts).toContain(`${base}/catalog/dataset/ontology`);
    expect(parts).toContain(`${base}/catalog/dataset/lumc-mission-statement`);
    for (const part of parts) expect((found.get(part) as Description).all(part, dcterms('isPartOf'))).toEqual([whole]);
    expect(description.one(whole, 'http://www.w3.org/2002/07/owl#sameAs')).toBe('https://w3id.org/umcnl/dataset');
    expect(description.one(whole, dcterms('identifier'))).toBe('https://w3id.org/umcnl/dataset');
  });

  test('gets at each download what its description says: type, size, checksum', async () => {
    const distributions = ofType(dcat('Distribution'));
    for (const [address, description] of distributions) {
      const download = description.one(address, dcat('downloadURL'));
      const response = await fetch(download, { headers: { 'accept-encoding': 'identity' } });
      expect(response.status, download).toBe(200);
      const media = 'https://www.iana.org/assignments/media-types/';
      const packed = description.all(address, dcat('compressFormat'))[0];
      const type = response.headers.get('content-type')?.split(';')[0];
      expect(media + type, download).toBe(packed ?? description.one(address, dcat('mediaType')));
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(String(bytes.length), download).toBe(description.one(address, dcat('byteSize')));
      const checksum = description.one(address, spdx('checksum'));
      expect(description.one(checksum, spdx('checksumValue')), download).toBe(
        createHash('sha256').update(bytes).digest('hex'),
      );
      const newest = await fetch(description.one(address, dcat('accessURL')), { method: 'HEAD' });
      expect(newest.url).toBe(download);
    }
  }, 240_000);
});

test.each([undefined, '*/*', 'text/turtle'])('Turtle is what a harvester gets for Accept: %s', async (accept) => {
  for (const address of ['/fdp', '/catalog', '/catalog/dataset/umcnl']) {
    const response = await fetch(base + address, accept ? { headers: { accept } } : {});
    expect(response.headers.get('content-type')).toBe('text/turtle; charset=utf-8');
    expect(response.headers.get('vary')).toContain('Accept');
  }
});

test.each(formats.map((format) => [format.label, format]))('%s says the same as Turtle', async (_, format) => {
  const address = `${base}/catalog/dataset/links`;
  const turtle = await get(address);
  const negotiated = await get(address, format.mediaType);
  const suffixed = await get(`${address}.${format.extension}`);
  expect(isomorphic([...negotiated.quads], [...turtle.quads])).toBe(true);
  expect(isomorphic([...suffixed.quads], [...turtle.quads])).toBe(true);
});

test('a file whose name ends like a format is described under its own name', async () => {
  const address = `${base}/catalog/distribution/umcnl.ttl`;
  expect((await get(address, 'application/ld+json')).all(address, rdf('type'))).toEqual([dcat('Distribution')]);
  expect((await get(`${address}.nt`)).all(address, rdf('type'))).toEqual([dcat('Distribution')]);
});

test.each([
  '/catalog/nowhere',
  '/catalog/dataset',
  '/catalog/dataset/nowhere.ttl',
  '/fdp/nowhere',
  '/catalog.pdf',
])('there is nothing at %s', async (address) => {
  expect((await fetch(base + address)).status).toBe(404);
});

describe('pages', () => {
  const page = async (address: string): Promise<string> => {
    const response = await fetch(base + address, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    return response.text();
  };

  test.each([
    ['/fdp', 'FAIR Data Point', 'Catalogues', 'Catalogi'],
    ['/catalog', 'Catalog', 'Data services', 'Dataservices'],
    ['/catalog/dataset/umcnl', 'Dataset', 'Keywords', 'Trefwoorden'],
    ['/catalog/distribution/umcnl.ttl.gz', 'umcnl.ttl.gz', 'Compressed as', 'Gecomprimeerd als'],
    ['/catalog/service/sparql', 'SPARQL', 'Serves', 'Ontsluit'],
    ['/catalog/contact', 'UMCNL', 'E-mail', 'Webpagina'],
    ['/fdp/profile/dataset', 'dataset', 'What it requires', 'Wat het vereist'],
  ])('%s is there for people, in both languages', async (address, both, english, dutch) => {
    const [en, nl] = [await page(`${address}?lang=en`), await page(`${address}?lang=nl`)];
    for (const text of [en, nl]) expect(text).toContain(both);
    expect(en).toContain(english);
    expect(nl).toContain(dutch);
    expect(en).toContain('<html lang="en">');
    expect(nl).toContain('<html lang="nl">');
  });

  test('the page of a dataset links to each of its files, and shows licence, version and publisher', async () => {
    const text = await page('/catalog/dataset/links');
    const description = await get(`${base}/catalog/dataset/links`);
    for (const each of description.subjects(dcat('Distribution')))
      expect(text).toContain(`href="${each.slice(base.length)}?lang=en"`);
    expect(text).toContain('href="https://creativecommons.org/licenses/by/4.0/"');
    expect(text).toContain(description.one(`${base}/catalog/dataset/links`, dcat('version')));
    expect(text).toContain('UMCNL knowledge graph contributors');
  });

  test('the landing page that a description names is the page of the same', async () => {
    const address = `${base}/catalog/dataset/umcnl`;
    const landing = (await get(address)).one(address, dcat('landingPage'));
    const response = await fetch(landing);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain(address);
  });
});

describe('the profiles that a FAIR Data Point names', () => {
  test('answer with shapes that hold for what names them, and find fault with what is broken', async () => {
    for (const address of ['/fdp', '/catalog', '/catalog/dataset/links', '/catalog/distribution/umcnl.ttl']) {
      const description = await get(base + address);
      const named = description
        .all(base + address, dcterms('conformsTo'))
        .filter((each) => each.startsWith(`${base}/fdp/profile/`));
      expect(named).toHaveLength(1);
      const profile = await get(named[0] as string);
      const check = prepareShapes(profile.quads);
      expect(await check(description.quads), address).toEqual([]);
      const broken = description.quads.filter(
        ({ subject, predicate }) => subject.value !== base + address || predicate.value !== dcterms('license'),
      );
      expect((await check(broken)).map(({ path: property }) => property)).toContain(dcterms('license'));
    }
  });
});

test('the mailbox of who hosts stands in place of the publication’s own', async () => {
  const own = await serve({ federation: false, contactEmail: 'data@host.example' });
  try {
    const description = await get(`${own.url}/catalog`);
    expect(description.one(`${own.url}/catalog/contact`, vcard('hasEmail'))).toBe('mailto:data@host.example');
    expect(description.quads.some(({ object }) => object.value.includes('contact@example.org'))).toBe(false);
  } finally {
    await own.stop();
  }
});

describe('what the publication says of its catalogue', () => {
  const read = async (change: (catalogue: Record<string, unknown>) => void): Promise<unknown> => {
    const description = JSON.parse(await readFile(ownPublication, 'utf8')) as Record<string, never>;
    change(description['catalogue'] as unknown as Record<string, unknown>);
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'catalogue-')), 'dataset.json');
    await writeFile(file, JSON.stringify(description));
    return readPublication(file);
  };

  test.each([
    ['catalogue.publisher', { publisher: 'us' }],
    ['catalogue.issued', { issued: '2026-11-22' }],
    ['catalogue.themes', { themes: [] }],
    ['catalogue.contact.email', { contact: { name: { en: 'Us' }, email: 'nobody' } }],
    ['catalogue.contact.name', { contact: { email: 'a@example.org' } }],
    ['catalogue.note', { note: undefined }],
  ])('is refused when "%s" is wrong', async (key, change) => {
    const reading = read((catalogue) => Object.assign(catalogue, change));
    await expect(reading).rejects.toThrow(PublicationFault);
    await expect(reading).rejects.toThrow(`"${key}"`);
  });
});
