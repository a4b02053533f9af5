import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { QueryFault } from '../engine.ts';
import type { FederationOptions } from './options.ts';

type Rules = Pick<FederationOptions, 'allow' | 'allowInsecure' | 'allowPrivate'>;

/** Finds the network addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

/** Which addresses may be asked. */
export interface AddressGuard {
  /** The address, ready to be asked. Throws {@link QueryFault} `forbidden` if it may not be; `what` tells what it is. */
  check(address: string, what?: string): URL;
  /** For the socket: resolves a name, and fails with {@link QueryFault} `forbidden` if it leads inside. */
  readonly lookup: LookupFunction;
}

/**
 * Guards against requests to addresses that the operator did not mean (server-side request forgery).
 *
 * The list of allowed addresses says what may be asked; above that, no name on it may lead into a private network, now
 * or when its DNS record is changed later: the very addresses that the socket would connect to are checked.
 * Throws RangeError for a rule that cannot be read.
 */
export function guardAddresses(rules: Rules, resolve: Resolve = resolveAll): AddressGuard {
  const allowed = rules.allow.map(readAllowed);
  const inside = rules.allowPrivate.map(readRange);

  /** Why a network address may not be asked; undefined if it may. */
  const objection = (address: string): string | undefined => {
    const range = rangeOf(address);
    if (range === 'public') return undefined;
    return range !== 'metadata' && inside.some((each) => contains(each, address)) ? undefined : describe[range];
  };

  const judge = (address: string): Verdict => {
    const read = readAddress(address);
    if (!read.url) return read;
    const { url } = read;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // Such a name stands for this machine whatever a resolver says (RFC 6761, section 6.3).
    const literal = /(^|\.)localhost$/.test(host) ? '127.0.0.1' : host;
    const inner = ipaddr.isValid(literal) ? objection(literal) : undefined;
    if (inner) return { address: url.href, reason: `it is ${inner}` };
    if (!allowed.some((each) => covers(each, url)))
      return {
        address: url.href,
        reason: 'it is not on the list of what this server may ask. Who runs the server can put it there',
      };
    if (url.protocol !== 'https:' && !rules.allowInsecure)
      return { address: url.href, reason: 'it is not https. Who runs the server can allow http' };
    return read;
  };

  const check = (address: string, what?: string): URL => {
    const verdict = judge(address);
    if (verdict.url) return verdict.url;
    throw forbidden(verdict.address, verdict.reason, what);
  };

  const guarded: LookupFunction = (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const reason = addresses.map(({ address }) => objection(address)).find(Boolean);
        const [first] = addresses;
        if (reason) callback(forbidden(hostname, `it leads to ${reason}`), '', 0);
        else if (!first) callback(new Error(`${hostname} has no address.`), '', 0);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, '', 0),
    );
  };

  return { check, lookup: guarded };
}

function forbidden(address: string, reason: string, what?: string): QueryFault {
  // A query that was sent along is known to who reads this, and long.
  const named = address.replace(/[?&]query=.*$/s, '');
  return new QueryFault('forbidden', `<${named}> is ${what ? `${what}, and is ` : ''}not asked: ${reason}.`);
}

const resolveAll: Resolve = (hostname) => lookup(hostname, { all: true });

/** An address that may be asked, or why it may not. */
type Verdict = { readonly url: URL } | { readonly url?: undefined; readonly address: string; readonly reason: string };

/** An address as a URL: the parser makes one spelling of many (`0x7f.1`, `2130706433` and `127.0.0.1` are one host). */
function readAddress(address: string): Verdict {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    return { address, reason: 'it is no http or https address' };
  // Not said again: it may be secret.
  if (url.username || url.password)
    return {
      address: `${url.protocol}//${url.host}${url.pathname}`,
      reason: 'a user or a password was given with it',
    };
  url.hash = '';
  // The dot that ends a full domain name would make another host of the same one.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '');
  return { url };
}

function readAllowed(entry: string): URL {
  const { url } = readAddress(entry);
  if (url) return url;
  throw new RangeError(`"${entry}" cannot be allowed: give an http or https address without user or password.`);
}

const covers = (entry: URL, url: URL): boolean =>
  entry.origin === url.origin &&
  (entry.pathname.endsWith('/') ? url.pathname.startsWith(entry.pathname) : url.pathname === entry.pathname);

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

function readRange(entry: string): Range {
  const [text = ''] = entry.split('/');
  try {
    // Short and octal spellings are left to attackers.
    if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) throw new RangeError();
    if (entry.includes('/')) return ipaddr.parseCIDR(entry);
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch {
    throw new RangeError(
      `"${entry}" is no network address and no range of them. Write it like 10.1.2.3 or 10.0.0.0/8.`,
    );
  }
}

function contains([network, bits]: Range, text: string): boolean {
  const address = ipaddr.parse(text);
  return address.kind() === network.kind() && address.match([network, bits] as never);
}

/** Where cloud providers tell a machine its secrets. */
const metadataAddresses = ['169.254.169.254', 'fd00:ec2::254'].map((each) => ipaddr.parse(each).toNormalizedString());

// Names of ranges as the library has them; what it knows by no name is public, or not given out to anyone.
const describe = {
  metadata: 'an address of this machine itself (metadata)',
  unspecified: 'an address of this machine itself',
  loopback: 'an address of this machine itself (loopback)',
  linkLocal: 'an address inside a private network (link-local)',
  private: 'an address inside a private network',
  uniqueLocal: 'an address inside a private network (unique local)',
  deprecatedSiteLocal: 'an address inside a private network (site-local)',
  carrierGradeNat: 'an address inside a private network (carrier-grade NAT)',
  multicast: 'a multicast address',
  broadcast: 'a broadcast address',
  ipv4Mapped: 'an IPv4 address written as IPv6',
  rfc6145: 'an IPv4 address written as IPv6',
  rfc6052: 'an IPv4 address written as IPv6 (NAT64)',
  '6to4': 'an IPv4 address written as IPv6 (6to4)',
  teredo: 'an IPv4 address written as IPv6 (Teredo)',
  reserved: 'a reserved address',
} as const;

function rangeOf(text: string): keyof typeof describe | 'public' {
  // A zone (fe80::1%eth0) belongs to an address of a local network.
  if (text.includes('%') || !ipaddr.isValid(text)) return 'reserved';
  const address = ipaddr.parse(text);
  if (metadataAddresses.includes(address.toNormalizedString())) return 'metadata';
  const range = address.range();
  // Of IPv6, only 2000::/3 is given out for use on the Internet (RFC 4291, section 2.4, and IANA's registry).
  if (range === 'unicast') return address.kind() === 'ipv4' || contains(globalUnicast, text) ? 'public' : 'reserved';
  return range in describe ? (range as keyof typeof describe) : 'reserved';
}

const globalUnicast = readRange('2000::/3');
