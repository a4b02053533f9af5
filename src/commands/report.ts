import path from 'node:path';
import { CallFault } from '../load/files.ts';
import { PublicationFault } from '../load/publication.ts';
import { PrepareFault } from './open.ts';
import { BrokenQueries } from './try-queries.ts';

/** What is wrong with files that cannot be published. */
export interface Report {
  /** For the log. */
  readonly lines: readonly string[];
  /** For whoever can ask the server: no more than {@link longest}, and without the folders of this machine. */
  readonly public: readonly string[];
  /** Whether it says what to mend. */
  readonly foreseen: boolean;
}

/** Lines that others are shown. */
const longest = 50;

/** Says what went wrong, with the names of files as seen from the folder of the publication. */
export function reportOf(error: unknown, folder: string): Report {
  const foreseen = [PrepareFault, PublicationFault, CallFault, BrokenQueries].some((kind) => error instanceof kind);
  const text = foreseen ? (error as Error).message : 'Nobody foresaw what went wrong. The log of the server has it.';
  const lines = text.split('\n').map((line) => line.replaceAll(`${folder}${path.sep}`, ''));
  const rest = lines.length - longest;
  const shown = lines.slice(0, longest).map((line) => withoutFolders(line, folder));
  return {
    lines,
    public: rest > 0 ? [...shown, `… and ${rest} more lines in the log of the server.`] : shown,
    foreseen,
  };
}

/** A path that does not begin here: absolute, or from more than one folder up. */
const farPath = /(?<![^\s"'(=])(?:(?:file:\/\/)?\/|\.\.\/\.\.\/)(?:[^\s"'<>:/]+\/)+[^\s"'<>:/]+/g;

// What lies beside the publication keeps its place; of what lies elsewhere, only the name of the file is told.
const withoutFolders = (line: string, folder: string): string =>
  line.replace(farPath, (found) => {
    const name = path.relative(folder, path.resolve(folder, found.replace(/^file:\/\//, '')));
    return /^\.\.[\\/]\.\./.test(name) ? `…/${path.basename(name)}` : name;
  });
