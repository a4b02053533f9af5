import { distance } from 'fastest-levenshtein';
import MiniSearch from 'minisearch';
import { domainOf, isShort, wordsOf } from './names.ts';
import type { Organisation } from './ror-record.ts';

/** One of our things, as far as it helps to find it elsewhere. */
export interface Subject {
  readonly iri: string;
  readonly names: readonly string[];
  /** What is said of it in words: places in it count. */
  readonly texts: readonly string[];
  readonly homepages: readonly string[];
  /** Types of the registry that its class fits; none when the class says nothing. */
  readonly types: readonly string[];
}

/** Something that speaks for a match, or against it. */
export interface Feature {
  readonly name: 'name' | 'acronym' | 'place' | 'type' | 'website' | 'status';
  /** What it adds to the score. */
  readonly part: number;
  /** In words, for the person who judges. */
  readonly because: string;
}

/** A record that may be the thing. */
export interface Candidate {
  readonly id: string;
  readonly label: string;
  readonly status: string;
  /** From 0 to 1. */
  readonly score: number;
  /** The same without its bounds: it tells two apart that are both sure. */
  readonly strength: number;
  /** The names that matched. */
  readonly matched: readonly string[];
  readonly features: readonly Feature[];
}

/** How much each kind of evidence weighs. Set by reading what they do to the known links, names first. */
const weights = {
  /** Names that are equal: of several words, of one, of one so short that others carry it too. */
  equal: { several: 0.9, single: 0.8, short: 0.62 },
  /** What is added to names of one word, divided by the number of records that have it. */
  rare: { single: 0.1, short: 0.15 },
  /** Names that are nearly equal, times how nearly. */
  similar: 0.85,
  /** The least share of each name's weight that the other must hold. */
  leastShare: 0.8,
  home: 0.1,
  named: 0.12,
  elsewhere: -0.15,
  type: 0.05,
  otherType: -0.2,
  website: 0.3,
  inactive: -0.15,
  withdrawn: -0.6,
} as const;

/** How many records have each word in their names: what many have tells little. */
export class WordCounts {
  #records = 0;
  readonly #counts = new Map<string, number>();

