import { tokens } from './query-form.ts';

const allowed = new Set(
  'select ask describe construct where distinct limit offset filter lang langmatches optional graph from named a true false in as bound str'.split(
    ' ',
  ),
);
/** Statements of a lookup. */
const statementLimit = 16;

const isVariable = (token: string): boolean => /^[?$]/.test(token);
const isTerm = (token: string): boolean => /^[?$<"'\d]/.test(token) || token.includes(':');

/**
 * Whether a query only looks things up: few patterns, each of which hangs on a constant or on a variable bound before
 * it, and nothing that computes. Such a query is quick on any dataset; of others nobody knows before they have run.
 */
export function isLookup(query: string): boolean {
  if (query.length > 4096) return false;
  const words = query.match(lexemes) ?? [];
  const body = words.slice(prologueEnd(words));
  const brace = body.indexOf(
    '{',
    body.findIndex((word) => word.toLowerCase() === 'where'),
  );
  if (brace < 0) return /^describe$/i.test(body[0] ?? '') && body.slice(1).every((word) => word.startsWith('<'));
  const [head, pattern] = [body.slice(0, brace), body.slice(brace)];
  // `*` is a list of variables in the head, and a path in the pattern.
  if (!head.every((word) => word === '*' || isPlain(word)) || !pattern.every(isPlain)) return false;
  return hangsTogether(pattern);
}

// The tokens of a query as the guard reads them, and single words and signs between them.
const lexemes = new RegExp(`${tokens.source}|[A-Za-z]\\w*|\\d[\\w.]*|[^\\s]`, 'gsu');

function prologueEnd(words: readonly string[]): number {
  let at = 0;
  for (;;) {
    const word = words[at]?.toLowerCase();
    if (word === 'prefix') at += 3;
    else if (word === 'base') at += 2;
    else if (word?.startsWith('#')) at++;
    else return at;
  }
}

const isPlain = (word: string): boolean =>
  isTerm(word) || /^[#@]/.test(word) || '{}.;,()='.includes(word) || allowed.has(word.toLowerCase());

function hangsTogether(body: readonly string[]): boolean {
  const bound = new Set<string>();
  let statements = 0;
  let statement: string[] = [];
  let inParentheses = 0;
  let anchored = false;
  const end = (): boolean => {
    const [subject, , object] = statement;
    statement = [];
    if (subject === undefined || object === undefined) return true;
    statements++;
    const constant = !isVariable(subject) || !isVariable(object);
    const known = bound.has(subject) || bound.has(object);
    if (!known && (anchored || !constant)) return !isVariable(subject) && !isVariable(object);
    anchored = true;
    for (const term of [subject, object]) if (isVariable(term)) bound.add(term);
    return true;
  };
  for (const word of body) {
    if (word === '(') inParentheses++;
    if (word === ')') inParentheses--;
    if (inParentheses || word === ')' || word.startsWith('#') || word.startsWith('@')) continue;
    const [subject, predicate] = statement;
    if (word === '.' || word === '{' || word === '}') {
      if (!end()) return false;
    } else if (word === ';' || word === ',') {
      if (!end()) return false;
      if (subject !== undefined) statement = word === ',' && predicate !== undefined ? [subject, predicate] : [subject];
    } else if (isTerm(word) || word === 'a') statement.push(word);
    else if (/^(graph|optional|filter)$/i.test(word)) {
      if (!end()) return false;
    }
    if (statement.length > 3) return false;
  }
  return anchored && statements <= statementLimit;
}
