import type { Quad } from '@rdfjs/types';
import { Validator } from 'shacl-engine';
import { factory, indexQuads } from '../rdf/terms.ts';

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

/**
 * Prepares SHACL shapes (W3C SHACL, core) for validating. Named graphs of the data are merged. Further kinds of
 * constraints, such as those in SPARQL, are given by who needs them.
 */
export function prepareShapes(
  shapes: Iterable<Quad>,
  validations: object = new Map(),
): (data: Iterable<Quad>) => Promise<Finding[]> {
  const validator = new Validator(indexQuads(shapes), { factory, validations });
  return async (data) => {
    const report = await validator.validate({ dataset: indexQuads(data) });
    return report.results
      .map((result) => ({
        severity: (result.severity?.value.split('#')[1]?.toLowerCase() ?? 'violation') as Finding['severity'],
        node: result.focusNode?.term?.value ?? '',
        path: result.path?.map(({ predicates }) => predicates.map(({ value }) => value).join('|')).join('/'),
        value: result.value?.term?.value,
        shape: result.shape.ptr.term?.value ?? '',
        message: Object.fromEntries(result.message.map((text) => [text.language || 'en', text.value])),
      }))
      .sort((a, b) => (`${a.node} ${a.shape}` < `${b.node} ${b.shape}` ? -1 : 1));
  };
}
