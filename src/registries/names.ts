/** Words that names share without being alike, in the languages of our names. */
const stopWords = new Set(
  'a an and at d da das de del della der des di do du e el en et fur for het i in la le les los of on op the te ten ter til to und van voor y zu'.split(
    ' ',
  ),
);

/** One spelling for words that differ between countries alone. A map: "constructor" is a word of names as well. */
const spellings = new Map([
  ['centre', 'center'],
  ['centres', 'centers'],
  ['organisation', 'organization'],
]);

/** The words of a name that tell it from others: without marks, case, articles and prepositions. */
export function wordsOf(name: string): string[] {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/['’`]s\b/g, 's')
    .replace(/['’`]/g, '');
  const all = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = all.filter((word) => !stopWords.has(word));
  return (telling.length ? telling : all).map((word) => spellings.get(word) ?? word);
}

/** Whether a name is so short that many organisations may carry it: one word of at most five signs. */
export const isShort = (words: readonly string[]): boolean => words.length === 1 && (words[0] ?? '').length <= 5;

/** The host of a web address without `www.`; undefined for what is no address. */
export function domainOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname.replace(/^www\./, '').toLowerCase() : undefined;
}
