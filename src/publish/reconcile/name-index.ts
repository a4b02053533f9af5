import MiniSearch from 'minisearch';
import { namedNode, owl, rdf, rdfs } from '../../rdf/terms.ts';
import type { GraphIndex } from '../graph-index.ts';
import { nameProperties, namesOf } from '../names.ts';
import { type Pace, takeTurns } from '../turns.ts';
import { isShortName, lettersOf, meaningfulWords, repetitions } from './words.ts';

/** A name of a thing, ready to be compared. */
export interface IndexedName {
  readonly text: string;
  readonly words: readonly string[];
  readonly repetitions: number;
  readonly letters: string;
  /** Where the words begin among the letters. */
  readonly starts: readonly number[];
  readonly short: boolean;
}

/** A name, ready to be compared. */
export function readName(text: string): IndexedName {
  const letters = lettersOf(text);
  return {
    text,
    words: meaningfulWords(text),
    repetitions: repetitions(text),
    letters,
    starts: startsOf(text, letters),
    short: isShortName(text),
  };
}

function startsOf(text: string, letters: string): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const word of text.split(/[\s(/-]+/)) {
    if (at < letters.length) starts.push(at);
    at += lettersOf(word).length;
  }
  // What is folded otherwise within a whole name than in its words is found by its beginning alone.
  return at === letters.length ? [...new Set(starts)] : [0];
}

/** A thing that can be found by its names. */
export interface Entity {
  readonly iri: string;
  readonly names: readonly IndexedName[];
  /** All its classes, inferred ones included. */
  readonly types: ReadonlySet<string>;
  /** How much is said with it: of two that fit alike, the one spoken of more is meant more often. */
  readonly weight: number;
}

/** Vocabularies that describe data and terms, not things of the world. */
const technical = [
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  'http://www.w3.org/2000/01/rdf-schema#',
  'http://www.w3.org/2002/07/owl#',
  'http://www.w3.org/ns/hydra/core#',
  'http://www.w3.org/ns/dcat#',
  'http://rdfs.org/ns/void#',
  'http://www.w3.org/ns/shacl#',
  'https://w3id.org/sssom/',
];

const isTechnical = (iri: string): boolean => technical.some((namespace) => iri.startsWith(namespace));

/** A thing with a name, as it is read. */
interface Thing extends Entity {
  /** Those of its classes that have a name themselves. */
  readonly namedTypes: readonly string[];
}

/** Things that are read one by one where they are not in memory. */
const mostThings = 5000;
/** Things that are read together where they are not in memory. */
const together = 500;

function readThing(index: GraphIndex, iri: string): Thing | undefined {
  const all = index.find(namedNode(iri), namedNode(rdf('type')), null).map(({ object }) => object.value);
  const texts = namesOf(index, iri, index.remember(nameProperties));
  return makeThing(iri, all, texts, index.mentions(iri), (type) => index.label(type, 'en') !== undefined);
}

function makeThing(
  iri: string,
  all: readonly string[],
  texts: readonly string[],
  weight: number,
  isNamed: (type: string) => boolean,
): Thing | undefined {
  if (all.some((type) => isTechnical(type) && type !== owl('Thing') && type !== rdfs('Resource'))) return undefined;
  const types = new Set(all.filter((type) => !isTechnical(type)));
  const names = texts.map(readName);
  if (!names.length || !types.size) return undefined;
  return { iri, names, types, weight, namedTypes: [...types].filter(isNamed) };
}

