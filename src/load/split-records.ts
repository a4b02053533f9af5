/** A piece of a file that should be one JSON record, and the line on which it starts. */
export interface RecordText {
  readonly line: number;
  readonly text: string;
  /** Says that this is no record: what stands here instead. */
  readonly fault?: string;
}

/** How a file holds its records: one array, one record a line, or a single object. */
type Form = 'array' | 'lines' | 'object';

const [newline, quote, backslash, comma] = [0x0a, 0x22, 0x5c, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Bytes that a record or a line may have: above it the file is something else, and memory would grow with it. */
const largest = 64 * 2 ** 20;

/**
 * Cuts bytes into the records of a JSON array, of JSON lines or of one object, a list for each piece of input.
 *
 * A streaming JSON parser stops at the first fault and does not know lines; here each record stands on its own, so that
 * a broken one is named and the others are read. It is also two to three times faster: `JSON.parse` does the work.
 */
export async function* splitRecords(input: AsyncIterable<Uint8Array>): AsyncGenerator<RecordText[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let form: Form | undefined;
  let line = 1;
  let start = 1;
  let parts: Uint8Array[] = [];
  let kept = 0;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let closed = false;
  let found: RecordText[] = [];

  const keep = (bytes: Uint8Array): void => {
    kept += bytes.length;
    if (kept > largest) throw new Error(`Line ${start}: more than 64 MiB without an end of the record.`);
    parts.push(bytes);
  };
  const take = (): void => {
    const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    parts = [];
    kept = 0;
    try {
      const text = decoder.decode(bytes).trim();
      if (text) found.push({ line: start, text });
    } catch {
      found.push({ line: start, text: '', fault: 'This is not UTF-8.' });
    }
  };
  // An array: its members are what lies one level deep; whatever else stands there is named.
  const cutArray = (piece: Uint8Array): void => {
    let from = depth > 1 ? 0 : -1;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] as number;
      if (byte === newline) line++;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
      } else if (depth > 1 && byte === quote) inText = true;
      else if (byte === openBrace || byte === openBracket) {
        if (++depth === 2) {
          from = at;
          start = line;
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        if (--depth === 1 && from >= 0) {
          keep(piece.subarray(from, at + 1));
          take();
          from = -1;
        } else if (depth === 0) closed = true;
      } else if (depth <= 1 && byte !== comma && !isSpace(byte)) {
        if (found.at(-1)?.line !== line || !found.at(-1)?.fault)
          found.push({ line, text: '', fault: 'Between two records stands what is none.' });
      }
    }
    if (from >= 0) keep(piece.subarray(from));
  };
  const cutLines = (piece: Uint8Array): void => {
    let from = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
      keep(piece.subarray(from, end));
      take();
      start = ++line;
      from = end + 1;
    }
    if (from < piece.length) keep(piece.subarray(from));
  };

  let head: Uint8Array = new Uint8Array();
  for await (const given of input) {
    let piece = given;
    if (!form) {
      head = head.length ? Buffer.concat([head, given]) : given;
      if (isMark(head)) head = head.subarray(3);
      form = formOf(head);
      if (!form && head.length < largest) continue;
      piece = head;
    }
    if (form === 'array') cutArray(piece);
    else if (form === 'lines') cutLines(piece);
    else keep(piece);
    if (found.length) yield found;
    found = [];
  }
  if (!form && head.length) keep(head);
  if (form === 'array') {
    if (depth > 1) found.push({ line: start, text: '', fault: 'The file ends within this record: it is cut off.' });
    else if (!closed) found.push({ line, text: '', fault: 'The file ends before its list does: it is cut off.' });
  } else if (parts.length) take();
  if (found.length) yield found;
}

// The mark that some programs put before UTF-8.
const isMark = (head: Uint8Array): boolean => head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;

// Undefined while the bytes do not tell yet. An object that ends on the line where it starts is one of many lines.
function formOf(head: Uint8Array): Form | undefined {
  let at = 0;
  while (at < head.length && isSpace(head[at] as number)) at++;
  if (at >= head.length) return undefined;
  if (head[at] === openBracket) return 'array';
  const end = head.indexOf(newline, at);
  if (end < 0) return undefined;
  let last = end - 1;
  while (last > at && isSpace(head[last] as number)) last--;
  if (head[at] !== openBrace) return 'lines';
  return head[last] === closeBrace ? 'lines' : 'object';
}
