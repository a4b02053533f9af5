import type { Request } from 'express';
import { collectionPage } from '../html/collection-page.tsx';
import type { PageSpec } from '../load/page-specs.ts';
import { type Collection, describeCollection, pageOf, pageQuery, pageSizes } from '../publish/collections.ts';
import { inNamedGraphs } from '../publish/description.ts';
import { treeOfCollection } from '../publish/json-ld.ts';
import { type Answer, html } from './answer.ts';
import { pick, type Suffix, signpost, stepLinks } from './documents.ts';
import { signpostsOfCollection } from './links.ts';
import { queryPart, readParameters, readWhole } from './parameters.ts';
import { Problem } from './problem.ts';
import { shapedVariants } from './rdf-variants.ts';
import type { Site } from './site.ts';
import { answerSections, readChosen } from './subject-pages.ts';

/** A page of a collection (`page`, counted from 1, and `size`), in each format. */
export function answerCollection(
  site: Site,
  request: Request,
  collection: Collection,
  suffix: Suffix | undefined,
  spec?: PageSpec,
): Answer {
  const parameters = readParameters(queryPart(request));
  const number = readWhole(parameters, 'page', 1);
  const size = readWhole(parameters, 'size', pageSizes.usual, pageSizes.most);
  const page = pageOf(collection, number, size);
  const address = `${site.publicUrl}/${collection.name}`;
  if (!page)
    throw new Problem(404, 'not-found', `The collection ${address} has no page ${number}. Begin with the first.`);
  const variants = [
    html(async (language) => {
      const sections = spec ? await answerSections(site, spec) : [];
      const chosen = spec ? readChosen(site, spec, parameters) : new Map();
      return collectionPage(site, page, language, { spec, sections, chosen });
    }),
    ...shapedVariants(site, request, {
      triples: () => describeCollection(site.index, page, address).triples,
      inGraphs: () => {
        const { triples, about } = describeCollection(site.index, page, address);
        return inNamedGraphs(site.index, triples, about);
      },
      tree: () => treeOfCollection(address, page.members, describeCollection(site.index, page, address).triples),
    }),
  ];
  const ending = suffix ? `.${suffix.extension}` : '';
  const steps = stepLinks(number, page.pages, (each) => address + ending + pageQuery(page, each));
  return pick(signpost(site, variants, signpostsOfCollection(site, collection), suffix, steps), suffix);
}
