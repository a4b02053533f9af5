import type { RecordFile } from '../load/record-file.ts';
import { type Organisation, readRorRecord } from './ror-record.ts';

/** A record of a dump, or why it could not be read. */
export type DumpEntry =
  | { readonly kind: 'organisation'; readonly line: number; readonly organisation: Organisation }
  | { readonly kind: 'fault'; readonly line: number; readonly message: string };

/** A release holds the records in both versions of the schema for as long as the first lived: take the second. */
export const chooseRorFile = (names: readonly string[]): string | undefined =>
  names.find((name) => /schema_v2\.jsonl?$/i.test(name)) ?? names.find((name) => /ror/i.test(name)) ?? names[0];

/** Reads the organisations of a dump, a record at a time. */
export async function* readRorDump(file: RecordFile): AsyncGenerator<DumpEntry[]> {
  for await (const records of file.records()) {
    const entries: DumpEntry[] = [];
    for (const { line, text, fault } of records) {
      if (fault !== undefined) {
        entries.push({ kind: 'fault', line, message: fault });
        continue;
      }
      try {
        const parsed = JSON.parse(text);
        // An answer of the registry's API wraps its records.
        for (const record of Array.isArray(parsed?.items) ? parsed.items : [parsed])
          entries.push({ kind: 'organisation', line, organisation: readRorRecord(record) });
      } catch (error) {
        const told = (error as Error).message;
        const message = error instanceof SyntaxError ? `This is no JSON: ${told}.` : told;
        entries.push({ kind: 'fault', line, message });
      }
    }
    yield entries;
  }
}
