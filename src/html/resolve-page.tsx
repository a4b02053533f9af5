import type { VNode } from 'preact';
import type { Choice } from '../publish/resolve.ts';
import { page } from './layout.tsx';
import { linkTexts } from './link-texts.ts';
import { Name } from './parts.tsx';
import type { Language } from './texts.ts';
import type { View } from './view.ts';

/** What was asked, and what may be meant by it. */
export interface ResolveAnswer {
  readonly id: string;
  readonly choices: readonly Choice[];
}

/** The form to find a thing by an identifier, and the things to choose from where it is not sure. */
export function resolvePage(view: View, language: Language, asked?: ResolveAnswer): string {
  const words = linkTexts[language];
  return page({
    view,
    language,
    title: asked ? words.choose : words.resolve,
    path: asked ? `/resolve?id=${encodeURIComponent(asked.id)}` : '/resolve',
    children: (
      <>
        <h1>{asked ? words.choose : words.resolve}</h1>
        {asked && (
          <>
            <p class="lead">{words.chooseText}</p>
            <ul class="cards">
              {asked.choices.map(({ iri, relation }) => (
                <li key={iri}>
                  <Name view={view} iri={iri} language={language} /> <span class="meta">{words[relation]}</span>
                  <p>{view.index.text(iri, language)}</p>
                </li>
              ))}
            </ul>
          </>
        )}
        {!asked && <p class="lead">{words.resolveText}</p>}
        <ResolveForm language={language} id={asked?.id ?? ''} />
      </>
    ),
  });
}

/** The form itself. */
export const ResolveForm = ({ language, id = '' }: { language: Language; id?: string }): VNode => (
  <form action="/resolve" method="get">
    <label>
      {linkTexts[language].identifier} <input name="id" size={40} value={id} required />
    </label>{' '}
    <button type="submit">{linkTexts[language].find}</button>
  </form>
);
