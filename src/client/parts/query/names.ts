import type { QuerySettings } from '../../../html/query-settings.ts';

/** Characters of addresses by which names are asked for: servers and proxies read at least that many. */
const longestAddress = 6000;

/** What is known of a thing. */
interface Known {
  readonly label?: string;
  /** The address of the page about it, if it has one here. */
  readonly page?: string;
}

/** What things are called. Names are asked of the server once for each thing. */
export class Names {
  readonly #settings: QuerySettings;
  readonly #known = new Map<string, Known | undefined>();
  readonly #spaces: readonly (readonly [string, string])[];

  constructor(settings: QuerySettings) {
    this.#settings = settings;
    this.#spaces = Object.entries(settings.prefixes).sort(([, a], [, b]) => b.length - a.length);
  }

  /** The name of a thing; while that is not known, its IRI as short as prefixes make it. */
  of(iri: string): string {
    return this.#known.get(iri)?.label ?? this.shorten(iri);
  }

  /** An IRI as a prefixed name where a prefix fits, or without what all IRIs of the graph begin with. */
  shorten(iri: string): string {
    const [prefix, space] = this.#spaces.find(([, each]) => iri.startsWith(each) && iri !== each) ?? [];
    if (space !== undefined) return `${prefix}:${iri.slice(space.length)}`;
    const { base } = this.#settings;
    return iri.startsWith(base) && iri !== base ? iri.slice(base.length) : iri;
  }

  /** Where a thing is found: ours on this instance. */
  addressOf(iri: string): string | undefined {
    const { base } = this.#settings;
    const page = this.#known.get(iri)?.page;
    if (page !== undefined) return page;
    if (iri.startsWith(base)) return `/${encodeURI(iri.slice(base.length))}`;
    // Only web addresses become links: a graph could hold javascript: IRIs.
    return /^https?:/.test(iri) ? iri : undefined;
  }

  /** Asks what things are called, of which that is not known yet. Says whether it has learnt something. */
  async learn(iris: Iterable<string>): Promise<boolean> {
    const unknown = [...new Set(iris)].filter((iri) => !this.#known.has(iri) && /^[a-z][a-z0-9+.-]*:/i.test(iri));
    for (const iri of unknown) this.#known.set(iri, undefined);
    const found = await Promise.all(this.#batches(unknown).map((batch) => this.#ask(batch)));
    for (const [iri, known] of found.flatMap((each) => Object.entries(each))) this.#known.set(iri, known);
    return found.some((each) => Object.keys(each).length > 0);
  }

  #batches(iris: readonly string[]): URLSearchParams[] {
    const batches: URLSearchParams[] = [];
    let length = longestAddress;
    for (const iri of iris) {
      length += encodeURIComponent(iri).length + 5;
      if (length > longestAddress) {
        batches.push(new URLSearchParams({ lang: this.#settings.language }));
        length = 0;
      }
      batches.at(-1)?.append('iri', iri);
    }
    return batches;
  }

  // Names are a comfort: without them, addresses are shown.
  async #ask(parameters: URLSearchParams): Promise<Record<string, Known>> {
    try {
      const response = await fetch(`/sparql/labels.json?${parameters}`);
      return response.ok ? ((await response.json()) as Record<string, Known>) : {};
    } catch {
      return {};
    }
  }
}
