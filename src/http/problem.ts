import type { QueryFaultKind } from '../engine/engine.ts';

/** An answer that says what went wrong and what to do (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  /** Names the kind of problem; the `type` of the problem document ends with it. */
  readonly slug: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    slug: string,
    detail: string,
    options: { headers?: Record<string, string>; extra?: Record<string, unknown> } = {},
  ) {
    super(detail);
    this.status = status;
    this.slug = slug;
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }

  get title(): string {
    return titles[this.status] ?? 'Error';
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  413: 'Content too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  500: 'Internal error',
  503: 'Service unavailable',
};

/** The status that each fault of a query gets. */
export const statusOfFault: Readonly<Record<QueryFaultKind, number>> = {
  syntax: 400,
  update: 400,
  unsupported: 400,
  'too-complex': 400,
  'not-acceptable': 406,
  'too-slow': 503,
  overloaded: 503,
  crashed: 503,
  closed: 503,
};
