import type { Quad, Term } from '@rdfjs/types';
import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type { QueryResult } from '../engine/engine.ts';
import type { Collection } from '../publish/collections.ts';
import type { Dump } from '../publish/dumps.ts';
import type { Description } from '../publish/graph-index.ts';
import { formats } from '../rdf/formats.ts';
import { rdf } from '../rdf/terms.ts';
import { type Language, texts } from './texts.ts';
import { localAddress, type ProblemView, shorten, type View } from './view.ts';

interface Frame {
  readonly view: View;
  readonly language: Language;
  readonly title: string;
  readonly children: ComponentChildren;
}

function page({ view, language, title, children }: Frame): string {
  const words = texts[language];
  const name = view.dataset.publication?.title[language] ?? 'RDF';
  const { asserted, inferred } = view.dataset.counts;
  return `<!doctype html>${render(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === name ? name : `${title} – ${name}`}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <header>
          <strong>{name}</strong>
          <nav>
            <a href={`/?lang=${language}`}>{words.home}</a> · <a href={`/sparql?lang=${language}`}>{words.sparql}</a> ·{' '}
            <a href={`/dumps/?lang=${language}`}>{words.dumps}</a>
            {view.dataset.publication && (
              <>
                {' '}
                · <a href={`/ontology?lang=${language}`}>{words.ontology}</a>
              </>
            )}{' '}
            ·{' '}
            <a href={`?lang=${words.otherLanguage}`} lang={words.otherLanguage} hreflang={words.otherLanguage}>
              {words.other}
            </a>
          </nav>
        </header>
        <main id="content">{children}</main>
        <footer>
          {words.version} {view.dataset.version} · {asserted} {words.asserted}, {inferred} {words.inferred}
          {view.dataset.publication && (
            <>
              {' '}
              · {words.license}: <a href={view.dataset.publication.license}>{view.dataset.publication.license}</a>
            </>
          )}
        </footer>
      </body>
    </html>,
  )}`;
}

/** The way in: what this is, collections, example queries. */
export function homePage(view: View, language: Language): string {
  const words = texts[language];
  const { publication } = view.dataset;
  const title = publication?.title[language] ?? 'RDF';
  return page({
    view,
    language,
    title,
    children: (
      <>
        <h1>{title}</h1>
        <p class="lead">{publication?.description[language]}</p>
        <h2>{words.collections}</h2>
        <ul class="cards">
          {view.collections.list.map((each) => (
            <li key={each.name}>
              <a href={`/${each.name}?lang=${language}`}>{each.title[language]}</a>
              <p>{each.description[language]}</p>
            </li>
          ))}
        </ul>
        <Examples view={view} language={language} />
      </>
    ),
  });
}

