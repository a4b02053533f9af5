import type { ComponentChildren, VNode } from 'preact';
import { type QueryResult, resultFormats } from '../engine/engine.ts';
import type { QueryFile } from '../load/query-files.ts';
import { firstExample } from '../load/query-files.ts';
import { formats } from '../rdf/formats.ts';
import { type Cited, citeAsBibtex, citeAsText } from './citation.ts';
import { page } from './layout.tsx';
import { Name } from './parts.tsx';
import { ProblemDetails } from './problem-pages.tsx';
import { problemTexts } from './problem-texts.ts';
import { type AnswerFormat, dataIds, type GivenAnswer, type QuerySettings } from './query-settings.ts';
import { fill, queryTexts } from './query-texts.ts';
import { type AnswerKind, snippetWriters } from './snippets.ts';
import { type Language, texts } from './texts.ts';
import { baseOf, type ProblemView, type View } from './view.ts';

/** What the query page shows beside what all pages do. */
export interface QueryView extends View {
  /** When the current version was prepared. */
  readonly modified: Date;
  /** Whether answers can change within a version: then none has an address of its own. */
  readonly live?: boolean;
}

/** What the page is opened with. */
export interface QueryPageState {
  /** The longest address that the server reads. */
  readonly addressLength: number;
  readonly query?: string | undefined;
  /** The version that was asked for, if any. */
  readonly version?: string | undefined;
  readonly result?: QueryResult;
  readonly problem?: ProblemView & { readonly extra?: Readonly<Record<string, unknown>> };
}

/** Where queries are asked, and the page for it found. */
const path = '/sparql';

/** The address of the page with a query in it. */
const addressOf = (query: string, language: Language, version?: string): string =>
  `${path}?${new URLSearchParams({ query, ...(version ? { version } : {}), lang: language })}`;

