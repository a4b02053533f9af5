import { QueryFault, type QueryRequest } from '../engine.ts';
import type { FederationOptions } from '../federation/options.ts';
import { countServices, hasForm, namesGraphs, namesServices, strayWord } from '../query-form.ts';
import type { RemoteGraphs } from './remote-graphs.ts';

/** What a query is held against. */
export interface Guard {
  readonly graphs: Pick<RemoteGraphs, 'has' | 'keepsToChoice'>;
  /** Whom queries may have the endpoint ask; without it, nobody. */
  readonly federation: FederationOptions | undefined;
}

/**
 * Refuses, before anything is sent, what is more than a query, and what would be answered wrongly. The server elsewhere
 * may understand more than queries, and do more for this server than for others. Throws `QueryFault`.
 */
export async function guardQuery(request: QueryRequest, { graphs, federation }: Guard): Promise<void> {
  const { query, baseIRI, defaultGraphs = [], namedGraphs = [] } = request;
  const stray = strayWord(query);
  if (stray !== undefined)
    throw new QueryFault(
      'update',
      `The word ${stray.toUpperCase()} belongs to no query of SPARQL 1.1. This endpoint only answers queries: SELECT, ASK, CONSTRUCT and DESCRIBE.`,
    );
  if (!hasForm(query))
    throw new QueryFault('syntax', 'After its prologue, a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE.');
  await guardServices(query, federation);
  const own = [...defaultGraphs, ...namedGraphs];
  const chosen = own.length ? own : namesGraphs(query, baseIRI);
  if (chosen.length && !(await graphs.keepsToChoice(own.length ? 'parameters' : 'clauses')))
    throw new QueryFault(
      'unsupported',
      `The database that this server asks does not keep to ${own.length ? 'default-graph-uri and named-graph-uri' : 'FROM and FROM NAMED'}. Choose graphs with GRAPH.`,
    );
  // It might fetch what it does not have.
  for (const iri of chosen)
    if (!(await graphs.has(iri)))
      throw new QueryFault('unsupported', `There is no graph <${iri}> here, and none is fetched.`);
}

async function guardServices(query: string, federation: FederationOptions | undefined): Promise<void> {
  const count = countServices(query);
  if (!count) return;
  if (!federation)
    throw new QueryFault('unsupported', 'SERVICE is not answered here: this endpoint asks no other endpoints.');
  const named = namesServices(query);
  if (named.length !== count)
    throw new QueryFault(
      'unsupported',
      'Write the address of each SERVICE in full, as <https://…>: it is looked at first.',
    );
  const { guardAddresses } = await import('../federation/remote-address.ts');
  const guard = guardAddresses(federation);
  for (const address of named) guard.check(address);
}
