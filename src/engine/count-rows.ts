import type { QueryResult } from './engine.ts';

const code = (character: string): number => character.charCodeAt(0);
const [quote, backslash, lineFeed] = [code('"'), code('\\'), code('\n')];
const [open, close, openList, closeList] = [code('{'), code('}'), code('['), code(']')];

/** Bytes of an answer beyond which nobody needs to know so exactly: counting takes some milliseconds a megabyte. */
const largest = 2 ** 20;

/**
 * The rows of a written answer, counted without making objects of them, or undefined for an answer that has no rows or
 * is large. Engines that write formats themselves do not say how many rows they wrote.
 */
export function countRows({ kind, mediaType, body }: QueryResult): number | undefined {
  if (kind !== 'rows' || body.length > largest) return undefined;
  return counters[mediaType]?.(Buffer.from(body.buffer, body.byteOffset, body.length));
}

const counters: Readonly<Record<string, (body: Buffer) => number>> = {
  'application/sparql-results+json': countJson,
  'application/sparql-results+xml': countXml,
  'text/csv': (body) => countLines(body, true),
  // Line ends within terms are written as \n.
  'text/tab-separated-values': (body) => countLines(body, false),
};

// Rows are the objects in results.bindings, so on the fourth level.
function countJson(body: Buffer): number {
  let depth = 0;
  let rows = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === quote) at = endOfString(body, at);
    else if (byte === open || byte === openList) {
      depth++;
      if (depth === 4) rows++;
    } else if (byte === close || byte === closeList) depth--;
  }
  return rows;
}

function endOfString(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at++) {
    if (body[at] === backslash) at++;
    else if (body[at] === quote) return at;
  }
  return body.length;
}

// In text the sign < is written &lt;.
function countXml(body: Buffer): number {
  let rows = 0;
  for (let at = body.indexOf('<result>'); at >= 0; at = body.indexOf('<result>', at + 8)) rows++;
  return rows;
}

/** Lines after the first; where values can be quoted, those within a value do not count. */
function countLines(body: Buffer, quoted: boolean): number {
  let lines = 0;
  let inside = false;
  for (const byte of body) {
    if (quoted && byte === quote) inside = !inside;
    else if (byte === lineFeed && !inside) lines++;
  }
  const unfinished = body.length > 0 && body.at(-1) !== lineFeed ? 1 : 0;
  return lines + unfinished - 1;
}
