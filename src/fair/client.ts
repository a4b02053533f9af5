import { createHash } from 'node:crypto';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { parseAddress } from './links.ts';

/** Says that no whole answer came: none at all, too late, or too large. */
export class NoAnswer extends Error {}

/** Says that an address is on a host that was not named: nobody is asked who was not meant. */
export class Elsewhere extends Error {}

/** What is sent. Nothing is added to the headers but who asks. */
export interface Asked {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether only size and checksum of the answer are wanted. */
  readonly discard?: boolean;
}

/** An answer, as it came. */
export interface Reply {
  readonly method: string;
  /** The address that was asked. */
  readonly address: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty where it was not wanted. */
  readonly body: Buffer;
  readonly bytes: number;
  /** Of the bytes that came, in lower-case hexadecimal. */
  readonly sha256: string;
  /** The answers that led here, the first one first. */
  readonly hops: readonly Reply[];
}

/** How far a client goes. */
export interface ClientLimits {
  /** Milliseconds for one answer. */
  readonly timeLimit: number;
  /** Bytes that an answer may have. */
  readonly sizeLimit: number;
  /** Requests at the same time. */
  readonly concurrency: number;
  /** Whether other hosts may be asked than the one that is checked. */
  readonly external: boolean;
}

/** Redirects that are followed: browsers follow 20, catalogues fewer. */
const mostHops = 5;

/**
 * A client that shows what is really sent: it takes no coding, follows no redirect and adds no Accept by itself, as the
 * global fetch would.
 */
export class Client {
  readonly #origin: string;
  readonly #limits: ClientLimits;
  readonly #agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };
  /** How many requests have been sent. */
  requests = 0;

  constructor(url: string, limits: ClientLimits) {
    this.#origin = new URL(url).origin;
    this.#limits = limits;
    const options = { keepAlive: true, maxTotalSockets: limits.concurrency };
    this.#agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  /** Asks once. Throws {@link NoAnswer} and {@link Elsewhere}. */
  async ask(address: string, asked: Asked = {}): Promise<Reply> {
    const url = this.#allowed(address);
    const reply = await this.#again(url, asked);
    const pause = 1000 * Number(reply.headers['retry-after']);
    // Who is asked to wait does so once.
    if (![429, 503].includes(reply.status) || !(pause > 0 && pause <= this.#limits.timeLimit)) return reply;
    await wait(pause);
    return this.#again(url, asked);
  }

  /** Asks, and goes on to where redirects lead. `locate` says where an address is to be asked. */
  async follow(address: string, asked: Asked, locate: (address: string) => string): Promise<Reply> {
    const hops: Reply[] = [];
    for (let next = locate(address); ; ) {
      const reply = await this.ask(next, asked);
      const { location } = reply.headers;
      if (reply.status < 300 || reply.status > 399 || reply.status === 304 || location === undefined)
        return { ...reply, hops };
      hops.push(reply);
      if (hops.length > mostHops) throw new NoAnswer(`More than ${mostHops} redirects, the last to ${location}.`);
      const target = parseAddress(location, next);
      if (!target) throw new NoAnswer(`${reply.status} leads to ${location}, which is no address.`);
      next = locate(target.href);
    }
  }

  #allowed(address: string): URL {
    const url = parseAddress(address);
    if (!url || !(url.protocol in this.#agents)) throw new NoAnswer(`${address} is no address of the web.`);
    if (url.origin !== this.#origin && !this.#limits.external)
      throw new Elsewhere(`${url.origin} is another host. Say --external to ask it too.`);
    return url;
  }

  // A server may close a connection while a request is on its way: that one was not answered, and may be sent again.
  async #again(url: URL, asked: Asked): Promise<Reply> {
    try {
      return await this.#send(url, asked);
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
      return await this.#send(url, asked);
    }
  }

  #send(url: URL, { method = 'GET', headers = {}, body, discard = false }: Asked): Promise<Reply> {
    this.requests += 1;
    const { timeLimit, sizeLimit } = this.#limits;
    const protocol = url.protocol as 'http:' | 'https:';
    const { request: open } = protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const request = open(url, {
        method,
        agent: this.#agents[protocol],
        headers: {
          'User-Agent': userAgent,
          ...headers,
          ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
        },
      });
      let clock: NodeJS.Timeout | undefined;
      const giveUp = (error: Error): void => {
        clearTimeout(clock);
        request.destroy();
        reject(error);
      };
      // Not before: requests wait for one another.
      request.once('socket', () => {
        clock = setTimeout(() => giveUp(new NoAnswer(`No whole answer within ${timeLimit / 1000} s.`)), timeLimit);
      });
      request.on('error', (error: NodeJS.ErrnoException) =>
        giveUp(
          request.reusedSocket && error.code === 'ECONNRESET'
            ? new Dropped(error.message)
            : new NoAnswer(`No answer: ${error.code ?? error.message}.`),
        ),
      );
      request.once('response', (response: IncomingMessage) => {
        const pieces: Buffer[] = [];
        const hash = createHash('sha256');
        let bytes = 0;
        response.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (bytes > sizeLimit) {
            giveUp(new NoAnswer(`The answer has more than ${Math.floor(sizeLimit / 2 ** 20)} MiB.`));
            return;
          }
          hash.update(piece);
          if (!discard) pieces.push(piece);
        });
        response.once('error', (error) => giveUp(new NoAnswer(`The answer broke off: ${error.message}.`)));
        response.once('end', () => {
          clearTimeout(clock);
          resolve({
            method,
            address: url.href,
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(pieces),
            bytes,
            sha256: hash.digest('hex'),
            hops: [],
          });
        });
      });
      request.end(body);
    });
  }
}

/** A connection that was closed under a request. */
class Dropped extends NoAnswer {}

const userAgent = 'umcnl fair (checks an instance for those who host it)';
