import { canonicalNQuads } from '../../rdf/canonical.ts';
import { type Format, findFormat } from '../../rdf/formats.ts';
import { hydra, mergeGraphs } from '../../rdf/terms.ts';
import type { Group } from '../check.ts';
import { askedOf, type Instance, linksOf, told } from '../instance.ts';
import { targetsOf } from '../links.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';
import { structuredData } from '../page.ts';

const self = (iri: string): string => iri;
const jsonLd = 'application/ld+json';

/** The JSON-LD document about a thing. */
async function fetchDocument(instance: Instance, thing: string) {
  const reply = await instance.follow(thing, { headers: { Accept: jsonLd } });
  return { reply, content: JSON.parse(String(reply.body)) as Record<string, unknown> };
}

/** Whether web developers get on with the JSON. */
export const jsonLdChecks: Group = {
  name: 'json-ld',
  title: 'JSON-LD',
  checks: [
    {
      id: 'json-ld.shape',
      asks: 'A document is one object about the thing, with "id" and "type", nested and without "@graph"',
      standard: 'JSON-LD Best Practices: one object, aliases, nesting',
      remedy: 'Ask the makers of this program.',
      supports: ['I1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const { reply, content } = await fetchDocument(instance, thing);
          if (!expectReply(notes, reply, 200, jsonLd)) return;
          const { id } = content;
          const fit = id === thing && content['type'] !== undefined && content['@graph'] === undefined;
          notes.expect(fit, askedOf(reply), `id ${JSON.stringify(id)}, keys ${some(Object.keys(content))}`);
        }),
    },
    {
      id: 'json-ld.context',
      asks: 'The context has an address of its own, that pages of others may read and caches keep',
      standard: 'JSON-LD Best Practices: cache context documents; JSON-LD 1.1, section 6',
      remedy: 'Let the address of the context through, with its Access-Control-Allow-Origin and Cache-Control.',
      supports: ['I1'],
      run: async (instance, notes) => {
        const [thing] = await instance.things();
        if (thing === undefined) return;
        const { content } = await fetchDocument(instance, thing);
        const address = content['@context'];
        if (typeof address !== 'string') return notes.fail(`the @context of ${thing}`, 'no address');
        const reply = await instance.context(address);
        if (!expectReply(notes, reply, 200, jsonLd)) return;
        const { headers } = reply;
        const parsed = JSON.parse(String(reply.body)) as Record<string, unknown>;
        notes.expect(typeof parsed['@context'] === 'object', askedOf(reply), `keys ${some(Object.keys(parsed))}`);
        notes.expect(
          headers['access-control-allow-origin'] === '*',
          askedOf(reply),
          `Access-Control-Allow-Origin: ${headers['access-control-allow-origin'] ?? 'none'}`,
        );
        notes.expect(
          /max-age=[1-9]/.test(headers['cache-control'] ?? ''),
          askedOf(reply),
          `Cache-Control: ${headers['cache-control'] ?? 'none'}`,
          'warning',
        );
      },
    },
    {
      id: 'json-ld.forms',
      asks: 'With ?context=inline, expanded and flattened it says the same, and needs no other document',
      standard: 'JSON-LD 1.1: forms, profiles of the media type',
      remedy: 'Let queries in addresses and parameters of Accept reach the server.',
      supports: ['I1'],
      run: async (instance, notes) =>
        lookAtEach(notes, instance.sample(await instance.things(), 3), self, async (thing) => {
          const { address } = await instance.follow(thing, { method: 'HEAD', headers: { Accept: jsonLd } });
          const canonical = async (target: string, accept: string): Promise<string> => {
            const reply = await instance.get(target, { headers: { Accept: accept } });
            if (reply.status !== 200) throw new Error(`${told(reply)} for Accept: ${accept}`);
            const graph = await instance.readText(
              String(reply.body),
              findFormat(jsonLd) as Format,
              instance.named(address),
            );
            return canonicalNQuads([...mergeGraphs(graph.quads)]);
          };
          const expected = await canonical(address, jsonLd);
          for (const [target, accept] of [
            [`${address}?context=inline`, jsonLd],
            ...['expanded', 'flattened'].map((form) => [
              address,
              `${jsonLd};profile="http://www.w3.org/ns/json-ld#${form}"`,
            ]),
          ] as [string, string][]) {
            const same = (await canonical(target, accept)) === expected;
            notes.expect(same, `GET ${target} as ${accept}`, same ? 'the same graph' : 'not the same graph');
          }
        }),
    },
    {
      id: 'json-ld.collections',
      asks: 'Lists come in pages that lead on, with the number of all',
      standard: 'Hydra Core: PartialCollectionView; RFC 8288 (next, prev)',
      remedy: 'Let queries in addresses reach the server, and Link headers the client.',
      supports: ['F4'],
      run: async (instance, notes) => {
        const { body } = await instance.get('/', { headers: { Accept: 'application/json' } });
        const { collections } = JSON.parse(String(body)) as { collections?: unknown };
        const lists = Array.isArray(collections) ? collections.map(String) : [];
        if (!lists.length) notes.skip('the collections that / lists', 'none');
        await lookAtEach(notes, instance.sample(lists, 3), self, async (list) => {
          const reply = await instance.get(`${list}?size=1`, { headers: { Accept: jsonLd } });
          if (!expectReply(notes, reply, 200, jsonLd)) return;
          const graph = await instance.readText(
            String(reply.body),
            findFormat(jsonLd) as Format,
            instance.named(reply.address),
          );
          const total = Number(
            graph.quads.find(({ predicate }) => predicate.value === hydra('totalItems'))?.object.value,
          );
          const members = graph.quads.filter(({ predicate }) => predicate.value === hydra('member')).length;
          const fit = total >= 1 && members === 1;
          notes.expect(fit, askedOf(reply), `${members} of ${total} members`);
          if (!(total > 1)) return;
          const [next] = targetsOf(linksOf(instance, reply), 'next');
          if (next === undefined) return notes.fail(askedOf(reply), 'no Link to the next page');
          const second = await instance.get(next, { headers: { Accept: jsonLd } });
          if (!expectReply(notes, second, 200, jsonLd)) return;
          const back = targetsOf(linksOf(instance, second), 'prev').length === 1;
          notes.expect(back, askedOf(second), back ? 'leads back' : 'does not lead back');
        });
      },
    },
    {
      id: 'json-ld.pages',
      asks: 'Pages of things hold schema.org JSON-LD about the thing: its permanent IRI, type and name',
      standard: 'schema.org, Data Model; Google Search Central, structured data',
      remedy: 'Let no proxy or optimiser take scripts out of pages.',
      supports: ['F2', 'F4', 'I1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const page = await instance.page(thing);
          const found = structuredData(String(page.body)).find((each) => each['@id'] === thing);
          const fit = found?.['@type'] !== undefined && found?.['name'] !== undefined;
          notes.expect(
            fit,
            askedOf(page),
            found
              ? `type ${JSON.stringify(found['@type'])}, ${found['name'] === undefined ? 'no name' : 'a name'}`
              : 'no JSON-LD with its IRI',
          );
        }),
    },
  ],
};
