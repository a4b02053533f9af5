import type { QueryAnswer } from './answer.ts';

/** Why there is no answer: a problem document (RFC 9457), with what its kind of problem means in the page's language. */
export interface Fault {
  readonly status?: number;
  readonly title?: string;
  readonly detail: string;
  /** What the one who asked can do. */
  readonly action?: string;
  readonly line?: number;
  readonly column?: number;
  /** Seconds after which to try again. */
  readonly retryAfter?: number;
}

/** Thrown for a query that got no answer. */
export class QueryFailure extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.detail);
    this.fault = fault;
  }
}

/** Rows are wanted as JSON and triples as Turtle; which of both a query gives, the server knows best. */
const accept = 'application/sparql-results+json, text/turtle;q=0.9';

/** Has the endpoint of this instance answer a query. Throws a {@link QueryFailure}, and what `fetch` throws. */
export async function ask(
  query: string,
  version: string | undefined,
  signal: AbortSignal,
  language: string,
): Promise<QueryAnswer> {
  const parameters = new URLSearchParams({ query, ...(version ? { version } : {}) });
  const address = `/sparql?${parameters}`;
  // By GET where it fits: then what was answered before is not computed again.
  const response =
    address.length < 4000
      ? await fetch(address, { headers: { accept }, signal })
      : await fetch('/sparql', { method: 'POST', body: parameters, headers: { accept }, signal });
  const type = response.headers.get('content-type') ?? '';
  const body = await response.text();
  if (!response.ok) throw new QueryFailure(await readFault(response, type, body, language));
  if (!type.includes('json')) return { kind: 'graph', body };
  return { kind: 'boolean' in (JSON.parse(body) as object) ? 'boolean' : 'rows', body };
}

async function readFault(response: Response, type: string, body: string, language: string): Promise<Fault> {
  const { status } = response;
  const retryAfter = Number(response.headers.get('retry-after')) || undefined;
  // What stands before the server may answer in its place.
  if (!type.includes('json'))
    return { status, detail: `${status} ${response.statusText}`, ...(retryAfter ? { retryAfter } : {}) };
  const problem = JSON.parse(body) as Fault & { readonly type?: string };
  return { ...problem, ...(await explain(problem.type, language)), status, ...(retryAfter ? { retryAfter } : {}) };
}

/** What a kind of problem means, from the page that its type leads to. */
export async function explain(type: string | undefined, language: string): Promise<Pick<Fault, 'title' | 'action'>> {
  const name = type?.split('/').at(-1);
  if (!name) return {};
  try {
    const response = await fetch(`/problems/${name}`, { headers: { accept: 'application/json' } });
    const { title, action } = (await response.json()) as Record<'title' | 'action', Record<string, string> | undefined>;
    return {
      ...(title?.[language] ? { title: title[language] } : {}),
      ...(action?.[language] ? { action: action[language] } : {}),
    };
  } catch {
    return {};
  }
}
