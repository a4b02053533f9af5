import type { Language } from '../../html/texts.ts';
import { baseOf } from '../../html/view.ts';
import {
  type Named,
  type Reconciler,
  type ReconciliationQuery,
  reconcilerOf,
} from '../../publish/reconcile/reconciler.ts';
import type { Answer } from '../answer.ts';
import type { Site } from '../site.ts';

/** What reconciles with the graph of a site. The first to ask may wait until the names have been read. */
export const reconcilerFor = (site: Site): Promise<Reconciler> => reconcilerOf(site.index, baseOf(site));

/** JSON with names in the language of whoever asks. */
export const written = (
  site: Site,
  body: (reconciler: Reconciler, language: Language) => unknown,
  caching: 'checked' | 'never' = 'checked',
): Answer => ({
  kind: 'single',
  variant: {
    mediaType: 'application/json',
    byLanguage: true,
    body: async (language) => `${JSON.stringify(await body(await reconcilerFor(site), language))}\n`,
  },
  caching,
});

/** A class, a property or a thing, with nothing but its name. */
export const nameOnly = ({ id, name }: Named): { id: string; name: string } => ({ id, name });

/** The things that a query may mean, as both versions write them. */
export const candidates = (reconciler: Reconciler, query: ReconciliationQuery, language: Language): unknown[] =>
  reconciler.reconcile(query).map(({ iri, score, match }) => ({
    ...reconciler.named(iri, language),
    score,
    match,
    type: reconciler.typesOf(iri).map((type) => nameOnly(reconciler.named(type, language))),
  }));
