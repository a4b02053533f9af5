import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import type { KeptVersion } from '../dataset/versions.ts';
import type { Changes, Count, GraphChanges, Happening, Statement, ThingChanges } from '../publish/changes.ts';
import type { ThingHistory } from '../publish/thing-history.ts';
import { changesPath, comparisonPath, FeedLink, feedPath } from './changes-paths.tsx';
import { changesTexts } from './changes-texts.ts';
import { inLanguage, page } from './layout.tsx';
import { Name, Value } from './parts.tsx';
import type { Language } from './texts.ts';
import { shorten, type View } from './view.ts';

/** The list of versions, the newest first. */
export function versionsPage(view: View, versions: readonly KeptVersion[], language: Language): string {
  const words = changesTexts[language];
  const current = view.dataset.version;
  const number = new Intl.NumberFormat(language);
  return page({
    view,
    language,
    title: words.versions,
    path: changesPath,
    head: <FeedLink title={words.versions} language={language} />,
    children: (
      <>
        <h1>{words.versions}</h1>
        <p class="lead">{words.versionsText}</p>
        <div class="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.version}</th>
                <th scope="col">{words.prepared}</th>
                <th scope="col" class="number">
                  {words.asserted}
                </th>
                <th scope="col" class="number">
                  {words.inferred}
                </th>
                <th scope="col">{words.compare}</th>
                <th scope="col">{words.download}</th>
              </tr>
            </thead>
            <tbody>
              {versions.map(({ version, prepared, counts }, index) => {
                const previous = versions[index + 1]?.version;
                return (
                  <tr key={version}>
                    <td class="version">
                      <code>{version}</code>
                      {version === current && <div class="meta">{words.current}</div>}
                    </td>
                    <td class="when">{prepared === undefined ? words.unknown : <Time at={prepared} />}</td>
                    <td class="number">{number.format(counts.asserted)}</td>
                    <td class="number">{number.format(counts.inferred)}</td>
                    <td>
                      {previous !== undefined && (
                        <div>
                          <a href={inLanguage(comparisonPath(previous, version), language)}>{words.sincePrevious}</a>
                        </div>
                      )}
                      {version !== current && (
                        <div>
                          <a href={inLanguage(comparisonPath(version, current), language)}>{words.untilCurrent}</a>
                        </div>
                      )}
                    </td>
                    <td>
                      <a href={inLanguage(`/dumps/${version}/`, language)}>{words.download}</a>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        <p class="formats meta follow">
          <a href={inLanguage(feedPath(), language)}>{words.follow}</a>
        </p>
      </>
    ),
  });
}

/** In Coordinated Universal Time: a page that is kept goes to readers in any zone. */
export const Time = ({ at }: { at: string }): VNode => (
  <time dateTime={at}>{`${at.slice(0, 16).replace('T', ' ')} UTC`}</time>
);

/** What changed between two versions. */
export function changesPage(view: View, changes: Changes, language: Language): string {
  const words = changesTexts[language];
  const address = comparisonPath(changes.from, changes.to);
  return page({
    view,
    language,
    title: words.changes,
    path: address,
    children: (
      <>
        <Comparison view={view} changes={changes} language={language} />
        <p class="formats meta">
          {words.all}: <a href={`${address}.rdfp`}>RDF Patch</a> <a href={`${address}.json`}>JSON</a> ·{' '}
          <a href={inLanguage(comparisonPath(changes.to, changes.from), language)}>{words.otherWay}</a> ·{' '}
          <a href={inLanguage(changesPath, language)}>{words.versions}</a>
        </p>
      </>
    ),
  });
}

/** What changed as a file of its own, with its style in it. */
export function changesDocument(view: View, changes: Changes, language: Language, style: string): string {
  return `<!doctype html>${render(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{changesTexts[language].changes}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <main>
          <Comparison view={view} changes={changes} language={language} />
        </main>
      </body>
    </html>,
  )}\n`;
}

interface Part {
  readonly view: View;
  readonly changes: Changes;
  readonly language: Language;
}

const happenings: readonly Happening[] = ['appeared', 'gone', 'changed', 'unnamed'];

function Comparison({ view, changes, language }: Part): VNode {
  const words = changesTexts[language];
  const { from, to, total } = changes;
  return (
    <>
      <h1>{words.changes}</h1>
      <p class="lead">{words.fromTo(from, to)}</p>
      {total.removed + total.added === 0 && <p>{words.equal}</p>}
      <Totals changes={changes} language={language} />
      <BySource view={view} changes={changes} language={language} />
      {happenings.map((name) => (
        <Things key={name} view={view} changes={changes} language={language} name={name} />
      ))}
    </>
  );
}

function Totals({ changes, language }: Omit<Part, 'view'>): VNode {
  const words = changesTexts[language];
  const { total, inferred, catalogue, kept } = changes;
  const stated = statedCount(changes);
  return (
    <table>
      <thead>
        <CountHead first={words.statements} language={language} />
      </thead>
      <tbody>
        <CountRow name={words.stated} count={stated} />
        <CountRow name={words.followed} count={inferred} />
        {catalogue.removed + catalogue.added > 0 && <CountRow name={words.ofDataset} count={catalogue} />}
        <CountRow name={words.total} count={total} />
        <tr>
          <td>{words.kept}</td>
          <td colspan={2}>{kept}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** How much of what is stated has changed. */
export const statedCount = ({ total, inferred, catalogue }: Changes): Count => ({
  removed: total.removed - inferred.removed - catalogue.removed,
  added: total.added - inferred.added - catalogue.added,
});

const CountHead = ({ first, language }: { first: string; language: Language }): VNode => (
  <tr>
    <th scope="col">{first}</th>
    <th scope="col">{changesTexts[language].removed}</th>
    <th scope="col">{changesTexts[language].added}</th>
  </tr>
);

const CountRow = ({ name, count }: { name: string; count: Count }): VNode => (
  <tr>
    <td>{name}</td>
    <td>{count.removed}</td>
    <td>{count.added}</td>
  </tr>
);

/** How many graphs the table lists. */
const shownGraphs = 100;

function BySource({ view, changes, language }: Part): VNode | null {
  const words = changesTexts[language];
  const shown = changes.graphs.slice(0, shownGraphs);
  if (!shown.length) return null;
  const parts = [...new Set(shown.map(({ part }) => part))];
  const rest = changes.graphs.length - shown.length;
  return (
    <>
      <h2>{words.byGraph}</h2>
      <table>
        <thead>
          <CountHead first={words.source} language={language} />
        </thead>
        {parts.map((part) => (
          <tbody key={part}>
            {view.dataset.publication && (
              <tr>
                <th scope="rowgroup">{partName(view, part, language)}</th>
                <th>{sum(shown, part, 'removed')}</th>
                <th>{sum(shown, part, 'added')}</th>
              </tr>
            )}
            {shown
              .filter((each) => each.part === part)
              .map(({ graph, removed, added }) => (
                <tr key={graph}>
                  <td>
                    <GraphName view={view} graph={graph} language={language} />
                  </td>
                  <td>{removed}</td>
                  <td>{added}</td>
                </tr>
              ))}
          </tbody>
        ))}
      </table>
      {rest > 0 && <p class="meta">{words.more(rest)}</p>}
    </>
  );
}

const sum = (graphs: readonly GraphChanges[], part: string, count: keyof Count): number =>
  graphs.reduce((total, each) => total + (each.part === part ? each[count] : 0), 0);

/** What a part of the dataset is called: by its description, else by the thing that a graph of it is named after. */
export function partName(view: View, part: string, language: Language): string {
  const { publication, inputs } = view.dataset;
  if (!part) return changesTexts[language].elsewhere;
  const first = inputs.find((input) => input.part === part)?.graph;
  return (
    publication?.parts?.[part]?.title[language] ??
    (first === undefined ? undefined : view.index.label(first, language)) ??
    part
  );
}

const GraphName = ({ view, graph, language }: { view: View; graph: string; language: Language }): VNode =>
  graph ? <Name view={view} iri={graph} language={language} /> : <span>{changesTexts[language].defaultGraph}</span>;

function Things({ view, changes, language, name }: Part & { name: Happening }): VNode | null {
  const words = changesTexts[language];
  const { count, shown } = changes.things[name];
  if (!count) return null;
  return (
    <>
      <h2 id={name}>
        {words[name]} ({count})
      </h2>
      {name === 'unnamed' && <p>{words.unnamedText}</p>}
      {shown.map((thing) => (
        <Thing key={thing.thing} view={view} thing={thing} language={language} />
      ))}
      {count > shown.length && <p class="meta">{words.more(count - shown.length)}</p>}
    </>
  );
}

function Thing({ view, thing, language }: { view: View; thing: ThingChanges; language: Language }): VNode {
  const words = changesTexts[language];
  const types = view.index.types(thing.thing);
  const rest = thing.removed + thing.added - thing.statements.length;
  return (
    <section>
      <h3>
        {thing.thing.startsWith('_:') ? (
          <code>{thing.thing}</code>
        ) : (
          <Name view={view} iri={thing.thing} language={language} />
        )}{' '}
        <span class="meta">
          {types.map((type, index) => (
            <span key={type}>
              {index > 0 && ', '}
              <Name view={view} iri={type} language={language} />
            </span>
          ))}
        </span>
      </h3>
      <ul class="plain statements">
        {thing.statements.map((statement) => (
          <StatementLine key={keyOfStatement(statement)} view={view} statement={statement} language={language} />
        ))}
      </ul>
      {rest > 0 && <p class="meta">{words.moreStatements(rest)}</p>}
    </section>
  );
}

/** Tells a statement of a list from the others. */
export const keyOfStatement = ({ change, quad: { predicate, object, graph } }: Statement): string =>
  `${change} ${predicate.value} ${object.value} ${graph.value}`;

/** One statement that came or went, and who says it. */
export function StatementLine({
  view,
  statement: { change, quad },
  language,
}: {
  view: View;
  statement: Statement;
  language: Language;
}): VNode {
  const words = changesTexts[language];
  // The sign for the eye, the word for who hears the page.
  const Mark = change === 'removed' ? 'del' : 'ins';
  return (
    <li>
      <span role="img" aria-label={words[change]}>
        {change === 'removed' ? '−' : '+'}
      </span>{' '}
      <Mark>
        <Name view={view} iri={quad.predicate.value} language={language} />:{' '}
        <Value view={view} term={quad.object} language={language} />
      </Mark>
      {quad.graph.value && (
        <span class="meta">
          {' '}
          {words.saidBy} <GraphName view={view} graph={quad.graph.value} language={language} />
        </span>
      )}
    </li>
  );
}

/** A name for texts: what the thing is called, else its IRI, shortened. */
export const plainName = (view: View, iri: string, language: Language): string =>
  view.index.label(iri, language) ?? shorten(view, iri);

/** A name for a thing that may be there no more. */
export const historyName = (view: View, { thing, names }: ThingHistory, language: Language): string =>
  view.index.label(thing, language) ?? names[language] ?? Object.values(names)[0] ?? shorten(view, thing);
