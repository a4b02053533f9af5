import { setImmediate } from 'node:timers/promises';
import type { Request } from 'express';
import { previewPage } from '../html/preview-page.tsx';
import type { Language } from '../html/texts.ts';
import { baseOf } from '../html/view.ts';
import { softwareVersion } from '../load/software.ts';
import {
  type PropertyCondition,
  type Reconciler,
  type ReconciliationQuery,
  reconcilerOf,
  type Wanted,
} from '../publish/reconcile/reconciler.ts';
import type { Answer, Variant } from './answer.ts';
import { fixedHeaders } from './headers.ts';
import { type Parameters, queryPart, readParameters, readText, single } from './parameters.ts';
import { Problem } from './problem.ts';
import { limitsOf, type Route, type Site } from './site.ts';

/** Where OpenRefine and others ask which of our things a name means (Reconciliation Service API 0.2). */
export const reconcilePath = '/reconcile';
/** The same by the draft of version 1.0, of which the manifest cannot be one with that of 0.2. */
const draftPath = `${reconcilePath}/v1`;

/** Queries in one batch, things and properties in one extension: each takes time in which nobody else is answered. */
const limits = { queries: 100, ids: 1000, properties: 50, names: 10, candidates: 100, suggestions: 50 };
const usualCandidates = 10;

const formType = 'application/x-www-form-urlencoded';

/** The Reconciliation Service API: version 0.2, and the draft of 1.0 below it. */
export const reconcileRoutes: readonly Route[] = [
  {
    path: reconcilePath,
    limited: true,
    get: (site, request) => oldEndpoint(site, request, readParameters(queryPart(request))),
    post: async (site, request) => oldEndpoint(site, request, await formParameters(site, request)),
    accepts: { 'Accept-Post': formType },
  },
  { path: `${reconcilePath}/properties`, limited: true, get: propose },
  { path: `${reconcilePath}/preview`, get: preview },
  { path: `${reconcilePath}/suggest/:what`, limited: true, get: suggest },
  { path: draftPath, get: (site) => written(() => draftManifest(site)) },
  {
    path: `${draftPath}/match`,
    limited: true,
    get: () => needsPost('queries'),
    post: draftMatch,
    accepts: { 'Accept-Post': 'application/json' },
  },
  {
    path: `${draftPath}/extend`,
    limited: true,
    get: () => needsPost('ids and properties'),
    post: draftExtend,
    accepts: { 'Accept-Post': 'application/json' },
  },
  { path: `${draftPath}/extend/propose`, limited: true, get: propose },
  { path: `${draftPath}/preview`, get: preview },
  { path: `${draftPath}/suggest/:what`, limited: true, get: suggest },
];

const bad = (detail: string): Problem => new Problem(400, 'bad-request', detail);

const needsPost = (what: string): never => {
  throw bad(`Send the ${what} as JSON, by POST. The manifest is at ${draftPath}.`);
};

/** JSON with names in the language of whoever asks. */
const written = (body: (language: Language) => unknown, caching: 'checked' | 'never' = 'checked'): Answer => {
  const variant: Variant = {
    mediaType: 'application/json',
    byLanguage: true,
    body: async (language) => `${JSON.stringify(await body(language))}\n`,
  };
  return { kind: 'single', variant, caching };
};

const reconcilerFor = (site: Site): Reconciler => reconcilerOf(site.index, baseOf(site));

const title = ({ dataset }: Site, language: Language): string => dataset.publication?.title[language] ?? 'RDF';

/** What both manifests say. */
const commonManifest = (site: Site, language: Language) => ({
  name: title(site, language),
  documentation: `${site.publicUrl}/resolve`,
  serviceVersion: softwareVersion(),
  defaultTypes: listTypes(site, language).slice(0, 12),
  batchSize: limits.queries,
});

const listTypes = (site: Site, language: Language) => {
  const reconciler = reconcilerFor(site);
  return reconciler.types().map((iri) => reconciler.named(iri, language));
};

const settingTexts = {
  limit: { name: 'Limit', help: 'How many values to fetch at most; 0 for all.' },
  content: { name: 'Content', help: 'Whether things come with their names, to be used on, or as their IRIs.' },
  choices: [
    { value: 'entity', name: 'things with their names' },
    { value: 'id', name: 'IRIs' },
  ],
};

