import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  gzip,
  gzipSync,
} from 'node:zlib';

/** A content coding that we write (RFC 9110, section 8.4.1). */
export type Coding = 'br' | 'gzip';

/** The better first: it wins where the client likes both as much. */
const codings: readonly Coding[] = ['br', 'gzip'];

/** Bytes from which coding pays: below, a body fits in one packet anyway. */
const smallest = 1024;

/** Whether bodies of a media type become smaller: texts do, and what is compressed already does not. */
export const isCompressible = (mediaType: string): boolean =>
  /^text\/|[/+](?:json|xml|javascript)$|^application\/(?:n-triples|n-quads|trig|rdf-patch|linkset)$/.test(mediaType);

/** Whether a body is large enough to be coded. */
export const worthCompressing = (body: Uint8Array): boolean => body.length >= smallest;

const brotli = promisify(brotliCompress);
const gunzippable = promisify(gzip);

// Quality 5 is about as fast as gzip and a fifth smaller; 11, the default, takes fifty times as long.
const brotliOptions = {
  [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  [constants.BROTLI_PARAM_QUALITY]: 5,
};
const gzipOptions = { level: 6 };

/** Bytes up to which a body is coded at once: handing it to another thread would take longer. */
const quick = 8192;

/** The body in a content coding; a large one is made on Node's threads for such work. */
export async function compress(body: Uint8Array, coding: Coding): Promise<Uint8Array> {
  const options = { params: { ...brotliOptions, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } };
  if (body.length <= quick) return coding === 'br' ? brotliCompressSync(body, options) : gzipSync(body, gzipOptions);
  return coding === 'br' ? brotli(body, options) : gunzippable(body, gzipOptions);
}

/** Codes a body that passes through. */
export const compressing = (coding: Coding): Transform =>
  coding === 'br' ? createBrotliCompress({ params: brotliOptions }) : createGzip(gzipOptions);

const known = new Map<string, readonly Coding[]>();

/** The codings that a client takes, the best first (Accept-Encoding: RFC 9110, section 12.5.3). */
export function acceptedCodings(header: string | undefined): readonly Coding[] {
  if (!header) return [];
  const found = known.get(header);
  if (found) return found;
  const weights = new Map(
    header.split(',').map((part): [string, number] => {
      const [name = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
      const weight = parameters.find((each) => each.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
  const weigh = (coding: Coding): number => weights.get(coding) ?? weights.get('*') ?? 0;
  const accepted = codings.filter((each) => weigh(each) > 0).sort((a, b) => weigh(b) - weigh(a));
  // Clients send a handful of headers; one that makes them up must not fill the memory.
  if (known.size < 500) known.set(header, accepted);
  return accepted;
}
