import type { FormatName } from '../../rdf/formats.ts';
import { requireGraphFormat, requireResultFormat, writeGraph } from '../answers.ts';
import { countRows } from '../count-rows.ts';
import { QueryFault, type QueryRequest, type ResultFormat } from '../engine.ts';
import { mayAsk } from '../federation/may-ask.ts';
import type { FederationOptions } from '../federation/options.ts';
import { hasRelativeIris, type QueryForm, readForm } from '../query-form.ts';
import type { QueryChoice, ServiceAnswer, ServiceState, SparqlService, StreamedAnswer } from '../sparql-service.ts';
import { type Asking, Endpoint, type EndpointOptions } from './endpoint.ts';
import { engineFault } from './faults.ts';
import { guardQuery } from './guard-query.ts';
import type { RemoteFormats } from './probe.ts';
import { probeEndpoint } from './probe-endpoint.ts';
import { aheadSize, readAhead } from './read-ahead.ts';
import { readGraph, readRows, typesOf } from './read-answer.ts';
import { type GraphChoice, RemoteGraphs } from './remote-graphs.ts';
import { writeResults } from './write-rows.ts';

/** How a server elsewhere answers the queries of a site. */
export interface RemoteServiceOptions extends EndpointOptions {
  /** Bytes that an answer may have. */
  readonly resultLimit: number;
  /** The version of the dataset that is published from it. */
  readonly version: string;
  /** Whether the dataset has a named graph. */
  readonly hasGraph: (iri: string) => boolean;
  /** Whom queries may have it ask; without it, nobody. */
  readonly federation?: FederationOptions | undefined;
}

/** Seconds for which it is taken for granted that what answered still does, and what did not still does not. */
const trust = 2;
/** Seconds that a look at whether it answers may take. */
const lookTime = 5;

/** Answers queries by passing them on to a SPARQL 1.1 endpoint, within the limits that embedded engines have. */
export class RemoteService implements SparqlService {
  readonly engine = 'remote';
  readonly live = true;
  readonly formats: RemoteFormats;
  readonly #options: RemoteServiceOptions;
  readonly #endpoint: Endpoint;
  readonly #graphs: RemoteGraphs;
  #look: Promise<string | undefined> | undefined;

  private constructor(options: RemoteServiceOptions, endpoint: Endpoint, formats: RemoteFormats) {
    this.#options = options;
    this.#endpoint = endpoint;
    this.formats = formats;
    this.#graphs = new RemoteGraphs(endpoint, options.hasGraph);
  }

  /** Looks what the server elsewhere can do. Throws `UnusableService` where that is not enough. */
  static async start(options: RemoteServiceOptions): Promise<RemoteService> {
    const endpoint = new Endpoint(options);
    try {
      return new RemoteService(options, endpoint, await probeEndpoint(endpoint, options.timeLimit));
    } catch (error) {
      await endpoint.close();
      throw error;
    }
  }

  get federates(): boolean {
    return this.#options.federation !== undefined;
  }

  get state(): ServiceState {
    const { connections } = this.#options;
    const { reachable, busy, queued } = this.#endpoint;
    return { workers: connections, ready: reachable ? connections : 0, busy, queued, restarts: 0 };
  }

  async query(request: QueryRequest, choice: QueryChoice = {}): Promise<ServiceAnswer> {
    const answer = await this.#answer(request, choice, 'whole');
    return { ...answer, body: answer.body as Uint8Array, rows: countRows(answer as ServiceAnswer) };
  }

  stream(request: QueryRequest, choice: QueryChoice = {}): Promise<StreamedAnswer> {
    return this.#answer(request, choice, 'pieces');
  }

  hasGraph(iri: string): Promise<boolean> {
    return this.#graphs.has(iri);
  }

  /** Whether it answers from the graphs that a request chooses, and from no others. */
  keepsToChoice(how: GraphChoice): Promise<boolean> {
    return this.#graphs.keepsToChoice(how);
  }

