import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { searchAddress, searchPage, searchPath } from '../html/search-page.tsx';
import {
  kindLabel,
  knownKinds,
  nameOf,
  pathOfItem,
  type SearchResults,
  searchResults,
} from '../html/search-results.ts';
import { cataloguePage, publicationPages, type SitePage, searchTexts, sitePages } from '../html/search-texts.ts';
import type { Language } from '../html/texts.ts';
import { baseOf } from '../html/view.ts';
import type { Text } from '../load/publication.ts';
import { type Findable, findCalled, findThings, hasMoreThings } from '../publish/search/findable.ts';
import { mostItems, SearchIndex } from '../publish/search/search-index.ts';
import { escapeXml, xmlDeclaration } from '../publish/xml.ts';
import { type Answer, html, type Variant } from './answer.ts';
import { chooseLanguage } from './negotiate.ts';
import { queryPart, readParameters, readWhole, single } from './parameters.ts';
import { laterForSite } from './per-site.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/** Where browsers read how to search here (OpenSearch 1.1). */
export const openSearchPath = '/opensearch.xml';

/** Where everything is found that a person can open. A search may take some 50 ms in which nobody else is answered. */
export const searchRoutes: readonly Route[] = [
  { path: `${searchPath}{.:suffix}`, get: search, limited: true },
  { path: `${searchPath}/suggest`, get: suggest, limited: true },
  {
    path: openSearchPath,
    get: (site) => ({
      kind: 'single',
      variant: {
        mediaType: 'application/opensearchdescription+xml',
        byLanguage: true,
        body: (language) => describeSearch(site, language),
      },
    }),
  },
];

/** Characters that a query may have: more is no query for words. */
const longest = 200;
const sizes = { usual: 20, most: 100 };
/** Suggestions at once: what fits below a search box. */
const mostSuggestions = 8;
/** Below it, only a word or two of a description were found: nobody who types a name means that. */
const leastScore = 20;

/** What a site searches; built in turns with other work when it is first asked for. */
export const searchIndexOf = laterForSite(async (site) => {
  const isLarge = await hasMoreThings(site.index, baseOf(site), mostItems);
  return SearchIndex.build(isLarge ? findPages(site) : findAll(site), { complete: !isLarge });
});

/** Things of which an engine finds a name, to be put into order. */
const mostCalled = 500;

/** Texts for which what an engine has found is kept: what is shown of it is read in rounds, and on further pages. */
const keptCalled = 10;
const calledFor = new WeakMap<Site, LRUCache<string, Promise<SearchIndex>>>();

/** What a text is looked for in. Where all is too much for memory, the engine finds what has the words in a name. */
async function searchIndexFor(site: Site, text: string): Promise<SearchIndex> {
  const all = await searchIndexOf(site);
  if (all.complete || site.index.isWhole || !text) return all;
  const kept = calledFor.get(site) ?? new LRUCache({ max: keptCalled });
  calledFor.set(site, kept);
  const key = `${site.index.epoch} ${text}`;
  const built = kept.get(key) ?? SearchIndex.build(findNamed(site, text), { complete: false });
  kept.set(key, built);
  // A failure is not kept: the next request tries again.
  built.catch(() => kept.delete(key));
  return built;
}

async function* findNamed(site: Site, text: string): AsyncGenerator<Findable> {
  yield* findPages(site);
  yield* findCalled(site.index, baseOf(site), text, mostCalled);
}

/** All that a person can open here: first what there is little of. */
async function* findAll(site: Site): AsyncGenerator<Findable> {
  yield* findPages(site);
  yield* findThings(site.index, baseOf(site), mostItems);
}

function* findPages(site: Site): Generator<Findable> {
  const { publication } = site.dataset;
  const pages: SitePage[] = [
    ...sitePages,
    ...(publication ? publicationPages : []),
    ...(publication?.catalogue ? [cataloguePage] : []),
    ...site.collections.list.map(({ name, title, description }) => ({ path: `/${name}`, title, text: description })),
    { path: '/', title: publication?.title ?? {}, text: publication?.description ?? {} },
    ...site.pages.map(({ path, title, menu, lead = {} }) => ({ path: `/${path}`, title: menu ?? title, text: lead })),
  ];
  // A page may stand in for that of a collection.
  for (const page of new Map(pages.map((each) => [each.path, each])).values()) yield findable('page', page);
  for (const { title, description, query } of site.examples)
    yield findable('query', {
      // What the comments say is in the title.
      path: `/sparql?format=html&query=${encodeURIComponent(query.replace(/^#.*\n/gm, '').trim())}`,
      title,
      text: description,
    });
}

const findable = (kind: 'page' | 'query', { path, title, text }: SitePage): Findable => ({
  id: path,
  path,
  kind,
  names: inLanguages(title).map((each) => ({ ...each, rank: 'label' })),
  texts: inLanguages(text),
  kindNames: [searchTexts.en[kind], searchTexts.nl[kind]],
  weight: 0,
});

const inLanguages = (text: Text): { language: string; text: string }[] =>
  Object.entries(text).map(([language, value]) => ({ language, text: value }));

