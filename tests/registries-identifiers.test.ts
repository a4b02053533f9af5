import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fastCheck from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPlain } from '../src/dataset/build.ts';
import { describeFinding, type PlacedFinding } from '../src/dataset/check.ts';
import { checkIdentifiers } from '../src/dataset/check-identifiers.ts';
import { openRecordFile } from '../src/load/record-file.ts';
import { checkMod11, checkRor } from '../src/registries/check-digits.ts';
import { identify, type Reading, readIdentifier, type SchemeName, schemes } from '../src/registries/identifiers.ts';

const root = new URL('..', import.meta.url).pathname;
const short = (reading: Reading): string => {
  if (reading.kind === 'identifier') return `${reading.scheme.name} ${reading.key}`;
  if (reading.kind === 'wrong-check') return `${reading.scheme.name}: ${reading.found}, not ${reading.expected}`;
  return reading.kind;
};

describe('an identifier is found in any usual spelling', () => {
  test.each([
    [
      'ror 05xvt9f17',
      '05xvt9f17',
      '05XVT9F17',
      'ror.org/05xvt9f17',
      'https://ror.org/05xvt9f17/',
      'http://www.ror.org/05xvt9f17',
      'ROR:05xvt9f17',
      ' ror 05xvt9f17 ',
      '<https://ror.org/05xvt9f17>',
      'https://api.ror.org/v2/organizations/05xvt9f17',
      'https://ror.org/O5xvt9f17',
    ],
    [
      'wikidata Q2406409',
      'Q2406409',
      'q2406409',
      'wd:Q2406409',
      'http://www.wikidata.org/entity/Q2406409',
      'https://www.wikidata.org/wiki/Q2406409#P31',
      'https://m.wikidata.org/wiki/Q2406409',
      'wikidata.org/wiki/Special:EntityData/Q2406409.ttl',
    ],
    [
      'isni 000000040459992X',
      '0000 0004 0459 992X',
      '0000 0004 0459 992x',
      '000000040459992X',
      'ISNI 0000 0004 0459 992X',
      'isni:000000040459992X',
      'https://isni.org/isni/000000040459992X',
      'http://www.isni.org/000000040459992X',
      'https://isni.org/isni/0000%200004%200459%20992X',
    ],
    [
      'crossref-funder 501100005039',
      '501100005039',
      '10.13039/501100005039',
      'doi:10.13039/501100005039',
      'https://doi.org/10.13039/501100005039',
      'http://dx.doi.org/10.13039/501100005039',
      'fundref:501100005039',
      'https://api.crossref.org/funders/501100005039/works',
    ],
    [
      'grid grid.10419.3d',
      'grid.10419.3d',
      'GRID.10419.3D',
      'https://www.grid.ac/institutes/grid.10419.3d',
      'grid:grid.10419.3d',
    ],
    [
      'openalex I4210151833',
      'I4210151833',
      'i4210151833',
      'https://openalex.org/I4210151833',
      'openalex:I4210151833',
      'https://api.openalex.org/institutions/I4210151833',
    ],
    ['openalex-funder F4320319101', 'https://openalex.org/F4320319101', 'https://openalex.org/funders/F4320319101'],
    ['openalex-topic subfields/2730', 'https://openalex.org/subfields/2730'],
    [
      'openaire openorgs____::2ce10b2528220091bd0363c1e39394c1',
      'openorgs____::2ce10b2528220091bd0363c1e39394c1',
      'https://explore.openaire.eu/search/organization?organizationId=openorgs____::2ce10b2528220091bd0363c1e39394c1',
      'https://explore.openaire.eu/search/organization?organizationId=openorgs____%3A%3A2ce10b2528220091bd0363c1e39394c1',
    ],
    [
      'pic 999988424',
      'PIC 999988424',
      'pic:999988424',
      'https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/how-to-participate/org-details/999988424',
    ],
    [
      'geonames 2751773',
      'https://sws.geonames.org/2751773/',
      'http://www.geonames.org/2751773/leiden.html',
      'geonames:2751773',
    ],
    ['viaf 157932098', 'https://viaf.org/viaf/157932098', 'VIAF: 157932098'],
    [
      'rrid RRID:SCR_002385',
      'RRID:SCR_002385',
      'SCR_002385',
      'rrid: scr_002385',
      'https://scicrunch.org/resolver/RRID:SCR_002385',
    ],
    ['bbmri-eric bbmri-eric:ID:NL_UMCG', 'bbmri-eric:ID:NL_UMCG'],
    ['doi 10.1234/abc.5', 'https://doi.org/10.1234/ABC.5', 'doi:10.1234/abc.5', '10.1234/abc.5'],
    ['celex 32025R0327', 'celex:32025R0327'],
  ])('%s', (expected, ...spellings) => {
    for (const spelling of spellings) expect(identify(spelling).map(short), spelling).toEqual([expected]);
  });

  test('what belongs to several schemes is read in each', () => {
    expect(identify('100019573').map(short)).toEqual(['crossref-funder 100019573', 'pic 100019573']);
    expect(identify('0000-0004-6880-3010').map(short)).toEqual(['isni 0000000468803010', 'orcid 0000-0004-6880-3010']);
  });

  test.each([
    '',
    'LUMC',
    'Leiden University Medical Center',
    'https://www.lumc.nl',
    '12345',
    'Q',
    'ror.org',
    '0x',
    'constructor',
  ])('%j is none', (text) => expect(identify(text)).toEqual([]));

  test.each([
    ['https://ror.org/05xvt9f18', 'ror: 18, not 17'],
    ['0000 0004 0459 9921', 'isni: 1, not X'],
    ['https://orcid.org/0000-0004-6880-3011', 'orcid: 1, not 0'],
    ['https://ror.org/about', 'wrong-form'],
    ['https://openalex.org/I12x', undefined],
  ])('%s is named for what it is', (text, expected) => {
    expect(identify(text).map(short)[0]).toBe(expected);
  });

  test('an IRI reads back as its own key, in every scheme that has IRIs', () => {
    const keys: Partial<Record<SchemeName, string>> = {
      ror: '05xvt9f17',
      wikidata: 'Q2406409',
      isni: '000000040459992X',
      orcid: '0000-0004-6880-3010',
      'crossref-funder': '501100005039',
      doi: '10.1234/abc',
      openalex: 'I4210151833',
      'openalex-funder': 'F4320319101',
      'openalex-topic': 'T10009',
      openaire: 'openorgs____::2ce10b2528220091bd0363c1e39394c1',
      geonames: '2751773',
      viaf: '157932098',
    };
    for (const scheme of schemes) {
      if (!('iri' in scheme)) continue;
      const key = keys[scheme.name] ?? '';
      expect(identify(scheme.iri(key)).map(short)).toEqual([`${scheme.name} ${key}`]);
    }
  });
});

