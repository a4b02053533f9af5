import { page } from './layout.tsx';
import { Examples } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import type { View } from './view.ts';

/** The way in: what this is, collections, example queries. */
export function homePage(view: View, language: Language, structuredData?: object): string {
  const words = texts[language];
  const { publication } = view.dataset;
  const title = publication?.title[language] ?? 'RDF';
  return page({
    view,
    language,
    title,
    structuredData,
    children: (
      <>
        <h1>{title}</h1>
        <p class="lead">{publication?.description[language]}</p>
        <h2>{words.collections}</h2>
        <ul class="cards">
          {view.collections.list.map((each) => (
            <li key={each.name}>
              <a href={`/${each.name}?lang=${language}`}>{each.title[language]}</a>
              <p>{each.description[language]}</p>
            </li>
          ))}
        </ul>
        <Examples view={view} language={language} />
      </>
    ),
  });
}
