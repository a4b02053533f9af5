import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import type { KeptVersion, Versions } from '../dataset/versions.ts';
import { changesFeed, type ToldVersion, tellInFeed, thingFeed } from '../html/changes-feed.tsx';
import { changesPage, versionsPage } from '../html/changes-page.tsx';
import { changesPath, changesPathOf, comparisonPath, feedPath } from '../html/changes-paths.tsx';
import { changesTexts } from '../html/changes-texts.ts';
import type { Language } from '../html/texts.ts';
import { thingChangesPage } from '../html/thing-changes-page.tsx';
import type { View } from '../html/view.ts';
import { atomType, writeAtom } from '../publish/atom.ts';
import { type Changes, tellChanges } from '../publish/changes.ts';
import { type Diff, diffEditions, TooManyChanges } from '../publish/diff.ts';
import { type ThingHistory, thingHistory } from '../publish/thing-history.ts';
import { writeChanges, writeThingHistory } from '../publish/write-changes.ts';
import { patchFormat, writePatch } from '../rdf/write-patch.ts';
import { type Answer, html, json, type Variant } from './answer.ts';
import { queryPart, readParameters, single } from './parameters.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/** Where it is told what changed from one version to another. */
export const changesRoutes: readonly Route[] = [
  {
    path: changesPath,
    get: (site, request) => (thingOf(request) === undefined ? versionList(site) : thingList(site, request)),
    limited: true,
  },
  { path: feedPath(), get: feed, limited: true },
  { path: `${changesPath}/:from/:to`, get: comparison, limited: true },
];

/** The name that stands for the version that is served. */
const currentName = 'current';

async function versionList(site: Site): Promise<Answer> {
  const versions = await keptVersions(site).list();
  return {
    kind: 'variants',
    // Another process may prepare a version, and take one away, while this one serves.
    caching: 'never',
    variants: [html((language) => versionsPage(site, versions, language)), json(() => listJson(site, versions))],
  };
}

const listJson = (site: Site, versions: readonly KeptVersion[]): unknown => ({
  current: site.dataset.version,
  versions: versions.map(({ version, prepared, counts }, index) => {
    const previous = versions[index + 1]?.version;
    return {
      version,
      ...(prepared === undefined ? {} : { prepared }),
      triples: counts,
      dumps: `${site.publicUrl}/dumps/${version}/`,
      ...(previous === undefined ? {} : { changes: site.publicUrl + comparisonPath(previous, version) }),
    };
  }),
});

/** Versions that are told of in feeds and of one thing. */
const mostTold = 20;
/** Histories of things that are kept. */
const keptHistories = 100;
/** Characters that an IRI may have. */
const longestIri = 2000;