function oldManifest(site: Site, language: Language): unknown {
  const { publicUrl } = site;
  const service = (path: string) => ({ service_url: publicUrl, service_path: reconcilePath + path });
  const { limit, content, choices } = settingTexts;
  return {
    versions: ['0.2'],
    ...commonManifest(site, language),
    identifierSpace: baseOf(site),
    schemaSpace: `${baseOf(site)}ontology#`,
    view: { url: `${publicUrl}/resolve?id={{id}}` },
    preview: { url: `${publicUrl}${reconcilePath}/preview?id={{id}}`, width: 400, height: 160 },
    suggest: {
      entity: service('/suggest/entity'),
      type: service('/suggest/type'),
      property: service('/suggest/property'),
    },
    extend: {
      propose_properties: service('/properties'),
      property_settings: [
        { type: 'number', name: 'limit', label: limit.name, help_text: limit.help, default: 0 },
        { type: 'select', name: 'content', label: content.name, help_text: content.help, default: 'entity', choices },
      ],
    },
  };
}

function draftManifest(site: Site): unknown {
  const { limit, content, choices } = settingTexts;
  return {
    versions: ['1.0-draft'],
    ...commonManifest(site, 'en'),
    lang: 'en',
    view: { url: `${site.publicUrl}/resolve?id={{id}}` },
    preview: { width: 400, height: 160 },
    suggest: { entity: true, type: true, property: true },
    extend: {
      proposeProperties: true,
      propertySettings: [
        { type: 'number', id: 'limit', name: limit.name, helpText: limit.help, default: 0 },
        { type: 'select', id: 'content', name: content.name, helpText: content.help, default: 'entity', choices },
      ],
    },
    standardizedScore: true,
  };
}

async function formParameters(site: Site, request: Request): Promise<Parameters> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== formType)
    throw new Problem(
      415,
      'unsupported-media-type',
      `Send a form (${formType}) with the field "queries" or "extend".`,
      { headers: { Accept: formType } },
    );
  return readParameters(queryPart(request), await readText(request, limitsOf(site).contentBytes));
}

/** The one address of version 0.2: manifest, queries and extensions, told apart by parameters. */
function oldEndpoint(site: Site, request: Request, parameters: Parameters): Answer {
  const [queries, query, extend] = ['queries', 'query', 'extend'].map((name) => single(parameters, name));
  const caching = request.method === 'POST' ? 'never' : 'checked';
  if (queries !== undefined) {
    const batch = asObject(parse(queries, 'queries'), 'queries');
    const read = Object.entries(batch).map(([key, each]) => [key, readOldQuery(each, key)] as const);
    mustFit(read.length, limits.queries, 'queries');
    return written(async (language) => {
      const results: [string, unknown][] = [];
      for (const [key, each] of read) {
        results.push([key, { result: oldCandidates(site, each, language) }]);
        // Others are answered between two queries.
        await setImmediate();
      }
      return Object.fromEntries(results);
    }, caching);
  }
  if (query !== undefined) {
    // As clients before 0.1 ask: one name, or one query as JSON.
    const read = readOldQuery(query.trim().startsWith('{') ? parse(query, 'query') : { query }, 'query');
    return written((language) => ({ result: oldCandidates(site, read, language) }), caching);
  }
  if (extend !== undefined) {
    const asked = readExtension(asObject(parse(extend, 'extend'), 'extend'));
    return written((language) => {
      const rows = extensionRows(site, asked, language);
      return {
        meta: asked.properties.map(({ id }) => pick(reconcilerFor(site).named(id, language))),
        rows: Object.fromEntries(
          rows.map(({ id, properties }) => [
            id,
            Object.fromEntries(properties.map(({ id: property, values }) => [property, values])),
          ]),
        ),
      };
    }, caching);
  }
  if (request.method === 'POST') throw bad('The form has neither the field "queries" nor "extend". Send one of them.');
  return written((language) => oldManifest(site, language));
}

const pick = ({ id, name }: { id: string; name: string }) => ({ id, name });

function oldCandidates(site: Site, query: ReconciliationQuery, language: Language): unknown[] {
  return candidates(site, query, language);
}

function candidates(site: Site, query: ReconciliationQuery, language: Language) {
  const reconciler = reconcilerFor(site);
  return reconciler.reconcile(query).map(({ iri, score, match }) => ({
    ...reconciler.named(iri, language),
    score,
    match,
    type: reconciler.typesOf(iri).map((type) => pick(reconciler.named(type, language))),
  }));
}

async function draftMatch(site: Site, request: Request): Promise<Answer> {
  const { queries } = await readJson(site, request);
  if (!Array.isArray(queries)) throw bad('The member "queries" is missing, or is no list.');
  mustFit(queries.length, limits.queries, 'queries');
  const read = queries.map((each, at) => readDraftQuery(each, `queries[${at}]`));
  return written(async (asked) => {
    const results: unknown[] = [];
    for (const { query, language } of read) {
      results.push({ candidates: candidates(site, query, language ?? asked) });
      await setImmediate();
    }
    return { results };
  }, 'never');
}

