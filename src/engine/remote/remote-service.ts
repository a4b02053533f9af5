import { LRUCache } from 'lru-cache';
import { type FormatName, findFormat } from '../../rdf/formats.ts';
import { readRdf } from '../../rdf/read.ts';
import { requireGraphFormat, requireResultFormat, writeGraph } from '../answers.ts';
import { countRows } from '../count-rows.ts';
import { QueryFault, type QueryRequest, type ResultFormat, resultFormats } from '../engine.ts';
import { mayAsk } from '../federation/may-ask.ts';
import type { FederationOptions } from '../federation/options.ts';
import {
  countServices,
  hasForm,
  hasRelativeIris,
  namesGraphs,
  namesServices,
  type QueryForm,
  readForm,
  strayWord,
} from '../query-form.ts';
import type { QueryChoice, ServiceAnswer, ServiceState, SparqlService, StreamedAnswer } from '../sparql-service.ts';
import { engineFault, faultOfFailure, faultOfStatus } from './faults.ts';
import { limitBody } from './limited-body.ts';
import { nameLiterals } from './literal-types.ts';
import { Places } from './places.ts';
import { probeFormats, type RemoteFormats } from './probe.ts';
import { createRemoteClient, type RemoteClient, RemoteFailure, type RemoteSettings } from './remote-client.ts';
import { readResults, writeResults } from './write-rows.ts';

/** How a server elsewhere answers the queries of a site. */
export interface RemoteServiceOptions extends RemoteSettings {
  /** The parameter that tells it the time limit: `name=` and a text with `{seconds}` or `{milliseconds}`. */
  readonly timeParameter?: string | undefined;
  /** Seconds that it may take for a query, and that a query may wait before it is sent. */
  readonly timeLimit: number;
  /** Queries that may wait for a connection. */
  readonly queueLimit: number;
  /** Bytes that an answer may have. */
  readonly resultLimit: number;
  /** The version of the dataset that is published from it. */
  readonly version: string;
  /** Whether the dataset has a named graph. */
  readonly hasGraph: (iri: string) => boolean;
  /** Whom queries may have it ask; without it, nobody. */
  readonly federation?: FederationOptions | undefined;
}

/** The server elsewhere cannot be used. For the operator. */
export class UnusableService extends Error {}

/** A client that reads slowly may take so many times the time limit for an answer: it keeps a connection from others. */
const patience = 6;
/** Bytes that are there before the answer begins: faults up to here are told in full. */
const readAhead = 1 << 16;
/** Bytes of an answer that is none that are read for its explanation. */
const refusalSize = 16_384;
/** Seconds for which it is taken for granted that what answered still does, and that a graph is still there. */
const trust = { answering: 2, graph: 60 } as const;
/** Seconds that each question at the start may take at least: the limit for queries can be short. */
const startTime = 10;
/** Seconds that a look at whether it answers may take. */
const lookTime = 5;

/** What is asked of the server elsewhere. */
interface Asking {
  readonly query: string;
  readonly request: Pick<QueryRequest, 'defaultGraphs' | 'namedGraphs'>;
  /** Media types, the preferred one first. */
  readonly accepted: readonly string[];
  readonly size: number;
  readonly signal: AbortSignal | undefined;
  /** Whether its end is looked at: what is read here is found whole or broken by reading it. */
  readonly framed?: boolean;
  /** Seconds, where that is not the limit of the service. */
  readonly timeLimit?: number;
}

/** An answer that has begun. */
interface Begun {
  readonly pieces: AsyncGenerator<Uint8Array>;
  readonly mediaType: string;
  readonly waited: number;
}

/** Answers queries by passing them on to a SPARQL 1.1 endpoint, within the limits that embedded engines have. */
export class RemoteService implements SparqlService {
  readonly engine = 'remote';
  readonly live = true;
  readonly #options: RemoteServiceOptions;
  readonly #client: RemoteClient;
  readonly #places: Places;
  readonly #host: string;
  /** The requests under way. */
  readonly #running = new Set<AbortController>();
  readonly #graphs = new LRUCache<string, boolean>({ max: 1000, ttl: trust.graph * 1000 });
  #formats: RemoteFormats = { rows: new Set(['json']), graphs: new Set() };
  #reachable = true;
  #answered = 0;
  #look: Promise<string | undefined> | undefined;

  private constructor(options: RemoteServiceOptions) {
    const { connections, queueLimit, timeLimit, endpoint } = options;
    this.#options = options;
    // One more, to look whether it answers while all are in use.
    this.#client = createRemoteClient({ ...options, connections: connections + 1 });
    this.#places = new Places({ count: connections, queueLimit, timeLimit });
    this.#host = new URL(endpoint).host;
  }

