import type { Literal, Quad } from '@rdfjs/types';
import { termToId } from 'n3';
import type { DescribedData } from '../dataset/build.ts';
import { type QueryForm, readForm } from '../engine/query-form.ts';
import type { Publication } from '../load/publication.ts';
import type { QueryFile } from '../load/query-files.ts';
import { state, texts, value, whole } from '../rdf/state.ts';
import { dcterms, indexQuads, owl, rdf, rdfs, schema, sh, voidTerm, xsd } from '../rdf/terms.ts';
import { sortQuads } from '../rdf/write-turtle.ts';
import { partsByGraph, textsOf } from './parts.ts';
import { type Statistics, Tally } from './statistics.ts';
import { datasetIri, describeStatistics, nameByPrefix } from './void.ts';

/** Classes of which a thing is given as an example. */
const exampleClasses = 8;

/** Rounds in which the counts must come to rest. Each reaches one step further than the one before. */
const roundLimit = 12;

/**
 * What a dataset says of itself, in triples: title, licence and parts, what it holds in numbers (VoID), the prefixes of
 * its IRIs and its example queries (SHACL). Every IRI in it is as permanent as those of the data.
 *
 * The numbers are about everything a query can find, these triples included. How many triples there are does not depend
 * on the numbers in them, so counting again with what was counted comes to rest after a few rounds. The one number that
 * can fail to is that of distinct objects, for each number is an object itself: it is left out then.
 */
export function describeDataset(data: DescribedData, queries: readonly QueryFile[]): Quad[] {
  const found = settle(data, queries, true) ?? settle(data, queries, false);
  if (!found) throw new Error('The description of the dataset does not come to rest.');
  return found;
}

function settle(data: DescribedData, queries: readonly QueryFile[], objects: boolean): Quad[] | undefined {
  const { publication, stated, inferred } = data;
  const dataset = datasetIri(publication.base);
  const name = nameByPrefix(publication.prefixes);
  const tally = new Tally(stated, inferred, publication.base);
  const ontologies = listOntologies(stated);
  const fixed = [
    ...indexQuads([
      ...describeHead(data, ontologies),
      ...describePrefixes(dataset, publication.prefixes),
      ...queries.flatMap((query) => describeQuery(query, publication.base)),
      ...describeParts(data),
    ]),
  ];
  let described: Quad[] = fixed;
  let before = '';
  for (let round = 0; round < roundLimit; round++) {
    const statistics = tally.count(described);
    const numbers = JSON.stringify([described.length, statistics]);
    if (numbers === before) return [...sortQuads(described)];
    before = numbers;
    described = [
      ...fixed,
      ...describeCatalogue(publication, described.length),
      ...state(dataset, voidTerm('vocabulary'), ...listVocabularies(statistics, ontologies)),
      ...describeStatistics(statistics, dataset, name, { objects }),
    ];
  }
  return undefined;
}

const anyUri = (iri: string): Literal => value(iri, xsd('anyURI'));

function describeHead({ publication, stated }: DescribedData, ontologies: readonly string[]): Quad[] {
  const { base, title, description, license } = publication;
  const dataset = datasetIri(base);
  const own = ontologies.find((iri) => iri.startsWith(base));
  const agents = (property: string): string[] =>
    stated
      .filter(({ subject, predicate }) => subject.value === own && predicate.value === property)
      .map(({ object }) => object.value);
  return [
    ...state(dataset, rdf('type'), voidTerm('Dataset')),
    ...state(dataset, dcterms('title'), ...texts(title)),
    ...state(dataset, dcterms('description'), ...texts(description)),
    ...state(dataset, dcterms('license'), license),
    ...state(dataset, dcterms('identifier'), value(dataset)),
    ...[dcterms('publisher'), dcterms('creator')].flatMap((property) => state(dataset, property, ...agents(property))),
    ...state(dataset, voidTerm('uriSpace'), value(base)),
    ...state(dataset, voidTerm('exampleResource'), ...chooseExamples(stated, base)),
  ];
}

const listOntologies = (stated: readonly Quad[]): string[] =>
  stated
    .filter(({ predicate, object }) => object.value === owl('Ontology') && predicate.value === rdf('type'))
    .map(({ subject }) => subject.value)
    .sort();

