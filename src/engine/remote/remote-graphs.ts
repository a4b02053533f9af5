import { LRUCache } from 'lru-cache';
import { QueryFault } from '../engine.ts';
import type { Asking, Endpoint } from './endpoint.ts';
import { aheadSize } from './read-ahead.ts';
import { readRows, typesOf } from './read-answer.ts';

/** Seconds for which it is taken for granted that a graph is still there. */
const trust = 60;
/** A name that no graph has. */
const noGraph = 'urn:uuid:9a1f3c52-6c1e-4b0e-8d0b-6f1e2a7c5d34';

/** How a request chooses graphs: by FROM, or by the parameters of the protocol. */
export type GraphChoice = 'clauses' | 'parameters';

/** Which graphs an endpoint has, and whether it lets requests choose among them. Asked when it is needed, and kept. */
export class RemoteGraphs {
  readonly #endpoint: Endpoint;
  /** Whether the dataset has a named graph: then nobody asks. */
  readonly #isKnown: (iri: string) => boolean;
  readonly #found = new LRUCache<string, boolean>({ max: 1000, ttl: trust * 1000 });

  constructor(endpoint: Endpoint, isKnown: (iri: string) => boolean) {
    this.#endpoint = endpoint;
    this.#isKnown = isKnown;
  }

  /** Whether there is a named graph. */
  async has(iri: string): Promise<boolean> {
    if (this.#isKnown(iri) || this.#found.has(iri)) return true;
    const found = isIri(iri) && (await this.#yes(`ASK { GRAPH <${iri}> { ?s ?p ?o } }`));
    if (found) this.#found.set(iri, true);
    return found;
  }

  /**
   * Whether it answers from the graphs that a request chooses, and from no others. Some servers pass over either, or
   * refuse it. Throws `QueryFault` where that cannot be found out now.
   */
  async keepsToChoice(how: GraphChoice): Promise<boolean> {
    const known = this.#found.get(how);
    if (known !== undefined) return known;
    const asked =
      how === 'clauses'
        ? this.#yes(`ASK FROM <${noGraph}> WHERE { ?s ?p ?o }`)
        : this.#yes('ASK { ?s ?p ?o }', { defaultGraphs: [noGraph] });
    const kept = await asked.then((found) => !found, notWhereRefused);
    // For a while: a server that is empty now keeps to nothing.
    this.#found.set(how, kept);
    return kept;
  }

  async #yes(query: string, request: Asking['request'] = {}): Promise<boolean> {
    const accepted = typesOf('json');
    const { body } = await this.#endpoint.whole({ query, request, accepted, size: aheadSize, signal: undefined });
    return readRows(body, this.#endpoint.host).boolean === true;
  }
}

function notWhereRefused(error: unknown): false {
  if (error instanceof QueryFault && error.kind === 'syntax') return false;
  throw error;
}

const isIri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(text);
