import type { Quad, Term } from '@rdfjs/types';
import { owl, rdf, rdfs, xsd } from '../../src/rdf/terms.ts';

/**
 * Faults of an ontology against OWL 2 RL (W3C OWL 2 Profiles, section 4.2) and the global restrictions of OWL 2 DL
 * (Structural Specification, section 11), each with its triple.
 *
 * Only constructs that our ontology may use are accepted: a list shorter than the profile's, with named classes and
 * properties alone. Anything else in the vocabularies of OWL, RDFS and RDF is a fault.
 */
export function findOwlRlFaults(quads: Iterable<Quad>): string[] {
  const ontology = indexOntology([...quads]);
  return [...ontology.quads.flatMap((each) => judge(each, ontology)), ...findGlobalFaults(ontology)];
}

type Kind = 'class' | 'object property' | 'datatype property' | 'annotation property';

const kinds = new Map<string, Kind>([
  [owl('Class'), 'class'],
  [owl('ObjectProperty'), 'object property'],
  [owl('DatatypeProperty'), 'datatype property'],
  [owl('AnnotationProperty'), 'annotation property'],
]);

const characteristics = new Map<string, readonly Kind[]>([
  [owl('FunctionalProperty'), ['object property', 'datatype property']],
  [owl('InverseFunctionalProperty'), ['object property']],
  [owl('AsymmetricProperty'), ['object property']],
  [owl('IrreflexiveProperty'), ['object property']],
  [owl('SymmetricProperty'), ['object property']],
  [owl('TransitiveProperty'), ['object property']],
]);

/** Characteristics that OWL 2 DL gives only to properties that no chain or transitivity makes. */
const forSimpleOnly = [
  owl('FunctionalProperty'),
  owl('InverseFunctionalProperty'),
  owl('AsymmetricProperty'),
  owl('IrreflexiveProperty'),
];

const builtInAnnotations = [
  ...['label', 'comment', 'seeAlso', 'isDefinedBy'].map(rdfs),
  ...['versionInfo', 'deprecated', 'priorVersion', 'backwardCompatibleWith', 'incompatibleWith'].map(owl),
];

/** The datatypes of OWL 2 RL. Not among them: xsd:date, xsd:gYear, xsd:duration, rdf:langString, owl:real. */
const datatypes = [
  rdfs('Literal'),
  rdf('PlainLiteral'),
  rdf('XMLLiteral'),
  ...['decimal', 'integer', 'nonNegativeInteger', 'nonPositiveInteger', 'positiveInteger', 'negativeInteger'].map(xsd),
  ...['long', 'int', 'short', 'byte', 'unsignedLong', 'unsignedInt', 'unsignedShort', 'unsignedByte'].map(xsd),
  ...['float', 'double', 'string', 'normalizedString', 'token', 'language', 'Name', 'NCName', 'NMTOKEN'].map(xsd),
  ...['boolean', 'hexBinary', 'base64Binary', 'anyURI', 'dateTime', 'dateTimeStamp'].map(xsd),
];

interface Ontology {
  readonly quads: readonly Quad[];
  /** What each term is declared as. */
  readonly declared: ReadonlyMap<string, ReadonlySet<Kind>>;
  /** Blank nodes that hold the lists of axioms. */
  readonly listNodes: ReadonlySet<string>;
  /** The members of a list of named nodes; undefined if it is no such list. */
  readonly readList: (head: Term) => readonly string[] | undefined;
}

function indexOntology(quads: readonly Quad[]): Ontology {
  const declared = new Map<string, Set<Kind>>(
    builtInAnnotations.map((each) => [each, new Set(['annotation property'])]),
  );
  for (const { subject, predicate, object } of quads) {
    const kind = predicate.value === rdf('type') ? kinds.get(object.value) : undefined;
    if (kind) declared.set(subject.value, (declared.get(subject.value) ?? new Set()).add(kind));
  }
  const valuesOf = (node: Term, property: string): Term[] =>
    quads.filter(({ subject, predicate }) => predicate.value === property && subject.equals(node)).map((q) => q.object);
  const listNodes = new Set<string>();
  const readList = (head: Term): string[] | undefined => {
    const members: string[] = [];
    const seen = new Set<string>();
    for (let node = head; node.value !== rdf('nil'); ) {
      const [first, ...moreFirst] = valuesOf(node, rdf('first'));
      const [rest, ...moreRest] = valuesOf(node, rdf('rest'));
      if (node.termType !== 'BlankNode' || seen.has(node.value) || !first || !rest) return undefined;
      if (moreFirst.length || moreRest.length || first.termType !== 'NamedNode') return undefined;
      seen.add(node.value);
      listNodes.add(node.value);
      members.push(first.value);
      node = rest;
    }
    return members;
  };
  for (const { predicate, object } of quads)
    if ([owl('members'), owl('propertyChainAxiom')].includes(predicate.value)) readList(object);
  return { quads, declared, listNodes, readList };
}

