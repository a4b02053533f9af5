import type { Quad } from '@rdfjs/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatasetFacts } from '../src/dataset/build.ts';
import { EnginePool } from '../src/engine/pool.ts';
import { EngineSource } from '../src/publish/engine-source.ts';
import { Reader } from '../src/publish/graph-reader.ts';
import { type GraphSource, ownTriples } from '../src/publish/graph-source.ts';
import { tripleOf } from '../src/publish/graph-tables.ts';
import { MemorySource } from '../src/publish/memory-source.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { readNQuads } from '../src/rdf/read.ts';
import { literal, namedNode, owl, rdf, rdfs, skos } from '../src/rdf/terms.ts';
import { writeNQuads } from '../src/rdf/write-turtle.ts';

/** Memory and engine say the same of one dataset, whatever they are asked. */
const base = 'https://data.example.org/';
const thing = (name: string): string => `${base}id/centre/${name}`;
const partOf = `${base}ontology#partOf`;

const inGraphs = `
<${thing('north')}> <${rdf('type')}> <${base}ontology#Centre> <${base}one> .
<${thing('north')}> <${rdfs('label')}> "Centre North"@en <${base}one> .
<${thing('north')}> <${rdfs('label')}> "Centrum Noord"@nl <${base}two> .
<${thing('north')}> <${owl('sameAs')}> <https://elsewhere.example.org/7> <${base}two> .
<${thing('north')}> <${base}ontology#address> <${thing('north#address')}> <${base}one> .
<${thing('north#address')}> <${rdfs('label')}> "Street 1" <${base}one> .
<${thing('north#history')}> <${base}ontology#of> <${thing('north')}> <${base}one> .
<https://elsewhere.example.org/7> <${skos('altLabel')}> "The Northern" <${base}two> .
<${thing('south')}> <${rdf('type')}> <${base}ontology#Centre> <${base}one> .
<${thing('south')}> <${rdfs('label')}> "Centre South"@en <${base}one> .
<${thing('south')}> <${partOf}> <${thing('north')}> <${base}one> .
<${thing('south')}> <${partOf}> <${thing('north')}> <${base}two> .
<${thing('west')}> <${rdf('type')}> <${base}ontology#Centre> <${base}one> .
<${thing('west')}> <${partOf}> <${thing('north')}> <${base}one> .
<${thing('west')}> <${rdf('type')}> <${base}ontology#Organisation> <${base}inferred> .
<${base}id/theme/care> <${rdf('type')}> <${skos('Concept')}> <${base}two> .
<${base}id/theme/care> <${skos('notation')}> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <${base}two> .
<${base}catalogue#p1> <${base}counts> <${base}ontology#Centre> <${base}catalogue> .
<${base}catalogue#p1> <${base}counts> <${base}catalogue#p2> <${base}catalogue> .
<${base}catalogue#p2> <${rdfs('label')}> "Second" <${base}catalogue> .
`;
const onlyDefault = `<${thing('east')}> <${rdf('type')}> <${base}ontology#Centre> .\n`;

type Kind = 'publication' | 'plain files';

const factsOf = (kind: Kind): DatasetFacts => ({
  publication:
    kind === 'publication' ? ({ base, inferredGraph: 'inferred', catalogueGraph: 'catalogue' } as never) : undefined,
  inputs: [],
  counts: { asserted: 0, inferred: 0, described: 0 },
  version: 'none',
  graphs: { '': 0, [`${base}one`]: 0, [`${base}two`]: 0, [`${base}inferred`]: 0, [`${base}catalogue`]: 0, c14n0: 0 },
});

const written = (quads: readonly Quad[]): string[] => quads.map((each) => writeNQuads([each])).sort();
const ended = (groups: ReadonlyMap<string, readonly string[]>): unknown =>
  Object.fromEntries([...groups].map(([key, values]) => [key, [...new Set(values)].sort()]));

const names = [rdfs('label'), skos('altLabel')];
const search = (words: readonly string[], all: boolean) => ({ properties: names, words, all, limit: 10 });

