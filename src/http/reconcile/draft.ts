import type { Request } from 'express';
import type { Language } from '../../html/texts.ts';
import type { PropertyCondition, Reconciler, ReconciliationQuery } from '../../publish/reconcile/reconciler.ts';
import { takeTurns } from '../../publish/turns.ts';
import type { Answer } from '../answer.ts';
import { readText } from '../parameters.ts';
import { limitsOf, type Site } from '../site.ts';
import { candidates, nameOnly, written } from './answers.ts';
import { extensionRows, readExtension } from './extension.ts';
import { asObject, asTexts, asWanted, bad, limits, mustBe, mustFit, parse, readLimit } from './input.ts';
import { commonManifest, settingTexts } from './manifest.ts';
import { path as oldPath } from './version-0-2.ts';

/** Where the draft of version 1.0 is, of which the manifest cannot be one with that of 0.2. */
export const path = `${oldPath}/v1`;

/** Tells who asks by GET what only POST can carry. */
export const needsPost = (what: string): never => {
  throw bad(`Send the ${what} as JSON, by POST. The manifest is at ${path}.`);
};

/** The manifest: in this version it has no names in two languages. */
export const manifest = (site: Site): Answer => written(site, (reconciler) => describe(site, reconciler));

function describe(site: Site, reconciler: Reconciler): unknown {
  const { limit, content, choices } = settingTexts;
  return {
    versions: ['1.0-draft'],
    ...commonManifest(site, reconciler, 'en'),
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

/** Answers a batch of queries. */
export async function match(site: Site, request: Request): Promise<Answer> {
  const { queries } = await readJson(site, request);
  if (!Array.isArray(queries)) throw bad('The member "queries" is missing, or is no list.');
  mustFit(queries.length, limits.queries, 'queries');
  const read = queries.map((each, at) => readQuery(each, `queries[${at}]`));
  return written(
    site,
    async (reconciler, asked) => {
      const pause = takeTurns();
      const results: unknown[] = [];
      for (const { query, language } of read) {
        results.push({ candidates: candidates(reconciler, query, language ?? asked) });
        await pause();
      }
      return { results };
    },
    'never',
  );
}

/** Answers with the properties of things. */
export async function extend(site: Site, request: Request): Promise<Answer> {
  const asked = readExtension(await readJson(site, request));
  return written(
    site,
    async (reconciler, language) => ({
      meta: asked.properties.map(({ id }) => nameOnly(reconciler.named(id, language))),
      rows: await extensionRows(reconciler, asked, language),
    }),
    'never',
  );
}

async function readJson(site: Site, request: Request): Promise<Record<string, unknown>> {
  mustBe(request, 'application/json', 'Send JSON, as application/json.');
  return asObject(parse(await readText(request, limitsOf(site).contentBytes), 'content'), 'content');
}

function readQuery(given: unknown, name: string): { query: ReconciliationQuery; language: Language | undefined } {
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