  /** Counts the words of a record, each once. */
  add({ names }: Organisation): void {
    this.#records++;
    for (const word of new Set(names.flatMap(({ value }) => wordsOf(value))))
      this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  /** The number of records that have a word in a name. */
  count(word: string): number {
    return this.#counts.get(word) ?? 0;
  }

  /** The weight of a word, above 0. */
  weigh(word: string): number {
    return Math.log((this.#records + 2) / (this.count(word) + 1));
  }
}

interface NamedSubject {
  readonly subject: Subject;
  readonly names: readonly { readonly text: string; readonly words: readonly string[] }[];
  readonly mentions: ReadonlySet<string>;
  readonly mentioned: string;
  readonly domains: ReadonlySet<string>;
}

/** Candidates that are kept for each thing. */
const kept = 5;
/** Words whose look-up is remembered. */
const remembered = 200_000;

/**
 * Finds records that may be our things. Records pass by one at a time, and the best few of each thing are kept: memory
 * grows with our things, not with the registry.
 */
export class Matcher {
  readonly #subjects: readonly NamedSubject[];
  readonly #counts: WordCounts;
  readonly #home: string | undefined;
  readonly #search: MiniSearch<{ id: string }>;
  /** Which things have a word in a name. */
  readonly #holders = new Map<string, Set<number>>();
  readonly #seen = new Map<string, readonly string[]>();
  readonly #best: Candidate[][];

  /** @param home the country where our things are when nothing says otherwise. */
  constructor(subjects: readonly Subject[], counts: WordCounts, home: string | undefined) {
    this.#counts = counts;
    this.#home = home;
    this.#subjects = subjects.map((subject) => {
      const texts = [...subject.names, ...subject.texts];
      return {
        subject,
        names: subject.names.map((text) => ({ text, words: wordsOf(text) })),
        mentions: new Set(texts.flatMap(wordsOf)),
        mentioned: texts.join(' '),
        domains: new Set(subject.homepages.flatMap((page) => domainOf(page) ?? [])),
      };
    });
    this.#best = subjects.map(() => []);
    for (const [index, { names }] of this.#subjects.entries()) {
      for (const word of names.flatMap(({ words }) => words))
        this.#holders.set(word, (this.#holders.get(word) ?? new Set()).add(index));
    }
    this.#search = new MiniSearch({ fields: ['id'], tokenize: (text) => [text], processTerm: (term) => term });
    this.#search.addAll([...this.#holders.keys()].map((id) => ({ id })));
  }

  /** Compares a record with every thing that it could be. */
  add(record: Organisation): void {
    const names = namesOf(record);
    const touched = new Set<number>();
    for (const word of new Set(names.flatMap(({ words }) => words))) {
      for (const ours of this.#lookUp(word)) for (const index of this.#holders.get(ours) ?? []) touched.add(index);
    }
    for (const index of touched) {
      const candidate = this.#compare(this.#subjects[index] as NamedSubject, record, names);
      const best = this.#best[index];
      if (!candidate || !best) continue;
      best.push(candidate);
      best.sort((a, b) => b.strength - a.strength || (a.id < b.id ? -1 : 1)).splice(kept);
    }
  }

  /** The best records of each thing, in the order in which the things were given; the best first. */
  get candidates(): readonly (readonly Candidate[])[] {
    return this.#best;
  }

  // Words of ours that are the word or nearly so.
  #lookUp(word: string): readonly string[] {
    const known = this.#seen.get(word);
    if (known) return known;
    const found = this.#search
      .search(word, { fuzzy: word.length > 4 ? 0.2 : false, prefix: false })
      .map(({ id }) => id as string);
    // Forgetting all of them now and then is cheaper than to know which was used last.
    if (this.#seen.size >= remembered) this.#seen.clear();
    this.#seen.set(word, found);
    return found;
  }

  #compare(named: NamedSubject, record: Organisation, names: readonly RecordName[]): Candidate | undefined {
    const evidence = this.#compareNames(named, names);
    if (!evidence.length) return undefined;
    const features = [
      ...evidence.map(({ feature }) => feature),
      ...this.#place(named, record),
      ...typeOf(named.subject, record),
      ...website(named, record),
      ...status(record),
    ];
    // Two names that agree are surer than one, but never sure: each takes its share of the doubt that is left.
    const doubt = evidence.reduce((left, { feature }) => left * (1 - feature.part), 1);
    const rest = features.slice(evidence.length).reduce((sum, { part }) => sum + part, 0);
    const strength = Math.round(1000 * (1 - doubt + rest)) / 1000;
    return {
      id: record.id,
      label: names[0]?.text ?? record.id,
      status: record.status,
      score: Math.max(0, Math.min(1, strength)),
      strength,
      matched: [...new Set(evidence.map(({ matched }) => matched))],
      features,
    };
  }

  // The best pair of names; and a second pair of an acronym with a name in full, since they are different evidence.
  #compareNames({ names }: NamedSubject, theirs: readonly RecordName[]): { feature: Feature; matched: string }[] {
    const best = new Map<'full' | 'short', { feature: Feature; matched: string }>();
    for (const ours of names) {
      for (const their of theirs) {
        const part = this.#similarity(ours.words, their.words, their.acronym);
        if (!part) continue;
        const kind = isShort(ours.words) ? 'short' : 'full';
        if (part <= (best.get(kind)?.feature.part ?? 0)) continue;
        const relation = isSame(ours.words, their.words) ? 'is' : 'is nearly';
        best.set(kind, {
          matched: their.text,
          feature: {
            name: their.acronym ? 'acronym' : 'name',
            part: Math.round(1000 * part) / 1000,
            because: `"${ours.text}" ${relation} its ${their.kind} "${their.text}"`,
          },
        });
      }
    }
    return [...best.values()];
  }

