import type { Quad, Term } from '@rdfjs/types';
import { dcterms, hydra, namedNode, owl, prov, quad, rdf, rdfs, schema, skos, voidTerm } from '../rdf/terms.ts';
import type { GraphIndex } from './graph-index.ts';

/** A place elsewhere where a thing is found, by a key that it has. */
export interface OnwardLink {
  /** Whose it is. */
  readonly catalogue: string;
  /** For people, or for programs. */
  readonly kind: 'page' | 'api';
  /** The template that it was made from; the graph gives it a name. */
  readonly template: string;
  readonly url: string;
  /** Where its form is documented. */
  readonly documentation: readonly string[];
}

/** A form of address with gaps for values. */
interface Template {
  readonly iri: string;
  /** The classes of things that it is for; none where whatever has the values will do. */
  readonly classes: readonly string[];
  readonly text: string;
  readonly catalogue: string;
  readonly kind: OnwardLink['kind'];
  readonly documentation: readonly string[];
  readonly gaps: readonly Gap[];
}

interface Gap {
  readonly variable: string;
  /** The properties whose values fill it. */
  readonly properties: readonly string[];
  /** The datatype that the values have, if that matters. */
  readonly datatype: string | undefined;
  /** What the IRIs of the values begin with, where what comes after it fills the gap. */
  readonly space: string | undefined;
}

/** How many onward links of a thing are told: themes can match many entries of one vocabulary. */
const onwardLimit = 100;

const page = 'https://www.iana.org/assignments/media-types/text/html';

/** The templates that the graph holds (`hydra:IriTemplate`), in the order of their IRIs. */
const templatesOf = (index: GraphIndex): readonly Template[] => index.remember(readTemplates);

function readTemplates(index: GraphIndex): Template[] {
  const values = (subject: Term, property: string): Term[] =>
    index.find(subject, namedNode(property), null).map(({ object }) => object);
  return index
    .statements(hydra('template'))
    .map(({ subject, object }) => ({
      iri: subject.value,
      classes: values(subject, schema('domainIncludes')).map(({ value }) => value),
      text: object.value,
      catalogue: values(subject, dcterms('isPartOf'))[0]?.value ?? '',
      kind: values(subject, dcterms('format')).some(({ value }) => value === page)
        ? ('page' as const)
        : ('api' as const),
      documentation: values(subject, rdfs('seeAlso'))
        .map(({ value }) => value)
        .sort(),
      gaps: values(subject, hydra('mapping')).map((mapping) => ({
        variable: values(mapping, hydra('variable'))[0]?.value ?? '',
        properties: values(mapping, hydra('property')).map(({ value }) => value),
        datatype: values(mapping, dcterms('conformsTo'))[0]?.value,
        space: values(mapping, voidTerm('uriSpace'))[0]?.value,
      })),
    }))
    .sort((a, b) => (a.iri < b.iri ? -1 : 1));
}

/**
 * Where a thing is found elsewhere: each template of the graph that is for things of its class, filled with the values
 * that the thing has. Pages come before interfaces.
 */
export function onwardLinks(index: GraphIndex, iri: string): OnwardLink[] {
  const types = new Set(index.find(namedNode(iri), namedNode(rdf('type')), null).map(({ object }) => object.value));
  const templates = templatesOf(index).filter(
    ({ classes }) => classes.length === 0 || classes.some((each) => types.has(each)),
  );
  const links = templates.flatMap((template) => fill(template, (gap) => valuesOf(index, iri, gap)));
  return [...links.filter(({ kind }) => kind === 'page'), ...links.filter(({ kind }) => kind === 'api')].slice(
    0,
    onwardLimit,
  );
}

function valuesOf(index: GraphIndex, iri: string, { properties, datatype, space }: Gap): string[] {
  const values = properties.flatMap((property) =>
    index.find(namedNode(iri), namedNode(property), null).map(({ object }) => object),
  );
  if (datatype !== undefined)
    return values.flatMap((each) =>
      each.termType === 'Literal' && each.datatype.value === datatype ? [each.value] : [],
    );
  if (space !== undefined)
    return values.flatMap(({ termType, value }) =>
      termType === 'NamedNode' && value.startsWith(space) ? [value.slice(space.length)] : [],
    );
  // A name is asked for in one language: in all of them, it would be the same question several times.
  const english = values.filter((each) => each.termType === 'Literal' && each.language === 'en');
  return (english.length ? english : values.slice(0, 1)).map(({ value }) => value);
}

