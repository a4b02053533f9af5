import type { Language } from '../../html/texts.ts';
import { softwareVersion } from '../../load/software.ts';
import type { Reconciler } from '../../publish/reconcile/reconciler.ts';
import type { Site } from '../site.ts';
import { limits } from './input.ts';

/** How many classes a client offers before it is asked for more. */
const usualTypes = 12;

/** What the manifests of both versions say. */
export const commonManifest = (site: Site, reconciler: Reconciler, language: Language) => ({
  name: site.dataset.publication?.title[language] ?? 'RDF',
  documentation: `${site.publicUrl}/links#reconciliation`,
  serviceVersion: softwareVersion(),
  defaultTypes: reconciler
    .types()
    .slice(0, usualTypes)
    .map((iri) => reconciler.named(iri, language)),
  batchSize: limits.queries,
});

/** What the settings of a property are called that is to be fetched. */
export const settingTexts = {
  limit: { name: 'Limit', help: 'How many values to fetch at most; 0 for all.' },
  content: { name: 'Content', help: 'Whether things come with their names, to be used on, or as their IRIs.' },
  choices: [
    { value: 'entity', name: 'things with their names' },
    { value: 'id', name: 'IRIs' },
  ],
};
