import type { VNode } from 'preact';
import { Name } from './parts.tsx';
import type { Language } from './texts.ts';
import { thingTexts } from './thing-texts.ts';
import { baseOf, isTerm, localPath, readerAddress, type View } from './view.ts';

/** The ways to the sections that a page has. */
export const Contents = ({
  sections,
  language,
}: {
  sections: readonly (readonly [id: string, name: string, there: boolean])[];
  language: Language;
}): VNode => (
  <nav aria-label={thingTexts[language].contents}>
    <ul class="contents">
      {sections
        .filter(([, , there]) => there)
        .map(([id, name]) => (
          <li key={id}>
            <a href={`#${id}`}>{name}</a>
          </li>
        ))}
    </ul>
  </nav>
);

/** What kind of thing a page is about. */
export function Kicker({ view, iri, language }: { view: View; iri: string; language: Language }): VNode | null {
  const types = view.index.types(iri);
  const [ontology, fragment] = localPath(view, iri).split('#');
  const termPage = fragment !== undefined && ontology && isTerm(view, iri, baseOf(view) + ontology);
  return (
    <p class="kicker">
      {types.map((type, place) => (
        <span key={type}>
          {place > 0 && ' · '}
          <Name view={view} iri={type} language={language} />
        </span>
      ))}
      {termPage && (
        <>
          {types.length > 0 && ' · '}
          <a href={readerAddress(view, iri, language)}>{thingTexts[language].seeTerm}</a>
        </>
      )}
    </p>
  );
}
