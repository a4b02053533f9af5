import type { Request } from 'express';
import type { Language } from '../../html/texts.ts';
import { baseOf } from '../../html/view.ts';
import type { PropertyCondition, Reconciler, ReconciliationQuery } from '../../publish/reconcile/reconciler.ts';
import { takeTurns } from '../../publish/turns.ts';
import type { Answer } from '../answer.ts';
import { type Parameters, queryPart, readParameters, readText, single } from '../parameters.ts';
import { limitsOf, type Site } from '../site.ts';
import { candidates, nameOnly, written } from './answers.ts';
import { extensionRows, readExtension } from './extension.ts';
import { asObject, asTexts, asWanted, bad, limits, mustBe, mustFit, parse, readLimit } from './input.ts';
import { commonManifest, settingTexts } from './manifest.ts';

/** Where version 0.2 is. */
export const path = '/reconcile';
/** How queries are sent: as fields of a form. */
export const formType = 'application/x-www-form-urlencoded';

function manifest(site: Site, reconciler: Reconciler, language: Language): unknown {
  const { publicUrl } = site;
  const service = (below: string) => ({ service_url: publicUrl, service_path: path + below });
  const { limit, content, choices } = settingTexts;
  return {
    versions: ['0.2'],
    ...commonManifest(site, reconciler, language),
    identifierSpace: baseOf(site),
    schemaSpace: `${baseOf(site)}ontology#`,
    view: { url: `${publicUrl}/resolve?id={{id}}` },
    preview: { url: `${publicUrl}${path}/preview?id={{id}}`, width: 400, height: 160 },
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

/** What a form and the address of a request ask. */
export async function formParameters(site: Site, request: Request): Promise<Parameters> {
  mustBe(request, formType, `Send a form (${formType}) with the field "queries" or "extend".`);
  return readParameters(queryPart(request), await readText(request, limitsOf(site).contentBytes));
}

/** The one address of version 0.2: manifest, queries and extensions, told apart by parameters. */
export function answer(site: Site, request: Request, parameters: Parameters): Answer {
  const [queries, query, extend] = ['queries', 'query', 'extend'].map((name) => single(parameters, name));
  const caching = request.method === 'POST' ? 'never' : 'checked';
  if (queries !== undefined) return answerBatch(site, queries, caching);
  if (query !== undefined) {
    // As clients before 0.1 ask: one name, or one query as JSON.
    const read = readQuery(query.trim().startsWith('{') ? parse(query, 'query') : { query }, 'query');
    return written(site, (reconciler, language) => ({ result: candidates(reconciler, read, language) }), caching);
  }
  if (extend !== undefined) return answerExtension(site, extend, caching);
  if (request.method === 'POST') throw bad('The form has neither the field "queries" nor "extend". Send one of them.');
  return written(site, (reconciler, language) => manifest(site, reconciler, language));
}

type Caching = 'checked' | 'never';

function answerBatch(site: Site, queries: string, caching: Caching): Answer {
  const batch = Object.entries(asObject(parse(queries, 'queries'), 'queries'));
  mustFit(batch.length, limits.queries, 'queries');
  const read = batch.map(([key, each]) => ({ key, query: readQuery(each, key) }));
  return written(
    site,
    async (reconciler, language) => {
      const pause = takeTurns();
      const results: [string, unknown][] = [];
      for (const { key, query } of read) {
        results.push([key, { result: candidates(reconciler, query, language) }]);
        await pause();
      }
      return Object.fromEntries(results);
    },
    caching,
  );
}

function answerExtension(site: Site, extend: string, caching: Caching): Answer {
  const asked = readExtension(asObject(parse(extend, 'extend'), 'extend'));
  return written(
    site,
    async (reconciler, language) => ({
      meta: asked.properties.map(({ id }) => nameOnly(reconciler.named(id, language))),
      rows: Object.fromEntries(
        (await extensionRows(reconciler, asked, language)).map(({ id, properties }) => [
          id,
          Object.fromEntries(properties.map(({ id: property, values }) => [property, values])),
        ]),
      ),
    }),
    caching,
  );
}

function readQuery(given: unknown, name: string): ReconciliationQuery {
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
