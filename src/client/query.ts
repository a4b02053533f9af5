import { type Cited, citeAsBibtex, citeAsText } from '../html/citation.ts';
import { dataIds, type GivenAnswer, type GivenProblem, type QuerySettings } from '../html/query-settings.ts';
import { fill } from '../html/query-texts.ts';
import { type AnswerKind, snippetWriters } from '../html/snippets.ts';
import { byId, element } from './parts/dom.ts';
import type { QueryAnswer } from './parts/query/answer.ts';
import { registerCompleters, type Vocabulary } from './parts/query/completion.ts';
import { makeEditor } from './parts/query/editor.ts';
import { filterExamples } from './parts/query/examples.ts';
import { Names } from './parts/query/names.ts';
import { ask, explain, type Fault, QueryFailure } from './parts/query/request.ts';
import { showAnswer } from './parts/query/results.ts';
import { makeTabs } from './parts/tabs.ts';

/** The page to write queries on. Without this script it is a form, an answer and links. */

const settings = readData<QuerySettings>(dataIds.settings) as QuerySettings;
const { words, language } = settings;
const names = new Names(settings);
/** Under which the browser keeps what was written last, for who comes back without a query in the address. */
const storageKey = 'sparql-query';
let askedVersion = settings.askedVersion;
let kind: AnswerKind | undefined;
let running: AbortController | undefined;
let waiting: ReturnType<typeof setTimeout> | undefined;

function readData<T>(id: string): T | undefined {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : undefined;
}

const field = byId<HTMLTextAreaElement>('query');
const form = byId<HTMLFormElement>('query-form');
const cancel = byId<HTMLButtonElement>('query-cancel');
const elapsed = byId('query-elapsed');
const told = byId('query-told');
const shown = byId('query-shown');
const results = byId('query-results');
const faultPlace = byId('query-fault');
const hint = element('p', { id: 'query-lint', class: 'meta' });

let vocabulary: Promise<Vocabulary> | undefined;
registerCompleters(
  settings.prefixes,
  () => {
    vocabulary ??= fetch(`/sparql/vocabulary.json?lang=${language}`)
      .then((response) => response.json() as Promise<Vocabulary>)
      .catch(() => {
        // Asked again at the next key.
        vocabulary = undefined;
        return { classes: [], properties: [] };
      });
    return vocabulary;
  },
  words,
);

