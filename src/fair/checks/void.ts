import { dcterms, foaf, voidTerm } from '../../rdf/terms.ts';
import type { Group, Notes } from '../check.ts';
import { askedOf, type Instance } from '../instance.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';

const self = (iri: string): string => iri;
const path = '/.well-known/void';

/** Holds the numbers that VoID states of some things against those that a query counts. */
function compare(
  notes: Notes,
  what: string,
  stated: ReadonlyMap<string, number>,
  counted: ReadonlyMap<string, number>,
): void {
  if (!stated.size) {
    notes.fail(what, 'VoID states none');
    return;
  }
  const wrong = [...stated].filter(([key, number]) => (counted.get(key) ?? 0) !== number);
  const unsaid = [...counted.keys()].filter((key) => !stated.has(key));
  const tell = wrong.map(([key, number]) => `${key}: ${number} stated, ${counted.get(key) ?? 0} counted`);
  notes.expect(!wrong.length, what, wrong.length ? some(tell) : `${stated.size} numbers, as SPARQL counts them`);
  if (unsaid.length) notes.fail(what, `VoID does not state ${some(unsaid)}`);
}

/** The parts of the dataset that divide it by a property, such as its classes, with their numbers. */
async function partitions(
  instance: Instance,
  kind: 'class' | 'property',
  number: string,
): Promise<Map<string, number>> {
  const { graph } = await instance.document(path);
  const dataset = (await instance.dataset()) ?? '';
  return new Map(
    graph
      .values(dataset, voidTerm(`${kind}Partition`))
      .map((part) => [graph.value(part, voidTerm(kind)) ?? part, Number(graph.value(part, voidTerm(number)))]),
  );
}

async function counts(
  instance: Instance,
  name: 'classes' | 'properties' | 'linksets',
  key: string,
  number: string,
): Promise<Map<string, number>> {
  return new Map((await instance.rows(name)).map((row) => [row[key] ?? '', Number(row[number])]));
}

