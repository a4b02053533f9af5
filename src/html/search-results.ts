import { isOwnKind } from '../publish/search/findable.ts';
import type { Hit, Piece, SearchIndex } from '../publish/search/search-index.ts';
import { namedNode } from '../rdf/terms.ts';
import { partName, plainName } from './changes-page.tsx';
import { inLanguage } from './layout.tsx';
import { searchTexts } from './search-texts.ts';
import type { Language } from './texts.ts';
import { readerAddress, shorten, type View } from './view.ts';

/** What is asked of a search: one page of what is found. */
export interface SearchRequest {
  readonly query: string;
  /** The short name of a kind, if only that is wanted. */
  readonly kind: string | undefined;
  readonly page: number;
  readonly size: number;
}

/** Something found, as it is shown. */
export interface SearchResult {
  readonly id: string;
  /** Where its page is, with the language. */
  readonly path: string;
  readonly kind: string;
  readonly kindLabel: string;
  readonly score: number;
  readonly name: readonly Piece[];
  readonly nameLanguage: string;
  /** The name by which it was found, if that is another. */
  readonly otherName: readonly Piece[] | undefined;
  readonly text: readonly Piece[];
  readonly textLanguage: string;
  /** What the part of the data is called that it is a graph of: the document of a passage. */
  readonly partOf: string | undefined;
  /** The graphs of sources that speak of it. */
  readonly saidIn: readonly string[];
}

/** Found things of one kind. */
export interface KindCount {
  /** A short name, for addresses. */
  readonly kind: string;
  readonly label: string;
  readonly count: number;
}

/** One page of what was found. */
export interface SearchResults extends SearchRequest {
  /** How many there are of the kind, and pages of them. */
  readonly total: number;
  readonly pages: number;
  /** How many there are of all kinds. */
  readonly all: number;
  /** Those with the most first. */
  readonly kinds: readonly KindCount[];
  readonly hits: readonly SearchResult[];
  /** How many things are searched, and whether those are all. */
  readonly searched: number;
  readonly complete: boolean;
}

/** Searches, and says of what is found what people and programs want to see. */
export function searchResults(
  view: View,
  index: SearchIndex,
  request: SearchRequest,
  language: Language,
): SearchResults {
  const { query, page, size } = request;
  const kind = request.kind === undefined ? undefined : expandKind(view, request.kind);
  const found = index.search({ text: query, language, kind });
  const kinds = [...found.kinds]
    .map(([each, count]) => ({ kind: kindName(view, each), label: kindLabel(view, each, language), count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
  return {
    ...request,
    total: found.hits.length,
    pages: Math.max(1, Math.ceil(found.hits.length / size)),
    all: [...found.kinds.values()].reduce((sum, count) => sum + count, 0),
    kinds,
    hits: found.hits
      .slice((page - 1) * size, page * size)
      .map((hit) => show(view, hit, language, (text) => index.mark(text, found.words))),
    searched: index.size,
    complete: index.complete,
  };
}

/** What a kind is called in addresses. */
const kindName = (view: View, kind: string): string => (isOwnKind(kind) ? kind : shorten(view, kind));

function expandKind({ dataset }: View, name: string): string {
  const [prefix = '', ...rest] = name.split(':');
  const namespace = dataset.publication?.prefixes[prefix];
  return namespace !== undefined && rest.length ? namespace + rest.join(':') : name;
}

/** What people call a kind. */
export const kindLabel = (view: View, kind: string, language: Language): string =>
  isOwnKind(kind) ? searchTexts[language][kind] : plainName(view, kind, language);

/** Where the page of something found is. */
export const pathOfItem = (view: View, { id, path }: Hit['item'], language: Language): string =>
  path === undefined ? readerAddress(view, id, language) : inLanguage(path, language);

function show(view: View, { item, score }: Hit, language: Language, mark: (text: string) => Piece[]): SearchResult {
  const { names, texts, id } = item;
  const isThing = item.path === undefined;
  const label = nameOf(item, language);
  const name = mark(label.text);
  const other = name.some(({ found }) => found)
    ? undefined
    : names.map(({ text }) => mark(text)).find((pieces) => pieces.some(({ found }) => found));
  const text = chooseText(texts, isThing ? view.index.text(id, language) : undefined, language, mark);
  const part = isThing && view.index.isGraph(id) ? partOfGraph(view, id) : undefined;
  return {
    id,
    path: pathOfItem(view, item, language),
    kind: kindName(view, item.kind),
    kindLabel: kindLabel(view, item.kind, language),
    score: Math.round(score * 10) / 10,
    name,
    nameLanguage: label.language,
    otherName: other,
    text: text ? cut(mark(text.text)) : [],
    textLanguage: text?.language ?? '',
    partOf: part === undefined ? undefined : partName(view, part, language),
    saidIn: isThing
      ? view.index.sourcesOf(namedNode(id)).filter((source) => source !== id && view.index.label(source, language))
      : [],
  };
}

/** The name of something found in a language, else in any. */
export function nameOf({ names }: Hit['item'], language: Language): Hit['item']['names'][number] {
  const labels = names.filter(({ rank }) => rank === 'label');
  return labels.find((each) => each.language === language) ?? labels[0] ?? { text: '', language: '', rank: 'label' };
}

// The description, unless only another text shows why it was found.
function chooseText(
  texts: Hit['item']['texts'],
  description: string | undefined,
  language: Language,
  mark: (text: string) => Piece[],
): Hit['item']['texts'][number] | undefined {
  const own = texts.filter((each) => !each.language || each.language === language);
  const usual = own.find(({ text }) => text === description) ?? own[0] ?? texts[0];
  const isFound = ({ text }: { text: string }): boolean => mark(text).some(({ found }) => found);
  if (usual && isFound(usual)) return usual;
  return own.find(isFound) ?? usual;
}

function partOfGraph({ dataset }: View, graph: string): string | undefined {
  return dataset.inputs.find((input) => input.graph === graph)?.part;
}

/** Characters of a text that are shown, and how many of them before the first that was found. */
const shown = { most: 260, before: 100 };

// Long texts are shown from shortly before what was found in them.
function cut(pieces: readonly Piece[]): Piece[] {
  const whole = pieces.map(({ text }) => text).join('');
  if (whole.length <= shown.most) return [...pieces];
  const first = pieces.findIndex(({ found }) => found);
  const until = pieces.slice(0, Math.max(0, first)).reduce((sum, { text }) => sum + text.length, 0);
  // At a space, so that no word is cut.
  const start = until > shown.before ? whole.indexOf(' ', until - shown.before) + 1 : 0;
  const last = start + shown.most >= whole.length ? whole.length : whole.lastIndexOf(' ', start + shown.most);
  let at = 0;
  const kept = pieces.flatMap((piece): Piece[] => {
    const [from, to] = [Math.max(0, start - at), Math.min(piece.text.length, last - at)];
    at += piece.text.length;
    return from < to ? [{ ...piece, text: piece.text.slice(from, to) }] : [];
  });
  const dots = { text: '…', found: false };
  return [...(start > 0 ? [dots] : []), ...kept, ...(last < whole.length ? [dots] : [])];
}

/** The IRI or other name of each kind that anything searched has, as addresses name it. */
export const knownKinds = (view: View, index: SearchIndex): string[] =>
  [...index.kinds].map((kind) => kindName(view, kind)).sort();
