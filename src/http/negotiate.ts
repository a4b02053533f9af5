import type { IncomingMessage } from 'node:http';
import Negotiator from 'negotiator';
import type { Language } from '../html/texts.ts';
import { Problem } from './problem.ts';

/** Something that a client can ask for by media type. */
export interface Offer {
  readonly mediaType: string;
  /** Other media types under which it is asked for. */
  readonly aliases?: readonly string[];
}

/**
 * The offer that fits the request's Accept best (RFC 9110, section 12.5.1), or undefined. Without Accept it is the
 * first; among equals the earlier offer wins.
 */
export function chooseOffer<T extends Offer>(request: IncomingMessage, offers: readonly T[]): T | undefined {
  // A charset or a profile narrows a type down; who names one still takes what there is of the type.
  const accept = request.headers.accept?.replace(parameters, '');
  // An alias counts only when it is asked for by name: a wildcard means the types we tell of.
  const named = new Set((accept ?? '').split(',').map((range) => range.split(';')[0]?.trim().toLowerCase()));
  const types = offers.flatMap(({ mediaType, aliases }) => [
    mediaType,
    ...(aliases ?? []).filter((alias) => named.has(alias)),
  ]);
  const chosen = new Negotiator({ headers: { accept } }).mediaType([...new Set(types)]);
  return (
    offers.find(({ mediaType }) => mediaType === chosen) ??
    offers.find(({ aliases }) => chosen !== undefined && aliases?.includes(chosen))
  );
}

/** Parameters of a media range but its weight. */
const parameters = /;\s*(?!q\s*=)[^;,="\s]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;,"]*)/gi;

/** Like {@link chooseOffer}, but throws a 406 that lists what there is. */
export function requireOffer<T extends Offer>(request: IncomingMessage, offers: readonly T[]): T {
  const chosen = chooseOffer(request, offers);
  if (chosen) return chosen;
  throw notAcceptable('Nothing here fits your Accept header.', offers);
}

/** A 406 that lists what there is. */
export function notAcceptable(reason: string, offers: readonly Offer[]): Problem {
  const available = offers.map(({ mediaType }) => mediaType);
  return new Problem(406, 'not-acceptable', `${reason} There is: ${available.join(', ')}.`, { extra: { available } });
}

/** The page language: `lang` in the address, else Accept-Language, else English. */
export function chooseLanguage(request: IncomingMessage): Language {
  const [, asked] = /[?&]lang=(en|nl)(?:&|$)/.exec(request.url ?? '') ?? [];
  if (asked) return asked as Language;
  if (request.headers['accept-language'] === undefined) return 'en';
  return (new Negotiator(request).language([...languages]) as Language | undefined) ?? 'en';
}

const languages: readonly Language[] = ['en', 'nl'];

/** Characters of a header with preferences that are read: some twenty times what browsers send. */
const longestPreferences = 4096;

/**
 * Leaves out what stands in Accept, Accept-Language and Accept-Encoding beyond any need. Each preference is held against
 * each offer: a header of 60,000 characters would take the thread that answers a tenth of a second.
 */
export function shortenPreferences(headers: IncomingMessage['headers']): void {
  for (const name of ['accept', 'accept-language', 'accept-encoding'] as const) {
    const value = headers[name];
    if (typeof value !== 'string' || value.length <= longestPreferences) continue;
    const end = value.lastIndexOf(',', longestPreferences);
    if (end > 0) headers[name] = value.slice(0, end);
    else delete headers[name];
  }
}
