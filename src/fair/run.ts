import { type Check, type Group, Notes, type Principle, principles, type Result, worst } from './check.ts';
import { groups } from './checks.ts';
import type { Instance } from './instance.ts';
import { noteError } from './looking.ts';

/** Every check, in the order in which they are done. */
export const checks: readonly Check[] = groups.flatMap((group: Group) => group.checks);

/** Does the checks one after the other. What goes wrong in one is its result, and the next one is done. */
export async function runChecks(
  instance: Instance,
  wanted: readonly Check[] = checks,
  told: (check: Check) => void = () => undefined,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const check of wanted) {
    told(check);
    const notes = new Notes();
    try {
      await check.run(instance, notes);
    } catch (error) {
      noteError(notes, check.id, error);
    }
    results.push({ check, outcome: notes.outcome, evidence: notes.evidence });
  }
  return results;
}

/** What the results say of each FAIR principle: the worst of the checks that support it. */
export function judgePrinciples(
  results: readonly Result[],
): { readonly principle: Principle; readonly outcome: Result['outcome']; readonly checks: readonly string[] }[] {
  return (Object.keys(principles) as Principle[]).map((principle) => {
    const own = results.filter(({ check }) => check.supports.includes(principle));
    return { principle, outcome: worst(own.map(({ outcome }) => outcome)), checks: own.map(({ check }) => check.id) };
  });
}
