import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { serve } from './setup/server.ts';

const base = 'https://w3id.org/umcnl/';
const lumc = `${base}id/centre/lumc`;
const ror = `${base}concept/identifier-scheme/ror`;
const centre = `${base}ontology#Centre`;

/** The schemas of the standard: beside the project, if at all. */
const folder = path.resolve(new URL('../../shared/standards/reconciliation', import.meta.url).pathname);
const hasSchemas = existsSync(folder);
if (!hasSchemas) console.warn(`SKIPPED: no schemas of the Reconciliation Service API in ${folder}`);

type Version = '0.2' | '1.0-draft';

/** What a document breaks of a schema. */
function faults(version: Version, schema: string, document: unknown): unknown {
  if (!hasSchemas) return [];
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const read = (file: string): Record<string, unknown> => {
    const { $schema: _, ...rest } = JSON.parse(readFileSync(path.join(folder, version, file), 'utf8')) as Record<
      string,
      unknown
    >;
    return rest;
  };
  const loaded = new Set<string>();
  for (const file of readdirSync(path.join(folder, version))) {
    const each = read(file);
    const id = String(each['$id']);
    // Several have the same name, and the description of Swagger is of another time.
    if (file === schema || loaded.has(id) || file === 'openapi.json') continue;
    loaded.add(id);
    if (id !== read(schema)['$id']) ajv.addSchema(each);
  }
  ajv.addSchema({
    $id: 'http://swagger.io/v2/schema.json',
    definitions: { securityDefinitions: { additionalProperties: {} } },
  });
  const validate = ajv.compile(read(schema));
  return validate(document) ? [] : validate.errors;
}

let running: Running;
beforeAll(async () => {
  running = await serve({ federation: false });
});
afterAll(() => running?.stop());

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly score: number;
  readonly match: boolean;
  readonly type: { readonly id: string }[];
}

const get = async (address: string, headers: Record<string, string> = {}) => fetch(running.url + address, { headers });
const getJson = async (address: string, headers: Record<string, string> = {}) => (await get(address, headers)).json();
const form = (fields: Record<string, string>) =>
  fetch(`${running.url}/reconcile`, { method: 'POST', body: new URLSearchParams(fields) });
const post = (address: string, content: unknown) =>
  fetch(running.url + address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof content === 'string' ? content : JSON.stringify(content),
  });

async function reconcile(queries: Record<string, object>): Promise<Record<string, Candidate[]>> {
  const response = await form({ queries: JSON.stringify(queries) });
  expect(response.status).toBe(200);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const answer = (await response.json()) as Record<string, { result: Candidate[] }>;
  expect(faults('0.2', 'reconciliation-query-batch.json', queries)).toEqual([]);
  expect(faults('0.2', 'reconciliation-result-batch.json', answer)).toEqual([]);
  for (const { result } of Object.values(answer)) {
    const scores = result.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(result.slice(1).some(({ match }) => match)).toBe(false);
  }
  return Object.fromEntries(Object.entries(answer).map(([key, { result }]) => [key, result]));
}

