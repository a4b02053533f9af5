import type { VNode } from 'preact';
import { type Description, type Pointing, type PointingPage, pointingAddress } from '../publish/description.ts';
import type { OnwardLink } from '../publish/onward-links.ts';
import { schemaOrgThing } from '../publish/schema-org-thing.ts';
import { rdf } from '../rdf/terms.ts';
import { changesPathOf, FeedLink } from './changes-paths.tsx';
import { inLanguage, page } from './layout.tsx';
import { Facts, Formats, Name, Steps, Triples } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import { documentPath, shorten, type View } from './view.ts';

/** Everything known of one thing. */
export function aboutPage(view: View, description: Description, language: Language): string {
  const words = texts[language];
  const { iri, sources, stated } = description;
  const asserted = description.outgoing.filter((each) => !view.index.isInferred(each));
  const follows = description.outgoing.filter(
    (each) => view.index.isInferred(each) && each.predicate.value !== rdf('type'),
  );
  const title = view.index.label(iri, language) ?? shorten(view, iri);
  const path = documentPath(view, iri);
  return page({
    view,
    language,
    title,
    path,
    head: <FeedLink title={`${title}: ${words.changes}`} thing={iri} language={language} />,
    structuredData: schemaOrgThing(view.index, iri, { page: view.publicUrl + path, language, sources }),
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
        {asserted.length > 0 && (
          <>
            <h2>{words.statements}</h2>
            <Facts view={view} quads={asserted} language={language} side="object" />
          </>
        )}
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
        <Elsewhere view={view} links={description.onward} language={language} />
        <PointingHere view={view} description={description} language={language} />
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
        <Formats words={words.formats} address={(extension) => `${path}.${extension}`} />
        <p class="meta">
          <a href={inLanguage(changesPathOf(iri), language)}>{words.changes}</a>
        </p>
      </>
    ),
  });
}

/** A page of what points to a thing with one property. */
export function pointingPage(view: View, asked: PointingPage, language: Language): string {
  const words = texts[language];
  const { iri, property, total, triples, page: number, pages } = asked;
  const name = view.index.label(iri, language) ?? shorten(view, iri);
  const title = `${name} ← ${view.index.label(property, language) ?? shorten(view, property)}`;
  const path = documentPath(view, iri);
  const query = pointingAddress({ address: '' }, property);
  return page({
    view,
    language,
    title,
    path: `${path}${query}&page=${number}`,
    children: (
      <>
        <h1>{title}</h1>
        <p class="meta">
          {total} · {words.backTo} <a href={inLanguage(path, language)}>{name}</a>
        </p>
        <Facts view={view} quads={triples} language={language} side="subject" />
        <Steps page={number} pages={pages} language={language} address={(to) => `${path}${query}&page=${to}`} />
        <Formats words={words.thisPage} address={(extension) => `${path}.${extension}${query}&page=${number}`} />
      </>
    ),
  });
}

/** Where catalogues have a thing: by catalogue, pages for people before interfaces for programs. */
function Elsewhere({
  view,
  links,
  language,
}: {
  view: View;
  links: readonly OnwardLink[];
  language: Language;
}): VNode | null {
  const words = texts[language];
  if (!links.length) return null;
  const nameOf = (catalogue: string): string => view.index.label(catalogue, language) ?? catalogue;
  const catalogues = [...new Set(links.map(({ catalogue }) => catalogue))].sort((a, b) =>
    nameOf(a).localeCompare(nameOf(b), language),
  );
  const labels = links.map(({ template }) => template);
  return (
    <section class="elsewhere" id="elsewhere">
      <h2>{words.elsewhere}</h2>
      <p class="meta">{words.elsewhereText}</p>
      <dl class="facts">
        {catalogues.map((catalogue) => (
          <>
            <dt key={catalogue}>{nameOf(catalogue)}</dt>
            <dd>
              <ul>
                {links
                  .filter((link) => link.catalogue === catalogue)
                  .map(({ url, kind, template }) => (
                    <li key={url} class={kind}>
                      <a href={url} rel="external">
                        {view.index.label(template, language) ?? url}
                      </a>
                      {/* Several keys in one scheme make links of one name. */}
                      {labels.filter((each) => each === template).length > 1 && (
                        <>
                          {' '}
                          <code class="meta">{url}</code>
                        </>
                      )}
                    </li>
                  ))}
              </ul>
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function PointingHere({
  view,
  description: { iri, pointing },
  language,
}: {
  view: View;
  description: Description;
  language: Language;
}): VNode | null {
  const words = texts[language];
  // Inverses and superproperties would say the same again.
  const shown = pointing
    .map((group) => ({ ...group, triples: group.triples.filter((each) => !view.index.isInferred(each)) }))
    .filter(({ triples }) => triples.length > 0);
  if (!shown.length) return null;
  const whole = new Map(pointing.map((group) => [group.property, group]));
  return (
    <>
      <h2>{words.pointing}</h2>
      {shown.map((group) => (
        <>
          <Facts key={group.property} view={view} quads={group.triples} language={language} side="subject" />
          <Rest view={view} iri={iri} group={whole.get(group.property) as Pointing} language={language} />
        </>
      ))}
    </>
  );
}

// How many there are, where not all are shown.
function Rest({
  view,
  iri,
  group: { property, total, triples },
  language,
}: {
  view: View;
  iri: string;
  group: Pointing;
  language: Language;
}): VNode | null {
  const words = texts[language];
  if (triples.length >= total) return null;
  const address = pointingAddress({ address: documentPath(view, iri) }, property);
  return (
    <p class="meta">
      {triples.length} {words.of} {total}: <a href={inLanguage(address, language)}>{words.all}</a>
    </p>
  );
}
