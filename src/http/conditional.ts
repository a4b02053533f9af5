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

/** The three forms of a date in HTTP (RFC 9110, section 5.6.7); of the last, that it is in GMT goes without saying. */
const dateForms: readonly (readonly [RegExp, string])[] = [
  [/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/, ''],
  [/^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/, ''],
  [/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/, ' GMT'],
];

/** The time that a header gives, in milliseconds; NaN for what is no date of HTTP. */
export function parseDate(header: string): number {
  const form = dateForms.find(([pattern]) => pattern.test(header));
  return form ? Date.parse(header + form[1]) : Number.NaN;
}
