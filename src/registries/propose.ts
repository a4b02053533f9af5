import type { Candidate, Subject } from './match.ts';

/** What is found for a thing. */
export type Proposal =
  /** One record that stands out. */
  | {
      readonly kind: 'match';
      readonly subject: Subject;
      readonly found: Candidate;
      readonly rivals: readonly Candidate[];
    }
  /** Several that are nearly as good: a person must choose. */
  | { readonly kind: 'ambiguous'; readonly subject: Subject; readonly rivals: readonly Candidate[] }
  /** Nothing that is good enough; the best, if there is one. */
  | { readonly kind: 'none'; readonly subject: Subject; readonly best: Candidate | undefined };

/** How sure a proposal must be when nothing is said. */
export const defaultThreshold = 0.8;
/** By how much the best must be better than the next. */
const margin = 0.08;

/** Chooses among the candidates of a thing, the best first. */
export function propose(subject: Subject, candidates: readonly Candidate[], threshold: number): Proposal {
  const [best, ...others] = candidates;
  if (!best || best.score < threshold) return { kind: 'none', subject, best };
  const rivals = others.filter(({ strength }) => strength > best.strength - margin);
  if (rivals.length) return { kind: 'ambiguous', subject, rivals: [best, ...rivals] };
  return { kind: 'match', subject, found: best, rivals: others };
}

/** How well proposals agree with links that are known. */
export interface Evaluation {
  /** Things that have a known link. */
  readonly known: number;
  readonly proposed: number;
  readonly right: number;
  /** Proposals that are no known link. */
  readonly wrong: readonly Extract<Proposal, { kind: 'match' }>[];
  /** Things with a known link and without a right proposal. */
  readonly missed: readonly Proposal[];
  readonly precision: number;
  readonly recall: number;
}

/** Compares proposals with known links: things and the records that they are linked to. */
export function evaluate(proposals: readonly Proposal[], links: ReadonlyMap<string, ReadonlySet<string>>): Evaluation {
  const isRight = (proposal: Proposal): boolean =>
    proposal.kind === 'match' && (links.get(proposal.subject.iri)?.has(proposal.found.id) ?? false);
  const matches = proposals.filter((proposal) => proposal.kind === 'match');
  const known = proposals.filter(({ subject }) => links.has(subject.iri));
  const right = matches.filter(isRight).length;
  return {
    known: known.length,
    proposed: matches.length,
    right,
    wrong: matches.filter((proposal) => !isRight(proposal)),
    missed: known.filter((proposal) => !isRight(proposal)),
    precision: matches.length ? right / matches.length : 1,
    recall: known.length ? right / known.length : 1,
  };
}
