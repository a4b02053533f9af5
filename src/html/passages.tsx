import type { Quad } from '@rdfjs/types';
import type { VNode } from 'preact';
import { factsBySubject } from '../publish/facts.ts';
import { graphPath } from '../publish/graph-statistics.ts';
import { besides, readingsOf, statedBy, type Whereabouts, whereaboutsOf } from '../publish/whereabouts.ts';
import { statementPath } from './facts.tsx';
import { inLanguage } from './layout.tsx';
import { Name, Value } from './parts.tsx';
import type { Language } from './texts.ts';
import { thingTexts } from './thing-texts.ts';
import { baseOf, nameOfThing, type View } from './view.ts';

/** How many triples of a passage its page shows, and how many of a register, which nobody reads from end to end. */
const shownTriples = { passage: 600, other: 120 };

/** Where a passage stands, with the ways to those beside it; of a reading, what it reads. */
export function PassagePlace({
  view,
  place,
  language,
}: {
  view: View;
  place: Whereabouts;
  language: Language;
}): VNode | null {
  const words = thingTexts[language];
  const { document, heading, startLine, endLine, hash, readingOf } = place;
  const readings = readingsOf(view.index, place.iri);
  const { previous, next } = besides(view.index, place);
  if (document === undefined && readingOf === undefined) return null;
  return (
    <section id="place">
      <h2>{words.place}</h2>
      <dl class="facts">
        {readingOf !== undefined && (
          <>
            <dt>{words.readFrom}</dt>
            <dd>
              <Name view={view} iri={readingOf} language={language} />
            </dd>
          </>
        )}
        {document !== undefined && (
          <>
            <dt>{words.inDocument}</dt>
            <dd>
              <Name view={view} iri={document} language={language} />
            </dd>
          </>
        )}
        {heading && (
          <>
            <dt>{words.heading}</dt>
            <dd>
              <span lang={heading.language || undefined}>{heading.text}</span>
            </dd>
          </>
        )}
        {startLine !== undefined && (
          <>
            <dt>{words.lines}</dt>
            <dd>{startLine === endLine || endLine === undefined ? startLine : `${startLine}–${endLine}`}</dd>
          </>
        )}
        {hash !== undefined && (
          <>
            <dt>{words.hash}</dt>
            <dd>
              <code>{hash}</code>
            </dd>
          </>
        )}
        {readings.length > 0 && (
          <>
            <dt>{words.read}</dt>
            <dd>
              <ul>
                {readings.map((reading) => (
                  <li key={reading}>
                    <Name view={view} iri={reading} language={language} />
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
      {(previous ?? next) && (
        <nav class="besides" aria-label={words.outline}>
          {previous && (
            <span>
              ← {words.previous}: <Name view={view} iri={previous.iri} language={language} />
            </span>
          )}
          {next && (
            <span>
              {words.next}: <Name view={view} iri={next.iri} language={language} /> →
            </span>
          )}
        </nav>
      )}
    </section>
  );
}

/** The passages of a document, each with its lines and how much it states. */
export function Outline({
  view,
  passages,
  language,
}: {
  view: View;
  passages: readonly Whereabouts[];
  language: Language;
}): VNode {
  const words = thingTexts[language];
  const number = new Intl.NumberFormat(language);
  const rows = passages.map((passage) => {
    const readings = readingsOf(view.index, passage.iri);
    const read = readings.reduce((sum, reading) => sum + statedBy(view.index, reading).length, 0);
    return { passage, stated: statedBy(view.index, passage.iri).length, read };
  });
  const total = (key: 'stated' | 'read'): string => number.format(rows.reduce((sum, row) => sum + row[key], 0));
  return (
    <section id="outline">
      <h2>{words.outline}</h2>
      <p class="meta">{words.outlineText}</p>
      <div class="wide">
        <table class="outline">
          <thead>
            <tr>
              <th scope="col" class="number">
                {words.order}
              </th>
              <th scope="col">{words.passage}</th>
              <th scope="col" class="number">
                {words.lines}
              </th>
              <th scope="col" class="number">
                {words.statements}
              </th>
              <th scope="col" class="number">
                {words.readings}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ passage, stated, read }) => (
              <tr key={passage.iri}>
                <td class="number">{passage.order}</td>
                <td>
                  <Name view={view} iri={passage.iri} language={language} />
                  {passage.heading && passage.heading.text !== nameOfThing(view, passage.iri, language) && (
                    <div class="meta" lang={passage.heading.language || undefined}>
                      {passage.heading.text}
                    </div>
                  )}
                </td>
                <td class="number">
                  {passage.startLine === passage.endLine
                    ? passage.startLine
                    : `${passage.startLine}–${passage.endLine}`}
                </td>
                <td class="number">{number.format(stated)}</td>
                <td class="number">{read > 0 && number.format(read)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td />
              <th scope="row">{words.total}</th>
              <td />
              <td class="number">{total('stated')}</td>
              <td class="number">{total('read')}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}

/** What a graph states, by what it speaks of; of large graphs the beginning. */
export function Stated({
  view,
  iri,
  triples,
  language,
}: {
  view: View;
  iri: string;
  triples: readonly Quad[];
  language: Language;
}): VNode {
  const words = thingTexts[language];
  const { document, readingOf } = whereaboutsOf(view.index, iri);
  const most = shownTriples[(document ?? readingOf) ? 'passage' : 'other'];
  const subjects = factsBySubject(view.index, triples.slice(0, most));
  return (
    <section id="states">
      <h2>{words.states}</h2>
      <p class="meta">{words.statesText}</p>
      {subjects.map(({ iri: subject, groups }) => (
        <section key={subject} class="subject">
          <h3>
            <Name view={view} iri={subject} language={language} />
          </h3>
          <dl class="facts">
            {groups.map(({ property, facts }) => (
              <>
                <dt key={property}>{nameOfThing(view, property, language)}</dt>
                <dd>
                  <ul>
                    {facts.map(({ value, triple }) => (
                      <li key={`${value.value} ${value.termType === 'Literal' ? value.language : ''}`}>
                        <Value view={view} term={value} language={language} />{' '}
                        <a
                          class="pilcrow"
                          href={statementPath(view, triple, language)}
                          aria-label={words.thisStatement}
                        >
                          ¶
                        </a>
                      </li>
                    ))}
                  </ul>
                </dd>
              </>
            ))}
          </dl>
        </section>
      ))}
      {triples.length > most && (
        <p>
          {words.firstOnly} <a href={inLanguage(graphPath(baseOf(view), iri), language)}>{words.wholeGraph}</a>
        </p>
      )}
    </section>
  );
}
