import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import oxigraph from 'oxigraph';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildDataset } from '../src/dataset/build.ts';
import { findFiles, loadFiles, readTexts } from '../src/load/files.ts';
import { readPublication } from '../src/load/publication.ts';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf, SyntaxFault } from '../src/rdf/read.ts';
import { mergeGraphs } from '../src/rdf/terms.ts';
import { writeNTriples } from '../src/rdf/write-turtle.ts';
import { infer, type RuleText } from '../src/reason/reason.ts';

const root = new URL('..', import.meta.url).pathname;
const ownPublication = path.join(root, 'data/dataset.json');
const folder = path.join(root, 'ontology/rules');
const ruleFiles = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.n3'));
const rule = (file: string): RuleText => ({ source: file, text: readFileSync(path.join(folder, file), 'utf8') });

const prefixes = `
  PREFIX : <http://example.org/>
  PREFIX owl: <http://www.w3.org/2002/07/owl#>
  PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
  PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
  PREFIX umc: <https://w3id.org/umcnl/ontology#>
  PREFIX foaf: <http://xmlns.com/foaf/0.1/>
  PREFIX org: <http://www.w3.org/ns/org#>
  PREFIX dcterms: <http://purl.org/dc/terms/>
  PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
  PREFIX prov: <http://www.w3.org/ns/prov#>
`;
const read = (text: string, name = 'trig'): Promise<Quad[]> =>
  readRdf(prefixes + text, findFormat(name) ?? formats[0], { source: 'test', baseIRI: 'http://example.org/' });
const expectInferred = async (data: string, rules: readonly RuleText[], expected: string): Promise<void> => {
  expect(await canonicalNQuads(infer(await read(data), rules))).toBe(await canonicalNQuads(await read(expected)));
};

/** For each rule file: data, and all that follows from it by this rule alone. */
const cases: Record<string, [data: string, inferred: string]> = {
  'cax-sco.n3': [
    ':A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :D rdfs:subClassOf :E . :x a :A . :y a :C .',
    ':x a :B, :C .',
  ],
  'prp-dom.n3': [':p rdfs:domain :A, :B . :x :p :y ; :q :z . :y :p "text" .', ':x a :A, :B . :y a :A, :B .'],
  'prp-rng.n3': [':p rdfs:range :A . :x :p :y, [ :name "blank" ] ; :q :z . :v :p "text" .', ':y a :A . [] a :A .'],
  'prp-inv1.n3': [':p owl:inverseOf :q . :a :p :b . :c :q :d .', ':b :q :a .'],
  'prp-inv2.n3': [':p owl:inverseOf :q . :a :p :b . :c :q :d .', ':d :p :c .'],
  'prp-spo1.n3': [
    ':p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :s rdfs:subPropertyOf :t . :a :p :b, "text"@en .',
    ':a :q :b, "text"@en ; :r :b, "text"@en .',
  ],
  'prp-spo2.n3': [
    `:grandparent owl:propertyChainAxiom ( :parent :parent ) . :uncle owl:propertyChainAxiom ( :parent :brother ) .
     :a :parent :b . :b :parent :c ; :brother :d . :c :brother :e . :x :brother :y . :y :parent :z .`,
    ':a :grandparent :c ; :uncle :d . :b :uncle :e .',
  ],
  'prp-symp.n3': [':p a owl:SymmetricProperty . :a :p :b . :c :p :c . :d :q :e . :f :p "text" .', ':b :p :a .'],
  'prp-trp.n3': [
    ':p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d . :a :q :x . :x :q :y .',
    ':a :p :c, :d . :b :p :d .',
  ],
  'scm-sco.n3': [
    ':A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :D . :x a :A .',
    ':A rdfs:subClassOf :C, :D . :B rdfs:subClassOf :D .',
  ],
  'scm-spo.n3': [
    ':p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :r rdfs:subPropertyOf :s . :a :p :b .',
    ':p rdfs:subPropertyOf :r, :s . :q rdfs:subPropertyOf :s .',
  ],
  'same-as/eq-sym.n3': [':a owl:sameAs :b . :b :p :c .', ':b owl:sameAs :a .'],
  'same-as/eq-trans.n3': [
    ':a owl:sameAs :b . :b owl:sameAs :c . :c owl:sameAs :d .',
    ':a owl:sameAs :c, :d . :b owl:sameAs :d .',
  ],
  'same-as/eq-rep-s.n3': [
    ':a owl:sameAs :b . :a :p :c, "text" . :b :q :d .',
    // The premise is itself something said of :a.
    ':b owl:sameAs :b ; :p :c, "text" .',
  ],
  'same-as/eq-rep-o.n3': [':a owl:sameAs :b . :c :p :a . :d :p :b .', ':c :p :b .'],
};

