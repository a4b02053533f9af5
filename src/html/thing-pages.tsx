import type { Quad } from '@rdfjs/types';
import type { VNode } from 'preact';
import { type Description, type PointingPage, pointingAddress } from '../publish/description.ts';
import { type Fact, type FactGroup, type FactSheet, factSheet, factsOf } from '../publish/facts.ts';
import { descriptionProperties } from '../publish/graph-index.ts';
import type { OnwardLink } from '../publish/onward-links.ts';
import { schemaOrgThing } from '../publish/schema-org-thing.ts';
import { orderSources, passagesOf, type Whereabouts, whereaboutsOf } from '../publish/whereabouts.ts';
import { namedNode, owl } from '../rdf/terms.ts';
import { changesPathOf, FeedLink } from './changes-paths.tsx';
import { ExternalLinks } from './external-links.tsx';
import { Cite, type FactFrame, FactItems, FactList, relationName, Sources } from './facts.tsx';
import { inLanguage, page } from './layout.tsx';
import { isDrawn, NeighbourhoodFigure } from './neighbourhood.tsx';
import { Formats, Name, Steps, Value } from './parts.tsx';
import { Outline, PassagePlace, Stated } from './passages.tsx';
import { TakeAway } from './take-away.tsx';
import { type Language, texts } from './texts.ts';
import { Contents, Kicker } from './thing-head.tsx';
import { thingTexts } from './thing-texts.ts';
import { documentPath, nameOfThing, type View } from './view.ts';

/** Everything known of one thing. */
export function aboutPage(view: View, description: Description, language: Language): string {
  const words = thingTexts[language];
  const { index } = view;
  const { iri, stated } = description;
  const passages = passagesOf(index, iri);
  const place = index.isSource(iri) ? whereaboutsOf(index, iri) : undefined;
  const sheet = factSheet(index, description);
  const said = withoutPassages(view, sheet.said, passages, place);
  const shown = [sheet.texts, said, sheet.links, ...sheet.parts.map((part) => part.said)].flat();
  const sources = orderSources(
    index,
    shown.flatMap(({ facts }) => facts.flatMap((fact) => fact.sources)),
  );
  const frame: FactFrame = { view, language, iri, sources };
  const title = titleOf(view, iri, language);
  const path = documentPath(view, iri);
  const summary = summaryOf(sheet, language);
  const plain = shown.some(({ facts }) => facts.some((fact) => !fact.sources.length));
  return page({
    view,
    language,
    title,
    path,
    head: <FeedLink title={`${title}: ${texts[language].changes}`} thing={iri} language={language} />,
    assets: ['thing.js'],
    structuredData: schemaOrgThing(index, iri, {
      page: view.publicUrl + path,
      language,
      sources: description.sources,
    }),
    children: (
      <article class="thing">
        <Kicker view={view} iri={iri} language={language} />
        <h1>{title}</h1>
        {summary && (
          <p class="lead">
            <Value view={view} term={summary.value} language={language} />
            <Cite frame={frame} sources={summary.sources} triple={summary.triple} />
          </p>
        )}
        <Contents
          language={language}
          sections={[
            ['place', words.place, place?.document !== undefined || place?.readingOf !== undefined],
            ['outline', words.outline, passages.length > 0],
            ['states', words.states, stated.length > 0],
            ['said', words.said, said.length > 0],
            ['parts', words.parts, sheet.parts.length > 0],
            ['neighbourhood', words.picture, isDrawn(frame, said)],
            ['links', words.links, sheet.links.length > 0],
            ['elsewhere', texts[language].elsewhere, description.onward.length > 0],
            ['says-who', words.saysWho, sources.length > 0],
            ['take', words.take, true],
          ]}
        />
        {place && <PassagePlace view={view} place={place} language={language} />}
        {passages.length > 0 && <Outline view={view} passages={passages} language={language} />}
        {stated.length > 0 && <Stated view={view} iri={iri} triples={stated} language={language} />}
        {said.length > 0 && (
          <section id="said">
            <h2>{words.said}</h2>
            {sources.length > 0 && <p class="meta">{words.saidText}</p>}
            <FactList frame={frame} groups={said} />
          </section>
        )}
        <Parts frame={frame} sheet={sheet} />
        <NeighbourhoodFigure frame={frame} groups={said} />
        <ExternalLinks frame={frame} groups={sheet.links} />
        <Elsewhere view={view} links={description.onward} language={language} />
        <section class="folded">
          {sheet.texts.length > 0 && (
            <details id="names">
              <summary>{words.names}</summary>
              <FactList frame={frame} groups={sheet.texts} />
            </details>
          )}
          {sheet.follows.length > 0 && (
            <details id="follows">
              <summary>{words.follows}</summary>
              <p class="meta">{words.followsText}</p>
              <FactList frame={frame} groups={sheet.follows} exact />
            </details>
          )}
        </section>
        <Sources frame={frame} plain={plain} />
        <TakeAway view={view} iri={iri} name={title} language={language} />
        <p class="meta">
          <a href={inLanguage(changesPathOf(iri), language)}>{texts[language].changes}</a>
        </p>
      </article>
    ),
  });
}

