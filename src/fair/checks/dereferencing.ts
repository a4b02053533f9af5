import { canonicalNQuads } from '../../rdf/canonical.ts';
import { formats } from '../../rdf/formats.ts';
import { dcterms, foaf, mergeGraphs, owl, prov, rdfs, schema, skos, voidTerm } from '../../rdf/terms.ts';
import type { Group } from '../check.ts';
import type { Graph } from '../graph.ts';
import { askedOf, type Instance, told } from '../instance.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';

const turtle = 'text/turtle';
const self = (iri: string): string => iri;

/** Properties that give a thing its name. */
const names = [
  rdfs('label'),
  skos('prefLabel'),
  dcterms('title'),
  foaf('name'),
  schema('name'),
  'http://schema.org/name',
];
const sources = [dcterms('source'), prov('wasDerivedFrom'), prov('hadPrimarySource')];

const hasName = (graph: Graph, iri: string): boolean => names.some((name) => graph.objects(iri, name).length > 0);

/** The address of the document about a thing, found as a client without redirects of its own would. */
async function documentOf(instance: Instance, thing: string): Promise<string> {
  return (await instance.follow(thing, { method: 'HEAD', headers: { Accept: turtle } })).address;
}

const canonical = (graph: Graph): Promise<string> => canonicalNQuads([...mergeGraphs(graph.quads)]);

