/** Packages that come without types: what we use of them. */
declare module 'rdf-canonize' {
  import type { Quad } from '@rdfjs/types';

  interface Options {
    readonly algorithm: 'RDFC-1.0';
    readonly format?: 'application/n-quads';
    /** How hard to try with symmetric blank nodes: the n-th power of their number. */
    readonly maxWorkFactor?: number;
  }
  const canonize: { canonize(dataset: readonly Quad[], options: Options): Promise<string> };
  export default canonize;
}

declare module 'shacl-engine' {
  import type { DatasetCore, Term } from '@rdfjs/types';

  interface Pointer {
    readonly term: Term | undefined;
  }
  interface Result {
    readonly focusNode: Pointer | undefined;
    readonly path: readonly { readonly predicates: readonly Term[] }[] | undefined;
    readonly value: Pointer | undefined;
    readonly severity: Term | undefined;
    readonly shape: { readonly ptr: Pointer };
    readonly message: readonly (Term & { readonly language?: string })[];
  }
  export class Validator {
    constructor(shapes: DatasetCore, options: { readonly factory: object; readonly validations?: object });
    validate(data: {
      readonly dataset: DatasetCore;
    }): Promise<{ readonly conforms: boolean; readonly results: readonly Result[] }>;
  }
}

declare module 'shacl-engine/sparql.js' {
  /** What {@link Validator} needs for constraints in SPARQL. */
  export const validations: object;
}

declare module 'hyphen/en-gb/index.js' {
  const patterns: typeof import('hyphen/en-gb');
  export default patterns;
}

declare module 'hyphen/nl/index.js' {
  const patterns: typeof import('hyphen/nl');
  export default patterns;
}
