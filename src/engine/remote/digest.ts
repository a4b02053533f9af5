import { createHash, randomBytes } from 'node:crypto';

/** What a server wants to be answered before it lets anybody in (RFC 7616, section 3.3). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: keyof typeof hashes;
  /** Whether it has the quality of protection `auth`; older servers have none. */
  readonly hasQop: boolean;
}

const hashes = { MD5: 'md5', 'SHA-256': 'sha256' } as const;

/** The first challenge in a header `WWW-Authenticate` that can be answered. */
export function readChallenge(header: string | readonly string[] | undefined): DigestChallenge | undefined {
  const challenges = [header ?? []].flat().flatMap((each) => each.split(/(?=\bDigest\s)/i));
  for (const challenge of challenges) {
    if (!/^Digest\s/i.test(challenge)) continue;
    const values = new Map<string, string>();
    for (const [, name = '', quoted, plain] of challenge.matchAll(/([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g))
      values.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
    const [realm, nonce, algorithm = 'MD5'] = ['realm', 'nonce', 'algorithm'].map((name) => values.get(name));
    const qop = values.get('qop');
    const name = algorithm.toUpperCase();
    if (realm === undefined || nonce === undefined || !(name in hashes)) continue;
    if (qop !== undefined && !qop.split(/\s*,\s*/).includes('auth')) continue;
    const known = name as DigestChallenge['algorithm'];
    return { realm, nonce, opaque: values.get('opaque'), algorithm: known, hasQop: qop !== undefined };
  }
  return undefined;
}

/** One request that is let in. */
export interface DigestRequest {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** Path and query string. */
  readonly path: string;
  /** How often the nonce has been used, this time included. */
  readonly count: number;
  readonly clientNonce?: string;
}

/** The header `Authorization` that answers a challenge (RFC 7616, section 3.4). */
export function answerChallenge(challenge: DigestChallenge, request: DigestRequest): string {
  const { realm, nonce, opaque, algorithm, hasQop } = challenge;
  const { user, password, method, path, count, clientNonce = randomBytes(16).toString('hex') } = request;
  const hash = (...parts: readonly string[]): string =>
    createHash(hashes[algorithm]).update(parts.join(':')).digest('hex');
  const counter = count.toString(16).padStart(8, '0');
  const secret = hash(user, realm, password);
  const what = hash(method, path);
  const response = hasQop ? hash(secret, nonce, counter, clientNonce, 'auth', what) : hash(secret, nonce, what);
  const quoted = Object.entries({ username: user, realm, nonce, uri: path, response, opaque })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${String(value).replace(/["\\]/g, '\\$&')}"`);
  const qop = hasQop ? ['qop=auth', `nc=${counter}`, `cnonce="${clientNonce}"`] : [];
  return `Digest ${[...quoted, `algorithm=${algorithm}`, ...qop].join(', ')}`;
}
