import { QueryFault, type QueryFaultKind } from '../engine/engine.ts';
import { baseOf } from '../html/view.ts';
import type { Site } from '../http/site.ts';
import type { QueryFile } from '../load/query-files.ts';

/** Says which queries of the publication are none. */
export class BrokenQueries extends Error {
  /** Each fault with its file. */
  readonly faults: readonly { readonly file: string; readonly message: string }[];

  constructor(faults: BrokenQueries['faults']) {
    super(faults.map(({ file, message }) => `${file}: ${message}`).join('\n'));
    this.faults = faults;
  }
}

/** Faults of the query itself. One that is too slow or too large today was not broken by an edit. */
const broken: readonly QueryFaultKind[] = ['syntax', 'update', 'unsupported', 'too-complex'];

/**
 * Asks the queries that pages and collections are made of, so that the answers are there when they are needed, and the
 * examples that were not served before. Queries that ask others are left alone. Throws {@link BrokenQueries}.
 */
export async function checkQueries(site: Site, former: Site): Promise<void> {
  const known = new Set(former.examples.map(({ query }) => query));
  const examples = site.examples.filter(({ query, endpoints }) => !known.has(query) && !endpoints.length);
  const sections = site.pages.flatMap(({ sections }) => sections.flatMap(({ query }) => (query ? [query] : [])));
  const tasks: [QueryFile, () => Promise<unknown>][] = [
    ...site.collections.list.map((each): [QueryFile, () => Promise<unknown>] => [
      each,
      () => site.collections.get(each.name),
    ]),
    ...sections.map((each): [QueryFile, () => Promise<unknown>] => [each, () => site.tables.rows(each)]),
    ...examples.map((each): [QueryFile, () => Promise<unknown>] => [each, () => ask(site, each)]),
  ];
  const faults: { file: string; message: string }[] = [];
  // One by one: the workers of the dataset that is served want their share of the machine.
  for (const [query, task] of tasks)
    try {
      await task();
    } catch (error) {
      if (!(error instanceof QueryFault)) throw error;
      if (!broken.includes(error.kind)) continue;
      // It may have been asked as a part of another one: the place to mend is that in the file.
      const own = await ask(site, query).then(
        () => error,
        (fault: unknown) => fault as Error,
      );
      faults.push({ file: query.file, message: own.message });
    }
  if (faults.length) throw new BrokenQueries(faults);
}

// As /sparql asks them.
const ask = (site: Site, { query }: QueryFile): Promise<unknown> =>
  site.pool.query({
    query,
    baseIRI: baseOf(site),
    resultFormat: 'json',
    graphFormat: 'turtle',
    prefixes: site.dataset.publication?.prefixes ?? {},
  });
