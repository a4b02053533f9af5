import type { RecordFile } from '../load/record-file.ts';
import { type Candidate, Matcher, type Subject, WordCounts } from './match.ts';
import { readRorDump } from './ror-dump.ts';
import type { Organisation } from './ror-record.ts';

/** What a search in a dump needs. */
export interface RorSearch {
  readonly subjects: readonly Subject[];
  /** Open the dumps; each is read twice. Of records that several hold the first counts. */
  readonly dumps: readonly (() => Promise<RecordFile>)[];
  /** Records that are known to be ours: most of them tell where ours are. */
  readonly known: ReadonlySet<string>;
  /** Told now and then, with the share that is done. */
  readonly progress?: (step: 'counting' | 'comparing', done: number) => void;
  /** Told of a record that cannot be read. */
  readonly fault?: (place: string, message: string) => void;
}

/** What a search found. */
export interface RorFound {
  readonly candidates: readonly (readonly Candidate[])[];
  readonly records: number;
  /** Which of the known records are there. */
  readonly present: ReadonlySet<string>;
  /** The country in which most of the known records are. */
  readonly home: string | undefined;
}

/** Finds the records of a dump that may be our things: reads it once to weigh words, and once to compare. */
export async function searchRor({ subjects, dumps, known, progress, fault }: RorSearch): Promise<RorFound> {
  const counts = new WordCounts();
  const countries = new Map<string, number>();
  const present = new Set<string>();
  let records = 0;
  const pass = async (step: 'counting' | 'comparing', take: (record: Organisation) => void): Promise<void> => {
    const seen = new Set<string>();
    for (const open of dumps) {
      const file = await open();
      for await (const entries of readRorDump(file)) {
        for (const entry of entries) {
          if (entry.kind === 'fault') {
            if (step === 'counting') fault?.(`${file.name}:${entry.line}`, entry.message);
          } else if (!seen.has(entry.organisation.id)) {
            seen.add(entry.organisation.id);
            take(entry.organisation);
          }
        }
        progress?.(step, file.done());
      }
    }
  };
  await pass('counting', (record) => {
    records++;
    counts.add(record);
    if (!known.has(record.id)) return;
    present.add(record.id);
    for (const { country } of record.places) countries.set(country, (countries.get(country) ?? 0) + 1);
  });
  const home = [...countries].sort(([, a], [, b]) => b - a)[0]?.[0];
  const matcher = new Matcher(subjects, counts, home);
  await pass('comparing', (record) => matcher.add(record));
  return { candidates: matcher.candidates, records, present, home };
}
