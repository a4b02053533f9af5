import type { Term } from '@rdfjs/types';
import { dcat, dcatAp, dcterms, foaf, spdx, vcard, xsd } from '../../rdf/terms.ts';
import type { Group, Notes } from '../check.ts';
import type { Graph } from '../graph.ts';
import { askedOf, type Instance } from '../instance.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';

const self = (iri: string): string => iri;

/** A property that something must have: how often, and what its values are. */
interface Demand {
  readonly property: string;
  /** At most one. */
  readonly one?: boolean;
  readonly fits?: (value: Term) => boolean;
  /** Whether only a warning follows. */
  readonly advised?: boolean;
}

const isIri = ({ termType }: Term): boolean => termType === 'NamedNode';
const isMoment = (term: Term): boolean =>
  term.termType === 'Literal' &&
  term.datatype.value === xsd('dateTime') &&
  /T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(term.value);
const isSize = (term: Term): boolean =>
  term.termType === 'Literal' && term.datatype.value === xsd('nonNegativeInteger') && Number(term.value) > 0;

const inBothLanguages = (name: string): Demand => ({ property: name });
const described: readonly Demand[] = [inBothLanguages(dcterms('title')), inBothLanguages(dcterms('description'))];
const responsible: readonly Demand[] = [
  { property: dcterms('publisher'), one: true, fits: isIri },
  { property: dcat('contactPoint'), one: true, fits: isIri },
];
const licensed: Demand = { property: dcterms('license'), one: true, fits: isIri };
const identified: Demand = {
  property: dcterms('identifier'),
  one: true,
  fits: ({ termType }) => termType === 'Literal',
};
const open: Demand = { property: dcterms('accessRights'), one: true, fits: isIri };

/** What the strictest of DCAT-AP 3, DCAT-AP-NL 3 and Health-RI 2 wants of each. */
const demands = {
  catalogue: [...described, ...responsible, licensed, { property: dcat('dataset'), fits: isIri }],
  dataset: [
    ...described,
    ...responsible,
    licensed,
    identified,
    open,
    { property: dcterms('creator'), fits: isIri },
    { property: dcat('theme'), fits: isIri },
    { property: dcat('keyword') },
    { property: dcat('distribution'), fits: isIri },
    { property: dcat('version'), one: true },
    { property: dcat('landingPage'), fits: isIri, advised: true },
    { property: dcatAp('applicableLegislation'), fits: isIri, advised: true },
    { property: dcterms('language'), fits: isIri, advised: true },
  ],
  distribution: [
    inBothLanguages(dcterms('title')),
    licensed,
    { property: dcat('accessURL'), one: true, fits: isIri },
    { property: dcat('downloadURL'), one: true, fits: isIri },
    { property: dcat('mediaType'), one: true, fits: isIri },
    { property: dcterms('format'), one: true, fits: isIri },
    { property: dcat('byteSize'), one: true, fits: isSize },
    { property: dcterms('rights'), one: true, fits: isIri },
    { property: spdx('checksum'), one: true },
  ],
  service: [
    ...described,
    ...responsible,
    licensed,
    identified,
    open,
    { property: dcat('theme'), fits: isIri },
    { property: dcat('endpointURL'), one: true, fits: isIri },
    { property: dcat('endpointDescription'), one: true, fits: isIri },
  ],
} as const satisfies Record<string, readonly Demand[]>;

