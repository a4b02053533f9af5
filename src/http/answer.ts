import type { Request, Response } from 'express';
import type { Language } from '../html/texts.ts';
import { chooseLanguage, type Offer, requireOffer } from './negotiate.ts';

/** One way to write an answer. */
export interface Variant extends Offer {
  readonly body: (language: Language) => string | Uint8Array | Promise<string | Uint8Array>;
  /** Set for texts in a language of their own, such as pages. */
  readonly byLanguage?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
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

/** What a route answers: it never writes to the response itself. */
export type Answer =
  | {
      readonly kind: 'variants';
      readonly variants: readonly Variant[];
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** One body, whatever Accept says: the address itself names the format. */
  | {
      readonly kind: 'single';
      readonly variant: Variant;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'redirect'; readonly status: 303; readonly location: string };

/** Negotiates, writes, sets headers: the one place that does. */
export async function send(request: Request, response: Response, answer: Answer): Promise<void> {
  if (answer.kind === 'redirect') {
    response.vary('Accept').redirect(answer.status, answer.location);
    return;
  }
  if (answer.kind === 'variants' && answer.variants.length > 1) response.vary('Accept');
  const variant = answer.kind === 'single' ? answer.variant : requireOffer(request, answer.variants);
  const language = chooseLanguage(request);
  if (variant.byLanguage) response.vary('Accept-Language').set('Content-Language', language);
  const body = await variant.body(language);
  // Vary grows: language and format can both count.
  for (const [name, value] of Object.entries({ ...answer.headers, ...variant.headers }))
    if (name === 'Vary') response.vary(value);
    else response.set(name, value);
  response.set('Content-Type', contentType(variant.mediaType));
  // With the ETag that Express makes of the body, a copy is checked rather than trusted.
  if (!response.get('Cache-Control')) response.set('Cache-Control', 'no-cache');
  response.send(
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  );
}

/** Text types say that they are UTF-8; N-Triples and JSON are so by definition. */
const contentType = (mediaType: string): string =>
  /^text\/(?!tab-sep)/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType;
