import type { Request } from 'express';
import type { Wanted } from '../../publish/reconcile/reconciler.ts';
import { Problem } from '../problem.ts';

/** Queries in one batch, things and properties in one extension, and what one query may have. */
export const limits = { queries: 100, ids: 1000, properties: 50, names: 10, candidates: 100, suggestions: 50 };
const usualCandidates = 10;

/** The problem of a request that is not as the API has it. */
export const bad = (detail: string): Problem => new Problem(400, 'bad-request', detail);

/** Refuses content of another type than the one that can be read here. */
export function mustBe(request: Request, mediaType: string, detail: string): void {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== mediaType) throw new Problem(415, 'unsupported-media-type', detail, { headers: { Accept: mediaType } });
}

/** JSON that a client sent. */
export function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bad(`The ${name} cannot be read as JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** A value that has to be a JSON object. */
export function asObject(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`The ${name} is no JSON object.`);
  return value as Record<string, unknown>;
}

/** Refuses more than there may be. */
export function mustFit(count: number, limit: number, what: string): void {
  if (count > limit)
    throw bad(`There are ${count} ${what}; ${limit} at once is the limit. Send them in several parts.`);
}

/** How many candidates are wanted. */
export function readLimit(value: unknown, name: string): number {
  if (value === undefined || value === null) return usualCandidates;
  if (typeof value !== 'number' || !(value >= 1)) throw bad(`The limit in ${name} is no number from 1.`);
  return Math.min(Math.floor(value), limits.candidates);
}

/** A text, several, or none. */
export function asTexts(value: unknown, name: string): string[] {
  const list = value === undefined || value === null ? [] : [value].flat();
  if (!list.every((each) => typeof each === 'string')) throw bad(`The ${name} is neither a text nor a list of texts.`);
  return list as string[];
}

/** Values that a property is asked to have. */
export function asWanted(value: unknown, name: string): Wanted[] {
  const list = [value].flat();
  mustFit(list.length, limits.names, `values in ${name}`);
  for (const each of list) {
    const isThing = typeof each === 'object' && each !== null && typeof (each as { id?: unknown }).id === 'string';
    if (!isThing && !['string', 'number', 'boolean'].includes(typeof each))
      throw bad(`A value in ${name} is neither a text, a number, true, false nor a thing with an "id".`);
  }
  return list as Wanted[];
}
