import { endpointPath } from '../publish/service-description.ts';
import { describeAccess } from '../publish/void.ts';
import type { Answer } from './answer.ts';
import { Problem } from './problem.ts';
import { rdfVariants } from './rdf-variants.ts';
import type { Route, Site } from './site.ts';

/** Where a host describes its datasets (RFC 8615; registered for VoID). */
const voidPath = '/.well-known/void';

/** What data there is here, for whoever knows no more than the host. */
export const voidRoutes: readonly Route[] = [{ path: voidPath, get: describeDatasets }];

const title = { en: 'Description of the dataset', nl: 'Beschrijving van de dataset' };

function describeDatasets(site: Site): Answer {
  const { dataset, publicUrl, index, dumps, modified } = site;
  const { publication } = dataset;
  if (!publication?.catalogueGraph)
    throw new Problem(
      404,
      'not-found',
      'The dataset does not describe itself: its publication names no "catalogueGraph". Its graphs are listed at /graphs.',
    );
  const graph = publication.base + publication.catalogueGraph;
  const describe = () =>
    describeAccess(index.graph(graph), publication.base, {
      document: publicUrl + voidPath,
      title,
      endpoint: publicUrl + endpointPath,
      modified,
      dumps: dumps.files
        .filter(({ part, statements }) => !part && !statements)
        .map(({ file }) => `${publicUrl}/dumps/${file}`),
    });
  return { kind: 'variants', variants: rdfVariants(describe, publication.prefixes) };
}
