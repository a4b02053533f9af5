import { fill, type QueryWords } from '../../../html/query-texts.ts';
import { element } from '../dom.ts';
import { numberOf, type Rows, type Term, textOf } from './answer.ts';
import type { Names } from './names.ts';

type Row = Rows['rows'][number];

/** Rows as a table that sorts, filters and turns pages. */
export class ResultTable {
  readonly view: HTMLElement;
  readonly #all: Rows;
  readonly #names: Names;
  readonly #words: QueryWords;
  readonly #numeric: readonly boolean[];
  readonly #table = element('table');
  readonly #body = element('tbody');
  readonly #headers: HTMLTableCellElement[];
  readonly #told = element('span', { class: 'meta', role: 'status' });
  readonly #steps: { readonly button: HTMLButtonElement; readonly to: () => number }[];
  #found: readonly Row[];
  #sorted: { readonly column: number; readonly down: boolean } | undefined;
  #word = '';
  #size = 50;
  #page = 0;
  #named = true;

  constructor(rows: Rows, names: Names, words: QueryWords) {
    this.#all = rows;
    this.#found = rows.rows;
    this.#names = names;
    this.#words = words;
    this.#numeric = rows.columns.map(
      (_, column) =>
        rows.rows.some((row) => row[column]) &&
        rows.rows.every((row) => row[column] === undefined || numberOf(row[column]) !== undefined),
    );
    this.#headers = rows.columns.map((name, column) => this.#header(name, column));
    this.#steps = [
      { word: words.first, to: () => 0 },
      { word: words.previous, to: () => this.#page - 1 },
      { word: words.next, to: () => this.#page + 1 },
      { word: words.last, to: () => this.#pages - 1 },
    ].map(({ word, to }) => {
      const button = element('button', { type: 'button' }, word);
      button.addEventListener('click', () => {
        this.#page = to();
        this.#draw();
      });
      return { button, to };
    });
    this.#table.append(element('thead', {}, element('tr', {}, ...this.#headers)), this.#body);
    const scrolling = element('section', { class: 'wide', tabindex: 0, 'aria-label': words.results }, this.#table);
    this.view = element('div', {}, this.#tools(), scrolling, this.#pager());
    this.#draw();
  }

  /** The rows as they are found and sorted now. */
  get found(): Rows {
    return { columns: this.#all.columns, rows: this.#found };
  }

  get #pages(): number {
    return Math.max(1, Math.ceil(this.#found.length / this.#size));
  }

  #header(name: string, column: number): HTMLTableCellElement {
    const button = element('button', { type: 'button', title: fill(this.#words.sortBy, { column: name }) }, name);
    button.addEventListener('click', () => {
      const down = this.#sorted?.column === column && !this.#sorted.down;
      this.#sorted = { column, down };
      this.#find();
    });
    return element('th', { scope: 'col', class: this.#numeric[column] ? 'number' : undefined }, button);
  }

  #tools(): HTMLElement {
    const filter = element('input', { type: 'search', autocomplete: 'off' });
    filter.addEventListener('input', () => {
      this.#word = fold(filter.value.trim());
      this.#find();
    });
    const named = element('input', { type: 'checkbox', checked: true });
    named.addEventListener('change', () => {
      this.#named = named.checked;
      this.#find();
    });
    const size = element(
      'select',
      {},
      ...[25, 50, 100, 500].map((each) => element('option', { value: each, selected: each === this.#size }, `${each}`)),
    );
    size.addEventListener('change', () => {
      this.#size = Number(size.value);
      this.#page = 0;
      this.#draw();
    });
    const label = (text: string, control: HTMLElement, after = false) =>
      element('label', {}, ...(after ? [control, ` ${text}`] : [`${text} `, control]));
    const hasNames = this.#all.rows.some((row) => row.some((term) => term?.type === 'uri'));
    return element(
      'div',
      { class: 'query-tools' },
      ...(this.#all.rows.length > 5 ? [label(this.#words.filterRows, filter)] : []),
      ...(hasNames ? [label(this.#words.namesOfThings, named, true)] : []),
      ...(this.#all.rows.length > 25 ? [label(this.#words.perPage, size)] : []),
    );
  }

  #pager(): HTMLElement {
    return element('div', { class: 'query-pager' }, this.#told, ...this.#steps.map(({ button }) => button));
  }

  #shown(term: Term | undefined): string {
    return this.#named && term?.type === 'uri' ? this.#names.of(textOf(term)) : textOf(term);
  }

  #find(): void {
    const { rows } = this.#all;
    const found = this.#word
      ? rows.filter((row) => row.some((term) => term && fold(this.#shown(term)).includes(this.#word)))
      : [...rows];
    if (this.#sorted) {
      const { column, down } = this.#sorted;
      const compare = this.#numeric[column]
        ? (a: Row, b: Row) => (numberOf(a[column]) ?? -Infinity) - (numberOf(b[column]) ?? -Infinity)
        : (a: Row, b: Row) => collator.compare(this.#shown(a[column]), this.#shown(b[column]));
      found.sort((a, b) => (down ? -compare(a, b) : compare(a, b)));
    }
    this.#found = found;
    this.#page = 0;
    this.#draw();
  }

  #draw(): void {
    const from = this.#page * this.#size;
    const rows = this.#found.slice(from, from + this.#size);
    this.#write(rows);
    const iris = rows.flatMap((row) => row.flatMap((term) => (term?.type === 'uri' ? [textOf(term)] : [])));
    if (this.#named)
      void this.#names.learn(iris).then((learnt) => {
        if (learnt && from === this.#page * this.#size) this.#write(this.#found.slice(from, from + this.#size));
      });
    for (const [column, header] of this.#headers.entries())
      header.setAttribute(
        'aria-sort',
        this.#sorted?.column !== column ? 'none' : this.#sorted.down ? 'descending' : 'ascending',
      );
    const total = this.#found.length;
    this.#told.textContent =
      total === this.#all.rows.length && this.#pages === 1
        ? ''
        : fill(this.#words.shown, { from: total ? from + 1 : 0, to: from + rows.length, total });
    for (const { button, to } of this.#steps) {
      button.disabled = to() < 0 || to() >= this.#pages || to() === this.#page;
      button.hidden = this.#pages === 1;
    }
  }

  #write(rows: readonly Row[]): void {
    this.#body.replaceChildren(
      ...rows.map((row) =>
        element(
          'tr',
          {},
          ...row.map((term, column) =>
            element('td', { class: this.#numeric[column] ? 'number' : undefined }, ...this.#cell(term)),
          ),
        ),
      ),
    );
  }

  #cell(term: Term | undefined): Node[] {
    if (!term) return [];
    const text = textOf(term);
    if (term.type === 'uri') {
      const href = this.#names.addressOf(text);
      const shown = this.#shown(term);
      return [
        href ? element('a', { href, title: shown === text ? undefined : text }, shown) : element('span', {}, shown),
      ];
    }
    const language = term['xml:lang'];
    return [
      element('span', { lang: language, title: term.datatype && this.#names.shorten(term.datatype) }, text),
      ...(language ? [element('span', { class: 'meta' }, ` @${language}`)] : []),
    ];
  }
}

const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

/** A text without accents and capitals, so that those who leave them out find it all the same. */
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