/** The namespaces of classes and properties; one that an ontology in the data defines, by the ontology's own IRI. */
function listVocabularies({ classes, properties }: Statistics, ontologies: readonly string[]): string[] {
  const spaces = [...classes, ...properties].map(({ iri }) => /^.*[/#]/.exec(iri)?.[0] ?? '');
  const vocabularies = spaces.map((space) => ontologies.find((iri) => space === `${iri}#`) ?? space);
  return [...new Set(vocabularies)].filter(Boolean).sort();
}

/** Of each of the own classes with most instances: the instance that most is stated of. */
function chooseExamples(stated: readonly Quad[], base: string): string[] {
  const sizes = new Map<string, number>();
  const instances = new Map<string, Set<string>>();
  for (const { subject, predicate, object } of stated) {
    if (subject.termType !== 'NamedNode' || !subject.value.startsWith(base)) continue;
    sizes.set(subject.value, (sizes.get(subject.value) ?? 0) + 1);
    if (predicate.value !== rdf('type') || !object.value.startsWith(base)) continue;
    instances.set(object.value, (instances.get(object.value) ?? new Set()).add(subject.value));
  }
  const byNumber = ([a, m]: [string, number], [b, n]: [string, number]): number => n - m || (a < b ? -1 : 1);
  const largest = [...instances]
    .map(([type, members]): [string, number] => [type, members.size])
    .sort(byNumber)
    .slice(0, exampleClasses);
  return largest.flatMap(([type]) =>
    [...(instances.get(type) ?? [])]
      .map((member): [string, number] => [member, sizes.get(member) ?? 0])
      .sort(byNumber)
      .slice(0, 1)
      .map(([member]) => member),
  );
}

/** The part that these triples make up themselves. */
const cataloguePart = 'catalogue';

/** The parts without the catalogue, which is not there yet. */
function describeParts({ publication, inputs, quads }: DescribedData): Quad[] {
  const partOf = partsByGraph({ inputs }, publication);
  const parts = new Map<string, { readonly quads: Quad[]; readonly triples: Set<string> }>();
  for (const each of quads) {
    const name = partOf.get(each.graph.value);
    if (name === undefined) continue;
    const part = parts.get(name) ?? { quads: [], triples: new Set() };
    part.quads.push(each);
    part.triples.add([each.subject, each.predicate, each.object].map((term) => termToId(term as never)).join(' '));
    parts.set(name, part);
  }
  return [...parts].flatMap(([name, part]) => [
    ...describePart(publication, name, part.quads),
    ...state(partIri(publication.base, name), voidTerm('triples'), whole(part.triples.size)),
  ]);
}

const describeCatalogue = (publication: Publication, triples: number): Quad[] => [
  ...describePart(publication, cataloguePart, []),
  ...state(partIri(publication.base, cataloguePart), voidTerm('triples'), whole(triples)),
];

const partIri = (base: string, part: string): string => `${datasetIri(base)}/part/${encodeURIComponent(part)}`;

function describePart(publication: Publication, part: string, quads: readonly Quad[]): Quad[] {
  const { base, license } = publication;
  const iri = partIri(base, part);
  const { title, description } = textsOf(part, quads[0] ? [quads[0].graph.value] : [], quads, publication);
  return [
    ...state(datasetIri(base), voidTerm('subset'), iri),
    ...state(iri, rdf('type'), voidTerm('Dataset')),
    ...state(iri, dcterms('title'), ...texts(title)),
    ...state(iri, dcterms('description'), ...texts(description)),
    ...state(iri, dcterms('license'), license),
  ];
}

const describePrefixes = (dataset: string, prefixes: Readonly<Record<string, string>>): Quad[] =>
  Object.entries(prefixes).flatMap(([prefix, namespace]) => {
    const iri = `${dataset}#prefix-${prefix}`;
    return [
      ...state(dataset, sh('declare'), iri),
      ...state(iri, rdf('type'), sh('PrefixDeclaration')),
      ...state(iri, sh('prefix'), value(prefix)),
      ...state(iri, sh('namespace'), anyUri(namespace)),
    ];
  });

/** What SHACL calls a query of each form, and the property for its text. */
const executables: Readonly<Record<QueryForm, readonly [type: string, property: string]>> = {
  select: [sh('SPARQLSelectExecutable'), sh('select')],
  ask: [sh('SPARQLAskExecutable'), sh('ask')],
  construct: [sh('SPARQLConstructExecutable'), sh('construct')],
  describe: [sh('SPARQLDescribeExecutable'), sh('describe')],
};

function describeQuery({ name, title, description, tags, query }: QueryFile, base: string): Quad[] {
  const iri = `${base}query/${name}`;
  const [type, property] = executables[readForm(query)];
  // The lines that tell of it are said in triples here.
  const text = query.replace(/^#\+.*\n/gm, '').trim();
  return [
    ...state(iri, rdf('type'), sh('SPARQLExecutable'), type),
    ...state(iri, rdfs('label'), ...texts(title)),
    ...state(iri, rdfs('comment'), ...texts(description)),
    ...state(iri, property, value(text)),
    ...state(iri, sh('prefixes'), datasetIri(base)),
    ...state(iri, schema('keywords'), ...tags.map((tag) => value(tag))),
  ];
}
