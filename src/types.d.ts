/** Packages that come without types: what we use of them. */
declare module 'rdf-canonize' {
  import type { Quad } from '@rdfjs/types';
  interface Options {
    readonly algorithm: 'RDFC-1.0';
    readonly format?: 'application/n-quads';
  }
  const canonize: { canonize(dataset: readonly Quad[], options: Options): Promise<string> };
  export default canonize;
}

declare module 'rdf-validate-shacl' {
  import type { DatasetCore, Term } from '@rdfjs/types';
  interface Result {
    readonly focusNode: Term | null;
    readonly path: Term | null;
    readonly value: Term | null;
    readonly severity: Term | null;
    readonly sourceShape: Term | null;
    readonly sourceConstraintComponent: Term | null;
    readonly message: readonly (Term & { readonly language?: string })[];
  }
  export default class Validator {
    constructor(shapes: DatasetCore, options?: { readonly maxErrors?: number; readonly factory?: unknown });
    validate(data: DatasetCore): Promise<{ readonly conforms: boolean; readonly results: readonly Result[] }>;
  }
}
