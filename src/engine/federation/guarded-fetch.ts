import { Agent, type Dispatcher, fetch } from 'undici';
import { QueryFault } from '../engine.ts';
import type { FederationOptions } from './options.ts';
import { type AddressGuard, guardAddresses, type Resolve } from './remote-address.ts';

/** What is asked of a remote server. */
export interface RemoteRequest {
  readonly address: string;
  /** Media types that are taken, the preferred one first; any other answer is a fault. */
  readonly accept: readonly string[];
  /** Sent by POST, as the given media type. */
  readonly body?: { readonly mediaType: string; readonly text: string } | undefined;
}

/** What a remote server answered. */
export interface RemoteAnswer {
  /** The address that answered, after redirects. */
  readonly address: string;
  readonly mediaType: string;
  readonly text: string;
  /** Tells the answers of a query apart. */
  readonly number: number;
}

/** The remote requests of one query, held to its limits. */
export interface RemoteRequests {
  /** The address as it would be asked. Throws {@link QueryFault} `forbidden` if it may not be; `what` tells what it is. */
  check(address: string, what?: string): URL;
  /** Asks, and reads the answer to its end. Throws {@link QueryFault} `remote` for whatever the remote server does wrong. */
  ask(request: RemoteRequest): Promise<RemoteAnswer>;
  /**
   * What this server refused, if it did. It stands even where the query silences the faults of remote servers: nobody
   * shall take rows for complete that were cut here.
   */
  readonly refusal: QueryFault | undefined;
  /** Ends what is still under way. */
  close(): void;
}

const redirects = { limit: 3, statuses: [301, 302, 303, 307, 308] } as const;

/** Makes, for each query, its own {@link RemoteRequests}. Throws RangeError for options that cannot be read. */
export function guardRequests(options: FederationOptions, resolve?: Resolve): () => RemoteRequests {
  const guard = guardAddresses(options, resolve);
  // An agent of its own: the one under the global fetch knows nothing of this guard. No cookies, no proxy, no cache.
  const agent = new Agent({ connect: { lookup: guard.lookup }, pipelining: 0 });
  return () => openRequests(options, guard, agent);
}

function openRequests(options: FederationOptions, guard: AddressGuard, dispatcher: Dispatcher): RemoteRequests {
  const closing = new AbortController();
  const deadline = AbortSignal.timeout(options.timeLimit * 1000);
  const signal = AbortSignal.any([closing.signal, deadline]);
  let count = 0;
  let answers = 0;
  let bytesLeft = options.sizeLimit;
  let refusal: QueryFault | undefined;

  // What is refused once ends the query: whatever else is under way need not go on.
  const refuse = (fault: QueryFault): QueryFault => {
    refusal ??= fault;
    closing.abort();
    return refusal;
  };
  const check = (address: string, what?: string): URL => {
    try {
      return guard.check(address, what);
    } catch (error) {
      throw refuse(error as QueryFault);
    }
  };
  /** What went wrong with a request, in words for the one who asked. */
  const explain = (error: unknown, url: URL, otherwise: string): QueryFault => {
    if (refusal) return refusal;
    for (let cause = error; cause instanceof Error; cause = cause.cause as Error)
      if (cause instanceof QueryFault) return cause.kind === 'forbidden' ? refuse(cause) : cause;
    if (deadline.aborted) return remoteFault(url, `did not answer in full within ${options.timeLimit} s`);
    if (closing.signal.aborted) return remoteFault(url, 'was not waited for');
    return remoteFault(url, otherwise);
  };

  async function send(url: URL, { accept, body }: RemoteRequest) {
    if (++count > options.requestLimit)
      throw refuse(
        new QueryFault(
          'too-complex',
          `The query needs more than ${options.requestLimit} requests to other servers. Narrow what it looks up there.`,
        ),
      );
    return fetch(url, {
      method: body ? 'POST' : 'GET',
      body: body?.text ?? null,
      headers: {
        accept: accept.map((each, index) => (index ? `${each};q=0.${Math.max(1, 9 - index)}` : each)).join(', '),
        'user-agent': options.userAgent,
        ...(body ? { 'content-type': body.mediaType } : {}),
      },
      redirect: 'manual',
      dispatcher,
      signal,
    });
  }

  async function read(url: URL, body: AsyncIterable<Uint8Array> | null): Promise<string> {
    const pieces: Uint8Array[] = [];
    // Counted as they are unpacked: a small answer can be a large one, packed.
    for await (const piece of body ?? []) {
      bytesLeft -= piece.length;
      if (bytesLeft < 0)
        throw refuse(
          new QueryFault(
            'too-large',
            `The answers of other servers have more than ${options.sizeLimit} bytes, up to the one of ${name(url)}. Ask them for less.`,
          ),
        );
      pieces.push(piece);
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
    } catch {
      throw remoteFault(url, 'answered something that is not UTF-8');
    }
  }

  async function ask(request: RemoteRequest): Promise<RemoteAnswer> {
    let url = check(request.address);
    let sent = request;
    let otherwise = 'cannot be reached';
    try {
      for (let hop = 0; hop <= redirects.limit; hop++) {
        const response = await send(url, sent);
        otherwise = 'broke off its answer';
        const location = response.headers.get('location');
        if (location !== null && redirects.statuses.includes(response.status as 301)) {
          await response.body?.cancel();
          if (!URL.canParse(location, url)) throw remoteFault(url, 'redirects to what is no address');
          url = check(new URL(location, url).href);
          // 303 leads to another thing to be got (RFC 9110, section 15.4.4); the others to the same under another address.
          if (response.status === 303) sent = { ...request, body: undefined };
          continue;
        }
        if (response.status !== 200) throw remoteFault(url, `answered with status ${response.status}`);
        const mediaType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
        if (!request.accept.includes(mediaType))
          throw remoteFault(url, `answered ${mediaType || 'something without a media type'}, not ${request.accept[0]}`);
        return { address: url.href, mediaType, text: await read(url, response.body), number: ++answers };
      }
    } catch (error) {
      throw explain(error, url, otherwise);
    }
    throw remoteFault(url, `is reached only by more than ${redirects.limit} redirects`);
  }

  return {
    check,
    ask,
    close: () => closing.abort(),
    get refusal() {
      return refusal;
    },
  };
}

/** Says that a remote server failed, by its name. */
export const remoteFault = (address: URL | string, what: string): QueryFault =>
  new QueryFault('remote', `${name(new URL(address))} ${what}.`);

// Query strings can be long, and are the query itself.
const name = ({ origin, pathname }: URL): string => `<${origin}${pathname}>`;
