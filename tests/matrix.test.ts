import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { resultFormats } from '../src/engine/engine.ts';
import { linksetFormats } from '../src/http/links.ts';
import { routes } from '../src/http/routes.ts';
import { formats } from '../src/rdf/formats.ts';
import { serve } from './setup/server.ts';

/**
 * What every address answers to whom: `matrix.golden.txt`, a line for each address and Accept header. After a change
 * that is meant, WRITE_MATRIX=1 writes the table anew; read what has changed. The rules below hold for whatever it says.
 */
const goldenFile = new URL('matrix.golden.txt', import.meta.url);

const ask = `/sparql?query=${encodeURIComponent('ASK { ?s ?p ?o }')}`;
const construct = `/sparql?query=${encodeURIComponent('CONSTRUCT WHERE { ?s a ?o } LIMIT 1')}`;

/** Addresses for each route, by its pattern: what is there, what is not, what is asked wrongly. */
const examples: Record<string, readonly string[]> = {
  '/': ['/', '/?lang=nl'],
  '/sparql': [
    '/sparql',
    ask,
    `${ask}&format=csv`,
    `${ask}&format=html`,
    `${ask}&version={version}`,
    `/sparql?query=${encodeURIComponent('SELECT (NOW() AS ?now) {}')}`,
    construct,
    `/sparql?query=${encodeURIComponent('DESCRIBE <https://w3id.org/umcnl/id/centre/lumc>')}`,
    '/sparql?query=SELEC',
    '/sparql?query=DROP+ALL',
    '/sparql?update=DROP+ALL',
    `${ask}&query=ASK%7B%7D`,
    `${ask}&format=turtle`,
    `${ask}&format=pdf`,
    `${ask}&version=0000000000000000`,
    `${ask}&default-graph-uri=nowhere`,
    '/sparql?query=%E0%A4%A',
    `/sparql?query=${'a'.repeat(16_384)}`,
  ],
  '/sparql/vocabulary.json': ['/sparql/vocabulary.json', '/sparql/vocabulary.json?lang=nl'],
  '/sparql/labels.json': [
    '/sparql/labels.json',
    '/sparql/labels.json?iri=https%3A%2F%2Fw3id.org%2Fumcnl%2Fid%2Fcentre%2Flumc',
  ],
  '/healthz': ['/healthz'],
  '/readyz': ['/readyz'],
  '/metrics': ['/metrics'],
  '/problems': ['/problems'],
  '/problems/:name': ['/problems/not-found', '/problems/other'],
  '/api': ['/api'],
  '/assets/:name': ['/assets/style.css', '/assets/none.css'],
  '/context.jsonld': ['/context.jsonld'],
  '/graphs': [
    '/graphs',
    '/graphs?default',
    '/graphs?graph=https%3A%2F%2Fw3id.org%2Fumcnl%2Fontology',
    '/graphs?graph=https%3A%2F%2Fw3id.org%2Fumcnl%2Fnowhere',
    '/graphs?graph=nowhere',
    '/graphs?default&graph=https%3A%2F%2Fw3id.org%2Fumcnl%2Fontology',
  ],
  '/graphs/*path': ['/graphs/ontology', '/graphs/nowhere'],
  '/fdp{.:suffix}': ['/fdp', '/fdp.ttl', '/fdp.html', '/fdp.pdf'],
  '/fdp/*rest': ['/fdp/profile/dataset', '/fdp/profile/dataset.jsonld', '/fdp/nowhere'],
  '/catalog{.:suffix}': ['/catalog', '/catalog.nt'],
  '/catalog/*rest': [
    '/catalog/dataset/links',
    '/catalog/dataset/links?lang=nl',
    '/catalog/dataset/links.html',
    '/catalog/distribution/umcnl.ttl',
    '/catalog/service/sparql',
    '/catalog/contact',
    '/catalog/nowhere',
  ],
  '/robots.txt': ['/robots.txt'],
  '/sitemap.xml': ['/sitemap.xml'],
  '/sitemap-:part.xml': ['/sitemap-1.xml', '/sitemap-2.xml'],
  '/.well-known/api-catalog': ['/.well-known/api-catalog'],
  '/.well-known/void': ['/.well-known/void'],
  '/dumps/': ['/dumps/'],
  '/changes': [
    '/changes',
    '/changes?lang=nl',
    '/changes?thing=https%3A%2F%2Fw3id.org%2Fumcnl%2Fid%2Fcentre%2Flumc',
    '/changes?thing=https%3A%2F%2Fw3id.org%2Fumcnl%2Fid%2Fcentre%2Fnowhere',
    '/changes?thing=lumc',
  ],
  '/changes.atom': [
    '/changes.atom',
    '/changes.atom?lang=nl&thing=https%3A%2F%2Fw3id.org%2Fumcnl%2Fid%2Fcentre%2Flumc',
    '/changes.atom?thing=https%3A%2F%2Fw3id.org%2Fumcnl%2Fid%2Fcentre%2Fnowhere',
  ],
  '/changes/:from/:to': [
    '/changes/{version}/{version}',
    '/changes/{version}/{version}.rdfp',
    '/changes/{version}/{version}.json',
    '/changes/{version}/current',
    '/changes/0000000000000000/current',
    '/changes/yesterday/current',
  ],
  '/resolve': [
    '/resolve',
    '/resolve?id=ROR%2005xvt9f17',
    '/resolve?id=05xvt9f18',
    '/resolve?id=042nb2s44',
    '/resolve?id=https://ror.org/02xcmp898',
    '/resolve?id=who',
  ],
  '/search{.:suffix}': [
    '/search',
    '/search?q=zorg',
    '/search?q=zorg&lang=nl&kind=umc%3ATheme&page=2',
    '/search.json?q=zorg',
    '/search.html?q=zorg',
    '/search.pdf?q=zorg',
    '/search?q=zorg&kind=nothing',
    '/search?q=zorg&page=999',
  ],
  '/search/suggest': ['/search/suggest?q=onde', '/search/suggest'],
  '/opensearch.xml': ['/opensearch.xml', '/opensearch.xml?lang=nl'],
  '/reconcile': [
    '/reconcile',
    '/reconcile?queries=%7B%22a%22%3A%7B%22query%22%3A%22LUMC%22%7D%7D',
    '/reconcile?queries=x',
  ],
  '/reconcile/properties': ['/reconcile/properties'],
  '/reconcile/preview': [
    '/reconcile/preview?id=https%3A%2F%2Fw3id.org%2Fumcnl%2Fid%2Fcentre%2Flumc',
    '/reconcile/preview?id=nowhere',
  ],
  '/reconcile/suggest/:what': ['/reconcile/suggest/type?prefix=cen', '/reconcile/suggest/other?prefix=cen'],
  '/reconcile/v1': ['/reconcile/v1'],
  '/reconcile/v1/match': ['/reconcile/v1/match'],
  '/reconcile/v1/extend': ['/reconcile/v1/extend'],
  '/reconcile/v1/extend/propose': ['/reconcile/v1/extend/propose'],
  '/reconcile/v1/preview': ['/reconcile/v1/preview?id=https%3A%2F%2Fw3id.org%2Fumcnl%2Fid%2Fcentre%2Flumc'],
  '/reconcile/v1/suggest/:what': ['/reconcile/v1/suggest/entity?prefix=lu'],
  '/links': ['/links', '/links?lang=nl'],
  '/links/crosswalk.csv': ['/links/crosswalk.csv'],
  '/links/crosswalk.json': ['/links/crosswalk.json'],
  '/links/:name.sssom.tsv': ['/links/ror.sssom.tsv', '/links/all.sssom.tsv', '/links/nothing.sssom.tsv'],
  '/dumps/:name': [
    '/dumps/umcnl.ttl',
    '/dumps/SHA256SUMS',
    '/dumps/other.ttl',
    '/dumps/..%2f..%2fpackage.json',
    '/dumps/{version}/',
    '/dumps/0000000000000000/',
  ],
  '/dumps/:version/:file': [
    '/dumps/{version}/umcnl-ontology.ttl',
    '/dumps/{version}/umcnl-ontology.nq.gz',
    '/dumps/{version}/SHA256SUMS',
    '/dumps/{version}/other.ttl',
    '/dumps/{version}/..%2f..%2fpackage.json',
    '/dumps/0000000000000000/umcnl.ttl',
  ],
  '/ontology/:version': ['/ontology/0.1.0', '/ontology/0.0.0'],
  '/ontology{.:suffix}': ['/ontology', '/ontology.ttl', '/ontology.html', '/ontology.pdf'],
  '/about/*path': [
    '/about/id/centre/lumc',
    '/about/id/centre/lumc.ttl',
    '/about/id/centre/lumc.jsonld',
    '/about/id/centre/lumc.html',
    '/about/document/lumc-mission-statement/01-mission',
    '/about/id/centre/nowhere',
    '/about/concept/theme/research?property=https%3A%2F%2Fw3id.org%2Fumcnl%2Fontology%23theme&page=2',
    '/about/id/centre/lumc?context=inline',
    '/about/id/centre/lumc?statements',
  ],
  '/neighbours/*path': [
    '/neighbours/id/centre/umcg',
    '/neighbours/id/centre/umcg?lang=nl',
    '/neighbours/id/centre/nowhere',
  ],
  '/linkset/*path': [
    '/linkset/id/centre/lumc',
    '/linkset/id/centre/lumc.json',
    '/linkset/id/centre/lumc.txt',
    '/linkset/centres',
    '/linkset/id/centre/nowhere',
  ],
  '/:collection': [
    '/centres',
    '/centres.ttl',
    '/themes?page=2',
    '/compare',
    '/quantities',
    '/documents',
    '/partners?accelerator=id/accelerator/image-guided-interventions&country=NL',
    '/compare?subject=id/centre/lumc&subject=id/centre/umcg&lang=nl',
    '/themes?page=9&size=100',
    '/themes?size=1000',
    '/nothing',
    '/update',
  ],
  '/*path': ['/id/centre/lumc', '/id/centre/lumc.ttl', '/id/centre/nowhere', '/id/%E0%A4%A', '/id/%00'],
};