  mayAsk(address: string): Promise<boolean> {
    return mayAsk(this.#options.federation, address);
  }

  check(): Promise<string | undefined> {
    if (this.#endpoint.reachable && this.#endpoint.silence < trust) return Promise.resolve(undefined);
    this.#look ??= this.#lookNow().then((fault) => {
      const forget = (): void => {
        this.#look = undefined;
      };
      // What was not there is not asked again at once: whoever asks whether it is, asks often.
      if (fault === undefined) forget();
      else setTimeout(forget, trust * 1000).unref();
      return fault;
    });
    return this.#look;
  }

  drain(): Promise<void> {
    return this.#endpoint.drain();
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }

  async #lookNow(): Promise<string | undefined> {
    try {
      // Not in the queue: whether it answers has to be known above all when all wait.
      const signal = AbortSignal.timeout(lookTime * 1000);
      const accepted = typesOf('json');
      await this.#endpoint.whole({ query: 'ASK {}', request: {}, accepted, size: aheadSize, signal, urgent: true });
      return undefined;
    } catch {
      this.#endpoint.found(false);
      return 'The database that answers queries does not answer.';
    }
  }

  async #answer(
    request: QueryRequest,
    { version, signal }: QueryChoice,
    how: 'whole' | 'pieces',
  ): Promise<StreamedAnswer> {
    const { version: current, resultLimit, federation } = this.#options;
    if (version !== undefined && version !== current)
      throw new QueryFault('gone', 'Earlier versions are not answered here: the database that is asked keeps none.');
    const form = readForm(request.query);
    await guardQuery(request, { graphs: this.#graphs, federation });
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
      if (same && this.formats.graphs.has(same))
        return { kind: 'graph', mediaType, engine, ...(await this.#passOn({ ...asking, accepted: typesOf(same) })) };
      return { ...(await this.#rewriteGraph(request, asking)), engine };
    }
    const format = requireResultFormat(request);
    const { mediaType, name } = format;
    if (form === 'ask' || how === 'whole' || !this.formats.rows.has(name))
      return { ...(await this.#rewriteRows(format, form, asking)), engine };
    return { kind: 'rows', mediaType, engine, ...(await this.#passOn({ ...asking, accepted: typesOf(name) })) };
  }

  async #passOn(asking: Asking): Promise<Pick<StreamedAnswer, 'body' | 'waited'>> {
    const { pieces, waited } = await this.#endpoint.begin({ ...asking, framed: true });
    return { waited, body: await readAhead(pieces) };
  }

  async #rewriteRows(format: ResultFormat, form: QueryForm, asking: Omit<Asking, 'accepted'>) {
    const { host } = this.#endpoint;
    const { body, waited } = await this.#endpoint.whole({ ...asking, accepted: typesOf('json') });
    const results = readRows(body, host);
    if ((form === 'ask') !== (results.boolean !== undefined))
      throw engineFault(`${host} answered ${form === 'ask' ? 'rows to an ASK' : 'a boolean to a SELECT'}.`);
    const same = format.name === 'json' && form !== 'ask';
    const kind = form === 'ask' ? 'boolean' : 'rows';
    return { kind, mediaType: format.mediaType, waited, body: same ? body : writeResults(results, format) } as const;
  }

  // Its own N-Triples can be spaced and escaped in ways that ours are not: they are read.
  async #rewriteGraph(request: QueryRequest, asking: Omit<Asking, 'accepted'>) {
    const source = this.formats.graphs.has('n-triples') ? 'n-triples' : 'turtle';
    const { body, waited } = await this.#endpoint.whole({ ...asking, accepted: typesOf(source), framed: true });
    const quads = await readGraph(body, source, new URL(this.#options.endpoint));
    return { ...(await writeGraph(request, () => quads)), waited };
  }
}

/** What is asked for when a format is wanted. A graph without names is the same text in formats with graphs. */
const passedOn: Partial<Record<FormatName, 'n-triples' | 'turtle'>> = {
  'n-triples': 'n-triples',
  'n-quads': 'n-triples',
  turtle: 'turtle',
  trig: 'turtle',
};

// Relative IRIs count from the address of this server, not of the one that is asked. In the same line: faults name lines.
const withBase = ({ query, baseIRI }: QueryRequest): string =>
  baseIRI !== undefined && hasRelativeIris(query) ? `BASE <${baseIRI}> ${query}` : query;
