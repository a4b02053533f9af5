import type { Quad } from '@rdfjs/types';
import oxigraph from 'oxigraph';
import { findFormat } from '../rdf/formats.ts';
import { type Engine, QueryFault, type QueryRequest, type QueryResult, resultFormats } from './engine.ts';
import { asksElsewhere, readForm } from './query-form.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Oxigraph in WebAssembly: the default for local queries. Its queries cannot be stopped but by ending their thread. */
export function createOxigraph(): Engine {
  const store = new oxigraph.Store();

  return {
    async load(nquads) {
      for (const piece of nquads)
        store.load(piece, { format: 'application/n-quads', lenient: true, no_transaction: true });
    },

    async query(request: QueryRequest): Promise<QueryResult> {
      const form = readForm(request.query);
      if (asksElsewhere(request.query))
        throw new QueryFault('unsupported', 'SERVICE is not answered here: this endpoint asks no other endpoints.');
      const options = {
        ...(request.baseIRI ? { base_iri: request.baseIRI } : {}),
        ...dataset(request),
      };
      if (form === 'select' || form === 'ask') {
        const format = resultFormats.find(({ name }) => name === request.resultFormat);
        if (!format)
          throw new QueryFault('not-acceptable', 'A SELECT or ASK query has no answer in the formats you accept.');
        const text = run(request.query, () =>
          store.query(request.query, { ...options, results_format: format.mediaType }),
        ) as string;
        return { kind: form === 'ask' ? 'boolean' : 'rows', mediaType: format.mediaType, body: encode(text) };
      }
      const format = request.graphFormat && findFormat(request.graphFormat);
      if (!format)
        throw new QueryFault(
          'not-acceptable',
          'A CONSTRUCT or DESCRIBE query has no answer in the formats you accept.',
        );
      const quads = run(request.query, () => store.query(request.query, options)) as Quad[];
      return { kind: 'graph', mediaType: format.mediaType, body: encode(await format.write(quads, request.prefixes)) };
    },
  };
}

function dataset({ defaultGraphs, namedGraphs }: QueryRequest): object {
  if (!defaultGraphs?.length && !namedGraphs?.length) return {};
  return {
    default_graph: (defaultGraphs ?? []).map((iri) => oxigraph.namedNode(iri)),
    named_graphs: (namedGraphs ?? []).map((iri) => oxigraph.namedNode(iri)),
  };
}

function run<T>(query: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    // A panic or a full stack or memory, not a fault of the query's text.
    if (error instanceof RangeError || (error as Error).name === 'RuntimeError') throw error;
    throw explain((error as Error).message, query);
  }
}

// Its parser gives a place and lists every character range that it would have taken: say it as a person would.
function explain(message: string, query: string): QueryFault {
  const [, line, column, rest] = /^error at (\d+):(\d+): ([\s\S]*)$/.exec(message) ?? [];
  if (!line) return new QueryFault('unsupported', message);
  const there = (query.split('\n')[Number(line) - 1] ?? '').slice(Number(column) - 1).trim();
  const [, reason, list] = /^([\s\S]*?)expected ([\s\S]*)$/.exec(rest ?? '') ?? [];
  const words = [
    ...new Set(
      [...(list ?? '').matchAll(/"((?:[^"\\]|\\.)+)"|\b([A-Z]{2,})\b/g)].map(
        ([, quoted, word]) => word ?? quoted?.replace(/\\(.)/g, '$1') ?? '',
      ),
    ),
  ];
  const known = words.filter((word) => !/u\{|^[0-9]$/.test(word)).slice(0, 12);
  const what =
    list === undefined
      ? (rest ?? '')
      : `${reason ?? ''}expected ${known.length ? `something like ${known.join(' ')}` : 'something else'}`;
  return new QueryFault(
    'syntax',
    `Syntax error at line ${line}, column ${column}, ${there ? `at "${there.slice(0, 40)}"` : 'at the end of the line'}: ${what}.`,
  );
}
