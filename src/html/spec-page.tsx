import type { VNode } from 'preact';
import type { PageSpec, SectionSpec } from '../load/page-specs.ts';
import type { Row } from '../publish/tables.ts';
import { type Chosen, distinct } from './figures/figure.ts';
import { figures } from './figures/figures.ts';
import { table } from './figures/table.tsx';
import { inLanguage, page } from './layout.tsx';
import { type Language, nameOfCode, texts } from './texts.ts';
import { localPath, type View } from './view.ts';

/** A section with the answer to its query. */
export interface AnsweredSection {
  readonly section: SectionSpec;
  readonly rows: readonly Row[];
}

/** A page that is made of queries. `asked` is the query part of its address that says what was chosen. */
export function specPage(
  view: View,
  spec: PageSpec,
  sections: readonly AnsweredSection[],
  chosen: Chosen,
  language: Language,
): string {
  return page({
    view,
    language,
    title: spec.title[language] ?? spec.path,
    path: `/${spec.path}${chosenQuery(view, chosen)}`,
    assets: assetsOf(spec),
    children: (
      <>
        <h1>{spec.title[language]}</h1>
        {spec.lead && <p class="lead">{spec.lead[language]}</p>}
        <SeeAlso view={view} spec={spec} language={language} />
        {sections.map((each, index) => (
          <Section key={index} view={view} path={spec.path} answered={each} chosen={chosen} language={language} />
        ))}
      </>
    ),
  });
}

/** What the figures of a page need to be sent with it. */
export const assetsOf = ({ sections }: PageSpec): string[] => [
  ...new Set(sections.flatMap(({ figure }) => (figure === undefined ? [] : (figures[figure]?.assets ?? [])))),
];

/** The way to the pages that a page names. */
export function SeeAlso({ view, spec, language }: { view: View; spec: PageSpec; language: Language }): VNode | null {
  const pages = view.pages.filter(({ path }) => spec.see?.includes(path));
  if (!pages.length) return null;
  return (
    <ul class="see-also">
      {pages.map(({ path, title }) => (
        <li key={path}>
          <a href={inLanguage(`/${path}`, language)}>{title[language]}</a>
        </li>
      ))}
    </ul>
  );
}

/** One section: its heading, what can be chosen, its figure, and what is behind the figure. */
export function Section({
  view,
  path,
  answered: { section, rows: all },
  chosen: asked,
  language,
}: {
  view: View;
  path: string;
  answered: AnsweredSection;
  chosen: Chosen;
  language: Language;
}): VNode {
  const figure = section.figure === undefined ? undefined : figures[section.figure];
  const chosen = asked.size ? asked : (figure?.preset?.(all) ?? asked);
  const rows = all.filter((row) =>
    section.filters.every(
      (variable) => !chosen.get(variable)?.size || chosen.get(variable)?.has(row[variable]?.value ?? ''),
    ),
  );
  const input = { view, language, section, rows, all, chosen };
  return (
    <section class={`section-${section.figure ?? 'text'}`}>
      {section.title && <h2>{section.title[language]}</h2>}
      {section.text?.[language]?.split('\n\n').map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      {section.filters.length > 0 && (
        <Filters view={view} path={path} section={section} rows={all} chosen={chosen} language={language} />
      )}
      {figure && (
        <figure>
          {rows.length || !section.query ? figure.draw(input) : <p>{texts[language].nothingChosen}</p>}
          <figcaption class="behind">
            {figure?.picture && (
              <details>
                <summary>{texts[language].asTable}</summary>
                {table(input)}
              </details>
            )}
            {section.query && (
              <a href={inLanguage(`/sparql?query=${encodeURIComponent(section.query.query)}`, language)}>
                {texts[language].behind}
              </a>
            )}
          </figcaption>
        </figure>
      )}
    </section>
  );
}

/** A choice for each variable that rows can be filtered by: few values as boxes, many as a list. */
function Filters({
  view,
  path,
  section,
  rows,
  chosen,
  language,
}: {
  view: View;
  path: string;
  section: SectionSpec;
  rows: readonly Row[];
  chosen: Chosen;
  language: Language;
}): VNode {
  const nameIn = (variable: string): ((value: string) => string) => {
    const type = section.codes[variable];
    return (value) => view.index.label(value, language) ?? (type && nameOfCode(type, value, language)) ?? value;
  };
  return (
    <form class="filters" action={`/${path}`} method="get">
      <input type="hidden" name="lang" value={language} />
      {section.filters.map((variable) => {
        const name = nameIn(variable);
        const values = distinct(rows, variable).sort((a, b) => name(a).localeCompare(name(b), language));
        const picked = chosen.get(variable) ?? new Set();
        return values.length <= boxLimit ? (
          <fieldset key={variable}>
            <legend>{section.names[variable]?.[language] ?? variable}</legend>
            {values.map((iri) => (
              <label key={iri}>
                <input type="checkbox" name={variable} value={choiceOf(view, iri)} checked={picked.has(iri)} />{' '}
                {name(iri)}
              </label>
            ))}
          </fieldset>
        ) : (
          <label key={variable}>
            {section.names[variable]?.[language] ?? variable}
            <br />
            <select name={variable}>
              <option value="">{texts[language].any}</option>
              {values.map((iri) => (
                <option key={iri} value={choiceOf(view, iri)} selected={picked.has(iri)}>
                  {name(iri)}
                </option>
              ))}
            </select>
          </label>
        );
      })}
      <button type="submit">{texts[language].show}</button>
    </form>
  );
}

/** Up to how many values are boxes to tick. */
const boxLimit = 8;

// Short addresses: what follows the base of the graph's IRIs.
const choiceOf = (view: View, iri: string): string => localPath(view, iri) || iri;

/** What was chosen, as the query part of an address. */
export function chosenQuery(view: View, chosen: Chosen): string {
  const query = new URLSearchParams();
  for (const [variable, iris] of chosen) for (const iri of iris) query.append(variable, choiceOf(view, iri));
  return query.size ? `?${query}` : '';
}
