import type { Readable } from 'node:stream';
import { answerTooLarge, QueryFault } from '../engine.ts';
import { engineFault } from './faults.ts';

/** What a body may take. */
export interface BodyLimits {
  /** Bytes. */
  readonly size: number;
  /** Seconds that the remote server may take for what is still to come. */
  readonly time: number;
  /** Seconds in all, however slowly the client reads: it keeps a connection from others. */
  readonly whole: number;
  readonly mediaType: string;
  /** Whether beginning and end are held against the media type. */
  readonly framed: boolean;
  /** Says where, for the operator. */
  readonly host: string;
  /** What to say when the time has passed. */
  readonly tooSlow: () => QueryFault;
  /** Ends the request. */
  readonly stop: AbortController;
}

/** Characters at the end of a body that are looked at. */
const tailLength = 1024;

/**
 * A body as it comes, within its limits. Throws `QueryFault` instead of ending short: when a limit is passed, when the
 * connection is lost, and when what has come does not end as its format does.
 */
export async function* limitBody(body: Readable, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  const { size, mediaType, host, tooSlow, stop } = limits;
  const frame = limits.framed ? frames[mediaType] : undefined;
  let late = false;
  const end = (): void => {
    late = true;
    stop.abort();
  };
  const whole = setTimeout(end, limits.whole * 1000);
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let left = limits.time * 1000;
  let count = 0;
  let head = '';
  let tail = '';
  const next = async (): Promise<Uint8Array | undefined> => {
    const since = performance.now();
    const timer = setTimeout(end, left);
    try {
      const { done, value } = await pieces.next();
      if (late) throw tooSlow();
      return done ? undefined : value;
    } catch (error) {
      if (late) throw tooSlow();
      if (stop.signal.aborted) throw new QueryFault('closed', 'Nobody waits for the answer.');
      throw engineFault(`${host} broke off its answer (${(error as { code?: string }).code ?? 'no reason given'}).`);
    } finally {
      clearTimeout(timer);
      left -= performance.now() - since;
    }
  };
  try {
    for (let piece = await next(); piece; piece = await next()) {
      count += piece.length;
      if (count > size) throw new QueryFault('too-large', answerTooLarge(count, size));
      if (frame) {
        // Enough of the beginning to see its first sign.
        if (!head.trim()) {
          head = text(piece.subarray(0, tailLength)).replace(/^\u00EF\u00BB\u00BF/, '');
          if (head.trim() && !frame.begins.test(head)) throw engineFault(`${host} answered no ${mediaType}.`);
        }
        tail = (tail + text(piece.subarray(-tailLength))).slice(-tailLength);
      }
      yield piece;
    }
    // A server that fails half way may end its answer as if it were whole.
    if (frame && !frame.ends.test(tail)) throw engineFault(`${host} broke off its answer (as ${mediaType}).`);
  } finally {
    clearTimeout(whole);
    body.destroy();
  }
}

// What is looked at is all in ASCII.
const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** How rows in JSON end. A row ends with fewer: an answer that is cut between two rows does not end so. */
export const endOfRows = /\]\s*\}\s*\}\s*$/;

/** How texts of a media type begin and end, as far as that tells a whole one from one that is cut. */
const frames: Readonly<Record<string, { readonly begins: RegExp; readonly ends: RegExp } | undefined>> = {
  'application/sparql-results+json': { begins: /^\s*\{/, ends: endOfRows },
  'application/sparql-results+xml': { begins: /^\s*</, ends: /<\/(?:\w+:)?sparql\s*>\s*$/ },
  'text/csv': { begins: /^\s*[^<{\s]|^\s*$/, ends: /$/ },
  'text/tab-separated-values': { begins: /^\s*[^<{\s]|^\s*$/, ends: /$/ },
  // The last statement has its dot; else it is a comment, or a prefix as SPARQL writes it.
  'application/n-triples': { begins: /^\s*[<_#]/, ends: /(?:^|\.|\n#[^\n]*|^#[^\n]*)\s*$/ },
  'text/turtle': {
    begins: /^\s*[^{\s]/,
    ends: /(?:^|\.|(?:^|\n)#[^\n]*|(?:^|\n)\s*(?:PREFIX|BASE)\b[^\n]*>)\s*$/i,
  },
};