describe('version 0.2', () => {
  test('has a manifest', async () => {
    const manifest = await getJson('/reconcile');
    expect(faults('0.2', 'manifest.json', manifest)).toEqual([]);
    expect(manifest.versions).toEqual(['0.2']);
    expect(manifest.identifierSpace).toBe(base);
    const documentation = new URL(manifest.documentation);
    const page = await (await fetch(documentation, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain(`id="${documentation.hash.slice(1)}"`);
    const view = manifest.view.url.replace('{{id}}', encodeURIComponent(lumc));
    const seen = await fetch(view, { redirect: 'manual' });
    expect([seen.status, seen.headers.get('location')]).toEqual([303, '/id/centre/lumc']);
  });

  test('has the addresses of its services in the manifest', async () => {
    const { suggest, extend } = await getJson('/reconcile');
    const services = [suggest.entity, suggest.type, suggest.property, extend.propose_properties];
    for (const { service_url: url, service_path: path } of services) {
      const answer = await fetch(`${url}${path}?prefix=centr`);
      expect(answer.status, url + path).toBe(200);
      const { result, properties } = (await answer.json()) as { result?: object[]; properties?: object[] };
      if (!path.endsWith('/property')) expect((result ?? properties)?.length, path).toBeGreaterThan(0);
    }
  });

  test('answers a batch, each query by itself', async () => {
    const found = await reconcile({
      a: { query: 'Leids Universitair Medisch Centrum' },
      b: { query: 'LUMC', limit: 1 },
      c: { query: 'qwertyuiop' },
      d: { query: 'Leiden University Medical Center', type: centre },
      e: { query: 'LUMC', type: [`${base}ontology#Person`] },
    });
    expect(found['a']?.[0]).toMatchObject({ id: lumc, name: 'LUMC', match: true, score: 100 });
    expect(found['a']?.[0]?.type.map(({ id }) => id)).toContain(centre);
    expect(found['b']?.length).toBe(1);
    expect(found['c']).toEqual([]);
    expect(found['d']?.[0]).toMatchObject({ id: lumc, match: true });
    expect(found['e']?.map(({ id }) => id)).not.toContain(lumc);
  });

  // A batch once held the only thread that answers for as long as it took.
  test('answers others while a large batch is worked on', async () => {
    const queries = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`q${at}`, { query: `Universitair Medish Centrm Utrect ${at}` }]),
    );
    const events: string[] = [];
    const batch = form({ queries: JSON.stringify(queries) }).then(async (response) => {
      await response.text();
      events.push('batch');
    });
    const others = async (): Promise<void> => {
      while (!events.includes('batch')) {
        const { status } = await get('/healthz');
        events.push(String(status));
      }
    };
    await Promise.all([batch, others()]);
    // The one that was under way when the batch ended may come after it.
    expect(events.indexOf('batch')).toBeGreaterThan(5);
    expect(new Set(events.filter((event) => event !== 'batch'))).toEqual(new Set(['200']));
  });

  test('takes queries by GET as well, and one as old clients send it', async () => {
    const queries = encodeURIComponent(JSON.stringify({ q0: { query: 'UMCG' } }));
    expect((await getJson(`/reconcile?queries=${queries}`)).q0.result[0].id).toBe(`${base}id/centre/umcg`);
    for (const query of ['UMCG', JSON.stringify({ query: 'UMCG' })])
      expect((await getJson(`/reconcile?query=${encodeURIComponent(query)}`)).result[0].id).toBe(
        `${base}id/centre/umcg`,
      );
  });

  test('an identifier as a property decides, whatever the name', async () => {
    const found = await reconcile({
      right: { query: 'Some hospital', properties: [{ pid: ror, v: 'https://ror.org/05xvt9f17' }] },
      alone: { properties: [{ pid: ror, v: ['ROR 05XVT9F17'] }] },
      against: { query: 'UMCG', properties: [{ pid: ror, v: '05xvt9f17' }] },
      another: { query: 'LUMC', properties: [{ pid: ror, v: '052gg0110' }] },
      cell: { query: 'https://ror.org/05xvt9f17' },
    });
    for (const key of ['right', 'alone', 'against', 'cell'])
      expect(found[key]?.[0], key).toMatchObject({ id: lumc, match: true, score: 100 });
    expect(found['another']?.[0]?.match).toBe(false);
  });

  test('other properties make it likelier or less likely', async () => {
    const found = await reconcile({
      plain: { query: 'Erasmus' },
      linked: {
        query: 'Erasmus',
        properties: [{ pid: 'http://www.w3.org/2000/01/rdf-schema#label', v: 'Erasmus MC' }],
      },
    });
    expect(found['linked']?.[0]?.id).toBe(`${base}id/centre/erasmus-mc`);
    expect(found['linked']?.[0]?.score).toBeGreaterThan(found['plain']?.[0]?.score ?? 100);
  });

  test('shows a thing in a frame of others', async () => {
    const { preview } = await getJson('/reconcile');
    const response = await fetch(preview.url.replace('{{id}}', encodeURIComponent(lumc)));
    expect(response.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(await response.text()).toContain('<strong>LUMC</strong>');
    expect((await get('/')).headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
  });

  test('suggests things, classes and properties', async () => {
    const entities = await getJson('/reconcile/suggest/entity?prefix=rijks');
    expect(faults('0.2', 'suggest-entities-response.json', entities)).toEqual([]);
    expect(entities.result.map(({ id }: Candidate) => id)).toContain(`${base}id/government-body/rivm`);
    const rest = await getJson('/reconcile/suggest/entity?prefix=rijks&cursor=1');
    expect(rest.result[0]).toEqual(entities.result[1]);
    const within = await getJson('/reconcile/suggest/entity?prefix=Medisch-centrum%20gron');
    expect(within.result[0].id).toBe(`${base}id/centre/umcg`);
    expect(await getJson('/reconcile/suggest/entity?prefix=')).toEqual({ result: [] });
    const byId = await getJson(`/reconcile/suggest/entity?prefix=${encodeURIComponent(lumc)}`);
    expect(byId.result[0].id).toBe(lumc);
    const types = await getJson('/reconcile/suggest/type?prefix=cent');
    expect(faults('0.2', 'suggest-types-response.json', types)).toEqual([]);
    expect(types.result.map(({ id }: Candidate) => id)).toContain(centre);
    const properties = await getJson('/reconcile/suggest/property?prefix=ROR');
    expect(faults('0.2', 'suggest-properties-response.json', properties)).toEqual([]);
    expect(properties.result[0].id).toBe(ror);
  });

  test('extends things with their properties', async () => {
    const proposed = await getJson(`/reconcile/properties?type=${encodeURIComponent(centre)}&limit=30`);
    expect(faults('0.2', 'data-extension-property-proposal.json', proposed)).toEqual([]);
    expect(proposed.properties.map(({ id }: Candidate) => id)).toContain(ror);
    const labels = 'http://www.w3.org/2000/01/rdf-schema#label';
    const same = 'http://www.w3.org/2002/07/owl#sameAs';
    const query = {
      ids: [lumc, `${base}id/centre/nowhere`],
      properties: [
        { id: ror },
        { id: labels, settings: { limit: '1' } },
        { id: same, settings: { content: 'id', limit: 1 } },
      ],
    };
    const response = await form({ extend: JSON.stringify(query) });
    const answer = (await response.json()) as { meta: object[]; rows: Record<string, Record<string, object[]>> };
    expect(faults('0.2', 'data-extension-response.json', answer)).toEqual([]);
    expect(answer.meta.length).toBe(3);
    expect(answer.rows[lumc]?.[ror]).toEqual([{ str: '05xvt9f17' }]);
    expect(answer.rows[lumc]?.[labels]).toEqual([{ str: 'LUMC' }]);
    expect(answer.rows[lumc]?.[same]?.length).toBe(1);
    expect(answer.rows[`${base}id/centre/nowhere`]).toEqual({ [ror]: [], [labels]: [], [same]: [] });
  });

  test.each([
    ['queries', 'no JSON', 'cannot be read as JSON'],
    ['queries', '[]', 'is no JSON object'],
    ['queries', '{"a":{}}', 'neither "query" nor "properties"'],
    ['queries', '{"a":{"query":"x","limit":"many"}}', 'no number'],
    [
      'queries',
      JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, at) => [at, { query: 'x' }]))),
      '100 at once',
    ],
    ['extend', '{"ids":["a"]}', '"properties" is missing'],
    ['other', '1', 'neither the field'],
  ])('refuses %s with %s', async (field, value, said) => {
    const response = await form({ [field]: value });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toContain(said);
  });
});