const addresses = Object.values(examples).flat();

const accepts: readonly (string | undefined)[] = [
  undefined,
  '*/*',
  'text/html',
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  'application/json',
  'application/ld+json',
  'text/turtle',
  'application/n-triples',
  'application/rdf+xml',
  'application/n-quads',
  'application/trig',
  'application/sparql-results+json',
  'text/csv',
  'image/png',
];

/** Types under which something is asked for that is sent under its own. */
const aliases = new Map<string, string[]>([
  ...[...formats, ...resultFormats].map((format): [string, string[]] => [format.mediaType, [...format.aliases]]),
  ...linksetFormats.map((format): [string, string[]] => [format.mediaType, [...format.aliases]]),
  ['text/html', ['application/xhtml+xml']],
  ['application/problem+json', ['application/json']],
]);

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let running: Running;
let version: string;
const got = new Map<string, Answer>();

/** A request as it stands: fetch would add an Accept and follow redirects. */
function send(method: string, address: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { hostname, port } = new URL(running.url);
  const path = address.replaceAll('{version}', version);
  return new Promise((resolve, reject) => {
    // A connection for each: one that is kept may be closed by the server at the moment when it is used again.
    httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    })
      .on('error', reject)
      .end();
  });
}

const acceptHeader = (accept: string | undefined): Record<string, string> => (accept === undefined ? {} : { accept });
const answerTo = (address: string, accept: string | undefined): Answer => got.get(`${address} ${accept}`) as Answer;
const answersTo = (address: string): Answer[] => accepts.map((accept) => answerTo(address, accept));
const typeOf = ({ headers }: Answer): string => headers['content-type']?.split(';')[0] ?? '';
const variesBy = ({ headers }: Answer): string[] => (headers.vary ?? '').split(', ').map((name) => name.toLowerCase());
const shorten = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

