import type { Quad } from '@rdfjs/types';
import type { Request } from 'express';
import { neighbourhoodOf } from '../html/neighbourhood.tsx';
import { ontologyPage } from '../html/ontology-page.tsx';
import { aboutPage, pointingPage, statementPage } from '../html/thing-pages.tsx';
import { baseOf, documentPath, localAddress } from '../html/view.ts';
import {
  aboutDocument,
  describePointing,
  describeStatement,
  describeThing,
  inNamedGraphs,
  type Place,
  pageAddress,
  withStatements,
} from '../publish/description.ts';
import { factSheet } from '../publish/facts.ts';
import { labelProperties } from '../publish/graph-index.ts';
import { graphStorePath } from '../publish/graph-statistics.ts';
import { treeOfDescription, treeOfPointing } from '../publish/json-ld.ts';
import { findNear, kindOf } from '../publish/near-names.ts';
import { listTerms } from '../publish/ontology.ts';
import { findStatement } from '../publish/statement-index.ts';
import { findWithdrawn } from '../publish/withdrawn.ts';
import { type Answer, html, type Variant } from './answer.ts';
import { answerCollection } from './collections.ts';
import { pick, type Suffix, signpost, splitSuffix, stepLinks, suffixes } from './documents.ts';
import { directGraph, graphAddress, graphStore, isOnlyGraph } from './graph-store.ts';
import { linksetFormats, signpostsOf, signpostsOfCollection, type WebLink } from './links.ts';
import { answerLinkset } from './linksets.ts';
import { queryPart, readParameters, readWhole, single } from './parameters.ts';
import { Problem } from './problem.ts';
import { shapedVariants } from './rdf-variants.ts';
import type { Route, Site } from './site.ts';
import { answerSubjectPage } from './subject-pages.ts';

/** Where things, the documents about them, graphs and lists are found; the last of them take every address. */
export const thingRoutes: readonly Route[] = [
  { path: graphStorePath, get: graphStore },
  {
    path: `${graphStorePath}/*path`,
    get: (site, request) => directGraph(site, request, pathOf(site, request, 'graphs/')),
  },
  // The version IRI names the ontology as it is now.
  { path: '/ontology/:version', get: (site, request) => ontologyVersion(site, String(request.params['version'])) },
  { path: '/ontology{.:suffix}', get: ontology },
  { path: '/about/*path', get: (site, request) => describe(site, request, pathOf(site, request, 'about/')) },
  { path: '/neighbours/*path', get: (site, request) => neighbours(site, pathOf(site, request, 'neighbours/')) },
  { path: '/linkset/*path', get: (site, request) => linkset(site, pathOf(site, request, 'linkset/')) },
  { path: '/:collection', get: (site, request) => collection(site, request) },
  { path: '/*path', get: (site, request) => thing(site, pathOf(site, request, '')) },
];

// As the client wrote it where the graph knows it so: an IRI may hold %20, which decoding would take away.
function pathOf(site: Site, request: Request, prefix: string): string {
  const path = request.path.slice(1 + prefix.length);
  if (site.index.has(baseOf(site) + path)) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Problem(400, 'bad-request', 'The address is wrongly encoded.');
  }
}

interface Asked {
  readonly iri: string;
  /** What the IRI stands for, if it is a statement of a source. */
  readonly statement?: Quad;
  readonly suffix: Suffix | undefined;
}

