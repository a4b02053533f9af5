import { type Token, Yasqe } from '@zazuko/yasqe';
import { fill, type QueryWords } from '../../../html/query-texts.ts';
import type { AnswerKind } from '../../../html/snippets.ts';
import { element } from '../dom.ts';
import { completers } from './completion.ts';

/** A place in the query, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What the page asks of its editor. */
export interface QueryEditor {
  query: string;
  /** What the query will be answered with. */
  readonly kind: AnswerKind;
  /** Marks where the server stopped reading, until the query changes. */
  readonly mark: (place: Place, message: string) => void;
  readonly goTo: (place: Place) => void;
}

export interface EditorOptions {
  /** The plain field that the editor takes the place of. It keeps the query, for the form to be sent. */
  readonly field: HTMLTextAreaElement;
  readonly words: QueryWords;
  readonly run: () => void;
  readonly changed: () => void;
  /** Told what the first line that is not right lacks; undefined when all is well. */
  readonly checked: (message: string | undefined) => void;
}

/** Milliseconds after the last key before the query is looked at. */
const pause = 300;
const faultGutter = 'gutterErrorBar';

/** What the names of the grammar's tokens stand for, as a reader would write it. */
const samples: Readonly<Record<string, string>> = {
  VAR1: '?name',
  VAR2: '?name',
  IRI_REF: '<iri>',
  PNAME_LN: 'prefix:name',
  PNAME_NS: 'prefix:',
  BLANK_NODE_LABEL: '_:name',
  ANON: '[]',
  NIL: '()',
  INTEGER: '1',
  DECIMAL: '1',
  DOUBLE: '1',
  INTEGER_POSITIVE: '1',
  DECIMAL_POSITIVE: '1',
  DOUBLE_POSITIVE: '1',
  INTEGER_NEGATIVE: '1',
  DECIMAL_NEGATIVE: '1',
  DOUBLE_NEGATIVE: '1',
  STRING_LITERAL1: '"text"',
  STRING_LITERAL2: '"text"',
  STRING_LITERAL_LONG1: '"text"',
  STRING_LITERAL_LONG2: '"text"',
  LANGTAG: '@en',
};

/** Makes an editor of a text field. */
export function makeEditor({ field, words, run, changed, checked }: EditorOptions): QueryEditor {
  const parent = element('div', { class: 'query-editor' });
  field.after(parent);
  const editor = new Yasqe(parent, {
    value: '',
    autocompleters: completers,
    screenReaderLabel: words.query,
    // The page has buttons, storage and addresses of its own, and asks no endpoint but that of this instance.
    showQueryButton: false,
    resizeable: false,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null as never,
    queryingDisabled: 'here',
    editorHeight: 'auto',
    viewportMargin: Number.POSITIVE_INFINITY,
    extraKeys: {
      'Ctrl-Enter': run,
      'Cmd-Enter': run,
      // With them the focus goes on: who uses no mouse must be able to leave.
      Tab: false,
      'Shift-Tab': false,
      // The browser's own.
      'Ctrl-S': false,
      'Shift-Ctrl-K': false,
    } as never,
  });
  // Its own message is in English, and what it says stands below the editor.
  editor.showNotification = () => undefined;
  // Suggestions come with keys that write: else they would take the arrow keys from whoever walks through the query.
  const complete = editor.autocomplete.bind(editor);
  editor.autocomplete = (unasked = false) => {
    if (!unasked) complete(false);
  };
  editor.on('inputRead', () => complete(true));
  // Else the list would have no name, and nobody without a mouse could move what is beyond its end.
  editor.on('autocompletionShown', (_editor, widget: { readonly hints: HTMLElement }) => {
    widget.hints.setAttribute('aria-label', words.suggestions);
    widget.hints.tabIndex = 0;
  });
  // Its own shows what is wrong to mice only, in English, and in HTML with styles that our pages refuse.
  editor.checkSyntax = () => undefined;

  let faultMarks: (() => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const clearMarks = (): void => {
    for (const clear of faultMarks) clear();
    faultMarks = [];
  };
  const warn = (line: number, message: string): void => {
    editor.setGutterMarker(line, faultGutter, element('span', { class: 'query-warning', title: message }, '!'));
  };
  const check = (): void => {
    editor.clearGutter(faultGutter);
    const wrong = firstWrong(editor);
    if (!wrong) {
      checked(undefined);
      return;
    }
    const expected = [...new Set(wrong.expected.map((each) => samples[each] ?? each))];
    const message = fill(words.lineFault, {
      line: wrong.line + 1,
      expected: [...expected.slice(0, 6), ...(expected.length > 6 ? [words.more] : [])].join(', '),
    });
    warn(wrong.line, message);
    checked(message);
  };
  (editor.on as (name: string, handler: () => void) => void)('change', () => {
    field.value = editor.getValue();
    clearMarks();
    changed();
    clearTimeout(timer);
    timer = setTimeout(check, pause);
  });

  editor.setValue(field.value);
  editor.getDoc().clearHistory();
  field.hidden = true;
  for (const label of field.labels ?? []) label.addEventListener('click', () => editor.focus());

  return {
    get query() {
      return editor.getValue();
    },
    set query(text) {
      editor.setValue(text);
      editor.getDoc().setCursor({ line: 0, ch: 0 });
    },
    get kind() {
      firstWrong(editor);
      const type: string | undefined = editor.getQueryType();
      return type === 'ASK' ? 'boolean' : type === 'CONSTRUCT' || type === 'DESCRIBE' ? 'graph' : 'rows';
    },
    mark: ({ line, column }, message) => {
      clearTimeout(timer);
      clearMarks();
      editor.clearGutter(faultGutter);
      checked(undefined);
      warn(line - 1, message);
      const doc = editor.getDoc();
      const end = doc.getLine(line - 1)?.length ?? 0;
      // Where reading stopped at the end of a line, the character before it is marked.
      const start = Math.max(0, Math.min(column - 1, end - 1));
      const mark = doc.markText(
        { line: line - 1, ch: start },
        { line: line - 1, ch: Math.max(end, start + 1) },
        { className: 'query-fault-mark' },
      );
      const handle = editor.addLineClass(line - 1, 'background', 'query-fault-line');
      faultMarks = [() => mark.clear(), () => editor.removeLineClass(handle, 'background', 'query-fault-line')];
    },
    goTo: ({ line, column }) => {
      editor.getDoc().setCursor({ line: line - 1, ch: column - 1 });
      editor.focus();
    },
  };
}

/** The first line that the editor's grammar (SPARQL 1.1) does not take, and what it takes there. */
function firstWrong(editor: Yasqe): { readonly line: number; readonly expected: readonly string[] } | undefined {
  const doc = editor.getDoc();
  for (let line = 0; line < doc.lineCount(); line++) {
    const { state } = editor.getTokenAt({ line, ch: doc.getLine(line).length }, true) as Token;
    editor.setOption('queryType', state.queryType);
    if (!state.OK) return { line, expected: state.possibleCurrent };
  }
  return undefined;
}
