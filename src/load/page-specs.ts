import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Publication, PublicationFault, type Text } from './publication.ts';
import { type QueryFile, readQuery } from './query-files.ts';

/** A part of a page: the answer to a query, shown as a figure. The names of the query's variables are what the figure reads. */
export interface SectionSpec {
  readonly title?: Text;
  readonly text?: Text;
  /** The query's file below the folder of queries. */
  readonly query: QueryFile;
  /** What kind of figure. */
  readonly figure: string;
  /** Variables by whose values readers may choose rows. */
  readonly filters: readonly string[];
  /** What the variables are called, where readers see them. */
  readonly names: Readonly<Record<string, Text>>;
}

/** A page about the subject of the graph, made of queries: `pages` in the description of the publication. */
export interface PageSpec {
  /** Its address after the first slash; the home page has none. A page of a collection's name is the page of that collection. */
  readonly path: string;
  readonly title: Text;
  /** What it is called in menus. Without it, it is in none. */
  readonly menu?: Text;
  readonly lead?: Text;
  readonly sections: readonly SectionSpec[];
}

interface WrittenSection extends Omit<SectionSpec, 'query' | 'filters' | 'names'> {
  readonly query: string;
  readonly filters?: readonly string[];
  readonly names?: Readonly<Record<string, Text>>;
}

/** Reads the pages of a publication and their queries. Throws {@link PublicationFault} with what to mend. */
export async function readPages({ folder, queries, pages }: Publication): Promise<PageSpec[]> {
  if (pages === undefined) return [];
  const file = path.join(folder, pages);
  const written = await readJson(file);
  if (!Array.isArray(written)) throw new PublicationFault(`${file}: this is no list of pages.`);
  return Promise.all(
    written.map(async (page: Omit<PageSpec, 'sections'> & { sections?: WrittenSection[] }, index) => {
      if (typeof page.path !== 'string' || !page.title)
        throw new PublicationFault(`${file}: page ${index + 1} has no "path" or no "title".`);
      const sections = (page.sections ?? []).map(async (section): Promise<SectionSpec> => {
        const query = await readQuery(path.join(folder, queries, `${section.query}.rq`)).catch(() => {
          throw new PublicationFault(
            `${file}: the page "${page.path}" names the query "${section.query}", which is absent.`,
          );
        });
        return { ...section, query, filters: section.filters ?? [], names: section.names ?? {} };
      });
      return { ...page, sections: await Promise.all(sections) };
    }),
  );
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new PublicationFault(`${file}: cannot be read as JSON. ${(error as Error).message}`);
  }
}