const reserved = [rdf(''), rdfs(''), owl('')];
const isReserved = (term: Term): boolean =>
  term.termType === 'NamedNode' && reserved.some((namespace) => term.value.startsWith(namespace));

function judge(each: Quad, ontology: Ontology): string[] {
  const fault = faultOf(each, ontology);
  return fault ? [`${fault}: ${describe(each)}`] : [];
}

function faultOf({ subject, predicate, object }: Quad, ontology: Ontology): string | undefined {
  const is = (term: Term, ...allowed: readonly Kind[]): boolean => {
    const found = ontology.declared.get(term.value);
    return term.termType === 'NamedNode' && found?.size === 1 && allowed.some((kind) => found.has(kind));
  };
  const isOwnClass = (term: Term): boolean => is(term, 'class') && !isReserved(term);
  const sameKind = (a: Term, b: Term, ...allowed: readonly Kind[]): boolean =>
    allowed.some((kind) => is(a, kind) && is(b, kind));

  switch (predicate.value) {
    case rdf('type'):
      return typeFault(subject, object, ontology);
    case rdfs('subClassOf'):
      return isOwnClass(subject) && isOwnClass(object) ? undefined : 'Both must be declared, named classes';
    case rdfs('subPropertyOf'):
      return sameKind(subject, object, 'object property', 'datatype property', 'annotation property')
        ? undefined
        : 'Both must be declared properties of one kind';
    case rdfs('domain'):
      if (!is(subject, 'object property', 'datatype property'))
        return 'Only object and datatype properties have a domain';
      return isOwnClass(object) ? undefined : 'A domain must be a declared, named class';
    case rdfs('range'):
      if (is(subject, 'datatype property'))
        return datatypes.includes(object.value) ? undefined : 'This range is no datatype of OWL 2 RL';
      if (!is(subject, 'object property')) return 'Only object and datatype properties have a range';
      return isOwnClass(object) ? undefined : 'A range must be a declared, named class';
    case owl('inverseOf'):
      return sameKind(subject, object, 'object property') ? undefined : 'Both must be declared object properties';
    case owl('propertyChainAxiom'): {
      const members = ontology.readList(object);
      const named = members?.every((member) => [...(ontology.declared.get(member) ?? [])].join() === 'object property');
      return is(subject, 'object property') && members && members.length > 1 && named
        ? undefined
        : 'A chain must be of two or more declared object properties';
    }
    case owl('members'): {
      const members = ontology.readList(object);
      const named = members?.every((member) => [...(ontology.declared.get(member) ?? [])].join() === 'class');
      return members && members.length > 1 && named && isDisjointness(subject, ontology)
        ? undefined
        : 'Members must be two or more declared, named classes of an owl:AllDisjointClasses';
    }
    case rdf('first'):
    case rdf('rest'):
      return ontology.listNodes.has(subject.value) ? undefined : 'This list belongs to no axiom that is accepted';
    case owl('versionIRI'):
      return object.termType === 'NamedNode' && isOntology(subject, ontology)
        ? undefined
        : 'A version IRI is an IRI, of the ontology';
  }
  if (isReserved(predicate) && !is(predicate, 'annotation property')) return 'This construct is not accepted';
  if (subject.termType !== 'NamedNode') return 'A statement must be about a named thing';
  const reservedTerm = isReserved(object) || (isReserved(subject) && !is(subject, 'annotation property'));
  if (reservedTerm) return 'This term of OWL, RDFS or RDF is not accepted here';
  if (is(predicate, 'annotation property'))
    return ['NamedNode', 'Literal'].includes(object.termType)
      ? undefined
      : 'The value of an annotation must have a name';
  if (is(predicate, 'object property'))
    return object.termType === 'NamedNode' ? undefined : 'The value of an object property must be a named thing';
  if (is(predicate, 'datatype property'))
    return object.termType === 'Literal' && datatypes.includes(object.datatype.value)
      ? undefined
      : 'The value of a datatype property must have a datatype of OWL 2 RL';
  return 'This property is not declared once, as a property of one kind';
}

