import { type Hint, Yasqe } from '@zazuko/yasqe';
import { fill, type QueryWords } from '../../../html/query-texts.ts';
import { element } from '../dom.ts';

/** A class or a property of the graph. */
export interface Word {
  readonly iri: string;
  readonly label?: string;
  readonly description?: string;
  readonly count: number;
}

/** What queries of this graph are written with: `/sparql/vocabulary.json`. */
export interface Vocabulary {
  readonly classes: readonly Word[];
  readonly properties: readonly Word[];
}

/** Suggestions that are shown at most. */
const most = 50;

/** The completers that editors are to be made with. */
export const completers = ['prefixes', 'class', 'property', 'variables'];

/**
 * Has the editor complete words of this graph. The editor's own lists of prefixes, classes and properties would come
 * from the whole web, the latter two by asking another host at each key.
 */
export function registerCompleters(
  prefixes: Readonly<Record<string, string>>,
  vocabulary: () => Promise<Vocabulary>,
  words: QueryWords,
): void {
  const declarations = Object.entries(prefixes).map(([prefix, space]) => `${prefix}: <${space}>`);
  // Kept in the browser, the prefixes would outlive a change of them.
  Yasqe.forkAutocompleter('prefixes', { name: 'prefixes', get: () => declarations, persistenceId: null }, false);
  const spaces = Object.entries(prefixes).sort(([, a], [, b]) => b.length - a.length);
  const register = (name: 'class' | 'property', list: (all: Vocabulary) => readonly Word[]): void => {
    /** The words of the last suggestions, by the text that is put in for each. */
    const suggested = new Map<string, Word>();
    Yasqe.forkAutocompleter(
      name,
      {
        name,
        autoShow: true,
        get: async (_yasqe, token) => {
          const typed = token?.string.trim() ?? '';
          const found = rank(list(await vocabulary()), typed, token?.tokenPrefixUri, spaces).slice(0, most);
          suggested.clear();
          for (const word of found) suggested.set(word.iri, word);
          return found.map(({ iri }) => iri);
        },
        postProcessSuggestion: (yasqe, token, iri) => {
          const declared = Object.entries(yasqe.getPrefixesFromQuery()).sort(([, a], [, b]) => b.length - a.length);
          // A prefix that is not declared yet will be, as soon as it stands there.
          const fits = [...declared, ...spaces].find(
            ([, space]) => iri.startsWith(space) && /^[\p{L}\d_][\p{L}\d_-]*$/u.test(iri.slice(space.length)),
          );
          const text = fits && !token.string.startsWith('<') ? `${fits[0]}:${iri.slice(fits[1].length)}` : `<${iri}>`;
          const word = suggested.get(iri);
          if (word) suggested.set(text, word);
          return text;
        },
        postprocessHints: (_yasqe, hints) =>
          hints.map((hint) => ({ ...hint, render: (line) => draw(line, hint, suggested.get(hint.text), words) })),
      },
      false,
    );
  };
  register('class', ({ classes }) => classes);
  register('property', ({ properties }) => properties);
}

/**
 * The words that fit what is typed: a part of a name or of a label, or a name behind a prefix. Those that begin with it
 * come first, then the most used.
 */
function rank(
  words: readonly Word[],
  typed: string,
  space: string | undefined,
  spaces: readonly (readonly [string, string])[],
): Word[] {
  const colon = typed.indexOf(':');
  const isIri = typed.startsWith('<');
  const prefix = !isIri && colon >= 0 ? typed.slice(0, colon) : undefined;
  const wanted = prefix === undefined ? undefined : (space ?? spaces.find(([name]) => name === prefix)?.[1]);
  const sought = (
    isIri ? typed.replace(/[<>]/g, '') : prefix === undefined ? typed : typed.slice(colon + 1)
  ).toLowerCase();
  const scored = words.flatMap((word) => {
    if (wanted !== undefined && !word.iri.startsWith(wanted)) return [];
    const name = word.iri.slice(wanted?.length ?? localStart(word.iri)).toLowerCase();
    const label = word.label?.toLowerCase() ?? '';
    if (isIri) return word.iri.toLowerCase().startsWith(sought) ? [{ word, score: 0 }] : [];
    if (name.startsWith(sought)) return [{ word, score: 0 }];
    if (label.startsWith(sought)) return [{ word, score: 1 }];
    return name.includes(sought) || label.includes(sought) ? [{ word, score: 2 }] : [];
  });
  // Sorting keeps the order of equals: the most used first.
  return scored.sort((a, b) => a.score - b.score).map(({ word }) => word);
}

/** Where the name within its namespace begins. */
const localStart = (iri: string): number => Math.max(iri.lastIndexOf('#'), iri.lastIndexOf('/')) + 1;

function draw(line: HTMLElement, hint: Hint, word: Word | undefined, words: QueryWords): void {
  line.append(element('code', {}, hint.text));
  if (!word) return;
  if (word.label) line.append(element('span', { class: 'hint-label' }, word.label));
  line.append(element('span', { class: 'hint-count' }, fill(words.uses, { count: word.count })));
  if (word.description) line.append(element('span', { class: 'hint-text' }, word.description));
}
