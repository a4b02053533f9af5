import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { cataloguePath } from '../publish/catalogue/records.ts';
import { linksPath } from '../publish/crosswalk.ts';
import { graphStorePath } from '../publish/graph-statistics.ts';
import { type Language, texts } from './texts.ts';
import { assetPath, type View } from './view.ts';

interface Frame {
  readonly view: View;
  readonly language: Language;
  readonly title: string;
  /** The path of a page whose query says what is on it, so that the link to the other language keeps that query. */
  readonly path?: string;
  /** What the page is about, for search engines (schema.org as JSON-LD). */
  readonly structuredData?: object | undefined;
  /** Further scripts and style sheets that the page needs. */
  readonly assets?: readonly string[];
  /** Further elements of the head. */
  readonly head?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A path with the language of its page. */
export const inLanguage = (path: string, language: Language): string =>
  `${path}${path.includes('?') ? '&' : '?'}lang=${language}`;

/** A whole page: head, header, content, footer. */
export function page(frame: Frame): string {
  const { view, language, title, structuredData, children } = frame;
  const words = texts[language];
  const name = view.dataset.publication?.title[language] ?? 'RDF';
  const assets = ['style.css', 'page.js', ...(frame.assets ?? [])];
  return `<!doctype html>${render(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === name ? name : `${title} – ${name}`}</title>
        <link rel="icon" type="image/svg+xml" href={assetPath(view, 'icon.svg')} />
        {assets.map((each) =>
          each.endsWith('.css') ? (
            <link key={each} rel="stylesheet" href={assetPath(view, each)} />
          ) : (
            <script key={each} type="module" src={assetPath(view, each)} />
          ),
        )}
        <link
          rel="search"
          type="application/opensearchdescription+xml"
          title={name}
          href={inLanguage('/opensearch.xml', language)}
        />
        {frame.head}
        {structuredData && (
          // A "<" in a text would end the element.
          <script
            type="application/ld+json"
            dangerouslySetInnerHTML={{ __html: JSON.stringify(structuredData).replaceAll('<', '\\u003c') }}
          />
        )}
      </head>
      <body>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <Header {...frame} />
        <main id="content">{children}</main>
        <Footer {...frame} />
      </body>
    </html>,
  )}`;
}

/** Where a menu leads. */
interface Entry {
  readonly path: string;
  readonly name: string;
}

/** The pages about the subject of the graph. */
const subjectEntries = (frame: Frame): Entry[] => entriesOf(frame, false);

const entriesOf = ({ view, language }: Frame, wanted: boolean): Entry[] =>
  view.pages.flatMap(({ path, menu, aside = false }) =>
    menu?.[language] && aside === wanted ? [{ path: `/${path}`, name: menu[language] }] : [],
  );

/** The ways to the data; plain files have no more than two. */
function dataEntries(frame: Frame): Entry[] {
  const { view, language } = frame;
  const words = texts[language];
  const { publication } = view.dataset;
  return [
    { path: '/sparql', name: words.sparql },
    { path: '/dumps/', name: words.dumps },
    ...(publication ? [{ path: linksPath, name: words.links }] : []),
    ...(publication ? [{ path: '/ontology', name: words.ontology }] : []),
    { path: '/api', name: words.api },
    ...entriesOf(frame, true),
  ];
}

/** What is reached from the foot of the page alone. */
function furtherEntries({ view, language }: Frame): Entry[] {
  const words = texts[language];
  const { publication } = view.dataset;
  return [
    ...(publication?.catalogue ? [{ path: cataloguePath, name: words.catalogue }] : []),
    { path: graphStorePath, name: words.graphs },
    { path: '/changes', name: words.changes },
    { path: '/problems', name: words.problemKinds },
  ];
}

function Header(frame: Frame): VNode {
  const { view, language, path = '' } = frame;
  const words = texts[language];
  const [here] = path.split('?');
  const item = ({ path: to, name }: Entry, type: string): VNode => (
    <li key={to} class={type}>
      <a href={inLanguage(to, language)} aria-current={here === to ? 'page' : undefined}>
        {name}
      </a>
    </li>
  );
  const subject = subjectEntries(frame);
  return (
    <header class="site">
      <div class="bar">
        <a class="brand" href={inLanguage('/', language)}>
          <Mark />
          <span>{view.dataset.publication?.title[language] ?? 'RDF'}</span>
        </a>
        <search>
          <form class="search" action="/search" method="get">
            <label class="unseen" for="search-box">
              {words.searchHint}
            </label>
            <input type="search" id="search-box" name="q" placeholder={words.searchHint} autocomplete="off" />
            <input type="hidden" name="lang" value={language} />
            <button type="submit">{words.search}</button>
          </form>
        </search>
        <a
          class="language"
          href={inLanguage(path, words.otherLanguage)}
          lang={words.otherLanguage}
          hreflang={words.otherLanguage}
        >
          {words.other}
        </a>
      </div>
      <nav aria-label={words.mainMenu}>
        <ul>
          {subject.map((each) => item(each, 'menu-subject'))}
          {dataEntries(frame).map((each, index) =>
            item(each, index || !subject.length ? 'menu-data' : 'menu-data second'),
          )}
        </ul>
      </nav>
    </header>
  );
}

/** Seven around one: a drawing, without meaning for who cannot see it. */
const Mark = (): VNode => (
  <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
    <path
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      d="M16 16V5M16 16l8.6-6.9M16 16l10.7 2.4M16 16l4.8 9.9M16 16l-4.8 9.9M16 16 5.3 18.4M16 16 7.4 9.1"
    />
    <g fill="currentColor">
      <circle cx="16" cy="16" r="4" />
      <circle cx="16" cy="5" r="2.8" />
      <circle cx="24.6" cy="9.1" r="2.8" />
      <circle cx="26.7" cy="18.4" r="2.8" />
      <circle cx="20.8" cy="25.9" r="2.8" />
      <circle cx="11.2" cy="25.9" r="2.8" />
      <circle cx="5.3" cy="18.4" r="2.8" />
      <circle cx="7.4" cy="9.1" r="2.8" />
    </g>
  </svg>
);

function Footer(frame: Frame): VNode {
  const { view, language } = frame;
  const words = texts[language];
  const { version, counts, publication } = view.dataset;
  const number = new Intl.NumberFormat(language);
  const column = (title: string, entries: readonly Entry[]): VNode => (
    <div>
      <h2>{title}</h2>
      <ul>
        {entries.map(({ path, name }) => (
          <li key={path}>
            <a href={inLanguage(path, language)}>{name}</a>
          </li>
        ))}
      </ul>
    </div>
  );
  const machines: Entry[] = [
    { path: '/.well-known/api-catalog', name: words.apiCatalogue },
    ...(publication ? [{ path: '/.well-known/void', name: words.voidDescription }] : []),
  ];
  return (
    <footer class="colophon">
      <div class="columns">
        {column(words.subject, [
          ...subjectEntries(frame),
          ...view.collections.list
            .filter(({ name }) => !view.pages.some(({ path, menu }) => menu && path === name))
            .map(({ name, title }) => ({ path: `/${name}`, name: title[language] ?? name })),
        ])}
        {column(words.theData, [...dataEntries(frame), ...furtherEntries(frame)])}
        {column(words.forMachines, machines)}
        <div>
          <h2>{words.numbersOfGraph}</h2>
          <p>
            {words.version} <code>{version}</code>
            <br />
            {number.format(counts.asserted)} {words.asserted}
            <br />
            {number.format(counts.inferred)} {words.inferred}
            {counts.described > 0 && (
              <>
                <br />
                {number.format(counts.described)} {words.described}
              </>
            )}
          </p>
        </div>
      </div>
      {publication && (
        <p>
          {words.license}: <a href={publication.license}>{publication.license}</a>
        </p>
      )}
    </footer>
  );
}
