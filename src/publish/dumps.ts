import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { Dataset } from '../dataset/build.ts';
import { allEnded } from '../load/all-ended.ts';
import { type FileContent, writeContent } from '../load/store.ts';
import { canonicalNQuads, sha256 } from '../rdf/canonical.ts';
import { type FormatName, formats } from '../rdf/formats.ts';
import { NotExpressible } from '../rdf/not-expressible.ts';
import { rdf } from '../rdf/terms.ts';
import { sortQuads, sortTriples } from '../rdf/write-turtle.ts';
import { crosswalk, mappingSetClass } from './crosswalk.ts';
import { GraphIndex } from './graph-index.ts';
import { type FileFormat, type FileFormatName, linkTables } from './link-tables.ts';
import { type Part, type PartContent, splitParts } from './parts.ts';
import { collectStatements, type StatementForm, sourceGraphs, writeStatements } from './statements.ts';

/** A file that holds the graph, a part of it, or the links in a part as a table. */
export interface DumpFile {
  readonly file: string;
  /** The name of the part; empty for the whole. */
  readonly part: string;
  readonly format: FileFormatName;
  readonly coding?: DumpCoding;
  /** How statements carry their sources, if they do. */
  readonly statements?: StatementForm;
  readonly bytes: number;
  /** Of the file's bytes, in lower-case hexadecimal. */
  readonly sha256: string;
  /** How many statements it holds: triples, in a format with graphs quads, in a table rows. */
  readonly triples: number;
}

/** How a file is compressed. */
export type DumpCoding = keyof typeof codings;

/** The media types of compressed files; Brotli has none of its own. */
export const compressedTypes = { gzip: 'application/gzip', br: 'application/octet-stream' } as const satisfies Record<
  DumpCoding,
  string
>;

/** What there is to download of a version. */
export interface DumpIndex {
  /** The whole first. */
  readonly parts: readonly Part[];
  readonly files: readonly DumpFile[];
}

/** The dumps of a version that is kept. */
export interface KeptDumps extends DumpIndex {
  readonly version: string;
  /** When the version was prepared here. */
  readonly modified: Date;
  /** Where one of the files lies. */
  readonly pathOf: (file: string) => string;
}

/** Which dumps to write; left out, all. */
export interface DumpChoice {
  /** Empty for the whole. */
  readonly part?: string | undefined;
  readonly format?: FormatName | undefined;
}

/** What is done with the files of the dumps. */
export interface DumpTarget {
  readonly save: (file: string, content: FileContent) => Promise<void>;
  /** Told of a file that is not written, as its format cannot say what would have to be in it. */
  readonly leaveOut: (file: string, reason: string) => void;
}

/** The file with the checksums of the dumps, as `sha256sum -c` reads it. */
export const checksumFile = 'SHA256SUMS';

/** The content of {@link checksumFile}. */
export const writeChecksums = ({ files }: DumpIndex): string =>
  files.map(({ sha256, file }) => `${sha256}  ${file}\n`).join('');

const gzipped = promisify(gzip);
const brotli = promisify(brotliCompress);

// Each piece that comes out waits for this thread, which is busy writing: so they come out in one.
const chunkSizeFor = ({ length }: Uint8Array): number => Math.max(1024, length);

