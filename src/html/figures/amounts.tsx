import type { VNode } from 'preact';
import type { Row } from '../../publish/tables.ts';
import { Name, Scroll } from '../parts.tsx';
import { readerAddress } from '../view.ts';
import { amount } from './amount.ts';
import { Evidence } from './evidence.tsx';
import { distinct, documentsOf, type Figure, type FigureInput, groupRows, nameOf, valueIn } from './figure.ts';
import { figureTexts } from './figure-texts.ts';

/** How long the longest bar is. */
const width = 260;

/** A number (`?thing`) of somebody or something (`?scope`), with all rows that give it. */
interface Amount {
  readonly first: Row;
  readonly rows: readonly Row[];
}

function amountsOf(rows: readonly Row[]): Amount[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${valueIn(row, 'thing')} ${valueIn(row, 'scope')}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((found) => (found[0] ? [{ first: found[0], rows: found }] : []));
}

/** What makes numbers comparable: they count the same, in the same unit, by the same. */
const measureOf = ({ first }: Amount): string =>
  ['counted', 'unit', 'per'].map((variable) => valueIn(first, variable)).join(' ');

/**
 * Numbers as bars, side by side only where they can be compared: of what is `?counted` in one `?unit` (`?per` the same)
 * for more than one `?scope`, by numbers of their own.
 */
export const bars: Figure = (input) => {
  const { language } = input;
  const measures = new Map<string, Amount[]>();
  for (const each of amountsOf(input.rows))
    measures.set(measureOf(each), [...(measures.get(measureOf(each)) ?? []), each]);
  const comparable = [...measures.values()].filter((amounts) =>
    ['scope', 'thing'].every((variable) => new Set(amounts.map(({ first }) => valueIn(first, variable))).size > 1),
  );
  if (!comparable.length) return <p>{figureTexts[language].nothing}</p>;
  return (
    <div class="bars">
      {comparable.map((amounts) => (
        <Measure key={amounts[0] && measureOf(amounts[0])} input={input} amounts={amounts} />
      ))}
    </div>
  );
};

function Measure({ input, amounts }: { input: FigureInput; amounts: readonly Amount[] }): VNode {
  const { view, language, rows } = input;
  const documents = documentsOf(rows);
  const most = Math.max(...amounts.map(({ first }) => Number(valueIn(first, 'value'))));
  // What is a thousandth of the most is still to be seen.
  const long = (row: Row): number => Math.max(2, Math.round((Number(valueIn(row, 'value')) / most) * width));
  const sorted = amounts.toSorted((a, b) => Number(valueIn(b.first, 'value')) - Number(valueIn(a.first, 'value')));
  const counted = amounts[0] ? valueIn(amounts[0].first, 'counted') : '';
  return (
    <section>
      <h3>
        <Name view={view} iri={counted} language={language} />
      </h3>
      <ul>
        {sorted.map(({ first, rows: said }) => (
          <li key={`${valueIn(first, 'thing')} ${valueIn(first, 'scope')}`}>
            <Name view={view} iri={valueIn(first, 'scope')} language={language} />
            <div class="bar-line">
              <svg class="bar" viewBox={`0 0 ${long(first)} 14`} width={long(first)} height="14" aria-hidden="true">
                <rect class="kind-1" width={long(first)} height="14" />
              </svg>
              <Evidence
                view={view}
                language={language}
                mark={amount(view, first, language)}
                what={figureTexts[language].passages(distinct(said, 'source').length)}
                sources={distinct(said, 'source')}
                documents={documents}
              />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Numbers as a table: what is counted, of whom, how many, and where that stands. Sorted by any column with a script. */
export const amounts: Figure = (input) => {
  const { view, language, rows } = input;
  const words = figureTexts[language];
  const name = (iri: string): string => view.index.label(iri, language) ?? iri;
  const columns = ['counted', 'scope', 'value', 'source'] as const;
  const sorted = amountsOf(rows).sort(
    (a, b) =>
      name(valueIn(a.first, 'counted')).localeCompare(name(valueIn(b.first, 'counted')), language) ||
      Number(valueIn(b.first, 'value')) - Number(valueIn(a.first, 'value')),
  );
  return (
    <Scroll name={nameOf(input, 'thing')}>
      <table class="amounts sortable" data-sort={words.sortBy}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" class={column === 'value' ? 'number' : undefined}>
                {nameOf(input, column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ first, rows: said }) => (
            <tr key={`${valueIn(first, 'thing')} ${valueIn(first, 'scope')}`}>
              <td>
                <Name view={view} iri={valueIn(first, 'counted')} language={language} />
              </td>
              <td>
                <Name view={view} iri={valueIn(first, 'scope')} language={language} />
              </td>
              <td class="number" data-value={valueIn(first, 'value')}>
                <a href={readerAddress(view, valueIn(first, 'thing'), language)}>{amount(view, first, language)}</a>
              </td>
              <td>
                <Places input={input} rows={said} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
};

/** The passages of some rows with their lines, document by document. */
function Places({ input: { view, language }, rows }: { input: FigureInput; rows: readonly Row[] }): VNode {
  const words = figureTexts[language];
  return (
    <ul class="plain">
      {[...groupRows(rows, 'document')].map(([document, inIt]) => (
        <li key={document}>
          {[...groupRows(inIt, 'source')].map(([source, [row]], index) => (
            <span key={source}>
              {index > 0 && ', '}
              <Name view={view} iri={source} language={language} />
              {row && <span class="meta"> ({words.line(valueIn(row, 'startLine'), valueIn(row, 'endLine'))})</span>}
            </span>
          ))}
          <div class="meta">{view.index.label(document, language)}</div>
        </li>
      ))}
    </ul>
  );
}