function typeFault(subject: Term, type: Term, ontology: Ontology): string | undefined {
  const found = [...(ontology.declared.get(subject.value) ?? [])];
  if (type.value === owl('AllDisjointClasses')) {
    const lists = ontology.quads.filter((q) => q.subject.equals(subject) && q.predicate.value === owl('members'));
    if (subject.termType !== 'BlankNode')
      return 'The node of owl:AllDisjointClasses must be blank (mapping to RDF graphs)';
    return lists.length === 1 ? undefined : 'owl:AllDisjointClasses must have one list of members';
  }
  if (subject.termType !== 'NamedNode') return 'Only a named thing can have this type';
  if (type.value === owl('Ontology')) return undefined;
  if (kinds.has(type.value)) {
    if (isReserved(subject) && !builtInAnnotations.includes(subject.value))
      return 'A reserved term must not be declared';
    return found.length === 1 ? undefined : `Declared as ${found.join(' and ')}`;
  }
  const allowed = characteristics.get(type.value);
  if (allowed)
    return found.length === 1 && found.every((kind) => allowed.includes(kind))
      ? undefined
      : `Only for a declared ${allowed.join(' or ')}`;
  if (isReserved(type)) return 'This construct is not accepted';
  return [...(ontology.declared.get(type.value) ?? [])].join() === 'class'
    ? undefined
    : 'This type is no declared class';
}

const hasType = (node: Term, type: string, { quads }: Ontology): boolean =>
  quads.some((q) => q.subject.equals(node) && q.predicate.value === rdf('type') && q.object.value === type);
const isDisjointness = (node: Term, ontology: Ontology) => hasType(node, owl('AllDisjointClasses'), ontology);
const isOntology = (node: Term, ontology: Ontology) => hasType(node, owl('Ontology'), ontology);

/** The restrictions on the property axioms taken together: simple properties, and an order between chains. */
function findGlobalFaults(ontology: Ontology): string[] {
  const { quads, readList } = ontology;
  const chains = quads
    .filter(({ predicate }) => predicate.value === owl('propertyChainAxiom'))
    .map((axiom) => ({ axiom, members: readList(axiom.object) ?? [] }));

  // A property and its inverse stand or fall together, so that direction does not matter here.
  const implied = new Map<string, Set<string>>();
  const link = (graph: Map<string, Set<string>>, from: string, to: string) =>
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
  for (const { subject, predicate, object } of quads) {
    if ([rdfs('subPropertyOf'), owl('inverseOf')].includes(predicate.value)) link(implied, subject.value, object.value);
    if (predicate.value === owl('inverseOf')) link(implied, object.value, subject.value);
  }

  const composite = [
    ...chains.map(({ axiom }) => axiom.subject.value),
    ...quads.filter(({ object }) => object.value === owl('TransitiveProperty')).map(({ subject }) => subject.value),
  ].flatMap((each) => [...reach(implied, each), each]);
  const notSimple = quads
    .filter(({ predicate, object }) => predicate.value === rdf('type') && forSimpleOnly.includes(object.value))
    .filter(({ subject }) => composite.includes(subject.value))
    .map((each) => `Not on a property that a chain or transitivity makes: ${describe(each)}`);

  const before = new Map<string, Set<string>>();
  for (const { axiom, members } of chains)
    for (const member of membersBefore(axiom.subject.value, members)) link(before, member, axiom.subject.value);
  const notRegular = [...before.keys()].flatMap((first) =>
    [...reach(before, first)]
      .filter((later) => later === first || reach(implied, later).has(first))
      .map((later) => `The chains are not regular: <${first}> comes both before and after <${later}>`),
  );
  return [...notSimple, ...notRegular];
}

/** The members of a chain that must come before the property it makes: at one end that property may stand itself. */
function membersBefore(made: string, members: readonly string[]): readonly string[] {
  if (members.length === 2 && members.every((member) => member === made)) return [];
  if (members[0] === made) return members.slice(1);
  return members.at(-1) === made ? members.slice(0, -1) : members;
}

/** All that can be reached in one step or more. */
export function reach(graph: ReadonlyMap<string, ReadonlySet<string>>, from: string): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (const next of graph.get(node) ?? [])
      if (!found.has(next)) {
        found.add(next);
        open.push(next);
      }
  return found;
}

const describe = ({ subject, predicate, object }: Quad): string => [subject, predicate, object].map(show).join(' ');
const show = (term: Term): string =>
  term.termType === 'NamedNode'
    ? `<${term.value}>`
    : term.termType === 'BlankNode'
      ? `_:${term.value}`
      : `"${term.value}"`;
