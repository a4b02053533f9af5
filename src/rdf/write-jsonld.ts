import type { Quad, Term } from '@rdfjs/types';
import { NotExpressible } from './not-expressible.ts';
import { rdf, xsd } from './terms.ts';
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

// JSON's own numbers and booleans, but only where reading them back gives the very same literal: the library's own
// conversion would make an integer of "007" or "2.0".
function toNative(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toNative);
  if (typeof value !== 'object' || value === null) return value;
  const { '@value': text, '@type': type } = value as Record<string, unknown>;
  if (type === xsd('boolean') && (text === 'true' || text === 'false')) return { '@value': text === 'true' };
  if (type === xsd('integer') && /^(0|-?[1-9]\d{0,14})$/.test(String(text))) return { '@value': Number(text) };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toNative(member)]));
}

type Node = Record<string, unknown> & { '@id': string };

/**
 * Quads as one tree around a node: each node stands once, within the first that refers to it; what points to the root
 * stands under `@reverse`, and what has no tie to it under `@included`. Integers and booleans are JSON's own. Says the
 * same triples as the quads. The context shortens the keys but is not written into the result.
 */
export async function treeJsonLd(
  quads: Iterable<Quad>,
  root: string,
  context: object,
): Promise<Record<string, unknown>> {
  const nodes = new Map(
    (await toJsonLd(quads)).map(toNative).map((node): [string, Node] => [(node as Node)['@id'], node as Node]),
  );
  const tree: Node = nodes.get(root) ?? { '@id': root };
  nodes.delete(root);
  embed(tree, nodes);
  const reverse: Record<string, Node[]> = {};
  for (const node of [...nodes.values()]) {
    if (!nodes.has(node['@id'])) continue;
    for (const [property, values] of Object.entries(node)) {
      if (property.startsWith('@') || !nodes.has(node['@id']) || !refersTo(values, root)) continue;
      const others = (values as Node[]).filter((value) => value['@id'] !== root);
      if (others.length) node[property] = others;
      else delete node[property];
      reverse[property] = [...(reverse[property] ?? []), node];
      nodes.delete(node['@id']);
      embed(node, nodes);
    }
  }
  if (Object.keys(reverse).length) tree['@reverse'] = reverse;
  if (nodes.size) tree['@included'] = [...nodes.values()];
  const options = { documentLoader: refuseRemoteContexts, compactToRelative: false };
  // The thing first, then what points to it.
  const {
    '@context': _,
    '@reverse': pointing,
    '@included': others,
    ...own
  } = (await (await library()).compact(tree as never, context as never, options as never)) as unknown as Record<
    string,
    unknown
  >;
  return { ...own, ...(pointing ? { '@reverse': pointing } : {}), ...(others ? { '@included': others } : {}) };
}

const refersTo = (values: unknown, iri: string): boolean =>
  Array.isArray(values) && values.some((value) => (value as Node)['@id'] === iri);

function embed(node: Node, nodes: Map<string, Node>): void {
  for (const [property, values] of Object.entries(node)) {
    if (property.startsWith('@')) continue;
    node[property] = (values as Node[]).map((value) => {
      const found = value['@id'] === undefined ? undefined : nodes.get(value['@id']);
      if (!found) return value;
      nodes.delete(found['@id']);
      embed(found, nodes);
      return found;
    });
  }
}
