import type { Request } from 'express';
import { describeCatalogue } from '../publish/catalogue.ts';
import { type Format, formats } from '../rdf/formats.ts';
import type { Answer, Variant } from './answer.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/** Where harvesters find what is published. */
export const catalogueRoutes: readonly Route[] = [{ path: '/catalog{/*rest}', get: catalogue }];

function catalogue(site: Site, request: Request): Answer {
  const { publication } = site.dataset;
  if (!publication) throw new Problem(404, 'not-found', 'Files served as they are have no catalogue.');
  const quads = describeCatalogue(site.dataset, publication, site.dumps, site.publicUrl);
  const address = site.publicUrl + request.path.replace(/\/$/, '');
  // Harvesters take an answer for a description of what they asked for.
  if (!quads.some(({ subject }) => subject.value === address))
    throw new Problem(404, 'not-found', `The catalogue has nothing at ${request.path}. It begins at /catalog.`);
  const variants = formats.map(
    (format: Format): Variant => ({
      mediaType: format.mediaType,
      aliases: format.aliases,
      body: () => format.write(quads, publication.prefixes),
    }),
  );
  return { kind: 'variants', variants };
}
