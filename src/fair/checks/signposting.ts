import { schema } from '../../rdf/terms.ts';
import type { Group } from '../check.ts';
import { askedOf, linksOf, mediaTypeOf } from '../instance.ts';
import { type Link, parseLinkset, targetsOf } from '../links.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';

const self = (iri: string): string => iri;
const profile = 'FAIR Signposting Profile 2023-10-02';

/** Whether a client that reads links finds its way. */
export const signposting: Group = {
  name: 'signposting',
  title: 'Signposting',
  checks: [
    {
      id: 'signposting.landing-page',
      asks: 'A page has one cite-as, describedby with types, two types of which one is AboutPage, at most one license',
      standard: `${profile}, level 1`,
      remedy: 'Let no proxy drop or shorten Link headers.',
      supports: ['F2', 'F3', 'R1.1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const reply = await instance.page(thing);
          const links = linksOf(instance, reply);
          const count = (rel: string): number => targetsOf(links, rel).length;
          const types = targetsOf(links, 'type');
          const untyped = links.filter(({ rel, type }) => ['describedby', 'item', 'linkset'].includes(rel) && !type);
          const faults = [
            ...(count('cite-as') === 1 ? [] : [`${count('cite-as')} cite-as`]),
            ...(count('describedby') ? [] : ['no describedby']),
            ...(types.length === 2 && types.includes(schema('AboutPage')) ? [] : [`types: ${some(types) || 'none'}`]),
            ...(count('license') <= 1 ? [] : [`${count('license')} licenses`]),
            ...(untyped.length ? [`without a type: ${some(untyped.map(({ target }) => target))}`] : []),
          ];
          notes.expect(!faults.length, askedOf(reply), faults.join('; ') || `${links.length} links`);
        }),
    },
    {
      id: 'signposting.cite-as',
      asks: 'What a page tells to cite leads back to it',
      standard: `${profile}, level 1; RFC 8574`,
      remedy: 'See that permanent IRIs are redirected to this instance.',
      supports: ['F1', 'F3'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const reply = await instance.page(thing);
          const [cited] = targetsOf(linksOf(instance, reply), 'cite-as');
          if (cited === undefined) return notes.fail(askedOf(reply), 'no cite-as');
          const back = await instance.follow(cited, { headers: { Accept: 'text/html' } });
          notes.expect(back.address === reply.address, `GET ${cited}`, `${back.status} at ${back.address}`);
        }),
    },
    {
      id: 'signposting.metadata',
      asks: 'Each description that a page links to is there, of the type that the link says, and describes the page',
      standard: `${profile}, level 1, metadata resources`,
      remedy: 'Let no proxy drop Link headers of RDF.',
      supports: ['F2', 'F3', 'I1'],
      run: async (instance, notes) =>
        lookAtEach(notes, instance.sample(await instance.things(), 3), self, async (thing) => {
          const page = await instance.page(thing);
          for (const { target, type } of linksOf(instance, page).filter(({ rel }) => rel === 'describedby')) {
            const reply = await instance.get(target);
            const described = targetsOf(linksOf(instance, reply), 'describes');
            const fit =
              reply.status === 200 &&
              mediaTypeOf(reply) === type &&
              described.length === 1 &&
              described[0] === instance.named(page.address);
            notes.expect(
              fit,
              askedOf(reply),
              `${reply.status} ${mediaTypeOf(reply) ?? ''}, describes ${some(described) || 'nothing'}`,
            );
          }
        }),
    },
    {
      id: 'signposting.content',
      asks: 'Each content that a page links to is there, and leads back to the page',
      standard: `${profile}, level 1, content resources`,
      remedy: 'Let no proxy drop Link headers.',
      supports: ['F3'],
      run: async (instance, notes) =>
        lookAtEach(notes, instance.sample(await instance.things(), 3), self, async (thing) => {
          const page = await instance.page(thing);
          for (const { target, type } of linksOf(instance, page).filter(({ rel }) => rel === 'item')) {
            const reply = await instance.get(target, { headers: { Accept: type ?? '*/*' } });
            const back = targetsOf(linksOf(instance, reply), 'collection').includes(instance.named(page.address));
            const fit = reply.status === 200 && mediaTypeOf(reply) === type && back;
            notes.expect(
              fit,
              askedOf(reply),
              `${reply.status} ${mediaTypeOf(reply) ?? ''}, ${back ? 'leads back' : 'does not lead back'}`,
            );
          }
        }),
    },
    {
      id: 'signposting.linkset',
      asks: 'A linkset holds all links of the page, and those of its descriptions and contents, all absolute',
      standard: `${profile}, level 2; RFC 9264, section 4.2`,
      remedy: 'Let paths under /linkset/ through.',
      supports: ['F2', 'F3'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const page = await instance.page(thing);
          const links = linksOf(instance, page);
          const found = links.find(({ rel, type }) => rel === 'linkset' && type === 'application/linkset+json');
          if (!found) return notes.fail(askedOf(page), 'no linkset of type application/linkset+json');
          const reply = await instance.get(found.target);
          if (!expectReply(notes, reply, 200, 'application/linkset+json')) return;
          const all = parseLinkset(String(reply.body));
          const anchors = new Set(all.map(({ anchor }) => anchor));
          const key = ({ rel, target }: Link): string => `${rel} ${target}`;
          const own = new Set(all.filter(({ anchor }) => anchor === instance.named(page.address)).map(key));
          const missing = [
            ...links.filter((link) => !own.has(key(link))).map(key),
            ...[...targetsOf(links, 'describedby'), ...targetsOf(links, 'item')].filter((each) => !anchors.has(each)),
          ];
          const relative = all.filter(
            ({ anchor, target }) => ![anchor, target].every((each) => /^[a-z][\w+.-]*:/i.test(each)),
          );
          const came = missing.length
            ? `missing: ${some(missing)}`
            : relative.length
              ? `relative: ${relative[0]?.target}`
              : `${all.length} links`;
          notes.expect(!missing.length && !relative.length, askedOf(reply), came);
        }),
    },
    {
      id: 'signposting.home',
      asks: 'The home page links to the list of APIs, to the catalogue and to VoID',
      standard: 'RFC 9727; RFC 8288',
      remedy: 'Let no proxy drop Link headers.',
      supports: ['F4'],
      run: async (instance, notes) => {
        const reply = await instance.get('/', { headers: { Accept: 'text/html' } });
        const links = linksOf(instance, reply);
        for (const [rel, path] of [
          ['api-catalog', '/.well-known/api-catalog'],
          ['describedby', '/catalog'],
          ['describedby', '/fdp'],
          ['describedby', '/.well-known/void'],
          ['service-desc', '/sparql'],
        ] as const) {
          const there = targetsOf(links, rel).includes(instance.publicUrl + path);
          notes.expect(there, askedOf(reply), there ? `${rel} ${path}` : `no ${rel} to ${path}`);
        }
      },
    },
  ],
};
