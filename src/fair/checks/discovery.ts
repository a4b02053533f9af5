import { dcat } from '../../rdf/terms.ts';
import type { Group } from '../check.ts';
import { askedOf, type Instance, mediaTypeOf } from '../instance.ts';
import { parseLinks, parseLinkset } from '../links.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';
import { locationsOf, structuredData } from '../page.ts';

const self = (iri: string): string => iri;
const apiCatalog = '/.well-known/api-catalog';

/** The addresses of the pages that the sitemap lists, and the text of each of its files. */
async function readSitemap(instance: Instance): Promise<{ pages: string[]; files: Map<string, string> }> {
  const files = new Map<string, string>();
  const read = async (address: string): Promise<string[]> => {
    const reply = await instance.follow(address);
    if (reply.status !== 200) throw new Error(`${askedOf(reply)}: ${reply.status}`);
    files.set(address, String(reply.body));
    return locationsOf(String(reply.body));
  };
  const first = await read(`${instance.publicUrl}/sitemap.xml`);
  const [text = ''] = files.values();
  if (!/<sitemapindex[\s>]/.test(text)) return { pages: first, files };
  const pages: string[] = [];
  // As many as a list of sitemaps of a reasonable site has.
  for (const address of first.slice(0, 50)) pages.push(...(await read(address)));
  return { pages, files };
}

/** The rules of robots.txt for all robots, the longest that fits a path first (RFC 9309, section 2.2.2). */
function isRefused(rules: string, path: string): boolean {
  const group = /^user-agent:\s*\*\s*$([\s\S]*?)(?=^user-agent:|$(?![\s\S]))/im.exec(rules)?.[1] ?? '';
  const fitting = [...group.matchAll(/^(allow|disallow):[ \t]*(\S+)/gim)]
    .filter(([, , rule = '']) => path.startsWith(rule))
    .sort((a, b) => (b[2]?.length ?? 0) - (a[2]?.length ?? 0) || (/^allow/i.test(a[1] ?? '') ? -1 : 1));
  return /^disallow/i.test(fitting[0]?.[1] ?? '');
}

