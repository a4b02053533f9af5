import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { type Input, listLayers, loadFiles, readTexts } from '../load/files.ts';
import type { Publication } from '../load/publication.ts';
import { canonicalNQuads, sha256 } from '../rdf/canonical.ts';
import type { SyntaxFault } from '../rdf/read.ts';
import { indexQuads, mergeGraphs, namedNode, quad } from '../rdf/terms.ts';
import { infer, type RuleText } from '../reason/reason.ts';

/** What there is to know of a dataset without its quads. */
export interface DatasetFacts {
  /** Absent when files are served just as they are. */
  readonly publication: Publication | undefined;
  readonly inputs: readonly Input[];
  readonly counts: { readonly asserted: number; readonly inferred: number };
  /** The first 16 hexadecimal digits of the SHA-256 of the canonical N-Quads. */
  readonly version: string;
  /** Triples of each graph that is not a merge; the default graph's own stand under the empty name. */
  readonly graphs: Readonly<Record<string, number>>;
}

/** A graph ready to publish: it never changes. */
export interface Dataset extends DatasetFacts {
  /** Everything, in its graphs, inferences included. */
  readonly quads: readonly Quad[];
  /** The default graph: the merge of all graphs, each triple once; for plain files, the default graph as given. */
  readonly defaultGraph: readonly Quad[];
  /** Canonical N-Quads of all graphs. */
  readonly canonical: string;
}

/** Files that cannot be read: every one of them. */
export class BrokenFiles extends Error {
  readonly faults: readonly SyntaxFault[];

  constructor(faults: readonly SyntaxFault[]) {
    super(faults.map(String).join('\n'));
    this.faults = faults;
  }
}

/** How to build. */
export interface BuildOptions {
  /** Files beside those of the publication. */
  readonly extra?: readonly Input[];
  /** Follow `owl:sameAs` as well. */
  readonly sameAs?: boolean;
}

/** Reads the publication's files and reasons over them. Throws {@link BrokenFiles}. */
export async function buildDataset(publication: Publication, options: BuildOptions = {}): Promise<Dataset> {
  const inputs = [...(await listLayers(publication)), ...(options.extra ?? [])];
  const { quads, faults } = await loadFiles(inputs);
  if (faults.length) throw new BrokenFiles(faults);
  const inferredGraph = namedNode(publication.base + publication.inferredGraph);
  const inferred = infer(quads, await readRules(publication, options.sameAs ?? false)).map(
    ({ subject, predicate, object }) =>
      quad(subject as never, predicate as never, object as never, inferredGraph) as unknown as Quad,
  );
  const all = [...quads, ...inferred];
  const defaultGraph = [...mergeGraphs(all)];
  return finish({
    publication,
    inputs,
    quads: all,
    defaultGraph,
    counts: { asserted: defaultGraph.length - inferred.length, inferred: inferred.length },
  });
}

/** Takes files just as they are: no ontology, no inference, no shapes. Throws {@link BrokenFiles}. */
export async function buildPlain(inputs: readonly Input[]): Promise<Dataset> {
  const { quads, faults } = await loadFiles(inputs);
  if (faults.length) throw new BrokenFiles(faults);
  const defaultGraph = [...mergeGraphs(quads.filter(({ graph }) => graph.termType === 'DefaultGraph'))];
  return finish({
    publication: undefined,
    inputs,
    quads,
    defaultGraph,
    counts: { asserted: quads.length, inferred: 0 },
  });
}

/**
 * A dataset as N-Quads for an engine: the graphs, and for a publication their merge as default graph. It is made from
 * the canonical lines, so that a blank node has the same label everywhere.
 */
export function engineNQuads({ canonical, publication }: Pick<Dataset, 'canonical' | 'publication'>): string {
  if (!publication) return canonical;
  return canonical + mergedTriples(canonical).join('\n');
}

/** The triples of canonical N-Quads as lines, each once: the merge of all graphs. */
export const mergedTriples = (canonical: string): string[] => [
  ...new Set(canonical.split('\n').map((line) => line.replace(withGraph, '$1 .'))),
];

/** A canonical line with a graph: subject, predicate and object, then the graph. */
const withGraph = /^(\S+ \S+ (?:<[^<>]*>|_:\S+|"(?:[^"\\]|\\.)*"\S*|<<.*>>)) (?:<[^<>]*>|_:\S+) \.$/;

async function finish(dataset: Omit<Dataset, 'version' | 'canonical' | 'graphs'>): Promise<Dataset> {
  const canonical = await canonicalNQuads(dataset.quads);
  const graphs: Record<string, number> = {};
  for (const { graph } of indexQuads(dataset.quads)) graphs[graph.value] = (graphs[graph.value] ?? 0) + 1;
  return { ...dataset, canonical, graphs, version: sha256(canonical).slice(0, 16) };
}

async function readRules({ folder, rules }: Publication, sameAs: boolean): Promise<RuleText[]> {
  const sameAsRules = path.posix.join(path.posix.dirname(rules), 'same-as', path.posix.basename(rules));
  return [...(await readTexts(rules, folder)), ...(sameAs ? await readTexts(sameAsRules, folder) : [])];
}
