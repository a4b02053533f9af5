import { type Format, findFormat } from '../rdf/formats.ts';
import { readRdf } from '../rdf/read.ts';
import { dcat, foaf, spdx, voidTerm } from '../rdf/terms.ts';
import { type Asked, Client, type ClientLimits, NoAnswer, type Reply } from './client.ts';
import { Graph } from './graph.ts';
import { type Link, parseAddress, parseLinks, parseLinkset } from './links.ts';

/** The queries that are asked of an instance, by their names. */
export const queryNames = [
  'classes',
  'examples',
  'graphs',
  'linksets',
  'prefixes',
  'properties',
  'things',
  'totals',
  'withdrawn',
] as const;

/** Texts of the queries. */
export type Queries = Readonly<Record<(typeof queryNames)[number], string>>;

/** SHACL shapes to hold the catalogue against. */
export interface Profile {
  readonly name: string;
  readonly validate: (graph: Graph, how: { readonly sparql: boolean }) => Promise<readonly Finding[]>;
}

/** What shapes find. */
export interface Finding {
  readonly severity: 'violation' | 'warning' | 'info';
  readonly text: string;
}

/** How an instance is looked at. */
export interface InstanceOptions extends ClientLimits {
  /** How many of many things are looked at. */
  readonly sample: number;
  /** Whether others are looked at each time. */
  readonly random: boolean;
  readonly queries: Queries;
  readonly profiles: readonly Profile[];
}

/** A document in RDF. */
export interface RdfDocument {
  readonly reply: Reply;
  readonly graph: Graph;
}

/** A file of a dataset, as the catalogue describes it. */
export interface Distribution {
  readonly iri: string;
  readonly dataset: string;
  readonly downloadURL: string;
  /** The type of its text. */
  readonly mediaType: string;
  /** The type of the compressed file, if it is one. */
  readonly compressFormat: string | undefined;
  readonly byteSize: number;
  readonly sha256: string;
}

/** Rows of an answer: values as strings. */
export type Row = Readonly<Record<string, string>>;

const mediaTypes = 'https://www.iana.org/assignments/media-types/';

/** A running instance, as others see it: by HTTP and nothing else. What is asked twice is fetched once. */
export class Instance {
  /** Where it is asked, without a slash at the end. */
  readonly url: string;
  readonly client: Client;
  readonly options: InstanceOptions;
  /** What it calls itself, without a slash at the end: it may be asked at another address than the public one. */
  publicUrl: string;
  readonly #kept = new Map<string, Promise<unknown>>();

  private constructor(url: string, options: InstanceOptions) {
    this.url = url;
    this.publicUrl = url;
    this.options = options;
    this.client = new Client(url, options);
  }

  /** Finds out what an instance calls itself. Throws {@link NoAnswer} where nobody answers. */
  static async open(url: string, options: InstanceOptions): Promise<Instance> {
    const instance = new Instance(url.replace(/\/+$/, ''), options);
    try {
      await instance.client.ask(`${instance.url}/`, { method: 'HEAD' });
    } catch (error) {
      instance.client.close();
      throw new NoAnswer(`${instance.url}: ${(error as Error).message} Is the address right, and does the server run?`);
    }
    instance.publicUrl = (await instance.#findPublicUrl()) ?? instance.url;
    return instance;
  }

  // The list of APIs has an address that standards fix, and is about itself.
  async #findPublicUrl(): Promise<string | undefined> {
    try {
      const path = '/.well-known/api-catalog';
      const { body } = await this.get(path);
      const own = parseLinkset(String(body)).find(({ anchor }) => anchor.endsWith(path));
      return own && parseAddress(own.anchor)?.href.slice(0, -path.length);
    } catch {
      return undefined;
    }
  }

