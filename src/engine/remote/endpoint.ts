import { QueryFault, type QueryRequest, resultFormats } from '../engine.ts';
import { cutBy, wrongType } from './cut-answer.ts';
import { faultOfFailure, faultOfStatus } from './faults.ts';
import { limitBody } from './limited-body.ts';
import { nameLiterals } from './literal-types.ts';
import { Places } from './places.ts';
import { createRemoteClient, type RemoteClient, RemoteFailure, type RemoteSettings } from './remote-client.ts';

/** How an endpoint is asked. */
export interface EndpointOptions extends RemoteSettings {
  /** The parameter that tells it the time limit: `name=` and a text with `{seconds}` or `{milliseconds}`. */
  readonly timeParameter?: string | undefined;
  /** Seconds that it may take for a query, and that a query may wait before it is sent. */
  readonly timeLimit: number;
  /** Queries that may wait for a connection. */
  readonly queueLimit: number;
}

/** What is asked of an endpoint. */
export interface Asking {
  readonly query: string;
  readonly request: Pick<QueryRequest, 'defaultGraphs' | 'namedGraphs'>;
  /** Media types, the preferred one first. */
  readonly accepted: readonly string[];
  /** Bytes that the answer may have. */
  readonly size: number;
  readonly signal: AbortSignal | undefined;
  /** Whether its end is looked at: what is read here is found whole or broken by reading it. */
  readonly framed?: boolean;
  /** Seconds, where that is not the limit of all queries. */
  readonly timeLimit?: number;
  /** Whether it is asked at once, whoever waits. */
  readonly urgent?: boolean;
}

/** An answer that has begun. */
export interface Begun {
  readonly pieces: AsyncGenerator<Uint8Array>;
  /** Seconds that the query waited before it was sent. */
  readonly waited: number;
}

/** A client that reads slowly may take so many times the time limit for an answer: it keeps a connection from others. */
const patience = 6;
/** Bytes of an answer that is none that are read for its explanation. */
const refusalSize = 16_384;

/** A SPARQL 1.1 endpoint: sends it some queries at a time, and gives what comes within limits of time and size. */
export class Endpoint {
  readonly host: string;
  readonly #options: EndpointOptions;
  readonly #client: RemoteClient;
  readonly #places: Places;
  /** The requests under way. */
  readonly #running = new Set<AbortController>();
  #reachable = true;
  #answered = 0;

  constructor(options: EndpointOptions) {
    const { connections, queueLimit, timeLimit, endpoint } = options;
    this.host = new URL(endpoint).host;
    this.#options = options;
    // One more, to look whether it answers while all are in use.
    this.#client = createRemoteClient({ ...options, connections: connections + 1 });
    this.#places = new Places({ count: connections, queueLimit, timeLimit });
  }

  get busy(): number {
    return this.#places.busy;
  }

  get queued(): number {
    return this.#places.queued;
  }

  /** Whether it was there when it was asked last. */
  get reachable(): boolean {
    return this.#reachable;
  }