/** The IRI that a path with or without an ending stands for. Throws where there is no such thing. */
async function find(site: Site, address: string, endings = suffixes): Promise<Asked> {
  const { stem: iri, suffix } = splitSuffix(address, site.index.has(address) ? [] : endings);
  if (!site.index.has(iri)) {
    const statement = await findStatement(site.index, iri);
    if (statement) return { iri, suffix, statement };
    throw await unknown(site, iri);
  }
  const withdrawn = findWithdrawn(site.index, iri);
  if (withdrawn) {
    const { label, at, replacedBy, lastVersion } = withdrawn;
    const name = label ? `“${label}” (<${iri}>)` : `<${iri}>`;
    const replacement = replacedBy.length ? ` In its place there is ${replacedBy.join(', ')}.` : '';
    const version = lastVersion ? ` Version ${lastVersion} of the dataset still had it.` : '';
    throw new Problem(410, 'withdrawn', `${name} was withdrawn on ${at}.${replacement}${version}`, {
      ...(replacedBy[0] ? { headers: { Link: `<${encodeURI(replacedBy[0])}>; rel="successor-version"` } } : {}),
      extra: {
        iri,
        withdrawn: at,
        ...(label ? { label } : {}),
        ...(replacedBy.length ? { replacedBy } : {}),
        ...(lastVersion ? { lastVersion } : {}),
      },
      links: replacedBy.map((each) => linkTo(site, each)),
    });
  }
  return { iri, suffix };
}

const linkTo = (site: Site, iri: string): { href: string; label: string } => ({
  href: localAddress(site, iri),
  label: site.index.label(iri, 'en') ?? iri,
});

/** Says what there is of the same kind with a name much like it, and where things of that kind are listed. */
async function unknown(site: Site, iri: string): Promise<Problem> {
  const near = findNear(site.index, iri);
  const kind = kindOf(iri);
  const list = site.index.ofKind(kind).length ? await listOfKind(site, kind) : undefined;
  const links = [...near.map((each) => linkTo(site, each)), ...(list ? [{ href: `/${list}`, label: `/${list}` }] : [])];
  const hint = near.length ? ` Did you mean ${near.map((each) => `<${each}>`).join(' or ')}?` : '';
  const where = list ? `/${list} lists all of its kind.` : 'Look it up in one of the collections on the home page.';
  return new Problem(404, 'not-found', `The graph says nothing of <${iri}>.${hint} ${where}`, {
    links,
    extra: {
      ...(near.length ? { suggestions: near } : {}),
      ...(list ? { collection: `${site.publicUrl}/${list}` } : {}),
    },
  });
}

// Asking for the members of all collections is work for the engine, once: afterwards they are known.
async function listOfKind({ collections }: Site, kind: string): Promise<string | undefined> {
  for (const name of collections.names) {
    const found = await collections.get(name).catch(() => undefined);
    if (found?.members.some((member) => kindOf(member) === kind)) return name;
  }
  return undefined;
}

/** A thing is not a document: send who asks for it to the document about it (Cool URIs, 303). */
async function thing(site: Site, path: string): Promise<Answer> {
  const { iri, suffix } = await find(site, baseOf(site) + path);
  const location = isOnlyGraph(site, iri) ? graphAddress(site, iri) : documentPath(site, iri);
  return { kind: 'redirect', status: 303, location: suffix ? `${location}.${suffix.extension}` : location };
}

async function describe(site: Site, request: Request, path: string): Promise<Answer> {
  const { iri, suffix, statement } = await find(site, baseOf(site) + path);
  const address = documentPath(site, iri);
  const place: Place = { document: baseOf(site) + address.slice(1), address: site.publicUrl + address };
  const parameters = readParameters(queryPart(request));
  const property = single(parameters, 'property');
  if (property !== undefined) {
    const page = readWhole(parameters, 'page', 1);
    return pick(pointingVariants(site, request, { iri, place, property, page }), suffix);
  }
  const detailed = single(parameters, 'statements') !== undefined;
  // Who has the answer already needs no description of the thing.
  const description = site.index.once(() => {
    if (statement) return describeStatement(site.index, iri, statement, place);
    const described = describeThing(site.index, iri, place);
    return detailed ? withStatements(site.index, described) : described;
  });
  const posts = signpostsOf(site, iri);
  const variants: Variant[] = [
    html((language) =>
      statement ? statementPage(site, description(), statement, language) : aboutPage(site, description(), language),
    ),
    ...shapedVariants(site, request, {
      triples: () => description().triples,
      inGraphs: () => inNamedGraphs(site.index, description().triples, description().about),
      tree: () => treeOfDescription(description()),
    }),
  ];
  return pick(signpost(site, variants, posts, suffix), suffix);
}

