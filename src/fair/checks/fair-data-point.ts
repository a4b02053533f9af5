import { dcat, dcterms, fdp, ldp, sh } from '../../rdf/terms.ts';
import type { Group } from '../check.ts';
import type { Graph } from '../graph.ts';
import { askedOf, type Instance } from '../instance.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';

const self = (iri: string): string => iri;
const turtle = 'text/turtle';

interface Walk {
  readonly graphs: ReadonlyMap<string, Graph>;
  /** How many records of each class were reached. */
  readonly reached: ReadonlyMap<string, number>;
  /** Records that are led to, and were left aside. */
  readonly left: number;
}

const layers = [fdp('FAIRDataPoint'), dcat('Catalog'), dcat('Dataset'), dcat('DataService'), dcat('Distribution')];

/** Layers that a walk goes down: one more than there are. */
const deepest = 5;

/** Goes from record to record as the harvester of the Dutch health catalogue does: by ldp:contains alone. */
async function walk(instance: Instance, note: (iri: string, error: unknown) => void): Promise<Walk> {
  const graphs = new Map<string, Graph>();
  const reached = new Map<string, number>();
  let left = 0;
  let layer = [`${instance.publicUrl}/fdp`];
  for (let depth = 0; depth < deepest && layer.length; depth += 1) {
    const next = new Set<string>();
    for (const iri of layer) {
      try {
        const { graph } = await instance.document(iri, turtle);
        graphs.set(iri, graph);
        const type = layers.find((each) => graph.is(iri, each));
        if (type === undefined) throw new Error(`The document does not say that ${iri} is a record of a catalogue.`);
        reached.set(type, (reached.get(type) ?? 0) + 1);
        const containers = graph
          .instances(ldp('DirectContainer'))
          .filter((each) => graph.value(each, ldp('membershipResource')) === iri);
        const members = containers.flatMap((each) => graph.values(each, ldp('contains')));
        // There may be hundreds of files: some of each dataset stand for all.
        const chosen = type === dcat('Dataset') ? instance.sample(members, 2) : members.slice(0, 200);
        left += members.length - chosen.length;
        for (const each of chosen) if (!graphs.has(each)) next.add(each);
      } catch (error) {
        note(iri, error);
      }
    }
    layer = [...next];
  }
  return { graphs, reached, left };
}

