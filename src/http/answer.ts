import type { Request, Response } from 'express';
import type { Language } from '../html/texts.ts';
import { softwareVersion } from '../load/software.ts';
import { BodyCache } from './body-cache.ts';
import { acceptedCodings, type Coding, compress, isCompressible, worthCompressing } from './compress.ts';
import { etag, findMatch, tagOf } from './conditional.ts';
import { chooseLanguage, type Offer, requireOffer } from './negotiate.ts';
import { note } from './observe.ts';
import { limitsOf, type Site } from './site.ts';

type Body = string | Uint8Array;

/** One way to write an answer. */
export interface Variant extends Offer {
  /** Makes the body. Called only when it is needed; the signal is raised when nobody waits for it any more. */
  readonly body: (language: Language, signal: AbortSignal) => Body | Promise<Body>;
  /** Set for texts in a language of their own, such as pages. */
  readonly byLanguage?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
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
}

/** What a route answers: it never writes to the response itself. */
export type Answer =
  | ({ readonly kind: 'variants'; readonly variants: readonly Variant[] } & Cacheable)
  /** One body, whatever Accept says: the address itself names the format. */
  | ({ readonly kind: 'single'; readonly variant: Variant } & Cacheable)
  | { readonly kind: 'redirect'; readonly status: 303; readonly location: string };

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

/** Writes an answer to a response. */
export type Send = (request: Request, response: Response, answer: Answer) => Promise<void>;

/** Negotiates, caches, compresses, writes: the one place that does, for the answers of a site. */
export function createSend(site: Site): Send {
  const cache = site.cache ?? new BodyCache(limitsOf(site).cacheBytes);
  // With the dataset's version and the request these determine each byte of a body.
  const edition = [softwareVersion(), site.publicUrl];

  return async (request, response, answer) => {
    if (answer.kind === 'redirect') {
      response.setHeader('Cache-Control', cacheControl.checked);
      response.vary('Accept').redirect(answer.status, answer.location);
      return;
    }
    const variant = answer.kind === 'single' ? answer.variant : requireOffer(request, answer.variants);
    const { mediaType, byLanguage = false, caching = answer.caching ?? 'checked' } = variant;
    const language = chooseLanguage(request);
    const make = async (signal: AbortSignal): Promise<Uint8Array> => bytesOf(await variant.body(language, signal));
    const compressible = isCompressible(mediaType);
    const codings = compressible ? acceptedCodings(request.headers['accept-encoding']) : [];
    const [coding] = codings;

    const headers: Headers = { ...answer.headers, ...variant.headers };
    headers['Content-Type'] = contentType(mediaType);
    headers['Cache-Control'] = cacheControl[caching];
    if (byLanguage) headers['Content-Language'] = language;
    const vary = [
      ...(answer.kind === 'variants' ? ['Accept'] : []),
      ...(byLanguage ? ['Accept-Language'] : []),
      ...(compressible ? ['Accept-Encoding'] : []),
    ];
    if (vary.length) headers['Vary'] = vary.join(', ');

    if (caching === 'never') {
      const body = await make(goneSignal(response));
      const coded = coding && worthCompressing(body) ? coding : undefined;
      writeBody(request, response, headers, { body: coded ? await compress(body, coded) : body, coding: coded });
      return;
    }

    const { key = request.originalUrl, version = site.dataset.version } = answer;
    const tag = tagOf([...edition, version, key, mediaType, byLanguage ? language : '']);
    const condition = request.headers['if-none-match'];
    const match = condition && findMatch(condition, tag, codings);
    if (match) {
      writeNotModified(response, { ...headers, ETag: match });
      return;
    }
    const kept = cache.find(tag, coding);
    note(request, { cache: kept ? 'hit' : 'miss' });
    const found = kept ?? (await cache.get(tag, coding, goneSignal(response), make));
    headers['ETag'] = etag(tag, found.coding);
    // A star stands for any body at all: only now is it sure that there is one.
    if (condition?.trim() === '*') writeNotModified(response, headers);
    else writeBody(request, response, headers, found);
  };
}

type Headers = Record<string, string | number>;

function writeBody(
  request: Request,
  response: Response,
  headers: Headers,
  { body, coding }: { body: Uint8Array; coding: Coding | undefined },
): void {
  if (coding) headers['Content-Encoding'] = coding;
  headers['Content-Length'] = body.length;
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body);
}

// Without what describes a body: there is none (RFC 9110, section 15.4.5).
function writeNotModified(response: Response, headers: Headers): void {
  const { 'Content-Type': _type, 'Content-Language': _language, ...rest } = headers;
  response.writeHead(304, rest).end();
}

/** A signal that is raised when the client goes before it has its answer. */
function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  else response.once('close', () => gone.abort());
  return gone.signal;
}

const bytesOf = (body: Body): Uint8Array => (typeof body === 'string' ? Buffer.from(body) : body);

/** Text types say that they are UTF-8; N-Triples and JSON are so by definition. */
const contentType = (mediaType: string): string =>
  /^text\/(?!tab-sep)/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType;