/** Notes what something lacks of what it must have. */
function expectAll(notes: Notes, graph: Graph, iri: string, wanted: readonly Demand[]): void {
  const faults = (advised: boolean): string[] =>
    wanted
      .filter((each) => (each.advised ?? false) === advised)
      .flatMap(({ property, one, fits }) => {
        const values = graph.objects(iri, property);
        const name = property.replace(/.*[/#]/, '');
        if (!values.length) return [`no ${name}`];
        if (one && values.length > 1) return [`${values.length} values of ${name}`];
        const wrong = fits && values.find((value) => !fits(value));
        return wrong ? [`${name} is ${wrong.value}, of the wrong kind`] : [];
      });
  const [must, may] = [faults(false), faults(true)];
  notes.expect(!must.length, iri, must.length ? some(must) : 'all that is asked for');
  if (may.length) notes.warn(iri, some(may));
}

/** Records of a class in the document of the catalogue, each of which has to be there. */
async function recordsOf(instance: Instance, notes: Notes, type: string): Promise<{ graph: Graph; iris: string[] }> {
  const { graph } = await instance.document('/catalog');
  const iris = graph.instances(dcat(type)).sort();
  if (!iris.length) notes.fail('GET /catalog', `no dcat:${type} in it`);
  return { graph, iris };
}

/** Licences as registers take them: Creative Commons, https, with a slash at the end. */
const isOpenLicence = (iri: string): boolean =>
  /^https:\/\/creativecommons\.org\/(licenses|publicdomain)\/[a-z-]+\/\d\.\d\/$/.test(iri);

/** Vocabularies that registers of vocabularies know, by what their IRIs begin with. */
const registered = [
  dcat(''),
  dcterms(''),
  foaf(''),
  vcard(''),
  spdx(''),
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  'http://www.w3.org/2000/01/rdf-schema#',
  'http://www.w3.org/2002/07/owl#',
  'http://www.w3.org/ns/prov#',
  'http://rdfs.org/ns/void#',
];

/** Whether catalogues of others can take the description over. */
export const catalogue: Group = {
  name: 'catalogue',
  title: 'Catalogue',
  checks: [
    {
      id: 'catalogue.document',
      asks: 'The catalogue is Turtle for who sends no Accept, and describes the very address that was asked',
      standard: 'W3C DCAT 3: Catalog; CKAN ckanext-fairdatapoint',
      remedy: 'Give --public-url just as others reach the server.',
      supports: ['F2', 'F4', 'A1'],
      run: async (instance, notes) => {
        const { reply, graph } = await instance.document('/catalog');
        if (!expectReply(notes, reply, 200, 'text/turtle', `${askedOf(reply)} without Accept`)) return;
        const iri = `${instance.publicUrl}/catalog`;
        const typed = graph.is(iri, dcat('Catalog'));
        notes.expect(
          typed,
          askedOf(reply),
          typed ? `${iri} is a dcat:Catalog` : `it does not say that ${iri} is a dcat:Catalog`,
        );
        expectAll(notes, graph, iri, demands.catalogue);
      },
    },
    {
      id: 'catalogue.public-url',
      asks: 'The instance is asked at the address that it gives others',
      standard:
        'W3C DCAT 3: IRIs of resources; CKAN ckanext-fairdatapoint keeps only what the fetched address describes',
      remedy: 'Start the server with --public-url as others reach it.',
      supports: ['F1'],
      run: async (instance, notes) => {
        const same = instance.publicUrl === instance.url;
        notes.expect(same, instance.url, same ? 'its own address' : `it calls itself ${instance.publicUrl}`, 'warning');
      },
    },
    {
      id: 'catalogue.datasets',
      asks: 'Each dataset has all that DCAT-AP-NL and Health-RI ask of it',
      standard: 'DCAT-AP-NL 3.0, Dataset; Health-RI core metadata 2.0.2, Dataset',
      remedy: 'Complete `catalogue` in the description of the publication.',
      supports: ['F2', 'F3', 'R1', 'R1.3'],
      run: async (instance, notes) => {
        const { graph, iris } = await recordsOf(instance, notes, 'Dataset');
        for (const iri of iris) expectAll(notes, graph, iri, demands.dataset);
      },
    },
    {
      id: 'catalogue.distributions',
      asks: 'Each distribution has an IRI, and all that DCAT-AP-NL and Health-RI ask of it',
      standard: 'DCAT-AP-NL 3.0, Distribution; Health-RI core metadata 2.0.2, Distribution',
      remedy: 'Prepare the dataset anew with `umcnl prepare`.',
      supports: ['F2', 'R1', 'R1.3'],
      run: async (instance, notes) => {
        const { graph, iris } = await recordsOf(instance, notes, 'Distribution');
        for (const iri of iris) expectAll(notes, graph, iri, demands.distribution);
        const blank = graph.quads.filter(
          ({ predicate, object }) => predicate.value === dcat('distribution') && object.termType !== 'NamedNode',
        );
        notes.expect(
          !blank.length,
          'dcat:distribution',
          blank.length ? `${blank.length} without an IRI` : 'each has an IRI',
        );
      },
    },
    {
      id: 'catalogue.services',
      asks: 'Each data service has all that is asked of it, and answers where it says',
      standard: 'DCAT-AP-NL 3.0, DataService; Health-RI core metadata 2.0.2, DataService',
      remedy: 'Complete `catalogue` in the description of the publication.',
      supports: ['A1', 'R1', 'R1.3'],
      run: async (instance, notes) => {
        const { graph, iris } = await recordsOf(instance, notes, 'DataService');
        const own = iris.filter((iri) => graph.objects(iri, dcat('endpointURL')).length);
        await lookAtEach(notes, own, self, async (iri) => {
          expectAll(notes, graph, iri, demands.service);
          const reply = await instance.follow(graph.value(iri, dcat('endpointURL')) ?? '', {
            headers: { Accept: 'text/turtle, application/json;q=0.9' },
          });
          // A service describes itself in RDF, or as its own standard says.
          const isJson = /^application\/json\b/.test(reply.headers['content-type'] ?? '');
          expectReply(notes, reply, 200, isJson ? 'application/json' : 'text/turtle');
        });
      },
    },
    {
      id: 'catalogue.publisher',
      asks: 'The publisher has an IRI, names, an identifier, one mailbox and one home page',
      standard: 'Health-RI core metadata 2.0.2, Agent; NDE requirements for datasets',
      remedy: 'Complete `catalogue` in the description of the publication.',
      supports: ['R1.2', 'F2'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        const [agent] = graph.objects(`${instance.publicUrl}/catalog`, dcterms('publisher'));
        if (
          !notes.expect(agent?.termType === 'NamedNode', 'dcterms:publisher of the catalogue', agent?.value ?? 'none')
        )
          return;
        expectAll(notes, graph, agent?.value ?? '', [
          { property: foaf('name') },
          { property: dcterms('identifier') },
          { property: foaf('mbox'), one: true, fits: ({ value }) => value.startsWith('mailto:') },
          { property: foaf('homepage'), one: true, fits: isIri },
        ]);
      },
    },
    {
      id: 'catalogue.contact',
      asks: 'Who has a question finds a mailbox that takes mail',
      standard: 'Health-RI core metadata 2.0.2, Kind; Data on the Web Best Practices, 29',
      remedy: 'Set --contact-email (or UMCNL_CONTACT_EMAIL).',
      supports: ['R1.2'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        const [contact] = graph.objects(`${instance.publicUrl}/catalog`, dcat('contactPoint'));
        if (!contact) return notes.fail('dcat:contactPoint of the catalogue', 'none');
        const isMailbox = ({ value }: Term): boolean => /^mailto:[^@\s]+@[^@\s]+$/.test(value);
        expectAll(notes, graph, contact.value, [
          { property: vcard('fn'), one: true },
          { property: vcard('hasEmail'), one: true, fits: isMailbox },
        ]);
        const mailbox = graph.value(contact, vcard('hasEmail')) ?? '';
        // RFC 2606 and RFC 6761: names that nobody can have.
        const nobody = /@(.+\.)?(example(\.(org|com|net))?|test|invalid|localhost)$/i.test(mailbox);
        notes.expect(
          !nobody,
          'vcard:hasEmail of the contact',
          nobody ? `${mailbox}: a domain that takes no mail; set --contact-email` : mailbox,
          'warning',
        );
      },
    },
    {
      id: 'catalogue.licence',
      asks: 'Catalogue, datasets, files and services have one licence, open, as registers write it',
      standard: 'NDE requirements for datasets; DCAT-AP-NL 3.0, list of licences; RFC 8288 (license)',
      remedy:
        'Set `license` in the description of the publication to an IRI such as https://creativecommons.org/licenses/by/4.0/.',
      supports: ['R1.1'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        const stated = new Set(
          graph.quads
            .filter(({ predicate }) => predicate.value === dcterms('license'))
            .map(({ object }) => object.value),
        );
        if (!stated.size) notes.fail('dcterms:license in /catalog', 'none');
        for (const iri of stated)
          notes.expect(
            isOpenLicence(iri),
            'dcterms:license in /catalog',
            iri,
            iri.startsWith('http') ? 'warning' : 'fail',
          );
      },
    },
    {
      id: 'catalogue.times',
      asks: 'Times have seconds and a zone',
      standard: 'Health-RI core metadata 2.0.2, pattern of dates; XML Schema 1.1, dateTime',
      remedy: 'Write times in the description of the publication as 2026-11-20T12:00:00Z.',
      supports: ['R1.3'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        const times = graph.quads.filter(({ predicate }) =>
          ['issued', 'modified', 'created'].some((each) => predicate.value === dcterms(each)),
        );
        const wrong = times.filter(({ object }) => !isMoment(object));
        notes.expect(
          times.length > 0 && !wrong.length,
          `${times.length} times in /catalog`,
          wrong.length ? `wrong: ${some(wrong.map(({ object }) => object.value))}` : 'all whole',
        );
      },
    },
    {
      id: 'catalogue.records',
      asks: 'Each record is a document of its own, that describes the address asked, its publisher and its contact',
      standard: 'CKAN ckanext-fairdatapoint; W3C DCAT 3: IRIs of resources',
      remedy: 'Give --public-url just as others reach the server.',
      supports: ['F1', 'A1'],
      run: async (instance, notes) => {
        const { graph: all } = await instance.document('/catalog');
        for (const [type, most] of [
          ['Dataset', 1000],
          ['DataService', 1000],
          ['Distribution', 10],
        ] as const) {
          const iris = instance.sample(all.instances(dcat(type)).sort(), most);
          await lookAtEach(notes, iris, self, async (iri) => {
            const { graph, reply } = await instance.document(iri);
            const typed = graph.is(iri, dcat(type));
            notes.expect(
              typed,
              askedOf(reply),
              typed ? `a dcat:${type}` : `it does not say that ${iri} is a dcat:${type}`,
            );
            if (type === 'Distribution') return;
            const publisher = graph.value(iri, dcterms('publisher')) ?? '';
            const contact = graph.value(iri, dcat('contactPoint')) ?? '';
            const fit = graph.describes(publisher) && graph.describes(contact);
            notes.expect(
              fit,
              askedOf(reply),
              fit ? 'describes publisher and contact' : 'publisher or contact are not described in it',
            );
          });
        }
      },
    },
    {
      id: 'catalogue.values',
      asks: 'The lists that values come from have names in the documents that use them',
      standard: 'DCAT-AP 3.0.1 (skos:prefLabel of each concept); Health-RI’s harvester',
      remedy: 'Complete `values` in the description of the publication.',
      supports: ['F2', 'I2'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        for (const property of ['theme', 'themeTaxonomy']
          .map(dcat)
          .concat(['language', 'accessRights', 'spatial'].map(dcterms))) {
          const values = [
            ...new Set(
              graph.quads.filter(({ predicate }) => predicate.value === property).map(({ object }) => object.value),
            ),
          ];
          const nameless = values.filter((each) => !named.some((name) => graph.objects(each, name).length));
          if (values.length)
            notes.expect(
              !nameless.length,
              `values of ${property}`,
              nameless.length ? `without a name: ${some(nameless)}` : `${values.length} with names`,
              'warning',
            );
        }
      },
    },
    {
      id: 'catalogue.vocabularies',
      asks: 'The catalogue is written with vocabularies that registers know, and leads to at least four other hosts',
      standard: 'F-UJI, FsF-I2-01M; FAIR-Checker, I2 and I3',
      remedy: 'Complete `catalogue` in the description of the publication: themes, languages, countries.',
      supports: ['I2', 'I3'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        const used = graph.quads.filter(({ predicate }) =>
          registered.some((each) => predicate.value.startsWith(each)),
        ).length;
        const share = used / Math.max(graph.quads.length, 1);
        notes.expect(
          share > 0.8,
          `${graph.quads.length} triples of /catalog`,
          `${Math.round(100 * share)}% with terms of registered vocabularies`,
        );
        const own = new URL(instance.publicUrl).host;
        const hosts = new Set(
          graph.quads.flatMap(({ object }) =>
            object.termType === 'NamedNode' && URL.canParse(object.value) ? [new URL(object.value).host] : [],
          ),
        );
        hosts.delete(own);
        hosts.delete('');
        notes.expect(hosts.size >= 4, 'IRIs in /catalog', `of ${hosts.size} hosts: ${some([...hosts])}`, 'warning');
      },
    },
    {
      id: 'catalogue.shapes',
      asks: 'No violation of the SHACL shapes in the folder that --shapes names',
      standard: 'W3C SHACL; the profiles whose shapes they are',
      remedy: 'See what each violation names; profiles contradict each other in places.',
      supports: ['R1.3'],
      run: async (instance, notes) => {
        if (!instance.options.profiles.length) return notes.skip('the catalogue', 'no --shapes were given');
        const { graph: all } = await instance.document('/catalog');
        const of = (type: string): string[] => all.instances(dcat(type)).sort();
        const records = [
          '/catalog',
          '/fdp',
          ...of('Dataset'),
          ...of('DataService'),
          ...instance.sample(of('Distribution'), 5),
        ];
        for (const { name, validate } of instance.options.profiles)
          await lookAtEach(
            notes,
            records,
            (record) => `${name} on ${record}`,
            async (record) => {
              const { graph } = await instance.document(record);
              // A constraint in SPARQL asks a query for each node, and the catalogue has all of them.
              const findings = await validate(graph, { sparql: record !== '/catalog' });
              const broken = findings.filter(({ severity }) => severity === 'violation');
              notes.expect(
                !broken.length,
                `${name} on ${record}`,
                broken.length ? `${broken.length} violations: ${broken[0]?.text}` : 'no violation',
              );
            },
          );
      },
    },
  ],
};

const named = [
  'http://www.w3.org/2004/02/skos/core#prefLabel',
  'http://www.w3.org/2000/01/rdf-schema#label',
  dcterms('title'),
];
