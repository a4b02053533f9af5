import type { VNode } from 'preact';
import type { Piece } from '../publish/search/search-index.ts';
import { inLanguage, page } from './layout.tsx';
import { Name, Steps } from './parts.tsx';
import type { SearchResults } from './search-results.ts';
import { searchTexts } from './search-texts.ts';
import type { Language } from './texts.ts';
import type { View } from './view.ts';

/** Where things are found by words. */
export const searchPath = '/search';

/** The address of the results of a search, or of one kind or page of them. */
export function searchAddress(
  text: string,
  { kind, page: number = 1 }: { kind?: string | undefined; page?: number } = {},
): string {
  const query = new URLSearchParams({ q: text });
  if (kind !== undefined) query.set('kind', kind);
  if (number > 1) query.set('page', String(number));
  return `${searchPath}?${query}`;
}

/** Kinds that are listed at once: more would push the results from the screen. */
const shownKinds = 10;

/** What a search has found; without results, the form alone. */
export function searchPage(view: View, language: Language, results?: SearchResults): string {
  const words = searchTexts[language];
  return page({
    view,
    language,
    title: results ? words.titleFor(results.query) : words.search,
    path: results ? searchAddress(results.query, results) : searchPath,
    children: (
      <>
        <h1>{words.search}</h1>
        <form class="search-again" action={searchPath} method="get">
          <label for="search-text">{words.label}</label>
          <div>
            <input type="search" id="search-text" name="q" value={results?.query ?? ''} maxlength={200} required />
            <input type="hidden" name="lang" value={language} />
            <button type="submit">{words.search}</button>
          </div>
        </form>
        {results ? <Results view={view} language={language} results={results} /> : <p class="lead">{words.lead}</p>}
      </>
    ),
  });
}

interface Part {
  readonly view: View;
  readonly language: Language;
  readonly results: SearchResults;
}

function Results({ view, language, results }: Part): VNode {
  const words = searchTexts[language];
  if (!results.all) {
    return (
      <div class="notice" role="status">
        <p>{words.nothing(results.query)}</p>
        <p>
          {words.nothingHelp}{' '}
          <a href={inLanguage(`/resolve?id=${encodeURIComponent(results.query)}`, language)}>{words.byIdentifier}</a>.
        </p>
      </div>
    );
  }
  return (
    <div class="search-results">
      <Kinds language={language} results={results} />
      <section aria-labelledby="results">
        <h2 id="results">{words.found(results.total)}</h2>
        <ol class="results" start={1 + (results.page - 1) * results.size}>
          {results.hits.map((hit) => (
            <li key={hit.id}>
              <h3>
                <a href={hit.path} lang={hit.nameLanguage === language ? undefined : hit.nameLanguage || undefined}>
                  <Marked pieces={hit.name} />
                </a>
                {hit.otherName && (
                  <span class="other-name">
                    {' '}
                    (<Marked pieces={hit.otherName} />)
                  </span>
                )}
              </h3>
              <p class="meta">
                <span class="tag">{hit.kindLabel}</span>
                {hit.partOf !== undefined && (
                  <>
                    {' '}
                    {words.partOf} {hit.partOf}
                  </>
                )}
              </p>
              {hit.text && (
                <p lang={hit.textLanguage === language ? undefined : hit.textLanguage || undefined}>
                  <Marked pieces={hit.text} />
                </p>
              )}
              {hit.saidIn.length > 0 && (
                <p class="meta">
                  {words.saidIn}:{' '}
                  {hit.saidIn.slice(0, 2).map((source, index) => (
                    <span key={source}>
                      {index > 0 && ' · '}
                      <Name view={view} iri={source} language={language} />
                    </span>
                  ))}
                  {hit.saidIn.length > 2 && ` ${words.more(hit.saidIn.length - 2)}`}
                </p>
              )}
            </li>
          ))}
        </ol>
        <Steps
          page={results.page}
          pages={results.pages}
          language={language}
          address={(to) => searchAddress(results.query, { kind: results.kind, page: to })}
        />
        <p class="formats meta">
          <a
            href={inLanguage(searchAddress(results.query, results).replace(searchPath, `${searchPath}.json`), language)}
          >
            {words.asJson}
          </a>
        </p>
        {!results.complete && <p class="meta">{words.incomplete(results.searched)}</p>}
      </section>
    </div>
  );
}

function Kinds({ language, results }: Omit<Part, 'view'>): VNode {
  const words = searchTexts[language];
  const first = results.kinds.slice(0, shownKinds);
  const rest = results.kinds.slice(shownKinds);
  const link = (kind: string | undefined, label: string, count: number) => (
    <li key={kind ?? ''}>
      <a
        href={inLanguage(searchAddress(results.query, { kind }), language)}
        aria-current={kind === results.kind ? 'true' : undefined}
      >
        {label} <span class="meta">{count}</span>
      </a>
    </li>
  );
  return (
    <nav class="kinds" aria-label={words.kinds}>
      <ul class="plain">
        {link(undefined, words.allKinds, results.all)}
        {first.map(({ kind, label, count }) => link(kind, label, count))}
      </ul>
      {rest.length > 0 && (
        <details open={rest.some(({ kind }) => kind === results.kind)}>
          <summary>{words.moreKinds(rest.length)}</summary>
          <ul class="plain">{rest.map(({ kind, label, count }) => link(kind, label, count))}</ul>
        </details>
      )}
    </nav>
  );
}

const Marked = ({ pieces }: { pieces: readonly Piece[] }): VNode => (
  <>{pieces.map(({ text, found }, index) => (found ? <mark key={index}>{text}</mark> : text))}</>
);