/** Whether the dataset says truly what it holds. */
export const voidChecks: Group = {
  name: 'void',
  title: 'VoID',
  checks: [
    {
      id: 'void.document',
      asks: 'The well-known address of VoID describes a dataset that has an IRI',
      standard: 'VoID: discovery via well-known URI, void:DatasetDescription',
      remedy: 'Let /.well-known/ through; set `catalogueGraph` in the description of the publication.',
      supports: ['F2', 'F4'],
      run: async (instance, notes) => {
        const { reply, graph } = await instance.document(path);
        expectReply(notes, reply, 200, 'text/turtle', `${askedOf(reply)} without Accept`);
        const [document] = graph.instances(voidTerm('DatasetDescription'));
        const topics = document === undefined ? [] : graph.values(document, foaf('primaryTopic'));
        const [dataset = ''] = topics;
        const fit = topics.length === 1 && graph.is(dataset, voidTerm('Dataset')) && /^https?:/.test(dataset);
        notes.expect(fit, askedOf(reply), fit ? dataset : `foaf:primaryTopic: ${some(topics) || 'none'}`);
      },
    },
    {
      id: 'void.facts',
      asks: 'It states title, licence, namespace, endpoint, dumps, vocabularies and example things',
      standard: 'VoID: general, access and structural metadata',
      remedy: 'Complete the description of the publication.',
      supports: ['F2', 'R1', 'R1.1'],
      run: async (instance, notes) => {
        const [dataset = '', { graph }] = [await instance.dataset(), await instance.document(path)];
        for (const property of [
          ...['title', 'license'].map(dcterms),
          ...['uriSpace', 'sparqlEndpoint', 'dataDump', 'vocabulary', 'exampleResource', 'triples'].map(voidTerm),
        ]) {
          const values = graph.values(dataset, property);
          notes.expect(values.length > 0, `${property} of ${dataset}`, some(values) || 'none');
        }
      },
    },
    {
      id: 'void.totals',
      asks: 'Triples, subjects, objects, classes and properties are as many as SPARQL counts',
      standard: 'VoID: statistics about the dataset',
      remedy: 'Prepare the dataset anew with `umcnl prepare`, and start the server again.',
      supports: ['R1', 'F2'],
      run: async (instance, notes) => {
        const [dataset = '', { graph }] = [await instance.dataset(), await instance.document(path)];
        const [totals] = await instance.rows('totals');
        const classes = (await instance.rows('classes')).length;
        const counted = new Map([
          ...Object.entries(totals ?? {}).map(([key, value]) => [key, Number(value)] as const),
          ['classes', classes],
        ]);
        const stated = [...counted.keys()].flatMap((name) => {
          const value = graph.value(dataset, voidTerm(name));
          // The number of objects can be left out: each number is an object itself.
          return value === undefined && name === 'distinctObjects' ? [] : [[name, Number(value)] as const];
        });
        counted.delete(stated.some(([name]) => name === 'distinctObjects') ? '' : 'distinctObjects');
        compare(notes, 'the totals', new Map(stated), counted);
      },
    },
    {
      id: 'void.classes',
      asks: 'Each class has as many instances as SPARQL counts, and none is left out',
      standard: 'VoID: partitioning a dataset by class',
      remedy: 'Prepare the dataset anew with `umcnl prepare`, and start the server again.',
      supports: ['R1', 'F2'],
      run: async (instance, notes) =>
        compare(
          notes,
          'void:entities of each class',
          await partitions(instance, 'class', 'entities'),
          await counts(instance, 'classes', 'class', 'things'),
        ),
    },
    {
      id: 'void.properties',
      asks: 'Each property has as many triples as SPARQL counts, and none is left out',
      standard: 'VoID: partitioning a dataset by property',
      remedy: 'Prepare the dataset anew with `umcnl prepare`, and start the server again.',
      supports: ['R1', 'F2'],
      run: async (instance, notes) =>
        compare(
          notes,
          'void:triples of each property',
          await partitions(instance, 'property', 'triples'),
          await counts(instance, 'properties', 'property', 'triples'),
        ),
    },
    {
      id: 'void.linksets',
      asks: 'Links to the data of others are described by kind, with as many as SPARQL counts',
      standard: 'VoID: describing linksets',
      remedy: 'Link things to what others publish of them, under data/links; then prepare the dataset anew.',
      supports: ['I3'],
      run: async (instance, notes) => {
        const { graph } = await instance.document(path);
        const sets = graph
          .instances(voidTerm('Linkset'))
          .filter((set) => graph.objects(set, voidTerm('linkPredicate')).length);
        if (!sets.length) return notes.warn('void:Linkset in VoID', 'none with a void:linkPredicate');
        const stated = new Map(sets.map((set) => [set, Number(graph.value(set, voidTerm('triples')))]));
        compare(notes, 'void:triples of each linkset', stated, await counts(instance, 'linksets', 'linkset', 'links'));
      },
    },
    {
      id: 'void.access',
      asks: 'Endpoint, dumps and example things that it names answer',
      standard: 'VoID: access metadata',
      remedy: 'Give --public-url just as others reach the server.',
      supports: ['A1'],
      run: async (instance, notes) => {
        const [dataset = '', { graph }] = [await instance.dataset(), await instance.document(path)];
        const addresses = [
          ...graph.values(dataset, voidTerm('sparqlEndpoint')),
          ...graph.values(dataset, voidTerm('dataDump')),
          ...instance.sample(graph.values(dataset, voidTerm('exampleResource'))),
        ];
        await lookAtEach(notes, addresses, self, async (address) => {
          const reply = await instance.follow(address, {
            method: 'HEAD',
            headers: { Accept: 'text/turtle, */*;q=0.5' },
          });
          expectReply(notes, reply, 200, undefined, `HEAD ${address}`);
        });
      },
    },
    {
      id: 'void.editors',
      asks: 'Editors find prefixes and example queries by SPARQL, and the examples run',
      standard: 'SHACL: sh:declare, sh:SPARQLExecutable; SIB’s sparql-editor',
      remedy: 'Set `catalogueGraph` in the description of the publication; look at the example that fails.',
      supports: ['R1'],
      run: async (instance, notes) => {
        const prefixes = await instance.rows('prefixes');
        notes.expect(prefixes.length > 0, 'sh:declare', `${prefixes.length} prefixes`);
        const examples = await instance.rows('examples');
        notes.expect(examples.length > 0, 'sh:SPARQLExecutable', `${examples.length} queries`);
        const declared = prefixes.map(({ prefix, namespace }) => `PREFIX ${prefix}: <${namespace}>\n`).join('');
        await lookAtEach(
          notes,
          instance.sample(examples, 5),
          (row) => row['query'] ?? '',
          async ({ query = '', text = '' }) => {
            const reply = await instance.query(
              /^\s*PREFIX/im.test(text) ? text : declared + text,
              'application/sparql-results+json, text/turtle;q=0.9',
            );
            expectReply(notes, reply, 200, undefined, `the query ${query}`);
          },
        );
      },
    },
  ],
};
