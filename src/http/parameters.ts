import express, { type Request, type Response } from 'express';
import { Problem } from './problem.ts';

/** Names and values as sent. A name can come more than once; its values keep their order. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

/** Parameters that one request may have: more than any client needs. */
const most = 1000;

/**
 * The parameters of an address's query part or of a form, one text after the other
 * (application/x-www-form-urlencoded: URL Standard, section 5.1). Throws a 400 for what is no UTF-8, where browsers
 * would read something else than was meant.
 */
export function readParameters(...texts: readonly string[]): Parameters {
  const found = new Map<string, string[]>();
  const pairs = texts.flatMap((text) => text.split('&')).filter((pair) => pair !== '');
  if (pairs.length > most)
    throw new Problem(400, 'bad-request', `The request has ${pairs.length} parameters; ${most} is the limit.`);
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : decode(pair.slice(at + 1));
    const values = found.get(name);
    if (values) values.push(value);
    else found.set(name, [value]);
  }
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Problem(
      400,
      'bad-request',
      `The parameter "${text.slice(0, 40)}" is wrongly encoded. Percent-encode it as UTF-8, and a percent sign as %25.`,
    );
  }
}

/** The only value of a parameter, or undefined. Throws a 400 if it comes more than once. */
export function single(parameters: Parameters, name: string): string | undefined {
  const [value, ...more] = parameters.get(name) ?? [];
  if (more.length)
    throw new Problem(400, 'bad-request', `The parameter "${name}" is given more than once. Give it once.`);
  return value;
}

/** The value of a parameter that is a whole number from 1; one that stands for it if it is not there. */
export function readWhole(parameters: Parameters, name: string, usual: number, most = 1e6): number {
  const value = single(parameters, name);
  if (value === undefined) return usual;
  const number = /^[1-9]\d{0,6}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > most)
    throw new Problem(
      400,
      'bad-request',
      `The parameter "${name}" has "${value.slice(0, 40)}". Give a whole number from 1 to ${most}.`,
    );
  return number;
}

/** The query part of a request's address, as sent. */
export function queryPart({ url }: Request): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

/**
 * The content of a request as text. Throws a 415 for a charset other than UTF-8, a 400 for what is not in that
 * charset, and what Express's reader throws for content that is too large or cut off.
 */
export async function readText(request: Request, limit: number): Promise<string> {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(request.headers['content-type'] ?? '') ?? [];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new Problem(
      415,
      'unsupported-media-type',
      `The content has the charset "${charset.slice(0, 40)}". Only UTF-8 is read here.`,
    );
  const bytes = await readBytes(request, limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(
      400,
      'bad-request',
      'The content is not UTF-8, as it says or as goes without saying. Encode it so.',
    );
  }
}

function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const read = express.raw({ type: () => true, limit });
  return new Promise((resolve, reject) =>
    // It wants a response only to pass it on.
    read(request, {} as Response, (error?: unknown) => {
      if (error) reject(error);
      else resolve(request.body instanceof Uint8Array ? request.body : new Uint8Array());
    }),
  );
}
