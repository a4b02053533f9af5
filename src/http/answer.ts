import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { Language } from '../html/texts.ts';
import { softwareVersion } from '../load/software.ts';
import { BodyCache } from './body-cache.ts';
import { acceptedCodings, type Coding, compress, compressing, isCompressible, worthCompressing } from './compress.ts';
import { etag, findMatch, parseDate, tagOf } from './conditional.ts';
import { type SentFile, sendFile } from './file.ts';
import { linkHeader, type WebLink } from './links.ts';
import { chooseLanguage, type Offer, requireOffer } from './negotiate.ts';
import { type Facts, note, notedQuery } from './observe.ts';
import { epochOf, limitsOf, reading, type Site } from './site.ts';

type Body = string | Uint8Array;

/** One way to write an answer. */
export interface Variant extends Offer {
  /** Makes the body. Called only when it is needed; the signal is raised when nobody waits for it any more. */
  readonly body: (language: Language, signal: AbortSignal) => Body | Promise<Body>;
  /**
   * Makes the body piece by piece, where that is possible: as a whole where it is small. Only for answers that are
   * `never` kept. When it throws half way, the connection is cut, so that nobody takes what has come for all there is.
   */
  readonly stream?: (signal: AbortSignal) => Promise<Uint8Array | AsyncIterable<Uint8Array>>;
  /** Set for texts in a language of their own, such as pages. */
  readonly byLanguage?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the media type is sent with, such as a profile. */
  readonly parameters?: string;
  /** Where to go from here, the most important first. */
  readonly links?: readonly WebLink[];
  /** How long this variant may be kept, if that differs from the answer. */
  readonly caching?: Caching;
}

/**
 * How long an answer may be kept (Cache-Control: RFC 9111, section 5.2.2). Nothing here is private.
 *
 * - `checked`: it changes when the dataset does, at no time known beforehand. Caches keep it and ask each time whether
 *   it still holds, which costs a 304.
 * - `hour`: what pages and JSON-LD need again and again, and which may be an hour old.
 * - `permanent`: its address names the version of the dataset.
 * - `never`: it says how things are this moment, or comes out different each time.
 */
export type Caching = keyof typeof cacheControl;

const cacheControl = {
  checked: 'public, no-cache',
  hour: 'public, max-age=3600',
  permanent: 'public, max-age=31536000, immutable',
  never: 'no-store',
} as const;

interface Cacheable {
  readonly headers?: Readonly<Record<string, string>>;
  /** `checked` if not said. */
  readonly caching?: Caching;
  /** What, beside the dataset, determines the bodies; the address as sent if not said. */
  readonly key?: string;
  /** The version of the dataset that is asked; the current one if not said. */
  readonly version?: string;
  /** Set for what comes with the software: it does not change when the dataset does, and has no date. */
  readonly undated?: boolean;
  /** Set for a list of what was perhaps meant (RFC 9110, section 15.4.1). Such an answer has no tag: it is `never` kept. */
  readonly status?: 300;
}

/** What a route answers: it never writes to the response itself. */
export type Answer =
  | ({ readonly kind: 'variants'; readonly variants: readonly Variant[] } & Cacheable)
  /** One body, whatever Accept says: the address itself names the format. */
  | ({ readonly kind: 'single'; readonly variant: Variant } & Cacheable)
  | FileAnswer
  | Redirect;

