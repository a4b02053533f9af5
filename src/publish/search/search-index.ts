import { distance } from 'fastest-levenshtein';
import MiniSearch, { type Query, type SearchOptions } from 'minisearch';
import { lettersOf } from '../reconcile/words.ts';
import { takeTurns } from '../turns.ts';
import type { Findable, FindableName } from './findable.ts';
import { initialsOf, partsOfCompound, withoutSmall, wordsIn } from './words.ts';

/** What is looked for. */
export interface SearchQuery {
  readonly text: string;
  /** The language of who asks: of names that fit alike, those in it come first. */
  readonly language: string;
  /** Only what is of this kind. */
  readonly kind?: string | undefined;
}

/** Something that was found. */
export interface Hit {
  readonly item: Findable;
  /** The better the higher; from 0 to about 100. */
  readonly score: number;
}

/** What was found, the best first. */
export interface Found {
  /** Of the kind that is asked for. */
  readonly hits: readonly Hit[];
  /** How many were found of each kind, whichever is asked for. */
  readonly kinds: ReadonlyMap<string, number>;
  /** The words that made the hits, as they stand in the index: what is to be marked. */
  readonly words: ReadonlySet<string>;
}

/** A piece of a text. */
export interface Piece {
  readonly text: string;
  /** Whether it is what was looked for. */
  readonly found: boolean;
}

/** Items that are ranked with care. The rest keep the order of the search library. */
const ranked = 500;
/** Items that are searched: so many take some 150 MB, and 7 seconds in which others are answered too. */
export const mostItems = 20_000;
/** Words of a query that count. */
const mostWords = 12;

const fields = ['label', 'alternative', 'parts', 'initials', 'key', 'text', 'kind'] as const;
type Entry = { readonly id: number } & Record<(typeof fields)[number], string>;

