import type { Quad, Term } from '@rdfjs/types';
import { NotExpressible } from './not-expressible.ts';
import { rdf } from './terms.ts';
import { sortQuads } from './write-turtle.ts';

// Loaded when the first JSON-LD is written: it brings an HTTP client along, and most threads write none.
const library = async (): Promise<typeof import('jsonld')> => (await import('jsonld')).default;

/** Says why a JSON-LD body never reaches out: contexts are given, not fetched. */
export const refuseRemoteContexts = async (url: string): Promise<never> => {
  throw new Error(`The remote context <${url}> is not loaded. Put the context into the document.`);
};

/** JSON-LD in expanded form (JSON-LD 1.1 API, fromRdf), faithful to every literal; named graphs are kept. */
export async function writeJsonLd(quads: Iterable<Quad>): Promise<string> {
  return `${JSON.stringify(await toJsonLd(quads), null, 1)}\n`;
}

async function toJsonLd(quads: Iterable<Quad>): Promise<object[]> {
  const dataset = sortQuads(quads).map(checkExpressible);
  checkLists(dataset);
  return (await (await library()).fromRDF(dataset as never, { useNativeTypes: false })) as unknown as object[];
}

// The library writes a list inside what refers to it, and so would move one that stands in another graph.
function checkLists(quads: readonly Quad[]): void {
  const cells = new Map<string, string>();
  for (const { subject, predicate, graph } of quads)
    if (predicate.value === rdf('first')) cells.set(subject.value, graph.value);
  for (const { object, graph } of quads)
    if (object.termType === 'BlankNode' && (cells.get(object.value) ?? graph.value) !== graph.value)
      throw new NotExpressible(
        'JSON-LD cannot write a list in another graph than what refers to it. Ask for N-Quads or TriG.',
      );
}

// JSON-LD 1.1 has no triple terms; directions and JSON literals would not come back as they were.
function checkExpressible(each: Quad): Quad {
  for (const term of [each.subject, each.object] as Term[]) {
    if (term.termType === 'Quad')
      throw new NotExpressible('JSON-LD cannot write a triple term. Ask for N-Quads or TriG.');
    if (term.termType !== 'Literal') continue;
    if (term.direction)
      throw new NotExpressible('JSON-LD cannot write the direction of a text. Ask for N-Quads or TriG.');
    if (term.datatype.value === rdf('JSON') && !isCompactJson(term.value))
      throw new NotExpressible('JSON-LD would rewrite a JSON literal. Ask for N-Quads or TriG.');
  }
  if (each.graph.termType !== 'BlankNode') return each;
  // The library takes a graph's name as it is, without the sign of a blank node.
  return { ...plain(each), graph: { termType: 'BlankNode', value: `_:${each.graph.value}` } } as unknown as Quad;
}

function isCompactJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

const plain = ({ subject, predicate, object }: Quad) => ({ subject, predicate, object });
