import { constants } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Quad } from '@rdfjs/types';
import { glob } from 'tinyglobby';
import { type Format, findFormat } from '../rdf/formats.ts';
import { readRdf, SyntaxFault } from '../rdf/read.ts';
import { blankNode, namedNode, quad } from '../rdf/terms.ts';
import type { Publication } from './publication.ts';
import type { TripleLimit } from './triple-limit.ts';

/** Says that a command was called with something that cannot be: exit code 2, where faults in data have 1. */
export class CallFault extends Error {}

/** One file to read, and where its triples go. */
export interface Input {
  readonly file: string;
  /** The name of the layer or option it comes from. */
  readonly layer: string;
  /** The graph for triples that the file puts in no graph of its own; none means the default graph. */
  readonly graph?: string | undefined;
  /** The part of the dataset that it belongs to. */
  readonly part?: string;
}

/** What came out of the files. */
export interface Loaded {
  readonly inputs: readonly Input[];
  readonly quads: readonly Quad[];
  /** One for each broken file; the others are in `quads` all the same. */
  readonly faults: readonly SyntaxFault[];
}

/** Every file of the publication's layers, in the order of layers and names. */
export async function listLayers({ folder, base, layers }: Publication): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const layer of layers) {
    const matcher = new RegExp(`^${layer.files.split('*').map(escapeRegExp).join('([^/]+)')}$`);
    for (const file of await findFiles(layer.files, folder)) {
      const parts = (matcher.exec(file) ?? []).map((part, index, all) =>
        // A pattern that names no ending leaves the file's own ending in its last part.
        index === all.length - 1 && layer.files.endsWith('*') ? part.replace(/\.[^.]+$/, '') : part,
      );
      const fill = (pattern: string): string => pattern.replace(/\{(\d)\}/g, (_, n: string) => parts[Number(n)] ?? '');
      const graph = base + fill(layer.graph);
      const part = layer.part === undefined ? {} : { part: fill(layer.part) };
      inputs.push({ file: path.join(folder, file), layer: layer.name, graph, ...part });
    }
  }
  return inputs;
}

/** Files that a pattern, folder or plain path stands for, sorted. */
export async function findFiles(pattern: string, cwd: string): Promise<string[]> {
  return (await glob(pattern, { cwd, expandDirectories: false })).sort();
}

/** The texts of the files that a pattern stands for, in the order of their names. */
export async function readTexts(pattern: string, cwd: string): Promise<{ source: string; text: string }[]> {
  const files = await findFiles(pattern, cwd);
  return Promise.all(files.map(async (file) => ({ source: file, text: await readText(path.join(cwd, file)) })));
}

/** The RDF files that a file name, folder or pattern stands for, sorted. */
export async function findReadable(argument: string): Promise<string[]> {
  const pattern = argument.split(path.sep).join('/');
  const files = await glob([escapeGlobIfFile(pattern), `${escapeGlobIfFile(pattern)}/${readable}`], {
    absolute: true,
    expandDirectories: false,
  });
  return files.sort();
}

const readable = '**/*.{ttl,turtle,trig,nt,nq,rdf,owl,xml,jsonld,json}{,.gz}';

/**
 * Inputs for what a user names: files, folders or patterns, and `<iri>=<file>` for named graphs.
 * Throws an error that names an argument that stands for no file.
 */
export async function listArguments(data: readonly string[], graphs: readonly string[]): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const argument of data) {
    const files = await findReadable(argument);
    if (!files.length)
      throw new CallFault(`--data ${argument}: there is no such file, folder or pattern with RDF files in it.`);
    for (const file of files) inputs.push({ file, layer: 'data' });
  }
  for (const argument of graphs) {
    const [graph, file] = cutGraph(argument);
    if (!/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(graph) || !file)
      throw new CallFault(
        `--graph ${argument}: give an absolute IRI, an equals sign and a file, such as http://example.org/g=b.ttl.`,
      );
    inputs.push({ file: path.resolve(file), layer: 'data', graph });
  }
  return inputs;
}

