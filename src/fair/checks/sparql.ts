import { formats } from '../../rdf/formats.ts';
import { sd, voidTerm } from '../../rdf/terms.ts';
import type { Group } from '../check.ts';
import { askedOf, mediaTypeOf, told } from '../instance.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';

const rowTypes = [
  'application/sparql-results+json',
  'application/sparql-results+xml',
  'text/csv',
  'text/tab-separated-values',
];
const json = 'application/sparql-results+json';
const form = 'application/x-www-form-urlencoded';
const ask = 'ASK { ?subject ?property ?object }';
const select = 'SELECT ?subject WHERE { ?subject ?property ?object } LIMIT 1';
const construct = 'CONSTRUCT { ?subject ?property ?object } WHERE { ?subject ?property ?object } LIMIT 1';

/** Whether clients of SPARQL get on with the endpoint. */
export const sparqlChecks: Group = {
  name: 'sparql',
  title: 'SPARQL',
  checks: [
    {
      id: 'sparql.description',
      asks: 'Without a query the endpoint describes itself: endpoint, language, formats, dataset',
      standard: 'SPARQL 1.1 Service Description',
      remedy: 'Give --public-url just as others reach the server.',
      supports: ['F4', 'R1', 'R1.3'],
      run: async (instance, notes) => {
        const { reply, graph } = await instance.document('/sparql', 'text/turtle');
        const endpoint = `${instance.publicUrl}/sparql`;
        const [service] = graph.subjects(sd('endpoint'), endpoint);
        if (
          !notes.expect(
            service !== undefined,
            askedOf(reply),
            service === undefined ? `no sd:endpoint ${endpoint}` : endpoint,
          )
        )
          return;
        for (const property of ['supportedLanguage', 'resultFormat', 'defaultDataset']) {
          const values = graph.values(service ?? '', sd(property));
          notes.expect(values.length > 0, `sd:${property}`, some(values) || 'none');
        }
        notes.expect(graph.is(service ?? '', sd('Service')), `the type of ${service}`, 'sd:Service');
      },
    },
    {
      id: 'sparql.protocol',
      asks: 'Queries are answered by GET, by POST as a form, and by POST as they are',
      standard: 'SPARQL 1.1 Protocol, section 2.1',
      remedy: 'Let POST, and queries in addresses, reach the server.',
      supports: ['A1', 'A1.1'],
      run: async (instance, notes) => {
        const body = new URLSearchParams({ query: ask }).toString();
        const replies = [
          await instance.get(`/sparql?${body}`, { headers: { Accept: json } }),
          await instance.get('/sparql', { method: 'POST', headers: { Accept: json, 'Content-Type': form }, body }),
          await instance.get('/sparql', {
            method: 'POST',
            headers: { Accept: json, 'Content-Type': 'application/sparql-query' },
            body: ask,
          }),
        ];
        for (const reply of replies) {
          if (!expectReply(notes, reply, 200, json)) continue;
          const { boolean } = JSON.parse(String(reply.body)) as { boolean?: unknown };
          notes.expect(boolean === true, askedOf(reply), `${ask}: ${boolean}`);
        }
      },
    },
    {
      id: 'sparql.formats',
      asks: 'Rows come as JSON, XML, CSV and TSV, graphs in each format of RDF, as Accept says',
      standard: 'SPARQL 1.1 Protocol, section 2.1.6',
      remedy: 'Let Accept reach the server.',
      supports: ['I1', 'A1'],
      run: async (instance, notes) => {
        const asked = [
          ...rowTypes.map((type) => ({ query: select, type })),
          ...formats.map(({ mediaType }) => ({ query: construct, type: mediaType })),
        ];
        await lookAtEach(
          notes,
          asked,
          ({ type }) => type,
          async ({ query, type }) => {
            const reply = await instance.query(query, type);
            expectReply(notes, reply, 200, type, `${query} as ${type}`);
          },
        );
      },
    },
    {
      id: 'sparql.errors',
      asks: 'A broken query gets 400 and is told where; a format that there is not gets 406',
      standard: 'SPARQL 1.1 Protocol, section 2.1.7; RFC 9457; RFC 9110, section 15.5.7',
      remedy: 'Let the server’s own answers through.',
      supports: ['A1'],
      run: async (instance, notes) => {
        const broken = await instance.query('SELECT * WHERE { ?subject', json);
        if (expectReply(notes, broken, 400, 'application/problem+json')) {
          const { detail } = JSON.parse(String(broken.body)) as { detail?: unknown };
          notes.expect(
            typeof detail === 'string' && !/\bat .*\.[jt]s:\d+/.test(detail),
            askedOf(broken),
            String(detail),
          );
        }
        const other = await instance.query(ask, 'image/png');
        expectReply(notes, other, 406, undefined, `${ask} as image/png`);
      },
    },
    {
      id: 'sparql.read-only',
      asks: 'An update is refused',
      standard: 'SPARQL 1.1 Protocol, section 2.2',
      remedy: 'See what answers at this address: the server takes no updates.',
      supports: ['A1'],
      run: async (instance, notes) => {
        // Where it is not refused, it changes nothing.
        const body = new URLSearchParams({ update: 'INSERT DATA { }' }).toString();
        const reply = await instance.get('/sparql', {
          method: 'POST',
          headers: { Accept: json, 'Content-Type': form },
          body,
        });
        notes.expect(
          reply.status >= 400 && reply.status < 500,
          `${askedOf(reply)}, an update that adds nothing`,
          told(reply),
        );
      },
    },
    {
      id: 'sparql.graphs',
      asks: 'The graphs that the endpoint describes are there by SPARQL, with as many triples, and each at its address',
      standard: 'SPARQL 1.1 Service Description; SPARQL 1.1 Graph Store HTTP Protocol, section 5.2',
      remedy: 'Start the server again.',
      supports: ['R1.2', 'I1'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/sparql', 'text/turtle');
        const stated = new Map(
          graph.instances(sd('NamedGraph')).map((each) => [
            graph.value(each, sd('name')) ?? each,
            {
              address: graph.value(each, sd('graph')),
              triples: Number(graph.value(graph.value(each, sd('graph')) ?? '', voidTerm('triples'))),
            },
          ]),
        );
        const counted = new Map(
          (await instance.rows('graphs')).map((row) => [row['graph'] ?? '', Number(row['triples'])]),
        );
        const wrong = [...new Set([...stated.keys(), ...counted.keys()])].filter(
          (name) => stated.get(name)?.triples !== counted.get(name),
        );
        notes.expect(
          !wrong.length && counted.size > 0,
          'named graphs',
          wrong.length ? `different: ${some(wrong)}` : `${counted.size}, as described`,
        );
        const small = [...stated].filter(([, { triples }]) => triples < 2000);
        await lookAtEach(
          notes,
          instance.sample(small, 3),
          ([name]) => name,
          async ([name, { address, triples }]) => {
            const indirect = `/graphs?${new URLSearchParams({ graph: name })}`;
            for (const target of [indirect, ...(address === undefined ? [] : [address])]) {
              const reply = await instance.follow(target, { headers: { Accept: 'application/n-triples' } });
              if (!expectReply(notes, reply, 200, 'application/n-triples')) continue;
              const lines = String(reply.body).split('\n').length - 1;
              notes.expect(lines === triples, askedOf(reply), `${lines} triples; ${triples} described`);
            }
          },
        );
      },
    },
    {
      id: 'sparql.citable',
      asks: 'An answer can be cited: it links to itself with the version of the dataset, and that answers the same',
      standard: 'RFC 8574 (cite-as); Data on the Web Best Practices, 11',
      remedy: 'Let Link headers through.',
      supports: ['F1', 'R1.2'],
      run: async (instance, notes) => {
        const reply = await instance.query(select, json);
        if (!expectReply(notes, reply, 200, json)) return;
        const [, cited] = /<([^>]*)>\s*;[^,]*rel="?cite-as/.exec(String(reply.headers['link'] ?? '')) ?? [];
        if (cited === undefined) return notes.warn(askedOf(reply), 'no link with rel="cite-as"');
        const again = await instance.get(cited, { headers: { Accept: json } });
        notes.expect(
          again.status === 200 && mediaTypeOf(again) === json && again.sha256 === reply.sha256,
          askedOf(again),
          told(again),
        );
      },
    },
  ],
};
