import { fill, type QueryWords } from '../../../html/query-texts.ts';
import { element, svgElement } from '../dom.ts';
import { numberOf, type Rows, textOf } from './answer.ts';
import type { Names } from './names.ts';

/** Bars that are drawn at most: more are no picture. */
const most = 60;
const rowHeight = 26;
/** The widest that a picture is drawn; on a narrow screen it is as wide as that, so that its words can be read. */
const widest = 720;
const narrowest = 300;
const valueWidth = 80;
/** Pixels that a letter takes, about. */
const letter = 7.2;

/** The columns of which all values are numbers, and of which there is one at least. */
export const numericColumns = ({ columns, rows }: Rows): number[] =>
  columns.flatMap((_, column) => {
    const terms = rows.flatMap((row) => row[column] ?? []);
    return terms.length && terms.every((term) => numberOf(term) !== undefined) ? [column] : [];
  });

/** Whether rows can be drawn as bars: there are some, and a column of numbers. */
export const hasChart = (rows: Rows): boolean => rows.rows.length > 1 && numericColumns(rows).length > 0;

/** A bar for each row, and a choice of the columns that give the names and the lengths. `room` is how wide it may be. */
export function makeChart(rows: Rows, names: Names, words: QueryWords, room: number): HTMLElement {
  const width = Math.max(narrowest, Math.min(widest, room));
  const numeric = numericColumns(rows);
  const others = rows.columns.flatMap((_, column) => (numeric.includes(column) ? [] : [column]));
  // The names of things, rather than what identifies them.
  const named = others.find((column) => rows.rows.some((row) => row[column]?.['xml:lang']));
  const labels = chooser(rows, [...others, ...numeric], named ?? others[0] ?? (numeric[0] as number));
  const values = chooser(rows, numeric, numeric.at(-1) as number);
  const place = element('div', { class: 'wide' });
  const draw = () =>
    place.replaceChildren(...bars(rows, Number(labels.value), Number(values.value), names, words, width));
  for (const each of [labels, values]) each.addEventListener('change', draw);
  draw();
  const iris = rows.rows
    .slice(0, most)
    .flatMap((row) => row.flatMap((term) => (term?.type === 'uri' ? [textOf(term)] : [])));
  void names.learn(iris).then((learnt) => learnt && draw());
  return element(
    'div',
    { class: 'query-chart' },
    element(
      'div',
      { class: 'query-tools' },
      element('label', {}, `${words.chartOf} `, labels),
      element('label', {}, `${words.chartBy} `, values),
    ),
    place,
  );
}

const chooser = ({ columns }: Rows, offered: readonly number[], chosen: number): HTMLSelectElement =>
  element(
    'select',
    {},
    ...offered.map((column) =>
      element('option', { value: column, selected: column === chosen }, columns[column] as string),
    ),
  );

function bars(
  { columns, rows }: Rows,
  labelled: number,
  measured: number,
  names: Names,
  words: QueryWords,
  width: number,
): Element[] {
  const labelWidth = Math.round(width * 0.36);
  const drawn = rows.filter((row) => row[measured]).slice(0, most);
  const numbers = drawn.map((row) => numberOf(row[measured]) ?? 0);
  const low = Math.min(0, ...numbers);
  const high = Math.max(0, ...numbers);
  const scale = (width - labelWidth - valueWidth) / (high - low || 1);
  const zero = labelWidth - low * scale;
  const height = drawn.length * rowHeight + 8;
  const described = fill(words.chartText, {
    value: columns[measured] as string,
    label: columns[labelled] as string,
    count: drawn.length,
  });
  const picture = svgElement(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': described, class: 'query-bars' },
    ...drawn.flatMap((row, index) => {
      const number = numbers[index] as number;
      const term = row[labelled];
      const name = term?.type === 'uri' ? names.of(textOf(term)) : textOf(term);
      const middle = index * rowHeight + rowHeight / 2 + 4;
      const length = Math.abs(number) * scale;
      const left = number < 0 ? zero - length : zero;
      return [
        svgElement(
          'text',
          { x: labelWidth - 8, y: middle, 'text-anchor': 'end', 'dominant-baseline': 'central', class: 'bar-label' },
          svgElement('title', {}, name),
          shorten(name, Math.floor(labelWidth / letter)),
        ),
        svgElement('rect', {
          x: left,
          y: middle - rowHeight * 0.36,
          width: Math.max(length, 1),
          height: rowHeight * 0.72,
          rx: 2,
          class: 'bar',
        }),
        svgElement(
          'text',
          { x: (number < 0 ? zero : left + length) + 6, y: middle, 'dominant-baseline': 'central', class: 'bar-value' },
          number.toLocaleString(document.documentElement.lang),
        ),
      ];
    }),
    svgElement('line', { x1: zero, x2: zero, y1: 0, y2: height, class: 'bar-axis' }),
  );
  const told = element('p', { class: 'meta' }, described);
  if (drawn.length === rows.length) return [picture, told];
  return [
    picture,
    told,
    element('p', { class: 'meta' }, fill(words.chartCut, { count: drawn.length, total: rows.length })),
  ];
}

const shorten = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;
