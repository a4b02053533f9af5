import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How addresses of others are asked. */
export interface PoliteOptions {
  /** Says who asks and how to reach them. */
  readonly userAgent: string;
  readonly accept: string;
  /** Milliseconds between two requests to one host. */
  readonly delay: number;
  /** Milliseconds that an answer may take. */
  readonly timeout: number;
  /** Redirects that are followed. */
  readonly redirects: number;
  /** A folder that keeps answers: what is there is not asked again until it is old. */
  readonly cache: string;
  /** Milliseconds after which an answer is old; then the server is asked whether it still holds. */
  readonly maxAge: number;
  /** Milliseconds that a server may make us wait by Retry-After; one that wants more is left alone. */
  readonly patience: number;
}

/** What a server answered. */
export interface PoliteAnswer {
  readonly kind: 'answer';
  readonly address: string;
  /** The address that answered, after redirects. */
  readonly final: string;
  /** Whether every redirect was permanent; false too when there was none. */
  readonly moved: boolean;
  readonly status: number;
  readonly mediaType: string;
  readonly text: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Milliseconds since 1970. */
  readonly asked: number;
}

/** Why there is no answer. */
export interface NoAnswer {
  readonly kind: 'none';
  readonly address: string;
  readonly because: string;
}

/** Bytes of an answer that are read: labels stand early, and a page may be without end. */
const largest = 2 ** 20;
/** Times that a busy server is asked again. */
const retries = 3;
const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);
const isPermanent = (status: number): boolean => status === 301 || status === 308;

/**
 * Asks servers of others with care: one request at a time for each host and a pause between, Retry-After heeded, every
 * answer kept on disk, so that a run that was stopped goes on where it was.
 */
export class PoliteFetch {
  readonly #options: PoliteOptions;
  /** The end of the last request to each host. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Requests that went out. */
  requests = 0;

  constructor(options: PoliteOptions) {
    this.#options = options;
  }

  /** What an address answers, from the folder or from its server. Never throws for what a server does. */
  async get(address: string): Promise<PoliteAnswer | NoAnswer> {
    const kept = await this.#kept(address);
    if (kept && Date.now() - kept.asked < this.#options.maxAge) return kept;
    try {
      const answer = await this.#follow(address, kept);
      if (answer.kind === 'answer') await this.#keep(answer);
      return answer;
    } catch (error) {
      return { kind: 'none', address, because: describe(error as Failure, this.#options.timeout) };
    }
  }

  async #follow(address: string, kept: PoliteAnswer | undefined): Promise<PoliteAnswer | NoAnswer> {
    let current = address;
    let permanent = true;
    for (let hop = 0; hop <= this.#options.redirects; hop++) {
      const { response, text } = await this.#ask(current, kept?.final === current ? kept : undefined);
      if (response.status === 304 && kept) return { ...kept, asked: Date.now() };
      const location = response.headers.get('location');
      if (isRedirect(response.status) && location) {
        if (!URL.canParse(location, current))
          return { kind: 'none', address, because: `it leads to "${location}", which is no address` };
        permanent &&= isPermanent(response.status);
        current = new URL(location, current).href;
        if (!/^https?:/.test(current))
          return { kind: 'none', address, because: `it leads to ${current}, which is not on the web` };
        continue;
      }
      const [etag, lastModified] = [response.headers.get('etag'), response.headers.get('last-modified')];
      return {
        kind: 'answer',
        address,
        final: current,
        moved: current !== address && permanent,
        status: response.status,
        mediaType: (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
        text,
        ...(etag ? { etag } : {}),
        ...(lastModified ? { lastModified } : {}),
        asked: Date.now(),
      };
    }
    return { kind: 'none', address, because: `more than ${this.#options.redirects} redirects` };
  }

  // One request to a host at a time, with a pause after each.
  async #ask(address: string, kept: PoliteAnswer | undefined): Promise<{ response: Response; text: string }> {
    const { host } = new URL(address);
    const before = this.#turns.get(host) ?? Promise.resolve();
    const turn = before.then(async () => {
      for (let attempt = 0; ; attempt++) {
        const answer = await this.#send(address, kept);
        const busy = answer.response.status === 429 || answer.response.status === 503;
        const pause = busy ? this.#pauseOf(answer.response) : undefined;
        if (pause === undefined || attempt >= retries) return answer;
        await wait(pause);
      }
    });
    this.#turns.set(
      host,
      turn.catch(() => undefined).then(() => wait(this.#options.delay)),
    );
    return turn;
  }

  async #send(address: string, kept: PoliteAnswer | undefined): Promise<{ response: Response; text: string }> {
    const headers: Record<string, string> = { accept: this.#options.accept, 'user-agent': this.#options.userAgent };
    if (kept?.etag) headers['if-none-match'] = kept.etag;
    else if (kept?.lastModified) headers['if-modified-since'] = kept.lastModified;
    this.requests++;
    // The same limit for the head and the body: a server that drips holds up the others of its host.
    const signal = AbortSignal.timeout(this.#options.timeout);
    const response = await fetch(address, { headers, redirect: 'manual', signal });
    return { response, text: await readStart(response) };
  }

  // Milliseconds to wait as the server says; undefined when it says nothing, or more than we wait.
  #pauseOf(response: Response): number | undefined {
    const said = response.headers.get('retry-after');
    if (said === null) return undefined;
    const pause = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
    return Number.isNaN(pause) || pause > this.#options.patience ? undefined : Math.max(0, pause);
  }

  #file(address: string): string {
    return path.join(this.#options.cache, `${createHash('sha256').update(address).digest('hex')}.json`);
  }

  async #kept(address: string): Promise<PoliteAnswer | undefined> {
    try {
      const kept = JSON.parse(await readFile(this.#file(address), 'utf8')) as PoliteAnswer;
      return kept.address === address ? kept : undefined;
    } catch {
      // What cannot be read is as good as absent.
      return undefined;
    }
  }

  async #keep(answer: PoliteAnswer): Promise<void> {
    // A busy or broken server may answer otherwise in a moment: that is asked again.
    if (answer.status === 429 || answer.status >= 500) return;
    const file = this.#file(answer.address);
    await mkdir(this.#options.cache, { recursive: true });
    await writeFile(`${file}.part`, JSON.stringify(answer));
    await rename(`${file}.part`, file);
  }
}

async function readStart(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    length += piece.length;
    if (length >= largest) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly cause?: { readonly code?: string };
}

function describe(error: Failure, timeout: number): string {
  if (error.name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  const code = error.cause?.code;
  if (code === 'ENOTFOUND') return 'its host has no address';
  return code ? `the connection failed (${code})` : `the connection failed: ${error.message}`;
}
