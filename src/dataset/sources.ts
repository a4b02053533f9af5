import { sha256 } from '../rdf/canonical.ts';

/** A passage as the graph describes it. */
export interface PassageLines {
  readonly passage: string;
  /** The name of the source file. */
  readonly file: string;
  /** Lines count from 1; the end is included. */
  readonly startLine: number;
  readonly endLine: number;
  readonly sha256: string;
}

/**
 * Compares passages with the texts they come from: line ranges, hashes, overlaps, and lines in no passage.
 * `texts` gives the text of a source file by name. One sentence for each fault.
 */
export function compareWithSources(passages: readonly PassageLines[], texts: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  for (const [file, own] of groupByFile(passages)) {
    const text = texts.get(file);
    if (text === undefined) {
      faults.push(
        `${file}: the source file is missing. Put it into the folder, or correct the document's source file name.`,
      );
      continue;
    }
    // A line feed at the end closes the last line; it begins no other.
    const lines = text.replace(/\n$/, '').split('\n');
    const covered = new Map<number, string>();
    for (const { passage, startLine, endLine, sha256: stated } of own) {
      if (startLine < 1 || endLine < startLine || endLine > lines.length) {
        faults.push(`${file}: <${passage}> claims lines ${startLine} to ${endLine}, but the file has ${lines.length}.`);
        continue;
      }
      const found = hashLines(lines, startLine, endLine);
      if (found !== stated)
        faults.push(
          `${file}:${startLine}: <${passage}> has SHA-256 ${stated}, but its lines ${startLine} to ${endLine} have ${found}.`,
        );
      for (let line = startLine; line <= endLine; line++) {
        const other = covered.get(line);
        if (other) faults.push(`${file}:${line}: the line is in <${other}> and in <${passage}>.`);
        covered.set(line, passage);
      }
    }
    for (const [index, line] of lines.entries())
      if (line.trim() && !covered.has(index + 1)) faults.push(`${file}:${index + 1}: the line is in no passage.`);
  }
  return faults;
}

/** How many lines with text the source files of the passages have, and how many of them are in a passage. */
export function countCovered(
  passages: readonly PassageLines[],
  texts: ReadonlyMap<string, string>,
): { readonly lines: number; readonly covered: number } {
  let lines = 0;
  let covered = 0;
  for (const [file, own] of groupByFile(passages)) {
    for (const [index, line] of (texts.get(file) ?? '').split('\n').entries()) {
      if (!line.trim()) continue;
      lines++;
      if (own.some(({ startLine, endLine }) => startLine <= index + 1 && index < endLine)) covered++;
    }
  }
  return { lines, covered };
}

/** The SHA-256 of lines, joined by line feeds, in lower-case hexadecimal. */
export const hashLines = (lines: readonly string[], startLine: number, endLine: number): string =>
  sha256(lines.slice(startLine - 1, endLine).join('\n'));

function groupByFile(passages: readonly PassageLines[]): Map<string, PassageLines[]> {
  const groups = new Map<string, PassageLines[]>();
  for (const passage of passages) groups.set(passage.file, [...(groups.get(passage.file) ?? []), passage]);
  return groups;
}
