import type { VNode } from 'preact';
import type { PageSpec } from '../load/page-specs.ts';
import { homeTexts } from './home-texts.ts';
import { inLanguage, page } from './layout.tsx';
import { type AnsweredSection, Section } from './spec-page.tsx';
import { type Language, texts } from './texts.ts';
import type { View } from './view.ts';

/** The way in: what this is, what there is to see of its subject, and the ways to the data. */
export function homePage(
  view: View,
  language: Language,
  { spec, sections }: { spec: PageSpec | undefined; sections: readonly AnsweredSection[] },
  structuredData?: object,
): string {
  const words = texts[language];
  const { publication } = view.dataset;
  const title = spec?.title[language] ?? publication?.title[language] ?? 'RDF';
  return page({
    view,
    language,
    title: publication?.title[language] ?? 'RDF',
    path: '/',
    structuredData,
    children: (
      <>
        <div class="opening">
          <h1>{title}</h1>
          <p class="lead">{spec?.lead?.[language] ?? publication?.description[language]}</p>
          <Ways view={view} language={language} />
        </div>
        {sections.map((answered, index) => (
          <Section key={index} view={view} path="" answered={answered} chosen={new Map()} language={language} />
        ))}
        {view.collections.list.length > 0 && (
          <section>
            <h2>{words.collections}</h2>
            <ul class="cards">
              {view.collections.list.map((each) => (
                <li key={each.name}>
                  <a href={inLanguage(`/${each.name}`, language)}>{each.title[language]}</a>
                  <p>{each.description[language]}</p>
                </li>
              ))}
            </ul>
          </section>
        )}
      </>
    ),
  });
}

/** A way in for each kind of user: who asks, who links, who downloads. */
function Ways({ view, language }: { view: View; language: Language }): VNode {
  const words = homeTexts[language];
  const ways = [
    { path: '/sparql', ...words.ask },
    ...(view.dataset.publication ? [{ path: '/links', ...words.link }] : []),
    { path: '/dumps/', ...words.download },
  ];
  return (
    <ul class="ways">
      {ways.map(({ path, name, text }) => (
        <li key={path}>
          <a href={inLanguage(path, language)}>{name}</a>
          <p>{text}</p>
        </li>
      ))}
    </ul>
  );
}
