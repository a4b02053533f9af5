import type { Quad, Term } from '@rdfjs/types';
import { LRUCache } from 'lru-cache';
import { literal, namedNode, owl, rdf, skos, xsd } from '../../rdf/terms.ts';
import { findScheme, readIdentifier } from '../../registries/identifiers.ts';
import type { GraphIndex } from '../graph-index.ts';
import { isCertain, resolve } from '../resolve.ts';
import { Pace } from '../turns.ts';
import { type Fit, isSure, matchName } from './match.ts';
import { type Entity, NameIndex } from './name-index.ts';
import { lettersOf } from './words.ts';

/** A value that a property is asked to have; of a thing, its id. */
export type Wanted = string | number | boolean | { readonly id: string; readonly name?: string };

/** What is known of a property of the thing that is looked for. */
export interface PropertyCondition {
  readonly id: string;
  readonly values: readonly Wanted[];
  /** Whether things without it are left out. */
  readonly required: boolean;
  readonly quantifier: 'any' | 'all' | 'none';
}

/** What is known of a thing that is looked for. */
export interface ReconciliationQuery {
  readonly names: readonly string[];
  readonly ids: readonly string[];
  /** Classes of which it must have one, or all; with `should`, others are only less likely. */
  readonly types: readonly string[];
  readonly typeMode: 'any' | 'all' | 'should';
  readonly properties: readonly PropertyCondition[];
  readonly limit: number;
}

/** A thing that may be meant. */
export interface ReconciliationCandidate {
  readonly iri: string;
  /** From 0 to 100. */
  readonly score: number;
  /** Whether it is taken without asking a person. */
  readonly match: boolean;
}

/** A value of a property as the API writes it. */
export type ExtensionValue =
  | { readonly id: string; readonly name: string }
  | { readonly str: string }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly date: string };

/** Something with a name to choose: a class, a property. */
export interface Named {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

/** Classes by which the properties of all things are counted: the list has to fit into a query. */
const mostClasses = 100;
/** Things that are suggested for the beginning of a name: nobody looks further than that. */
const mostBegun = 1000;

/** What reconciles with a graph; made once, beside other work. Whoever asks `ahead` does not wait for it. */
export function reconcilerOf(
  index: GraphIndex,
  base: string,
  { ahead = false }: { readonly ahead?: boolean } = {},
): Promise<Reconciler> {
  const made = index.later(makeReconciler, base);
  if (!ahead) firstPaces.get(index)?.hurry();
  return made;
}

/** How what reconciles with a graph is made for the first time; after that, the former one is there meanwhile. */
const firstPaces = new WeakMap<GraphIndex, Pace>();

async function makeReconciler(index: GraphIndex, base: string): Promise<Reconciler> {
  const pace = new Pace();
  if (!firstPaces.has(index)) firstPaces.set(index, pace);
  try {
    return new Reconciler(index, base, await NameIndex.of(index, base, pace));
  } catch (error) {
    // Whoever tries again is the first.
    firstPaces.delete(index);
    throw error;
  }
}

/** Finds the things that names and properties mean, and what the graph says of them. */
export class Reconciler {
  readonly #index: GraphIndex;
  readonly #base: string;
  readonly #names: NameIndex;
  /** What was begun to be typed lately, and the things that it may become. */
  readonly #begun = new LRUCache<string, readonly string[]>({ max: 50 });
  #classes: ReadonlyMap<string, number> | undefined;

  constructor(index: GraphIndex, base: string, names: NameIndex) {
    this.#index = index;
    this.#base = base;
    this.#names = names;
  }

  /** The thing with an IRI, if it can be reconciled with. */
  entity(iri: string): Entity | undefined {
    return this.#names.entities.get(iri);
  }

