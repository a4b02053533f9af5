import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { jsonFault } from '../rdf/read.ts';

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

/** A value from a list that others keep, such as an authority table of the EU. */
export interface ListedValue {
  readonly label: Text;
  /** The concept scheme that it is in, if it is a concept. */
  readonly scheme?: string;
}

/** What the catalogue says that neither the graph nor the program knows: `catalogue` in the description. */
export interface CatalogueText {
  readonly title: Text;
  readonly description: Text;
  /** Added to the description of each dataset. */
  readonly note: Text;
  /** What holds beside the licence. */
  readonly rights: Text;
  /** The agent that publishes, as the graph names it. */
  readonly publisher: string;
  /** Who answers questions about this instance. */
  readonly contact: { readonly name: Text; readonly email: string };
  /** When it was made, and when it was first published: times with a zone. */
  readonly created: string;
  readonly issued: string;
  readonly keywords: Readonly<Record<string, readonly string[]>>;
  /** IRIs. What each is called stands under `values`. */
  readonly themes: readonly string[];
  readonly themeTaxonomy: string;
  readonly languages: readonly string[];
  readonly spatial: readonly string[];
  readonly accessRights: string;
  readonly frequency: string;
  readonly availability: string;
  readonly legislation: readonly string[];
  readonly values: Readonly<Record<string, ListedValue>>;
}

/** What the description of a thing of some class holds beside the thing itself. In the file, names have prefixes. */
export interface Tree {
  readonly class: string;
  readonly branches: readonly Branch[];
}

/** Things that are described together with the thing that leads to them. */
export interface Branch {
  readonly property: string;
  /** Only things of this class; of any if left out. */
  readonly class?: string;
  /** What is told of them; all that is asserted of them if left out. */
  readonly properties?: readonly string[];
  /** A property that gives their order. */
  readonly order?: string;
  /** Whether to tell what they state as well: they are graphs. */
  readonly states?: boolean;
}

/** The properties that say where in a document a source stands: `passages` in the description. In the file, names have prefixes. */
export interface PassageTerms {
  /** From a passage to its document. */
  readonly document: string;
  readonly heading: string;
  /** Its place among the passages of the document. */
  readonly order: string;
  readonly startLine: string;
  readonly endLine: string;
  /** A hash of its lines. */
  readonly hash: string;
  /** From the graph of what a reader concludes to the passage that was read. */
  readonly readingOf: string;
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
  /** Left out, there is no catalogue. */
  readonly catalogue?: CatalogueText;
  /** Which things are described together with others. */
  readonly trees?: readonly Tree[];
  /** How passages are cited. Left out, pages name a source and no more. */
  readonly passages?: PassageTerms;
  /** A file with the pages that are made of queries. */
  readonly pages?: string;
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

/** What a JSON file holds. Throws {@link PublicationFault} with the place to mend. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PublicationFault(`${file}: cannot be read as JSON (${error.code}).`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new PublicationFault(String(await jsonFault(text, file)));
  }
}

/** Reads the description of a publication from a JSON file. Throws {@link PublicationFault} with the key to mend. */
export async function readPublication(file: string): Promise<Publication> {
  const description = (await readJson(file)) as Record<string, unknown>;
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
  checkCatalogue(file, description['catalogue']);
  const read = { ...(description as unknown as Omit<Publication, 'folder'>), folder: path.dirname(path.resolve(file)) };
  return { ...read, ...readPassageTerms(file, read), trees: readTrees(file, read) };
}

/** A prefixed name as an IRI. Throws {@link PublicationFault} if nobody declares the prefix. */
function expandName(prefixes: Publication['prefixes'], name: string, where = 'trees'): string {
  const [prefix = '', ...rest] = name.split(':');
  const namespace = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined;
  if (namespace === undefined || !rest.length)
    throw new PublicationFault(`"${where}" has the name "${name}", but "prefixes" has no "${prefix}".`);
  return namespace + rest.join(':');
}

// With full names, so that whoever follows them need not look up prefixes.
function readTrees(file: string, { trees, prefixes }: Publication): readonly Tree[] {
  const full = (name: string): string => expandName(prefixes, name);
  const optional = <T>(key: string, value: T | undefined): Record<string, T> =>
    value === undefined ? {} : { [key]: value };
  try {
    return (trees ?? []).map((tree) => ({
      class: full(tree.class),
      branches: tree.branches.map((branch) => ({
        ...branch,
        property: full(branch.property),
        ...optional('class', branch.class && full(branch.class)),
        ...optional('order', branch.order && full(branch.order)),
        ...optional('properties', branch.properties?.map(full)),
      })),
    }));
  } catch (error) {
    throw new PublicationFault(
      error instanceof PublicationFault
        ? `${file}: ${error.message}`
        : `${file}: "trees" is no list of objects with "class" and "branches", each of these with "property".`,
    );
  }
}

const passageKeys = ['document', 'heading', 'order', 'startLine', 'endLine', 'hash', 'readingOf'] as const;

function readPassageTerms(file: string, { passages, prefixes }: Publication): { readonly passages?: PassageTerms } {
  if (passages === undefined) return {};
  const full = passageKeys.map((key): [string, string] => {
    if (typeof passages[key] !== 'string')
      throw new PublicationFault(`${file}: "passages.${key}" is missing or no name of a property.`);
    try {
      return [key, expandName(prefixes, passages[key], 'passages')];
    } catch (error) {
      throw new PublicationFault(`${file}: ${(error as Error).message}`);
    }
  });
  return { passages: Object.fromEntries(full) as unknown as PassageTerms };
}

const catalogueTexts = ['title', 'description', 'note', 'rights', 'keywords', 'values', 'contact'] as const;
const catalogueIris = [
  'publisher',
  'themes',
  'themeTaxonomy',
  'languages',
  'spatial',
  'accessRights',
  'frequency',
  'availability',
  'legislation',
] as const;

// Catalogues of others refuse a description for one value of the wrong form: better to hear of it here.
function checkCatalogue(file: string, catalogue: unknown): void {
  if (catalogue === undefined) return;
  const fail = (key: string, wanted: string): never => {
    throw new PublicationFault(`${file}: "catalogue.${key}" is missing or no ${wanted}.`);
  };
  if (typeof catalogue !== 'object' || catalogue === null)
    throw new PublicationFault(`${file}: "catalogue" is no object.`);
  const given = catalogue as Record<string, unknown>;
  for (const key of catalogueTexts) if (typeof given[key] !== 'object' || !given[key]) fail(key, 'object');
  for (const key of catalogueIris) {
    const iris = [given[key]].flat();
    if (!iris.length || !iris.every((iri) => typeof iri === 'string' && /^https?:\/\/\S+$/.test(iri))) fail(key, 'IRI');
  }
  for (const key of ['created', 'issued'])
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(String(given[key])))
      fail(key, 'time such as 2026-11-22T00:00:00Z');
  const { name, email } = given['contact'] as Record<string, unknown>;
  if (typeof name !== 'object' || !name || !Object.keys(name).length) fail('contact.name', 'text by language');
  if (!isEmail(String(email))) fail('contact.email', 'address such as name@example.org');
}

/** Whether a text is a mailbox that catalogues take: no spaces, and a host with a dot. */
export const isEmail = (text: string): boolean => /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/.test(text);