/** The parts of `<iri>=<file>`; empty where there is none. The file may have an equals sign in its name, the IRI not. */
export function cutGraph(argument: string): readonly [graph: string, file: string] {
  const cut = argument.indexOf('=', argument.indexOf('://'));
  return cut < 0 ? ['', ''] : [argument.slice(0, cut), argument.slice(cut + 1)];
}

/** Reads all inputs. A broken or missing file becomes a fault and does not stop the others. */
export async function loadFiles(
  inputs: readonly Input[],
  options: { readonly base?: string; readonly limit?: TripleLimit | undefined } = {},
): Promise<Loaded> {
  const quads: Quad[] = [];
  const faults: SyntaxFault[] = [];
  for (const [index, input] of inputs.entries()) {
    const source = path.relative(process.cwd(), input.file);
    try {
      const format = formatOf(input);
      const baseIRI = input.graph ?? options.base ?? pathToFileURL(input.file).href;
      for (const each of await readRdf(await readText(input.file), format, { source, baseIRI })) {
        quads.push(place(each, input.graph, index));
      }
      options.limit?.check(quads.length, source);
    } catch (error) {
      faults.push(faultOf(error, source));
    }
  }
  return { inputs, quads, faults };
}

/** The format that a file's name stands for. Throws {@link SyntaxFault}. */
export function formatOf({ file }: Input): Format {
  const format = findFormat(path.extname(file.replace(/\.gz$/, '')).slice(1));
  if (format) return format;
  throw new SyntaxFault(
    path.relative(process.cwd(), file),
    'The file name has no ending of an RDF format: .ttl, .trig, .nt, .nq, .rdf or .jsonld.',
  );
}

/** What is wrong with a file, where it cannot be read; throws again what is wrong with something else. */
export function faultOf(error: unknown, source: string): SyntaxFault {
  if (error instanceof SyntaxFault) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code) return new SyntaxFault(source, `The file cannot be read: ${code}.`);
  throw error;
}

/** What the names, sizes and times of files are, in one text: reading none of them, it tells whether any has changed. */
export async function lookAt(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    // The time of change of what the system keeps of a file: unlike that of its content, nobody can set it back.
    hash.update(`\n${file} ${found ? [found.ino, found.size, found.mtimeMs, found.ctimeMs] : 'absent'}`);
  }
  return hash.digest('hex');
}

/** The text of a file in UTF-8, unpacked if its name ends in `.gz`. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file);
  const plain = file.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes;
  if (plain.length > constants.MAX_STRING_LENGTH)
    throw new SyntaxFault(
      path.relative(process.cwd(), file),
      `The file has ${megabytes(plain.length)} MB; as a whole, ${megabytes(constants.MAX_STRING_LENGTH)} MB can be read. Give it in several files.`,
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    throw new SyntaxFault(path.relative(process.cwd(), file), 'The file is not UTF-8. Save it in that encoding.');
  }
}

/**
 * A quad as it stands in the dataset: in the graph of its file. Blank nodes of different files are different nodes,
 * whatever their labels; a file keeps the same labels on every run.
 */
export function place(from: Quad, graph: string | undefined, index: number): Quad {
  const rename = <T extends Quad['subject'] | Quad['object'] | Quad['graph']>(term: T): T => {
    if (term.termType === 'BlankNode') return blankNode(`f${index}_${escapeLabel(term.value)}`) as unknown as T;
    if (term.termType === 'Quad')
      return quad(rename(term.subject) as never, term.predicate as never, rename(term.object) as never) as unknown as T;
    return term;
  };
  const into = graph && from.graph.termType === 'DefaultGraph' ? namedNode(graph) : rename(from.graph);
  return quad(
    rename(from.subject) as never,
    from.predicate as never,
    rename(from.object) as never,
    into as never,
  ) as unknown as Quad;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

// Different labels stay different: what may not stand in one becomes its code point, the escape sign included.
const escapeLabel = (label: string): string =>
  label.replace(/[^A-Za-z0-9-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const escapeGlobIfFile = (pattern: string): string =>
  /[*?{[]/.test(pattern) ? pattern : pattern.replace(/[()!+@]/g, '\\$&');