  /** The things that a query may mean, the likeliest first. */
  reconcile(query: ReconciliationQuery): ReconciliationCandidate[] {
    const fits = this.#fitting(query);
    const judged = [...fits.values()].flatMap((fit) => this.#judge(fit, query) ?? []);
    judged.sort(
      (a, b) => b.score - a.score || b.entity.weight - a.entity.weight || (a.entity.iri < b.entity.iri ? -1 : 1),
    );
    const proven = judged.filter((each) => each.proven);
    const [first] = judged;
    const sure =
      first !== undefined &&
      !first.contradicted &&
      (proven.length ? proven.length === 1 && first.proven : isSure(judged, { confirmed: first.confirmed }));
    return judged.slice(0, query.limit).map(({ entity, score }, at) => ({
      iri: entity.iri,
      score: Math.round(score * 10) / 10,
      match: at === 0 && sure,
    }));
  }

  /** Candidates by name, by id and by identifier; without any of these, by properties. */
  #fitting({ names, ids, properties }: ReconciliationQuery): Map<string, Fit> {
    const fits = new Map<string, Fit>();
    const add = (fit: Fit) => {
      const before = fits.get(fit.entity.iri);
      if (!before || before.score < fit.score) fits.set(fit.entity.iri, fit);
    };
    for (const name of names) for (const fit of matchName(this.#names, name)) add(fit);
    // A cell may hold an identifier where a name was expected.
    for (const text of [...ids, ...names])
      for (const iri of this.#identified(text)) {
        const entity = this.entity(iri);
        if (entity) add({ entity, score: 100, complete: true, name: text });
      }
    for (const { id, values } of properties)
      for (const entity of this.#holders(id, values))
        if (!fits.has(entity.iri)) add({ entity, score: names.length ? 30 : 60, complete: false, name: '' });
    return fits;
  }

  #identified(text: string): string[] {
    if (this.#names.entities.has(text)) return [text];
    const found = resolve(this.#index, this.#base, text);
    return found.kind === 'things' && isCertain(found.choices) ? found.choices.map(({ iri }) => iri) : [];
  }

  /** The things that have a value that is asked for, by its identifier or its IRI. */
  #holders(property: string, values: readonly Wanted[]): Entity[] {
    const found = this.#isScheme(property)
      ? this.#withKeys(property, values)
      : values.flatMap((value) =>
          typeof value === 'object' ? this.#index.find(null, namedNode(property), namedNode(value.id)) : [],
        );
    return [...new Set(found.map(({ subject }) => subject.value))].flatMap((iri) => this.entity(iri) ?? []);
  }

  /** The statements of keys of one scheme that are asked for. */
  #withKeys(property: string, values: readonly Wanted[]): readonly Quad[] {
    const scheme = schemeOf(property);
    const keys = new Set(values.map((value) => canonical(scheme, textOf(value))));
    if (this.#index.isWhole)
      return this.#index
        .statements(skos('notation'))
        .filter(
          ({ object }) =>
            object.termType === 'Literal' &&
            object.datatype.value === property &&
            keys.has(canonical(scheme, object.value)),
        );
    // An engine finds a key as it is written: as the scheme has it, or as it was asked for.
    return [...new Set([...keys, ...values.map(textOf)])].flatMap((key) =>
      this.#index.find(null, namedNode(skos('notation')), literal(key, namedNode(property)) as unknown as Term),
    );
  }

  /** What types and properties make of a fit; undefined when they rule it out. */
  #judge(fit: Fit, { types, typeMode, properties }: ReconciliationQuery) {
    const { entity } = fit;
    let { score } = fit;
    const has = (type: string) => entity.types.has(type);
    if (types.length && typeMode === 'any' && !types.some(has)) return undefined;
    if (types.length && typeMode === 'all' && !types.every(has)) return undefined;
    if (types.length && typeMode === 'should' && !types.some(has)) score *= 0.8;
    let proven = false;
    let confirmed = false;
    let contradicted = false;
    for (const condition of properties) {
      const { fits, values } = this.#compare(entity.iri, condition);
      if (!fits && condition.required) return undefined;
      if (fits && condition.quantifier !== 'none') {
        confirmed = true;
        // A key is of one thing alone: no name counts for more.
        if (this.#isScheme(condition.id)) proven = true;
        else score += (100 - score) * 0.3;
      } else if (!fits && values > 0) {
        contradicted = true;
        score *= this.#isScheme(condition.id) ? 0.5 : 0.85;
      }
    }
    if (proven && !contradicted) score = 100;
    return { ...fit, score, proven: proven && !contradicted, confirmed, contradicted };
  }

  #compare(iri: string, { id, values, quantifier }: PropertyCondition): { fits: boolean; values: number } {
    const scheme = schemeOf(id);
    const isScheme = this.#isScheme(id);
    const held = this.#valuesOf(iri, id);
    const equal = (wanted: Wanted, { termType, value }: Term): boolean => {
      if (isScheme) return canonical(scheme, textOf(wanted)) === canonical(scheme, value);
      if (typeof wanted === 'object') return wanted.id === value;
      if (termType === 'Literal') return value === String(wanted) || lettersOf(value) === lettersOf(String(wanted));
      return value === wanted || this.#called(value, String(wanted));
    };
    const found = values.map((wanted) => held.some((term) => equal(wanted, term)));
    const fits =
      quantifier === 'any' ? found.some(Boolean) : quantifier === 'all' ? found.every(Boolean) : !found.some(Boolean);
    return { fits, values: held.length };
  }

  #called(iri: string, name: string): boolean {
    const letters = lettersOf(name);
    return ['en', 'nl'].some((language) => lettersOf(this.#index.label(iri, language) ?? '') === letters);
  }

  #valuesOf(iri: string, property: string): Term[] {
    const isScheme = this.#isScheme(property);
    return this.#index
      .find(namedNode(iri), namedNode(isScheme ? skos('notation') : property), null)
      .map(({ object }) => object)
      .filter((object) => !isScheme || (object.termType === 'Literal' && object.datatype.value === property));
  }

  #isScheme(property: string): boolean {
    return this.#schemes().has(property);
  }

  readonly #findSchemes = (index: GraphIndex): ReadonlySet<string> =>
    new Set(index.datatypes(skos('notation'), this.#base));

  /** The datatypes of the keys of our things: each is a property to ask for. */
  #schemes(): ReadonlySet<string> {
    return this.#index.remember(this.#findSchemes);
  }

  /** Classes with the number of their things, those with the most first. */
  types(): string[] {
    return order(this.#names.classes);
  }

  /** What is wider than a class. */
  broader(type: string): string[] {
    return this.#index
      .find(namedNode(type), namedNode('http://www.w3.org/2000/01/rdf-schema#subClassOf'), null)
      .filter(
        (each) =>
          !this.#index.isInferred(each) && this.#names.classes.has(each.object.value) && each.object.value !== type,
      )
      .map(({ object }) => object.value);
  }

  /** Properties that things have, of a class or of any; identifiers first, then those that most have. */
  properties(type?: string): readonly string[] {
    // Asked for by whatever is sent, each would be kept.
    if (type !== undefined && !this.#allClasses().has(type)) return [];
    return this.#index.remember(this.#findProperties, type);
  }

  readonly #findProperties = (index: GraphIndex, type: string): readonly string[] => {
    const schemes = this.#schemes();
    const classes = type ? [type] : order(this.#allClasses()).slice(0, mostClasses);
    const counts = [...index.propertiesOf(this.#base, classes)]
      .filter(([property]) => property !== rdf('type') && property !== owl('sameAs') && index.label(property, 'en'))
      // Identifiers first: they decide.
      .map(([property, count]): [string, number] => [property, (schemes.has(property) ? 1e6 : 0) + count]);
    return order(new Map(counts));
  };

  /** The classes of the things that can be found, whether they have a name or not. */
  #allClasses(): ReadonlyMap<string, number> {
    if (this.#classes) return this.#classes;
    const counts = new Map<string, number>();
    for (const { types } of this.#names.entities.values())
      for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
    this.#classes = counts;
    return counts;
  }

  /** Things, classes or properties that a text is the beginning or the IRI of. */
  suggest(what: 'entity' | 'type' | 'property', prefix: string): string[] {
    if (what === 'entity')
      return [...new Set([...this.#identified(prefix.trim()), ...this.#beginning(prefix)])].slice(0, mostBegun);
    const all = what === 'type' ? this.types() : this.properties();
    const wanted = lettersOf(prefix);
    return all.filter(
      (iri) =>
        iri === prefix ||
        ['en', 'nl'].some((language) => {
          const label = lettersOf(this.#index.label(iri, language) ?? '');
          return label.includes(wanted);
        }),
    );
  }

  // Kept, since what is said of them is read in rounds where it is not in memory.
  #beginning(prefix: string): readonly string[] {
    const known = this.#begun.get(prefix);
    if (known) return known;
    const begun = this.#names.beginning(prefix, mostBegun).map(({ iri }) => iri);
    const found = [...begun, ...matchName(this.#names, prefix).map(({ entity }) => entity.iri)];
    this.#begun.set(prefix, found);
    return found;
  }

  /** A thing, class or property with its name and what it is. */
  named(iri: string, language: string): Named {
    const description = this.#index.text(iri, language);
    return { id: iri, name: this.#index.label(iri, language) ?? iri, ...(description ? { description } : {}) };
  }

  /** The classes of a thing that say most of it. */
  typesOf(iri: string): string[] {
    return this.#index.types(iri).filter((type) => this.#names.classes.has(type));
  }

  /** The values that a thing has for a property. Of texts in several languages, those in the one asked for. */
  extend(
    iri: string,
    property: string,
    settings: { limit: number; content: string },
    language: string,
  ): ExtensionValue[] {
    const all = this.#valuesOf(iri, property);
    const inLanguage = all.filter((term) => term.termType === 'Literal' && term.language === language);
    const values = inLanguage.length ? inLanguage : all;
    return values
      .slice(0, settings.limit || values.length)
      .map((term) => this.#write(term, settings.content, language));
  }

  #write(term: Term, content: string, language: string): ExtensionValue {
    if (term.termType !== 'Literal') {
      const name = this.#index.label(term.value, language);
      return content !== 'id' && name !== undefined ? { id: term.value, name } : { str: term.value };
    }
    const { value, datatype } = term;
    const number = Number(value);
    if (integers.has(datatype.value) && Number.isSafeInteger(number)) return { int: number };
    if (floats.has(datatype.value) && Number.isFinite(number)) return { float: number };
    if (datatype.value === xsd('date') && /^\d{4}-\d\d-\d\d$/.test(value)) return { date: `${value}T00:00:00Z` };
    if (datatype.value === xsd('dateTime') && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value)) return { date: value };
    return { str: value };
  }
}

const integers = new Set(['integer', 'int', 'long', 'nonNegativeInteger', 'positiveInteger'].map(xsd));
const floats = new Set(['decimal', 'double', 'float'].map(xsd));

const order = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([property]) => property);

const schemeOf = (property: string) => findScheme(property.replace(/^.*[/#]/, ''));

const textOf = (value: Wanted): string => (typeof value === 'object' ? value.id : String(value));

/** A key in the one spelling that its scheme has; in a scheme that we do not know, as it is. */
function canonical(scheme: ReturnType<typeof findScheme>, text: string): string {
  const reading = scheme && readIdentifier(scheme, text);
  return reading?.kind === 'identifier' ? reading.key : text.trim();
}
