import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Text in the languages of the publication. */
export type Text = Readonly<Record<string, string>>;

/** A folder of files whose graphs are named after the files. */
export interface Layer {
  readonly name: string;
  /** A pattern with `*` for one part of a file's name or folder, relative to the description's folder. */
  readonly files: string;
  /** The graph's IRI after the base; `{1}` is what the first `*` stands for. */
  readonly graph: string;
  /** Whether statements in it are made by a source: a passage, a registry record. */
  readonly source?: boolean;
  /** The part of the dataset, with dumps of its own, that the graphs belong to; `{1}` as above. None if left out. */
  readonly part?: string;
}

/** What a part of the dataset is called. */
export interface PartText {
  readonly title: Text;
  readonly description: Text;
}

/** What is published: the description in `data/dataset.json`. */
export interface Publication {
  /** The folder of the description, to which its paths are relative. */
  readonly folder: string;
  /** The permanent base of all IRIs of the graph; ends with a slash. */
  readonly base: string;
  readonly name: string;
  readonly title: Text;
  readonly description: Text;
  readonly license: string;
  readonly layers: readonly Layer[];
  readonly inferredGraph: string;
  /** The graph in which the dataset is described, after the base. Left out, the dataset says nothing of itself. */
  readonly catalogueGraph?: string;
  /**
   * The parts of the dataset by name, `inferred` and `catalogue` among them. A part that is not here is called what the
   * graph says of the thing that its first graph is named after.
   */
  readonly parts?: Readonly<Record<string, PartText>>;
  readonly rules: string;
  readonly shapes: string;
  /**
   * The rules that run before the shapes look: those of subclasses. Domains and ranges would make of whatever stands in
   * the wrong place the very thing that belongs there.
   */
  readonly shapesRules: string;
  readonly queries: string;
  readonly prefixes: Readonly<Record<string, string>>;
}

/** Says what is wrong with the description of the publication. */
export class PublicationFault extends Error {}

const textKeys = ['base', 'name', 'license', 'inferredGraph', 'rules', 'shapes', 'shapesRules', 'queries'] as const;
const objectKeys = ['title', 'description', 'layers', 'prefixes'] as const;

/** Reads the description of a publication from a JSON file. Throws {@link PublicationFault} with the key to mend. */
export async function readPublication(file: string): Promise<Publication> {
  let description: Record<string, unknown>;
  try {
    description = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new PublicationFault(`${file}: cannot be read as JSON. ${(error as Error).message}`);
  }
  for (const key of textKeys) {
    if (typeof description[key] !== 'string' || !description[key])
      throw new PublicationFault(`${file}: "${key}" is missing or no text.`);
  }
  for (const key of objectKeys) {
    if (typeof description[key] !== 'object' || !description[key])
      throw new PublicationFault(`${file}: "${key}" is missing or no object.`);
  }
  if (!/^https?:\/\/.+\/$/.test(description['base'] as string))
    throw new PublicationFault(`${file}: "base" is no http address that ends with a slash.`);
  return { ...(description as unknown as Omit<Publication, 'folder'>), folder: path.dirname(path.resolve(file)) };
}
