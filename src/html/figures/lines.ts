import english from 'hyphen/en-gb/index.js';
import dutch from 'hyphen/nl/index.js';
import type { Language } from '../texts.ts';

const hyphenators = { en: english.hyphenateSync, nl: dutch.hyphenateSync };

/** Where a word may be broken, as the hyphenator marks it: a character that no text has. */
const breakMark = '\uE000';

/**
 * A text in lines of at most so many letters, broken between words, and within a word only where it fits on no line.
 * SVG breaks no lines itself.
 */
export function breakLines(text: string, letters: number, language: Language): string[] {
  const lines: string[] = [];
  let line = '';
  const add = (part: string, tie: string): void => {
    if (line && line.length + tie.length + part.length > letters) {
      lines.push(line);
      line = part;
    } else {
      line = line ? line + tie + part : part;
    }
  };
  for (const word of text.split(/\s+/).filter(Boolean))
    for (const [index, part] of piecesOf(word, letters, language).entries()) add(part, index ? '' : ' ');
  return line ? [...lines, line] : lines;
}

// Syllables joined again as far as they fit, each with a hyphen but the last.
function piecesOf(word: string, letters: number, language: Language): string[] {
  if (word.length <= letters) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const syllable of hyphenators[language](word, { hyphenChar: breakMark }).split(breakMark)) {
    if (piece && piece.length + syllable.length + 1 > letters) {
      pieces.push(`${piece}-`);
      piece = syllable;
    } else {
      piece += syllable;
    }
  }
  return [...pieces, piece];
}
