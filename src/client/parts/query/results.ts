import type { QuerySettings } from '../../../html/query-settings.ts';
import { element } from '../dom.ts';
import { makeTabs, type Tab } from '../tabs.ts';
import { type QueryAnswer, type Rows, readBoolean, readRows, readTriples } from './answer.ts';
import type { Names } from './names.ts';
import { ResultTable } from './table.ts';

/** Characters of a text that are shown: more of them would hold up the browser. */
const longestText = 200_000;

/** An answer, ready to be put on the page. */
export interface ShownAnswer {
  readonly parts: readonly HTMLElement[];
  /** How many rows or triples there are. */
  readonly count?: number;
}

/** An answer as a table, a picture where one fits, and as it was sent. */
export async function showAnswer(answer: QueryAnswer, settings: QuerySettings, names: Names): Promise<ShownAnswer> {
  const { words } = settings;
  if (answer.kind === 'boolean')
    return { parts: [element('p', { class: 'query-boolean' }, readBoolean(answer) ? words.yes : words.no)] };
  const isGraph = answer.kind === 'graph';
  const rows = isGraph ? await readTriples(answer, [words.subject, words.predicate, words.object]) : readRows(answer);
  const count = rows.rows.length;
  if (!count) return { parts: [element('p', {}, isGraph ? words.noTriples : words.none)], count };
  const table = new ResultTable(rows, names, words);
  const tabs: Tab[] = [
    { name: 'table', label: words.table, panel: element('div', {}, table.view) },
    ...(await pictures(isGraph, rows, () => table.found, settings, names)),
    { name: 'raw', label: words.raw, ...rawPanel(answer, settings) },
  ];
  const { list } = makeTabs(words.resultViews, tabs);
  return { parts: [list, ...tabs.map(({ panel }) => panel)], count };
}

/** Pictures are drawn, and what draws them is fetched, when somebody wants to see them. */
async function pictures(
  isGraph: boolean,
  rows: Rows,
  found: () => Rows,
  { words }: QuerySettings,
  names: Names,
): Promise<Tab[]> {
  const panel = element('div');
  if (isGraph) {
    const hasLinks = rows.rows.some(([, , object]) => object?.type === 'uri' || object?.type === 'bnode');
    if (!hasLinks) return [];
    const show = async (): Promise<void> => {
      if (panel.hasChildNodes()) return;
      const { makeGraph } = await import('./graph.ts');
      panel.replaceChildren(await makeGraph(rows, names, words));
    };
    return [{ name: 'graph', label: words.graph, panel, show: () => void show() }];
  }
  const { hasChart, makeChart } = await import('./chart.ts');
  if (!hasChart(rows)) return [];
  // Drawn each time, in the order and with the filter that the table has by then.
  return [
    {
      name: 'chart',
      label: words.chart,
      panel,
      show: () => panel.replaceChildren(makeChart(found(), names, words, panel.clientWidth)),
    },
  ];
}

function rawPanel({ kind, body }: QueryAnswer, { words }: QuerySettings): Pick<Tab, 'panel' | 'show'> {
  const panel = element('div');
  const show = (): void => {
    if (panel.hasChildNodes()) return;
    const text = kind === 'graph' ? body : JSON.stringify(JSON.parse(body), null, 2);
    panel.append(element('pre', { class: 'query-raw' }, text.slice(0, longestText)));
    if (text.length > longestText)
      panel.append(
        element(
          'p',
          { class: 'meta' },
          words.rawCut.replace('{shown}', `${longestText}`).replace('{total}', `${text.length}`),
        ),
      );
  };
  return { panel, show };
}