  #keep<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key) ?? make();
    this.#kept.set(key, known);
    return known as Promise<T>;
  }

  /** The namespace of the permanent IRIs, as VoID states it; undefined where it does not. */
  base(): Promise<string | undefined> {
    return this.#keep('base', async () => {
      try {
        const { graph } = await this.document('/.well-known/void');
        const dataset = await this.dataset();
        return dataset && graph.value(dataset, voidTerm('uriSpace'));
      } catch {
        return undefined;
      }
    });
  }

  /** The dataset that VoID is about. */
  async dataset(): Promise<string | undefined> {
    const { graph } = await this.document('/.well-known/void');
    const [about] = graph.instances(voidTerm('DatasetDescription'));
    return about === undefined ? undefined : graph.value(about, foaf('primaryTopic'));
  }

  /** Where an IRI of the instance is asked: a permanent one and a public one alike at the address that is checked. */
  async locate(): Promise<(iri: string) => string> {
    const spaces = [`${this.publicUrl}/`, await this.base()]
      .filter((each) => each !== undefined)
      .sort((a, b) => b.length - a.length);
    return (iri) => {
      if (iri.startsWith(`${this.url}/`)) return iri;
      if (iri === this.publicUrl) return this.url;
      const space = spaces.find((each) => iri.startsWith(each));
      return space === undefined ? iri : `${this.url}/${iri.slice(space.length)}`;
    };
  }

  /** What the instance calls an address that was asked. */
  named(address: string): string {
    return address.startsWith(this.url) ? this.publicUrl + address.slice(this.url.length) : address;
  }

  /** Asks for a path of the instance, or for an address as it is; follows nothing. */
  async get(target: string, asked: Asked = {}): Promise<Reply> {
    // Before anything is known there is nothing to translate.
    if (target.startsWith('/')) return this.client.ask(this.url + target, asked);
    return this.client.ask((await this.locate())(target), asked);
  }

  /** Like {@link get}, but goes where redirects lead. */
  async follow(target: string, asked: Asked = {}): Promise<Reply> {
    const locate = target === '/.well-known/void' ? (iri: string) => iri : await this.locate();
    return this.client.follow(target.startsWith('/') ? this.url + target : target, asked, locate);
  }

  /** A document in RDF; without a type it is asked for with no Accept at all. Throws where there is none. */
  document(target: string, accept?: string): Promise<RdfDocument> {
    return this.#keep(`document ${accept} ${target}`, async () => {
      const reply = await this.follow(target, { headers: accept === undefined ? {} : { Accept: accept } });
      if (reply.status !== 200) throw new NoAnswer(`${told(reply)}.`);
      return { reply, graph: await this.read(reply) };
    });
  }

  /** What an answer says. Throws where it is no RDF of the type that it is said to be. */
  async read(reply: Reply): Promise<Graph> {
    const type = mediaTypeOf(reply);
    const format = type === undefined ? undefined : findFormat(type);
    if (!format) throw new NoAnswer(`${told(reply)}: that is no type of RDF.`);
    return this.readText(String(reply.body), format, this.named(reply.address));
  }

  /** What a text says. The contexts of JSON-LD are fetched from the instance. */
  async readText(text: string, format: Format, address: string): Promise<Graph> {
    const loadContext = async (context: string): Promise<object> => {
      const { body } = await this.context(context);
      return JSON.parse(String(body)) as object;
    };
    return new Graph(await readRdf(text, format, { source: address, baseIRI: address, loadContext }));
  }

  /** A JSON-LD context. */
  context(address: string): Promise<Reply> {
    return this.#keep(`context ${address}`, () =>
      this.follow(address, { headers: { Accept: 'application/ld+json, application/json;q=0.9' } }),
    );
  }

  /** The rows of one of the queries. Throws where no rows come. */
  rows(name: keyof Queries): Promise<readonly Row[]> {
    return this.#keep(`rows ${name}`, async () => {
      const reply = await this.query(this.options.queries[name], 'application/sparql-results+json');
      if (reply.status !== 200) throw new NoAnswer(`The query ${name}.rq at /sparql: ${told(reply)}.`);
      const { results } = JSON.parse(String(reply.body)) as {
        results?: { bindings?: Record<string, { value: string }>[] };
      };
      if (!results?.bindings) throw new NoAnswer(`The query ${name}.rq at /sparql: the answer has no rows.`);
      return results.bindings.map((row) =>
        Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])),
      );
    });
  }

  /** Asks the endpoint a query, as a form. */
  query(query: string, accept: string): Promise<Reply> {
    return this.get('/sparql', {
      method: 'POST',
      headers: { Accept: accept, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query }).toString(),
    });
  }

  /** Some of many: by default the same each time, and spread over all. */
  sample<T>(items: readonly T[], most = this.options.sample): T[] {
    const left = [...items];
    if (left.length <= most) return left;
    if (this.options.random)
      return Array.from({ length: most }, () => left.splice(Math.floor(Math.random() * left.length), 1)).flat();
    return Array.from({ length: most }, (_, index) => left[Math.floor((index * left.length) / most)] as T);
  }

  /** Some things of the graph, of as many kinds as possible. Kinds are what IRIs have in common before their last slash. */
  things(): Promise<string[]> {
    return this.#keep('things', async () => {
      const kinds = new Map<string, string[]>();
      for (const iri of await this.#allThings()) {
        const kind = iri.slice(0, iri.lastIndexOf('/'));
        kinds.set(kind, [...(kinds.get(kind) ?? []), iri]);
      }
      const groups = [...kinds.values()].sort((a, b) => b.length - a.length);
      const each = Math.ceil(this.options.sample / Math.max(groups.length, 1));
      return this.sample(groups.flatMap((group) => this.sample(group, each)));
    });
  }

  // Asked in the best way that works: a broken endpoint is no reason to leave all things aside.
  async #allThings(): Promise<string[]> {
    const base = await this.base();
    if (base === undefined) throw new NoAnswer('VoID states no void:uriSpace, so no IRI of the instance is known.');
    try {
      const rows = await this.rows('things');
      const own = rows.flatMap(({ thing = '' }) => (thing.startsWith(base) && !thing.includes('#') ? [thing] : []));
      if (own.length) return own;
    } catch {
      // The next way.
    }
    const [dataset, { graph }] = [await this.dataset(), await this.document('/.well-known/void')];
    const examples = dataset === undefined ? [] : graph.values(dataset, voidTerm('exampleResource'));
    if (!examples.length) throw new NoAnswer('Neither SPARQL nor void:exampleResource names a thing to look at.');
    return examples.filter((iri) => !iri.includes('#'));
  }

  /** The page of a thing, and where it was found. */
  page(thing: string): Promise<Reply> {
    return this.#keep(`page ${thing}`, () => this.follow(thing, { headers: { Accept: 'text/html' } }));
  }

  /** The files that the catalogue lists, with all that can be checked of them. */
  distributions(): Promise<Distribution[]> {
    return this.#keep('distributions', async () => {
      const { graph } = await this.document('/catalog');
      return graph.instances(dcat('Distribution')).flatMap((iri) => {
        const [checksum] = graph.objects(iri, spdx('checksum'));
        const downloadURL = graph.value(iri, dcat('downloadURL'));
        if (downloadURL === undefined) return [];
        const type = (property: string): string | undefined =>
          graph.value(iri, dcat(property))?.replace(mediaTypes, '');
        return [
          {
            iri,
            dataset: graph.subjects(dcat('distribution'), iri)[0] ?? '',
            downloadURL,
            mediaType: type('mediaType') ?? '',
            compressFormat: type('compressFormat'),
            byteSize: Number(graph.value(iri, dcat('byteSize'))),
            sha256: (checksum && graph.value(checksum, spdx('checksumValue'))) ?? '',
          },
        ];
      });
    });
  }
}

/** The media type of an answer, without parameters. */
export const mediaTypeOf = ({ headers }: Reply): string | undefined =>
  headers['content-type']?.split(';')[0]?.trim().toLowerCase();

/** Status and type of an answer, in words. */
export const told = ({ status, headers }: Reply): string => `${status} ${headers['content-type'] ?? 'without a type'}`;

/** What an answer was to, in words. */
export const askedOf = ({ method, address }: Reply): string => `${method} ${address}`;

/** The links in the headers of an answer that go from the address itself. */
export function linksOf(instance: Instance, reply: Reply): Link[] {
  const context = instance.named(reply.address);
  const { link } = reply.headers;
  const text = Array.isArray(link) ? link.join(', ') : (link ?? '');
  return parseLinks(text, context).filter(({ anchor }) => anchor === context);
}
