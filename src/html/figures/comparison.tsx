import type { VNode } from 'preact';
import type { Row } from '../../publish/tables.ts';
import { Name, Scroll } from '../parts.tsx';
import { amount } from './amount.ts';
import { Evidence } from './evidence.tsx';
import {
  type Chosen,
  distinct,
  documentsOf,
  type Figure,
  type FigureInput,
  groupRows,
  headingIn,
  nameOf,
  valueIn,
} from './figure.ts';
import { figureTexts } from './figure-texts.ts';

/** Up to how many rows a table stays whole; of a longer one the rows after these are folded, the least shared last. */
const wholeLimit = 12;

/**
 * What is said of each `?subject`, side by side: for each `?aspect` a table of `?thing` with the passages (`?source`)
 * that say so. A row of the answer with a `?value` is a number. A subject can have a row without an aspect: nothing is
 * said of it, and it can be chosen all the same.
 */
export const comparison: Figure = (input) => {
  const subjects = distinct(input.rows, 'subject');
  const silent = subjects.filter(
    (subject) => !input.rows.some((row) => valueIn(row, 'subject') === subject && row['aspect']),
  );
  const { view, language } = input;
  return (
    <div class="comparison">
      {[...groupRows(input.rows, 'aspect')].map(([aspect, rows]) => (
        <Aspect key={aspect} input={input} aspect={aspect} rows={rows} subjects={subjects} />
      ))}
      {silent.length > 0 && (
        <p>
          {figureTexts[language].sayNothing}:{' '}
          {silent.map((subject, index) => (
            <span key={subject}>
              {index > 0 && ', '}
              <Name view={view} iri={subject} language={language} />
            </span>
          ))}
          .
        </p>
      )}
    </div>
  );
};

/** Those of whom something is said. */
export const spokenOf = (rows: readonly Row[]): Chosen =>
  new Map([
    [
      'subject',
      new Set(
        distinct(
          rows.filter((row) => row['aspect']),
          'subject',
        ),
      ),
    ],
  ]);

interface Line {
  readonly thing: string;
  readonly rows: readonly Row[];
  readonly subjects: number;
  readonly passages: number;
}

function Aspect({
  input,
  aspect,
  rows,
  subjects,
}: {
  input: FigureInput;
  aspect: string;
  rows: readonly Row[];
  subjects: readonly string[];
}): VNode {
  const { view, language } = input;
  const words = figureTexts[language];
  const name = (iri: string): string => view.index.label(iri, language) ?? iri;
  const lines = [...groupRows(rows, 'thing')]
    .map(
      ([thing, said]): Line => ({
        thing,
        rows: said,
        subjects: distinct(said, 'subject').length,
        passages: distinct(said, 'source').length,
      }),
    )
    .sort(
      (a, b) =>
        b.subjects - a.subjects || b.passages - a.passages || name(a.thing).localeCompare(name(b.thing), language),
    );
  const levels = [...new Set(lines.map((line) => line.subjects))].map((level) => ({
    lines: lines.filter((line) => line.subjects === level),
    caption: subjects.length > 1 ? words.saidOf(level, subjects.length) : undefined,
  }));
  const draw = (part: readonly Line[], level?: string, caption?: string): VNode => (
    <Lines
      input={input}
      aspect={aspect}
      lines={part}
      subjects={subjects}
      name={level ? `${nameOf(input, aspect)}. ${level}` : nameOf(input, aspect)}
      caption={caption}
    />
  );
  const Heading = headingIn(input);
  let shown = 0;
  return (
    <section>
      <Heading>{nameOf(input, aspect)}</Heading>
      {lines.length <= wholeLimit
        ? draw(lines)
        : levels.map((level) => {
            const open = shown < wholeLimit;
            shown += level.lines.length;
            if (open) return draw(level.lines, level.caption, level.caption);
            return (
              <details key={level.caption}>
                <summary>
                  {level.caption}: {level.lines.length}
                </summary>
                {draw(level.lines, level.caption)}
              </details>
            );
          })}
    </section>
  );
}

function Lines({
  input,
  aspect,
  lines,
  subjects,
  name,
  caption,
}: {
  input: FigureInput;
  aspect: string;
  lines: readonly Line[];
  subjects: readonly string[];
  /** What it is called for who hears the page. */
  name: string;
  caption: string | undefined;
}): VNode {
  const { view, language, rows: all } = input;
  const documents = documentsOf(all);
  return (
    <Scroll name={name}>
      <table class={`of-${Math.min(subjects.length, 8)}`}>
        {caption && <caption>{caption}</caption>}
        <thead>
          <tr>
            <th scope="col">{nameOf(input, aspect)}</th>
            {subjects.map((subject) => (
              <th scope="col" key={subject}>
                <Name view={view} iri={subject} language={language} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ thing, rows }) => (
            <tr key={thing}>
              <th scope="row">
                <Name view={view} iri={thing} language={language} />
              </th>
              {subjects.map((subject) => (
                <td key={subject}>
                  {marks(
                    input,
                    rows.filter((row) => valueIn(row, 'subject') === subject),
                  ).map(({ mark, sources }) => (
                    <Evidence
                      key={mark}
                      view={view}
                      language={language}
                      mark={mark}
                      what={figureTexts[language].passages(sources.length)}
                      sources={sources}
                      documents={documents}
                    />
                  ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What stands in a cell: each number with its passages; of what is no number, how many passages speak. */
function marks(
  { view, language }: FigureInput,
  rows: readonly Row[],
): { readonly mark: string; readonly sources: readonly string[] }[] {
  if (!rows.length) return [];
  const numbers = new Map<string, Row[]>();
  for (const row of rows) {
    const mark = row['value'] ? amount(view, row, language) : '';
    numbers.set(mark, [...(numbers.get(mark) ?? []), row]);
  }
  return [...numbers].map(([mark, said]) => {
    const sources = distinct(said, 'source');
    return { mark: mark || `✓ ${sources.length}`, sources };
  });
}