/** Whether whoever knows only the host finds the rest. */
export const discovery: Group = {
  name: 'discovery',
  title: 'Discovery',
  checks: [
    {
      id: 'discovery.api-catalog',
      asks: 'The list of APIs is a linkset with its profile, lists the APIs, and answers HEAD with a link to itself',
      standard: 'RFC 9727; RFC 9264, section 4.2',
      remedy: 'Let /.well-known/ through, with its type and its Link header.',
      supports: ['F4', 'A1'],
      run: async (instance, notes) => {
        const reply = await instance.get(apiCatalog);
        if (!expectReply(notes, reply, 200, 'application/linkset+json')) return;
        const type = reply.headers['content-type'] ?? '';
        notes.expect(/profile="?https:\/\/www\.rfc-editor\.org\/info\/rfc9727/.test(type), askedOf(reply), type);
        const items = parseLinkset(String(reply.body)).filter(({ rel }) => rel === 'item');
        const missing = ['/sparql', '/dumps/', '/catalog', '/fdp'].filter(
          (path) => !items.some(({ target }) => target === instance.publicUrl + path),
        );
        notes.expect(
          !missing.length,
          askedOf(reply),
          missing.length ? `without ${some(missing)}` : `${items.length} APIs`,
        );
        const head = await instance.get(apiCatalog, { method: 'HEAD' });
        const linked = parseLinks(String(head.headers['link'] ?? ''), head.address).some(
          ({ rel }) => rel === 'api-catalog',
        );
        notes.expect(
          head.status === 200 && linked,
          askedOf(head),
          `${head.status}, ${linked ? 'a link' : 'no link'} with rel="api-catalog"`,
        );
      },
    },
    {
      id: 'discovery.api-descriptions',
      asks: 'What the list of APIs leads to is there, of the type that it says',
      standard: 'RFC 9727; RFC 8631 (service-desc, service-doc, service-meta)',
      remedy: 'Let these addresses through, and Accept with them.',
      supports: ['F4', 'A1'],
      run: async (instance, notes) => {
        const links = parseLinkset(String((await instance.get(apiCatalog)).body)).filter(({ rel }) =>
          rel.startsWith('service-'),
        );
        if (!links.length) notes.fail(`GET ${apiCatalog}`, 'no service-desc, service-doc or service-meta');
        await lookAtEach(
          notes,
          links,
          ({ target }) => target,
          async ({ target, type }) => {
            const reply = await instance.follow(target, { headers: { Accept: type ?? '*/*' } });
            expectReply(notes, reply, 200, type, `GET ${target} as ${type ?? 'anything'}`);
          },
        );
      },
    },
    {
      id: 'discovery.robots',
      asks: 'robots.txt lets robots see pages, catalogue and dumps, and names the sitemap',
      standard: 'RFC 9309, section 2.2; sitemaps.org',
      remedy: 'Let no other robots.txt take its place; an instance under a path needs its lines in that of the host.',
      supports: ['F4'],
      run: async (instance, notes) => {
        const reply = await instance.get('/robots.txt');
        if (!expectReply(notes, reply, 200, 'text/plain')) return;
        const rules = String(reply.body);
        const prefix = new URL(instance.publicUrl).pathname.replace(/\/$/, '');
        const refused = ['/', '/catalog', '/fdp', '/dumps/', '/about/'].filter((path) =>
          isRefused(rules, prefix + path),
        );
        notes.expect(
          !refused.length,
          askedOf(reply),
          refused.length ? `refused: ${some(refused)}` : 'pages, catalogue and dumps are open',
        );
        const named = rules.includes(`Sitemap: ${instance.publicUrl}/sitemap.xml`);
        notes.expect(
          named,
          askedOf(reply),
          named ? 'names the sitemap' : `does not name ${instance.publicUrl}/sitemap.xml`,
        );
      },
    },
    {
      id: 'discovery.sitemap',
      asks: 'The sitemap keeps to the limits, lists pages of this instance with true times, and they are there',
      standard: 'sitemaps.org, protocol 0.9',
      remedy: 'Give --public-url just as others reach the server.',
      supports: ['F4'],
      run: async (instance, notes) => {
        const { pages, files } = await readSitemap(instance);
        for (const [address, text] of files) {
          const number = locationsOf(text).length;
          const fit = number > 0 && number <= 50_000 && text.length < 50 * 2 ** 20 && /^<\?xml/.test(text);
          notes.expect(fit, `GET ${address}`, `${number} addresses, ${text.length} characters`);
        }
        const foreign = pages.filter((page) => !page.startsWith(`${instance.publicUrl}/`));
        const twice = pages.length - new Set(pages).size;
        notes.expect(
          !foreign.length && !twice,
          `${pages.length} pages`,
          foreign.length ? `elsewhere: ${some(foreign)}` : twice ? `${twice} twice` : 'all of this instance, each once',
        );
        const times = [...files.values()].flatMap((text) =>
          [...text.matchAll(/<lastmod>([^<]*)<\/lastmod>/g)].map(([, time = '']) => time),
        );
        const wrong = times.filter((time) => !(Date.parse(time) <= Date.now()));
        notes.expect(
          !wrong.length,
          `${times.length} times`,
          wrong.length ? `wrong: ${some(wrong)}` : 'none in the future',
        );
        await lookAtEach(
          notes,
          instance.sample(pages.filter((page) => !foreign.includes(page))),
          self,
          async (page) => {
            const reply = await instance.get(page, { headers: { Accept: 'text/html' } });
            expectReply(notes, reply, 200, 'text/html');
          },
        );
      },
    },
    {
      id: 'discovery.sitemap-catalogue',
      asks: 'The sitemap lists the page of every dataset',
      standard: 'Google Search Central, Dataset; sitemaps.org',
      remedy: 'Ask the makers of this program.',
      supports: ['F4'],
      run: async (instance, notes) => {
        const { pages } = await readSitemap(instance);
        const { graph } = await instance.document('/catalog');
        const missing = graph.instances(dcat('Dataset')).filter((iri) => !pages.includes(iri));
        notes.expect(
          !missing.length,
          `GET ${instance.publicUrl}/sitemap.xml`,
          missing.length ? `without ${some(missing)}` : 'all datasets',
        );
      },
    },
    {
      id: 'discovery.structured-data',
      asks: 'Pages of datasets hold a schema.org Dataset of the same IRI, as search engines want it',
      standard: 'Google Search Central, Dataset; schema.org Dataset; NDE requirements for datasets',
      remedy: 'Let no proxy or optimiser take scripts out of pages; give descriptions of 50 to 5000 characters.',
      supports: ['F2', 'F4', 'I1'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        await lookAtEach(notes, instance.sample(graph.instances(dcat('Dataset')).sort()), self, async (iri) => {
          const reply = await instance.follow(iri, { headers: { Accept: 'text/html' } });
          const found = structuredData(String(reply.body)).find((each) => each['@id'] === iri);
          if (found?.['@type'] !== 'Dataset') return notes.fail(askedOf(reply), `no Dataset with the IRI ${iri}`);
          const missing = [
            'name',
            'description',
            'license',
            'creator',
            'url',
            'version',
            'includedInDataCatalog',
            'distribution',
          ].filter((key) => found[key] === undefined);
          const lengths = textsOf(found['description']).map(({ length }) => length);
          const long = lengths.every((length) => length >= 50 && length <= 5000);
          const files = [found['distribution']]
            .flat()
            .filter((each) => (each as { contentUrl?: unknown } | undefined)?.contentUrl === undefined);
          const came = missing.length
            ? `without ${some(missing)}`
            : !long
              ? `descriptions of ${lengths.join(' and ')} characters`
              : files.length
                ? `${files.length} files without contentUrl`
                : 'all that is asked for';
          notes.expect(!missing.length && long && !files.length, askedOf(reply), came);
        });
      },
    },
    {
      id: 'discovery.data-catalog',
      asks: 'The page of the catalogue holds a schema.org DataCatalog that lists every dataset',
      standard: 'schema.org DataCatalog; NDE requirements for datasets',
      remedy: 'Let no proxy or optimiser take scripts out of pages.',
      supports: ['F4'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        const reply = await instance.follow('/catalog', { headers: { Accept: 'text/html' } });
        const found = structuredData(String(reply.body)).find((each) => each['@type'] === 'DataCatalog');
        const listed = [found?.['dataset'] ?? []].flat().map((each) => (each as { '@id'?: unknown })['@id']);
        const missing = graph.instances(dcat('Dataset')).filter((iri) => !listed.includes(iri));
        notes.expect(
          found !== undefined && !missing.length,
          askedOf(reply),
          found
            ? missing.length
              ? `without ${some(missing)}`
              : `${listed.length} datasets`
            : `no DataCatalog in ${mediaTypeOf(reply) ?? 'it'}`,
        );
      },
    },
    {
      id: 'discovery.home',
      asks: 'Programs that ask the home page for RDF come to the catalogue, and people get a page',
      standard: 'W3C DCAT 3; Data on the Web Best Practices, 1 and 19',
      remedy: 'Let Accept and redirects through.',
      supports: ['F4'],
      run: async (instance, notes) => {
        const { graph, reply } = await instance.document('/', 'text/turtle');
        const found = graph.instances(dcat('Catalog')).length > 0;
        notes.expect(
          found,
          'GET / as text/turtle',
          `${reply.status} at ${reply.address}, ${found ? 'a catalogue' : 'no catalogue'}`,
        );
        expectReply(notes, await instance.get('/', { headers: { Accept: 'text/html' } }), 200, 'text/html');
      },
    },
  ],
};

/** Texts in JSON-LD: plain, or with a language each. */
const textsOf = (value: unknown): string[] =>
  [value ?? []]
    .flat()
    .map((each) => (typeof each === 'string' ? each : String((each as { '@value'?: unknown })['@value'] ?? '')));