/** A file on disk that never changes. */
interface FileAnswer extends Pick<SentFile, 'path' | 'bytes' | 'sha256' | 'absent'> {
  readonly kind: 'file';
  readonly mediaType: string;
  /** The content coding that the file is in. */
  readonly coding: Coding | undefined;
  /** Whether the coding was chosen among several. */
  readonly negotiated: boolean;
  /** The entity tag without its quotes: the same for the same bytes. */
  readonly tag: string;
  readonly modified: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** `location` is an address on this instance, percent-encoded. */
interface Redirect {
  readonly kind: 'redirect';
  /** 302 where it may lead elsewhere later. */
  readonly status: 302 | 303;
  readonly location: string;
}

/** A page: one more way to write a graph or a list. */
export const html = (body: Variant['body']): Variant => ({
  mediaType: 'text/html',
  aliases: ['application/xhtml+xml'],
  byLanguage: true,
  body,
});

/** A plain JSON document. */
export const json = (body: () => unknown): Variant => ({
  mediaType: 'application/json',
  body: () => `${JSON.stringify(body(), null, 1)}\n`,
});

/** Writes the answers of a site. */
export interface Sender {
  /** Negotiates, caches, compresses, writes. Throws a 406, and what the answer's body throws. */
  readonly send: (request: Request, response: Response, answer: Answer) => Promise<void>;
  /**
   * Writes again what an equal request was answered, if that is kept, and if it was answered at a route that may repeat;
   * says whether it has.
   */
  readonly repeat: (request: Request, response: Response, mayRepeat?: (route: RouteTaken) => boolean) => boolean;
}

/** What Express tells of the route that took a request. */
export interface RouteTaken {
  readonly path: string;
}

/** What is known of an answer to a request before there is a body. */
interface Plan {
  readonly headers: Headers;
  /** Stands for the body, in whatever coding. */
  readonly tag: string;
  /** The content codings that are possible, the best first. */
  readonly codings: readonly Coding[];
  /** As of when it holds. */
  readonly epoch: number;
}

/** Makes what writes the answers of a site: the one place that does. */
export function createSender(site: Site): Sender {
  const cache = site.cache ?? new BodyCache(limitsOf(site).cacheBytes);
  // With the dataset's version and the request these determine each byte of a body.
  const edition = [softwareVersion(), site.publicUrl, site.engine ?? '', site.edition ?? ''];
  const plans = new LRUCache<string, Plan & { readonly route: RouteTaken; readonly facts: Facts }>({
    max: 4096,
    maxSize: 4e6,
  });

  function repeat(request: Request, response: Response, mayRepeat = (_route: RouteTaken) => true): boolean {
    const plan = safeMethods.has(request.method) ? plans.get(planKey(request)) : undefined;
    const holds = plan?.epoch === epochOf(site) && mayRepeat(plan.route);
    const kept = plan && holds && cache.find(plan.tag, plan.codings[0]);
    if (!kept) return false;
    // As Express does it: logs and metrics tell the route.
    request.route = plan.route;
    note(request, plan.facts);
    finish(request, response, plan, kept);
    return true;
  }

  async function send(request: Request, response: Response, answer: Answer): Promise<void> {
    if (answer.kind === 'redirect') {
      writeRedirect(request, response, answer);
      return;
    }
    if (answer.kind === 'file') {
      await sendFile(request, response, { ...answer, headers: headersOfFile(answer) });
      return;
    }
    const variant = answer.kind === 'single' ? answer.variant : requireOffer(request, answer.variants);
    const { byLanguage = false, caching = answer.caching ?? 'checked' } = variant;
    // Pages show names of things, which come from what is still being read.
    if (byLanguage && !site.loading.done()) await site.loading.whenDone;
    const language = chooseLanguage(request);
    const codings = isCompressible(variant.mediaType) ? acceptedCodings(request.headers['accept-encoding']) : [];
    const headers = headersOf(site, answer, variant, caching, language);
    const make = async (signal: AbortSignal): Promise<Uint8Array> =>
      bytesOf(await reading(site, () => variant.body(language, signal)));

    if (caching === 'never') {
      const gone = goneSignal(response);
      const body = await (variant.stream?.(gone) ?? make(gone));
      if (!(body instanceof Uint8Array)) {
        await writePieces(request, response, headers, { body, coding: codings[0] });
        return;
      }
      const coding = worthCompressing(body) ? codings[0] : undefined;
      const written = coding ? await compress(body, coding) : body;
      writeBody(request, response, headers, { body: written, coding }, answer.status);
      return;
    }
    const { key = request.originalUrl, version = site.dataset.version } = answer;
    const tag = tagOf([
      ...edition,
      version,
      String(epochOf(site)),
      key,
      variant.mediaType,
      variant.parameters ?? '',
      byLanguage ? language : '',
    ]);
    const plan: Plan = { headers, tag, codings, epoch: epochOf(site) };
    const match = matchOf(request, plan);
    if (match) {
      writeNotModified(response, headers, match);
      return;
    }
    const kept = cache.find(tag, codings[0]);
    note(request, { cache: kept ? 'hit' : 'miss' });
    const found = kept ?? (await cache.get(tag, codings[0], goneSignal(response), make));
    if (safeMethods.has(request.method)) {
      const repeated = planKey(request);
      const facts: Facts = { ...notedQuery(request), cache: 'hit' };
      plans.set(repeated, { ...plan, route: request.route as RouteTaken, facts }, { size: repeated.length + 2000 });
    }
    finish(request, response, plan, found);
  }

  return { send, repeat };
}

/** Methods whose answer the address and the headers below determine. */
const safeMethods = new Set(['GET', 'HEAD']);

// All of a request that choosing a variant, its language and its coding looks at.
const planKey = ({ originalUrl, headers }: Request): string =>
  `${originalUrl}\n${headers.accept}\n${headers['accept-encoding']}\n${headers['accept-language']}`;

function headersOf(
  site: Site,
  answer: Exclude<Answer, Redirect | FileAnswer>,
  variant: Variant,
  caching: Caching,
  language: Language,
): Headers {
  const { mediaType, byLanguage, links, parameters } = variant;
  const headers: Headers = { ...answer.headers, ...variant.headers };
  headers['Content-Type'] = parameters ? `${mediaType}; ${parameters}` : contentType(mediaType);
  headers['Cache-Control'] = cacheControl[caching];
  if (links?.length) headers['Link'] = linkHeader(links);
  // Of an earlier version it is not known when it was prepared.
  const { version = site.dataset.version, undated } = answer;
  if (caching !== 'never' && !undated && version === site.dataset.version)
    headers['Last-Modified'] = site.modified.toUTCString();
  if (byLanguage) headers['Content-Language'] = language;
  const vary = [
    ...(answer.kind === 'variants' ? ['Accept'] : []),
    ...(byLanguage ? ['Accept-Language'] : []),
    ...(isCompressible(mediaType) ? ['Accept-Encoding'] : []),
  ];
  if (vary.length) headers['Vary'] = vary.join(', ');
  return headers;
}

const headersOfFile = ({ headers, mediaType, coding, negotiated, modified, tag }: FileAnswer) => ({
  ...headers,
  'Content-Type': contentType(mediaType),
  ...(coding ? { 'Content-Encoding': coding } : {}),
  ...(negotiated ? { Vary: 'Accept-Encoding' } : {}),
  'Cache-Control': cacheControl.permanent,
  ETag: etag(tag, coding),
  'Last-Modified': modified.toUTCString(),
});

type Headers = Record<string, string | number>;
type Found = NonNullable<ReturnType<BodyCache['find']>>;

/** The tag that says that the client has the body already. */
function matchOf({ method, headers }: Request, { tag, codings }: Plan): string | undefined {
  const condition = headers['if-none-match'];
  // By POST no representation is selected that the client could have.
  return condition === undefined || method === 'POST' ? undefined : findMatch(condition, tag, codings);
}

function finish(request: Request, response: Response, plan: Plan, found: Found): void {
  const match = matchOf(request, plan);
  // A star stands for any body at all, and a date for that of any body: only now is it sure that there is one.
  const any = request.headers['if-none-match']?.trim() === '*' && request.method !== 'POST';
  const tag = match ?? etag(plan.tag, found.coding);
  if (match || any || isUnchangedSince(request, plan.headers)) writeNotModified(response, plan.headers, tag);
  else writeBody(request, response, { ...plan.headers, ETag: tag }, found);
}

/** Whether the client has what is as old as this. With tags at hand, dates do not count (RFC 9110, section 13.2.2). */
function isUnchangedSince({ method, headers }: Request, { 'Last-Modified': modified }: Headers): boolean {
  const { 'if-modified-since': since, 'if-none-match': tags } = headers;
  if (since === undefined || tags !== undefined || modified === undefined || !safeMethods.has(method)) return false;
  // What is no date is as if it were not there: nothing is as old as NaN.
  return Date.parse(String(modified)) <= parseDate(since);
}

function writeBody(
  request: Request,
  response: Response,
  headers: Headers,
  { body, coding }: Found,
  status: 200 | 300 = 200,
): void {
  if (coding) headers['Content-Encoding'] = coding;
  headers['Content-Length'] = body.length;
  response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
}

/** Writes a body as it comes, no faster than the client takes it. */
async function writePieces(
  request: Request,
  response: Response,
  headers: Headers,
  { body, coding }: { readonly body: AsyncIterable<Uint8Array>; readonly coding: Coding | undefined },
): Promise<void> {
  if (coding) headers['Content-Encoding'] = coding;
  response.writeHead(200, headers);
  // Those that observe requests, and those of the pipeline, are more than the ten of which Node warns.
  response.setMaxListeners(20);
  // Of one that has ended nothing more would be heard.
  if (request.method === 'HEAD' || response.destroyed) {
    // What there would be is not fetched.
    await body[Symbol.asyncIterator]().return?.();
    response.end();
    return;
  }
  try {
    await (coding ? pipeline(body, compressing(coding), response) : pipeline(body, response));
  } catch (error) {
    // A client that goes is no fault.
    if (!isGone(error)) throw error;
  }
}

const isGone = (error: unknown): boolean =>
  ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes((error as NodeJS.ErrnoException).code ?? '');

// It varies by Accept although it leads all to the same place: what is found there depends on it.
function writeRedirect(request: Request, response: Response, { status, location }: Redirect): void {
  const body = Buffer.from(`See ${location}\n`);
  const headers = {
    Location: location,
    'Cache-Control': cacheControl.checked,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    Vary: 'Accept',
  };
  response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
}

// Without what describes a body: there is none (RFC 9110, section 15.4.5).
function writeNotModified(response: Response, headers: Headers, tag: string): void {
  const { 'Content-Type': _type, 'Content-Language': _language, ...rest } = headers;
  response.writeHead(304, { ...rest, ETag: tag }).end();
}

/** A signal that is raised when the client goes before it has its answer. */
function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  else response.once('close', () => void (response.writableFinished || gone.abort()));
  return gone.signal;
}

const bytesOf = (body: Body): Uint8Array => (typeof body === 'string' ? Buffer.from(body) : body);

/** Text types say that they are UTF-8; N-Triples and JSON are so by definition. */
const contentType = (mediaType: string): string =>
  /^text\/(?!tab-sep)[^;]*$/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType;
