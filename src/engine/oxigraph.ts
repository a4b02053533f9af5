import type { Quad } from '@rdfjs/types';
import type { Store } from 'oxigraph';
import { encode, requireResultFormat, writeGraph } from './answers.ts';
import { type Engine, QueryFault, type QueryRequest, type QueryResult } from './engine.ts';
import type { EngineStart } from './engines.ts';
import { compileOxigraph, instantiateOxigraph, type Oxigraph } from './oxigraph-module.ts';
import { asksElsewhere, readForm } from './query-form.ts';

/** All that 32-bit WebAssembly can have. */
const wholeMemory = 2 ** 32;

/**
 * Oxigraph in WebAssembly: the default for local queries. Its queries cannot be stopped but by ending their thread.
 * It starts from an image where there is one, else empty.
 */
export async function createOxigraph({ code, image }: EngineStart = {}): Promise<Engine> {
  const module = (code as WebAssembly.Module | undefined) ?? (await compileOxigraph(wholeMemory));
  const { oxigraph, size, takeImage, openImage } = instantiateOxigraph(module);
  const store = image ? openImage(image) : new oxigraph.Store();

  return {
    memorySize: size,
    takeImage: () => takeImage(store),

    async load(nquads) {
      // Its bulk loader (no_transaction) is as fast, and reserves 340 MB whatever it loads.
      for (const piece of nquads) store.load(piece, { format: 'application/n-quads', lenient: true });
    },

    async query(request: QueryRequest): Promise<QueryResult> {
      const form = readForm(request.query);
      if (asksElsewhere(request.query))
        throw new QueryFault('unsupported', 'SERVICE is not answered here: this endpoint asks no other endpoints.');
      const source = choose(oxigraph, store, request);
      const options = {
        ...(request.baseIRI ? { base_iri: request.baseIRI } : {}),
      };
      if (form === 'construct' || form === 'describe')
        return writeGraph(request, () => run(request.query, () => source.query(request.query, options)) as Quad[]);
      const { mediaType } = requireResultFormat(request);
      const text = run(request.query, () => source.query(request.query, { ...options, results_format: mediaType }));
      return { kind: form === 'ask' ? 'boolean' : 'rows', mediaType, body: encode(text as string) };
    },
  };
}

// A dataset of the request's own (SPARQL 1.1 Protocol, section 2.1.4): the merge of some graphs, and some named ones.
// Given several default graphs, Oxigraph counts a triple once for each that has it; a merge has it once.
function choose(oxigraph: Oxigraph, store: Store, { defaultGraphs, namedGraphs }: QueryRequest): Store {
  if (!defaultGraphs?.length && !namedGraphs?.length) return store;
  const chosen = new oxigraph.Store();
  for (const iri of defaultGraphs ?? [])
    for (const { subject, predicate, object } of store.match(null, null, null, oxigraph.namedNode(iri)))
      chosen.add(oxigraph.quad(subject, predicate, object));
  for (const iri of namedGraphs ?? [])
    for (const each of store.match(null, null, null, oxigraph.namedNode(iri))) chosen.add(each);
  return chosen;
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
  const content = query.split('\n')[Number(line) - 1] ?? '';
  const there = content.slice(Number(column) - 1).trim();
  const items = (rest ?? '').replace(/^[\s\S]*?expected (?:one of )?/, '').replace(/\[[^\]]*\]/g, '');
  // Among the symbols that it would have taken, its parser lists what it found wrong in words.
  const [said] = /Prefix not found|The [A-Z]+ [a-z][^,]*/.exec(items.replace(/"(?:[^"\\]|\\.)*"/g, '')) ?? [];
  const [, prefix = ''] = /([\w-]*):\S*$/.exec(content.slice(0, Number(column) - 1).trimEnd()) ?? [];
  const symbols = [...items.matchAll(/"((?:[^"\\]|\\.)+)"|\b([A-Z]{2,})\b/g)].map(
    ([, quoted, word]) => word ?? quoted?.replace(/\\(.)/g, '$1') ?? '',
  );
  const known = [...new Set(symbols)].slice(0, 12);
  const what =
    said === 'Prefix not found'
      ? `the prefix "${prefix}:" is not declared. Add a PREFIX line for it`
      : (said ?? `expected ${known.length ? `something like ${known.join(' ')}` : 'something else'}`);
  return new QueryFault(
    'syntax',
    `Syntax error at line ${line}, column ${column}, ${there ? `at "${there.slice(0, 40)}"` : 'at the end of the line'}: ${what}.`,
  );
}