describe('check digits find what they promise', () => {
  const alphabet = [...'0123456789abcdefghjkmnpqrstvwxyz'];
  const ror = fastCheck
    .array(fastCheck.constantFrom(...alphabet), { minLength: 6, maxLength: 6 })
    .map((characters) => `0${characters.join('')}`)
    .map((body) => body + checkRor(body));
  const isni = fastCheck
    .array(fastCheck.constantFrom(...'0123456789'), { minLength: 15, maxLength: 15 })
    .map((digits) => digits.join(''))
    .map((body) => body + checkMod11(body));
  const swap = (key: string, at: number): string =>
    key.slice(0, at) + (key[at + 1] ?? '') + (key[at] ?? '') + key.slice(at + 2);

  test.each([
    ['ror', ror, alphabet, 6],
    ['isni', isni, [...'0123456789'], 14],
  ] as const)('%s: every changed and every swapped character', (scheme, keys, characters, last) => {
    fastCheck.assert(
      fastCheck.property(
        keys,
        fastCheck.integer({ min: 1, max: last }),
        fastCheck.constantFrom(...characters),
        (key, at, other) => {
          expect(readIdentifier(scheme, key).kind).toBe('identifier');
          const changed = key.slice(0, at) + other + key.slice(at + 1);
          if (changed !== key) expect(readIdentifier(scheme, changed).kind).toBe('wrong-check');
          const swapped = swap(key, at === last ? at - 1 : at);
          if (swapped !== key && swapped[0] === key[0])
            expect(readIdentifier(scheme, swapped).kind).toBe('wrong-check');
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('nothing makes the readers fail', () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.string({ unit: 'grapheme' }), (text) => {
        for (const each of [text, `https://ror.org/${text}`, `isni:${text}`, `https://doi.org/${text}`]) identify(each);
      }),
    );
  });
});

const slice = path.join(root, '../shared/registries/ror-slice.jsonl.gz');
test.skipIf(!existsSync(slice))(
  'of 51,370 records every ROR id is right, and of their ISNIs all but one',
  { timeout: 120_000 },
  async () => {
    const counts: Record<string, number> = {};
    const wrong: string[] = [];
    const file = await openRecordFile(slice);
    for await (const records of file.records()) {
      for (const { text } of records) {
        const record = JSON.parse(text);
        const isnis = Array.isArray(record.external_ids)
          ? record.external_ids.flatMap((each: { type: string; all: string[] }) =>
              each.type === 'isni' ? each.all : [],
            )
          : (record.external_ids.ISNI?.all ?? []);
        for (const [scheme, key] of [['ror', record.id], ...isnis.map((key: string) => ['isni', key])]) {
          const { kind } = readIdentifier(scheme, key);
          counts[`${scheme} ${kind}`] = (counts[`${scheme} ${kind}`] ?? 0) + 1;
          if (kind !== 'identifier') wrong.push(record.id);
        }
      }
    }
    expect(counts).toEqual({ 'ror identifier': 51_370, 'isni identifier': 27_220, 'isni wrong-check': 1 });
    expect(wrong).toEqual(['https://ror.org/01zz42w05']);
  },
);

test('the check of a dataset names a wrong check digit with file and line', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'identifiers-'));
  const file = path.join(folder, 'wrong.ttl');
  writeFileSync(
    file,
    `@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix scheme: <https://w3id.org/umcnl/concept/identifier-scheme/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://w3id.org/umcnl/id/centre/lumc>
  owl:sameAs <https://ror.org/05xvt9f18> ;
  skos:notation "0000000089452979"^^scheme:isni ;
.
`,
  );
  const dataset = await buildPlain([{ file, layer: 'data', graph: 'https://example.org/g' }]);
  const found = await checkIdentifiers(dataset);
  rmSync(folder, { recursive: true });
  expect(found.map((finding) => describeFinding(finding, 'en').replace(/^.*wrong\.ttl/, 'wrong.ttl'))).toEqual([
    'wrong.ttl:5: violation: <https://w3id.org/umcnl/id/centre/lumc> ROR id 05xvt9f18 ends in 18, which by its check digits would be 17: correct it after the record. (found: https://ror.org/05xvt9f18)',
    'wrong.ttl:5: violation: <https://w3id.org/umcnl/id/centre/lumc> ISNI 0000000089452979 ends in 9, which by its check digits would be 8: correct it after the record. (found: 0000000089452979)',
  ]);
  expect(describeFinding(found[0] as PlacedFinding, 'nl')).toContain('eindigt op 18');
});
