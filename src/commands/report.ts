import path from 'node:path';
import { QueryFault } from '../engine/engine.ts';
import { UnusableService } from '../engine/remote/probe-endpoint.ts';
import { CallFault } from '../load/files.ts';
import { PublicationFault } from '../load/publication.ts';
import { TooManyTriples } from '../load/triple-limit.ts';
import { PrepareFault } from './open.ts';
import { BrokenQueries } from './try-queries.ts';

/** What is wrong with files that cannot be published, or why it could not be found out. */
export interface Report {
  /** For the log. */
  readonly lines: readonly string[];
  /** For whoever can ask the server: no more than {@link longest}, and without the folders of this machine. */
  readonly public: readonly string[];
  /** Whether it says what to mend. */
  readonly foreseen: boolean;
  /** Whether it may go as well without any file being mended. */
  readonly passing: boolean;
}

/** Lines that others are shown. */
const longest = 50;
const kinds = [PrepareFault, PublicationFault, CallFault, BrokenQueries, TooManyTriples, QueryFault];

/** Says what went wrong, with the names of files as seen from the folder of the publication. */
export function reportOf(error: unknown, folder: string): Report {
  const { message } = error as Error;
  // Clients learn nothing of the server elsewhere.
  if (error instanceof UnusableService)
    return { lines: [message], public: [withoutDatabase], foreseen: true, passing: true };
  const foreseen = kinds.some((kind) => error instanceof kind);
  const text = foreseen ? message : 'Nobody foresaw what went wrong. The log of the server has it.';
  const lines = text.split('\n').map((line) => line.replaceAll(`${folder}${path.sep}`, ''));
  // The cause of a query's fault is for the operator alone.
  const causes = error instanceof QueryFault && typeof error.cause === 'string' ? [error.cause] : [];
  const rest = lines.length - longest;
  const shown = lines.slice(0, longest).map((line) => withoutFolders(line, folder));
  const last = rest > 0 ? [`… and ${rest} more lines in the log of the server.`] : [];
  // A query that was too slow today may do tomorrow; what is too large stays so.
  const passing = !foreseen || (error instanceof QueryFault && error.kind !== 'too-large');
  return { lines: [...lines, ...causes], public: [...shown, ...last], foreseen, passing };
}

const withoutDatabase = 'The database that queries are asked of cannot be used now. The log of the server says why.';

/** A path that does not begin here: absolute, or from more than one folder up. */
const farPath = /(?<![^\s"'(=])(?:(?:file:\/\/)?\/|\.\.\/\.\.\/)(?:[^\s"'<>:/]+\/)+[^\s"'<>:/]+/g;

// What lies beside the publication keeps its place; of what lies elsewhere, only the name of the file is told.
const withoutFolders = (line: string, folder: string): string =>
  line.replace(farPath, (found) => {
    const name = path.relative(folder, path.resolve(folder, found.replace(/^file:\/\//, '')));
    return /^\.\.[\\/]\.\./.test(name) ? `…/${path.basename(name)}` : name;
  });
