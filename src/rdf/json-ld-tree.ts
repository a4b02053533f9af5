import type { Literal, Quad, Term } from '@rdfjs/types';
import { NotExpressible } from './not-expressible.ts';
import { rdf, xsd } from './terms.ts';

/** A JSON-LD 1.1 context as this writer reads it: keyword aliases, prefixes, and terms with a type or a container. */
export type Context = Readonly<Record<string, unknown>>;

/** A graph to be written as a tree around one of its nodes. */
export interface Tree {
  readonly root: string;
  readonly triples: Iterable<Quad>;
  /** Properties that give names: they stand wherever the thing is mentioned. They come first in a node. */
  readonly names: readonly string[];
  /** Properties that come next. */
  readonly lead?: readonly string[];
  /** Things that come in an order of their own, with their place in it. */
  readonly order?: ReadonlyMap<string, number>;
  /** Triples that stand within a node, by its IRI, without any of them being about it: what a passage states. */
  readonly within?: ReadonlyMap<string, Iterable<Quad>>;
}

type Json = Record<string, unknown>;
type Facts = Map<string, Term[]>;

/**
 * A graph as one tree, in the keys of a context (JSON-LD 1.1, compacted by hand). It says the same triples, and its
 * shape can be relied on: a mention of a thing is always an object with its `id` and its names, the rest of what is
 * known of a thing stands at its first mention, what points to the root stands under `@reverse`, always in arrays, and
 * what has no tie to it under `@included`. The context itself is not written.
 *
 * The library of JSON-LD would do: but it takes a hundred times as long.
 */
export function writeTree(tree: Tree, context: Context): Json {
  return new TreeWriter(tree, keysOf(context)).write();
}

class TreeWriter {
  readonly #tree: Tree;
  readonly #keys: Keys;
  readonly #names: ReadonlySet<string>;
  readonly #first: readonly string[];
  readonly #subjects: Map<string, Facts>;
  readonly #pointing: Facts = new Map();
  readonly #told = new Set<string>();