/** The statement that a triple is, with who makes it. */
export function statementPage(
  view: View,
  { iri, sources }: Description,
  { subject, predicate, object }: Quad,
  language: Language,
): string {
  const words = thingTexts[language];
  const name = `${nameOfThing(view, subject.value, language)} – ${nameOfThing(view, predicate.value, language)}`;
  const frame: FactFrame = { view, language, iri, sources: orderSources(view.index, sources) };
  return page({
    view,
    language,
    title: `${words.statement}: ${name}`,
    path: documentPath(view, iri),
    assets: ['thing.js'],
    children: (
      <article class="thing">
        <p class="kicker">{words.statement}</p>
        <h1>{words.statementTitle}</h1>
        <dl class="facts">
          <dt>{words.subject}</dt>
          <dd>
            <Name view={view} iri={subject.value} language={language} />
          </dd>
          <dt>{words.property}</dt>
          <dd>
            <Name view={view} iri={predicate.value} language={language} />
          </dd>
          <dt>{words.value}</dt>
          <dd>
            <Value view={view} term={object} language={language} />
          </dd>
        </dl>
        <Sources frame={frame} plain={false} />
        <TakeAway view={view} iri={iri} name={`${words.statement}: ${name}`} language={language} />
      </article>
    ),
  });
}

/** A mapping has no name: it is called what it maps. */
function titleOf(view: View, iri: string, language: Language): string {
  const end = (property: string): string | undefined => {
    const [found] = view.index.find(namedNode(iri), namedNode(property), null);
    return (
      found &&
      (found.object.termType === 'NamedNode' ? nameOfThing(view, found.object.value, language) : found.object.value)
    );
  };
  const [from, to] = [end(owl('annotatedSource')), end(owl('annotatedTarget'))];
  return view.index.label(iri, language) ?? (from && to ? `${from} → ${to}` : nameOfThing(view, iri, language));
}

/** The description that stands below the title: in the reader's language, else in any. */
function summaryOf({ texts: groups }: FactSheet, language: Language): Fact | undefined {
  for (const property of descriptionProperties) {
    const facts = groups.find((group) => group.property === property && !group.reversed)?.facts ?? [];
    const inLanguageOfReader = facts.find(({ value }) => value.termType === 'Literal' && value.language === language);
    const chosen = inLanguageOfReader ?? facts[0];
    if (chosen) return chosen;
  }
  return undefined;
}

/** What the outline and the place of a passage show already is not shown again. */
function withoutPassages(
  { dataset }: View,
  groups: readonly FactGroup[],
  passages: readonly Whereabouts[],
  place: Whereabouts | undefined,
): FactGroup[] {
  const terms = dataset.publication?.passages;
  const listed = new Set(passages.map(({ iri }) => iri));
  const placed = new Set(place && terms ? Object.values(terms) : []);
  return groups
    .filter(({ property, reversed }) => reversed || !placed.has(property))
    .map((group) => {
      const facts = group.facts.filter(({ value }) => !listed.has(value.value));
      return facts.length === group.facts.length ? group : { ...group, facts, total: group.total - listed.size };
    })
    .filter(({ facts }) => facts.length > 0);
}

/** What is said of the parts that have no page of their own. */
function Parts({ frame, sheet: { parts } }: { frame: FactFrame; sheet: FactSheet }): VNode | null {
  if (!parts.length) return null;
  return (
    <section id="parts">
      <h2>{thingTexts[frame.language].parts}</h2>
      {parts.map(({ iri, said }) => (
        <section key={iri} id={iri.split('#')[1]}>
          <h3>{nameOfThing(frame.view, iri, frame.language)}</h3>
          <FactList frame={{ ...frame, iri }} groups={said} />
        </section>
      ))}
    </section>
  );
}

/** A page of what points to a thing with one property. */
export function pointingPage(view: View, asked: PointingPage, language: Language): string {
  const words = texts[language];
  const { iri, property, total, triples, page: number, pages } = asked;
  const name = nameOfThing(view, iri, language);
  const relation = relationName({ view, language, iri }, { property, reversed: true });
  const title = `${name}: ${relation}`;
  const facts = factsOf(view.index, triples, 'subject');
  const sources = orderSources(
    view.index,
    facts.flatMap((fact) => fact.sources),
  );
  const frame: FactFrame = { view, language, iri, sources };
  const path = documentPath(view, iri);
  const query = pointingAddress({ address: '' }, property);
  return page({
    view,
    language,
    title,
    path: `${path}${query}&page=${number}`,
    children: (
      <article class="thing">
        <p class="kicker">
          <a href={inLanguage(path, language)}>{name}</a>
        </p>
        <h1>{relation}</h1>
        <p class="meta">
          {total} · {words.page} {number} {words.of} {pages}
        </p>
        <FactItems frame={frame} facts={facts} />
        <Steps page={number} pages={pages} language={language} address={(to) => `${path}${query}&page=${to}`} />
        <Sources frame={frame} plain={false} />
        <Formats words={words.thisPage} address={(extension) => `${path}.${extension}${query}&page=${number}`} />
      </article>
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
