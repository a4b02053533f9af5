import type { VNode } from 'preact';
import type { Row } from '../../publish/tables.ts';
import { Name } from '../parts.tsx';
import type { Language } from '../texts.ts';
import { readerAddress, type View } from '../view.ts';
import { type Figure, groupRows, headingIn, valueIn } from './figure.ts';
import { figureTexts } from './figure-texts.ts';

const size = { width: 1000, height: 30 };

/**
 * The outline of each `?document`: its passages (`?passage`) by `?order`, under their `?heading`, from `?startLine` to
 * `?endLine`, with how many `?statements` each makes and how many things it speaks of first (`?introduced`).
 */
export const outline: Figure = (input) => {
  const { view, language, rows } = input;
  const Heading = headingIn(input);
  return (
    <div class="outlines">
      {[...groupRows(rows, 'document')].map(([document, passages]) => (
        <section key={document}>
          <Heading>
            <Name view={view} iri={document} language={language} />
          </Heading>
          <p>{view.index.text(document, language)}</p>
          <Outline view={view} language={language} rows={passages} folded={true} />
        </section>
      ))}
    </div>
  );
};

/** The outline of one document: how far it is covered, a strip of its passages by length, and the list of them. */
export function Outline({
  view,
  language,
  rows,
  folded,
}: {
  view: View;
  language: Language;
  rows: readonly Row[];
  /** Whether the list opens only when a reader wants it. */
  folded: boolean;
}): VNode {
  const words = figureTexts[language];
  const passages = rows.toSorted((a, b) => number(a, 'order') - number(b, 'order'));
  const last = Math.max(...passages.map((row) => number(row, 'endLine')));
  const covered = new Set(passages.flatMap(linesOf)).size;
  const list = <Headings view={view} language={language} rows={passages} />;
  return (
    <>
      <p class="meta">
        {[
          words.passages(passages.length),
          words.statements(sum(passages, 'statements')),
          words.introduced(sum(passages, 'introduced')),
          words.covered(covered, last),
        ].join(' · ')}
      </p>
      <Strip view={view} language={language} rows={passages} last={last} />
      {folded ? (
        <details>
          <summary>{words.outline}</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </>
  );
}

const number = (row: Row, variable: string): number => Number(valueIn(row, variable));
const sum = (rows: readonly Row[], variable: string): number =>
  rows.reduce((total, row) => total + number(row, variable), 0);
const linesIn = (row: Row): number => number(row, 'endLine') - number(row, 'startLine') + 1;
const linesOf = (row: Row): number[] =>
  Array.from({ length: linesIn(row) }, (_, index) => number(row, 'startLine') + index);

/** Each passage as long as its lines; the darker, the more it states for its length. What is in no passage is left open. */
function Strip({
  view,
  language,
  rows,
  last,
}: {
  view: View;
  language: Language;
  rows: readonly Row[];
  last: number;
}): VNode {
  const step = size.width / last;
  const densities = rows.map((row) => number(row, 'statements') / linesIn(row)).sort((a, b) => a - b);
  const shade = (row: Row): number => {
    const rank = densities.indexOf(number(row, 'statements') / linesIn(row));
    return 1 + Math.floor((4 * rank) / densities.length);
  };
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${size.width} ${size.height}`}
      width={size.width}
      height={size.height}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {rows.map((row) => {
        const passage = valueIn(row, 'passage');
        return (
          <a key={passage} href={readerAddress(view, passage, language)} tabIndex={-1}>
            <title>{view.index.label(passage, language)}</title>
            <rect
              class={`shade-${shade(row)}`}
              x={round((number(row, 'startLine') - 1) * step)}
              width={round(linesIn(row) * step)}
              height={size.height}
            />
          </a>
        );
      })}
    </svg>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Passages under their headings: those that follow each other under one heading stand together. */
function Headings({ view, language, rows }: { view: View; language: Language; rows: readonly Row[] }): VNode {
  const words = figureTexts[language];
  const groups: Row[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    if (group?.[0] && valueIn(group[0], 'heading') === valueIn(row, 'heading')) group.push(row);
    else groups.push([row]);
  }
  return (
    <ol class="headings">
      {groups.map((group) => {
        const heading = group[0]?.['heading'];
        return (
          <li key={valueIn(group[0] ?? {}, 'passage')}>
            <span class="heading" lang={heading?.termType === 'Literal' ? heading.language || undefined : undefined}>
              {heading?.value}
            </span>
            <ul>
              {group.map((row) => (
                <li key={valueIn(row, 'passage')}>
                  <Name view={view} iri={valueIn(row, 'passage')} language={language} />{' '}
                  <span class="meta">
                    {words.line(valueIn(row, 'startLine'), valueIn(row, 'endLine'))} ·{' '}
                    {words.statements(number(row, 'statements'))} · {words.introduced(number(row, 'introduced'))}
                  </span>
                </li>
              ))}
            </ul>
          </li>
        );
      })}
    </ol>
  );
}
