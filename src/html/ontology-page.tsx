import type { VNode } from 'preact';
import type { Term } from '../publish/ontology.ts';
import { formats } from '../rdf/formats.ts';
import { rdfs } from '../rdf/terms.ts';
import { drawClasses } from './class-picture.ts';
import { page } from './layout.tsx';
import { Facts, Name, Scroll } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import { Contents, Kicker } from './thing-head.tsx';
import { localPath, shorten, type View } from './view.ts';

/** An ontology with a picture of its classes and a section for each term, examples from the data included. */
export async function ontologyPage(
  view: View,
  iri: string,
  terms: readonly Term[],
  language: Language,
): Promise<string> {
  const words = texts[language];
  const name = (term: string): string => view.index.label(term, language) ?? shorten(view, term);
  const picture = await drawClasses(terms, rdfs('subClassOf'), name, (term) => shorten(view, term));
  const about = view.index.graph(iri).filter(({ subject }) => subject.value === iri);
  const path = localPath(view, iri);
  const kinds = [...new Set(terms.map(({ kind }) => kind))];
  return page({
    view,
    language,
    title: name(iri),
    path: `/${path}`,
    children: (
      <article class="thing">
        <Kicker view={view} iri={iri} language={language} />
        <h1>{name(iri)}</h1>
        <p class="lead">{view.index.text(iri, language)}</p>
        <p class="formats meta">
          {words.formats}:{' '}
          {formats.map((format) => (
            <span key={format.name}>
              <a href={`/${path}.${format.extension}`}>{format.label}</a>{' '}
            </span>
          ))}
        </p>
        <Contents
          language={language}
          sections={[
            ...kinds.map((kind) => [idOf(kind), words[kind], true] as const),
            ['header', words.header, about.length > 0],
          ]}
        />
        <h2>{words.picture}</h2>
        <Scroll name={words.pictureText}>
          <figure class="classes" dangerouslySetInnerHTML={{ __html: picture }} />
        </Scroll>
        {kinds.map((kind) => (
          <section key={kind} id={idOf(kind)}>
            <h2>{words[kind]}</h2>
            {terms
              .filter((term) => term.kind === kind)
              .map((term) => (
                <TermSection key={term.iri} view={view} term={term} language={language} />
              ))}
          </section>
        ))}
        <section id="header">
          <h2>{words.header}</h2>
          <Facts view={view} quads={about} language={language} side="object" />
        </section>
      </article>
    ),
  });
}

const idOf = (kind: string): string => `kind-${kind.replaceAll(' ', '-')}`;

function TermSection({ view, term, language }: { view: View; term: Term; language: Language }): VNode {
  const words = texts[language];
  const list = (iris: readonly string[]): VNode => (
    <>
      {iris.map((iri, index) => (
        <span key={iri}>
          {index > 0 && ', '}
          <Name view={view} iri={iri} language={language} />
        </span>
      ))}
    </>
  );
  return (
    <section id={term.iri.split('#')[1]} class="term">
      <h3>{view.index.label(term.iri, language)}</h3>
      <p>{view.index.text(term.iri, language)}</p>
      <p class="meta">
        <code>{shorten(view, term.iri)}</code>
        {term.characteristics.length > 0 && ` · ${term.characteristics.join(', ')}`} ·{' '}
        <a href={`/about/${encodeURIComponent(localPath(view, term.iri))}`}>{words.termPage}</a>
      </p>
      <dl class="facts">
        {[...term.links].map(([property, values]) => (
          <>
            <dt key={property}>{words[property.replace(/^.*#/, '') as 'subClassOf']}</dt>
            <dd>{list(values)}</dd>
          </>
        ))}
        {term.narrower.length > 0 && (
          <>
            <dt>{words.narrower}</dt>
            <dd>{list(term.narrower)}</dd>
          </>
        )}
        <dt>{words.uses}</dt>
        <dd>
          {term.uses}
          {term.examples.length > 0 && <>: {list(term.examples)}</>}
        </dd>
      </dl>
    </section>
  );
}
