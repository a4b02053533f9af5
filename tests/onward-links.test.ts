import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../src/commands/serve.ts';
import { loadFiles } from '../src/load/files.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { dcterms, hydra, owl, prov, rdf, rdfs } from '../src/rdf/terms.ts';
import { serve } from './setup/server.ts';

const root = new URL('..', import.meta.url).pathname;
const base = 'https://w3id.org/umcnl/';

const { quads: data } = await loadFiles([{ file: path.join(root, 'data/onward-links.ttl'), layer: 'test' }]);
const valuesOf = (subject: string, property: string): string[] =>
  data
    .filter((each) => each.subject.value === subject && each.predicate.value === property)
    .map(({ object }) => object.value);
const templates = data
  .filter(({ predicate }) => predicate.value === hydra('template'))
  .map(({ subject, object }) => ({
    name: subject.value.replace(/^.*#/, ''),
    iri: subject.value,
    text: object.value,
    variable: valuesOf(valuesOf(subject.value, hydra('mapping'))[0] ?? '', hydra('variable'))[0] ?? '',
  }));

const catalogues = path.join(root, '../shared/registries/catalogues.md');
const documented = existsSync(catalogues);
if (!documented) console.warn('SKIPPED: the list of catalogues is not there; templates are not compared with it.');

/** What the list of catalogues calls the value, and how it writes the same form where it writes it otherwise. */
const formOf: Readonly<Record<string, string>> = {
  'europe-pmc': 'https://www.ebi.ac.uk/europepmc/webservices/rest/search?query=AFF:"{name}"&format=json',
  geonames: 'https://sws.geonames.org/{number}/',
  'isni-page': 'https://isni.org/isni/{16 characters, no spaces}',
  'openaire-page': 'https://explore.openaire.eu/search/organization?organizationId={id}',
  'openalex-page': 'https://openalex.org/I…',
  'openalex-works': 'https://api.openalex.org/works?filter=institutions.id:I…',
  'orcid-people': 'https://pub.orcid.org/v3.0/search/?q=ror-org-id:"https://ror.org/{ror}"',
  'viaf-page': 'https://viaf.org/viaf/{number}',
};

/** Those that the list of catalogues does not have: their own data says where they are documented. */
const others = [
  'mesh-page',
  'openalex-field-works',
  'openalex-subfield-works',
  'openalex-topic-works',
  // The list gives the pattern of the query and the address of the endpoint, which are put together here.
  'wikidata-item',
  'scholia',
];

test('there is a template for each catalogue, and each has its documentation', () => {
  expect(templates.length).toBeGreaterThan(20);
  for (const { iri, name, text, variable } of templates) {
    expect(text, name).toContain(`{${variable}}`);
    expect([...valuesOf(iri, rdfs('seeAlso')), ...valuesOf(iri, rdfs('comment'))], name).not.toEqual([]);
    const [catalogue = ''] = valuesOf(iri, dcterms('isPartOf'));
    expect(valuesOf(catalogue, rdfs('label')), name).toHaveLength(2);
  }
});

describe.skipIf(!documented)('by the list of catalogues', () => {
  const list = documented ? readFileSync(catalogues, 'utf8') : '';
  const forms = [...list.matchAll(/`([^`]+)`/g)].map(([, form]) => form as string);
  // A value that no form has by chance, so that the two are filled alike.
  const value = 'A1b2C3';
  const fillForm = (form: string): string => form.replace(/\{[^}]*\}|I…/, value).replaceAll('"', '%22');

  test.each(
    templates.filter(({ name }) => !others.includes(name)),
  )('$name has the form that is given for it', (each) => {
    const filled = each.text.replace(`{${each.variable}}`, value);
    const form = formOf[each.name] ?? each.text;
    expect(forms).toContain(form);
    expect(filled).toBe(fillForm(form));
  });

  test('an item of Wikidata is looked up by the pattern that is given, at the endpoint that is given', () => {
    const { text = '' } = templates.find(({ name }) => name === 'wikidata-item') ?? {};
    expect(forms).toContain('?item wdt:P6782 "{ror}"');
    expect(forms).toContain('https://query.wikidata.org/sparql');
    const url = new URL(text.replace('{ror}', value));
    expect(url.origin + url.pathname).toBe('https://query.wikidata.org/sparql');
    expect(url.searchParams.get('query')).toBe(`SELECT ?item WHERE { ?item wdt:P6782 "${value}" }`);
  });
});

let running: Running;
beforeAll(async () => {
  running = await serve({ federation: false });
});
afterAll(() => running?.stop());

const text = async (address: string, accept: string): Promise<string> => {
  const response = await fetch(running.url + address, { headers: { accept } });
  expect(response.status, address).toBe(200);
  return response.text();
};

/** The addresses that a graph links a thing to by an axiom that names a template. */
function linksIn(quads: readonly Quad[], iri: string): string[] {
  const one = (subject: string, property: string): string | undefined =>
    quads.find((each) => each.subject.value === subject && each.predicate.value === property)?.object.value;
  const axioms = quads
    .filter(({ predicate, object }) => predicate.value === rdf('type') && object.value === owl('Axiom'))
    .map(({ subject }) => subject.value)
    // Mappings are axioms too.
    .filter((axiom) => axiom.includes('#onward-'));
  return axioms.map((axiom) => {
    expect([one(axiom, owl('annotatedSource')), one(axiom, owl('annotatedProperty'))]).toEqual([iri, rdfs('seeAlso')]);
    const object = one(axiom, owl('annotatedTarget')) as string;
    expect(quads.some((each) => each.subject.value === iri && each.object.value === object)).toBe(true);
    const template = templates.find((each) => each.iri === one(axiom, prov('wasDerivedFrom')));
    expect(object.startsWith(template?.text.replace(/\{.*/, '') ?? 'no template')).toBe(true);
    return object;
  });
}

const linksOnPage = (page: string): string[] => {
  const [, section = ''] = /<section class="elsewhere"(.*?)<\/section>/s.exec(page) ?? [];
  return [...section.matchAll(/href="([^"]*)"/g)].map(([, href]) => (href as string).replaceAll('&amp;', '&'));
};

/** Things of three kinds, with the addresses that their keys and matches make. */
const things: [string, string[]][] = [
  [
    'id/centre/lumc',
    [
      'https://api.crossref.org/funders/501100005039',
      'https://api.crossref.org/funders/501100005039/works',
      'https://api.crossref.org/works?filter=ror-id:https://ror.org/05xvt9f17',
      'https://api.datacite.org/dois?affiliation-id=https://ror.org/05xvt9f17&affiliation=true',
      'https://api.openaire.eu/graph/v3/organizations?pid=https://ror.org/05xvt9f17',
      'https://api.openalex.org/institutions/https://ror.org/05xvt9f17',
      'https://api.openalex.org/works?filter=institutions.id:I2800006345',
      'https://api.ror.org/v2/organizations/05xvt9f17',
      'https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/how-to-participate/org-details/999990849',
      'https://explore.openaire.eu/search/organization?organizationId=openorgs____::2eeca4f78f2a04a35057c1fa7918e23b',
      'https://isni.org/isni/0000000089452978',
      'https://openalex.org/I2800006345',
      'https://pub.orcid.org/v3.0/search/?q=ror-org-id:%22https://ror.org/05xvt9f17%22',
      'https://query.wikidata.org/sparql?query=SELECT%20%3Fitem%20WHERE%20%7B%20%3Fitem%20wdt%3AP6782%20%2205xvt9f17%22%20%7D',
      'https://ror.org/05xvt9f17',
      'https://scholia.toolforge.org/organization/Q2406409',
      'https://www.ebi.ac.uk/europepmc/webservices/rest/search?query=AFF:%22LUMC%22&format=json',
      'https://www.wikidata.org/wiki/Q2406409',
    ],
  ],
  [
    'id/university/university-of-groningen',
    [
      'https://api.crossref.org/funders/501100001721',
      'https://api.crossref.org/funders/501100001721/works',
      'https://api.crossref.org/works?filter=ror-id:https://ror.org/012p63287',
      'https://api.datacite.org/dois?affiliation-id=https://ror.org/012p63287&affiliation=true',
      'https://api.openaire.eu/graph/v3/organizations?pid=https://ror.org/012p63287',
      'https://api.openalex.org/institutions/https://ror.org/012p63287',
      'https://api.openalex.org/works?filter=institutions.id:I169381384',
      'https://api.ror.org/v2/organizations/012p63287',
      'https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/how-to-participate/org-details/999989782',
      'https://explore.openaire.eu/search/organization?organizationId=openorgs____::81371ea94b1a09d3243e73d6ec3527ec',
      'https://isni.org/isni/0000000404071981',
      'https://openalex.org/I169381384',
      'https://pub.orcid.org/v3.0/search/?q=ror-org-id:%22https://ror.org/012p63287%22',
      'https://query.wikidata.org/sparql?query=SELECT%20%3Fitem%20WHERE%20%7B%20%3Fitem%20wdt%3AP6782%20%22012p63287%22%20%7D',
      'https://ror.org/012p63287',
      'https://scholia.toolforge.org/organization/Q850730',
      'https://www.ebi.ac.uk/europepmc/webservices/rest/search?query=AFF:%22University%20of%20Groningen%22&format=json',
      'https://www.wikidata.org/wiki/Q850730',
    ],
  ],
  [
    'concept/theme/e-health',
    ['https://api.openalex.org/works?filter=topics.id:T10912', 'https://meshb.nlm.nih.gov/record/ui?ui=D017216'],
  ],
];

describe.each(things)('%s', (thing, expected) => {
  test('has the addresses that its keys make, the same on its page, in every format and by the query', async () => {
    const iri = base + thing;
    const onPage = linksOnPage(await text(`/about/${thing}`, 'text/html')).sort();
    expect(onPage).toEqual(expected);
    for (const { name, extension, mediaType } of formats) {
      const body = await text(
        `/about/${thing}.${extension}${extension === 'jsonld' ? '?context=inline' : ''}`,
        mediaType,
      );
      const quads = await readRdf(body, findFormat(name) as Format, { source: thing, baseIRI: base });
      expect(linksIn(quads, iri).sort(), name).toEqual(onPage);
    }
    const query = readFileSync(path.join(root, 'queries/examples/onward-links-of-the-umcg.rq'), 'utf8');
    const asked = query.replace(/VALUES \?thing \{ <.*?> \}/, `VALUES ?thing { <${iri}> }`);
    const csv = await text(`/sparql?query=${encodeURIComponent(asked)}`, 'text/csv');
    for (const url of onPage) expect(csv).toContain(url);
    expect(csv.trim().split('\r\n').length - 1).toBe(onPage.length);
  });
});
