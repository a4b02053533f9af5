import type { Triple } from '../rdf/turtle-blocks.ts';

/** A triple as N-Triples writes its terms. */
export type Statement = Triple;

/** A JSON-LD value or node, as far as {@link Vocabulary} understands them. */
export type JsonNode = { readonly [key: string]: JsonValue | undefined };
export type JsonValue = string | JsonNode | readonly (string | JsonNode)[];

/** A description of a vocabulary: a JSON-LD context, and the things that every use of it brings along. */
export interface VocabularyText {
  readonly '@context': Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** The graph that the registry's statements go to. */
  readonly graph: string;
  /** Which types of the registry fit a class of ours: the class by its IRI. */
  readonly types?: Readonly<Record<string, readonly string[]>>;
  /** Descriptions of what the context itself names, such as concepts. Each is written when it is first used. */
  readonly described?: readonly JsonNode[];
}

/** Says what is wrong with a vocabulary file. */
export class VocabularyFault extends Error {}

interface Term {
  readonly predicate: string;
  /** Undefined for plain text; `@id`, `@vocab` or a datatype. */
  readonly type: string | undefined;
  readonly byLanguage: boolean;
}

const rdfType = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' };
const quoted = (value: string): string => `"${value.replace(/[\\"\n\r]/g, (found) => escapes[found] as string)}"`;

/**
 * Turns JSON into triples by a JSON-LD context: the common part of JSON-LD 1.1 (prefixes, terms with `@id`, `@type` and
 * language maps; `@id` and `@type` by other names). As in JSON-LD, keys that the context does not name say nothing. A
 * full processor gives the same triples, a hundred times slower: too slow for a hundred thousand records.
 */
export class Vocabulary {
  /** The graph that the registry's statements go to. */
  readonly graph: string;
  /** Prefix → namespace. */
  readonly prefixes: Readonly<Record<string, string>>;
  readonly #terms = new Map<string, Term>();
  readonly #names = new Map<string, string>();
  readonly #described: Map<string, JsonNode>;
  readonly #written = new Set<string>();
  #idKey = '@id';
  #typeKey = '@type';

  /** Throws {@link VocabularyFault}. */
  constructor({ '@context': context, graph, described = [] }: VocabularyText) {
    if (typeof context !== 'object' || typeof graph !== 'string')
      throw new VocabularyFault('A vocabulary needs "@context" (an object) and "graph" (an IRI).');
    this.graph = graph;
    const texts = Object.entries(context).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const prefixes = texts.filter(([, iri]) => /^[a-z]+:.*[/#]$/i.test(iri));
    this.prefixes = Object.fromEntries(prefixes);
    for (const [name, value] of Object.entries(context)) {
      if (value === '@id') this.#idKey = name;
      else if (value === '@type') this.#typeKey = name;
      else {
        const {
          '@id': id,
          '@type': type,
          '@container': container,
        } = typeof value === 'string' ? { '@id': value } : value;
        if (!id) throw new VocabularyFault(`"${name}" in "@context" has no "@id".`);
        if (container !== undefined && container !== '@language')
          throw new VocabularyFault(`"${name}" in "@context": of containers only "@language" is understood.`);
        const iri = this.#expand(id);
        this.#names.set(name, iri);
        this.#terms.set(name, {
          predicate: `<${iri}>`,
          type: type?.startsWith('@') ? type : type && `<${this.#expand(type)}>`,
          byLanguage: container === '@language',
        });
      }
    }
    this.#described = new Map(described.map((node) => [String(node[this.#idKey]), node]));
  }

  // A prefixed name or an absolute IRI.
  #expand(name: string): string {
    const cut = name.indexOf(':');
    const namespace = this.prefixes[name.slice(0, cut)];
    if (namespace !== undefined && !name.startsWith('//', cut + 1)) return namespace + name.slice(cut + 1);
    if (cut < 0) throw new VocabularyFault(`"${name}" in "@context" is no IRI and has no prefix.`);
    return name;
  }

  /** Whether the context gives this word a meaning, as a key or a value. */
  has(word: string): boolean {
    return this.#names.has(word);
  }

  /** The triples of a node and the nodes in it, and once those of what they use from the vocabulary itself. */
  *statements(node: JsonNode): Generator<Statement> {
    const subject = `<${this.#expand(String(node[this.#idKey]))}>`;
    for (const [key, value] of Object.entries(node)) {
      if (value === undefined || key === this.#idKey) continue;
      if (key === this.#typeKey) {
        for (const type of list(value)) yield [subject, rdfType, `<${this.#names.get(String(type))}>`];
        continue;
      }
      const term = this.#terms.get(key);
      if (!term) continue;
      if (term.byLanguage) {
        for (const [language, text] of Object.entries(value))
          yield [subject, term.predicate, `${quoted(String(text))}@${language}`];
      } else for (const each of list(value)) yield* this.#state(subject, term, each);
    }
  }

  *#state(subject: string, { predicate, type }: Term, value: string | JsonNode): Generator<Statement> {
    if (typeof value !== 'string') {
      if ('@value' in value) {
        const language = value['@language'];
        yield [subject, predicate, quoted(String(value['@value'])) + (language ? `@${String(language)}` : '')];
        return;
      }
      yield [subject, predicate, `<${this.#expand(String(value[this.#idKey]))}>`];
      yield* this.statements(value);
      return;
    }
    if (type === undefined) yield [subject, predicate, quoted(value)];
    else if (!type.startsWith('@')) yield [subject, predicate, `${quoted(value)}^^${type}`];
    else {
      const iri = type === '@vocab' && !value.includes(':') ? this.#names.get(value) : this.#expand(value);
      if (iri === undefined) return;
      yield [subject, predicate, `<${iri}>`];
      yield* this.#describe(iri);
    }
  }

  *#describe(iri: string): Generator<Statement> {
    const node = this.#described.get(iri);
    if (!node || this.#written.has(iri)) return;
    this.#written.add(iri);
    yield* this.statements(node);
  }
}

const list = (value: JsonValue): readonly (string | JsonNode)[] =>
  Array.isArray(value) ? value : [value as string | JsonNode];