/** The thing that is asked for, if one is. */
function thingOf(request: Request): string | undefined {
  const thing = single(readParameters(queryPart(request)), 'thing');
  if (thing !== undefined && (thing.length > longestIri || !/^[a-z][a-z0-9+.-]*:[^\s<>"{}|^`\\]+$/i.test(thing)))
    throw new Problem(
      400,
      'bad-request',
      `The parameter "thing" has "${thing.slice(0, 80)}", which is no absolute IRI.`,
    );
  return thing;
}

/** The version that is served and those before it, the newest first: what others prepare is told when it is served. */
async function toldVersions(site: Site): Promise<readonly KeptVersion[]> {
  const kept = await keptVersions(site).list();
  const at = kept.findIndex(({ version }) => version === site.dataset.version);
  return kept.slice(Math.max(0, at), Math.max(0, at) + mostTold + 1);
}

const histories = new WeakMap<Site, LRUCache<string, Promise<ThingHistory>>>();

/** What the kept versions say of a thing. Throws a 404 if none says anything. */
async function historyOf(site: Site, thing: string): Promise<ThingHistory> {
  const told = await toldVersions(site);
  const cache = histories.get(site) ?? new LRUCache({ max: keptHistories });
  histories.set(site, cache);
  const key = [thing, ...told.map(({ version }) => version)].join(' ');
  const found = cache.get(key) ?? thingHistory(thing, told, keptVersions(site), site.dataset);
  cache.set(key, found);
  // A failure is not kept: the next request tries again.
  found.catch(() => cache.delete(key));
  const history = await found;
  if (history.known || site.index.has(thing)) return history;
  throw new Problem(
    404,
    'not-found',
    `None of the versions that are kept here says anything of <${thing}>. The versions are listed at ${changesPath}.`,
  );
}

async function thingList(site: Site, request: Request): Promise<Answer> {
  const history = await historyOf(site, thingOf(request) as string);
  return {
    kind: 'variants',
    caching: 'never',
    variants: [
      html((language) => thingChangesPage(site, history, language)),
      json(() => ({
        thing: history.thing,
        feed: site.publicUrl + feedPath(history.thing),
        changes: writeThingHistory(history).map((step) => ({
          ...step,
          all: site.publicUrl + comparisonPath(step.from, step.to),
        })),
      })),
    ],
  };
}

/** What changed, as a feed (Atom): overall, or of one thing. */
async function feed(site: Site, request: Request): Promise<Answer> {
  const thing = thingOf(request);
  const since = site.modified.toISOString();
  const history = thing === undefined ? undefined : await historyOf(site, thing);
  const told = await toldVersions(site);
  const body = async (language: Language): Promise<string> =>
    writeAtom(
      history
        ? thingFeed(site, history, since, language)
        : changesFeed(site, await tellAll(site, told, language), since, language),
    );
  return {
    kind: 'single',
    key: [request.originalUrl, ...told.map(({ version }) => version)].join(' '),
    headers: { Link: `<${site.publicUrl}${changesPathOf(thing)}>; rel="alternate"; type="text/html"` },
    variant: { mediaType: atomType, byLanguage: true, body },
  };
}

/** What is told of each version and the one before it. Comparisons are made one by one, and their words alone are kept. */
async function tellAll(site: Site, versions: readonly KeptVersion[], language: Language): Promise<ToldVersion[]> {
  const all: ToldVersion[] = [];
  for (const [index, version] of versions.slice(0, -1).entries()) {
    const previous = (versions[index + 1] as KeptVersion).version;
    const told = await comparisonsOf(site)
      .get(previous, version.version)
      .then(({ changes, view }) => tellInFeed(view, changes, language))
      .catch((error: unknown) => {
        // Taken away in the meantime, or too different to be told.
        if (error instanceof Problem) return { summary: changesTexts[language].tooMany };
        throw error;
      });
    all.push({ version, previous, told });
  }
  return all;
}

async function comparison(site: Site, request: Request): Promise<Answer> {
  const { from, to, only } = namesIn(request);
  const current = site.dataset.version;
  if ([from, to].includes(currentName)) {
    const [left, right] = [from, to].map((name) => (name === currentName ? current : name)) as [string, string];
    await mustBeKept(site, [left, right]);
    const query = request.originalUrl.slice(request.path.length);
    const suffix = only ? `.${only.suffix}` : '';
    return { kind: 'redirect', status: 303, location: comparisonPath(left, right) + suffix + query };
  }
  await mustBeKept(site, [from, to]);
  const compared = () => comparisonsOf(site).get(from, to);
  const variants: Variant[] = [
    {
      ...html(async (language) => {
        const { changes, view } = await compared();
        return changesPage(view, changes, language);
      }),
      // What surrounds it may change with the program.
      caching: 'checked',
    },
    { mediaType: 'application/json', body: async () => jsonText(site, (await compared()).changes) },
    { mediaType: patchFormat.mediaType, body: async () => writePatch((await compared()).diff) },
  ];
  const rest = { caching: 'permanent', version: `${from} ${to}` } as const;
  const variant = variants.find(({ mediaType }) => mediaType === only?.mediaType);
  return variant ? { kind: 'single', variant, ...rest } : { kind: 'variants', variants, ...rest };
}

const jsonText = (site: Site, changes: Changes): string =>
  `${JSON.stringify(
    { ...writeChanges(changes), patch: `${site.publicUrl}${comparisonPath(changes.from, changes.to)}.rdfp` },
    null,
    1,
  )}\n`;

const suffixes = [
  { suffix: 'html', mediaType: 'text/html' },
  { suffix: 'json', mediaType: 'application/json' },
  { suffix: patchFormat.extension, mediaType: patchFormat.mediaType },
];

/** The versions that an address names, and the one media type that its suffix asks for. */
function namesIn({ params }: Request): { from: string; to: string; only: (typeof suffixes)[number] | undefined } {
  const [from, last] = [String(params['from']), String(params['to'])];
  const only = suffixes.find(({ suffix }) => last.endsWith(`.${suffix}`));
  const to = only ? last.slice(0, -only.suffix.length - 1) : last;
  const wrong = [from, to].find((name) => name !== currentName && !/^[0-9a-f]{16}$/.test(name));
  if (wrong !== undefined)
    throw new Problem(
      404,
      'not-found',
      `There is no version "${wrong.slice(0, 80)}": versions have 16 hexadecimal digits. The list is at ${changesPath}.`,
    );
  return { from, to, only };
}

function keptVersions(site: Site): Versions {
  if (site.versions) return site.versions;
  throw new Problem(404, 'not-found', 'No versions are kept here to compare.');
}

async function mustBeKept(site: Site, wanted: readonly string[]): Promise<void> {
  const kept = (await keptVersions(site).list()).map(({ version }) => version);
  const missing = wanted.find((version) => !kept.includes(version));
  if (missing !== undefined) throw await notKept(site, missing, kept);
}

async function notKept(site: Site, version: string, kept: readonly string[]): Promise<Problem> {
  const there = `Kept are: ${kept.slice(0, 20).join(', ') || 'none'}. The list is at ${changesPath}.`;
  const extra = { currentVersion: site.dataset.version, versions: kept };
  return (await keptVersions(site).listRemoved()).includes(version)
    ? new Problem(410, 'version-gone', `Version ${version} of the dataset is no longer kept here. ${there}`, { extra })
    : new Problem(404, 'not-found', `There is no version ${version} of the dataset. ${there}`, { extra });
}

/** A comparison, and how its page is to be shown. */
interface Compared {
  readonly diff: Diff;
  readonly changes: Changes;
  readonly view: View;
}

/** Comparisons that are kept: few, as their written bodies are kept too. */
const keptComparisons = 4;
/** Statements in which two versions may differ: a comparison of so many takes some 50 MB of memory. */
const mostChanges = 100_000;

/** Compares versions, each pair once, and one pair after the other: so many at once would take the memory of all. */
class Comparisons {
  readonly #site: Site;
  readonly #made = new LRUCache<string, Promise<Compared>>({ max: keptComparisons });
  #last: Promise<unknown> = Promise.resolve();

  constructor(site: Site) {
    this.#site = site;
  }

  get(from: string, to: string): Promise<Compared> {
    const key = `${from} ${to}`;
    const made = this.#made.get(key) ?? this.#make(from, to);
    this.#made.set(key, made);
    // A failure is not kept: the next request tries again.
    made.catch(() => this.#made.delete(key));
    return made;
  }

  #make(from: string, to: string): Promise<Compared> {
    const made = this.#last.then(() => this.#compare(from, to));
    this.#last = made.catch(() => undefined);
    return made;
  }

  async #compare(from: string, to: string): Promise<Compared> {
    const versions = keptVersions(this.#site);
    const [before, after] = [await versions.open(from), await versions.open(to)];
    const kept = await versions.list();
    const missing = before ? (after ? undefined : to) : from;
    const described = kept.find(({ version }) => version === to);
    if (!before || !after || !described)
      throw await notKept(
        this.#site,
        missing ?? to,
        kept.map(({ version }) => version),
      );
    try {
      const diff = await diffEditions(before, after, mostChanges);
      const { publication } = this.#site.dataset;
      const facts = { ...described, publication, inputs: [...before.inputs, ...after.inputs] };
      const changes = await tellChanges(diff, before, after, { facts });
      // The page tells of the newer version, whichever is served now.
      return { diff, changes, view: { ...viewOf(this.#site), dataset: facts, index: changes.index } };
    } catch (error) {
      if (!(error instanceof TooManyChanges)) throw error;
      throw new Problem(
        400,
        'too-many-changes',
        `${error.message} Take the dumps of both and compare them where you are, with umcnl diff.`,
      );
    }
  }
}

const viewOf = ({ publicUrl, collections, examples, pages, assets }: Site): Omit<View, 'dataset' | 'index'> => ({
  publicUrl,
  collections,
  examples,
  pages,
  assets,
});

const comparisons = new WeakMap<Site, Comparisons>();

function comparisonsOf(site: Site): Comparisons {
  const found = comparisons.get(site) ?? new Comparisons(site);
  comparisons.set(site, found);
  return found;
}
