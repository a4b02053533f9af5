import type { Collection } from '../publish/collections.ts';
import type { Description } from '../publish/graph-index.ts';
import { formats } from '../rdf/formats.ts';
import { rdf } from '../rdf/terms.ts';
import { page } from './layout.tsx';
import { Examples, Facts, Name, Triples } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import { localPath, shorten, type View } from './view.ts';

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

/** Everything known of one thing. */
export function aboutPage(view: View, description: Description, language: Language): string {
  const words = texts[language];
  const { iri, incoming, incomingCount, sources, stated } = description;
  const asserted = description.outgoing.filter((each) => !view.index.isInferred(each));
  const follows = description.outgoing.filter(
    (each) => view.index.isInferred(each) && each.predicate.value !== rdf('type'),
  );
  // Inverses and superproperties would say the same again.
  const pointing = incoming.filter((each) => !view.index.isInferred(each));
  const title = view.index.label(iri, language) ?? shorten(view, iri);
  const path = localPath(view, iri);
  return page({
    view,
    language,
    title,
    children: (
      <>
        <h1>{title}</h1>
        <p class="lead">{view.index.text(iri, language)}</p>
        <p class="meta">
          {words.type}:{' '}
          {view.index.types(iri).map((type, index) => (
            <span key={type}>
              {index > 0 && ', '}
              <Name view={view} iri={type} language={language} />
            </span>
          ))}
          <br />
          {words.iri}: <code>{iri}</code>
        </p>
        <h2>{words.statements}</h2>
        <Facts view={view} quads={asserted} language={language} side="object" />
        {follows.length > 0 && (
          <>
            <h2>{words.follows}</h2>
            <Facts view={view} quads={follows} language={language} side="object" />
          </>
        )}
        {stated.length > 0 && (
          <>
            <h2>{words.states}</h2>
            <Triples view={view} quads={stated} language={language} />
          </>
        )}
        {pointing.length > 0 && (
          <>
            <h2>
              {words.pointing} {incomingCount > incoming.length && `(${incoming.length} ${words.of} ${incomingCount})`}
            </h2>
            <Facts view={view} quads={pointing} language={language} side="subject" />
          </>
        )}
        {sources.length > 0 && (
          <>
            <h2>{words.saysWho}</h2>
            <ul>
              {sources.map((source) => (
                <li key={source}>
                  <Name view={view} iri={source} language={language} />
                </li>
              ))}
            </ul>
          </>
        )}
        <p class="formats meta">
          {words.formats}:{' '}
          {formats.map((format) => (
            <span key={format.name}>
              <a href={`/about/${encodeURI(path)}.${format.extension}`}>{format.label}</a>{' '}
            </span>
          ))}
        </p>
      </>
    ),
  });
}

/** A list of things. */
export function collectionPage(view: View, collection: Collection, language: Language): string {
  return page({
    view,
    language,
    title: collection.title[language] ?? collection.name,
    children: (
      <>
        <h1>{collection.title[language]}</h1>
        <p class="lead">{collection.description[language]}</p>
        <ul class="cards">
          {collection.members.map((iri) => (
            <li key={iri}>
              <Name view={view} iri={iri} language={language} />
              <p>{view.index.text(iri, language)}</p>
            </li>
          ))}
        </ul>
      </>
    ),
  });
}
