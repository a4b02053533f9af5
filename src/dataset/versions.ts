import type { Input } from '../load/files.ts';
import { linesBeginning } from '../load/sorted-file.ts';
import { listRemoved, listVersions, readStored, type Store, storedPath } from '../load/store.ts';
import type { DatasetFacts } from './build.ts';
import { preparedFiles } from './prepared.ts';

/** A version that is kept, as a list shows it. */
export interface KeptVersion extends Pick<DatasetFacts, 'version' | 'counts' | 'graphs' | 'inputs'> {
  /** When it was prepared (ISO 8601); absent where an older release kept it. */
  readonly prepared?: string;
}

/** A dataset as what two of them are compared by. */
export interface Edition {
  readonly version: string;
  /** What it was made from: which graph belongs to which part. */
  readonly inputs: readonly Input[];
  /** Canonical N-Quads of all graphs. */
  readonly canonical: Uint8Array;
}

/** The versions of a dataset that are kept. */
export interface Versions {
  /** The newest first. */
  readonly list: () => Promise<readonly KeptVersion[]>;
  /** One of them, or undefined when it is not kept. */
  readonly open: (version: string) => Promise<Edition | undefined>;
  /** What one of them says of a thing: canonical N-Quads, in their order. Undefined when it is not kept. */
  readonly linesOf: (version: string, thing: string) => Promise<readonly string[] | undefined>;
  /** Where a file of one of them lies. */
  readonly pathOf: (version: string, file: string) => string;
  /** Those that were kept once and are no longer. */
  readonly listRemoved: () => Promise<readonly string[]>;
}

/** What a version is named by: the first digits of the hash of what it holds. */
export const isVersionName = (name: string): boolean => /^[0-9a-f]{16}$/.test(name);

/** The versions in a store. They are only looked at: which of them were used last stays as it is. */
export function keptVersions(store: Store): Versions {
  // A version is what its name says: its description is read once.
  const known = new Map<string, KeptVersion>();
  const describe = async (version: string): Promise<KeptVersion | undefined> => {
    const found = known.get(version) ?? (await readKept(store, version));
    if (found) known.set(version, found);
    return found;
  };
  return {
    list: async () => {
      const names = await listVersions(store);
      for (const version of known.keys()) if (!names.includes(version)) known.delete(version);
      const kept = (await Promise.all(names.map(describe))).filter((each) => each !== undefined);
      // Stable: those without a time stay in the order of their last use.
      return kept.sort((a, b) => (b.prepared ?? '').localeCompare(a.prepared ?? ''));
    },
    open: async (version) => {
      if (!isVersionName(version)) return undefined;
      const found = await describe(version);
      const canonical = await readStored(store, version, preparedFiles.quads).catch(() => undefined);
      return found && canonical && { version, inputs: found.inputs, canonical };
    },
    // Not read as a whole: of a large dataset that would take hundreds of megabytes for a few lines.
    linesOf: async (version, thing) =>
      isVersionName(version)
        ? linesBeginning(storedPath(store, version, preparedFiles.quads), `<${thing}> `).catch(() => undefined)
        : undefined,
    pathOf: (version, file) => storedPath(store, version, file),
    listRemoved: () => listRemoved(store),
  };
}

async function readKept(store: Store, version: string): Promise<KeptVersion | undefined> {
  try {
    const text = String(await readStored(store, version, preparedFiles.manifest));
    const { counts, graphs, inputs, prepared } = JSON.parse(text) as KeptVersion;
    return { version, counts, graphs, inputs, ...(prepared === undefined ? {} : { prepared }) };
  } catch {
    // Taken away in the meantime, or damaged: as good as not kept.
    return undefined;
  }
}
