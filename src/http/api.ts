import { type ApiExamples, apiExamples, apiPage } from '../html/api-page.tsx';
import { baseOf } from '../html/view.ts';
import { firstExample } from '../load/query-files.ts';
import { namedNode, owl } from '../rdf/terms.ts';
import { html, json } from './answer.ts';
import type { Route, Site } from './site.ts';

/** The page about the interfaces for programs. */
export const apiRoute: Route = {
  path: '/api',
  get: async (site) => {
    const examples = await chooseExamples(site);
    return {
      kind: 'variants',
      variants: [
        html((language) => apiPage(site, examples, language)),
        json(() => ({ catalogue: `${site.publicUrl}/.well-known/api-catalog`, examples: apiExamples(site, examples) })),
      ],
    };
  },
};

// Of the graph as it is, so that each example gives something: the first thing of the first list that others know too.
async function chooseExamples(site: Site): Promise<ApiExamples> {
  const { index, collections, examples, dataset } = site;
  const sameOf = (iri: string): string | undefined =>
    index
      .find(namedNode(iri), namedNode(owl('sameAs')), null)
      .map(({ object }) => object.value)
      .filter((each) => !each.startsWith(baseOf(site)))
      .sort()
      .at(-1);
  let listed: ApiExamples['listed'];
  for (const collection of collections.names) {
    const members = (await collections.get(collection))?.members ?? [];
    const linked = members.find(sameOf);
    const [thing = linked] = linked === undefined ? members : [linked];
    if (thing !== undefined && (linked !== undefined || !listed))
      listed = { thing, collection, identifier: sameOf(thing) };
    if (linked !== undefined) break;
  }
  return {
    listed,
    graph: dataset.inputs.find(({ graph }) => graph !== undefined)?.graph,
    query:
      firstExample(examples) ??
      'SELECT ?class (COUNT(*) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) LIMIT 10',
  };
}
