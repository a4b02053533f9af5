import { QueryFault, type QueryFaultKind } from '../engine/engine.ts';
import { NotExpressible } from '../rdf/not-expressible.ts';

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
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  410: 'Gone',
  413: 'Content too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Service unavailable',
};

/** The status that each fault of a query gets. */
export const statusOfFault: Readonly<Record<QueryFaultKind, number>> = {
  syntax: 400,
  update: 400,
  unsupported: 400,
  'too-complex': 400,
  // Not 413, which is about what the client sends, nor 503, which another try would mend: the query must change.
  'too-large': 400,
  forbidden: 403,
  'not-acceptable': 406,
  gone: 410,
  remote: 502,
  'too-slow': 503,
  overloaded: 503,
  crashed: 503,
  closed: 503,
};

/** The problem document (RFC 9457). Its `type` is an address at which the kind of problem is explained. */
export const problemDocument = (problem: Problem, publicUrl: string): Record<string, unknown> => ({
  type: `${publicUrl}/problems/${problem.slug}`,
  title: problem.title,
  status: problem.status,
  detail: problem.message,
  ...problem.extra,
});

/** Whatever was thrown, as a problem. What nobody foresaw is a 500 that tells nothing of it. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QueryFault) {
    const retry = ['overloaded', 'closed', 'crashed'].includes(error.kind) ? { headers: { 'Retry-After': '5' } } : {};
    return new Problem(statusOfFault[error.kind], `query-${error.kind}`, error.message, {
      ...retry,
      ...position(error),
    });
  }
  if (error instanceof NotExpressible) return new Problem(406, 'not-expressible', error.message);
  const { status, type, limit } = (error ?? {}) as { status?: number; type?: string; limit?: number };
  // Errors of Express's own body reader and router.
  if (type === 'entity.too.large')
    return new Problem(
      413,
      'content-too-large',
      `The content of the request is larger than ${Math.floor((limit ?? 0) / 1024)} KiB. Send a shorter query.`,
    );
  if (type === 'encoding.unsupported')
    return new Problem(
      415,
      'unsupported-media-type',
      'The content of the request is coded in a way that is not read here. Send it as it is, or with gzip, deflate or br.',
    );
  if (status === 400 || error instanceof URIError)
    return new Problem(400, 'bad-request', 'The request cannot be read: its address or content is wrongly encoded.');
  if (status && status < 500) return new Problem(status, 'bad-request', 'The request cannot be answered as it is.');
  return new Problem(
    500,
    'internal-error',
    'Something went wrong here. It has been noted; try again, and tell us if it stays.',
  );
}

// Both engines' parsers name the place in their own way.
function position({ kind, message }: QueryFault): { extra?: Record<string, unknown> } {
  const [, line, column] =
    (kind === 'syntax' && (/line (\d+), column (\d+)/.exec(message) as RegExpExecArray | null)) || [];
  return line ? { extra: { line: Number(line), column: Number(column) } } : {};
}
