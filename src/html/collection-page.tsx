import { type CollectionPage, pageQuery } from '../publish/collections.ts';
import { page } from './layout.tsx';
import { Formats, Name, Steps } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import type { View } from './view.ts';

/** A list of things, or one of its pages. */
export function collectionPage(view: View, asked: CollectionPage, language: Language): string {
  const { collection, page: number, pages, members } = asked;
  const path = `/${collection.name}`;
  const query = pages > 1 ? pageQuery(asked, number) : '';
  return page({
    view,
    language,
    title: collection.title[language] ?? collection.name,
    path: path + query,
    children: (
      <>
        <h1>{collection.title[language]}</h1>
        <p class="lead">{collection.description[language]}</p>
        <ul class="cards">
          {members.map((iri) => (
            <li key={iri}>
              <Name view={view} iri={iri} language={language} />
              <p>{view.index.text(iri, language)}</p>
            </li>
          ))}
        </ul>
        <Steps page={number} pages={pages} language={language} address={(to) => path + pageQuery(asked, to)} />
        <Formats words={texts[language].thisList} address={(extension) => `${path}.${extension}${query}`} />
      </>
    ),
  });
}
