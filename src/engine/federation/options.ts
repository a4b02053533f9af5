/** How far queries may reach beyond this server. Plain data, so that it can be sent to a worker. */
export interface FederationOptions {
  /**
   * Addresses that may be asked, as `SERVICE`, `FROM`, a redirect's target or a JSON-LD context. An entry that ends with
   * a slash stands for all that begins with it, any other for itself alone, whatever its query string.
   */
  readonly allow: readonly string[];
  /** Whether `http:` may be used, not only `https:`. */
  readonly allowInsecure: boolean;
  /** Addresses or ranges (CIDR) inside private networks, or on this machine, that may be asked all the same. */
  readonly allowPrivate: readonly string[];
  /** Seconds within which all remote answers of a query have to be there; fewer than the query itself may take. */
  readonly timeLimit: number;
  /** Bytes, unpacked, that the remote answers of a query may have in all. */
  readonly sizeLimit: number;
  /** Remote requests that one query may make, redirects included. */
  readonly requestLimit: number;
  /** How requests name this software to those who are asked. */
  readonly userAgent: string;
}

/** Limits that suit a public server; nothing is allowed yet. */
export const federationDefaults: FederationOptions = {
  allow: [],
  allowInsecure: false,
  allowPrivate: [],
  timeLimit: 8,
  sizeLimit: 10_000_000,
  requestLimit: 100,
  userAgent: 'linked-data-publisher',
};