beforeAll(async () => {
  running = await serve({ federation: false, logLevel: 'silent' });
  version = 'none';
  version = (JSON.parse(String((await send('GET', '/healthz')).body)) as { version: string }).version;
  for (const address of addresses)
    for (const accept of accepts) got.set(`${address} ${accept}`, await send('GET', address, acceptHeader(accept)));
});
afterAll(() => running?.stop());

/** What the table says of an answer. */
function describeAnswer({ status, headers }: Answer): string {
  const facts = [
    [status, headers['content-type']].filter(Boolean).join(' '),
    headers.location && `to ${headers.location.replaceAll(version, '{version}')}`,
    headers.vary && `varies by ${headers.vary}`,
    headers['cache-control'],
    headers.etag && 'tagged',
    headers['content-language'] && `in ${headers['content-language']}`,
    headers['content-disposition'],
    String(headers.link ?? '')
      .replaceAll(running.url, '')
      .replaceAll(version, '{version}')
      .replace(/<[^>]{60,}>/g, (link) => `<…${link.slice(-50)}`),
    headers['accept-query'] && 'takes QUERY',
    headers['retry-after'] && `again after ${headers['retry-after']}`,
  ];
  return facts.filter(Boolean).join(' · ');
}

async function describeMatrix(): Promise<string> {
  const lines: string[] = [];
  for (const [route, of] of Object.entries(examples)) {
    for (const address of of) {
      lines.push('', `${shorten(address, 120)}    (route ${route})`);
      for (const accept of accepts)
        lines.push(
          `  GET ${shorten(accept ?? '(no Accept)', 32).padEnd(32)} ${describeAnswer(answerTo(address, accept))}`,
        );
      for (const method of ['OPTIONS', 'PUT']) {
        const answer = await send(method, address);
        const { allow } = answer.headers;
        lines.push(`  ${method.padEnd(36)} ${describeAnswer(answer)}${allow ? ` · allows ${allow}` : ''}`);
      }
    }
  }
  return `${lines.slice(1).join('\n')}\n`;
}