/** Whether IRIs lead to what they name. */
export const dereferencing: Group = {
  name: 'dereferencing',
  title: 'Dereferencing',
  checks: [
    {
      id: 'dereferencing.things',
      asks: 'Each thing answers 303 to a document, or a document, in Turtle that speaks of it',
      standard: 'Cool URIs for the Semantic Web; RFC 9110, section 15.4.4',
      remedy: 'See that every path is passed on to the server, with its redirects as they are.',
      supports: ['F1', 'F3', 'A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const { reply, graph } = await instance.document(thing, turtle);
          if (!expectReply(notes, reply, 200, turtle, `GET ${thing}`)) return;
          const way = reply.hops.map(({ status }) => status);
          if (way.some((status) => status !== 303))
            notes.fail(`GET ${thing}`, `${way.join(', ')} instead of 303 on the way to ${reply.address}`);
          else
            notes.expect(
              graph.mentions(thing),
              `GET ${thing}`,
              `${told(reply)}, ${graph.quads.length} triples, ${graph.mentions(thing) ? 'about it' : 'none of them with it'}`,
            );
        }),
    },
    {
      id: 'dereferencing.pages',
      asks: 'Each thing leads people to a page that has a title and says its language',
      standard: 'Best Practice Recipes for Publishing RDF Vocabularies; HTML: title, lang',
      remedy: 'See that the Accept header reaches the server.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const reply = await instance.page(thing);
          if (!expectReply(notes, reply, 200, 'text/html', `GET ${thing} as a browser`)) return;
          const page = String(reply.body);
          const fit = /<html[^>]*\slang="?[a-z]{2}/i.test(page) && /<title>[^<]*\S/i.test(page);
          notes.expect(fit, askedOf(reply), fit ? 'title and language' : 'the page has no title, or no lang');
        }),
    },
    {
      id: 'dereferencing.formats',
      asks: 'Turtle, JSON-LD, N-Triples, RDF/XML, N-Quads and TriG of a thing carry the same graph',
      standard: 'RDF 1.1 Concepts: isomorphism of graphs',
      remedy: 'Nothing between client and server may change bodies: see what a cache in front keys its answers by.',
      supports: ['I1'],
      run: async (instance, notes) =>
        lookAtEach(notes, instance.sample(await instance.things(), 4), self, async (thing) => {
          const address = await documentOf(instance, thing);
          const first = await instance.document(address, turtle);
          const expected = await canonical(first.graph);
          for (const { mediaType } of formats.filter((each) => each.mediaType !== turtle)) {
            const { graph, reply } = await instance.document(address, mediaType);
            const asked = `GET ${address} as ${mediaType}`;
            if (!expectReply(notes, reply, 200, mediaType, asked)) continue;
            const same = (await canonical(graph)) === expected;
            notes.expect(same, asked, same ? 'the same graph as in Turtle' : 'not the same graph as in Turtle');
          }
        }),
    },
    {
      id: 'dereferencing.suffixes',
      asks: 'An ending asks for a format, whatever Accept says',
      standard: 'Cool URIs for the Semantic Web',
      remedy: 'See that no rule of a proxy takes paths with an ending for files.',
      supports: ['A1'],
      run: async (instance, notes) => {
        const [thing] = await instance.things();
        if (thing === undefined) return;
        const address = await documentOf(instance, thing);
        const endings = [...formats, { extension: 'html', mediaType: 'text/html' }];
        await lookAtEach(
          notes,
          endings,
          ({ extension }) => `${address}.${extension}`,
          async ({ extension, mediaType }) => {
            const reply = await instance.get(`${address}.${extension}`, {
              headers: { Accept: 'image/png, */*;q=0.1' },
            });
            expectReply(notes, reply, 200, mediaType);
          },
        );
      },
    },
    {
      id: 'dereferencing.names',
      asks: 'The document about a thing gives its name',
      standard: 'Data on the Web Best Practices, 2; Health-RI’s harvester reads labels by dereferencing',
      remedy: 'Give each thing an rdfs:label or skos:prefLabel.',
      supports: ['F2'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const { graph } = await instance.document(thing, turtle);
          const named = hasName(graph, thing);
          notes.expect(named, `GET ${thing}`, named ? 'has a name' : 'has no name', 'warning');
        }),
    },
    {
      id: 'dereferencing.sources',
      asks: 'Documents tell where their statements come from',
      standard: 'PROV-O; DCMI Metadata Terms, source; Data on the Web Best Practices, 5',
      remedy: 'State dcterms:source or prov:wasDerivedFrom; here each passage is a graph of its own.',
      supports: ['R1.2'],
      run: async (instance, notes) => {
        const without: string[] = [];
        const things = await instance.things();
        await lookAtEach(notes, things, self, async (thing) => {
          const { graph } = await instance.document(thing, turtle);
          if (!graph.quads.some(({ predicate }) => sources.includes(predicate.value))) without.push(thing);
        });
        if (!things.length) return;
        notes.expect(
          without.length < things.length,
          `the documents of ${things.length} things`,
          `${things.length - without.length} name a source${without.length ? `; not so ${some(without)}` : ''}`,
          'warning',
        );
      },
    },
    {
      id: 'dereferencing.dataset-backlink',
      asks: 'Each document leads back to the dataset by exactly one void:inDataset',
      standard: 'VoID: backlinks from documents',
      remedy: 'Ask the makers of this program: it writes this link by itself.',
      supports: ['F3'],
      run: async (instance, notes) => {
        const dataset = await instance.dataset();
        await lookAtEach(notes, await instance.things(), self, async (thing) => {
          const { graph, reply } = await instance.document(thing, turtle);
          const found = graph.quads.filter(({ predicate }) => predicate.value === voidTerm('inDataset'));
          const fit = found.length === 1 && found[0]?.object.value === dataset;
          notes.expect(
            fit,
            askedOf(reply),
            found.length ? some(found.map(({ object }) => object.value)) : 'no void:inDataset',
          );
        });
      },
    },
    {
      id: 'dereferencing.ontology',
      asks: 'Vocabularies of the instance answer with an owl:Ontology: title, description, licence, version, maker, namespace',
      standard: 'FOOPS! OM1; Best Practice Recipes for Publishing RDF Vocabularies',
      remedy: 'Complete the head of the ontology.',
      supports: ['I2'],
      run: async (instance, notes) => {
        const [dataset, base = ''] = [await instance.dataset(), await instance.base()];
        const { graph: facts } = await instance.document('/.well-known/void');
        const own = facts.values(dataset ?? '', voidTerm('vocabulary')).filter((each) => base && each.startsWith(base));
        if (!own.length) notes.skip('void:vocabulary of the dataset', 'none under its own base');
        await lookAtEach(
          notes,
          own.map((each) => each.replace(/#$/, '')),
          self,
          async (iri) => {
            const { graph, reply } = await instance.document(iri, turtle);
            const [ontology] = graph.instances(owl('Ontology'));
            if (!notes.expect(ontology !== undefined, askedOf(reply), ontology ?? 'no owl:Ontology in it')) return;
            const missing = ontologyFacts.filter(([, properties]) =>
              properties.every((each) => !graph.objects(ontology ?? '', each).length),
            );
            notes.expect(
              !missing.length,
              `the head of ${ontology}`,
              missing.length ? `without ${missing.map(([name]) => name).join(', ')}` : 'complete',
              'warning',
            );
          },
        );
      },
    },
    {
      id: 'dereferencing.terms',
      asks: 'Classes and properties of the instance answer with their name and definition',
      standard: 'FOOPS! VOC4; Data on the Web Best Practices, 15',
      remedy: 'Give each term an rdfs:label and an rdfs:comment or skos:definition.',
      supports: ['I2'],
      run: async (instance, notes) => {
        const base = await instance.base();
        const { graph: facts } = await instance.document('/.well-known/void');
        const used = facts.quads
          .filter(({ predicate }) => [voidTerm('class'), voidTerm('property')].includes(predicate.value))
          .map(({ object }) => object.value);
        const own = [...new Set(used)].filter((iri) => base !== undefined && iri.startsWith(base)).sort();
        if (!own.length) notes.skip('void:class and void:property', 'none under the base of the dataset');
        await lookAtEach(notes, instance.sample(own), self, async (term) => {
          const { graph } = await instance.document(term.replace(/#.*/, ''), turtle);
          const defined = [rdfs('comment'), skos('definition'), dcterms('description')].some(
            (each) => graph.objects(term, each).length,
          );
          if (!graph.describes(term)) notes.fail(`GET ${term}`, 'the document says nothing of it');
          else
            notes.expect(
              hasName(graph, term) && defined,
              `GET ${term}`,
              hasName(graph, term) ? (defined ? 'name and definition' : 'no definition') : 'no name',
              'warning',
            );
        });
      },
    },
    {
      id: 'dereferencing.dataset',
      asks: 'The dataset, its parts, its named graphs and its example queries answer',
      standard: 'VoID: describing datasets; W3C DCAT 3: IRIs of resources',
      remedy: 'See that every path is passed on to the server.',
      supports: ['F1', 'A1'],
      run: async (instance, notes) => {
        const [dataset, base = ''] = [await instance.dataset(), await instance.base()];
        const { graph } = await instance.document('/.well-known/void');
        const own = (iris: readonly string[]): string[] =>
          [...new Set(iris.map((iri) => iri.replace(/#.*/, '')))].filter((iri) => base && iri.startsWith(base));
        const parts = dataset === undefined ? [] : graph.values(dataset, voidTerm('subset'));
        const graphs = (await instance.rows('graphs')).map((row) => row['graph'] ?? '');
        const queries = (await instance.rows('examples')).map((row) => row['query'] ?? '');
        const asked = [
          ...(dataset === undefined ? [] : [dataset]),
          ...[own(parts), own(graphs), own(queries)].flatMap((each) => instance.sample(each, 5)),
        ];
        await lookAtEach(notes, asked, self, async (iri) => {
          const reply = await instance.follow(iri, { headers: { Accept: turtle } });
          expectReply(notes, reply, 200, turtle, `GET ${iri}`);
        });
      },
    },
    {
      id: 'dereferencing.unknown',
      asks: 'What there is not gets 404, for programs as a problem document, for people as a page',
      standard: 'RFC 9110, section 15.5.5; RFC 9457, section 3',
      remedy: 'Let the server’s own error pages through the proxy.',
      supports: ['A1'],
      run: async (instance, notes) => {
        const [thing = instance.publicUrl] = await instance.things().catch(() => []);
        const address = `${thing.slice(0, thing.lastIndexOf('/'))}/there-is-no-such-thing`;
        for (const [accept, type] of [
          ['application/json', 'application/problem+json'],
          ['text/html', 'text/html'],
        ] as const) {
          const reply = await instance.follow(address, { headers: { Accept: accept } });
          if (!expectReply(notes, reply, 404, type)) continue;
          if (type === 'text/html') continue;
          const problem = JSON.parse(String(reply.body)) as Record<string, unknown>;
          const missing = ['type', 'title', 'status', 'detail'].filter((key) => problem[key] === undefined);
          notes.expect(
            !missing.length,
            askedOf(reply),
            missing.length ? `without ${missing.join(', ')}` : String(problem['detail']),
          );
        }
      },
    },
    {
      id: 'dereferencing.withdrawn',
      asks: 'Things that were withdrawn answer 410 and tell what they were',
      standard: 'RFC 9110, section 15.5.11; Data on the Web Best Practices, 27',
      remedy: 'Keep the description of what is withdrawn, with prov:invalidatedAtTime.',
      supports: ['A2'],
      run: async (instance, notes) => {
        const things = (await instance.rows('withdrawn')).map(({ thing = '' }) => thing);
        if (!things.length) notes.skip('things with prov:invalidatedAtTime', 'nothing was withdrawn yet');
        await lookAtEach(notes, instance.sample(things), self, async (thing) => {
          const reply = await instance.follow(thing, { headers: { Accept: 'application/json' } });
          expectReply(notes, reply, 410, 'application/problem+json', `GET ${thing}`);
        });
      },
    },
  ],
};

/** What the head of an ontology tells, and the properties that may say it. */
const ontologyFacts: readonly (readonly [name: string, properties: readonly string[]])[] = [
  ['title', [dcterms('title'), rdfs('label')]],
  ['description', [dcterms('description'), rdfs('comment'), dcterms('abstract')]],
  ['licence', [dcterms('license')]],
  ['version', [owl('versionIRI'), owl('versionInfo')]],
  ['maker', [dcterms('creator'), dcterms('publisher')]],
  ['namespace', ['http://purl.org/vocab/vann/preferredNamespaceUri']],
];
