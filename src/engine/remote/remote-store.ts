import { json } from 'node:stream/consumers';
import type { GraphTriples, Piece } from '../../load/graph-files.ts';
import { type AttemptLimits, RemoteRefusal, UpdateRefusal, withAttempts } from './attempts.ts';
import { type RemoteAnswer, type RemoteCall, type RemoteClient, RemoteFailure } from './remote-client.ts';
import { countQuery, dropText, type GraphName, insertParts, updateRequest } from './update-texts.ts';

/** Where a store takes what. At least one of `graphs` and `update` is there. */
export interface StoreAddresses {
  /** Queries (SPARQL 1.1 Protocol). */
  readonly query: string;
  /** Graphs (SPARQL 1.1 Graph Store HTTP Protocol). */
  readonly graphs?: string | undefined;
  /** Updates (SPARQL 1.1 Protocol). */
  readonly update?: string | undefined;
}

/** How a store is written to. */
export interface StoreLimits extends AttemptLimits {
  /** Bytes of one request, about. */
  readonly requestSize: number;
  /** Seconds until a request is answered. */
  readonly timeLimit: number;
}

/**
 * A store elsewhere that takes graphs. What is done can be done twice, and is where nobody knows whether it was. Throws
 * RemoteRefusal where the store says no, RemoteFailure where it cannot be asked.
 */
export interface RemoteStore {
  /** Triples of a graph. */
  count(graph: GraphName): Promise<number>;
  /** Solutions of a query: its variables with the texts of their values. */
  rows(query: string): Promise<Record<string, string>[]>;
  ask(query: string): Promise<boolean>;
  /** Gives a graph new triples. At once, where they fit into a request. */
  replace(graph: GraphName, content: Pick<GraphTriples, 'pieces'>): Promise<void>;
  /** Takes graphs away. */
  drop(graphs: readonly string[]): Promise<void>;
  /** Sends operations that give the same when they are done twice, as one request. Throws UpdateRefusal too. */
  update(parts: readonly (string | Piece)[]): Promise<void>;
  readonly canUpdate: boolean;
  /** What it says that it is (header `Server`), once it has been asked something. */
  readonly server: string | undefined;
}

/** Names that one request can drop. */
const dropsAtOnce = 500;

/** Opens a store. It asks nothing yet. */
export function openStore(client: RemoteClient, addresses: StoreAddresses, limits: StoreLimits): RemoteStore {
  const { timeLimit, signal } = limits;
  const good = (status: number): boolean => status >= 200 && status < 300;
  const goodOrGone = (status: number): boolean => good(status) || status === 404;

  let server: string | undefined;
  const asking = `${new URL(addresses.query).host} answers a query`;
  const read = <T>(query: string, use: (answer: unknown) => T): Promise<T> =>
    withAttempts(
      {
        what: 'A query',
        send: () =>
          client.send({
            url: addresses.query,
            method: 'POST',
            accept: 'application/sparql-results+json',
            body: {
              mediaType: 'application/x-www-form-urlencoded',
              content: new URLSearchParams({ query }).toString(),
            },
            timeLimit,
            signal,
          }),
        takes: good,
        use: async ({ body, mediaType, status, headers }) => {
          server = headers['server']?.toString();
          if (!/json$/.test(mediaType)) {
            body.destroy();
            throw new RemoteRefusal(status, `${asking} with ${mediaType || 'no media type'}. Is the address right?`);
          }
          const found = await json(body).catch(() => {
            throw new RemoteFailure('unreachable', `${asking} with JSON that is broken or breaks off.`);
          });
          return use(found);
        },
      },
      limits,
    );
  const rows = (query: string): Promise<Record<string, string>[]> => read(query, rowsOf);

  const write = (what: string, call: Omit<RemoteCall, 'timeLimit' | 'signal'>, takes = good): Promise<void> =>
    withAttempts({ what, send: () => client.send({ ...call, timeLimit, signal }), takes, use: drain }, limits);

  const graphUrl = (base: string, graph: GraphName): string =>
    base + (base.includes('?') ? '&' : '?') + (graph === undefined ? 'default' : `graph=${encodeURIComponent(graph)}`);

  const sendUpdate = (what: string, parts: readonly (string | Piece)[]): Promise<void> => {
    const { bytes, read } = updateRequest(parts);
    const body = { mediaType: 'application/sparql-update', content: read, length: bytes };
    return write(what, { url: addresses.update as string, method: 'POST', body });
  };

  async function replace(graph: GraphName, content: Pick<GraphTriples, 'pieces'>): Promise<void> {
    const what = graph === undefined ? 'The default graph' : `Graph <${graph}>`;
    const pieces = await content.pieces(limits.requestSize);
    for (const [index, piece] of (pieces.length ? pieces : [{ bytes: 0, read: undefined }]).entries()) {
      if (addresses.graphs !== undefined) {
        const body = { mediaType: 'application/n-triples', content: piece.read ?? '', length: piece.bytes };
        await write(what, { url: graphUrl(addresses.graphs, graph), method: index ? 'POST' : 'PUT', body });
        continue;
      }
      const first = index ? [] : [dropText(graph), piece.read ? ' ;\n' : ''];
      await sendUpdate(what, [...first, ...(piece.read ? insertParts([[graph, [piece]]]) : [])]);
    }
  }

  async function drop(graphs: readonly string[]): Promise<void> {
    if (addresses.update !== undefined)
      try {
        for (let at = 0; at < graphs.length; at += dropsAtOnce)
          await sendUpdate('Dropping graphs', [
            graphs
              .slice(at, at + dropsAtOnce)
              .map(dropText)
              .join(' ;\n'),
          ]);
        return;
      } catch (error) {
        if (!(error instanceof RemoteRefusal) || addresses.graphs === undefined) throw error;
      }
    for (const graph of graphs)
      await write(
        `Graph <${graph}>`,
        { url: graphUrl(addresses.graphs as string, graph), method: 'DELETE' },
        goodOrGone,
      );
  }

  return {
    count: async (graph) => {
      const [row] = await rows(countQuery(graph));
      const number = Number(row?.['n'] ?? Number.NaN);
      if (!Number.isInteger(number))
        throw new RemoteRefusal(200, 'The store does not count (SELECT COUNT gives no number).');
      return number;
    },
    rows,
    ask: (query) => read(query, yesOrNo),
    replace,
    drop,
    update: (parts) =>
      sendUpdate('The update', parts).catch((error: unknown) => {
        throw error instanceof RemoteRefusal && error.isFinal ? new UpdateRefusal(error.status, error.message) : error;
      }),
    canUpdate: addresses.update !== undefined,
    get server() {
      return server;
    },
  };
}

// Read to its end, so that the connection can be used again.
async function drain({ body }: RemoteAnswer): Promise<void> {
  try {
    for await (const _ of body);
  } catch {
    throw new RemoteFailure('unreachable', 'The store breaks off its answer.');
  }
}

interface ResultsJson {
  readonly boolean?: boolean;
  readonly results?: { readonly bindings?: readonly Record<string, { readonly value: string }>[] };
}

const rowsOf = (answer: unknown): Record<string, string>[] =>
  ((answer as ResultsJson).results?.bindings ?? []).map((binding) =>
    Object.fromEntries(Object.entries(binding).map(([name, { value }]) => [name, value])),
  );

// Virtuoso 7 answers ASK in JSON as one row with a number.
function yesOrNo(answer: unknown): boolean {
  const { boolean } = answer as ResultsJson;
  if (boolean !== undefined) return boolean;
  const [row] = rowsOf(answer);
  return Object.values(row ?? {})[0] === '1';
}