test('every route has an example, and every example a route', () => {
  expect(Object.keys(examples).sort()).toEqual(routes.map(({ path }) => path).sort());
});

test('the table of all addresses and Accept headers is as it was', async () => {
  const matrix = await describeMatrix();
  if (process.env['WRITE_MATRIX']) writeFileSync(goldenFile, matrix);
  expect(existsSync(goldenFile), 'WRITE_MATRIX=1 writes the table').toBe(true);
  expect(matrix).toBe(readFileSync(goldenFile, 'utf8'));
});

describe.each(addresses.map((address) => [shorten(address, 80), address]))('%s', (_, address) => {
  const each = (check: (answer: Answer, accept: string | undefined) => void | Promise<void>) => async () => {
    for (const accept of accepts) await check(answerTo(address, accept), accept);
  };

  test(
    'is open to any origin, whatever comes out',
    each(({ headers }) => {
      expect(headers['access-control-allow-origin']).toBe('*');
      for (const name of ['ETag', 'Link', 'Location', 'Retry-After', 'Allow', 'Accept-Query', 'Content-Language'])
        expect(headers['access-control-expose-headers']).toContain(name);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-powered-by']).toBeUndefined();
    }),
  );

  test(
    'answers with what is accepted',
    each((answer, accept) => {
      // The address says the format itself, or it is a problem: then a problem is better than nothing.
      if (answer.status !== 200 || !variesBy(answer).includes('accept')) return;
      const type = typeOf(answer);
      expect(takes(accept, [type, ...(aliases.get(type) ?? [])]), `${type} for ${accept}`).toBe(true);
    }),
  );

  test('says that it varies by Accept where it does', () => {
    const answers = answersTo(address);
    const kinds = new Set(answers.map((answer) => `${answer.status} ${typeOf(answer)}`));
    if (kinds.size > 1) for (const answer of answers) expect(variesBy(answer)).toContain('accept');
    for (const answer of answers) {
      if (answer.headers['content-language']) expect(variesBy(answer)).toContain('accept-language');
      if (answer.status >= 400) expect(variesBy(answer)).toContain('accept');
    }
  });

  test(
    'lists with a 406 what there is, all of it and nothing else',
    each(async ({ status, headers, body }) => {
      if (status !== 406 || !headers['content-type']?.includes('json')) return;
      // A fault of the query comes to light when it is run, which is only for who can take the answer.
      if (!answersTo(address).some((answer) => answer.status === 200) && !address.includes('format=')) return;
      const { available, detail } = JSON.parse(String(body)) as { available: string[]; detail: string };
      expect(available.length).toBeGreaterThan(0);
      for (const type of available) {
        expect(detail).toContain(type);
        const named = address.replace(/&format=[^&]*/, '');
        const answer = await send('GET', named, { accept: type });
        expect([answer.status, typeOf(answer)]).toEqual([200, type]);
      }
      for (const answer of answersTo(address)) if (answer.status === 200) expect(available).toContain(typeOf(answer));
    }),
  );

  test(
    'has a tag, or is not to be kept',
    each(async ({ status, headers }, accept) => {
      expect(headers['cache-control']).toBeDefined();
      if (status !== 200 || headers['cache-control'] === 'no-store') {
        expect(headers.etag).toBeUndefined();
        if (status >= 400) expect(headers['cache-control']).toBe('no-store');
        return;
      }
      expect(headers.etag).toMatch(/^"[\w-]+"$/);
      for (const method of ['GET', 'HEAD']) {
        const again = await send(method, address, { ...acceptHeader(accept), 'if-none-match': headers.etag ?? '' });
        expect([again.status, again.body.length]).toEqual([304, 0]);
        for (const name of ['etag', 'vary', 'cache-control', 'link', 'access-control-allow-origin'])
          expect(again.headers[name], name).toEqual(headers[name]);
      }
      const other = await send('GET', address, { ...acceptHeader(accept), 'if-none-match': '"other", W/"another"' });
      expect(other.status).toBe(200);
    }),
  );

  test('has a tag of its own for each type', () => {
    const tags = new Map<string | undefined, string>();
    for (const answer of answersTo(address)) {
      if (!answer.headers.etag) continue;
      expect(tags.get(answer.headers.etag) ?? typeOf(answer)).toBe(typeOf(answer));
      tags.set(answer.headers.etag, typeOf(answer));
    }
  });

  test(
    'tells by HEAD what it does by GET',
    each(async (answer, accept) => {
      const head = await send('HEAD', address, acceptHeader(accept));
      expect(head.status).toBe(answer.status);
      const passing = [
        'date',
        'x-request-id',
        'connection',
        'keep-alive',
        // Of the content of this very answer, which has none (RFC 9530, section 2).
        'content-digest',
        ...(moving(address) ? ['content-length'] : []),
      ];
      const tell = (headers: IncomingHttpHeaders) =>
        Object.fromEntries(Object.entries(headers).filter(([name]) => !passing.includes(name)));
      expect(tell(head.headers)).toEqual(tell(answer.headers));
      expect(head.body.length).toBe(0);
      expect(Number(answer.headers['content-length'])).toBe(answer.body.length);
    }),
  );

  test('explains problems as JSON, and as a page to who likes pages', () => {
    for (const answer of answersTo(address).filter(({ status }) => status >= 400)) {
      const type = typeOf(answer);
      expect(['application/problem+json', 'text/html']).toContain(type);
      if (type === 'text/html') expect(String(answer.body)).toContain(`<h1>${answer.status} `);
      else {
        const problem = JSON.parse(String(answer.body)) as Record<string, string>;
        expect(problem['type']).toMatch(new RegExp(`^${running.url}/problems/[a-z-]+$`));
        expect(problem['status']).toBe(answer.status);
        expect(problem['detail']).toMatch(/^[A-Z]/);
      }
    }
  });

  test('answers OPTIONS with the methods that it takes, and refuses others', async () => {
    const options = await send('OPTIONS', address);
    const asked = await send('OPTIONS', address, {
      origin: 'http://example.org',
      'access-control-request-method': 'GET',
    });
    const there = answersTo(address)[1]?.status ?? 0;
    // What cannot be read as an address is nothing, with whatever method.
    if (there === 414 || address.startsWith('/id/%E0')) return;
    expect(asked.status).toBe(204);
    expect(asked.headers['access-control-allow-origin']).toBe('*');
    expect(asked.headers['access-control-allow-methods']).toBe(asked.headers.allow);
    expect(options.status).toBe(there === 404 ? 404 : 204);
    expect(options.headers['access-control-allow-origin']).toBe('*');
    const allowed = asked.headers.allow?.split(', ') ?? [];
    expect(allowed).toEqual(expect.arrayContaining(['GET', 'HEAD', 'OPTIONS']));
    for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'QUERY']) {
      const { status, headers } = await send(method, address);
      expect(headers['access-control-allow-origin'], method).toBe('*');
      if (allowed.includes(method)) expect(status, method).not.toBe(405);
      else if (status === 405) expect(headers.allow, method).toBe(asked.headers.allow);
      else expect(status, method).toBe(there);
    }
  });

  test(
    'is the same when it is compressed',
    each(async (answer, accept) => {
      if (answer.status !== 200 || moving(address)) return;
      const coded = await send('GET', address, { ...acceptHeader(accept), 'accept-encoding': 'gzip' });
      expect(coded.status).toBe(200);
      const coding = coded.headers['content-encoding'];
      if (coding) {
        expect(variesBy(answer)).toContain('accept-encoding');
        expect(coded.headers.vary).toBe(answer.headers.vary);
        expect(coded.headers.etag).toBe(answer.headers.etag?.replace(/"$/, `-${coding}"`));
        expect(coded.body.length).toBeLessThan(answer.body.length);
      } else expect(coded.body.equals(answer.body)).toBe(true);
      const small = answer.body.length < 1024;
      const packed = typeOf(answer) === 'application/gzip';
      expect(coding).toBe(small || packed ? undefined : 'gzip');
    }),
  );
});

/** Addresses that answer something else each time. */
const moving = (address: string): boolean => /NOW|metrics|healthz|readyz/.test(address);

/** Whether an Accept header takes one of some types (RFC 9110, section 12.5.1): written anew, not to repeat a mistake. */
function takes(accept: string | undefined, types: readonly string[]): boolean {
  if (accept === undefined) return true;
  return types.some((type) => {
    const matching = accept
      .split(',')
      .map((range) => range.trim().split(';'))
      .filter(([range = '']) => ['*/*', `${type.split('/')[0]}/*`, type].includes(range))
      .sort(([a = ''], [b = '']) => b.replaceAll('*', '').length - a.replaceAll('*', '').length);
    const weight = matching[0]?.find((part) => part.trim().startsWith('q='));
    return matching.length > 0 && Number(weight?.trim().slice(2) ?? 1) > 0;
  });
}