/** The things of a graph that have a name, found by it. */
export class NameIndex {
  readonly #entities = new Map<string, Entity>();
  readonly #classes = new Map<string, number>();
  readonly #search = new MiniSearch<{ id: string; words: string; letters: string }>({
    fields: ['words', 'letters'],
    tokenize: (text) => text.split(' '),
    processTerm: (term) => term,
  });
  readonly #holders = new Map<string, number>();
  readonly #byLetters = new Map<string, Set<string>>();

  private constructor() {}

  /** An index of the things whose IRIs begin with the base. Other work goes on while it is made. */
  static async of(index: GraphIndex, base: string, pace?: Pace): Promise<NameIndex> {
    const made = new NameIndex();
    const pause = takeTurns(pace);
    // One more than are read one by one tells that there are too many.
    const most = index.isWhole ? undefined : mostThings + 1;
    const things = await index.reading(() => index.things(base, most));
    if (!index.isWhole && things.length > mostThings) {
      await made.#addAll(index, base, pause);
      return made;
    }
    for (let at = 0; at < things.length; at += together) {
      const some = things.slice(at, at + together);
      if (index.isWhole)
        for (const iri of some) {
          made.#add(readThing(index, iri));
          await pause();
        }
      else for (const thing of await index.reading(() => some.map((iri) => readThing(index, iri)))) made.#add(thing);
    }
    return made;
  }

  // One by one they would take minutes. How much is said with each is not known then.
  async #addAll(index: GraphIndex, base: string, pause: () => Promise<void>): Promise<void> {
    const { types, names, named } = await index.reading(() => {
      const every = index.everyName(base, index.remember(nameProperties));
      const classes = new Set([...every.types.values()].flat());
      return { ...every, named: new Set([...classes].filter((type) => index.label(type, 'en') !== undefined)) };
    });
    for (const [iri, texts] of names) {
      const all = types.get(iri);
      if (all) this.#add(makeThing(iri, all, texts, 0, (type) => named.has(type)));
      await pause();
    }
  }

  #add(thing: Thing | undefined): void {
    if (!thing) return;
    const { iri, types, names, weight, namedTypes } = thing;
    this.#entities.set(iri, { iri, names, types, weight });
    for (const type of namedTypes) this.#classes.set(type, (this.#classes.get(type) ?? 0) + 1);
    const words = new Set(names.flatMap((name) => name.words));
    this.#search.add({
      id: iri,
      words: [...words].join(' '),
      letters: [...new Set(names.map(({ letters }) => letters))].join(' '),
    });
    for (const word of words) this.#holders.set(word, (this.#holders.get(word) ?? 0) + 1);
    for (const { letters } of names)
      this.#byLetters.set(letters, (this.#byLetters.get(letters) ?? new Set<string>()).add(iri));
  }

  /** The things that can be found, by their IRIs. */
  get entities(): ReadonlyMap<string, Entity> {
    return this.#entities;
  }

  /** Classes of these things that have a name themselves, each with the number of its things. */
  get classes(): ReadonlyMap<string, number> {
    return this.#classes;
  }

  /** How telling a word is: from near 0, for one that most names have, to 1 for one that few or none have. */
  tells(word: string): number {
    const holders = this.#holders.get(word) ?? 0;
    return Math.max(0.25, 1 - Math.log(1 + holders) / Math.log(2 + this.entities.size));
  }

  /** Whether any name has the word just so. */
  knows(word: string): boolean {
    return this.#holders.has(word);
  }

  /** The things that have the name, but for spaces and punctuation. */
  called(letters: string): ReadonlySet<string> {
    return this.#byLetters.get(letters) ?? new Set();
  }

  /** Things with a name that may be meant, the likeliest first. */
  candidates(words: readonly string[], letters: string): Entity[] {
    const found = this.#search.search([...words, letters].join(' '), {
      // A word that some name has is no misspelling, and looking for the likes of it is nearly all the work there is.
      fuzzy: (term) => (term.length > 4 && !this.knows(term) && !this.#byLetters.has(term) ? 0.25 : false),
      maxFuzzy: 3,
      prefix: (term) => term.length > 3,
      boost: { letters: 3 },
    });
    const ids = new Set([...this.called(letters), ...found.slice(0, 80).map(({ id }) => String(id))]);
    return [...ids].flatMap((id) => this.entities.get(id) ?? []);
  }

  /** Things of which a name begins with a text, or a word of it does: so many at most, shortest names first. */
  beginning(prefix: string, limit: number): Entity[] {
    const wanted = lettersOf(prefix);
    if (!wanted) return [];
    const found: { entity: Entity; rank: number }[] = [];
    for (const entity of this.entities.values()) {
      let rank = Number.POSITIVE_INFINITY;
      for (const { letters, starts } of entity.names) {
        if (letters.length < wanted.length) continue;
        if (letters.startsWith(wanted)) rank = Math.min(rank, letters.length);
        else if (starts.some((at) => letters.startsWith(wanted, at))) rank = Math.min(rank, 1000 + letters.length);
      }
      if (rank < Number.POSITIVE_INFINITY) found.push({ entity, rank });
    }
    return found
      .sort((a, b) => a.rank - b.rank || b.entity.weight - a.entity.weight || (a.entity.iri < b.entity.iri ? -1 : 1))
      .slice(0, limit)
      .map(({ entity }) => entity);
  }
}
