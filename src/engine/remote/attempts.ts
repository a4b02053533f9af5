import { setTimeout as sleep } from 'node:timers/promises';
import { type RemoteAnswer, RemoteFailure } from './remote-client.ts';

/** How often something is tried, and what is between. */
export interface AttemptLimits {
  /** At least 1. */
  readonly attempts: number;
  /** Seconds before the second; twice as long before each further one. */
  readonly firstPause: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of each failure that is not the last one. */
  readonly again: (reason: string, pause: number) => void;
}

/** Seconds between attempts at most, where the server does not say; a longer wish of it is the end. */
const longestPause = 60;

/** A server that does not do what is asked of it, in the words of its answer. For the operator. */
export class RemoteRefusal extends Error {
  readonly status: number;
  /** Whether the server has looked at the request, and will not do it. */
  readonly isFinal: boolean;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
    this.isFinal = !elsewhere.includes(status);
  }
}

/** An update that a server will not do. */
export class UpdateRefusal extends RemoteRefusal {}

// What may go better the next time.
const passing = [408, 425, 429, 500, 502, 503, 504];
// What says nothing about the request: it was not looked at.
const elsewhere = [408, 425, 429, 502, 503, 504];

/** A request that can be sent twice. */
export interface Attempt<T> {
  /** What it is, at the start of a message. */
  readonly what: string;
  readonly send: () => Promise<RemoteAnswer>;
  readonly takes: (status: number) => boolean;
  /** Reads the answer to its end. */
  readonly use: (answer: RemoteAnswer) => Promise<T>;
}

/**
 * Asks until there is an answer with a status that is taken. Throws {@link RemoteRefusal} for another answer,
 * {@link RemoteFailure} for none.
 */
export async function withAttempts<T>(
  { what, send, takes, use }: Attempt<T>,
  { attempts, firstPause, signal, again }: AttemptLimits,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let fault: RemoteRefusal | RemoteFailure;
    let wish: number | undefined;
    try {
      const answer = await send();
      if (takes(answer.status)) return await use(answer);
      wish = pauseWished(answer.headers['retry-after']);
      const words = firstWords(await readStart(answer));
      fault = new RemoteRefusal(answer.status, `${what}: status ${answer.status}${words && `, ${words}`}.`);
      if (!passing.includes(answer.status)) throw fault;
    } catch (error) {
      if (error instanceof RemoteRefusal || !(error instanceof RemoteFailure)) throw error;
      fault = error;
      if (!['unreachable', 'slow'].includes(error.kind)) throw error;
    }
    if (attempt >= attempts || (wish ?? 0) > longestPause) throw fault;
    // Not all at the same moment, where several wait for the same server.
    const pause = wish ?? Math.min(longestPause, firstPause * 2 ** (attempt - 1) * (0.75 + Math.random() / 2));
    again(fault.message, pause);
    await sleep(pause * 1000, undefined, { signal }).catch(() => {
      throw new RemoteFailure('stopped', `${what}: stopped.`);
    });
  }
}

/** The seconds that a header `Retry-After` names (RFC 9110, section 10.2.3): a number, or a date. */
export function pauseWished(header: string | string[] | undefined, now = Date.now()): number | undefined {
  const value = String(header ?? '').trim();
  if (/^\d+$/.test(value)) return Number(value);
  const date = value ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** The beginning of an answer, whatever it is. */
export async function readStart({ body }: RemoteAnswer, size = 4096): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of body) {
      pieces.push(piece as Buffer);
      length += (piece as Buffer).length;
      if (length >= size) break;
    }
  } catch {
    // What has come will do.
  }
  body.destroy();
  return Buffer.concat(pieces).toString('utf8').slice(0, size);
}

/** What an explanation begins with, without marks of a page. */
export const firstWords = (text: string): string =>
  text
    .replace(/<(style|script|title)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<\/?[a-z!][^>]*>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
    .replace(/[.\s]+$/, '');
