import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Quad } from '@rdfjs/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readNQuads, readRdf } from '../src/rdf/read.ts';
import { dcterms, foaf, hydra, mergeGraphs, prov, rdf, voidTerm } from '../src/rdf/terms.ts';
import { writeNTriples } from '../src/rdf/write-turtle.ts';
import { serve } from './setup/server.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const base = 'https://w3id.org/umcnl/';
let running: Running;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

/** A request as it stands: fetch would follow redirects, and ask for no cache when there is a condition. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(running.url);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path, method, headers, agent }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    })
      .on('error', reject)
      .end();
  });
}

const parse = (body: string, name: string): Promise<Quad[]> =>
  readRdf(body, findFormat(name) as Format, { source: 'answer', baseIRI: 'http://example.org/' });
const lines = (quads: Iterable<Quad>): string[] =>
  [...new Set([...mergeGraphs(quads)].map((each) => writeNTriples([each])))].sort();
const pathOf = (iri: string): string => `/${iri.slice(base.length)}`;

let quads: Quad[];
let own: string[];

beforeAll(async () => {
  running = await serve({ federation: false });
  const { url } = await fetch(`${running.url}/dumps/umcnl.nq`, { method: 'HEAD' });
  quads = [...readNQuads(await (await fetch(url)).text())];
  own = [
    ...new Set(
      quads
        .flatMap(({ subject, predicate, object, graph }) => [subject, predicate, object, graph])
        .filter(({ termType, value }) => termType === 'NamedNode' && value.startsWith(base))
        // What comes after "#" never reaches a server: the document before it must hold it.
        .map(({ value }) => value.replace(/#.*/, '')),
    ),
  ].sort();
});
afterAll(async () => {
  agent.destroy();
  await running?.stop();
});

test('every IRI of ours that stands anywhere in the dataset leads to a document', async () => {
  expect(own.length).toBeGreaterThan(1500);
  const failed: string[] = [];
  const accept = { accept: 'application/n-triples' };
  for (const iri of own) {
    const first = await get(pathOf(iri), accept);
    const { location } = first.headers;
    const last = first.status === 303 && location ? await get(location, accept) : first;
    if (last.status !== 200 || (first.status !== 303 && !/^\/(ontology|dataset)$/.test(pathOf(iri))))
      failed.push(`${iri}: ${first.status} ${location ?? ''} ${last.status}`);
    // The content of a graph need not name it.
    else if (!location?.startsWith('/graphs/') && !last.body.includes(`<${iri}`))
      failed.push(`${iri}: ${location} does not speak of it`);
  }
  expect(failed).toEqual([]);
}, 600_000);

