import path from 'node:path';
import { findFiles, loadFiles, readText, readTexts } from '../load/files.ts';
import type { Publication } from '../load/publication.ts';
import { mergeGraphs } from '../rdf/terms.ts';
import { type Finding, prepareShapes } from '../shapes/validate.ts';
import { BrokenFiles, type Dataset, inferOrTell } from './build.ts';

/** A finding with the place to mend. */
export interface PlacedFinding extends Finding {
  /** The file that describes the node, relative to the working directory, and the line where its description begins. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/** Validates a dataset against its publication's shapes. Throws {@link BrokenFiles} for shapes that cannot be read. */
export async function checkShapes(dataset: Dataset, publication: Publication): Promise<PlacedFinding[]> {
  const files = await findFiles(publication.shapes, publication.folder);
  const { quads, faults } = await loadFiles(
    files.map((file) => ({ file: path.join(publication.folder, file), layer: 'shapes' })),
  );
  if (faults.length) throw new BrokenFiles(faults);
  // What programs add is none of the curators': shapes are about what somebody wrote.
  const { base, inferredGraph, catalogueGraph } = publication;
  const made = new Set([inferredGraph, catalogueGraph].map((graph) => base + graph));
  const asserted = dataset.quads.filter(({ graph }) => !made.has(graph.value));
  const classes = inferOrTell(asserted, await readTexts(publication.shapesRules, publication.folder));
  const findings = await prepareShapes(quads)([...mergeGraphs(asserted), ...classes]);
  return findings.length ? placeFindings(findings, dataset) : [];
}

/** Finds the file and line that describe the node of each finding. */
export async function placeFindings(
  findings: readonly Finding[],
  { quads, inputs }: Dataset,
): Promise<PlacedFinding[]> {
  const graphsOf = new Map<string, Set<string>>();
  for (const { subject, graph } of quads) {
    const graphs = graphsOf.get(subject.value) ?? new Set();
    graphsOf.set(subject.value, graphs.add(graph.value));
  }
  const placed: PlacedFinding[] = [];
  for (const finding of findings) {
    let place: { file: string; line: number } | undefined;
    for (const { file, graph } of inputs) {
      if (place || !graphsOf.get(finding.node)?.has(graph ?? '')) continue;
      const line = await lineOf(file, finding.node);
      if (line) place = { file: path.relative(process.cwd(), file), line };
    }
    placed.push({ ...finding, file: place?.file, line: place?.line });
  }
  return placed;
}

// Where a line begins with the node, as an IRI or a prefixed name: house style writes each subject so.
async function lineOf(file: string, node: string): Promise<number | undefined> {
  const lines = (await readText(file)).split('\n');
  const prefixes = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, prefix, iri] = /^@prefix\s+(\S*):\s*<([^>]*)>/.exec(line) ?? [];
    if (iri) prefixes.set(prefix ?? '', iri);
    const [, full, short, local] = /^(?:<([^>]*)>|([\w-]*):([\w.-]+))(?:\s|$)/.exec(line) ?? [];
    if (full === node || (local && (prefixes.get(short ?? '') ?? '') + local === node)) return index + 1;
  }
  return undefined;
}

/** A finding as sentences: place, node, what is wrong. */
export function describeFinding(finding: PlacedFinding, language = 'en'): string {
  const place = finding.file ? `${finding.file}:${finding.line}: ` : '';
  const message = finding.message[language] ?? Object.values(finding.message)[0] ?? 'The shape gives no message.';
  const value = finding.value && finding.value !== finding.node ? ` (found: ${finding.value})` : '';
  return `${place}${finding.severity}: <${finding.node}> ${message}${value}`;
}
