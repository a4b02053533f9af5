import type { Request } from 'express';
import { homePage } from '../html/pages.tsx';
import { problemKindPage, problemsPage } from '../html/problem-pages.tsx';
import { isProblemName, type ProblemName, problemTexts } from '../html/problem-texts.ts';
import { graphStorePath } from '../publish/graph-statistics.ts';
import { describeWebSite } from '../publish/schema-org.ts';
import { findFormat, formats } from '../rdf/formats.ts';
import { type Answer, html, json } from './answer.ts';
import { catalogueOf } from './catalogue.ts';
import { homeLinks } from './links.ts';
import { chooseOffer } from './negotiate.ts';
import { Problem } from './problem.ts';
import { contextUrl } from './rdf-variants.ts';
import type { Route, Site } from './site.ts';
import { answerSections } from './subject-pages.ts';

/** The way in, what pages and JSON-LD need, and what problems mean. */
export const pageRoutes: readonly Route[] = [
  {
    path: '/',
    get: (site, request) => home(site, request),
  },
  {
    path: '/problems',
    get: (site) => ({
      kind: 'variants',
      undated: true,
      variants: [html((language) => problemsPage(site, language)), json(() => listProblems(site))],
    }),
  },
  { path: '/problems/:name', get: (site, request) => problemKind(site, String(request.params['name'])) },
  {
    path: '/context.jsonld',
    get: (site) => ({
      kind: 'variants',
      caching: 'hour',
      variants: [
        {
          mediaType: 'application/ld+json',
          aliases: ['application/json'],
          body: () => JSON.stringify({ '@context': site.context }, null, 1),
        },
      ],
    }),
  },
];

function webSite(site: Site): object | undefined {
  const catalogue = catalogueOf(site);
  return catalogue && describeWebSite(catalogue);
}

/** For people a page, for programs a summary; who wants RDF finds the catalogue, which tells of all there is. */
function home(site: Site, request: Request): Answer {
  const links = homeLinks(site);
  const spec = site.pages.find(({ path }) => path === '');
  const variants = [
    {
      ...html(async (language) => {
        const sections = spec ? await answerSections(site, spec) : [];
        return homePage(site, language, { spec, sections }, webSite(site));
      }),
      links,
    },
    { ...json(() => summary(site)), links },
  ];
  const offers = [...variants, ...(catalogueOf(site) ? formats.map(({ mediaType }) => ({ mediaType })) : [])];
  const chosen = chooseOffer(request, offers);
  if (chosen && findFormat(chosen.mediaType) && !variants.some((each) => each === chosen))
    return { kind: 'redirect', status: 303, location: '/catalog' };
  return { kind: 'variants', variants };
}

/** What the `type` of a problem document leads to. */
function problemKind(site: Site, name: string): Answer {
  if (!isProblemName(name))
    throw new Problem(404, 'not-found', `There is no kind of problem "${name}". The list is at /problems.`);
  const variants = [html((language) => problemKindPage(site, name, language)), json(() => describeProblem(site, name))];
  return { kind: 'variants', variants, undated: true };
}

const describeProblem = ({ publicUrl }: Site, name: ProblemName): unknown => ({
  type: `${publicUrl}/problems/${name}`,
  ...problemTexts[name],
});

const listProblems = (site: Site): unknown => ({
  problems: Object.keys(problemTexts).map((name) => describeProblem(site, name as ProblemName)),
});

const summary = (site: Site): unknown => ({
  title: site.dataset.publication?.title,
  version: site.dataset.version,
  license: site.dataset.publication?.license,
  triples: site.dataset.counts,
  sparql: `${site.publicUrl}/sparql`,
  dumps: `${site.publicUrl}/dumps/`,
  graphs: site.publicUrl + graphStorePath,
  context: contextUrl(site),
  collections: site.collections.names.map((name) => `${site.publicUrl}/${name}`),
});