const brotliParameters = (size: number): Record<number, number> => ({
  [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  [constants.BROTLI_PARAM_QUALITY]: 5,
  // A hint takes 32 bits, and says no more beyond that.
  [constants.BROTLI_PARAM_SIZE_HINT]: Math.min(size, 2 ** 32 - 1),
});

/**
 * How dumps are compressed beside the plain file, and what the name of the file then ends in. Measured on 116 MB of
 * them: gzip 9 makes 2 % less than its default 6 in twice the time, Brotli 6 makes 4 % less than 5.
 */
export const codings = {
  // gzip's header holds no time and no name here, so that equal graphs make equal bytes.
  gzip: {
    ending: '.gz',
    encode: (bytes: Uint8Array) => gzipped(bytes, { chunkSize: chunkSizeFor(bytes) }),
    /** The same bytes for what comes piece by piece. */
    stream: (_size: number): Transform => createGzip({ chunkSize: streamedAtOnce }),
  },
  br: {
    ending: '.br',
    encode: (bytes: Uint8Array) =>
      brotli(bytes, { chunkSize: chunkSizeFor(bytes), params: brotliParameters(bytes.length) }),
    stream: (size: number): Transform =>
      createBrotliCompress({ chunkSize: streamedAtOnce, params: brotliParameters(size) }),
  },
} as const;

/** Bytes. */
const streamedAtOnce = 1 << 20;

/** Triples beyond which files that are served as they are get dumps by line only: others would take minutes to write. */
export const largeGraph = 250_000;

/** Whether a format is one of those in which so large a graph is written. */
export const isByLine = (format: FormatName): boolean => format === 'n-triples' || format === 'n-quads';

/** A dump before it is written. */
interface Draft extends Pick<DumpFile, 'part' | 'statements'> {
  readonly format: FileFormat;
  readonly file: string;
  readonly triples: number;
  readonly text: () => string | Promise<string>;
}

/**
 * Writes the dumps of a dataset, file by file: the whole and each part, in each format, plain and compressed. The same
 * dataset makes the same bytes. Formats without graphs hold the merge of the graphs; N-Quads are in canonical form
 * (RDFC-1.0).
 */
export async function writeDumps(dataset: Dataset, target: DumpTarget, choice: DumpChoice = {}): Promise<DumpIndex> {
  const parts: Part[] = [];
  const files: DumpFile[] = [];
  const names = new Set<string>();
  const saving: Promise<DumpFile[]>[] = [];
  try {
    for (const content of splitParts(dataset)) {
      const { part } = content;
      parts.push(part);
      if ((choice.part ?? part.name) !== part.name) continue;
      for (const draft of [...draftsOf(dataset, content), ...tablesOf(dataset, content)]) {
        if ((choice.format ?? draft.format.name) !== draft.format.name) continue;
        if (names.has(draft.file))
          throw new Error(`Two dumps would be called ${draft.file}. Give the part "${part.name}" another name.`);
        names.add(draft.file);
        const bytes = await write(draft, target);
        if (!bytes) continue;
        // Compressed on other threads, while the next is written on this one; no more at a time than memory is for.
        if (saving.length >= 2) files.push(...(await (saving.shift() as Promise<DumpFile[]>)));
        const saved = saveAll(draft, bytes, target.save);
        // It may fail while another is waited for: without this, Node would end the process with a stack trace.
        saved.catch(() => undefined);
        saving.push(saved);
      }
    }
    for (const saved of await Promise.all(saving)) files.push(...saved);
    return { parts, files };
  } finally {
    // Whoever takes away the folder when this has failed must find nobody who still writes there.
    await Promise.allSettled(saving);
  }
}

async function write({ file, text }: Draft, { leaveOut }: DumpTarget): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await text());
  } catch (error) {
    if (!(error instanceof NotExpressible)) throw error;
    leaveOut(file, error.message);
    return undefined;
  }
}

async function saveAll(draft: Draft, plain: Buffer, save: DumpTarget['save']): Promise<DumpFile[]> {
  const { part, format, triples, statements } = draft;
  const facts = { part, format: format.name, ...(statements ? { statements } : {}) };
  const saveAs = async (file: string, bytes: Uint8Array, coding?: DumpCoding): Promise<DumpFile> => {
    await save(file, bytes);
    return { file, ...facts, ...(coding ? { coding } : {}), bytes: bytes.length, sha256: sha256(bytes), triples };
  };
  const coded = Object.entries(codings).map(async ([coding, { ending, encode }]) =>
    saveAs(draft.file + ending, await encode(plain), coding as DumpCoding),
  );
  return allEnded([saveAs(draft.file, plain), ...coded]);
}

