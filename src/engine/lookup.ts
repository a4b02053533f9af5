import { tokens } from './query-form.ts';

/** Characters of a lookup at most. */
const lengthLimit = 4096;
/** Statements of a lookup at most. */
const statementLimit = 16;
/** Times that a predicate may be asked of the same node: so often, its values are multiplied with each other. */
const repeatLimit = 2;

const forms = new Set(['select', 'ask', 'construct', 'describe']);
const inHead = new Set(['distinct', 'reduced', 'from', 'named', 'where']);
const inPattern = new Set(['optional', 'graph', 'filter', 'values', 'limit', 'offset']);
const inFilter = new Set(['lang', 'langmatches', 'str', 'bound', 'in', 'true', 'false']);

const isVariable = (word: string): boolean => /^(?:[?$]|_:)/.test(word);
/** An IRI, a literal, a number or a variable. */
const isTerm = (word: string): boolean => /^(?:[?$].|<.*>$|["'\d])/s.test(word) || word.includes(':');

/**
 * Whether a query only looks things up: few patterns, the first of which has a constant and each further one a term of
 * those before it, and nothing that computes. Such a query is quick on most datasets; of others nobody knows before they have run.
 * Texts that are no query count as none.
 */
export function isLookup(query: string): boolean {
  if (query.length > lengthLimit) return false;
  const words = (query.match(lexemes) ?? []).filter((word) => !word.startsWith('#'));
  const body = words.slice(prologueLength(words));
  const where = body.findIndex((word) => word.toLowerCase() === 'where');
  const brace = body.indexOf('{', Math.max(0, where));
  const form = body[0]?.toLowerCase() ?? '';
  if (brace < 0) return form === 'describe' && body.length > 1 && body.slice(1).every(isConstant);
  const head = body.slice(1, brace).filter((word) => !inHead.has(word.toLowerCase()));
  // Without WHERE, the template of a CONSTRUCT would be taken for the pattern.
  const headed = form === 'construct' ? where > 0 && head.every(isTemplateWord) : head.every(isHeadWord);
  return forms.has(form) && headed && hangsTogether(body.slice(brace));
}

// The tokens of a query as the guard reads them, and single words and signs between them.
const lexemes = new RegExp(`${tokens.source}|\\^\\^|[A-Za-z]\\w*|\\d[\\w.]*|[^\\s]`, 'gsu');

const isConstant = (word: string): boolean => isTerm(word) && !isVariable(word);
const isHeadWord = (word: string): boolean => word === '*' || isTerm(word);
const isTemplateWord = (word: string): boolean => isTerm(word) || /^(?:@.+|\^\^|[{}.;,a])$/s.test(word);

function prologueLength(words: readonly string[]): number {
  let length = 0;
  for (;;) {
    const word = words[length]?.toLowerCase();
    if (word === 'prefix') length += 3;
    else if (word === 'base') length += 2;
    else return length;
  }
}

function hangsTogether(pattern: readonly string[]): boolean {
  const seen = new Set<string>();
  const asked = new Map<string, number>();
  let statements = 0;
  let reached = 0;
  // Terms since the last sign that ends a statement; and how deep in the parentheses of a FILTER, once it has begun.
  let statement: string[] = [];
  let filter: number | undefined;
  // A graph that is named is a list by itself. VALUES has begun, and gives its variables.
  let inGraph = false;
  let values = false;

  const end = (): boolean => {
    const [subject, predicate, object] = statement;
    if (statement.length > 3) return false;
    statement = [];
    if (subject === undefined || predicate === undefined || object === undefined) return true;
    statements++;
    const ends = [subject, object];
    const constants = ends.filter((each) => !isVariable(each)).length;
    const hangs = seen.size ? constants === 2 || ends.some((each) => seen.has(each)) : constants > 0 || inGraph;
    if (!hangs) return false;
    // From a value to all that have it, there can be many: one such step is a list, two are its square.
    if (isVariable(subject) && !seen.has(subject) && ++reached > 1) return false;
    const question = `${subject} ${isVariable(predicate) ? '?' : predicate}`;
    const times = isVariable(object) && !seen.has(object) ? (asked.get(question) ?? 0) + 1 : 0;
    asked.set(question, times);
    for (const each of ends) seen.add(each);
    return times <= repeatLimit;
  };

  for (const [at, word] of pattern.entries()) {
    const lower = word.toLowerCase();
    if (values) {
      if (isVariable(word)) seen.add(word);
      else if (!(isTerm(word) || /^(?:[(){]|undef|@.+|\^\^)$/.test(lower))) values = false;
    } else if (filter !== undefined) {
      if (word === '(') filter++;
      else if (word === ')') filter--;
      else if (!(isTerm(word) || inFilter.has(lower) || /^[=!<>&|,]$/.test(word))) return false;
      if (word === ')' && filter === 0) filter = undefined;
    } else if (/^[.{};,]$/.test(word)) {
      const [subject, predicate] = statement;
      if (!end()) return false;
      if (word === ';' && subject !== undefined) statement = [subject];
      if (word === ',' && subject !== undefined && predicate !== undefined) statement = [subject, predicate];
    } else if (inPattern.has(lower)) {
      if (!end()) return false;
      if (lower === 'filter') filter = 0;
      if (lower === 'values') values = true;
      if (lower === 'graph') inGraph ||= isConstant(pattern[at + 1] ?? '?');
    } else if (isTerm(word) || word === 'a') {
      // The datatype of a literal is no term of its own.
      if (pattern[at - 1] !== '^^') statement.push(word);
    } else if (!/^(?:@.+|\^\^)$/s.test(word)) return false;
  }
  return filter === undefined && statements > 0 && statements <= statementLimit;
}
