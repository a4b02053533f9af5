/** What is known of a server by others that no standard lets it say. */
interface KnownServer {
  /** What its header `Server` begins with. */
  readonly product: RegExp;
  /** Requests at a time that may write. */
  readonly writes: number;
}

const knownServers: readonly KnownServer[] = [
  // Two that write, each to a graph of its own, deadlock now and then (status 500, SR172), also when they are repeated.
  // Under such a load 7.2.5 was once ended by a segmentation fault, on its way down a page of an index.
  { product: /^virtuoso\//i, writes: 1 },
];

/** How many requests may write to a server at a time, by what it says that it is: no more than are wanted. */
export const writesAtOnce = (server: string | undefined, wanted: number): number =>
  Math.min(wanted, knownServers.find(({ product }) => product.test(server ?? ''))?.writes ?? wanted);
