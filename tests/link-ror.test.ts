import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFormat } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { Matcher, type Subject, WordCounts } from '../src/registries/match.ts';
import { defaultThreshold, evaluate, type Proposal, propose } from '../src/registries/propose.ts';
import { type Organisation, readRorRecord } from '../src/registries/ror-record.ts';
import { parseSssom } from '../src/registries/sssom.ts';
import { runCommand } from './support/command.ts';

const root = new URL('..', import.meta.url).pathname;
const extract = path.join(root, 'tests/fixtures/registries/ror-extract.jsonl');
const records = readFileSync(extract, 'utf8')
  .trim()
  .split('\n')
  .map((line) => readRorRecord(JSON.parse(line)));

const subject = (names: readonly string[], more: Partial<Subject> = {}): Subject => ({
  iri: `https://example.org/${names[0]}`,
  names,
  texts: [],
  homepages: [],
  types: [],
  ...more,
});

function find(one: Subject, among: readonly Organisation[] = records, home: string | undefined = 'NL'): Proposal {
  const counts = new WordCounts();
  for (const record of among) counts.add(record);
  const matcher = new Matcher([one], counts, home);
  for (const record of among) matcher.add(record);
  return propose(one, matcher.candidates[0] ?? [], defaultThreshold);
}
const answer = (proposal: Proposal): string =>
  proposal.kind === 'match'
    ? proposal.found.label
    : proposal.kind === 'ambiguous'
      ? `one of ${proposal.rivals.length}`
      : 'none';

let nextKey = 0;
const invent = (
  name: string,
  more: Partial<Organisation> & { acronym?: string; country?: string; city?: string } = {},
): Organisation => ({
  id: `https://ror.org/test${nextKey++}`,
  key: '',
  status: 'active',
  types: [],
  established: undefined,
  names: [
    { kind: 'display', value: name, language: 'en' },
    ...(more.acronym ? [{ kind: 'acronym' as const, value: more.acronym, language: undefined }] : []),
  ],
  websites: [],
  wikipedia: [],
  domains: [],
  relations: [],
  identifiers: [],
  places: [{ geonames: 1, name: more.city ?? 'Sometown', country: more.country ?? 'NL', latitude: 0, longitude: 0 }],
  created: undefined,
  modified: undefined,
  remarks: [],
  ...more,
});

describe('homonyms and relatives', () => {
  test.each([
    [['LUMC', 'Leids Universitair Medisch Centrum'], ['healthcare'], 'Leiden University Medical Center'],
    [['UMCG'], ['healthcare'], 'University Medical Center Groningen'],
    [['University of Groningen'], ['education'], 'University of Groningen'],
    [['Universitair Medisch Centrum Utrecht'], ['healthcare'], 'University Medical Center Utrecht'],
    [['Wilhelmina Kinderziekenhuis'], ['healthcare'], "Wilhelmina Children's Hospital"],
    // The board of a hospital is not the hospital.
    [['Board of the LUMC'], [], 'none'],
    [['LUMC and general hospitals'], [], 'none'],
    [['Graduate School of Life Sciences'], [], 'none'],
  ])('%j is found as such', (names, types, expected) => {
    expect(answer(find(subject(names, { types })))).toBe(expected);
  });

  test('an acronym alone is no proof abroad', () => {
    const among = [
      invent('Ayub Medical College', { acronym: 'QXC', country: 'PK' }),
      invent('Anna Maria College', { acronym: 'QXC', country: 'US' }),
    ];
    expect(answer(find(subject(['QXC']), among))).toBe('none');
  });

  test('two at home with one acronym are for a person to choose from', () => {
    const among = [
      invent('Quite Extra Care', { acronym: 'QXC', types: ['healthcare'] }),
      invent('Queen X College', { acronym: 'QXC', types: ['healthcare'] }),
    ];
    expect(answer(find(subject(['QXC'], { types: ['healthcare'], texts: ['A hospital in Sometown'] }), among))).toBe(
      'one of 2',
    );
  });

  test('the type tells a university from a medical centre of one name', () => {
    const among = [invent('Springfield', { types: ['education'] }), invent('Springfield', { types: ['healthcare'] })];
    const found = find(subject(['Springfield'], { types: ['healthcare'] }), among);
    expect(found.kind === 'match' && found.found.id).toBe(among[1]?.id);
  });

  test('a company is the one of the country that is named', () => {
    const among = [
      invent('Acmecorp (Sweden)', { country: 'SE', types: ['company'] }),
      invent('Acmecorp (Germany)', { country: 'DE', types: ['company'] }),
    ];
    const found = find(subject(['Acmecorp'], { types: ['company'], texts: ['Bedrijf uit Zweden.'] }), among);
    expect(found.kind === 'match' && found.found.id).toBe(among[0]?.id);
  });

  test('a web site decides between equals', () => {
    const among = [
      invent('Foundation Sun', { websites: ['https://www.sun-a.example/about'] }),
      invent('Foundation Sun', { websites: ['http://sun-b.example'] }),
    ];
    const found = find(subject(['Foundation Sun'], { homepages: ['https://sun-b.example/nl'] }), among);
    expect(found.kind === 'match' && found.found.id).toBe(among[1]?.id);
  });

  test('a small typing error is forgiven, a withdrawn record is not', () => {
    expect(answer(find(subject(['Universitair Medisch Centrum Gronigen'])))).toBe(
      'University Medical Center Groningen',
    );
    expect(answer(find(subject(['Old Hospital Name']), [invent('Old Hospital Name', { status: 'withdrawn' })]))).toBe(
      'none',
    );
  });

  test('every part of a score is explained', () => {
    const found = find(subject(['UMCG', 'University Medical Center Groningen'], { types: ['healthcare'] }));
    if (found.kind !== 'match') throw new Error(found.kind);
    const told = found.found.features.map(({ because }) => because);
    expect(told).toContain('"University Medical Center Groningen" is its name "University Medical Center Groningen"');
    expect(told).toContain('Groningen is named with it');
    expect(told).toContain('it is of type healthcare');
    expect(found.found.score).toBeLessThanOrEqual(1);
  });
});

