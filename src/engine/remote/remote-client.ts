import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { answerChallenge, type DigestChallenge, readChallenge } from './digest.ts';

/** How this server makes itself known to a remote one. */
export type Credentials =
  | { readonly kind: 'basic' | 'digest'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** A SPARQL service elsewhere, as an operator has set it. */
export interface RemoteSettings {
  /** Where queries go (SPARQL 1.1 Protocol). */
  readonly endpoint: string;
  readonly credentials?: Credentials | undefined;
  /** Requests at a time; more wait for a connection. */
  readonly connections: number;
}

/** One request. What it is sent to comes from an operator, never from a client of ours. */
export interface RemoteCall {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly accept?: string;
  /** Content is a function where it is made piece by piece: it may have to be sent a second time. */
  readonly body?: {
    readonly mediaType: string;
    readonly content: string | Uint8Array | (() => Readable);
    /** In bytes. Without it, a stream is sent in chunks, which some servers take for nothing at all. */
    readonly length?: number;
  };
  /** Seconds until the head of the answer has to be there. */
  readonly timeLimit: number;
  /** Ends the request, and the answer if there is one already. */
  readonly signal?: AbortSignal | undefined;
}

/** The head of an answer, of whatever status. Read the body to its end, or destroy it. */
export interface RemoteAnswer {
  readonly status: number;
  /** In lower case, without parameters; empty where there is none. */
  readonly mediaType: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** Why there is no answer. The message is for the operator: it names the host, and nothing that is secret. */
export class RemoteFailure extends Error {
  readonly kind: 'unreachable' | 'slow' | 'redirect' | 'coded' | 'stopped';

  constructor(kind: RemoteFailure['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Sends requests to a SPARQL service. */
export interface RemoteClient {
  /** Throws {@link RemoteFailure}. */
  send(call: RemoteCall): Promise<RemoteAnswer>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

const redirects = { limit: 3, statuses: [301, 302, 307, 308] } as const;
const userAgent = 'linked-data-publisher';

/**
 * Makes a client with connections of its own: no cookies, no proxy, no cache.
 *
 * With Node's own HTTP: undici 7.30 throws where nobody can catch it when a server closes the connection of an answer
 * that is not read at that moment, and that would end the process.
 */
export function createRemoteClient({ credentials, connections }: Omit<RemoteSettings, 'endpoint'>): RemoteClient {
  const agents = {
    'http:': new Agent({ keepAlive: true, maxSockets: connections }),
    'https:': new SecureAgent({ keepAlive: true, maxSockets: connections }),
  };
  /** For HTTP Digest: the last challenge, and how often it has been answered. */
  let challenge: DigestChallenge | undefined;
  let answered = 0;

  function authorize({ pathname, search }: URL, method: string): { authorization?: string } {
    if (!credentials) return {};
    if (credentials.kind !== 'digest') return { authorization: authorizationOf(credentials) };
    if (!challenge) return {};
    const { user, password } = credentials;
    const request = { user, password, method, path: pathname + search, count: ++answered };
    return { authorization: answerChallenge(challenge, request) };
  }

  /** Takes a new challenge. False where there is none. */
  function challengedBy({ statusCode, headers }: IncomingMessage): boolean {
    const found = statusCode === 401 ? readChallenge(headers['www-authenticate']) : undefined;
    if (!found || found.nonce === challenge?.nonce) return false;
    challenge = found;
    answered = 0;
    return true;
  }

  // With HTTP Digest the server has to be asked for its challenge first, without what may be a long body: some close
  // the connection before they have read it.
  async function letIn(url: URL, call: RemoteCall): Promise<IncomingMessage> {
    if (credentials?.kind !== 'digest') return once(url, call);
    if (!challenge && call.body) {
      const { body: _, ...asking } = call;
      const answer = await once(url, { ...asking, method: 'GET' });
      answer.destroy();
      challengedBy(answer);
    }
    const answer = await once(url, call);
    if (!challengedBy(answer)) return answer;
    answer.destroy();
    return once(url, call);
  }

  function open(url: URL, { method, accept, body }: RemoteCall, signal: AbortSignal): Promise<IncomingMessage> {
    const secure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const sent = (secure ? secureRequest : request)(url, {
        agent: agents[secure ? 'https:' : 'http:'],
        method,
        headers: {
          'user-agent': userAgent,
          // What is passed on is coded anew, as the client takes it.
          'accept-encoding': 'identity',
          ...(accept === undefined ? {} : { accept }),
          ...(body ? { 'content-type': body.mediaType } : {}),
          ...(body?.length === undefined ? {} : { 'content-length': String(body.length) }),
          ...authorize(url, method),
        },
        signal,
      });
      sent.once('response', (answer) => {
        // An answer that is cut off tells its reader; before there is a reader, nobody must fall over it.
        answer.on('error', () => undefined);
        resolve(answer);
      });
      sent.on('error', (error) => reject(Object.assign(error, { reused: sent.reusedSocket })));
      // What fails on either side has been told by then.
      if (typeof body?.content === 'function') pipeline(body.content(), sent, () => undefined);
      else sent.end(body?.content);
    });
  }

  async function once(url: URL, call: RemoteCall): Promise<IncomingMessage> {
    const { timeLimit, signal } = call;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    let late = false;
    // Not a signal that comes by itself with time: it would cut a long answer that has begun in time.
    const timer = setTimeout(() => {
      late = true;
      stop.abort();
    }, timeLimit * 1000);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) stop.abort();
    try {
      const answer = await open(url, call, stop.signal);
      answer.once('close', () => signal?.removeEventListener('abort', onAbort));
      return answer;
    } catch (error) {
      signal?.removeEventListener('abort', onAbort);
      if (signal?.aborted) throw new RemoteFailure('stopped', `${url.host} was not waited for.`);
      if (late) throw new RemoteFailure('slow', `${url.host} gave no answer within ${timeLimit} s.`);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  // A connection that is kept can have been closed by the other side just when it is used again.
  async function again(url: URL, call: RemoteCall): Promise<IncomingMessage> {
    try {
      return await letIn(url, call);
    } catch (error) {
      if ((error as { reused?: boolean }).reused !== true) throw error;
      return letIn(url, call);
    }
  }

  async function send(call: RemoteCall): Promise<RemoteAnswer> {
    let url = new URL(call.url);
    for (let hop = 0; hop <= redirects.limit; hop++) {
      const answer = await again(url, call).catch((error: unknown) => {
        throw error instanceof RemoteFailure ? error : new RemoteFailure('unreachable', unreachable(url, error));
      });
      const { statusCode: status = 0, headers } = answer;
      if (status >= 300 && status < 400) {
        answer.destroy();
        url = redirected(url, status, headers['location']);
        continue;
      }
      const coding = headers['content-encoding'];
      if (coding !== undefined && coding !== 'identity') {
        answer.destroy();
        throw new RemoteFailure(
          'coded',
          `${url.host} sends its answers packed (${coding}) although it is asked not to.`,
        );
      }
      const mediaType =
        String(headers['content-type'] ?? '')
          .split(';')[0]
          ?.trim()
          .toLowerCase() ?? '';
      return { status, mediaType, headers, body: answer };
    }
    throw new RemoteFailure('redirect', `${url.host} redirects more than ${redirects.limit} times.`);
  }

  async function close(): Promise<void> {
    for (const agent of Object.values(agents)) agent.destroy();
  }

  return { send, close };
}

function authorizationOf(credentials: Credentials): string {
  if (credentials.kind === 'bearer') return `Bearer ${credentials.token}`;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}

// Another host would get queries and credentials that are not meant for it.
function redirected(from: URL, status: number, location: string | string[] | undefined): URL {
  const to = typeof location === 'string' && URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (to?.origin === from.origin && redirects.statuses.includes(status as 301)) return to;
  const where = to && to.origin !== from.origin ? `to ${to.origin}` : `with status ${status}`;
  throw new RemoteFailure(
    'redirect',
    `${from.host} redirects ${where}, which is not followed. Give the address that answers itself.`,
  );
}

function unreachable({ host }: URL, error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return `${host} cannot be reached (${String(code ?? message ?? 'unknown')}).`;
}
