import helmet from 'helmet';

const protect = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      scriptSrc: ["'self'"],
      connectSrc: ["'self'"],
      fontSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'self'"],
    },
  },
  // Linked data is there to be used by pages of others.
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  // For the proxy in front, that knows whether there is TLS.
  strictTransportSecurity: false,
  // For Internet Explorer, Flash and browsers of that time; each costs every answer a line.
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

/** What helmet sets, found once: it is the same for each answer. */
function protection(): [string, string][] {
  const set: [string, string][] = [];
  const response = {
    setHeader: (name: string, value: string) => set.push([name, value]),
    removeHeader: () => undefined,
  };
  protect({} as never, response as never, () => undefined);
  return set;
}

/** Headers of every answer, faults included: what protects readers of pages, and that any origin may read it (CORS). */
export const fixedHeaders: readonly (readonly [string, string])[] = [
  ...protection(),
  ['Access-Control-Allow-Origin', '*'],
  [
    'Access-Control-Expose-Headers',
    'Accept-Post, Accept-Query, Accept-Ranges, Allow, Content-Digest, Content-Disposition, Content-Encoding, Content-Language, Content-Location, Content-Range, ETag, Link, Location, RateLimit, RateLimit-Policy, Repr-Digest, Retry-After, Vary, X-Request-Id',
  ],
];