describe('each rule', () => {
  test('has a case, and each case a rule', () => {
    expect(ruleFiles.length).toBeGreaterThan(10);
    expect(Object.keys(cases).sort()).toEqual([...ruleFiles].sort());
  });

  test.each(Object.entries(cases))('%s infers what it says and nothing else', async (file, [data, inferred]) => {
    await expectInferred(data, [rule(file)], inferred);
  });

  test.each(ruleFiles)('%s names the rule of the standard that it is', (file) => {
    expect(rule(file).text).toContain(`OWL 2 RL/RDF rule ${path.basename(file, '.n3')} (`);
  });
});

describe('reasoning', () => {
  const rules = ruleFiles.filter((file) => !file.includes('/')).map(rule);
  const sameAs = ruleFiles.map(rule);

  test('infers nothing that is said already, in whatever graph', async () => {
    const data = `:A rdfs:subClassOf :B . :g { :x a :A . :y a :A } :h { :x a :B }`;
    await expectInferred(data, rules, ':y a :B .');
    const first = infer(await read(data), rules);
    expect(infer([...(await read(data)), ...first], rules)).toEqual([]);
  });

  test('joins what stands in different graphs', async () => {
    await expectInferred(':g { :A rdfs:subClassOf :B } :h { :x a :A }', rules, ':x a :B .');
  });

  test('gives each triple once, though it follows in several ways', async () => {
    const data = ':A rdfs:subClassOf :C . :B rdfs:subClassOf :C . :p rdfs:domain :C . :x a :A, :B ; :p :y, :z .';
    expect(infer(await read(data), rules)).toHaveLength(1);
  });

  test('gives triples of the default graph with no literal as subject and no notes of the rules', async () => {
    const data = `:p rdfs:range :A ; owl:inverseOf :q ; a owl:SymmetricProperty . :r owl:propertyChainAxiom ( :p :p ) .
      :g { :x :p "text", :y . :y :p :z }`;
    const inferred = infer(await read(data), rules);
    expect(inferred.length).toBeGreaterThan(5);
    for (const { subject, predicate, graph } of inferred) {
      expect(['NamedNode', 'BlankNode']).toContain(subject.termType);
      expect(predicate.value).not.toContain('urn:rule:');
      expect(graph.termType).toBe('DefaultGraph');
    }
  });

  test('lets rules feed each other to the end', async () => {
    await expectInferred(
      `:part rdfs:subPropertyOf :within ; owl:inverseOf :whole . :within a owl:TransitiveProperty ; rdfs:range :Place .
       :Place rdfs:subClassOf :Thing . :a :part :b . :c :whole :b .`,
      rules,
      `:b :whole :a ; :part :c . :a :within :b, :c . :b :within :c .
       :b a :Place, :Thing . :c a :Place, :Thing .`,
    );
  });

  test('ends on circles', async () => {
    await expectInferred(
      ':A rdfs:subClassOf :B . :B rdfs:subClassOf :A . :p a owl:TransitiveProperty . :a :p :b . :b :p :a . :x a :A .',
      rules,
      ':A rdfs:subClassOf :A . :B rdfs:subClassOf :B . :a :p :a . :b :p :b . :x a :B .',
    );
  });

  test('infers nothing without rules or from nothing', async () => {
    expect(infer(await read(':A rdfs:subClassOf :B . :x a :A .'), [])).toEqual([]);
    expect(infer([], rules)).toEqual([]);
  });

  test('takes owl:sameAs as any other property unless told to follow it', async () => {
    const data = ':a owl:sameAs :b ; :p 1 . :b :q 2 . :c :r :a .';
    await expectInferred(data, rules, '');
    await expectInferred(data, sameAs, ':a owl:sameAs :a ; :q 2 . :b owl:sameAs :a, :b ; :p 1 . :c :r :b .');
  });

  test('names the file and the line of a rule that cannot be read', () => {
    const text = '@prefix : <http://example.org/> .\n{ ?x a :A } => { ?x a nonsense } .\n';
    let fault: unknown;
    try {
      infer([], [{ source: 'broken.n3', text }]);
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(SyntaxFault);
    expect(fault).toMatchObject({ source: 'broken.n3', line: 2 });
  });
});

// Of the things in the small graph only: what follows for the ontology's own terms is not the point here.
const byHand = `
  :centre a umc:Organisation, org:FormalOrganization, org:Organization, foaf:Agent ;
    org:memberOf :network ; umc:hasCoreTask :task ; umc:collaboratesWith :company .
  :network a umc:Organisation, org:Organization, foaf:Agent ; umc:hasMember :centre ; org:hasMember :centre .
  :task a umc:CoreTask, skos:Concept ; umc:coreTaskOf :centre .
  :alliance a umc:Collaboration, umc:Organisation, org:OrganizationalCollaboration, org:Organization, foaf:Agent .
  :company a foaf:Agent ; umc:participatesIn :alliance .
  :theme skos:narrower :narrow .
  :part umc:partOf :all ; dcterms:isPartOf :whole, :all .
  :whole dcterms:isPartOf :all ; umc:hasPart :part ; dcterms:hasPart :part .
  :all umc:hasPart :whole, :part ; dcterms:hasPart :whole, :part .`;

describe('with the real ontology', () => {
  let ontology: readonly Quad[];
  let rules: RuleText[];

  beforeAll(async () => {
    const files = await findFiles('*.ttl', path.join(root, 'ontology'));
    const loaded = await loadFiles(files.map((file) => ({ file: path.join(root, 'ontology', file), layer: 'test' })));
    expect(loaded.faults).toEqual([]);
    ontology = loaded.quads;
    rules = await readTexts('*.n3', folder);
  });

  test('a small graph means all that was written out by hand', async () => {
    const about = new Set([
      'centre',
      'network',
      'task',
      'alliance',
      'company',
      'theme',
      'narrow',
      'part',
      'whole',
      'all',
    ]);
    const inferred = infer(
      [
        ...ontology,
        ...(await read(`
          :centre a umc:Centre ; umc:memberOf :network .
          :network umc:membersHaveCoreTask :task .
          :alliance a umc:Alliance ; umc:participant :company .
          :company umc:collaboratesWith :centre .
          :narrow skos:broader :theme .
          :part umc:partOf :whole . :whole umc:partOf :all .`)),
      ],
      rules,
    ).filter(({ subject }) => about.has(subject.value.replace('http://example.org/', '')));
    const expected = await read(byHand);
    expect(await canonicalNQuads(inferred)).toBe(await canonicalNQuads(expected));
  });
});

const difference = (list: readonly string[], from: readonly string[]): string[] => {
  const known = new Set(from);
  return list.filter((each) => !known.has(each)).slice(0, 10);
};

describe('on the real data', () => {
  /** The same rules once more, in another language and for another engine. */
  const updates = [
    ['?a rdfs:subClassOf ?c', '?a rdfs:subClassOf ?b . ?b rdfs:subClassOf ?c'],
    ['?a rdfs:subPropertyOf ?c', '?a rdfs:subPropertyOf ?b . ?b rdfs:subPropertyOf ?c'],
    ['?x a ?super', '?class rdfs:subClassOf ?super . ?x a ?class'],
    ['?x ?super ?y', '?p rdfs:subPropertyOf ?super . ?x ?p ?y'],
    ['?x a ?class', '?p rdfs:domain ?class . ?x ?p ?y'],
    ['?y a ?class', '?p rdfs:range ?class . ?x ?p ?y FILTER(!isLiteral(?y))'],
    ['?y ?q ?x', '{ ?p owl:inverseOf ?q } UNION { ?q owl:inverseOf ?p } ?x ?p ?y FILTER(!isLiteral(?y))'],
    ['?y ?p ?x', '?p a owl:SymmetricProperty . ?x ?p ?y FILTER(!isLiteral(?y))'],
    ['?x ?p ?z', '?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z'],
    ['?x ?p ?z', '?p owl:propertyChainAxiom ( ?q ?r ) . ?x ?q ?y . ?y ?r ?z'],
  ];

  test('another implementation infers the same triples', async () => {
    const dataset = await buildDataset(await readPublication(ownPublication));
    const inferredGraph = dataset.publication && dataset.publication.base + dataset.publication.inferredGraph;
    const inferred = dataset.quads.filter(({ graph }) => graph.value === inferredGraph);
    const asserted = [...mergeGraphs(dataset.quads.filter(({ graph }) => graph.value !== inferredGraph))];
    expect(inferred.length).toBe(dataset.counts.inferred);
    expect(inferred.length).toBeGreaterThan(1000);

    const store = new oxigraph.Store();
    store.load(writeNTriples(asserted), { format: 'application/n-triples' });
    const before = new Set(store.match().map(String));
    for (let size = 0; size !== store.size; ) {
      size = store.size;
      for (const [then, when] of updates)
        store.update(`${prefixes} INSERT { ${then} } WHERE { ${when} FILTER NOT EXISTS { ${then} } }`, {});
    }
    const others = store
      .match()
      .map(String)
      .filter((each) => !before.has(each));

    const second = new oxigraph.Store();
    second.load(writeNTriples(inferred), { format: 'application/n-triples' });
    const ours = second.match().map(String);
    expect(difference(ours, others)).toEqual([]);
    expect(difference(others, ours)).toEqual([]);
  });

  test('owl:sameAs is followed only when told to', async () => {
    const publication = await readPublication(ownPublication);
    const same = 'http://www.w3.org/2002/07/owl#sameAs';
    const inferredSame = async (sameAs: boolean): Promise<number> => {
      const dataset = await buildDataset(publication, {
        sameAs,
        extra: [{ file: path.join(root, 'tests/fixtures/reason/same-as.ttl'), layer: 'data' }],
      });
      return dataset.quads.filter(
        ({ subject, predicate }) => predicate.value === same && subject.value === 'http://example.org/second',
      ).length;
    };
    expect(await inferredSame(false)).toBe(0);
    expect(await inferredSame(true)).toBe(2);
    // The graph has a hundred and more such links to registries itself, which takes the rules a while.
  }, 240_000);
});
