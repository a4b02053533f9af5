import type { ThingHistory } from '../publish/thing-history.ts';
import { historyName, keyOfStatement, StatementLine, Time } from './changes-page.tsx';
import { changesPath, changesPathOf, comparisonPath, FeedLink, feedPath } from './changes-paths.tsx';
import { changesTexts } from './changes-texts.ts';
import { inLanguage, page } from './layout.tsx';
import { Name } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import type { View } from './view.ts';

/** What changed of one thing, version by version. */
export function thingChangesPage(view: View, history: ThingHistory, language: Language): string {
  const words = changesTexts[language];
  const { thing, steps } = history;
  const name = historyName(view, history, language);
  const title = words.changesOf(name);
  return page({
    view,
    language,
    title,
    path: changesPathOf(thing),
    head: <FeedLink title={title} thing={thing} language={language} />,
    children: (
      <>
        <h1>{title}</h1>
        <p class="lead">{words.changesOfText}</p>
        {view.index.has(thing) && (
          <p class="meta">
            {texts[language].backTo} <Name view={view} iri={thing} language={language} />
          </p>
        )}
        {steps.length === 0 && <p>{words.unchanged}</p>}
        {steps.map((step) => {
          const rest = step.added + step.removed - step.statements.length;
          return (
            <section key={step.to.version}>
              <h2>
                {words[step.happening]} <span class="when">{step.to.prepared && <Time at={step.to.prepared} />}</span>
              </h2>
              <p class="meta">
                <a href={inLanguage(comparisonPath(step.from, step.to.version), language)}>
                  {words.fromTo(step.from, step.to.version)}
                </a>
              </p>
              <ul class="plain statements">
                {step.statements.map((statement) => (
                  <StatementLine
                    key={keyOfStatement(statement)}
                    view={view}
                    statement={statement}
                    language={language}
                  />
                ))}
              </ul>
              {rest > 0 && <p class="meta">{words.moreStatements(rest)}</p>}
            </section>
          );
        })}
        <p class="formats meta follow">
          <a href={inLanguage(feedPath(thing), language)}>{words.follow}</a> ·{' '}
          <a href={inLanguage(changesPath, language)}>{words.allVersions}</a>
        </p>
      </>
    ),
  });
}
