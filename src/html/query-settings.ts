import type { QueryWords } from './query-texts.ts';
import type { AnswerKind } from './snippets.ts';

/** A format in which an answer can be had. */
export interface AnswerFormat {
  readonly name: string;
  readonly label: string;
  readonly extension: string;
}

/** What the script of the query page is told by the page. */
export interface QuerySettings {
  readonly language: string;
  /** The address of the endpoint, for whoever is not on this page. */
  readonly endpoint: string;
  /** What IRIs of the graph begin with: such things have a page here. */
  readonly base: string;
  readonly prefixes: Readonly<Record<string, string>>;
  readonly formats: { readonly rows: readonly AnswerFormat[]; readonly graph: readonly AnswerFormat[] };
  /** The version that is served, and the one that the address asks for, if any. */
  readonly version: string;
  readonly askedVersion?: string | undefined;
  /** What a citation needs beside address and day. */
  readonly title: string;
  readonly publisher?: string | undefined;
  readonly date: string;
  readonly license?: string | undefined;
  /** The longest address that the server reads. */
  readonly addressLength: number;
  /** Whether answers can change within a version: then none has an address of its own. */
  readonly live: boolean;
  readonly words: QueryWords;
}

/** An answer that the page came with. */
export interface GivenAnswer {
  readonly kind: AnswerKind;
  /** SPARQL results in JSON, or Turtle. */
  readonly body: string;
}

/** A fault that the page came with, as the problem document tells it. */
export interface GivenProblem {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly line?: number;
  readonly column?: number;
}

/** Ids under which the page holds data for its script. */
export const dataIds = { settings: 'query-settings', answer: 'query-answer', problem: 'query-problem' } as const;
