import type { Quad, Term } from '@rdfjs/types';
import * as n3 from 'n3';
import { SyntaxFault } from '../rdf/read.ts';
import { indexQuads, quad } from '../rdf/terms.ts';

// The package's types are older than the package: they lack the reasoner.
const { Reasoner } = n3 as unknown as { Reasoner: new (store: unknown) => { reason(rules: unknown): void } };

// Rules may leave notes for each other under this; they are not published.
const scratch = 'urn:rule:';

/** A rule in Notation3, and where it stands. */
export interface RuleText {
  readonly source: string;
  readonly text: string;
}

/**
 * What follows from the quads by the rules, merged over all graphs: each triple once, none that was there before, in
 * the default graph. Triples that RDF has no room for (a literal as subject) are left out.
 *
 * Throws {@link SyntaxFault} for a rule that cannot be read.
 */
export function infer(quads: Iterable<Quad>, rules: readonly RuleText[]): Quad[] {
  const before = indexQuads([]);
  const working = new n3.Store();
  for (const { subject, predicate, object } of quads) {
    const triple = quad(subject as never, predicate as never, object as never);
    before.add(triple as unknown as Quad);
    working.addQuad(triple);
  }
  new Reasoner(working).reason(readRules(rules));
  const inferred: Quad[] = [];
  for (const each of working) {
    const triple = each as unknown as Quad;
    if (triple.graph.termType !== 'DefaultGraph' || before.has(triple)) continue;
    if ((triple.subject as Term).termType === 'Literal' || triple.predicate.termType !== 'NamedNode') continue;
    if (triple.predicate.value.startsWith(scratch)) continue;
    inferred.push(triple);
  }
  return inferred;
}

function readRules(rules: readonly RuleText[]): n3.Store {
  const store = new n3.Store();
  for (const { source, text } of rules) {
    try {
      store.addQuads(new n3.Parser({ format: 'text/n3' }).parse(text));
    } catch (error) {
      const { message, context } = error as Error & { context?: { line?: number } };
      throw new SyntaxFault(source, message, context?.line ? { line: context.line } : {});
    }
  }
  return store;
}