  /** Looks what the server elsewhere can do. Throws {@link UnusableService} where that is not enough. */
  static async start(options: RemoteServiceOptions): Promise<RemoteService> {
    const service = new RemoteService(options);
    try {
      await service.#probe();
      return service;
    } catch (error) {
      await service.close();
      if (error instanceof UnusableService) throw error;
      const { message, cause } = error as Error;
      throw new UnusableService(`--engine: ${typeof cause === 'string' ? cause : message}`);
    }
  }

  get federates(): boolean {
    return this.#options.federation !== undefined;
  }

  get formats(): RemoteFormats {
    return this.#formats;
  }

  get state(): ServiceState {
    const { connections } = this.#options;
    return {
      workers: connections,
      ready: this.#reachable ? connections : 0,
      busy: this.#places.busy,
      queued: this.#places.queued,
      restarts: 0,
    };
  }

  async query(request: QueryRequest, choice: QueryChoice = {}): Promise<ServiceAnswer> {
    const { answer } = await this.#answer(request, choice, 'whole');
    return { ...answer, body: answer.body as Uint8Array, rows: countRows(answer as ServiceAnswer) };
  }

  async stream(request: QueryRequest, choice: QueryChoice = {}): Promise<StreamedAnswer> {
    return (await this.#answer(request, choice, 'pieces')).answer;
  }

  async hasGraph(iri: string): Promise<boolean> {
    if (this.#options.hasGraph(iri) || this.#graphs.has(iri)) return true;
    const found = isIri(iri) && (await this.#yes(`ASK { GRAPH <${iri}> { ?s ?p ?o } }`));
    if (found) this.#graphs.set(iri, true);
    return found;
  }

  /**
   * Whether it answers from the graphs that a request chooses, by FROM or by the parameters of the protocol, and from no
   * others. Some servers pass over either.
   */
  async keepsToChoice(how: 'clauses' | 'parameters'): Promise<boolean> {
    const known = this.#graphs.get(how);
    if (known !== undefined) return known;
    const kept =
      how === 'clauses'
        ? !(await this.#yes(`ASK FROM <${noGraph}> WHERE { ?s ?p ?o }`))
        : !(await this.#yes('ASK { ?s ?p ?o }', { defaultGraphs: [noGraph] }));
    // For a while: a server that is empty now keeps to nothing.
    this.#graphs.set(how, kept);
    return kept;
  }

  async #yes(query: string, request: Asking['request'] = {}): Promise<boolean> {
    const { body } = await this.#buffer({
      query,
      request,
      accepted: typesOf('json'),
      size: readAhead,
      signal: undefined,
    });
    return this.#read(() => readResults(decode(body))).boolean === true;
  }

  mayAsk(address: string): Promise<boolean> {
    return mayAsk(this.#options.federation, address);
  }

  check(): Promise<string | undefined> {
    if (this.#reachable && performance.now() - this.#answered < trust.answering * 1000)
      return Promise.resolve(undefined);
    this.#look ??= this.#lookNow().finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  drain(): Promise<void> {
    return this.#places.drain();
  }

  async close(): Promise<void> {
    void this.#places.drain();
    for (const stop of this.#running) stop.abort();
    await this.#client.close();
  }

  async #lookNow(): Promise<string | undefined> {
    try {
      // Not in the queue: whether it answers has to be known above all when all wait.
      const signal = AbortSignal.timeout(lookTime * 1000);
      await this.#buffer({ query: 'ASK {}', request: {}, accepted: typesOf('json'), size: readAhead, signal }, true);
      return undefined;
    } catch {
      this.#reachable = false;
      return 'The database that answers queries does not answer.';
    }
  }

  async #answer(
    request: QueryRequest,
    { version, signal }: QueryChoice,
    how: 'whole' | 'pieces',
  ): Promise<{ answer: StreamedAnswer }> {
    const { version: current, resultLimit } = this.#options;
    if (version !== undefined && version !== current)
      throw new QueryFault('gone', 'Earlier versions are not answered here: the database that is asked keeps none.');
    const form = readForm(request.query);
    await this.#guard(request);
    const asking = {
      query: withBase(request),
      request,
      size: Math.min(request.resultLimit ?? Number.POSITIVE_INFINITY, resultLimit),
      signal,
    };
    const { engine } = this;
    if (form === 'construct' || form === 'describe') {
      const { name, mediaType } = requireGraphFormat(request);
      const same = how === 'pieces' ? passedOn[name as FormatName] : undefined;
      if (same && this.#formats.graphs.has(same)) {
        const { pieces, waited } = await this.#begin({ ...asking, accepted: typesOf(same), framed: true });
        return { answer: { kind: 'graph', mediaType, engine, waited, body: await ahead(pieces) } };
      }
      return { answer: { ...(await this.#rewriteGraph(request, asking)), engine } };
    }
    const format = requireResultFormat(request);
    const { mediaType } = format;
    if (form === 'ask' || how === 'whole' || !this.#formats.rows.has(format.name))
      return { answer: { ...(await this.#rewriteRows(format, form, asking)), engine } };
    const { pieces, waited } = await this.#begin({ ...asking, accepted: typesOf(format.name), framed: true });
    return { answer: { kind: 'rows', mediaType, engine, waited, body: await ahead(pieces) } };
  }

  async #rewriteRows(format: ResultFormat, form: QueryForm, asking: Omit<Asking, 'accepted'>) {
    const { body, waited } = await this.#buffer({ ...asking, accepted: typesOf('json') });
    const results = this.#read(() => readResults(decode(body)));
    if ((form === 'ask') !== (results.boolean !== undefined))
      throw engineFault(`${this.#host} answered ${form === 'ask' ? 'rows to an ASK' : 'a boolean to a SELECT'}.`);
    const same = format.name === 'json' && form !== 'ask';
    const kind = form === 'ask' ? 'boolean' : 'rows';
    return { kind, mediaType: format.mediaType, waited, body: same ? body : writeResults(results, format) } as const;
  }

  // Its own N-Triples can be spaced and escaped in ways that ours are not: they are read.
  async #rewriteGraph(request: QueryRequest, asking: Omit<Asking, 'accepted'>) {
    const source = this.#formats.graphs.has('n-triples') ? 'n-triples' : 'turtle';
    const format = findFormat(source);
    if (!format) throw new Error(`There is no format ${source}.`);
    const { body, waited } = await this.#buffer({ ...asking, accepted: typesOf(source), framed: true });
    const origin = { source: 'answer', baseIRI: this.#options.endpoint };
    const quads = await readRdf(decode(body), format, origin).catch(() => {
      throw engineFault(`${this.#host} answered ${format.mediaType} that cannot be read.`);
    });
    return { ...(await writeGraph(request, () => quads)), waited };
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch {
      throw engineFault(`${this.#host} answered something that is no JSON of SPARQL results.`);
    }
  }

  // The server elsewhere may understand more than queries, and do more for this server than for others.
  async #guard(request: QueryRequest): Promise<void> {
    const { query, defaultGraphs = [], namedGraphs = [] } = request;
    const stray = strayWord(query);
    if (stray !== undefined)
      throw new QueryFault(
        'update',
        `The word ${stray.toUpperCase()} belongs to no query of SPARQL 1.1. This endpoint only answers queries: SELECT, ASK, CONSTRUCT and DESCRIBE.`,
      );
    if (!hasForm(query))
      throw new QueryFault('syntax', 'After its prologue, a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE.');
    await this.#guardServices(query);
    const own = [...defaultGraphs, ...namedGraphs];
    const chosen = own.length ? own : namesGraphs(query);
    if (chosen.length && !(await this.keepsToChoice(own.length ? 'parameters' : 'clauses')))
      throw new QueryFault(
        'unsupported',
        `The database that this server asks passes over ${own.length ? 'default-graph-uri and named-graph-uri' : 'FROM and FROM NAMED'}. Choose graphs with GRAPH.`,
      );
    // It might fetch what it does not have.
    for (const iri of chosen)
      if (!(await this.hasGraph(iri)))
        throw new QueryFault('unsupported', `There is no graph <${iri}> here, and none is fetched.`);
  }

  async #guardServices(query: string): Promise<void> {
    const count = countServices(query);
    if (!count) return;
    const { federation } = this.#options;
    if (!federation)
      throw new QueryFault('unsupported', 'SERVICE is not answered here: this endpoint asks no other endpoints.');
    const named = namesServices(query);
    if (named.length !== count)
      throw new QueryFault(
        'unsupported',
        'Write the address of each SERVICE in full, as <https://…>: it is looked at first.',
      );
    const { guardAddresses } = await import('../federation/remote-address.ts');
    const guard = guardAddresses(federation);
    for (const address of named) guard.check(address);
  }

  async #buffer(asking: Asking, urgent = false): Promise<{ body: Uint8Array; waited: number }> {
    const { pieces, waited } = await this.#begin(asking, urgent);
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(piece);
    return { body: Buffer.concat(all), waited };
  }

  /** Sends a query, and gives its answer when that has begun. The place is given back when the pieces end. */
  async #begin(asking: Asking, urgent = false): Promise<Begun> {
    const { timeLimit = this.#options.timeLimit } = asking;
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
      const { endpoint } = this.#options;
      const answer = await this.#client.send({
        url: endpoint,
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
        host: this.#host,
        tooSlow,
        stop,
      };
      if (status !== 200)
        throw await this.#refused(status, limitBody(body, { ...limits, framed: false }), asking.query);
      this.#found(true);
      const cut =
        cutBy(headers) ?? (asking.accepted.includes(mediaType) ? undefined : wrongType(this.#host, mediaType));
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
      return { pieces: leaving(), mediaType, waited };
    } catch (error) {
      stop.abort();
      if (error instanceof RemoteFailure && error.kind !== 'stopped' && error.kind !== 'slow') this.#found(false);
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
    this.#found(![502, 503].includes(status));
    return faultOfStatus({ status, host: this.#host, text, query }, () => slow(this.#options.timeLimit));
  }

  #found(reachable: boolean): void {
    this.#reachable = reachable;
    if (reachable) this.#answered = performance.now();
  }

  async #probe(): Promise<void> {
    const timeLimit = Math.max(this.#options.timeLimit, startTime);
    const ask = async (query: string, accepted: readonly string[]): Promise<string | undefined> => {
      try {
        return decode(
          (await this.#buffer({ query, request: {}, accepted, size: readAhead, signal: undefined, timeLimit })).body,
        );
      } catch (error) {
        if (this.#reachable && error instanceof QueryFault && !isClosedDoor(error)) return undefined;
        throw error;
      }
    };
    // First of all, so that a server that does not answer is not asked eight times.
    const { body } = await this.#buffer({
      query: 'ASK {}',
      request: {},
      accepted: typesOf('json'),
      size: readAhead,
      signal: undefined,
      timeLimit,
    });
    // Not whether it is true: Virtuoso finds no solution where there is no pattern.
    if (this.#read(() => readResults(decode(body))).boolean === undefined)
      throw new UnusableService(`--engine: ${this.#host} answers an ASK with rows. Is this a SPARQL endpoint?`);
    const { missing, ...found } = await probeFormats(ask);
    if (missing.length)
      throw new UnusableService(`--engine: ${this.#host} does not answer ${missing.join(' and ')}, which is needed.`);
    this.#formats = found;
  }
}

/** A name that no graph has. */
const noGraph = 'urn:uuid:9a1f3c52-6c1e-4b0e-8d0b-6f1e2a7c5d34';

const isIri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(text);

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const isClosedDoor = ({ kind, cause }: QueryFault): boolean =>
  kind === 'too-slow' || kind === 'overloaded' || /status 40[13]/.test(String(cause));

const slow = (timeLimit: number): QueryFault =>
  new QueryFault(
    'too-slow',
    `The query was stopped after ${timeLimit} s. Add a LIMIT, bind more of its variables, or look for patterns that share no variable.`,
  );

/** What is asked for when a format is wanted. A graph without names is the same text in formats with graphs. */
const passedOn: Partial<Record<FormatName, 'n-triples' | 'turtle'>> = {
  'n-triples': 'n-triples',
  'n-quads': 'n-triples',
  turtle: 'turtle',
  trig: 'turtle',
};

function typesOf(name: ResultFormat['name'] | 'n-triples' | 'turtle'): readonly string[] {
  const format = resultFormats.find((each) => each.name === name) ?? findFormat(name);
  return format ? [format.mediaType, ...format.aliases] : [];
}

const wrongType = (host: string, mediaType: string): QueryFault =>
  engineFault(`${host} answered ${mediaType || 'something without a media type'}, which was not asked for.`);

/** Whether a server says of an answer with status 200 that it is not whole. Virtuoso does so. */
function cutBy(headers: Readonly<Record<string, string | string[] | undefined>>): 'time' | QueryFault | undefined {
  if (headers['x-sql-state'] !== undefined) return 'time';
  const rows = headers['x-sparql-maxrows'];
  if (rows === undefined) return undefined;
  return new QueryFault(
    'too-large',
    `The database that this server asks gives at most ${Number(rows)} rows of an answer. Ask for less of it at a time with LIMIT and OFFSET.`,
  );
}

// Relative IRIs count from the address of this server, not of the one that is asked. In the same line: faults name lines.
const withBase = ({ query, baseIRI }: QueryRequest): string =>
  baseIRI !== undefined && hasRelativeIris(query) ? `BASE <${baseIRI}> ${query}` : query;

/**
 * Reads the beginning of an answer before anything of it is passed on. What is small is there in full, and known to be
 * whole.
 */
async function ahead(pieces: AsyncGenerator<Uint8Array>): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < readAhead) {
    const { done, value } = await pieces.next();
    if (done) return Buffer.concat(first);
    first.push(value);
    size += value.length;
  }
  return rest(first, pieces);
}

// Not a generator: one that nobody has begun to read ends without ending what is under it.
function rest(first: readonly Uint8Array[], pieces: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  const left = [...first];
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => {
      const value = left.shift();
      return value ? { done: false, value } : pieces.next();
    },
    return: () => pieces.return(undefined),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