  constructor(tree: Tree, keys: Keys) {
    this.#tree = tree;
    this.#keys = keys;
    this.#names = new Set(tree.names);
    this.#first = [...tree.names, ...(tree.lead ?? [])];
    this.#subjects = bySubject(tree.triples);
    for (const [subject, facts] of this.#subjects)
      for (const [property, values] of facts) {
        if (subject === tree.root || !values.some((value) => idOf(value) === tree.root)) continue;
        add(this.#pointing, property, nodeTerm(subject));
        const rest = values.filter((value) => idOf(value) !== tree.root);
        if (rest.length) facts.set(property, rest);
        else facts.delete(property);
      }
  }

  write(): Json {
    const { root } = this.#tree;
    const node = this.#mention(root);
    const reverse: Json = {};
    for (const [property, subjects] of sorted(this.#pointing, this.#keys)) {
      reverse[this.#keys.reversed(property)] = this.#inOrder(subjects).map((each) => this.#mention(each.value));
    }
    const apart: Json[] = [];
    for (const subject of this.#subjects.keys())
      if (!this.#told.has(subject) && this.#says(subject)) apart.push(this.#mention(subject));
    for (const subject of this.#tree.within?.keys() ?? [])
      if (!this.#told.has(subject)) apart.push(this.#mention(subject));
    // What the root states comes last: it can be long.
    const { [this.#keys.included]: within, ...own } = node as Record<string, Json[]>;
    const included = [...(within ?? []), ...apart];
    return {
      ...own,
      ...(this.#pointing.size ? { [this.#keys.reverse]: reverse } : {}),
      ...(included.length ? { [this.#keys.included]: included } : {}),
    };
  }

  // What is known of it may all be pointing to the root.
  #says(subject: string): boolean {
    return (this.#subjects.get(subject)?.size ?? 0) > 0;
  }

  #mention(subject: string): Json {
    const facts = this.#subjects.get(subject);
    const first = !this.#told.has(subject);
    this.#told.add(subject);
    const node = this.#node(subject, facts, first);
    const within = first ? this.#tree.within?.get(subject) : undefined;
    if (!within) return node;
    const stated = [...bySubject(within)].map(([each, said]) => this.#node(each, this.#named(each, said), true));
    return stated.length ? { ...node, [this.#keys.included]: stated } : node;
  }

  // What is said of a thing, with its names.
  #named(subject: string, said: Facts): Facts {
    const facts = this.#subjects.get(subject);
    if (!facts) return said;
    const named = new Map(said);
    for (const [property, values] of facts) {
      if (!this.#names.has(property)) continue;
      const own = said.get(property) ?? [];
      const others = values.filter((value) => isLiteral(value) && !own.some((each) => each.equals(value)));
      if (others.length) named.set(property, [...own, ...others]);
    }
    // All that is known of it stands here now.
    if ([...facts].every(([property, values]) => this.#names.has(property) && values.every(isLiteral)))
      this.#told.add(subject);
    return named;
  }

  #node(subject: string, facts: Facts | undefined, all: boolean): Json {
    const node: Json = { [this.#keys.id]: subject };
    for (const [property, values] of sorted(facts ?? [], this.#keys, this.#first)) {
      // A name that is itself a thing would be mentioned without end.
      const told = all ? values : this.#names.has(property) ? values.filter(isLiteral) : [];
      if (told.length) this.#put(node, property, told);
    }
    return node;
  }

  #put(node: Json, property: string, values: readonly Term[]): void {
    if (property === rdf('type') && values.every(({ termType }) => termType !== 'Literal')) {
      node[this.#keys.type] = values.map((value) => this.#keys.classKey(idOf(value)));
      return;
    }
    const key = this.#keys.find(property);
    const fitting = key?.byLanguage ? values.filter(isText) : values;
    if (key && fitting.length)
      node[key.name] = key.byLanguage
        ? languageMap(fitting as Literal[], key, this.#keys.none)
        : this.#values(fitting, key);
    const others = key ? values.filter((value) => !fitting.includes(value)) : values;
    if (others.length) node[this.#keys.compact(property)] = this.#values(others, undefined);
  }

  #values(values: readonly Term[], key: Key | undefined): unknown {
    const written = this.#inOrder(values).map((value) =>
      value.termType === 'Literal' ? this.#literal(value, key?.coercion) : this.#mention(idOf(value)),
    );
    return key?.array || written.length > 1 ? written : written[0];
  }

  #literal({ value, language, datatype }: Literal, coercion: string | undefined): unknown {
    if (language) return { '@value': value, '@language': language };
    const type = datatype.value;
    if (coercion !== undefined) {
      if (type === coercion) return value;
    } else {
      if (type === xsd('string')) return value;
      if (type === xsd('boolean') && (value === 'true' || value === 'false')) return value === 'true';
      // Only where reading it back gives the very same literal.
      if (type === xsd('integer') && /^(0|-?[1-9]\d{0,14})$/.test(value)) return Number(value);
    }
    return type === xsd('string') ? { '@value': value } : { '@value': value, '@type': this.#keys.compact(type) };
  }

  #inOrder(values: readonly Term[]): readonly Term[] {
    const { order } = this.#tree;
    if (!order || values.length < 2) return values;
    const place = (value: Term): number => order.get(value.value) ?? Number.POSITIVE_INFINITY;
    return [...values].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
  }
}

function bySubject(triples: Iterable<Quad>): Map<string, Facts> {
  const subjects = new Map<string, Facts>();
  for (const each of triples) {
    checkExpressible(each);
    const subject = idOf(each.subject);
    const facts = subjects.get(subject) ?? new Map<string, Term[]>();
    subjects.set(subject, facts);
    add(facts, each.predicate.value, each.object);
  }
  return subjects;
}

function add(facts: Facts, property: string, value: Term): void {
  const values = facts.get(property);
  if (values) values.push(value);
  else facts.set(property, [value]);
}

const idOf = (term: Term): string => (term.termType === 'BlankNode' ? `_:${term.value}` : term.value);
const nodeTerm = (id: string): Term => ({ termType: 'NamedNode', value: id }) as Term;
const isLiteral = ({ termType }: Term): boolean => termType === 'Literal';
/** Whether it fits in a map by language. */
const isText = (term: Term): boolean =>
  term.termType === 'Literal' && (term.language !== '' || term.datatype.value === xsd('string'));

function checkExpressible({ subject, object }: Quad): void {
  for (const term of [subject, object] as Term[]) {
    if (term.termType === 'Quad')
      throw new NotExpressible('JSON-LD cannot write a triple term. Ask for N-Quads or TriG.');
    if (term.termType === 'Literal' && term.direction)
      throw new NotExpressible('JSON-LD cannot write the direction of a text. Ask for N-Quads or TriG.');
  }
}

function languageMap(texts: readonly Literal[], { array }: Key, none: string): Json {
  const map: Record<string, string[]> = {};
  for (const { language, value } of texts) {
    const key = language || none;
    map[key] = [...(map[key] ?? []), value];
  }
  const languages = Object.keys(map).sort();
  return Object.fromEntries(
    languages.map((each) => [each, array || map[each]?.length !== 1 ? map[each] : map[each]?.[0]]),
  );
}

// The type, names, then by key: those without a prefix first, as what is told of a thing stands at its first mention.
function sorted(facts: Iterable<[string, Term[]]>, keys: Keys, first: readonly string[] = []): [string, Term[]][] {
  const place = (property: string): number =>
    property === rdf('type') ? -1 : first.includes(property) ? first.indexOf(property) : first.length;
  return [...facts]
    .map(([property, values]) => ({
      property,
      values,
      place: place(property),
      name: keys.find(property)?.name ?? property,
    }))
    .sort(
      (a, b) =>
        a.place - b.place ||
        Number(a.name.includes(':')) - Number(b.name.includes(':')) ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    )
    .map(({ property, values }) => [property, values]);
}

/** How a property is written. */
interface Key {
  readonly name: string;
  /** The datatype that its strings have, or `@id`. */
  readonly coercion: string | undefined;
  readonly byLanguage: boolean;
  readonly array: boolean;
}

/** The names that a context gives, by what they stand for. */
class Keys {
  readonly id: string;
  readonly type: string;
  readonly included: string;
  readonly reverse: string;
  readonly none: string;
  readonly #properties = new Map<string, Key>();
  readonly #taken: ReadonlySet<string>;
  readonly #prefixes: (readonly [string, string])[] = [];

  constructor(context: Context) {
    this.#taken = new Set(Object.keys(context));
    const aliases = new Map<unknown, string>();
    for (const [name, definition] of Object.entries(context)) {
      const { '@id': id } = (typeof definition === 'object' && definition ? definition : { '@id': definition }) as Json;
      if (typeof id !== 'string' || name.startsWith('@')) continue;
      if (id.startsWith('@')) aliases.set(id, name);
      else if (typeof definition === 'string' && /[:/?#[\]@]$/.test(id)) this.#prefixes.push([id, name]);
      else if (!this.#properties.has(id)) this.#properties.set(id, keyOf(name, definition));
    }
    this.id = aliases.get('@id') ?? '@id';
    this.type = aliases.get('@type') ?? '@type';
    this.included = aliases.get('@included') ?? '@included';
    this.reverse = aliases.get('@reverse') ?? '@reverse';
    this.none = aliases.get('@none') ?? '@none';
    // The longest namespace that fits makes the shortest name.
    this.#prefixes.sort(([a], [b]) => b.length - a.length);
  }

  find(property: string): Key | undefined {
    return this.#properties.get(property);
  }

  classKey(iri: string): string {
    return this.#properties.get(iri)?.name ?? this.compact(iri);
  }

  /** The key under `@reverse`: there a language map, or the keyword for the type, has no meaning. */
  reversed(property: string): string {
    const key = this.find(property);
    return key && !key.byLanguage ? key.name : this.compact(property);
  }

  /** An IRI with a prefix if there is one for it. Such a key has no container and no type. */
  compact(iri: string): string {
    for (const [namespace, prefix] of this.#prefixes) {
      const name = iri.slice(namespace.length);
      const short = `${prefix}:${name}`;
      if (iri.startsWith(namespace) && name && !name.startsWith('//') && !this.#taken.has(short)) return short;
    }
    return iri;
  }
}

function keyOf(name: string, definition: unknown): Key {
  if (typeof definition === 'string') return { name, coercion: undefined, byLanguage: false, array: false };
  const { '@type': coercion, '@container': container = [] } = definition as { '@type'?: string; '@container'?: string };
  const containers = [container].flat();
  return {
    name,
    coercion,
    byLanguage: containers.includes('@language'),
    array: containers.includes('@set'),
  };
}

const known = new WeakMap<Context, Keys>();

function keysOf(context: Context): Keys {
  const keys = known.get(context) ?? new Keys(context);
  known.set(context, keys);
  return keys;
}