/** Of each, whatever order it leaves open put in one. */
const questions: Record<string, (source: GraphSource) => unknown> = {
  'triples of a thing': (source) => written(source.find(namedNode(thing('north')), null, null)),
  'triples with a property': (source) => written(source.find(null, namedNode(partOf), null)),
  'triples with a value': (source) =>
    written(source.find(null, namedNode(rdfs('label')), literal('Street 1') as never)),
  'what is not there': (source) => source.find(namedNode(`${base}nothing`), null, null),
  'quads of a thing': (source) => written(source.quads({ subject: namedNode(thing('south')) })),
  'quads of a graph': (source) => written(source.graph(`${base}two`)),
  'what is stated in a graph': (source) => written(source.stated(`${base}two`)),
  graphs: (source) => [`${base}one`, `${base}three`, 'c14n0'].map((each) => source.hasGraph(each)),
  'its parts': (source) => source.parts(thing('north')),
  'its own triples': (source) => written(ownTriples(source, thing('north'))),
  'what points to a thing': (source) => source.pointing(thing('north')),
  'what points to a class': (source) => source.pointing(`${base}ontology#Centre`),
  'what points to a part of the description': (source) => source.pointing(`${base}catalogue#p2`),
  'a page of what points to it': (source) => written(source.pointingWith(thing('north'), partOf, 1, 5)),
  mentions: (source) => [thing('north'), `${base}nothing`].map((each) => source.mentions(each)),
  'whether it is mentioned': (source) =>
    [thing('north'), partOf, thing('west'), `${base}nothing`].map((each) => source.isMentioned(each)),
  things: (source) => source.things(`${base}id/`),
  'their classes': (source) => ended(source.everyName(`${base}id/`, names).types),
  'their names': (source) => ended(source.everyName(`${base}id/`, names).names),
  'called both': (source) => source.called(base, search(['centre', 'north'], true)),
  'called either': (source) => source.called(base, search(['north', 'south'], false)),
  'uses of a class': (source) => source.uses('class', `${base}ontology#Centre`, 2),
  'uses of a property': (source) => source.uses('property', partOf, 1),
  'counts of classes': (source) => Object.fromEntries(source.counts().classes),
  'counts of properties': (source) => Object.fromEntries(source.counts().properties),
  'counts of the properties of some things': (source) =>
    Object.fromEntries(source.propertiesOf(`${base}id/`, [`${base}ontology#Centre`, skos('Concept')])),
  datatypes: (source) => [source.datatypes(skos('notation')), source.datatypes(rdfs('label'), `${base}id/centre/`)],
  'how many there are in a graph': (source) => source.sample(`${base}one`, 3).triples.length,
};

describe.each<Kind>(['publication', 'plain files'])('of a dataset of %s', (kind) => {
  let pool: EnginePool;
  let engine: EngineSource;
  let memory: MemorySource;

  beforeAll(async () => {
    const quads = [...readNQuads(inGraphs), ...readNQuads(onlyDefault)];
    // The default graph of a publication is the merge of all graphs.
    const all = kind === 'publication' ? [...quads, ...quads.map(tripleOf)] : quads;
    pool = await EnginePool.start({
      engine: 'oxigraph',
      nquads: await canonicalNQuads(all),
      workers: 1,
      timeLimit: 30,
      queueLimit: 50,
    });
    engine = new EngineSource(factsOf(kind), new Reader(pool));
    memory = new MemorySource(factsOf(kind));
    memory.add(quads);
  }, 60_000);
  afterAll(() => pool.close());

  test.each(Object.entries(questions))('memory and engine say the same: %s', async (_, ask) => {
    expect(await engine.reading(() => ask(engine))).toEqual(ask(memory));
  });

  // Plain files have little in the default graph: only what stands in none.
  test.runIf(kind === 'publication')('and that is something', () => {
    const empty = Object.entries(questions).filter(([, ask]) => {
      const answer = ask(memory);
      return typeof answer === 'object' && answer !== null && Object.keys(answer).length === 0;
    });
    expect(empty.map(([name]) => name)).toEqual(['what is not there']);
    // What the catalogue counts is left out.
    expect(memory.pointing(`${base}ontology#Centre`)).toEqual([{ property: rdf('type'), total: 4 }]);
  });
});