function Examples({ view, language }: { view: View; language: Language }): VNode {
  return (
    <>
      <h2>{texts[language].examples}</h2>
      <ul class="cards">
        {view.examples.map((example) => (
          <li key={example.name}>
            <a href={`/sparql?lang=${language}&format=html&query=${encodeURIComponent(example.query)}`}>
              {example.title[language]}
            </a>
            <p>{example.description[language]}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Name({ view, iri, language }: { view: View; iri: string; language: Language }): VNode {
  const address = localAddress(view, iri);
  const name = view.index.label(iri, language) ?? shorten(view, iri);
  // Only web addresses become links: a graph could hold javascript: IRIs.
  return /^(https?:|\/)/.test(address) ? <a href={address}>{name}</a> : <span>{name}</span>;
}

function Value({ view, term, language }: { view: View; term: Term; language: Language }): VNode {
  if (term.termType === 'NamedNode') return <Name view={view} iri={term.value} language={language} />;
  if (term.termType === 'Literal')
    return (
      <span lang={term.language || undefined}>
        {term.value}
        {term.language && term.language !== language && <span class="meta"> ({term.language})</span>}
      </span>
    );
  return <span>{term.value}</span>;
}

function Facts({
  view,
  quads,
  language,
  side,
}: {
  view: View;
  quads: readonly Quad[];
  language: Language;
  side: 'object' | 'subject';
}): VNode {
  const groups = new Map<string, Term[]>();
  for (const each of quads) {
    if (each.predicate.value === rdf('type')) continue;
    groups.set(each.predicate.value, [...(groups.get(each.predicate.value) ?? []), each[side]]);
  }
  return (
    <dl class="facts">
      {[...groups].map(([property, terms]) => (
        <>
          <dt key={property}>
            <Name view={view} iri={property} language={language} />
          </dt>
          <dd>
            <ul>
              {terms.map((term) => (
                <li key={term.value}>
                  <Value view={view} term={term} language={language} />
                </li>
              ))}
            </ul>
          </dd>
        </>
      ))}
    </dl>
  );
}

/** Everything known of one thing. */
export function aboutPage(view: View, description: Description, language: Language): string {
  const words = texts[language];
  const { iri, incoming, incomingCount, sources, stated } = description;
  const asserted = description.outgoing.filter((each) => !view.index.isInferred(each));
  const follows = description.outgoing.filter((each) => view.index.isInferred(each));
  const title = view.index.label(iri, language) ?? shorten(view, iri);
  const path = iri.slice(view.dataset.publication?.base.length ?? 0);
  return page({
    view,
    language,
    title,
    children: (
      <>
        <h1>{title}</h1>
        <p class="lead">{view.index.text(iri, language)}</p>
        <p class="meta">
          {words.type}:{' '}
          {view.index.types(iri).map((type, index) => (
            <span key={type}>
              {index > 0 && ', '}
              <Name view={view} iri={type} language={language} />
            </span>
          ))}
          <br />
          {words.iri}: <code>{iri}</code>
        </p>
        <h2>{words.statements}</h2>
        <Facts view={view} quads={asserted} language={language} side="object" />
        {follows.length > 0 && (
          <>
            <h2>{words.follows}</h2>
            <Facts view={view} quads={follows} language={language} side="object" />
          </>
        )}
        {stated.length > 0 && (
          <>
            <h2>{words.states}</h2>
            <Triples view={view} quads={stated} language={language} />
          </>
        )}
        {incoming.length > 0 && (
          <>
            <h2>
              {words.pointing}{' '}
              {incomingCount > incoming.length && `(${incoming.length} ${words.of} ${incomingCount} ${words.shown})`}
            </h2>
            <Facts view={view} quads={incoming} language={language} side="subject" />
          </>
        )}
        {sources.length > 0 && (
          <>
            <h2>{words.saysWho}</h2>
            <ul>
              {sources.map((source) => (
                <li key={source}>
                  <Name view={view} iri={source} language={language} />
                </li>
              ))}
            </ul>
          </>
        )}
        <p class="formats meta">
          {words.formats}:{' '}
          {formats.map((format) => (
            <span key={format.name}>
              <a href={`/about/${encodeURI(path)}.${format.extension}`}>{format.label}</a>{' '}
            </span>
          ))}
        </p>
      </>
    ),
  });
}

function Triples({ view, quads, language }: { view: View; quads: readonly Quad[]; language: Language }): VNode {
  return (
    <div class="wide">
      <table>
        <tbody>
          {quads.map((each) => (
            <tr key={`${each.subject.value} ${each.predicate.value} ${each.object.value}`}>
              <td>
                <Value view={view} term={each.subject} language={language} />
              </td>
              <td>
                <Name view={view} iri={each.predicate.value} language={language} />
              </td>
              <td>
                <Value view={view} term={each.object} language={language} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A list of things. */
export function collectionPage(view: View, collection: Collection, language: Language): string {
  return page({
    view,
    language,
    title: collection.title[language] ?? collection.name,
    children: (
      <>
        <h1>{collection.title[language]}</h1>
        <p class="lead">{collection.description[language]}</p>
        <ul class="cards">
          {collection.members.map((iri) => (
            <li key={iri}>
              <Name view={view} iri={iri} language={language} />
              <p>{view.index.text(iri, language)}</p>
            </li>
          ))}
        </ul>
      </>
    ),
  });
}

/** A whole graph, subject by subject. */
export function graphPage(view: View, iri: string, quads: readonly Quad[], language: Language): string {
  const words = texts[language];
  const subjects = [
    ...new Set(quads.filter(({ subject }) => subject.termType === 'NamedNode').map(({ subject }) => subject.value)),
  ].sort();
  return page({
    view,
    language,
    title: view.index.label(iri, language) ?? shorten(view, iri),
    children: (
      <>
        <h1>{view.index.label(iri, language) ?? iri}</h1>
        <p class="lead">{view.index.text(iri, language)}</p>
        <h2>{words.terms}</h2>
        {subjects.map((subject) => (
          <section key={subject} id={subject.split('#')[1]}>
            <h3>{view.index.label(subject, language) ?? shorten(view, subject)}</h3>
            <p class="meta">{shorten(view, subject)}</p>
            <Facts
              view={view}
              quads={quads.filter((each) => each.subject.value === subject)}
              language={language}
              side="object"
            />
          </section>
        ))}
      </>
    ),
  });
}

function QueryForm({ language, query }: { language: Language; query: string }): VNode {
  const words = texts[language];
  return (
    <form method="get" action="/sparql">
      <input type="hidden" name="lang" value={language} />
      <label for="query">{words.query}</label>
      <textarea id="query" name="query" spellcheck={false}>
        {query}
      </textarea>
      <p>
        <label for="format">{words.format}</label>{' '}
        <select id="format" name="format">
          {['html', 'json', 'xml', 'csv', 'tsv', 'turtle', 'n-triples', 'json-ld', 'rdf-xml'].map((format) => (
            <option key={format}>{format}</option>
          ))}
        </select>{' '}
        <button type="submit">{words.run}</button>
      </p>
    </form>
  );
}

/** The page to write a query on. */
export function queryPage(view: View, language: Language): string {
  return page({
    view,
    language,
    title: texts[language].query,
    children: (
      <>
        <h1>SPARQL</h1>
        <QueryForm language={language} query={view.examples[0]?.query ?? 'SELECT * WHERE { ?s ?p ?o } LIMIT 10'} />
        <Examples view={view} language={language} />
      </>
    ),
  });
}

interface JsonTerm {
  readonly type: string;
  readonly value: string;
  readonly 'xml:lang'?: string;
}

/** An answer as a page: a table of rows, yes or no, or a graph as Turtle. */
export function rowsPage(view: View, query: string, result: QueryResult, language: Language): string {
  const words = texts[language];
  const text = new TextDecoder().decode(result.body);
  let answer: VNode;
  if (result.kind === 'graph') answer = <pre>{text}</pre>;
  else {
    const { head, results, boolean } = JSON.parse(text) as {
      head: { vars?: string[] };
      results?: { bindings: Record<string, JsonTerm>[] };
      boolean?: boolean;
    };
    answer =
      boolean === undefined ? (
        <Rows view={view} language={language} variables={head.vars ?? []} rows={results?.bindings ?? []} />
      ) : (
        <p class="lead">{boolean ? words.yes : words.no}</p>
      );
  }
  return page({
    view,
    language,
    title: words.results,
    children: (
      <>
        <h1>{words.results}</h1>
        {answer}
        <h2>{words.query}</h2>
        <QueryForm language={language} query={query} />
      </>
    ),
  });
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
  return (
    <>
      <p class="meta">
        {rows.length} {texts[language].rows}
      </p>
      <div class="wide">
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
      </div>
    </>
  );
}

/** The list of dumps. */
export function dumpsPage(view: View, dumps: readonly Dump[], language: Language): string {
  const words = texts[language];
  return page({
    view,
    language,
    title: words.dumps,
    children: (
      <>
        <h1>{words.dumps}</h1>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.format}</th>
              <th scope="col">{words.file}</th>
            </tr>
          </thead>
          <tbody>
            {dumps.map(({ file, format, gzip }) => (
              <tr key={file}>
                <td>
                  {format.label}, {gzip ? 'gzip' : words.plain}
                </td>
                <td>
                  <a href={`/dumps/${file}`}>{file}</a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </>
    ),
  });
}

/** What went wrong, for people. */
export function problemPage(view: View, problem: ProblemView, language: Language): string {
  return page({
    view,
    language,
    title: `${problem.status} ${problem.title}`,
    children: (
      <>
        <h1>
          {problem.status} {problem.title}
        </h1>
        <p class="lead">{problem.message}</p>
        <p>
          <a href={`/?lang=${language}`}>{texts[language].goHome}</a>
        </p>
      </>
    ),
  });
}