/** A query without the lines that say what it is, which the page says beside it. */
const withoutRemarks = (query: string): string => query.replace(/^(?:#\+.*\r?\n)+\s*/, '').trimEnd();

/**
 * The page to write a query on, with the answer to one or with what went wrong. Everything works as a form and links; a
 * script makes of it an editor with completion, and of the answer a table that sorts.
 */
export function queryPage(view: QueryView, language: Language, state: QueryPageState): string {
  const words = queryTexts[language];
  const query = state.query ?? firstQuery(view);
  const { result, problem, version } = state;
  const answer = result && given(result);
  const title = state.query === undefined ? words.title : words.results;
  return page({
    view,
    language,
    title: state.query === undefined ? words.title : `${words.title}: ${title}`,
    path:
      state.query === undefined ? path : `${path}?${new URLSearchParams({ query, ...(version ? { version } : {}) })}`,
    assets: ['query.css', 'query.js'],
    children: (
      <>
        <h1>{problem ? `${problem.status} ${problemTexts[problem.name].title[language]}` : words.title}</h1>
        <p class="lead">{words.lead}</p>
        <div class="query-page">
          <section class="query-write" aria-label={words.query}>
            {version && version !== view.dataset.version && (
              <p id="query-version" class="query-version">
                {fill(words.askedVersion, { version })} <a href={addressOf(query, language)}>{words.askCurrent}</a>
              </p>
            )}
            <QueryForm language={language} query={query} version={version} />
            <div id="query-fault" class="query-fault" role="alert">
              {problem && <Fault problem={problem} language={language} />}
            </div>
            <section id="query-results" class="query-results" hidden={!answer}>
              <h2>{words.results}</h2>
              <p id="query-told" class="meta" role="status" />
              <div id="query-shown">{answer && <Answer view={view} language={language} answer={answer} />}</div>
              <p id="query-downloads" class="formats meta">
                {answer && <Downloads words={words} kind={answer.kind} query={query} version={version} />}
              </p>
            </section>
          </section>
          <Examples view={view} language={language} />
        </div>
        <Share view={view} language={language} query={query} version={version} />
        <Code view={view} language={language} query={query} kind={answer?.kind ?? kindOf(query)} version={version} />
        <Data id={dataIds.settings} data={settingsOf(view, language, state)} />
        {answer && <Data id={dataIds.answer} data={answer} />}
        {problem && <Data id={dataIds.problem} data={describeProblem(problem, language)} />}
      </>
    ),
  });
}

/** What a reader begins with: the example that newcomers are shown, else the shortest that gives rows. */
function firstQuery({ examples }: View): string {
  const first = firstExample(examples);
  if (first !== undefined) return first;
  const queries = examples.map((each) => withoutRemarks(each.query)).filter((each) => kindOf(each) === 'rows');
  return queries.sort((a, b) => a.length - b.length)[0] ?? 'SELECT * WHERE { ?s ?p ?o } LIMIT 10';
}

const given = ({ kind, body }: QueryResult): GivenAnswer => ({ kind, body: new TextDecoder().decode(body) });

/** Good enough to say what a query will be answered with: the answer itself tells it for certain. */
const kindOf = (query: string): AnswerKind => {
  const [, form] = /^\s*(select|ask|construct|describe)\b/im.exec(query) ?? [];
  return form?.toLowerCase() === 'ask' ? 'boolean' : /^[cd]/i.test(form ?? '') ? 'graph' : 'rows';
};

/** Data for the script: nothing that a browser would run. A "<" in a text would end the element. */
const Data = ({ id, data }: { id: string; data: object }): VNode => (
  <script
    id={id}
    type="application/json"
    dangerouslySetInnerHTML={{ __html: JSON.stringify(data).replaceAll('<', '\\u003c') }}
  />
);

const rowFormats: readonly AnswerFormat[] = resultFormats.map(({ name, label }) => ({ name, label, extension: name }));
const graphFormats: readonly AnswerFormat[] = formats
  .filter(({ graphs, name }) => !graphs || name === 'json-ld')
  .map(({ name, label, extension }) => ({ name, label, extension }));
const formatsOf = (kind: AnswerKind): readonly AnswerFormat[] => (kind === 'graph' ? graphFormats : rowFormats);

function settingsOf(
  view: QueryView,
  language: Language,
  { version: askedVersion, addressLength }: QueryPageState,
): QuerySettings {
  const { publication, version } = view.dataset;
  const { title, publisher, date, license } = citedOf(view, language, askedVersion ?? version);
  return {
    language,
    endpoint: view.publicUrl + path,
    base: baseOf(view),
    prefixes: publication?.prefixes ?? {},
    formats: { rows: rowFormats, graph: graphFormats },
    version,
    askedVersion,
    title,
    publisher,
    date: date ?? '',
    license,
    addressLength,
    live: view.live ?? false,
    words: queryTexts[language],
  };
}

function citedOf(view: QueryView, language: Language, version: string): Omit<Cited, 'address'> {
  const { publication } = view.dataset;
  const publisher = publication?.catalogue?.publisher;
  return {
    title: publication?.title[language] ?? 'RDF',
    part: queryTexts[language].answerToQuery,
    publisher: publisher && view.index.label(publisher, language),
    version,
    // Of an earlier version it is not known when it was made.
    date: version === view.dataset.version ? view.modified.toISOString().slice(0, 10) : undefined,
    license: publication?.license,
  };
}

const describeProblem = (
  { status, name, message, extra }: NonNullable<QueryPageState['problem']>,
  language: Language,
) => ({
  status,
  type: `/problems/${name}`,
  title: problemTexts[name].title[language],
  detail: message,
  ...extra,
});

function QueryForm({
  language,
  query,
  version,
}: {
  language: Language;
  query: string;
  version: string | undefined;
}): VNode {
  const words = queryTexts[language];
  return (
    <form id="query-form" class="query-form" method="get" action={path}>
      <input type="hidden" name="lang" value={language} />
      {version && <input type="hidden" name="version" value={version} />}
      <label for="query">{words.query}</label>
      {/* As high as the editor that takes its place, so that nothing jumps. */}
      <textarea id="query" name="query" spellcheck={false} rows={Math.min(30, Math.max(10, query.split('\n').length))}>
        {/* A parser of HTML drops the first line end of what is in here. */}
        {query.startsWith('\n') ? `\n${query}` : query}
      </textarea>
      <p id="query-help" class="meta" hidden>
        {words.help}
      </p>
      <p class="query-actions">
        <button type="submit" class="button">
          {words.run}
        </button>{' '}
        <button type="button" id="query-cancel" hidden>
          {words.cancel}
        </button>{' '}
        <span id="query-elapsed" class="meta" />
        <span id="query-format">
          <label for="format">{words.format}</label>{' '}
          <select id="format" name="format">
            <option value="html">{words.page}</option>
            {[...rowFormats, ...graphFormats].map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </span>
      </p>
    </form>
  );
}

function Fault({ problem, language }: { problem: NonNullable<QueryPageState['problem']>; language: Language }): VNode {
  const { line, column } = problem.extra ?? {};
  return (
    <>
      {typeof line === 'number' && typeof column === 'number' && (
        <p>
          <strong>{fill(queryTexts[language].line, { line, column })}</strong>
        </p>
      )}
      <ProblemDetails problem={problem} language={language} />
    </>
  );
}

function Answer({ view, language, answer }: { view: View; language: Language; answer: GivenAnswer }): VNode {
  const words = queryTexts[language];
  if (answer.kind === 'graph') return <pre class="query-raw">{answer.body}</pre>;
  const { head, results, boolean } = JSON.parse(answer.body) as JsonResults;
  if (boolean !== undefined) return <p class="query-boolean">{boolean ? words.yes : words.no}</p>;
  return <Rows view={view} language={language} variables={head.vars ?? []} rows={results?.bindings ?? []} />;
}

interface JsonResults {
  readonly head: { readonly vars?: readonly string[] };
  readonly results?: { readonly bindings: readonly Record<string, JsonTerm>[] };
  readonly boolean?: boolean;
}

interface JsonTerm {
  readonly type: string;
  readonly value: string;
  readonly 'xml:lang'?: string;
}

function Rows({
  view,
  language,
  variables,
  rows,
}: {
  view: View;
  language: Language;
  variables: readonly string[];
  rows: readonly Record<string, JsonTerm>[];
}): VNode {
  const words = queryTexts[language];
  if (!rows.length) return <p>{words.none}</p>;
  return (
    <>
      <p class="meta">{rows.length === 1 ? words.row : fill(words.rows, { rows: rows.length })}</p>
      <Scrolling label={words.results}>
        <table>
          <thead>
            <tr>
              {variables.map((variable) => (
                <th key={variable} scope="col">
                  {variable}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {variables.map((variable) => {
                  const term = row[variable];
                  return (
                    <td key={variable}>
                      {term &&
                        (term.type === 'uri' ? (
                          <Name view={view} iri={term.value} language={language} />
                        ) : (
                          <span lang={term['xml:lang']}>{term.value}</span>
                        ))}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  );
}

/** What may be wider than the page. */
const Scrolling = ({ label, children }: { label: string; children: ComponentChildren }): VNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without the focus, arrow keys could not move what is in it
  <section class="wide" aria-label={label} tabIndex={0}>
    {children}
  </section>
);

function Downloads({
  words,
  kind,
  query,
  version,
}: {
  words: (typeof queryTexts)[Language];
  kind: AnswerKind;
  query: string;
  version: string | undefined;
}): VNode {
  return (
    <>
      {words.download}:{' '}
      {formatsOf(kind).map(({ name, label, extension }) => (
        <span key={name}>
          <a
            href={`${path}?${new URLSearchParams({ query, format: name, ...(version ? { version } : {}) })}`}
            download={`${words.results.toLowerCase()}.${extension}`}
          >
            {label}
          </a>{' '}
        </span>
      ))}
    </>
  );
}

/** The example queries by the group of users who ask them, each with a link that opens and runs it. */
function Examples({ view, language }: { view: View; language: Language }): VNode {
  const words = queryTexts[language];
  const sizeOf = (group: string): number => view.examples.filter((each) => groupOf(each) === group).length;
  const groups = [...new Set(view.examples.map(groupOf))].sort().sort((a, b) => sizeOf(b) - sizeOf(a));
  return (
    <section class="query-examples" aria-labelledby="examples">
      <h2 id="examples">{words.examples}</h2>
      <p class="meta">{words.examplesText}</p>
      <p id="examples-filter" hidden>
        <label for="examples-word">{words.filterExamples}</label>
        <input type="search" id="examples-word" autocomplete="off" />
      </p>
      <p id="examples-none" hidden>
        {words.noExample}
      </p>
      {groups.map((group, index) => {
        const examples = view.examples.filter((each) => groupOf(each) === group);
        return (
          <details key={group} open={index === 0}>
            <summary>
              {texts[language][group as 'policy-analyst'] ?? (group || words.others)}{' '}
              <span class="meta">({examples.length})</span>
            </summary>
            <ul>
              {examples.map((example) => (
                <li key={example.name}>
                  <a href={addressOf(withoutRemarks(example.query), language)}>
                    {example.title[language] ?? example.name}
                  </a>
                  <p>{example.description[language]}</p>
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </section>
  );
}

const groupOf = ({ tags }: QueryFile): string => tags[0] ?? '';

/** A text to copy. The button comes hidden: it would do nothing where no script runs. */
const Copied = ({ id, label, words, note, children }: CopiedProps): VNode => (
  <div class="query-copied">
    <h3>{label}</h3>
    {note && <p class="meta">{note}</p>}
    <pre id={id}>{children}</pre>
    <button type="button" data-copy={id} data-done={words.copied} hidden>
      {words.copy}
    </button>
  </div>
);

interface CopiedProps {
  readonly id: string;
  readonly label: string;
  readonly words: (typeof queryTexts)[Language];
  readonly note?: string;
  readonly children: ComponentChildren;
}

interface QueryPartProps {
  readonly view: QueryView;
  readonly language: Language;
  readonly query: string;
  readonly version: string | undefined;
}

function Share({ view, language, query, version = view.dataset.version }: QueryPartProps): VNode {
  const words = queryTexts[language];
  const endpoint = view.publicUrl + path;
  const address = `${endpoint}?${new URLSearchParams(view.live ? { query } : { query, version })}`;
  const cited: Cited = { ...citedOf(view, language, version), address };
  return (
    <section id="query-share" class="query-share">
      <h2>{words.share}</h2>
      <Copied id="share-link" label={words.link} words={words} note={words.linkText}>
        {`${endpoint}?${new URLSearchParams({ query })}`}
      </Copied>
      {!view.live && (
        <Copied id="share-pinned" label={words.pinned} words={words} note={fill(words.pinnedText, { version })}>
          {address}
        </Copied>
      )}
      <Copied id="share-citation" label={words.citation} words={words}>
        {citeAsText(cited, words)}
      </Copied>
      <Copied id="share-bibtex" label={words.bibtex} words={words}>
        {citeAsBibtex(cited, words)}
      </Copied>
    </section>
  );
}

function Code({ view, language, query, version, kind }: QueryPartProps & { readonly kind: AnswerKind }): VNode {
  const words = queryTexts[language];
  return (
    <section id="query-code" class="query-code">
      <h2>{words.code}</h2>
      <p class="meta">{words.codeText}</p>
      {snippetWriters.map(({ name, label, write }) => (
        <Copied key={name} id={`code-${name}`} label={label} words={words}>
          {write({ endpoint: view.publicUrl + path, query, kind, version })}
        </Copied>
      ))}
    </section>
  );
}