  #similarity(ours: readonly string[], theirs: readonly string[], acronym: boolean): number {
    if (isSame(ours, theirs)) {
      if (ours.length > 1) return weights.equal.several;
      const kind = acronym || isShort(ours) ? 'short' : 'single';
      return weights.equal[kind] + weights.rare[kind] / Math.max(1, this.#counts.count(ours[0] ?? ''));
    }
    if (acronym || isShort(ours) || isShort(theirs)) return 0;
    const first = this.#share(ours, theirs);
    if (first < weights.leastShare) return 0;
    const share = Math.min(first, this.#share(theirs, ours));
    return share < weights.leastShare ? 0 : weights.similar * share;
  }

  // The weight of the words of one name that the other has too.
  #share(words: readonly string[], others: readonly string[]): number {
    let [all, shared] = [0, 0];
    for (const word of words) {
      const weight = this.#counts.weigh(word);
      all += weight;
      shared += weight * Math.max(0, ...others.map((other) => likeness(word, other)));
    }
    return all ? shared / all : 0;
  }

  #place({ mentions, mentioned }: NamedSubject, { places }: Organisation): Feature[] {
    const features: Feature[] = [];
    const city = places.find(({ name }) => wordsOf(name).every((word) => mentions.has(word)));
    if (city) features.push({ name: 'place', part: weights.named, because: `${city.name} is named with it` });
    const country = places.find((place) => countryNames(place.country).some((name) => mentioned.includes(name)));
    if (country) features.push({ name: 'place', part: weights.named, because: `${country.country} is named with it` });
    if (this.#home && places.some((place) => place.country === this.#home))
      features.push({ name: 'place', part: weights.home, because: `${this.#home}, as most of ours` });
    else if (!city && !country && places[0])
      features.push({ name: 'place', part: weights.elsewhere, because: `${places[0].country} is not named with it` });
    return features;
  }
}

interface RecordName {
  readonly text: string;
  readonly words: readonly string[];
  readonly kind: string;
  readonly acronym: boolean;
}

// A company is shown with its country in brackets, which is no part of its name.
function namesOf({ names }: Organisation): RecordName[] {
  return names
    .map(({ value, kind }) => {
      const text = kind === 'display' ? value.replace(/\s*\([^()]*\)$/, '') : value;
      return { text, words: wordsOf(text), kind: kind === 'display' ? 'name' : kind, acronym: kind === 'acronym' };
    })
    .sort((a, b) => Number(b.kind === 'name') - Number(a.kind === 'name'));
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join(' ') === [...b].sort().join(' ');

// How alike two words are; what differs in more than a letter in five is another word.
function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const length = Math.max(a.length, b.length);
  if (length < 5 || Math.abs(a.length - b.length) > length / 5) return 0;
  const alike = 1 - distance(a, b) / length;
  return alike < 0.8 ? 0 : alike;
}

function typeOf({ types }: Subject, record: Organisation): Feature[] {
  if (!types.length || !record.types.length) return [];
  const shared = record.types.find((type) => types.includes(type));
  if (shared) return [{ name: 'type', part: weights.type, because: `it is of type ${shared}` }];
  return [{ name: 'type', part: weights.otherType, because: `it is of type ${record.types.join(' and ')}` }];
}

function website({ domains }: NamedSubject, { websites, domains: own }: Organisation): Feature[] {
  const theirs = [...own, ...websites.flatMap((page) => domainOf(page) ?? [])];
  const shared = theirs.find((domain) => domains.has(domain));
  return shared ? [{ name: 'website', part: weights.website, because: `both have the site ${shared}` }] : [];
}

function status({ status: is }: Organisation): Feature[] {
  if (is !== 'inactive' && is !== 'withdrawn') return [];
  return [{ name: 'status', part: weights[is], because: `its record is ${is}` }];
}

const languages = ['en', 'nl'].map((language) => new Intl.DisplayNames([language], { type: 'region' }));
const countries = new Map<string, readonly string[]>();
function countryNames(code: string): readonly string[] {
  const known = countries.get(code);
  if (known) return known;
  const names = /^[A-Z]{2}$/.test(code) ? languages.flatMap((names) => names.of(code) ?? []) : [];
  countries.set(code, names);
  return names;
}