/** What can be found, by its words. It never changes. */
export class SearchIndex {
  readonly #items: readonly Findable[];
  readonly #search = new MiniSearch<Entry>({
    fields: [...fields],
    tokenize: (text) => text.split(' '),
    processTerm: (term) => term,
    searchOptions: { boost: { label: 8, alternative: 6, initials: 4, key: 8, parts: 2, text: 1, kind: 0.5 } },
  });
  /** The names as they are compared, by item. */
  readonly #names: (readonly ComparedName[])[] = [];
  /** The words of what is said of each item, and of what it is. */
  readonly #said: (readonly string[])[] = [];
  readonly #vocabulary = new Set<string>();
  #sorted: readonly string[] = [];

  /** Whether there was nothing more to be searched. */
  readonly complete: boolean;

  private constructor(items: readonly Findable[], complete: boolean) {
    this.#items = items;
    this.complete = complete;
  }

  /** Builds an index of the first items. Other work goes on in between. */
  static async build(
    items: Iterable<Findable> | AsyncIterable<Findable>,
    { limit = mostItems, complete = true }: { limit?: number; complete?: boolean } = {},
  ): Promise<SearchIndex> {
    const turn = takeTurns();
    const all: Findable[] = [];
    for await (const item of items) {
      all.push(item);
      await turn();
      if (all.length >= limit) break;
    }
    const index = new SearchIndex(all, complete && all.length < limit);
    // All words must be known before it can be told which of them are made of others.
    for (const item of all) {
      index.#learn(item);
      await turn();
    }
    index.#sorted = [...index.#vocabulary].sort();
    for (const [id, item] of all.entries()) {
      index.#add(id, item);
      await turn();
    }
    return index;
  }

  /** How many items can be found. */
  get size(): number {
    return this.#items.length;
  }

  /** What kinds there are. */
  get kinds(): ReadonlySet<string> {
    return new Set(this.#items.map(({ kind }) => kind));
  }

  #learn({ names, texts, kindNames }: Findable): void {
    const all = [...[...names, ...texts].map(({ text }) => text), ...kindNames];
    for (const text of all) for (const { word } of wordsIn(text)) this.#vocabulary.add(word);
  }

  #add(id: number, { names, texts, kindNames }: Findable): void {
    const compared = names.map(compare);
    this.#names[id] = compared;
    const words = (rank: FindableName['rank']): string[] =>
      compared.filter((name) => name.rank === rank).flatMap((name) => name.words);
    const said = [...new Set(texts.flatMap(({ text }) => wordsIn(text).map(({ word }) => word)))];
    const kind = kindNames.flatMap((text) => wordsIn(text).map(({ word }) => word));
    this.#said[id] = [...said, ...kind];
    const named = [...words('label'), ...words('alternative')];
    this.#search.add({
      id,
      label: words('label').join(' '),
      alternative: words('alternative').join(' '),
      parts: [...new Set([...named, ...said])].flatMap((word) => this.#partsOf(word)).join(' '),
      initials: compared.flatMap(({ initials }) => initials).join(' '),
      key: compared.flatMap(({ rank, letters }) => (rank === 'key' ? [letters] : [])).join(' '),
      text: said.join(' '),
      kind: kind.join(' '),
    });
  }

  readonly #compounds = new Map<string, readonly string[]>();

  #partsOf(word: string): readonly string[] {
    const known = this.#compounds.get(word);
    if (known) return known;
    const found = partsOfCompound(word, (part) => this.#vocabulary.has(part)) ?? [];
    if (this.#vocabulary.has(word)) this.#compounds.set(word, found);
    return found;
  }

  /** Whether any word begins so. */
  #begins(start: string): boolean {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] as string) < start) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low]?.startsWith(start) ?? false;
  }

  /** Finds what a text means. Of two that are as good, the one that is spoken of more comes first, then by id. */
  search({ text, language, kind }: SearchQuery): Found {
    const all = wordsIn(text).map(({ word }) => word);
    const words = withoutSmall(all)
      .slice(0, mostWords)
      .flatMap((word, at, { length }) => this.#spellOut(word, at === length - 1));
    const letters = lettersOf(text);
    const kinds = new Map<string, number>();
    if (!words.length) return { hits: [], kinds, words: new Set() };
    const results = this.#results(words, letters);
    const matched = new Set<string>();
    const hits: Hit[] = [];
    const rest: Hit[] = [];
    for (const [at, { id, terms, score }] of results.entries()) {
      const item = this.#items[id as number] as Findable;
      kinds.set(item.kind, (kinds.get(item.kind) ?? 0) + 1);
      for (const term of terms) matched.add(term);
      if (kind !== undefined && item.kind !== kind) continue;
      if (at >= ranked) rest.push({ item, score: Math.min(1, score / 100) });
      else hits.push({ item, score: this.#score(id as number, { words, letters, language, terms: new Set(terms) }) });
    }
    hits.sort(
      (a, b) =>
        b.score - a.score ||
        b.item.weight - a.item.weight ||
        (a.item.id < b.item.id ? -1 : a.item.id > b.item.id ? 1 : 0),
    );
    return { hits: [...hits, ...rest], kinds, words: matched };
  }

  /** A word; of a compound that nobody uses, its parts: "kankeronderzoek" finds research into cancer. */
  #spellOut(word: string, last: boolean): readonly string[] {
    if (this.#isKnown(word, last)) return [word];
    const parts = this.#partsOf(word);
    return parts.length ? parts : [word];
  }

  /** Whether a word of the index is it, or may be meant by it. */
  #isKnown(word: string, last: boolean): boolean {
    return this.#vocabulary.has(word) || (isPrefix(word, last) && this.#begins(word));
  }

  #results(words: readonly string[], letters: string) {
    const options = (fuzzy: (word: string, at: number) => boolean, slips: number): SearchOptions => ({
      prefix: (word, at) => isPrefix(word, at === words.length - 1),
      fuzzy: (word, at) => fuzzy(word, at) && word.length > 3 && tolerance,
      maxFuzzy: slips,
      weights: { fuzzy: 0.3, prefix: 0.6 },
      fields: ['label', 'alternative', 'parts', 'text', 'kind'],
    });
    const whole: Query = { queries: [letters], prefix: false, fuzzy: false, fields: ['initials', 'key', 'label'] };
    const ways = (how: SearchOptions): Query[] => [{ ...how, combineWith: 'AND', queries: [...words] }, whole];
    const find = (how: SearchOptions) => this.#search.search({ combineWith: 'OR', queries: ways(how) });
    // Slips of the pen are looked for where a word is none as it stands: "zorg" does not mean "borg".
    for (const slips of [1, 2]) {
      const found = find(options((word, at) => !this.#isKnown(word, at === words.length - 1), slips));
      if (found.length) return found;
    }
    const loose = options(() => true, 2);
    const found = find(loose);
    if (found.length || words.length === 1) return found;
    return this.#search.search({ ...loose, combineWith: 'OR', queries: [...words] });
  }

  /** A text in pieces: what a search has found in it, and what stands between. */
  mark(text: string, words: ReadonlySet<string>): Piece[] {
    const pieces: Piece[] = [];
    let at = 0;
    for (const { word, start, end } of wordsIn(text)) {
      if (!words.has(word) && !this.#partsOf(word).some((part) => words.has(part))) continue;
      const between = text.slice(at, start);
      const last = pieces.at(-1);
      // Words that follow each other are marked as one.
      if (last?.found && between.trim() === '')
        pieces[pieces.length - 1] = { text: last.text + text.slice(at, end), found: true };
      else {
        if (between) pieces.push({ text: between, found: false });
        pieces.push({ text: text.slice(start, end), found: true });
      }
      at = end;
    }
    if (at < text.length) pieces.push({ text: text.slice(at), found: false });
    return pieces;
  }

  /** How well an item fits: its best name decides, then what is said of it. */
  #score(id: number, asked: Asked): number {
    const item = this.#items[id] as Findable;
    const partsOf: Parts = (word) => this.#partsOf(word);
    const names = this.#names[id] as readonly ComparedName[];
    const qualities = names.map((name) => asked.words.map((word) => quality(word, name.words, asked.terms, partsOf)));
    const best = Math.max(...names.map((name, at) => scoreName(name, qualities[at] as number[], asked)));
    // Words may be spread over its names and what is said of it.
    const spread = asked.words.map((word, at) => {
      const named = names.map(({ rank }, name) => (rank === 'label' ? 1 : 0.9) * (qualities[name]?.[at] ?? 0));
      const highest = Math.max(...named);
      return highest > 0.35 ? highest : 0.35 * quality(word, this.#said[id] ?? [], asked.terms, partsOf);
    });
    const together = 45 * meanOf(spread);
    const spoken = Math.min(2.5, 0.35 * Math.log2(1 + item.weight));
    // Who searches means a thing of the world before a term for it, or a question about it.
    const ofGraph = item.kind === 'term' || item.kind === 'query' ? 0.9 : 1;
    return Math.max(best, together) * ofGraph + spoken;
  }
}

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** The part of its letters in which a word may differ, to be taken for another. */
const tolerance = 0.25;

// The last word may not be written to its end; of the others, endings differ.
const isPrefix = (word: string, last: boolean): boolean => word.length >= (last ? 2 : 4);

/** A name, ready to be compared. */
interface ComparedName extends FindableName {
  readonly words: readonly string[];
  readonly letters: string;
  readonly initials: readonly string[];
}

function compare(name: FindableName): ComparedName {
  const words = wordsIn(name.text).map(({ word }) => word);
  const initials = name.rank === 'key' ? [] : initialsOf(words);
  return { ...name, words, letters: lettersOf(name.text), initials };
}

interface Asked {
  readonly words: readonly string[];
  readonly letters: string;
  readonly language: string;
  /** The words in the index that fit one of those asked for. */
  readonly terms: ReadonlySet<string>;
}

type Parts = (word: string) => readonly string[];

function scoreName(name: ComparedName, qualities: readonly number[], asked: Asked): number {
  const spoken = !name.language || name.language === asked.language ? 1 : 0.97;
  const rank = name.rank === 'alternative' ? 0.93 : 1;
  if (name.letters === asked.letters) return 100 * spoken * rank;
  if (name.rank === 'key') return 0;
  const begins = name.letters.startsWith(asked.letters);
  const initials = name.initials.includes(asked.letters) ? 80 : 0;
  const fitting = qualities.filter((each) => each > 0).length;
  const mean = meanOf(qualities);
  const telling = withoutSmall(name.words).length;
  const score =
    fitting === qualities.length
      ? 45 * mean + 25 * Math.min(1, fitting / telling) + (begins ? 12 : 0)
      : (30 * mean * fitting) / qualities.length;
  return Math.max(initials, score) * spoken * rank;
}

/** How well the best of some words fits one that is asked for: from 0, not at all, to 1, the same. */
function quality(word: string, among: readonly string[], terms: ReadonlySet<string>, partsOf: Parts): number {
  let best = 0;
  for (const each of among) {
    if (each === word) return 1;
    if (each.startsWith(word)) best = Math.max(best, 0.6 + (0.3 * word.length) / each.length);
    else if (partsOf(each).includes(word)) best = Math.max(best, 0.6);
    else if (best < 0.5 && terms.has(each)) best = Math.max(best, likeness(word, each));
  }
  return best;
}

// Of a word that was found it is not known which of those asked for led to it.
function likeness(word: string, found: string): number {
  if (Math.abs(word.length - found.length) > 2) return 0;
  const slips = distance(word, found);
  return slips > 2 ? 0 : 0.6 - 0.1 * slips;
}
