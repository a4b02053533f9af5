import { tokens } from './query-form.ts';

/** Tokens, words and the signs that matter here. */
const lexemes = new RegExp(
  `${tokens.source}|(?<word>[\\p{L}\\p{N}_][\\p{L}\\p{N}_.·-]*)|(?<sign>[[\\](){}.;,])`,
  'gsu',
);

/** A bracket that is open, and what was written since. */
interface Frame {
  /** `list` for square brackets that are spread; what is in round ones, and in others, stays as it is. */
  readonly kind: '{' | '(' | '[' | 'list';
  text: string;
  /** Statements to be written after the one that is begun. */
  readonly pending: string[];
  last: string;
}

const open = (kind: Frame['kind']): Frame => ({ kind, text: '', pending: [], last: kind });
const closing: Readonly<Record<string, readonly Frame['kind'][]>> = { '}': ['{'], ')': ['('], ']': ['[', 'list'] };

/**
 * The query with each list of properties that is a value (`?s ex:p [ ex:q ?o ]`) written as statements of its own after
 * the one that it is in (`?s ex:p _:b . _:b ex:q ?o`), which mean the same.
 *
 * Oxigraph's parser writes them before it. In an OPTIONAL its planner then begins with the list, once for each row of
 * what is outside: minutes in place of a second, for queries that editors send by themselves.
 */
export function spreadPropertyLists(query: string): string {
  if (!query.includes('[')) return query;
  let name = '_:list';
  while (query.includes(name)) name += '_';
  let lists = 0;
  let at = 0;
  const frames = [open('{')];
  for (const match of query.matchAll(lexemes)) {
    const frame = frames.at(-1) as Frame;
    const [token] = match;
    frame.text += query.slice(at, match.index);
    at = match.index + token.length;
    const { comment, word } = match.groups ?? {};
    // A comment would swallow what is written after it.
    if (comment !== undefined) continue;
    const keyword = word !== undefined && /^[A-Za-z]+$/.test(word) && !/^(?:a|true|false)$/.test(word);
    if (frame.kind === '{' && (keyword || /^[.{}]$/.test(token))) endStatement(frame);
    if (token === '[') frames.push(open(isSpread(frame, query, at) ? 'list' : '['));
    else if (token === '{' || token === '(') frames.push(open(token));
    else if (closing[token]) {
      const outer = frames.at(-2);
      // Oxigraph says what is wrong.
      if (!outer || !closing[token].includes(frame.kind)) return query;
      frames.pop();
      if (frame.kind === 'list') {
        const node = `${name}${++lists}`;
        outer.text += node;
        outer.pending.push(`${node} ${frame.text}`, ...frame.pending);
      } else outer.text += `${frame.kind}${frame.text}${token}`;
      outer.last = token;
    } else {
      frame.text += token;
      frame.last = keyword ? '.' : token;
    }
  }
  const [whole] = frames;
  return lists && whole && frames.length === 1 ? whole.text + query.slice(at) : query;
}

function endStatement(frame: Frame): void {
  if (frame.pending.length) frame.text += ` . ${frame.pending.splice(0).join(' . ')} `;
}

// As a subject a list can stand alone, and an empty one is a node without more.
function isSpread({ kind, last }: Frame, query: string, at: number): boolean {
  const empty = /\s*\]/y;
  empty.lastIndex = at;
  return (kind === 'list' || (kind === '{' && !/^[.{}]$/.test(last))) && !empty.test(query);
}
