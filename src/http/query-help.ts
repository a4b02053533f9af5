import type { Request } from 'express';
import type { Language } from '../html/texts.ts';
import { baseOf, readerAddress } from '../html/view.ts';
import { listVocabulary, type Use } from '../publish/vocabulary.ts';
import type { Answer, Variant } from './answer.ts';
import { queryPart, readParameters } from './parameters.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/** IRIs whose names one request can ask for. */
const mostNames = 500;

/** What helps to write a query and to read its answer: the words there are to ask with, and the names of things. */
export const queryHelpRoutes: readonly Route[] = [
  { path: '/sparql/vocabulary.json', get: (site) => texts((language) => vocabulary(site, language)) },
  { path: '/sparql/labels.json', get: labels },
];

/** JSON in the language of the reader. */
function texts(body: (language: Language) => unknown): Answer {
  const variant: Variant = {
    mediaType: 'application/json',
    byLanguage: true,
    body: (language) => `${JSON.stringify(body(language))}\n`,
  };
  return { kind: 'single', variant };
}

function vocabulary(site: Site, language: Language): unknown {
  const { classes, properties } = listVocabulary(site.index);
  const describe = ({ iri, count }: Use) => ({
    iri,
    label: site.index.label(iri, language),
    description: site.index.text(iri, language),
    count,
  });
  return {
    prefixes: site.dataset.publication?.prefixes ?? {},
    classes: classes.map(describe),
    properties: properties.map(describe),
  };
}

/** What things are called, and where a reader finds them: `/sparql/labels.json?iri=…&iri=…`. */
function labels(site: Site, request: Request): Answer {
  const iris = readParameters(queryPart(request)).get('iri') ?? [];
  if (!iris.length || iris.length > mostNames)
    throw new Problem(
      400,
      'bad-request',
      `The parameter "iri" is given ${iris.length} times. Give it 1 to ${mostNames} times, each time with the IRI of a thing.`,
    );
  return texts((language) =>
    Object.fromEntries(
      iris.flatMap((iri) => {
        const label = site.index.label(iri, language);
        const page = iri.startsWith(baseOf(site)) ? readerAddress(site, iri, language) : undefined;
        return label === undefined && page === undefined ? [] : [[iri, { label, page }]];
      }),
    ),
  );
}
