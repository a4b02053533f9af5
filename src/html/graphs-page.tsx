import type { VNode } from 'preact';
import { type GraphsPage, graphPath, graphStorePath, graphsPagePath } from '../publish/graph-statistics.ts';
import { formats } from '../rdf/formats.ts';
import { inLanguage, page } from './layout.tsx';
import { Steps, Triples } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import { baseOf, localAddress, shorten, type View } from './view.ts';

/** How many triples of a graph its page shows: a browser can take a table of some thousand cells. */
const shownLimit = 500;

/** The list of graphs, or a page of it: each with the number of its triples. */
export function graphsPage(
  view: View,
  defaultTriples: number,
  { page: number, pages, named }: GraphsPage,
  language: Language,
): string {
  const words = texts[language];
  const others = [{ name: 'json', label: 'JSON' }, ...formats];
  const path = graphsPagePath(number);
  return page({
    view,
    language,
    title: words.graphs,
    path,
    children: (
      <>
        <h1>{words.graphs}</h1>
        <p class="lead">{words.graphsText}</p>
        <p class="formats meta">
          {words.thisList}: <Formats path={path} formats={others} />
        </p>
        <div class="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.graph}</th>
                <th scope="col">{words.triples}</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <td>
                  <a href={inLanguage(`${graphStorePath}?default`, language)}>{words.defaultGraph}</a>
                  <div class="meta">{words.defaultGraphText}</div>
                </td>
                <td>{defaultTriples}</td>
              </tr>
              {named.map(({ name, triples }) => (
                <tr key={name}>
                  <td>
                    <a href={inLanguage(graphPath(baseOf(view), name), language)}>{titleOf(view, name, language)}</a>
                    <div class="meta">
                      <code>{name}</code>
                    </div>
                  </td>
                  <td>{triples}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Steps page={number} pages={pages} language={language} address={graphsPagePath} />
      </>
    ),
  });
}

/** One graph: the named one, or without a name the default graph. */
export function graphPage(view: View, name: string | undefined, path: string, language: Language): string {
  const words = texts[language];
  const { triples: shown, total } = view.index.sample(name, shownLimit);
  const title = name === undefined ? words.defaultGraph : titleOf(view, name, language);
  // A graph whose name stands for nothing else has no page but this.
  const namedAfter = name !== undefined && view.index.types(name).length > 0;
  return page({
    view,
    language,
    title,
    path,
    children: (
      <>
        <h1>{title}</h1>
        <p class="meta">
          {name === undefined ? (
            words.defaultGraphText
          ) : (
            <>
              {words.iri}: <code>{name}</code>
            </>
          )}
          {namedAfter && (
            <>
              <br />
              <a href={localAddress(view, name)}>{words.namedAfter}</a>
            </>
          )}
        </p>
        <p class="formats meta">
          {words.thisGraph}: <Formats path={path} formats={formats} />
        </p>
        <h2>
          {shown.length < total
            ? `${words.firstTriples} (${shown.length} ${words.of} ${total})`
            : `${words.triples} (${total})`}
        </h2>
        <Triples view={view} quads={shown} language={language} />
        <p class="meta">
          <a href={inLanguage(graphStorePath, language)}>{words.graphs}</a>
        </p>
      </>
    ),
  });
}

const titleOf = (view: View, name: string, language: Language): string =>
  view.index.label(name, language) ?? shorten(view, name);

function Formats({
  path,
  formats,
}: {
  path: string;
  formats: readonly { readonly name: string; readonly label: string }[];
}): VNode {
  return (
    <>
      {formats.map(({ name, label }) => (
        <span key={name}>
          <a href={`${path}${path.includes('?') ? '&' : '?'}format=${name}`}>{label}</a>{' '}
        </span>
      ))}
    </>
  );
}