test('an evaluation counts what is right, wrong and missed', () => {
  const right = find(subject(['UMCG', 'University Medical Center Groningen']));
  const none = find(subject(['Nothing at all']));
  const links = new Map([
    [right.subject.iri, new Set(['https://ror.org/03cv38k47'])],
    [none.subject.iri, new Set(['https://ror.org/05xvt9f17'])],
  ]);
  expect(evaluate([right, none], links)).toMatchObject({ known: 2, proposed: 1, right: 1, precision: 1, recall: 0.5 });
  expect(evaluate([right], new Map())).toMatchObject({ precision: 0, wrong: [right] });
});

describe('umcnl link ror', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'link-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('proposes in SSSOM, and what a person has judged becomes Turtle', { timeout: 240_000 }, async () => {
    const out = path.join(folder, 'proposals.sssom.tsv');
    const { code, stderr } = await runCommand(['link', 'ror', extract, '--all', '--out', out]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('proposed')]);
    const text = readFileSync(out, 'utf8');
    const { mappings, slots } = parseSssom(text);
    expect(slots['mapping_tool']).toBe('umcnl link ror');
    const lumc = mappings.find((mapping) => mapping['subject_id'] === 'https://w3id.org/umcnl/id/centre/lumc');
    expect(lumc).toMatchObject({
      object_id: 'https://ror.org/05xvt9f17',
      object_label: 'Leiden University Medical Center',
      mapping_justification: 'https://w3id.org/semapv/vocab/CompositeMatching',
      comment: expect.stringContaining('is its'),
    });
    expect(
      mappings.filter((mapping) => mapping['object_id'] === 'https://w3id.org/sssom/NoTermFound').length,
    ).toBeGreaterThan(20);

    const nothing = await runCommand(['link', 'accept', out]);
    expect([nothing.code, nothing.stdout]).toEqual([0, '']);
    const judged = text
      .split('\n')
      .map((line) =>
        line.startsWith('umcnl:id/centre/lumc\t')
          ? line.replace('semapv:CompositeMatching', 'semapv:ManualMappingCuration')
          : line,
      )
      .join('\n');
    writeFileSync(out, judged);
    const accepted = await runCommand(['link', 'accept', out]);
    expect(accepted.stderr).toContain('1 mappings accepted');
    expect(accepted.stdout).toContain(
      '<https://w3id.org/umcnl/id/centre/lumc>\n  owl:sameAs <https://ror.org/05xvt9f17> ;\n.\n',
    );
    expect(accepted.stdout).toContain(
      '<https://w3id.org/umcnl/links/ror#m-lumc-05xvt9f17>\n  a\n    owl:Axiom ,\n    sssom:Mapping ;\n',
    );
    const turtle = findFormat('ttl');
    if (!turtle) throw new Error('no Turtle');
    expect(
      (await readRdf(accepted.stdout, turtle, { source: 'accepted', baseIRI: 'http://x.example/' })).length,
    ).toBeGreaterThan(8);
  });

  const registries = path.join(root, '../shared/registries');
  const dumps = ['ror-slice.jsonl.gz', 'ror-nl-api.jsonl', 'ror-partners.jsonl'].map((name) =>
    path.join(registries, name),
  );
  // The aim: no wrong proposal, and nine of ten found again. The names are those of the documents alone.
  test.skipIf(!dumps.every(existsSync))(
    'finds the known links again in 52,304 records',
    { timeout: 400_000 },
    async () => {
      const { code, stdout } = await runCommand(['link', 'ror', ...dumps, '--evaluate']);
      expect(code).toBe(0);
      const [, known, proposed, right] = /known link: (\d+)\. Proposed: (\d+), right: (\d+)\./.exec(stdout) ?? [];
      expect(Number(known)).toBeGreaterThanOrEqual(30);
      expect(right, stdout).toBe(proposed);
      expect(Number(right) / Number(known), stdout).toBeGreaterThanOrEqual(0.9);
    },
  );
});
