import type { VNode } from 'preact';
import type { PageSpec } from '../load/page-specs.ts';
import { type CollectionPage, pageQuery } from '../publish/collections.ts';
import type { Chosen } from './figures/figure.ts';
import { page } from './layout.tsx';
import { Formats, Name, Steps } from './parts.tsx';
import { type AnsweredSection, assetsOf, chosenQuery, Section, SeeAlso } from './spec-page.tsx';
import { type Language, texts } from './texts.ts';
import type { View } from './view.ts';

/** A list of things, or one of its pages. */
export function collectionPage(
  view: View,
  asked: CollectionPage,
  language: Language,
  { spec, sections, chosen }: { spec: PageSpec | undefined; sections: readonly AnsweredSection[]; chosen: Chosen },
): string {
  const { collection, page: number, pages, members } = asked;
  const path = `/${collection.name}`;
  const query = pages > 1 ? pageQuery(asked, number) : '';
  const choice = chosenQuery(view, chosen);
  return page({
    view,
    language,
    title: collection.title[language] ?? collection.name,
    path: path + (choice || query),
    assets: spec ? assetsOf(spec) : [],
    children: (
      <>
        <h1>{spec?.title[language] ?? collection.title[language]}</h1>
        <p class="lead">{spec?.lead?.[language] ?? collection.description[language]}</p>
        {spec && <SeeAlso view={view} spec={spec} language={language} />}
        {number === 1 &&
          sections.map((answered, index) => (
            <Section
              key={index}
              view={view}
              path={collection.name}
              answered={answered}
              chosen={chosen}
              language={language}
            />
          ))}
        <Whole folded={spec !== undefined && number === 1} title={texts[language].wholeList}>
          <ul class="cards">
            {members.map((iri) => (
              <li key={iri}>
                <Name view={view} iri={iri} language={language} />
                <p>{view.index.text(iri, language)}</p>
              </li>
            ))}
          </ul>
          <Steps page={number} pages={pages} language={language} address={(to) => path + pageQuery(asked, to)} />
        </Whole>
        <Formats words={texts[language].thisList} address={(extension) => `${path}.${extension}${query}`} />
      </>
    ),
  });
}

/** The whole list: all there is on a page, or folded below what tells it better. */
const Whole = ({
  folded,
  title,
  children,
}: {
  folded: boolean;
  title: string;
  children: VNode[] | VNode;
}): VNode | VNode[] =>
  folded ? (
    <details class="part">
      <summary>
        <h2>{title}</h2>
      </summary>
      {children}
    </details>
  ) : (
    children
  );
