import type { Quad, Term } from '@rdfjs/types';
import Validator from 'rdf-validate-shacl';
import { indexQuads } from '../rdf/terms.ts';

/** One finding of a validation, in plain sentences. */
export interface Finding {
  readonly severity: 'violation' | 'warning' | 'info';
  /** The node that the finding is about. */
  readonly node: string;
  /** The property, where there is one. */
  readonly path: string | undefined;
  readonly value: string | undefined;
  /** The shape that says so. */
  readonly shape: string;
  /** What is wrong and what to do, by language tag. */
  readonly message: Readonly<Record<string, string>>;
}

/** Validates data against SHACL shapes (W3C SHACL, core). Named graphs are merged. */
export async function validate(data: Iterable<Quad>, shapes: Iterable<Quad>): Promise<Finding[]> {
  const report = await new Validator(indexQuads(shapes)).validate(indexQuads(data));
  return report.results
    .map((result) => ({
      severity: (result.severity?.value.split('#')[1]?.toLowerCase() ?? 'violation') as Finding['severity'],
      node: show(result.focusNode) ?? '',
      path: show(result.path),
      value: show(result.value),
      shape: show(result.sourceShape) ?? '',
      message: Object.fromEntries(result.message.map((text) => [text.language || 'en', text.value])),
    }))
    .sort((a, b) => (`${a.node} ${a.shape}` < `${b.node} ${b.shape}` ? -1 : 1));
}

const show = (term: Term | null): string | undefined => (term ? term.value : undefined);
