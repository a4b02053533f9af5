import type { Request } from 'express';
import type { Chosen } from '../html/figures/figure.ts';
import { type AnsweredSection, specPage } from '../html/spec-page.tsx';
import { baseOf } from '../html/view.ts';
import type { PageSpec } from '../load/page-specs.ts';
import { type Answer, html, json } from './answer.ts';
import { type Parameters, queryPart, readParameters } from './parameters.ts';
import type { Site } from './site.ts';

/** A page that is made of queries; for programs, what it is made of. */
export function answerSubjectPage(site: Site, request: Request, spec: PageSpec): Answer {
  const chosen = readChosen(site, spec, readParameters(queryPart(request)));
  return {
    kind: 'variants',
    variants: [
      html(async (language) => specPage(site, spec, await answerSections(site, spec), chosen, language)),
      json(() => summary(site, spec)),
    ],
  };
}

/** The sections of a page with the answers to their queries. */
export const answerSections = ({ tables }: Site, { sections }: PageSpec): Promise<AnsweredSection[]> =>
  Promise.all(
    sections.map(async (section) => ({ section, rows: section.query ? await tables.rows(section.query) : [] })),
  );

/** What a reader has chosen with a page's filters. IRIs of the graph go without its base there. */
export function readChosen(site: Site, { sections }: PageSpec, parameters: Parameters): Chosen {
  const variables = new Set(sections.flatMap(({ filters }) => filters));
  const codes = new Set(sections.flatMap((section) => Object.keys(section.codes)));
  const full = (variable: string, value: string): string =>
    codes.has(variable) || /^[a-z][a-z0-9+.-]*:/i.test(value) ? value : baseOf(site) + value;
  return new Map(
    [...variables].flatMap((variable): [string, Set<string>][] => {
      const values = (parameters.get(variable) ?? []).filter((value) => value !== '');
      return values.length ? [[variable, new Set(values.map((value) => full(variable, value)))]] : [];
    }),
  );
}

const summary = ({ publicUrl }: Site, { path, title, lead, sections }: PageSpec): unknown => ({
  page: `${publicUrl}/${path}`,
  title,
  ...(lead ? { description: lead } : {}),
  sections: sections.map(({ title: heading, text, query }) => ({
    ...(heading ? { title: heading } : {}),
    ...(text ? { text } : {}),
    ...(query ? { query: query.query, rows: `${publicUrl}/sparql?query=${encodeURIComponent(query.query)}` } : {}),
  })),
});
