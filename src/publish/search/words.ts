import { plain } from '../reconcile/words.ts';

/** A word of a text, and where it stands there. */
export interface Word {
  /** In the plainest letters. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

// Initials with dots, numbers with their thousands apart, letters with an apostrophe between them: one word each.
const wordPattern = /(?:\p{L}\.){2,}|\p{N}+(?:[.,]\p{N}{3})+(?!\p{N})|[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;

/** The words of a text in their order, as they are compared: without case, marks and punctuation. */
export function wordsIn(text: string): Word[] {
  return Array.from(text.matchAll(wordPattern), ({ 0: found, index }) => ({
    word: fold(found),
    start: index,
    end: index + found.length,
  })).filter(({ word }) => word !== '');
}

// Most words have no marks, and folding those takes ten times as long.
const fold = (found: string): string =>
  /^[a-z0-9]+$/i.test(found) ? found.toLowerCase() : plain(found).replace(/[^\p{L}\p{N}]+/gu, '');

/** Words that most sentences have: who asks for "de zorg voor ouderen" means care and old people. */
const small = new Set(
  'a an and at by de den der des die dit en et for het in is la le met na naar of om on op or over te ten ter that the to uit van voor wat what which with'.split(
    ' ',
  ),
);

/** The words that count of those given; all of them if none does. */
export function withoutSmall(words: readonly string[]): readonly string[] {
  const telling = words.filter((word) => !small.has(word));
  return telling.length ? telling : words;
}

/** The first letters of the words of a long name, as acronyms are made of it; also without the small words. */
export function initialsOf(words: readonly string[]): string[] {
  const telling = withoutSmall(words);
  return [...new Set([words, telling].filter(({ length }) => length > 2 && length < 12))].map((each) =>
    each.map((word) => word[0]).join(''),
  );
}

/** Letters that Dutch puts between the two words of a compound. */
const links = ['', 's', 'en', 'n', 'e'];
/** Letters that each of the two has at least: below that, words fall apart that are none. */
const shortest = 4;

/**
 * The two words that a compound is made of, if both are words by themselves: "kinderziekenhuis" is found by
 * "ziekenhuis". Where it can be parted in several ways, the longer last word decides, as it carries the meaning.
 */
export function partsOfCompound(
  word: string,
  isWord: (part: string) => boolean,
): readonly [string, string] | undefined {
  if (word.length < 2 * shortest || /\p{N}/u.test(word)) return undefined;
  for (let at = shortest; at <= word.length - shortest; at++) {
    const [first, last] = [word.slice(0, at), word.slice(at)];
    if (!isWord(last)) continue;
    const found = links
      .filter((link) => first.endsWith(link) && first.length - link.length >= shortest)
      .map((link) => first.slice(0, first.length - link.length))
      .find(isWord);
    if (found !== undefined) return [found, last];
  }
  return undefined;
}
