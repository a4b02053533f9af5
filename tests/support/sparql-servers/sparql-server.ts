/** How a server is to behave. */
export interface ServerOptions {
  /** Whether a query without GRAPH sees the named graphs; without it, only the default graph. */
  readonly union?: boolean;
  /** What requests must have in the header Authorization, where the server can be told. */
  readonly authorization?: string;
}

/** A SPARQL 1.1 server that runs, and has no graph of ours in it. */
export interface RunningServer {
  /** Takes queries (SPARQL 1.1 Protocol). */
  readonly query: string;
  /** Takes updates (SPARQL 1.1 Protocol). */
  readonly update: string;
  /** Takes graphs (SPARQL 1.1 Graph Store HTTP Protocol). */
  readonly store: string;
  /** The same for those who say who they are, by HTTP Digest (RFC 7616), where the server has it. */
  readonly digest?: {
    readonly query: string;
    readonly update: string;
    readonly store: string;
    readonly user: string;
    readonly password: string;
  };
  /** How it ended, if it did so by itself, and the last that it wrote. */
  readonly ended: () => string | undefined;
  readonly stop: () => Promise<void>;
}

/** A SPARQL 1.1 server by others that tests can start. */
export interface SparqlServer {
  readonly name: string;
  /** How to get it. */
  readonly install: string;
  /** Why it cannot be started here, if so. */
  readonly absent: () => string | undefined;
  /** Whether its default graph can be one of its own; else it is the union of the named graphs always. */
  readonly ownDefaultGraph: boolean;
  /** Whether a request that changes several graphs is seen as a whole or not at all. */
  readonly atomic: boolean;
  readonly start: (options?: ServerOptions) => Promise<RunningServer>;
}