function* draftsOf(dataset: Dataset, content: PartContent): Generator<Draft> {
  const { publication, canonical, counts, graphs } = dataset;
  const { part } = content;
  // Sorted once for all formats.
  const quads = sortQuads(content.quads);
  const triples = sortTriples(content.triples);
  const prefixes = publication?.prefixes ?? {};
  const name = publication?.name ?? 'dataset';
  const isWhole = part.name === '';
  const stem = isWhole ? name : `${name}-${part.name}`;
  // A quad that two files say counts once.
  const inGraphs = (isWhole ? Object.keys(graphs) : part.graphs).reduce((sum, graph) => sum + (graphs[graph] ?? 0), 0);
  const byLine = !publication && counts.asserted > largeGraph;
  for (const format of formats) {
    if (byLine && !isByLine(format.name)) continue;
    const text = async (): Promise<string> => {
      if (format.name === 'n-quads') return isWhole ? canonical : canonicalNQuads(quads);
      return format.write(format.graphs ? quads : triples, prefixes);
    };
    const held = format.graphs ? inGraphs : part.triples;
    yield { part: part.name, format, file: `${stem}.${format.extension}`, triples: held, text };
  }
  if (!isWhole || !publication) return;
  const sources = sourceGraphs(dataset);
  if (!sources.size) return;
  const statements = collectStatements(quads, { base: publication.base, sources });
  for (const { form, ending, names } of statementDumps) {
    const all = sortTriples([...triples, ...writeStatements(statements, form)]);
    for (const format of formats.filter((each) => names.includes(each.name)))
      yield {
        part: part.name,
        format,
        statements: form,
        file: `${name}-${ending}.${format.extension}`,
        triples: all.length,
        text: () => format.write(all, prefixes),
      };
  }
}

/** The tables of a part that holds mappings. All links are in each: who takes a table wants to join it, and not to look for more. */
function* tablesOf(dataset: Dataset, { part, quads }: PartContent): Generator<Draft> {
  const { publication } = dataset;
  if (!publication || part.name === '') return;
  const mappingSets = quads.filter(
    ({ predicate, object }) => predicate.value === rdf('type') && object.value === mappingSetClass,
  );
  if (!mappingSets.length) return;
  const index = GraphIndex.of(dataset);
  const links = crosswalk(index).length;
  for (const table of linkTables)
    yield {
      part: part.name,
      format: table,
      file: `${publication.name}-${part.name}.${table.extension}`,
      triples: links,
      text: () => table.write(index),
    };
}

/** The dumps of the whole in which statements carry their sources. RDF/XML has no triple terms. */
const statementDumps: readonly {
  readonly form: StatementForm;
  readonly ending: string;
  readonly names: readonly FormatName[];
}[] = [
  { form: 'rdf-1.1', ending: 'statements', names: ['turtle', 'n-triples', 'rdf-xml'] },
  { form: 'rdf-1.2', ending: 'statements-1.2', names: ['turtle', 'n-triples'] },
];

/** The text of one dump, or undefined when there is none of that part in that format. Throws {@link NotExpressible}. */
export async function writeDump(
  dataset: Dataset,
  { part, format }: Required<Pick<DumpFile, 'part' | 'format'>>,
): Promise<string | undefined> {
  for (const content of splitParts(dataset))
    if (content.part.name === part)
      for (const draft of draftsOf(dataset, content)) if (draft.format.name === format) return draft.text();
  return undefined;
}

/** How to save dumps: what is told of each, and of those that cannot be written. */
export interface SaveEvents {
  readonly saved: (file: string, bytes: number) => void;
  readonly leaveOut: DumpTarget['leaveOut'];
}

/** Writes dumps into a folder, with their checksums. */
export const saveDumps = (
  dataset: Dataset,
  folder: string,
  choice: DumpChoice,
  events: SaveEvents,
): Promise<DumpIndex> => saveInto(folder, (target) => writeDumps(dataset, target, choice), events);

/** Has dumps written into a folder, and their checksums. */
export async function saveInto(
  folder: string,
  write: (target: DumpTarget) => Promise<DumpIndex>,
  { saved, leaveOut }: SaveEvents,
): Promise<DumpIndex> {
  await mkdir(folder, { recursive: true });
  const save = (file: string, content: FileContent): Promise<void> => writeContent(path.join(folder, file), content);
  const index = await write({ save, leaveOut });
  for (const { file, bytes } of index.files) saved(file, bytes);
  await writeFile(path.join(folder, checksumFile), writeChecksums(index));
  return index;
}
