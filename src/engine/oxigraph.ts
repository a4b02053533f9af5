import type { Store } from 'oxigraph';
import { encodeRows, requireResultFormat, rewriteGraph } from './answers.ts';
import { type Engine, EngineFull, QueryFault, type QueryRequest, type QueryResult } from './engine.ts';
import type { EngineStart } from './engines.ts';
import { compileOxigraph, instantiateOxigraph, type Oxigraph } from './oxigraph-module.ts';
import { spreadPropertyLists } from './property-lists.ts';
import { asksElsewhere, fromClauses, isVolatile, readForm } from './query-form.ts';

/** All that 32-bit WebAssembly can have. */
const wholeMemory = 2 ** 32;

/** Characters of statements with blank nodes. A text of JavaScript can have twice as many. */
const mostTogether = 2 ** 28;

/**
 * Oxigraph in WebAssembly: the default for local queries. Its queries cannot be stopped but by ending their thread.
 * It starts from an image where there is one, else empty.
 */
export async function createOxigraph({ code, image, resultLimit }: EngineStart = {}): Promise<Engine> {
  const module = (code as WebAssembly.Module | undefined) ?? (await compileOxigraph(wholeMemory));
  const { oxigraph, size, takeImage, writeImage, openImage } = instantiateOxigraph(module, resultLimit);
  const store = image ? openImage(image) : new oxigraph.Store();
  let foreseeable = image !== undefined;

  return {
    memorySize: size,
    takeImage: () => takeImage(store),
    writeImage: (write) => writeImage(store, write),

    async load(nquads) {
      // Its bulk loader (no_transaction) is as fast, and reserves 340 MB whatever it loads.
      const load = (text: string): void => {
        try {
          store.load(text, { format: 'application/n-quads', lenient: true });
        } catch (error) {
          // What asks for more than there is fails as a panic, and the module stays broken.
          if ((error as Error).name === 'RuntimeError')
            throw new EngineFull('The memory of Oxigraph in WebAssembly is full.');
          throw error;
        }
      };
      // A label of a blank node means the same node within one load only: lines with such go in together.
      const withBlankNodes: string[] = [];
      let length = 0;
      for (const piece of nquads) {
        if (!piece.includes('_:')) {
          load(piece);
          continue;
        }
        const lines = piece.split('\n');
        load(lines.filter((line) => !line.includes('_:')).join('\n'));
        // In a text of their own: as parts of the piece, they would keep all of it in memory.
        const own = lines.filter((line) => line.includes('_:')).join('\n');
        length += own.length + 1;
        if (length > mostTogether)
          throw new EngineFull(
            `Oxigraph in WebAssembly loads statements with blank nodes together, up to ${Math.round(mostTogether / 1e6)} MB.`,
          );
        withBlankNodes.push(own);
      }
      if (withBlankNodes.length) load(withBlankNodes.join('\n'));
    },

    async query(request: QueryRequest): Promise<QueryResult> {
      const form = readForm(request.query);
      if (asksElsewhere(request.query))
        throw new QueryFault('unsupported', 'SERVICE is not answered here: this endpoint asks no other endpoints.');
      if (foreseeable && isVolatile(request.query)) {
        drawNumbers(store);
        foreseeable = false;
      }
      const dataset = datasetOf(request);
      const source = dataset ? choose(oxigraph, store, dataset) : store;
      const options = {
        ...(request.baseIRI ? { base_iri: request.baseIRI } : {}),
        // In place of the FROM that the query may have.
        ...(dataset && {
          default_graph: oxigraph.defaultGraph(),
          named_graphs: dataset.named.map((iri) => oxigraph.namedNode(iri)),
        }),
      };
      if (form === 'construct' || form === 'describe')
        return rewriteGraph(request, () => {
          const triples = { ...options, results_format: 'application/n-triples' };
          return run(request.query, () => ask(source, request.query, triples)) as string;
        });
      const format = requireResultFormat(request);
      const { mediaType } = format;
      const text = run(request.query, () => ask(source, request.query, { ...options, results_format: mediaType }));
      return { kind: form === 'ask' ? 'boolean' : 'rows', mediaType, body: encodeRows(text as string, format) };
    },
  };
}

// An image has the state of the random numbers in it: UUID() would give the same ones in every worker and after every
// start. The generator takes a new seed from the system after each 64 KiB, so after 8192 numbers.
function drawNumbers(store: Store): void {
  const draws = Array.from({ length: 82 }, () => 'RAND()').join('+');
  const hundred = ['a', 'b'].map((name) => `VALUES ?${name} { 0 1 2 3 4 5 6 7 8 9 }`).join(' ');
  store.query(`SELECT (SUM(${draws}) AS ?sum) { ${hundred} }`);
}

interface ChosenGraphs {
  /** Their merge is the default graph. */
  readonly merged: readonly string[];
  readonly named: readonly string[];
}

// A dataset of the request's own goes before that of the query (SPARQL 1.1 Protocol, section 2.1.4). Given several
// default graphs, Oxigraph counts a triple once for each that has it; a merge has it once (SPARQL 1.1, section 13.2).
function datasetOf({ query, baseIRI, defaultGraphs = [], namedGraphs = [] }: QueryRequest): ChosenGraphs | undefined {
  if (defaultGraphs.length || namedGraphs.length) return { merged: defaultGraphs, named: namedGraphs };
  const clauses = fromClauses(query, baseIRI);
  const iris = (named: boolean): string[] => clauses.filter((each) => each.named === named).map(({ iri }) => iri);
  // Oxigraph knows what relative ones stand for.
  const plain = iris(false).length < 2 || !clauses.every(({ iri }) => URL.canParse(iri));
  return plain ? undefined : { merged: iris(false), named: iris(true) };
}

function choose(oxigraph: Oxigraph, store: Store, { merged, named }: ChosenGraphs): Store {
  const chosen = new oxigraph.Store();
  for (const iri of merged)
    for (const { subject, predicate, object } of store.match(null, null, null, oxigraph.namedNode(iri)))
      chosen.add(oxigraph.quad(subject, predicate, object));
  for (const iri of named) for (const each of store.match(null, null, null, oxigraph.namedNode(iri))) chosen.add(each);
  return chosen;
}

/** Asks as is quickest; a text that is wrong is asked as it was sent, for the places in it to be told. */
function ask(source: Store, query: string, options: NonNullable<Parameters<Store['query']>[1]>): unknown {
  const spread = spreadPropertyLists(query);
  try {
    if (spread !== query) return source.query(spread, options);
  } catch (error) {
    if (!(error as Error).message.startsWith('error at ')) throw error;
  }
  return source.query(query, options);
}

function run<T>(query: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    // A panic or a full stack or memory, not a fault of the query's text.
    if (error instanceof RangeError || (error as Error).name === 'RuntimeError') throw error;
    if (error instanceof QueryFault) throw error;
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
