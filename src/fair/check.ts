import type { Instance } from './instance.ts';

/** What came of a check. */
export type Outcome = 'pass' | 'warning' | 'fail' | 'skipped';

/** What was asked of the instance, and what came. */
export interface Evidence {
  readonly outcome: Outcome;
  readonly asked: string;
  readonly came: string;
}

/** The FAIR principles (Wilkinson et al. 2016, table 2). */
export const principles = {
  F1: 'Data and metadata have identifiers that are unique in the world and last',
  F2: 'Data is described with rich metadata',
  F3: 'Metadata names the identifier of the data',
  F4: 'Data and metadata can be found in indexes',
  A1: 'They are retrieved by their identifiers with a standard protocol',
  'A1.1': 'The protocol is open and free',
  'A1.2': 'The protocol has a way to ask who is there, where that is needed',
  A2: 'Metadata stays when the data is gone',
  I1: 'They use a formal, shared language for knowledge',
  I2: 'They use vocabularies that are FAIR themselves',
  I3: 'They refer to other data in a way that says how',
  R1: 'They are described with many attributes',
  'R1.1': 'They have a clear licence',
  'R1.2': 'They tell where they come from',
  'R1.3': 'They meet the standards of their field',
} as const;

/** The name of a FAIR principle. */
export type Principle = keyof typeof principles;

/** One thing that is asked of an instance. */
export interface Check {
  /** The group, a dot, and a name of its own. */
  readonly id: string;
  /** What it asks, as a sentence that holds when it passes. */
  readonly asks: string;
  /** The standard that says so, and where in it. */
  readonly standard: string;
  /** What to do when it does not hold. */
  readonly remedy: string;
  /** The FAIR principles that it supports. */
  readonly supports: readonly Principle[];
  readonly run: (instance: Instance, notes: Notes) => Promise<void>;
}

/** Checks that belong together. */
export interface Group {
  readonly name: string;
  readonly title: string;
  readonly checks: readonly Check[];
}

/** A check with what came of it. */
export interface Result {
  readonly check: Check;
  readonly outcome: Outcome;
  readonly evidence: readonly Evidence[];
}

/** Characters of what was asked, and of what came, that are kept: answers may be of any length. */
const longest = 300;

/** Takes down what a check asks and what comes. */
export class Notes {
  readonly #evidence: Evidence[] = [];

  get evidence(): readonly Evidence[] {
    return this.#evidence;
  }

  /** The worst that was noted; `skipped` where there was nothing to look at. */
  get outcome(): Outcome {
    return worst(this.#evidence.map(({ outcome }) => outcome));
  }

  pass(asked: string, came: string): void {
    this.#note('pass', asked, came);
  }

  fail(asked: string, came: string): void {
    this.#note('fail', asked, came);
  }

  warn(asked: string, came: string): void {
    this.#note('warning', asked, came);
  }

  skip(asked: string, came: string): void {
    this.#note('skipped', asked, came);
  }

  /** Passes what holds, and fails what does not, or warns of it. Says whether it holds. */
  expect(holds: boolean, asked: string, came: string, otherwise: 'fail' | 'warning' = 'fail'): boolean {
    this.#note(holds ? 'pass' : otherwise, asked, came);
    return holds;
  }

  #note(outcome: Outcome, asked: string, came: string): void {
    this.#evidence.push({ outcome, asked: shorten(asked), came: shorten(came) });
  }
}

const order: readonly Outcome[] = ['fail', 'warning', 'pass', 'skipped'];

/** The worst of some outcomes; what passes outweighs what was skipped. */
export const worst = (outcomes: readonly Outcome[]): Outcome =>
  order.find((each) => outcomes.includes(each)) ?? 'skipped';

// An answer may hold control characters that a terminal would obey.
function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)} …` : line;
}
