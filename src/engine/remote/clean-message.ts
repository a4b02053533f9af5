/** Characters of an explanation that are told. */
const longest = 500;
/** Lines of it. */
const mostLines = 3;

/** What is said where nothing of an explanation can be told. */
export const unexplained =
  'The engine does not accept the query, and gives no reason that can be told. Look for mistakes, and for what is not in SPARQL 1.1.';

/**
 * What a remote server says is wrong with a query, for the one who sent the query: the first lines that mean something,
 * without what they tell of the server. Addresses, hosts, paths and names of classes stay only where the query has them.
 */
export function cleanMessage(text: string, query: string): string {
  const lines = messageIn(text)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(Boolean);
  const told: string[] = [];
  for (const line of lines) {
    if (noise.test(line)) continue;
    // From here on the query is repeated, or the grammar.
    if (/^(?:SPARQL query|Query|Was expecting)\b.*:?$/i.test(line)) break;
    const clean = hide(line.replace(exceptionName, ''), query);
    if (/\p{L}{3}/u.test(clean)) told.push(clean);
    if (told.length === mostLines) break;
  }
  const message = told.join(' ').replace(/\s+/g, ' ').slice(0, longest).trim();
  return message || unexplained;
}

// Frames of a stack, in Java, JavaScript and Python; heads of pages.
const noise = /^(?:at\s|\.\.\. \d+ more|Caused by|Traceback|File ".*", line|Exception in thread|<\?xml|<!DOCTYPE)/i;
const exceptionName = /^(?:[\w$]+\.)+[\w$]*(?:Exception|Error)\b:?\s*/;

function messageIn(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    try {
      const found = JSON.parse(trimmed) as Record<string, unknown>;
      const [message] = ['message', 'exception', 'detail', 'error', 'title'].flatMap((key) =>
        typeof found[key] === 'string' ? [found[key]] : [],
      );
      return message ?? '';
    } catch {
      return '';
    }
  }
  if (!/^<(?:!doctype|html|\?xml)/i.test(trimmed)) return trimmed;
  return trimmed
    .replace(/<(script|style|title)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<(?:br|p|h\d|div|tr|li)\b[^>]*>/gi, '\n')
    .replace(/<\/?[a-z!][^>]*>/gi, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&amp;/g, '&');
}

/** What can tell of a server: addresses, paths, numbers of machines, names with dots, names with ports. */
const telling =
  /[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]*|\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?|\[[0-9a-f:]*:[0-9a-f:]*\](?::\d+)?|(?:\b[A-Za-z]:|\\)\\[\w.$-]+(?:\\[\w.$-]+)*|(?<![\w<])~?\/[\w.$@-]+(?:\/[\w.$@-]*)*|\b[\w$-]*[a-z_$][\w$-]*(?:\.[\w$-]+)+\b(?::\d+)?|\blocalhost\b(?::\d+)?/gi;

const hide = (line: string, query: string): string =>
  line.replace(telling, (found) => (query.includes(found) ? found : '…'));
