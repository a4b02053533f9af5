import type { Quad } from '@rdfjs/types';
import { owl, rdf, rdfs, skos } from '../rdf/terms.ts';
import type { GraphIndex } from './graph-index.ts';

/** A class or property of an ontology, with what a reader of its page asks. */
export interface Term {
  readonly iri: string;
  readonly kind: 'class' | 'object property' | 'datatype property' | 'annotation property';
  /** OWL characteristics, such as transitive. */
  readonly characteristics: readonly string[];
  /** Other terms by the property that leads to them. */
  readonly links: ReadonlyMap<string, readonly string[]>;
  readonly narrower: readonly string[];
  /** How often the data uses it, inferences included: instances, or statements. */
  readonly uses: number;
  /** Instances, or subjects of statements: a few. */
  readonly examples: readonly string[];
}

const kinds: readonly (readonly [string, Term['kind']])[] = [
  [owl('Class'), 'class'],
  [owl('ObjectProperty'), 'object property'],
  [owl('DatatypeProperty'), 'datatype property'],
  [owl('AnnotationProperty'), 'annotation property'],
];
const linking = [
  rdfs('subClassOf'),
  rdfs('subPropertyOf'),
  rdfs('domain'),
  rdfs('range'),
  owl('inverseOf'),
  skos('exactMatch'),
  skos('closeMatch'),
];
const exampleLimit = 3;

/** The terms that an ontology's graph defines, classes first, by name. */
export function listTerms(index: GraphIndex, ontology: string): Term[] {
  const quads = index.graph(ontology);
  const defined = quads.filter(
    ({ predicate, object }) => predicate.value === rdfs('isDefinedBy') && object.value === ontology,
  );
  const terms: Term[] = [];
  for (const { subject } of defined) {
    const own = quads.filter((each) => each.subject.value === subject.value);
    const types = own.filter(({ predicate }) => predicate.value === rdf('type')).map(({ object }) => object.value);
    const kind = kinds.find(([type]) => types.includes(type))?.[1];
    if (kind) terms.push(makeTerm(index, subject.value, kind, types, own, quads));
  }
  const rank = ({ kind }: Term): number => kinds.findIndex(([, name]) => name === kind);
  return terms.sort((a, b) => rank(a) - rank(b) || (a.iri < b.iri ? -1 : 1));
}

function makeTerm(
  index: GraphIndex,
  iri: string,
  kind: Term['kind'],
  types: readonly string[],
  own: readonly Quad[],
  all: readonly Quad[],
): Term {
  const links = new Map<string, string[]>();
  for (const property of linking) {
    const values = own.filter(({ predicate }) => predicate.value === property).map(({ object }) => object.value);
    if (values.length) links.set(property, values);
  }
  const broader = kind === 'class' ? rdfs('subClassOf') : rdfs('subPropertyOf');
  const { count, examples } = index.uses(kind === 'class' ? 'class' : 'property', iri, exampleLimit);
  return {
    iri,
    kind,
    characteristics: types
      .flatMap((type) => /#(\w+)Property$/.exec(type)?.[1] ?? [])
      .filter((name) => !/Object|Datatype|Annotation/.test(name)),
    links,
    narrower: all
      .filter(({ predicate, object }) => predicate.value === broader && object.value === iri)
      .map(({ subject }) => subject.value),
    uses: count,
    examples,
  };
}
