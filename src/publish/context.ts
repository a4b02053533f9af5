import type { Dataset } from '../dataset/build.ts';
import type { Publication } from '../load/publication.ts';
import { fromBytes, type LineTerms } from '../rdf/byte-line.ts';
import { rdf, xsd } from '../rdf/terms.ts';

/** How a property is used in a dataset. */
export interface Usage {
  iris: boolean;
  readonly datatypes: Set<string>;
  /** Whether some thing has several values. */
  several: boolean;
  /** Whether some thing has several values in one language. */
  severalInLanguage: boolean;
}

// JSON has these itself.
const native = new Set([xsd('string'), xsd('integer'), xsd('boolean')]);

/** How a dataset uses its properties and classes. */
export interface TermUsage {
  readonly properties: ReadonlyMap<string, Usage>;
  readonly classes: ReadonlySet<string>;
  /** Properties and classes that the data has, and not only what the dataset says of itself. */
  readonly data: ReadonlySet<string>;
}

/** Datatypes of texts. */
const texts: ReadonlySet<string> = new Set([xsd('string'), rdf('langString')]);

/** Short names for keywords. */
const keywords = {
  id: '@id',
  // Always an array, like all that may have several values.
  type: { '@id': '@type', '@container': '@set' },
  reverse: '@reverse',
  included: '@included',
  // Where texts stand by language, those without one.
  none: '@none',
} as const;

/**
 * The JSON-LD context of a dataset (JSON-LD 1.1), made from how its properties are used: short keys, texts by language,
 * values that are things as such, so that whoever reads the JSON need not know RDF. A property that has several values
 * anywhere in the dataset has an array everywhere, any other never: whoever has seen one answer can rely on the next.
 */
export const makeContext = (
  dataset: Pick<Dataset, 'publication' | 'defaultGraph' | 'quads'>,
): Record<string, unknown> => contextOf(dataset.publication, usageOf(dataset));

/** The context for terms that are used in a way that is known. */
export function contextOf(
  publication: Publication | undefined,
  { properties, classes, data }: TermUsage,
): Record<string, unknown> {
  const own = publication?.base ?? '';
  const context: Record<string, unknown> = { '@version': 1.1, ...publication?.prefixes, ...keywords };
  // The publication's own terms take the short names first; last, those by which the dataset only describes itself.
  const byOwner = (a: string, b: string): number =>
    Number(b.startsWith(own)) - Number(a.startsWith(own)) ||
    Number(data.has(b)) - Number(data.has(a)) ||
    (a < b ? -1 : 1);
  for (const iri of [...classes].sort(byOwner)) add(context, iri, iri);
  for (const iri of [...properties.keys()].sort(byOwner)) add(context, iri, define(iri, properties.get(iri) as Usage));
  return context;
}

const newUsage = (): Usage => ({ iris: false, datatypes: new Set(), several: false, severalInLanguage: false });

function usageOf({
  publication,
  defaultGraph,
  quads,
}: Pick<Dataset, 'publication' | 'defaultGraph' | 'quads'>): TermUsage {
  const catalogue = publication?.catalogueGraph && publication.base + publication.catalogueGraph;
  const data = new Set<string>();
  for (const { predicate, object, graph } of quads) {
    if (graph.value === catalogue) continue;
    data.add(predicate.value);
    if (predicate.value === rdf('type')) data.add(object.value);
  }
  const properties = new Map<string, Usage>();
  const classes = new Set<string>();
  const seen = new Set<string>();
  for (const { subject, predicate, object } of defaultGraph) {
    if (predicate.value === rdf('type')) {
      if (object.termType === 'NamedNode') classes.add(object.value);
      continue;
    }
    const usage = properties.get(predicate.value) ?? newUsage();
    const place = `${predicate.value} ${subject.value}`;
    const text = `${place} ${object.termType === 'Literal' ? object.language : ''}`;
    usage.several ||= seen.has(place);
    usage.severalInLanguage ||= seen.has(text);
    // The second ends with a space at least, which no IRI holds: they are not taken for each other.
    seen.add(place).add(text);
    if (object.termType === 'Literal') usage.datatypes.add(object.datatype.value);
    else usage.iris = true;
    properties.set(predicate.value, usage);
  }
  return { properties, classes, data };
}

/** Finds out the same from the canonical lines of files that are served as they are, and remembers one thing at a time. */
export class UsageReader {
  readonly #properties = new Map<string, Usage>();
  readonly #classes = new Set<string>();
  readonly #data = new Set<string>();
  #subject = '';
  #property = '';
  readonly #languages = new Set<string>();

  /** Takes the terms of the next line; they come in canonical order. */
  visit({ subject, predicate, object, graph }: LineTerms): void {
    const isType = predicate === typeProperty;
    this.#data.add(predicate);
    if (isType) this.#data.add(object);
    if (graph) return;
    if (isType) {
      if (isIri(object)) this.#classes.add(object);
      return;
    }
    const known = this.#properties.get(predicate);
    const usage = known ?? newUsage();
    if (!known) this.#properties.set(predicate, usage);
    const { datatype, language } = object.startsWith('"') ? kindOf(object) : { datatype: undefined, language: '' };
    if (subject === this.#subject && predicate === this.#property) usage.several = true;
    else this.#languages.clear();
    this.#subject = subject;
    this.#property = predicate;
    usage.severalInLanguage ||= this.#languages.has(language);
    this.#languages.add(language);
    if (datatype === undefined) usage.iris = true;
    else usage.datatypes.add(datatype);
  }

  /** What was found out. */
  read(): TermUsage {
    return {
      properties: new Map([...this.#properties].map(([property, usage]) => [nameOf(property), usage])),
      classes: new Set([...this.#classes].map(nameOf)),
      data: new Set([...this.#data].map(nameOf)),
    };
  }
}

const typeProperty = `<${rdf('type')}>`;

const isIri = (term: string): boolean => term.startsWith('<') && !term.startsWith('<<');
const nameOf = (term: string): string => fromBytes(isIri(term) ? term.slice(1, -1) : term);

function kindOf(literal: string): { readonly datatype: string; readonly language: string } {
  const suffix = literal.slice(literal.lastIndexOf('"') + 1);
  if (!suffix) return { datatype: xsd('string'), language: '' };
  if (suffix.startsWith('^')) return { datatype: fromBytes(suffix.slice(3, -1)), language: '' };
  const [language = '', direction] = suffix.slice(1).split('--');
  return { datatype: rdf(direction ? 'dirLangString' : 'langString'), language };
}

function add(context: Record<string, unknown>, iri: string, definition: unknown): void {
  const name = /[A-Za-z][\w-]*$/.exec(iri)?.[0];
  if (name && !(name in context)) context[name] = definition;
}

function define(iri: string, { iris, datatypes, several, severalInLanguage }: Usage): unknown {
  const array = several ? { '@container': '@set' } : {};
  // A registry may give some names no language: they must not take the others' away.
  if (!iris && datatypes.has(rdf('langString')) && [...datatypes].every((each) => texts.has(each)))
    return { '@id': iri, '@container': severalInLanguage ? ['@language', '@set'] : '@language' };
  const [datatype, ...others] = datatypes;
  if (iris && !datatype) return { '@id': iri, '@type': '@id', ...array };
  if (iris || others.length || !datatype) return several ? { '@id': iri, ...array } : iri;
  if (native.has(datatype)) return several ? { '@id': iri, ...array } : iri;
  return { '@id': iri, '@type': datatype, ...array };
}
