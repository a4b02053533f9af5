import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type { KeptVersion } from '../dataset/versions.ts';
import { type AtomEntry, type AtomFeed, type AtomLink, atomType } from '../publish/atom.ts';
import type { Changes, Happening, Statement } from '../publish/changes.ts';
import type { ThingHistory, ThingStep } from '../publish/thing-history.ts';
import { historyName, plainName, statedCount } from './changes-page.tsx';
import { changesPathOf, comparisonPath, feedPath } from './changes-paths.tsx';
import { changesTexts } from './changes-texts.ts';
import { inLanguage } from './layout.tsx';
import type { Language } from './texts.ts';
import { baseOf, readerAddress, type View } from './view.ts';

/** A version, and what is told of the changes since the one before. */
export interface ToldVersion {
  readonly version: KeptVersion;
  readonly previous: string;
  readonly told: Pick<AtomEntry, 'summary' | 'content'>;
}

/** The feed of all changes, one entry a version. */
export function changesFeed(view: View, versions: readonly ToldVersion[], since: string, language: Language): AtomFeed {
  const words = changesTexts[language];
  return {
    ...frame(
      view,
      language,
      versions.map(({ version }) => version.prepared),
      since,
    ),
    title: `${nameOf(view, language)}: ${words.feed}`,
    subtitle: words.feedText,
    entries: versions.map(({ version, previous, told }) => ({
      id: tagOf(view, `version/${version.version}`, language),
      title: words.versionTitle(version.version),
      updated: version.prepared ?? since,
      links: entryLinks(view, previous, version.version, language),
      ...told,
    })),
  };
}

/** The feed of what changed of one thing, one entry for each version in which something did. */
export function thingFeed(view: View, history: ThingHistory, since: string, language: Language): AtomFeed {
  const words = changesTexts[language];
  const { thing, steps } = history;
  const name = historyName(view, history, language);
  return {
    ...frame(
      view,
      language,
      steps.map(({ to }) => to.prepared),
      since,
      thing,
    ),
    title: `${name}: ${words.feed}`,
    subtitle: words.thingFeedText(name),
    entries: steps.map((step) => ({
      id: tagOf(view, `version/${step.to.version}/${encodeURIComponent(thing)}`, language),
      title: `${name}: ${words[step.happening].toLowerCase()}`,
      updated: step.to.prepared ?? since,
      links: entryLinks(view, step.from, step.to.version, language),
      ...tellStep(view, step, language),
    })),
  };
}

const nameOf = ({ dataset }: View, language: Language): string => dataset.publication?.title[language] ?? 'RDF';

/**
 * A tag (RFC 4151) that stays the same wherever the instance is found. Nobody could own the name of a host with such tags
 * before this software was there.
 */
function tagOf(view: View, what: string, language: Language): string {
  const { hostname } = new URL(baseOf(view));
  return `tag:${hostname},2026:${view.dataset.publication?.name ?? 'rdf'}/${what}/${language}`;
}

function frame(
  view: View,
  language: Language,
  times: readonly (string | undefined)[],
  since: string,
  thing?: string,
): Omit<AtomFeed, 'title' | 'subtitle' | 'entries'> {
  const { publication } = view.dataset;
  const other: Language = language === 'nl' ? 'en' : 'nl';
  const feed = (to: Language): string => view.publicUrl + inLanguage(feedPath(thing), to);
  const links: AtomLink[] = [
    { rel: 'self', href: feed(language), mediaType: atomType },
    {
      rel: 'alternate',
      href: view.publicUrl + inLanguage(changesPathOf(thing), language),
      mediaType: 'text/html',
      language,
    },
    { rel: 'alternate', href: feed(other), mediaType: atomType, language: other },
  ];
  return {
    id: tagOf(view, thing === undefined ? 'changes' : `changes/${encodeURIComponent(thing)}`, language),
    // Times are in one zone, so that their order is that of their letters.
    updated: times.reduce<string>((latest, each) => (each !== undefined && each > latest ? each : latest), since),
    links,
    language,
    author: { name: nameOf(view, language), uri: `${view.publicUrl}/` },
    rights: publication?.license,
  };
}

function entryLinks({ publicUrl }: View, from: string, to: string, language: Language): AtomLink[] {
  const address = publicUrl + comparisonPath(from, to);
  return [
    { rel: 'alternate', href: inLanguage(address, language), mediaType: 'text/html', language },
    { rel: 'related', href: `${address}.json`, mediaType: 'application/json' },
    { rel: 'related', href: `${address}.rdfp`, mediaType: 'application/rdf-patch' },
  ];
}

/** Things that an entry names. */
const namedThings = 20;

/** What changed between two versions, for an entry of the feed. */
export function tellInFeed(view: View, changes: Changes, language: Language): ToldVersion['told'] {
  const words = changesTexts[language];
  const { appeared, gone, changed } = changes.things;
  const count = statedCount(changes);
  const summary = words.summary(appeared.count, gone.count, changed.count, count.added, count.removed);
  const shown = (['appeared', 'gone', 'changed'] as const satisfies readonly Happening[]).filter(
    (name) => changes.things[name].count > 0,
  );
  const content = (
    <>
      <p>{summary}</p>
      {shown.map((name) => {
        const { count: all, shown: things } = changes.things[name];
        return (
          <>
            <h3>
              {words[name]} ({all})
            </h3>
            <ul>
              {things.slice(0, namedThings).map(({ thing }) => (
                <li key={thing}>
                  <Absolute view={view} iri={thing} language={language} />
                </li>
              ))}
              {all > namedThings && <li>{words.more(all - Math.min(namedThings, things.length))}</li>}
            </ul>
          </>
        );
      })}
    </>
  );
  return { summary, content: render(content) };
}

function tellStep(view: View, step: ThingStep, language: Language): ToldVersion['told'] {
  const words = changesTexts[language];
  const summary = words.thingSummary(words[step.happening], step.added, step.removed);
  const line = ({ change, quad: { predicate, object, graph } }: Statement, index: number): VNode => (
    <li key={index}>
      {words[change]}: <Absolute view={view} iri={predicate.value} language={language} />:{' '}
      {object.termType === 'NamedNode' ? <Absolute view={view} iri={object.value} language={language} /> : object.value}
      {graph.value && (
        <>
          {' '}
          ({words.saidBy} <Absolute view={view} iri={graph.value} language={language} />)
        </>
      )}
    </li>
  );
  const rest = step.added + step.removed - step.statements.length;
  const content = (
    <>
      <p>{summary}</p>
      <ul>{step.statements.map(line)}</ul>
      {rest > 0 && <p>{words.moreStatements(rest)}</p>}
    </>
  );
  return { summary, content: render(content) };
}

// Whoever reads a feed is on no page of ours: relative addresses would lead nowhere.
function Absolute({ view, iri, language }: { view: View; iri: string; language: Language }): VNode {
  const address = readerAddress(view, iri, language);
  const name = plainName(view, iri, language);
  if (address.startsWith('/')) return <a href={view.publicUrl + address}>{name}</a>;
  return /^https?:/.test(address) ? <a href={address}>{name}</a> : <span>{name}</span>;
}
