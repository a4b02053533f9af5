import type { Prefixes } from './write-turtle.ts';

/** A triple as N-Triples writes its terms. */
export type Triple = readonly [subject: string, predicate: string, object: string];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const type = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
const xsd = 'http://www.w3.org/2001/XMLSchema#';
const names = new Set([
  '<http://www.w3.org/2000/01/rdf-schema#label>',
  '<http://www.w3.org/2004/02/skos/core#prefLabel>',
]);

/** The prefix lines of a Turtle file, sorted. */
export const turtlePrefixes = (prefixes: Prefixes): string =>
  Object.entries(prefixes)
    .sort(([a], [b]) => compare(a, b))
    .map(([prefix, iri]) => `@prefix ${prefix}: <${iri}> .\n`)
    .join('');

/**
 * Turtle for people and for diffs: a block for each subject, a value a line, the dot on its own line; type and label
 * first, the other properties by name, values by language and text. Prefix lines are for the caller.
 */
export function turtleBlocks(triples: Iterable<Triple>, prefixes: Prefixes): string {
  const shorten = shortener(prefixes);
  const subjects = new Map<string, Map<string, Set<string>>>();
  for (const [subject, predicate, object] of triples) {
    const properties = subjects.get(subject) ?? new Map<string, Set<string>>();
    subjects.set(subject, properties);
    const values = properties.get(predicate) ?? new Set();
    properties.set(predicate, values.add(object));
  }
  let text = '';
  for (const [subject, properties] of subjects) {
    text += `${shorten(subject)}\n`;
    for (const predicate of [...properties.keys()].sort(byPlace(shorten))) {
      const name = predicate === type ? 'a' : shorten(predicate);
      const values = [...(properties.get(predicate) ?? [])].sort(byLanguage).map(shorten);
      text += values.length === 1 ? `  ${name} ${values[0]} ;\n` : `  ${name}\n    ${values.join(' ,\n    ')} ;\n`;
    }
    text += '.\n\n';
  }
  return text;
}

const rank = (predicate: string): number => (predicate === type ? 0 : names.has(predicate) ? 1 : 2);
const byPlace =
  (shorten: (term: string) => string) =>
  (a: string, b: string): number =>
    rank(a) - rank(b) || compare(shorten(a), shorten(b));
const languageOf = (term: string): string => /^".*"@([\w-]+)$/s.exec(term)?.[1] ?? '';
const byLanguage = (a: string, b: string): number => compare(languageOf(a), languageOf(b)) || compare(a, b);

function shortener(prefixes: Prefixes): (term: string) => string {
  const known = Object.entries(prefixes);
  const iri = (term: string): string => {
    const value = term.slice(1, -1);
    for (const [prefix, namespace] of known) {
      const local = value.startsWith(namespace) ? value.slice(namespace.length) : '';
      if (/^[A-Za-z](?:[\w-]*\w)?$/.test(local)) return `${prefix}:${local}`;
    }
    return term;
  };
  return (term) => {
    if (term.startsWith('<')) return iri(term);
    const [, text, datatype] = /^(".*")\^\^(<[^<>]*>)$/s.exec(term) ?? [];
    if (text === undefined || datatype === undefined) return term;
    const plain = text.slice(1, -1);
    const bare =
      (datatype === `<${xsd}integer>` && /^-?\d+$/.test(plain)) ||
      (datatype === `<${xsd}decimal>` && /^-?\d+\.\d+$/.test(plain)) ||
      (datatype === `<${xsd}boolean>` && /^(?:true|false)$/.test(plain));
    return bare ? plain : `${text}^^${iri(datatype)}`;
  };
}
