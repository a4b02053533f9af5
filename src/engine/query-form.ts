import { resolve } from 'relative-to-absolute-iri';
import { QueryFault } from './engine.ts';

/** What kind of answer a query has. */
export type QueryForm = 'select' | 'ask' | 'construct' | 'describe';

/** Limits on a query's text, kept before any engine parses it. */
export const textLimits = {
  /** Characters. */
  length: 32_768,
  /** Brackets, braces and parentheses open at one time: a thousand nested braces break an Oxigraph instance for good. */
  depth: 100,
  /** `||`, `&&`, UNION, OPTIONAL and path alternatives together: a hundred OPTIONALs take seconds to plan. */
  joints: 200,
  /** Signs of arithmetic, negation and paths together: a few thousand in a row overflow an engine's stack. */
  operators: 1000,
} as const;

// What looks like syntax inside these is none: strings, IRIs, comments, names with a prefix, blank node labels,
// variables, language tags. What is left over are keywords, numbers, brackets and operators.
//
// Whatever the text, each part of it is read a few times at most: a string that does not end goes to the end of its line
// or of all, so that its middle is not tried as the beginning of another, and so do runs of letters in `lexer`. Else a
// few thousand quotation marks or digits would hold up the thread that answers for seconds.
export const tokens =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no IRI has these in it (SPARQL 1.1, section 19.8, IRIREF).
  /(?<endless>(?:"""(?:[^"\\]|\\.|"(?!""))*|'''(?:[^'\\]|\\.|'(?!''))*)\\?$)|(?<text>"""(?:[^"\\]|\\.|"(?!""))*"""|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n\r]|\\.)*"?|'(?:[^'\\\n\r]|\\.)*'?)|(?<iri><[^<>"{}|^`\\\u0000-\u0020]*>)|(?<comment>#[^\n\r]*)|(?<name>(?:[\p{L}\p{N}_][\p{L}\p{N}_.·-]*)?:(?:(?:[\p{L}\p{N}_:]|%[0-9A-Fa-f]{2}|\\.)(?:[\p{L}\p{N}_:.·-]|%[0-9A-Fa-f]{2}|\\.)*)?)|(?<variable>[?$][\p{L}\p{N}_]+)|(?<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)/gsu;

/** {@link tokens}, and what looks like the beginning of a name and is none: keywords and numbers. */
const lexer = new RegExp(`${tokens.source}|(?<word>[\\p{L}\\p{N}_][\\p{L}\\p{N}_.·-]*)`, 'gsu');

/** The text with everything but keywords, numbers, brackets and operators replaced by a stand-in. */
function skeleton(query: string): string {
  if (query === last.query) return last.bare;
  const bare = query.replace(lexer, (...match) => {
    const groups = match.at(-1) as Record<string, string | undefined>;
    if (groups['word'] !== undefined) return groups['word'];
    if (groups['endless'] !== undefined) throw endlessString(query, query.length - groups['endless'].length);
    if (groups['comment'] !== undefined) return ' ';
    if (groups['iri'] !== undefined) return '<>';
    if (groups['name'] !== undefined) return standInFor(groups['name']);
    return groups['text'] === undefined ? '?' : '""';
  });
  last = { query, bare };
  return bare;
}

// To a parser that looks for keywords first, a name can begin with one, glued to what it names.
const standInFor = (name: string): string =>
  name.startsWith('_:') ? '_:' : /^[^:]*service(?:silent)?:/i.test(name) ? 'service:' : ':';

/** What asks another endpoint, in a skeleton. No other keyword has the word in it; before a brace, a name may stand after few. */
const services = /service(?!:)|(?<!(?:graph|from|named)\s*)service:\s*\{/i;

// What follows can be two strings for one parser and one string without end for another: neither must hide it from us.
function endlessString(query: string, start: number): QueryFault {
  const lines = query.slice(0, start).split('\n');
  return new QueryFault(
    'syntax',
    `The string that begins with ${query.slice(start, start + 3)} in line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1} does not end. If these are two strings, put a space between them.`,
  );
}

/** One query is looked at several times in a row. */
let last = { query: '', bare: '' };

/**
 * The form of a query, from the first keyword after its prologue.
 *
 * A text with no known keyword counts as a SELECT, so that the engine's parser says what is wrong with it.
 * Throws {@link QueryFault} for an update (the endpoint is read-only) and for a text beyond the limits.
 */
export function readForm(query: string): QueryForm {
  if (query.length > textLimits.length)
    throw new QueryFault('too-complex', `The query has ${query.length} characters; ${textLimits.length} is the limit.`);
  const bare = skeleton(query);
  checkComplexity(bare);
  const keyword = firstKeyword(bare);
  if (['insert', 'delete', 'load', 'clear', 'drop', 'create', 'add', 'move', 'copy', 'with'].includes(keyword))
    throw new QueryFault(
      'update',
      `${keyword.toUpperCase()} is an update. This endpoint only answers queries: SELECT, ASK, CONSTRUCT and DESCRIBE. The graph is changed by editing its files.`,
    );
  return keyword === 'ask' || keyword === 'construct' || keyword === 'describe' ? keyword : 'select';
}

/** Whether the text begins, after its prologue, as one of the forms does. Else an engine will say what is wrong. */
export const hasForm = (query: string): boolean =>
  ['select', 'ask', 'construct', 'describe'].includes(firstKeyword(skeleton(query)));

const firstKeyword = (bare: string): string =>
  /^[A-Za-z]+/
    .exec(bare.replace(/^(?:\s+|BASE\s*<>|PREFIX\s*(?:service)?:\s*<>|VERSION\s*"")*/i, ''))?.[0]
    .toLowerCase() ?? '';

/**
 * A bare word of the text that no query has, or undefined: one of an update, wherever it stands, or of what some servers
 * understand beyond SPARQL.
 */
export const strayWord = (query: string): string | undefined =>
  /insert|delete|load|clear|drop|create|add|move|copy|with|into|define/i.exec(skeleton(query))?.[0];

/** Whether a text has an IRI that stands for another one by a base. */
export const hasRelativeIris = (query: string): boolean =>
  (query.match(tokens) ?? []).some((token) => token.startsWith('<') && !/^<[a-z][a-z0-9+.-]*:/i.test(token));

/** How many SERVICE clauses the query has. */
export const countServices = (query: string): number => skeleton(query).match(new RegExp(services, 'gi'))?.length ?? 0;

/** The query without its comments. */
export const withoutComments = (query: string): string =>
  query.replace(lexer, (token) => (token.startsWith('#') ? ' ' : token));

/** Whether the query asks another endpoint. */
export const asksElsewhere = (query: string): boolean => services.test(skeleton(query));

/**
 * Whether the query can answer something else each time, of the same dataset: it asks for the time, for chance or for
 * new names, or asks another endpoint. No other keyword has one of these words in it. A template that makes blank nodes
 * gives them new names each time, too.
 */
export function isVolatile(query: string): boolean {
  const bare = skeleton(query);
  if (services.test(bare)) return true;
  return /now|rand|uuid|bnode/i.test(bare) || (/construct/i.test(bare) && /[[(]|_:/.test(templateOf(bare)));
}

// Of all in a query where it cannot be told apart: better one answer too few that is kept.
const templateOf = (bare: string): string => /construct\s*(?:where\s*)?\{([^{}]*)\}/i.exec(bare)?.[1] ?? bare;

function checkComplexity(bare: string): void {
  let depth = 0;
  for (const character of bare) {
    if ('({['.includes(character)) depth++;
    if (')}]'.includes(character)) depth = Math.max(0, depth - 1);
    if (depth > textLimits.depth)
      throw new QueryFault('too-complex', `The query nests more than ${textLimits.depth} brackets. Write it flatter.`);
  }
  const joints = bare.match(/\|\|?|&&|\bUNION\b|\bOPTIONAL\b/gi)?.length ?? 0;
  if (joints > textLimits.joints)
    throw new QueryFault(
      'too-complex',
      `The query joins ${joints} alternatives and options; ${textLimits.joints} is the limit. Use VALUES for long lists.`,
    );
  const operators = bare.match(/[!+\-*/^]/g)?.length ?? 0;
  if (operators > textLimits.operators)
    throw new QueryFault(
      'too-complex',
      `The query has ${operators} operators and path steps; ${textLimits.operators} is the limit.`,
    );
}

/** A graph that a query takes into its dataset (SPARQL 1.1, section 13.2): into the default graph, or as a named one. */
export interface FromClause {
  readonly iri: string;
  readonly named: boolean;
}

/** What a text is made of, without comments and signs: keywords, IRIs and names with a prefix among it. */
interface Token {
  readonly kind: string;
  readonly text: string;
}

function readTokens(query: string): Token[] {
  return [...query.matchAll(lexer)].flatMap(({ groups = {} }) => {
    const [kind = '', text = ''] = Object.entries(groups).find(([, found]) => found !== undefined) ?? [];
    return kind === 'comment' ? [] : [{ kind, text }];
  });
}

const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toLowerCase() === word;

const hasScheme = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The graphs that FROM and FROM NAMED give: in full, by a prefix of the query's own, or by a base, which is the query's
 * or the one that is given.
 */
export function fromClauses(query: string, baseIRI?: string): FromClause[] {
  // Most queries have none, and reading a text once more costs as much as the engine needs for a lookup's plan.
  if (!/from/i.test(query)) return [];
  const prefixes = new Map<string, string>();
  let base = baseIRI;
  // Not by URL, which would write signs beyond ASCII in another way: that would be another graph.
  const absolute = (iri: string): string => {
    if (hasScheme.test(iri) || base === undefined) return iri;
    try {
      return resolve(iri, base);
    } catch {
      // What is wrong with a base, an engine says.
      return iri;
    }
  };
  const iriOf = ({ kind, text }: Token): string | undefined => {
    if (kind === 'iri') return absolute(text.slice(1, -1));
    const [, prefix = '', local = ''] = (kind === 'name' && /^(.*?):(.*)$/s.exec(text)) || [];
    const namespace = prefixes.get(prefix);
    // A dot at the end belongs to what follows.
    return kind !== 'name' || namespace === undefined
      ? undefined
      : namespace + local.replace(/\.+$/, '').replace(/\\(.)/gs, '$1');
  };
  const found: FromClause[] = [];
  const all = readTokens(query);
  for (const [at, token] of all.entries()) {
    const [first, second] = [all[at + 1], all[at + 2]];
    if (isWord(token, 'base') && first?.kind === 'iri') base = iriOf(first);
    else if (isWord(token, 'prefix') && first?.kind === 'name' && second?.kind === 'iri')
      prefixes.set(first.text.slice(0, -1), iriOf(second) ?? '');
    else if (isWord(token, 'from')) {
      const named = isWord(first, 'named');
      const place = named ? second : first;
      const iri = place && iriOf(place);
      if (iri !== undefined) found.push({ iri, named });
    }
  }
  return found;
}

/** The IRIs among them. */
export const namesGraphs = (query: string, baseIRI?: string): string[] =>
  fromClauses(query, baseIRI).map(({ iri }) => iri);

/** The IRIs that SERVICE gives in full. */
export function namesServices(query: string): string[] {
  if (!/service/i.test(query)) return [];
  const all = readTokens(query);
  return all.flatMap((token, at) => {
    const place = isWord(all[at + 1], 'silent') ? all[at + 2] : all[at + 1];
    return isWord(token, 'service') && place?.kind === 'iri' ? [place.text.slice(1, -1)] : [];
  });
}
