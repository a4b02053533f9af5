import type { Request } from 'express';
import type { Versions } from '../dataset/versions.ts';
import type { SparqlService } from '../engine/sparql-service.ts';
import type { Language } from '../html/texts.ts';
import type { View } from '../html/view.ts';
import type { DumpIndex, KeptDumps } from '../publish/dumps.ts';
import { sitemapLimit } from '../publish/sitemap.ts';
import type { Tables } from '../publish/tables.ts';
import type { Answer } from './answer.ts';
import type { BodyCache } from './body-cache.ts';
import type { Operations } from './operations.ts';
import type { Problem } from './problem.ts';

/** What the routes serve. */
export interface Site extends View {
  readonly pool: SparqlService;
  /** Whether answers can change within a version of the dataset. */
  readonly live?: boolean;
  /** The answers to the queries that pages are made of. */
  readonly tables: Tables;
  /** Whether, and when, all that pages need has been read. Before, {@link View.index} throws. */
  readonly loading: { readonly done: () => boolean; readonly whenDone: Promise<void> };
  /** The JSON-LD context of the dataset. */
  readonly context: Record<string, unknown>;
  /** What there is to download of the current version. */
  readonly dumps: DumpIndex;
  /** When the current version was prepared here. */
  readonly modified: Date;
  /** The bytes of a dump of the current version. */
  readonly readDump: (file: string) => Promise<Buffer>;
  /** Whether such a file is there to be read. */
  readonly hasDump: (file: string) => Promise<boolean>;
  /** The same, piece by piece. */
  readonly streamDump: (file: string) => AsyncIterable<Uint8Array>;
  /** What there is to download of a version; undefined when it is not kept. */
  readonly openDumps: (version: string) => Promise<KeptDumps | undefined>;
  /** The versions of the dataset that are kept; without them, none can be compared. */
  readonly versions?: Versions;
  /** The mailbox of who hosts this instance; the publication's own if there is none. */
  readonly contactEmail?: string | undefined;
  /** Notes an error that nobody foresaw, and the id of the request that met it. */
  readonly report: (error: unknown, request?: string) => void;
  /** What the server tells of itself; without it there are no log of requests, no metrics and no limit on how often. */
  readonly operations?: Operations;
  /** The engine that answers queries: another one writes the same answer with other bytes. */
  readonly engine?: string;
  /** Stands for what is served beside the dataset, such as the texts of pages and their queries. */
  readonly edition?: string;
  /** What differs from {@link defaultLimits}. */
  readonly limits?: Partial<HttpLimits>;
  /** Where written answers are kept, those of other versions and editions too; one of the size in the limits if there is none. */
  readonly cache?: BodyCache;
}

/** What an operator can set of the HTTP side. */
export interface HttpLimits {
  /** Bytes of written answers that are kept in memory. */
  readonly cacheBytes: number;
  /** Bytes that the content of a request may have. */
  readonly contentBytes: number;
  /** Characters that an address may have. */
  readonly addressLength: number;
  /** Pages that one file of the sitemap lists. */
  readonly sitemapPages: number;
}

/** The limits where nothing else is set. */
export const defaultLimits: HttpLimits = {
  cacheBytes: 64 * 1024 * 1024,
  contentBytes: 1024 * 1024,
  addressLength: 16_384,
  sitemapPages: sitemapLimit,
};

/** The limits of a site. */
export const limitsOf = ({ limits }: Site): HttpLimits => ({ ...defaultLimits, ...limits });

/** Does work that may look things up, as often as it takes: see `GraphIndex.reading`. */
export const reading = <T>(site: Site, work: () => T | Promise<T>): Promise<T> =>
  // What is answered before all is read looks nothing up.
  site.loading.done() ? site.index.reading(work) : Promise.resolve().then(work);

/** How often what is known of the dataset may have changed since the start: see `GraphIndex.epoch`. */
export const epochOf = (site: Site): number => (site.loading.done() ? site.index.epoch : 0);

/** What a method does at a route. It writes nothing itself; it throws a `Problem` where there is no answer. */
export type Handler = (site: Site, request: Request) => Answer | Promise<Answer>;

/** Where requests go: a pattern, and what each method does there. HEAD is what GET is, without the body. */
export interface Route {
  readonly path: string;
  readonly get: Handler;
  readonly post?: Handler;
  /** The safe method with content (RFC 10008). */
  readonly query?: Handler;
  /** Whether the request can be answered before all is read that pages need. */
  readonly early?: (request: Request) => boolean;
  /** How often a client may ask is limited here. */
  readonly limited?: boolean;
  /** Further headers that tell what can be sent here, for OPTIONS. */
  readonly accepts?: Readonly<Record<string, string>>;
  /** The page that tells what went wrong here, where that is not the one for all routes. */
  readonly problemPage?: (site: Site, request: Request, problem: Problem, language: Language) => string | undefined;
}
