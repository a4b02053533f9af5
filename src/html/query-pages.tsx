import type { VNode } from 'preact';
import type { QueryResult } from '../engine/engine.ts';
import { page } from './layout.tsx';
import { Examples, Name } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import type { View } from './view.ts';

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