async function search(site: Site, request: Request): Promise<Answer> {
  const suffix = request.params['suffix'];
  const parameters = readParameters(queryPart(request));
  const query = readQuery(single(parameters, 'q'));
  // Browsers leave what is optional in the description of the search empty.
  const filled = new Map([...parameters].filter(([, values]) => values.some(Boolean)));
  const page = readWhole(filled, 'page', 1);
  const size = readWhole(filled, 'size', sizes.usual, sizes.most);
  const kind = single(filled, 'kind');
  const index = await searchIndexFor(site, query);
  if (kind !== undefined && !knownKinds(site, index).includes(kind))
    throw new Problem(
      404,
      'not-found',
      `The parameter "kind" has "${kind.slice(0, 80)}", which nothing here is. There are: ${knownKinds(site, index).join(', ')}.`,
    );
  // Found once for whichever form is asked for.
  const results = searchResults(site, index, { query, kind, page, size }, chooseLanguage(request));
  if (page > results.pages)
    throw new Problem(
      404,
      'not-found',
      `There is no page ${page} of what was found; the last is ${results.pages}. Begin at ${searchAddress(query)}`,
    );
  const variants: Variant[] = [
    html((language) => searchPage(site, language, query ? results : undefined)),
    {
      mediaType: 'application/json',
      byLanguage: true,
      body: (language) => `${JSON.stringify(writeResults(site, results, language), null, 1)}\n`,
    },
  ];
  if (suffix === undefined) return { kind: 'variants', variants };
  const variant = variants[['html', 'json'].indexOf(String(suffix))];
  if (!variant) throw new Problem(404, 'not-found', `There is ${searchPath}.html and ${searchPath}.json.`);
  return { kind: 'single', variant };
}

function readQuery(text: string | undefined): string {
  const query = (text ?? '').trim();
  if (query.length > longest)
    throw new Problem(400, 'bad-request', `The parameter "q" has ${query.length} characters; ${longest} is the limit.`);
  return query;
}

/** Results as JSON, as docs/search.md describes it. */
function writeResults(site: Site, results: SearchResults, language: Language): unknown {
  const { query, kind, page, pages, size, total, all, kinds, hits, searched, complete } = results;
  const address = (options: { kind?: string | undefined; page?: number }): string => {
    const path = searchAddress(query, options).replace(searchPath, `${searchPath}.json`);
    return `${site.publicUrl}${path}${size === sizes.usual ? '' : `&size=${size}`}&lang=${language}`;
  };
  const plain = (pieces: readonly { text: string }[]): string => pieces.map(({ text }) => text).join('');
  const marked = (pieces: readonly { text: string; found: boolean }[]): string[] =>
    pieces.filter(({ found }) => found).map(({ text }) => text);
  return {
    query,
    language,
    ...(kind === undefined ? {} : { kind }),
    total,
    all,
    page,
    pages,
    size,
    ...(page < pages ? { next: address({ kind, page: page + 1 }) } : {}),
    searched,
    complete,
    kinds: kinds.map((each) => ({ ...each, url: address({ kind: each.kind }) })),
    results: hits.map((hit) => ({
      id: hit.id.startsWith('/') ? site.publicUrl + hit.id : hit.id,
      url: site.publicUrl + hit.path,
      kind: hit.kind,
      kindLabel: hit.kindLabel,
      name: plain(hit.name),
      nameLanguage: hit.nameLanguage,
      ...(hit.otherName ? { otherName: plain(hit.otherName) } : {}),
      ...(hit.text.length ? { text: plain(hit.text), textLanguage: hit.textLanguage } : {}),
      marked: [...new Set([hit.name, hit.otherName ?? [], hit.text].flatMap(marked))],
      ...(hit.partOf === undefined ? {} : { partOf: hit.partOf }),
      saidIn: hit.saidIn.map((id) => ({ id, name: site.index.label(id, language) })),
      score: hit.score,
    })),
  };
}

/** What somebody may mean who is still typing (OpenSearch Suggestions 1.0). */
async function suggest(site: Site, request: Request): Promise<Answer> {
  const given = single(readParameters(queryPart(request)), 'q') ?? '';
  const text = readQuery(given);
  const index = await searchIndexFor(site, text);
  const body = (language: Language): string => {
    const items = index
      .search({ text, language })
      .hits.filter(({ score }) => score >= leastScore)
      .slice(0, mostSuggestions)
      .map(({ item }) => item);
    return `${JSON.stringify([
      given,
      items.map((item) => nameOf(item, language).text),
      items.map(({ kind }) => kindLabel(site, kind, language)),
      items.map((item) => site.publicUrl + pathOfItem(site, item, language)),
    ])}\n`;
  };
  const mediaType = 'application/x-suggestions+json';
  return { kind: 'single', variant: { mediaType, byLanguage: true, body } };
}

/** Characters that a short name, and a long one, may have (OpenSearch 1.1, section 4.2). */
const nameLengths = { short: 16, long: 48 };

function describeSearch({ publicUrl, dataset }: Site, language: Language): string {
  const words = searchTexts[language];
  const { name = 'RDF', title, description } = dataset.publication ?? {};
  const long = title?.[language] ?? name;
  const element = (tag: string, text: string): string => ` <${tag}>${escapeXml(text)}</${tag}>\n`;
  const url = (type: string, template: string, rel?: string): string =>
    ` <Url type="${type}" ${rel ? `rel="${rel}" ` : ''}template="${escapeXml(publicUrl + template)}"/>\n`;
  return [
    xmlDeclaration,
    '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n',
    element('ShortName', name.slice(0, nameLengths.short)),
    element('LongName', long.length > nameLengths.long ? name.slice(0, nameLengths.long) : long),
    element('Description', (description?.[language] ?? words.lead).slice(0, 1024)),
    url('text/html', `${searchPath}?q={searchTerms}&page={startPage?}`),
    url('application/json', `${searchPath}.json?q={searchTerms}&page={startPage?}&size={count?}`),
    url('application/x-suggestions+json', `${searchPath}/suggest?q={searchTerms}`, 'suggestions'),
    url('application/opensearchdescription+xml', openSearchPath, 'self'),
    element('Language', language),
    element('InputEncoding', 'UTF-8'),
    element('OutputEncoding', 'UTF-8'),
    '</OpenSearchDescription>\n',
  ].join('');
}