describe('the draft of version 1.0', () => {
  test('has a manifest of its own', async () => {
    const manifest = await getJson('/reconcile/v1');
    expect(faults('1.0-draft', 'manifest.json', manifest)).toEqual([]);
    expect(manifest.versions).toEqual(['1.0-draft']);
  });

  test('matches', async () => {
    const query = {
      queries: [
        { conditions: [{ matchType: 'name', propertyValue: 'Universitair Medisch Centrum Groningen' }] },
        { type: centre, limit: 2, conditions: [{ matchType: 'name', propertyValue: 'UMC' }] },
        { conditions: [{ matchType: 'property', propertyId: ror, propertyValue: '05xvt9f17' }] },
        {
          conditions: [
            { matchType: 'name', propertyValue: 'UMCG' },
            { matchType: 'property', propertyId: ror, propertyValue: '05xvt9f17', required: true },
          ],
        },
        {
          conditions: [
            { matchType: 'name', propertyValue: 'LUMC' },
            {
              matchType: 'property',
              propertyId: ror,
              propertyValue: '05xvt9f17',
              matchQuantifier: 'none',
              required: true,
            },
          ],
        },
      ],
    };
    expect(faults('1.0-draft', 'reconciliation-query-batch.json', query)).toEqual([]);
    const answer = (await (await post('/reconcile/v1/match', query)).json()) as {
      results: { candidates: Candidate[] }[];
    };
    expect(faults('1.0-draft', 'reconciliation-result-batch.json', answer)).toEqual([]);
    const [name, several, key, required, none] = answer.results.map(({ candidates }) => candidates);
    expect(name?.[0]).toMatchObject({ id: `${base}id/centre/umcg`, match: true });
    expect(several?.some(({ match }) => match)).toBe(false);
    expect(several?.length).toBe(2);
    expect(key?.[0]).toMatchObject({ id: lumc, match: true });
    expect(required?.map(({ id }) => id)).toEqual([lumc]);
    expect(none?.map(({ id }) => id)).not.toContain(lumc);
  });

  test('takes the id of a thing', async () => {
    const query = { queries: [{ conditions: [{ matchType: 'id', propertyValue: lumc }] }] };
    const answer = (await (await post('/reconcile/v1/match', query)).json()) as {
      results: { candidates: Candidate[] }[];
    };
    expect(answer.results[0]?.candidates[0]).toMatchObject({ id: lumc, match: true });
  });

  test('suggests, proposes, extends and previews', async () => {
    for (const [what, schema] of [
      ['entity', 'suggest-entities-response.json'],
      ['type', 'suggest-types-response.json'],
      ['property', 'suggest-properties-response.json'],
    ] as const) {
      const answer = await getJson(`/reconcile/v1/suggest/${what}?prefix=a`);
      expect(faults('1.0-draft', schema, answer)).toEqual([]);
      expect(answer.result.length).toBeGreaterThan(0);
    }
    const proposed = await getJson(`/reconcile/v1/extend/propose?type=${encodeURIComponent(centre)}`);
    expect(faults('1.0-draft', 'data-extension-property-proposal.json', proposed)).toEqual([]);
    const extended = await (await post('/reconcile/v1/extend', { ids: [lumc], properties: [{ id: ror }] })).json();
    expect(faults('1.0-draft', 'data-extension-response.json', extended)).toEqual([]);
    expect(extended).toMatchObject({ rows: [{ id: lumc, properties: [{ id: ror, values: [{ str: '05xvt9f17' }] }] }] });
    expect((await get(`/reconcile/v1/preview?id=${encodeURIComponent(lumc)}`)).status).toBe(200);
    expect((await get('/reconcile/v1/preview?id=nowhere')).status).toBe(404);
  });

  test.each([
    ['no JSON', 'cannot be read as JSON'],
    ['{}', '"queries" is missing'],
    ['{"queries":[{}]}', 'has no "conditions"'],
    ['{"queries":[{"conditions":[{"matchType":"other","propertyValue":"x"}]}]}', 'name, id and property'],
  ])('refuses %s', async (content, said) => {
    const response = await post('/reconcile/v1/match', content);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toContain(said);
  });
});
