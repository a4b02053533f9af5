import type { Term } from '@rdfjs/types';
import { dcterms, hydra, namedNode, rdfs, skos } from '../rdf/terms.ts';
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
  readonly text: string;
  readonly catalogue: string;
  readonly kind: OnwardLink['kind'];
  readonly documentation: readonly string[];
  readonly gaps: readonly Gap[];
}

interface Gap {
  readonly variable: string;
  /** The property whose values fill it. */
  readonly property: string;
  /** The datatype that the values have, if that matters. */
  readonly datatype: string | undefined;
}

const page = 'https://www.iana.org/assignments/media-types/text/html';

const known = new WeakMap<GraphIndex, readonly Template[]>();

/** The templates that the graph holds (`hydra:IriTemplate`), in the order of their IRIs. */
function templatesOf(index: GraphIndex): readonly Template[] {
  const found = known.get(index) ?? readTemplates(index);
  known.set(index, found);
  return found;
}

function readTemplates(index: GraphIndex): Template[] {
  const values = (subject: Term, property: string): Term[] =>
    index.find(subject, namedNode(property), null).map(({ object }) => object);
  return index
    .statements(hydra('template'))
    .map(({ subject, object }) => ({
      iri: subject.value,
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
        property: values(mapping, hydra('property'))[0]?.value ?? '',
        datatype: values(mapping, dcterms('conformsTo'))[0]?.value,
      })),
    }))
    .sort((a, b) => (a.iri < b.iri ? -1 : 1));
}

/** Where a thing is found elsewhere: each template of the graph, filled with the values that the thing has. */
export function onwardLinks(index: GraphIndex, iri: string): OnwardLink[] {
  return fillTemplates(index, ({ property, datatype }) => {
    const values = index.find(namedNode(iri), namedNode(property), null).map(({ object }) => object);
    if (datatype !== undefined)
      return values.flatMap((each) =>
        each.termType === 'Literal' && each.datatype.value === datatype ? [each.value] : [],
      );
    // A name is asked for in one language: in all of them, it would be the same question several times.
    const english = values.filter((each) => each.termType === 'Literal' && each.language === 'en');
    return (english.length ? english : values.slice(0, 1)).map(({ value }) => value);
  });
}

/** Where a key is looked up that no thing here has; the scheme by its name. */
export function lookUps(index: GraphIndex, scheme: string, key: string): OnwardLink[] {
  return fillTemplates(index, ({ property, datatype }) =>
    property === skos('notation') && datatype?.replace(/^.*[/#]/, '') === scheme ? [key] : [],
  );
}

function fillTemplates(index: GraphIndex, valuesOf: (gap: Gap) => readonly string[]): OnwardLink[] {
  return templatesOf(index).flatMap(({ iri, text, catalogue, kind, documentation, gaps }) => {
    let urls = [text];
    for (const gap of gaps) {
      const values = [...new Set(valuesOf(gap))].sort();
      urls = urls.flatMap((url) => values.map((value) => url.replaceAll(`{${gap.variable}}`, encodeValue(value))));
    }
    return urls
      .filter((url) => gaps.length > 0 && !/[{}]/.test(url))
      .map((url) => ({ catalogue, kind, template: iri, url, documentation }));
  });
}

/** A value within an address. A colon may stand there (RFC 3986, section 3.3), and catalogues write it so in their keys. */
const encodeValue = (value: string): string => encodeURIComponent(value).replaceAll('%3A', ':');
