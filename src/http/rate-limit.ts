import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Log } from './log.ts';
import { Problem } from './problem.ts';

/** The proxies in front that are believed about a client's address: how many, or which addresses. */
export type TrustProxy = number | readonly string[];

/** Names that Express knows for the addresses of one's own machine and network. */
const networks = ['loopback', 'linklocal', 'uniquelocal'];

/**
 * Reads which proxies to trust: a number of them, or addresses, address ranges and {@link networks} between commas.
 * Throws an error that says what is wrong. Trust in all is not to be had: any client could give itself any address.
 */
export function parseTrustProxy(text: string): TrustProxy {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const entries = text.split(',').map((entry) => entry.trim());
  const wrong = entries.find((entry) => !networks.includes(entry) && !isRange(entry));
  if (wrong !== undefined)
    throw new Error(
      `"${wrong}" is no number of proxies, no address, no range such as 10.0.0.0/8 and none of ${networks.join(', ')}.`,
    );
  return entries;
}

function isRange(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/');
  const version = isIP(address);
  if (!version || more.length) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** The bits of an IPv6 address that make a client: a household or server gets a network, not an address. */
const clientBits = 56;

/**
 * Refuses (429) a client that asks more often in a minute than it may, and tells each how much is left (RateLimit and
 * RateLimit-Policy, draft-ietf-httpapi-ratelimit-headers-08). Gives nothing when the limit is 0.
 */
export function limitRate(perMinute: number, log: Log): RequestHandler | undefined {
  if (!perMinute) return undefined;
  let warned = false;
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'queries-per-client',
    // Its own checks print stack traces about requests, such as those with forged headers.
    validate: false,
    skip: ({ method }) => method === 'OPTIONS',
    keyGenerator: (request) => {
      if (!warned && request.headers['x-forwarded-for'] !== undefined && !request.app.get('trust proxy')) {
        warned = true;
        log.warn(
          {},
          'A proxy seems to be in front, and none is trusted: all its clients count as one in the rate limit. Start with --trust-proxy 1.',
        );
      }
      return ipKeyGenerator(request.ip ?? '', clientBits);
    },
    // The library has set Retry-After.
    handler: (_request, _response, next) =>
      next(
        new Problem(
          429,
          'too-many-requests',
          `You have asked ${perMinute} times within a minute, which is the limit. Wait as long as Retry-After says; for all of the data take a dump from /dumps/.`,
        ),
      ),
  });
}