/**
 * The links of a thing as triples of a document about it. Each is an axiom too, as mappings are, which names the template
 * that it was made from. Of the address itself nothing is said: in some catalogues it is the organisation's own IRI, and
 * not that of a page.
 */
export function onwardTriples(
  index: GraphIndex,
  iri: string,
  document: string,
  links: readonly OnwardLink[],
): { readonly links: Quad[]; readonly templates: Quad[] } {
  const thing = namedNode(iri);
  const seeAlso = namedNode(rdfs('seeAlso'));
  const triple = (subject: Term, predicate: string, object: Term): Quad =>
    quad(subject as never, namedNode(predicate), object as never) as unknown as Quad;
  const made = links.flatMap(({ template, url }, place) => {
    const address = namedNode(url);
    const axiom = namedNode(`${document}#onward-${place + 1}`);
    return [
      // The graph may say the same: a triple stands in a description once.
      ...(index.find(thing, seeAlso, address).length ? [] : [triple(thing, rdfs('seeAlso'), address)]),
      triple(axiom, rdf('type'), namedNode(owl('Axiom'))),
      triple(axiom, owl('annotatedSource'), thing),
      triple(axiom, owl('annotatedProperty'), seeAlso),
      triple(axiom, owl('annotatedTarget'), address),
      triple(axiom, prov('wasDerivedFrom'), namedNode(template)),
    ];
  });
  const once = [...new Map(made.map((each) => [keyOf(each), each])).values()];
  const templates = [...new Set(links.map(({ template }) => template))].flatMap((template) =>
    templateFacts.flatMap((property) => index.find(namedNode(template), namedNode(property), null)),
  );
  return { links: once, templates };
}

/** What a reader of the links needs to know of a template. */
const templateFacts = [rdfs('label'), dcterms('format'), dcterms('isPartOf'), hydra('template')];

const keyOf = ({ subject, predicate, object }: Quad): string => `${subject.value} ${predicate.value} ${object.value}`;

/** Where a key is looked up that no thing here has; the scheme by its name. */
export function lookUps(index: GraphIndex, scheme: string, key: string): OnwardLink[] {
  return templatesOf(index).flatMap((template) =>
    fill(template, ({ properties, datatype }) =>
      properties.includes(skos('notation')) && datatype?.replace(/^.*[/#]/, '') === scheme ? [key] : [],
    ),
  );
}

/**
 * The page that a catalogue has for a key, which is told by its datatype. A template that is for some classes only tells
 * something else of them, so it does not count.
 */
export function pageOfKey(index: GraphIndex, datatype: string, key: string): OnwardLink | undefined {
  return templatesOf(index)
    .filter(({ kind, classes }) => kind === 'page' && classes.length === 0)
    .flatMap((template) => fill(template, (gap) => (gap.datatype === datatype ? [key] : [])))[0];
}

function fill(template: Template, valuesOfGap: (gap: Gap) => readonly string[]): OnwardLink[] {
  const { iri, text, catalogue, kind, documentation, gaps } = template;
  let urls = [text];
  for (const gap of gaps) {
    const values = [...new Set(valuesOfGap(gap))].sort();
    urls = urls.flatMap((url) => values.map((value) => url.replaceAll(`{${gap.variable}}`, encodeValue(value))));
  }
  return urls
    .filter((url) => gaps.length > 0 && /^https?:[^{}]+$/.test(url))
    .map((url) => ({ catalogue, kind, template: iri, url, documentation }));
}

/** A value within an address. A colon may stand there (RFC 3986, section 3.3), and catalogues write it so in their keys. */
const encodeValue = (value: string): string => encodeURIComponent(value).replaceAll('%3A', ':');
