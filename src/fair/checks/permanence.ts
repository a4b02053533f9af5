import type { Group } from '../check.ts';
import { lookAtEach } from '../looking.ts';

const self = (iri: string): string => iri;

/** Hosts that redirect for as long as somebody cares for them. */
const permanentHosts = /^(w3id\.org|purl\.org|doi\.org|hdl\.handle\.net|identifiers\.org|n2t\.net|ark\.\S+)$/;

/** Whether IRIs outlast the instance. */
export const permanence: Group = {
  name: 'permanence',
  title: 'Permanence',
  checks: [
    {
      id: 'permanence.base',
      asks: 'IRIs of things do not depend on the host of this instance',
      standard: 'Cool URIs for the Semantic Web; F-UJI, FsF-F1-02MD; Data on the Web Best Practices, 9 and 10',
      remedy: 'Set `base` in the description of the publication to a name at w3id.org, purl.org or the like.',
      supports: ['F1'],
      run: async (instance, notes) => {
        const base = await instance.base();
        if (base === undefined) return notes.fail('void:uriSpace of the dataset', 'none');
        const { hostname } = new URL(base);
        notes.expect(
          permanentHosts.test(hostname),
          base,
          permanentHosts.test(hostname) ? hostname : `${hostname} is no host for permanent IRIs`,
          'warning',
        );
      },
    },
    {
      id: 'permanence.resolves',
      asks: 'Permanent IRIs lead to this instance, from anywhere',
      standard: 'F-UJI, FsF-F1-02MD; Cool URIs for the Semantic Web',
      remedy:
        'Register the base (for w3id.org by a pull request), with a redirect to this instance that keeps the rest of the path.',
      supports: ['F1', 'A1'],
      run: async (instance, notes) => {
        if (!instance.options.external)
          return notes.skip('the permanent base', 'other hosts are asked only with --external');
        const base = await instance.base();
        if (base === undefined) return notes.fail('void:uriSpace of the dataset', 'none');
        await lookAtEach(notes, instance.sample(await instance.things(), 3), self, async (thing) => {
          // As others would ask it: nothing is translated.
          const reply = await instance.client.follow(thing, { headers: { Accept: 'text/turtle' } }, self);
          const here = [instance.url, instance.publicUrl].some((url) => reply.address.startsWith(`${url}/`));
          notes.expect(reply.status === 200 && here, `GET ${thing}`, `${reply.status} at ${reply.address}`);
        });
      },
    },
    {
      id: 'permanence.versions',
      asks: 'The dataset has a version, and what changed since an earlier one can be seen',
      standard: 'Data on the Web Best Practices, 7 and 8; RFC 5829',
      remedy: 'Keep the versions: start with --keep and a store that lasts.',
      supports: ['A2', 'R1.2'],
      run: async (instance, notes) => {
        const reply = await instance.get('/dumps/', { headers: { Accept: 'application/json' } });
        const { version, versions } = JSON.parse(String(reply.body)) as {
          version?: string;
          versions?: { version?: string; url?: string }[];
        };
        notes.expect(typeof version === 'string', 'the version of the dataset', String(version));
        const listed = Array.isArray(versions) ? versions : [];
        notes.expect(
          listed.some((each) => each.version === version),
          'the versions that are kept',
          `${listed.length}`,
        );
        await lookAtEach(
          notes,
          instance.sample(listed, 3),
          ({ url }) => String(url),
          async ({ url = '' }) => {
            const { status } = await instance.follow(url, { method: 'HEAD', headers: { Accept: 'application/json' } });
            notes.expect(status === 200, `HEAD ${url}`, String(status));
          },
        );
      },
    },
  ],
};