/** What a thing is connected with, for the drawing on pages: far less than its description. */
async function neighbours(site: Site, path: string): Promise<Answer> {
  const { iri, statement } = await find(site, baseOf(site) + path, []);
  const address = documentPath(site, iri);
  const place: Place = { document: baseOf(site) + address.slice(1), address: site.publicUrl + address };
  const variant: Variant = {
    mediaType: 'application/json',
    byLanguage: true,
    body: (language) => {
      const said = statement ? [] : factSheet(site.index, describeThing(site.index, iri, place)).said;
      return `${JSON.stringify(neighbourhoodOf(site, iri, said, language), null, 1)}\n`;
    },
  };
  return { kind: 'variants', variants: [variant] };
}

/** A page of what points to a thing with a property. */
function pointingVariants(
  site: Site,
  request: Request,
  asked: { iri: string; place: Place; property: string; page: number },
): Variant[] {
  const { iri, place, property, page } = asked;
  const found = describePointing(site.index, iri, property, page, place);
  if (!found)
    throw new Problem(
      404,
      'not-found',
      `Nothing points to <${iri}> with <${property}> on page ${page}. Begin at ${place.address}`,
    );
  const links: WebLink[] = [
    { target: place.address, rel: 'up' },
    ...stepLinks(page, found.pages, (each) => pageAddress(place, property, each)),
  ];
  const variants: Variant[] = [
    html((language) => pointingPage(site, found, language)),
    ...shapedVariants(site, request, {
      triples: () => found.all,
      inGraphs: () => inNamedGraphs(site.index, found.all, found.about),
      tree: () => treeOfPointing(found),
    }),
  ];
  return variants.map((variant) => ({ ...variant, links }));
}

function ontologyVersion(site: Site, version: string): Promise<Answer> | Answer {
  const iri = `${baseOf(site)}ontology`;
  const { stem, suffix } = splitSuffix(version);
  if (!site.index.isVersion(iri, `${iri}/${stem}`)) return thing(site, `ontology/${version}`);
  return { kind: 'redirect', status: 303, location: `/ontology${suffix ? `.${suffix.extension}` : ''}` };
}

/** An ontology with hash IRIs is one document about all its terms. */
function ontology(site: Site, request: Request): Answer {
  const { stem, suffix } = splitSuffix(pathOf(site, request, ''));
  const iri = baseOf(site) + stem;
  const about = aboutDocument(site.index, iri);
  const quads = site.index.once(() => [...site.index.graph(iri), ...about]);
  if (!site.index.isGraph(iri)) throw new Problem(404, 'not-found', `There is no graph <${iri}>.`);
  const landing = site.publicUrl + localAddress(site, iri);
  const posts = { ...signpostsOf(site, iri), landing, withSuffix: (extension: string) => `${landing}.${extension}` };
  const variants = [
    html((language) => ontologyPage(site, iri, listTerms(site.index, iri), language)),
    ...shapedVariants(site, request, {
      triples: quads,
      inGraphs: quads,
      tree: () => ({ root: iri, triples: quads(), names: labelProperties }),
    }),
  ];
  return pick(signpost(site, variants, posts, suffix), suffix);
}

async function collection(site: Site, request: Request): Promise<Answer> {
  const name = String(request.params['collection']);
  const { stem, suffix } = splitSuffix(name, site.collections.names.includes(name) ? [] : suffixes);
  const found = await site.collections.get(stem);
  const spec = site.pages.find(({ path }) => path === stem);
  if (spec && !found && !suffix) return answerSubjectPage(site, request, spec);
  return found ? answerCollection(site, request, found, suffix, spec) : thing(site, pathOf(site, request, ''));
}

async function linkset(site: Site, path: string): Promise<Answer> {
  const { stem, suffix } = splitSuffix(path, site.index.has(baseOf(site) + path) ? [] : linksetFormats);
  const found = await site.collections.get(stem);
  const posts = found
    ? signpostsOfCollection(site, found)
    : signpostsOf(site, (await find(site, baseOf(site) + stem, [])).iri);
  return answerLinkset(site, posts, suffix?.extension);
}