/** Whether the layers of a FAIR Data Point can be walked. */
export const fairDataPoint: Group = {
  name: 'fdp',
  title: 'FAIR Data Point',
  checks: [
    {
      id: 'fdp.root',
      asks: 'The root is a FAIRDataPoint in Turtle for who sends no Accept, with all that its specification wants',
      standard: 'FAIR Data Point specification 1.2, FAIRDataPoint',
      remedy: 'Complete `catalogue` in the description of the publication; let /fdp through.',
      supports: ['F2', 'F4', 'R1.3'],
      run: async (instance, notes) => {
        const { reply, graph } = await instance.document('/fdp');
        expectReply(notes, reply, 200, turtle, `${askedOf(reply)} without Accept`);
        const iri = `${instance.publicUrl}/fdp`;
        const typed = graph.is(iri, fdp('FAIRDataPoint'));
        notes.expect(
          typed,
          askedOf(reply),
          typed ? 'a fdp-o:FAIRDataPoint' : `it does not say that ${iri} is a fdp-o:FAIRDataPoint`,
        );
        const single = [
          ...['publisher', 'license', 'conformsTo'].map(dcterms),
          dcat('endpointURL'),
          ...['metadataIdentifier', 'metadataIssued', 'metadataModified', 'conformsToFdpSpec'].map(fdp),
        ];
        const wrong = single.filter((property) => graph.objects(iri, property).length !== 1);
        const missing = [dcterms('title'), fdp('metadataCatalog')].filter(
          (property) => !graph.objects(iri, property).length,
        );
        notes.expect(!wrong.length && !missing.length, iri, some([...wrong, ...missing]) || 'all that is asked for');
      },
    },
    {
      id: 'fdp.formats',
      asks: 'The root is there as JSON-LD too',
      standard: 'FAIR Data Point specification 1.2, formats',
      remedy: 'Let Accept reach the server.',
      supports: ['I1'],
      run: async (instance, notes) => {
        const { reply, graph } = await instance.document('/fdp', 'application/ld+json');
        expectReply(notes, reply, 200, 'application/ld+json');
        notes.expect(
          graph.is(`${instance.publicUrl}/fdp`, fdp('FAIRDataPoint')),
          askedOf(reply),
          `${graph.quads.length} triples`,
        );
      },
    },
    {
      id: 'fdp.walk',
      asks: 'Who follows ldp:contains comes to catalogue, datasets, services and files, each typed at the address fetched',
      standard: 'FAIR Data Point specification 1.2, navigation; CKAN ckanext-fairdatapoint',
      remedy: 'Give --public-url just as others reach the server.',
      supports: ['F3', 'F4', 'A1', 'R1.3'],
      run: async (instance, notes) => {
        const { reached, left } = await walk(instance, (iri, error) => notes.fail(`GET ${iri}`, `${error}`));
        for (const type of layers) {
          const number = reached.get(type) ?? 0;
          notes.expect(
            number > 0,
            `ldp:contains from ${instance.publicUrl}/fdp`,
            `${number} × ${type.replace(/.*[/#]/, '')}`,
          );
        }
        if (left) notes.pass('the rest', `${left} records more are led to, and were not fetched`);
        const { graph } = await instance.document('/catalog');
        for (const type of [dcat('Dataset'), dcat('DataService')]) {
          const listed = graph.instances(type).filter((iri) => iri !== `${instance.publicUrl}/fdp`).length;
          const found = reached.get(type) ?? 0;
          notes.expect(
            found === listed,
            `${type.replace(/.*[/#]/, '')} in /catalog and by walking`,
            `${listed} and ${found}`,
          );
        }
      },
    },
    {
      id: 'fdp.containers',
      asks: 'Each container has a title, and its members are those of the property that it names',
      standard: 'W3C Linked Data Platform 1.0: direct containers; FAIR Data Point specification 1.2',
      remedy: 'Ask the makers of this program.',
      supports: ['R1.3'],
      run: async (instance, notes) => {
        const { graphs } = await walk(instance, () => undefined);
        for (const [iri, graph] of graphs)
          for (const container of graph.instances(ldp('DirectContainer'))) {
            if (graph.value(container, ldp('membershipResource')) !== iri) continue;
            const relation = graph.value(container, ldp('hasMemberRelation')) ?? '';
            const listed = new Set(graph.values(iri, relation));
            const contained = graph.values(container, ldp('contains'));
            const fit =
              graph.objects(container, dcterms('title')).length > 0 &&
              listed.size === contained.length &&
              contained.every((each) => listed.has(each));
            notes.expect(
              fit,
              container,
              `${contained.length} contained, ${listed.size} by ${relation || 'no property'}`,
            );
          }
      },
    },
    {
      id: 'fdp.profiles',
      asks: 'The profiles that records name are SHACL shapes that answer',
      standard: 'FAIR Data Point specification 1.2, profiles',
      remedy: 'Let /fdp/ through.',
      supports: ['R1.3', 'I2'],
      run: async (instance, notes) => {
        const { graphs } = await walk(instance, () => undefined);
        const profiles = new Set(
          [...graphs].flatMap(([iri, graph]) =>
            graph.values(iri, dcterms('conformsTo')).filter((each) => each.startsWith(`${instance.publicUrl}/`)),
          ),
        );
        if (!profiles.size) notes.fail('dcterms:conformsTo of the records', 'no profile of this instance');
        await lookAtEach(notes, [...profiles], self, async (profile) => {
          const { graph, reply } = await instance.document(profile, turtle);
          const shapes = graph.instances(sh('NodeShape')).length;
          notes.expect(shapes > 0, askedOf(reply), `${shapes} shapes`);
        });
      },
    },
  ],
};
