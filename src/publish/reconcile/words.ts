import { distance } from 'fastest-levenshtein';

/** Words that make no difference: articles, prepositions, legal forms, titles of honour; in Dutch and English. */
const silent = new Set(
  'a an and at de der den des en et for het in la le of op te ten ter the to van voor bv nv ab ag gmbh inc ltd llc plc vzw stichting foundation vereniging koninklijke royal'.split(
    ' ',
  ),
);

/**
 * Words that mean the same in the names of organisations, in Dutch, English and abbreviated: the first stands for all.
 * Two words for one are written with a space.
 */
const alike: readonly string[] = [
  'university universiteit universitair universitaire universities universiteiten univ rijksuniversiteit université universität',
  'medical medisch medische med medicine',
  'center centre centrum centra centers centres ctr cntr',
  'hospital ziekenhuis hospitaal hospitals ziekenhuizen hosp zkh',
  'academic academisch academische acad',
  'institute instituut institut inst',
  'national nationaal nationale',
  'netherlands nederland nederlands nederlandse dutch',
  'research onderzoek onderzoeks',
  'technical technisch technische technology technologie',
  'faculty faculteit fac',
  'federation federatie',
  'committee commissie',
  'cancer kanker',
  'children childrens kinder kinderen',
  'catholic katholieke',
  'princess prinses',
  'european europese',
  'military militair',
  'central centraal',
  'health gezondheid',
  'care zorg',
  'network netwerk networks netwerken',
  'leiden leids leidse',
  'saint st sint',
];

const canonical = new Map(
  alike.flatMap((row) => {
    const [first = '', ...others] = row.split(' ');
    return others.map((other): [string, string] => [other, first]);
  }),
);

/** Words that are several in other spellings. */
const split: readonly (readonly [RegExp, string])[] = [
  [/umcs?$/, ' university medical center'],
  [/(?<=.)kinderziekenhuis$|^kinderziekenhuis$/, ' children hospital'],
  [/(?<=[a-z]{3})(?:instituut|institute)$/, ' institute'],
  [/(?<=[a-z]{3})ziekenhuis$/, ' hospital'],
  [/(?<=[a-z]{4})commissie$/, ' committee'],
  [/(?<=[a-z]{4})mc$|^mc$/, ' medical center'],
];

/** Phrases that are one thing in another language. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\buniversity of applied sciences\b/g, 'hogeschool'],
  [/\buniversity of the arts\b/g, 'hogeschool kunsten'],
  [/\btu\/e\b/g, 'tue'],
  [/\btu (?=[a-z]{4})/g, 'technical university '],
  [/\bku (?=[a-z]{4})/g, 'katholieke universiteit '],
  [/\bhealth care\b/g, 'healthcare'],
  [/\bumc nl\b/g, 'umcnl'],
];

/** Names that end as an abbreviation does and are none. */
const whole = new Set(['umcu', 'lumc', 'mumc', 'runmc', 'umcnl']);

/** A name in the plainest letters: no case, marks or punctuation. */
export function plain(name: string): string {
  return (
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/['’‘`´]/g, '')
      // Initials with dots are one word.
      .replace(/\b(?:\p{L}\.){2,}/gu, (initials) => initials.replaceAll('.', ''))
      .replace(/&/g, ' and ')
  );
}

/** The words of a name that tell it from others, each in the one form that stands for all that mean the same. */
export function meaningfulWords(name: string): string[] {
  const words = saidWords(name).flatMap(spellOut);
  const telling = words.filter((word) => !silent.has(word));
  return [...new Set((telling.length ? telling : words).map((word) => canonical.get(word) ?? word))];
}

/** How many words of a name are said again, as Ghent in "University of Ghent and Ghent Hospital". */
export function repetitions(name: string): number {
  const telling = saidWords(name).filter((word) => !silent.has(word));
  return telling.length - new Set(telling).size;
}

function saidWords(name: string): string[] {
  let text = plain(name).replace(/[^\p{L}\p{N}/]+/gu, ' ');
  for (const [pattern, by] of phrases) text = text.replace(pattern, by);
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function spellOut(word: string): string[] {
  if (whole.has(word)) return [word];
  for (const [ending, meaning] of split) {
    if (ending.test(word)) return word.replace(ending, meaning).trim().split(' ');
  }
  return [word];
}

/** The letters of a name, all together: names are compared so that differ in spaces and hyphens alone. */
export const lettersOf = (name: string): string => plain(name).replace(/[^\p{L}\p{N}]+/gu, '');

/** Whether a name is an acronym or as short as one: it is then compared letter by letter, with no tolerance. */
export const isShortName = (name: string): boolean =>
  /^\S{1,7}$/.test(name.trim()) &&
  /^[\p{L}\p{N}./+-]+$/u.test(name.trim()) &&
  (lettersOf(name).length <= 4 || name === name.toUpperCase());

/** What a word means that is one letter, or two swapped ones, away from a word in the table. */
export function nearestMeaning(word: string): string | undefined {
  if (word.length < 6) return undefined;
  for (const [spelling, meaning] of canonical)
    if (Math.abs(spelling.length - word.length) < 2 && distance(spelling, word) <= (word.length > 8 ? 2 : 1))
      return meaning;
  return undefined;
}
