import type { Request } from 'express';
import { previewPage } from '../../html/preview-page.tsx';
import type { Answer } from '../answer.ts';
import { fixedHeaders } from '../headers.ts';
import { queryPart, readParameters, single } from '../parameters.ts';
import { Problem } from '../problem.ts';
import type { Site } from '../site.ts';
import { nameOnly, reconcilerFor, written } from './answers.ts';
import { bad, limits } from './input.ts';

/** Properties to fetch of the things of a class. */
export function propose(site: Site, request: Request): Answer {
  const parameters = readParameters(queryPart(request));
  const type = single(parameters, 'type') || undefined;
  const limit = single(parameters, 'limit');
  const most = limit === undefined ? 100 : Number(limit);
  if (!Number.isInteger(most) || most < 1) throw bad('The parameter "limit" is no whole number from 1.');
  return written(site, (reconciler, language) => ({
    ...(type === undefined ? {} : { type }),
    ...(limit === undefined ? {} : { limit: most }),
    properties: reconciler
      .properties(type)
      .slice(0, most)
      .map((iri) => reconciler.named(iri, language)),
  }));
}

/** Completes what somebody types; `cursor` says how many are seen already. */
export function suggest(site: Site, request: Request): Answer {
  const what = String(request.params['what']);
  if (what !== 'entity' && what !== 'type' && what !== 'property')
    throw new Problem(404, 'not-found', `There is no suggestion of "${what}". There are entity, type and property.`);
  const parameters = readParameters(queryPart(request));
  const prefix = single(parameters, 'prefix');
  if (prefix === undefined) throw bad('The parameter "prefix" is missing. Give the beginning of a name, or an IRI.');
  if (prefix.length > 300) throw bad('The parameter "prefix" is too long; 300 characters are the limit.');
  const cursor = Number(single(parameters, 'cursor') || 0);
  if (!Number.isInteger(cursor) || cursor < 0) throw bad('The parameter "cursor" is no whole number from 0.');
  return written(site, (reconciler, language) => ({
    result: reconciler
      .suggest(what, prefix)
      .slice(cursor, cursor + limits.suggestions)
      .map((iri) => {
        const named = reconciler.named(iri, language);
        if (what === 'entity')
          return {
            ...named,
            notable: reconciler.typesOf(iri).map((type) => nameOnly(reconciler.named(type, language))),
          };
        if (what === 'property') return named;
        return { ...named, broader: reconciler.broader(iri).map((type) => nameOnly(reconciler.named(type, language))) };
      }),
  }));
}

/** Pages of others may show previews in a frame, and nothing else of ours. */
const framable = Object.fromEntries(
  fixedHeaders
    .filter(([name]) => name.toLowerCase() === 'content-security-policy')
    .map(([name, value]) => [name, value.replace("frame-ancestors 'self'", 'frame-ancestors *')]),
);

/** A few lines about a thing, to be shown in a page of others. */
export async function preview(site: Site, request: Request): Promise<Answer> {
  const id = single(readParameters(queryPart(request)), 'id');
  if (!id) throw bad('The parameter "id" is missing. Give the IRI of a thing.');
  if (!(await reconcilerFor(site)).entity(id))
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
