import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import { type Input, listLayers, loadFiles, readTexts } from '../load/files.ts';
import type { Publication } from '../load/publication.ts';
import type { TripleLimit } from '../load/triple-limit.ts';
import { termsOf } from '../rdf/byte-line.ts';
import { canonicalNQuads, sha256 } from '../rdf/canonical.ts';
import { SyntaxFault } from '../rdf/read.ts';
import { indexQuads, mergeGraphs, namedNode, quad } from '../rdf/terms.ts';
import { infer, type RuleText } from '../reason/reason.ts';

/** Triples of the default graph, by how they came to be there. */
export interface Counts {
  readonly asserted: number;
  readonly inferred: number;
  /** What the dataset says of itself. */
  readonly described: number;
}

/** What there is to know of a dataset without its quads. */
export interface DatasetFacts {
  /** Absent when files are served just as they are. */
  readonly publication: Publication | undefined;
  readonly inputs: readonly Input[];
  readonly counts: Counts;
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
  readonly limit?: TripleLimit | undefined;
  /** Makes the triples of the catalogue graph, if the publication has one. Nothing is inferred from them. */
  readonly describe?: (data: DescribedData) => readonly Quad[];
}

/** A dataset that is not described yet. */
export interface DescribedData {
  readonly publication: Publication;
  readonly inputs: readonly Input[];
  /** Everything, in its graphs, inferences included. */
  readonly quads: readonly Quad[];
  /** The merge of all graphs without what follows from them, and what follows: together, each triple once. */
  readonly stated: readonly Quad[];
  readonly inferred: readonly Quad[];
}

/** Reads the publication's files and reasons over them. Throws {@link BrokenFiles}. */
export async function buildDataset(publication: Publication, options: BuildOptions = {}): Promise<Dataset> {
  const inputs = [...(await listLayers(publication)), ...(options.extra ?? [])];
  const { quads, faults } = await loadFiles(inputs, { limit: options.limit });
  if (faults.length) throw new BrokenFiles(faults);
  const stated = [...mergeGraphs(quads)];
  const inferred = inferOrTell(stated, await readRules(publication, options.sameAs ?? false));
  const data = { publication, inputs, quads: [...quads, ...inGraph(inferred, publication, 'inferredGraph')] };
  const merged = [...stated, ...inferred];
  const described =
    options.describe && publication.catalogueGraph ? options.describe({ ...data, stated, inferred }) : [];
  const defaultGraph = described.length ? [...mergeGraphs([...merged, ...described])] : merged;
  return finish({
    ...data,
    quads: [...data.quads, ...inGraph(described, publication, 'catalogueGraph')],
    defaultGraph,
    counts: { asserted: stated.length, inferred: inferred.length, described: defaultGraph.length - merged.length },
  });
}

/** What follows by the rules. Throws {@link BrokenFiles} for a rule that cannot be read. */
export function inferOrTell(quads: readonly Quad[], rules: readonly RuleText[]): Quad[] {
  try {
    return infer(quads, rules);
  } catch (error) {
    throw error instanceof SyntaxFault ? new BrokenFiles([error]) : error;
  }
}

function inGraph(triples: readonly Quad[], publication: Publication, key: 'inferredGraph' | 'catalogueGraph'): Quad[] {
  const graph = namedNode(publication.base + publication[key]);
  return triples.map(
    ({ subject, predicate, object }) =>
      quad(subject as never, predicate as never, object as never, graph) as unknown as Quad,
  );
}

/** Takes files just as they are: no ontology, no inference, no shapes. Throws {@link BrokenFiles}. */
export async function buildPlain(inputs: readonly Input[], limit?: TripleLimit): Promise<Dataset> {
  const { quads, faults } = await loadFiles(inputs, { limit });
  if (faults.length) throw new BrokenFiles(faults);
  const defaultGraph = [...mergeGraphs(quads.filter(({ graph }) => graph.termType === 'DefaultGraph'))];
  return finish({
    publication: undefined,
    inputs,
    quads,
    defaultGraph,
    counts: { asserted: quads.length, inferred: 0, described: 0 },
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

/** The same as bytes: files that are served as they are may have more of them than a text can hold. */
export const engineBytes = (canonical: Buffer, publication: Publication | undefined): Buffer =>
  publication ? Buffer.from(engineNQuads({ canonical: String(canonical), publication })) : canonical;

/** The triples of canonical N-Quads as lines, each once: the merge of all graphs. */
export const mergedTriples = (canonical: string): string[] => [...new Set(canonical.split('\n').map(withoutGraph))];

function withoutGraph(line: string): string {
  const { graph } = termsOf(line);
  return graph ? `${line.slice(0, -` ${graph} .`.length)} .` : line;
}

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
