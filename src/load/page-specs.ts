import path from 'node:path';
import { type Publication, PublicationFault, readJson, type Text } from './publication.ts';
import { type QueryFile, readQuery } from './query-files.ts';

/**
 * A part of a page: a text, and mostly the answer to a query, shown as a figure. The names of the query's variables are
 * what the figure reads.
 */
export interface SectionSpec {
  readonly title?: Text;
  /** Paragraphs, with an empty line between two. */
  readonly text?: Text;
  /** The query's file below the folder of queries. */
  readonly query?: QueryFile;
  /** What kind of figure shows the answer to the query, or the dataset itself where there is no query. */
  readonly figure?: string;
  /** Variables by whose values readers may choose rows. */
  readonly filters: readonly string[];
  /** Variables with codes of a standard in place of names; the kind of code as `Intl.DisplayNames` has it. */
  readonly codes: Readonly<Record<string, Intl.DisplayNamesType>>;
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
  /** Whether it is about the publication rather than its subject: such pages come last in menus. */
  readonly aside?: boolean;
  readonly lead?: Text;
  /** Paths of other pages to go on to. */
  readonly see?: readonly string[];
  readonly sections: readonly SectionSpec[];
}

interface WrittenSection extends Omit<SectionSpec, 'query' | 'filters' | 'codes' | 'names'> {
  readonly query?: string;
  readonly filters?: readonly string[];
  readonly codes?: SectionSpec['codes'];
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
      const sections = (page.sections ?? []).map(async ({ query: name, ...section }): Promise<SectionSpec> => {
        const rest = {
          ...section,
          filters: section.filters ?? [],
          codes: section.codes ?? {},
          names: section.names ?? {},
        };
        if (name === undefined) return rest;
        const query = await readQuery(path.join(folder, queries, `${name}.rq`)).catch(() => {
          throw new PublicationFault(`${file}: the page "${page.path}" names the query "${name}", which is absent.`);
        });
        return { ...rest, query };
      });
      return { ...page, sections: await Promise.all(sections) };
    }),
  );
}
