import { createHash } from 'node:crypto';
import type { Coding } from './compress.ts';

/**
 * The entity tag of a body that is fully determined by some texts (RFC 9110, section 8.8.3), without its quotes. As it
 * is known before the body is made, who has the body already costs no work.
 */
export const tagOf = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 22);

/** The tag as a header, different for each content coding: coded bodies are other bytes. */
export const etag = (tag: string, coding?: Coding): string => `"${coding ? `${tag}-${coding}` : tag}"`;

/**
 * The tag among those of If-None-Match that says that the client has this body, in a coding that it takes, or undefined
 * (RFC 9110, section 13.1.2: compared weakly).
 */
export function findMatch(header: string, tag: string, accepted: readonly Coding[]): string | undefined {
  const ours = [etag(tag), ...accepted.map((coding) => etag(tag, coding))];
  return (header.match(/"[^"]*"/g) ?? []).find((each) => ours.includes(each));
}