  /** Seconds since it has answered. */
  get silence(): number {
    return (performance.now() - this.#answered) / 1000;
  }

  /** Notes whether it is there. */
  found(reachable: boolean): void {
    this.#reachable = reachable;
    if (reachable) this.#answered = performance.now();
  }

  /** Refuses who waits and who still comes; resolves when nothing is under way. */
  drain(): Promise<void> {
    return this.#places.drain();
  }

  /** Ends whatever is under way. */
  async close(): Promise<void> {
    void this.#places.drain();
    for (const stop of this.#running) stop.abort();
    await this.#client.close();
  }

  /** Asks, and gives the whole answer. Throws `QueryFault`. */
  async whole(asking: Asking): Promise<{ readonly body: Uint8Array; readonly waited: number }> {
    const { pieces, waited } = await this.begin(asking);
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(piece);
    return { body: Buffer.concat(all), waited };
  }

  /** Asks, and gives the answer when it has begun. The place is given back when the pieces end. Throws `QueryFault`. */
  async begin(asking: Asking): Promise<Begun> {
    const { timeLimit = this.#options.timeLimit, urgent = false } = asking;
    const since = performance.now();
    const place = urgent ? () => undefined : await this.#places.take(asking.signal);
    const waited = (performance.now() - since) / 1000;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    // Also where nobody reads the answer that has been promised: then no generator gets to its end.
    const leave = (): void => {
      asking.signal?.removeEventListener('abort', onAbort);
      this.#running.delete(stop);
      place();
    };
    this.#running.add(stop);
    stop.signal.addEventListener('abort', leave, { once: true });
    asking.signal?.addEventListener('abort', onAbort, { once: true });
    if (asking.signal?.aborted) stop.abort();
    const tooSlow = (): QueryFault => slow(timeLimit);
    const sent = performance.now();
    try {
      const answer = await this.#client.send({
        url: this.#options.endpoint,
        method: 'POST',
        accept: asking.accepted.map((type, at) => (at ? `${type};q=0.${9 - at}` : type)).join(', '),
        body: { mediaType: 'application/x-www-form-urlencoded', content: this.#form(asking) },
        timeLimit,
        signal: stop.signal,
      });
      const { status, mediaType, headers, body } = answer;
      const limits = {
        size: asking.size,
        time: Math.max(0.001, timeLimit - (performance.now() - sent) / 1000),
        whole: patience * timeLimit,
        mediaType: asking.accepted[0] ?? mediaType,
        framed: asking.framed ?? false,
        host: this.host,
        tooSlow,
        stop,
      };
      if (status !== 200)
        throw await this.#refused(status, limitBody(body, { ...limits, framed: false }), asking.query);
      this.found(true);
      const cut = cutBy(headers) ?? (asking.accepted.includes(mediaType) ? undefined : wrongType(this.host, mediaType));
      if (cut) {
        body.destroy();
        throw cut === 'time' ? tooSlow() : cut;
      }
      const whole = limitBody(body, limits);
      const leaving = async function* (): AsyncGenerator<Uint8Array> {
        try {
          yield* limits.mediaType === resultFormats[0].mediaType ? nameLiterals(whole) : whole;
        } finally {
          // What is left of it is not waited for.
          stop.abort();
        }
      };
      return { pieces: leaving(), waited };
    } catch (error) {
      stop.abort();
      if (error instanceof RemoteFailure && error.kind !== 'stopped' && error.kind !== 'slow') this.found(false);
      throw faultOfFailure(error, tooSlow);
    }
  }

  #form({ query, request, timeLimit = this.#options.timeLimit }: Asking): string {
    const { timeParameter } = this.#options;
    const form = new URLSearchParams({ query });
    for (const iri of request.defaultGraphs ?? []) form.append('default-graph-uri', iri);
    for (const iri of request.namedGraphs ?? []) form.append('named-graph-uri', iri);
    if (timeParameter !== undefined) {
      const [name = '', template = ''] = timeParameter.split('=');
      const value = template
        .replace('{seconds}', String(Math.ceil(timeLimit)))
        .replace('{milliseconds}', String(Math.ceil(timeLimit * 1000)));
      form.append(name, value);
    }
    return String(form);
  }

  async #refused(status: number, pieces: AsyncIterable<Uint8Array>, query: string): Promise<QueryFault> {
    const all: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const piece of pieces) {
        all.push(piece);
        size += piece.length;
        if (size > refusalSize) break;
      }
    } catch {
      // What has come of the explanation is all there is.
    }
    const text = new TextDecoder().decode(Buffer.concat(all).subarray(0, refusalSize));
    // A server that refuses is there; one behind a gateway that finds nobody is not.
    this.found(![502, 503].includes(status));
    return faultOfStatus({ status, host: this.host, text, query }, () => slow(this.#options.timeLimit));
  }
}

const slow = (timeLimit: number): QueryFault =>
  new QueryFault(
    'too-slow',
    `The query was stopped after ${timeLimit} s. Add a LIMIT, bind more of its variables, or look for patterns that share no variable.`,
  );