const addressQuery = new URLSearchParams(location.search).get('query');
if (addressQuery === null) field.value = load() ?? field.value;
const editor = makeEditor({
  field,
  words,
  run: () => void run(),
  changed,
  checked: (message) => {
    hint.textContent = message ?? '';
  },
});
byId('query-help').hidden = false;
byId('query-format').hidden = true;
byId<HTMLSelectElement>('format').disabled = true;
byId('query-help').after(hint);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void run();
});
cancel.addEventListener('click', () => running?.abort());
window.addEventListener('popstate', () => {
  const parameters = new URLSearchParams(location.search);
  const query = parameters.get('query');
  if (query === null) {
    clearAnswer();
    results.hidden = true;
    return;
  }
  askVersion(parameters.get('version') ?? undefined);
  editor.query = query;
  void run({ fromHistory: true });
});
filterExamples((query) => {
  askVersion(undefined);
  editor.query = query;
  form.scrollIntoView({ block: 'nearest' });
  // What asks others as well is run by who has read it.
  if (/\bSERVICE\b/i.test(query.replace(/#.*$/gm, ''))) {
    visit(query);
    tell(words.elsewhere);
    clearAnswer();
    form.querySelector<HTMLButtonElement>('[type=submit]')?.focus();
  } else void run();
});

// What the page has below each other, one at a time.
for (const [id, label] of [
  ['query-share', words.share],
  ['query-code', words.codeLanguages],
] as const) {
  const panels = [...byId(id).querySelectorAll<HTMLElement>('.query-copied')];
  const tabs = panels.map((panel, index) => ({
    name: String(index),
    label: panel.querySelector('h3')?.textContent ?? '',
    panel,
  }));
  panels[0]?.before(makeTabs(label, tabs).list);
  byId(id).classList.add('with-tabs');
}

const given = readData<GivenAnswer>(dataIds.answer);
const problem = readData<GivenProblem>(dataIds.problem);
if (given) void show(given).then(updateShare);
// A page is a small answer; by the script there is room for a large one.
else if (problem?.type.endsWith('/query-too-large')) void run({ fromHistory: true });
else if (problem) void showFault({ ...problem }, false);
updateShare();

/** Runs what stands in the editor, and shows what comes of it. */
async function run({ fromHistory = false } = {}): Promise<void> {
  const { query } = editor;
  if (!query.trim()) {
    await showFault({ detail: words.emptyQuery, title: words.fault });
    return;
  }
  running?.abort();
  const control = new AbortController();
  running = control;
  // It may tell of the fault that the page was opened with.
  document.querySelector('h1')?.replaceChildren(words.title);
  if (!fromHistory) visit(query);
  faultPlace.replaceChildren();
  const start = performance.now();
  const seconds = () => format((performance.now() - start) / 1000);
  const clock = setInterval(() => {
    elapsed.textContent = fill(words.seconds, { seconds: seconds() });
  }, 100);
  cancel.hidden = false;
  results.setAttribute('aria-busy', 'true');
  results.hidden = false;
  tell(words.running);
  try {
    const answer = await ask(query, askedVersion, control.signal, language);
    const time = seconds();
    if (running === control) await show(answer, time);
  } catch (error) {
    if (control.signal.aborted) {
      // Another run has taken the place of this one.
      if (running === control) tell(fill(words.cancelled, { seconds: seconds() }));
      return;
    }
    clearAnswer();
    await showFault(error instanceof QueryFailure ? error.fault : { detail: words.noServer, title: words.fault });
  } finally {
    clearInterval(clock);
    if (running === control) {
      elapsed.textContent = '';
      cancel.hidden = true;
      results.removeAttribute('aria-busy');
      running = undefined;
      updateShare();
    }
  }
}

function format(seconds: number): string {
  return seconds.toLocaleString(language, { maximumFractionDigits: seconds < 1 ? 2 : 1, minimumFractionDigits: 1 });
}

/** Asks a version from now on; the current one if none is given. */
function askVersion(version: string | undefined): void {
  askedVersion = version;
  if (version !== undefined) return;
  document.getElementById('query-version')?.remove();
  form.querySelector('[name=version]')?.remove();
}

/** The answer in the place of the one before. `time` is what it took, where somebody waited for it. */
async function show(answer: QueryAnswer, time?: string): Promise<void> {
  kind = answer.kind;
  const { parts, count } = await showAnswer(answer, settings, names);
  shown.replaceChildren(...parts);
  results.hidden = false;
  const rows = count ?? 0;
  const isGraph = answer.kind === 'graph';
  const parted = { rows: rows.toLocaleString(language), seconds: time ?? '' };
  if (count === undefined) tell(time ? fill(words.answeredIn, parted) : words.answered);
  else if (isGraph) tell(fill(time ? words.triplesIn : words.triples, parted));
  else if (rows === 1) tell(fill(time ? words.rowIn : words.row, parted));
  else tell(fill(time ? words.rowsIn : words.rows, parted));
}

function clearAnswer(): void {
  shown.replaceChildren();
  byId('query-downloads').replaceChildren();
  kind = undefined;
}

function tell(text: string): void {
  results.hidden = false;
  told.textContent = text;
}

/** What went wrong, in words, and in the editor where it did. */
async function showFault(fault: Fault & { readonly type?: string }, isTitled = true): Promise<void> {
  const { line, column, detail, retryAfter } = fault;
  const { title, action } = fault.action ? fault : { ...fault, ...(await explain(fault.type, language)) };
  results.hidden = true;
  const place = line !== undefined && column !== undefined ? { line, column } : undefined;
  // The page that was opened with a fault has it for its title.
  const parts: HTMLElement[] = isTitled ? [element('h2', {}, title ?? words.fault)] : [];
  if (place) {
    const go = element('button', { type: 'button' }, fill(words.goToLine, place));
    go.addEventListener('click', () => editor.goTo(place));
    parts.push(element('p', {}, element('strong', {}, fill(words.line, place)), ' ', go));
    editor.mark(place, detail);
  }
  // Messages of the server are in English: programs and their authors read them too.
  const own = detail === words.emptyQuery || detail === words.noServer;
  parts.push(element('p', { lang: own ? undefined : 'en' }, detail));
  if (action) parts.push(element('p', {}, action));
  if (retryAfter) parts.push(element('p', {}, fill(words.tryAgain, { seconds: retryAfter })));
  faultPlace.replaceChildren(...parts);
}

/** Puts a query into the address of the page, so that it can be kept and gone back to. */
function visit(query: string): void {
  const address = addressOf(query, { ...(askedVersion ? { version: askedVersion } : {}), lang: language });
  if (address.length > settings.addressLength) history.pushState(null, '', `/sparql?lang=${language}`);
  else if (address !== location.pathname + location.search) history.pushState(null, '', address);
  // The other language is to have the query too.
  for (const link of document.querySelectorAll<HTMLAnchorElement>('header a[hreflang]'))
    link.href = addressOf(query, { lang: link.hreflang });
}

function addressOf(query: string, more: Readonly<Record<string, string>> = {}): string {
  return `/sparql?${new URLSearchParams({ query, ...more })}`;
}

function changed(): void {
  save(field.value);
  clearTimeout(waiting);
  waiting = setTimeout(updateShare, 200);
}

/** Brings all that is made of the query up to date: links, citation, code, downloads. */
function updateShare(): void {
  const { query } = editor;
  const version = askedVersion ?? settings.version;
  const { endpoint, title, publisher, date, license } = settings;
  const address = `${endpoint}?${new URLSearchParams(settings.live ? { query } : { query, version })}`;
  const isTooLong = address.length > settings.addressLength;
  const cited: Cited = {
    title,
    part: words.answerToQuery,
    publisher,
    version,
    date: version === settings.version ? date : undefined,
    license,
    address,
    accessed: new Date().toISOString().slice(0, 10),
  };
  const write = (id: string, text: string) => {
    byId(id).textContent = text;
  };
  write('share-link', isTooLong ? words.tooLongForLinks : `${endpoint}?${new URLSearchParams({ query })}`);
  if (!settings.live) write('share-pinned', isTooLong ? words.tooLongForLinks : address);
  write('share-citation', citeAsText(cited, words));
  write('share-bibtex', citeAsBibtex(cited, words));
  for (const each of snippetWriters)
    write(`code-${each.name}`, each.write({ endpoint, query, kind: kind ?? editor.kind, version: askedVersion }));
  updateDownloads(query, isTooLong);
}

function updateDownloads(query: string, isTooLong: boolean): void {
  const place = byId('query-downloads');
  if (!kind) place.replaceChildren();
  else if (isTooLong) place.replaceChildren(words.tooLongForLinks);
  else {
    const version = askedVersion ? { version: askedVersion } : {};
    const links = settings.formats[kind === 'graph' ? 'graph' : 'rows'].map(({ name, label, extension }) =>
      element(
        'a',
        {
          href: addressOf(query, { format: name, ...version }),
          download: `${words.results.toLowerCase()}.${extension}`,
        },
        label,
      ),
    );
    place.replaceChildren(`${words.download}: `, ...links.flatMap((link) => [link, ' ']));
  }
}

// Browsers can be told to keep nothing.
function save(query: string): void {
  try {
    localStorage.setItem(storageKey, query);
  } catch {}
}

function load(): string | undefined {
  try {
    return localStorage.getItem(storageKey) || undefined;
  } catch {
    return undefined;
  }
}
