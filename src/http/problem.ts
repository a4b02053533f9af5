import { QueryFault, type QueryFaultKind } from '../engine/engine.ts';
import { type ProblemName, problemTexts } from '../html/problem-texts.ts';
import type { ProblemLink } from '../html/view.ts';
import { NotExpressible } from '../rdf/not-expressible.ts';

/** An answer that says what went wrong and what to do (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  /** The kind of problem; the `type` of the problem document ends with it. Each kind is explained in a table of texts. */
  override readonly name: ProblemName;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Where to go on: for the page. */
  readonly links: readonly ProblemLink[];

  constructor(
    status: number,
    name: ProblemName,
    detail: string,
    options: { headers?: Record<string, string>; extra?: Record<string, unknown>; links?: readonly ProblemLink[] } = {},
  ) {
    super(detail);
    this.status = status;
    this.name = name;
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
    this.links = options.links ?? [];
  }
}

/** The problem that each fault of a query makes, with its status. */
export const problemOfFault: Readonly<Record<QueryFaultKind, readonly [number, ProblemName]>> = {
  syntax: [400, 'query-syntax'],
  update: [400, 'query-update'],
  unsupported: [400, 'query-unsupported'],
  'too-complex': [400, 'query-too-complex'],
  // Not 413, which is about what the client sends, nor 503, which another try would mend: the query must change.
  'too-large': [400, 'query-too-large'],
  forbidden: [403, 'query-forbidden'],
  'not-acceptable': [406, 'not-acceptable'],
  gone: [410, 'version-gone'],
  remote: [502, 'query-remote'],
  engine: [502, 'engine-failed'],
  'too-slow': [503, 'query-too-slow'],
  overloaded: [503, 'query-overloaded'],
  crashed: [503, 'query-crashed'],
  closed: [503, 'query-closed'],
};

/** The problem document (RFC 9457). Its `type` is an address at which the kind of problem is explained. */
export const problemDocument = (problem: Problem, publicUrl: string): Record<string, unknown> => ({
  type: `${publicUrl}/problems/${problem.name}`,
  title: problemTexts[problem.name].title.en,
  status: problem.status,
  detail: problem.message,
  ...problem.extra,
});

/** Whatever was thrown, as a problem. What nobody foresaw is a 500 that tells nothing of it but the request's id. */
export function toProblem(error: unknown, request?: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QueryFault) {
    const retry = ['engine', 'overloaded', 'closed', 'crashed'].includes(error.kind)
      ? { headers: { 'Retry-After': '5' } }
      : {};
    const [status, name] = problemOfFault[error.kind];
    return new Problem(status, name, error.message, {
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
    `Something went wrong here. It has been noted${request ? ` as ${request}` : ''}; try again, and tell us if it stays.`,
    request ? { extra: { request } } : {},
  );
}

// Both engines' parsers name the place in their own way.
function position({ kind, message }: QueryFault): { extra?: Record<string, unknown> } {
  const [, line, column] =
    (kind === 'syntax' && (/line (\d+), column (\d+)/.exec(message) as RegExpExecArray | null)) || [];
  return line ? { extra: { line: Number(line), column: Number(column) } } : {};
}
