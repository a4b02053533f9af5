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
} as const;

// In prologue and body alike: what looks like syntax inside these is none.
const skipped =
  /"""(?:[^"\\]|\\.|"(?!""))*"""|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n\r]*/gs;

/**
 * The form of a query, from the first keyword after its prologue.
 *
 * A text with no known keyword counts as a SELECT, so that the engine's parser says what is wrong with it.
 * Throws {@link QueryFault} for an update (the endpoint is read-only) and for a text beyond the limits.
 */
export function readForm(query: string): QueryForm {
  if (query.length > textLimits.length)
    throw new QueryFault('too-complex', `The query has ${query.length} characters; ${textLimits.length} is the limit.`);
  const bare = query.replace(skipped, (text) => (text.startsWith('#') ? ' ' : '<>'));
  checkComplexity(bare);
  const body = bare.replace(/^(?:\s+|BASE\s*<>|PREFIX\s+[^\s:<>]*:\s*<>|VERSION\s*<>)*/i, '');
  const keyword = /^[A-Za-z]+/.exec(body)?.[0].toLowerCase() ?? '';
  if (['insert', 'delete', 'load', 'clear', 'drop', 'create', 'add', 'move', 'copy', 'with'].includes(keyword))
    throw new QueryFault(
      'update',
      `${keyword.toUpperCase()} is an update. This endpoint only answers queries: SELECT, ASK, CONSTRUCT and DESCRIBE. The graph is changed by editing its files.`,
    );
  return keyword === 'ask' || keyword === 'construct' || keyword === 'describe' ? keyword : 'select';
}

/** Whether the query asks another endpoint. */
export const asksElsewhere = (query: string): boolean =>
  /(?<![:?$\w-])SERVICE(?![\w:-])/i.test(query.replace(skipped, '<>'));

function checkComplexity(bare: string): void {
  let depth = 0;
  for (const character of bare) {
    if ('({['.includes(character)) depth++;
    if (')}]'.includes(character)) depth--;
    if (depth > textLimits.depth)
      throw new QueryFault('too-complex', `The query nests more than ${textLimits.depth} brackets. Write it flatter.`);
  }
  const joints = bare.match(/\|\|?|&&|\bUNION\b|\bOPTIONAL\b/gi)?.length ?? 0;
  if (joints > textLimits.joints)
    throw new QueryFault(
      'too-complex',
      `The query joins ${joints} alternatives and options; ${textLimits.joints} is the limit. Use VALUES for long lists.`,
    );
}
