import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { beforeAll, describe, expect, test } from 'vitest';
import { findFiles, loadFiles, readTexts } from '../src/load/files.ts';
import { formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';
import { dcterms, owl, rdf, rdfs, skos, xsd } from '../src/rdf/terms.ts';
import { findOwlRlFaults, reach } from './support/owl-rl.ts';

const root = new URL('..', import.meta.url).pathname;
const iri = 'https://w3id.org/umcnl/ontology';
const vann = (name: string): string => `http://purl.org/vocab/vann/${name}`;
const termStatus = 'http://www.w3.org/2003/06/sw-vocab-status/ns#term_status';

let ontology: readonly Quad[];

beforeAll(async () => {
  const files = await findFiles('*.ttl', path.join(root, 'ontology'));
  const inputs = files.map((file) => ({ file: path.join(root, 'ontology', file), layer: 'test' }));
  const { quads, faults } = await loadFiles(inputs);
  expect(faults.map(String)).toEqual([]);
  ontology = quads;
});

describe('the OWL 2 RL profile', () => {
  const turtle = async (text: string): Promise<Quad[]> => {
    const prefixes = `
      @prefix : <https://example.org/ontology#> .
      @prefix owl: <${owl('')}> .
      @prefix rdf: <${rdf('')}> .
      @prefix rdfs: <${rdfs('')}> .
      @prefix xsd: <${xsd('')}> .`;
    return readRdf(prefixes + text, formats[0], { source: 'test', baseIRI: 'https://example.org/' });
  };
  // All that is accepted, each once; the cases below add one thing to it.
  const accepted = `
    <https://example.org/ontology> a owl:Ontology ; owl:versionIRI <https://example.org/ontology/1> .
    :Thing a owl:Class ; rdfs:label "Thing"@en .
    :Agent a owl:Class ; rdfs:subClassOf :Thing .
    :Place a owl:Class ; rdfs:subClassOf :Thing ; :note "A place."@en .
    [] a owl:AllDisjointClasses ; owl:members ( :Agent :Place ) .
    :knows a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:domain :Agent ; rdfs:range :Agent .
    :partOf a owl:ObjectProperty , owl:TransitiveProperty .
    :hasPart a owl:ObjectProperty ; owl:inverseOf :partOf .
    :within a owl:ObjectProperty .
    :partOf rdfs:subPropertyOf :within .
    :basedIn a owl:ObjectProperty , owl:FunctionalProperty , owl:AsymmetricProperty , owl:IrreflexiveProperty .
    :keyOf a owl:ObjectProperty , owl:InverseFunctionalProperty .
    :near a owl:ObjectProperty ; owl:propertyChainAxiom ( :near :basedIn ) , ( :near :near ) , ( :basedIn :partOf ) .
    :size a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:domain :Place ; rdfs:range xsd:decimal .
    :note a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:label .
    :here a :Place ; :partOf :there ; :size 1.5 ; :note "2026-11-22"^^xsd:date .
  `;

  test('the ontology keeps to it', () => {
    expect(ontology.length).toBeGreaterThan(1000);
    expect(findOwlRlFaults(ontology)).toEqual([]);
  });

  test('what we use of it is accepted', async () => {
    expect(findOwlRlFaults(await turtle(accepted))).toEqual([]);
  });

  test.each([
    ['a union as domain', ':within rdfs:domain [ a owl:Class ; owl:unionOf ( :Agent :Place ) ] .', 'A domain must be'],
    ['a union as range', ':within rdfs:range [ owl:unionOf ( :Agent :Place ) ] .', 'A range must be'],
    ['a list of individuals as superclass', ':Agent rdfs:subClassOf [ owl:oneOf ( :here ) ] .', 'named classes'],
    [
      'an existential superclass',
      ':Agent rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :basedIn ; owl:someValuesFrom :Place ] .',
      'named classes',
    ],
    [
      'a minimum as superclass',
      ':Agent rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :basedIn ; owl:minCardinality 1 ] .',
      'not accepted',
    ],
    ['a complement as superclass', ':Agent rdfs:subClassOf [ owl:complementOf :Place ] .', 'not accepted'],
    ['a union of named classes', ':Thing owl:unionOf ( :Agent :Place ) .', 'not accepted'],
    ['a disjoint union', ':Thing owl:disjointUnionOf ( :Agent :Place ) .', 'not accepted'],
    ['equivalent classes', ':Agent owl:equivalentClass :Place .', 'not accepted'],
    ['a key', ':Place owl:hasKey ( :size ) .', 'not accepted'],
    ['owl:Thing as superclass', ':Agent rdfs:subClassOf owl:Thing .', 'named classes'],
    ['owl:Thing as domain', ':within rdfs:domain owl:Thing .', 'A domain must be'],
    ['owl:Thing declared', 'owl:Thing a owl:Class .', 'reserved term'],
    ['xsd:date as range', ':made a owl:DatatypeProperty ; rdfs:range xsd:date .', 'no datatype of OWL 2 RL'],
    ['xsd:gYear as range', ':made a owl:DatatypeProperty ; rdfs:range xsd:gYear .', 'no datatype of OWL 2 RL'],
    ['xsd:duration as range', ':made a owl:DatatypeProperty ; rdfs:range xsd:duration .', 'no datatype of OWL 2 RL'],
    [
      'rdf:langString as range',
      ':said a owl:DatatypeProperty ; rdfs:range rdf:langString .',
      'no datatype of OWL 2 RL',
    ],
    ['a class as range of a datatype property', ':size rdfs:range :Place .', 'no datatype of OWL 2 RL'],
    ['a datatype as range of an object property', ':within rdfs:range xsd:string .', 'A range must be'],
    ['a range of an annotation', ':note rdfs:range xsd:string .', 'Only object and datatype properties'],
    ['a date as value', ':made a owl:DatatypeProperty . :here :made "2026-11-22"^^xsd:date .', 'must have a datatype'],
    ['a new datatype', ':Size a rdfs:Datatype .', 'not accepted'],
    ['a text as value of an object property', ':here :within "there" .', 'must be a named thing'],
    ['a property that is not declared', ':here :beside :there .', 'not declared'],
    ['a type that is not declared', ':here a :Region .', 'no declared class'],
    ['a superclass that is not declared', ':Agent rdfs:subClassOf :Being .', 'named classes'],
    ['a range that is not declared', ':within rdfs:range :Region .', 'A range must be'],
    ['an inverse that is not declared', ':within owl:inverseOf :holds .', 'declared object properties'],
    ['a property of two kinds', ':size a owl:ObjectProperty .', 'Declared as'],
    ['a class that is a property as well', ':Place a owl:AnnotationProperty .', 'Declared as'],
    ['a plain rdf:Property', ':beside a rdf:Property .', 'not accepted'],
    ['a plain rdfs:Class', ':Region a rdfs:Class .', 'not accepted'],
    ['a subproperty of another kind', ':size rdfs:subPropertyOf :within .', 'properties of one kind'],
    ['a transitive datatype property', ':size a owl:TransitiveProperty .', 'Only for a declared'],
    ['a reflexive property', ':within a owl:ReflexiveProperty .', 'not accepted'],
    [
      'an inverse without a name in a chain',
      ':within owl:propertyChainAxiom ( [ owl:inverseOf :near ] :partOf ) .',
      'A chain',
    ],
    ['a chain of one', ':within owl:propertyChainAxiom ( :basedIn ) .', 'A chain must be of two or more'],
    ['a datatype property in a chain', ':within owl:propertyChainAxiom ( :basedIn :size ) .', 'A chain must be'],
    [
      'a chain that does not end',
      ':near owl:propertyChainAxiom _:l . _:l rdf:first :near ; rdf:rest _:l .',
      'A chain must',
    ],
    ['a list of no axiom', ':here :note ( :Agent ) .', 'belongs to no axiom'],
    ['disjointness of one class', '[] a owl:AllDisjointClasses ; owl:members ( :Agent ) .', 'Members must be'],
    ['disjointness of nothing', '[] a owl:AllDisjointClasses .', 'one list of members'],
    ['disjointness with a name', ':d a owl:AllDisjointClasses ; owl:members ( :Agent :Place ) .', 'must be blank'],
    ['a thing without a name', '[] a :Place .', 'Only a named thing'],
    ['an import', '<https://example.org/ontology> owl:imports <https://example.org/other> .', 'not accepted'],
    ['equal individuals', ':here owl:sameAs :there .', 'not accepted'],
    ['a term of OWL as value', ':here :note owl:Class .', 'not accepted'],
    ['a functional property that is transitive', ':partOf a owl:FunctionalProperty .', 'Not on a property'],
    ['an irreflexive inverse of a transitive property', ':hasPart a owl:IrreflexiveProperty .', 'Not on a property'],
    ['an asymmetric property above a transitive one', ':within a owl:AsymmetricProperty .', 'Not on a property'],
    ['a functional property with a chain', ':near a owl:InverseFunctionalProperty .', 'Not on a property'],
    [
      'a property in the middle of its own chain',
      ':near owl:propertyChainAxiom ( :basedIn :near :basedIn ) .',
      'not regular',
    ],
    ['a chain with its own property twice', ':near owl:propertyChainAxiom ( :near :basedIn :near ) .', 'not regular'],
    ['two chains that need each other', ':basedIn owl:propertyChainAxiom ( :near :knows ) .', 'not regular'],
    ['a chain below its own member', ':near rdfs:subPropertyOf :basedIn .', 'not regular'],
    [
      'the inverse of a property in its own chain',
      ':hasPart owl:propertyChainAxiom ( :partOf :knows ) .',
      'not regular',
    ],
  ])('%s is a fault', async (_, addition, fault) => {
    expect(findOwlRlFaults(await turtle(accepted + addition)).join('\n')).toContain(fault);
  });
});

describe('the pitfalls of ontologies', () => {
  const about = (subject: string, predicate: string, quads = ontology) =>
    quads.filter((each) => each.subject.value === subject && each.predicate.value === predicate).map((q) => q.object);
  const valuesOf = (subject: string, predicate: string) => about(subject, predicate).map(({ value }) => value);
  const withPredicate = (predicate: string) => ontology.filter((each) => each.predicate.value === predicate);
  const typed = (...types: readonly string[]) => {
    const found = withPredicate(rdf('type')).filter(({ object }) => types.includes(object.value));
    return [...new Set(found.map(({ subject }) => subject.value))].sort();
  };
  const propertyTypes = ['ObjectProperty', 'DatatypeProperty', 'AnnotationProperty'].map(owl);
  const own = (terms: readonly string[]) => terms.filter((term) => term.startsWith(`${iri}#`));
  const classes = () => own(typed(owl('Class')));
  const properties = () => own(typed(...propertyTypes));
  const terms = () => [...classes(), ...properties()];
  const localName = (term: string) => term.slice(iri.length + 1);
  const above = (predicate: string): Map<string, Set<string>> => {
    const graph = new Map<string, Set<string>>();
    for (const { subject, object } of withPredicate(predicate))
      graph.set(subject.value, (graph.get(subject.value) ?? new Set()).add(object.value));
    return graph;
  };
  const languagesOf = (term: string, predicate: string) =>
    about(term, predicate)
      .map((each) => (each.termType === 'Literal' && each.value.trim() ? each.language : 'no text'))
      .sort();

  test('there are terms to judge', () => {
    expect(classes().length).toBeGreaterThan(50);
    expect(properties().length).toBeGreaterThan(50);
  });

  test.each([
    ['label', rdfs('label')],
    ['definition', skos('definition')],
  ])('each term has one %s in each language (P08)', (_, predicate) => {
    expect(terms().filter((term) => languagesOf(term, predicate).join() !== 'en,nl')).toEqual([]);
  });

  test('each term says where it is defined and how settled it is', () => {
    const statuses = ['unstable', 'testing', 'stable', 'archaic'];
    expect(terms().filter((term) => valuesOf(term, rdfs('isDefinedBy')).join() !== iri)).toEqual([]);
    expect(terms().filter((term) => !statuses.includes(valuesOf(term, termStatus).join()))).toEqual([]);
  });

  test('each term that the ontology names is a class or a property (P34, P35)', () => {
    const named = ontology.flatMap(({ subject, predicate, object }) => [subject, predicate, object]);
    const iris = named.filter(({ termType }) => termType === 'NamedNode').map(({ value }) => value);
    expect(own([...new Set(iris)]).filter((term) => !terms().includes(term))).toEqual([]);
  });

  test('data, shapes, rules and queries name only terms that exist', async () => {
    const known = new Set(terms().map(localName));
    const patterns = ['data/**/*.ttl', 'ontology/**/*.{ttl,n3}', 'queries/**/*.rq'];
    const texts = (await Promise.all(patterns.map((pattern) => readTexts(pattern, root)))).flat();
    expect(texts.length).toBeGreaterThan(300);
    const unknown = texts.flatMap(({ source, text }) =>
      [...text.matchAll(/(?:(?<![\w:/#-])umc:|https:\/\/w3id\.org\/umcnl\/ontology#)([\w-]+)/g)]
        .filter(([, name]) => !known.has(name as string))
        .map(([term]) => `${source}: ${term}`),
    );
    expect([...new Set(unknown)]).toEqual([]);
  });

  test('names are in the right case (P22)', () => {
    expect(classes().filter((term) => !/^([A-Z][a-z0-9]+)+$/.test(localName(term)))).toEqual([]);
    expect(properties().filter((term) => !/^[a-z][a-z0-9]*([A-Z][a-z0-9]+)*$/.test(localName(term)))).toEqual([]);
  });

  test('no two classes and no two properties have the same label (P32)', () => {
    for (const group of [classes(), properties()]) {
      const labels = group.flatMap((term) =>
        about(term, rdfs('label')).map((each) =>
          each.termType === 'Literal' ? `${each.value.toLowerCase()}@${each.language}` : each.value,
        ),
      );
      expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual([]);
    }
  });

  test.each([rdfs('subClassOf'), rdfs('subPropertyOf')])('%s has no cycle (P06)', (predicate) => {
    const graph = above(predicate);
    expect(graph.size).toBeGreaterThan(5);
    expect([...graph.keys()].filter((term) => reach(graph, term).has(term))).toEqual([]);
  });

  test('no property has several domains or ranges (P19)', () => {
    const all = typed(...propertyTypes);
    const several = (property: string, predicate: string) => valuesOf(property, predicate).length > 1;
    expect(all.filter((each) => several(each, rdfs('domain')) || several(each, rdfs('range')))).toEqual([]);
  });

  test('a property without domain or range says why, and no other does (P11)', () => {
    const wrong = properties().filter((property) => {
      const missing = ['domain', 'range'].filter((each) => !valuesOf(property, rdfs(each)).length).join(' or ');
      const reason = valuesOf(property, rdfs('comment')).map((text) =>
        /^No (domain or range|domain|range): \S/.exec(text),
      );
      return missing ? !reason.some((each) => each?.[1] === missing) : reason.some(Boolean);
    });
    expect(wrong).toEqual([]);
  });

  test('inverses are declared once, and their domains and ranges agree (P05)', () => {
    const pairs = withPredicate(owl('inverseOf')).map(({ subject, object }) => [subject.value, object.value] as const);
    const members = pairs.flat();
    expect(pairs.length).toBeGreaterThan(10);
    expect(members.filter((each, index) => members.indexOf(each) !== index)).toEqual([]);
    const disagree = (a: string, b: string) => {
      const [domain, range] = [valuesOf(a, rdfs('domain')).join(), valuesOf(b, rdfs('range')).join()];
      return domain !== '' && range !== '' && domain !== range;
    };
    expect(pairs.filter(([a, b]) => disagree(a, b) || disagree(b, a))).toEqual([]);
  });

  test('classes are disjoint, and none is below two that are (P10)', () => {
    const lists = withPredicate(owl('members')).map(({ object }) => {
      const members: string[] = [];
      for (let node = object.value; node !== rdf('nil'); node = valuesOf(node, rdf('rest'))[0] ?? rdf('nil'))
        members.push(...valuesOf(node, rdf('first')));
      return members;
    });
    expect(lists.flat().length).toBeGreaterThan(1);
    const graph = above(rdfs('subClassOf'));
    const empty = typed(owl('Class')).filter((each) => {
      const all = reach(graph, each).add(each);
      return lists.some((list) => list.filter((member) => all.has(member)).length > 1);
    });
    expect(empty).toEqual([]);
  });

  test('each class of our own has a superclass or a match elsewhere (P04)', () => {
    const matches = [rdfs('subClassOf'), ...['exactMatch', 'closeMatch', 'broadMatch'].map(skos)];
    expect(classes().filter((each) => !matches.some((predicate) => valuesOf(each, predicate).length))).toEqual([]);
  });

  test('the header of the ontology is complete (P38, P41, FOOPS, LOV)', () => {
    expect(typed(owl('Ontology'))).toEqual([iri]);
    for (const predicate of ['title', 'description'].map(dcterms))
      expect(languagesOf(iri, predicate), predicate).toEqual(['en', 'nl']);
    for (const predicate of ['creator', 'publisher', 'license'].map(dcterms))
      expect(
        about(iri, predicate).map(({ termType }) => termType),
        predicate,
      ).toEqual(['NamedNode']);
    for (const predicate of ['created', 'issued', 'modified'].map(dcterms)) {
      const dates = about(iri, predicate).map((each) => each.termType === 'Literal' && each.datatype.value);
      expect(dates, predicate).toEqual([xsd('date')]);
    }
    const [version] = valuesOf(iri, owl('versionInfo'));
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(valuesOf(iri, owl('versionIRI'))).toEqual([`${iri}/${version}`]);
    const [citation] = about(iri, dcterms('bibliographicCitation'));
    expect(citation?.termType).toBe('Literal');
    expect(citation?.value).toContain(version);
    expect(citation?.value).toContain(iri);
    for (const [name, value] of [
      ['preferredNamespacePrefix', 'umc'],
      ['preferredNamespaceUri', `${iri}#`],
    ] as const)
      expect(about(iri, vann(name)).map(({ termType, value }) => [termType, value])).toEqual([['Literal', value]]);
  });
});