test('every IRI with a fragment is described in the document before the fragment', async () => {
  const parts = new Set(
    quads.flatMap(({ subject }) =>
      subject.value.startsWith(base) && subject.value.includes('#') ? [subject.value] : [],
    ),
  );
  const documents = new Map<string, string>();
  for (const part of parts) {
    const path = pathOf(part.replace(/#.*/, ''));
    const known = documents.get(path);
    const first = known === undefined ? await get(path, { accept: 'application/n-triples' }) : undefined;
    const body =
      known ??
      (first?.headers.location
        ? (await get(first.headers.location, { accept: 'application/n-triples' })).body
        : (first?.body ?? ''));
    documents.set(path, body);
    expect(body, part).toContain(`<${part}> <`);
  }
  expect(documents.size).toBeGreaterThan(3);
}, 300_000);

/** One thing of each kind: kinds are what IRIs have in common before their last slash. */
const oneOfEachKind = (): string[] => {
  const kinds = new Map<string, string>();
  const subjects = new Set(quads.map(({ subject }) => subject.value));
  for (const iri of own) {
    const kind = iri.slice(0, iri.lastIndexOf('/')).replace(/\/document\/.*\//, '/document/x/');
    if (subjects.has(iri) && iri !== `${base}ontology`) kinds.set(kind, iri);
  }
  return [...kinds.values()];
};

test('all formats of a document carry the same graph, those with graphs with the graphs of each statement', async () => {
  const sample = oneOfEachKind();
  expect(sample.length).toBeGreaterThan(40);
  const stated = new Map<string, Set<string>>();
  for (const each of quads) {
    const line = writeNTriples([each]);
    stated.set(line, (stated.get(line) ?? new Set()).add(each.graph.value));
  }
  for (const iri of sample) {
    const path = `/about${pathOf(iri)}`;
    const turtle = lines(await parse((await get(`${path}.ttl`)).body, 'turtle'));
    expect(turtle.length, iri).toBeGreaterThan(2);
    for (const { name, extension, graphs } of formats) {
      if (name === 'json-ld') continue;
      const said = await parse((await get(`${path}.${extension}`)).body, name);
      expect(lines(said), `${iri} ${name}`).toEqual(turtle);
      if (!graphs) continue;
      const graphsOf = new Map<string, Set<string>>();
      for (const each of said) {
        const line = writeNTriples([each]);
        graphsOf.set(line, (graphsOf.get(line) ?? new Set()).add(each.graph.value));
      }
      // What the document says of itself stands in no graph of the dataset; all else in just its own.
      for (const [line, names] of graphsOf)
        expect([...names].sort(), line).toEqual([...(stated.get(line) ?? [''])].sort());
    }
    const page = await get(`${path}.html`);
    expect([page.status, page.headers['content-type']], iri).toEqual([200, 'text/html; charset=utf-8']);
  }
}, 300_000);

describe('a description', () => {
  const described = async (path: string): Promise<Quad[]> =>
    parse((await get(path, { accept: 'text/turtle' })).body, 'turtle');
  const theme = 'concept/theme/research';

  test('says of which dataset it is a part, and which passages say so, each readable by itself', async () => {
    const found = await described('/about/id/centre/lumc');
    const document = `${base}about/id/centre/lumc`;
    const values = (subject: string, property: string): string[] =>
      found
        .filter((each) => each.subject.value === subject && each.predicate.value === property)
        .map(({ object }) => object.value);
    expect(values(document, voidTerm('inDataset'))).toEqual([`${base}dataset`]);
    expect(values(document, foaf('primaryTopic'))).toEqual([`${base}id/centre/lumc`]);
    const sources = values(document, dcterms('source'));
    expect(sources.length).toBeGreaterThan(3);
    const passages = sources.filter((each) => each.startsWith(`${base}document/`));
    for (const source of passages) {
      const passage =
        values(source, prov('wasDerivedFrom'))[0] ?? values(source, `${base}ontology#interpretationOf`)[0] ?? source;
      for (const property of ['startLine', 'endLine', 'heading', 'partOf'])
        expect(values(passage, `${base}ontology#${property}`), `${passage} ${property}`).toHaveLength(1);
      const [whole = ''] = values(passage, `${base}ontology#partOf`);
      expect(found.some(({ subject, object }) => subject.value === whole && object.termType === 'Literal')).toBe(true);
    }
  });

  test('holds of what points to the thing a fair share of each property, and tells where the rest is', async () => {
    const found = await described(`/about/${theme}`);
    const iri = base + theme;
    const pointing = found.filter(({ object, predicate }) => object.value === iri && predicate.value.startsWith(base));
    const total = new Set(quads.filter(({ object }) => object.value === iri).map((each) => writeNTriples([each]))).size;
    expect(total).toBeGreaterThan(500);
    const shown = found.filter(
      ({ subject, predicate, object }) =>
        object.value === iri &&
        ![foaf('primaryTopic'), hydra('object')].includes(predicate.value) &&
        subject.value !== iri,
    );
    expect(shown.length).toBeLessThanOrEqual(500);
    expect(shown.length).toBeGreaterThan(400);
    expect(new Set(pointing.map(({ predicate }) => predicate.value)).size).toBeGreaterThan(0);
    const collections = found.filter(({ predicate }) => predicate.value === hydra('collection'));
    expect(collections.length).toBeGreaterThan(0);
    for (const { object: collection } of collections) {
      const property = new URL(collection.value).searchParams.get('property');
      const counted = found.find(
        ({ subject, predicate }) => subject.value === collection.value && predicate.value === hydra('totalItems'),
      );
      const all = new Set<string>();
      let next: string | undefined = new URL(collection.value).pathname + new URL(collection.value).search;
      let pages = 0;
      while (next !== undefined && pages++ < 20) {
        const answer: Answer = await get(next, { accept: 'text/turtle' });
        expect(answer.status).toBe(200);
        for (const each of await parse(answer.body, 'turtle'))
          if (each.object.value === iri && each.predicate.value === property) all.add(each.subject.value);
        const link = /<([^>]*)>; rel="next"/.exec(String(answer.headers.link))?.[1];
        next = link && new URL(link).pathname + new URL(link).search;
      }
      expect(String(all.size)).toBe(counted?.object.value);
      const really = quads.filter(({ predicate, object }) => predicate.value === property && object.value === iri);
      expect(all).toEqual(new Set(really.map(({ subject }) => subject.value)));
    }
    const page = await get(`/about/${theme}?lang=en`, { accept: 'text/html' });
    expect(page.body).toMatch(/href="\/about\/concept\/theme\/research\?property=[^"]*&amp;lang=en"/);
  });

  test.each([
    ['/about/concept/theme/research?property=http%3A%2F%2Fexample.org%2Fnone', 404],
    [`/about/concept/theme/research?property=${encodeURIComponent(`${base}ontology#theme`)}&page=99`, 404],
    [`/about/concept/theme/research?property=${encodeURIComponent(`${base}ontology#theme`)}&page=0`, 400],
    [`/about/concept/theme/research?property=${encodeURIComponent(`${base}ontology#theme`)}&page=1`, 200],
    ['/about/concept/theme/research?context=remote', 400],
  ])('%s gets %i', async (path, status) => {
    expect((await get(path, { accept: 'text/turtle' })).status).toBe(status);
  });

  test('holds with ?statements the statement of each triple, each of which has a document of its own', async () => {
    const found = await described('/about/id/centre/lumc?statements');
    const plain = await described('/about/id/centre/lumc');
    const statements = found
      .filter(({ object }) => object.value === rdf('Statement'))
      .map(({ subject }) => subject.value);
    expect(statements.length).toBeGreaterThan(20);
    expect(found.length).toBeGreaterThan(plain.length);
    for (const iri of statements.slice(0, 5)) {
      const first = await get(pathOf(iri), { accept: 'text/turtle' });
      expect([first.status, first.headers.location]).toEqual([303, `/about${pathOf(iri)}`]);
      const document = await described(first.headers.location ?? '');
      const of = (property: string) =>
        document.find(({ subject, predicate }) => subject.value === iri && predicate.value === property)?.object;
      const sources = document.filter(
        ({ subject, predicate }) => subject.value === iri && predicate.value === prov('wasDerivedFrom'),
      );
      expect(sources.length).toBeGreaterThan(0);
      for (const { object: graph } of sources)
        expect(
          quads.some(
            (each) =>
              each.graph.value === graph.value &&
              each.subject.value === of(rdf('subject'))?.value &&
              each.predicate.value === of(rdf('predicate'))?.value &&
              each.object.value === of(rdf('object'))?.value,
          ),
        ).toBe(true);
      expect((await get(`/about${pathOf(iri)}`, { accept: 'text/html' })).status).toBe(200);
    }
    expect((await get(`/statement/${'0'.repeat(32)}`)).status).toBe(404);
  });
});

describe('endings', () => {
  test.each([
    ...formats.map(({ extension }) => extension),
    'html',
  ])('.%s works on IRIs, documents and lists', async (extension) => {
    const named = await get(`/id/centre/lumc.${extension}`);
    expect([named.status, named.headers.location]).toEqual([303, `/about/id/centre/lumc.${extension}`]);
    const type = formats.find((each) => each.extension === extension)?.mediaType ?? 'text/html';
    for (const path of [`/about/id/centre/lumc.${extension}`, `/centres.${extension}`, `/ontology.${extension}`]) {
      const { status, headers } = await get(path, { accept: 'image/png' });
      expect([status, headers['content-type']?.split(';')[0]], path).toEqual([200, type]);
    }
    const version = await get(`/ontology/0.1.0.${extension}`);
    expect([version.status, version.headers.location]).toEqual([303, `/ontology.${extension}`]);
  });
});

describe('lists', () => {
  const listed = async (path: string): Promise<Answer & { quads: Quad[] }> => {
    const answer = await get(path, { accept: 'text/turtle' });
    return { ...answer, quads: await parse(answer.body, 'turtle') };
  };

  test('come in pages, which together have every member once, in a fixed order', async () => {
    const whole = JSON.parse((await get('/themes?size=200', { accept: 'application/ld+json' })).body) as {
      'hydra:member': { id: string }[];
      'hydra:totalItems': number;
    };
    const order: string[] = [];
    for (let page = 1; page <= Math.ceil(whole['hydra:totalItems'] / 30); page++) {
      const { body } = await get(`/themes?size=30&page=${page}`, { accept: 'application/ld+json' });
      order.push(...(JSON.parse(body) as typeof whole)['hydra:member'].map(({ id }) => id));
    }
    expect(order).toEqual(whole['hydra:member'].map(({ id }) => id));
    expect(new Set(order).size).toBe(whole['hydra:totalItems']);
  });

  test('say in RDF and in links where the other pages are', async () => {
    const { quads: said, headers } = await listed('/themes?size=30&page=2');
    const view = `${running.url}/themes?page=2&size=30`;
    const step = (name: string) =>
      said.find(({ subject, predicate }) => subject.value === view && predicate.value === hydra(name))?.object.value;
    expect(step('next')).toBe(`${running.url}/themes?page=3&size=30`);
    expect(step('previous')).toBe(`${running.url}/themes?page=1&size=30`);
    expect(step('first')).toBe(`${running.url}/themes?page=1&size=30`);
    expect(headers.link).toContain(`<${running.url}/themes?page=3&size=30>; rel="next"`);
    expect(headers.link).toContain(`<${running.url}/themes?page=1&size=30>; rel="prev"`);
    const page = await get('/themes?size=30&page=2&lang=en', { accept: 'text/html' });
    expect(page.body).toContain('href="/themes?page=3&amp;size=30&amp;lang=en"');
  });

  test('have the same in every format', async () => {
    const turtle = lines((await listed('/people?size=3')).quads);
    expect(turtle.length).toBeGreaterThan(10);
    for (const { name, mediaType } of formats)
      if (name !== 'json-ld')
        expect(lines(await parse((await get('/people?size=3', { accept: mediaType })).body, name))).toEqual(turtle);
  });

  test.each([
    ['/themes?page=999', 404],
    ['/themes?page=0', 400],
    ['/themes?size=201', 400],
    ['/themes?size=x', 400],
    ['/themes?page=1&page=2', 400],
    ['/themes?size=200', 200],
  ])('%s gets %i', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });
});

describe('conditions by date', () => {
  test.each([
    '/',
    '/about/id/centre/lumc',
    '/about/id/centre/lumc.ttl',
    '/centres',
    '/ontology',
    '/context.jsonld',
    '/sparql?query=ASK%7B%7D',
    '/linkset/id/centre/lumc',
  ])('%s is not sent again to who has it from that date', async (path) => {
    const first = await get(path);
    const modified = first.headers['last-modified'] ?? '';
    expect(new Date(modified).toUTCString()).toBe(modified);
    const since = (date: string, more = {}, method = 'GET') =>
      get(path, { 'if-modified-since': date, ...more }, method);
    for (const method of ['GET', 'HEAD']) {
      const again = await since(modified, {}, method);
      expect([again.status, again.body, again.headers.etag]).toEqual([304, '', first.headers.etag]);
    }
    expect((await since(new Date(Date.parse(modified) + 86_400_000).toUTCString())).status).toBe(304);
    expect((await since(new Date(Date.parse(modified) - 1000).toUTCString())).status).toBe(200);
    expect((await since('2099')).status).toBe(200);
    // With tags, the date does not count.
    expect((await since(modified, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('what comes with the software has no date', async () => {
    for (const path of ['/assets/style.css', '/problems', '/problems/not-found'])
      expect((await get(path)).headers['last-modified']).toBeUndefined();
  });

  test('what is no answer has none either, whatever the date', async () => {
    const later = { 'if-modified-since': new Date(Date.now() + 86_400_000).toUTCString() };
    expect((await get('/about/id/centre/nowhere', later)).status).toBe(404);
    expect((await get('/sparql?query=SELEC', later)).status).toBe(400);
  });
});

describe('what is not there', () => {
  test('is answered with names much like it and the list of its kind', async () => {
    const { status, body } = await get('/id/centre/lmuc', { accept: 'application/json' });
    const problem = JSON.parse(body) as { suggestions: string[]; collection: string; detail: string };
    expect(status).toBe(404);
    expect(problem.suggestions[0]).toBe(`${base}id/centre/lumc`);
    expect(problem.collection).toBe(`${running.url}/centres`);
    expect((await get('/centres')).status).toBe(200);
    const page = await get('/id/centre/lmuc', { accept: 'text/html' });
    expect(page.body).toContain('href="/id/centre/lumc"');
    expect(page.body).toContain('href="/centres"');
  });

  test('of no known kind is answered without guesses', async () => {
    const { status, body } = await get('/wp-login.php', { accept: 'application/json' });
    expect(status).toBe(404);
    expect(JSON.parse(body)).not.toHaveProperty('suggestions');
  });
});

describe('JSON-LD', () => {
  const asked = (path: string, accept: string) => get(path, { accept });
  const profile = (form: string): string => `application/ld+json;profile="http://www.w3.org/ns/json-ld#${form}"`;

  test.each(['expanded', 'flattened', 'compacted'])('comes %s to who asks so', async (form) => {
    const answer = await asked('/about/id/centre/lumc', profile(form));
    expect(answer.headers['content-type']).toBe(profile(form).replace(';', '; '));
    expect(answer.headers.vary).toContain('Accept');
    expect(Array.isArray(JSON.parse(answer.body))).toBe(form !== 'compacted');
    const plain = await asked('/about/id/centre/lumc', 'application/ld+json');
    expect(plain.headers.etag).not.toBe(answer.headers.etag);
    expect(plain.headers['content-type']).toBe('application/ld+json');
  });

  test('has its context in itself to who asks so', async () => {
    const { body } = await asked('/about/id/centre/lumc?context=inline', 'application/ld+json');
    const { '@context': context } = JSON.parse((await get('/context.jsonld')).body) as Record<string, unknown>;
    expect((JSON.parse(body) as Record<string, unknown>)['@context']).toEqual(context);
    const list = await asked('/centres?context=inline', 'application/ld+json');
    expect((JSON.parse(list.body) as Record<string, unknown>)['@context']).toEqual(context);
  });

  test('stands in the head of a page, in the words of schema.org', async () => {
    const { body } = await asked('/about/id/centre/lumc?lang=en', 'text/html');
    const [, script = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(body) ?? [];
    expect(JSON.parse(script)).toMatchObject({
      '@context': 'https://schema.org',
      '@type': 'Hospital',
      '@id': `${base}id/centre/lumc`,
      url: `${running.url}/about/id/centre/lumc`,
      name: 'LUMC',
      alternateName: 'Leiden University Medical Center',
      description: expect.any(String),
      subjectOf: expect.arrayContaining([
        { '@type': 'CreativeWork', '@id': expect.stringContaining(base), name: expect.any(String) },
      ]),
    });
  });
});

test('who wants RDF of the home page finds the catalogue', async () => {
  for (const { mediaType, name } of formats) {
    const { status, headers } = await get('/', { accept: mediaType });
    expect([status, headers.location], name).toEqual([303, '/catalog']);
    expect(headers.vary).toContain('Accept');
  }
  expect((await get('/', { accept: 'application/json' })).status).toBe(200);
  expect((await get('/')).headers['content-type']).toContain('text/html');
});