async function draftExtend(site: Site, request: Request): Promise<Answer> {
  const asked = readExtension(await readJson(site, request));
  return written(
    (language) => ({
      meta: asked.properties.map(({ id }) => pick(reconcilerFor(site).named(id, language))),
      rows: extensionRows(site, asked, language),
    }),
    'never',
  );
}

async function readJson(site: Site, request: Request): Promise<Record<string, unknown>> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Problem(415, 'unsupported-media-type', 'Send JSON, as application/json.', {
      headers: { Accept: 'application/json' },
    });
  return asObject(parse(await readText(request, limitsOf(site).contentBytes), 'content'), 'content');
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bad(`The ${name} cannot be read as JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

function asObject(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`The ${name} is no JSON object.`);
  return value as Record<string, unknown>;
}

function mustFit(count: number, limit: number, what: string): void {
  if (count > limit)
    throw bad(`There are ${count} ${what}; ${limit} at once is the limit. Send them in several parts.`);
}

function readLimit(value: unknown, name: string): number {
  if (value === undefined || value === null) return usualCandidates;
  if (typeof value !== 'number' || !(value >= 1)) throw bad(`The limit in ${name} is no number from 1.`);
  return Math.min(Math.floor(value), limits.candidates);
}

function asTexts(value: unknown, name: string): string[] {
  const list = value === undefined || value === null ? [] : [value].flat();
  if (!list.every((each) => typeof each === 'string')) throw bad(`The ${name} is neither a text nor a list of texts.`);
  return list as string[];
}

function asWanted(value: unknown, name: string): Wanted[] {
  const list = [value].flat();
  mustFit(list.length, limits.names, `values in ${name}`);
  for (const each of list) {
    const isThing = typeof each === 'object' && each !== null && typeof (each as { id?: unknown }).id === 'string';
    if (!isThing && !['string', 'number', 'boolean'].includes(typeof each))
      throw bad(`A value in ${name} is neither a text, a number, true, false nor a thing with an "id".`);
  }
  return list as Wanted[];
}

function readOldQuery(given: unknown, name: string): ReconciliationQuery {
  const { query, type, limit, properties = [], type_strict: strict } = asObject(given, `query "${name}"`);
  if (query !== undefined && typeof query !== 'string') throw bad(`The member "query" of "${name}" is no text.`);
  if (!Array.isArray(properties)) throw bad(`The member "properties" of "${name}" is no list.`);
  if (query === undefined && !properties.length) throw bad(`The query "${name}" has neither "query" nor "properties".`);
  mustFit(properties.length, limits.properties, `properties in "${name}"`);
  return {
    names: query === undefined ? [] : [query],
    ids: [],
    types: asTexts(type, `type of "${name}"`),
    typeMode: strict === 'all' || strict === 'should' ? strict : 'any',
    limit: readLimit(limit, `"${name}"`),
    properties: properties.map((each): PropertyCondition => {
      const { pid, v } = asObject(each, `property of "${name}"`);
      if (typeof pid !== 'string') throw bad(`A property of "${name}" has no "pid".`);
      return { id: pid, values: asWanted(v, `"${name}"`), required: false, quantifier: 'any' };
    }),
  };
}

function readDraftQuery(given: unknown, name: string): { query: ReconciliationQuery; language: Language | undefined } {
  const { type, limit, lang, conditions } = asObject(given, name);
  if (!Array.isArray(conditions) || !conditions.length) throw bad(`${name} has no "conditions".`);
  mustFit(conditions.length, limits.properties, `conditions in ${name}`);
  const names: string[] = [];
  const ids: string[] = [];
  const properties: PropertyCondition[] = [];
  for (const each of conditions) {
    const { matchType, propertyId, propertyValue, required, matchQuantifier } = asObject(each, `condition of ${name}`);
    if (propertyValue === undefined) throw bad(`A condition of ${name} has no "propertyValue".`);
    const values = asWanted(propertyValue, name);
    if (matchType === 'name')
      names.push(...values.map((value) => (typeof value === 'object' ? (value.name ?? '') : String(value))));
    else if (matchType === 'id')
      ids.push(...values.map((value) => (typeof value === 'object' ? value.id : String(value))));
    else if (matchType === 'property') {
      if (typeof propertyId !== 'string')
        throw bad(`A condition of ${name} with the type "property" has no "propertyId".`);
      const quantifier = matchQuantifier === 'all' || matchQuantifier === 'none' ? matchQuantifier : 'any';
      properties.push({ id: propertyId, values, required: required === true, quantifier });
    } else
      throw bad(`A condition of ${name} has the matchType "${String(matchType)}". There are name, id and property.`);
  }
  mustFit(names.length + ids.length, limits.names, `names in ${name}`);
  return {
    language: lang === 'nl' || lang === 'en' ? lang : undefined,
    query: {
      names,
      ids,
      types: asTexts(type, `type of ${name}`),
      typeMode: 'any',
      limit: readLimit(limit, name),
      properties,
    },
  };
}

interface Extension {
  readonly ids: readonly string[];
  readonly properties: readonly { readonly id: string; readonly limit: number; readonly content: string }[];
}

function readExtension({ ids, properties }: Record<string, unknown>): Extension {
  if (!Array.isArray(properties)) throw bad('The member "properties" is missing, or is no list.');
  const texts = asTexts(ids ?? [], 'member "ids"');
  mustFit(texts.length, limits.ids, 'things');
  mustFit(properties.length, limits.properties, 'properties');
  return {
    ids: texts,
    properties: properties.map((each) => {
      const { id, settings } = asObject(each, 'property');
      if (typeof id !== 'string') throw bad('A property has no "id".');
      const { limit, content } = settings === undefined ? {} : asObject(settings, `settings of ${id}`);
      // OpenRefine sends numbers of settings as text.
      const most = Number(limit ?? 0);
      if (!Number.isInteger(most) || most < 0) throw bad(`The limit of ${id} is no whole number from 0.`);
      return { id, limit: most, content: content === 'id' ? 'id' : 'entity' };
    }),
  };
}

function extensionRows(site: Site, { ids, properties }: Extension, language: Language) {
  const reconciler = reconcilerFor(site);
  return [...new Set(ids)].map((id) => ({
    id,
    properties: properties.map(({ id: property, ...settings }) => ({
      id: property,
      // Of what is none of our things, nothing is told here.
      values: reconciler.entity(id) ? reconciler.extend(id, property, settings, language) : [],
    })),
  }));
}

/** Properties to fetch of the things of a class. */
function propose(site: Site, request: Request): Answer {
  const parameters = readParameters(queryPart(request));
  const type = single(parameters, 'type') || undefined;
  const limit = single(parameters, 'limit');
  const most = limit === undefined ? 100 : Number(limit);
  if (!Number.isInteger(most) || most < 1) throw bad('The parameter "limit" is no whole number from 1.');
  return written((language) => {
    const reconciler = reconcilerFor(site);
    return {
      ...(type === undefined ? {} : { type }),
      ...(limit === undefined ? {} : { limit: most }),
      properties: reconciler
        .properties(type)
        .slice(0, most)
        .map((iri) => reconciler.named(iri, language)),
    };
  });
}

/** Completes what somebody types; `cursor` says how many are seen already. */
function suggest(site: Site, request: Request): Answer {
  const what = String(request.params['what']);
  if (what !== 'entity' && what !== 'type' && what !== 'property')
    throw new Problem(404, 'not-found', `There is no suggestion of "${what}". There are entity, type and property.`);
  const parameters = readParameters(queryPart(request));
  const prefix = single(parameters, 'prefix');
  if (prefix === undefined) throw bad('The parameter "prefix" is missing. Give the beginning of a name, or an IRI.');
  if (prefix.length > 300) throw bad('The parameter "prefix" is too long; 300 characters are the limit.');
  const cursor = Number(single(parameters, 'cursor') || 0);
  if (!Number.isInteger(cursor) || cursor < 0) throw bad('The parameter "cursor" is no whole number from 0.');
  return written((language) => {
    const reconciler = reconcilerFor(site);
    return {
      result: reconciler
        .suggest(what, prefix)
        .slice(cursor, cursor + limits.suggestions)
        .map((iri) => {
          const named = reconciler.named(iri, language);
          if (what === 'entity')
            return { ...named, notable: reconciler.typesOf(iri).map((type) => pick(reconciler.named(type, language))) };
          if (what === 'property') return named;
          return { ...named, broader: reconciler.broader(iri).map((type) => pick(reconciler.named(type, language))) };
        }),
    };
  });
}

/** Pages of others may show previews in a frame, and nothing else of ours. */
const framable = Object.fromEntries(
  fixedHeaders
    .filter(([name]) => name.toLowerCase() === 'content-security-policy')
    .map(([name, value]) => [name, value.replace("frame-ancestors 'self'", 'frame-ancestors *')]),
);

function preview(site: Site, request: Request): Answer {
  const id = single(readParameters(queryPart(request)), 'id');
  if (!id) throw bad('The parameter "id" is missing. Give the IRI of a thing.');
  if (!reconcilerFor(site).entity(id))
    throw new Problem(404, 'not-found', `There is nothing <${id.slice(0, 200)}> to show here.`);
  return {
    kind: 'single',
    variant: {
      mediaType: 'text/html',
      byLanguage: true,
      headers: framable,
      body: (language) => previewPage(site, id, language),
    },
  };
}
