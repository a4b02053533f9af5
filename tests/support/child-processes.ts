import { readdirSync, readFileSync } from 'node:fs';

/** Processes that this one has started and that still run, by their numbers. Only where there is a /proc. */
export function childProcesses(): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => parentOf(id) === process.pid).map(Number);
}

function parentOf(id: string): number | undefined {
  try {
    // The name of the program stands in parentheses, and may have some in it.
    const [, state, parent] = /^.*\) (\w) (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
