import type { Language } from '../../html/texts.ts';
import type { ExtensionValue, Reconciler } from '../../publish/reconcile/reconciler.ts';
import { takeTurns } from '../../publish/turns.ts';
import { asObject, asTexts, bad, limits, mustFit } from './input.ts';

/** Of which things which properties are asked. */
export interface Extension {
  readonly ids: readonly string[];
  readonly properties: readonly { readonly id: string; readonly limit: number; readonly content: string }[];
}

/** Reads what is asked, which is the same in both versions. */
export function readExtension({ ids, properties }: Record<string, unknown>): Extension {
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

/** The values of the properties of each thing. Others are answered in between. */
export async function extensionRows(reconciler: Reconciler, { ids, properties }: Extension, language: Language) {
  const pause = takeTurns();
  const rows: { id: string; properties: { id: string; values: readonly ExtensionValue[] }[] }[] = [];
  for (const id of new Set(ids)) {
    rows.push({
      id,
      properties: properties.map(({ id: property, ...settings }) => ({
        id: property,
        // Of what is none of our things, nothing is told here.
        values: reconciler.entity(id) ? reconciler.extend(id, property, settings, language) : [],
      })),
    });
    await pause();
  }
  return rows;
}
